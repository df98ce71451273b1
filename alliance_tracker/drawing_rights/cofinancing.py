"""What the partners of a convenant bring themselves, in money and in valued kind, against what they drew.

It is judged on the aggregate: all partners and all years together, since one brings hours and another draws money.
Confirmed and accepted deliveries count; what is only reported stands beside them, what is disputed or not valued is
told apart. A delivery counts in the calendar year in which it was made.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from alliance_tracker.commitments.models import CommitmentKind, CommitmentWording, Delivery, Instalment, Side
from alliance_tracker.commitments.states import COUNTING, DELIVERY, DeliveryState
from alliance_tracker.database import db, today
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import figures
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.models import Definition, Indicator

#: The key of the shared indicator that is computed here, and where its figures come from in words.
COFINANCING = "cofinancing"
SOURCE = Message("computed from the deliveries of the partners that are confirmed, or undisputed for 30 days")

ZERO = Decimal(0)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)


@dataclass
class Sums:
    """Amounts in euro by how their deliveries stand."""

    confirmed: Decimal = ZERO
    accepted: Decimal = ZERO
    reported: Decimal = ZERO
    disputed: Decimal = ZERO

    @property
    def counted(self) -> Decimal:
        """What counts as co-financing."""
        return self.confirmed + self.accepted

    def add(self, other: "Sums") -> None:
        for name in ("confirmed", "accepted", "reported", "disputed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Brought:
    """What the partners brought in one year, or in all of them."""

    cash: Sums = field(default_factory=Sums)
    in_kind: Sums = field(default_factory=Sums)
    #: Deliveries without a value in euro.
    unvalued: int = 0

    @property
    def together(self) -> Sums:
        found = Sums()
        found.add(self.cash)
        found.add(self.in_kind)
        return found

    def add(self, other: "Brought") -> None:
        self.cash.add(other.cash)
        self.in_kind.add(other.in_kind)
        self.unvalued += other.unvalued


@dataclass(frozen=True)
class Judged:
    """Co-financing against what was drawn, exactly; rounded only where it is shown."""

    brought: Decimal
    drawn: Decimal
    #: The least share of the partners in the whole, in percent; None when nothing was agreed.
    minimum: Decimal | None

    @property
    def share(self) -> Fraction | None:
        """The share of the partners in the whole, in percent; of nothing at all there is none."""
        whole = self.brought + self.drawn
        return Fraction(self.brought) * 100 / Fraction(whole) if whole else None

    @property
    def of_hundred(self) -> Decimal | None:
        """The same to the cent, rounded down: what falls short never looks as if it were enough."""
        return None if self.share is None else _to_the_cent(self.share, ROUND_FLOOR)

    @property
    def is_enough(self) -> bool | None:
        """Whether the agreed minimum is reached; None when there is nothing to judge."""
        if self.minimum is None or self.share is None:
            return None
        return self.share >= Fraction(self.minimum)

    @property
    def still_needed(self) -> Decimal | None:
        """What the partners would still bring to reach the minimum; None when no amount would do."""
        if self.is_enough is not False or self.minimum is None:
            return ZERO
        if self.minimum >= HUNDRED:
            return None
        asked = Fraction(self.minimum) * Fraction(self.drawn) / (100 - Fraction(self.minimum))
        return _to_the_cent(asked - Fraction(self.brought), ROUND_CEILING)


def _to_the_cent(value: Fraction, rounding: str) -> Decimal:
    cents = value * 100
    whole = cents.numerator // cents.denominator
    if rounding == ROUND_CEILING and whole != cents:
        whole += 1
    return Decimal(whole) * CENT


def year_of(day: Any) -> sa.ColumnElement[int]:
    """The calendar year of a date column."""
    return sa.cast(sa.extract("year", day), sa.Integer)


def brought_by(convenant_ids: Collection[int], on: date | None = None) -> dict[int, dict[int, Brought]]:
    """What the partners brought under each of these convenants, by year; one statement."""
    facts = (
        sa.select(
            Instalment.convenant_id,
            year_of(Delivery.on).label("year"),
            (CommitmentWording.kind == CommitmentKind.MONEY).label("is_cash"),
            DELIVERY.sql(Delivery, on or today()).label("state"),
            Delivery.value.label("value"),
        )
        .join(Instalment, Instalment.id == Delivery.instalment_id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .where(
            Instalment.convenant_id.in_(list(convenant_ids)),
            Delivery.side == Side.PARTNER,
            Delivery.withdrawn_at.is_(None),
        )
        .subquery()
    )
    c = facts.c
    by = (c.convenant_id, c.year, c.is_cash, c.state)
    rows = db().execute(
        sa.select(*by, sa.func.sum(c.value), sa.func.count() - sa.func.count(c.value)).group_by(*by).order_by(*by)
    )
    found: dict[int, dict[int, Brought]] = defaultdict(lambda: defaultdict(Brought))
    for convenant_id, year, is_cash, state, value, unvalued in rows:
        brought = found[convenant_id][year]
        brought.unvalued += unvalued
        sums = brought.cash if is_cash else brought.in_kind
        sums.add(Sums(**{DeliveryState(state).value: value or ZERO}))
    return {convenant_id: dict(years) for convenant_id, years in found.items()}


def together(years: Iterable[Brought]) -> Brought:
    """All years added up."""
    found = Brought()
    for brought in years:
        found.add(brought)
    return found


# The shared indicator ------------------------------------------------------------------------------------------------


def valued() -> list[sa.ColumnElement[bool]]:
    """Conditions on deliveries: of the partners, standing, with a value in euro."""
    return [Delivery.side == Side.PARTNER, Delivery.withdrawn_at.is_(None), Delivery.value.is_not(None)]


def counts(on: date) -> sa.ColumnElement[bool]:
    """The delivery counts as co-financing on this day."""
    return DELIVERY.is_in(COUNTING, Delivery, on)


def figures_of(indicator_ids: Sequence[int]) -> Mapping[tuple[int, int], Figure]:
    """The co-financing of each calendar year in which a valued delivery stands, by indicator and year.

    It is zero while nothing of it counts: it is reported only, or disputed. A year without any is not measured, since
    nobody can tell nothing done from nothing logged.
    """
    year = year_of(Delivery.on)
    rows = db().execute(
        sa.select(Indicator.id, year, sa.func.sum(Delivery.value).filter(counts(today())))
        .join(Definition, Definition.id == Indicator.definition_id)
        .join(Delivery, Delivery.alliance_id == Indicator.alliance_id)
        .where(
            Indicator.id.in_(list(indicator_ids)),
            Definition.key == COFINANCING,
            Definition.alliance_id.is_(None),
            *valued(),
        )
        .group_by(Indicator.id, year)
    )
    return {(indicator_id, period): figures.number(value or ZERO) for indicator_id, period, value in rows}


def turns_on(alliance_id: int) -> date | None:
    """The next day on which a delivery of the partners counts by time alone, if nobody confirms or disputes it."""
    return db().scalar(
        sa.select(sa.func.min(Delivery.accepted_from)).where(
            Delivery.alliance_id == alliance_id,
            Delivery.accepted_from > today(),
            DELIVERY.is_in([DeliveryState.REPORTED], Delivery, today()),
            *valued(),
        )
    )
