"""The pages of goals and of the needs analysis, in a strict browser."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.database import db
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import panels
from alliance_tracker.goals.models import GoalStatus
from alliance_tracker.policy import Role
from tests.api.conftest import Program, token_of
from tests.builders import make_alliance, make_goal, make_partner, make_user
from tests.strict_client import StrictClient

PDF = b"%PDF-1.7\n" + b"x" * 100


@pytest.fixture
def place(app: Flask, client: StrictClient) -> str:
    """The address of the goals of an alliance with two partners, whose coordinator signed in."""
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen Samen")
        make_partner(alliance)
        email = make_user(Role.COORDINATOR, alliance_id=alliance.id, language="en").email
        address = f"/alliances/{alliance.slug}/goals"
    client.sign_in(email)
    return address


@pytest.fixture
def sections() -> Iterator[list[panels.Section]]:
    """The sections that hang under a goal; those of a test are gone after it."""
    before = list(panels.SECTIONS)
    panels.SECTIONS.clear()
    yield panels.SECTIONS
    panels.SECTIONS[:] = before


def owner(client: StrictClient, place: str) -> str:
    """The value of the first partner in the form of a new goal."""
    client.get(f"{place}/new")
    with client.app.app_context():
        return str(db().scalars(sa.select(Partner.id).limit(1)).one())


def test_the_first_visit_leads_to_the_needs_analysis_and_the_first_goal(client: StrictClient, place: str) -> None:
    page = client.get(place)
    assert "No goal yet" in page.words
    assert "0 of 3 parts written" in page.words
    assert f"{place}/needs-analysis/edit" in page.links
    client.post(f"{place}/needs-analysis/edit", {"offer": "Veel"}, form_at=f"{place}/needs-analysis/edit")
    assert "Veel" in client.follow().words
    assert "1 of 3 parts written" in client.get(place).words


def test_a_goal_is_set_shown_changed_and_reached(client: StrictClient, place: str) -> None:
    partner = owner(client, place)
    client.post(f"{place}/new", {"title": "", "reason": "", "owner_partner_id": ""}, status=422, form_at=f"{place}/new")
    client.post(f"{place}/new", {"title": "x" * 201, "reason": "x" * 4001}, status=422, form_at=f"{place}/new")
    asked = {"title": "Meer meisjes", "reason": "Te weinig", "owner_partner_id": partner, "target_groups": "girls"}
    client.post(f"{place}/new", {**asked, "operational_goals": "4.2", "due_on": "30/06/2027"}, form_at=f"{place}/new")
    page = client.follow()
    for words in ("Meer meisjes", "Girls", "30 June 2027", "4.2 Encourage girls"):
        assert words in page.words
    listed = client.get(place)
    assert "1 goal being worked on" in listed.words
    assert "under-represented" in listed.words
    here = f"{place}/1"
    ticked = [control for control in client.get(f"{here}/edit").controls if "checked" in control]
    assert [control["value"] for control in ticked] == ["girls", "4.2"]
    client.post(f"{here}/edit", {**asked, "title": "Nog meer meisjes"})
    assert "Nog meer meisjes" in client.follow().words
    client.post(f"{here}/reach", {"reason": ""}, status=422, form_at=f"{here}/reach")
    client.post(f"{here}/reach", {"reason": "De helft is meisje."}, form_at=f"{here}/reach")
    page = client.follow()
    assert "De helft is meisje." in page.words
    assert f"{here}/reopen" in page.links
    assert f"{here}/reach" not in page.links


def test_what_the_needs_analysis_says_stands_beside_the_question_why(client: StrictClient, place: str) -> None:
    client.post(f"{place}/needs-analysis/edit", {"challenges": "Geen meisjes"}, form_at=f"{place}/needs-analysis/edit")
    assert "Geen meisjes" in client.get(f"{place}/new").words


def test_two_people_who_tick_at_the_same_time_keep_both_ticks(app: Flask, client: StrictClient, place: str) -> None:
    partner = owner(client, place)
    asked = {"title": "Samen", "reason": "Daarom", "owner_partner_id": partner, "target_groups": "girls"}
    client.post(f"{place}/new", asked, form_at=f"{place}/new")
    here = f"{place}/1/edit"
    old = next(form["names"] for form in client.get(here).forms if "version" in form["names"])
    client.post(here, {**asked, "target_groups": "parents", "drawn": old["drawn"]})  # unticks girls, ticks parents
    late = {"version": old["version"], "drawn": old["drawn"], "submission_key": "another"}
    client.post(here, {**asked, **late, "target_groups": "okan"}, status=409)  # unticks girls as well, ticks okan
    ticked = [
        str(control.get("value"))
        for control in client.page.controls  # type: ignore[union-attr]
        if control.get("name") == "target_groups" and "checked" in control
    ]
    assert ticked == ["okan", "parents"]


def test_a_word_that_both_changed_is_shown_in_both_versions(client: StrictClient, place: str) -> None:
    client.post(f"{place}/needs-analysis/edit", {"offer": "Eerst"}, form_at=f"{place}/needs-analysis/edit")
    here = f"{place}/needs-analysis/edit"
    old = next(form["names"] for form in client.get(here).forms if "version" in form["names"])
    client.post(here, {"offer": "Van de een"})
    late = {"version": old["version"], "submission_key": "another"}
    page = client.post(here, {**late, "offer": "Van de ander"}, status=409)
    assert "Van de een" in page.words
    assert "Van de ander" in client.response.text  # type: ignore[union-attr]


def test_a_file_supports_the_needs_analysis(client: StrictClient, place: str) -> None:
    here = f"{place}/needs-analysis"
    client.post(f"{here}/evidence", {"files": (BytesIO(PDF), "bevraging.pdf")}, form_at=here)
    assert "bevraging.pdf" in client.follow().words


def test_without_a_partner_the_form_says_what_comes_first(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        email = make_user(Role.COORDINATOR, alliance_id=alliance.id, language="en").email
    client.sign_in(email)
    page = client.get(f"/alliances/{alliance.slug}/goals/new")
    assert f"/alliances/{alliance.slug}/partners/new" in page.links


def test_a_partner_reads_goals_and_is_offered_nothing_to_change(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        partner = make_partner(alliance)
        make_goal(alliance, "Samen", owner=partner)
        email = make_user(Role.PARTNER, organisation_id=partner.organisation_id).email
    client.sign_in(email)
    for path in ("", "/1", "/needs-analysis"):
        page = client.get(f"/alliances/{alliance.slug}/goals{path}")
        assert not [link for link in page.links if link.endswith(("/edit", "/new", "/stop", "/reach"))]


def test_what_hangs_under_a_goal_is_drawn_from_what_registered(
    app: Flask, client: StrictClient, place: str, sections: list[panels.Section]
) -> None:
    with app.test_request_context("/"):
        alliance = db().scalars(sa.select(Alliance)).one()
        goal_id = make_goal(alliance, "Samen").id

    def of_goals(_alliance: Alliance, ids: Sequence[int]) -> Mapping[int, Sequence[panels.Panel]]:
        return {number: [panels.Panel("Bereik <b>", "/x", "12 van 20", GoalStatus.REACHED)] for number in ids}

    panels.register(panels.Section("shown", "Zichtbaar", of_goals, "Nog niets.", is_in_list=True))
    panels.register(panels.Section("shown", "Dubbel", of_goals, "Nog niets."))
    panels.register(
        panels.Section("apart", "Apart", lambda _a, _i: {}, "Nog geen proef.", add=lambda _a, g: ("Plan", f"/p/{g.id}"))
    )
    page = client.get(place)
    assert "Bereik <b>" in page.words
    assert "12 van 20" in page.words
    assert "Nog geen proef." not in page.words
    page = client.get(f"{place}/{goal_id}")
    assert "Apart" in page.words
    assert "Dubbel" not in page.words
    assert f"/p/{goal_id}" in page.links


def test_the_criteria_of_step_two_lead_to_the_needs_analysis(client: StrictClient, place: str) -> None:
    slug = place.split("/")[2]
    for criterion in ("needs-current-offer", "needs-challenges"):
        page = client.get(f"/alliances/{slug}/steps/criteria/{criterion}")
        assert f"{place}/needs-analysis" in page.links


def test_historical_goals_are_named_so(client: StrictClient, place: str) -> None:
    assert "STEM-actieplan 2012-2020 historical" in client.get(f"{place}/new").words


def test_the_api_gives_goals_with_tags_and_the_needs_analysis(app: Flask, client: StrictClient, place: str) -> None:
    client.post(f"{place}/needs-analysis/edit", {"offer": "Veel"}, form_at=f"{place}/needs-analysis/edit")
    with app.test_request_context("/"):
        make_goal(db().scalars(sa.select(Alliance)).one(), "Samen", tags={Scheme.STRATEGIC_GOAL: frozenset({"4"})})
        token = token_of(make_user(Role.PROJECT_MANAGER))
    found = Program(app, token).get(f"/api/v1{place}")
    assert found["needs_analysis"] == {"offer": "Veel", "challenges": "", "choice": ""}
    assert (found["total"], found["next"]) == (1, None)
    goal = found["items"][0]
    assert (goal["title"], goal["status"]) == ("Samen", "active")
    name = "More girls in STEM studies and professions"
    assert goal["tags"] == [{"scheme": "strategic-goal", "key": "4", "name": name}]
