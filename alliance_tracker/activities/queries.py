"""Reading the log: a page at a time, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit
from alliance_tracker.activities.models import LogEntry, LogKind, Presence
from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import db
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.people import told

PAGE = 20


@dataclass(frozen=True)
class Entry:
    """One entry as a page shows it."""

    id: int
    alliance_id: int
    author_id: int
    kind: LogKind
    on: date
    text: str
    author: str
    logged_at: datetime
    present: tuple[str, ...]
    bears_on: Any
    #: People reached, as this reader may know them.
    participants: int | None
    criterion_key: str | None
    milestone_key: str | None
    files: tuple[Evidence, ...]
    withdrawn_reason: str
    is_withdrawn: bool
    is_corrected: bool

    @property
    def owner_id(self) -> int:
        return self.author_id


@dataclass(frozen=True)
class LogPage:
    """A page of the log; `total` counts all entries that the filter lets through."""

    entries: tuple[Entry, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def log_page(
    alliance_id: int,
    *,
    kind: LogKind | None = None,
    number: int = 1,
    size: int = PAGE,
    words: dict[str, Any] | None = None,
    exactly: bool = False,
) -> LogPage:
    """One page of an alliance's log. `words` maps a bearing's value to its words."""
    total, entries = log_window(
        alliance_id, kind=kind, limit=size, offset=(number - 1) * size, words=words, exactly=exactly
    )
    return LogPage(tuple(entries), total, number)


def log_window(
    alliance_id: int,
    *,
    kind: LogKind | None = None,
    limit: int,
    offset: int,
    words: dict[str, Any] | None = None,
    exactly: bool = False,
) -> tuple[int, list[Entry]]:
    """How many entries there are, and those from `offset` on, newest first; counts of people rounded or `exactly`."""
    condition = [LogEntry.alliance_id == alliance_id]
    if kind is not None:
        condition.append(LogEntry.kind == kind)
    total = db().scalar(sa.select(sa.func.count()).select_from(LogEntry).where(*condition)) or 0
    newest = _with_presences().where(*condition).order_by(LogEntry.on.desc(), LogEntry.id.desc())
    return total, _entries(db().scalars(newest.limit(limit).offset(offset)).all(), words, exactly=exactly)


def entry(entry_id: int, *, exactly: bool = False) -> Entry:
    """One entry, which must exist."""
    row = db().scalars(_with_presences().where(LogEntry.id == entry_id)).one()
    return _entries([row], None, exactly=exactly)[0]


def logged_before(author_id: int, how_many: int) -> datetime | None:
    """When this person logged the last entry but `how_many` - 1; None while there are fewer."""
    newest = sa.select(LogEntry.logged_at).where(LogEntry.author_id == author_id).order_by(LogEntry.id.desc())
    return db().scalar(newest.offset(how_many - 1).limit(1))


def _with_presences() -> sa.Select[LogEntry]:
    present = selectinload(LogEntry.presences).selectinload(Presence.partner).selectinload(Partner.organisation)
    return sa.select(LogEntry).options(present)


def _entries(rows: Sequence[LogEntry], words: dict[str, Any] | None, *, exactly: bool) -> list[Entry]:
    names = audit.names_of({row.author_id for row in rows})
    files = evidence.of("log_entry", [str(row.id) for row in rows])
    return [_entry(row, names, files, words or {}, exactly=exactly) for row in rows]


def _entry(
    row: LogEntry, names: dict[int, str], files: dict[str, list[Evidence]], words: dict[str, Any], *, exactly: bool
) -> Entry:
    present = sorted(p.partner.organisation.name for p in row.presences if not p.is_withdrawn)
    bearing = row.bearing
    return Entry(
        id=row.id,
        alliance_id=row.alliance_id,
        author_id=row.author_id,
        kind=row.kind,
        on=row.on,
        text=row.text,
        author=names.get(row.author_id, ""),
        logged_at=row.logged_at,
        present=tuple(present),
        bears_on=words.get(bearing, bearing.partition(":")[2]) if bearing else None,
        participants=None if row.participants is None else told(row.participants, exactly=exactly),
        criterion_key=row.criterion_key,
        milestone_key=row.milestone_key,
        files=tuple(files[str(row.id)]),
        withdrawn_reason=row.withdrawn_reason,
        is_withdrawn=row.withdrawn_at is not None,
        is_corrected=row.version > 1 and row.withdrawn_at is None,
    )
