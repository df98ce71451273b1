"""How a pioneer spreads in its region: who is at work there, and where."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker.alliances.lifecycle import LIFECYCLE
from alliance_tracker.alliances.models import Alliance, AllianceStatus, PioneerMandate, WorkingArea
from alliance_tracker.database import db
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.blocks import Block, Figures, Row
from alliance_tracker.impact_reports.material import Material, Written
from alliance_tracker.regions.models import Municipality
from alliance_tracker.workflow import StatusEvent


def works_on(day: date) -> sa.ColumnElement[bool]:
    """A municipality was part of a working area on that day.

    An alliance that was entered later than it was founded has no earlier area: what was recorded first holds from the
    beginning.
    """
    own = aliased(WorkingArea)
    first = (
        sa.select(sa.func.min(own.since))
        .where(own.alliance_id == WorkingArea.alliance_id)
        .correlate(WorkingArea)
        .scalar_subquery()
    )
    on = sa.case((first > day, first), else_=sa.literal(day, sa.Date))
    return sa.and_(WorkingArea.since <= on, sa.or_(WorkingArea.until.is_(None), WorkingArea.until >= on))


def region(material: Material) -> Written:
    """For a pioneer: the alliances of its region at the end of the year, and where in the region one was at work."""
    code, day = material.alliance.region_code, material.state_day
    municipalities = list(
        db().scalars(
            sa.select(Municipality)
            .where(
                Municipality.region_code == code,
                Municipality.valid_from <= day,
                sa.or_(Municipality.valid_until.is_(None), Municipality.valid_until >= day),
            )
            .order_by(Municipality.name_folded)
        )
    )
    stood = _alliances_at(code, day)
    active = [row.id for row in stood if row.status is AllianceStatus.ACTIVE]
    covered = set(
        db().scalars(
            sa.select(WorkingArea.municipality_id).where(WorkingArea.alliance_id.in_(active), works_on(day)).distinct()
        )
    )
    cities = [each for each in municipalities if each.is_centre_city]
    found: list[Block] = [
        blocks.fact(
            "municipalities",
            Message("Municipalities with an alliance"),
            blocks.words(
                Message(
                    "%(n)s of %(all)s", n=sum(each.id in covered for each in municipalities), all=len(municipalities)
                )
            ),
            source=Message("The working areas of the active alliances of the region on %(on)s.", on=day),
            address=f"/regions/{code}",
        ),
        _alliances(material, stood),
    ]
    if cities:
        found.append(_cities(material, cities, covered))
    return Written(Figures(tuple(found)))


@dataclass(frozen=True)
class Stood:
    """An alliance of the region as it stood on a day."""

    id: int
    name: str
    status: AllianceStatus
    founded_on: date | None


def _alliances_at(code: str, day: date) -> list[Stood]:
    """The alliances of a region that existed on that day, with their state of then, by name."""
    rows = db().execute(
        sa.select(Alliance.id, Alliance.name, Alliance.founded_on, StatusEvent.target)
        .outerjoin(
            StatusEvent,
            sa.and_(
                StatusEvent.lifecycle == LIFECYCLE.name, StatusEvent.subject_id == Alliance.id, StatusEvent.on <= day
            ),
        )
        .where(Alliance.region_code == code)
        .order_by(Alliance.name_folded, Alliance.id, StatusEvent.id)
    )
    last: dict[int, Stood] = {}
    for number, name, founded_on, target in rows:
        if target is not None:
            last[number] = Stood(number, name, AllianceStatus(target), founded_on)
    return list(last.values())


def _alliances(material: Material, stood: list[Stood]) -> Block:
    return blocks.table(
        "alliances",
        Message("Alliances in the region"),
        {"alliance": Message("Alliance"), "state": Message("How it stands"), "since": Message("Founded on")},
        [
            Row(f"alliance-{row.id}", (blocks.text(row.name), blocks.words(row.status), blocks.day(row.founded_on)))
            for row in stood
            if row.status is not AllianceStatus.INITIATIVE or row.id == material.alliance.id
        ],
        source=Message("The alliances in the register, as on %(on)s.", on=material.state_day),
        empty=Message("There was no alliance in the region yet."),
    )


def _cities(material: Material, cities: list[Municipality], covered: set[int]) -> Block:
    return blocks.table(
        "cities",
        Message("Centre cities"),
        {"city": Message("Centre city"), "state": Message("Has an alliance")},
        [
            Row(
                city.nis_code,
                (
                    blocks.text(city.name),
                    blocks.words(Message("yes"), "good") if city.id in covered else blocks.words(Message("no"), "warn"),
                ),
                f"/regions/{material.alliance.region_code}",
            )
            for city in cities
        ],
        source=Message("The working areas of the active alliances of the region on %(on)s.", on=material.state_day),
    )


def is_pioneer(material: Material) -> bool:
    """Whether the alliance held the mandate of its region on some day of the year."""
    found = db().scalar(
        sa.select(PioneerMandate.id)
        .where(
            PioneerMandate.alliance_id == material.alliance.id,
            PioneerMandate.since <= material.last,
            sa.or_(PioneerMandate.until.is_(None), PioneerMandate.until >= material.first),
        )
        .limit(1)
    )
    return found is not None
