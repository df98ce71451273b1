"""What was brought in: by whom, when, and what it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.database import db
from alliance_tracker.exchange.models import ImportFile

PAGE = 30


@dataclass(frozen=True)
class Brought:
    """A file that was brought in, or whose preview waits."""

    id: int
    kind: str
    file_name: str
    size: int
    who: str
    uploaded_at: datetime
    applied_at: datetime | None
    result: dict[str, Any]


@dataclass(frozen=True)
class BroughtPage:
    """One page of them, newest first."""

    files: tuple[Brought, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def brought_in(alliance_id: int, number: int = 1) -> BroughtPage:
    """The files of an alliance, without their content."""
    f = ImportFile
    of_alliance = f.alliance_id == alliance_id
    total = db().scalar(sa.select(sa.func.count()).select_from(f).where(of_alliance)) or 0
    rows = (
        db()
        .execute(
            sa.select(f.id, f.kind, f.file_name, f.size, f.uploaded_by_id, f.uploaded_at, f.applied_at, f.result)
            .where(of_alliance)
            .order_by(f.id.desc())
            .limit(PAGE)
            .offset((number - 1) * PAGE)
        )
        .all()
    )
    names = audit.names_of({row.uploaded_by_id for row in rows})
    found = tuple(
        Brought(
            row.id,
            row.kind,
            row.file_name,
            row.size,
            names.get(row.uploaded_by_id, "?"),
            row.uploaded_at,
            row.applied_at,
            row.result,
        )
        for row in rows
    )
    return BroughtPage(found, total, number)
