"""The pages of the stappenplan: what each role sees and can do, in a strict browser."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today, transaction
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.stappenplan import drafting, service
from alliance_tracker.stappenplan.models import (
    Criterion,
    CriterionFlag,
    CriterionStatus,
    OwnCriterion,
    Plan,
    PlanStatus,
    Step,
)
from alliance_tracker.stappenplan.reading import plan_of
from tests.builders import make_actor, make_alliance, make_user
from tests.stappenplan.network import alliance_ready_for_step_1, complete, settle
from tests.strict_client import StrictClient

STEPS = "/alliances/kempen/steps"


@pytest.fixture(autouse=True)
def noon(freeze: Any) -> None:
    freeze(datetime(2026, 11, 21, 11, tzinfo=UTC))


@pytest.fixture
def ready(app: Flask) -> tuple[Alliance, Actor]:
    """An alliance whose step 1 can be completed; its coordinator signs in as coordinator@example.org, in English."""
    with app.test_request_context("/"):
        alliance, actor, _ = alliance_ready_for_step_1("Kempen")
        make_user(Role.COORDINATOR, email="coordinator@example.org", language="en", alliance_id=alliance.id)
        make_user(Role.PROJECT_MANAGER, email="vlaio@example.org", language="en")
        make_user(Role.OBSERVER, email="observer@example.org", language="en")
        other = make_alliance("Elders")
        make_user(Role.COORDINATOR, email="other@example.org", language="en", alliance_id=other.id)
    return alliance, actor


@pytest.fixture
def coordinator(client: StrictClient, ready: tuple[Alliance, Actor]) -> StrictClient:
    client.sign_in("coordinator@example.org")
    return client


@pytest.fixture
def manager(client: StrictClient, ready: tuple[Alliance, Actor]) -> StrictClient:
    client.sign_in("vlaio@example.org")
    return client


def again(ready: tuple[Alliance, Actor]) -> tuple[Alliance, Actor]:
    """The same alliance and coordinator, in the session of this context."""
    return db().get_one(Alliance, ready[0].id), ready[1]


def status_of(app: Flask, key: str, year: int | None = None) -> CriterionStatus:
    with app.test_request_context("/"):
        alliance_id = db().scalars(sa.select(Alliance.id).where(Alliance.slug == "kempen")).one()
        return plan_of(alliance_id, year).criterion(key)[1].status


# Reading -----------------------------------------------------------------------------------------------------------


def test_the_plan_shows_all_criteria_with_their_reasons(coordinator: StrictClient) -> None:
    page = coordinator.get(STEPS)
    assert "The local actors are mapped" in page.words
    assert "12 organisations from all four pillars work in these municipalities." in page.words
    assert "judged by a person for now" in page.words
    assert "4 of 4 required" in page.words
    assert page.words.count("Mark as met") == 11  # ten without a check, one whose data come later


def test_the_plan_reads_dutch_for_who_reads_dutch(app: Flask, client: StrictClient, ready: Any) -> None:
    with app.test_request_context("/"):
        make_user(Role.OBSERVER, email="nl@example.org", language="nl")
    client.sign_in("nl@example.org")
    assert "De lokale actoren zijn in kaart gebracht" in client.get(STEPS).words


def test_an_observer_reads_and_is_offered_nothing_to_decide(client: StrictClient, ready: Any) -> None:
    client.sign_in("observer@example.org")
    for path in (STEPS, f"{STEPS}/1", f"{STEPS}/criteria/needs-challenges", f"{STEPS}/version"):
        words = client.get(path).words
        assert "Mark as met" not in words
        assert "Waive" not in words
        assert "Flag this" not in words
        assert [form["action"] for form in client.page.forms if "steps" in form["action"]] == []  # type: ignore[union-attr]


READ = ["", "/1", "/5", "/criteria/helix-complete", "/version"]
DECIDE = ["/1/own/new"]
POSTS = [
    "/1/complete",
    "/1/reopen",
    "/criteria/needs-challenges/meet",
    "/criteria/needs-challenges/waive",
    "/criteria/needs-challenges/reopen",
    "/1/own/new",
    "/version/1",
]
FLAGS = ["/1/flag", "/criteria/helix-complete/flag"]


def test_the_coordinator_of_another_alliance_does_not_know_it_exists(client: StrictClient, ready: Any) -> None:
    client.sign_in("other@example.org")
    for path in (*READ, *DECIDE):
        client.get(STEPS + path, status=404)
    client.get("/alliances/elders/steps")
    for path in (*POSTS, *FLAGS):
        client.post(STEPS + path, {}, status=404)


@pytest.mark.parametrize("email", ["observer@example.org", "vlaio@example.org"])
def test_who_may_read_but_not_decide_is_told_so(client: StrictClient, ready: Any, email: str) -> None:
    client.sign_in(email)
    for path in READ:
        client.get(STEPS + path)
    for path in DECIDE:
        client.get(STEPS + path, status=403)
    client.get(STEPS)
    for path in POSTS:
        client.post(STEPS + path, {}, status=403)


def test_an_observer_may_not_flag(client: StrictClient, ready: Any) -> None:
    client.sign_in("observer@example.org")
    client.get(STEPS)
    for path in FLAGS:
        client.post(STEPS + path, {"kind": "unclear", "remark": "x"}, status=403)


def test_addresses_that_do_not_exist_are_not_found(coordinator: StrictClient) -> None:
    for path in ("/6", "/criteria/nothing", "/own/nothing", "?year=2019", "/criteria/broaden?year=2031"):
        coordinator.get(STEPS + path, status=404)


# Deciding ----------------------------------------------------------------------------------------------------------


def test_a_criterion_is_met_waived_and_reopened_through_its_page(app: Flask, coordinator: StrictClient) -> None:
    here = f"{STEPS}/criteria/needs-challenges"
    coordinator.post(f"{here}/meet", {"note": "Onderzocht.", "on": "2026-10-01"}, form_at=here)
    assert status_of(app, "needs-challenges") is CriterionStatus.MET
    page = coordinator.get(here)
    assert "Onderzocht." in page.words
    assert "1 October 2026" in page.words
    coordinator.post(f"{here}/reopen", {"reason": "Te vroeg."}, form_at=here)
    assert status_of(app, "needs-challenges") is CriterionStatus.OPEN
    coordinator.post(f"{here}/waive", {"reason": "Niet voor ons."}, form_at=here)
    assert status_of(app, "needs-challenges") is CriterionStatus.WAIVED


def test_what_was_typed_stays_when_a_day_lies_in_the_future(app: Flask, coordinator: StrictClient) -> None:
    here = f"{STEPS}/criteria/needs-challenges"
    page = coordinator.post(f"{here}/meet", {"note": "Klaar.", "on": "2026-12-24"}, form_at=here, status=422)
    assert "This date lies in the future" in page.words
    assert "Klaar." in page.words
    assert status_of(app, "needs-challenges") is CriterionStatus.OPEN


def test_the_reason_of_a_waiver_is_not_carried_into_another_decision(app: Flask, coordinator: StrictClient) -> None:
    here = f"{STEPS}/criteria/needs-challenges"
    coordinator.get(here)  # the form is drawn; then a colleague decides
    with app.test_request_context("/"), transaction():
        alliance = db().scalars(sa.select(Alliance).where(Alliance.slug == "kempen")).one()
        service.meet(alliance, "needs-challenges", note="Onderzocht.", actor=SYSTEM)
    page = coordinator.post(f"{here}/waive", {"reason": "Dit past niet bij ons."}, status=422)
    assert coordinator.response is not None
    assert "What you typed Dit past niet bij ons." in page.words
    areas = re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", coordinator.response.text, re.DOTALL)
    assert areas
    assert not any("past niet" in text for text in areas)


def test_a_waiver_without_a_reason_is_refused_beside_the_field(app: Flask, coordinator: StrictClient) -> None:
    here = f"{STEPS}/criteria/needs-challenges"
    page = coordinator.post(f"{here}/waive", {"reason": "  "}, form_at=here, status=422)
    assert "Give a reason: it stays visible." in page.words


def test_a_computed_criterion_says_why_nobody_sets_it_by_hand(coordinator: StrictClient) -> None:
    page = coordinator.get(f"{STEPS}/criteria/value-proposition")
    assert "nobody can set it by hand" in page.words
    assert "The value proposition of the alliance is not written yet." in page.words
    here = f"{STEPS}/criteria/value-proposition"
    page = coordinator.post(f"{here}/meet", {"note": "", "on": "2026-11-21"}, status=422)
    assert "nobody can set it by hand" in page.words


def test_a_step_is_completed_and_reopened_through_its_page(app: Flask, coordinator: StrictClient) -> None:
    coordinator.post(f"{STEPS}/1/complete", {"on": "2026-11-20"}, form_at=f"{STEPS}/1")
    page = coordinator.follow()
    assert "Step 1 is completed." in page.words
    assert "Completed on 20 November 2026" in page.words
    coordinator.post(f"{STEPS}/1/reopen", {"reason": "Herbekijken."}, form_at=f"{STEPS}/1")
    assert "Herbekijken." in coordinator.follow().words


def test_a_step_that_cannot_be_completed_says_why_and_shows_no_button(coordinator: StrictClient) -> None:
    page = coordinator.get(f"{STEPS}/2")
    assert "required criteria are still open" in page.words
    assert "Step 1 comes first and is not completed." in page.words
    assert not [form for form in page.forms if form["action"] == f"{STEPS}/2/complete"]
    page = coordinator.post(f"{STEPS}/2/complete", {"on": "2026-11-21"}, status=422)
    assert "This is not possible yet." in page.words


def test_the_same_form_sent_twice_is_carried_out_once(app: Flask, coordinator: StrictClient) -> None:
    here = f"{STEPS}/1/own/new"
    coordinator.get(here)
    for _ in range(2):
        coordinator.post(here, {"name": "De jeugdraad is gehoord"})
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(OwnCriterion)) == 1


def test_a_step_that_no_longer_holds_says_what_and_how_to_go_on(
    app: Flask, coordinator: StrictClient, ready: tuple[Alliance, Actor]
) -> None:
    with app.test_request_context("/"):
        complete(*again(ready), 1)
        with transaction():
            gone = partner_service.current_partners(ready[0].id)[3]
            partner_service.leave(gone, on=today(), reason="Gestopt.", actor=SYSTEM)
    words = coordinator.get(STEPS).words
    assert "Step 1 was completed, but no longer holds." in words
    assert "is missing" in words
    assert "Restore the fact, or reopen the step with a reason." in words


def test_the_year_to_renew_can_be_chosen_in_the_first_months(
    app: Flask, coordinator: StrictClient, ready: tuple[Alliance, Actor], freeze: Any
) -> None:
    with app.test_request_context("/"):
        complete(*again(ready), 1, 2, 3, 4)
    freeze(datetime(2027, 2, 1, 11, tzinfo=UTC))
    coordinator.sign_in("coordinator@example.org")
    page = coordinator.get(f"{STEPS}/5")
    assert f"{STEPS}/5?year=2026" in page.links
    here = f"{STEPS}/criteria/deepen"
    coordinator.get(f"{here}?year=2026")
    coordinator.post(f"{here}/meet?year=2026", {"note": "Doorgelicht.", "on": "2027-01-20"})
    assert status_of(app, "deepen", 2026) is CriterionStatus.MET
    assert status_of(app, "deepen", 2027) is CriterionStatus.OPEN
    with app.test_request_context("/"):
        settle(again(ready)[0], 5, ready[1], 2026)
    coordinator.get(f"{STEPS}/5?year=2026")
    coordinator.post(f"{STEPS}/5/complete?year=2026", {"on": "2027-01-31"})
    assert "renewed for 2026" in coordinator.follow().words


def test_an_own_criterion_is_added_changed_and_taken_off_the_list(app: Flask, coordinator: StrictClient) -> None:
    coordinator.post(f"{STEPS}/2/own/new", {"name": "De jeugdraad is gehoord"}, form_at=f"{STEPS}/2/own/new")
    assert "De jeugdraad is gehoord" in coordinator.follow().words
    own = f"{STEPS}/own/own-1"
    coordinator.post(own, {"name": "De jeugdraden zijn gehoord", "is_required": "y"}, form_at=own)
    assert "De jeugdraden zijn gehoord" in coordinator.follow().words
    meet = f"{STEPS}/criteria/own-1"
    coordinator.post(f"{meet}/meet", {"note": "In mei.", "on": "2026-05-05"}, form_at=meet)
    coordinator.post(f"{own}/retire", {"reason": "Niet nodig."}, form_at=own)
    words = coordinator.follow().words
    assert "No longer in the plan" in words
    assert "In mei." in words
    assert "taken off the list" in coordinator.get(own).words


def test_two_who_edit_an_own_criterion_both_keep_their_words(app: Flask, coordinator: StrictClient) -> None:
    coordinator.post(f"{STEPS}/2/own/new", {"name": "Een"}, form_at=f"{STEPS}/2/own/new")
    own = f"{STEPS}/own/own-1"
    coordinator.post(own, {"name": "Twee"}, form_at=own)
    page = coordinator.post(own, {"name": "Drie", "version": "1"}, form_at=own, status=409)
    assert "Twee" in page.words
    assert any(control.get("value") == "Drie" for control in page.controls)


# Flags and the plan itself -------------------------------------------------------------------------------------------


def test_a_flag_goes_from_the_alliance_to_the_project_manager_and_back(
    app: Flask, client: StrictClient, ready: Any
) -> None:
    client.sign_in("coordinator@example.org")
    here = f"{STEPS}/criteria/helix-complete"
    client.post(f"{here}/flag", {"kind": "unclear", "remark": "Wat telt als pijler?"}, form_at=here)
    client.post(f"{STEPS}/1/flag", {"kind": "", "remark": ""}, form_at=f"{STEPS}/1", status=422)
    client.post(f"{STEPS}/1/flag", {"kind": "missing", "remark": "Niets over scholen."}, form_at=f"{STEPS}/1")
    client.get("/stappenplan/flags", status=403)
    client = StrictClient(app)
    client.sign_in("vlaio@example.org")
    words = client.get("/stappenplan/flags").words
    assert "Wat telt als pijler?" in words
    assert "Niets over scholen." in words
    with app.test_request_context("/"):
        flag_id = db().scalars(sa.select(CriterionFlag.id).order_by(CriterionFlag.id).limit(1)).one()
    here = f"/stappenplan/flags/{flag_id}"
    client.post(here, {"answer": ""}, form_at=here, status=422)
    client.post(here, {"answer": "Wij verduidelijken dit."}, form_at=here)
    assert "Wat telt als pijler?" not in client.get("/stappenplan/flags").words
    assert "Wij verduidelijken dit." in client.get("/stappenplan/flags?show=all").words
    client.get(here)
    assert "Wij verduidelijken dit." in client.get(f"{STEPS}/criteria/helix-complete").words


def test_everybody_reads_the_plan_and_its_tests_only_the_project_manager_drafts(
    client: StrictClient, ready: Any
) -> None:
    client.sign_in("observer@example.org")
    words = client.get("/stappenplan").words
    assert "The current partners together cover all four pillars." in words
    assert "Begin a new version" not in words
    client.get("/stappenplan/versions/2025-05")
    client.get("/stappenplan/versions/none", status=404)
    for path in ("/draft", "/draft/words", "/draft/steps/1", "/draft/steps/1/new", "/draft/criteria/1", "/flags/1"):
        client.get(f"/stappenplan{path}", status=403)
    client.get("/stappenplan")
    for path in ("/draft/new", "/draft/words", "/draft/publish", "/draft/criteria/1/up", "/draft/criteria/1/drop"):
        client.post(f"/stappenplan{path}", {}, status=403)


def draft_ids(app: Flask) -> tuple[int, int]:
    """The ids of step 2 and of 'needs-challenges' in the draft."""
    with app.test_request_context("/"):
        plan_id = db().scalars(sa.select(Plan.id).where(Plan.status == PlanStatus.DRAFT)).one()
        step = db().scalars(sa.select(Step.id).where(Step.plan_id == plan_id, Step.number == 2)).one()
        criterion = db().scalars(
            sa.select(Criterion.id).where(Criterion.plan_id == plan_id, Criterion.key == "needs-challenges")
        )
        return step, criterion.one()


def test_a_new_version_is_drafted_published_and_moved_to(app: Flask, manager: StrictClient) -> None:
    manager.get("/stappenplan/draft", status=404)
    manager.post("/stappenplan/draft/new", form_at="/stappenplan")
    assert "Nothing was changed in this draft yet." in manager.follow().words
    step, criterion = draft_ids(app)
    draft = "/stappenplan/draft"
    words = {"name_nl": "Een gedeeld doel", "name_en": "A shared goal", "aim_nl": "Samen.", "aim_en": "Together."}
    manager.post(f"{draft}/steps/{step}", words, form_at=f"{draft}/steps/{step}")
    manager.post(
        f"{draft}/steps/{step}/new",
        {"name_nl": "Leerkrachten gehoord", "name_en": "Teachers were heard", "is_required": "y", "check": ""},
        form_at=f"{draft}/steps/{step}/new",
    )
    manager.post(
        f"{draft}/criteria/{criterion}",
        {"name_nl": "Uitdagingen", "name_en": "Challenges"},
        form_at=f"{draft}/criteria/{criterion}",
    )
    manager.post(f"{draft}/criteria/{criterion}/up", form_at=draft)
    manager.post(f"{draft}/criteria/{criterion}/down", form_at=draft)
    page = manager.get(draft)
    assert "It is advice from now on." in page.words
    manager.post(f"{draft}/publish", {}, status=422)
    manager.post(
        f"{draft}/words",
        {
            "label": "2026-11",
            "valid_from": "2026-11-21",
            "change_note_nl": "Eenvoudiger.",
            "change_note_en": "Simpler.",
        },
        form_at=f"{draft}/words",
    )
    manager.post(f"{draft}/publish", form_at=draft)
    assert "version 2026-11" in manager.follow().words
    coordinator = StrictClient(app)
    coordinator.sign_in("coordinator@example.org")
    assert "Version 2026-11 of the stappenplan is there." in coordinator.get(STEPS).words
    page = coordinator.get(f"{STEPS}/version")
    assert "Teachers were heard" in page.words
    assert "Simpler." in page.words
    move = next(form["action"] for form in page.forms if "/version/" in (form["action"] or ""))
    coordinator.post(move)
    assert "A shared goal" in coordinator.follow().words
    assert "the newest there is" in coordinator.get(f"{STEPS}/version").words
    coordinator.get("/stappenplan/versions/2025-05")


def test_a_criterion_is_left_out_of_the_draft(app: Flask, manager: StrictClient) -> None:
    manager.post("/stappenplan/draft/new", form_at="/stappenplan")
    _, criterion = draft_ids(app)
    manager.post(f"/stappenplan/draft/criteria/{criterion}/drop", form_at="/stappenplan/draft")
    words = manager.follow().words
    assert "Dropped" in words
    manager.post("/stappenplan/draft/new", status=422)


def test_two_who_edit_a_criterion_of_the_draft_both_keep_their_words(app: Flask, manager: StrictClient) -> None:
    manager.post("/stappenplan/draft/new", form_at="/stappenplan")
    here = f"/stappenplan/draft/criteria/{draft_ids(app)[1]}"
    manager.post(here, {"name_nl": "Een", "name_en": "One", "is_required": "y"}, form_at=here)
    page = manager.post(
        here, {"name_nl": "Twee", "name_en": "Two", "is_required": "y", "version": "1"}, form_at=here, status=409
    )
    assert "Saved now" in page.words


# Cost --------------------------------------------------------------------------------------------------------------


def selects(statements: list[str]) -> int:
    return len([statement for statement in statements if statement.startswith("SELECT")])


def test_the_pages_take_a_constant_number_of_statements(
    app: Flask, coordinator: StrictClient, ready: tuple[Alliance, Actor], statements: list[str]
) -> None:
    with app.test_request_context("/"), transaction():
        service.waive(again(ready)[0], "needs-current-offer", reason="Nee.", actor=ready[1])
    paths = {STEPS: 25, f"{STEPS}/2": 31, f"{STEPS}/criteria/needs-current-offer": 30, "/stappenplan": 10}
    before = {}
    for path, most in paths.items():
        statements.clear()
        coordinator.get(path)
        before[path] = selects(statements)
        assert before[path] <= most, path
    with app.test_request_context("/"):
        complete(*again(ready), 1, 2, 3, 4, 5)
        for _ in range(20):
            make_alliance()
        with transaction():
            for key in ("existing-initiatives-used", "young-people-heard", "mutual-visits"):
                service.meet(again(ready)[0], key, on=date(2026, 3, 3), actor=ready[1])
    for path in paths:
        statements.clear()
        coordinator.get(path)
        assert selects(statements) <= before[path] + 1, path  # one more for the names of those who flagged or decided


def test_a_draft_costs_the_same_however_much_it_changes(
    app: Flask, manager: StrictClient, statements: list[str]
) -> None:
    manager.post("/stappenplan/draft/new", form_at="/stappenplan")
    statements.clear()
    manager.get("/stappenplan/draft")
    before = selects(statements)
    with app.test_request_context("/"), transaction():
        draft = drafting.draft_or_missing()
        actor = make_actor(Role.PROJECT_MANAGER)
        for step in draft.steps:
            drafting.drop_criterion(step.criteria[0], actor=actor)
    statements.clear()
    manager.get("/stappenplan/draft")
    assert selects(statements) == before <= 12
