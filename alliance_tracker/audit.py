"""Who did what, when, from which value to which, and why: the audit trail.

A command says what it did with `record`; what changed in the rows is read from the session, so a value can neither be
forgotten nor invented. A changed row that no command spoke of gets an entry as well. The entries are written when the
transaction commits, in the same transaction, each chained to the one before it by SHA-256; the database refuses to
change or delete them. Personal values are never copied here: a change to one says only that it was filled in, changed
or emptied.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from alliance_tracker.database import Base, PrimaryKey, db, now

GENESIS = "0" * 64
#: Stands where a personal value is not copied. Entries of before it had `[null, null]`, whether it changed or not.
PERSONAL = {"personal": True}


class AuditEntry(Base):
    """One thing that somebody did. Append-only."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_subject", "subject_type", "subject_id", "id"),
        sa.Index("ix_audit_entry_alliance", "alliance_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    #: The person; empty when the system itself acted (loading reference data, a migration).
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(sa.String(60))
    subject_type: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[str] = mapped_column(sa.String(60))
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliance.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    #: Column name to [old value, new value]; a value of a personal column is `PERSONAL`.
    changes: Mapped[dict[str, Any]]
    #: What the sentence needs besides: names as they were then, ids of people (never their names).
    facts: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class AuditHead(Base):
    """The end of the chain: one row, locked while an entry is added, so that the chain has one order."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[PrimaryKey]
    last_id: Mapped[int]
    last_hash: Mapped[str] = mapped_column(sa.String(64))


@dataclass
class _Pending:
    action: str
    subject: Base
    actor_id: int | None
    reason: str
    alliance_id: int | None
    facts: dict[str, Any]
    #: What had changed when the next thing was done to the same row; None until then.
    changes: dict[str, Any] | None = None


class Audited:
    """A table whose every change must be in the trail. `personal` names columns whose values are not copied."""

    __personal__: frozenset[str] = frozenset()
    #: Columns that say nothing to a reader: counters, search keys, hashes.
    __quiet__: frozenset[str] = frozenset({"version"})
    #: The table and the column of the row in whose entry this one is told, such as a partner's role in the partner's.
    __told_with__: tuple[str, str] | None = None
    #: Columns that say which row it is; each entry keeps them as facts: keys, which are put in words when they are
    #: shown, or names as they were then.
    __named_by__: tuple[str, ...] = ()


def record(
    action: str, subject: Base, *, actor: Any, reason: str = "", alliance_id: int | None = None, **facts: Any
) -> None:
    """Say what was done to `subject`; the entry is written with the commit.

    `actor` is a `policy.Actor`. `facts` must be JSON values: names of organisations as text, people as ids.
    """
    session = db()
    owner = alliance_id if alliance_id is not None else _alliance_of(subject)
    session.info.setdefault("audit_pending", []).append(_Pending(action, subject, actor.user_id, reason, owner, facts))
    # An entry for a row that did not change itself still needs a transaction with something to commit.
    session.info["audit_changes"] = session.info.get("audit_changes", {})


def tell_with(row: Base, subject: Base) -> None:
    """What changed in `row` is told in the entry about `subject` of this transaction: both are one act."""
    db().info.setdefault("audit_told_with", {})[row] = subject


def stood(subject: Base, column: str, value: Any) -> None:
    """Say that a row that is made only now stood at `value` before, as everybody took it to."""
    db().info.setdefault("audit_changes", {}).setdefault(subject, {})[column] = [_plain(value), _plain(value)]


def settle(subject: Base) -> None:
    """What changed so far belongs to what was recorded so far; another thing is about to be done to this row."""
    session = db()
    spoken = [entry for entry in session.info.get("audit_pending", []) if entry.subject is subject]
    if not spoken or not isinstance(subject, Audited):
        return
    _note(session, subject)
    changes = session.info["audit_changes"].pop(subject)
    entry = next((entry for entry in spoken if entry.changes is None), None)
    if entry is not None:
        entry.changes = _presentable(subject, changes)
    session.info["audit_changes"][subject] = {name: [new, new] for name, (_, new) in changes.items()}


def take_touched(session: Session) -> list[tuple[str, str, int | None]]:
    """Table, id and alliance of everything that the transaction being committed was about; asked once."""
    touched: list[tuple[str, str, int | None]] = session.info.pop("audit_touched", [])
    return touched


def _alliance_of(subject: Base) -> int | None:
    if subject.__tablename__ == "alliance":
        return getattr(subject, "id", None)
    return getattr(subject, "alliance_id", None)


_EMPTY = (None, "")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value


@event.listens_for(Session, "before_flush")
def _collect(session: Session, _context: Any, _instances: Any) -> None:
    """Keep, for each audited row, the value before and the value after, over all flushes of the transaction."""
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Audited):
            _note(session, row)


def _note(session: Session, row: Any) -> None:
    found: dict[Any, dict[str, list[Any]]] = session.info.setdefault("audit_changes", {})
    state = sa.inspect(row)
    changes = found.setdefault(row, {})
    for attribute in state.mapper.column_attrs:
        name = attribute.key
        if name in row.__quiet__ or name == "id":
            continue
        history = state.attrs[name].history
        if row in session.deleted:
            changes[name] = [_plain(getattr(row, name)), None]
        elif history.added and history.added != history.deleted:
            old = _plain(history.deleted[0]) if history.deleted else None
            before = changes[name][0] if name in changes else old
            changes[name] = [before, _plain(history.added[0])]


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    """Write the entries of this transaction at the end of the chain."""
    session.flush()
    pending: list[_Pending] = session.info.pop("audit_pending", [])
    found: dict[Base, dict[str, Any]] = session.info.pop("audit_changes", {})
    changed = {row: _presentable(row, changes) for row, changes in found.items()}
    told_with: dict[Base, Base] = session.info.pop("audit_told_with", {})
    spoken = {id(entry.subject) for entry in pending}
    by_subject = {_identity(entry.subject): entry for entry in reversed(pending)}
    for row, changes in changed.items():
        if changes and id(row) not in spoken and not _tell_with_parent(row, changes, told_with.get(row), by_subject):
            is_new = all(old is None for old, _ in changes.values())
            verb = "removed" if sa.inspect(row).deleted else "added" if is_new else "changed"
            actor_id = pending[0].actor_id if pending else None
            pending.append(_Pending(f"{row.__tablename__}.{verb}", row, actor_id, "", _alliance_of(row), {}))
    if not pending:
        return
    head = session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHead(id=1, last_id=0, last_hash=GENESIS)
        session.add(head)
    at = now()
    used: set[int] = set()
    for entry in pending:
        if entry.changes is None:
            # The first entry about a row carries its changes; a second one only adds its own sentence.
            entry.changes = {} if id(entry.subject) in used else changed.get(entry.subject, {})
            used.add(id(entry.subject))
        row = AuditEntry(
            id=head.last_id + 1,
            at=at,
            actor_id=entry.actor_id,
            action=entry.action,
            subject_type=entry.subject.__tablename__,
            subject_id=_identity(entry.subject)[1],
            alliance_id=entry.alliance_id if entry.alliance_id is not None else _alliance_of(entry.subject),
            reason=entry.reason,
            changes=entry.changes,
            facts=_names(entry.subject) | {key: _plain(value) for key, value in entry.facts.items()},
            previous_hash=head.last_hash,
        )
        if "version" in (versions := getattr(entry.subject, "__dict__", {})):
            row.facts = {**row.facts, "version": versions["version"]}
        row.hash = digest(row)
        session.add(row)
        head.last_id, head.last_hash = row.id, row.hash
        session.info.setdefault("audit_touched", []).append((row.subject_type, row.subject_id, row.alliance_id))
    session.flush()


def _identity(row: Base) -> tuple[str, str]:
    identity = sa.inspect(row).identity or ("?",)
    return row.__tablename__, ",".join(str(part) for part in identity)


def _names(row: Base) -> dict[str, Any]:
    """The facts that say which row it is; a row that was deleted still knows them."""
    columns = row.__named_by__ if isinstance(row, Audited) else ()
    return {name: _plain(getattr(row, name)) for name in columns}


def _tell_with_parent(
    row: Any, changes: dict[str, Any], subject: Base | None, entries: dict[tuple[str, str], _Pending]
) -> bool:
    table, column = row.__told_with__ or ("", "")
    parent = (table, str(getattr(row, column))) if table else None
    entry = entries.get(_identity(subject)) if subject is not None else entries.get(parent) if parent else None
    if entry is None:
        return False
    told = {name: pair for name, pair in changes.items() if name != column}
    row_facts = {"table": row.__tablename__, "changes": told}
    if names := {name: value for name, value in _names(row).items() if name not in told}:
        row_facts["names"] = names
    entry.facts.setdefault("rows", []).append(row_facts)
    return True


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("audit_pending", None)
    session.info.pop("audit_changes", None)
    session.info.pop("audit_touched", None)
    session.info.pop("audit_told_with", None)


def _presentable(subject: Base, changes: dict[str, Any]) -> dict[str, Any]:
    """What really changed: a value that was never filled in, or is what it was, did not."""
    personal = subject.__personal__ if isinstance(subject, Audited) else frozenset()
    return {
        name: [PERSONAL if value not in _EMPTY else value for value in pair] if name in personal else pair
        for name, pair in changes.items()
        if pair[0] != pair[1] and not (pair[0] in _EMPTY and pair[1] in _EMPTY)
    }


def digest(entry: AuditEntry) -> str:
    """The SHA-256 of an entry in canonical JSON (sorted keys, no spaces, UTF-8), with the hash before it."""
    canonical = json.dumps(
        [
            entry.id,
            entry.at.isoformat(),
            entry.actor_id,
            entry.action,
            entry.subject_type,
            entry.subject_id,
            entry.alliance_id,
            entry.reason,
            entry.changes,
            entry.facts,
            entry.previous_hash,
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found: entries read, the first broken one, and the anchor to keep elsewhere."""

    entries: int
    broken_id: int | None
    problem: str
    anchor: str


def verify(session: Session) -> Verification:
    """Recompute the chain from its beginning, in constant memory."""
    count, previous = 0, GENESIS
    for entry in _in_order(session):
        count += 1
        if entry.id != count:
            return Verification(count, entry.id, f"entry {count} is missing", previous)
        if entry.previous_hash != previous:
            return Verification(count, entry.id, "does not follow from the entry before it", previous)
        if entry.hash != digest(entry):
            return Verification(count, entry.id, "was changed after it was written", previous)
        previous = entry.hash
    head = session.get(AuditHead, 1)
    if head is not None and (head.last_id, head.last_hash) != (count, previous):
        return Verification(count, count + 1, f"the last {head.last_id - count} entries are missing", previous)
    return Verification(count, None, "", previous)


def _in_order(session: Session) -> Iterator[AuditEntry]:
    statement = sa.select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500, populate_existing=True)
    with session.scalars(statement) as entries:
        for entry in entries:
            yield entry
            session.expunge(entry)


