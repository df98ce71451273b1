"""A file or a pasted block, read as a table: whatever is wrong with it is one sentence, in bounded time and memory."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineWorkbook

from alliance_tracker.exchange import zipped
from alliance_tracker.exchange.cells import Raw, of_spreadsheet
from alliance_tracker.exchange.tables import FileRefused
from alliance_tracker.exchange.zipped import MEGABYTE, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, too_large
from alliance_tracker.i18n import Message

MOST_BYTES = 15 * MEGABYTE
#: A cell longer than this is no cell of ours, whatever its column.
LONGEST_CELL = 20_000
SEPARATORS = (";", ",", "\t")
#: A first line in which Excel says what separates the columns.
DECLARED = re.compile(r"\ufeff?\"?sep=([;,\t|])\"?\r?\n", re.IGNORECASE)
#: Undoing what an export put before a text that a spreadsheet would take for a formula.
NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
#: How files begin that people take for spreadsheets.
OTHERS = (
    (b"\xd0\xcf\x11\xe0", Message("This is an old workbook (.xls) or one with a password. Save it as .xlsx, without.")),
    (b"%PDF-", Message("This is a pdf. Bring in a workbook (.xlsx) or a text file with columns (.csv).")),
    (b"{\\rtf", Message("This is not a spreadsheet. Bring in a workbook (.xlsx) or a text file with columns (.csv).")),
    (b"<", Message("This is a page or XML. Bring in a workbook (.xlsx) or a text file with columns (.csv).")),
)

Cells = list[Raw]


@dataclass
class Sheet:
    """The rows of a table that are not empty, each with the number that it has in the file."""

    rows: Iterator[tuple[int, Cells]]


def read(name: str, content: bytes) -> Sheet:
    """The table in a file called `name`.

    :raise FileRefused: while opening or while its rows are taken: it is no table, or has too much in it.
    """
    if not content.strip():
        raise FileRefused(Message("This file is empty."))
    if len(content) > MOST_BYTES:
        raise FileRefused(Message("A file may be at most %(n)s MB.", n=MOST_BYTES // MEGABYTE))
    for start, sentence in OTHERS:
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            raise FileRefused(sentence)
    if content.startswith(b"PK"):
        return Sheet(_limited(_workbook(content)))
    if name.lower().endswith((".xlsx", ".xlsm", ".ods", ".zip")):
        raise zipped.not_a_workbook()
    return Sheet(_limited(_text(_decoded(content))))


def _limited(rows: Iterator[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    """The rows that hold something, as long as they stay within the limits."""
    cells = 0
    for number, row in rows:
        while row and row[-1] is None:
            row.pop()
        if not row:
            continue
        cells += len(row)
        if number > MOST_ROWS + 1 or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
            raise too_large()
        if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in row):
            raise FileRefused(
                Message("Row %(n)s has a cell with more than %(most)s characters.", n=number, most=LONGEST_CELL)
            )
        yield number, row


def _workbook(content: bytes) -> Iterator[tuple[int, Cells]]:
    zipped.look_into(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            for number, row in enumerate(sheet.iter_rows(), start=1):
                yield number, [of_spreadsheet(value) for value in row]
    except FileRefused:
        raise
    except (Exception, BaseExceptionGroup) as error:
        raise zipped.not_a_workbook() from error
    except BaseException as error:
        # A panic of the reader, which is written in another language, is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise zipped.not_a_workbook() from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)  # Excel's “Unicode text”
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text
    raise FileRefused(
        Message("This file cannot be read as text. Bring in a workbook (.xlsx) or a text file with columns (.csv).")
    )


def _text(text: str) -> Iterator[tuple[int, Cells]]:
    first_number = 1
    if declared := DECLARED.match(text):
        separator, text = declared[1], text[declared.end() :]
        first_number = 2
    else:
        separator = _separator(text)
    lines = csv.reader(_lines(text, separator), delimiter=separator, strict=True)
    try:
        for number, row in enumerate(lines, start=first_number):
            yield number, [_plain(cell) for cell in row]
    except csv.Error as error:
        raise FileRefused(
            Message(
                "After line %(n)s the quotation marks do not match, or a cell is far too long. Look at that line.",
                n=lines.line_num,
            )
        ) from error


def _lines(text: str, separator: str) -> Iterator[str]:
    """The lines, as long as none of them would become a row of a million cells."""
    for line in io.StringIO(text, newline=""):
        if line.count(separator) > MOST_COLUMNS + LONGEST_CELL:
            raise too_large()
        yield line


def _separator(text: str) -> str:
    """What separates the columns: whatever occurs most in the first line that holds something."""
    head = next(iter(text.lstrip()[:LONGEST_CELL].splitlines()), "")  # a file may hold only space
    outside = re.sub(r'"[^"]*"', "", head)
    return max(SEPARATORS, key=outside.count)


def _plain(cell: str) -> Raw:
    if NEUTRALISED.match(cell):
        cell = cell[1:]
    return cell if cell.strip() else None


def rows_of(sheet: Sheet) -> tuple[tuple[int, Cells], Iterator[tuple[int, Cells]]]:
    """The row with the names of the columns, and those after it.

    :raise FileRefused: there is none.
    """
    first: Any = next(sheet.rows, None)
    if first is None:
        raise FileRefused(Message("This file is empty."))
    return first, sheet.rows
