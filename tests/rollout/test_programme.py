"""The programme for Flanders: conversations, preconditions, planned periods, and what is late."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.database import transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, NotFound
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.rollout import programme, states
from alliance_tracker.rollout.models import ActionStatus, MilestoneStatus, PreconditionAction
from alliance_tracker.rollout.places import FLANDERS
from alliance_tracker.rollout.programme_queries import ActionRow, action_by_key, action_row, conversations
from alliance_tracker.rollout.programme_queries import programme as programme_view
from tests.builders import make_actor, make_alliance
from tests.rollout.making import (
    DONE,
    GENK,
    KEMPEN,
    LIMBURG,
    NOT_APPLICABLE,
    NOT_DONE,
    TURNHOUT,
    WESTHOEK,
    city_place,
    make_pioneer,
    record,
    region_place,
)


def follow_up(action: PreconditionAction, *, actor: Actor = SYSTEM, **more: Any) -> PreconditionAction:
    facts: dict[str, Any] = {
        "status": action.status,
        "owner": "",
        "due_on": None,
        "done_on": None,
        "note": "",
        "reason": "",
        "version": action.version,
        **more,
    }
    with transaction():
        programme.follow_up(action, actor=actor, **facts)
    return action


# Conversations ------------------------------------------------------------------------------------------------------


def test_every_region_and_every_centre_city_is_expected(context: Flask) -> None:
    found = conversations()
    assert len(found) == 15
    cities = {row.code: [city.place.name for city in row.cities] for row in found}
    assert sum(len(names) for names in cities.values()) == 13
    assert cities[LIMBURG] == ["Genk", "Hasselt"]
    assert cities[WESTHOEK] == []
    assert all(state.status is NOT_DONE for row in found for state in row.all)


def test_the_programme_counts_what_was_held_of_what_is_expected(context: Flask) -> None:
    record("region-conversation", region_place(KEMPEN))
    record("region-conversation", region_place(LIMBURG), status=NOT_APPLICABLE, reason="Zelf gestart.")
    record("centre-city-conversation", city_place(TURNHOUT))
    record("centre-city-conversation", city_place(GENK))
    record("vvsg-day", FLANDERS)
    make_pioneer(make_alliance())
    follow_up(action_by_key("shared-goals"), status=ActionStatus.DONE, done_on=date(2026, 4, 1))
    follow_up(action_by_key("drawing-rights"), status=ActionStatus.DROPPED, reason="Anders opgelost.")
    view = programme_view()
    tallies = (view.region_conversations, view.city_conversations, view.pioneers, view.milestones, view.actions)
    assert [(t.reached, t.expected) for t in tallies] == [(1, 15), (2, 13), (1, 15), (1, 6), (1, 8)]


def test_the_programme_shows_the_phases_with_their_flemish_milestones(context: Flask) -> None:
    view = programme_view()
    assert [len(phase.milestones) for phase in view.phases] == [3, 3, 0]
    assert [len(row.actions) for row in view.preconditions] == [4, 2, 3]
    assert view.phases[2].planned_to is None


# What is late -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), False),  # 23:59 in Brussels on the 28th, winter time
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), False),  # the 29th begins; the clock goes forward that night
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), False),  # 23:59 on the 29th, summer time
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), True),  # the 30th begins, an hour earlier in UTC
    ],
)
def test_the_expected_day_counts_in_full_in_brussels_also_when_the_clock_changes(
    context: Flask, freeze: Callable[[datetime], None], moment: datetime, is_late: bool
) -> None:
    freeze(datetime(2026, 3, 1, tzinfo=UTC))
    record("action-plan", FLANDERS, status=NOT_DONE, done_on=None, expected_on=date(2026, 3, 29))
    freeze(moment)
    (state,) = states.at([FLANDERS], key="action-plan")
    assert state.is_overdue is is_late
    assert states.is_overdue(date(2026, 3, 29), NOT_DONE) is is_late
    action = follow_up(action_by_key("shared-goals"), due_on=date(2026, 3, 29))
    assert action_row(action).is_overdue is is_late


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), False),  # 23:59 on the 25th, winter time again
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), True),
    ],
)
def test_the_day_on_which_the_clock_goes_back_is_an_hour_longer(
    context: Flask, freeze: Callable[[datetime], None], moment: datetime, is_late: bool
) -> None:
    freeze(moment)
    assert states.is_overdue(date(2026, 10, 25), NOT_DONE) is is_late


@pytest.mark.parametrize("status", [DONE, NOT_APPLICABLE])
def test_what_is_reached_or_does_not_apply_is_never_late(context: Flask, status: MilestoneStatus) -> None:
    assert not states.is_overdue(date(2020, 1, 1), status)
    assert not states.is_overdue(None, NOT_DONE)


# Preconditions ------------------------------------------------------------------------------------------------------


def test_an_action_goes_forth_and_back_with_a_reason(context: Flask) -> None:
    action = action_by_key("academic-monitoring")
    follow_up(action, status=ActionStatus.UNDER_WAY, owner="KU Leuven")
    with pytest.raises(FieldRefused):
        follow_up(action, status=ActionStatus.DONE)
    with pytest.raises(FieldRefused):
        follow_up(action, status=ActionStatus.DONE, done_on=date(2100, 1, 1))
    follow_up(action, status=ActionStatus.DONE, done_on=date(2026, 4, 1))
    with pytest.raises(FieldRefused) as refusal:
        follow_up(action, status=ActionStatus.UNDER_WAY)
    assert refusal.value.field == "reason"
    follow_up(action, status=ActionStatus.UNDER_WAY, reason="Nog niet af.")
    assert (action.status, action.done_on, action.reason) == (ActionStatus.UNDER_WAY, None, "Nog niet af.")
    with pytest.raises(FieldRefused):
        follow_up(action, status=ActionStatus.DROPPED)
    follow_up(action, status=ActionStatus.DROPPED, reason="Geen middelen.")
    follow_up(action, status=ActionStatus.NOT_STARTED, reason="Toch opnieuw.")
    assert action.status is ActionStatus.NOT_STARTED


def test_two_who_follow_up_the_same_action_do_not_overwrite_each_other(context: Flask) -> None:
    action = action_by_key("academic-monitoring")
    drawn_from = action.version
    follow_up(action, owner="KU Leuven")
    with pytest.raises(EditConflict):
        follow_up(action, owner="UGent", version=drawn_from)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OBSERVER])
def test_only_the_project_manager_follows_up_and_plans(context: Flask, role: Role) -> None:
    actor = make_actor(role)
    with pytest.raises(NotAllowed):
        follow_up(action_by_key("shared-goals"), actor=actor)
    with pytest.raises(NotAllowed):
        programme.plan_phase(
            programme.phase_by_letter("A"), planned_from=date(2025, 1, 1), planned_to=None, version=None, actor=actor
        )


def test_a_phase_does_not_end_before_it_starts(context: Flask) -> None:
    phase = programme.phase_by_letter("A")
    with pytest.raises(FieldRefused):
        programme.plan_phase(
            phase, planned_from=date(2025, 6, 2), planned_to=date(2025, 6, 1), version=None, actor=SYSTEM
        )
    with transaction():
        programme.plan_phase(
            phase, planned_from=date(2025, 6, 1), planned_to=date(2025, 6, 1), version=None, actor=SYSTEM
        )
    with pytest.raises(EditConflict):
        programme.plan_phase(phase, planned_from=date(2025, 6, 1), planned_to=None, version=99, actor=SYSTEM)


def test_there_is_no_fourth_phase_and_no_unknown_action(context: Flask) -> None:
    with pytest.raises(NotFound):
        programme.phase_by_letter("D")
    with pytest.raises(NotFound):
        action_by_key("something-else")


def test_a_dropped_action_is_never_late(context: Flask) -> None:
    action = follow_up(
        action_by_key("shared-goals"), status=ActionStatus.DROPPED, reason="Nee.", due_on=date(2020, 1, 1)
    )
    row: ActionRow = action_row(action)
    assert not row.is_overdue
