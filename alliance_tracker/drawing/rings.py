"""The growth rings: an alliance drawn as a tree that gains a ring for each year with an approved report.

Round a heart lie four inner rings, one per step 1-4 from the inside out. The tree is cut in four quarters,
always in the order of `PILLARS`, clockwise from the top right. Each ring fills clockwise in every quarter as
far as its step is met, and what is open shows as a pale track. A pillar that is missing leaves its quarter
empty, with a dashed outline where there is room for one. Outside lie the years, paler. The picture never
stands alone: its words come with it.

Every part carries a class for the page's stylesheet, and a fill for where there is none, as in a PDF.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, pi, sin
from types import MappingProxyType

from markupsafe import Markup, escape

from alliance_tracker.drawing.numbers import compact

#: Clockwise from the top right.
PILLARS = ("economy", "education-research", "government", "civil-society")

#: Fill (stroke for `ring-missing`) by class, for the stylesheet and as the fallback in the drawing itself.
#: All keep 3:1 against white, except the track: that is what is *not* there.
RING_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ring-economy": "#b6530b",
        "ring-economy-year": "#c4793f",
        "ring-education-research": "#1b5a9f",
        "ring-education-research-year": "#5581b3",
        "ring-government": "#5a4799",
        "ring-government-year": "#8173b1",
        "ring-civil-society": "#2a7746",
        "ring-civil-society-year": "#5f9874",
        "ring-track": "#e6e4dc",
        "ring-missing": "#767d88",
        "ring-heart": "#3b2718",
    }
)

#: A growing tree reaches its full size at this many years; from then on its year rings get thinner.
FULL_GROWN_YEARS = 6


@dataclass(frozen=True)
class RingFigures:
    """What the rings of one alliance say.

    :raise ValueError: a fraction is outside 0..1, or a pillar is unknown.
    """

    #: The fraction (0..1) of required criteria met or waived, for steps 1, 2, 3 and 4.
    steps: tuple[float, float, float, float]
    #: The helix pillars that the alliance has, out of `PILLARS`.
    pillars: frozenset[str]
    #: The calendar years with an approved report; each counts once, their order does not matter.
    years: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        # Written so that NaN, which answers no to every comparison, is refused as well.
        if not all(0 <= fraction <= 1 for fraction in self.steps):
            raise ValueError("each step needs a fraction from 0 to 1")
        if not self.pillars.issubset(PILLARS):
            raise ValueError(f"unknown pillars: {sorted(self.pillars.difference(PILLARS))}")


@dataclass(frozen=True)
class _Grain:
    """How coarse the drawing is, in units of its own view box (a step's ring with its gap is about 13)."""

    heart: float
    first: float  # inner radius of step 1
    step: float  # thickness of a step's ring
    year: float  # thickness of a year's ring
    gap: float  # between two rings
    split: float  # half the width of the cross between the quarters
    dash: float  # length of a dash round a missing quarter in pixels; 0 for an unbroken line


# Below 56 pixels a dashed line is noise, and below 36 the cross between the quarters is thinner than a pixel.
_FINE = _Grain(heart=7.5, first=12, step=10, year=8.5, gap=3, split=1.6, dash=4)
_ICON = _Grain(heart=8, first=13, step=11, year=8.5, gap=2.6, split=1.6, dash=0)
_TINY = _Grain(heart=9, first=14, step=12, year=10, gap=2.6, split=0, dash=0)


def _grain(size: int) -> _Grain:
    if size < 36:
        return _TINY
    return _ICON if size < 56 else _FINE


def _bands(grain: _Grain, years: int) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The inner and outer radius of the four step rings, and of the year rings."""
    inner_radii = [grain.first + i * (grain.step + grain.gap) for i in range(4)]
    step_bands = [(inner, inner + grain.step) for inner in inner_radii]
    start = step_bands[-1][1] + grain.gap
    if not grain.dash and years:
        # An icon has no room for separate years: one band, a little broader for a second and a third.
        return step_bands, [(start, start + grain.year + 3 * (min(years, 3) - 1))]
    # Past the full size all year rings and their gaps shrink alike, so the outermost stays where it is.
    pitch = grain.year + grain.gap
    shrunk = min(1.0, (FULL_GROWN_YEARS * pitch - grain.gap) / max(years * pitch - grain.gap, 1))
    year_radii = [start + i * pitch * shrunk for i in range(years)]
    return step_bands, [(inner, inner + grain.year * shrunk) for inner in year_radii]


@lru_cache(maxsize=8192)
def _corners(quarter: int, inner: float, outer: float, split: float, start: float, end: float) -> tuple[str, ...]:
    """The corners of a ring's part in one quarter, from fraction `start` to `end` of it: outer, then inner.

    The cut beside the cross runs parallel to it, so the cross is as wide inside as outside.
    """
    corners = []
    for radius, fraction in ((outer, start), (outer, end), (inner, end), (inner, start)):
        edge = asin(split / radius)
        angle = quarter * pi / 2 + edge + fraction * (pi / 2 - 2 * edge)
        corners.append(f"{compact(radius * sin(angle))} {compact(-radius * cos(angle))}")
    return tuple(corners)


def _sector(quarter: int, inner: float, outer: float, split: float, start: float, end: float) -> str:
    """The closed path of that part, clockwise along the outside and back along the inside."""
    a, b, c, d = _corners(quarter, inner, outer, split, start, end)
    out, in_ = compact(outer), compact(inner)
    return f"M{a}A{out} {out} 0 0 1 {b}L{c}A{in_} {in_} 0 0 0 {d}Z"


def _quarter(pillar: str, steps: tuple[float, ...], grain: _Grain, years: int) -> str:
    """One present pillar: its track, its steps and its years, each as one path."""
    quarter = PILLARS.index(pillar)
    step_bands, year_bands = _bands(grain, years)
    track, filled = "", ""
    for (inner, outer), met in zip(step_bands, steps, strict=True):
        if met > 0:
            filled += _sector(quarter, inner, outer, grain.split, 0, met)
        if met < 1:
            track += _sector(quarter, inner, outer, grain.split, met, 1)
    grown = "".join(_sector(quarter, inner, outer, grain.split, 0, 1) for inner, outer in year_bands)
    parts = (("ring-track", track), (f"ring-{pillar}", filled), (f"ring-{pillar}-year", grown))
    return "".join(f'<path class="{name}" fill="{RING_COLOURS[name]}" d="{d}"/>' for name, d in parts if d)


def _missing_quarter(pillar: str, grain: _Grain, radius: float, pixel: float) -> str:
    """The outline of a quarter without partner; `pixel` is one screen pixel in drawing units."""
    line = 1.25 * pixel if grain.dash else pixel
    # Half a line inside the edge, so that the drawing's box does not cut it.
    outer, split = radius - line / 2, grain.split + line / 2
    a, b, c, d = _corners(PILLARS.index(pillar), grain.first, outer, split, 0, 1)
    arc = f"A{compact(outer)} {compact(outer)} 0 0 1 {b}"
    if grain.dash:
        # Both sides, but no arc round the heart: so close to it, dashes would read as a ring.
        shape = f"M{d}L{a}{arc}L{c}"
        dashes = f' stroke-dasharray="{compact(grain.dash * pixel)} {compact(0.8 * grain.dash * pixel)}"'
    else:
        shape, dashes = f"M{a}{arc}", ""
    return (
        f'<path class="ring-missing" fill="none" stroke="{RING_COLOURS["ring-missing"]}" '
        f'stroke-width="{compact(line)}"{dashes} d="{shape}"/>'
    )


@lru_cache(maxsize=1024)
def _drawing(figures: RingFigures, size: int, *, grow: bool) -> tuple[str, str]:
    """The size attributes of the svg element, and what stands inside it."""
    grain, years = _grain(size), len(set(figures.years))
    step_bands, year_bands = _bands(grain, years)
    radius = (year_bands or step_bands)[-1][1]
    pixels = size
    if grow:
        pixels = round(size * radius / _bands(grain, FULL_GROWN_YEARS)[1][-1][1])
    side = compact(2 * radius)
    box = f'viewBox="{compact(-radius)} {compact(-radius)} {side} {side}"'
    quarters = [
        _quarter(pillar, figures.steps, grain, years)
        if pillar in figures.pillars
        else _missing_quarter(pillar, grain, radius, 2 * radius / pixels)
        for pillar in PILLARS
    ]
    heart = f'class="ring-heart" fill="{RING_COLOURS["ring-heart"]}" r="{compact(grain.heart)}"'
    return f'width="{pixels}" height="{pixels}" {box}', f"{''.join(quarters)}<circle {heart}/>"


def rings(
    figures: RingFigures,
    *,
    size: int,
    title: str,
    description: str,
    decorative: bool = False,
    grow: bool = False,
) -> Markup:
    """The growth rings as an `<svg>` that fills a box of `size` by `size` pixels.

    With `grow`, for where there is room, `size` is that of a full-grown tree (`FULL_GROWN_YEARS`), and a
    younger one is a smaller picture on the same scale. Below 56 pixels the years are one band.

    `title` and `description` become the text alternative; `decorative` hides the picture from assistive
    technology, for where the same words stand beside it.
    """
    measures, drawn = _drawing(figures, size, grow=grow)
    if decorative:
        role = 'aria-hidden="true" focusable="false"'
    else:
        role = f'role="img" aria-label="{escape(f"{title}. {description}" if description else title)}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" class="rings" {measures} {role}>{drawn}</svg>'
    return Markup(svg)  # noqa: S704  # the words are escaped, the rest are numbers and constants


def nested_rings(figures: RingFigures, *, x: float, y: float, size: int) -> Markup:
    """The rings as a part of another SVG, centred on (`x`, `y`), `size` units wide, without words."""
    measures, drawn = _drawing(figures, size, grow=False)
    corner = f'x="{compact(x - size / 2)}" y="{compact(y - size / 2)}"'
    return Markup(f'<svg class="rings" {corner} {measures}>{drawn}</svg>')  # noqa: S704  # numbers and constants
