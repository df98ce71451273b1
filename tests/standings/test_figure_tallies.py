"""The totals of the figures always say what the measurements say, whatever happens in whatever order."""

from datetime import date
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, DueDatesWhilePaused
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import DomainError
from alliance_tracker.indicators import measuring
from alliance_tracker.indicators.models import FigureState, Indicator
from alliance_tracker.indicators.service import Typed
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import figures
from alliance_tracker.standings import service as standings
from alliance_tracker.standings.models import FigureTally, IndicatorTally
from alliance_tracker.standings.scope import Scope
from tests.builders import actor_of, make_alliance, make_goal, make_indicator, make_measurement, make_user, typed

DAY = date(2026, 3, 2)


def tally(key: str, period: int = 2026, breakdown: str = "", category: str = "") -> Any:
    """The tally of one indicator in the Kempen."""
    return (
        db()
        .execute(
            sa.text(
                "SELECT t.* FROM figure_tally t JOIN indicator_definition d ON d.id = t.definition_id "
                "WHERE d.key = :key AND period = :period AND breakdown = :breakdown AND category = :category"
            ).bindparams(key=key, period=period, breakdown=breakdown, category=category)
        )
        .one_or_none()
    )


def test_measurements_are_added_up_with_their_parts(context: Flask) -> None:
    for whole, girls in ((120, 50), (80, 20)):
        indicator = make_indicator(make_goal(make_alliance()))
        make_measurement(indicator, 2026, typed(whole), cells={("gender", "girls"): typed(girls)})
    assert (tally("reach-participants").value, tally("reach-participants").reported) == (2_000_000, 2)
    assert tally("reach-participants", 2026, "gender", "girls").value == 700_000
    assert tally("reach-participants", 2026, "gender", "unknown").value == 1_300_000


def test_a_correction_counts_once(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    make_measurement(indicator, 2026, typed(120))
    make_measurement(indicator, 2026, typed(100), reason="Dubbel geteld.")
    assert (tally("reach-participants").value, tally("reach-participants").reported) == (1_000_000, 1)


def test_the_share_of_girls_counts_only_those_whose_gender_is_known(context: Flask) -> None:
    for whole, girls, boys in ((120, 30, 60), (40, 5, 5)):
        goal = make_goal(make_alliance())
        make_indicator(goal, "girls-share")
        cells = {("gender", "girls"): typed(girls), ("gender", "boys"): typed(boys)}
        make_measurement(make_indicator(goal), 2026, typed(whole), cells=cells)
    found = tally("girls-share")
    assert (found.numerator, found.denominator, found.reported) == (350_000, 1_000_000, 2)


def test_an_initiative_does_not_count_and_what_a_paused_or_an_ended_alliance_measured_does(context: Flask) -> None:
    alliance = make_alliance()
    make_measurement(make_indicator(make_goal(alliance)), 2026, typed(120))
    make_measurement(make_indicator(make_goal(make_alliance(accepted_on=None))), 2026, typed(7))
    with transaction():
        alliances.pause(alliance, since=DAY, due_dates=DueDatesWhilePaused.KEEP, reason="x", actor=SYSTEM)
    assert tally("reach-participants").value == 1_200_000
    with transaction():
        alliances.end(alliance, on=today(), reason="x", actor=SYSTEM)
    assert (tally("reach-participants").value, tally("reach-participants").former) == (1_200_000, 1)


def test_what_was_measured_counts_after_the_indicator_was_stopped(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    make_measurement(indicator, 2026, typed(120))
    stop(indicator)
    found = tally("reach-participants")
    assert (found.value, found.reported, found.former) == (1_200_000, 1, 1)
    assert db().scalar(sa.select(sa.func.count()).select_from(IndicatorTally)) == 0


def stop(indicator: Indicator) -> None:
    from alliance_tracker import audit

    with transaction():
        indicator.stopped_on, indicator.stop_reason = today(), "x"
        audit.record("indicator.stopped", indicator, actor=SYSTEM)


def test_a_drifted_total_is_named(context: Flask) -> None:
    make_measurement(make_indicator(make_goal(make_alliance())), 2026, typed(120))
    assert list(standings.drift()) == []
    with transaction():
        db().execute(sa.update(FigureTally).values(reported=9))
    assert any("figures" in fault for fault in standings.drift())
    with transaction():
        figures.recount(Scope())
    assert list(standings.drift()) == []


def test_a_total_costs_the_same_statements_with_more_alliances(context: Flask, statements: list[str]) -> None:
    def cost() -> int:
        indicator = make_indicator(make_goal(make_alliance()))
        author = actor_of(make_user(Role.PROJECT_MANAGER))
        statements.clear()
        make_measurement(indicator, 2026, typed(5), by=author)
        return len(statements)

    few = cost()
    for _ in range(3):
        cost()
    assert cost() == few


KEYS = ("reach-participants", "girls-share", "schools-share", "stem-interest", "teachers-trained")
FIGURES = (
    typed(0),
    typed(25),
    typed(1000),
    Typed(FigureState.NOT_MEASURED),
    Typed(FigureState.NOT_APPLICABLE),
)
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["found", "follow", "measure", "measure", "measure", "stop", "pause", "end"]),
        st.integers(0, 2),
        st.integers(0, 4),
        st.integers(2024, 2026),
    ),
    min_size=5,
    max_size=18,
)


