"""Combining figures over periods and alliances, and rounding them: what holds for every rule and state."""

from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from alliance_tracker.indicators import figures
from alliance_tracker.indicators.figures import NOT_APPLICABLE, NOT_MEASURED, Figure, number, ratio
from alliance_tracker.indicators.models import AllianceRule, FigureState, PeriodRule

COUNTS = st.integers(0, 10**9).map(Decimal)
VALUES = COUNTS.map(number)
RATIOS = st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)).map(lambda pair: ratio(min(pair), max(pair)))
MISSING = st.sampled_from([NOT_MEASURED, NOT_APPLICABLE])


def by_period(of: st.SearchStrategy[Figure]) -> st.SearchStrategy[dict[int, Figure]]:
    return st.dictionaries(st.integers(2000, 2100), of | MISSING, max_size=6)


def values(found: dict[int, Figure]) -> list[Decimal]:
    return [figure.value for _, figure in sorted(found.items()) if figure.value is not None]


def figures_of(rule: PeriodRule | AllianceRule) -> st.SearchStrategy[Figure]:
    return RATIOS if rule.value == "ratio" else VALUES


# Over periods ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", list(PeriodRule))
@given(data=st.data())
def test_periods_without_a_value_change_nothing(rule: PeriodRule, data: st.DataObject) -> None:
    found = data.draw(by_period(figures_of(rule)))
    measured = {period: figure for period, figure in found.items() if figure.is_value}
    if measured:
        assert figures.over_periods(rule, found) == figures.over_periods(rule, measured)


@pytest.mark.parametrize("rule", list(PeriodRule))
@given(found=by_period(st.nothing()))
def test_without_any_value_it_is_not_measured_unless_it_never_applied(
    rule: PeriodRule, found: dict[int, Figure]
) -> None:
    states = {figure.state for figure in found.values()}
    expected = NOT_APPLICABLE if states == {FigureState.NOT_APPLICABLE} else NOT_MEASURED
    assert figures.over_periods(rule, found) == expected


@pytest.mark.parametrize("rule", list(PeriodRule))
@given(data=st.data())
def test_one_value_is_itself(rule: PeriodRule, data: st.DataObject) -> None:
    only = data.draw(figures_of(rule))
    assert figures.over_periods(rule, {2026: only, 2027: NOT_MEASURED}) == only


@given(found=by_period(VALUES))
def test_the_rules_over_periods_of_numbers(found: dict[int, Figure]) -> None:
    measured = values(found)
    if not measured:
        return
    assert figures.over_periods(PeriodRule.SUM, found).value == sum(measured)
    assert figures.over_periods(PeriodRule.LATEST, found).value == measured[-1]
    assert figures.over_periods(PeriodRule.HIGHEST, found).value == max(measured)
    if len(measured) > 1:
        assert figures.over_periods(PeriodRule.NONE, found) == NOT_APPLICABLE


@given(found=by_period(RATIOS))
def test_the_ratio_of_the_sums_lies_between_the_ratios(found: dict[int, Figure]) -> None:
    measured = values(found)
    if measured:
        combined = figures.over_periods(PeriodRule.RATIO, found)
        assert combined.value is not None
        assert min(measured) <= combined.value <= max(measured)
        whole = [figure for figure in found.values() if figure.is_value]
        exact = Fraction(sum(int(f.numerator or 0) for f in whole), sum(int(f.denominator or 0) for f in whole))
        assert abs(Fraction(combined.value) - 100 * exact) <= Fraction(1, 20_000)


# Over alliances ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", list(AllianceRule))
@given(data=st.data())
def test_every_total_says_how_many_of_how_many(rule: AllianceRule, data: st.DataObject) -> None:
    found = data.draw(st.lists(figures_of(rule) | MISSING, max_size=8))
    total = figures.over_alliances(rule, found)
    assert total.reported == sum(figure.is_value for figure in found)
    assert total.expected + total.not_applicable == len(found)
    assert 0 <= total.reported <= total.expected
    assert total.parts_only == (rule is AllianceRule.NONE)
    if total.parts_only:
        assert total.figure.value is None


