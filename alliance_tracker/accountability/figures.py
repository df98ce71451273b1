"""Numbers of an account, always beside the lines that make them: counts of instalments, and money in euro.

Every instalment is counted once: delivered, disputed, waived, late, or open and in time. Nothing is weighed or folded
into a grade. The states are those of `commitments.states`, as expressions, so a number and a line agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.accountability.models import Explanation, ExplanationStatus
from alliance_tracker.alliances.models import Partner
from alliance_tracker.commitments.models import CommitmentKind, CommitmentWording, Delivery, Instalment, Unit
from alliance_tracker.commitments.states import DELIVERY, INSTALMENT, DeliveryState, InstalmentState, was_ever_late
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights.models import Drawdown, DrawingRight

ZERO = Decimal(0)

#: What can be added up: the same kind, counted in the same unit.
Group = tuple[CommitmentKind, Unit]


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


@dataclass(frozen=True)
class Kind:
    """What an organisation promised of one kind, and what it delivered itself of that by how sure it is."""

    kind: CommitmentKind
    unit: Unit
    promised: Decimal = ZERO
    #: What it promised and was not waived.
    pledged: Decimal = ZERO
    confirmed: Decimal = ZERO
    accepted: Decimal = ZERO
    reported: Decimal = ZERO
    disputed: Decimal = ZERO

    @property
    def money(self) -> Money:
        """The same of a kind in money."""
        return Money(self.pledged, self.confirmed, self.accepted, self.reported)


def kinds(*where: sa.ColumnElement[bool], of: int | None = None, by: Any = None) -> dict[Any, tuple[Kind, ...]]:
    """What was promised and delivered of each kind under the instalments that answer to `where`; two statements.

    A promise counts for who bears it, a delivery for who made it: of each organisation, or of one (`of`) by a column of
    its instalments.
    """
    bearer, maker = Instalment.organisation_id, Delivery.organisation_id
    group = (CommitmentWording.kind, CommitmentWording.unit)
    promised = (
        sa.select(
            bearer if by is None else by,
            *group,
            sa.func.sum(Instalment.quantity),
            sa.func.sum(Instalment.quantity).filter(Instalment.waived_on.is_(None)),
        )
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .where(*where, *([bearer == of] if of is not None else []))
        .group_by(bearer if by is None else by, *group)
    )
    state = DELIVERY.sql(Delivery, today())
    delivered = (
        sa.select(maker if by is None else by, *group, state, sa.func.sum(Delivery.quantity))
        .select_from(Delivery)
        .join(Instalment, Instalment.id == Delivery.instalment_id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .where(*where, Delivery.withdrawn_at.is_(None), *([maker == of] if of is not None else []))
        .group_by(maker if by is None else by, *group, state)
    )
    found: dict[Any, dict[Group, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for key, kind, unit, quantity, pledged in db().execute(promised):
        found[key][kind, unit] |= {"promised": quantity, "pledged": pledged or ZERO}
    for key, kind, unit, stands, quantity in db().execute(delivered):
        found[key][kind, unit][DeliveryState(stands).value] = quantity
    return {
        key: tuple(Kind(kind, unit, **rows[kind, unit]) for kind, unit in sorted(rows, key=in_order))
        for key, rows in found.items()
    }


def in_order(group: Group) -> tuple[int, str]:
    """Where a kind stands among the others."""
    return list(CommitmentKind).index(group[0]), group[1].value


def money_of(found: Iterable[Kind]) -> Money:
    """What of this is money; there is one kind of it, in euro."""
    return next((each.money for each in found if each.kind is CommitmentKind.MONEY), Money())


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
