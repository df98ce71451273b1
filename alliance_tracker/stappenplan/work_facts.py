"""What the checks know of an alliance's goals, pilots and signals, and of what anchors its cooperation."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner, PartnerPillar
from alliance_tracker.convenants import agreements
from alliance_tracker.convenants.models import Agreement, Convenant
from alliance_tracker.database import db
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals.models import Goal, GoalStatus, GoalTag
from alliance_tracker.indicators.models import Baseline, Definition, FigureState, Indicator, Target
from alliance_tracker.indicators.periods import last_day
from alliance_tracker.learning.models import Signal
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.pilots.models import (
    Pilot,
    PilotDecision,
    PilotEvaluation,
    PilotPartner,
    PilotReach,
    PilotReachCell,
)


@dataclass(frozen=True)
class GoalFact:
    """One goal that was not given up. `is_measurable`: a known baseline, and a target with a date after it."""

    title: str
    target_groups: frozenset[str] = frozenset()
    policy_domains: frozenset[str] = frozenset()
    has_indicator: bool = False
    is_measurable: bool = False


def goals_of(alliance_id: int) -> tuple[GoalFact, ...]:
    """The goals of an alliance, reached ones included, in four statements."""
    goals = db().execute(
        sa.select(Goal.id, Goal.title)
        .where(Goal.alliance_id == alliance_id, Goal.status != GoalStatus.STOPPED)
        .order_by(Goal.position, Goal.id)
    )
    titles = {goal_id: title for goal_id, title in goals}  # noqa: C416  # rows are not pairs to mypy
    if not titles:
        return ()
    terms: dict[tuple[int, Scheme], set[str]] = defaultdict(set)
    tags = sa.select(GoalTag.goal_id, GoalTag.scheme, GoalTag.key).where(
        GoalTag.alliance_id == alliance_id, GoalTag.is_withdrawn.is_(False)
    )
    for goal_id, scheme, key in db().execute(tags):
        terms[goal_id, scheme].add(key)
    followed, measurable = _measured(alliance_id)
    return tuple(
        GoalFact(
            title,
            frozenset(terms[goal_id, Scheme.TARGET_GROUP]),
            frozenset(terms[goal_id, Scheme.POLICY_DOMAIN]),
            goal_id in followed,
            goal_id in measurable,
        )
        for goal_id, title in titles.items()
    )


def _measured(alliance_id: int) -> tuple[set[int], set[int]]:
    """The goals with an indicator, and those of which one has a known baseline and a target after it."""
    started = _known_baselines(alliance_id)
    indicators = db().execute(
        sa.select(Indicator.id, Indicator.goal_id, Definition.period_kind, Target.period, Target.value)
        .join(Definition, Definition.id == Indicator.definition_id)
        .outerjoin(Target, Target.indicator_id == Indicator.id)
        .where(Indicator.alliance_id == alliance_id, Indicator.stopped_on.is_(None))
        .order_by(Target.id)
    )
    followed: set[int] = set()
    # The newest row of a period holds, and one without a value drops the target.
    ahead: dict[tuple[int, int, int | None], bool] = {}
    for indicator_id, goal_id, period_kind, period, value in indicators:
        followed.add(goal_id)
        if indicator_id in started and period is not None:
            is_after = last_day(period, period_kind) > started[indicator_id]
            ahead[goal_id, indicator_id, period] = value is not None and is_after
    return followed, {goal_id for (goal_id, _, _), is_ahead in ahead.items() if is_ahead}


def _known_baselines(alliance_id: int) -> dict[int, date]:
    """The day of the baseline that holds, of each indicator whose baseline is known."""
    rows = db().execute(
        sa.select(Baseline.indicator_id, Baseline.state, Baseline.on)
        .where(Baseline.alliance_id == alliance_id)
        .order_by(Baseline.id)
    )
    newest = {indicator_id: (state, on) for indicator_id, state, on in rows}
    return {indicator_id: on for indicator_id, (state, on) in newest.items() if state is FigureState.VALUE}


@dataclass(frozen=True)
class PilotFact:
    """One pilot with the pillars of its partners, and what was recorded once it was finished."""

    name: str
    started_on: date | None = None
    finished_on: date | None = None
    pillars: frozenset[Pillar] = frozenset()
    decision: PilotDecision | None = None
    has_reach: bool = False
    has_breakdown: bool = False


def pilots_of(alliance_id: int) -> tuple[PilotFact, ...]:
    """The pilots of an alliance, in four statements."""
    pilots = db().execute(
        sa.select(Pilot.id, Pilot.name, Pilot.started_on, Pilot.finished_on)
        .where(Pilot.alliance_id == alliance_id)
        .order_by(Pilot.starts_on, Pilot.id)
    )
    rows = pilots.all()
    if not rows:
        return ()
    pillars = _pillars_of_pilots(alliance_id)
    evaluations = db().execute(
        sa.select(PilotEvaluation.pilot_id, PilotEvaluation.decision)
        .where(PilotEvaluation.alliance_id == alliance_id)
        .order_by(PilotEvaluation.id)
    )
    decisions = {pilot_id: decision for pilot_id, decision in evaluations}  # noqa: C416  # rows are not pairs to mypy
    reached = db().execute(
        sa.select(PilotReach.pilot_id, sa.func.count(PilotReachCell.id))
        .outerjoin(PilotReachCell, PilotReachCell.pilot_reach_id == PilotReach.id)
        .where(PilotReach.alliance_id == alliance_id, PilotReach.superseded_at.is_(None))
        .group_by(PilotReach.pilot_id)
    )
    cells = {pilot_id: count for pilot_id, count in reached}  # noqa: C416  # rows are not pairs to mypy
    return tuple(
        PilotFact(
            row.name,
            row.started_on,
            row.finished_on,
            frozenset(pillars[row.id]),
            decisions.get(row.id),
            row.id in cells,
            bool(cells.get(row.id)),
        )
        for row in rows
    )


def _pillars_of_pilots(alliance_id: int) -> dict[int, set[Pillar]]:
    """The pillars that the partners of each pilot fill, or filled when they left."""
    found: dict[int, set[Pillar]] = defaultdict(set)
    rows = db().execute(
        sa.select(PilotPartner.pilot_id, PartnerPillar.pillar)
        .join(PartnerPillar, PartnerPillar.partner_id == PilotPartner.partner_id)
        .join(Partner, Partner.id == PilotPartner.partner_id)
        .where(
            PilotPartner.alliance_id == alliance_id,
            PilotPartner.is_withdrawn.is_(False),
            sa.or_(PartnerPillar.until.is_(None), PartnerPillar.until == Partner.until),
        )
    )
    for pilot_id, pillar in rows:
        found[pilot_id].add(pillar)
    return found


@dataclass(frozen=True)
class SentSignal:
    """A signal that the alliance sent to VLAIO."""

    sent_on: date
    title: str


def signals_of(alliance_id: int) -> tuple[SentSignal, ...]:
    """The signals of an alliance, the oldest first; one that was merged into another was sent as well."""
    rows = db().execute(
        sa.select(Signal.sent_on, Signal.title)
        .where(Signal.alliance_id == alliance_id)
        .order_by(Signal.sent_on, Signal.id)
    )
    return tuple(SentSignal(sent_on, title) for sent_on, title in rows)


@dataclass(frozen=True)
class AnchorFact:
    """A convenant that came into force, or another agreement, with its first and last day; None has no end."""

    title: str
    starts_on: date
    ends_on: date | None = None
    is_convenant: bool = False
    #: A convenant is its own document; another agreement has it attached.
    has_document: bool = True

    def covers(self, day: date) -> bool:
        """Whether it is active on `day`; its first and last day belong to it."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def anchors_of(alliance_id: int) -> tuple[AnchorFact, ...]:
    """What anchors the cooperation, or did, or will: convenants first, then by their first day; one statement."""
    attached = (
        sa.select(Evidence.id)
        .where(
            Evidence.subject_type == agreements.PROVEN,
            Evidence.subject_key == sa.cast(Agreement.id, sa.String),
            Evidence.withdrawn_at.is_(None),
        )
        .exists()
    )
    convenants = sa.select(
        Convenant.title.label("title"),
        Convenant.in_force_on.label("since"),
        sa.func.coalesce(Convenant.terminated_on, Convenant.ends_on).label("until"),
        sa.literal(1).label("is_convenant"),
        sa.literal(1).label("has_document"),
        Convenant.id.label("id"),
    ).where(Convenant.alliance_id == alliance_id, Convenant.in_force_on.is_not(None))
    others = sa.select(
        Agreement.title,
        Agreement.starts_on,
        Agreement.ends_on,
        sa.literal(0),
        sa.case((attached, 1), else_=0),
        Agreement.id,
    ).where(Agreement.alliance_id == alliance_id, Agreement.withdrawn_at.is_(None))
    found = sa.union_all(convenants, others).subquery()
    rows = db().execute(sa.select(found).order_by(found.c.is_convenant.desc(), found.c.since, found.c.id))
    return tuple(
        AnchorFact(row.title, row.since, row.until, bool(row.is_convenant), bool(row.has_document)) for row in rows
    )
