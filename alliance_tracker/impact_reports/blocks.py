"""What a report is made of: figures, tables, courses and quotations, as plain data that keep both languages.

A report is read years later, by a program of another version, in either language. So the figures of a section are a
list of blocks of four kinds, each value says what it is (a count of people, euro, a percentage with its parts), and
every label is kept in Dutch and English as it read on that day. The page, the PDF, the spreadsheet, the public page and
the comparison are drawn from the blocks alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from alliance_tracker.i18n import InTwoLanguages, in_language
from alliance_tracker.indicators.figures import WITHHELD, Figure, outside
from alliance_tracker.indicators.models import FigureState, Unit

Data = dict[str, Any]


# Words -------------------------------------------------------------------------------------------------------------


def both(words: Any) -> InTwoLanguages:
    """A sentence, label or name in both languages; what people typed is the same in both."""
    if isinstance(words, InTwoLanguages):
        return words
    if isinstance(words, str) and type(words) is str:
        return InTwoLanguages(words, words)
    label = getattr(words, "label", words)
    found = {}
    for code in ("nl", "en"):
        with in_language(code):
            found[code] = str(label)
    return InTwoLanguages(found["nl"], found["en"])


def _words(words: InTwoLanguages) -> Data:
    return {"nl": words.nl, "en": words.en}


def _read_words(data: Mapping[str, str]) -> InTwoLanguages:
    return InTwoLanguages(data["nl"], data["en"])


# Values ------------------------------------------------------------------------------------------------------------


class ValueKind(StrEnum):
    """What a value is; how it is written follows from it."""

    COUNT = "count"
    #: A count of people: outside it is rounded to a multiple of five.
    PEOPLE = "people"
    EUR = "eur"
    HOURS = "hours"
    SCORE = "score"
    PERCENT = "percent"
    NUMBER = "number"
    DAY = "day"
    TEXT = "text"
    WORDS = "words"
    NONE = "none"


@dataclass(frozen=True)
class Value:
    """One value: a number as exact decimal text, a day as ISO text, what people typed, or words in both languages."""

    kind: ValueKind
    value: str = ""
    words: InTwoLanguages | None = None
    #: Of a percentage what it was taken from; of a score how many people gave it.
    numerator: str = ""
    denominator: str = ""
    #: It is about people: outside its counts are rounded.
    is_people: bool = False
    #: Of a division into parts: how many people the whole is, and below which number outside nothing of it is told.
    whole: str = ""
    min_cell: int = 0
    #: How words are to be taken: good, warn, bad, or nothing of that.
    tone: str = ""

    @property
    def number(self) -> Decimal | None:
        """The value as a number; None of what is none."""
        is_number = self.kind not in {ValueKind.DAY, ValueKind.TEXT, ValueKind.WORDS, ValueKind.NONE}
        return Decimal(self.value) if is_number and self.value else None

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.value) if self.kind is ValueKind.DAY and self.value else None


def count(n: int) -> Value:
    return Value(ValueKind.COUNT, str(n))


def people(n: int | Decimal | None) -> Value:
    """A count of people; None is not counted."""
    return none() if n is None else Value(ValueKind.PEOPLE, _plain(Decimal(n)), is_people=True)


def euro(amount: Decimal | None) -> Value:
    return none() if amount is None else Value(ValueKind.EUR, f"{amount:.2f}")


def number(value: Decimal) -> Value:
    """A quantity in a unit that stands beside it."""
    return Value(ValueKind.NUMBER, _plain(value))


def percent(part: Decimal, whole: Decimal, value: Decimal) -> Value:
    return Value(ValueKind.PERCENT, _plain(value), numerator=_plain(part), denominator=_plain(whole))


def day(on: date | None) -> Value:
    return none() if on is None else Value(ValueKind.DAY, on.isoformat())


def text(typed: str) -> Value:
    return Value(ValueKind.TEXT, typed) if typed else none()


def words(said: Any, tone: str = "") -> Value:
    return Value(ValueKind.WORDS, words=both(said), tone=tone)


def none(why: Any = None) -> Value:
    """There is no value; `why` says so in words where a dash would not."""
    return Value(ValueKind.NONE, words=both(why) if why is not None else None)


_KINDS = {
    Unit.PERCENT: ValueKind.PERCENT,
    Unit.HOURS: ValueKind.HOURS,
    Unit.EUR: ValueKind.EUR,
    Unit.SCORE: ValueKind.SCORE,
}


def figure(found: Figure, unit: Unit, *, counts_people: bool, whole: Decimal | None = None, min_cell: int = 0) -> Value:
    """A figure of an indicator; `whole` and `min_cell` of a part of one."""
    if found.value is None:
        return none(found.state)
    kind = _KINDS.get(unit, ValueKind.PEOPLE if counts_people else ValueKind.COUNT)
    return Value(
        kind,
        _plain(found.value),
        numerator=_plain(found.numerator),
        denominator=_plain(found.denominator),
        is_people=counts_people,
        whole=_plain(whole),
        min_cell=min_cell,
    )


def _plain(value: Decimal | None) -> str:
    """A number without needless zeros: 12.5, 100; nothing of nothing."""
    if value is None:
        return ""
    written = f"{value:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"


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
        _plain(seen.value),
        numerator=_plain(seen.numerator),
        denominator=_plain(seen.denominator),
        is_people=True,
    )


# Blocks ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """One figure with its label, where it comes from, and of which day its newest source is."""

    key: str
    label: InTwoLanguages
    value: Value
    #: What it was taken from, in words, and its page in the application.
    source: InTwoLanguages | None = None
    address: str = ""
    as_of: date | None = None
    is_key_figure: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    key: str
    label: InTwoLanguages


@dataclass(frozen=True)
class Row:
    """A row of a table, with a key by which it is found again in another version."""

    key: str
    cells: tuple[Value, ...]
    address: str = ""
    as_of: date | None = None


@dataclass(frozen=True)
class Table:
    """Rows under a caption; its first column names them."""

    key: str
    caption: InTwoLanguages
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: InTwoLanguages | None = None
    #: Said where it has no rows.
    empty: InTwoLanguages | None = None


@dataclass(frozen=True)
class Point:
    """One value of a course."""

    label: str
    value: Value
    target: Value | None = None


@dataclass(frozen=True)
class Course:
    """Values through time under a caption, drawn as bars and written out as a table."""

    key: str
    caption: InTwoLanguages
    points: tuple[Point, ...]
    source: InTwoLanguages | None = None


@dataclass(frozen=True)
class Quote:
    """What somebody wrote elsewhere, quoted under a heading: a question with its answer, a signal."""

    key: str
    heading: InTwoLanguages
    lines: tuple[Value, ...]
    address: str = ""


Block = Fact | Table | Course | Quote


@dataclass(frozen=True)
class Figures:
    """The blocks of one section."""

    blocks: tuple[Block, ...] = ()

    @property
    def as_of(self) -> date | None:
        """The newest day of which something in it is."""
        return max((found for block in self.blocks for found in _days(block)), default=None)

    @property
    def key_figures(self) -> tuple[Fact, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Fact) and block.is_key_figure)


def _days(block: Block) -> Iterator[date]:
    if isinstance(block, Fact) and block.as_of:
        yield block.as_of
    if isinstance(block, Table):
        yield from (row.as_of for row in block.rows if row.as_of)


def fact(key: str, label: Any, value: Value, *, source: Any = None, **more: Any) -> Fact:
    return Fact(key, both(label), value, both(source) if source is not None else None, **more)


def table(
    key: str,
    caption: Any,
    columns: Mapping[str, Any],
    rows: Iterable[Row],
    *,
    source: Any = None,
    empty: Any = None,
) -> Table:
    heads = tuple(Column(name, both(label)) for name, label in columns.items())
    said = [both(each) if each is not None else None for each in (source, empty)]
    return Table(key, both(caption), heads, tuple(rows), *said)


# As plain data -----------------------------------------------------------------------------------------------------


def written(found: Figures) -> Data:
    """The figures of a section as JSON."""
    return {"blocks": [_block(block) for block in found.blocks]}


def _block(block: Block) -> Data:
    match block:
        case Fact():
            return {
                "block": "fact",
                "key": block.key,
                "label": _words(block.label),
                "value": _value(block.value),
                "source": _words(block.source) if block.source else None,
                "address": block.address,
                "as_of": block.as_of.isoformat() if block.as_of else None,
                "is_key_figure": block.is_key_figure,
            }
        case Table():
            return {
                "block": "table",
                "key": block.key,
                "caption": _words(block.caption),
                "columns": [{"key": each.key, "label": _words(each.label)} for each in block.columns],
                "rows": [
                    {
                        "key": row.key,
                        "cells": [_value(cell) for cell in row.cells],
                        "address": row.address,
                        "as_of": row.as_of.isoformat() if row.as_of else None,
                    }
                    for row in block.rows
                ],
                "source": _words(block.source) if block.source else None,
                "empty": _words(block.empty) if block.empty else None,
            }
        case Course():
            return {
                "block": "course",
                "key": block.key,
                "caption": _words(block.caption),
                "points": [
                    {
                        "label": point.label,
                        "value": _value(point.value),
                        "target": _value(point.target) if point.target else None,
                    }
                    for point in block.points
                ],
                "source": _words(block.source) if block.source else None,
            }
        case Quote():
            return {
                "block": "quote",
                "key": block.key,
                "heading": _words(block.heading),
                "lines": [_value(line) for line in block.lines],
                "address": block.address,
            }


_TEXTS = ("value", "numerator", "denominator", "whole", "tone")


def _value(value: Value) -> Data:
    """Only what says something, so that a later shape can add to it."""
    found: Data = {"is": value.kind.value}
    found |= {name: getattr(value, name) for name in _TEXTS if getattr(value, name)}
    if value.words is not None:
        found["words"] = _words(value.words)
    if value.is_people:
        found["people"] = True
    if value.min_cell:
        found["min_cell"] = value.min_cell
    return found


# And back ----------------------------------------------------------------------------------------------------------


def read(data: Mapping[str, Any]) -> Figures:
    """The figures of a section from its JSON."""
    return Figures(tuple(_READ[block["block"]](block) for block in data.get("blocks", ())))


def _read_value(data: Mapping[str, Any]) -> Value:
    return Value(
        ValueKind(data["is"]),
        **{name: data.get(name, "") for name in _TEXTS},
        words=_optional(data.get("words")),
        is_people=data.get("people", False),
        min_cell=data.get("min_cell", 0),
    )


def _optional(data: Mapping[str, str] | None) -> InTwoLanguages | None:
    return _read_words(data) if data else None


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_fact(data: Mapping[str, Any]) -> Block:
    return Fact(
        data["key"],
        _read_words(data["label"]),
        _read_value(data["value"]),
        _optional(data["source"]),
        data["address"],
        _read_day(data["as_of"]),
        data["is_key_figure"],
    )


def _read_table(data: Mapping[str, Any]) -> Block:
    return Table(
        data["key"],
        _read_words(data["caption"]),
        tuple(Column(each["key"], _read_words(each["label"])) for each in data["columns"]),
        tuple(
            Row(row["key"], tuple(map(_read_value, row["cells"])), row["address"], _read_day(row["as_of"]))
            for row in data["rows"]
        ),
        _optional(data["source"]),
        _optional(data["empty"]),
    )


def _read_course(data: Mapping[str, Any]) -> Block:
    points = tuple(
        Point(each["label"], _read_value(each["value"]), _read_value(each["target"]) if each["target"] else None)
        for each in data["points"]
    )
    return Course(data["key"], _read_words(data["caption"]), points, _optional(data["source"]))


def _read_quote(data: Mapping[str, Any]) -> Block:
    return Quote(data["key"], _read_words(data["heading"]), tuple(map(_read_value, data["lines"])), data["address"])


_READ = {"fact": _read_fact, "table": _read_table, "course": _read_course, "quote": _read_quote}


# For outside -------------------------------------------------------------------------------------------------------


def outside_figures(found: Figures) -> Figures:
    """The figures of a section as they are told outside: people in fives, and no address of the application."""
    return Figures(tuple(_outside(block) for block in found.blocks))


def _outside(block: Block) -> Block:
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
            rows = tuple(Row(row.key, tuple(map(outside_value, row.cells)), "", row.as_of) for row in block.rows)
            return Table(block.key, block.caption, block.columns, rows, block.source, block.empty)
        case Course():
            points = tuple(
                Point(each.label, outside_value(each.value), outside_value(each.target) if each.target else None)
                for each in block.points
            )
            return Course(block.key, block.caption, points, block.source)
        case Quote():
            return Quote(block.key, block.heading, block.lines, "")


def rows_of(blocks: Sequence[Block], key: str) -> tuple[Row, ...]:
    """The rows of the table with this key; none when it is not there."""
    return next((block.rows for block in blocks if isinstance(block, Table) and block.key == key), ())
