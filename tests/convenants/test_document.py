"""A version is read as a document: on the screen from what was frozen, and as an accessible PDF."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import selectinload

from alliance_tracker.convenants import document, pdf, phrases, reading, signatures, signing
from alliance_tracker.convenants.models import VersionKind, VersionStatus
from alliance_tracker.convenants.reading import Section
from alliance_tracker.convenants.service import version_by_id
from alliance_tracker.database import clock_at, db, transaction
from alliance_tracker.i18n import in_language
from alliance_tracker.organisations import service as organisations
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.printing import letters
from tests.builders import make_actor, make_alliance, make_user, offer_and_sign, reload_version
from tests.conftest import NOON
from tests.convenants.making import rich_addendum, rich_draft, rich_offer
from tests.strict_client import StrictClient


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def text_of(content: bytes) -> str:
    """The words of a PDF in the order of its pages, through each font's own map of letters."""
    found = []
    for page in opened(content).pages:
        maps = {name: _unicode_map(font) for name, font in page.Resources.Font.items()}
        current: dict[int, str] = {}
        for instruction in pikepdf.parse_content_stream(page):
            operands, operator = instruction.operands, instruction.operator
            if str(operator) == "Tf":
                current = maps[str(operands[0])]
            elif str(operator) in {"Tj", "TJ"}:
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        raw = bytes(part)
                        found += [current.get(int.from_bytes(raw[i : i + 2], "big"), "") for i in range(0, len(raw), 2)]
            elif str(operator) in {"ET", "Td", "TD", "T*", "Tm"}:
                found.append(" ")
    return re.sub(r"\s+", " ", "".join(found))


def _unicode_map(font: pikepdf.Object) -> dict[int, str]:
    found = {}
    written = font.ToUnicode.read_bytes().decode("latin-1")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", written, re.DOTALL):
        for code, letter in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(code, 16)] = bytes.fromhex(letter).decode("utf-16-be")
    return found


# The typed document ------------------------------------------------------------------------------------------------


def test_every_part_of_a_document_is_read_with_its_type(context: Flask) -> None:
    text = reading.of_version(rich_draft().version)
    assert text.title == "Convenant STEM Neteland 2026-2028"
    assert (text.kind, text.number, text.granted) == (VersionKind.ORIGINAL, 1, Decimal("27500.00"))
    assert [party.name for party in text.parties][1:] == ["Stad Herentals", "Hogeschool Kempen"]
    hours, money = text.commitments
    assert (hours.code, hours.unit_value, hours.goal) == ("V1", Decimal("42.50"), "Meer meisjes in techniek")
    assert [bearer.share for bearer in hours.bearers] == [Decimal(50), Decimal(50)]
    assert money.years[0].quantity == Decimal(2500)
    assert [year.due_on for year in hours.years] == [date(2026, 12, 31), date(2027, 12, 31)]
    assert [section for section in Section if section not in text.sections] == [Section.CHANGE]
    assert text.cofinancing_example == (Decimal("27500.00"), Decimal("18333.34"))


def test_a_document_of_a_later_shape_is_refused_and_never_misread(context: Flask) -> None:
    raw = document.build(rich_draft().version)
    with pytest.raises(ValueError, match="shape 2"):
        reading.read({**raw, "shape": 2})


def test_an_offered_version_keeps_the_names_of_its_day(context: Flask) -> None:
    rich = rich_offer()
    with transaction():
        organisations.rename(
            _named(rich.town.organisation_id), name="Netestad", on=date(2026, 11, 21), reason="Fusie.", actor=SYSTEM
        )
    version = reload_version(rich.version)
    text = reading.of_version(version)
    assert "Stad Herentals" in {party.name for party in text.parties}
    assert "Stad Herentals" in {sheet.name for sheet in signatures.sheet_of(version, text)}


def _named(organisation_id: int) -> Organisation:
    found = sa.select(Organisation).where(Organisation.id == organisation_id)
    return db().scalars(found.options(selectinload(Organisation.names))).one()


# The page ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(app: Flask, client: StrictClient) -> StrictClient:
    with app.test_request_context("/"):
        make_user(Role.PROJECT_MANAGER, email="reader@example.org")
    client.sign_in("reader@example.org")
    return client


def test_the_page_of_an_offer_reads_like_a_contract(app: Flask, reader: StrictClient) -> None:
    with app.test_request_context("/"):
        rich = rich_offer()
        address, sha256 = f"/alliances/{rich.alliance.slug}/convenant/versions/{rich.version.id}", rich.version.sha256
    page = reader.get(address)
    for words in (
        "nog niet van kracht",
        "Stad Herentals (50%); Hogeschool Kempen (50%)",
        "12.500,00",
        "27.500,00",
        "31 december 2026",
        "De uitbetaling wordt opgeschort",
        "Mien Van Olmen",
        "op papier",
        "de gemeenteraad",
        "40%",
        "18.333,34",
        sha256,
    ):
        assert words in page.words, words
    assert f"{address}/convenant.pdf?lang=en" in page.links


def test_a_draft_says_that_nothing_is_agreed_yet(app: Flask, reader: StrictClient) -> None:
    with app.test_request_context("/"):
        rich = rich_draft()
        address = f"/alliances/{rich.alliance.slug}/convenant/versions/{rich.version.id}"
    assert "nog niets afgesproken" in reader.get(address).words


