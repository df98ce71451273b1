"""The 15 reference regions of Flanders and their municipalities, with codes that are valid for a time."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned


class Region(Base):
    """A referentieregio of the regiodecreet of 3 February 2023; `code` is that of Provincies in Cijfers."""

    __tablename__ = "region"
    code: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    province: Mapped[str] = mapped_column(sa.String(40))
    uri: Mapped[str] = mapped_column(sa.String(120))
    municipalities: Mapped[list["Municipality"]] = relationship(
        lazy="raise_on_sql", order_by="Municipality.name", back_populates="region"
    )

    @property
    def region_code(self) -> str:
        return self.code


class Municipality(Base):
    """A municipality as it was during a time; a merger ends the old rows and begins a new one."""

    __tablename__ = "municipality"
    __table_args__ = (
        sa.UniqueConstraint("nis_code", "valid_from"),
        sa.CheckConstraint("length(nis_code) = 5", name="nis_code_has_five_digits"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="ends_after_it_starts"),
        sa.Index(
            "uq_municipality_current_nis_code",
            "nis_code",
            unique=True,
            sqlite_where=sa.text("valid_until IS NULL"),
            postgresql_where=sa.text("valid_until IS NULL"),
        ),
    )
    id: Mapped[PrimaryKey]
    nis_code: Mapped[str] = mapped_column(sa.String(5))
    name: Mapped[str] = mapped_column(sa.String(80))
    name_folded: Mapped[str] = mapped_column(sa.String(80), index=True)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), index=True)
    is_centre_city: Mapped[bool] = mapped_column(default=False)
    #: 1 January 1977, the great merger, where no later start is known.
    valid_from: Mapped[date]
    #: The last day; empty while it exists.
    valid_until: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("municipality.id"))
    region: Mapped[Region] = relationship(lazy="raise_on_sql", back_populates="municipalities")


class RegionFollowUp(Audited, Versioned, Base):
    """What the project manager keeps about a region: the next step, and whether it is marked as STEM-poor."""

    __tablename__ = "region_follow_up"
    __table_args__ = (sa.CheckConstraint("stem_poor = false OR stem_poor_reason <> ''", name="stem_poor_has_reason"),)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), primary_key=True)
    next_step: Mapped[str] = mapped_column(sa.String(500), default="")
    next_step_on: Mapped[date | None]
    stem_poor: Mapped[bool] = mapped_column(default=False)
    stem_poor_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    @property
    def id(self) -> str:
        """A region has at most one of these, so the trail and the forms know it by the region's code."""
        return self.region_code
