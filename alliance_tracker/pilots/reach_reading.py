"""Reading the reach of pilots: per year with its breakdowns, and what a correction superseded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit
from alliance_tracker.database import db
from alliance_tracker.frameworks.terms import Breakdown, breakdowns
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.people import DIVIDED_FROM, told
from alliance_tracker.pilots.models import PilotReach
from alliance_tracker.pilots.reach import BREAKDOWNS


@dataclass(frozen=True)
class Part:
    """The people of one category, as this reader may know them."""

    category: str
    name: InTwoLanguages
    participants: int


@dataclass(frozen=True)
class Division:
    """A count divided in one way."""

    key: str
    name: InTwoLanguages
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Year:
    """The reach of one calendar year; `former` holds what corrections superseded, the newest first."""

    id: int
    year: int
    participants: int
    divisions: tuple[Division, ...]
    note: str
    who: str
    at: datetime
    former: tuple["Year", ...] = ()


def years_of(pilot_ids: Iterable[int], *, exactly: bool) -> dict[int, list[Year]]:
    """The reach of each of these pilots, the newest year first; counts of people rounded unless `exactly`."""
    wanted = list(pilot_ids)
    rows = db().scalars(
        sa.select(PilotReach)
        .where(PilotReach.pilot_id.in_(wanted))
        .options(selectinload(PilotReach.cells))
        .order_by(PilotReach.year.desc(), PilotReach.id.desc())
    )
    every = rows.all()
    names = audit.names_of({row.recorded_by_id for row in every})
    superseded: dict[tuple[int, int], list[Year]] = {}
    for row in every:
        if row.superseded_at is not None:
            superseded.setdefault((row.pilot_id, row.year), []).append(_year(row, names, exactly=exactly))
    found: dict[int, list[Year]] = {pilot_id: [] for pilot_id in wanted}
    for row in every:
        if row.superseded_at is None:
            former = tuple(superseded.get((row.pilot_id, row.year), ()))
            found[row.pilot_id].append(_year(row, names, former, exactly=exactly))
    return found


def _year(row: PilotReach, names: dict[int, str], former: tuple[Year, ...] = (), *, exactly: bool) -> Year:
    return Year(
        id=row.id,
        year=row.year,
        participants=told(row.participants, exactly=exactly),
        divisions=()
        if not exactly and row.participants < DIVIDED_FROM
        else tuple(
            division for key in BREAKDOWNS if (division := _division(row, breakdowns()[key], exactly=exactly)).parts
        ),
        note=row.note,
        who=names.get(row.recorded_by_id, ""),
        at=row.recorded_at,
        former=former,
    )


def _division(row: PilotReach, breakdown: Breakdown, *, exactly: bool) -> Division:
    cells = {cell.category: cell.participants for cell in row.cells if cell.breakdown == breakdown.key}
    return Division(
        breakdown.key,
        breakdown.name,
        tuple(
            Part(category, words, told(cells[category], exactly=exactly))
            for category, words in breakdown.categories.items()
            if category in cells
        ),
    )
