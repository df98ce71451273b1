"""A version is read from its document alone: exactly, or as it is told outside."""

import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance_tracker.convenants.comparing import Part
from alliance_tracker.database import clock_at, transaction
from alliance_tracker.i18n import InTwoLanguages, in_language
from alliance_tracker.impact_reports import (
    blocks,
    comparing,
    differing,
    drafts,
    outside,
    reading,
    showing,
    taking_along,
    writing,
    written,
)
from alliance_tracker.impact_reports.about_work import pilots_of
from alliance_tracker.impact_reports.blocks import Course, Fact, Figures, Point, Quote, Row, Table, Value, ValueKind
from alliance_tracker.impact_reports.models import SectionKey
from alliance_tracker.indicators.models import FigureState
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.people import ROUNDED_TO
from tests.builders import make_measurement, make_partner, typed
from tests.impact_reports.making import (
    YEAR,
    begun,
    draft,
    fresh,
    logged_year,
    open_year,
    recount,
    report_of,
    submitted,
)

K = SectionKey

# The same when read again --------------------------------------------------------------------------------------------

WORDS = st.builds(InTwoLanguages, st.text(max_size=12), st.text(max_size=12))
NUMBERS = st.decimals(min_value=-10_000, max_value=10_000_000, places=4, allow_nan=False, allow_infinity=False)
DAYS = st.none() | st.dates()
VALUES = st.one_of(
    st.builds(blocks.count, st.integers(0, 10**7)),
    st.builds(blocks.people, st.none() | st.integers(0, 10**7)),
    st.builds(blocks.euro, st.none() | NUMBERS),
    st.builds(blocks.number, NUMBERS),
    st.builds(blocks.percent, NUMBERS, NUMBERS, NUMBERS),
    st.builds(blocks.day, DAYS),
    st.builds(blocks.text, st.text(max_size=20)),
    st.builds(blocks.words, WORDS, st.sampled_from(["", "good", "warn", "bad"])),
    st.builds(blocks.none, st.none() | WORDS),
    st.builds(
        Value,
        st.just(ValueKind.PEOPLE),
        NUMBERS.map(blocks.plain),
        is_people=st.booleans(),
        whole=NUMBERS.map(blocks.plain),
        min_cell=st.integers(0, 20),
    ),
)
KEYS = st.text(max_size=8)
FACTS = st.builds(Fact, KEYS, WORDS, VALUES, st.none() | WORDS, KEYS, DAYS, st.booleans())
COURSES = st.builds(
    Course,
    KEYS,
    WORDS,
    st.lists(st.builds(Point, KEYS, VALUES, st.none() | VALUES), max_size=3).map(tuple),
    st.none() | WORDS,
)
QUOTES = st.builds(Quote, KEYS, WORDS, st.lists(VALUES, max_size=3).map(tuple), KEYS)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    heads = draw(st.lists(st.builds(blocks.Column, KEYS, WORDS), min_size=1, max_size=4))
    cells = st.lists(VALUES, min_size=len(heads), max_size=len(heads)).map(tuple)
    rows = draw(st.lists(st.builds(Row, KEYS, cells, KEYS, DAYS), max_size=3))
    maybe = st.none() | WORDS
    return Table(draw(KEYS), draw(WORDS), tuple(heads), tuple(rows), draw(maybe), draw(maybe))


FIGURES = st.builds(Figures, st.lists(st.one_of(FACTS, COURSES, QUOTES, tables()), max_size=3).map(tuple))


@settings(max_examples=150, deadline=None)
@given(FIGURES)
def test_blocks_written_and_read_again_are_the_same(found: Figures) -> None:
    assert written.read(written.written(found)) == found
    assert list(differing.changes(found, written.read(written.written(found)))) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=FIGURES)
def test_outside_people_are_told_in_fives_without_addresses(context: Flask, found: Figures) -> None:
    told = outside.outside_figures(found)
    assert '"/alliances' not in str(written.written(told))
    for block in told.blocks:
        if not isinstance(block, Course):
            assert not getattr(block, "address", "")
        for value in values_of(block):
            if value.is_people and value.kind is ValueKind.PEOPLE and value.number is not None:
                assert value.number % ROUNDED_TO == 0
    again = outside.outside_figures(told)
    assert again == told  # telling it twice tells no other number


def values_of(block: blocks.Block) -> list[Value]:
    match block:
        case Fact():
            return [block.value]
        case Table():
            return [cell for row in block.rows for cell in row.cells]
        case Course():
            return [value for point in block.points for value in (point.value, point.target) if value]
        case Quote():
            return list(block.lines)


