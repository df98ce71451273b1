"""Signing in, staying signed in, and being signed out."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accounts import service
from alliance_tracker.accounts.models import LoginSession
from alliance_tracker.accounts.views import safe_next
from alliance_tracker.database import db, transaction
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import PASSWORD, actor_of, make_user
from tests.conftest import NOON
from tests.strict_client import StrictClient


def person(app: Flask, role: Role | None = None, email: str = "an@example.org") -> int:
    with app.test_request_context("/"):
        return make_user(role, email=email).id


def test_whoever_signs_in_is_led_to_where_they_were_going(app: Flask, client: StrictClient) -> None:
    person(app)
    client.browser.get("/account")
    client.get("/login?next=/account")
    client.post("/login", {"email": "an@example.org", "password": PASSWORD, "next": "/account"})
    assert client.response is not None
    assert client.response.location == "/account"
    assert "an@example.org" in client.follow().words


@pytest.mark.parametrize(
    ("email", "password"), [("an@example.org", "verkeerd-verkeerd"), ("niemand@example.org", PASSWORD)]
)
def test_one_sentence_for_a_wrong_account_and_a_wrong_password(
    app: Flask, client: StrictClient, email: str, password: str
) -> None:
    person(app)
    page = client.post("/login", {"email": email, "password": password}, form_at="/login", status=422)
    assert "Deze combinatie van e-mailadres en wachtwoord is niet gekend." in page.words
    assert f'value="{password}"' not in (client.response.text if client.response else "")


def test_too_many_failures_close_the_door_for_a_while(app: Flask, client: StrictClient) -> None:
    person(app)
    for _ in range(app.config["SIGN_IN_LIMIT_ACCOUNT"]):
        client.post("/login", {"email": "an@example.org", "password": "x" * 12}, form_at="/login", status=422)
    page = client.post("/login", {"email": "an@example.org", "password": PASSWORD}, form_at="/login", status=422)
    assert "kwartier" in page.words


def test_a_session_ends_after_a_time_without_use(
    app: Flask, client: StrictClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    person(app)
    client.sign_in("an@example.org")
    freeze(NOON + timedelta(minutes=119))
    client.get("/account")
    freeze(NOON + timedelta(minutes=119 + 121))
    client.get("/account", status=303)


def test_a_session_ends_after_its_absolute_limit_however_busy(
    app: Flask, client: StrictClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    person(app)
    client.sign_in("an@example.org")
    for hours in range(1, 12):
        freeze(NOON + timedelta(hours=hours))
        client.get("/account")
    freeze(NOON + timedelta(hours=12, minutes=1))
    client.get("/account", status=303)


def test_signing_out_ends_the_session_on_the_server_too(app: Flask, client: StrictClient) -> None:
    person(app)
    client.sign_in("an@example.org")
    cookie = client.browser.get_cookie("alliance")
    assert cookie is not None
    client.get("/account")
    client.post("/logout")
    client.browser.set_cookie("alliance", cookie.value)
    client.get("/account", status=303)


def test_a_changed_role_signs_the_person_out_everywhere(app: Flask, client: StrictClient) -> None:
    user_id = person(app)
    client.sign_in("an@example.org")
    with app.test_request_context("/"), transaction():
        service.give_role(service.user_by_id(user_id), Role.OBSERVER, actor=SYSTEM)
    client.get("/account", status=303)


def test_the_cookie_holds_no_token_that_the_database_holds(app: Flask, client: StrictClient) -> None:
    person(app)
    client.sign_in("an@example.org")
    cookie = client.browser.get_cookie("alliance")
    assert cookie is not None
    with app.test_request_context("/"):
        for stored in db().scalars(sa.select(LoginSession.token_hash)):
            assert stored not in cookie.value


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/ok\n//evil",
        "",
        None,
        "/a\\b",
    ],
)
def test_next_never_leads_out_of_the_site(context: Flask, path: str | None) -> None:
    assert safe_next(path) == "/"


def test_next_may_lead_to_any_page_of_the_site(context: Flask) -> None:
    assert safe_next("/alliances/neteland?page=2&kind=note") == "/alliances/neteland?page=2&kind=note"


def test_headers_that_protect_are_on_every_answer(app: Flask) -> None:
    browser = app.test_client()
    for path in ("/login", "/niets", "/static/css/tokens.css", "/api/v1/regions", "/public"):
        with browser.get(path) as answer:
            headers = answer.headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert browser.get("/login").headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused_with_a_sentence(app: Flask) -> None:
    answer = app.test_client().post("/login", data={"email": "an@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert "niet meer geldig" in answer.text


def test_public_pages_set_no_cookie(app: Flask) -> None:
    for path in ("/public", "/public/privacy", "/public/accessibility"):
        answer = app.test_client().get(path)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_a_disabled_account_cannot_sign_in(app: Flask, client: StrictClient) -> None:
    user_id = person(app)
    with app.test_request_context("/"):
        administrator = actor_of(make_user(Role.ADMINISTRATOR))
        with transaction():
            service.disable(service.user_by_id(user_id), actor=administrator)
    client.post("/login", {"email": "an@example.org", "password": PASSWORD}, form_at="/login", status=422)
