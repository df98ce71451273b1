"""Figures and the arithmetic on them: exact, and with a defined answer for everything that can be missing.

Nothing here knows a database or a person. Sums follow the rule of the indicator; percentages are only ever derived from
a numerator and a denominator; a figure that was not measured is never a zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.indicators.models import AllianceRule, Direction, FigureState, PeriodRule
from alliance_tracker.people import rounded_people

HUNDRED = Decimal(100)
PLACES = Decimal("0.0001")
#: With the direction "keep", within this share of the target counts as kept.
KEPT_WITHIN = Decimal("0.05")


@dataclass(frozen=True)
class Figure:
    """One figure: its state, and if it was measured its value, of a percentage with numerator and denominator."""

    state: FigureState
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def is_value(self) -> bool:
        return self.state is FigureState.VALUE


NOT_MEASURED = Figure(FigureState.NOT_MEASURED)
#: A figure about so few people that it is not told outside; known by its identity.
WITHHELD = Figure(FigureState.NOT_APPLICABLE)
NOT_APPLICABLE = Figure(FigureState.NOT_APPLICABLE)


def percentage(numerator: Decimal, denominator: Decimal) -> Decimal:
    """100 times `numerator` by `denominator`, rounded half up to four decimals; the denominator is above zero."""
    return (numerator * HUNDRED / denominator).quantize(PLACES, ROUND_HALF_UP)


def number(value: Decimal | int) -> Figure:
    """A measured value that is no percentage."""
    return Figure(FigureState.VALUE, Decimal(value))


def ratio(numerator: Decimal | int, denominator: Decimal | int) -> Figure:
    """A measured percentage; of nothing at all it does not exist."""
    if not denominator:
        return NOT_APPLICABLE
    return Figure(
        FigureState.VALUE,
        percentage(Decimal(numerator), Decimal(denominator)),
        Decimal(numerator),
        Decimal(denominator),
    )


# Adding up ---------------------------------------------------------------------------------------------------------


def _sum(figures: list[Figure]) -> Figure:
    return number(sum((figure.value or Decimal(0) for figure in figures), Decimal(0)))


def _ratio_of_sums(figures: list[Figure]) -> Figure:
    whole = [figure for figure in figures if figure.numerator is not None and figure.denominator is not None]
    if not whole:
        return NOT_MEASURED
    return ratio(
        sum((figure.numerator or Decimal(0) for figure in whole), Decimal(0)),
        sum((figure.denominator or Decimal(0) for figure in whole), Decimal(0)),
    )


def over_periods(rule: PeriodRule, by_period: Mapping[int, Figure]) -> Figure:
    """The figure of several periods of one alliance together, by the rule of its indicator.

    Periods without a value are left out; when none has one, the answer is not applicable if all are, else not measured.
    With the rule `NONE` several values cannot be combined, and the answer is not applicable; a single one is itself.
    """
    measured = {period: figure for period, figure in sorted(by_period.items()) if figure.is_value}
    if not measured:
        return _nothing(by_period.values())
    values = list(measured.values())
    match rule:
        case PeriodRule.SUM:
            return _sum(values)
        case PeriodRule.RATIO:
            return _ratio_of_sums(values)
        case PeriodRule.LATEST:
            return values[-1]
        case PeriodRule.HIGHEST:
            return max(values, key=lambda figure: figure.value or Decimal(0))
        case PeriodRule.NONE:
            return values[0] if len(values) == 1 else NOT_APPLICABLE


def _nothing(figures: Iterable[Figure]) -> Figure:
    states = {figure.state for figure in figures}
    return NOT_APPLICABLE if states == {FigureState.NOT_APPLICABLE} else NOT_MEASURED


@dataclass(frozen=True)
class Total:
    """A figure over several alliances: the value, and of how many of them it speaks.

    `expected` are those that follow the indicator without those for which it is not applicable; `reported` of them
    measured it. `parts_only` says that the rule does not combine: the values stand side by side.
    """

    figure: Figure
    reported: int
    expected: int
    not_applicable: int = 0
    parts_only: bool = False


def over_alliances(rule: AllianceRule, figures: Iterable[Figure]) -> Total:
    """The total over alliances, one figure of each that follows the indicator."""
    every = list(figures)
    measured = [figure for figure in every if figure.is_value]
    not_applicable = sum(figure.state is FigureState.NOT_APPLICABLE for figure in every)
    expected = len(every) - not_applicable
    if rule is AllianceRule.NONE:
        return Total(NOT_APPLICABLE, len(measured), expected, not_applicable, parts_only=True)
    if not measured:
        return Total(_nothing(every), 0, expected, not_applicable)
    figure = _sum(measured) if rule is AllianceRule.SUM else _ratio_of_sums(measured)
    return Total(figure, len(measured), expected, not_applicable)


# Rounding people ---------------------------------------------------------------------------------------------------


def outside(figure: Figure) -> Figure:
    """A figure about people as it is told outside; a percentage is taken from the rounded counts.

    When the rounded denominator is zero there is no percentage to tell, and the figure is not applicable.
    """
    if not figure.is_value or figure.value is None:
        return figure
    if figure.numerator is not None and figure.denominator is not None:
        return ratio(rounded_people(figure.numerator), rounded_people(figure.denominator))
    if figure.denominator is not None:  # a score, with how many people gave it
        return Figure(FigureState.VALUE, figure.value, None, rounded_people(figure.denominator))
    return number(rounded_people(figure.value))


# Progress ----------------------------------------------------------------------------------------------------------


class Course(Labelled):
    """How an indicator stands in one period."""

    NO_TARGET = "no-target", Message("no target")
    NO_BASELINE = "no-baseline", Message("no baseline")
    NOT_MEASURED = "not-measured", Message("not measured yet")
    NOT_APPLICABLE = "not-applicable", Message("not applicable")
    REACHED = "reached", Message("target reached")
    UNDER_WAY = "under-way", Message("under way")
    NO_CHANGE = "no-change", Message("no change yet")
    AWAY = "away", Message("moved away from the target")
    NOT_REACHED = "not-reached", Message("target not reached")


@dataclass(frozen=True)
class Progress:
    """The course, and the share of the way from baseline to target (1 is all of it; it may exceed 1 or be negative).

    `share` is None where there is nothing to measure a way by.
    """

    course: Course
    share: Decimal | None = None


def progress(
    *, baseline: Figure, target: Decimal | None, measured: Figure, direction: Direction, is_over: bool = False
) -> Progress:
    """How far the measurement is on the way from the baseline to the target.

    The way is measured from the baseline in every direction, and not cut off at its ends. Where target and baseline
    are equal there is no way: the target is reached or not, and the share is 1 or 0. With `KEEP`, a value within five
    percent of the target is kept; otherwise the share is how much of the distance of the baseline was closed.

    `is_over` says that the period of the target has ended and was measured: what is not reached then, is missed.
    """
    if measured.state is FigureState.NOT_APPLICABLE:
        return Progress(Course.NOT_APPLICABLE)
    if target is None:
        return Progress(Course.NO_TARGET)
    if measured.value is None:
        return Progress(Course.NOT_MEASURED)
    is_reached = _reaches(measured.value, target, direction)
    if baseline.value is None:
        if is_reached:
            return Progress(Course.REACHED)
        return Progress(Course.NOT_REACHED if is_over else Course.NO_BASELINE)
    share = _share(baseline.value, target, measured.value, direction, is_reached=is_reached)
    return Progress(_course(share, is_reached, is_over, has_moved=measured.value != baseline.value), share)


def _course(share: Decimal, is_reached: bool, is_over: bool, *, has_moved: bool) -> Course:  # noqa: FBT001
    if is_reached:
        return Course.REACHED
    if share <= 0 and has_moved:
        return Course.AWAY
    if is_over:
        return Course.NOT_REACHED
    return Course.UNDER_WAY if share > 0 else Course.NO_CHANGE


def _reaches(value: Decimal, target: Decimal, direction: Direction) -> bool:
    match direction:
        case Direction.UP:
            return value >= target
        case Direction.DOWN:
            return value <= target
        case Direction.KEEP:
            return abs(value - target) <= abs(target) * KEPT_WITHIN


def _share(baseline: Decimal, target: Decimal, value: Decimal, direction: Direction, *, is_reached: bool) -> Decimal:
    way = target - baseline
    if not way:
        return Decimal(1) if is_reached else Decimal(0)
    if direction is Direction.KEEP:
        return 1 - abs(target - value) / abs(way)
    wanted_up = direction is Direction.UP
    if (way > 0) != wanted_up:
        # The target asks less than the baseline already was: every value on its good side has gone the whole way.
        return Decimal(1) if is_reached else Decimal(0)
    return (value - baseline) / way
