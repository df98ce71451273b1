"""Step 5 is renewed each calendar year, until its report is due, and is never done."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.database import transaction
from alliance_tracker.errors import FieldRefused, NotFound, TransitionRefused
from alliance_tracker.stappenplan import service
from alliance_tracker.stappenplan.models import CriterionStatus
from alliance_tracker.stappenplan.reading import plan_of, summary
from tests.builders import make_partner
from tests.stappenplan.network import alliance_ready_for_step_1, complete, settle


def at(freeze: Any, year: int, month: int, day: int, hour: int = 11, minute: int = 0) -> None:
    freeze(datetime(year, month, day, hour, minute, tzinfo=UTC))


@pytest.fixture(autouse=True)
def november(freeze: Any) -> None:
    at(freeze, 2026, 11, 21)


def grown() -> Any:
    alliance, actor, partners = alliance_ready_for_step_1()
    complete(alliance, actor, 1, 2, 3, 4)
    return alliance, actor, partners


def test_the_year_is_renewed_and_the_next_one_is_open_again(context: Flask, freeze: Any) -> None:
    alliance, actor, _ = grown()
    settle(alliance, 5, actor)
    with transaction():
        service.complete_step(alliance, 5, actor=actor)
    assert plan_of(alliance.id).step(5).is_completed
    assert plan_of(alliance.id).renewed_years == (2026,)
    at(freeze, 2027, 1, 1)
    plan = plan_of(alliance.id)
    assert (plan.year, plan.step(5).is_completed) == (2027, False)
    assert plan.step(5).met == 0
    assert plan_of(alliance.id, 2026).step(5).is_completed
    assert plan.years == (2026, 2027)


def test_steps_1_to_4_do_not_recur(context: Flask, freeze: Any) -> None:
    alliance, _, _ = grown()
    at(freeze, 2027, 6, 1)
    assert [step.is_completed for step in plan_of(alliance.id).steps] == [True, True, True, True, False]


def test_the_old_year_can_still_be_renewed_until_31_march(context: Flask, freeze: Any) -> None:
    alliance, actor, _ = grown()
    at(freeze, 2027, 3, 31)
    settle(alliance, 5, actor, 2026)
    with transaction():
        service.complete_step(alliance, 5, year=2026, actor=actor)
    assert plan_of(alliance.id, 2026).step(5).is_completed
    assert not plan_of(alliance.id, 2027).step(5).is_completed


def test_the_day_is_brussels_day(context: Flask, freeze: Any) -> None:
    alliance, _, _ = grown()
    # 31 March 2027, 21:59 UTC is still 31 March in Brussels (summer time); a minute later it is 1 April.
    at(freeze, 2027, 3, 31, 21, 59)
    assert plan_of(alliance.id).open_years == (2026, 2027)
    at(freeze, 2027, 3, 31, 22, 0)
    assert plan_of(alliance.id).open_years == (2027,)
    # 31 December 2026, 23:00 UTC is New Year in Brussels.
    at(freeze, 2026, 12, 31, 23, 0)
    assert plan_of(alliance.id).year == 2027


def test_a_closed_year_takes_no_decision_at_all(context: Flask, freeze: Any) -> None:
    alliance, actor, _ = grown()
    with transaction():
        service.meet(alliance, "deepen", note="Doorgelicht.", actor=actor)
        service.waive(alliance, "anchor", reason="Nee.", actor=actor)
    at(freeze, 2027, 4, 1)
    commands: list[Any] = [
        lambda: service.meet(alliance, "exchange-with-government", year=2026, actor=actor),
        lambda: service.waive(alliance, "exchange-with-government", reason="x", year=2026, actor=actor),
        lambda: service.reopen(alliance, "deepen", reason="x", year=2026, actor=actor),
        lambda: service.complete_step(alliance, 5, year=2026, actor=actor),
    ]
    for command in commands:
        with pytest.raises(TransitionRefused) as refusal, transaction():
            command()
        assert "2026" in str(refusal.value)


def test_a_renewed_year_is_not_reopened_once_it_is_closed(context: Flask, freeze: Any) -> None:
    alliance, actor, _ = grown()
    complete(alliance, actor, 5)
    with transaction():
        service.reopen_step(alliance, 5, reason="Vergeten.", actor=actor)
        service.complete_step(alliance, 5, actor=actor)
    at(freeze, 2027, 4, 1)
    with pytest.raises(TransitionRefused), transaction():
        service.reopen_step(alliance, 5, reason="Te laat.", year=2026, actor=actor)


@pytest.mark.parametrize("year", [2020, 2025, 2027, 0])
def test_a_year_that_is_not_offered_is_not_found(context: Flask, year: int) -> None:
    alliance, _, _ = grown()
    with pytest.raises(NotFound):
        plan_of(alliance.id, year)


def test_a_year_cannot_be_renewed_on_a_day_before_it_began(context: Flask) -> None:
    alliance, actor, _ = grown()
    settle(alliance, 5, actor)
    with pytest.raises(FieldRefused), transaction():
        service.complete_step(alliance, 5, on=date(2025, 12, 31), actor=actor)


def test_growth_is_that_of_the_year_that_is_renewed(context: Flask, freeze: Any) -> None:
    alliance, _, _ = grown()
    at(freeze, 2027, 2, 1)
    assert plan_of(alliance.id, 2026).criterion("broaden")[1].status is CriterionStatus.MET
    assert plan_of(alliance.id, 2027).criterion("broaden")[1].status is CriterionStatus.OPEN
    make_partner(alliance, since=date(2027, 1, 20))
    assert plan_of(alliance.id, 2027).criterion("broaden")[1].status is CriterionStatus.MET


def test_a_decision_belongs_to_its_year(context: Flask, freeze: Any) -> None:
    alliance, actor, _ = grown()
    at(freeze, 2027, 2, 1)
    with transaction():
        service.meet(alliance, "deepen", note="In 2026 doorgelicht.", year=2026, actor=actor)
    assert plan_of(alliance.id, 2026).criterion("deepen")[1].status is CriterionStatus.MET
    assert plan_of(alliance.id, 2027).criterion("deepen")[1].status is CriterionStatus.OPEN


def test_the_summary_counts_the_current_year_and_is_renewed_on_new_year(context: Flask, freeze: Any) -> None:
    alliance, actor, _ = grown()
    complete(alliance, actor, 5)
    assert summary(alliance.id).met[4] == 4
    assert summary(alliance.id).recompute_on == date(2027, 1, 1)
    at(freeze, 2027, 1, 1)
    assert summary(alliance.id).met[4] == 0


def test_the_yearly_step_waits_for_the_four_below(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    complete(alliance, actor, 1, 2, 3)
    settle(alliance, 5, actor)
    with pytest.raises(TransitionRefused) as refusal, transaction():
        service.complete_step(alliance, 5, actor=actor)
    assert refusal.value.obstacles[0].facts["numbers"] == [4]
