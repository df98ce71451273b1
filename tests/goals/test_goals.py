"""Goals: who sets them, what they must say, their life, and that nobody's ticks are lost."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.alliances import service as alliances
from alliance_tracker.cli.checking import status_faults
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import queries, service
from alliance_tracker.goals.models import Goal, GoalStatus, GoalTag, NeedsAnalysis
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.web import history
from alliance_tracker.workflow import events_of
from tests.builders import make_actor, make_alliance, make_goal, make_partner

GIRLS = {Scheme.TARGET_GROUP: frozenset({"girls"})}


def draft(owner: int, **changes: object) -> service.Draft:
    return service.Draft(**{"title": "Samen", "reason": "Daarom", "owner_partner_id": owner, **changes})  # type: ignore[arg-type]


def test_a_goal_says_what_why_who_and_for_whom(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    tags = {**GIRLS, Scheme.POLICY_DOMAIN: frozenset({"work"}), Scheme.OPERATIONAL_GOAL: frozenset({"7.2", "1.1"})}
    with transaction():
        service.add(alliance, draft(partner.id, due_on=date(2027, 6, 30), tags=tags), actor=coordinator)
    goal = queries.goals_of(alliance.id)[0]
    assert (goal.title, goal.status, goal.owner) == ("Samen", GoalStatus.ACTIVE, partner.organisation.name)
    assert [term.is_under_represented for term in goal.target_groups] == [True]
    assert [[term.key for term in found] for _, found in goal.frameworks] == [["work"], ["1.1", "7.2"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"reason": ""}, "reason"),
        ({"tags": {Scheme.TARGET_GROUP: frozenset({"nobody"})}}, "tags"),
        ({"tags": {Scheme.KADER_DIMENSION: frozenset({"teamwork"})}}, "tags"),
    ],
)
def test_a_goal_that_lacks_something_is_refused_beside_the_field(
    context: Flask, changes: dict[str, object], field: str
) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    with pytest.raises(FieldRefused) as refusal:
        service.add(alliance, draft(partner.id, **changes), actor=SYSTEM)
    assert refusal.value.field == field


def test_a_partner_of_another_alliance_and_one_that_left_carry_no_new_goal(context: Flask) -> None:
    alliance = make_alliance()
    stranger, gone = make_partner(make_alliance()), make_partner(alliance)
    with transaction():
        partner_service.leave(gone, on=today(), reason="Weg", actor=SYSTEM)
    for partner in (stranger, gone):
        with pytest.raises(FieldRefused) as refusal:
            service.add(alliance, draft(partner.id), actor=SYSTEM)
        assert refusal.value.field == "owner_partner_id"


def test_a_goal_whose_carrier_left_can_still_be_edited(context: Flask) -> None:
    alliance = make_alliance()
    owner = make_partner(alliance)
    goal = make_goal(alliance, owner=owner)
    with transaction():
        partner_service.leave(owner, on=today(), reason="Weg", actor=SYSTEM)
        service.edit(goal, draft(owner.id, title="Nog altijd"), version=goal.version, actor=SYSTEM)
    found = queries.goals_of(alliance.id)[0]
    assert (found.title, found.lost_its_owner) == ("Nog altijd", True)
    with transaction():
        service.edit(goal, draft(make_partner(alliance).id), version=goal.version, actor=SYSTEM)
    assert not queries.goals_of(alliance.id)[0].lost_its_owner


def test_only_the_coordinator_and_vlaio_set_goals(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    representative = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    other = make_actor(Role.COORDINATOR, alliance_id=make_alliance().id)
    for actor in (representative, other, make_actor(Role.OBSERVER)):
        with pytest.raises(NotAllowed):
            service.add(alliance, draft(partner.id), actor=actor)
        with pytest.raises(NotAllowed):
            service.save_needs(alliance, offer="x", challenges="", choice="", actor=actor)
    with transaction():
        service.add(alliance, draft(partner.id), actor=make_actor(Role.PROJECT_MANAGER))


def test_an_ended_alliance_takes_no_goal_and_no_change_of_one(context: Flask) -> None:
    alliance = make_alliance()
    goal = make_goal(alliance)
    with transaction():
        alliances.end(alliance, on=today(), reason="Klaar", actor=SYSTEM)
    for change in (
        lambda: service.add(alliance, draft(goal.owner_partner_id), actor=SYSTEM),
        lambda: service.edit(goal, draft(goal.owner_partner_id), version=goal.version, actor=SYSTEM),
        lambda: service.move(goal, "reach", reason="Gelukt", actor=SYSTEM),
        lambda: service.save_needs(alliance, offer="x", challenges="", choice="", actor=SYSTEM),
    ):
        with pytest.raises(Refused):
            change()


def test_a_goal_is_reached_stopped_and_taken_up_again_each_with_a_reason(context: Flask) -> None:
    goal = make_goal(make_alliance())
    with pytest.raises(TransitionRefused), transaction():
        service.move(goal, "reach", reason=" ", actor=SYSTEM)
    db().expire_all()
    goal = service.goal_by_id(goal.id)  # type: ignore[assignment]
    for name, status, is_closed in (
        ("reach", GoalStatus.REACHED, True),
        ("reopen", GoalStatus.ACTIVE, False),
        ("stop", GoalStatus.STOPPED, True),
    ):
        with transaction():
            service.move(goal, name, reason=f"Want {name}", actor=SYSTEM)
        assert (goal.status, goal.closed_on is not None) == (status, is_closed)
    with pytest.raises(TransitionRefused), transaction():
        service.move(goal, "reach", reason="Toch", actor=SYSTEM)
    assert [event.name for event in events_of("goal", goal.id)] == ["start", "reach", "reopen", "stop"]
    assert status_faults() == []


def test_a_status_changed_by_hand_is_found(context: Flask) -> None:
    goal = make_goal(make_alliance())
    db().execute(sa.text("UPDATE goal SET status = 'reached', closed_on = '2026-01-01'"))
    assert status_faults() == [f"goal {goal.id} is reached, its newest event says active"]


def test_two_editors_do_not_overwrite_each_other_even_when_only_ticks_changed(context: Flask) -> None:
    goal = make_goal(make_alliance(), tags=GIRLS)
    drawn, owner = goal.version, goal.owner_partner_id
    with transaction():
        service.edit(goal, draft(owner, title=goal.title, reason=goal.reason), version=drawn, actor=SYSTEM)
    with pytest.raises(EditConflict):
        service.edit(goal, draft(owner, tags=GIRLS), version=drawn, actor=SYSTEM)


def test_a_withdrawn_tag_stays_in_the_table_and_counts_no_longer(context: Flask) -> None:
    alliance = make_alliance()
    goal = make_goal(alliance, tags=GIRLS)
    with transaction():
        service.edit(goal, draft(goal.owner_partner_id), version=goal.version, actor=SYSTEM)
    assert queries.goals_of(alliance.id)[0].tags == {}
    assert [tag.is_withdrawn for tag in db().scalars(sa.select(GoalTag))] == [True]
    with transaction():
        service.edit(goal, draft(goal.owner_partner_id, tags=GIRLS), version=goal.version, actor=SYSTEM)
    assert db().scalar(sa.select(sa.func.count()).select_from(GoalTag)) == 1


def test_the_history_names_what_was_ticked_and_unticked(context: Flask) -> None:
    goal = make_goal(make_alliance(), tags=GIRLS)
    parents = {Scheme.TARGET_GROUP: frozenset({"parents"})}
    with transaction():
        service.edit(goal, draft(goal.owner_partner_id, tags=parents), version=goal.version, actor=SYSTEM)
    edited, begun = history.of_subject("goal", goal.id).happenings
    assert ("", "Meisjes") in {(change.before, change.after) for change in begun.changes}
    assert {("Meisjes", ""), ("", "Ouders en grootouders")} <= {(c.before, c.after) for c in edited.changes}
    assert "girls" not in str([(str(c.field), c.before, c.after) for c in (*edited.changes, *begun.changes)])


def test_the_needs_analysis_is_written_in_parts_and_guards_what_others_wrote(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        needs = service.save_needs(alliance, offer="Veel", challenges="", choice="", version=0, actor=SYSTEM)
    with transaction():
        service.save_needs(alliance, offer="Veel", challenges="Weinig", choice="", version=needs.version, actor=SYSTEM)
    with pytest.raises(EditConflict):
        service.save_needs(alliance, offer="Niets", challenges="", choice="", version=0, actor=SYSTEM)
    db().expire_all()
    found = queries.needs_of(alliance.id)
    assert found is not None
    assert (found.offer, found.challenges, found.choice) == ("Veel", "Weinig", "")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE goal SET title = ''",
        "UPDATE goal SET reason = ''",
        "UPDATE goal SET status = 'reached'",
        "UPDATE goal SET closed_on = '2026-01-01'",
        "UPDATE goal SET status = 'dreamt'",
        "INSERT INTO goal_tag (goal_id, alliance_id, scheme, key, is_withdrawn) "
        "SELECT goal_id, alliance_id, scheme, key, is_withdrawn FROM goal_tag",
        "UPDATE goal_tag SET scheme = 'colour'",
    ],
)
def test_the_database_refuses_what_the_rules_refuse(context: Flask, change: str) -> None:
    make_goal(make_alliance(), tags=GIRLS)
    with pytest.raises(IntegrityError):
        db().execute(sa.text(change))
    db().rollback()


def test_an_alliance_has_one_needs_analysis(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(IntegrityError), transaction():
        for _ in range(2):
            db().add(NeedsAnalysis(alliance_id=alliance.id, offer="", challenges="", choice=""))
            db().flush()


def test_goals_being_worked_on_come_first_and_one_past_its_day_says_so(context: Flask) -> None:
    alliance = make_alliance()
    first, second = make_goal(alliance, "Eerst"), make_goal(alliance, "Dan")
    with transaction():
        service.move(first, "stop", reason="Niet haalbaar", actor=SYSTEM)
        late = draft(second.owner_partner_id, title="Dan", due_on=today() - timedelta(days=1))
        service.edit(second, late, version=second.version, actor=SYSTEM)
    found = queries.goals_of(alliance.id)
    assert [(goal.title, goal.is_past_its_day) for goal in found] == [("Dan", True), ("Eerst", False)]
    with transaction():
        due_today = draft(second.owner_partner_id, title="Dan", due_on=today())
        service.edit(second, due_today, version=second.version, actor=SYSTEM)
    assert not queries.goals_of(alliance.id)[0].is_past_its_day


def test_goals_keep_the_order_in_which_they_were_set(context: Flask) -> None:
    alliance = make_alliance()
    for title in ("C", "A", "B"):
        make_goal(alliance, title)
    assert [goal.title for goal in queries.goals_of(alliance.id)] == ["C", "A", "B"]
    assert list(db().scalars(sa.select(Goal.position).order_by(Goal.id))) == [1, 2, 3]
