"""What the map of Flanders can show: each layer gives every region a tone, a pattern and words."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from alliance_tracker.drawing.flanders import Pattern, RegionShape, flanders_map, legend_swatch
from alliance_tracker.drawing.region_shapes import SHORT_NAMES
from alliance_tracker.i18n import Counted, Message, in_words
from alliance_tracker.impact_reports.models import ReportStatus
from alliance_tracker.impact_reports.states import Punctuality
from alliance_tracker.monitoring.overview import Monitor, RegionRow


@dataclass(frozen=True)
class Look:
    """How a region is drawn, and the words for it."""

    tone: str
    pattern: Pattern
    words: Message


@dataclass(frozen=True)
class Layer:
    """One thing that the map can show."""

    key: str
    label: Message
    look: Callable[[RegionRow], Look]
    figure: Callable[[RegionRow], str]
    legend: tuple[Look, ...]


_PHASES = {
    "A": Look("level-1", "plain", Message("phase A · decision")),
    "B": Look("level-2", "lines", Message("phase B · trial")),
    "C": Look("level-4", "plain", Message("phase C · operation")),
}
_STEPS = {
    0: Look("none", "dots", Message("no pioneer")),
    1: Look("level-1", "plain", Message("pioneer in step 1")),
    2: Look("level-2", "plain", Message("pioneer in step 2")),
    3: Look("level-3", "plain", Message("pioneer in step 3")),
    4: Look("level-3", "lines", Message("pioneer in step 4")),
    5: Look("level-4", "plain", Message("pioneer in step 5")),
}
_ALLIANCES = (
    Look("none", "dots", Message("no active alliance")),
    Look("level-2", "plain", Message("one active alliance")),
    Look("level-4", "plain", Message("two or more active alliances")),
)
_HELIX = (
    Look("none", "dots", Message("no active alliance")),
    Look("attention", "lines", Message("a pillar is missing somewhere")),
    Look("good", "plain", Message("all four pillars everywhere")),
)


def _helix(row: RegionRow) -> Look:
    if row.is_white_spot:
        return _HELIX[0]
    return _HELIX[1] if row.figures.gaps() else _HELIX[2]


_REPORTS = {
    "none": Look("none", "dots", Message("no report expected")),
    "awaited": Look("level-1", "plain", Message("report awaited or being written")),
    "overdue": Look("attention", "lines", Message("report overdue")),
    "reading": Look("level-2", "lines", Message("report submitted: VLAIO reads it")),
    "approved": Look("good", "plain", Message("report approved")),
}


def _report(row: RegionRow) -> Look:
    """How the report of the newest open reporting year stands."""
    report = row.report
    if report is None or report.slug is None or report.punctuality is Punctuality.NOT_ASKED:
        return _REPORTS["none"]
    if report.status in {ReportStatus.APPROVED, ReportStatus.PUBLISHED, ReportStatus.CORRECTING}:
        return _REPORTS["approved"]
    if report.status is ReportStatus.SUBMITTED:
        return _REPORTS["reading"]
    return _REPORTS["overdue" if report.punctuality is Punctuality.OVERDUE else "awaited"]


LAYERS = (
    Layer(
        "phase",
        Message("Phase"),
        lambda r: _PHASES[r.phase.letter.value],
        lambda r: r.phase.letter.value,
        tuple(_PHASES.values()),
    ),
    Layer(
        "step",
        Message("Step of the pioneer"),
        lambda r: _STEPS[r.column],
        lambda r: str(r.column or "-"),
        tuple(_STEPS.values()),
    ),
    Layer(
        "alliances", Message("Alliances"), lambda r: _ALLIANCES[min(r.active, 2)], lambda r: str(r.active), _ALLIANCES
    ),
    Layer("helix", Message("Missing pillars"), _helix, lambda _: "", _HELIX),
    Layer("report", Message("Impact report"), _report, lambda _: "", tuple(_REPORTS.values())),
)


def chosen(key: str) -> Layer:
    """The layer that the address asks for; the phases otherwise."""
    return next((layer for layer in LAYERS if layer.key == key), LAYERS[0])


def words_of(row: RegionRow) -> str:
    """Everything that the monitor knows of a region, in one sentence for who cannot see the map."""
    parts = [
        Message("phase %(phase)s", phase=row.phase.letter.value),
        Counted("%(n)s active alliance", "%(n)s active alliances", n=row.active),
        Message("pioneer: %(name)s", name=row.pioneer.name) if row.pioneer else Message("no pioneer"),
    ]
    return in_words(parts)


def drawn(found: Monitor, layer: Layer, address: Callable[[str], str]) -> Markup:
    """The map of Flanders under this layer; every region leads to its page."""
    shapes = []
    for row in found.rows:
        look = layer.look(row)
        figure = layer.figure(row)
        label = f"{SHORT_NAMES[row.code]}\n{figure}" if figure else SHORT_NAMES[row.code]
        description = f"{row.name}: {look.words}. {words_of(row)}"
        shapes.append(RegionShape(row.code, row.name, look.tone, look.pattern, label, address(row.code), description))
    title = str(Message("Map of Flanders: %(layer)s", layer=layer.label))
    return flanders_map(shapes, title=title, description=str(layer.label), uid=f"map-{layer.key}")


def legend(layer: Layer) -> list[tuple[Markup, Message]]:
    """A swatch and its words for each look that the layer knows."""
    return [
        (legend_swatch(look.tone, look.pattern, uid=f"legend-{layer.key}-{number}"), look.words)
        for number, look in enumerate(layer.legend)
    ]
