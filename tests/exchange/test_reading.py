"""Reading files: the oddities of real spreadsheets are taken, harmful and hopeless files are refused in a sentence."""

import contextlib
import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance_tracker.exchange import reading, zipped
from alliance_tracker.exchange.cells import CellRefused, parser_of
from alliance_tracker.exchange.planning import opened
from alliance_tracker.exchange.tables import Column, FileRefused, Kind, Table
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from tests.exchange.files import SHEET, changed_part, text, xlsx

NAMES = "name|amount|on|colour|certain|several"
HEADER = ("name", "amount", "on", "colour", "certain", "several")
COLOURS = {"red": Message("number"), "blue": Message("status")}  # whose Dutch is “nummer” and “status”


class Things(Table):
    """A table with a column of every kind."""

    key = "things"
    title = Message("Name")
    about = Message("Name")
    permission = Permission.GOAL_EDIT
    columns = (
        Column("name", Message("Name"), required=True, limit=50),
        Column("amount", Message("amount"), Kind.NUMBER),
        Column("on", Message("date"), Kind.DATE),
        Column("colour", Message("colour"), Kind.CHOICE, choices=COLOURS),
        Column("certain", Message("certain"), Kind.YES_NO),
        Column("several", Message("several"), Kind.LIST, choices=COLOURS),
        Column("seen", Message("seen"), read_only=True),
    )

    def read(self, scope: Any) -> Any:  # noqa: ARG002  # it has no rows
        return iter(())

    def judge_with(self, scope: Any) -> Any:
        raise NotImplementedError

    def apply(self, scope: Any, row: Any, *, actor: Any) -> None:
        raise NotImplementedError


def values(content: bytes, name: str = "x") -> list[dict[str, Any]]:
    return [row.values for row in opened(Things(), name, content).rows()]


def refusal(content: bytes, name: str = "x") -> str:
    """The sentence with which a file is refused, in English, wherever reading it stops."""
    with pytest.raises(FileRefused) as found:
        list(opened(Things(), name, content).rows())
    return str(found.value.sentence.text)


FULL = {
    "name": "Élève",
    "amount": Decimal("1234.5"),
    "on": date(2026, 11, 21),
    "colour": "blue",
    "certain": True,
    "several": ("red", "blue"),
}


@pytest.mark.parametrize(
    "content",
    [
        xlsx(HEADER, ("Élève", 1234.5, date(2026, 11, 21), "blue", True, "red; blue")),
        xlsx(HEADER, ("  Élève\xa0", "1 234,5", "21/11/2026", "STATUS", "ja", "blue;red")),
        xlsx(HEADER, ("Élève", "1.234,50", 46347, "blue", "x", "nummer | status")),
        text(NAMES, 'Élève|1234,5|21/11/2026|blue|ja|"red;blue"'),
        text(NAMES, 'Élève|1234,5|2026-11-21|blue|yes|"red;blue"', encoding="utf-8-sig"),
        text(NAMES, 'Élève|1234,5|21-11-2026|blue|1|"red;blue"', encoding="cp1252"),
        text(NAMES, 'Élève|"1234,5"|21.11.2026|blue|ja|red;blue', separator=","),
        text(NAMES, "Élève|1234,5|21/11/2026|blue|ja|red;blue", separator="\t"),
        text(NAMES, "Élève|1234,5|21/11/2026|blue|ja|red;blue", separator="\t", encoding="utf-16"),
        text("sep=,", NAMES, "Élève|1234.5|21/11/2026|blue|ja|red;blue", separator=","),
        text("Naam|AMOUNT |on|colour|certain|several|seen", 'Élève|1234,5|21/11/2026|blue|ja|"red;blue"|whatever'),
    ],
    ids=["workbook", "typed in a workbook", "serial date", "semicolons", "utf-8 with a mark", "cp1252", "commas",
         "pasted", "utf-16", "declared separator", "other names, and a column only to read"],
)  # fmt: skip
def test_the_ways_in_which_people_write_the_same_row_are_all_read(context: Flask, content: bytes) -> None:
    assert values(content) == [FULL]


def test_columns_may_stand_in_any_order_and_empty_rows_do_not_count(context: Flask) -> None:
    content = xlsx((), ("amount", "name"), (), (5, "Een"), (None, None), (Decimal("0.1"), "Twee"))
    assert values(content) == [{"amount": Decimal(5), "name": "Een"}, {"amount": Decimal("0.1"), "name": "Twee"}]
    assert [row.number for row in opened(Things(), "x", content).rows()] == [4, 6]