class Play:
    """Plays random commands; what the rules refuse is no fault."""

    def __init__(self) -> None:
        self.alliances: list[Alliance] = []
        self.goals: list[Any] = []
        self.author = actor_of(make_user(Role.PROJECT_MANAGER))

    def do(self, action: str, which: int, what: int, period: int) -> None:
        try:
            with transaction():
                getattr(self, action)(which, what, period)
        except (DomainError, IndexError, LookupError):
            pass

    def found(self, which: int, _what: int, _period: int) -> None:
        region = ("REFREG03", "REFREG15", "REFREG03")[which]
        place = ("Geel", "Genk", "Mol")[which]
        alliance = make_alliance(region=region, municipalities=[place], accepted_on=None if which == 2 else DAY)
        self.goals.append(make_goal(alliance))
        self.alliances.append(alliance)

    def follow(self, which: int, what: int, _period: int) -> None:
        make_indicator(self.goals[which], KEYS[what])

    def _indicator(self, which: int, what: int) -> Indicator:
        statement = sa.select(Indicator).where(Indicator.alliance_id == self.alliances[which].id)
        found = db().scalars(statement.options(selectinload(Indicator.definition)).order_by(Indicator.id)).all()
        return found[what % max(1, len(found))]

    def measure(self, which: int, what: int, period: int) -> None:
        indicator = self._indicator(which, what)
        figure = FIGURES[(what * 7 + period) % len(FIGURES)]
        cells = {}
        if figure.value is not None:
            if indicator.definition.is_ratio:
                figure = typed(None, what, max(1, what * period // 100))
            elif indicator.definition.unit.value == "score":
                figure = typed(what + 1, None, 12)
            elif figure.value:
                cells = {("gender", "girls"): typed(figure.value // 5), ("gender", "boys"): typed(figure.value // 2)}
        if "gender" not in indicator.definition.breakdowns:
            cells = {}
        entry = measuring.Entry(period, figure, cells=cells, note="x", reason="x")
        measuring.measure(indicator, entry, actor=self.author)

    def stop(self, which: int, what: int, _period: int) -> None:
        stop(self._indicator(which, what))

    def pause(self, which: int, _what: int, _period: int) -> None:
        alliances.pause(self.alliances[which], since=DAY, due_dates=DueDatesWhilePaused.KEEP, reason="x", actor=SYSTEM)

    def end(self, which: int, _what: int, _period: int) -> None:
        alliances.end(self.alliances[which], on=DAY, reason="x", actor=SYSTEM)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_whatever_happens_the_totals_do_not_drift(context: Flask, actions: list[tuple[str, int, int, int]]) -> None:
    play = Play()
    for number in range(3):
        play.do("found", number, 0, 0)
        for what in range(2):
            play.do("follow", number, what, 0)
    for action, which, what, period in actions:
        play.do(action, which, what, period)
    db().rollback()
    assert list(figures.drift()) == []


@pytest.mark.parametrize("column", ["value", "numerator", "denominator"])
def test_sums_are_exact(context: Flask, column: str) -> None:
    goal = make_goal(make_alliance())
    make_measurement(make_indicator(goal, "activity-hours"), 2026, typed("0.1"))
    make_measurement(make_indicator(make_goal(make_alliance()), "activity-hours"), 2026, typed("0.2"))
    row = db().scalars(sa.select(FigureTally)).one()
    assert getattr(row, column) == {"value": Decimal("0.3")}.get(column, Decimal(0))
