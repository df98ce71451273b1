"""Pilots with their partners, reach, evaluation and plan for afterwards."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.alliances.models import Partner
from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, Money, PrimaryKey, Versioned
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.i18n import Labelled, Message


class PilotStatus(Labelled):
    """The life of a pilot; a finished one is evaluated, and the evaluation says how it goes on."""

    PLANNED = "planned", Message("planned")
    RUNNING = "running", Message("running")
    FINISHED = "finished", Message("finished")
    SCALED = "scaled", Message("scaled up")
    STOPPED = "stopped", Message("stopped")


class PilotDecision(Labelled):
    """What an evaluation decides."""

    SCALE_UP = "scale-up", Message("scale up")
    ADJUST = "adjust", Message("adjust")
    STOP = "stop", Message("stop")


class Pilot(Audited, Versioned, Base):
    """A small project of an alliance, with partners, dates and a place."""

    __tablename__ = "pilot"
    __named_by__ = ("name",)
    __table_args__ = (
        sa.CheckConstraint("name <> ''", name="has_a_name"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        sa.CheckConstraint("budget IS NULL OR budget >= 0", name="budget_is_no_debt"),
        sa.CheckConstraint("status = 'planned' OR started_on IS NOT NULL OR status = 'stopped'", name="started_if_run"),
        sa.CheckConstraint("status NOT IN ('finished', 'scaled') OR finished_on IS NOT NULL", name="finished_if_done"),
        sa.Index("ix_pilot_alliance_status", "alliance_id", "status"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    #: The goal of the alliance that it serves.
    goal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("goal.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    place: Mapped[str] = mapped_column(sa.String(160), default="")
    #: The dates as planned; what really happened is `started_on` and `finished_on`.
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    started_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    #: In euro.
    budget: Mapped[Money | None]
    #: How it goes on after the money ends.
    continuation: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[PilotStatus]
    partners: Mapped[list["PilotPartner"]] = relationship(lazy="raise_on_sql", order_by="PilotPartner.id")
    tags: Mapped[list["PilotTag"]] = relationship(lazy="raise_on_sql", order_by="PilotTag.id")
    evaluations: Mapped[list["PilotEvaluation"]] = relationship(lazy="raise_on_sql", order_by="PilotEvaluation.id")

    @property
    def current_partners(self) -> list["PilotPartner"]:
        return [row for row in self.partners if not row.is_withdrawn]

    @property
    def awaits_its_sequel(self) -> bool:
        """It is finished, and what its evaluation decides is still to be done."""
        return self.status is PilotStatus.FINISHED

    @property
    def lacks_continuation(self) -> bool:
        """It is scaled up, and nobody wrote down how it goes on after the money ends."""
        return self.status is PilotStatus.SCALED and not self.continuation

    @property
    def newest_evaluation(self) -> "PilotEvaluation | None":
        return self.evaluations[-1] if self.evaluations else None


class PilotPartner(Audited, Base):
    """A partner that takes part in a pilot."""

    __tablename__ = "pilot_partner"
    __named_by__ = ("partner_id",)
    __told_with__ = ("pilot", "pilot_id")
    __table_args__ = (sa.UniqueConstraint("pilot_id", "partner_id"),)
    id: Mapped[PrimaryKey]
    pilot_id: Mapped[int] = mapped_column(sa.ForeignKey("pilot.id"))
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partner.id"), index=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")


class PilotTag(Audited, Base):
    """A dimension of the STEM-kader, a transition theme or a target group of a pilot."""

    __tablename__ = "pilot_tag"
    __named_by__ = ("key",)
    __told_with__ = ("pilot", "pilot_id")
    __table_args__ = (
        sa.UniqueConstraint("pilot_id", "scheme", "key"),
        sa.Index("ix_pilot_tag_term", "scheme", "key", "alliance_id"),
    )
    id: Mapped[PrimaryKey]
    pilot_id: Mapped[int] = mapped_column(sa.ForeignKey("pilot.id"))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    scheme: Mapped[Scheme]
    key: Mapped[str] = mapped_column(sa.String(60))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class PilotEvaluation(Audited, Base):
    """What was found when a pilot was finished, and what that decides. Append-only."""

    __tablename__ = "pilot_evaluation"
    __table_args__ = (sa.CheckConstraint("findings <> ''", name="has_findings"),)
    id: Mapped[PrimaryKey]
    pilot_id: Mapped[int] = mapped_column(sa.ForeignKey("pilot.id"), index=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    on: Mapped[date]
    findings: Mapped[str] = mapped_column(sa.Text)
    decision: Mapped[PilotDecision]
    evaluated_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    evaluated_at: Mapped[datetime]


class PilotReach(Audited, Base):
    """How many people took part in a pilot in one calendar year: participations, not unique people.

    A correction is a new row that supersedes the former one; both stay.
    """

    __tablename__ = "pilot_reach"
    __table_args__ = (
        sa.CheckConstraint("participants >= 0", name="counts_people"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year_is_plausible"),
        sa.Index(
            "uq_pilot_reach_current",
            "pilot_id",
            "year",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.Index("ix_pilot_reach_alliance_year", "alliance_id", "year"),
    )
    #: That it was superseded is told by the correction that did so.
    __quiet__ = frozenset({"superseded_at"})
    id: Mapped[PrimaryKey]
    pilot_id: Mapped[int] = mapped_column(sa.ForeignKey("pilot.id"))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    year: Mapped[int]
    participants: Mapped[int]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    cells: Mapped[list["PilotReachCell"]] = relationship(lazy="raise_on_sql", order_by="PilotReachCell.id")


class PilotReachCell(Audited, Base):
    """The participants of one category of a breakdown. Append-only."""

    __tablename__ = "pilot_reach_cell"
    __told_with__ = ("pilot_reach", "pilot_reach_id")
    __table_args__ = (
        sa.UniqueConstraint("pilot_reach_id", "breakdown", "category"),
        sa.CheckConstraint("participants >= 0", name="counts_people"),
    )
    id: Mapped[PrimaryKey]
    pilot_reach_id: Mapped[int] = mapped_column(sa.ForeignKey("pilot_reach.id"))
    breakdown: Mapped[str] = mapped_column(sa.String(40))
    category: Mapped[str] = mapped_column(sa.String(40))
    participants: Mapped[int]
