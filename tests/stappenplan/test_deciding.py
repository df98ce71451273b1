"""Meeting, waiving and reopening criteria; completing and reopening steps; what no longer holds."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import DomainError, FieldRefused, NotAllowed, NotFound, Refused, TransitionRefused
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.stappenplan import queries, service
from alliance_tracker.stappenplan.judgement import How
from alliance_tracker.stappenplan.models import (
    CriterionState,
    CriterionStatus,
    PlanAdoption,
    StepState,
    StepStatus,
)
from alliance_tracker.stappenplan.reading import plan_of, summary
from alliance_tracker.workflow import StatusEvent
from tests.builders import make_actor, make_alliance, make_full_helix, make_organisation, make_partner
from tests.stappenplan.network import alliance_ready_for_step_1, complete, coordinator_of, log_meeting, settle

FREE = "needs-current-offer"  # no check: a person judges it
COMPUTED = "helix-complete"
LATER = "deepen"  # a check whose data come with a later release


@pytest.fixture(autouse=True)
def noon(freeze: Any) -> None:
    freeze(datetime(2026, 11, 21, 11, tzinfo=UTC))


def status_of(alliance: Alliance, key: str, year: int | None = None) -> CriterionStatus:
    return plan_of(alliance.id, year).criterion(key)[1].status


# Criteria ----------------------------------------------------------------------------------------------------------


def test_a_person_meets_a_criterion_dated_and_signed_with_a_note(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    with transaction():
        service.meet(alliance, FREE, note="Zie het rapport.", on=date(2026, 9, 1), actor=actor)
    criterion = plan_of(alliance.id).criterion(FREE)[1]
    assert (criterion.status, criterion.how) == (CriterionStatus.MET, How.PERSON)
    assert criterion.decision is not None
    assert (criterion.decision.decided_on, criterion.decision.note) == (date(2026, 9, 1), "Zie het rapport.")
    assert criterion.decision.decided_by.startswith("Persoon")


def test_a_criterion_cannot_be_met_in_the_future(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(FieldRefused), transaction():
        service.meet(alliance, FREE, on=today() + timedelta(days=1), actor=coordinator_of(alliance))


def test_a_computed_criterion_is_met_by_itself_with_its_reason(context: Flask) -> None:
    alliance = make_alliance()
    assert status_of(alliance, COMPUTED) is CriterionStatus.OPEN
    make_full_helix(alliance)
    criterion = plan_of(alliance.id).criterion(COMPUTED)[1]
    assert (criterion.status, criterion.how) == (CriterionStatus.MET, How.COMPUTED)
    assert str(criterion.reason)


@pytest.mark.parametrize("complete_helix", [True, False])
def test_nobody_sets_a_computed_criterion_by_hand(context: Flask, complete_helix: bool) -> None:
    alliance = make_alliance()
    if complete_helix:
        make_full_helix(alliance)
    with pytest.raises(TransitionRefused) as refusal, transaction():
        service.meet(alliance, COMPUTED, actor=coordinator_of(alliance))
    assert len(refusal.value.obstacles) == 1
    assert str(refusal.value)


def test_a_computed_criterion_can_be_waived_with_a_reason(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    with transaction():
        service.waive(alliance, COMPUTED, reason="Te klein voor vier pijlers.", actor=actor)
    criterion = plan_of(alliance.id).criterion(COMPUTED)[1]
    assert (criterion.status, criterion.how) == (CriterionStatus.WAIVED, How.WAIVED)


def test_a_check_without_data_is_judged_by_a_person_and_marked_so(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        service.meet(alliance, LATER, note="Met de overeenkomst erbij.", actor=coordinator_of(alliance))
    criterion = plan_of(alliance.id).criterion(LATER)[1]
    assert (criterion.status, criterion.how) == (CriterionStatus.MET, How.PERSON_FOR_NOW)


@pytest.mark.parametrize("command", [service.waive, service.reopen])
def test_waiving_and_reopening_ask_a_reason(context: Flask, command: Any) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    if command is service.reopen:
        with transaction():
            service.meet(alliance, FREE, actor=actor)
    with pytest.raises(TransitionRefused), transaction():
        command(alliance, FREE, reason="  ", actor=actor)


def test_reopening_keeps_the_history(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    with transaction():
        service.meet(alliance, FREE, note="Klaar.", actor=actor)
    with transaction():
        service.reopen(alliance, FREE, reason="Toch niet.", actor=actor)
    assert status_of(alliance, FREE) is CriterionStatus.OPEN
    history = queries.history_of_criterion(alliance.id, FREE)
    assert [line.reason for line in history] == ["Toch niet.", "Klaar."]
    assert all(line.who for line in history)


def test_a_criterion_that_does_not_exist_is_not_found(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(NotFound), transaction():
        service.meet(alliance, "nothing", actor=coordinator_of(alliance))


def test_an_ended_alliance_decides_nothing_any_more(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    with transaction():
        alliances.end(alliance, on=today(), reason="Opgegaan in een andere.", actor=SYSTEM)
    with pytest.raises(Refused), transaction():
        service.meet(alliance, FREE, actor=actor)


def test_a_statement_takes_the_place_of_growth_and_needs_its_reason(context: Flask) -> None:
    alliance = make_alliance(accepted_on=date(2024, 1, 1))
    make_partner(alliance, since=date(2024, 2, 1))
    actor = coordinator_of(alliance)
    with pytest.raises(FieldRefused), transaction():
        service.meet(alliance, "broaden", actor=actor)
    with transaction():
        service.meet(alliance, "broaden", note="Iedereen doet al mee.", actor=actor)
    criterion = plan_of(alliance.id).criterion("broaden")[1]
    assert (criterion.status, criterion.how) == (CriterionStatus.MET, How.STATEMENT)
    make_partner(alliance, since=date(2026, 2, 1))
    assert plan_of(alliance.id).criterion("broaden")[1].how is How.COMPUTED


ROLES: dict[str, bool] = {
    "coordinator": True,
    "coordinator of another alliance": False,
    "project manager": False,
    "administrator": False,
    "observer": False,
    "reporter": False,
    "partner": False,
}


def actor_called(role: str, alliance: Alliance) -> Actor:
    """Somebody with this role; the last three in the alliance's own region and network."""
    if role == "coordinator":
        return coordinator_of(alliance)
    if role == "coordinator of another alliance":
        return coordinator_of(make_alliance())
    if role == "reporter":
        return make_actor(Role.REPORTER, region_code=alliance.region_code)
    if role == "partner":
        organisation = make_organisation(kind=OrganisationKind.COMPANY)
        make_partner(alliance, organisation)
        return make_actor(Role.PARTNER, organisation_id=organisation.id)
    return make_actor(
        {
            "project manager": Role.PROJECT_MANAGER,
            "administrator": Role.ADMINISTRATOR,
            "observer": Role.OBSERVER,
        }[role]
    )


