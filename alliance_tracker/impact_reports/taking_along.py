"""A version as a file: PDF, spreadsheet or JSON, all made of its frozen document alone."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import xlsxwriter

from alliance_tracker.i18n import Message, in_language
from alliance_tracker.impact_reports import outside, pdf, reading, showing, written
from alliance_tracker.impact_reports.blocks import Block, Course, Fact, Quote, Table, Value, ValueKind
from alliance_tracker.impact_reports.document import Document, canonical
from alliance_tracker.impact_reports.models import ReportVersion
from alliance_tracker.impact_reports.pdf import Form
from alliance_tracker.impact_reports.reading import Section, Text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Excel takes no longer name for a sheet.
LONGEST_NAME = 31


@dataclass(frozen=True)
class Made:
    """A file: its bytes, what it is, and what it is called."""

    content: bytes
    mimetype: str
    name: str


def make(version: ReportVersion, form: str, ext: str, *, language: str, exact: bool) -> Made | None:
    """The file of a version, read exactly or as it is told outside; None when there is no such form."""
    makers: Mapping[tuple[str, str], Callable[[], tuple[bytes, str]]] = {
        **{(each.value, "pdf"): _pdf(version, each, language, exact=exact) for each in Form},
        ("report", "xlsx"): lambda: (spreadsheet(_read(version, exact=exact), version.sha256, language), XLSX),
        ("report", "json"): lambda: (as_json(version.document, exact=exact), "application/json"),
    }
    maker = makers.get((form, ext))
    if maker is None:
        return None
    content, mimetype = maker()
    text = version.document
    name = f"{text['alliance']['slug']}-{text['year']}-v{version.number}"
    if form != "report":
        name += f"-{form}"
    return Made(content, mimetype, f"{name}-{language}.{ext}" if ext != "json" else f"{name}.{ext}")


def _read(version: ReportVersion, *, exact: bool) -> Text:
    return reading.read(version.document, exact=exact)


def _pdf(version: ReportVersion, form: Form, language: str, *, exact: bool) -> Callable[[], tuple[bytes, str]]:
    return lambda: (
        pdf.of_text(_read(version, exact=exact), form, version.sha256, language),
        "application/pdf",
    )


# JSON ----------------------------------------------------------------------------------------------------------------


def as_json(document: Mapping[str, Any], *, exact: bool) -> bytes:
    """The canonical document, over which the hash is taken; for outside with people rounded, which it then says."""
    if exact:
        return canonical(dict(document))
    return json.dumps(told_outside(document), ensure_ascii=False, sort_keys=True, indent=1).encode()


def told_outside(document: Mapping[str, Any]) -> Document:
    """The document as it is told outside: people in fives, no remark of a partner, no address of the application."""
    sections = [
        {**part, "figures": written.written(outside.outside_figures(written.read(part["figures"])))}
        for part in document["sections"]
    ]
    partners = [{**part, "remark": ""} for part in document["partners"]]
    return {**document, "sections": sections, "partners": partners, "people_rounded_to": 5}


# Spreadsheet ---------------------------------------------------------------------------------------------------------


def spreadsheet(text: Text, sha256: str, language: str) -> bytes:
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
            _sheet(book, styles, section)
    return target.getvalue()


class _Styles:
    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.numbers = {
            ValueKind.EUR: book.add_format({"num_format": "#,##0.00 €"}),
            ValueKind.PERCENT: book.add_format({"num_format": '0.0"%"'}),
        }
        self.number = book.add_format({"num_format": "#,##0.##"})
        self.whole = book.add_format({"num_format": "#,##0"})


def _about(book: Any, styles: _Styles, text: Text, sha256: str) -> None:
    sheet = book.add_worksheet(_name(str(Message("About this report"))))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 80)
    rows = [
        (Message("Alliance"), text.alliance),
        (Message("Region"), text.region),
        (Message("Year"), str(text.year)),
        (Message("Version"), str(text.number)),
        (Message("Submitted on"), text.submitted_on.isoformat()),
        (Message("Stappenplan"), text.plan),
        (Message("Catalogue"), text.catalogue),
        (Message("Growth rings"), str(text.rings.words)),
        (Message("Fingerprint"), sha256),
    ]
    if text.is_outside:
        rows.append((Message("Counts of people"), str(Message("rounded to a multiple of 5"))))
    sheet.write_string(0, 0, str(Message("Impact report %(year)s", year=str(text.year))), styles.title)
    for n, (label, value) in enumerate(rows, start=2):
        sheet.write_string(n, 0, str(label), styles.bold)
        sheet.write_string(n, 1, value)
    for n, answer in enumerate(text.partners, start=len(rows) + 3):
        sheet.write_string(n, 0, answer.name, styles.bold)
        sheet.write_string(n, 1, str(answer.kind.label))


def _name(words: str) -> str:
    kept = "".join(sign for sign in words if sign not in "[]:*?/\\'")
    return kept[:LONGEST_NAME]


def _sheet(book: Any, styles: _Styles, section: Section) -> None:
    sheet = book.add_worksheet(_name(str(section.heading)))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 9, 18)
    sheet.write_string(0, 0, str(section.heading), styles.title)
    row = 2
    if section.narrative:
        sheet.merge_range(row, 0, row, 5, "", styles.wrap)
        sheet.write_string(row, 0, section.narrative, styles.wrap)
        sheet.set_row(row, min(15 * (1 + len(section.narrative) // 110), 400))
        row += 2
    for block in section.figures.blocks:
        for line in _lines(block):
            for column, cell in enumerate(line):
                _cell(sheet, styles, row, column, cell)
            row += 1


#: A cell: a value, or the words of a heading.
Cell = Value | str


def _lines(block: Block) -> list[list[Cell]]:
    """The rows of a sheet that a block fills; what is long begins after an empty one."""
    match block:
        case Fact():
            return [[str(block.label), block.value]]
        case Table():
            heads: list[Cell] = [str(column.label) for column in block.columns]
            rows: list[list[Cell]] = [list(row.cells) for row in block.rows]
            return [[], [str(block.caption)], heads, *rows]
        case Course():
            labels: list[Cell] = [str(block.caption), *(point.label for point in block.points)]
            return [[], labels, ["", *(point.value for point in block.points)]]
        case Quote():
            said: list[list[Cell]] = [[line] for line in block.lines]
            return [[], [str(block.heading)], *said]


def _cell(sheet: Any, styles: _Styles, row: int, column: int, value: Cell) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, styles.bold)
        return
    number = value.number
    if number is None:
        sheet.write_string(row, column, showing.text(value))
        return
    whole = styles.whole if number == number.to_integral_value() else styles.number
    sheet.write_number(row, column, float(number), styles.numbers.get(value.kind, whole))
