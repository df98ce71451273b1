"""What the field says of the plan, and what an alliance adds to it."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, NotFound, Refused, TransitionRefused
from alliance_tracker.policy import Actor, Role
from alliance_tracker.stappenplan import flag_reading, own_criteria, service
from alliance_tracker.stappenplan.flags import answer, raise_flag
from alliance_tracker.stappenplan.models import (
    CriterionFlag,
    CriterionStatus,
    FlagKind,
    FlagStatus,
    OwnCriterion,
)
from alliance_tracker.stappenplan.reading import plan_of
from tests.builders import make_actor, make_alliance
from tests.stappenplan.network import alliance_ready_for_step_1, complete, coordinator_of
from tests.stappenplan.test_deciding import actor_called


@pytest.fixture(autouse=True)
def noon(freeze: Any) -> None:
    freeze(datetime(2026, 11, 21, 11, tzinfo=UTC))


def flagged(alliance: Alliance, actor: Actor, key: str | None = "helix-complete", **facts: Any) -> CriterionFlag:
    given: dict[str, Any] = {
        "step_key": "identify-partners",
        "criterion_key": key,
        "kind": FlagKind.UNCLEAR,
        "remark": "Wat telt als pijler?",
    }
    with transaction():
        return raise_flag(alliance, **{**given, **facts}, actor=actor)


# Flags -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("coordinator", True),
        ("partner", True),
        ("reporter", True),
        ("project manager", True),
        ("coordinator of another alliance", False),
        ("observer", False),
    ],
)
def test_who_works_in_the_alliance_may_flag(context: Flask, role: str, may: bool) -> None:
    alliance = make_alliance()
    actor = actor_called(role, alliance)
    if may:
        assert flagged(alliance, actor).status is FlagStatus.OPEN
    else:
        with pytest.raises(NotAllowed):
            flagged(alliance, actor)


def test_a_flag_names_the_version_it_is_about_and_needs_a_remark(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    assert flagged(alliance, actor).plan_id == plan_of(alliance.id).plan.id
    with pytest.raises(FieldRefused):
        flagged(alliance, actor, remark=" ")
    with pytest.raises(NotFound):
        flagged(alliance, actor, key="nothing")
    with pytest.raises(NotFound):
        flagged(alliance, actor, key=None, step_key="nothing")


def test_a_step_that_lacks_something_is_flagged_as_a_whole(context: Flask) -> None:
    alliance = make_alliance()
    flagged(alliance, coordinator_of(alliance), key=None, kind=FlagKind.MISSING)
    (line,) = flag_reading.flags_of(alliance.id, "identify-partners", None)
    assert (line.kind, line.key) == (FlagKind.MISSING, None)


def test_an_open_flag_shows_beside_its_criterion_until_it_is_answered(context: Flask) -> None:
    alliance = make_alliance()
    flag = flagged(alliance, coordinator_of(alliance))
    assert plan_of(alliance.id).criterion("helix-complete")[1].open_flags == 1
    with transaction():
        answer(flag, words="Zie de toelichting.", actor=make_actor(Role.PROJECT_MANAGER))
    assert plan_of(alliance.id).criterion("helix-complete")[1].open_flags == 0
    (line,) = flag_reading.flags_of(alliance.id, "identify-partners", "helix-complete")
    assert (line.status, line.answer) == (FlagStatus.HANDLED, "Zie de toelichting.")


def test_only_the_project_manager_answers_once_and_with_words(context: Flask) -> None:
    alliance = make_alliance()
    actor, manager = coordinator_of(alliance), make_actor(Role.PROJECT_MANAGER)
    flag = flagged(alliance, actor)
    with pytest.raises(NotAllowed), transaction():
        answer(flag, words="Zelf opgelost.", actor=actor)
    with pytest.raises(TransitionRefused), transaction():
        answer(flag, words=" ", actor=manager)
    with transaction():
        answer(flag, words="Duidelijker in de volgende versie.", actor=manager)
    with pytest.raises(TransitionRefused), transaction():
        answer(flag, words="Nog eens.", actor=manager)


def test_the_overview_gathers_the_flags_of_all_alliances_per_criterion_in_the_order_of_the_plan(
    context: Flask,
) -> None:
    one, two = make_alliance(), make_alliance()
    later = flagged(one, coordinator_of(one), key="driver-named")
    flagged(one, coordinator_of(one))
    flagged(two, coordinator_of(two), kind=FlagKind.NOT_FEASIBLE)
    flagged(two, coordinator_of(two), key="roles-explicit", step_key="build-network")
    found = flag_reading.flag_overview(only_open=True)
    assert [(each.step_number, each.key, each.open) for each in found] == [
        (1, "driver-named", 1),
        (1, "helix-complete", 2),
        (3, "roles-explicit", 1),
    ]
    assert found[1].count(FlagKind.NOT_FEASIBLE) == 1
    assert {line.alliance for line in found[1].flags} == {one.name, two.name}
    with transaction():
        answer(later, words="Ja.", actor=make_actor(Role.PROJECT_MANAGER))
    assert [each.key for each in flag_reading.flag_overview(only_open=True)] == ["helix-complete", "roles-explicit"]
    assert len(flag_reading.flag_overview(only_open=False)) == 3
    assert flag_reading.count_of_open_flags() == 3


def test_the_overview_takes_a_constant_number_of_statements(context: Flask, statements: list[str]) -> None:
    counts = []
    for alliances in (1, 6):
        for _ in range(alliances):
            alliance = make_alliance()
            flagged(alliance, coordinator_of(alliance))
        statements.clear()
        flag_reading.flag_overview(only_open=True)
        counts.append(len([s for s in statements if s.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"remark": "", "status": FlagStatus.OPEN, "answer": ""}, "has_a_remark"),
        ({"remark": "x", "status": FlagStatus.OPEN, "answer": "x"}, "handled_with_an_answer"),
        ({"remark": "x", "status": FlagStatus.HANDLED, "answer": ""}, "handled_with_an_answer"),
    ],
)
def test_the_database_refuses_a_flag_that_contradicts_itself(context: Flask, values: dict[str, Any], name: str) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    row = CriterionFlag(
        alliance_id=alliance.id,
        plan_id=plan_of(alliance.id).plan.id,
        step_key="identify-partners",
        kind=FlagKind.UNCLEAR,
        raised_by_id=actor.user_id,
        raised_on=today(),
        **values,
    )
    with pytest.raises(IntegrityError, match=name), transaction():
        db().add(row)


def test_what_a_flag_said_is_written_once(context: Flask) -> None:
    alliance = make_alliance()
    flagged(alliance, coordinator_of(alliance))
    with pytest.raises(DBAPIError, match="criterion_flag"), transaction():
        db().execute(sa.text("UPDATE criterion_flag SET remark = 'x'"))


# Own criteria ------------------------------------------------------------------------------------------------------


def added(alliance: Alliance, actor: Actor, *, required: bool = False, number: int = 1) -> OwnCriterion:
    with transaction():
        return own_criteria.add(alliance, number, name="De jeugdraad is gehoord", is_required=required, actor=actor)


def test_an_own_criterion_stands_in_its_step_of_this_alliance_only(context: Flask) -> None:
    alliance, other = make_alliance(), make_alliance()
    row = added(alliance, coordinator_of(alliance), required=True)
    step, criterion = plan_of(alliance.id).criterion(row.key)
    assert (step.number, criterion.is_own, criterion.name.nl) == (1, True, "De jeugdraad is gehoord")
    assert step.required == 5
    assert plan_of(other.id).find(row.key) is None
    assert added(other, coordinator_of(other)).key == row.key == "own-1"


def test_a_required_own_criterion_blocks_its_step_until_it_is_settled(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    row = added(alliance, actor, required=True)
    with pytest.raises(TransitionRefused), transaction():
        service.complete_step(alliance, 1, actor=actor)
    with transaction():
        service.meet(alliance, row.key, actor=actor)
        service.complete_step(alliance, 1, actor=actor)


def test_no_required_criterion_is_slipped_into_a_completed_step(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    complete(alliance, actor, 1)
    with pytest.raises(FieldRefused):
        added(alliance, actor, required=True)
    row = added(alliance, actor)
    with pytest.raises(FieldRefused), transaction():
        own_criteria.edit(row, name="x", is_required=True, version=None, actor=actor)
    with transaction():
        service.meet(alliance, row.key, actor=actor)
    with transaction():
        own_criteria.edit(row, name="x", is_required=True, version=None, actor=actor)
    assert not plan_of(alliance.id).step(1).is_broken


def test_own_criteria_are_edited_with_their_version(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    row = added(alliance, actor)
    with transaction():
        own_criteria.edit(row, name="Anders", is_required=True, version=1, actor=actor)
    with pytest.raises(EditConflict), transaction():
        own_criteria.edit(row, name="Nog anders", is_required=True, version=1, actor=actor)
    with pytest.raises(FieldRefused), transaction():
        own_criteria.edit(row, name=" ", is_required=True, version=None, actor=actor)


def test_a_retired_own_criterion_keeps_what_was_decided_on_it_readable(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    row = added(alliance, actor)
    with transaction():
        service.meet(alliance, row.key, note="In mei.", actor=actor)
    with pytest.raises(FieldRefused), transaction():
        own_criteria.retire(row, reason="", actor=actor)
    with transaction():
        own_criteria.retire(row, reason="Niet meer nodig.", actor=actor)
    plan = plan_of(alliance.id)
    assert plan.find(row.key) is None
    assert [(d.name.nl, d.decision.status) for d in plan.dropped] == [("De jeugdraad is gehoord", CriterionStatus.MET)]
    with pytest.raises(Refused), transaction():
        own_criteria.edit(row, name="x", is_required=False, version=None, actor=actor)
    assert added(alliance, actor).key == "own-2"


def test_own_criteria_are_the_coordinators_and_cannot_be_flagged(context: Flask) -> None:
    alliance = make_alliance()
    actor, manager = coordinator_of(alliance), make_actor(Role.PROJECT_MANAGER)
    row = added(alliance, actor)
    with pytest.raises(NotAllowed):
        added(alliance, manager)
    with pytest.raises(NotAllowed), transaction():
        own_criteria.edit(row, name="x", is_required=False, version=None, actor=manager)
    with pytest.raises(NotAllowed), transaction():
        own_criteria.retire(row, reason="x", actor=manager)
    with pytest.raises(Refused):
        flagged(alliance, actor, key=row.key)


def test_an_own_criterion_of_the_yearly_step_is_decided_per_year(context: Flask, freeze: Any) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    row = added(alliance, actor, number=5)
    with transaction():
        service.meet(alliance, row.key, actor=actor)
    freeze(datetime(2027, 1, 10, 11, tzinfo=UTC))
    assert plan_of(alliance.id, 2026).criterion(row.key)[1].status is CriterionStatus.MET
    assert plan_of(alliance.id).criterion(row.key)[1].status is CriterionStatus.OPEN
