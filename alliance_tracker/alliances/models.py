"""The local alliances: where they work, who takes part in which role, and the pioneer mandates."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.organisations.models import Organisation, Pillar
from alliance_tracker.regions.models import Municipality, Region


class AllianceStatus(Labelled):
    """The life of an alliance: it is proposed, works, may pause, and ends; it is never deleted."""

    INITIATIVE = "initiative", Message("initiative")
    ACTIVE = "active", Message("active")
    PAUSED = "paused", Message("paused")
    ENDED = "ended", Message("ended")


class Provenance(Labelled):
    """How true a record is: real life, a real case with example data around public facts, or made up."""

    REAL = "real", Message("real")
    EXAMPLE = "example", Message("real alliance, example data")
    FICTITIOUS = "fictitious", Message("fictitious")


class Alliance(Audited, Versioned, Base):
    """A lasting local network, in one region, working in named municipalities."""

    __tablename__ = "alliance"
    __named_by__ = ("name",)
    __table_args__ = (
        sa.CheckConstraint("(status = 'initiative') = (founded_on IS NULL)", name="founded_on_once_accepted"),
        sa.CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name="ended_on_if_ended"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= founded_on", name="ends_after_it_is_founded"),
        sa.UniqueConstraint("region_code", "name_folded"),
        sa.CheckConstraint("slug <> '' AND slug = lower(slug)", name="slug_is_lowercase"),
    )
    __quiet__ = frozenset({"version", "name_folded"})

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_folded: Mapped[str] = mapped_column(sa.String(120), index=True)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), index=True)
    status: Mapped[AllianceStatus]
    provenance: Mapped[Provenance] = mapped_column(default=Provenance.REAL)
    #: What it is and wants, in a few sentences.
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    #: The shared value proposition: what the partners win together.
    value_proposition: Mapped[str] = mapped_column(sa.Text, default="")
    #: Facts from public sources, each with its source; shown as cited, never counted.
    cited_facts: Mapped[str] = mapped_column(sa.Text, default="")
    website: Mapped[str] = mapped_column(sa.String(200), default="")
    #: Takes part in the trial of phase B, and so must report the plan's teething troubles.
    is_trial: Mapped[bool] = mapped_column(default=False)
    founded_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    region: Mapped[Region] = relationship(lazy="raise_on_sql")

    @property
    def alliance_id(self) -> int:
        return self.id

    @property
    def is_open(self) -> bool:
        """It has not ended, so that something can still be added to it."""
        return self.status is not AllianceStatus.ENDED

    def accounts_over(self, year: int) -> bool:
        """Whether a year can still be accounted for: of an alliance that ended every year up to the one of its end."""
        return self.ended_on is None or year <= self.ended_on.year


class WorkingArea(Audited, Base):
    """A municipality in which an alliance works, for a time."""

    __tablename__ = "working_area"
    __named_by__ = ("municipality_id",)
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_starts"),
        sa.Index(
            "uq_working_area_current",
            "alliance_id",
            "municipality_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    municipality: Mapped[Municipality] = relationship(lazy="raise_on_sql")


class Partner(Audited, Versioned, Base):
    """An organisation's membership of an alliance, from the day it joined to the day it left."""

    __tablename__ = "partner"
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until >= since", name="leaves_after_it_joins"),
        sa.CheckConstraint("until IS NULL OR leave_reason <> ''", name="leaves_with_a_reason"),
        sa.Index(
            "uq_partner_current",
            "alliance_id",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
        sa.Index(
            "ix_partner_left",
            "alliance_id",
            "organisation_id",
            sqlite_where=sa.text("until IS NOT NULL"),
            postgresql_where=sa.text("until IS NOT NULL"),
        ),
    )
    __personal__ = frozenset({"contact_name", "contact_function", "contact_email", "contact_phone"})

    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    is_core: Mapped[bool] = mapped_column(default=False)
    #: What it answers for, and what it gains, in words.
    responsibility: Mapped[str] = mapped_column(sa.Text, default="")
    gain: Mapped[str] = mapped_column(sa.Text, default="")
    since: Mapped[date]
    until: Mapped[date | None]
    leave_reason: Mapped[str] = mapped_column(sa.Text, default="")
    contact_name: Mapped[str] = mapped_column(sa.String(120), default="")
    contact_function: Mapped[str] = mapped_column(sa.String(120), default="")
    contact_email: Mapped[str] = mapped_column(sa.String(254), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    roles: Mapped[list["PartnerRole"]] = relationship(lazy="raise_on_sql", order_by="PartnerRole.id")
    pillars: Mapped[list["PartnerPillar"]] = relationship(lazy="raise_on_sql", order_by="PartnerPillar.id")

    @property
    def current_roles(self) -> list["PartnerRole"]:
        return [role for role in self.roles if role.until is None]

    @property
    def current_pillars(self) -> list["PartnerPillar"]:
        return [pillar for pillar in self.pillars if pillar.until is None]


class PartnerRoleKind(Labelled):
    """What a partner does in the network (seed 004, chapters 2 to 4)."""

    LEAD = "lead", Message("lead partner")
    COORDINATOR = "coordinator", Message("coordinator")
    HOST = "host", Message("host of activities")
    EXPERTISE = "expertise", Message("expertise and content")
    COMMUNICATION = "communication", Message("communication and reach")
    FUNDING = "funding", Message("funding")
    MEMBER = "member", Message("participant")


class PartnerRole(Audited, Base):
    """A role that a partner has for a time; a partner may have several at once."""

    __tablename__ = "partner_role"
    __named_by__ = ("role",)
    __told_with__ = ("partner", "partner_id")
    __table_args__ = (sa.CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_starts"),)
    id: Mapped[PrimaryKey]
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partner.id"), index=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    role: Mapped[PartnerRoleKind]
    since: Mapped[date]
    until: Mapped[date | None]


class PartnerPillar(Audited, Base):
    """A helix pillar that a partner fills: from its kind, or another with a reason (a library is leisure too)."""

    __tablename__ = "partner_pillar"
    __named_by__ = ("pillar",)
    __told_with__ = ("partner", "partner_id")
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_starts"),
        sa.CheckConstraint("from_kind OR reason <> ''", name="reason_if_not_from_kind"),
    )
    id: Mapped[PrimaryKey]
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partner.id"), index=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    pillar: Mapped[Pillar]
    from_kind: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    since: Mapped[date]
    until: Mapped[date | None]


class PioneerMandate(Audited, Base):
    """The task to take the lead in the region and spread. No two in one region overlap: the database refuses it."""

    __tablename__ = "pioneer_mandate"
    __named_by__ = ("region_code",)
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_starts"),
        sa.CheckConstraint("until IS NULL OR end_reason <> ''", name="ends_with_a_reason"),
        sa.CheckConstraint("task <> ''", name="has_a_task"),
        sa.Index(
            "uq_pioneer_mandate_current",
            "region_code",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), index=True)
    task: Mapped[str] = mapped_column(sa.Text)
    since: Mapped[date]
    #: The last day; a mandate given for a term has it from the start.
    until: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")


class DueDatesWhilePaused(Labelled):
    """What a pause does to the due dates of the alliance."""

    KEEP = "keep", Message("they stay as they are")
    SHIFT = "shift", Message("they move by the length of the pause")


class Pause(Audited, Base):
    """A time in which the alliance rests; while it lasts nothing is asked of it."""

    __tablename__ = "pause"
    __told_with__ = ("alliance", "alliance_id")
    __table_args__ = (sa.CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_starts"),)
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    due_dates: Mapped[DueDatesWhilePaused]
