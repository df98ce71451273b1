"""The goals of an alliance, and the needs analysis that they rest on."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.alliances.models import Partner
from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.i18n import Labelled, Message


class NeedsAnalysis(Audited, Versioned, Base):
    """The needs analysis of step 2 in its three parts; the third leads to the goals themselves."""

    __tablename__ = "needs_analysis"
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), unique=True)
    #: Part 1: the existing STEM offer in Flanders and nearby.
    offer: Mapped[str] = mapped_column(sa.Text, default="")
    #: Part 2: the challenges and opportunities for STEM in the region.
    challenges: Mapped[str] = mapped_column(sa.Text, default="")
    #: Part 3: which goals follow from the first two, and why these.
    choice: Mapped[str] = mapped_column(sa.Text, default="")


class GoalStatus(Labelled):
    """A goal is worked on, until it is reached or given up; both can be taken back."""

    ACTIVE = "active", Message("being worked on")
    REACHED = "reached", Message("reached")
    STOPPED = "stopped", Message("stopped")


class Goal(Audited, Versioned, Base):
    """Something that an alliance agreed to reach."""

    __tablename__ = "goal"
    __named_by__ = ("title",)
    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="has_a_title"),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
        sa.CheckConstraint("(status = 'active') = (closed_on IS NULL)", name="closed_on_if_closed"),
        sa.Index("ix_goal_alliance_position", "alliance_id", "position", "id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    #: Why this goal, from the needs analysis.
    reason: Mapped[str] = mapped_column(sa.Text)
    #: The partner that carries it.
    owner_partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partner.id"), index=True)
    status: Mapped[GoalStatus]
    #: The last day by which it should be reached, if one is agreed.
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    owner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    tags: Mapped[list["GoalTag"]] = relationship(lazy="raise_on_sql", order_by="GoalTag.id")


class GoalTag(Audited, Base):
    """A target group, a policy domain or a term of a framework that a goal serves."""

    __tablename__ = "goal_tag"
    __named_by__ = ("key",)
    __told_with__ = ("goal", "goal_id")
    __table_args__ = (
        sa.UniqueConstraint("goal_id", "scheme", "key"),
        sa.Index("ix_goal_tag_term", "scheme", "key", "alliance_id"),
    )
    id: Mapped[PrimaryKey]
    goal_id: Mapped[int] = mapped_column(sa.ForeignKey("goal.id"))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    scheme: Mapped[Scheme]
    key: Mapped[str] = mapped_column(sa.String(60))
    #: Taken back when the goal is edited; the row stays.
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
