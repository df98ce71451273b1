"""How an indicator stands: which figure is held against which target."""

from datetime import date
from decimal import Decimal

from alliance_tracker.indicators.figures import NOT_APPLICABLE, NOT_MEASURED, Course, Figure, number
from alliance_tracker.indicators.models import Direction
from alliance_tracker.indicators.periods import PeriodKind
from alliance_tracker.indicators.standing import Aim, Standing, aim_for, standing_of


def aims(**by_year: tuple[int | None, int]) -> dict[int, Aim]:
    """Targets by `y2026=(now, first)`."""
    return {
        int(year[1:]): Aim(int(year[1:]), None if now is None else Decimal(now), Decimal(first))
        for year, (now, first) in by_year.items()
    }


def stand(
    figures: dict[int, Figure],
    targets: dict[int, Aim],
    *,
    baseline: Figure | None = None,
    first: Figure | None = None,
    kind: PeriodKind = PeriodKind.CALENDAR,
    on: date = date(2026, 11, 21),
) -> Standing:
    start = baseline or number(100)
    return standing_of(
        direction=Direction.UP,
        period_kind=kind,
        baseline=start,
        first_baseline=first or start,
        aims=targets,
        figures=figures,
        on=on,
    )


def test_a_period_is_held_against_its_own_target_else_the_next_else_the_last() -> None:
    known = aims(y2025=(120, 120), y2027=(180, 180), y2028=(None, 200))
    chosen = [aim_for(known, period) for period in (2024, 2025, 2026, 2028, 2030)]
    assert [aim.period for aim in chosen if aim] == [2025, 2025, 2027, 2027, 2027]
    assert aim_for({}, 2026) is None
    assert aim_for(aims(y2026=(None, 5)), 2026) is None


def test_before_the_end_of_its_period_a_target_is_not_missed() -> None:
    found = stand({2026: number(150)}, aims(y2026=(180, 180)))
    assert (found.course, found.progress.share) == (Course.UNDER_WAY, Decimal("0.625"))
    later = stand({2026: number(150)}, aims(y2026=(180, 180)), on=date(2027, 1, 1))
    assert (later.course, later.progress.share) == (Course.NOT_REACHED, Decimal("0.625"))


def test_a_school_year_is_over_at_the_end_of_august() -> None:
    for day, course in ((date(2026, 8, 31), Course.UNDER_WAY), (date(2026, 9, 1), Course.NOT_REACHED)):
        found = stand({2026: number(150)}, aims(y2026=(180, 180)), kind=PeriodKind.SCHOOL, on=day)
        assert found.course is course


def test_an_older_figure_does_not_miss_a_target_that_it_does_not_speak_of() -> None:
    found = stand({2025: number(150)}, aims(y2026=(180, 180)), on=date(2027, 2, 1))
    assert (found.course, found.is_waiting) == (Course.UNDER_WAY, True)


def test_nothing_measured_waits_for_the_coming_target() -> None:
    found = stand({}, aims(y2025=(120, 120), y2026=(180, 180)))
    assert (found.period, found.course) == (None, Course.NOT_MEASURED)
    assert found.aim
    assert found.aim.period == 2026


def test_a_revised_target_or_baseline_brings_the_first_agreement_along() -> None:
    revised = stand({2026: number(150)}, aims(y2026=(200, 180)))
    assert revised.progress.share == Decimal("0.5")
    assert revised.original
    assert revised.original.share == Decimal("0.625")
    moved = stand({2026: number(150)}, aims(y2026=(180, 180)), baseline=number(120), first=number(100))
    assert (moved.progress.share, moved.original and moved.original.share) == (Decimal("0.5"), Decimal("0.625"))
    assert stand({2026: number(150)}, aims(y2026=(180, 180))).original is None


def test_the_newest_period_counts_also_when_it_has_no_value() -> None:
    known = aims(y2025=(120, 120), y2026=(180, 180))
    assert stand({2025: number(150), 2026: NOT_MEASURED}, known).course is Course.NOT_MEASURED
    assert stand({2025: number(150), 2026: NOT_APPLICABLE}, known).course is Course.NOT_APPLICABLE
