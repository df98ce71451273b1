"""Example figures of the demonstration: indicators that alliances follow, with baselines, targets and measurements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import db
from alliance_tracker.demo.stage import Stage
from alliance_tracker.goals import service as goals
from alliance_tracker.goals.models import Goal, GoalStatus
from alliance_tracker.indicators import following, measuring, service
from alliance_tracker.indicators.models import Definition, Direction, FigureState, Indicator, Kind, PeriodRule, Unit
from alliance_tracker.indicators.periods import PeriodKind
from alliance_tracker.indicators.semantics import Semantics
from alliance_tracker.indicators.service import Typed

EXAMPLE = "Voorbeeldgegeven."


#: By position, the goal under which an indicator stands; the others stand under the first.
PLACES = {"girls-share": 1, "companies-involved": 2}


@dataclass(frozen=True)
class Told:
    """What the story says of one indicator; figures are a value, or a part and a whole."""

    key: str
    baseline: tuple[int, ...]
    targets: Mapping[int, int]
    measured: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    girls: Mapping[int, int] = field(default_factory=dict)
    method: str = ""


def tell(stage: Stage) -> None:
    """Set the scenes."""
    make(stage, "neteland", "coordinator")
    make(stage, "vonk", "coordinator2")


def make(stage: Stage, key: str, who: str) -> None:
    """Let an alliance of the story follow a few indicators; periods are counted from the year before this one."""
    year, last = stage.today.year - 1, stage.last
    told: tuple[Told, ...]
    if key == "neteland":
        told = (
            Told(
                "reach-participants",
                (1240,),
                {year: 1400, year + 1: 1700, year + 2: 2000},
                {last: (1390,), year: (1465,)},
                {last: 655, year: 690},
                "De partners tellen de aanwezigen op elke workshop.",
            ),
            Told("schools-share", (14, 44), {year: 40, year + 1: 50}, {last: (17, 44), year: (19, 44)}),
            Told("companies-involved", (6,), {year: 8, year + 1: 12}, {last: (8,), year: (9,)}),
            Told("girls-share", (), {last: 45, year: 45, year + 1: 50}),
        )
    else:
        told = (
            Told("reach-participants", (300,), {year: 450, year + 1: 600}, {year: (380,)}, {year: 95}),
            Told("companies-involved", (4,), {year: 6, year + 1: 10}, {year: (3,)}),
        )
    made: dict[str, Indicator] = {}
    follows_on = stage.early(305) if key == "neteland" else stage.ago(305)
    stage.on(follows_on, lambda: made.update(_follow(stage, key, who, told)))
    # What a report tells was measured before it was written.
    before = min(stage.ago(200), date(last + 1, 2, 20)) if key == "neteland" else stage.ago(200)
    for line in told:
        for period in line.measured:
            stage.on(
                before if period == last else stage.ago(200),
                lambda line=line, period=period: _measure(stage, made[line.key], line, period, who),  # type: ignore[misc]
            )
    if key == "neteland":
        stage.on(stage.ago(100), lambda: _correct(stage, made["reach-participants"], year, who))
        stage.on(stage.ago(90), lambda: _revise(stage, made["reach-participants"], year, who))
    else:
        stage.on(stage.ago(80), lambda: _own(stage, made["reach-participants"], who))


def _goal(stage: Stage, key: str, who: str, indicator: str) -> Goal:
    """The goal of the alliance that an indicator fits, or one made here."""
    alliance = stage.alliances[key]
    active = sa.select(Goal).where(Goal.alliance_id == alliance.id, Goal.status == GoalStatus.ACTIVE)
    found = db().scalars(active.order_by(Goal.position)).all()
    if found:
        return found[min(PLACES.get(indicator, 0), len(found) - 1)]
    owner = db().scalars(sa.select(Partner).where(Partner.alliance_id == alliance.id).order_by(Partner.id)).first()
    if owner is None:
        raise LookupError(key)
    draft = goals.Draft("Meer jongeren proeven van STEM", "Uit de behoefteanalyse. (Voorbeeldgegeven.)", owner.id)
    return goals.add(alliance, draft, actor=stage.actor(who))


def _typed(figure: tuple[int, ...]) -> Typed:
    if len(figure) == 1:
        return Typed(value=Decimal(figure[0]))
    return Typed(numerator=Decimal(figure[0]), denominator=Decimal(figure[1]))


def _follow(stage: Stage, key: str, who: str, told: tuple[Told, ...]) -> dict[str, Indicator]:
    actor = stage.actor(who)
    made = {}
    for line in told:
        goal = _goal(stage, key, who, line.key)
        shared = sa.select(Definition).where(Definition.key == line.key, Definition.alliance_id.is_(None))
        indicator = service.follow(goal, db().scalars(shared).one(), method=line.method, actor=actor)
        if line.baseline:
            on = date(min(stage.today.year - 2, stage.last - 1), 12, 31)
            service.set_baseline(indicator, _typed(line.baseline), on=on, source=EXAMPLE, actor=actor)
        for period, value in line.targets.items():
            service.set_target(indicator, period, Decimal(value), actor=actor)
        made[line.key] = indicator
    return made


def _by_gender(girls: int, boys: int) -> dict[tuple[str, str], Typed]:
    """What remains to the whole is not known."""
    return {("gender", "girls"): Typed(value=Decimal(girls)), ("gender", "boys"): Typed(value=Decimal(boys))}


def _measure(stage: Stage, indicator: Indicator, line: Told, period: int, who: str) -> None:
    figure, girls = line.measured[period], line.girls.get(period)
    cells = _by_gender(girls, figure[0] - girls - 25) if girls is not None else {}
    entry = measuring.Entry(period, _typed(figure), cells, source=EXAMPLE)
    measuring.measure(indicator, entry, actor=stage.actor(who))


def _correct(stage: Stage, indicator: Indicator, year: int, who: str) -> None:
    cells = _by_gender(702, 755)
    entry = measuring.Entry(
        year, Typed(value=Decimal(1490)), cells, source=EXAMPLE, reason="De workshop in Olen was niet meegeteld."
    )
    measuring.measure(indicator, entry, actor=stage.actor(who))


def _revise(stage: Stage, indicator: Indicator, year: int, who: str) -> None:
    service.set_target(
        indicator,
        year + 2,
        Decimal(2200),
        reason="Er kwam een partner bij. (Voorbeeldgegeven.)",
        actor=stage.actor(who),
    )


def _own(stage: Stage, beside: Indicator, who: str) -> None:
    """An indicator of the alliance's own, with a period of which it is known that nothing was measured."""
    goal, actor = db().get_one(Goal, beside.goal_id), stage.actor(who)
    meaning = Semantics(Unit.HOURS, Kind.FLOW, PeriodKind.SCHOOL, PeriodRule.SUM, Direction.UP)
    own = following.follow_local(
        goal, following.LocalDraft("Uren begeleiding door vrijwilligers", meaning), actor=actor
    )
    entry = measuring.Entry(
        stage.today.year, Typed(FigureState.NOT_MEASURED), note="De urenlijsten gingen verloren. (Voorbeeldgegeven.)"
    )
    measuring.measure(own, entry, actor=actor)
