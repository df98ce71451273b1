"""The course of a figure over the years: where it began, what was aimed at, and what was measured.

A line joins what was measured in periods that follow each other; a period without a figure is a gap, with a cross on
the axis, never a zero. The drawing comes with its meaning in words, and the page shows its data as a table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

from markupsafe import Markup, escape

from alliance_tracker.drawing.numbers import compact

MEASURED, TARGET, ORIGINAL, BASELINE, AXIS, WORDS = "#0055b8", "#11693a", "#687686", "#14243a", "#d5dbe2", "#4d5b69"
WIDTH, HEIGHT = 400, 240
RIGHT, TOP, BOTTOM = 22, 14, 30
FONT = 14
#: How wide a character of a label is taken to be.
CHARACTER = 7.5
TICKS = 4


@dataclass(frozen=True)
class CourseData:
    """What is drawn, each value by its period; `labels` names every period from the first to the last.

    `missing` are periods of which it is known that there is no figure.
    """

    labels: Mapping[int, str]
    measured: Mapping[int, float] = field(default_factory=dict)
    targets: Mapping[int, float] = field(default_factory=dict)
    #: Targets as they were first agreed, where they were revised since.
    originals: Mapping[int, float] = field(default_factory=dict)
    baseline: tuple[int, float] | None = None
    missing: Sequence[int] = ()

    @property
    def values(self) -> list[float]:
        start = [self.baseline[1]] if self.baseline else []
        return [*self.measured.values(), *self.targets.values(), *self.originals.values(), *start]


@dataclass(frozen=True)
class _Frame:
    """Where a period and a value lie in the drawing."""

    first: int
    last: int
    low: float
    high: float
    left: float

    def x(self, period: int) -> float:
        if self.first == self.last:
            return (self.left + WIDTH - RIGHT) / 2
        # Half a step of room on both sides, so that no mark lies on the edge.
        step = (WIDTH - self.left - RIGHT) / (self.last - self.first + 1)
        return self.left + step * (period - self.first + 0.5)

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)


def course(
    data: CourseData, *, key: str, title: str, words: str, write: Callable[[float], str], is_whole: bool = False
) -> Markup:
    """The course as a drawing with `title` and `words` as its text alternative; `write` writes a value of the axis.

    `is_whole` says that only whole numbers mean something, so the axis names no others.

    :raise ValueError: there is no value to draw, or a value lies in a period without a label.
    """
    if not data.values:
        raise ValueError("there is no figure to draw")
    used = {*data.measured, *data.targets, *data.originals, *([data.baseline[0]] if data.baseline else [])}
    if not used <= set(data.labels):
        raise ValueError("every period needs a label")
    ticks = axis(min(data.values), max(data.values), is_whole=is_whole)
    left = 16 + CHARACTER * max(len(write(value)) for value in ticks)
    frame = _Frame(min(data.labels), max(data.labels), ticks[0], ticks[-1], left)
    parts = [_grid(frame, ticks, write), _periods(frame, data), _marks(frame, data), _line(frame, data)]
    return Markup(  # noqa: S704  # every text is escaped, the rest are numbers
        f'<svg xmlns="http://www.w3.org/2000/svg" class="course" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-labelledby="{escape(key)}-title {escape(key)}-words" '
        f'font-family="sans-serif" font-size="{FONT}">'
        f'<title id="{escape(key)}-title">{escape(title)}</title>'
        f'<desc id="{escape(key)}-words">{escape(words)}</desc>{"".join(parts)}</svg>'
    )


def axis(lowest: float, highest: float, *, is_whole: bool = False) -> list[float]:
    """The values that the axis names: round ones, from zero unless all values lie close together far above it."""
    low = lowest if 0 < highest / 2 < lowest else min(0.0, lowest)
    span = (highest - low) or abs(highest) or 1.0
    raw = span / TICKS
    power = 10 ** floor(log10(raw))
    step = next(power * size for size in (1, 2, 2.5, 5, 10) if power * size >= raw * 0.999)
    if is_whole:
        step = max(1, ceil(step))
    start, end = floor(low / step + 1e-9), ceil(highest / step - 1e-9)
    return [round(number * step, 10) for number in range(start, max(end, start + 1) + 1)]


def _grid(frame: _Frame, ticks: list[float], write: Callable[[float], str]) -> str:
    found = []
    for value in ticks:
        y = compact(frame.y(value))
        found.append(
            f'<path d="M{compact(frame.left)} {y}H{WIDTH - RIGHT}" stroke="{AXIS}"/>'
            f'<text x="{compact(frame.left - 8)}" y="{compact(frame.y(value) + 5)}" text-anchor="end" fill="{WORDS}">'
            f"{escape(write(value))}</text>"
        )
    return "".join(found)


def _periods(frame: _Frame, data: CourseData) -> str:
    """The names of the periods, as many as there is room for, and a cross where there is no figure."""
    widest = max(len(label) for label in data.labels.values()) * CHARACTER + 10
    room = (WIDTH - frame.left - RIGHT) / len(data.labels)
    every = max(1, ceil(widest / room))
    found = []
    for place, (period, label) in enumerate(sorted(data.labels.items())):
        x = frame.x(period)
        if place % every == 0:
            found.append(
                f'<text x="{compact(x)}" y="{HEIGHT - 8}" text-anchor="middle" fill="{WORDS}">{escape(label)}</text>'
            )
        if period in data.missing:
            y = frame.y(frame.low)
            found.append(
                f'<path class="course-missing" d="M{compact(x - 4)} {compact(y - 4)}l8 8m0 -8l-8 8" '
                f'stroke="{WORDS}" stroke-width="2"/>'
            )
    return "".join(found)


def _marks(frame: _Frame, data: CourseData) -> str:
    """The baseline as a diamond, a target as a bar, an original target as a dashed one."""
    found = []
    for kind, values, colour, dash in (
        ("original", data.originals, ORIGINAL, ' stroke-dasharray="5 4"'),
        ("target", data.targets, TARGET, ""),
    ):
        for period, value in sorted(values.items()):
            x, y = frame.x(period), compact(frame.y(value))
            found.append(
                f'<path class="course-{kind}" d="M{compact(x - 14)} {y}h28" stroke="{colour}" stroke-width="4"{dash}/>'
            )
    if data.baseline:
        middle, height = frame.x(data.baseline[0]), frame.y(data.baseline[1])
        found.append(
            f'<path class="course-baseline" d="M{compact(middle)} {compact(height - 8)}l8 8l-8 8l-8 -8Z" '
            f'fill="#ffffff" stroke="{BASELINE}" stroke-width="2.5"/>'
        )
    return "".join(found)


def _line(frame: _Frame, data: CourseData) -> str:
    """The measurements: a dot each, joined where periods follow each other."""
    path, before = "", None
    dots = []
    for period, value in sorted(data.measured.items()):
        x, y = compact(frame.x(period)), compact(frame.y(value))
        path += f"{'L' if before == period - 1 else 'M'}{x} {y}"
        before = period
        dots.append(f'<circle class="course-measured" cx="{x}" cy="{y}" r="5" fill="{MEASURED}"/>')
    line = f'<path class="course-line" d="{path}" fill="none" stroke="{MEASURED}" stroke-width="2.5"/>' if path else ""
    return line + "".join(dots)


def sign(kind: str) -> Markup:
    """The mark of one kind (`measured`, `target`, `original`, `baseline`, `missing`) for the legend."""
    shapes = {
        "measured": f'<path d="M1 8h22" stroke="{MEASURED}" stroke-width="2.5"/><circle cx="12" cy="8" r="5" '
        f'fill="{MEASURED}"/>',
        "target": f'<path d="M1 8h22" stroke="{TARGET}" stroke-width="4"/>',
        "original": f'<path d="M1 8h22" stroke="{ORIGINAL}" stroke-width="4" stroke-dasharray="5 4"/>',
        "baseline": f'<path d="M12 1l7 7l-7 7l-7 -7Z" fill="#ffffff" stroke="{BASELINE}" stroke-width="2.5"/>',
        "missing": f'<path d="M8 4l8 8m0 -8l-8 8" stroke="{WORDS}" stroke-width="2"/>',
    }
    return Markup(  # noqa: S704  # shapes of our own
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">'
        f"{shapes[kind]}</svg>"
    )
