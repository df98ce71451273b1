"""Reading the communications of an alliance, and how many of them meet the four principles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.communications.models import Channel, Communication
from alliance_tracker.database import db
from alliance_tracker.frameworks.terms import principles
from alliance_tracker.i18n import InTwoLanguages

PAGE = 20


@dataclass(frozen=True)
class Answer:
    """One of the four questions with its answer."""

    key: str
    question: InTwoLanguages
    is_yes: bool


@dataclass(frozen=True)
class Entry:
    """One communication as a page shows it."""

    id: int
    alliance_id: int
    author_id: int
    on: date
    title: str
    channel: Channel
    text: str
    link: str
    answers: tuple[Answer, ...]
    author: str
    logged_at: datetime
    withdrawn_reason: str
    is_withdrawn: bool
    is_corrected: bool

    @property
    def owner_id(self) -> int:
        return self.author_id

    @property
    def missing(self) -> tuple[Answer, ...]:
        """The principles that it does not meet."""
        return tuple(answer for answer in self.answers if not answer.is_yes)


@dataclass(frozen=True)
class Year:
    """How many communications of a calendar year meet all four principles."""

    year: int
    meeting_all: int
    total: int


@dataclass(frozen=True)
class Picture:
    """The communications of an alliance together; what was withdrawn does not count."""

    years: tuple[Year, ...]
    #: How often each principle was not met, by key.
    missing: dict[str, int]

    @property
    def total(self) -> int:
        return sum(year.total for year in self.years)

    @property
    def meeting_all(self) -> int:
        return sum(year.meeting_all for year in self.years)

    @property
    def most_often_missing(self) -> list[InTwoLanguages]:
        """The question that is answered “no” most often; several when they are equal, none when all are met."""
        most = max(self.missing.values(), default=0)
        return [principles()[key] for key, count in self.missing.items() if most and count == most]


def picture_of(alliance_id: int) -> Picture:
    """How the communications of an alliance do, per year, the newest year first."""
    year = sa.extract("year", Communication.on)
    columns = {key: getattr(Communication, key) for key in principles()}
    meets_all = sa.and_(*columns.values())

    def how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    missing = [how_many(sa.not_(column)).label(key) for key, column in columns.items()]
    rows = db().execute(
        sa.select(year.label("year"), sa.func.count().label("total"), how_many(meets_all).label("met"), *missing)
        .where(Communication.alliance_id == alliance_id, Communication.withdrawn_at.is_(None))
        .group_by(year)
        .order_by(year.desc())
    )
    found = rows.all()
    return Picture(
        tuple(Year(int(row.year), int(row.met), row.total) for row in found),
        {key: sum(int(getattr(row, key)) for row in found) for key in columns},
    )


def window(alliance_id: int, *, limit: int = PAGE, offset: int = 0) -> tuple[int, list[Entry]]:
    """How many communications there are, and those from `offset` on, newest first."""
    of_alliance = Communication.alliance_id == alliance_id
    total = db().scalar(sa.select(sa.func.count()).select_from(Communication).where(of_alliance)) or 0
    newest = sa.select(Communication).where(of_alliance).order_by(Communication.on.desc(), Communication.id.desc())
    return total, _entries(db().scalars(newest.limit(limit).offset(offset)).all())


def entry_of(row: Communication) -> Entry:
    """One communication as a page shows it."""
    return _entries([row])[0]


def _entries(rows: Sequence[Communication]) -> list[Entry]:
    names: dict[int, Any] = audit.names_of({row.author_id for row in rows})
    return [
        Entry(
            id=row.id,
            alliance_id=row.alliance_id,
            author_id=row.author_id,
            on=row.on,
            title=row.title,
            channel=row.channel,
            text=row.text,
            link=row.link,
            answers=tuple(Answer(key, question, getattr(row, key)) for key, question in principles().items()),
            author=names.get(row.author_id, ""),
            logged_at=row.logged_at,
            withdrawn_reason=row.withdrawn_reason,
            is_withdrawn=row.withdrawn_at is not None,
            is_corrected=row.version > 1 and row.withdrawn_at is None,
        )
        for row in rows
    ]
