"""Logging progress: adding, correcting and withdrawing entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.activities.models import REACHING, LogEntry, LogKind, Presence
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.people import MOST_PEOPLE
from alliance_tracker.policy import Actor, Permission


@dataclass(frozen=True)
class Draft:
    """What somebody wants to have logged; `present` are ids of partners."""

    kind: LogKind
    on: date
    text: str
    present: frozenset[int] = frozenset()
    criterion_key: str | None = None
    milestone_key: str | None = None
    commitment_id: int | None = None
    #: People from outside the network who were reached, at an event or a visit.
    participants: int | None = None


def log(alliance: Alliance, draft: Draft, *, actor: Actor) -> LogEntry:
    """Log progress of an alliance.

    :raise FieldRefused: the day lies in the future, or somebody present was no partner on that day.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.LOG_WRITE, alliance)
    check_open(alliance)
    _check(alliance.id, draft)
    assert actor.user_id is not None  # noqa: S101  # an entry has an author
    entry = LogEntry(
        alliance_id=alliance.id,
        kind=draft.kind,
        on=draft.on,
        text=draft.text,
        criterion_key=draft.criterion_key,
        milestone_key=draft.milestone_key,
        commitment_id=draft.commitment_id,
        participants=draft.participants,
        author_id=actor.user_id,
        logged_at=now(),
        presences=[],
    )
    db().add(entry)
    db().flush()  # gives the entry its id
    audit.record("log_entry.logged", entry, actor=actor, kind=draft.kind.value)
    _set_present(entry, draft.present)
    return entry


def _check(alliance_id: int, draft: Draft) -> None:
    if draft.on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))
    if not draft.text:
        raise FieldRefused("text", Message("Say what happened."))
    _check_participants(draft)
    if not draft.present:
        return
    partners = db().scalars(
        sa.select(Partner.id).where(
            Partner.alliance_id == alliance_id,
            Partner.id.in_(draft.present),
            Partner.since <= draft.on,
            sa.or_(Partner.until.is_(None), Partner.until >= draft.on),
        )
    )
    if set(partners) != draft.present:
        raise FieldRefused("present", Message("Somebody marked as present was not a partner on that day."))


def _check_participants(draft: Draft) -> None:
    if draft.participants is None:
        return
    if draft.kind not in REACHING:
        raise FieldRefused("participants", Message("Only an event or a visit reaches people from outside the network."))
    if not 0 <= draft.participants <= MOST_PEOPLE:
        raise FieldRefused("participants", Message("This number is too large to be true."))


def _set_present(entry: LogEntry, wanted: Iterable[int]) -> None:
    names = set(wanted)
    known = {presence.partner_id: presence for presence in entry.presences}
    for partner_id, presence in known.items():
        presence.is_withdrawn = partner_id not in names
    for partner_id in sorted(names - set(known)):
        entry.presences.append(
            Presence(log_entry_id=entry.id, partner_id=partner_id, alliance_id=entry.alliance_id, is_withdrawn=False)
        )


def correct(entry: LogEntry, draft: Draft, *, version: int | None, actor: Actor) -> None:
    """Correct an entry; the history keeps what it said before.

    :raise EditConflict: somebody else corrected it meanwhile.
    :raise Refused: it was withdrawn.
    """
    policy.require(actor, Permission.LOG_CORRECT, entry)
    if entry.withdrawn_at is not None:
        raise Refused(Message("This entry was withdrawn."))
    check_open(db().get_one(Alliance, entry.alliance_id))
    check_version(entry, version)
    _check(entry.alliance_id, draft)
    entry.kind, entry.on, entry.text = draft.kind, draft.on, draft.text
    entry.criterion_key, entry.milestone_key = draft.criterion_key, draft.milestone_key
    entry.commitment_id, entry.participants = draft.commitment_id, draft.participants
    audit.record("log_entry.corrected", entry, actor=actor, kind=draft.kind.value)
    _set_present(entry, draft.present)


def withdraw(entry: LogEntry, *, reason: str, actor: Actor) -> None:
    """Withdraw an entry: it stays readable, struck through, and counts no longer.

    :raise Refused: it was withdrawn before.
    """
    policy.require(actor, Permission.LOG_CORRECT, entry)
    if entry.withdrawn_at is not None:
        raise Refused(Message("This entry was withdrawn."))
    entry.withdrawn_at, entry.withdrawn_reason = now(), reason
    audit.record("log_entry.withdrawn", entry, actor=actor, reason=reason, kind=entry.kind.value)


def entry_by_id(entry_id: int) -> LogEntry | None:
    """An entry with the partners present."""
    return (
        db()
        .scalars(
            sa.select(LogEntry)
            .where(LogEntry.id == entry_id)
            .options(selectinload(LogEntry.presences).selectinload(Presence.partner).selectinload(Partner.organisation))
        )
        .one_or_none()
    )
