"""What the deliveries of an instalment add up to; written with every delivery and answer, recomputed by check-data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

import sqlalchemy as sa

from alliance_tracker.commitments.models import Answer, Confirmation, Delivery, Instalment, Side
from alliance_tracker.database import db
from alliance_tracker.organisations.models import ProgrammeOffice

ZERO = Decimal(0)

#: Convenants are a layer up; only these columns are needed here.
_party = sa.table(
    "convenant_party",
    sa.column("organisation_id", sa.Integer),
    sa.column("convenant_version_id", sa.Integer),
    sa.column("side", sa.String),
)
_version = sa.table(
    "convenant_version",
    sa.column("id", sa.Integer),
    sa.column("convenant_id", sa.Integer),
    sa.column("status", sa.String),
)


@dataclass(frozen=True)
class Count:
    """The deliveries of an instalment: reported (undisputed), confirmed of that, disputed, and when it was kept.

    `claimed_on` is when it was kept if no dispute counted.
    """

    reported: Decimal
    confirmed: Decimal
    disputes: int
    disputed: Decimal
    delivered_on: date | None
    claimed_on: date | None


def count_of(quantity: Decimal, deliveries: Iterable[Delivery]) -> Count:
    """Count deliveries that stand, in the order of their days; the promise is kept by the one that reaches `quantity`.

    A disputed delivery counts for nothing until the dispute is settled.
    """
    reported = confirmed = disputed = claimed = ZERO
    disputes = 0
    kept_on = claimed_on = None
    for row in sorted(deliveries, key=lambda row: (row.on, row.id)):
        claimed += row.quantity
        if claimed_on is None and claimed >= quantity:
            claimed_on = row.on
        if row.disputes:
            disputes += 1
            disputed += row.quantity
            continue
        reported += row.quantity
        confirmed += row.quantity if row.confirmations else ZERO
        if kept_on is None and reported >= quantity:
            kept_on = row.on
    return Count(reported, confirmed, disputes, disputed, kept_on, claimed_on)


def recount(row: Instalment, *, quantity: Decimal | None = None) -> None:
    """Write what the deliveries of `row` add up to, in its own columns; hold its lock. `quantity` is promised anew.

    Deliveries are read anew: another transaction may have changed one that this session read before it had the lock.
    """
    db().flush()
    own = _standing().where(Delivery.instalment_id == row.id).execution_options(populate_existing=True)
    deliveries = db().scalars(own).all()
    # The promise and the day on which it was kept are written together: the database compares them.
    row.quantity = row.quantity if quantity is None else quantity
    found = count_of(row.quantity, deliveries)
    row.reported, row.confirmed = found.reported, found.confirmed
    row.disputes, row.disputed = found.disputes, found.disputed
    row.delivered_on, row.claimed_on = found.delivered_on, found.claimed_on


def recount_answers(delivery: Delivery) -> None:
    """Write how many organisations confirm and dispute `delivery`: of each the newest answer counts."""
    db().flush()
    answers = db().execute(_answers().where(Confirmation.delivery_id == delivery.id))
    delivery.confirmations, delivery.disputes = _tally({row.organisation_id: row.answer for row in answers})


def _answers() -> sa.Select[int, int, Answer]:
    columns = (Confirmation.delivery_id, Confirmation.organisation_id, Confirmation.answer)
    return sa.select(*columns).order_by(Confirmation.id)


def _tally(newest: Mapping[int, Answer]) -> tuple[int, int]:
    said = list(newest.values())
    return said.count(Answer.CONFIRMS), said.count(Answer.DISPUTES)


def _wrong_sides() -> Iterator[str]:
    """Promises and deliveries on another side than whoever bears or made them.

    A bearer stands where the versions in force name it; what VLAIO delivered stands with the government for ever.
    """
    named = (
        sa.select(Instalment.id, Instalment.side, _party.c.side)
        .join(_version, _version.c.convenant_id == Instalment.convenant_id)
        .join(
            _party,
            (_party.c.convenant_version_id == _version.c.id) & (_party.c.organisation_id == Instalment.organisation_id),
        )
        .where(_version.c.status == "in-force", _party.c.side != Instalment.side)
        .order_by(Instalment.id)
    )
    for number, side, facts in db().execute(named):
        yield f"instalment {number} is kept on the side {side}, its bearer is a party on the side {facts}"
    own = (
        sa.select(Delivery.id)
        .join(ProgrammeOffice, ProgrammeOffice.organisation_id == Delivery.organisation_id)
        .where(Delivery.side != Side.GOVERNMENT)
        .order_by(Delivery.id)
    )
    for number in db().scalars(own):
        yield f"delivery {number} is VLAIO's, and is kept on the side of the partners"


def _standing() -> sa.Select[Delivery]:
    return sa.select(Delivery).where(Delivery.withdrawn_at.is_(None)).order_by(Delivery.instalment_id, Delivery.id)


def drift() -> Iterator[str]:
    """Each row whose columns differ from what they count or follow, in a sentence for the operator."""
    yield from _wrong_sides()
    newest: dict[int, dict[int, Answer]] = defaultdict(dict)
    for delivery_id, organisation_id, answer in db().execute(_answers()):
        newest[delivery_id][organisation_id] = answer
    for delivery in db().scalars(sa.select(Delivery).order_by(Delivery.id)):
        confirmations, disputes = _tally(newest[delivery.id])
        if (delivery.confirmations, delivery.disputes) != (confirmations, disputes):
            yield (
                f"delivery {delivery.id} is kept with {delivery.confirmations} confirmations and {delivery.disputes} "
                f"disputes, its answers say {confirmations} and {disputes}"
            )
    standing = {
        number: list(rows) for number, rows in groupby(db().scalars(_standing()), key=lambda row: row.instalment_id)
    }
    for row in db().scalars(sa.select(Instalment).order_by(Instalment.id)):
        facts = count_of(row.quantity, standing.get(row.id, []))
        kept = Count(row.reported, row.confirmed, row.disputes, row.disputed, row.delivered_on, row.claimed_on)
        if kept != facts:
            yield f"instalment {row.id} is kept as {kept}, its deliveries say {facts}"
