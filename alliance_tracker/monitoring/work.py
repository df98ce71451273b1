"""The work of one alliance in short: goals, figures, pilots, communications; for its page and what is next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner
from alliance_tracker.communications.models import Communication
from alliance_tracker.database import db, today
from alliance_tracker.goals.models import Goal, GoalStatus
from alliance_tracker.indicators.models import Definition, Indicator, Measurement
from alliance_tracker.indicators.periods import PeriodKind, last_day, period_of
from alliance_tracker.pilots.models import Pilot, PilotStatus


@dataclass(frozen=True)
class RunningPilot:
    """A pilot that was started and is not finished."""

    id: int
    name: str
    ends_on: date | None


@dataclass(frozen=True)
class OrphanedGoal:
    """A goal that is being worked on although the partner that carried it has left."""

    id: int
    title: str


@dataclass(frozen=True)
class Work:
    """How the work stands. `asked` and `entered` count indicators of the period `period` (the last that is over)."""

    goals: int
    goals_reached: int
    orphaned: tuple[OrphanedGoal, ...]
    period: int
    asked: int
    entered: int
    pilots: dict[PilotStatus, int]
    running: tuple[RunningPilot, ...]
    communications: int

    @property
    def missing(self) -> int:
        """Indicators without a figure, nor a reason why there is none."""
        return self.asked - self.entered


def last_period(day: date) -> int:
    """The newest period of which both the calendar year and the school year are over."""
    return period_of(day, PeriodKind.CALENDAR) - 1


def work_of(alliance_id: int) -> Work:
    """The work of an alliance, in four statements."""
    goals, pilots = _goals(alliance_id), _pilots(alliance_id)
    period = last_period(today())
    asked, entered = _figures(alliance_id, period)
    return Work(
        goals=sum(goal.status is GoalStatus.ACTIVE for goal in goals),
        goals_reached=sum(goal.status is GoalStatus.REACHED for goal in goals),
        orphaned=tuple(
            OrphanedGoal(goal.id, goal.title)
            for goal in goals
            if goal.status is GoalStatus.ACTIVE and goal.until is not None
        ),
        period=period,
        asked=asked,
        entered=entered,
        pilots=dict(sorted(Counter(pilot.status for pilot in pilots).items())),
        running=tuple(
            RunningPilot(pilot.id, pilot.name, pilot.ends_on) for pilot in pilots if pilot.status is PilotStatus.RUNNING
        ),
        communications=_communications(alliance_id),
    )


def _goals(alliance_id: int) -> Sequence[Any]:
    """The goals, with the day on which the partner that carries each left, if it did."""
    return (
        db()
        .execute(
            sa.select(Goal.id, Goal.title, Goal.status, Partner.until)
            .join(Partner, Partner.id == Goal.owner_partner_id)
            .where(Goal.alliance_id == alliance_id)
            .order_by(Goal.position, Goal.id)
        )
        .all()
    )


def _pilots(alliance_id: int) -> Sequence[Any]:
    return (
        db()
        .execute(
            sa.select(Pilot.id, Pilot.name, Pilot.status, Pilot.ends_on)
            .where(Pilot.alliance_id == alliance_id)
            .order_by(Pilot.ends_on, Pilot.id)
        )
        .all()
    )


def _figures(alliance_id: int, period: int) -> tuple[int, int]:
    """How many indicators were followed when the period ended, and how many of them have a measurement of it."""
    current = sa.and_(
        Measurement.indicator_id == Indicator.id, Measurement.period == period, Measurement.superseded_at.is_(None)
    )
    rows = db().execute(
        sa.select(Definition.period_kind, sa.func.count(Indicator.id), sa.func.count(Measurement.id))
        .join(Definition, Definition.id == Indicator.definition_id)
        .outerjoin(Measurement, current)
        .where(
            Indicator.alliance_id == alliance_id,
            Indicator.stopped_on.is_(None),
            Definition.is_derived.is_(False),
            sa.or_(
                *(
                    sa.and_(Definition.period_kind == kind, Indicator.followed_on <= last_day(period, kind))
                    for kind in PeriodKind
                )
            ),
        )
        .group_by(Definition.period_kind)
    )
    over = [(asked, entered) for kind, asked, entered in rows if last_day(period, kind) < today()]
    return sum(asked for asked, _ in over), sum(entered for _, entered in over)


def _communications(alliance_id: int) -> int:
    year = today().year
    return (
        db().scalar(
            sa.select(sa.func.count())
            .select_from(Communication)
            .where(
                Communication.alliance_id == alliance_id,
                Communication.withdrawn_at.is_(None),
                Communication.on.between(date(year, 1, 1), date(year, 12, 31)),
            )
        )
        or 0
    )
