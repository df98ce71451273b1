"""The page of one indicator, made ready to show: its state in words, its course, and where every figure comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from alliance_tracker import audit
from alliance_tracker.drawing.course import CourseData, course
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import showing, wording
from alliance_tracker.indicators.figures import NOT_MEASURED, Course, progress
from alliance_tracker.indicators.models import Definition, FigureState, Unit
from alliance_tracker.indicators.periods import last_day, period_label, period_of
from alliance_tracker.indicators.queries import BaselineRow, Followed, MeasurementRow, TargetRow
from alliance_tracker.indicators.standing import Aim, Standing


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from: who said it, when, from what source, and with what proof."""

    id: int
    text: str
    by: str
    at: datetime
    reason: str
    source: str = ""
    note: str = ""
    files: Sequence[Evidence] = ()


@dataclass(frozen=True)
class BaselineLine:
    """A baseline with its day; a former one was revised since."""

    origin: Origin
    on: date
    is_former: bool
    is_first: bool


@dataclass(frozen=True)
class TargetLine:
    """A target with its period; a former one was revised since."""

    origin: Origin
    period: str
    is_former: bool
    is_first: bool


@dataclass(frozen=True)
class FigureLine:
    """A measurement with its breakdowns, each as its name and the texts of its categories."""

    origin: Origin
    period: str
    is_former: bool
    parts: Sequence[tuple[Any, Sequence[tuple[Any, str]]]]
    is_left_out: bool


@dataclass(frozen=True)
class PeriodLine:
    """One row of the table beside the drawing."""

    period: int
    label: str
    measured: str
    target: str
    original: str
    course: Course | None


@dataclass(frozen=True)
class IndicatorPage:
    """Everything that the page of an indicator shows to this reader."""

    followed: Followed
    standing: Standing
    sentences: tuple[Message, ...]
    beside: Message | None
    drawing: Markup | None
    periods: tuple[PeriodLine, ...]
    baselines: tuple[BaselineLine, ...]
    targets: tuple[TargetLine, ...]
    figures: tuple[FigureLine, ...]
    is_rounded: bool
    #: Which signs the drawing holds, for its legend.
    signs: tuple[str, ...]


def label_of(definition: Definition, period: int) -> str:
    return period_label(period, definition.period_kind)


def situation_of(found: Followed, standing: Standing, *, exact: bool) -> wording.Situation:
    """What the sentences about an indicator speak of, for this reader."""
    meaning, aim, start = found.definition, standing.aim, found.baseline
    is_known = start is not None and start.figure.is_value
    return wording.Situation(
        progress=standing.progress,
        direction=meaning.direction,
        measured=showing.text(meaning, standing.measured, exact=exact) if standing.measured.is_value else "",
        period="" if standing.period is None else label_of(meaning, standing.period),
        target=showing.amount(aim.value, meaning.unit) if aim and aim.value is not None else "",
        target_period=label_of(meaning, aim.period) if aim else "",
        baseline=showing.text(meaning, start.figure, exact=exact) if start and is_known else "",
        baseline_on=start.on if start else None,
    )


def said_of(found: Followed, standing: Standing, *, exact: bool) -> tuple[Message, ...]:
    """The state of an indicator in sentences, for this reader."""
    said = wording.sentences(situation_of(found, standing, exact=exact))
    if standing.is_waiting and standing.aim is not None and standing.period is not None:
        waited = label_of(found.definition, standing.aim.period)
        said = (*said, Message("%(period)s is over, and its figure has not come in yet.", period=waited))
    return (*said, *_next_aim(found, standing))


def _next_aim(found: Followed, standing: Standing) -> tuple[Message, ...]:
    """The target after the one that it was held against, once that is reached or over."""
    aim, meaning = standing.aim, found.definition
    if aim is None or standing.course not in (Course.REACHED, Course.NOT_REACHED):
        return ()
    later = [each for each in found.aims.values() if each.period > aim.period and each.value is not None]
    if not later or later[0].value is None:
        return ()
    value, period = showing.amount(later[0].value, meaning.unit), label_of(meaning, later[0].period)
    return (Message("The next target is %(value)s, for %(period)s.", value=value, period=period),)


def beside_of(found: Followed, standing: Standing) -> Message | None:
    """How it stands to what was agreed first, where that was revised."""
    aim = standing.aim
    if standing.original is None or aim is None or aim.original is None or not standing.measured.is_value:
        return None
    return wording.beside_the_original(standing.original, showing.amount(aim.original, found.definition.unit))


def page_of(found: Followed, on: date, *, exact: bool) -> IndicatorPage:
    """The page of an indicator on a day, for a reader who may or may not read counts of people as they are."""
    standing = found.standing(on, exact=exact)
    said = said_of(found, standing, exact=exact)
    data = _drawn(found, exact=exact)
    rows: list[BaselineRow | TargetRow | MeasurementRow] = [*found.baselines, *found.targets, *found.measurements]
    who = audit.names_of({row.by_id for row in rows})
    return IndicatorPage(
        followed=found,
        standing=standing,
        sentences=said,
        beside=beside_of(found, standing),
        drawing=_drawing(found, data, said) if data.values else None,
        periods=tuple(_periods(found, on, exact=exact)),
        baselines=_baseline_lines(found, who, exact=exact),
        targets=_target_lines(found, who),
        figures=_figure_lines(found, who, exact=exact),
        is_rounded=showing.is_rounded(found.definition, exact=exact),
        signs=_signs(data),
    )


# The drawing and its table -----------------------------------------------------------------------------------------