def test_a_number_that_a_spreadsheet_computed_loses_the_noise_of_binary_fractions(context: Flask) -> None:
    assert values(xlsx(HEADER, ("a", 0.1 + 0.2)))[0]["amount"] == Decimal("0.3")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (("", 1), "Fill this in."),
        (("a" * 51, 1), "At most %(n)s characters."),
        (("a", "veel"), "“%(typed)s” is not a number."),
        (("a", "1.234"), "“%(typed)s” can be read in two ways. Write %(plain)s without a point."),
        (("a", date(2026, 2, 1)), "The spreadsheet made a date of this. Write a number."),
        (("a", 1, "31/02/2026"), "This is not a date. Write it as 21/11/2026."),
        (("a", 1, "morgen"), "This is not a date. Write it as 21/11/2026."),
        (("a", 1, "1/1/1850"), "Give a date between 1900 and 2100."),
        (("a", 1, 2026), "This is not a date. Write it as 21/11/2026."),
        (("a", 1, None, "green"), "“%(typed)s” is not one of the list: %(words)s."),
        (("a", 1, None, None, "misschien"), "Write yes or no."),
        (("a\x01b", 1), "This text holds a character that cannot be kept."),
        (("a\u202eb", 1), "This text holds a character that cannot be kept."),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_right_is_named_with_a_sentence(context: Flask, cell: Any, sentence: str) -> None:
    rows = list(opened(Things(), "x", xlsx(HEADER, cell, ("goed", 1))).rows())
    assert [(len(row.errors), row.number) for row in rows] == [(1, 2), (0, 3)]
    assert rows[0].errors[0].sentence.text == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b" \r\n \n", "This file is empty."),
        (xlsx(), "This file is empty."),
        (xlsx(HEADER, ("a", 1), formula_at="C2"), "holds a formula"),
        (xlsx((*HEADER, "name"), ("a",)), "is there twice"),
        (xlsx(("name", "Naam"), ("a",)), "is there twice"),
        (xlsx((*HEADER, "shoe"), ("a",)), "not known here"),
        (xlsx(("amount",), (1,)), "columns are missing"),
        (xlsx(("x",), ("y",)), "must hold the names"),
        (xlsx(("name", None, "amount"), ("a", 2, 3)), "has no name"),
        (xlsx((*HEADER, "rounded"), ("a",)), "rounded counts"),
        (text("name|amount", 'a|"1'), "quotation marks do not match"),
        (text("name", "x" * 200_000), "quotation marks do not match"),
        (text("name", "x" * 30_000), "a cell with more than"),
        (b"name\n\x00\x01\x02", "cannot be read as text"),
        (b"name\n\x81\x8d\x8f", "cannot be read as text"),
        (b"%PDF-1.7 rubbish", "This is a pdf"),
        (b"<html><table>", "This is a page or XML"),
        (b"{\\rtf1 x}", "This is not a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old workbook (.xls)"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "cannot be read as text"),
        (b"PK\x03\x04 rubbish", "not a sound workbook"),
        (b"x" * (15 * 1024 * 1024 + 1), "at most %(n)s MB"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_table_is_refused_with_the_reason(context: Flask, content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_the_formula_is_named_by_its_cell(context: Flask) -> None:
    with pytest.raises(FileRefused) as found:
        reading.rows_of(reading.read("x", xlsx(HEADER, ("a", 1), formula_at="C7")))
    assert found.value.sentence.facts == {"cell": "C7", "sheet": "1"}


def test_a_value_beside_the_table_is_named(context: Flask) -> None:
    (row,) = opened(Things(), "x", xlsx(("name",), ("a", "stray"))).rows()
    assert [e.sentence.facts for e in row.errors] == [{"column": "B"}]


def test_what_says_to_be_a_workbook_and_is_not_is_refused(context: Flask) -> None:
    assert "not a sound workbook" in refusal(text("name", "a"), "lijst.xlsx")


def _zip(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def _sheet(body: bytes) -> Callable[[bytes], bytes]:
    def change(old: bytes) -> bytes:
        start, end = old.index(b"<sheetData>") + 11, old.index(b"</sheetData>")
        return old[:start] + body + old[end:]

    return change


PLAIN = xlsx(HEADER, ("a", 1))


def _with_sheet(body: bytes) -> bytes:
    return changed_part(PLAIN, SHEET, _sheet(body))


def _lying_bomb() -> bytes:
    """A part of 60 MB that the table of contents calls small."""
    content = bytearray(changed_part(PLAIN, SHEET, _sheet(b" " * 60_000_000)))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        if SHEET.encode() in content[at : at + 46 + 40]:
            content[at + 24 : at + 28] = struct.pack("<I", 1000)
        at += 4
    return bytes(content)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: _zip({"[Content_Types].xml": b"", "xl/workbook.xml": b"\0" * 300_000_000}), "too large"),
        (_lying_bomb, "too large"),
        (lambda: _with_sheet(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "too large"),
        (lambda: _with_sheet(b'<row r="1"><c r="XFD1"><v>1</v></c></row>'), "too large"),
        (lambda: _with_sheet(b"<row r='1'><c s='1' r='A1'></c><c r = 'GR100001'></c></row>"), "too large"),
        (lambda: _with_sheet(b"<row><c><v>1</v></c></row>"), "not a sound workbook"),
        (lambda: _with_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' * 9000 + b"<"), "not a sound workbook"),
        (lambda: _with_sheet(b'<row r="1"><c r="B1"><f>A1</f><v>1</v></c></row>'), "holds a formula"),
        (lambda: _with_sheet(b'<row r="1"><x:c r="B1"><x:f t="array">A1</x:f></x:c></row>'), "holds a formula"),
        (lambda: changed_part(PLAIN, SHEET, lambda old: b"<!DOCTYPE x>" + old), "not a sound workbook"),
        (lambda: changed_part(PLAIN, SHEET, lambda old: old.decode().encode("utf-16")), "not a sound workbook"),
        (lambda: changed_part(PLAIN, SHEET, lambda _: b"<worksheet><sheetData><row"), "not a sound workbook"),
        (lambda: changed_part(PLAIN, "xl/workbook.xml", lambda _: b"<workbook/>"), "not a sound workbook"),
        (lambda: _zip({"[Content_Types].xml": b"", "word/document.xml": b""}), "This is not a spreadsheet"),
        (lambda: _zip({"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/vbaProject.bin": b""}), "macros"),
        (lambda: _zip({"[Content_Types].xml": b"", "xl/workbook.xml": b"x"}, zipfile.ZIP_LZMA), "not a sound workbook"),
        (lambda: _zip({f"xl/{n}.xml": b"" for n in range(300)}), "not a sound workbook"),
        (lambda: PLAIN + b"more", "not a sound workbook"),
        (lambda: PLAIN[:-40], "not a sound workbook"),
        (lambda: PLAIN[:300] + b"\xff" * 100 + PLAIN[400:], "not a sound workbook"),
        (lambda: text(";" * 3_000_000), "too large"),
        (lambda: text("name", *["a"] * 100_001), "too large"),
        (lambda: text("|".join(["name", *["x"] * 200])), "too large"),
    ],
    ids=["bomb", "bomb that lies", "last row", "last column", "dense between two", "no places", "broken xml", "formula",
         "formula with a prefix", "doctype", "utf-16 xml", "cut off xml", "no sheets", "document", "macros",
         "odd packing", "many parts", "something after it", "cut off", "scribbled over", "a line of separators",
         "many rows", "many columns"],
)  # fmt: skip
def test_a_harmful_file_is_refused_in_bounded_time_and_memory(
    context: Flask, make: Callable[[], bytes], sentence: str
) -> None:
    content = make()
    tracemalloc.start()
    began = time.perf_counter()
    try:
        assert sentence in refusal(content)
        took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < 20, f"{took:.1f} s"  # generous: everything runs slower while memory is traced
    assert peak < 160 * zipped.MEGABYTE, f"{peak / zipped.MEGABYTE:.0f} MB"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=60).map(lambda b: PLAIN[:40] + b + PLAIN[100:])))
def test_no_file_breaks_the_reader(context: Flask, content: bytes) -> None:
    with contextlib.suppress(FileRefused):
        list(opened(Things(), "x.csv", content).rows())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 255))
def test_no_damaged_workbook_breaks_the_reader(context: Flask, place: int, byte: int) -> None:
    damaged = bytearray(PLAIN)
    damaged[place] = byte
    with contextlib.suppress(FileRefused):
        list(opened(Things(), "x.xlsx", bytes(damaged)).rows())


def test_a_choice_may_be_its_key_or_its_word_in_either_language(context: Flask) -> None:
    parse = parser_of(Things.columns[3])
    assert {parse(word) for word in ("red", "NUMBER", " nummer ")} == {"red"}
    with pytest.raises(CellRefused):
        parse("groen")
