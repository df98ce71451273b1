"""Numbers of an account, always beside the lines that make them: counts of instalments, and money in euro.

Every instalment is counted once: delivered, disputed, waived, late, or open and in time. Nothing is weighed or folded
into a grade. The states are those of `commitments.states`, as expressions, so a number and a line agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.accountability.models import Explanation, ExplanationStatus
from alliance_tracker.alliances.models import Partner
from alliance_tracker.commitments.models import CommitmentKind, CommitmentWording, Delivery, Instalment
from alliance_tracker.commitments.states import DELIVERY, INSTALMENT, DeliveryState, InstalmentState, was_ever_late
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights.models import Drawdown, DrawingRight

ZERO = Decimal(0)


@dataclass(frozen=True)
class Counts:
    """How many instalments, each in one of five states; `was_late` counts those that were late at any time."""

    promised: int = 0
    delivered: int = 0
    open: int = 0
    late: int = 0
    disputed: int = 0
    waived: int = 0
    was_late: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass(frozen=True)
class Money:
    """Euro of commitments in money: pledged (not waived), and what was paid of it by how sure it is."""

    pledged: Decimal = ZERO
    confirmed: Decimal = ZERO
    accepted: Decimal = ZERO
    reported: Decimal = ZERO
    #: Paid out to it from drawing rights, which is not its own contribution.
    received: Decimal = ZERO

    @property
    def paid(self) -> Decimal:
        return self.confirmed + self.accepted + self.reported

    @property
    def is_nothing(self) -> bool:
        return not (self.pledged or self.paid or self.received)


_OPEN_IN_TIME = (InstalmentState.NOT_STARTED, InstalmentState.ON_COURSE, InstalmentState.DUE_SOON)


def counts(
    keys: Sequence[Any], *where: sa.ColumnElement[bool], day: date | None = None
) -> dict[tuple[Any, ...], Counts]:
    """Counts of the instalments that answer to `where`, by these columns of theirs; one statement."""
    day = day or today()
    state = INSTALMENT.sql(Instalment, day)

    def number(condition: sa.ColumnElement[bool]) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    rows = db().execute(
        sa.select(
            *keys,
            sa.func.count(),
            number(state == InstalmentState.DELIVERED.value),
            number(state.in_([s.value for s in _OPEN_IN_TIME])),
            number(state == InstalmentState.OVERDUE.value),
            number(state == InstalmentState.DISPUTED.value),
            number(state == InstalmentState.WAIVED.value),
            number(was_ever_late(Instalment, day)),
        )
        .where(*where)
        .group_by(*keys)
    )
    return {tuple(row[: len(keys)]): Counts(*(int(n) for n in row[len(keys) :])) for row in rows}


def money(keys: Sequence[Any], *where: sa.ColumnElement[bool], day: date | None = None) -> dict[tuple[Any, ...], Money]:
    """Money pledged and paid of the instalments that answer to `where`, by these columns of theirs; two statements.

    A delivery that is disputed counts for nothing until the dispute is settled.
    """
    day = day or today()
    in_money = (CommitmentWording.id == Instalment.wording_id) & (CommitmentWording.kind == CommitmentKind.MONEY)
    pledged = db().execute(
        sa.select(*keys, sa.func.sum(Instalment.quantity))
        .join(CommitmentWording, in_money)
        .where(*where, Instalment.waived_on.is_(None))
        .group_by(*keys)
    )
    found: dict[tuple[Any, ...], dict[str, Decimal]] = {}
    for row in pledged:
        found.setdefault(tuple(row[:-1]), {})["pledged"] = row[-1]
    state = DELIVERY.sql(Delivery, day)
    paid = db().execute(
        sa.select(*keys, state, sa.func.sum(Delivery.quantity))
        .select_from(Delivery)
        .join(Instalment, Instalment.id == Delivery.instalment_id)
        .join(CommitmentWording, in_money)
        .where(*where)
        .group_by(*keys, state)
    )
    names = {s.value: s.value for s in (DeliveryState.REPORTED, DeliveryState.ACCEPTED, DeliveryState.CONFIRMED)}
    for row in paid:
        if row[-2] in names:
            found.setdefault(tuple(row[:-2]), {})[names[row[-2]]] = row[-1]
    return {key: Money(**parts) for key, parts in found.items()}


@dataclass(frozen=True)
class Received:
    """What was paid to an organisation from a drawing right."""

    drawdown_id: int
    alliance_id: int
    organisation_id: int
    year: int
    purpose: str
    amount: Decimal
    paid: Decimal


def received(*where: sa.ColumnElement[bool]) -> list[Received]:
    """The drawdowns of which something was paid, by the year of their right; conditions on `Partner` and others."""
    rows = db().execute(
        sa.select(
            Drawdown.id,
            Drawdown.alliance_id,
            Partner.organisation_id,
            DrawingRight.year,
            Drawdown.purpose,
            Drawdown.amount,
            Drawdown.paid,
        )
        .join(Partner, Partner.id == Drawdown.payee_partner_id)
        .join(DrawingRight, DrawingRight.id == Drawdown.drawing_right_id)
        .where(Drawdown.paid > 0, *where)
        .order_by(DrawingRight.year, Drawdown.id)
    )
    return [Received(*row) for row in rows]


def received_sums(year: int, *where: sa.ColumnElement[bool]) -> dict[int, Decimal]:
    """What was paid from the drawing rights of a year, by alliance; conditions on `Partner`."""
    rows = db().execute(
        sa.select(Drawdown.alliance_id, sa.func.sum(Drawdown.paid))
        .join(Partner, Partner.id == Drawdown.payee_partner_id)
        .join(DrawingRight, DrawingRight.id == Drawdown.drawing_right_id)
        .where(Drawdown.paid > 0, DrawingRight.year == year, *where)
        .group_by(Drawdown.alliance_id)
    )
    return {found: amount for found, amount in rows}  # noqa: C416  # rows are not pairs to mypy


def with_received(found: Money, amount: Decimal) -> Money:
    """The same money, with what was paid out to the organisation."""
    return replace(found, received=amount)


def open_questions(key: Any, *where: sa.ColumnElement[bool]) -> dict[Any, int]:
    """How many questions wait for an answer, by a column of `Explanation`."""
    rows = db().execute(
        sa.select(key, sa.func.count()).where(Explanation.status == ExplanationStatus.OPEN, *where).group_by(key)
    )
    return {found: n for found, n in rows}  # noqa: C416  # rows are not pairs to mypy
