"""Writing tables to files, row by row, so that a large export takes no more memory than a small one."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from alliance_tracker.exchange import cells, planning
from alliance_tracker.exchange.tables import (
    REMARKS,
    ROUNDED,
    CellError,
    Column,
    Kind,
    Plan,
    Scope,
    Table,
)
from alliance_tracker.i18n import Message, shown

#: Files larger than this are written to disk while they are made.
IN_MEMORY = 2 * 1024 * 1024
#: A text that begins so would be taken for a formula by a spreadsheet that opens a csv.
FORMULA_LIKE = re.compile(r"'*[=+\-@\t\r]")
#: Rows under the names for which the template offers the lists of words.
ROWS_WITH_LISTS = 1000
#: Excel takes no more characters in a list that is typed into its rule.
LONGEST_LIST = 250
#: A comment in a cell may be this long.
LONGEST_COMMENT = 1000


@dataclass(frozen=True)
class Layout:
    """Which columns a file has, and whether its counts of people are rounded."""

    columns: tuple[Column, ...]
    is_rounded: bool


def layout(table: Table, scope: Scope) -> Layout:
    """The columns of an export: those of the table, the further ones in use, and the mark of a rounded one."""
    used = table.used(scope)
    more = tuple(column for column in table.more_columns() if column.key in used)
    is_rounded = table.holds_people() and not scope.exact
    return Layout((*table.columns, *more, *((ROUNDED,) if is_rounded else ())), is_rounded)


def _marked(rows: Iterable[Mapping[str, Any]], found: Layout) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield {**row, ROUNDED.key: str(Message("rounded to a multiple of 5"))} if found.is_rounded else row


def _temporary() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # whoever sends it closes it


# csv -----------------------------------------------------------------------------------------------------------------


def to_csv(table: Table, scope: Scope, rows: Iterable[Mapping[str, Any]]) -> IO[bytes]:
    """The rows as Belgian spreadsheets read them: semicolons, decimal commas, and a mark that it is UTF-8."""
    found = layout(table, scope)
    target = _temporary()
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(harmless(str(column.label)) for column in found.columns)
    for row in _marked(rows, found):
        writer.writerow(_in_csv(column, row.get(column.key)) for column in found.columns)
    text.flush()
    text.detach()
    target.seek(0)
    return target


def _in_csv(column: Column, value: Any) -> str:
    found = cells.written(column, value)
    if found is None:
        return ""
    if isinstance(found, Decimal):
        return plain(found).replace(".", ",")
    if isinstance(found, date):
        return found.isoformat()
    return harmless(str(found))


def plain(number: Decimal) -> str:
    """A number without needless zeros and never with an exponent."""
    return format(number.normalize(), "f") if number else "0"


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; reading it again takes the apostrophe away."""
    return f"'{text}" if FORMULA_LIKE.match(text) else text


# xlsx ----------------------------------------------------------------------------------------------------------------


class Book:
    """A workbook that is written from its first row to its last."""

    def __init__(self) -> None:
        self.file = _temporary()
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "dd/mm/yyyy",
        }
        self.book = xlsxwriter.Workbook(self.file, options)
        self.head = self.book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True})
        self.date = self.book.add_format({"num_format": "dd/mm/yyyy"})
        self.wrong = self.book.add_format({"bg_color": "#FFD9D6"})
        self.wrong_date = self.book.add_format({"bg_color": "#FFD9D6", "num_format": "dd/mm/yyyy"})
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(self, name: str, headings: Sequence[str]) -> Any:
        """A sheet with its names in the first row, which stays in sight."""
        sheet = self.book.add_worksheet(re.sub(r"[\[\]:*?/\\']", "", name)[:31])
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, max(10, min(40, len(heading) + 4)))
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, self.head)
        return sheet

    def write(self, sheet: Any, row: int, place: int, value: Any, *, is_wrong: bool = False) -> None:
        """One cell; a text stays a text, and a number that a spreadsheet cannot keep exactly is written as one."""
        form = self.wrong if is_wrong else None
        if value is None or value == "":
            if is_wrong:
                sheet.write_blank(row, place, None, form)
        elif isinstance(value, bool):
            sheet.write_boolean(row, place, value, form)
        elif isinstance(value, Decimal):
            if Decimal(f"{float(value):.15g}") == value:
                sheet.write_number(row, place, float(value), form)
            else:
                sheet.write_string(row, place, plain(value).replace(".", ","), form)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self.wrong_date if is_wrong else self.date)
        else:
            sheet.write_string(row, place, str(value), form)

    def done(self) -> IO[bytes]:
        """The finished file, from its beginning."""
        self.book.close()
        self.file.seek(0)
        return self.file


