"""One table of the API's operations; the routes and the OpenAPI description are both made from it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, g, request, url_for
from pydantic import BaseModel

from alliance_tracker.accounts import tokens
from alliance_tracker.api import reading
from alliance_tracker.api.schemas import Items, Nothing, Window
from alliance_tracker.i18n import Message
from alliance_tracker.web.problems import problem

#: A part of a path that the caller fills in: the number of a row, or a name.
PARAMETER = re.compile(r"<(int:)?(\w+)>")


@dataclass(frozen=True)
class Operation:
    """One method at one path: what it takes, what it gives, and in a sentence what it is for."""

    method: str
    path: str
    name: str
    summary: str
    gives: Any
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: int = 200

    @property
    def address(self) -> str:
        """The path as the description writes it: `/regions/{code}`."""
        return "/api/v1" + PARAMETER.sub(r"{\2}", self.path)


OPERATIONS: list[tuple[Operation, Callable[..., Any]]] = []


def operation(
    method: str,
    path: str,
    summary: str,
    gives: Any,
    *,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    status: int = 200,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation; the function gets the path's values, and `query` and `body` when it declares them."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__
        OPERATIONS.append((Operation(method, path, name, summary, gives, query, body, status), function))
        return function

    return declare


def register(bp: Blueprint) -> None:
    """Make a route of every declared operation."""
    for declared, function in OPERATIONS:
        bp.add_url_rule(declared.path, declared.name, _endpoint(declared, function), methods=[declared.method])


def _endpoint(declared: Operation, function: Callable[..., Any]) -> Callable[..., Response]:
    @wraps(function)
    def answer(**path: Any) -> Response:
        query = reading.query_of(declared.query or Nothing)
        if declared.query is not None:
            path["query"] = query
        if declared.body is not None:
            path["body"] = reading.body_of(declared.body)
        given = function(**path)
        response: Response = current_app.response_class(given.model_dump_json(), mimetype="application/json")
        response.status_code = declared.status
        return response

    return answer


def authenticate() -> Response | None:
    """Take the rights from the bearer token; the session's cookie is never looked at."""
    if request.endpoint in {"api.openapi", None}:
        return None
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    text = rest.strip() if scheme.lower() == "bearer" else ""
    # What cannot be a token is not looked up: a stranger's post need not wait for those who write.
    actor = tokens.actor_of(text) if text.startswith(tokens.PREFIX) else None
    if actor is None:
        refusal = problem(
            401,
            Message("A token is needed"),
            Message("This token does not work: it expired, was revoked, or never was.")
            if text
            else Message("Send a personal token: Authorization: Bearer …"),
        )
        refusal.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if text else "Bearer"
        return refusal
    g.actor = actor
    return None


def page_of(given: list[Any], total: int, window: Window, endpoint: str, **values: Any) -> Items[Any]:
    """A page of a list with the address of the next one."""
    following = window.offset + window.limit
    address = None
    if following < total:
        asked = window.model_dump(mode="json", exclude_defaults=True) | {"offset": following, "limit": window.limit}
        address = url_for(endpoint, **values, **asked)
    return Items(items=given, total=total, next=address)
