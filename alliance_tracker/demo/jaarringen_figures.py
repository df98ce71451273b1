"""The goals of De Jaarringen, and the figures of its three reported years."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.demo.agreeing import EXAMPLE
from alliance_tracker.demo.jaarringen_cast import GIRLS, KEY, MAKERS, SCHOOL, TOGETHER, WHO, WOOD, WORKSHOPS
from alliance_tracker.demo.stage import Stage
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import service as goals
from alliance_tracker.indicators import measuring, service
from alliance_tracker.indicators.models import Definition, FigureState
from alliance_tracker.indicators.service import Typed

# Goals and figures ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """An indicator of the story: a figure or a part and a whole for the baseline and for each of the three years."""

    key: str
    goal: str
    source: str
    baseline: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()
    measured: tuple[tuple[int, ...], ...] = ()
    #: How each year is divided, by `breakdown__category`.
    cells: tuple[Mapping[str, int], ...] = field(default=({}, {}, {}))


LISTS = "Aanwezigheidslijsten van de werkplaatsen (voorbeeld)."
TOLD = (
    Told(
        "reach-participants",
        WORKSHOPS,
        LISTS,
        (180,),
        (240, 320, 400, 480),
        ((251,), (338,), (389,)),
        (
            {"gender__girls": 78, "gender__boys": 166, "gender__unknown": 7, "target_group__disadvantaged": 48},
            {"gender__girls": 121, "gender__boys": 209, "gender__unknown": 8, "target_group__disadvantaged": 71},
            {"gender__girls": 163, "gender__boys": 221, "gender__unknown": 5, "target_group__disadvantaged": 92},
        ),
    ),
    Told("activity-hours", WORKSHOPS, "Kalender van de namiddagen (voorbeeld).", (), (300, 400, 450, 500), ((320,), (410,), (436,))),
    Told("girls-share", GIRLS, "", (), (30, 35, 40, 45)),
    Told("schools-share", TOGETHER, "Inschrijvingen bij de gemeente (voorbeeld).", (6, 31), (30, 40, 50, 55), ((9, 31), (12, 31), (16, 31))),
    Told("companies-involved", TOGETHER, "Lijst van de houtbouwer (voorbeeld).", (4,), (6, 10, 14, 16), ((7,), (11,), (13,))),
    Told("teachers-trained", TOGETHER, "Attesten van de vorming (voorbeeld).", (), (10, 20, 30, 40), ((12,), (19,), (31,))),
)  # fmt: skip


def _typed(figure: tuple[int, ...]) -> Typed:
    if len(figure) == 1:
        return Typed(FigureState.VALUE, Decimal(figure[0]))
    return Typed(numerator=Decimal(figure[0]), denominator=Decimal(figure[1]))


def aim(stage: Stage, first: int) -> None:
    group, domain = Scheme.TARGET_GROUP, Scheme.POLICY_DOMAIN

    def goal(title: str, reason: str, owner: str, groups: set[str], domains: set[str]) -> None:
        draft = goals.Draft(
            title=title,
            reason=f"{reason} {EXAMPLE}",
            owner_partner_id=stage.partners[KEY, owner].id,
            tags={group: frozenset(groups), domain: frozenset(domains)},
        )
        stage.goals[KEY, title] = goals.add(stage.alliances[KEY], draft, actor=stage.actor(WHO))

    def follow() -> None:
        actor = stage.actor(WHO)
        for line in TOLD:
            shared = sa.select(Definition).where(Definition.key == line.key, Definition.alliance_id.is_(None))
            indicator = service.follow(stage.goals[KEY, line.goal], db().scalars(shared).one(), actor=actor)
            if line.baseline:
                service.set_baseline(
                    indicator,
                    _typed(line.baseline),
                    on=date(first - 1, 12, 31),
                    source="Telling van de scholen (voorbeeld).",
                    actor=actor,
                )
            for number, value in enumerate(line.targets):
                service.set_target(indicator, first + number, Decimal(value), actor=actor)
            stage.indicators[f"{KEY}.{line.key}"] = indicator

    stage.on(
        date(first, 2, 10),
        lambda: goal(WORKSHOPS, "Uit de gesprekken met de scholen.", SCHOOL, {"secondary"}, {"education", "work"}),
    )
    stage.on(
        date(first, 2, 10),
        lambda: goal(
            GIRLS, "Van elke drie leerlingen in de werkplaats was er één meisje.", MAKERS, {"girls"}, {"education"}
        ),
    )
    stage.on(
        date(first, 2, 10),
        lambda: goal(
            TOGETHER,
            "Wie geen bedrijf kent, vindt geen werkplaats.",
            WOOD,
            {"secondary"},
            {"education", "economy-innovation"},
        ),
    )
    stage.on(date(first, 2, 11), follow)


def measure(stage: Stage, year: int, number: int) -> None:
    """The figures of a year, counted at the end of it."""
    for line in TOLD:
        if not line.measured:
            continue
        cells = {
            (what.partition("__")[0], what.partition("__")[2]): Typed(FigureState.VALUE, Decimal(n))
            for what, n in line.cells[number].items()
        }
        entry = measuring.Entry(year, _typed(line.measured[number]), cells, source=line.source)
        measuring.measure(stage.indicators[f"{KEY}.{line.key}"], entry, actor=stage.actor(WHO))
