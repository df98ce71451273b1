"""The course of one indicator of the STEM-monitor: where it began, what was measured, and where it should have gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from alliance_tracker.drawing.numbers import compact

WIDTH, HEIGHT = 360, 150
LEFT, RIGHT, TOP, BOTTOM = 14, 52, 22, 26

INK, LINE, AIM = "#003a70", "#d5dbe2", "#7a4a00"


@dataclass(frozen=True)
class Point:
    """One figure of a year: `kind` is baseline, measured or target; `words` is the figure as its reader writes it."""

    year: int
    value: Decimal
    kind: str
    words: str


def monitor_lines(points: Sequence[Point], *, label: str) -> Markup:
    """The figures by year: a full line through baseline and measured values, a dashed one from baseline to target.

    A measured value is a disc, the baseline a square, a target an open diamond, so that no colour is needed to read
    it; `label` says everything in words. The axis of values runs from a little below the lowest to a little above the
    highest figure and carries no zero: the numbers stand beside the points. Without a point there is no drawing.
    """
    if not points:
        return Markup("")
    ordered = sorted(points, key=lambda point: (point.year, point.kind == "target"))
    place = _places(ordered)
    known = [point for point in ordered if point.kind != "target"]
    start = next((point for point in ordered if point.kind == "baseline"), None)
    parts = [_years(ordered, place)]
    parts += [_line(start, point, place) for point in ordered if start is not None and point.kind == "target"]
    if len(known) > 1:
        path = "L".join(f"{compact(x)} {compact(y)}" for x, y in (place[point] for point in known))
        parts.append(f'<path class="monitor-course" fill="none" stroke="{INK}" stroke-width="2.5" d="M{path}"/>')
    parts += [_mark(point, *place[point]) for point in ordered]
    parts += [_number(point, *place[point]) for point in ordered]
    return Markup(  # noqa: S704  # label and words are escaped, the rest are numbers
        f'<svg xmlns="http://www.w3.org/2000/svg" class="monitor-lines" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{escape(label)}" font-family="inherit" '
        f'font-size="13">{"".join(parts)}</svg>'
    )


def _places(points: Sequence[Point]) -> dict[Point, tuple[float, float]]:
    years = [point.year for point in points]
    values = [float(point.value) for point in points]
    first, span = min(years), max(max(years) - min(years), 1)
    low, high = min(values), max(values)
    room = (high - low) or max(abs(high) * 0.1, 1.0)
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    return {
        point: (
            LEFT + wide * (point.year - first) / span,
            TOP + tall * (1 - (float(point.value) - low) / room) if high > low else TOP + tall / 2,
        )
        for point in points
    }


def _years(points: Sequence[Point], place: dict[Point, tuple[float, float]]) -> str:
    at = {point.year: place[point][0] for point in points}
    floor = HEIGHT - BOTTOM + 10
    axis = f'<path stroke="{LINE}" d="M{LEFT} {floor}H{WIDTH - RIGHT}"/>'
    drawn, last = [axis], -100.0
    for year, x in sorted(at.items()):
        if x - last >= 34:  # room for four digits; a year too close to the one before stands in the table alone
            drawn.append(
                f'<text fill="#4d5b69" text-anchor="middle" x="{compact(x + 4)}" y="{HEIGHT - 2}">{year}</text>'
            )
            last = x
    return "".join(drawn)


def _line(start: Point, end: Point, place: dict[Point, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = place[start], place[end]
    path = f"M{compact(x1)} {compact(y1)}L{compact(x2)} {compact(y2)}"
    return f'<path class="monitor-aim" stroke="{AIM}" stroke-width="1.5" stroke-dasharray="5 4" d="{path}"/>'


def _mark(point: Point, x: float, y: float) -> str:
    if point.kind == "measured":
        return f'<circle class="monitor-measured" fill="{INK}" cx="{compact(x)}" cy="{compact(y)}" r="5"/>'
    if point.kind == "baseline":
        return (
            f'<rect class="monitor-baseline" fill="{INK}" x="{compact(x - 4.5)}" y="{compact(y - 4.5)}" '
            'width="9" height="9"/>'
        )
    return (
        f'<path class="monitor-target" fill="#fff" stroke="{AIM}" stroke-width="2" '
        f'd="M{compact(x)} {compact(y - 6)}L{compact(x + 6)} {compact(y)}L{compact(x)} {compact(y + 6)}'
        f'L{compact(x - 6)} {compact(y)}Z"/>'
    )


def _number(point: Point, x: float, y: float) -> str:
    dx, dy = (9.0, 4.5) if point.kind == "target" else (-4.0, -10.0)
    colour = AIM if point.kind == "target" else INK
    # A white edge keeps the number readable where a line passes under it.
    edge = 'stroke="#fff" stroke-width="4" paint-order="stroke"'
    return (
        f'<text fill="{colour}" {edge} font-weight="600" text-anchor="start" x="{compact(x + dx)}" '
        f'y="{compact(y + dy)}">{escape(point.words)}</text>'
    )
