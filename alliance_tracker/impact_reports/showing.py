"""How the values of a report are written for its reader: in the reader's language and convention."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import format_currency, format_date

from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.impact_reports.blocks import Course, Point, Table, Value, ValueKind
from alliance_tracker.impact_reports.differing import Change
from alliance_tracker.indicators.models import Unit
from alliance_tracker.indicators.showing import amount, plain_number

_UNITS = {
    ValueKind.COUNT: Unit.COUNT,
    ValueKind.PEOPLE: Unit.COUNT,
    ValueKind.HOURS: Unit.HOURS,
    ValueKind.SCORE: Unit.SCORE,
    ValueKind.PERCENT: Unit.PERCENT,
}
#: Values that stand to the right in a column.
NUMERIC = frozenset({*_UNITS, ValueKind.EUR, ValueKind.NUMBER})


def text(value: Value) -> str:
    """A value in words; a dash where there is none and nothing says why."""
    number = value.number
    if number is not None:
        return _number(value, number)
    if value.day is not None:
        return str(format_date(value.day, "long"))
    if value.words is not None:
        return str(value.words)
    return value.value or "\u2013"


def _number(value: Value, number: Decimal) -> str:
    if value.kind is ValueKind.EUR:
        return str(format_currency(number, "EUR"))
    if value.kind is ValueKind.NUMBER:
        return plain_number(number, 2)
    return amount(number, _UNITS[value.kind])


def parts(value: Value) -> str:
    """What a percentage was taken from, or how many gave a score; empty for any other value."""
    if value.kind is ValueKind.PERCENT and value.numerator and value.denominator:
        part, whole = (plain_number(Decimal(each), 2) for each in (value.numerator, value.denominator))
        return str(Message("%(part)s of %(whole)s", part=part, whole=whole))
    if value.kind is ValueKind.SCORE and value.denominator:
        return str(Message("given by %(n)s people", n=plain_number(Decimal(value.denominator))))
    return ""


def is_number(value: Value) -> bool:
    """Whether it is a number, which stands to the right."""
    return value.kind in NUMERIC


def numeric_columns(table: Table) -> tuple[bool, ...]:
    """Which columns hold numbers: all values that are there are one; a year without any stands as the others do."""
    found = []
    for n, column in enumerate(table.columns):
        cells = [row.cells[n] for row in table.rows if row.cells[n].kind is not ValueKind.NONE]
        is_empty_year = not cells and column.label.nl.isdecimal()
        found.append(n > 0 and (is_empty_year or (bool(cells) and all(is_number(cell) for cell in cells))))
    return tuple(found)


def place(change: Change) -> str:
    """Where a value stands that changed: its table, row and column."""
    return " \u203a ".join(str(each) if isinstance(each, InTwoLanguages) else text(each) for each in change.place)


def typed(words: str) -> tuple[str, ...]:
    """The paragraphs of what somebody typed."""
    return tuple(part.strip() for part in words.split("\n\n") if part.strip())


def freshness(read_on: date, as_of: date | None) -> Message:
    """When the figures of a section were read, and of which day the newest thing in them is."""
    if as_of is None:
        return Message("Read from the log on %(on)s.", on=read_on)
    return Message("Read from the log on %(on)s; its newest record is of %(newest)s.", on=read_on, newest=as_of)


# Courses as drawings -------------------------------------------------------------------------------------------------


def highest(points: Sequence[Point]) -> Decimal:
    """The top of the drawing of a course: its highest value or target, at least one."""
    found = [each.number for point in points for each in (point.value, point.target) if each and each.number]
    return max([*found, Decimal(1)])


def bars(course: Course) -> list[dict[str, Any]]:
    """The points of a course with how high each stands, from 0 to 1."""
    top = highest(course.points)
    return [
        {
            "label": point.label,
            "text": text(point.value),
            "height": float((point.value.number or 0) / top),
            "target": float(point.target.number / top) if point.target and point.target.number else None,
            "target_text": text(point.target) if point.target else "",
        }
        for point in course.points
    ]
