"""Reads about alliances: their working area, mandates, and the ones that a person may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, PioneerMandate, WorkingArea
from alliance_tracker.database import db, folded, today
from alliance_tracker.i18n import Message
from alliance_tracker.regions.models import Municipality, Region


def area_of(alliance_id: int) -> Sequence[Municipality]:
    """The municipalities in which an alliance works today, by name."""
    return (
        db()
        .scalars(
            sa.select(Municipality)
            .join(WorkingArea, WorkingArea.municipality_id == Municipality.id)
            .where(WorkingArea.alliance_id == alliance_id, WorkingArea.until.is_(None))
            .order_by(Municipality.name, Municipality.id)
        )
        .all()
    )


def mandates_of(alliance_id: int) -> Sequence[PioneerMandate]:
    """The pioneer mandates of an alliance, the newest first."""
    return (
        db()
        .scalars(
            sa.select(PioneerMandate)
            .where(PioneerMandate.alliance_id == alliance_id)
            .order_by(PioneerMandate.since.desc(), PioneerMandate.id.desc())
        )
        .all()
    )


def in_force(on: date) -> sa.ColumnElement[bool]:
    """The condition that a pioneer mandate covers the day `on`."""
    return sa.and_(PioneerMandate.since <= on, sa.or_(PioneerMandate.until.is_(None), PioneerMandate.until >= on))


@dataclass(frozen=True)
class Pioneer:
    """The alliance with the mandate of a region today."""

    region_code: str
    alliance_id: int
    slug: str
    name: str
    since: date


def pioneers(on: date | None = None) -> dict[str, Pioneer]:
    """The pioneer of each region that has one on the day `on` (today)."""
    rows = db().execute(
        sa.select(PioneerMandate.region_code, Alliance.id, Alliance.slug, Alliance.name, PioneerMandate.since)
        .join(Alliance, Alliance.id == PioneerMandate.alliance_id)
        .where(in_force(on or today()))
    )
    return {row.region_code: Pioneer(*row) for row in rows}


def doubts(name: str, region_code: str, municipality_ids: Iterable[int]) -> list[Message]:
    """What may be a mistake in a proposal, though it is allowed: its name elsewhere, a place in another region."""
    elsewhere = (
        sa.select(Region.name)
        .join(Alliance, Alliance.region_code == Region.code)
        .where(Alliance.name_folded == folded(name), Region.code != region_code)
        .distinct()
        .order_by(Region.name)
    )
    outside = (
        sa.select(Municipality.name, Region.name)
        .join(Region, Region.code == Municipality.region_code)
        .where(Municipality.id.in_(set(municipality_ids)), Municipality.region_code != region_code)
        .order_by(Municipality.name)
    )
    return [
        *(
            Message(
                "There is an alliance or initiative with this name in another region already: %(region)s.", region=r
            )
            for r in db().scalars(elsewhere)
        ),
        *(
            Message("%(municipality)s lies in another region: %(region)s.", municipality=place, region=region)
            for place, region in db().execute(outside)
        ),
    ]
