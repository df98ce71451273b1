"""Signing in is the rule, and finding a thing and being allowed to see it are one act."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from alliance_tracker import policy
from alliance_tracker.database import Base, db
from alliance_tracker.errors import DomainError, NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

T = TypeVar("T", bound=Base)

#: Beyond this nobody pages; a larger number would only overflow the database's.
LAST_PAGE = 100_000
LONGEST_PATH = 500

#: Endpoints that answer without signing in. Everything else asks for it; the API asks for a token itself.
PUBLIC_ENDPOINTS: set[str] = {
    "static",
    "healthz",
    "accounts.sign_in",
    "accounts.sign_in_submit",
    "accounts.forgotten",
    "accounts.forgotten_submit",
    "accounts.accept",
    "accounts.accept_submit",
}


#: A field longer than this (and so no token or key of ours) was typed by somebody.
LOST_FROM = 100


class SessionEnded(DomainError):
    """Somebody who is no longer signed in sends a form with text in it."""


def actor() -> Actor:
    """Whoever makes this request: the owner of its token in the API, else the person who signed in."""
    if "actor" in g:
        by_token: Actor = g.actor
        return by_token
    found = getattr(current_user, "actor", None)
    return found if isinstance(found, Actor) else policy.NOBODY


def require_sign_in() -> Response | None:
    """Send a visitor who did not sign in to the page where that is done, and back afterwards."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in PUBLIC_ENDPOINTS or request.blueprint in {"public", "api"}:
        return None
    if current_user.is_authenticated:
        return None
    if request.method == "POST" and any(len(text) > LOST_FROM for text in request.form.values()):
        # A session that ended while somebody was typing: the page of the outdated form gives the text back.
        raise SessionEnded(Message("You are no longer signed in. Sign in, and send it again."))
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted), code=303)


def load(
    model: type[T],
    identity: Any,
    permission: Permission,
    *,
    by: Any = None,
    visible: Permission | None = None,
    options: Sequence[Any] = (),
) -> T:
    """The row of `model` whose primary key (or column `by`) is `identity`, for this actor and this purpose.

    :raise NotFound: there is none, or the actor may not know of it (`visible`, by default the `…:view` of an alliance).
    :raise NotAllowed: it may be seen, but not this.
    """
    column = by if by is not None else sa.inspect(model).primary_key[0]
    row = db().scalars(sa.select(model).where(column == identity).options(*options)).one_or_none()
    if row is None:
        raise NotFound(Message("There is nothing at this address."))
    return permitted(row, permission, visible=visible)


def permitted(row: T, permission: Permission, *, visible: Permission | None = None) -> T:
    """`row`, if this actor may see it and do this with it.

    :raise NotFound: the actor may not know of it.
    :raise NotAllowed: it may be seen, but not this.
    """
    seen = visible or (Permission.ALLIANCE_VIEW if getattr(row, "alliance_id", None) is not None else None)
    subject = _subject(row)
    if seen is not None and not policy.allows(actor(), seen, subject):
        raise NotFound(Message("There is nothing at this address."))
    policy.require(actor(), permission, subject)
    return row


@dataclass(frozen=True)
class Belonging:
    """A row of an alliance as the policy looks at it: with what it must know about that alliance."""

    alliance_id: int
    region_code: str
    proposed_by_id: int | None
    organisation_id: int | None
    owner_id: int | None


#: Alliances are layers up; only these columns of them are needed here.
_alliance = sa.table("alliance", sa.column("id"), sa.column("region_code"), sa.column("proposed_by_id"))


def _subject(row: Any) -> Any:
    """`row`, or what stands for it: who sees an alliance by its region sees what belongs to it as well."""
    alliance_id = getattr(row, "alliance_id", None)
    if alliance_id is None or row.__tablename__ == _alliance.name:
        return row
    return _belonging(alliance_id, getattr(row, "organisation_id", None), getattr(row, "owner_id", None))


def _belonging(alliance_id: int, organisation_id: int | None = None, owner_id: int | None = None) -> Belonging:
    region_code, proposed_by_id = (
        db()
        .execute(sa.select(_alliance.c.region_code, _alliance.c.proposed_by_id).where(_alliance.c.id == alliance_id))
        .one()
    )
    return Belonging(alliance_id, region_code, proposed_by_id, organisation_id, owner_id)


def reads_exactly(alliance_id: int) -> bool:
    """Whether this reader may know counts of people of this alliance as they are; looked up once a request."""
    known: dict[tuple[Actor, int], bool] = g.setdefault("reads_exactly", {})
    asked = (actor(), alliance_id)
    if asked not in known:
        known[asked] = policy.allows(actor(), Permission.FIGURE_EXACT_VIEW, _belonging(alliance_id))
    return known[asked]


@dataclass(frozen=True)
class _Row:
    """An alliance's own row, as far as the policy looks at it."""

    alliance_id: int
    __tablename__: str = ""


def may_in(alliance_id: int, permission: Permission) -> bool:
    """Whether this actor may do this in the alliance with this id."""
    return policy.allows(actor(), permission, _subject(_Row(alliance_id)))


def require(permission: Permission, subject: Any = None) -> None:
    """:raise NotAllowed: this actor may not do this."""
    policy.require(actor(), permission, subject)


def settings(name: str) -> Any:
    """A setting of this installation."""
    return current_app.config[name]


#: A path of this site and nothing that a browser could read as another site: no //, no backslash, no scheme.
LOCAL_PATH = re.compile(r"/(?![/\\])[\w\-./%?=&+~,:@]*\Z", re.ASCII)


def local_path(path: str | None, otherwise: str) -> str:
    """`path` if it is a page of this site that can be opened, else `otherwise`."""
    if not path or len(path) > LONGEST_PATH or not LOCAL_PATH.match(path):
        return otherwise
    try:
        current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return otherwise
    return path


def page_number() -> int:
    """Which page of a list the address asks for, from 1 on."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
