"""Reading the regions: their municipalities and centre cities, the mergers, and in which region a municipality lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker.database import db, like
from alliance_tracker.regions.models import Municipality, Region, RegionFollowUp

_is_current = Municipality.valid_until.is_(None)


@dataclass(frozen=True)
class RegionRow:
    """A region in the table and on the map."""

    code: str
    name: str
    province: str
    municipalities: int
    centre_cities: tuple[str, ...]
    stem_poor: bool
    stem_poor_reason: str
    next_step: str
    next_step_on: date | None


def overview() -> list[RegionRow]:
    """The 15 regions by name, each with what its municipalities count."""
    counts = (
        sa.select(Municipality.region_code, sa.func.count().label("n"))
        .where(_is_current)
        .group_by(Municipality.region_code)
        .subquery()
    )
    cities = centre_cities()
    rows = db().execute(
        sa.select(
            Region.code,
            Region.name,
            Region.province,
            sa.func.coalesce(counts.c.n, 0),
            sa.func.coalesce(RegionFollowUp.stem_poor, sa.false()),
            sa.func.coalesce(RegionFollowUp.stem_poor_reason, ""),
            sa.func.coalesce(RegionFollowUp.next_step, ""),
            RegionFollowUp.next_step_on,
        )
        .outerjoin(counts, counts.c.region_code == Region.code)
        .outerjoin(RegionFollowUp, RegionFollowUp.region_code == Region.code)
    )
    found = [
        RegionRow(code, name, province, count, tuple(cities.get(code, ())), bool(poor), reason, step, on)
        for code, name, province, count, poor, reason, step, on in rows
    ]
    return sorted(found, key=lambda row: row.name)


def names() -> dict[str, str]:
    """The names of the 15 regions by code, in the order of their names."""
    rows = db().execute(sa.select(Region.code, Region.name).order_by(Region.name))
    return {code: name for code, name in rows}  # noqa: C416  # rows are not pairs to mypy


def centre_cities() -> Mapping[str, list[str]]:
    """The names of the centre cities of today by the code of their region."""
    cities: dict[str, list[str]] = {}
    for code, name in db().execute(
        sa.select(Municipality.region_code, Municipality.name)
        .where(_is_current, Municipality.is_centre_city)
        .order_by(Municipality.name_folded)
    ):
        cities.setdefault(code, []).append(name)
    return cities


def municipalities_of(region_code: str) -> Sequence[Municipality]:
    """The municipalities of today in this region, by name."""
    return (
        db()
        .scalars(
            sa.select(Municipality)
            .where(_is_current, Municipality.region_code == region_code)
            .order_by(Municipality.name_folded)
        )
        .all()
    )


@dataclass(frozen=True)
class Merger:
    """Municipalities that became one, and the first day of the new one."""

    name: str
    since: date
    former: tuple[str, ...]


def mergers_of(region_code: str) -> list[Merger]:
    """The mergers from which a municipality of this region came, by the name of the new one."""
    successor = aliased(Municipality)
    rows = db().execute(
        sa.select(successor.name, successor.valid_from, Municipality.name)
        .join(successor, successor.id == Municipality.successor_id)
        .where(successor.region_code == region_code)
        .order_by(successor.name_folded, Municipality.name_folded)
    )
    found: dict[tuple[str, date], list[str]] = {}
    for name, since, former in rows:
        found.setdefault((name, since), []).append(former)
    return [Merger(name, since, tuple(former)) for (name, since), former in found.items()]


@dataclass(frozen=True)
class Place:
    """A municipality that somebody looks for; `became` is set when it merged into another."""

    name: str
    region_code: str
    region: str
    became: str


def places(q: str) -> list[Place]:
    """At most twenty municipalities, of today or merged since, whose name holds `q`."""
    if not q.strip():
        return []
    successor = aliased(Municipality)
    rows = db().execute(
        sa.select(Municipality.name, Region.code, Region.name, sa.func.coalesce(successor.name, ""))
        .join(Region, Region.code == Municipality.region_code)
        .outerjoin(successor, successor.id == Municipality.successor_id)
        .where(
            Municipality.name_folded.like(like(q), escape="\\"),
            # A municipality that kept its name in the merger is found as it is today.
            sa.or_(successor.id.is_(None), successor.name_folded != Municipality.name_folded),
        )
        .order_by(Municipality.name_folded, Municipality.id)
        .limit(20)
    )
    return [Place(*row) for row in rows]


def follow_up_of(region_code: str) -> RegionFollowUp | None:
    """What the project manager keeps about this region, if anything yet."""
    return db().get(RegionFollowUp, region_code)


@dataclass(frozen=True)
class MunicipalityChoice:
    """A municipality of today that a form may offer, with its region."""

    id: int
    name: str
    is_centre_city: bool
    region_code: str
    region: str
    #: The municipalities of before a merger that became this one.
    former: tuple[str, ...]


def municipality_choices() -> list[MunicipalityChoice]:
    """All 285 municipalities of today, by region and name."""
    former: dict[int, list[str]] = {}
    for successor_id, name in db().execute(
        sa.select(Municipality.successor_id, Municipality.name).where(Municipality.successor_id.is_not(None))
    ):
        former.setdefault(successor_id or 0, []).append(name)
    rows = db().execute(
        sa.select(Municipality.id, Municipality.name, Municipality.is_centre_city, Region.code, Region.name)
        .join(Region, Region.code == Municipality.region_code)
        .where(_is_current)
        .order_by(Region.name, Municipality.name_folded)
    )
    return [MunicipalityChoice(*row, tuple(former.get(row.id, ()))) for row in rows]
