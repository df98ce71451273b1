"""Drawing rights: written in a draft, made when a version comes into force, closed when the convenant ends."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, lock, write_rows
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight, Payment, PlannedRight
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor

CENT = Decimal("0.01")
NOTHING = Decimal(0)
#: More than any alliance will be granted in a year; a slip of the keyboard.
LARGEST = Decimal(10) ** 9


def check_amount(field: str, amount: Decimal) -> None:
    """:raise FieldRefused: it is not an amount in euro and cents."""
    if amount != amount.quantize(CENT):
        raise FieldRefused(field, Message("Give an amount in euro with at most two decimals."))
    if amount > LARGEST:
        raise FieldRefused(field, Message("This number is too large to be true."))


def plan(version_id: int, alliance_id: int, before: list[PlannedRight], ceilings: Mapping[int, Decimal]) -> None:
    """Let a draft say these ceilings by calendar year, in euro; a year that is left out has none.

    `before` are the rows of that version; they are changed in place.
    """
    for amount in ceilings.values():
        check_amount("rights", amount)
    make = partial(PlannedRight, alliance_id=alliance_id, convenant_version_id=version_id)
    write_rows(before, {year: {"ceiling": amount} for year, amount in ceilings.items()}, key="year", make=make)


def of_convenant(convenant_id: int) -> list[DrawingRight]:
    """The rights of a running or ended convenant, by year."""
    return list(
        db().scalars(
            sa.select(DrawingRight).where(DrawingRight.convenant_id == convenant_id).order_by(DrawingRight.year)
        )
    )


def short_of_drawn(convenant_id: int, planned: Iterable[PlannedRight]) -> list[Message]:
    """Sentences for the years in which a new version would grant less than was drawn already."""
    ceilings = {row.year: row.ceiling for row in planned}
    return [
        Message("Of %(year)s more was drawn already than this version grants.", year=str(right.year))
        for right in of_convenant(convenant_id)
        if right.drawn > ceilings.get(right.year, Decimal(0))
    ]


def materialise(
    convenant_id: int, alliance: Alliance, planned: Iterable[PlannedRight], *, decision_days: int, actor: Actor
) -> None:
    """Let the rights of a convenant say what the version that comes into force grants.

    :raise Refused: a year would fall below what was drawn of it.
    """
    wanted = {row.year: row.ceiling for row in planned}
    rights = {row.year: row for row in of_convenant(convenant_id)}
    for row in rights.values():
        lock(row)  # a drawdown may be decided at this very moment
    if short := short_of_drawn(convenant_id, planned):
        raise Refused(short[0])
    for year, ceiling in wanted.items():
        right = rights.get(year)
        if right is None:
            right = DrawingRight(
                alliance_id=alliance.id,
                region_code=alliance.region_code,
                convenant_id=convenant_id,
                year=year,
                ceiling=ceiling,
                decision_days=decision_days,
            )
            db().add(right)
            db().flush()  # gives the right its id
            audit.record("drawing_right.granted", right, actor=actor)
            continue
        right.decision_days = decision_days
        if right.ceiling != ceiling:
            right.ceiling = ceiling
            audit.record("drawing_right.changed", right, actor=actor)
    for year, right in rights.items():
        if year not in wanted and right.ceiling:
            right.ceiling = Decimal(0)
            audit.record("drawing_right.changed", right, actor=actor)


def close(convenant_id: int, *, on: date, actor: Actor) -> None:
    """Let nothing more be asked of these rights after the day `on`; what was approved can still be paid."""
    for right in of_convenant(convenant_id):
        lock(right)
        right.closed_on = on
        audit.record("drawing_right.closed", right, actor=actor)


def drift() -> Iterator[str]:
    """Each right and drawdown of which an amount differs from what it follows from, in a sentence for the operator."""
    approved = sa.case((Drawdown.status == DrawdownStatus.APPROVED, Drawdown.amount))
    sums = (
        sa.select(Drawdown.drawing_right_id, sa.func.sum(approved), sa.func.sum(Drawdown.paid))
        .group_by(Drawdown.drawing_right_id)
        .order_by(Drawdown.drawing_right_id)
    )
    facts = {right: (drawn or NOTHING, paid or NOTHING) for right, drawn, paid in db().execute(sums)}
    for number, *kept in db().execute(
        sa.select(DrawingRight.id, DrawingRight.drawn, DrawingRight.paid).order_by(DrawingRight.id)
    ):
        drawn, paid = facts.get(number, (NOTHING, NOTHING))
        if tuple(kept) != (drawn, paid):
            words = f"drawn {kept[0]} and paid {kept[1]}"
            yield f"drawing right {number} is kept as {words}, its drawdowns say {drawn} and {paid}"
    rows = db().execute(
        sa.select(Drawdown.id, Drawdown.paid, sa.func.sum(Payment.amount))
        .outerjoin(Payment, Payment.drawdown_id == Drawdown.id)
        .group_by(Drawdown.id, Drawdown.paid)
        .order_by(Drawdown.id)
    )
    for number, kept_paid, total in rows:
        if kept_paid != (total or NOTHING):
            yield f"drawdown {number} is kept as paid {kept_paid}, its payments say {total or NOTHING}"
