"""What the tests of the API share: people with tokens, and a program that asks with one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from alliance_tracker.accounts import tokens
from alliance_tracker.accounts.models import User
from alliance_tracker.database import transaction
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_alliance, make_full_helix, make_user


def token_of(user: User, *, may_write: bool = True, days: int = 30) -> str:
    """A token that carries the rights of `user`."""
    with transaction():
        return tokens.create(user, "test", may_write=may_write, days=days, actor=SYSTEM)[1]


class Program:
    """Asks the API with a token, and insists that each error is a problem document."""

    def __init__(self, app: Flask, token: str = "", language: str = "en") -> None:
        self.browser: FlaskClient = app.test_client(use_cookies=False)
        self.headers = {"Accept-Language": language}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, *, status: int = 200, **headers: str) -> Any:
        return self.checked(self.browser.get(path, headers={**self.headers, **headers}), status)

    def post(self, path: str, body: Any, *, status: int = 201, **headers: str) -> Any:
        named = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if isinstance(body, bytes):
            named.setdefault("Content-Type", "application/json")
            return self.checked(self.browser.post(path, data=body, headers=named), status)
        return self.checked(self.browser.post(path, json=body, headers=named), status)

    @staticmethod
    def checked(answer: TestResponse, status: int) -> Any:
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
        body = answer.get_json(force=True)
        if status >= 400:
            assert answer.content_type == "application/problem+json"
            assert {"type", "title", "status", "detail"} <= set(body), body
            assert body["status"] == status
            assert body["title"]
        else:
            assert answer.content_type == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        return body


@pytest.fixture
def network(app: Flask) -> dict[str, Any]:
    """Two alliances in two regions, each with four partners; the first has a coordinator with a token."""
    with app.test_request_context("/"):
        one = make_alliance("Eerste", municipalities=["Geel", "Mol"], accepted_on=date(2026, 1, 15))
        two = make_alliance("Tweede", region="REFREG05", municipalities=["Brugge"])
        coordinator = make_user(Role.COORDINATOR, alliance_id=one.id)
        return {
            "slug": one.slug,
            "other": two.slug,
            "id": one.id,
            "partners": [p.id for p in make_full_helix(one)],
            "strangers": [p.id for p in make_full_helix(two)],
            "person": coordinator.id,
            "token": token_of(coordinator),
            "reading": token_of(coordinator, may_write=False),
        }


@pytest.fixture
def program(app: Flask, network: dict[str, Any]) -> Program:
    """The coordinator's program."""
    return Program(app, network["token"])


@pytest.fixture
def program_of(app: Flask) -> Callable[..., Program]:
    """Make a person with a role, and a program with a token of theirs."""

    def make(role: Role | None = None, **scope: Any) -> Program:
        with app.test_request_context("/"):
            return Program(app, token_of(make_user(role, **scope)))

    return make
