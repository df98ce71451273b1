"""New versions of the plan: one draft at a time, published with a change note; alliances move when they choose to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from alliance_tracker.database import db, now, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.standings import service as standings
from alliance_tracker.standings.models import AllianceStanding
from alliance_tracker.stappenplan import adoption, difference, drafting, own_criteria, service
from alliance_tracker.stappenplan.models import (
    Criterion,
    CriterionStatus,
    Plan,
    PlanAdoption,
    PlanStatus,
    Step,
)
from alliance_tracker.stappenplan.queries import published_versions
from alliance_tracker.stappenplan.reading import plan_of
from tests.builders import make_actor, make_alliance
from tests.stappenplan.network import alliance_ready_for_step_1, complete, coordinator_of


@pytest.fixture(autouse=True)
def noon(freeze: Any) -> None:
    freeze(datetime(2026, 11, 21, 11, tzinfo=UTC))


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


def begun(manager: Actor) -> Plan:
    with transaction():
        drafting.begin(actor=manager)
    db().expire_all()
    return drafting.draft_or_missing()


def step_of(draft: Plan, number: int) -> Step:
    return next(step for step in draft.steps if step.number == number)


def criterion_of(draft: Plan, key: str) -> Criterion:
    return next(c for step in draft.steps for c in step.criteria if c.key == key)


def describe(draft: Plan, manager: Actor, **changes: Any) -> None:
    facts: dict[str, Any] = {
        "label": draft.label,
        "valid_from": draft.valid_from,
        "change_note_nl": "Wij schrapten wat niemand begreep.",
        "change_note_en": "We dropped what nobody understood.",
    }
    with transaction():
        drafting.edit_draft(draft, **{**facts, **changes}, version=None, actor=manager)


def published(manager: Actor, *, label: str = "2026-11", valid_from: date | None = None) -> Plan:
    """A version without 'needs-challenges', with a new required criterion in step 2, and other words elsewhere."""
    draft = begun(manager)
    with transaction():
        drafting.drop_criterion(criterion_of(draft, "needs-challenges"), actor=manager)
        drafting.add_criterion(
            step_of(draft, 2),
            name_nl="Leerkrachten zijn gehoord",
            name_en="Teachers were heard",
            is_required=True,
            check=None,
            actor=manager,
        )
        changed = criterion_of(draft, "needs-current-offer")
        drafting.edit_criterion(
            changed, name_nl="Het aanbod", name_en="The offer", is_required=True, version=None, actor=manager
        )
    describe(draft, manager, label=label, valid_from=valid_from or today())
    with transaction():
        drafting.publish(draft, actor=manager)
    return draft


# The summary rows --------------------------------------------------------------------------------------------------


def with_one_less_in_step_1(manager: Actor, valid_from: date) -> None:
    draft = begun(manager)
    with transaction():
        drafting.drop_criterion(criterion_of(draft, "driver-named"), actor=manager)
    describe(draft, manager, label="2026-11", valid_from=valid_from)
    with transaction():
        drafting.publish(draft, actor=manager)


def required_in_step_1(alliance_id: int) -> int:
    return db().get_one(AllianceStanding, alliance_id, populate_existing=True).required_1


def test_an_initiative_is_counted_by_the_new_version_from_its_publication(manager: Actor) -> None:
    initiative, older = make_alliance(accepted_on=None).id, make_alliance().id
    with_one_less_in_step_1(manager, today())
    assert list(standings.drift()) == []
    assert (required_in_step_1(initiative), required_in_step_1(older)) == (3, 4)


def test_a_later_version_is_counted_from_its_first_day(manager: Actor, freeze: Any) -> None:
    initiative, first_day = make_alliance(accepted_on=None).id, today() + timedelta(days=9)
    with_one_less_in_step_1(manager, first_day)
    assert db().get_one(AllianceStanding, initiative, populate_existing=True).recompute_on == first_day
    assert list(standings.drift()) == []
    assert required_in_step_1(initiative) == 4
    freeze(now() + timedelta(days=9))
    with transaction():
        assert standings.refresh_due() == 1
    assert required_in_step_1(initiative) == 3
    assert list(standings.drift()) == []


# The draft ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_a_copy_of_the_newest_version(manager: Actor) -> None:
    draft = begun(manager)
    assert draft.based_on_id is not None
    assert [len(step.criteria) for step in draft.steps] == [5, 6, 5, 6, 5]
    assert not difference.between(draft.based_on_id, draft.id)
    assert draft.label == "2026-11"


def test_there_is_one_draft_at_a_time(manager: Actor) -> None:
    begun(manager)
    with pytest.raises(Refused), transaction():
        drafting.begin(actor=manager)


def test_the_database_allows_one_draft_only(manager: Actor) -> None:
    begun(manager)
    with pytest.raises(IntegrityError), transaction():
        db().add(Plan(label="tweede", status=PlanStatus.DRAFT, valid_from=today()))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OBSERVER])
def test_only_the_project_manager_drafts(context: Flask, role: Role) -> None:
    with pytest.raises(NotAllowed), transaction():
        drafting.begin(actor=make_actor(role))


def test_every_command_on_a_draft_is_the_project_managers(manager: Actor) -> None:
    draft, other = begun(manager), make_actor(Role.OBSERVER)
    criterion, step = criterion_of(draft, "helix-complete"), step_of(draft, 1)
    words: dict[str, Any] = {"name_nl": "x", "name_en": "x"}
    commands: list[Any] = [
        lambda: drafting.edit_step(step, **words, aim_nl="x", aim_en="x", version=None, actor=other),
        lambda: drafting.add_criterion(step, **words, is_required=True, check=None, actor=other),
        lambda: drafting.edit_criterion(criterion, **words, is_required=True, version=None, actor=other),
        lambda: drafting.shift(criterion, up=True, actor=other),
        lambda: drafting.drop_criterion(criterion, actor=other),
        lambda: drafting.publish(draft, actor=other),
        lambda: drafting.edit_draft(
            draft, label="x", valid_from=today(), change_note_nl="", change_note_en="", version=None, actor=other
        ),
    ]
    for command in commands:
        with pytest.raises(NotAllowed), transaction():
            command()


def test_a_criterion_moves_up_and_down_within_its_step(manager: Actor) -> None:
    draft = begun(manager)
    with transaction():
        drafting.shift(criterion_of(draft, "helix-complete"), up=True, actor=manager)
    db().expire_all()
    keys = [c.key for c in step_of(drafting.draft_or_missing(), 1).criteria]
    assert keys[:3] == ["driver-named", "helix-complete", "stakeholders-mapped"]
    found = difference.between(draft.based_on_id or 0, draft.id)
    assert [step.number for step in found.reordered] == [1]


def test_the_first_criterion_stays_first_when_moved_up(manager: Actor) -> None:
    draft = begun(manager)
    with transaction():
        drafting.shift(criterion_of(draft, "driver-named"), up=True, actor=manager)
    assert not difference.between(draft.based_on_id or 0, draft.id)


def test_a_new_criterion_gets_a_key_that_no_version_ever_had(manager: Actor) -> None:
    draft = begun(manager)
    with transaction():
        drafting.drop_criterion(criterion_of(draft, "helix-complete"), actor=manager)
        again = drafting.add_criterion(
            step_of(draft, 1),
            name_nl="x",
            name_en="Helix complete",
            is_required=True,
            check="helix_complete",
            actor=manager,
        )
        own = drafting.add_criterion(
            step_of(draft, 1), name_nl="x", name_en="Own 1", is_required=True, check=None, actor=manager
        )
    assert again.key == "helix-complete-2"
    assert again.test == "The current partners together cover all four pillars."
    assert own.key == "criterion-own-1"


@pytest.mark.parametrize("check", ["invented", "alliance_has_driver"])
def test_a_check_cannot_be_invented_or_used_twice(manager: Actor, check: str) -> None:
    draft = begun(manager)
    with pytest.raises(FieldRefused), transaction():
        drafting.add_criterion(
            step_of(draft, 1), name_nl="x", name_en="x", is_required=True, check=check, actor=manager
        )


def test_two_who_edit_the_same_criterion_do_not_overwrite_each_other(manager: Actor) -> None:
    draft = begun(manager)
    criterion = criterion_of(draft, "helix-complete")
    words: dict[str, Any] = {"name_nl": "Een", "name_en": "One", "is_required": True}
    with transaction():
        drafting.edit_criterion(criterion, **words, version=1, actor=manager)
    with pytest.raises(EditConflict), transaction():
        drafting.edit_criterion(criterion, **words, version=1, actor=manager)


def test_a_label_is_used_once(manager: Actor) -> None:
    with pytest.raises(FieldRefused):
        describe(begun(manager), manager, label="2025-05")


# Publication -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["change_note_nl", "change_note_en"])
def test_publishing_asks_a_change_note_in_both_languages(manager: Actor, missing: str) -> None:
    draft = begun(manager)
    with transaction():
        drafting.drop_criterion(criterion_of(draft, "helix-complete"), actor=manager)
    describe(draft, manager, **{missing: "  "})
    with pytest.raises(TransitionRefused) as refusal, transaction():
        drafting.publish(draft, actor=manager)
    assert len(refusal.value.obstacles) == 1


def test_publishing_asks_that_something_changed(manager: Actor) -> None:
    draft = begun(manager)
    describe(draft, manager)
    with pytest.raises(TransitionRefused), transaction():
        drafting.publish(draft, actor=manager)


def test_a_version_is_never_valid_from_a_past_day(manager: Actor) -> None:
    with pytest.raises(TransitionRefused):
        published(manager, valid_from=today() - timedelta(days=1))


def test_a_published_version_no_longer_changes_by_any_command(manager: Actor) -> None:
    plan = published(manager)
    criterion = criterion_of(plan, "helix-complete")
    with pytest.raises(Refused), transaction():
        drafting.drop_criterion(criterion, actor=manager)
    with pytest.raises(TransitionRefused), transaction():
        drafting.publish(plan, actor=manager)


def test_not_even_sql_changes_what_was_published_from_a_draft(manager: Actor) -> None:
    plan = published(manager)
    for statement in (
        "UPDATE criterion SET name_nl = 'x' WHERE plan_id = :id",
        "UPDATE step SET aim_nl = 'x' WHERE plan_id = :id",
        "UPDATE plan SET change_note_nl = 'x' WHERE id = :id",
        "DELETE FROM criterion WHERE plan_id = :id",
    ):
        with pytest.raises(DBAPIError, match="published plan"), transaction():
            db().execute(sa.text(statement), {"id": plan.id})


def test_a_criterion_cannot_be_smuggled_into_a_published_plan(manager: Actor) -> None:
    plan = published(manager)
    draft = begun(manager)
    with pytest.raises(DBAPIError, match="published plan"), transaction():
        db().execute(
            sa.text("UPDATE criterion SET plan_id = :to WHERE plan_id = :draft"), {"to": plan.id, "draft": draft.id}
        )


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"status": PlanStatus.PUBLISHED, "published_at": None}, "published_at_if_published"),
        ({"status": PlanStatus.DRAFT, "published_at": "now"}, "published_at_if_published"),
        ({"status": PlanStatus.PUBLISHED, "published_at": "now", "based_on_id": 1}, "published_with_a_change_note"),
    ],
)
def test_the_database_refuses_a_plan_that_contradicts_itself(context: Flask, values: dict[str, Any], name: str) -> None:
    if values["published_at"]:
        values = {**values, "published_at": now()}
    with pytest.raises(IntegrityError, match=name), transaction():
        db().add(Plan(label="x", valid_from=today(), **values))


def test_the_database_refuses_a_step_number_that_cannot_be(manager: Actor) -> None:
    draft = begun(manager)
    with pytest.raises(IntegrityError, match="number_is_plausible"), transaction():
        step_of(draft, 5).number = 10


def test_the_versions_say_how_many_alliances_decided_with_each(manager: Actor) -> None:
    alliance = make_alliance()
    with transaction():
        service.waive(alliance, "needs-challenges", reason="x", actor=coordinator_of(alliance))
    published(manager)
    assert [(v.label, v.alliances) for v in published_versions()] == [("2026-11", 0), ("2025-05", 1)]


# Which version an alliance works with --------------------------------------------------------------------------------


def test_a_newer_version_never_moves_an_alliance_by_itself(manager: Actor) -> None:
    undecided, decided = make_alliance(), make_alliance()
    with transaction():
        service.waive(decided, "needs-challenges", reason="Nee.", actor=coordinator_of(decided))
    published(manager)
    for alliance in (undecided, decided):
        plan = plan_of(alliance.id)
        assert plan.plan.label == "2025-05"
        assert plan.newer is not None
        assert plan.newer.label == "2026-11"


def test_an_alliance_founded_later_starts_with_the_version_of_that_day(manager: Actor) -> None:
    published(manager)
    assert plan_of(make_alliance(accepted_on=today()).id).plan.label == "2026-11"
    assert plan_of(make_alliance(accepted_on=today() - timedelta(days=1)).id).plan.label == "2025-05"
    assert plan_of(make_alliance(accepted_on=None).id).plan.label == "2026-11"


def test_an_alliance_older_than_the_plan_starts_with_the_first_version(manager: Actor) -> None:
    published(manager)
    assert plan_of(make_alliance(accepted_on=date(2020, 1, 1)).id).plan.label == "2025-05"


def test_a_version_for_later_is_offered_from_its_first_day_on(manager: Actor, freeze: Any) -> None:
    alliance = make_alliance()
    published(manager, valid_from=date(2027, 1, 1))
    assert plan_of(alliance.id).newer is None
    freeze(datetime(2027, 1, 1, 11, tzinfo=UTC))
    assert plan_of(alliance.id).newer is not None


def test_of_two_versions_of_one_day_the_later_is_offered(manager: Actor) -> None:
    published(manager)
    alliance = make_alliance(accepted_on=today())
    with transaction():
        adoption.adopt(alliance, actor=SYSTEM)
    draft = begun(manager)
    with transaction():
        drafting.drop_criterion(criterion_of(draft, "helix-complete"), actor=manager)
    describe(draft, manager)
    with transaction():
        drafting.publish(draft, actor=manager)
    newer = plan_of(alliance.id).newer
    assert newer is not None
    assert newer.label == "2026-11-2"


# Moving ------------------------------------------------------------------------------------------------------------


def test_the_preview_shows_what_is_kept_new_and_dropped_with_what_was_decided(manager: Actor) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    with transaction():
        service.waive(alliance, "needs-challenges", reason="Nee.", actor=actor)
        own_criteria.add(alliance, 2, name="De jeugdraad is gehoord", is_required=False, actor=actor)
    assert adoption.preview(alliance.id) is None
    published(manager)
    move = adoption.preview(alliance.id)
    assert move is not None
    assert [c.key for c in move.difference.added] == ["teachers-were-heard"]
    assert [(c.key, c.status) for _, c in move.dropped] == [("needs-challenges", CriterionStatus.WAIVED)]
    assert [c.new.key for c in move.difference.changed] == ["needs-current-offer"]
    assert (
        len(move.difference.unchanged) == 25
    )  # 27 less one dropped and one changed; its own criteria are in neither version
    assert move.change_note_en == "We dropped what nobody understood."


def test_moving_keeps_decisions_by_key_and_loses_nothing(manager: Actor) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    with transaction():
        service.meet(alliance, "needs-current-offer", note="Onderzocht.", actor=actor)
        service.waive(alliance, "needs-challenges", reason="Nee.", actor=actor)
        own_criteria.add(alliance, 2, name="De jeugdraad is gehoord", is_required=False, actor=actor)
    newer = published(manager)
    with transaction():
        adoption.move(alliance, to_plan_id=newer.id, actor=actor)
    plan = plan_of(alliance.id)
    assert (plan.plan.label, plan.newer) == ("2026-11", None)
    assert plan.criterion("needs-current-offer")[1].status is CriterionStatus.MET
    assert plan.criterion("teachers-were-heard")[1].status is CriterionStatus.OPEN
    assert plan.find("needs-challenges") is None
    assert plan.find("own-1") is not None
    assert [(d.name.en, d.decision.note) for d in plan.dropped] == [
        ("Needs analysis 2: the challenges and opportunities for STEM in the region are named", "Nee.")
    ]


def test_a_completed_step_that_gets_a_new_required_criterion_stays_completed_and_is_marked(manager: Actor) -> None:
    alliance, actor, _ = alliance_ready_for_step_1()
    complete(alliance, actor, 1, 2)
    newer = published(manager)
    move = adoption.preview(alliance.id)
    assert move is not None
    assert [step.number for step in move.unsettled_steps] == [2]
    with transaction():
        adoption.move(alliance, to_plan_id=newer.id, actor=actor)
    step = plan_of(alliance.id).step(2)
    assert (step.is_completed, [c.key for c in step.failing]) == (True, ["teachers-were-heard"])


def test_moving_is_the_coordinators_and_to_the_newest_version_only(manager: Actor) -> None:
    alliance = make_alliance()
    actor = coordinator_of(alliance)
    oldest = plan_of(alliance.id).plan.id
    newer = published(manager)
    with pytest.raises(NotAllowed), transaction():
        adoption.move(alliance, to_plan_id=newer.id, actor=manager)
    with pytest.raises(Refused), transaction():
        adoption.move(alliance, to_plan_id=oldest, actor=actor)
    with transaction():
        adoption.move(alliance, to_plan_id=newer.id, actor=actor)
    with pytest.raises(Refused), transaction():
        adoption.move(alliance, to_plan_id=newer.id, actor=actor)


def test_what_was_adopted_is_append_only(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        adoption.adopt(alliance, actor=SYSTEM)
        adoption.adopt(alliance, actor=SYSTEM)
    assert db().scalar(sa.select(sa.func.count()).select_from(PlanAdoption)) == 1
    for statement in ("UPDATE plan_adoption SET since = '2020-01-01'", "DELETE FROM plan_adoption"):
        with pytest.raises(DBAPIError, match="plan_adoption"), transaction():
            db().execute(sa.text(statement))


def test_a_discarded_draft_makes_room_for_a_new_one_and_stays(context: Flask) -> None:
    manager = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        first = drafting.begin(actor=manager)
    with pytest.raises(TransitionRefused), transaction():
        drafting.discard(first, reason=" ", actor=manager)
    with transaction():
        drafting.discard(first, reason="Te vroeg.", actor=manager)
        second = drafting.begin(actor=manager)
    assert first.status is PlanStatus.DISCARDED
    assert second.label != first.label
    with pytest.raises(TransitionRefused), transaction():
        drafting.publish(first, actor=manager)
