"""Progress: measured from the baseline in every direction, and an answer for everything that can be missing."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_tracker.indicators.figures import (
    NOT_APPLICABLE,
    NOT_MEASURED,
    Course,
    Figure,
    Progress,
    number,
    progress,
)
from alliance_tracker.indicators.models import Direction
from alliance_tracker.indicators.wording import Situation, beside_the_original, sentences

UP, DOWN, KEEP = Direction.UP, Direction.DOWN, Direction.KEEP
VALUES = st.decimals(0, 10_000, places=1, allow_nan=False)
FIGURES = st.one_of(st.sampled_from([NOT_MEASURED, NOT_APPLICABLE, number(0)]), VALUES.map(number))
TARGETS = st.one_of(st.none(), st.just(Decimal(0)), VALUES)


def found(direction: Direction, baseline: int | None, target: int | None, value: int | None, *, over=False) -> Progress:
    return progress(
        baseline=NOT_MEASURED if baseline is None else number(baseline),
        target=None if target is None else Decimal(target),
        measured=NOT_MEASURED if value is None else number(value),
        direction=direction,
        is_over=over,
    )


#: Worked by hand: direction, baseline, target, measured, then the course, the share, and the course once it is over.
WORKED = [
    (UP, 100, 180, 150, Course.UNDER_WAY, "0.625", Course.NOT_REACHED),
    (UP, 100, 180, 180, Course.REACHED, "1", Course.REACHED),
    (UP, 100, 180, 220, Course.REACHED, "1.5", Course.REACHED),
    (UP, 100, 180, 100, Course.NO_CHANGE, "0", Course.NOT_REACHED),
    (UP, 100, 180, 60, Course.AWAY, "-0.5", Course.AWAY),
    (UP, 0, 40, 10, Course.UNDER_WAY, "0.25", Course.NOT_REACHED),
    (UP, 0, 40, 0, Course.NO_CHANGE, "0", Course.NOT_REACHED),
    (UP, 100, 100, 100, Course.REACHED, "1", Course.REACHED),
    (UP, 100, 100, 90, Course.AWAY, "0", Course.AWAY),
    (UP, 100, 90, 95, Course.REACHED, "1", Course.REACHED),
    (UP, 100, 90, 80, Course.AWAY, "0", Course.AWAY),
    (DOWN, 100, 40, 70, Course.UNDER_WAY, "0.5", Course.NOT_REACHED),
    (DOWN, 100, 40, 40, Course.REACHED, "1", Course.REACHED),
    (DOWN, 100, 0, 0, Course.REACHED, "1", Course.REACHED),
    (DOWN, 100, 40, 100, Course.NO_CHANGE, "0", Course.NOT_REACHED),
    (DOWN, 100, 40, 130, Course.AWAY, "-0.5", Course.AWAY),
    (DOWN, 0, 0, 0, Course.REACHED, "1", Course.REACHED),
    (DOWN, 0, 0, 5, Course.AWAY, "0", Course.AWAY),
    (DOWN, 50, 60, 70, Course.AWAY, "0", Course.AWAY),
    (KEEP, 100, 100, 103, Course.REACHED, "1", Course.REACHED),
    (KEEP, 100, 100, 110, Course.AWAY, "0", Course.AWAY),
    (KEEP, 50, 100, 80, Course.UNDER_WAY, "0.6", Course.NOT_REACHED),
    (KEEP, 50, 100, 120, Course.UNDER_WAY, "0.6", Course.NOT_REACHED),
    (KEEP, 50, 100, 50, Course.NO_CHANGE, "0", Course.NOT_REACHED),
    (KEEP, 50, 100, 150, Course.AWAY, "0", Course.AWAY),
    (KEEP, 50, 100, 20, Course.AWAY, "-0.6", Course.AWAY),
    (KEEP, 5, 0, 0, Course.REACHED, "1", Course.REACHED),
]


@pytest.mark.parametrize(("direction", "baseline", "target", "value", "course", "share", "over"), WORKED)
def test_examples_worked_by_hand(direction, baseline, target, value, course, share, over) -> None:
    assert found(direction, baseline, target, value) == Progress(course, Decimal(share))
    assert found(direction, baseline, target, value, over=True) == Progress(over, Decimal(share))


@pytest.mark.parametrize("direction", Direction)
def test_what_is_missing_has_an_answer_of_its_own(direction: Direction) -> None:
    assert found(direction, 100, None, 150).course is Course.NO_TARGET
    assert found(direction, 100, 180, None).course is Course.NOT_MEASURED
    assert found(direction, None, 180, 180) == Progress(Course.REACHED)
    assert found(direction, None, 180, 300 if direction is DOWN else 20) == Progress(Course.NO_BASELINE)
    assert found(direction, None, 180, 300 if direction is DOWN else 20, over=True) == Progress(Course.NOT_REACHED)
    ended = progress(baseline=number(1), target=Decimal(2), measured=NOT_APPLICABLE, direction=direction, is_over=True)
    assert ended == Progress(Course.NOT_APPLICABLE)


@given(baseline=FIGURES, target=TARGETS, measured=FIGURES, direction=st.sampled_from(Direction), over=st.booleans())
def test_every_combination_has_one_defined_answer(
    baseline: Figure, target: Decimal | None, measured: Figure, direction: Direction, over: bool
) -> None:
    answer = progress(baseline=baseline, target=target, measured=measured, direction=direction, is_over=over)
    is_known = baseline.is_value and measured.is_value and target is not None
    assert (answer.share is not None) == is_known
    if not is_known or target is None or measured.value is None:
        return
    reached = {
        UP: measured.value >= target,
        DOWN: measured.value <= target,
        KEEP: abs(measured.value - target) * 20 <= target,
    }[direction]
    assert (answer.course is Course.REACHED) == reached
    if over:
        assert answer.course in {Course.REACHED, Course.NOT_REACHED, Course.AWAY}
    else:
        assert answer.course is not Course.NOT_REACHED
    assert (answer.course is Course.NO_CHANGE) == (not over and not reached and measured.value == baseline.value)


@given(start=VALUES, target=VALUES, one=VALUES, other=VALUES, direction=st.sampled_from([UP, DOWN]))
def test_a_better_value_is_never_a_smaller_share(
    start: Decimal, target: Decimal, one: Decimal, other: Decimal, direction: Direction
) -> None:
    worse, better = sorted((one, other), reverse=direction is DOWN)
    shares = [
        progress(baseline=number(start), target=target, measured=number(value), direction=direction).share
        for value in (worse, better)
    ]
    assert shares[0] is not None
    assert shares[1] is not None
    assert shares[0] <= shares[1]


@given(start=VALUES, target=VALUES, value=VALUES)
def test_down_is_the_mirror_of_up(start: Decimal, target: Decimal, value: Decimal) -> None:
    top = Decimal(20_000)
    up = progress(baseline=number(start), target=target, measured=number(value), direction=UP)
    down = progress(baseline=number(top - start), target=top - target, measured=number(top - value), direction=DOWN)
    assert up == down


# In words ----------------------------------------------------------------------------------------------------------

FACTS: dict[str, Any] = {
    "measured": "150",
    "period": "2026",
    "target": "180",
    "target_period": "2027",
    "baseline": "100",
}


@pytest.mark.parametrize(("course", "direction"), list(product(Course, Direction)))
def test_every_course_in_every_direction_is_said(course: Course, direction: Direction) -> None:
    share = Decimal("0.625") if course in {Course.UNDER_WAY, Course.NOT_REACHED} else Decimal(0)
    facts = dict(FACTS)
    if course in {Course.NOT_MEASURED, Course.NOT_APPLICABLE}:
        facts["measured"] = ""
    if course is Course.NO_TARGET:
        facts["target"] = facts["target_period"] = ""
    said = [str(sentence) for sentence in sentences(Situation(Progress(course, share), direction, **facts))]
    assert said
    assert all(sentence.endswith(".") and "%(" not in sentence and "%%" not in sentence for sentence in said)
    if course is not Course.NO_TARGET:
        assert "180" in said[0]
    assert ("150" in " ".join(said)) == bool(facts["measured"])


def words(direction: Direction, course: Course, share: str | None = None, **facts: str) -> str:
    part = None if share is None else Decimal(share)
    said = sentences(Situation(Progress(course, part), direction, **{**FACTS, **facts}))
    return " ".join(sentence.text % sentence.facts for sentence in said)


def test_the_way_is_told_with_its_two_ends() -> None:
    assert words(UP, Course.UNDER_WAY, "0.625") == (
        "The target for 2027 is 180 or more. 150 in 2026 is 62% of the way from 100 () to 180."
    )


def test_a_share_is_rounded_down_so_that_only_the_end_is_the_whole() -> None:
    assert "99% of the way" in words(UP, Course.UNDER_WAY, "0.9999")
    assert "less than one percent of the way" in words(UP, Course.UNDER_WAY, "0.0001")


def test_a_missed_target_is_told_with_how_far_it_was() -> None:
    said = words(DOWN, Course.NOT_REACHED, "0.5", target="40")
    assert said.endswith("50% of the way from 100 () to 40. The period is over and the target was not reached.")
    assert "is the same as the baseline" in words(UP, Course.NOT_REACHED, "0")
    assert "In 2026 it was 150." in words(UP, Course.NOT_REACHED, None)


def test_nothing_measured_yet_is_no_zero() -> None:
    assert words(UP, Course.NOT_MEASURED, None, measured="", period="").endswith("Nothing was measured yet.")
    assert words(UP, Course.NO_TARGET, None, measured="", period="", target="") == "Nothing was measured yet."


def test_the_first_agreement_is_told_beside_the_revised_one() -> None:
    assert "40% of the way" in str(beside_the_original(Progress(Course.UNDER_WAY, Decimal("0.4")), "200"))
    assert "200" in str(beside_the_original(Progress(Course.REACHED, Decimal(1)), "200"))
