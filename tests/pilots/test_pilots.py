"""A pilot from plan to evaluation: what it asks, what it decides, and what stays."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import service as goals
from alliance_tracker.organisations.models import OrganisationKind, Pillar
from alliance_tracker.pilots import queries, reach, running, service
from alliance_tracker.pilots.models import Pilot, PilotDecision, PilotEvaluation, PilotStatus
from alliance_tracker.pilots.profile import profile_of
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.workflow import events_of
from tests.builders import make_actor, make_alliance, make_goal, make_partner, make_pilot

START = date(2026, 3, 2)
END = date(2026, 6, 1)


def coordinator(alliance: Alliance) -> Actor:
    return make_actor(Role.COORDINATOR, alliance_id=alliance.id)


def draft(**changes: object) -> service.Draft:
    return service.Draft(**{"name": "Water", "starts_on": START, **changes})  # type: ignore[arg-type]


def evaluation(decision: PilotDecision = PilotDecision.SCALE_UP, on: date = END) -> running.Evaluation:
    return running.Evaluation("Het werkt.", decision, on)


def finished(decision: PilotDecision = PilotDecision.SCALE_UP) -> tuple[Pilot, Actor]:
    alliance = make_alliance()
    pilot, actor = make_pilot(alliance, started_on=START), coordinator(alliance)
    with transaction():
        running.finish(pilot, evaluation(decision), actor=actor)
    return pilot, actor


# Planning ----------------------------------------------------------------------------------------------------------


def test_a_plan_keeps_its_partners_its_goal_and_what_it_touches(context: Flask) -> None:
    alliance = make_alliance()
    partner, goal = make_partner(alliance), make_goal(alliance)
    with transaction():
        made = service.plan(
            alliance,
            draft(
                partners=frozenset({partner.id}),
                goal_id=goal.id,
                budget=Decimal("1250.50"),
                tags={Scheme.KADER_DIMENSION: frozenset({"teamwork"})},
            ),
            actor=coordinator(alliance),
        )
    pilot = service.pilot_by_id(made.id)
    assert pilot is not None
    assert pilot.status is PilotStatus.PLANNED
    assert [row.partner_id for row in pilot.current_partners] == [partner.id]
    assert [(tag.scheme, tag.key) for tag in pilot.tags] == [(Scheme.KADER_DIMENSION, "teamwork")]
    assert (pilot.goal_id, pilot.budget) == (goal.id, Decimal("1250.50"))


def test_what_does_not_fit_is_said_at_its_field(context: Flask) -> None:
    alliance, other = make_alliance(), make_alliance()
    actor = coordinator(alliance)
    reached = make_goal(alliance)
    with transaction():
        goals.move(reached, "reach", reason="Klaar.", actor=actor)
    stranger, their_goal = make_partner(other), make_goal(other)
    wrong: dict[str, dict[str, object]] = {
        "name": {"name": ""},
        "ends_on": {"ends_on": START - timedelta(1)},
        "budget": {"budget": Decimal("1.005")},
        "partners": {"partners": frozenset({stranger.id})},
        "goal_id": {"goal_id": their_goal.id},
        "kader_dimension": {"tags": {Scheme.KADER_DIMENSION: frozenset({"bestaat-niet"})}},
        "policy_domain": {"tags": {Scheme.POLICY_DOMAIN: frozenset({"work"})}},
    }
    for field, change in wrong.items():
        with pytest.raises(FieldRefused) as refusal:
            service.plan(alliance, draft(**change), actor=actor)
        assert refusal.value.field == field
    with pytest.raises(FieldRefused):
        service.plan(alliance, draft(goal_id=reached.id), actor=actor)


def test_a_partner_that_left_stays_in_the_pilot_but_cannot_join_another(context: Flask) -> None:
    alliance = make_alliance()
    actor, partner = coordinator(alliance), make_partner(alliance)
    pilot = make_pilot(alliance, partners=[partner])
    with transaction():
        partner_service.leave(partner, on=today(), reason="Gestopt.", actor=SYSTEM)
    with transaction():
        service.edit(pilot, draft(partners=frozenset({partner.id})), version=pilot.version, actor=actor)
    assert len(pilot.current_partners) == 1
    with pytest.raises(FieldRefused):
        service.plan(alliance, draft(partners=frozenset({partner.id})), actor=actor)


def test_what_is_taken_back_and_given_again_is_one_row(context: Flask) -> None:
    alliance = make_alliance()
    actor, partner = coordinator(alliance), make_partner(alliance)
    pilot = make_pilot(alliance, partners=[partner])
    for wanted in (frozenset(), frozenset({partner.id})):
        with transaction():
            service.edit(pilot, draft(partners=wanted), version=pilot.version, actor=actor)
    assert [row.is_withdrawn for row in pilot.partners] == [False]


def test_two_people_never_overwrite_each_other(context: Flask) -> None:
    pilot = make_pilot(make_alliance())
    with pytest.raises(EditConflict):
        service.edit(pilot, draft(), version=pilot.version - 1, actor=SYSTEM)
    with pytest.raises(EditConflict):
        running.begin(pilot, on=START, version=pilot.version - 1, actor=SYSTEM)


def test_only_who_may_plans_a_pilot_and_never_for_an_ended_alliance(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    pilot = make_pilot(alliance, partners=[partner])
    for actor in (
        coordinator(make_alliance()),
        make_actor(Role.PARTNER, organisation_id=partner.organisation_id),
        make_actor(Role.OBSERVER),
    ):
        with pytest.raises(NotAllowed):
            service.plan(alliance, draft(), actor=actor)
        with pytest.raises(NotAllowed):
            running.begin(pilot, on=START, actor=actor)
    with transaction():
        alliances.end(alliance, on=today(), reason="Klaar.", actor=SYSTEM)
    with pytest.raises(Refused):
        service.plan(alliance, draft(), actor=SYSTEM)
    with pytest.raises(Refused):
        running.begin(pilot, on=START, actor=SYSTEM)


# Its life ----------------------------------------------------------------------------------------------------------


def test_a_pilot_starts_with_partners_on_a_day_that_has_come(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator(alliance)
    alone = make_pilot(alliance, partners=[])
    with pytest.raises(TransitionRefused) as refusal:
        running.begin(alone, on=START, actor=actor)
    assert len(refusal.value.obstacles) == 1
    pilot = make_pilot(alliance)
    with pytest.raises(FieldRefused):
        running.begin(pilot, on=today() + timedelta(1), actor=actor)
    with transaction():
        running.begin(pilot, on=START, actor=actor)
    assert (pilot.status, pilot.started_on) == (PilotStatus.RUNNING, START)
    assert events_of("pilot", pilot.id)[-1].on == START


def test_a_running_pilot_keeps_a_partner(context: Flask) -> None:
    pilot = make_pilot(make_alliance(), started_on=START)
    with pytest.raises(FieldRefused) as refusal:
        service.edit(pilot, draft(), version=pilot.version, actor=SYSTEM)
    assert refusal.value.field == "partners"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("findings", {"findings": ""}),
        ("on", {"on": START - timedelta(1)}),
        ("on", {"on": date(2999, 1, 1)}),
    ],
)
def test_without_a_sound_evaluation_it_is_not_finished(context: Flask, field: str, change: dict[str, object]) -> None:
    alliance = make_alliance()
    pilot = make_pilot(alliance, started_on=START)
    facts = {"findings": "Het werkt.", "decision": PilotDecision.STOP, "on": END, **change}
    with pytest.raises(FieldRefused) as refusal, transaction():
        running.finish(pilot, running.Evaluation(**facts), actor=coordinator(alliance))  # type: ignore[arg-type]
    assert refusal.value.field == field
    db().expire_all()
    again = service.pilot_by_id(pilot.id)
    assert again is not None
    assert (again.status, again.finished_on, again.evaluations) == (PilotStatus.RUNNING, None, [])


@pytest.mark.parametrize(
    ("decision", "possible", "impossible"),
    [
        (PilotDecision.SCALE_UP, "scale", "run_again"),
        (PilotDecision.ADJUST, "run_again", "scale"),
        (PilotDecision.STOP, "stop", "scale"),
    ],
)
def test_the_evaluation_decides_how_it_goes_on(
    context: Flask, decision: PilotDecision, possible: str, impossible: str
) -> None:
    pilot, actor = finished(decision)
    with pytest.raises(TransitionRefused) as refusal, transaction():
        running.move(pilot, impossible, reason="Toch.", actor=actor)
    assert refusal.value.obstacles
    again = service.pilot_by_id(pilot.id)
    assert again is not None
    with transaction():
        running.move(again, possible, reason="Zoals beslist.", actor=actor)
    assert again.status is not PilotStatus.FINISHED


def test_the_newest_evaluation_decides_and_the_earlier_stay(context: Flask) -> None:
    pilot, actor = finished(PilotDecision.STOP)
    with transaction():
        running.evaluate(pilot, evaluation(PilotDecision.SCALE_UP, today()), actor=actor)
    with transaction():
        running.move(pilot, "scale", actor=actor)
    assert [row.decision for row in pilot.evaluations] == [PilotDecision.STOP, PilotDecision.SCALE_UP]
    with pytest.raises(Refused):
        running.evaluate(pilot, evaluation(on=today()), actor=actor)


def test_an_adjusted_pilot_runs_and_is_finished_again(context: Flask) -> None:
    pilot, actor = finished(PilotDecision.ADJUST)
    with transaction():
        running.move(pilot, "run_again", actor=actor)
    assert (pilot.status, pilot.started_on, pilot.finished_on) == (PilotStatus.RUNNING, START, None)
    with transaction():
        running.finish(pilot, evaluation(PilotDecision.SCALE_UP, today()), actor=actor)
    assert pilot.finished_on == today()
    assert len(pilot.evaluations) == 2


def test_a_stopped_pilot_goes_back_to_where_it_can(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator(alliance)
    planned, running_one = make_pilot(alliance), make_pilot(alliance, started_on=START)
    for pilot in (planned, running_one):
        with pytest.raises(TransitionRefused), transaction():
            running.move(pilot, "stop", reason=" ", actor=actor)
    for pilot_id, wrong, right, after in (
        (planned.id, "resume", "replan", PilotStatus.PLANNED),
        (running_one.id, "replan", "resume", PilotStatus.RUNNING),
    ):
        found = service.pilot_by_id(pilot_id)
        assert found is not None
        with transaction():
            running.move(found, "stop", reason="Geen tijd.", actor=actor)
        with pytest.raises(TransitionRefused), transaction():
            running.move(found, wrong, reason="Toch.", actor=actor)
        found = service.pilot_by_id(pilot_id)
        assert found is not None
        with transaction():
            running.move(found, right, reason="Toch wel.", actor=actor)
        assert found.status is after


def test_an_evaluation_never_changes(context: Flask) -> None:
    pilot, _ = finished()
    with pytest.raises(IntegrityError, match="append-only"), transaction():
        db().execute(sa.update(PilotEvaluation).values(findings="Anders."))
    with pytest.raises(IntegrityError, match="keeps its history"), transaction():
        db().execute(sa.delete(Pilot).where(Pilot.id == pilot.id))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_pilot_has_a_name", {"name": ""}),
        ("ck_pilot_ends_after_it_starts", {"ends_on": date(2026, 1, 1)}),
        ("ck_pilot_budget_is_no_debt", {"budget": Decimal(-1)}),
        ("ck_pilot_started_if_run", {"started_on": None}),
        ("ck_pilot_finished_if_done", {"finished_on": None}),
    ],
)
def test_the_database_refuses_what_the_code_forgot(context: Flask, name: str, values: dict[str, object]) -> None:
    pilot, _ = finished()
    with pytest.raises(IntegrityError, match=name), transaction():
        db().execute(sa.update(Pilot).where(Pilot.id == pilot.id).values(**values))


def test_the_database_asks_for_findings(context: Flask) -> None:
    pilot, _ = finished()
    row = pilot.evaluations[0]
    values = {c.name: getattr(row, c.name) for c in PilotEvaluation.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError, match="ck_pilot_evaluation_has_findings"), transaction():
        db().execute(sa.insert(PilotEvaluation).values({**values, "findings": ""}))


# Facts for the stappenplan and for the goals --------------------------------------------------------------------------


def test_the_facts_of_a_pilot_are_those_that_the_stappenplan_asks(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator(alliance)
    firm, school = make_partner(alliance), make_partner(alliance, kind=OrganisationKind.UNIVERSITY_COLLEGE)
    pilot = make_pilot(alliance, "Water", partners=[firm, school], started_on=START)
    make_pilot(alliance, "Alleen een plan", partners=[])
    with transaction():
        reach.record(pilot, reach.Entry(2026, 30), actor=actor)
    water = {facts.name: facts for facts in queries.facts_of(alliance.id)}["Water"]
    assert (water.status, water.started_on, water.decision) == (PilotStatus.RUNNING, START, None)
    assert water.pillars == {Pillar.ECONOMY, Pillar.EDUCATION}
    assert (water.has_reach, water.has_breakdown) == (True, False)
    with transaction():
        reach.record(pilot, reach.Entry(2026, 30, {("gender", "unknown"): 30}, reason="x"), actor=actor)
    assert not queries.facts_of(alliance.id)[0].has_breakdown
    with transaction():
        reach.record(pilot, reach.Entry(2026, 30, {("gender", "girls"): 12}, reason="x"), actor=actor)
        running.finish(pilot, evaluation(), actor=actor)
    facts = {facts.name: facts for facts in queries.facts_of(alliance.id)}
    assert facts["Water"].has_breakdown
    assert facts["Water"].decision is PilotDecision.SCALE_UP
    plan = facts["Alleen een plan"]
    assert (plan.pillars, plan.started_on, plan.has_reach) == (frozenset(), None, False)


def test_a_pillar_counts_while_the_partner_was_there(context: Flask) -> None:
    alliance = make_alliance()
    firm, school = make_partner(alliance), make_partner(alliance, kind=OrganisationKind.UNIVERSITY_COLLEGE)
    with_both = make_pilot(alliance, "Met twee", partners=[firm, school], started_on=START)
    with transaction():
        partner_service.leave(school, on=START + timedelta(10), reason="Gestopt.", actor=SYSTEM)
    later = make_pilot(alliance, "Later", partners=[firm])
    with transaction():
        running.begin(later, on=today(), actor=SYSTEM)
    pillars = {facts.id: facts.pillars for facts in queries.facts_of(alliance.id)}
    assert pillars[with_both.id] == {Pillar.ECONOMY, Pillar.EDUCATION}
    assert pillars[later.id] == {Pillar.ECONOMY}


def test_the_facts_cost_the_same_for_one_pilot_and_for_many(context: Flask, statements: list[str]) -> None:
    alliance = make_alliance()
    make_pilot(alliance, started_on=START)
    statements.clear()
    queries.facts_of(alliance.id)
    with_one = len(statements)
    for _ in range(6):
        make_pilot(alliance, started_on=START)
    statements.clear()
    assert len(queries.facts_of(alliance.id)) == 7
    assert len(statements) == with_one <= 6


def test_the_pilots_of_a_goal_are_found_by_the_goal(context: Flask) -> None:
    alliance = make_alliance()
    goal = make_goal(alliance)
    serving = make_pilot(alliance, goal_id=goal.id)
    make_pilot(alliance)
    found = queries.of_goals(alliance.id, exactly=True)
    assert {key: [line.id for line in lines] for key, lines in found.items()} == {goal.id: [serving.id]}


def test_the_profile_shows_what_is_touched_and_what_is_neglected(context: Flask) -> None:
    alliance = make_alliance()
    tags = {Scheme.KADER_DIMENSION: frozenset({"teamwork", "innovation"}), Scheme.TARGET_GROUP: frozenset({"girls"})}
    touching = make_pilot(alliance, "Water", tags=tags)
    stopped = make_pilot(alliance, tags={Scheme.TRANSITION_THEME: frozenset({"mobility"})})
    with transaction():
        running.move(stopped, "stop", reason="Geen tijd.", actor=coordinator(alliance))
    with transaction():
        kept = {Scheme.KADER_DIMENSION: frozenset({"teamwork"}), Scheme.TARGET_GROUP: frozenset({"girls"})}
        service.edit(touching, draft(tags=kept), version=touching.version, actor=SYSTEM)
    dimensions, themes, groups = profile_of(alliance.id)
    assert [found.term.key for found in dimensions.touched] == ["teamwork"]
    assert len(dimensions.neglected) == 9
    assert not themes.touched
    assert [pilot.name for found in groups.touched for pilot in found.pilots] == ["Water"]
