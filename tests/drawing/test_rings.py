"""The growth rings say what the figures say, at any size."""

import re
from math import asin, atan2, degrees, hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_tracker.drawing.rings import (
    FULL_GROWN_YEARS,
    PILLARS,
    RING_COLOURS,
    RingFigures,
    nested_rings,
    rings,
)

ALL = frozenset(PILLARS)
SECTOR = re.compile(r"M(\S+) (\S+)A(\S+) \S+ 0 0 1 (\S+) ([^L]+)L(\S+) ([^A]+)A(\S+) \S+ 0 0 0 (\S+) ([^Z]+)Z")


def draw(figures: RingFigures, *, size: int = 120, grow: bool = False) -> str:
    return str(rings(figures, size=size, title="Neteland", description="Stap 3", grow=grow))


def paths(svg: str, name: str) -> list[str]:
    return re.findall(rf'<path class="{name}"[^>]* d="([^"]*)"', svg)


def sectors(svg: str, name: str) -> list[tuple[float, float]]:
    """Outer radius and angle in degrees of each sector of a class, measured at its outer edge."""
    found = []
    for path in paths(svg, name):
        for numbers in SECTOR.findall(path):
            x1, y1, outer, x2, y2 = (float(n) for n in numbers[:5])
            assert hypot(x1, y1) == pytest.approx(outer, abs=0.02)
            assert hypot(x2, y2) == pytest.approx(outer, abs=0.02)
            # A sliver may turn back by the last decimal: between -1 and 359, not between 0 and 360.
            turned = (degrees(atan2(y2, x2) - atan2(y1, x1)) + 1) % 360 - 1
            found.append((outer, turned))
    return found


fractions = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1, allow_nan=False))


@given(
    steps=st.tuples(fractions, fractions, fractions, fractions),
    pillars=st.frozensets(st.sampled_from(PILLARS)),
    years=st.lists(st.integers(2026, 2060), unique=True, max_size=12).map(tuple),
    size=st.sampled_from([28, 40, 64, 120, 240]),
)
def test_in_every_present_quarter_each_ring_is_filled_as_far_as_its_step_is_met(steps, pillars, years, size):
    figures = RingFigures(steps, pillars, years)
    svg = draw(figures, size=size)
    assert "nan" not in svg
    assert svg.count('class="ring-missing"') == 4 - len(pillars)
    split = 0 if size < 36 else 1.6
    track_total = sum(turned for _, turned in sectors(svg, "ring-track"))
    open_total = 0.0
    for pillar in PILLARS:
        filled = sectors(svg, f"ring-{pillar}")
        if pillar not in pillars:
            assert not filled
            assert not sectors(svg, f"ring-{pillar}-year")
            continue
        met = [fraction for fraction in steps if fraction > 0]
        assert len(filled) == len(met)
        for (outer, turned), fraction in zip(filled, met, strict=True):
            whole = 90 - 2 * degrees(asin(split / outer))
            # Two decimals of a unit are up to a tenth of a degree on the smallest ring.
            assert turned == pytest.approx(fraction * whole, abs=0.1)
        open_total += sum(1 - fraction for fraction in steps) * 90
    # The cross takes its part of the open rings as well: most on the smallest, 8 degrees a side.
    assert open_total * 0.8 - 1 <= track_total <= open_total + 1


def test_filled_and_open_add_up_to_whole_rings():
    svg = draw(RingFigures((1, 0.5, 0.25, 0), ALL))
    filled = [s for pillar in PILLARS for s in sectors(svg, f"ring-{pillar}")]
    by_ring: dict[float, float] = {}
    for outer, turned in filled + sectors(svg, "ring-track"):
        by_ring[outer] = by_ring.get(outer, 0) + turned
    assert len(by_ring) == 4
    for outer, turned in by_ring.items():
        assert turned == pytest.approx(360 - 8 * degrees(asin(1.6 / outer)), abs=0.5)


def test_a_missing_pillar_leaves_a_gap_with_a_dashed_outline():
    svg = draw(RingFigures((1, 1, 1, 1), ALL - {"government"}, (2027,)))
    assert "ring-government" not in svg
    assert RING_COLOURS["ring-government"] not in svg
    assert svg.count("stroke-dasharray") == 1
    assert 'class="ring-missing" fill="none"' in svg


