"""A version as a workbook: a sheet per section, figures as numbers, each with where it comes from.

It says all that the report says: also the words of a table without rows, what a percentage was taken from, the targets
of a drawing, when the figures were read, and what the core partners said.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from alliance_tracker.i18n import InTwoLanguages, Message, in_language
from alliance_tracker.impact_reports import showing
from alliance_tracker.impact_reports.blocks import Course, Fact, Figures, Quote, Table, Value, ValueKind, none
from alliance_tracker.impact_reports.models import VersionPurpose
from alliance_tracker.impact_reports.pdf import EXAMPLE
from alliance_tracker.impact_reports.reading import Section, Text

#: Excel takes no longer name for a sheet.
LONGEST_NAME = 31


def of_text(text: Text, sha256: str, language: str) -> bytes:
    """A workbook with a sheet per section: figures as numbers, with their labels in this language."""
    target = io.BytesIO()
    # Typed text is text: never a formula, a number or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with in_language(language), xlsxwriter.Workbook(target, options) as book:
        title = f"{Message('Impact report %(year)s', year=str(text.year))}: {text.alliance}"
        # The same version gives the same bytes: a workbook made of it is dated on its own day.
        book.set_properties({"title": title, "created": datetime.combine(text.submitted_on, time(12))})
        book.set_custom_property("sha256", sha256)
        styles = _Styles(book)
        _about(book, styles, text, sha256)
        for section in text.sections:
            _sheet(book, styles, section, is_example=text.is_example)
    return target.getvalue()


class _Styles:
    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.soft = book.add_format({"italic": True, "font_color": "#4d5b69"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        self.number = book.add_format({"num_format": "#,##0.##"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.kinds = {
            ValueKind.EUR: book.add_format({"num_format": "#,##0.00 €"}),
            ValueKind.PERCENT: book.add_format({"num_format": "0.0%"}),
        }

    def of(self, kind: ValueKind | None, number: Decimal) -> Any:
        """How a number is written."""
        plain = self.whole if number == number.to_integral_value() else self.number
        return self.kinds.get(kind, plain) if kind else plain


def _about(book: Any, styles: _Styles, text: Text, sha256: str) -> None:
    sheet = book.add_worksheet(_name(str(Message("About this report"))))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 4, 40)
    rows: list[tuple[Message, str | date]] = [
        (Message("Alliance"), text.alliance),
        (Message("Region"), text.region),
        (Message("Year"), str(text.year)),
        (Message("Version"), str(text.number)),
        (Message("Kind of version"), str(text.purpose.label)),
        (Message("Submitted on"), text.submitted_on),
        (Message("Stappenplan"), text.plan),
        (Message("Catalogue"), text.catalogue),
        (Message("Growth rings"), str(text.rings.words)),
        (Message("Fingerprint"), sha256),
    ]
    if text.check_address:
        rows.append((Message("Check it at"), text.check_address))
    if text.change_note:
        rows.append((_note_heading(text), text.change_note))
    if text.is_outside:
        rows.append((Message("Counts of people"), str(Message("rounded to a multiple of 5"))))
    if text.is_example:
        rows.insert(0, (Message("Example data"), str(EXAMPLE)))
    sheet.write_string(0, 0, str(Message("Impact report %(year)s", year=str(text.year))), styles.title)
    for n, (label, said) in enumerate(rows, start=2):
        sheet.write_string(n, 0, str(label), styles.bold)
        if isinstance(said, date):
            sheet.write_datetime(n, 1, datetime.combine(said, time()), styles.day)
        else:
            sheet.write_string(n, 1, said)
    _partners(sheet, styles, text, len(rows) + 3)


def _note_heading(text: Text) -> Message:
    if text.purpose is VersionPurpose.ERRATUM:
        return Message("What this erratum corrects")
    return Message("What changed since the version before")


def _partners(sheet: Any, styles: _Styles, text: Text, row: int) -> None:
    """What the core partners say, each with its day and the version of its account."""
    sheet.write_string(row, 0, str(Message("What the core partners say")), styles.bold)
    heads = [Message("Partner"), Message("Answer"), Message("On"), Message("Version of its account")]
    if not text.is_outside:
        heads.append(Message("What it adds"))
    for column, head in enumerate(heads):
        sheet.write_string(row + 1, column, str(head), styles.head)
    for n, answer in enumerate(text.partners, start=row + 2):
        sheet.write_string(n, 0, answer.name)
        sheet.write_string(n, 1, str(answer.kind.label))
        if answer.on:
            sheet.write_datetime(n, 2, datetime.combine(answer.on, time()), styles.day)
        if answer.version:
            sheet.write_number(n, 3, answer.version, styles.whole)
        if not text.is_outside:
            sheet.write_string(n, 4, answer.remark)
    if not text.partners:
        sheet.write_string(row + 2, 0, str(Message("The alliance has no core partner.")))


def _name(words: str) -> str:
    kept = "".join(sign for sign in words if sign not in "[]:*?/\\'")
    return kept[:LONGEST_NAME]


def _sheet(book: Any, styles: _Styles, section: Section, *, is_example: bool) -> None:
    sheet = book.add_worksheet(_name(str(section.heading)))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 12, 18)
    sheet.write_string(0, 0, str(section.heading), styles.title)
    sheet.write_string(1, 0, str(showing.freshness(section.read_on, section.figures.as_of)), styles.soft)
    row = 3
    if is_example:
        sheet.write_string(2, 0, str(EXAMPLE), styles.bold)
        row += 1
    if section.narrative:
        sheet.merge_range(row, 0, row, 5, "", styles.wrap)
        sheet.write_string(row, 0, section.narrative, styles.wrap)
        sheet.set_row(row, min(15 * (1 + len(section.narrative) // 110), 400))
        row += 2
    for line in _lines(section.figures):
        for column, cell in enumerate(line):
            _cell(sheet, styles, row, column, cell)
        row += 1


@dataclass(frozen=True)
class Said:
    """Words in a cell: a heading, or something beside the figures."""

    words: str
    is_soft: bool = False


#: A cell: a value, a day, a number, or words.
Cell = Value | Decimal | date | Said


def _lines(found: Figures) -> Iterator[list[Cell]]:
    """The rows of a sheet that a section fills; each table begins after an empty one."""
    yield from _of_facts([block for block in found.blocks if isinstance(block, Fact)])
    for block in found.blocks:
        if isinstance(block, Table):
            yield from _of_table(block)
        elif isinstance(block, Course):
            yield from _of_course(block)
        elif isinstance(block, Quote):
            yield from _of_quote(block)


def _of_facts(facts: Sequence[Fact]) -> Iterator[list[Cell]]:
    if not facts:
        return
    heads = (Message("Figure"), Message("Value"), Message("Where it comes from"), Message("Newest record"))
    yield [Said(str(head)) for head in heads]
    for fact in facts:
        yield [Said(str(fact.label)), fact.value, Said(str(fact.source or ""), is_soft=True), fact.as_of or Said("")]


def _of_quote(block: Quote) -> Iterator[list[Cell]]:
    yield []
    yield [Said(str(block.heading))]
    for line in block.lines:
        yield [line]
    yield from _of_source(block.source, None)


def _of_table(block: Table) -> Iterator[list[Cell]]:
    yield []
    yield [Said(str(block.caption))]
    if block.rows:
        columns = [[row.cells[n] for row in block.rows] for n in range(len(block.columns))]
        parts = [_parts_in(cells) for cells in columns]
        yield _heads([str(column.label) for column in block.columns], parts)
        for row in block.rows:
            yield _with_parts(row.cells, parts)
        yield from _of_source(block.source, block.typed_source)
    else:
        yield [Said(str(block.empty or Message("Nothing to show.")), is_soft=True)]


def _of_course(block: Course) -> Iterator[list[Cell]]:
    yield []
    yield [Said(str(block.caption))]
    values = [point.value for point in block.points]
    targets = [point.target or none() for point in block.points]
    parts = [(), _parts_in(values), ()]
    yield _heads([str(Message("Period")), str(Message("Value")), str(Message("Target"))], parts)
    for point, target in zip(block.points, targets, strict=True):
        yield [Said(point.label, is_soft=True), *_with_parts((point.value,), parts[1:2]), target]
    yield from _of_source(block.source, block.typed_source)


def _of_source(source: InTwoLanguages | None, typed: InTwoLanguages | None) -> Iterator[list[Cell]]:
    if source:
        yield [Said(str(source), is_soft=True)]
    if typed:
        yield [Said(str(Message("Source as it was entered: %(words)s", words=typed)), is_soft=True)]


#: What values can be taken from, by the name of it in a value, with its heading.
PARTS = {"numerator": Message("part"), "denominator": Message("of")}


def _parts_in(cells: Sequence[Value]) -> tuple[str, ...]:
    """Which parts any of these values has: each gets a column of its own."""
    return tuple(part for part in PARTS if any(getattr(cell, part) for cell in cells))


def _heads(heads: Sequence[str], parts: Sequence[Sequence[str]]) -> list[Cell]:
    found: list[Cell] = []
    for head, own in zip(heads, parts, strict=True):
        found += [Said(head), *(Said(f"{head} ({PARTS[part]})") for part in own)]
    return found


def _with_parts(cells: Sequence[Value], parts: Sequence[Sequence[str]]) -> list[Cell]:
    found: list[Cell] = []
    for cell, own in zip(cells, parts, strict=True):
        found.append(cell)
        for part in own:
            held = getattr(cell, part)
            found.append(Decimal(held) if held else Said(""))
    return found


def _cell(sheet: Any, styles: _Styles, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, Said):
        sheet.write_string(row, column, cell.words, styles.soft if cell.is_soft else styles.bold)
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell), styles.of(None, cell))
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime.combine(cell, time()), styles.day)
    elif cell.day is not None:
        sheet.write_datetime(row, column, datetime.combine(cell.day, time()), styles.day)
    elif (number := cell.number) is not None:
        # A percentage is one to a program that counts on: 43.7 % is 0.437.
        held = number / 100 if cell.kind is ValueKind.PERCENT else number
        sheet.write_number(row, column, float(held), styles.of(cell.kind, number))
    else:
        sheet.write_string(row, column, showing.text(cell))
