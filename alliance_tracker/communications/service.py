"""Logging what an alliance communicated: adding, correcting and withdrawing."""

import re
from dataclasses import dataclass
from datetime import date

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.communications.models import Channel, Communication
from alliance_tracker.database import check_version, db, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

#: A page that a browser opens; nothing that runs or reads a file.
WEB_ADDRESS = re.compile(r"https?://[^\s/?#\"<>\\]+\.[^\s\"<>\\]+\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """What somebody wants to have logged, with the answers to the four questions of the memorandum."""

    title: str
    on: date
    channel: Channel
    relevance: bool
    connectivity: bool
    interdisciplinarity: bool
    inclusion: bool
    text: str = ""
    link: str = ""


def log(alliance: Alliance, draft: Draft, *, actor: Actor) -> Communication:
    """Log a communication of an alliance.

    :raise FieldRefused: no title, a day in the future, or a link that is no web page.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.COMMUNICATION_WRITE, alliance)
    check_open(alliance)
    _check(draft)
    assert actor.user_id is not None  # noqa: S101  # a communication has somebody who logged it
    row = Communication(
        alliance_id=alliance.id, author_id=actor.user_id, logged_at=now(), withdrawn_at=None, **vars(draft)
    )
    db().add(row)
    db().flush()  # gives the row its id
    audit.record("communication.logged", row, actor=actor, title=row.title)
    return row


def correct(row: Communication, draft: Draft, *, version: int | None, actor: Actor) -> None:
    """Correct a communication; the history keeps what it said before.

    :raise EditConflict: somebody else corrected it meanwhile.
    :raise Refused: it was withdrawn.
    """
    policy.require(actor, Permission.COMMUNICATION_CORRECT, row)
    _check_not_withdrawn(row)
    check_open(db().get_one(Alliance, row.alliance_id))
    check_version(row, version)
    _check(draft)
    for name, value in vars(draft).items():
        setattr(row, name, value)
    audit.record("communication.corrected", row, actor=actor, title=row.title)


def withdraw(row: Communication, *, reason: str, actor: Actor) -> None:
    """Withdraw a communication: it stays readable, struck through, and counts no longer.

    :raise Refused: it was withdrawn before, or the alliance has ended.
    """
    policy.require(actor, Permission.COMMUNICATION_CORRECT, row)
    _check_not_withdrawn(row)
    check_open(db().get_one(Alliance, row.alliance_id))
    row.withdrawn_at, row.withdrawn_reason = now(), reason
    audit.record("communication.withdrawn", row, actor=actor, reason=reason, title=row.title)


def _check_not_withdrawn(row: Communication) -> None:
    if row.withdrawn_at is not None:
        raise Refused(Message("This communication was withdrawn."))


def _check(draft: Draft) -> None:
    if not draft.title:
        raise FieldRefused("title", Message("Say what it was, in a few words."))
    if draft.on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))
    if draft.link and not WEB_ADDRESS.match(draft.link):
        raise FieldRefused("link", Message("Give an address that begins with https:// or http://."))