def test_the_quarters_run_clockwise_from_the_top_right():
    for pillar, (right, down) in zip(PILLARS, ((1, -1), (1, 1), (-1, 1), (-1, -1)), strict=True):
        (path,) = paths(draw(RingFigures((1, 0, 0, 0), frozenset({pillar}))), f"ring-{pillar}")
        numbers = SECTOR.findall(path)[0]
        for x, y in ((0, 1), (3, 4), (5, 6), (8, 9)):
            assert float(numbers[x]) * right > 0
            assert float(numbers[y]) * down > 0


@pytest.mark.parametrize("count", [0, 1, 3, FULL_GROWN_YEARS, 15])
def test_every_approved_year_adds_one_paler_ring(count):
    svg = draw(RingFigures((1, 1, 1, 1), ALL, tuple(range(2026, 2026 + count))))
    radii = {outer for outer, _ in sectors(svg, "ring-economy-year")}
    assert len(radii) == count
    assert all(outer > 60 for outer in radii)


def test_a_year_counts_once_whatever_the_order():
    assert draw(RingFigures((1, 1, 1, 1), ALL, (2027, 2026, 2027))) == draw(
        RingFigures((1, 1, 1, 1), ALL, (2026, 2027))
    )


@pytest.mark.parametrize("size", [28, 40])
def test_an_icon_draws_its_years_as_one_band_and_no_dashes(size):
    svg = draw(RingFigures((1, 1, 1, 1), ALL - {"economy"}, (2026, 2027, 2028)), size=size)
    assert len(sectors(svg, "ring-government-year")) == 1
    assert "stroke-dasharray" not in svg


def test_an_icon_fills_its_box_and_a_tree_with_room_grows():
    def width(years: int, *, grow: bool) -> float:
        svg = draw(RingFigures((1, 1, 1, 1), ALL, tuple(range(years))), size=240, grow=grow)
        return float(re.findall(r'width="(\S+)"', svg)[0])

    assert [width(n, grow=False) for n in (0, 3, 20)] == [240, 240, 240]
    grown = [width(n, grow=True) for n in (0, 1, 3, FULL_GROWN_YEARS)]
    assert grown == sorted(set(grown))
    assert grown[-1] == 240
    assert width(20, grow=True) == 240


def test_it_is_deterministic_and_compact():
    figures = RingFigures((1, 2 / 3, 1 / 3, 0.2), ALL, (2026, 2027))
    twin = RingFigures((1, 2 / 3, 1 / 3, 0.2), frozenset(reversed(PILLARS)), (2026, 2027))
    assert draw(figures) == draw(twin)
    assert not re.search(r"\d\.\d{3}", draw(figures))
    assert len(draw(figures)) < 4500


def test_its_words_are_the_text_alternative_and_are_escaped(read):
    words = 'Nete & "land" <b>'
    tree = read(rings(RingFigures((0, 0, 0, 0), ALL), size=64, title=words, description="Stap 1"))
    assert tree.get("role") == "img"
    assert tree.get("aria-label") == f"{words}. Stap 1"


def test_a_decorative_drawing_is_hidden(read):
    tree = read(rings(RingFigures((0, 0, 0, 0), ALL), size=64, title="x", description="y", decorative=True))
    assert tree.get("aria-hidden") == "true"
    assert tree.get("role") is None
    assert tree.get("aria-label") is None


def test_nested_rings_are_centred_on_their_place():
    svg = nested_rings(RingFigures((1, 1, 1, 1), ALL), x=100, y=50.5, size=34)
    assert svg.startswith('<svg class="rings" x="83" y="33.5" width="34" height="34"')


@pytest.mark.parametrize(
    ("steps", "pillars"),
    [
        ((1.01, 0, 0, 0), ALL),
        ((-0.01, 0, 0, 0), ALL),
        ((float("nan"), 0, 0, 0), ALL),
        ((0, 0, 0, 0), frozenset({"citizens"})),
    ],
)
def test_figures_that_cannot_be_are_refused(steps, pillars):
    with pytest.raises(ValueError, match=r"fraction|pillars"):
        RingFigures(steps, pillars)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", sorted(set(RING_COLOURS) - {"ring-track"}))
def test_all_that_is_there_stands_out_from_white(name):
    assert 1.05 / (luminance(RING_COLOURS[name]) + 0.05) >= 3