#: For each state of a criterion, the transitions that it allows.
ALLOWED = {
    CriterionStatus.OPEN: {"meet", "waive"},
    CriterionStatus.MET: {"reopen"},
    CriterionStatus.WAIVED: {"reopen"},
}


@pytest.mark.parametrize("state", CriterionStatus)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("transition", ["meet", "waive", "reopen"])
def test_role_by_state_by_transition_of_a_criterion(
    context: Flask, state: CriterionStatus, role: str, transition: str
) -> None:
    alliance = make_alliance()
    owner = coordinator_of(alliance)
    with transaction():
        if state is CriterionStatus.MET:
            service.meet(alliance, FREE, actor=owner)
        elif state is CriterionStatus.WAIVED:
            service.waive(alliance, FREE, reason="Nee.", actor=owner)
    actor = actor_called(role, alliance)
    commands: dict[str, Any] = {
        "meet": lambda: service.meet(alliance, FREE, actor=actor),
        "waive": lambda: service.waive(alliance, FREE, reason="Nee.", actor=actor),
        "reopen": lambda: service.reopen(alliance, FREE, reason="Toch.", actor=actor),
    }
    expected: type[DomainError] | None = (
        NotAllowed if not ROLES[role] else None if transition in ALLOWED[state] else TransitionRefused
    )
    if expected is None:
        with transaction():
            commands[transition]()
        assert status_of(alliance, FREE) is not state
    else:
        with pytest.raises(expected), transaction():
            commands[transition]()
        assert status_of(alliance, FREE) is state


