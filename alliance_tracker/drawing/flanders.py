"""The map of Flanders: 15 regions, each with its tone, hatching and word, and a link to follow.

Colour is never the only carrier: whoever gives a region a tone also gives it a pattern, a label or both, and
always a description in words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from markupsafe import Markup, escape

from alliance_tracker.drawing.numbers import compact
from alliance_tracker.drawing.region_shapes import HEIGHT, PLACES, WIDTH, outlines
from alliance_tracker.drawing.rings import RingFigures, nested_rings

Pattern = Literal["plain", "lines", "dots", "cross"]


class Tone(NamedTuple):
    """Three colours that go together: the region, its text (4.5:1 on the region) and its hatching."""

    fill: str
    text: str
    hatch: str


_INK = "#14243a"
#: The line between two regions, and the one round Flanders, without which a pale region melts into the page.
_BORDER, _CONTOUR = "#ffffff", "#7f8a9b"

#: The tones that the drawing knows by itself: four levels of one hue for an amount or a stage, `none` for a
#: white spot, and three for a state. Another suffix is drawn like `none` until a stylesheet says more.
TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "none": Tone("#eef0f4", _INK, "#b9c0cc"),
        "level-1": Tone("#c9d8ea", _INK, "#8fa9c9"),
        "level-2": Tone("#8fb0d3", _INK, "#5d86b3"),
        "level-3": Tone("#3a6ca3", "#ffffff", "#7fa3cb"),
        "level-4": Tone("#003a70", "#ffffff", "#4d7aa8"),
        "good": Tone("#c3dfcd", _INK, "#8dc0a0"),
        "attention": Tone("#f9dda4", _INK, "#dcb25f"),
        "late": Tone("#f0bdb9", _INK, "#d58f88"),
    }
)

_SUFFIX = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARK_SIZE = 34

# Drawn in a tile of 9 by 9, turned where a slant is wanted.
_HATCHES: Mapping[Pattern, tuple[str, str]] = MappingProxyType(
    {
        "lines": (' patternTransform="rotate(45)"', '<path d="M0 0V9" stroke-width="4"/>'),
        "dots": ("", '<path d="M2.3 2.3h.01M6.8 6.8h.01" stroke-width="2.8" stroke-linecap="round"/>'),
        "cross": (' patternTransform="rotate(45)"', '<path d="M0 0V9M0 0H9" stroke-width="2"/>'),
    }
)


@dataclass(frozen=True)
class RegionShape:
    """What the map shows of one region.

    :raise ValueError: the code, the tone, the pattern or the address cannot be drawn.
    """

    code: str
    name: str
    #: Suffix of the class `region-tone-…`: a key of `TONES`, or the page's own.
    tone: str
    pattern: Pattern
    #: Short text on the map, such as `SHORT_NAMES[code]`; a second line after a line break; may be empty.
    label: str
    href: str | None
    #: What it means, in words, for the tooltip and for whoever does not see the map.
    description: str

    def __post_init__(self) -> None:
        if self.code not in PLACES:
            raise ValueError(f"unknown region: {self.code!r}")
        if not _SUFFIX.fullmatch(self.tone):
            raise ValueError(f"not the suffix of a class: {self.tone!r}")
        if self.pattern != "plain" and self.pattern not in _HATCHES:
            raise ValueError(f"unknown pattern: {self.pattern!r}")
        if self.href is not None and not self.href.startswith(("/", "?", "#", "https://", "http://")):
            raise ValueError(f"not an address for a link: {self.href!r}")

    @property
    def words(self) -> str:
        return f"{self.name}: {self.description}" if self.description else self.name


def _tone(name: str) -> Tone:
    return TONES.get(name, TONES["none"])


def _hatching(tone: str, pattern: Pattern, name: str) -> str:
    """A `<pattern>` with the tone itself in it, so that a stylesheet that changes the tone changes both."""
    turn, strokes = _HATCHES[pattern]
    colours = _tone(tone)
    return (
        f'<pattern id="{name}" width="9" height="9" patternUnits="userSpaceOnUse"{turn}>'
        f'<path class="region-tone-{tone}" fill="{colours.fill}" d="M-1-1H10V10H-1z"/>'
        f'<g class="region-hatch-{tone}" fill="none" stroke="{colours.hatch}">{strokes}</g></pattern>'
    )


def _paint(tone: str, pattern: Pattern, prefix: str) -> str:
    """Class and fill of a shape in this tone and pattern."""
    if pattern == "plain":
        return f'class="region-shape region-tone-{tone}" fill="{_tone(tone).fill}"'
    # Without the tone's class, whose fill in a stylesheet would win from the pattern.
    return f'class="region-shape" fill="url(#{prefix}-{pattern}-{tone})"'


def _label(shape: RegionShape, *, marked: bool) -> str:
    """The text on the region, with a halo in its tone where a hatching runs behind it."""
    if not shape.label:
        return ""
    place, colours = PLACES[shape.code], _tone(shape.tone)
    x, y = place.label_with_mark if marked else place.label
    lines = shape.label.split("\n")
    # Centred on its place, but a label in the sea grows upwards, away from its line.
    top = y + 5.5 - (18 if place.leader else 9) * (len(lines) - 1)
    bold = ("", ' font-weight="700"')
    text = "".join(
        f'<tspan x="{compact(x)}" y="{compact(top + 18 * i)}"{bold[i > 0]}>{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    if place.leader:
        x1, y1, x2, y2 = (compact(number) for number in place.leader)
        return (
            f'<path class="region-leader" fill="none" stroke="{_INK}" d="M{x1} {y1}L{x2} {y2}"/>'
            f'<text class="region-label region-label-outside" fill="{_INK}">{text}</text>'
        )
    halo = ""
    if shape.pattern != "plain":
        halo = (
            f'<text class="region-label region-halo-{shape.tone}" fill="none" stroke="{colours.fill}" '
            f'stroke-width="5">{text}</text>'
        )
    return f'{halo}<text class="region-label region-text-{shape.tone}" fill="{colours.text}">{text}</text>'


def _mark(shape: RegionShape, figures: RingFigures) -> str:
    """The growth rings of the region's alliance, on a white disc that keeps them apart from any tone."""
    x, y = PLACES[shape.code].mark
    disc = f'cx="{compact(x)}" cy="{compact(y)}" r="{compact(_MARK_SIZE / 2 + 2)}"'
    rings = nested_rings(figures, x=x, y=y, size=_MARK_SIZE)
    return f'<circle class="region-disc" fill="#ffffff" {disc}/>{rings}'


