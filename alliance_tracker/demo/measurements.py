"""Example figures: a full year and the running one for Neteland, and fictitious alliances that measured only a part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.database import db
from alliance_tracker.demo.indicators import PLACES
from alliance_tracker.demo.stage import Stage
from alliance_tracker.goals import service as goals
from alliance_tracker.goals.models import Goal, GoalStatus
from alliance_tracker.indicators import measuring, service
from alliance_tracker.indicators.models import Definition, FigureState, Indicator
from alliance_tracker.indicators.service import Typed
from alliance_tracker.policy import Actor

SOURCE = "Voorbeeldtelling"


@dataclass(frozen=True)
class Said:
    """What an alliance measured: a value, or a part of a whole, with the parts by gender or target group."""

    key: str
    value: int = 0
    of: int = 0
    cells: Mapping[tuple[str, str], int] = field(default_factory=dict)


def _by_gender(girls: int, boys: int, **groups: int) -> dict[tuple[str, str], int]:
    found = {("gender", "girls"): girls, ("gender", "boys"): boys}
    return found | {("target_group", key.replace("_", "-")): n for key, n in groups.items()}


#: By alliance, and by how many years ago the period ended.
FIGURES: dict[str, dict[int, tuple[Said, ...]]] = {
    "neteland": {
        1: (
            Said("reach-fifth-year", 410, of=640),
            Said("activity-hours", 340),
            Said("teachers-trained", 36),
            Said("girls-share"),
        ),
        0: (
            Said("reach-participants", 1340, cells=_by_gender(640, 670, primary=980)),
            Said("reach-fifth-year", 468, of=652),
            Said("schools-share", 23, of=44),
            Said("companies-involved", 11),
            Said("activity-hours", 395),
            Said("teachers-trained", 44),
        ),
    },
    "vonk": {
        0: (Said("reach-participants", 265), Said("schools-share", 8, of=31), Said("girls-share")),
    },
    "proeftuin": {0: (Said("reach-participants", 96, cells=_by_gender(31, 65)), Said("companies-involved", 4))},
    "rustpunt": {1: (Said("reach-participants", 58),)},
}


def make(stage: Stage) -> None:
    """Set the scenes: what was measured is entered shortly before today."""
    for key, by_year in FIGURES.items():
        for years_ago, said in sorted(by_year.items(), reverse=True):
            period = stage.ago(9).year - years_ago  # in the first days of a year, it has not begun to be measured
            stage.on(stage.ago(9), lambda key=key, period=period, said=said: _enter(stage, key, period, said))  # type: ignore[misc]


def _enter(stage: Stage, key: str, period: int, said: tuple[Said, ...]) -> None:
    alliance, actor = stage.alliances[key], stage.actor("coordinator" if key == "neteland" else "coordinator2")
    for one in said:
        indicator = _followed(alliance, one.key, actor)
        if indicator.definition.is_derived or measuring.current([indicator.id], period):
            continue
        figure = _typed(one.value, one.of)
        entry = measuring.Entry(
            period,
            figure,
            cells={name: Typed(FigureState.VALUE, Decimal(n)) for name, n in one.cells.items()},
            source=SOURCE,
        )
        measuring.measure(indicator, entry, actor=actor)


def _typed(value: int, of: int) -> Typed:
    if of:
        return Typed(FigureState.VALUE, None, Decimal(value), Decimal(of))
    return Typed(FigureState.VALUE, Decimal(value))


def _followed(alliance: Alliance, key: str, actor: Actor) -> Indicator:
    """The indicator as the alliance follows it; under the goal that it fits if nobody chose one."""
    definition = (
        db().scalars(sa.select(Definition).where(Definition.key == key, Definition.alliance_id.is_(None))).one()
    )
    found = db().scalars(
        sa.select(Indicator)
        .where(Indicator.alliance_id == alliance.id, Indicator.definition_id == definition.id)
        .options(selectinload(Indicator.definition))
    )
    return found.one_or_none() or service.follow(_goal(alliance, key, actor), definition, actor=actor)


def _goal(alliance: Alliance, key: str, actor: Actor) -> Goal:
    found = (
        db()
        .scalars(
            sa.select(Goal)
            .where(Goal.alliance_id == alliance.id, Goal.status == GoalStatus.ACTIVE)
            .order_by(Goal.position)
        )
        .all()
    )
    if found:
        return found[min(PLACES.get(key, 0), len(found) - 1)]
    owner = (
        db()
        .scalars(
            sa.select(Partner.id)
            .where(Partner.alliance_id == alliance.id, Partner.until.is_(None))
            .order_by(Partner.id)
            .limit(1)
        )
        .one()
    )
    draft = goals.Draft(
        title="Meer jongeren bereiken met STEM",
        reason="Uit de behoefteanalyse: het aanbod bereikt te weinig jongeren.",
        owner_partner_id=owner,
    )
    return goals.add(alliance, draft, actor=actor)
