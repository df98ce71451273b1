"""Logging what a bearer delivered, and withdrawing what was logged wrongly; the instalment is counted anew with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import counting, shares
from alliance_tracker.commitments.models import CommitmentWording, Delivery, Instalment, Unit
from alliance_tracker.commitments.states import ACCEPTED_AFTER
from alliance_tracker.database import db, lock, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Amount, Message
from alliance_tracker.policy import Actor, Permission

#: Who delivers so many times what was promised made a mistake in typing.
PLAUSIBLE = 100
#: More euro than any alliance will ever see; beyond it no sum is kept.
MOST_EURO = Decimal(10) ** 10

#: Convenants are a layer up; only these columns are needed here.
_convenant = sa.table("convenant", sa.column("id"), sa.column("in_force_on", sa.Date))


@dataclass(frozen=True)
class Draft:
    """What somebody wants to log: the day, how much, and what there is to tell of it."""

    on: date
    quantity: Decimal
    note: str = ""


def instalment_by_id(instalment_id: int) -> Instalment | None:
    """An instalment with its commitment, its wording and its bearers, as it stands now."""
    return (
        db()
        .scalars(
            sa.select(Instalment)
            .where(Instalment.id == instalment_id)
            .options(
                selectinload(Instalment.commitment),
                selectinload(Instalment.wording),
                selectinload(Instalment.organisation),
                selectinload(Instalment.first_organisation),
            )
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def delivery_by_id(delivery_id: int) -> Delivery | None:
    """A delivery with its organisation and instalment, as it stands now."""
    promised = selectinload(Delivery.instalment)
    return (
        db()
        .scalars(
            sa.select(Delivery)
            .where(Delivery.id == delivery_id)
            .options(
                selectinload(Delivery.organisation),
                promised.selectinload(Instalment.commitment),
                promised.selectinload(Instalment.wording),
            )
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def log(instalment: Instalment, draft: Draft, *, actor: Actor) -> Delivery:
    """Log what the bearer of an instalment did; more than was promised may be delivered.

    :raise FieldRefused: the day lies in the future or before the convenant, or the quantity is not possible.
    :raise Refused: it was waived, or the alliance has ended.
    """
    policy.require(actor, Permission.DELIVERY_LOG, instalment)
    check_open(db().get_one(Alliance, instalment.alliance_id))
    lock(instalment)
    policy.require(actor, Permission.DELIVERY_LOG, instalment)  # another bearer may have inherited it just now
    wording = db().get_one(CommitmentWording, instalment.wording_id)
    value = checked(instalment, wording, draft, first_day(instalment))
    assert actor.user_id is not None  # noqa: S101  # deliveries are logged by people
    delivery = Delivery(
        alliance_id=instalment.alliance_id,
        instalment_id=instalment.id,
        organisation_id=instalment.organisation_id,
        side=instalment.side,
        on=draft.on,
        quantity=draft.quantity,
        value=value,
        note=draft.note,
        logged_by_id=actor.user_id,
        logged_at=now(),
        accepted_from=today() + ACCEPTED_AFTER,
        confirmations=0,
        disputes=0,
    )
    db().add(delivery)
    db().flush()  # gives the delivery its id
    counting.recount(instalment)
    audit.record("delivery.logged", delivery, actor=actor, **facts_of(instalment, wording.unit, delivery))
    return delivery


def facts_of(instalment: Instalment, unit: Unit, delivery: Delivery) -> dict[str, Any]:
    """What a sentence of the history tells of a delivery besides its day."""
    return {
        "organisation_id": delivery.organisation_id,
        "commitment_id": instalment.commitment_id,
        "quantity": str(delivery.quantity.quantize(unit.smallest)),
        "unit": unit.value,
    }


def first_day(instalment: Instalment) -> date:
    """The first day that can be logged: of the year in which the convenant came into force, or of an earlier promise.

    Convenants are often signed while the work has begun already.
    """
    return first_days([instalment])[instalment.id]


def first_days(instalments: Iterable[Instalment]) -> dict[int, date]:
    """The same for several instalments, by id, in one statement."""
    rows = list(instalments)
    running = db().execute(
        sa.select(_convenant.c.id, _convenant.c.in_force_on).where(
            _convenant.c.id.in_({row.convenant_id for row in rows})
        )
    )
    since = {number: in_force_on for number, in_force_on in running if in_force_on is not None}
    return {
        row.id: date(min(row.year, since[row.convenant_id].year if row.convenant_id in since else row.year), 1, 1)
        for row in rows
    }


def checked(instalment: Instalment, wording: CommitmentWording, draft: Draft, first: date) -> Decimal | None:
    """What the delivery is worth in euro, once it is found possible; `first` is the first day that can be logged.

    :raise FieldRefused: the day lies in the future or before `first`, or the quantity is not possible.
    :raise Refused: the instalment was waived.
    """
    if instalment.is_waived:
        raise Refused(Message("This was waived: nothing of it is to be delivered any more."))
    if draft.on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))
    if draft.on < first:
        raise FieldRefused("on", Message("Choose %(on)s or a later day.", on=first))
    return _checked_value(instalment, wording, draft.quantity)


def _checked_value(instalment: Instalment, wording: CommitmentWording, quantity: Decimal) -> Decimal | None:
    """What the quantity is worth, once it is found possible."""
    if quantity <= 0:
        raise FieldRefused("quantity", Message("Give more than zero: what was not delivered need not be logged."))
    if quantity != quantity.quantize(wording.unit.smallest):
        if wording.unit.decimals:
            raise FieldRefused("quantity", Message("Give at most two decimals."))
        raise FieldRefused("quantity", Message("Give a whole number of %(unit)s.", unit=wording.unit.label))
    value = shares.value_of(quantity, wording.unit, wording.unit_value)
    if quantity > instalment.quantity * PLAUSIBLE or (value is not None and value > MOST_EURO):
        raise FieldRefused(
            "quantity",
            Message(
                "This is far more than the %(promised)s that was promised. Check the number.",
                promised=Amount(instalment.quantity, wording.unit),
            ),
        )
    return value


def withdraw(delivery: Delivery, *, reason: str, actor: Actor) -> None:
    """Withdraw a delivery that was logged wrongly: it stays readable, and counts no longer.

    :raise FieldRefused: there is no reason.
    :raise Refused: it was withdrawn before, or the alliance has ended.
    """
    policy.require(actor, Permission.DELIVERY_WITHDRAW, delivery)
    check_open(db().get_one(Alliance, delivery.alliance_id))
    instalment = hold(delivery)
    if delivery.withdrawn_at is not None:
        raise Refused(Message("This delivery was withdrawn already."))
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    delivery.withdrawn_at, delivery.withdraw_reason = now(), reason
    counting.recount(instalment)
    unit = db().get_one(CommitmentWording, instalment.wording_id).unit
    facts = facts_of(instalment, unit, delivery)
    audit.record("delivery.withdrawn", delivery, actor=actor, reason=reason, **facts)


def hold(delivery: Delivery) -> Instalment:
    """Hold a delivery with its instalment, which is always taken first, so that two never wait for each other."""
    instalment = db().get_one(Instalment, delivery.instalment_id)
    lock(instalment)
    lock(delivery)
    return instalment
