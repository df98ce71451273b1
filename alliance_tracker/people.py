"""Counts of young people as they are told: as they are, or outside the alliance and VLAIO rounded."""

from decimal import ROUND_HALF_UP, Decimal

#: Outside the alliance and VLAIO, counts of people are rounded to a multiple of this.
ROUNDED_TO = 5
#: Outside, a count of fewer people than this is not divided.
DIVIDED_FROM = 5
#: More people than live in Flanders and Brussels were not reached by anything.
MOST_PEOPLE = 10_000_000


def rounded_people(count: Decimal) -> Decimal:
    """A count of people as it is told outside the alliance and VLAIO: the nearest multiple of 5, half up."""
    return (count / ROUNDED_TO).quantize(Decimal(1), ROUND_HALF_UP) * ROUNDED_TO


def told(count: int, *, exactly: bool) -> int:
    """A count of people for a reader: as it is, or rounded."""
    return count if exactly else int(rounded_people(Decimal(count)))