# Steps -------------------------------------------------------------------------------------------------------------


def test_a_step_is_completed_dated_and_signed(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    with transaction():
        service.complete_step(alliance, 1, on=date(2026, 5, 4), actor=actor)
    step = plan_of(alliance.id).step(1)
    assert step.status is StepStatus.COMPLETED
    assert step.completion is not None
    assert step.completion.completed_on == date(2026, 5, 4)
    assert step.completion.completed_by


def test_a_step_is_not_completed_while_a_required_criterion_is_open(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(TransitionRefused) as refusal, transaction():
        service.complete_step(alliance, 1, actor=coordinator_of(alliance))
    assert "4" in str(refusal.value.obstacles[0])


def test_advice_never_blocks_a_step(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    assert status_of(alliance, "existing-initiatives-used") is CriterionStatus.OPEN
    with transaction():
        service.complete_step(alliance, 1, actor=actor)


def test_a_step_waits_for_all_lower_steps(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    settle(alliance, 3, actor)
    with pytest.raises(TransitionRefused) as refusal, transaction():
        service.complete_step(alliance, 3, actor=actor)
    assert [o.facts["numbers"] for o in refusal.value.obstacles] == [[1, 2]]
    complete(alliance, actor, 1, 2)
    with transaction():
        service.complete_step(alliance, 3, actor=actor)
    assert plan_of(alliance.id).lowest_open_step == 4


def test_steps_run_side_by_side_criteria_of_a_higher_step_may_be_met_first(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        service.meet(alliance, "funding-explored", actor=coordinator_of(alliance))
    assert plan_of(alliance.id).step(4).met == 1


def test_a_step_cannot_be_completed_in_the_future(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    with pytest.raises(FieldRefused), transaction():
        service.complete_step(alliance, 1, on=today() + timedelta(days=1), actor=actor)


def test_reopening_a_step_is_reasoned_and_leaves_the_higher_ones_as_they_are(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    complete(alliance, actor, 1, 2)
    with pytest.raises(TransitionRefused), transaction():
        service.reopen_step(alliance, 1, reason="", actor=actor)
    with transaction():
        service.reopen_step(alliance, 1, reason="Trekker zoekt opvolger.", actor=actor)
    plan = plan_of(alliance.id)
    assert [step.is_completed for step in plan.steps] == [False, True, False, False, False]
    assert plan.lowest_open_step == 1
    assert queries.history_of_step(alliance.id, "identify-partners")[0].reason == "Trekker zoekt opvolger."


def test_a_decision_under_a_completed_step_is_reopened_only_after_the_step(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    complete(alliance, actor, 1, 2)
    with pytest.raises(TransitionRefused), transaction():
        service.reopen(alliance, FREE, reason="Toch niet.", actor=actor)
    with transaction():
        service.reopen_step(alliance, 2, reason="Herbekijken.", actor=actor)
        service.reopen(alliance, FREE, reason="Toch niet.", actor=actor)
    assert status_of(alliance, FREE) is CriterionStatus.OPEN


def test_advice_under_a_completed_step_may_be_reopened(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    with transaction():
        service.meet(alliance, "existing-initiatives-used", actor=actor)
    complete(alliance, actor, 1)
    with transaction():
        service.reopen(alliance, "existing-initiatives-used", reason="Nee.", actor=actor)
    assert not plan_of(alliance.id).step(1).is_broken


@pytest.mark.parametrize("state", StepStatus)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("transition", ["complete", "reopen"])
def test_role_by_state_by_transition_of_a_step(context: Flask, state: StepStatus, role: str, transition: str) -> None:
    alliance, owner, _ = alliance_ready_for_step_1()
    if state is StepStatus.COMPLETED:
        complete(alliance, owner, 1)
    actor = actor_called(role, alliance)
    commands: dict[str, Any] = {
        "complete": lambda: service.complete_step(alliance, 1, actor=actor),
        "reopen": lambda: service.reopen_step(alliance, 1, reason="Toch.", actor=actor),
    }
    fits = (transition == "complete") == (state is StepStatus.OPEN)
    expected: type[DomainError] | None = NotAllowed if not ROLES[role] else None if fits else TransitionRefused
    if expected is None:
        with transaction():
            commands[transition]()
    else:
        with pytest.raises(expected), transaction():
            commands[transition]()
    assert (plan_of(alliance.id).step(1).status is state) is (expected is not None)


# No longer holds ---------------------------------------------------------------------------------------------------


def test_a_completed_step_whose_fact_is_lost_is_flagged_not_reopened(context: Flask) -> None:
    alliance, actor, partners = alliance_ready_for_step_1()
    complete(alliance, actor, 1)
    with transaction():
        partner_service.leave(partners[3], on=today(), reason="Gestopt.", actor=SYSTEM)
    plan = plan_of(alliance.id)
    assert plan.step(1).is_completed
    assert [criterion.key for criterion in plan.step(1).failing] == [COMPUTED]
    assert plan.broken_steps == (plan.step(1),)
    assert plan.lowest_open_step == 2
    assert summary(alliance.id).has_broken_step


def test_the_flag_goes_when_the_fact_is_restored(context: Flask) -> None:
    alliance, actor, partners = alliance_ready_for_step_1()
    complete(alliance, actor, 1)
    with transaction():
        partner_service.leave(partners[3], on=today(), reason="Gestopt.", actor=SYSTEM)
    make_partner(alliance, kind=OrganisationKind.LIBRARY)
    assert not plan_of(alliance.id).step(1).is_broken


def test_the_flag_goes_when_the_criterion_is_waived_or_the_step_reopened(context: Flask) -> None:
    for way_out in ("waive", "reopen"):
        alliance, actor, partners = alliance_ready_for_step_1()
        complete(alliance, actor, 1)
        with transaction():
            partner_service.leave(partners[3], on=today(), reason="Gestopt.", actor=SYSTEM)
        with transaction():
            if way_out == "waive":
                service.waive(alliance, COMPUTED, reason="Geen vierde pijler hier.", actor=actor)
            else:
                service.reopen_step(alliance, 1, reason="Eerst een partner zoeken.", actor=actor)
        assert not plan_of(alliance.id).step(1).is_broken


def test_a_waived_criterion_never_breaks_a_step(context: Flask) -> None:
    alliance, actor, partners = alliance_ready_for_step_1()
    with transaction():
        service.waive(alliance, COMPUTED, reason="Nee.", actor=actor)
    complete(alliance, actor, 1)
    with transaction():
        partner_service.leave(partners[3], on=today(), reason="Gestopt.", actor=SYSTEM)
    assert not plan_of(alliance.id).step(1).is_broken


def test_meetings_fall_out_of_the_year_by_time_alone(context: Flask, freeze: Any) -> None:
    alliance, actor, partners = alliance_ready_for_step_1()
    log_meeting(alliance, date(2026, 3, 3), partners)
    log_meeting(alliance, date(2026, 9, 9), partners)
    complete(alliance, actor, 1, 2, 3)
    assert not plan_of(alliance.id).step(3).is_broken
    assert summary(alliance.id).recompute_on == date(2027, 1, 1)
    freeze(datetime(2027, 3, 3, 11, tzinfo=UTC))
    assert not plan_of(alliance.id).step(3).is_broken
    assert summary(alliance.id).recompute_on == date(2027, 3, 4)
    freeze(datetime(2027, 3, 4, 11, tzinfo=UTC))
    assert plan_of(alliance.id).step(3).is_broken


# The summary -------------------------------------------------------------------------------------------------------


def test_the_summary_counts_required_criteria_met_or_waived(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    with transaction():
        service.waive(alliance, FREE, reason="Nee.", actor=actor)
        service.meet(alliance, "young-people-heard", actor=actor)
    found = summary(alliance.id)
    assert found.required == (4, 5, 3, 4, 4)
    assert found.met == (4, 1, 1, 0, 1)
    assert (found.lowest_open_step, found.has_broken_step) == (1, False)


def test_with_steps_1_to_4_completed_the_fifth_is_the_lowest_open_step_for_ever(context: Flask) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    complete(alliance, actor, 1, 2, 3, 4)
    assert summary(alliance.id).lowest_open_step == 5
    complete(alliance, actor, 5)
    assert summary(alliance.id).lowest_open_step == 5


# What is written ---------------------------------------------------------------------------------------------------


def test_the_first_decision_writes_down_the_version_and_only_the_first(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    for _ in range(2):
        with transaction():
            service.waive(alliance, FREE, reason="Nee.", actor=actor)
        with transaction():
            service.reopen(alliance, FREE, reason="Ja.", actor=actor)
    assert len(db().scalars(sa.select(PlanAdoption).where(PlanAdoption.alliance_id == alliance.id)).all()) == 1


def test_every_decision_is_in_the_trail_and_its_status_is_the_newest_event(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    with transaction():
        state = service.meet(alliance, FREE, note="Klaar.", actor=actor)
    actions = list(db().scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_type == "criterion_state")))
    assert actions == ["criterion_state.meet"]
    newest = db().scalars(sa.select(StatusEvent).order_by(StatusEvent.id.desc()).limit(1)).one()
    assert (newest.subject_id, newest.target, newest.reason) == (state.id, "met", "Klaar.")


def test_a_refused_decision_leaves_nothing_behind(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(TransitionRefused), transaction():
        service.meet(alliance, COMPUTED, actor=coordinator_of(alliance))
    assert db().scalars(sa.select(CriterionState)).all() == []
    assert db().scalars(sa.select(PlanAdoption)).all() == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("decided_on_if_decided", {"status": "met", "decided_on": None, "note": ""}),
        ("decided_on_if_decided", {"status": "open", "decided_on": "2026-01-01", "note": ""}),
        ("waived_with_a_reason", {"status": "waived", "decided_on": "2026-01-01", "note": ""}),
    ],
)
def test_the_database_refuses_a_decision_that_contradicts_itself(
    context: Flask, name: str, values: dict[str, Any]
) -> None:
    alliance = make_alliance()
    decided = date(2026, 1, 1) if values["decided_on"] else None
    row = CriterionState(
        alliance_id=alliance.id,
        step_key="shared-goal",
        criterion_key=FREE,
        status=CriterionStatus(values["status"]),
        decided_on=decided,
        note=values["note"],
    )
    with pytest.raises(IntegrityError, match=name), transaction():
        db().add(row)


def test_the_database_refuses_a_completed_step_without_a_day(context: Flask) -> None:
    row = StepState(alliance_id=make_alliance().id, step_key="shared-goal", status=StepStatus.COMPLETED)
    with pytest.raises(IntegrityError, match="completed_on_if_completed"), transaction():
        db().add(row)


def test_the_picture_takes_a_constant_number_of_statements(context: Flask, statements: list[str]) -> None:
    small, large = make_alliance(), alliance_ready_for_step_1()
    with transaction():
        service.waive(small, FREE, reason="Nee.", actor=coordinator_of(small))
    complete(large[0], large[1], 1, 2, 3)
    for _ in range(5):
        make_partner(large[0])
        log_meeting(large[0], today(), large[2])
    counts = []
    for alliance in (small, large[0]):
        statements.clear()
        plan_of(alliance.id)
        counts.append(len([s for s in statements if s.startswith("SELECT")]))
        statements.clear()
        summary(alliance.id)
        counts.append(len([s for s in statements if s.startswith("SELECT")]))
    assert counts[:2] == counts[2:] == [19, 16]
