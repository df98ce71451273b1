"""The course of the STEM-monitor as a drawing: every point drawn, nothing outside the box, words escaped."""

import re
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import given

from alliance_tracker.drawing.monitor_lines import HEIGHT, WIDTH, Point, monitor_lines

KINDS = st.sampled_from(["baseline", "measured", "target"])
POINTS = st.lists(
    st.builds(
        Point, st.integers(1990, 2100), st.decimals(0, 100, places=2), KINDS, st.sampled_from(["12 %", "0 %", "100 %"])
    ),
    max_size=8,
    unique_by=lambda point: (point.year, point.kind),
)


def point(year: int, value: str, kind: str) -> Point:
    return Point(year, Decimal(value), kind, f"{value} %")


def test_a_baseline_a_measurement_and_a_target_each_have_their_own_shape() -> None:
    drawn = monitor_lines(
        [point(2011, "27.4", "baseline"), point(2015, "29.68", "measured"), point(2020, "33.33", "target")], label="x"
    )
    assert [drawn.count(f'class="monitor-{part}"') for part in ("baseline", "measured", "target")] == [1, 1, 1]
    assert [drawn.count(f'class="monitor-{part}"') for part in ("course", "aim")] == [1, 1]
    heights = {
        kind: float(re.search(pattern, drawn)[1])  # type: ignore[index]
        for kind, pattern in {
            "measured": r'monitor-measured"[^>]*cy="([\d.]+)"',
            "baseline": r'monitor-baseline"[^>]* y="([\d.]+)"',
        }.items()
    }
    assert heights["measured"] < heights["baseline"]  # higher on the page is more


def test_without_a_figure_there_is_no_drawing() -> None:
    assert monitor_lines([], label="x") == ""


def test_words_cannot_become_markup() -> None:
    drawn = monitor_lines([Point(2011, Decimal(1), "baseline", "<b>")], label='"<script>')
    assert "<b>" not in drawn
    assert "<script>" not in drawn


@given(points=POINTS)
def test_whatever_the_figures_are_they_lie_within_the_box(points: list[Point]) -> None:
    drawn = monitor_lines(points, label="x")
    assert drawn.count('font-weight="600"') == len(points)
    for name, limit in (("cx", WIDTH), ("x", WIDTH), ("cy", HEIGHT), ("y", HEIGHT)):
        for found in re.findall(rf' {name}="(-?[\d.]+)"', drawn):
            assert -1 <= float(found) <= limit
    assert "nan" not in drawn