@pytest.mark.parametrize("rule", [AllianceRule.SUM, AllianceRule.RATIO])
@given(data=st.data())
def test_the_order_of_the_alliances_does_not_matter(rule: AllianceRule, data: st.DataObject) -> None:
    found = data.draw(st.lists(figures_of(rule) | MISSING, max_size=8))
    again = data.draw(st.permutations(found))
    assert figures.over_alliances(rule, found) == figures.over_alliances(rule, again)


@given(found=st.lists(VALUES | MISSING, max_size=8))
def test_a_zero_is_reported_and_adds_nothing(found: list[Figure]) -> None:
    total = figures.over_alliances(AllianceRule.SUM, found)
    with_zero = figures.over_alliances(AllianceRule.SUM, [*found, number(0)])
    assert with_zero.figure.value == (total.figure.value or 0)
    assert (with_zero.reported, with_zero.expected) == (total.reported + 1, total.expected + 1)


@given(found=st.lists(VALUES | MISSING, max_size=8))
def test_a_missing_figure_is_expected_and_adds_nothing(found: list[Figure]) -> None:
    total = figures.over_alliances(AllianceRule.SUM, found)
    more = figures.over_alliances(AllianceRule.SUM, [*found, NOT_MEASURED])
    assert more.figure.value == total.figure.value
    assert (more.reported, more.expected) == (total.reported, total.expected + 1)


@given(found=st.lists(RATIOS, min_size=1, max_size=8), factor=st.integers(1, 50))
def test_a_percentage_is_weighted_by_its_whole(found: list[Figure], factor: int) -> None:
    large = [ratio((f.numerator or 0) * factor, (f.denominator or 0) * factor) for f in found]
    one, many = (figures.over_alliances(AllianceRule.RATIO, each).figure.value for each in (found, large))
    assert one == many


@given(rows=st.lists(st.dictionaries(st.integers(2020, 2026), COUNTS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_sums_may_be_taken_in_either_order(rows: list[dict[int, Decimal]]) -> None:
    """What the tallies rest on: alliances first, or periods first."""
    of_each = [figures.over_periods(PeriodRule.SUM, {p: number(n) for p, n in row.items()}) for row in rows]
    of_periods = [
        figures.over_alliances(AllianceRule.SUM, [number(row[p]) for row in rows if p in row]).figure
        for p in range(2020, 2027)
    ]
    by_periods = figures.over_periods(PeriodRule.SUM, dict(enumerate(of_periods)))
    assert figures.over_alliances(AllianceRule.SUM, of_each).figure.value == by_periods.value


# Outside -----------------------------------------------------------------------------------------------------------


@given(count=COUNTS)
def test_people_are_told_in_fives_and_never_far_off(count: Decimal) -> None:
    told = figures.outside(number(count)).value
    assert told is not None
    assert told % 5 == 0
    assert abs(told - count) <= Decimal("2.5")
    assert figures.outside(number(told)).value == told, "rounding twice changes nothing"


@given(figure=RATIOS)
def test_a_share_outside_is_taken_from_rounded_counts_and_is_none_of_nobody(figure: Figure) -> None:
    told = figures.outside(figure)
    if told.value is None:
        assert (figure.denominator or 0) < 3
        assert told == NOT_APPLICABLE
        return
    assert told.numerator is not None
    assert told.denominator is not None
    assert told.numerator % 5 == told.denominator % 5 == 0
    assert 0 <= told.value <= 100
    assert told.value == figures.percentage(told.numerator, told.denominator)


@pytest.mark.parametrize("figure", [NOT_MEASURED, NOT_APPLICABLE])
def test_what_is_no_value_stays_none_outside(figure: Figure) -> None:
    assert figures.outside(figure) == figure


@pytest.mark.parametrize(
    ("figure", "value"),
    [(number(2), 0), (number(3), 5), (number(7), 5), (number(8), 10), (ratio(13, 38), Decimal("37.5"))],
)
def test_rounding_worked_by_hand(figure: Figure, value: Decimal) -> None:
    assert figures.outside(figure).value == value
