"""What a pilot's reach tells outside, and what a second writer sees of the first."""

from datetime import date

import pytest
from flask import Flask

from alliance_tracker.database import transaction
from alliance_tracker.errors import FieldRefused
from alliance_tracker.pilots import reach
from alliance_tracker.pilots.reach_reading import years_of
from alliance_tracker.policy import Role
from tests.builders import actor_of, make_alliance, make_pilot, make_user


def test_the_reach_of_a_few_is_not_divided_outside(context: Flask) -> None:
    pilot = make_pilot(make_alliance(), started_on=date(2026, 3, 1))
    author = actor_of(make_user(Role.PROJECT_MANAGER))
    with transaction():
        reach.record(pilot, reach.Entry(2026, 3, {("gender", "girls"): 1}), actor=author)
    (inside,) = years_of([pilot.id], exactly=True)[pilot.id]
    (outside,) = years_of([pilot.id], exactly=False)[pilot.id]
    assert inside.divisions
    assert (outside.participants, outside.divisions) == (5, ())


def test_nobody_replaces_a_figure_that_they_did_not_see(context: Flask) -> None:
    pilot = make_pilot(make_alliance(), started_on=date(2026, 3, 1))
    author = actor_of(make_user(Role.PROJECT_MANAGER))
    with transaction():
        first = reach.record(pilot, reach.Entry(2026, 500), drawn_from=0, actor=author)
    with pytest.raises(FieldRefused) as refusal, transaction():
        reach.record(pilot, reach.Entry(2026, 600, reason="Hertelling."), drawn_from=0, actor=author)
    assert refusal.value.field == "participants"
    assert first is not None
    with transaction():
        assert reach.record(pilot, reach.Entry(2026, 600, reason="Hertelling."), drawn_from=first.id, actor=author)
