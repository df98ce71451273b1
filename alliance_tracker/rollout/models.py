"""The three rollout phases, their milestones at four levels, and the three Flemish preconditions."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned, stored_enum
from alliance_tracker.i18n import Labelled, Message


class PhaseLetter(Labelled):
    """A phase in the rollout (seed 004, chapter 5)."""

    A = "A", Message("A · decision")
    B = "B", Message("B · trial")
    C = "C", Message("C · operation")


class Phase(Audited, Versioned, Base):
    """A phase with its planned period; the names and aims come from the reference data."""

    __tablename__ = "phase"
    __named_by__ = ("letter", "name_nl", "name_en")
    __table_args__ = (
        sa.CheckConstraint("planned_to IS NULL OR planned_to >= planned_from", name="ends_after_it_starts"),
    )
    letter: Mapped[PhaseLetter] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_nl: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    who_nl: Mapped[str] = mapped_column(sa.String(300))
    who_en: Mapped[str] = mapped_column(sa.String(300))
    aim_nl: Mapped[str] = mapped_column(sa.Text)
    aim_en: Mapped[str] = mapped_column(sa.Text)
    planned_from: Mapped[date]
    planned_to: Mapped[date | None]

    @property
    def id(self) -> str:
        """Its letter: what the audit trail knows it by."""
        return self.letter.value


class Level(Labelled):
    """Whose milestone it is."""

    FLANDERS = "flanders", Message("Flanders")
    REGION = "region", Message("region")
    CENTRE_CITY = "centre-city", Message("centre city")
    ALLIANCE = "alliance", Message("alliance")


class Milestone(Base):
    """What must be reached in a phase, at one level. A gate is looked at when an alliance leaves the phase."""

    __tablename__ = "milestone"
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    phase: Mapped[PhaseLetter] = mapped_column(sa.ForeignKey("phase.letter"), index=True)
    position: Mapped[int]
    level: Mapped[Level]
    is_gate: Mapped[bool] = mapped_column(default=False)
    #: Only asked of alliances that take part in the trial.
    trial_only: Mapped[bool] = mapped_column(default=False)
    check: Mapped[str | None] = mapped_column(sa.String(60))
    #: The date named in the seed.
    due_on: Mapped[date | None]
    name_nl: Mapped[str] = mapped_column(sa.String(300))
    name_en: Mapped[str] = mapped_column(sa.String(300))


#: The milestones that are a conversation: with a reference region, and with a centre city.
REGION_CONVERSATION, CENTRE_CITY_CONVERSATION = "region-conversation", "centre-city-conversation"
CONVERSATIONS = frozenset({REGION_CONVERSATION, CENTRE_CITY_CONVERSATION})


class MilestoneStatus(Labelled):
    NOT_DONE = "not-done", Message("not done")
    DONE = "done", Message("done")
    NOT_APPLICABLE = "not-applicable", Message("not applicable")


class MilestoneRecord(Audited, Versioned, Base):
    """A milestone as it stands for Flanders, a region, a centre city or an alliance; without a row it is not done.

    `scope` is what makes it unique: empty for Flanders, a region's code, a NIS code, or an alliance's id.
    """

    __tablename__ = "milestone_record"
    __named_by__ = ("milestone_key", "scope")
    __table_args__ = (
        sa.UniqueConstraint("milestone_key", "scope"),
        sa.CheckConstraint("(status = 'done') = (done_on IS NOT NULL)", name="done_on_if_done"),
        sa.CheckConstraint("status <> 'not-applicable' OR reason <> ''", name="not_applicable_with_a_reason"),
        sa.CheckConstraint(
            "(region_code IS NULL AND alliance_id IS NULL) = (scope = '')", name="scope_is_empty_for_flanders"
        ),
        sa.Index("ix_milestone_record_scope", "scope"),
    )
    #: Whoever took part in a conversation may be named in it.
    __personal__ = frozenset({"participants"})

    id: Mapped[PrimaryKey]
    milestone_key: Mapped[str] = mapped_column(sa.ForeignKey("milestone.key"))
    scope: Mapped[str] = mapped_column(sa.String(20), default="")
    region_code: Mapped[str | None] = mapped_column(sa.ForeignKey("region.code"), index=True)
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    status: Mapped[MilestoneStatus]
    done_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    responsible: Mapped[str] = mapped_column(sa.String(200), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    #: Why it does not apply, or why it went back to not done.
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    #: Of a conversation: who took part, and what comes next.
    participants: Mapped[str] = mapped_column(sa.String(500), default="")
    next_step: Mapped[str] = mapped_column(sa.String(500), default="")


class AlliancePhase(Audited, Versioned, Base):
    """The rollout phase an alliance is in."""

    __tablename__ = "alliance_phase"
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), unique=True)
    phase: Mapped[PhaseLetter]
    since: Mapped[date]


class PhaseDecision(Audited, Base):
    """The decision to move an alliance to another phase, with the gates that were missing. Append-only."""

    __tablename__ = "phase_decision"
    __table_args__ = (
        sa.CheckConstraint("source <> target", name="moves_somewhere"),
        sa.CheckConstraint("NOT in_spite OR reason <> ''", name="in_spite_with_a_reason"),
        sa.CheckConstraint("target > source OR reason <> ''", name="back_with_a_reason"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    source: Mapped[PhaseLetter] = mapped_column(stored_enum(PhaseLetter, "source_letter"))
    target: Mapped[PhaseLetter] = mapped_column(stored_enum(PhaseLetter, "target_letter"))
    on: Mapped[date]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    #: Decided although gates were missing.
    in_spite: Mapped[bool] = mapped_column(default=False)
    #: The gates that were missing: key, scope, and the names of the place and of the milestone as they were that day.
    missing: Mapped[list[Any]]


class Precondition(Base):
    """One of the three conditions at Flemish level (seed 004, chapter 5)."""

    __tablename__ = "precondition"
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    position: Mapped[int]
    name_nl: Mapped[str] = mapped_column(sa.String(300))
    name_en: Mapped[str] = mapped_column(sa.String(300))


class ActionStatus(Labelled):
    NOT_STARTED = "not-started", Message("not started")
    UNDER_WAY = "under-way", Message("under way")
    DONE = "done", Message("finished")
    DROPPED = "dropped", Message("dropped")


class PreconditionAction(Audited, Versioned, Base):
    """What Flanders does about a precondition: who, by when, and how it stands."""

    __tablename__ = "precondition_action"
    __named_by__ = ("name_nl", "name_en")
    __table_args__ = (
        sa.CheckConstraint("(status = 'done') = (done_on IS NOT NULL)", name="done_on_if_done"),
        sa.CheckConstraint("status <> 'dropped' OR reason <> ''", name="dropped_with_a_reason"),
    )
    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    precondition_key: Mapped[str] = mapped_column(sa.ForeignKey("precondition.key"), index=True)
    position: Mapped[int]
    name_nl: Mapped[str] = mapped_column(sa.String(300))
    name_en: Mapped[str] = mapped_column(sa.String(300))
    status: Mapped[ActionStatus]
    owner: Mapped[str] = mapped_column(sa.String(200), default="")
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    #: Why it was dropped, or why it went back.
    reason: Mapped[str] = mapped_column(sa.Text, default="")