def _drawn(found: Followed, *, exact: bool) -> CourseData:
    meaning = found.definition
    start = found.baseline
    seen = {period: showing.for_reader(meaning, f, exact=exact) for period, f in found.figures.items()}
    measured = {period: float(f.value) for period, f in seen.items() if f.value is not None}
    aims = found.aims.values()
    targets = {aim.period: float(aim.value) for aim in aims if aim.value is not None}
    originals = {aim.period: float(aim.original) for aim in aims if aim.is_revised and aim.original is not None}
    begun = showing.for_reader(meaning, start.figure, exact=exact).value if start else None
    baseline = (period_of(start.on, meaning.period_kind), float(begun)) if start and begun is not None else None
    used = {*seen, *targets, *originals, *([baseline[0]] if baseline else [])}
    every = range(min(used), max(used) + 1) if used else ()
    return CourseData(
        labels={period: label_of(meaning, period) for period in every},
        measured=measured,
        targets=targets,
        originals=originals,
        baseline=baseline,
        missing=[period for period, f in seen.items() if f.value is None],
    )


def _drawing(found: Followed, data: CourseData, said: tuple[Message, ...]) -> Markup:
    unit = found.definition.unit

    def write(value: float) -> str:
        text = showing.plain_number(Decimal(str(value)), 2)
        return f"{text}%" if unit is Unit.PERCENT else text

    return course(
        data,
        key=f"course-{found.id}",
        title=str(Message("The course of “%(name)s”", name=found.definition.name)),
        words=" ".join(str(sentence) for sentence in said),
        write=write,
        is_whole=unit is Unit.COUNT,
    )


def _signs(data: CourseData) -> tuple[str, ...]:
    there = {
        "baseline": data.baseline is not None,
        "measured": bool(data.measured),
        "missing": bool(data.missing),
        "target": bool(data.targets),
        "original": bool(data.originals),
    }
    return tuple(sign for sign, is_there in there.items() if is_there)


def _periods(found: Followed, on: date, *, exact: bool) -> list[PeriodLine]:
    aims, figures = found.aims, found.figures
    return [_period(found, period, aims.get(period), on, exact=exact) for period in sorted({*aims, *figures})]


def _period(found: Followed, period: int, aim: Aim | None, on: date, *, exact: bool) -> PeriodLine:
    meaning = found.definition
    figure = showing.for_reader(meaning, found.figures.get(period, NOT_MEASURED), exact=exact)
    start = found.baseline
    way = progress(
        baseline=showing.for_reader(meaning, start.figure, exact=exact) if start else NOT_MEASURED,
        target=aim.value if aim else None,
        measured=figure,
        direction=meaning.direction,
        is_over=last_day(period, meaning.period_kind) < on,
    )
    is_known = period in found.figures
    return PeriodLine(
        period=period,
        label=label_of(meaning, period),
        measured=showing.text_with_parts(meaning, found.figures[period], exact=exact) if is_known else "",
        target=showing.amount(aim.value, meaning.unit) if aim and aim.value is not None else "",
        original=showing.amount(aim.original, meaning.unit) if aim and aim.is_revised and aim.original else "",
        course=way.course if aim and aim.value is not None and is_known else None,
    )


# Where every figure comes from -------------------------------------------------------------------------------------


def _baseline_lines(found: Followed, who: dict[int, str], *, exact: bool) -> tuple[BaselineLine, ...]:
    files = evidence.of("baseline", [str(row.id) for row in found.baselines])

    def line(row: BaselineRow) -> BaselineLine:
        text = showing.text_with_parts(found.definition, row.figure, exact=exact)
        name = who.get(row.by_id or 0, "")
        origin = Origin(row.id, text, name, row.at, row.reason, row.source, files=files[str(row.id)])
        return BaselineLine(origin, row.on, row is not found.baseline, not row.is_revision)

    return tuple(line(row) for row in reversed(found.baselines))


def _target_lines(found: Followed, who: dict[int, str]) -> tuple[TargetLine, ...]:
    newest = {row.period: row.id for row in found.targets}

    def line(row: TargetRow) -> TargetLine:
        text = str(Message("dropped")) if row.value is None else showing.amount(row.value, found.definition.unit)
        origin = Origin(row.id, text, who.get(row.by_id or 0, ""), row.at, row.reason)
        return TargetLine(
            origin, label_of(found.definition, row.period), newest[row.period] != row.id, not row.is_revision
        )

    return tuple(line(row) for row in sorted(found.targets, key=lambda row: (row.period, -row.id)))


def _figure_lines(found: Followed, who: dict[int, str], *, exact: bool) -> tuple[FigureLine, ...]:
    files = evidence.of("measurement", [str(row.id) for row in found.measurements])

    def line(row: MeasurementRow) -> FigureLine:
        text = showing.text_with_parts(found.definition, row.figure, exact=exact)
        origin = Origin(
            row.id, text, who.get(row.by_id, ""), row.at, row.reason, row.source, row.note, files[str(row.id)]
        )
        cells = showing.cells_for_reader(found.definition, row.figure, row.cells, exact=exact)
        return FigureLine(
            origin,
            label_of(found.definition, row.period),
            row.superseded_at is not None,
            _parts(found.definition, cells),
            cells.is_left_out,
        )

    return tuple(line(row) for row in sorted(found.measurements, key=lambda row: (-row.period, -row.id)))


def _parts(meaning: Definition, cells: showing.Cells) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """The breakdowns in words; the cells were made ready for this reader, so they are written as they are."""
    known = breakdowns()
    found: dict[str, list[tuple[Any, str]]] = {}
    for (breakdown, category), figure in cells.cells.items():
        if figure.state is FigureState.VALUE or figure.state is FigureState.NOT_APPLICABLE:
            name = known[breakdown].categories.get(category, category)
            found.setdefault(breakdown, []).append((name, showing.text(meaning, figure, exact=True)))
    return [(known[breakdown].name, lines) for breakdown, lines in found.items()]
