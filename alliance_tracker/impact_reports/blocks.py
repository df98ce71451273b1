"""What a report is made of: figures, tables, courses and quotations, as plain data that keep both languages.

A report is read years later, by a program of another version, in either language. So the figures of a section are a
list of blocks of four kinds, each value says what it is (a count of people, euro, a percentage with its parts), and
every label is kept in Dutch and English as it read on that day. The page, the PDF, the spreadsheet, the public page and
the comparison are drawn from the blocks alone.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from alliance_tracker.i18n import InTwoLanguages, in_language
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.models import Unit

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
    return none() if n is None else Value(ValueKind.PEOPLE, plain(Decimal(n)), is_people=True)


def euro(amount: Decimal | None) -> Value:
    return none() if amount is None else Value(ValueKind.EUR, f"{amount:.2f}")


def number(value: Decimal) -> Value:
    """A quantity in a unit that stands beside it."""
    return Value(ValueKind.NUMBER, plain(value))


def percent(part: Decimal, whole: Decimal, value: Decimal) -> Value:
    return Value(ValueKind.PERCENT, plain(value), numerator=plain(part), denominator=plain(whole))


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
        plain(found.value),
        numerator=plain(found.numerator),
        denominator=plain(found.denominator),
        is_people=counts_people,
        whole=plain(whole),
        min_cell=min_cell,
    )


def plain(value: Decimal | None) -> str:
    """A number without needless zeros: 12.5, 100; nothing of nothing."""
    if value is None:
        return ""
    written = f"{value:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"


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
    #: Typed for those who work together, so that it may name a person: never told outside.
    is_inside: bool = False


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
    #: Where its figures come from as somebody typed it; such words may name a person: never told outside.
    typed_source: InTwoLanguages | None = None


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
    typed_source: InTwoLanguages | None = None


@dataclass(frozen=True)
class Quote:
    """What somebody wrote elsewhere, quoted under a heading, such as a question with its answer. Never told outside."""

    key: str
    heading: InTwoLanguages
    lines: tuple[Value, ...]
    address: str = ""
    source: InTwoLanguages | None = None


Block = Fact | Table | Course | Quote


@dataclass(frozen=True)
class Figures:
    """The blocks of one section."""

    blocks: tuple[Block, ...] = ()
    #: How many blocks are not told to this reader: a section without any other is not one in which nothing was logged.
    withheld: int = 0

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
    inside: Container[str] = (),
    typed_source: InTwoLanguages | None = None,
) -> Table:
    """A table; the columns of `inside` and its typed source are not told outside."""
    heads = tuple(Column(name, both(label), name in inside) for name, label in columns.items())
    said, none_said = (both(each) if each is not None else None for each in (source, empty))
    return Table(key, both(caption), heads, tuple(rows), said, none_said, typed_source)


def joined(parts: Iterable[Any], separator: str = "; ") -> InTwoLanguages | None:
    """Some words one after the other, in both languages; None of nothing."""
    found = [both(part) for part in parts]
    if not found:
        return None
    return InTwoLanguages(separator.join(each.nl for each in found), separator.join(each.en for each in found))
