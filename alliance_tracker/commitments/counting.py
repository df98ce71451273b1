"""What the deliveries of an instalment add up to; written with every delivery and answer, recomputed by check-data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

import sqlalchemy as sa

from alliance_tracker.commitments.models import Delivery, Instalment
from alliance_tracker.database import db

ZERO = Decimal(0)


@dataclass(frozen=True)
class Count:
    """The deliveries of an instalment: reported (undisputed), confirmed of that, disputes, and when it was kept."""

    reported: Decimal
    confirmed: Decimal
    disputes: int
    delivered_on: date | None


def count_of(quantity: Decimal, deliveries: Iterable[Delivery]) -> Count:
    """Count deliveries that stand, in the order of their days; the promise is kept by the one that reaches `quantity`.

    A disputed delivery counts for nothing until the dispute is settled.
    """
    reported = confirmed = ZERO
    disputes = 0
    kept_on = None
    for row in sorted(deliveries, key=lambda row: (row.on, row.id)):
        if row.disputes:
            disputes += 1
            continue
        reported += row.quantity
        confirmed += row.quantity if row.confirmations else ZERO
        if kept_on is None and reported >= quantity:
            kept_on = row.on
    return Count(reported, confirmed, disputes, kept_on)


def recount(row: Instalment) -> None:
    """Write what the deliveries of `row` add up to, in its own columns; deliveries must be flushed."""
    found = count_of(row.quantity, db().scalars(_standing().where(Delivery.instalment_id == row.id)))
    row.reported, row.confirmed = found.reported, found.confirmed
    row.disputes, row.delivered_on = found.disputes, found.delivered_on


def _standing() -> sa.Select[Delivery]:
    return sa.select(Delivery).where(Delivery.withdrawn_at.is_(None)).order_by(Delivery.instalment_id, Delivery.id)


def drift() -> Iterator[str]:
    """Each instalment whose columns differ from its deliveries, in a sentence for the operator."""
    standing = {
        number: list(rows) for number, rows in groupby(db().scalars(_standing()), key=lambda row: row.instalment_id)
    }
    for row in db().scalars(sa.select(Instalment).order_by(Instalment.id)):
        facts = count_of(row.quantity, standing.get(row.id, []))
        kept = Count(row.reported, row.confirmed, row.disputes, row.delivered_on)
        if kept != facts:
            yield f"instalment {row.id} is kept as {kept}, its deliveries say {facts}"
