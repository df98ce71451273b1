"""How a figure is written for its reader: in its unit, and people rounded for who may not read exact counts.

Every page, export and answer that shows a figure of an alliance asks here, so that no channel tells more than another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

import flask_babel

from alliance_tracker.i18n import Message
from alliance_tracker.indicators.figures import WITHHELD, Figure, outside
from alliance_tracker.indicators.models import FigureState, Unit

TENTH = Decimal("0.1")
#: A breakdown and a category of it.
CellKey = tuple[str, str]


class Meaning(Protocol):
    """What must be known of an indicator to show its figures: a `Definition`, or a row that says as much."""

    @property
    def unit(self) -> Unit: ...

    @property
    def counts_people(self) -> bool: ...

    @property
    def min_cell(self) -> int: ...


# Numbers -----------------------------------------------------------------------------------------------------------


def plain_number(value: Decimal | int, decimals: int = 1) -> str:
    """A number as the reader writes it, rounded half up to at most so many decimals, without trailing zeros."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    pattern = "#,##0" if rounded == rounded.to_integral_value() else f"#,##0.{'#' * decimals}"
    return str(flask_babel.format_decimal(rounded.normalize() + 0, format=pattern))


def amount(value: Decimal | int, unit: Unit) -> str:
    """A value in its unit: `1 250`, `62,5%`, `12,5 uur`, `€ 1 250,50`, `4,2`."""
    match unit:
        case Unit.PERCENT:
            return f"{plain_number(value)}%"
        case Unit.HOURS:
            hours = plain_number(value)
            return str(Message("1 hour") if hours == "1" else Message("%(n)s hours", n=hours))
        case Unit.EUR:
            return f"€ {_euros(Decimal(value))}"
        case Unit.COUNT | Unit.SCORE:
            return plain_number(value)


def _euros(value: Decimal) -> str:
    """Whole euros, or euros and cents."""
    cents = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    pattern = "#,##0" if cents == cents.to_integral_value() else "#,##0.00"
    return str(flask_babel.format_decimal(cents, format=pattern))


# Figures -----------------------------------------------------------------------------------------------------------


def for_reader(definition: Meaning, figure: Figure, *, exact: bool) -> Figure:
    """The figure that this reader may know; `exact` says that they may read counts of people as they are.

    A figure that is computed of a breakdown is withheld where the breakdown itself would be left out.
    """
    if exact or not definition.counts_people:
        return figure
    is_few = figure.denominator is not None and figure.denominator < definition.min_cell
    if getattr(definition, "is_derived", False) and is_few:
        return WITHHELD
    return outside(figure)


def text(definition: Meaning, figure: Figure, *, exact: bool) -> str:
    """A figure in words, for this reader: its value in its unit, or that there is none."""
    found = for_reader(definition, figure, exact=exact)
    if found is WITHHELD:
        return str(Message("too few people to tell"))
    if found.value is None:
        return str(found.state.label)
    return amount(found.value, definition.unit)


def text_with_parts(definition: Meaning, figure: Figure, *, exact: bool) -> str:
    """The same, of a percentage with what it was taken from, of a score with how many people gave it."""
    found = for_reader(definition, figure, exact=exact)
    value = text(definition, figure, exact=exact)
    if found.value is None or found.denominator is None:
        return value
    whole = plain_number(found.denominator)
    if found.numerator is None:
        return str(Message("%(value)s (given by %(n)s people)", value=value, n=whole))
    return str(
        Message("%(value)s (%(part)s of %(whole)s)", value=value, part=plain_number(found.numerator), whole=whole)
    )


def is_rounded(definition: Meaning, *, exact: bool) -> bool:
    """Whether the page must say that these figures are rounded."""
    return definition.counts_people and not exact


# Breakdowns --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cells:
    """The parts of a figure that this reader may know; `is_left_out` says that there are some, of too few people."""

    cells: Mapping[CellKey, Figure]
    is_left_out: bool = False


def cells_for_reader(definition: Meaning, whole: Figure, cells: Mapping[CellKey, Figure], *, exact: bool) -> Cells:
    """The breakdowns of a figure for this reader; outside they are left out altogether when the whole is too small."""
    if not is_rounded(definition, exact=exact):
        return Cells(dict(cells))
    people = whole.denominator if whole.denominator is not None else whole.value
    # A score without its number of people says nothing about how few they were.
    is_unknown = definition.unit is Unit.SCORE and whole.denominator is None
    if cells and (people is None or is_unknown or people < definition.min_cell):
        return Cells({}, is_left_out=True)
    return Cells({key: for_reader(definition, cell, exact=exact) for key, cell in cells.items()})


def figure_of(
    state: FigureState, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None
) -> Figure:
    """A figure from the columns of a row that holds one."""
    return Figure(state, value, numerator, denominator) if state is FigureState.VALUE else Figure(state)