def _region(shape: RegionShape, prefix: str) -> str:
    """One region's area: the link (or picture) with its words, its shape and its focus line."""
    target, words = f"#{prefix}-{shape.code}", escape(shape.words)
    area = (
        f'<g aria-hidden="true"><title>{words}</title>'
        f'<use href="{target}" {_paint(shape.tone, shape.pattern, prefix)} '
        f'stroke="{_BORDER}" stroke-width="1.5"/>'
        f'<use href="{target}" class="region-focus" fill="none" stroke="none" pointer-events="none"/></g>'
    )
    if shape.href is None:
        return f'<g class="region" role="img" aria-label="{words}">{area}</g>'
    return f'<a class="region region-link" href="{escape(shape.href)}" aria-label="{words}">{area}</a>'


def flanders_map(
    regions: Sequence[RegionShape],
    *,
    title: str,
    description: str,
    uid: str,
    marks: Mapping[str, RingFigures] | None = None,
) -> Markup:
    """The map as an `<svg>` of 900 by 347 pixels, to be scaled by a stylesheet.

    The order of `regions` is the order in which the keyboard reaches them. `uid` keeps the ids apart from
    those of another drawing on the page. `marks` gives growth rings by region code.

    :raise ValueError: not each of the 15 regions is there exactly once: a white spot is drawn too.
    """
    shapes = outlines()
    if sorted(region.code for region in regions) != list(shapes):
        raise ValueError("the map needs each of the 15 regions exactly once")
    if not _SUFFIX.fullmatch(uid):
        raise ValueError(f"not usable in an id: {uid!r}")
    figures = marks or {}
    land = "".join(f'<path id="{uid}-{code}" d="{data}"/>' for code, data in shapes.items())
    # A dict keeps the order of first use, which a set does not: the same map is the same text.
    hatched = dict.fromkeys((r.tone, r.pattern) for r in regions if r.pattern != "plain")
    hatchings = "".join(_hatching(tone, pattern, f"{uid}-{pattern}-{tone}") for tone, pattern in hatched)
    areas = "".join(_region(region, uid) for region in regions)
    # All words lie above all areas, else a neighbour drawn later would cut through them. They let the pointer
    # through to the link below, whose accessible name says what they say.
    over = [_mark(region, figures[region.code]) for region in regions if region.code in figures]
    over += [_label(region, marked=region.code in figures) for region in regions]
    return Markup(  # noqa: S704  # every text is escaped where it is put in
        '<svg xmlns="http://www.w3.org/2000/svg" class="flanders-map" '
        f'viewBox="-3 -3 {WIDTH + 6} {HEIGHT + 6}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="group" aria-label="{escape(title)}" aria-describedby="{uid}-description" '
        f'fill-rule="evenodd" stroke-linejoin="round">'
        f'<desc id="{uid}-description">{escape(description)}</desc>'
        f'<defs><g id="{uid}-land">{land}</g>{hatchings}</defs>'
        f'<use href="#{uid}-land" class="region-contour" fill="none" stroke="{_CONTOUR}" stroke-width="4"/>'
        f'{areas}<g class="region-words" aria-hidden="true" pointer-events="none" font-family="sans-serif" '
        f'font-size="15" text-anchor="middle">{"".join(over)}</g></svg>'
    )


def legend_swatch(tone: str, pattern: Pattern, *, uid: str) -> Markup:
    """The tone and pattern in a block of 24 by 16 pixels, for the legend; the words stand beside it.

    :raise ValueError: `tone` or `uid` cannot be part of a class or an id.
    """
    if not (_SUFFIX.fullmatch(tone) and _SUFFIX.fullmatch(uid)):
        raise ValueError(f"not usable in a class or an id: {tone!r}, {uid!r}")
    hatching = "" if pattern == "plain" else _hatching(tone, pattern, f"{uid}-{pattern}-{tone}")
    return Markup(  # noqa: S704  # checked above
        '<svg xmlns="http://www.w3.org/2000/svg" class="region-swatch" viewBox="0 0 24 16" width="24" '
        f'height="16" aria-hidden="true" focusable="false"><defs>{hatching}</defs>'
        f'<path {_paint(tone, pattern, uid)} stroke="{_CONTOUR}" d="M.5.5H23.5V15.5H.5z"/></svg>'
    )
