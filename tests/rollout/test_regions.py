"""The phase of a region: the table of the rule, and all fifteen at once."""

from datetime import date

import pytest
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.database import transaction
from alliance_tracker.policy import SYSTEM
from alliance_tracker.rollout.models import PhaseLetter
from alliance_tracker.rollout.queries import region_phase, region_phases, rollout_of
from tests.builders import make_alliance
from tests.rollout.making import (
    KEMPEN,
    LIMBURG,
    NOT_APPLICABLE,
    TURNHOUT,
    WESTHOEK,
    A,
    B,
    C,
    bring_to,
    city_place,
    make_pioneer,
    record,
    region,
    region_place,
)

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("held_on", "has_pioneer", "pioneer_phase", "expected"),
    [
        (None, False, None, A),
        (DAY, False, None, B),
        (None, True, None, A),  # nobody decided on its phase yet: A
        (None, True, A, A),
        (None, True, B, B),
        (None, True, C, C),
        (DAY, True, None, B),
        (DAY, True, A, B),
        (DAY, True, B, B),
        (DAY, True, C, C),
    ],
)
def test_the_rule(
    context: Flask, held_on: date | None, has_pioneer: bool, pioneer_phase: PhaseLetter | None, expected: PhaseLetter
) -> None:
    found = region_phase(held_on, pioneer_phase, has_pioneer=has_pioneer)
    assert found.letter is expected
    assert str(found.reason)


def test_all_fifteen_are_there_where_nothing_happens_too(context: Flask) -> None:
    found = region_phases()
    assert len(found) == 15
    assert {phase.letter for phase in found.values()} == {A}


def test_the_conversation_and_the_pioneer_of_today_make_the_phase(context: Flask) -> None:
    record("region-conversation", region_place(WESTHOEK))
    pioneer = make_alliance()
    make_pioneer(pioneer)
    bring_to(pioneer, C)
    found = region_phases()
    assert (found[KEMPEN].letter, found[WESTHOEK].letter, found[LIMBURG].letter) == (C, B, A)


def test_an_alliance_without_mandate_does_not_move_its_region(context: Flask) -> None:
    bring_to(make_alliance(), C)
    assert region_phases()[KEMPEN].letter is A


def test_a_pioneer_whose_mandate_ended_does_not_count_any_more(context: Flask) -> None:
    pioneer = make_alliance()
    mandate = make_pioneer(pioneer)
    bring_to(pioneer, C)
    with transaction():
        alliances.end_mandate(mandate, on=date(2026, 11, 1), reason="Termijn voorbij.", actor=SYSTEM)
    assert region_phases()[KEMPEN].letter is A


def test_a_conversation_that_does_not_apply_was_not_held(context: Flask) -> None:
    record("region-conversation", region_place(WESTHOEK), status=NOT_APPLICABLE, reason="Zelf al gestart.")
    assert region_phases()[WESTHOEK].letter is A


def test_a_region_without_and_one_with_two_centre_cities(context: Flask) -> None:
    record("centre-city-conversation", city_place(TURNHOUT))
    assert [state.place.name for state in rollout_of(region(LIMBURG)).cities] == ["Genk", "Hasselt"]
    assert rollout_of(region(WESTHOEK)).cities == ()
    (turnhout,) = rollout_of(region(KEMPEN)).cities
    assert turnhout.done_on == DAY
    assert [state.key for state in rollout_of(region(KEMPEN)).milestones] == [
        "region-conversation",
        "pioneer-designated",
        "stem-poor-action",
    ]
