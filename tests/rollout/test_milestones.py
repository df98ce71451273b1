"""Recording milestones: at each level, by whom, with which date and reason; and two who record at once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import DueDatesWhilePaused
from alliance_tracker.audit import PERSONAL, AuditEntry
from alliance_tracker.convenants import signing
from alliance_tracker.database import clock_at, db, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, NotFound, Refused
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.rollout import milestones, pausing, places, states
from alliance_tracker.rollout.models import Level, MilestoneRecord
from alliance_tracker.rollout.places import FLANDERS, Place
from alliance_tracker.workflow import StatusEvent, events_of
from tests.builders import (
    make_actor,
    make_alliance,
    make_draft_convenant,
    make_organisation,
    make_partner,
    offer_and_sign,
)
from tests.rollout.making import (
    DONE,
    KEMPEN,
    NOT_APPLICABLE,
    NOT_DONE,
    TURNHOUT,
    B,
    city_place,
    decide,
    make_pioneer,
    record,
    region_place,
)

LEVELS = ("flanders", "region", "centre-city", "alliance")
KEYS = {
    "flanders": "action-plan",
    "region": "region-conversation",
    "centre-city": "centre-city-conversation",
    "alliance": "partners-decide",
}


def place_of(level: str, alliance_place: Place) -> Place:
    return {
        "flanders": FLANDERS,
        "region": region_place(KEMPEN),
        "centre-city": city_place(TURNHOUT),
        "alliance": alliance_place,
    }[level]


@pytest.mark.parametrize("level", LEVELS)
def test_a_milestone_is_recorded_at_its_level(context: Flask, level: str) -> None:
    place = place_of(level, places.of_alliance(make_alliance()))
    row = record(KEYS[level], place, responsible="VLAIO", note="Goed gesprek.")
    (state,) = states.at([place], key=KEYS[level])
    assert (state.status, state.done_on, state.responsible, state.note) == (
        DONE,
        date(2026, 3, 1),
        "VLAIO",
        "Goed gesprek.",
    )
    assert [event.name for event in events_of("milestone_record", row.id)] == ["start", "reach"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("who", ["coordinator", "other coordinator", "project manager", "partner", "observer"])
def test_an_alliances_milestones_are_its_coordinators_and_the_others_the_project_managers(
    context: Flask, level: str, who: str
) -> None:
    alliance, other = make_alliance(), make_alliance()
    organisation = make_organisation()
    make_partner(alliance, organisation)
    actors: dict[str, Actor] = {
        "coordinator": make_actor(Role.COORDINATOR, alliance_id=alliance.id),
        "other coordinator": make_actor(Role.COORDINATOR, alliance_id=other.id),
        "project manager": make_actor(Role.PROJECT_MANAGER),
        "partner": make_actor(Role.PARTNER, organisation_id=organisation.id),
        "observer": make_actor(Role.OBSERVER),
    }
    place = place_of(level, places.of_alliance(alliance))
    if who == "project manager" or (who == "coordinator" and level == "alliance"):
        assert record(KEYS[level], place, actor=actors[who]).status is DONE
    else:
        with pytest.raises(NotAllowed):
            record(KEYS[level], place, actor=actors[who])


def test_a_milestone_of_any_phase_is_recorded_in_any_phase(context: Flask) -> None:
    alliance = make_alliance(is_trial=True)
    assert record("plan-tested", places.of_alliance(alliance)).status is DONE
    decide(alliance, B, in_spite=True, reason="Toch.")
    assert record("partners-decide", places.of_alliance(alliance)).status is DONE


def test_done_needs_its_date_and_not_one_in_the_future(context: Flask) -> None:
    with pytest.raises(FieldRefused) as refusal:
        record("action-plan", FLANDERS, done_on=None)
    assert refusal.value.field == "done_on"
    with pytest.raises(FieldRefused):
        record("action-plan", FLANDERS, done_on=date(2100, 1, 1))


def test_not_applicable_and_back_to_not_done_need_a_reason(context: Flask) -> None:
    for refused in (NOT_APPLICABLE,):
        with pytest.raises(FieldRefused) as refusal:
            record("action-plan", FLANDERS, status=refused, reason="  ")
        assert refusal.value.field == "reason"
    row = record("action-plan", FLANDERS, status=NOT_APPLICABLE, reason="Het plan ging op in een ander.")
    assert (row.status, row.done_on, row.reason) == (NOT_APPLICABLE, None, "Het plan ging op in een ander.")
    with pytest.raises(FieldRefused):
        record("action-plan", FLANDERS, status=NOT_DONE)
    row = record("action-plan", FLANDERS, status=NOT_DONE, reason="Toch een eigen plan.")
    assert (row.status, row.reason) == (NOT_DONE, "Toch een eigen plan.")
    event = events_of("milestone_record", row.id)[-1]
    assert (event.name, event.reason) == ("reopen", "Toch een eigen plan.")
    row = record("action-plan", FLANDERS)
    assert (row.status, row.reason) == (DONE, "")


def test_a_first_record_that_is_still_not_done_keeps_what_is_expected(context: Flask) -> None:
    record("action-plan", FLANDERS, status=NOT_DONE, done_on=None, expected_on=date(2027, 1, 31), responsible="Kabinet")
    (state,) = states.at([FLANDERS], key="action-plan")
    assert (state.status, state.expected_on, state.responsible) == (NOT_DONE, date(2027, 1, 31), "Kabinet")


def test_the_date_of_the_reference_data_is_expected_until_another_is_recorded(context: Flask) -> None:
    (state,) = states.at([FLANDERS], key="fti-2026")
    assert (state.expected_on, state.version) == (date(2026, 12, 31), 0)
    record("fti-2026", FLANDERS, status=NOT_DONE, done_on=None, expected_on=date(2027, 3, 1))
    (state,) = states.at([FLANDERS], key="fti-2026")
    assert state.expected_on == date(2027, 3, 1)


def test_two_who_record_at_once_do_not_overwrite_each_other(context: Flask) -> None:
    row = record("action-plan", FLANDERS, version=0)
    with pytest.raises(EditConflict) as first:
        record("action-plan", FLANDERS, version=0, note="Ook ik maakte het eerste.")
    assert first.value.subject is row
    drawn_from = row.version
    record("action-plan", FLANDERS, version=drawn_from, note="Eén.")
    with pytest.raises(EditConflict):
        record("action-plan", FLANDERS, version=drawn_from, note="Twee.")
    assert row.note == "Eén."


def test_who_took_part_and_what_comes_next_are_kept_of_a_conversation_and_not_copied_to_the_trail(
    context: Flask,
) -> None:
    row = record(
        "region-conversation", region_place(KEMPEN), participants="Burgemeesters", next_step="Terugkomen in mei."
    )
    assert (row.participants, row.next_step) == ("Burgemeesters", "Terugkomen in mei.")
    entry = db().scalars(sa.select(AuditEntry).where(AuditEntry.subject_type == "milestone_record")).one()
    assert entry.action == "milestone_record.reach"
    assert entry.changes["participants"][1] == PERSONAL
    assert entry.changes["next_step"][1] == "Terugkomen in mei."
    assert entry.facts["place"] == "Kempen"
    assert record("action-plan", FLANDERS, participants="Iemand").participants == ""


def test_every_record_is_in_the_trail_with_its_reason(context: Flask) -> None:
    manager = make_actor(Role.PROJECT_MANAGER)
    record("action-plan", FLANDERS, actor=manager)
    record("action-plan", FLANDERS, actor=manager, status=NOT_DONE, reason="Te vroeg.")
    found = (
        db()
        .scalars(sa.select(AuditEntry).where(AuditEntry.subject_type == "milestone_record").order_by(AuditEntry.id))
        .all()
    )
    assert found[-1].action == "milestone_record.reopen"
    assert (found[-1].reason, found[-1].actor_id) == ("Te vroeg.", manager.user_id)
    assert any(entry.changes.get("status") == ["done", "not-done"] for entry in found)


def test_an_ended_alliance_records_no_more_and_a_paused_one_does(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        alliances.pause(
            alliance,
            since=date(2026, 5, 1),
            due_dates=DueDatesWhilePaused.KEEP,
            reason="Rust.",
            actor=SYSTEM,
        )
    record("partners-decide", places.of_alliance(alliance))
    with transaction():
        alliances.end(alliance, on=date(2026, 6, 1), reason="Gedaan.", actor=SYSTEM)
    with pytest.raises(Refused):
        record("partners-decide", places.of_alliance(alliance), note="Toch nog.")


def test_a_milestone_is_refused_at_another_level_and_the_trials_outside_the_trial(context: Flask) -> None:
    with pytest.raises(Refused):
        record("region-conversation", FLANDERS)
    with pytest.raises(Refused):
        record("plan-tested", places.of_alliance(make_alliance()))
    record("plan-tested", places.of_alliance(make_alliance(is_trial=True)))


@pytest.mark.parametrize(
    ("level", "scope"),
    [
        (Level.REGION, "REFREG99"),
        (Level.CENTRE_CITY, "13008"),  # Geel is no centre city
        (Level.CENTRE_CITY, "71022"),  # Hasselt as it was before it merged
        (Level.FLANDERS, "REFREG03"),
        (Level.ALLIANCE, "1"),
    ],
)
def test_there_is_nothing_at_a_place_that_is_none(context: Flask, level: Level, scope: str) -> None:
    with pytest.raises(NotFound):
        places.find(level, scope)


# Computed milestones ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "is_done"),
    [
        (date(2026, 2, 1), None, True),
        (date(2026, 2, 1), date(2026, 11, 21), True),  # its last day is today
        (date(2026, 2, 1), date(2026, 11, 20), False),
        (date(2026, 11, 21), None, True),  # its first day is today
    ],
)
def test_a_region_has_a_pioneer_while_a_mandate_covers_today(
    context: Flask, freeze: object, since: date, until: date | None, is_done: bool
) -> None:
    from tests.conftest import NOON

    freeze(NOON)  # type: ignore[operator]  # the fixture is a function
    make_pioneer(make_alliance(), since, until)
    (state,) = states.at([region_place(KEMPEN)], key="pioneer-designated")
    assert state.is_computed
    assert (state.status is DONE) == is_done
    assert state.done_on == (since if is_done else None)


def test_nobody_records_a_computed_milestone_but_who_follows_it_and_when_it_is_expected(context: Flask) -> None:
    place = region_place(KEMPEN)
    with pytest.raises(Refused):
        record("pioneer-designated", place)
    record("pioneer-designated", place, status=None, done_on=None, expected_on=date(2027, 1, 1), responsible="VLAIO")
    (state,) = states.at([place], key="pioneer-designated")
    assert (state.status, state.expected_on, state.responsible) == (NOT_DONE, date(2027, 1, 1), "VLAIO")


def test_the_tasks_are_agreed_while_a_convenant_is_active(context: Flask, freeze: object) -> None:
    from tests.conftest import NOON

    freeze(NOON)  # type: ignore[operator]  # the fixture is a function
    alliance, other = make_alliance(), make_alliance()
    partner = make_partner(alliance)
    version = make_draft_convenant(alliance, parties=[partner])

    def state() -> states.MilestoneState:
        mine, theirs = states.at([places.of_alliance(alliance), places.of_alliance(other)], key="tasks-agreed")
        assert theirs.status is NOT_DONE
        assert mine.is_computed
        return mine

    assert state().status is NOT_DONE
    version = offer_and_sign(version)
    assert (state().status, state().done_on) == (DONE, date(2026, 11, 21))
    with clock_at(datetime(2028, 12, 31, 22, 59, tzinfo=UTC)):  # a minute to midnight of its last day in Brussels
        assert state().status is DONE
    with clock_at(datetime(2028, 12, 31, 23, 0, tzinfo=UTC)):
        assert (state().status, state().done_on) == (NOT_DONE, None)
    with transaction():
        signing.terminate(
            version.convenant, on=date(2026, 11, 21), reason="Gedaan.", actor=make_actor(Role.PROJECT_MANAGER)
        )
    assert state().status is DONE  # today is its last day
    with clock_at(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        assert state().status is NOT_DONE
    with pytest.raises(Refused):
        record("tasks-agreed", places.of_alliance(alliance))


# Pausing ------------------------------------------------------------------------------------------------------------


def test_a_pause_moves_what_is_still_expected_of_this_alliance_only(context: Flask) -> None:
    alliance, other = make_alliance(is_trial=True), make_alliance()
    mine = places.of_alliance(alliance)
    still: dict[str, Any] = {"status": NOT_DONE, "done_on": None}
    record("tasks-agreed", mine, expected_on=date(2026, 12, 20), **still)
    record("first-report", mine, **still)
    record("partners-decide", mine, expected_on=date(2026, 2, 1))
    record("tasks-agreed", places.of_alliance(other), expected_on=date(2026, 12, 20), **still)
    record("region-conversation", region_place(KEMPEN), expected_on=date(2026, 12, 20), **still)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        assert milestones.shift_expected(alliance, 30, actor=coordinator) == 1
    assert db().scalars(sa.select(MilestoneRecord.expected_on).order_by(MilestoneRecord.id)).all() == [
        date(2027, 1, 19),
        None,
        date(2026, 2, 1),
        date(2026, 12, 20),
        date(2026, 12, 20),
    ]
    entry = db().scalars(sa.select(AuditEntry).where(AuditEntry.action == "milestone_record.shifted")).one()
    assert entry.changes == {"expected_on": ["2026-12-20", "2027-01-19"]}
    assert entry.facts["days"] == 30
    with transaction():
        assert milestones.shift_expected(alliance, 0, actor=coordinator) == 0
    with pytest.raises(NotAllowed):
        milestones.shift_expected(other, 30, actor=coordinator)


@pytest.mark.parametrize(
    ("due_dates", "expected"),
    [(DueDatesWhilePaused.SHIFT, date(2026, 7, 31)), (DueDatesWhilePaused.KEEP, date(2026, 7, 1))],
)
def test_resuming_moves_expected_dates_by_the_length_of_the_pause_where_that_was_agreed(
    context: Flask, due_dates: DueDatesWhilePaused, expected: date
) -> None:
    alliance = make_alliance()
    row = record(
        "tasks-agreed", places.of_alliance(alliance), status=NOT_DONE, done_on=None, expected_on=date(2026, 7, 1)
    )
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(Refused):
        pausing.resume(alliance, on=date(2026, 5, 31), actor=coordinator)
    with transaction():
        alliances.pause(alliance, since=date(2026, 5, 1), due_dates=due_dates, reason="Rust.", actor=SYSTEM)
    with pytest.raises(FieldRefused):
        pausing.resume(alliance, on=date(2026, 4, 30), actor=coordinator)
    db().rollback()
    with transaction():
        pausing.resume(alliance, on=date(2026, 5, 31), actor=coordinator)
    assert row.expected_on == expected


def test_the_newest_event_equals_the_status_of_its_milestone(context: Flask) -> None:
    for status in (DONE, NOT_APPLICABLE, NOT_DONE, NOT_APPLICABLE, DONE, NOT_DONE):
        row = record("action-plan", FLANDERS, status=status, reason="Daarom.")
        newest = (
            db()
            .scalars(
                sa.select(StatusEvent)
                .where(StatusEvent.lifecycle == "milestone_record", StatusEvent.subject_id == row.id)
                .order_by(StatusEvent.id.desc())
            )
            .first()
        )
        assert newest is not None
        assert newest.target == row.status.value == status.value
