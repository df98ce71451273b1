"""The bar and the balance show a whole as whole, and nothing as nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_tracker.drawing.bars import helix_balance, progress_bar
from alliance_tracker.drawing.numbers import compact
from alliance_tracker.drawing.rings import PILLARS

LABELS = {
    "economy": "Economie",
    "education-research": "Onderwijs & onderzoek",
    "government": "Overheid",
    "civil-society": "Burgers",
}


def filled(value: int, total: int) -> float:
    svg = progress_bar(value, total, label="x")
    found = re.findall(r'class="bar-fill"[^>]* width="([^"]+)"', svg)
    return float(found[0]) if found else 0.0


@given(value=st.integers(0, 10**6), total=st.integers(0, 10**6))
def test_only_the_whole_fills_the_bar_and_only_nothing_leaves_it_empty(value, total):
    width = filled(value, total)
    assert 0 <= width <= 120
    assert (width == 0) == (value == 0 or total == 0)
    if total:
        assert (width == 120) == (value >= total)


def test_a_bar_is_in_proportion():
    assert filled(12, 24) == 60


def test_a_bar_says_its_words(read):
    tree = read(progress_bar(17, 24, label='17 van "24" <ok>'))
    assert tree.get("role") == "img"
    assert tree.get("aria-label") == '17 van "24" <ok>'


def test_a_count_below_nothing_is_refused():
    with pytest.raises(ValueError, match="negative"):
        progress_bar(-1, 4, label="x")
    with pytest.raises(ValueError, match="negative"):
        helix_balance({"economy": -1}, LABELS)


def test_a_pillar_without_partner_is_a_dashed_gap(read):
    svg = helix_balance({"economy": 3, "education-research": 2, "government": 1}, LABELS)
    tree = read(svg)
    assert tree.get("aria-label") == "Economie: 3; Onderwijs & onderzoek: 2; Overheid: 1; Burgers: 0"
    assert "ring-civil-society" not in svg
    assert svg.count("stroke-dasharray") == 1
    assert [t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")] == ["3", "2", "1", "0"]


def test_the_area_follows_the_number():
    svg = helix_balance({"economy": 8, "government": 2}, LABELS)
    radii = [float(r) for r in re.findall(r"A(\S+) \S+ 0 0", svg)]
    assert radii[0] ** 2 / radii[2] ** 2 == pytest.approx(4)


def test_an_alliance_without_partners_still_draws(read):
    svg = helix_balance({}, LABELS)
    read(svg)
    assert svg.count('class="ring-missing"') == len(PILLARS)


def test_a_pillar_that_is_unknown_or_has_no_name_is_refused():
    with pytest.raises(ValueError, match="pillars"):
        helix_balance({"citizens": 1}, LABELS)
    with pytest.raises(ValueError, match="pillars"):
        helix_balance({"economy": 1}, {"economy": "Economie"})


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.001, "0"), (1.5, "1.5"), (100, "100"), (-2.345678, "-2.35"), (10.0, "10")],
)
def test_coordinates_are_as_short_as_they_can_be(value, text):
    assert compact(value) == text
