"""What people type can always be printed: what the fonts cannot show is marked beforehand."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_tracker.printing import letters, pdf

TEMPLATE = pdf.ROOT / "printing" / "specimen.typ"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Één café, à ½ prijs: € 12", "Één café, à ½ prijs: € 12"),
        ("cafe\u0301", "café"),
        ("feest 🎉🎉 hier", "feest [?] hier"),
        ("👩‍👩‍👧", "[?]"),
        ("你好", "[?]"),
        ("❤️", "[?]"),
        ("a\u200bb\ufeffc\u202ed", "abcd"),
        ("a\u2009b", "a b"),
        ("een\u2028twee", "een\ntwee"),
        ("een\r\ntwee\rdrie", "een\ntwee\ndrie"),
        ("\x7f\x80", ""),
        ("[?]", "[?]"),
        ("Ελλάδα Київ", "Ελλάδα Київ"),
    ],
)
def test_letters_are_kept_where_the_fonts_have_them_and_marked_where_not(typed: str, printed: str) -> None:
    assert letters.printable(typed) == printed


def test_texts_are_found_wherever_they_stand_in_the_data() -> None:
    assert letters.printable_data({"a": ["🎉", 1, None, {"b": ("x", True)}]}) == {
        "a": ["[?]", 1, None, {"b": ["x", True]}]
    }


def test_every_letter_that_counts_as_shown_compiles() -> None:
    everything = " ".join(letters.printable(chr(point)) for point in sorted(letters.shown_letters()))
    assert pdf.make(TEMPLATE, {"title": "Alles", "text": everything}, language="nl", made_on=date(2026, 1, 1))


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_no_text_makes_a_pdf_fail(typed: str) -> None:
    data = {"title": typed or "x", "text": typed}
    assert pdf.make(TEMPLATE, data, language="nl", made_on=date(2026, 1, 1)).startswith(b"%PDF-")


def test_a_word_longer_than_a_line_is_broken_and_kept_whole() -> None:
    address = "https://www.vlaanderen.be/" + "abc/" * 60
    content = pdf.make(TEMPLATE, {"title": "x" * 160, "text": address}, language="nl", made_on=date(2026, 1, 1))
    assert content.startswith(b"%PDF-")


def test_nothing_outside_the_package_can_be_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.typ"
    outside.write_text("hello")
    with pytest.raises(Exception, match=r"root|outside"):
        pdf.make(outside, {"title": "x"}, language="nl", made_on=date(2026, 1, 1))
