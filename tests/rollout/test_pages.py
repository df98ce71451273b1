"""The pages of the rollout: what each role sees and may send, what is refused, and nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today, transaction
from alliance_tracker.policy import Role
from alliance_tracker.rollout import places, states
from alliance_tracker.rollout.models import MilestoneStatus, PhaseLetter
from alliance_tracker.rollout.places import FLANDERS, Place
from alliance_tracker.rollout.programme_queries import action_by_key
from alliance_tracker.rollout.queries import phase_of, phases_of
from alliance_tracker.rollout.region_panel import panel
from tests.builders import make_alliance, make_user
from tests.rollout.making import (
    DONE,
    KEMPEN,
    NOT_APPLICABLE,
    NOT_DONE,
    WESTHOEK,
    B,
    decide,
    record,
    region,
    region_place,
)
from tests.strict_client import StrictClient

SignedIn = Callable[..., StrictClient]


@pytest.fixture
def alliance(app: Flask) -> Alliance:
    with app.test_request_context("/"):
        return make_alliance("Neteland", is_trial=True)


@pytest.fixture
def signed_in(app: Flask, client: StrictClient) -> SignedIn:
    """A browser in which somebody with this role is signed in; screens in English, so that tests read like them."""

    def sign_in(role: Role | None, **scope: Any) -> StrictClient:
        with app.test_request_context("/"):
            email = make_user(role, language="en", **scope).email
        client.sign_in(email)
        return client

    return sign_in


def in_app(app: Flask, what: Callable[[], object]) -> object:
    with app.test_request_context("/"):
        return what()


def state(app: Flask, place: Callable[[], Place], key: str) -> states.MilestoneState:
    with app.test_request_context("/"):
        (found,) = states.at([place()], key=key)
        return found


# An alliance's pages ------------------------------------------------------------------------------------------------


def test_the_coordinator_sees_the_phases_and_records_the_milestone_of_the_alliance(
    app: Flask, signed_in: SignedIn, alliance: Alliance
) -> None:
    client = signed_in(Role.COORDINATOR, alliance_id=alliance.id)
    page = client.get("/alliances/neteland/phases")
    assert "One gate of phase A is not passed yet" in page.words
    assert "Not reached yet for Neteland" in page.words
    assert not any("/decide/" in link for link in page.links)
    path = "/alliances/neteland/phases/milestones/partners-decide"
    client.post(path, {"status": "done", "done_on": "2026-03-01", "note": "Beslist."}, form_at=path)
    assert "Every gate of phase A is passed" in client.follow().words
    found = state(app, lambda: places.of_alliance(alliance), "partners-decide")
    assert (found.status, found.note) == (DONE, "Beslist.")


def test_a_region_milestone_is_read_only_to_the_coordinator_and_says_who_records_it(
    signed_in: SignedIn, alliance: Alliance
) -> None:
    client = signed_in(Role.COORDINATOR, alliance_id=alliance.id)
    page = client.get("/alliances/neteland/phases/milestones/region-conversation")
    assert "The VLAIO project manager records this milestone" in page.words
    assert not any(form["action"] == "/alliances/neteland/phases/milestones/region-conversation" for form in page.forms)
    client.post("/alliances/neteland/phases/milestones/region-conversation", {"status": "done"}, status=403)
    client.get("/alliances/neteland/phases/milestones/centre-city-conversation/13040")
    client.post("/alliances/neteland/phases/milestones/centre-city-conversation/13040", {"status": "done"}, status=403)


@pytest.mark.parametrize(
    "path",
    [
        "/alliances/neteland/phases/milestones/vvsg-day",  # of Flanders
        "/alliances/neteland/phases/milestones/centre-city-conversation",
        "/alliances/neteland/phases/milestones/centre-city-conversation/71016",  # of another region
        "/alliances/neteland/phases/milestones/partners-decide/13040",
        "/alliances/neteland/phases/milestones/no-such-milestone",
        "/alliances/neteland/phases/decide/D",
        "/alliances/no-such-alliance/phases",
        "/programme/milestones/partners-decide",  # of an alliance
        "/programme/milestones/region-conversation",
        "/programme/milestones/region-conversation/REFREG99",
        "/programme/milestones/vvsg-day/REFREG03",
        "/programme/actions/no-such-action",
        "/programme/phases/D",
    ],
)
def test_there_is_nothing_at_an_address_that_is_none(signed_in: SignedIn, alliance: Alliance, path: str) -> None:
    signed_in(Role.PROJECT_MANAGER).get(path, status=404)


def test_another_alliances_coordinator_does_not_learn_that_it_exists(
    app: Flask, signed_in: SignedIn, alliance: Alliance
) -> None:
    with app.test_request_context("/"):
        other = make_alliance("Elders")
    client = signed_in(Role.COORDINATOR, alliance_id=other.id)
    for path in (
        "/alliances/neteland/phases",
        "/alliances/neteland/phases/milestones/partners-decide",
        "/alliances/neteland/phases/decide/B",
    ):
        client.get(path, status=404)
    client.get("/alliances/elders/phases")
    client.post("/alliances/neteland/phases/milestones/partners-decide", {"status": "done"}, status=404)
    client.post("/alliances/neteland/phases/decide/B", {"on": "2026-06-01"}, status=404)


def test_what_was_typed_stays_when_it_is_refused(signed_in: SignedIn, alliance: Alliance) -> None:
    client = signed_in(Role.COORDINATOR, alliance_id=alliance.id)
    path = "/alliances/neteland/phases/milestones/partners-decide"
    page = client.post(path, {"status": "done", "note": "Lang verhaal."}, form_at=path, status=422)
    assert "Give the date on which it was done" in page.words
    assert "Lang verhaal." in page.words
    future = (date.today() + timedelta(days=400)).isoformat()  # noqa: DTZ011  # any day far enough ahead
    page = client.post(path, {"status": "done", "done_on": future}, status=422)
    assert "This date lies in the future" in page.words
    page = client.post(path, {"status": "not-applicable"}, status=422)
    assert "Give a reason" in page.words


def test_two_who_record_the_same_milestone_see_what_the_other_saved(
    app: Flask, signed_in: SignedIn, alliance: Alliance
) -> None:
    client = signed_in(Role.COORDINATOR, alliance_id=alliance.id)
    path = "/alliances/neteland/phases/milestones/partners-decide"
    client.get(path)  # drawn before there was a record
    in_app(app, lambda: record("partners-decide", places.of_alliance(alliance), note="Van een ander."))
    page = client.post(path, {"status": "done", "done_on": "2026-03-02", "note": "Van mij."}, status=409)
    assert "Somebody else saved this while you were editing" in page.words
    assert "Van een ander." in page.words
    assert "Van mij." in page.words
    client.post(path, {"status": "done", "done_on": "2026-03-02", "note": "Van ons."})
    assert state(app, lambda: places.of_alliance(alliance), "partners-decide").note == "Van ons."


def test_the_story_of_a_milestone_tells_each_change_with_its_reason(
    app: Flask, signed_in: SignedIn, alliance: Alliance
) -> None:
    def happen() -> None:
        record("partners-decide", places.of_alliance(alliance))
        record("partners-decide", places.of_alliance(alliance), status=NOT_DONE, reason="Eén partner haakte af.")

    in_app(app, happen)
    page = signed_in(Role.OBSERVER).get("/alliances/neteland/phases/milestones/partners-decide")
    assert "Eén partner haakte af." in page.words


# The decision -------------------------------------------------------------------------------------------------------


def test_the_project_manager_sees_what_is_missing_before_deciding_and_decides_in_spite_of_it(
    app: Flask, signed_in: SignedIn, alliance: Alliance
) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    path = "/alliances/neteland/phases/decide/B"
    assert path in client.get("/alliances/neteland/phases").links
    page = client.get(path)
    assert "One gate of phase A is missing" in page.words
    assert "Not reached yet for Neteland" in page.words
    page = client.post(path, {"on": "2026-06-01", "reason": "Omdat."}, status=422)
    assert "Gates of this phase are missing" in page.words
    assert "Omdat." in page.words
    page = client.post(path, {"on": "2026-06-01", "in_spite": "y"}, status=422)
    assert "Give a reason" in page.words
    client.post(path, {"on": "2026-06-01", "in_spite": "y", "reason": "De raad beslist volgende week."})
    page = client.follow()
    assert "in spite of missing gates" in page.words
    assert "De raad beslist volgende week." in page.words
    assert in_app(app, lambda: phase_of(alliance.id)) is B


def test_a_decision_that_is_sent_twice_is_taken_once(app: Flask, signed_in: SignedIn, alliance: Alliance) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    path = "/alliances/neteland/phases/decide/B"
    sent = {"on": "2026-06-01", "in_spite": "y", "reason": "Nu."}
    client.post(path, sent, form_at=path)
    client.post(path, sent)
    with app.test_request_context("/"):
        assert len(phases_of(alliance).decisions) == 1


def test_going_back_asks_a_reason(app: Flask, signed_in: SignedIn, alliance: Alliance) -> None:
    in_app(app, lambda: decide(alliance, B, in_spite=True, reason="Nu."))
    client = signed_in(Role.PROJECT_MANAGER)
    path = "/alliances/neteland/phases/decide/A"
    page = client.post(path, {"on": "2026-06-02"}, form_at=path, status=422)
    assert "Give a reason" in page.words
    client.post(path, {"on": "2026-06-02", "reason": "Te vroeg."})
    assert "Back from B to A" in client.follow().words


def test_a_phase_that_is_not_next_is_no_decision(signed_in: SignedIn, alliance: Alliance) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    client.get("/alliances/neteland/phases/decide/C", status=409)
    client.get("/alliances/neteland/phases/decide/A", status=409)


def test_only_the_project_manager_opens_the_decision(signed_in: SignedIn, alliance: Alliance) -> None:
    client = signed_in(Role.COORDINATOR, alliance_id=alliance.id)
    client.get("/alliances/neteland/phases/decide/B", status=403)
    client.post("/alliances/neteland/phases/decide/B", {"on": "2026-06-01"}, status=403)


def test_a_gate_that_went_missing_meanwhile_is_shown_before_one_decides(
    app: Flask, signed_in: SignedIn, alliance: Alliance
) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    path = "/alliances/neteland/phases/decide/B"
    sent = {"on": "2026-06-01", "in_spite": "y", "reason": "Nu."}
    page = client.post(path, {**sent, "seen": ""}, form_at=path, status=422)
    assert "Meanwhile another gate is missing" in page.words
    (form,) = (form for form in page.forms if form["action"] == path)
    client.post(path, {**sent, "seen": form["names"]["seen"]})
    assert in_app(app, lambda: phase_of(alliance.id)) is B


def test_the_coordinator_resumes_a_paused_alliance_and_others_do_not(
    app: Flask, signed_in: SignedIn, alliance: Alliance
) -> None:
    from alliance_tracker.alliances import service
    from alliance_tracker.alliances.models import DueDatesWhilePaused
    from alliance_tracker.policy import SYSTEM

    def pause() -> None:
        with transaction():
            service.pause(
                db().get_one(Alliance, alliance.id),
                since=date(2026, 5, 1),
                due_dates=DueDatesWhilePaused.SHIFT,
                reason="Rust.",
                actor=SYSTEM,
            )

    client = signed_in(Role.COORDINATOR, alliance_id=alliance.id)
    path = "/alliances/neteland/resume"
    client.get(path, status=409)
    in_app(app, pause)
    assert "move by the length of the pause" in client.get(path).words
    page = client.post(path, {"on": "2026-04-01"}, status=422)
    assert "choose a later date" in page.words
    client.post(path, {"on": "2026-06-01"})
    assert client.response is not None
    assert client.response.location == "/alliances/neteland"


@pytest.mark.parametrize(("role", "status"), [(Role.OBSERVER, 403), (None, 404)])
def test_who_may_not_resume(signed_in: SignedIn, alliance: Alliance, role: Role | None, status: int) -> None:
    client = signed_in(role)
    client.get("/alliances/neteland/resume", status=status)
    client.post("/alliances/neteland/resume", {"on": "2026-06-01"}, status=status)


def test_an_initiative_offers_no_decision(app: Flask, signed_in: SignedIn) -> None:
    in_app(app, lambda: make_alliance("Voorstel", accepted_on=None))
    client = signed_in(Role.PROJECT_MANAGER)
    page = client.get("/alliances/voorstel/phases")
    assert "An initiative stays in phase A" in page.words
    client.get("/alliances/voorstel/phases/decide/B", status=409)


# The programme ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.ADMINISTRATOR, Role.OBSERVER, None])
def test_everyone_who_signs_in_reads_the_programme_and_only_the_project_manager_writes(
    app: Flask, signed_in: SignedIn, role: Role | None
) -> None:
    client = signed_in(role)
    writes = role is Role.PROJECT_MANAGER
    page = client.get("/programme")
    assert "0 of 15" in page.words
    assert "0 of 13" in page.words
    assert ("/programme/actions/shared-goals" in page.links) is writes
    client.get("/programme/conversations")
    client.get("/programme/conversations?show=open")
    client.get("/programme/milestones/vvsg-day")
    client.get("/programme/milestones/region-conversation/REFREG03")
    for path in ("/programme/actions/shared-goals", "/programme/phases/A"):
        client.get(path, status=200 if writes else 403)
    for path in ("/programme/milestones/vvsg-day", "/programme/actions/shared-goals", "/programme/phases/A"):
        client.post(path, {}, status=422 if writes else 403)


def test_a_visitor_who_did_not_sign_in_is_sent_to_the_door(client: StrictClient) -> None:
    for path in ("/programme", "/programme/conversations", "/alliances/neteland/phases"):
        client.get(path, status=303)


def test_the_conversations_table_has_every_region_and_city_and_records_in_one_go(
    app: Flask, signed_in: SignedIn
) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    page = client.get("/programme/conversations")
    links = [link for link in page.links if link.startswith("/programme/milestones/")]
    assert len(links) == 28
    path = "/programme/milestones/region-conversation/REFREG07"
    assert f"{path}?status=done" in links
    page = client.get(f"{path}?status=done")
    (form,) = (form for form in page.forms if form["action"] == path)
    assert form["names"]["done_on"] == in_app(app, today).isoformat()  # type: ignore[attr-defined]  # a date
    client.post(
        path,
        {
            "status": "done",
            "done_on": "2026-05-06",
            "participants": "Westhoekoverleg",
            "note": "Iedereen wil mee.",
            "next_step": "Werkgroep in september",
        },
    )
    page = client.follow()
    assert "Westhoekoverleg Iedereen wil mee." in page.words
    assert "Werkgroep in september" in page.words
    assert "1 of 15 regions" in page.words
    assert "Westhoek" not in client.get("/programme/conversations?show=open").words
    found = state(app, lambda: region_place(WESTHOEK), "region-conversation")
    assert (found.done_on, found.participants, found.note) == (
        date(2026, 5, 6),
        "Westhoekoverleg",
        "Iedereen wil mee.",
    )


def test_from_a_regions_page_one_returns_to_it(signed_in: SignedIn) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    path = "/programme/milestones/region-conversation/REFREG07"
    page = client.get(f"{path}?back=region")
    (form,) = (
        form
        for form in page.forms
        if form["method"] == "post"
        and path in (form["action"] or "")
        and not (form["action"] or "").endswith("/evidence")
    )
    assert form["action"] == f"{path}?back=region"
    assert "/regions/REFREG07" in page.links


def test_when_every_conversation_was_held_the_open_ones_say_so(app: Flask, signed_in: SignedIn) -> None:
    from alliance_tracker.rollout.programme_queries import conversations

    def hold_all() -> None:
        for row in conversations():
            for talk in row.all:
                record(talk.key, talk.place)

    in_app(app, hold_all)
    page = signed_in(Role.OBSERVER).get("/programme/conversations?show=open")
    assert "Every conversation was held" in page.words
    assert "15 of 15 regions" in page.words


def test_the_project_manager_follows_up_an_action_and_plans_a_phase(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    path = "/programme/actions/shared-goals"
    client.post(path, {"status": "under-way", "owner": "VLAIO", "due_on": "2020-01-01", "note": "Loopt."}, form_at=path)
    page = client.follow()
    assert "VLAIO" in page.words
    assert "late" in page.words
    with app.test_request_context("/"):
        assert action_by_key("shared-goals").due_on == date(2020, 1, 1)
    path = "/programme/phases/B"
    page = client.post(path, {"planned_from": "2026-06-01", "planned_to": "2026-05-01"}, form_at=path, status=422)
    assert "The end lies before the start" in page.words
    client.post(path, {"planned_from": "2026-06-01", "planned_to": ""})
    assert "from 1 June 2026 on" in client.follow().words


def test_two_who_plan_the_same_phase_see_what_the_other_saved(app: Flask, signed_in: SignedIn) -> None:
    from alliance_tracker.policy import SYSTEM
    from alliance_tracker.rollout import programme

    client = signed_in(Role.PROJECT_MANAGER)
    client.get("/programme/phases/B")

    def other() -> None:
        with transaction():
            programme.plan_phase(
                programme.phase_by_letter("B"),
                planned_from=date(2025, 1, 1),
                planned_to=date(2029, 12, 31),
                version=None,
                actor=SYSTEM,
            )

    in_app(app, other)
    page = client.post("/programme/phases/B", {"planned_from": "2026-02-02", "planned_to": "2028-01-01"}, status=409)
    assert "Somebody else saved this while you were editing" in page.words


def test_a_computed_milestone_offers_no_state_to_choose(signed_in: SignedIn) -> None:
    page = signed_in(Role.PROJECT_MANAGER).get("/programme/milestones/pioneer-designated/REFREG03")
    (form,) = (
        form
        for form in page.forms
        if "pioneer-designated" in (form["action"] or "") and not (form["action"] or "").endswith("/evidence")
    )
    assert "status" not in form["names"]
    assert "No pioneer mandate covers today" in page.words


def test_a_record_of_flanders_leads_back_to_the_programme(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    path = "/programme/milestones/action-plan"
    client.post(path, {"status": "not-applicable", "reason": "Opgenomen in een ander plan."}, form_at=path)
    assert client.response is not None
    assert client.response.location == "/programme"
    assert "Opgenomen in een ander plan." in client.follow().words
    assert state(app, lambda: FLANDERS, "action-plan").status is NOT_APPLICABLE


# The region's panel, and the cost of pages --------------------------------------------------------------------------


def test_the_panel_of_a_region_shows_its_phase_its_reason_and_its_conversations(context: Flask) -> None:
    record("region-conversation", region_place(KEMPEN))
    words = str(panel(region(KEMPEN)))
    assert "B · " in words
    assert "Turnhout" in words
    assert "?back=region" in words
    assert "Turnhout" not in str(panel(region(WESTHOEK)))


@pytest.mark.parametrize("path", ["/alliances/neteland/phases", "/programme", "/programme/conversations"])
def test_a_page_costs_the_same_with_more_in_it(
    app: Flask, signed_in: SignedIn, alliance: Alliance, statements: list[str], path: str
) -> None:
    client = signed_in(Role.PROJECT_MANAGER)
    client.get(path)  # the session notes that it was seen
    statements.clear()
    client.get(path)
    few = len(statements)

    def fill() -> None:
        for number in range(20):
            other = make_alliance(f"Alliantie nummer {number}")
            decide(other, PhaseLetter.B, in_spite=True, reason="Nu.")
        decide(alliance, PhaseLetter.B, in_spite=True, reason="Nu.")
        decide(alliance, PhaseLetter.A, reason="Terug.")
        record("region-conversation", region_place(KEMPEN))

    in_app(app, fill)
    with app.test_request_context("/"):
        db().rollback()
    statements.clear()
    client.get(path)
    # The names of who decided are one statement more than for an alliance on which nobody decided yet.
    assert len(statements) <= few + 1
    assert few <= 16


def test_every_state_has_words_in_both_languages() -> None:
    assert [status.label.text for status in MilestoneStatus] == ["not done", "done", "not applicable"]


def test_a_completed_milestone_still_says_when_it_was_expected_and_who_was_responsible(
    app: Flask, signed_in: SignedIn
) -> None:
    in_app(app, lambda: record("vvsg-day", FLANDERS, done_on=date(2025, 6, 6)))
    browser = signed_in(Role.OBSERVER)
    browser.get("/programme")
    assert browser.response is not None
    row = browser.response.text.partition("VVSG day")[2].partition("</tr>")[0]
    words = " ".join(re.sub("<[^>]*>", " ", row).split())
    assert "6 Jun 2025 expected 5 Jun 2025 nobody yet" in words
    assert "nobody yet" in browser.get("/programme/milestones/vvsg-day").words