def test_a_version_of_another_alliance_is_not_found(app: Flask, reader: StrictClient) -> None:
    with app.test_request_context("/"):
        version, other = rich_draft().version, make_alliance()
        address = f"/alliances/{other.slug}/convenant/versions/{version.id}"
    reader.get(address, status=404)
    reader.get(f"{address}/convenant.pdf", status=404)


def test_each_state_of_a_version_has_its_banner(context: Flask) -> None:
    manager = make_actor(Role.PROJECT_MANAGER)
    _, later = rich_addendum()
    with in_language("en"):
        assert "nothing is agreed" in str(phrases.banner_of(later).heading)
        later = offer_and_sign(later)
        assert str(phrases.banner_of(later).heading) == "In force since 21 November 2026."
        former = version_by_id(later.based_on_id or 0)
        assert former is not None
        assert former.status is VersionStatus.SUPERSEDED
        assert str(phrases.banner_of(former).heading) == "Replaced by version 2 on 21 November 2026."
        with clock_at(datetime(2030, 1, 1, 12, tzinfo=NOON.tzinfo)):
            assert "Expired" in str(phrases.banner_of(later).heading)
        with transaction():
            signing.terminate(later.convenant, on=date(2026, 11, 21), reason="Gestopt.", actor=manager)
        later = reload_version(later)
        banner = phrases.banner_of(later)
        assert "Terminated" in str(banner.heading)
        assert "Gestopt." in str(banner.more)


def test_a_withdrawn_offer_and_a_discarded_draft_say_why(context: Flask) -> None:
    manager = make_actor(Role.PROJECT_MANAGER)
    rich = rich_offer()
    with transaction():
        signing.withdraw(rich.version, reason="Fout bedrag.", actor=manager)
    version = reload_version(rich.version)
    with in_language("en"):
        assert "Withdrawn" in str(phrases.banner_of(version).heading)
        assert "Fout bedrag." in str(phrases.banner_of(version).more)


def test_a_struck_signature_is_shown_and_does_not_count(context: Flask) -> None:
    rich = rich_offer()
    party = next(p for p in rich.version.parties if p.signatures)
    with transaction():
        signing.strike(
            rich.version, party.signatures[0], reason="Verkeerde naam.", actor=make_actor(Role.PROJECT_MANAGER)
        )
    version = reload_version(rich.version)
    sheet = next(s for s in signatures.sheet_of(version, reading.of_version(version)) if s.lines)
    assert (sheet.missing, sheet.lines[0].is_struck, sheet.lines[0].strike_reason) == (2, True, "Verkeerde naam.")


# The PDF -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "says"), [("nl", "Ondertekening"), ("en", "Signatures")])
def test_the_pdf_is_tagged_archival_and_in_the_language_asked(context: Flask, language: str, says: str) -> None:
    content = pdf.of_version(rich_offer().version, language)
    file = opened(content)
    assert file.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in file.Root
    assert str(file.Root.Lang).lower().startswith(language)
    assert file.Root.ViewerPreferences.DisplayDocTitle
    assert "/Outlines" in file.Root
    with file.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
        assert meta["dc:title"] == "Convenant STEM Neteland 2026-2028"
    words = text_of(content)
    assert says in words
    for typed in ("Lesuren in het STEM-lab", "Mien Van Olmen", "Meer meisjes in techniek"):
        assert typed in words, typed


def test_the_same_version_gives_the_same_bytes(context: Flask) -> None:
    version = rich_offer().version
    first = pdf.of_version(version, "nl")
    with clock_at(datetime(2027, 5, 4, 12, tzinfo=NOON.tzinfo)):
        assert pdf.of_version(reload_version(version), "nl") == first
    assert pdf.of_version(version, "en") != first


def test_the_fingerprint_is_printed_so_that_it_can_be_copied(context: Flask) -> None:
    version = rich_offer().version
    assert version.sha256 in text_of(pdf.of_version(version, "nl"))


def test_the_tables_of_the_pdf_have_headers(context: Flask) -> None:
    file = opened(pdf.of_version(rich_offer().version, "nl"))
    kinds = {
        str(thing.S)
        for thing in file.objects
        if isinstance(thing, pikepdf.Dictionary) and "/S" in thing and "/P" in thing
    }
    assert {"/Table", "/TH", "/TD", "/H1", "/H2", "/L"} <= kinds


HOSTILE = (
    '😀👩‍👩‍👧 你好世界 שלום مرحبا \x7f\x85\u200b\u202f \ue000 \ufffd #import "x": * *b* _i_ $x$ `c` <a> @b \\ // c /* d'
)


def test_whatever_people_type_is_printed_or_marked_and_never_fails(context: Flask) -> None:
    rich = rich_draft(title=f"Convenant {HOSTILE}"[:160], subject=HOSTILE, tasks="#" * 30 + "\n\n\n" + HOSTILE)
    words = text_of(pdf.of_version(rich.version, "nl"))
    assert "#import" in words
    assert "*b* _i_ $x$" in words
    assert letters.UNSHOWN in words
    assert "😀" not in words


def test_the_pdf_is_saved_under_its_own_name_and_kept_private(app: Flask, reader: StrictClient) -> None:
    with app.test_request_context("/"):
        rich = rich_offer()
        address = f"/alliances/{rich.alliance.slug}/convenant/versions/{rich.version.id}/convenant.pdf"
    answer = reader.browser.get(f"{address}?lang=en")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename*=UTF-8''convenant-{rich.alliance.slug}-v1-en.pdf"
    )
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.data.startswith(b"%PDF-")
    assert "-nl.pdf" in reader.browser.get(f"{address}?lang=xx").headers["Content-Disposition"]