# Reading -----------------------------------------------------------------------------------------------------------

_person = sa.table("user_account", sa.column("id"), sa.column("name"))


def names_of(ids: set[int | None]) -> dict[int, str]:
    """The names of people by id, as they are today: a removed person has none any more."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    rows = db().execute(sa.select(_person.c.id, _person.c.name).where(_person.c.id.in_(wanted)))
    return {number: name for number, name in rows}  # noqa: C416  # rows are not pairs to mypy


@dataclass(frozen=True)
class Change:
    """A field that somebody changed: its value before (unknown for personal values), who, and when."""

    before: Any
    is_known: bool
    who: str
    at: datetime


def changes_since(subject: Any, version: int) -> dict[str, Change]:
    """The fields of `subject` that were changed after it had `version`, with their value at that version."""
    entries = db().scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.subject_type == subject.__tablename__, AuditEntry.subject_id == str(subject.id))
        .order_by(AuditEntry.id)
    )
    newer = [entry for entry in entries if entry.facts.get("version", 0) > version]
    names = names_of({entry.actor_id for entry in newer})
    found: dict[str, Change] = {}
    for entry in newer:
        for name, (old, new) in entry.changes.items():
            who = names.get(entry.actor_id or 0, "")
            known = (old, new) != (None, None) and PERSONAL not in (old, new)
            before = found[name].before if name in found else old if known else None
            found[name] = Change(before, known, who, entry.at)
    return found
