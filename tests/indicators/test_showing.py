"""How figures are written: exact for the alliance and VLAIO, counts of people rounded for everybody else."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask

from alliance_tracker.i18n import in_language
from alliance_tracker.indicators import showing
from alliance_tracker.indicators.figures import NOT_APPLICABLE, NOT_MEASURED, Figure, number, ratio
from alliance_tracker.indicators.models import FigureState, Unit


@dataclass(frozen=True)
class Meaning:
    unit: Unit = Unit.COUNT
    counts_people: bool = True
    min_cell: int = 5


@pytest.mark.parametrize(
    ("value", "unit", "dutch", "english"),
    [
        ("0", Unit.COUNT, "0", "0"),
        ("1250.0000", Unit.COUNT, "1.250", "1,250"),
        ("33.3333", Unit.PERCENT, "33,3%", "33.3%"),
        ("100.0000", Unit.PERCENT, "100%", "100%"),
        ("62.4500", Unit.PERCENT, "62,5%", "62.5%"),
        ("1.0000", Unit.HOURS, "1 uur", "1 hour"),
        ("12.5000", Unit.HOURS, "12,5 uur", "12.5 hours"),
        ("1250.5000", Unit.EUR, "€ 1.250,50", "€ 1,250.50"),
        ("1250.0000", Unit.EUR, "€ 1.250", "€ 1,250"),
        ("4.2000", Unit.SCORE, "4,2", "4.2"),
    ],
)
def test_a_value_is_written_in_its_unit(context: Flask, value: str, unit: Unit, dutch: str, english: str) -> None:
    with in_language("nl"):
        assert showing.amount(Decimal(value), unit).replace("hours", "uur").replace("hour", "uur") == dutch
    with in_language("en"):
        assert showing.amount(Decimal(value), unit) == english


def test_a_count_of_people_is_rounded_for_who_stands_outside(context: Flask) -> None:
    assert showing.text(Meaning(), number(123), exact=False) == "125"
    assert showing.text(Meaning(), number(123), exact=True) == "123"
    assert showing.text(Meaning(counts_people=False), number(123), exact=False) == "123"


def test_a_percentage_outside_is_taken_from_the_rounded_counts(context: Flask) -> None:
    with in_language("en"):
        shares = Meaning(Unit.PERCENT)
        assert showing.text_with_parts(shares, ratio(1, 3), exact=True) == "33.3% (1 of 3)"
        assert showing.text_with_parts(shares, ratio(11, 32), exact=False) == "33.3% (10 of 30)"
        assert showing.text_with_parts(shares, ratio(1, 2), exact=False) == "not applicable"
        given = Figure(FigureState.VALUE, Decimal("4.25"), None, Decimal(12))
        assert showing.text_with_parts(Meaning(Unit.SCORE), given, exact=False) == "4.3 (given by 10 people)"


def test_what_is_missing_is_said_and_zero_is_a_number(context: Flask) -> None:
    with in_language("en"):
        assert showing.text(Meaning(), NOT_MEASURED, exact=False) == "not measured"
        assert showing.text(Meaning(), NOT_APPLICABLE, exact=True) == "not applicable"
        assert showing.text(Meaning(), number(0), exact=False) == "0"


CELLS = {("gender", "girls"): number(3), ("gender", "boys"): number(1)}


def test_a_breakdown_of_too_few_people_is_left_out_outside() -> None:
    found = showing.cells_for_reader(Meaning(), number(4), CELLS, exact=False)
    assert (dict(found.cells), found.is_left_out) == ({}, True)
    assert showing.cells_for_reader(Meaning(), number(4), CELLS, exact=True).cells == CELLS


def test_a_breakdown_of_enough_people_is_rounded_outside() -> None:
    found = showing.cells_for_reader(Meaning(), number(5), CELLS, exact=False)
    assert found.cells == {("gender", "girls"): number(5), ("gender", "boys"): number(0)}


def test_a_score_of_an_unknown_number_of_people_is_not_divided_outside() -> None:
    alone = Figure(FigureState.VALUE, Decimal(4))
    assert showing.cells_for_reader(Meaning(Unit.SCORE), alone, CELLS, exact=False).is_left_out


def test_a_breakdown_of_things_is_never_hidden() -> None:
    schools = Meaning(counts_people=False)
    assert showing.cells_for_reader(schools, number(4), CELLS, exact=False).cells == CELLS