@pytest.mark.parametrize(("exact", "told"), [(0, 0), (2, 0), (3, 5), (212, 210), (213, 215), (247, 245)])
def test_a_count_of_people_is_told_as_the_nearest_five(exact: int, told: int) -> None:
    assert outside.outside_value(blocks.people(exact)).number == told


def test_what_is_not_about_people_is_told_as_it_is() -> None:
    for value in (blocks.count(3), blocks.euro(Decimal("12.34")), blocks.text("3 leerlingen"), blocks.none()):
        assert outside.outside_value(value) == value


def test_a_percentage_is_taken_from_the_rounded_counts(context: Flask) -> None:
    exact = Value(ValueKind.PERCENT, "43.75", numerator="7", denominator="16", is_people=True)
    told = outside.outside_value(exact)
    assert (told.numerator, told.denominator) == ("5", "15")
    assert told.number == Decimal("33.3333")
    none = outside.outside_value(Value(ValueKind.PERCENT, "50", numerator="1", denominator="2", is_people=True))
    assert none.kind is ValueKind.NONE  # of nobody there is no percentage
    assert "50" not in str(none)


@pytest.mark.parametrize(("whole", "is_told"), [("9", False), ("10", True), ("", False)])
def test_a_division_of_too_few_is_left_out(context: Flask, whole: str, is_told: bool) -> None:
    told = outside.outside_value(Value(ValueKind.PEOPLE, "7", is_people=True, whole=whole, min_cell=10))
    assert (told.number == 5) is is_told
    assert (told.kind is ValueKind.NONE) is not is_told
    assert (told.whole, told.min_cell) == ("", 0)


# A version outside ---------------------------------------------------------------------------------------------------


def rich_document() -> dict[str, Any]:
    """A version with a breakdown and an answer of a partner with a remark."""
    logged = logged_year()
    open_year()
    found = copy.deepcopy(submitted(logged).document)
    found["partners"][0] |= {"answer": "refused", "on": "2026-02-01", "version": 1, "remark": "Geheime reden."}
    return found


def test_outside_nothing_is_told_that_is_not_for_everybody(context: Flask) -> None:
    document = rich_document()
    exact, told = (reading.read(document, exact=each) for each in (True, False))
    assert (exact.is_outside, told.is_outside) == (False, True)
    assert exact.partners[0].remark == "Geheime reden."
    assert told.partners[0].remark == ""
    assert "Geheime reden." not in str(told)
    assert "/alliances/" in str(exact)
    assert "/alliances/" not in str(told)
    key = {fact.key: fact.value for fact in told.key_figures}
    assert key["participations"].number == 210
    assert {fact.key: fact.value for fact in exact.key_figures}["participations"].number == 212
    assert "212" not in str(told)
    assert "247" not in str(told)
    json = taking_along.as_json(document, exact=False).decode()
    for secret in ("Geheime reden.", "/alliances/", '"212"', '"247"'):
        assert secret not in json


def test_a_breakdown_of_few_people_is_told_inside_only(context: Flask) -> None:
    logged = logged_year()
    with clock_at(datetime(2026, 11, 21, 10, tzinfo=UTC)):
        make_measurement(
            fresh(logged.indicator),
            YEAR,
            typed(4),
            by=logged.manager,
            reason="Hertelling.",
            cells={("gender", "girls"): typed(3), ("gender", "boys"): typed(1)},
        )
    open_year()
    document = submitted(logged).document
    for exact in (True, False):
        section = reading.read(document, exact=exact).section(K.REACH)
        assert section is not None
        cells = {
            row.key: row.cells[1].kind
            for block in section.figures.blocks
            if isinstance(block, Table) and block.key.startswith("division-")
            for row in block.rows
        }
        assert cells
        assert set(cells.values()) == ({ValueKind.PEOPLE} if exact else {ValueKind.NONE})


def test_a_version_reads_in_both_languages(context: Flask) -> None:
    text = reading.read(rich_document(), exact=True)
    section = text.section(K.GOALS)
    assert section is not None
    with in_language("nl"):
        assert str(section.heading) == "Doelen en indicatoren"
        assert "stap 1" in str(text.rings.words)
    with in_language("en"):
        assert str(section.heading) == "Goals and indicators"
        assert "step 1" in str(text.rings.words)


def test_the_rings_say_what_they_draw(context: Flask) -> None:
    document = rich_document()
    document["rings"] = {"steps": [[5, 5], [2, 4], [0, 3], [0, 0]], "pillars": ["enterprises"], "years": [2023, 2024]}
    document["rings"]["pillars"] = [next(iter(Pillar)).value]
    rings = reading.read(document, exact=True).rings
    assert rings.figures.steps == (1.0, 0.5, 0.0, 0.0)
    assert rings.years == (2023, 2024)
    with in_language("en"):
        words = str(rings.words)
    assert words.startswith("step 1: 5 of 5, step 2: 2 of 4, step 3: 0 of 3, step 4: 0 of 0; missing pillar: ")
    assert len(rings.pillars) == 1


