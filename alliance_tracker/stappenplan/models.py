"""The versioned five-step plan, and how far each alliance is in it.

What an alliance decided is kept by the *key* of a criterion, not by its row in one version of the plan: when it moves
to a newer version, what was decided on a criterion that stays is kept, a new one is open, a dropped one stays readable.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message

#: The `year` of what does not recur.
NO_YEAR = 0


class PlanStatus(Labelled):
    DRAFT = "draft", Message("draft")
    PUBLISHED = "published", Message("published")
    DISCARDED = "discarded", Message("discarded")


class Plan(Audited, Versioned, Base):
    """One version of the stappenplan. A published one never changes: the database refuses it.

    A draft that was discarded stays, so that its number is never given to another; nobody works with it.
    """

    __tablename__ = "plan"
    __named_by__ = ("label",)
    __table_args__ = (
        sa.CheckConstraint("(status = 'published') = (published_at IS NOT NULL)", name="published_at_if_published"),
        sa.CheckConstraint(
            "status <> 'published' OR based_on_id IS NULL OR (change_note_nl <> '' AND change_note_en <> '')",
            name="published_with_a_change_note",
        ),
        sa.Index(
            "uq_plan_one_draft",
            "status",
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        ),
    )
    id: Mapped[PrimaryKey]
    #: What people call this version, such as 2025-05.
    label: Mapped[str] = mapped_column(sa.String(20), unique=True)
    status: Mapped[PlanStatus]
    valid_from: Mapped[date]
    based_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    change_note_nl: Mapped[str] = mapped_column(sa.Text, default="")
    change_note_en: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime | None]
    steps: Mapped[list["Step"]] = relationship(lazy="raise_on_sql", order_by="Step.number", back_populates="plan")


class Step(Audited, Versioned, Base):
    """One of the five steps in one version of the plan."""

    __tablename__ = "step"
    __named_by__ = ("number", "name_nl", "name_en")
    __told_with__ = ("plan", "plan_id")
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "key"),
        sa.UniqueConstraint("plan_id", "number"),
        sa.CheckConstraint("number BETWEEN 1 AND 9", name="number_is_plausible"),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[int]
    name_nl: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    aim_nl: Mapped[str] = mapped_column(sa.Text)
    aim_en: Mapped[str] = mapped_column(sa.Text)
    #: Renewed each calendar year, and never done.
    is_yearly: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[Plan] = relationship(lazy="raise_on_sql", back_populates="steps")
    criteria: Mapped[list["Criterion"]] = relationship(lazy="raise_on_sql", order_by="Criterion.position")


class Criterion(Audited, Versioned, Base):
    """Something that can be checked off in a step. `check` names the rule that computes it, if there is one."""

    __tablename__ = "criterion"
    __named_by__ = ("name_nl", "name_en")
    __told_with__ = ("plan", "plan_id")
    __table_args__ = (sa.UniqueConstraint("step_id", "key"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[int]
    is_required: Mapped[bool]
    check: Mapped[str | None] = mapped_column(sa.String(60))
    #: What the rule tests, in one English sentence.
    test: Mapped[str] = mapped_column(sa.Text, default="")
    name_nl: Mapped[str] = mapped_column(sa.String(300))
    name_en: Mapped[str] = mapped_column(sa.String(300))


class PlanAdoption(Audited, Base):
    """The version of the plan that an alliance works with, from a day on; the newest row holds."""

    __tablename__ = "plan_adoption"
    __named_by__ = ("plan_id",)
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    since: Mapped[date]


class OwnCriterion(Audited, Versioned, Base):
    """A criterion that an alliance added for itself, in a step of the plan."""

    __tablename__ = "own_criterion"
    __named_by__ = ("name", "step_key")
    __table_args__ = (sa.UniqueConstraint("alliance_id", "key"),)
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    step_key: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(300))
    is_required: Mapped[bool] = mapped_column(default=False)
    #: Taken off the list, with what was decided kept.
    retired_on: Mapped[date | None]


class CriterionStatus(Labelled):
    OPEN = "open", Message("open")
    MET = "met", Message("met")
    WAIVED = "waived", Message("waived")


class CriterionState(Audited, Versioned, Base):
    """What people decided on a criterion for an alliance; without a row it is open.

    `year` is the calendar year in a yearly step, otherwise `NO_YEAR`.
    """

    __tablename__ = "criterion_state"
    __named_by__ = ("criterion_key", "year")
    __table_args__ = (
        sa.UniqueConstraint("alliance_id", "criterion_key", "year"),
        sa.CheckConstraint("(status = 'open') = (decided_on IS NULL)", name="decided_on_if_decided"),
        sa.CheckConstraint("status <> 'waived' OR note <> ''", name="waived_with_a_reason"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    step_key: Mapped[str] = mapped_column(sa.String(60))
    criterion_key: Mapped[str] = mapped_column(sa.String(60))
    year: Mapped[int] = mapped_column(default=NO_YEAR)
    status: Mapped[CriterionStatus]
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: The note of the one who met it, or the reason of the one who waived it.
    note: Mapped[str] = mapped_column(sa.Text, default="")


class StepStatus(Labelled):
    OPEN = "open", Message("open")
    COMPLETED = "completed", Message("completed")


class StepState(Audited, Versioned, Base):
    """A step of an alliance (a yearly one: in one year) on which something was decided; without a row it is open."""

    __tablename__ = "step_state"
    __named_by__ = ("step_key", "year")
    __table_args__ = (
        sa.UniqueConstraint("alliance_id", "step_key", "year"),
        sa.CheckConstraint("(status = 'completed') = (completed_on IS NOT NULL)", name="completed_on_if_completed"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    step_key: Mapped[str] = mapped_column(sa.String(60))
    year: Mapped[int] = mapped_column(default=NO_YEAR)
    status: Mapped[StepStatus]
    completed_on: Mapped[date | None]
    completed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class FlagKind(Labelled):
    """What is the matter with a criterion (phase B takes the teething troubles out of the plan)."""

    UNCLEAR = "unclear", Message("unclear")
    NOT_FEASIBLE = "not-feasible", Message("not feasible")
    MISSING = "missing", Message("something is missing")


class FlagStatus(Labelled):
    OPEN = "open", Message("open")
    HANDLED = "handled", Message("handled")


class CriterionFlag(Audited, Versioned, Base):
    """A remark from the field on a criterion, or on a step that lacks one."""

    __tablename__ = "criterion_flag"
    __named_by__ = ("step_key", "criterion_key")
    __table_args__ = (
        sa.CheckConstraint("remark <> ''", name="has_a_remark"),
        sa.CheckConstraint("(status = 'handled') = (answer <> '')", name="handled_with_an_answer"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    step_key: Mapped[str] = mapped_column(sa.String(60))
    #: Empty when the step lacks a criterion.
    criterion_key: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    kind: Mapped[FlagKind]
    remark: Mapped[str] = mapped_column(sa.Text)
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    raised_on: Mapped[date]
    status: Mapped[FlagStatus]
    answer: Mapped[str] = mapped_column(sa.Text, default="")

    @property
    def owner_id(self) -> int:
        return self.raised_by_id
