"""A part of the pilots of an alliance with their tags and their reach per year, for whoever reads them by program."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.pilots import queries
from alliance_tracker.pilots.models import PilotDecision, PilotStatus, PilotTag
from alliance_tracker.pilots.reach_reading import Year, years_of


@dataclass(frozen=True)
class PilotInFull:
    """One pilot with everything that can be counted."""

    id: int
    name: str
    status: PilotStatus
    starts_on: date
    ends_on: date | None
    started_on: date | None
    finished_on: date | None
    place: str
    goal_id: int | None
    pillars: tuple[Pillar, ...]
    decision: PilotDecision | None
    tags: tuple[PilotTag, ...]
    years: tuple[Year, ...]


def window(alliance_id: int, *, limit: int, offset: int, exactly: bool) -> tuple[int, list[PilotInFull]]:
    """How many pilots there are, and those from `offset` on, the newest first."""
    every = queries.lines_of(alliance_id, exactly=exactly)
    lines = every[offset : offset + limit]
    ids = [line.id for line in lines]
    years = years_of(ids, exactly=exactly)
    tags: dict[int, list[PilotTag]] = {pilot_id: [] for pilot_id in ids}
    current = sa.select(PilotTag).where(PilotTag.pilot_id.in_(ids), PilotTag.is_withdrawn.is_(False))
    for tag in db().scalars(current.order_by(PilotTag.scheme, PilotTag.key)):
        tags[tag.pilot_id].append(tag)
    return len(every), [
        PilotInFull(
            id=line.id,
            name=line.name,
            status=line.status,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            started_on=line.started_on,
            finished_on=line.finished_on,
            place=line.place,
            goal_id=line.goal_id,
            pillars=line.pillars,
            decision=line.decision,
            tags=tuple(tags[line.id]),
            years=tuple(years[line.id]),
        )
        for line in lines
    ]