def to_xlsx(table: Table, scope: Scope, rows: Iterable[Mapping[str, Any]]) -> IO[bytes]:
    """The rows as a workbook, with a second sheet that says what each column means."""
    found, book = layout(table, scope), Book()
    name = str(table.title)
    if found.is_rounded:
        name = str(Message("%(title)s (rounded)", title=table.title))
    sheet = book.sheet(name, [str(column.label) for column in found.columns])
    for place, column in enumerate(found.columns):
        _offer_words(sheet, place, column)
    number = 0
    for number, row in enumerate(_marked(rows, found), start=1):
        for place, column in enumerate(found.columns):
            book.write(sheet, number, place, cells.written(column, row.get(column.key)))
    sheet.autofilter(0, 0, max(number, 1), len(found.columns) - 1)
    _explain(book, table, found)
    return book.done()


def _offer_words(sheet: Any, place: int, column: Column) -> None:
    words = [str(label) for label in column.choices.values()]
    if column.kind is Kind.YES_NO:
        words = [str(Message("yes")), str(Message("no"))]
    if column.kind is Kind.LIST or not words or len(",".join(words)) > LONGEST_LIST or any("," in w for w in words):
        return
    sheet.data_validation(1, place, ROWS_WITH_LISTS, place, {"validate": "list", "source": words})


#: The words for what a column holds.
KINDS = {
    Kind.TEXT: Message("text"),
    Kind.NUMBER: Message("number"),
    Kind.ORDINAL: Message("number"),
    Kind.EURO: Message("number"),
    Kind.DATE: Message("date"),
    Kind.CHOICE: Message("one of a list"),
    Kind.YES_NO: Message("yes or no"),
    Kind.LIST: Message("several of a list"),
}


def _explain(book: Book, table: Table, found: Layout) -> None:
    headings = ("column", "key", "needed", "holds", "meaning", "words", "example")
    labels = {
        "column": Message("column"),
        "key": Message("key"),
        "needed": Message("needed"),
        "holds": Message("holds"),
        "meaning": Message("meaning"),
        "words": Message("possible words"),
        "example": Message("example"),
    }
    sheet = book.sheet(str(Message("explanation")), [str(labels[name]) for name in headings])
    sheet.set_column(4, 5, 60)
    number = 0
    for number, column in enumerate(found.columns, start=1):
        needed = (
            Message("no, only to read") if column.read_only else Message("yes") if column.required else Message("no")
        )
        words = "; ".join(str(label) for label in column.choices.values())
        told = (
            str(column.label),
            column.key,
            str(needed),
            str(KINDS[column.kind]),
            str(column.hint),
            words,
            column.example,
        )
        for place, text in enumerate(told):
            sheet.write_string(number, place, text, book.text)
    for offset, sentence in enumerate(_rules(table, found), start=number + 2):
        sheet.write_string(offset, 0, str(sentence))


def _rules(table: Table, found: Layout) -> list[Message]:
    rules = [
        table.about,
        Message("An empty cell leaves things as they are, and so does a row or a column that is not in the file."),
        Message("Columns may stand in any order and may be left out, unless they are needed."),
    ]
    if found.is_rounded:
        rules.insert(
            0,
            Message(
                "Counts of people are rounded to a multiple of 5. This file is to be read, it cannot be brought in."
            ),
        )
    return rules


# The file that came in, with what is wrong in it ---------------------------------------------------------------------


def marked(upload: planning.Upload, plan: Plan) -> IO[bytes]:
    """The file as it was brought in, with each faulty cell coloured and a comment that says what is wrong.

    The last column says it again; bringing the mended file in, it is not looked at.
    """
    columns = [(place, column) for place, column, _ in upload.columns if column.key != REMARKS.key]
    places = {column.key: number for number, (_, column) in enumerate(columns)}
    wrong = {row.number: row.errors for row in plan.rows if row.errors}
    book = Book()
    headings = [*(str(column.label) for _, column in columns), str(REMARKS.label)]
    sheet = book.sheet(str(upload.table.title), headings)
    sheet.set_column(len(columns), len(columns), 60)
    for number, line in upload.lines:
        errors = wrong.get(number, ())
        by_column = _by_column(errors)
        for place, (source, column) in enumerate(columns):
            value = line[source] if source < len(line) else None
            book.write(sheet, number - 1, place, value, is_wrong=column.key in by_column)
            if column.key in by_column:
                sheet.write_comment(number - 1, place, by_column[column.key][:LONGEST_COMMENT])
        if errors:
            book.write(sheet, number - 1, len(columns), _remarks(errors, columns, places), is_wrong=True)
    return book.done()


def _by_column(errors: Sequence[CellError]) -> dict[str, str]:
    found: dict[str, str] = {}
    for error in errors:
        found[error.column] = " ".join(filter(None, (found.get(error.column), str(error.sentence))))
    return found


def _remarks(errors: Sequence[CellError], columns: Sequence[tuple[int, Column]], places: Mapping[str, int]) -> str:
    sentences = []
    for error in errors:
        label = columns[places[error.column]][1].label if error.column in places else None
        sentences.append(f"{shown(label)}: {error.sentence}" if label is not None else str(error.sentence))
    return " ".join(sentences)


#: The formats that one may ask for, with how each is written and what it is.
FORMATS: dict[str, tuple[Callable[[Table, Scope, Iterable[Mapping[str, Any]]], IO[bytes]], str]] = {
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (to_csv, "text/csv; charset=utf-8"),
}
