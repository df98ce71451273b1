"""Dividing a promise over its bearers, exactly: nothing is lost and nothing is made by rounding."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

from alliance_tracker.commitments.models import Unit

#: The shares of a commitment add up to this, in percent.
WHOLE = Decimal(100)


def divide(quantity: Decimal, shares: Mapping[int, Decimal], unit: Unit) -> dict[int, Decimal]:
    """The part of each bearer of `quantity`, by its share in percent, in the smallest steps that `unit` knows.

    What rounding down leaves over goes, a step at a time, to whoever lost most by it; of equals to the first.
    The parts add up to `quantity`, whatever the shares add up to.
    """
    total = sum(shares.values(), Decimal(0))
    exact = {bearer: quantity * share / total for bearer, share in shares.items()}
    parts = {bearer: part.quantize(unit.smallest, ROUND_DOWN) for bearer, part in exact.items()}
    steps = int((quantity - sum(parts.values(), Decimal(0))) / unit.smallest)
    by_loss = sorted(parts, key=lambda bearer: parts[bearer] - exact[bearer])
    for bearer in by_loss[:steps]:
        parts[bearer] += unit.smallest
    return parts


def value_of(quantity: Decimal, unit: Unit, unit_value: Decimal | None) -> Decimal | None:
    """What a quantity is worth in euro, to the cent, half up; None for what is not valued in kind."""
    if unit is Unit.EUR:
        return quantity
    if unit_value is None:
        return None
    return (quantity * unit_value).quantize(Decimal("0.01"), "ROUND_HALF_UP")
