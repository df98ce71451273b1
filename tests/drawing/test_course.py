"""The drawing of a course: each kind of value has its mark, and what was not measured is a gap."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_tracker.drawing.course import CourseData, axis, course, sign

YEARS = {year: str(year) for year in range(2024, 2030)}


def draw(**data):
    data.setdefault("labels", YEARS)
    return course(CourseData(**data), key="c", title='Bereik "jongeren"', words="In woorden <zo>", write=str)


def test_it_says_its_title_and_its_words(read):
    tree = read(draw(measured={2025: 10}))
    names = {child.get("id"): child.text for child in tree if child.get("id")}
    assert names == {"c-title": 'Bereik "jongeren"', "c-words": "In woorden <zo>"}
    assert tree.get("aria-labelledby") == "c-title c-words"


def test_each_kind_of_value_has_a_mark_of_its_own(read):
    svg = draw(
        measured={2025: 10, 2026: 20},
        targets={2026: 30, 2027: 40},
        originals={2027: 60},
        baseline=(2024, 5),
        missing=[2028],
    )
    read(svg)
    counts = {
        kind: svg.count(f'class="course-{kind}"') for kind in ("measured", "target", "original", "baseline", "missing")
    }
    assert counts == {"measured": 2, "target": 2, "original": 1, "baseline": 1, "missing": 1}


def test_a_period_without_a_figure_interrupts_the_line():
    found = re.search(r'class="course-line" d="([^"]+)"', draw(measured={2024: 1, 2025: 2, 2027: 3, 2028: 4}))
    assert found
    assert re.sub(r"[^ML]", "", found.group(1)) == "MLML"


def test_a_higher_value_lies_higher():
    spots = [float(y) for y in re.findall(r'cy="([^"]+)"', draw(measured={2024: 1, 2025: 2, 2026: 9}))]
    assert spots == sorted(spots, reverse=True)


def test_one_period_alone_is_drawn(read):
    read(draw(labels={2026: "2025-2026"}, measured={2026: 0}))


def test_nothing_to_draw_and_a_period_without_a_name_are_refused():
    with pytest.raises(ValueError, match="no figure"):
        draw()
    with pytest.raises(ValueError, match="label"):
        draw(measured={2001: 1})


def test_long_names_of_periods_leave_each_other_room():
    labels = {year: f"{year - 1}-{year}" for year in range(2020, 2032)}
    svg = draw(labels=labels, measured={2025: 1})
    assert 2 <= svg.count('text-anchor="middle"') < len(labels)


@given(values=st.lists(st.integers(0, 10**13).map(lambda n: n / 10_000), min_size=1))
def test_the_axis_holds_every_value_between_round_ends(values):
    ticks = axis(min(values), max(values))
    assert ticks == sorted(set(ticks))
    assert 2 <= len(ticks) <= 8
    tolerance = max(values) * 1e-6 + 1e-9
    assert ticks[0] - tolerance <= min(values)
    assert max(values) <= ticks[-1] + tolerance


@pytest.mark.parametrize(
    ("lowest", "highest", "ticks"),
    [(0, 100, [0, 25, 50, 75, 100]), (100, 180, [100, 120, 140, 160, 180]), (0, 0, [0, 0.25])],
)
def test_the_axis_starts_at_zero_unless_all_lies_close_together(lowest, highest, ticks):
    assert axis(lowest, highest) == ticks


def test_an_axis_of_counts_names_whole_numbers_alone():
    assert axis(0, 3, is_whole=True) == [0, 1, 2, 3]
    assert axis(0, 0, is_whole=True) == [0, 1]


@pytest.mark.parametrize("kind", ["measured", "target", "original", "baseline", "missing"])
def test_the_legend_has_a_sign_for_each_kind(read, kind):
    read(sign(kind))
