"""The pages of pilots: a whole life by forms, and what outsiders read."""

from datetime import date

import pytest
from flask import Flask

from alliance_tracker.database import today, transaction
from alliance_tracker.pilots import reach
from alliance_tracker.policy import Role
from tests.api.conftest import token_of
from tests.builders import actor_of, make_alliance, make_full_helix, make_goal, make_pilot, make_user
from tests.strict_client import StrictClient

START = date(2026, 3, 2)


@pytest.fixture
def base(app: Flask, client: StrictClient) -> str:
    """The pilots of an alliance with partners and a goal; its coordinator is signed in."""
    with app.test_request_context("/"):
        alliance = make_alliance()
        partners = make_full_helix(alliance)
        make_goal(alliance, "Meer meisjes in techniek", owner=partners[0])
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        slug = alliance.slug
    client.sign_in("cas@example.org")
    return f"/alliances/{slug}/pilots"


def test_an_empty_list_says_what_to_do(client: StrictClient, base: str) -> None:
    assert f"{base}/new" in client.get(base).links


def test_a_pilot_goes_from_plan_to_scale_by_its_pages(client: StrictClient, base: str) -> None:
    plan = {"name": "Waterproject", "starts_on": START.isoformat(), "budget": "1 250,50", "goal_id": "1"}
    client.post(f"{base}/new", {**plan, "partners": "1", "target_group": "girls"}, form_at=f"{base}/new")
    page = client.follow()
    assert "Meer meisjes in techniek" in page.words
    assert "1.250,50" in page.words
    assert f"{base}/1/begin" in page.links
    client.post(f"{base}/1/begin", {"on": START.isoformat()}, form_at=f"{base}/1/begin")
    address = f"{base}/1/reach/2026"
    client.post(address, {"participants": "30", "gender.girls": "12", "gender.boys": "15"}, form_at=address)
    assert "30" in client.follow().words
    client.post(address, {"participants": "33", "gender.girls": "12"}, form_at=address, status=422)
    client.post(address, {"participants": "33", "gender.girls": "12", "reason": "Vergeten klas."})
    page = client.follow()
    assert "33" in page.words
    assert page.words.count("30") >= 1
    client.get(f"{base}/1/reach/2019", status=404)
    finish = {"findings": "Het werkt.", "decision": "scale-up", "on": START.isoformat()}
    client.post(f"{base}/1/finish", {**finish, "decision": ""}, form_at=f"{base}/1/finish", status=422)
    client.post(f"{base}/1/finish", finish)
    page = client.follow()
    assert f"{base}/1/move/scale" in page.links
    assert f"{base}/1/move/run_again" not in page.links
    client.post(f"{base}/1/move/run_again", {}, form_at=f"{base}/1/move/run_again", status=422)
    client.post(f"{base}/1/evaluate", finish, form_at=f"{base}/1/evaluate")
    client.post(f"{base}/1/move/scale", {}, form_at=f"{base}/1/move/scale")
    assert f"{base}/1/move/stop" not in client.follow().links
    assert "Waterproject" in client.get(base).words
    assert "Waterproject" in client.get(f"{base}/profile").words


def test_parts_that_do_not_fit_are_explained_and_what_was_typed_stays(
    client: StrictClient, base: str, app: Flask
) -> None:
    with app.test_request_context("/"):
        from alliance_tracker.alliances.models import Alliance
        from alliance_tracker.database import db

        make_pilot(db().get_one(Alliance, 1), started_on=START)
    address = f"{base}/1/reach/2026"
    page = client.post(
        address, {"participants": "30", "gender.girls": "20", "gender.boys": "20"}, form_at=address, status=422
    )
    assert "40" in page.words
    names = next(form["names"] for form in page.forms if form["action"] == address)
    assert (names["participants"], names["gender.girls"]) == ("30", "20")
    for typed in ("2,5", "veel", "1.234", "99999999999"):
        client.post(address, {"participants": typed}, form_at=address, status=422)


def test_a_plan_without_partners_says_what_is_missing(client: StrictClient, base: str) -> None:
    client.post(f"{base}/new", {"name": "Alleen", "starts_on": START.isoformat()}, form_at=f"{base}/new")
    page = client.follow()
    assert f"{base}/1/begin" not in page.links
    assert f"{base}/1/edit#partners-set" in page.links
    client.post(f"{base}/1/begin", {"on": START.isoformat()}, form_at=f"{base}/1/begin", status=422)


def test_two_people_who_edit_at_once_see_both(client: StrictClient, base: str) -> None:
    plan = {"name": "Water", "starts_on": START.isoformat()}
    client.post(f"{base}/new", plan, form_at=f"{base}/new")
    client.post(f"{base}/1/edit", {**plan, "place": "Geel"}, form_at=f"{base}/1/edit")
    page = client.post(f"{base}/1/edit", {**plan, "place": "Mol", "version": "1"}, form_at=f"{base}/1/edit", status=409)
    assert "Geel" in page.words


def test_outside_every_channel_tells_rounded_counts(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        leading = make_user(Role.COORDINATOR, alliance_id=alliance.id)
        pilot = make_pilot(alliance, started_on=START)
        for count, reason in ((1_043, ""), (1_047, "Hertelling.")):
            with transaction():
                entry = reach.Entry(today().year, count, {("gender", "girls"): 502}, reason=reason)
                reach.record(pilot, entry, actor=actor_of(leading))
        people = {
            "cas": leading,
            "rani": make_user(Role.REPORTER, region_code=alliance.region_code),
            "vera": make_user(Role.PROJECT_MANAGER),
            "otto": make_user(Role.OBSERVER),
            "ann": make_user(Role.ADMINISTRATOR),
        }
        emails = {name: user.email for name, user in people.items()}
        tokens = {name: token_of(user) for name, user in people.items()}
        slug, pilot_id = alliance.slug, pilot.id
    for name, email in emails.items():
        exactly = name in {"cas", "rani", "vera"}
        browser = StrictClient(app)
        browser.sign_in(email)
        for path in ("/pilots", f"/pilots/{pilot_id}", "/history"):
            words = browser.get(f"/alliances/{slug}{path}").words
            assert ("1.047" in words) is exactly, (name, path)
            assert ("1.045" in words) is not exactly, (name, path)
            assert "1.043" not in words or exactly, (name, path)
        answer = app.test_client().get(
            f"/api/v1/alliances/{slug}/pilots", headers={"Authorization": f"Bearer {tokens[name]}"}
        )
        (given,) = answer.json["items"]  # type: ignore[index]
        assert given["reach"][0]["participants"] == (1_047 if exactly else 1_045)
        assert given["reach"][0]["breakdowns"]["gender"]["girls"] == (502 if exactly else 500)
