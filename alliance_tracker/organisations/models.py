"""The register of organisations: schools, companies, authorities, associations, with dated names and identifiers."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.regions.models import Municipality


class Pillar(Labelled):
    """A quarter of the quadruple helix (seed 004, chapter 2)."""

    ECONOMY = "economy", Message("Economy")
    EDUCATION = "education-research", Message("Education and research")
    GOVERNMENT = "government", Message("Government")
    CIVIL_SOCIETY = "civil-society", Message("Civil society and leisure")


class OrganisationKind(Labelled):
    """What sort of organisation it is; the kind suggests the pillar, see `pillar`."""

    COMPANY = "company", Message("Company")
    SECTOR_FEDERATION = "sector-federation", Message("Sector federation or employers' organisation")
    TRADE_UNION = "trade-union", Message("Trade union")
    PRIMARY_SCHOOL = "primary-school", Message("Primary school")
    SECONDARY_SCHOOL = "secondary-school", Message("Secondary school")
    SCHOOL_GROUP = "school-group", Message("School group")
    UNIVERSITY_COLLEGE = "university-college", Message("University college")
    UNIVERSITY = "university", Message("University")
    RESEARCH_CENTRE = "research-centre", Message("Research centre")
    ADULT_EDUCATION = "adult-education", Message("Adult education centre (CVO)")
    PUPIL_GUIDANCE = "pupil-guidance", Message("Pupil guidance centre (CLB)")
    TECHNOLOGY_CENTRE = "technology-centre", Message("Regional technology centre (RTC)")
    ARTS_EDUCATION = "arts-education", Message("Part-time arts education")
    LOCAL_AUTHORITY = "local-authority", Message("Local authority")
    INTERMUNICIPAL = "intermunicipal", Message("Inter-municipal partnership")
    PROVINCE = "province", Message("Province")
    FLEMISH_BODY = "flemish-body", Message("Flemish public body")
    STEM_ACADEMY = "stem-academy", Message("STEM academy")
    LIBRARY = "library", Message("Library or maker library")
    FABLAB = "fablab", Message("Fablab or makerspace")
    YOUTH_ASSOCIATION = "youth-association", Message("Youth association")
    MUSEUM = "museum", Message("Museum or science centre")
    ASSOCIATION = "association", Message("Other association")

    @property
    def pillar(self) -> Pillar:
        return _PILLAR_OF_KIND[self]


_PILLAR_OF_KIND = {
    kind: pillar
    for pillar, kinds in {
        Pillar.ECONOMY: ("company", "sector-federation", "trade-union"),
        Pillar.EDUCATION: (
            "primary-school",
            "secondary-school",
            "school-group",
            "university-college",
            "university",
            "research-centre",
            "adult-education",
            "pupil-guidance",
            "technology-centre",
            "arts-education",
        ),
        Pillar.GOVERNMENT: ("local-authority", "intermunicipal", "province", "flemish-body"),
        Pillar.CIVIL_SOCIETY: (
            "stem-academy",
            "library",
            "fablab",
            "youth-association",
            "museum",
            "association",
        ),
    }.items()
    for kind in map(OrganisationKind, kinds)
}


class IdentifierScheme(Labelled):
    """A register that numbers organisations; each number is checked by the rule of its register."""

    KBO = "kbo", Message("KBO enterprise number")
    OVO = "ovo", Message("OVO code")
    SCHOOL = "school", Message("School number")
    ASSOCIATION = "association", Message("Association code (Verenigingsregister)")


class OrganisationStatus(Labelled):
    ACTIVE = "active", Message("active")
    CLOSED = "closed", Message("closed down")
    MERGED = "merged", Message("merged into another")


class Organisation(Audited, Versioned, Base):
    """One organisation. It is never deleted; it closes, or merges into another."""

    __tablename__ = "organisation"
    __named_by__ = ("name",)
    __table_args__ = (
        sa.CheckConstraint("(status = 'active') = (ended_on IS NULL)", name="ended_on_if_not_active"),
        sa.CheckConstraint("(status = 'merged') = (successor_id IS NOT NULL)", name="successor_if_merged"),
        sa.CheckConstraint("successor_id IS NULL OR successor_id <> id", name="successor_is_another"),
        sa.Index(
            "ix_organisation_ended",
            "ended_on",
            sqlite_where=sa.text("ended_on IS NOT NULL"),
            postgresql_where=sa.text("ended_on IS NOT NULL"),
        ),
    )
    __quiet__ = frozenset({"version", "name_folded"})

    id: Mapped[PrimaryKey]
    #: The name of today; earlier ones are in `names`.
    name: Mapped[str] = mapped_column(sa.String(160))
    name_folded: Mapped[str] = mapped_column(sa.String(160), index=True)
    kind: Mapped[OrganisationKind]
    status: Mapped[OrganisationStatus] = mapped_column(default=OrganisationStatus.ACTIVE)
    website: Mapped[str] = mapped_column(sa.String(200), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    #: Made up for the demonstration; shown as such wherever it appears.
    is_fictitious: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    names: Mapped[list["OrganisationName"]] = relationship(
        lazy="raise_on_sql", order_by="OrganisationName.since, OrganisationName.id"
    )
    identifiers: Mapped[list["OrganisationIdentifier"]] = relationship(
        lazy="raise_on_sql", order_by="OrganisationIdentifier.id"
    )
    municipalities: Mapped[list[Municipality]] = relationship(
        lazy="raise_on_sql", secondary="organisation_municipality", order_by=Municipality.name
    )
    successor: Mapped["Organisation | None"] = relationship(lazy="raise_on_sql", remote_side="Organisation.id")

    @property
    def organisation_id(self) -> int:
        return self.id


class OrganisationName(Audited, Base):
    """A name that an organisation bore for a time. Only its end is ever written later."""

    __tablename__ = "organisation_name"
    __told_with__ = ("organisation", "organisation_id")
    __quiet__ = frozenset({"name_folded"})
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_starts"),
        sa.Index(
            "uq_organisation_name_current",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )
    id: Mapped[PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    name_folded: Mapped[str] = mapped_column(sa.String(160), index=True)
    since: Mapped[date]
    until: Mapped[date | None]


class OrganisationIdentifier(Audited, Base):
    """A number under which a register knows an organisation; no two organisations share one."""

    __tablename__ = "organisation_identifier"
    __named_by__ = ("scheme",)
    __told_with__ = ("organisation", "organisation_id")
    __table_args__ = (
        sa.UniqueConstraint("scheme", "value"),
        sa.UniqueConstraint("organisation_id", "scheme"),
    )
    id: Mapped[PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    scheme: Mapped[IdentifierScheme]
    #: In the register's compact form: ten digits for a KBO number.
    value: Mapped[str] = mapped_column(sa.String(20))


organisation_municipality = sa.Table(
    "organisation_municipality",
    Base.metadata,
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("municipality_id", sa.ForeignKey("municipality.id"), primary_key=True, index=True),
)


class ProgrammeOffice(Base):
    """The organisation that directs the programme: VLAIO. One row, kept by the reference data."""

    __tablename__ = "programme_office"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
