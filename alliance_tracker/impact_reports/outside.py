"""A report as it is told outside.

People in fives, nothing of a division of too few, no address of the application, and nothing that was typed for those
who work together: a log, a question and its answer, why a partner left, where a figure was found. Such words may name a
person. What the reporter writes in a section is written for readers, and is told; so is what a correction changed.
"""

from decimal import Decimal
from itertools import compress

from alliance_tracker.impact_reports.blocks import (
    Block,
    Course,
    Fact,
    Figures,
    Point,
    Quote,
    Row,
    Table,
    Value,
    ValueKind,
    both,
    plain,
)
from alliance_tracker.indicators.figures import WITHHELD, Figure, outside
from alliance_tracker.indicators.models import FigureState


def outside_value(value: Value) -> Value:
    """The same as it is told outside: people in fives, nothing of a division of too few."""
    if not value.is_people or value.number is None:
        return value
    if value.min_cell and (not value.whole or Decimal(value.whole) < value.min_cell):
        return Value(ValueKind.NONE, words=both(FigureState.NOT_APPLICABLE))
    seen = outside(
        Figure(
            FigureState.VALUE,
            value.number,
            Decimal(value.numerator) if value.numerator else None,
            Decimal(value.denominator) if value.denominator else None,
        )
    )
    if seen is WITHHELD or seen.value is None:
        return Value(ValueKind.NONE, words=both(seen.state))
    return Value(
        value.kind,
        plain(seen.value),
        numerator=plain(seen.numerator),
        denominator=plain(seen.denominator),
        is_people=True,
    )


def outside_figures(found: Figures) -> Figures:
    """The figures of a section as they are told outside: people in fives, and no address of the application."""
    told = tuple(each for block in found.blocks if (each := _outside(block)) is not None)
    return Figures(told, found.withheld + len(found.blocks) - len(told))


def _outside(block: Block) -> Block | None:
    match block:
        case Fact():
            return Fact(
                block.key,
                block.label,
                outside_value(block.value),
                block.source,
                "",
                block.as_of,
                block.is_key_figure,
            )
        case Table():
            told = [not column.is_inside for column in block.columns]
            rows = tuple(
                Row(row.key, tuple(map(outside_value, compress(row.cells, told))), "", row.as_of) for row in block.rows
            )
            columns = tuple(compress(block.columns, told))
            return Table(block.key, block.caption, columns, rows, block.source, block.empty)
        case Course():
            points = tuple(
                Point(each.label, outside_value(each.value), outside_value(each.target) if each.target else None)
                for each in block.points
            )
            return Course(block.key, block.caption, points, block.source)
        case Quote():
            return None
