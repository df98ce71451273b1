"""The pilots of De Jaarringen with whom they reached, and its signals with their answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask import current_app

from alliance_tracker.database import today
from alliance_tracker.demo.agreeing import EXAMPLE
from alliance_tracker.demo.jaarringen_cast import (
    KEY,
    MAKERS,
    MUSEUM,
    SCHOOL,
    TOWN,
    WHO,
    WOOD,
)
from alliance_tracker.demo.stage import Stage
from alliance_tracker.learning import service as learning
from alliance_tracker.learning.models import Signal, SignalKind
from alliance_tracker.pilots import reach, running
from alliance_tracker.pilots import service as pilots
from alliance_tracker.pilots.models import PilotDecision

# Pilots --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """A pilot of the story: when it was planned, whom it reached in which year, and what it taught."""

    name: str
    begun_on: date
    partners: tuple[str, ...]
    reached: Mapping[int, tuple[int, int]]
    finished_on: date | None = None
    findings: str = ""
    decision: PilotDecision = PilotDecision.SCALE_UP


def pilot(stage: Stage, first: int) -> None:
    for tried in (
        Tried(
            "Houtatelier op woensdagnamiddag",
            date(first, 4, 12),
            (WOOD, SCHOOL),
            {first: (96, 28)},
            date(first, 11, 28),
            "Leerlingen die een eigen stuk mee naar huis nemen, komen terug. Eén begeleider per acht is nodig.",
        ),
        Tried(
            "Techniekbus naar Damme",
            date(first + 1, 3, 4),
            (TOWN, MAKERS),
            {first + 1: (148, 61)},
            date(first + 1, 12, 2),
            "De bus bracht klassen die nog nooit kwamen; halftijds staat hij stil. Delen met een andere alliantie.",
            PilotDecision.ADJUST,
        ),
        Tried(
            "Meisjes aan de draaibank",
            date(first + 1, 10, 7),
            (MAKERS, SCHOOL),
            {first + 1: (36, 36), first + 2: (58, 58)},
            date(first + 2, 6, 20),
            "In een eigen groep durven ze meer; na drie keer vragen ze zelf om gemengd te werken.",
        ),
        Tried("Herstelcafé op school", date(first + 2, 9, 22), (SCHOOL, MUSEUM), {first + 2: (64, 30)}),
    ):
        _pilot(stage, tried)


def _pilot(stage: Stage, tried: Tried) -> None:
    made: list[int] = []

    def plan() -> None:
        draft = pilots.Draft(
            name=tried.name,
            starts_on=tried.begun_on,
            description=EXAMPLE,
            place="Brugge",
            budget=Decimal(2400),
            partners=frozenset(stage.partners[KEY, name].id for name in tried.partners),
        )
        made.append(pilots.plan(stage.alliances[KEY], draft, actor=stage.actor(WHO)).id)

    def do(what: Callable[..., object], /, *facts: object, **more: object) -> None:
        what(pilots.pilot_by_id(made[0]), *facts, **more, actor=stage.actor(WHO))

    def finish() -> None:
        do(running.finish, running.Evaluation(f"{tried.findings} {EXAMPLE}", tried.decision, today()))

    stage.on(tried.begun_on - timedelta(20), plan)
    stage.on(tried.begun_on, lambda: do(running.begin, on=today()))
    for year, (people, girls) in tried.reached.items():
        cells = {("gender", "girls"): girls, ("gender", "boys"): people - girls}
        entry = reach.Entry(year, people, cells, note=f"Geteld bij elke namiddag. {EXAMPLE}")
        stage.on(date(year, 12, 20), lambda entry=entry: do(reach.record, entry))  # type: ignore[misc]
    if tried.finished_on:
        stage.on(tried.finished_on, finish)


# Signals -------------------------------------------------------------------------------------------------------------


def signal(stage: Stage, first: int) -> None:
    """One adopted, one refused, one that was answered too late and is under study."""
    sent: list[Signal] = []

    def send(kind: SignalKind, title: str, text: str) -> None:
        draft = learning.Draft(kind=kind, title=title, text=f"{text} {EXAMPLE}")
        days = current_app.config["SIGNAL_ANSWER_DAYS"]
        sent.append(learning.raise_signal(stage.alliances[KEY], draft, days=days, actor=stage.actor(WHO)))

    def answer(number: int, move: str, reason: str) -> None:
        learning.answer(sent[number], move, reason=f"{reason} {EXAMPLE}", address="/signals/%s", actor=stage.manager)

    stage.on(
        date(first + 1, 4, 8),
        lambda: send(
            SignalKind.BARRIER,
            "De rit naar een werkplaats is geen schoolkost",
            "Scholen mogen een bus naar het theater boeken, maar niet naar een werkplaats.",
        ),
    )
    stage.on(date(first + 1, 5, 6), lambda: answer(0, "study", "Wij vragen het na bij Onderwijs."))
    stage.on(date(first + 1, 10, 1), lambda: answer(0, "adopt", "Onderwijs neemt het op in de omzendbrief."))
    stage.on(
        date(first + 2, 2, 25),
        lambda: send(
            SignalKind.PROPOSAL,
            "Een dag in de werkplaats laten meetellen als nascholing",
            "Leraren willen eerst zelf aan de machine staan; nu nemen zij er verlof voor.",
        ),
    )
    stage.on(
        date(first + 2, 4, 2),
        lambda: answer(1, "refuse", "Scholen beslissen zelf wat als nascholing telt; een regel is niet nodig."),
    )
    stage.on(
        date(first + 2, 5, 12),
        lambda: send(
            SignalKind.PRACTICE,
            "Eén kalender voor alle werkplaatsen voorkomt lege namiddagen",
            "Sinds de gemeente één kalender beheert, bleef geen enkele namiddag leeg.",
        ),
    )
    stage.on(
        date(first + 2, 10, 20), lambda: answer(2, "study", "Wij bekijken of andere regio's haar kunnen overnemen.")
    )