# Comparing -----------------------------------------------------------------------------------------------------------


def test_two_versions_differ_in_figures_and_words(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = reading.read(submitted(logged, "Een goed jaar.").document, exact=True)
    with transaction():
        from alliance_tracker.impact_reports import submitting

        submitting.take_back(report_of(logged.alliance), actor=logged.coordinator)
    recount(logged, 260)
    with transaction():
        drafts.refresh(report_of(logged.alliance), [K.GOALS], actor=logged.coordinator)
    second = reading.read(submitted(logged, "Een zeer goed jaar.").document, exact=True)
    same = comparing.compare(first, first)
    assert not same.is_changed
    found = comparing.compare(first, second)
    assert (found.is_changed, found.figures, found.narratives, found.partners) == (True, 1, 1, ())
    sections = {each.key: each for each in found.sections}
    (change,) = sections[K.GOALS].figures
    assert [showing.text(value) for value in (change.old, change.new) if value] == ["247", "260"]
    assert [(piece.part, piece.words.strip()) for piece in sections[K.SUMMARY].narrative if piece.part is Part.NEW] == [
        (Part.NEW, "zeer")
    ]
    assert not sections[K.REACH].is_changed  # it was not refreshed


def test_partners_with_the_same_name_are_compared_apart(context: Flask) -> None:
    document = rich_document()
    for part in document["partners"]:
        part["name"] = "Bedrijf"
    later = copy.deepcopy(document)
    later["partners"][2]["answer"] = "signed"
    left, right = (reading.read(each, exact=True) for each in (document, later))
    assert not comparing.compare(left, left).is_changed
    ((before, after),) = comparing.compare(left, right).partners
    assert before is not None
    assert after is not None
    assert (before.kind.value, after.kind.value) == ("unanswered", "signed")


def test_a_section_that_came_or_went_is_a_change(context: Flask) -> None:
    document = rich_document()
    less = copy.deepcopy(document)
    less["sections"] = [part for part in less["sections"] if part["key"] != "region"]
    left, right = (reading.read(each, exact=True) for each in (document, less))
    (gone,) = [each for each in comparing.compare(left, right).sections if each.part is not Part.SAME]
    assert (gone.key, gone.part) == (K.REGION, Part.GONE)
    assert all(change.is_gone for change in gone.figures)
    (new,) = [each for each in comparing.compare(right, left).sections if each.part is not Part.SAME]
    assert (new.part, new.is_changed) == (Part.NEW, True)


def test_a_new_name_is_a_change_that_a_refresh_takes_over(context: Flask) -> None:
    logged = logged_year()
    open_year()
    begun(logged)
    ((pilot, _),) = pilots_of(writing.material_of(report_of(logged.alliance)))
    with transaction():
        pilot.name = "Techniekweek"
    changes = draft(logged)[K.PILOTS].changes
    assert [(showing.text(each.old), showing.text(each.new)) for each in changes if each.old and each.new] == [
        ("Techniekdag", "Techniekweek")
    ]
    with transaction():
        assert drafts.refresh(report_of(logged.alliance), [K.PILOTS], actor=logged.coordinator) == 1
    assert draft(logged)[K.PILOTS].changes == ()


def test_a_refresh_finds_what_came_and_what_went(context: Flask) -> None:
    logged = logged_year()
    open_year()
    begun(logged)
    make_partner(logged.alliance, since=date(YEAR, 6, 1))
    changes = draft(logged)[K.NETWORK].changes
    assert any(each.is_added for each in changes)
    old, new = draft(logged)[K.NETWORK].figures, Figures()
    assert all(each.is_gone for each in differing.changes(old, new))
    assert all(each.is_added for each in differing.changes(new, old))


def test_the_day_on_which_a_section_was_read_is_that_in_brussels(context: Flask) -> None:
    logged = logged_year()
    open_year()
    with clock_at(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)):  # half past midnight in Brussels
        begun(logged)
    assert draft(logged)[K.GOALS].read_on == date(2026, 11, 21)


def test_a_state_without_a_value_reads_in_words(context: Flask) -> None:
    assert showing.text(blocks.none()) == "\u2013"
    with in_language("nl"):
        assert showing.text(blocks.none(FigureState.NOT_MEASURED)) == "niet gemeten"
        assert showing.text(blocks.euro(Decimal("1234.5"))) == "€\xa01.234,50"
    with in_language("en"):
        assert showing.text(blocks.euro(Decimal("1234.5"))) == "€1,234.50"
