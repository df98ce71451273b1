"""Small pictures: how far something is, what share something has, and how the partners spread over the pillars."""

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt

from markupsafe import Markup, escape

from alliance_tracker.drawing.numbers import compact
from alliance_tracker.drawing.rings import PILLARS, RING_COLOURS

BAR_TRACK, BAR_FILL, BAR_SECOND, BAR_MARK = "#dde3ec", "#003a70", "#7d9dc4", "#14243a"


def progress_bar(value: int, total: int, *, label: str, width: int = 120, height: int = 8) -> Markup:
    """`value` out of `total` as a bar of `width` by `height` pixels; `label` says it in words.

    Anything above nothing shows, and only the whole (or more) fills the bar. A total of nothing gives an
    empty bar. What is *not measured* has no bar: the page says so in words.

    :raise ValueError: a count is negative.
    """
    if value < 0 or total < 0:
        raise ValueError("a bar shows counts, which are not negative")
    done = 0.0
    if value and total:
        # At least a dot of the bar's own height, and until all is done at least that much left open.
        done = float(width) if value >= total else min(max(width * value / total, height), width - height)
    shape = f'height="{height}" rx="{compact(height / 2)}"'
    filled = f'<rect class="bar-fill" fill="{BAR_FILL}" width="{compact(done)}" {shape}/>' if done else ""
    return Markup(  # noqa: S704  # the label is escaped, the rest are numbers
        f'<svg xmlns="http://www.w3.org/2000/svg" class="progress-bar" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{escape(label)}">'
        f'<rect class="bar-track" fill="{BAR_TRACK}" width="{width}" {shape}/>{filled}</svg>'
    )


def stacked_bar(
    first: Fraction, second: Fraction, *, label: str, mark: Fraction | None = None, width: int = 320, height: int = 12
) -> Markup:
    """Two parts of a whole side by side, from the left, and what is left of it; `label` says it in words.

    `mark` is a place on the whole, such as an agreed minimum, drawn as a line across. All are shares from 0 to 1.

    :raise ValueError: the parts are negative or more than the whole.
    """
    if first < 0 or second < 0 or first + second > 1 or (mark is not None and not 0 <= mark <= 1):
        raise ValueError("the parts of a bar are shares of one whole")
    one, both = float(first) * width, float(first + second) * width
    top = 4 if mark is not None else 0
    shapes = [f'<rect class="bar-track" fill="{BAR_TRACK}" y="{top}" width="{width}" height="{height}"/>']
    for name, colour, until in (("bar-second", BAR_SECOND, both), ("bar-fill", BAR_FILL, one)):
        if until:
            shapes.append(
                f'<rect class="{name}" fill="{colour}" y="{top}" width="{compact(until)}" height="{height}"/>'
            )
    if mark is not None:
        x = min(max(float(mark) * width, 1.5), width - 1.5)
        shapes.append(
            f'<rect class="bar-mark" fill="{BAR_MARK}" x="{compact(x - 1.5)}" width="3" height="{height + 2 * top}"/>'
        )
    return Markup(  # noqa: S704  # the label is escaped, the rest are numbers
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stacked-bar" viewBox="0 0 {width} {height + 2 * top}" '
        f'width="{width}" height="{height + 2 * top}" role="img" aria-label="{escape(label)}">{"".join(shapes)}</svg>'
    )


def helix_balance(pillars: Mapping[str, int], labels: Mapping[str, str], *, size: int = 120) -> Markup:
    """The number of partners per pillar as four quarter discs in a box of `size` by `size` pixels.

    The quarters lie as in the growth rings, their *area* follows the number, and the number stands in the
    corner; a pillar without partner is a dashed quarter with 0. `labels` names the pillars in the text
    alternative.

    :raise ValueError: a pillar is unknown or has no label, or a count is negative.
    """
    if not set(pillars) <= set(PILLARS) or not set(PILLARS) <= set(labels):
        raise ValueError("each of the four pillars needs a label, and there are no other pillars")
    if any(count < 0 for count in pillars.values()):
        raise ValueError("a number of partners is not negative")
    most = max(pillars.values(), default=0)
    words = "; ".join(f"{labels[pillar]}: {pillars.get(pillar, 0)}" for pillar in PILLARS)
    quarters = "".join(
        _helix_quarter(pillar, pillars.get(pillar, 0), most, right, down)
        for pillar, (right, down) in zip(PILLARS, ((1, -1), (1, 1), (-1, 1), (-1, -1)), strict=True)
    )
    return Markup(  # noqa: S704  # the labels are escaped, the rest are numbers
        '<svg xmlns="http://www.w3.org/2000/svg" class="helix-balance" viewBox="-60 -60 120 120" '
        f'width="{size}" height="{size}" role="img" aria-label="{escape(words)}" font-family="sans-serif" '
        f'font-size="14" font-weight="700" text-anchor="middle">{quarters}</svg>'
    )


def _helix_quarter(pillar: str, count: int, most: int, right: int, down: int) -> str:
    """One pillar; `right` and `down` are the signs of its quarter's x and y."""
    name = f"ring-{pillar}" if count else "ring-missing"
    colour = RING_COLOURS[name]
    # A lone partner beside a crowd stays visible; an empty quarter is outlined at full size.
    radius = max(12.0, 46 * sqrt(count / most)) if count else 46.0
    x, y, sweep = 1.5 * right, 1.5 * down, int(right != down)
    far_x, far_y = compact(x + right * radius), compact(y + down * radius)
    r = compact(radius)
    shape = f"M{compact(x)} {compact(y)}V{far_y}A{r} {r} 0 0 {sweep} {far_x} {compact(y)}Z"
    dashed = f'fill="none" stroke="{colour}" stroke-width="1.25" stroke-dasharray="4 3"'
    paint = f'fill="{colour}"' if count else dashed
    number = f'<text class="helix-count" fill="#14243a" x="{46 * right}" y="{46 * down + 5}">{count}</text>'
    return f'<path class="{name}" {paint} d="{shape}"/>{number}'
