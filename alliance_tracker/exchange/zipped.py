"""Looking at a workbook before it is opened: how much is really in it, its formulas, and how far its cells reach.

A workbook is a zip of XML. Its own table of contents is not believed: what is inflated is counted while it is read.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from alliance_tracker.exchange.tables import FileRefused
from alliance_tracker.i18n import Message

MEGABYTE = 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 100_000, 200
#: The reader of workbooks keeps a place for each cell between the first and the last one.
MOST_CELLS = 5_000_000
MOST_PARTS = 200
MOST_INFLATED = 400 * MEGABYTE
#: XML of a spreadsheet shrinks to a tenth or a twentieth; what shrinks to a three-hundredth was made to.
MOST_RATIO = 300
SMALL = MEGABYTE
CHUNK = 1 * MEGABYTE
SLICE = 64 * 1024
#: No tag, and no text of a cell, is this long.
LONGEST_TAG = 256 * 1024
#: A zip ends with this record, and nothing after it: readers that differ on where it ends would read different files.
END, END_SIZE = b"PK\x05\x06", 22
LARGE_END, LARGE_END_SIZE = b"PK\x06\x07", 20

CELL = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?:[^<>]*?\sr\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["'])?""")
FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])")
PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3}\d{1,7})["']""")
SHEET_NUMBER = re.compile(r"(\d+)\.xml\Z")


def too_large() -> FileRefused:
    return FileRefused(
        Message(
            "This table is too large: at most %(rows)s rows, %(columns)s columns and %(cells)s cells together. "
            "Divide it over several files.",
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
            cells=MOST_CELLS,
        )
    )


def not_a_workbook() -> FileRefused:
    return FileRefused(
        Message("This file is not a sound workbook. Open it in a spreadsheet program and save it as .xlsx again.")
    )


def look_into(content: bytes) -> None:
    """:raise FileRefused: it is not a plain workbook, would grow too large, has macros, formulas or far-off cells."""
    if not content[-END_SIZE:].startswith(END) or content[-END_SIZE - LARGE_END_SIZE :].startswith(LARGE_END):
        raise not_a_workbook()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
        _look_at_contents(parts, len(content))
        left = MOST_INFLATED
        for info in parts:
            left -= _look_at_part(content, info, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise not_a_workbook() from error


def _look_at_contents(parts: list[zipfile.ZipInfo], size: int) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise not_a_workbook()
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise FileRefused(
            Message("This is not a spreadsheet. Bring in a workbook (.xlsx) or a text file with columns (.csv).")
        )
    if any("vbaproject" in name.lower() or "macrosheets" in name.lower() for name in names):
        raise FileRefused(Message("This workbook holds macros. Save it as .xlsx without macros."))
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(Message("This workbook is protected with a password. Save it without one."))
    inflated = sum(part.file_size for part in parts)
    if inflated > MOST_INFLATED or inflated > max(size * MOST_RATIO, SMALL):
        raise too_large()


def _look_at_part(content: bytes, info: zipfile.ZipInfo, left: int) -> int:
    """Inflate one part, looking at its cells; how many bytes it really had."""
    reach = _Reach(info.filename)
    found = 0
    for chunk in _inflated(content, info):
        found += len(chunk)
        if found > left or found > info.file_size:
            raise too_large()
        if info.filename.lower().endswith((".xml", ".rels")):
            reach.look_at(chunk)
    reach.look_at(b"<")
    if found != info.file_size:
        raise not_a_workbook()
    return found


def _inflated(content: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part really holds, whatever the table of contents says of its size."""
    start = info.header_offset
    name_length, extra_length = struct.unpack("<HH", content[start + 26 : start + 30])
    first = start + 30 + name_length + extra_length
    packed = memoryview(content)[first : first + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        for place in range(0, len(packed), CHUNK):
            yield bytes(packed[place : place + CHUNK])
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise not_a_workbook()
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    for place in range(0, len(packed), SLICE):
        piece: bytes | memoryview = packed[place : place + SLICE]
        while chunk := inflating.decompress(piece, CHUNK):
            yield chunk
            piece = inflating.unconsumed_tail
    while chunk := inflating.flush(CHUNK):
        yield chunk


class _Reach:
    """How far the cells of one part reach, and that each says where it stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rest = b""
        self.is_sheet = False
        self.columns: set[bytes] = set()
        self.last_row = self.cells = 0

    def look_at(self, chunk: bytes) -> None:
        """Look at the whole tags that have come in by now; the last one may go on in the next chunk."""
        text, bracket, rest = (self.rest + chunk).rpartition(b"<")
        self.rest = bracket + rest
        if len(self.rest) > LONGEST_TAG:
            raise not_a_workbook()
        if b"\0" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise not_a_workbook()
        self.is_sheet = self.is_sheet or b"sheetData" in text
        if not self.is_sheet:
            return
        self._refuse_formulas(text)
        places = CELL.findall(text)
        if not places:
            return
        self.cells += len(places)
        self.columns |= {column.upper() for column in {column for column, _ in places}}
        furthest = max(map(int, (row for _, row in places if row)), default=0)
        self.last_row = max(self.last_row, furthest)
        if b"" in self.columns:
            # A cell that does not say where it stands: no spreadsheet program writes that.
            raise not_a_workbook()
        width = max(map(_number_of, self.columns))
        if self.last_row > MOST_ROWS + 1 or width > MOST_COLUMNS or self.last_row * width > MOST_CELLS:
            raise too_large()
        if self.cells > MOST_CELLS:
            raise too_large()

    def _refuse_formulas(self, text: bytes) -> None:
        found = FORMULA.search(text)
        if found is None:
            return
        places = PLACE.findall(text, max(0, found.start() - LONGEST_TAG), found.start())
        number = SHEET_NUMBER.search(self.name)
        raise FileRefused(
            Message(
                "Cell %(cell)s on sheet %(sheet)s holds a formula. Copy the cells and paste them as values, then "
                "bring the file in again.",
                cell=places[-1].decode() if places else "?",
                sheet=number[1] if number else "?",
            )
        )


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
