"""How promises went from one organisation to another, under the names that these had on that day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker.commitments.models import Inheritance, Instalment
from alliance_tracker.database import db
from alliance_tracker.organisations.models import OrganisationName


@dataclass(frozen=True)
class Passage:
    """An instalment that went from one organisation to another, or ended; names as they were on that day."""

    instalment_id: int
    from_id: int
    former: str
    to_id: int | None
    heir: str
    on: date
    reason: str


def passages(ids: Any) -> dict[int, list[Passage]]:
    """Who passed these instalments on to whom, the first one first, under the names of that day; one statement.

    `ids` are the instalments, or a query that finds them.
    """
    giver, heir = aliased(OrganisationName), aliased(OrganisationName)
    found: dict[int, list[Passage]] = defaultdict(list)
    rows = db().execute(
        sa.select(
            Inheritance.instalment_id,
            Inheritance.from_organisation_id,
            giver.name,
            Inheritance.to_organisation_id,
            sa.func.coalesce(heir.name, ""),
            Inheritance.on,
            Inheritance.reason,
        )
        .select_from(Inheritance)
        .join(giver, _named_on(giver, Inheritance.from_organisation_id))
        .outerjoin(heir, _named_on(heir, Inheritance.to_organisation_id))
        .where(Inheritance.instalment_id.in_(ids))
        .order_by(Inheritance.id)
    )
    for row in rows:
        found[row[0]].append(Passage(*row))
    return found


def is_passed_on() -> sa.ColumnElement[bool]:
    """Whoever gave this instalment away does not bear it today; a condition on `Inheritance` and its `Instalment`."""
    return sa.and_(
        Inheritance.to_organisation_id.is_not(None), Inheritance.from_organisation_id != Instalment.organisation_id
    )


def passed_on_by(*where: sa.ColumnElement[bool]) -> dict[int, list[Passage]]:
    """What each organisation passed on of the instalments that answer to `where`, as it went last; one statement."""
    given = sa.select(Inheritance.instalment_id).join(Instalment, Instalment.id == Inheritance.instalment_id)
    last: dict[tuple[int, int], Passage] = {}
    for found in passages(given.where(*where, is_passed_on())).values():
        bearer = found[-1].to_id or found[-1].from_id  # what ended stayed where it was
        last |= {(row.from_id, row.instalment_id): row for row in found if row.from_id != bearer}
    by: dict[int, list[Passage]] = defaultdict(list)
    for (organisation_id, _), row in last.items():
        by[organisation_id].append(row)
    return by


def _named_on(name: Any, organisation_id: Any) -> sa.ColumnElement[bool]:
    """The one name that an organisation had when it passed something on; the last one of that day."""
    other = aliased(OrganisationName)
    newest = (
        sa.select(sa.func.max(other.id))
        .where(
            other.organisation_id == organisation_id,
            other.since <= Inheritance.on,
            sa.or_(other.until.is_(None), other.until >= Inheritance.on),
        )
        .correlate(Inheritance)
        .scalar_subquery()
    )
    first = (
        sa.select(sa.func.min(other.id))
        .where(other.organisation_id == organisation_id)
        .correlate(Inheritance)
        .scalar_subquery()
    )
    condition: sa.ColumnElement[bool] = name.id == sa.func.coalesce(newest, first)
    return condition
