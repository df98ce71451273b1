"""The reach of a pilot: parts that fit the whole, corrections beside what they correct, and rounding outside."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from alliance_tracker.database import db, transaction
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.people import told
from alliance_tracker.pilots import queries, reach
from alliance_tracker.pilots.models import Pilot, PilotReach, PilotReachCell
from alliance_tracker.pilots.reach_reading import years_of
from alliance_tracker.policy import Actor, Role
from tests.builders import make_actor, make_alliance, make_pilot

START = date(2025, 9, 1)
COUNTS = st.integers(0, 500)


def running_pilot() -> tuple[Pilot, Actor]:
    alliance = make_alliance()
    return make_pilot(alliance, started_on=START), make_actor(Role.COORDINATOR, alliance_id=alliance.id)


def record(pilot: Pilot, actor: Actor, *facts: object, **more: object) -> PilotReach | None:
    with transaction():
        return reach.record(pilot, reach.Entry(*facts, **more), actor=actor)  # type: ignore[arg-type]


def test_the_rest_by_gender_is_counted_as_not_known(context: Flask) -> None:
    pilot, actor = running_pilot()
    record(pilot, actor, 2026, 30, {("gender", "girls"): 12, ("gender", "boys"): 15})
    (year,) = years_of([pilot.id], exactly=True)[pilot.id]
    assert [(part.category, part.participants) for part in year.divisions[0].parts] == [
        ("girls", 12),
        ("boys", 15),
        ("unknown", 3),
    ]


@given(whole=COUNTS, girls=COUNTS, boys=COUNTS)
def test_by_gender_the_parts_make_the_whole_or_are_refused(whole: int, girls: int, boys: int) -> None:
    cells = {("gender", "girls"): girls, ("gender", "boys"): boys}
    if girls + boys > whole:
        with pytest.raises(FieldRefused):
            reach.checked_cells(whole, cells)
    else:
        assert sum(reach.checked_cells(whole, cells).values()) == whole


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        ("gender.girls", {("gender", "girls"): 31}),
        ("target_group.primary", {("target_group", "primary"): 31}),
        ("gender", {("gender", "girls"): 20, ("gender", "boys"): 20}),
        ("gender", {("gender", "girls"): 20, ("gender", "unknown"): 5}),
        ("gender.cats", {("gender", "cats"): 1}),
        ("company_size.micro", {("company_size", "micro"): 1}),
    ],
)
def test_a_part_that_does_not_fit_is_refused_at_its_field(field: str, cells: dict[tuple[str, str], int]) -> None:
    with pytest.raises(FieldRefused) as refusal:
        reach.checked_cells(30, cells)
    assert refusal.value.field == field


def test_target_groups_may_overlap() -> None:
    cells = {("target_group", "primary"): 30, ("target_group", "girls"): 14}
    assert reach.checked_cells(30, cells) == cells


def test_a_correction_supersedes_and_both_stay(context: Flask) -> None:
    pilot, actor = running_pilot()
    record(pilot, actor, 2026, 30)
    with pytest.raises(FieldRefused) as refusal:
        record(pilot, actor, 2026, 33)
    assert refusal.value.field == "reason"
    record(pilot, actor, 2026, 33, reason="Een klas vergeten.")
    (year,) = years_of([pilot.id], exactly=True)[pilot.id]
    assert (year.participants, [former.participants for former in year.former]) == (33, [30])


def test_what_says_the_same_changes_nothing(context: Flask) -> None:
    pilot, actor = running_pilot()
    first = record(pilot, actor, 2026, 30, {("gender", "girls"): 12})
    assert first is not None
    assert record(pilot, actor, 2026, 30, {("gender", "girls"): 12}) is None


@pytest.mark.parametrize("year", [2024, 2027])
def test_a_year_in_which_it_did_not_run_is_refused(
    context: Flask, freeze: Callable[[datetime], None], year: int
) -> None:
    freeze(datetime(2026, 11, 21, 11, tzinfo=UTC))
    pilot, actor = running_pilot()
    with pytest.raises(FieldRefused) as refusal:
        record(pilot, actor, year, 30)
    assert refusal.value.field == "year"


def test_a_plan_reached_nobody(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(Refused):
        record(make_pilot(alliance), make_actor(Role.COORDINATOR, alliance_id=alliance.id), 2026, 30)


def test_zero_is_a_figure_and_no_figure_is_none(context: Flask) -> None:
    pilot, actor = running_pilot()
    assert queries.lines_of(pilot.alliance_id, exactly=True)[0].reach is None
    record(pilot, actor, 2026, 0)
    assert queries.lines_of(pilot.alliance_id, exactly=True)[0].reach == 0


def test_outside_counts_are_rounded_and_the_total_gives_nothing_away(context: Flask) -> None:
    pilot, actor = running_pilot()
    record(pilot, actor, 2025, 12, {("gender", "girls"): 7})
    record(pilot, actor, 2026, 12)
    outside = years_of([pilot.id], exactly=False)[pilot.id]
    assert [year.participants for year in outside] == [10, 10]
    assert [part.participants for part in outside[1].divisions[0].parts] == [5, 5]
    assert queries.lines_of(pilot.alliance_id, exactly=True)[0].reach == 24
    assert queries.lines_of(pilot.alliance_id, exactly=False)[0].reach == 20


@given(st.integers(0, 10**7))
def test_told_outside_a_count_is_the_nearest_multiple_of_five(count: int) -> None:
    rounded = told(count, exactly=False)
    assert rounded % 5 == 0
    assert abs(rounded - count) <= 2
    assert told(count, exactly=True) == count


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_pilot_reach_counts_people", {"participants": -1}),
        ("ck_pilot_reach_year_is_plausible", {"year": 1999}),
        ("uq_pilot_reach_current|UNIQUE constraint failed: pilot_reach", {}),
    ],
)
def test_the_database_refuses_what_the_code_forgot(context: Flask, name: str, values: dict[str, int]) -> None:
    pilot, actor = running_pilot()
    row = record(pilot, actor, 2026, 30)
    assert row is not None
    known = {c.name: getattr(row, c.name) for c in PilotReach.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError, match=name), transaction():
        db().execute(sa.insert(PilotReach).values({**known, **values}))


def test_figures_are_written_once(context: Flask) -> None:
    pilot, actor = running_pilot()
    row = record(pilot, actor, 2026, 30, {("gender", "girls"): 12})
    assert row is not None
    for statement in (
        sa.update(PilotReach).values(participants=31),
        sa.delete(PilotReach),
        sa.update(PilotReachCell).values(participants=1),
        sa.delete(PilotReachCell),
    ):
        with pytest.raises(IntegrityError), transaction():
            db().execute(statement)
    cell = {"pilot_reach_id": row.id, "breakdown": "gender", "category": "boys", "participants": -1}
    with pytest.raises(IntegrityError, match="ck_pilot_reach_cell_counts_people"), transaction():
        db().execute(sa.insert(PilotReachCell).values(cell))
