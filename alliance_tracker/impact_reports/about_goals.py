"""Goals and indicators, and whom the alliance reached."""

from collections.abc import Iterable, Iterator
from datetime import date

from alliance_tracker.database import BRUSSELS
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.goals.models import GoalStatus
from alliance_tracker.i18n import Counted, InTwoLanguages, Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.blocks import Block, Figures, Row, Value
from alliance_tracker.impact_reports.material import Gap, Material, Written
from alliance_tracker.indicators.computed import SOURCES
from alliance_tracker.indicators.figures import NOT_MEASURED, Course, Figure, progress
from alliance_tracker.indicators.models import FigureState
from alliance_tracker.indicators.periods import last_day, period_label
from alliance_tracker.indicators.queries import Followed, MeasurementRow
from alliance_tracker.indicators.standing import aim_for

TONES = {
    Course.REACHED: "good",
    Course.NOT_REACHED: "bad",
    Course.AWAY: "warn",
    Course.NOT_MEASURED: "warn",
    Course.NO_BASELINE: "warn",
}


def _current(row: Followed, period: int) -> MeasurementRow | None:
    return next((m for m in row.measurements if m.period == period and m.superseded_at is None), None)


def _measured_on(row: Followed, period: int) -> date | None:
    found = _current(row, period)
    return found.at.astimezone(BRUSSELS).date() if found else None


def value_of(row: Followed, found: Figure) -> Value:
    """A figure of an indicator that an alliance follows."""
    return blocks.figure(found, row.definition.unit, counts_people=row.definition.counts_people)


def how(row: Followed) -> Message:
    """Where the figures of an indicator come from: from other records, or from the alliance, and how people count."""
    if row.definition.is_derived:
        return SOURCES.get(row.definition.key, Message("computed from other records"))
    if row.definition.counting:
        return Message("entered by the alliance, counted as %(counting)s", counting=row.definition.counting.label)
    return Message("entered by the alliance")


def how_of(material: Material, rows: Iterable[Followed]) -> InTwoLanguages | None:
    """The same of several indicators, those with the same answer together; None of none."""
    named: dict[InTwoLanguages, list[InTwoLanguages]] = {}
    for row in rows:
        named.setdefault(blocks.both(how(row)), []).append(blocks.both(material.name_of(row)))
    lines = [
        InTwoLanguages(
            f"{said.nl[:1].upper()}{said.nl[1:]}: {', '.join(each.nl for each in names)}",
            f"{said.en[:1].upper()}{said.en[1:]}: {', '.join(each.en for each in names)}",
        )
        for said, names in named.items()
    ]
    return blocks.joined(lines)


def typed_of(material: Material, rows: Iterable[Followed], period: int) -> InTwoLanguages | None:
    """Where the figures of a period were found, as those who entered them say; None where nobody said so."""
    named: dict[str, list[InTwoLanguages]] = {}
    for row in rows:
        found = _current(row, period)
        if found is not None and (said := found.source.strip()):
            named.setdefault(said, []).append(blocks.both(material.name_of(row)))
    return blocks.joined(
        InTwoLanguages(
            f"{said} ({', '.join(each.nl for each in names)})", f"{said} ({', '.join(each.en for each in names)})"
        )
        for said, names in named.items()
    )


def goals(material: Material) -> Written:
    """Every goal with its indicators: where it began, what is aimed at, what was measured, and the year before."""
    found: list[Block] = []
    for goal in material.goals:
        rows = [row for row in material.followed if row.goal_id == goal.id]
        if goal.status is GoalStatus.STOPPED and not rows:
            continue
        found.append(_goal_table(material, goal.id, goal.title, rows))
        found += [course for row in rows if (course := _course(material, row)) is not None]
    return Written(Figures(tuple(found)), tuple(_goal_gaps(material)))


def _goal_table(material: Material, goal_id: int, title: str, rows: list[Followed]) -> Block:
    year = material.year
    return blocks.table(
        f"goal-{goal_id}",
        title,
        {
            "indicator": Message("Indicator"),
            "baseline": Message("Baseline"),
            "before": str(year - 1),
            "measured": str(year),
            "target": Message("Target"),
            "course": Message("How it stands"),
        },
        [_indicator_row(material, row) for row in rows],
        source=how_of(material, rows) or Message("The goals and indicators of the alliance."),
        empty=Message("No indicator is followed under this goal."),
        typed_source=typed_of(material, rows, year),
    )


def _indicator_row(material: Material, row: Followed) -> Row:
    year, meaning = material.year, row.definition
    measured = row.figures.get(year, NOT_MEASURED)
    aim = aim_for(row.aims, year)
    held = aim if aim is not None and aim.period >= year else None
    target = held.value if held else None
    way = progress(
        baseline=row.baseline.figure if row.baseline else NOT_MEASURED,
        target=target,
        measured=measured,
        direction=meaning.direction,
        is_over=held is not None and held.period == year and last_day(year, meaning.period_kind) < material.day,
    )
    aimed = blocks.none(Message("no target"))
    if held is not None and target is not None:
        aimed = blocks.figure(Figure(FigureState.VALUE, target), meaning.unit, counts_people=False)
    return Row(
        f"indicator-{row.id}",
        (
            blocks.words(material.name_of(row)),
            value_of(row, row.baseline.figure) if row.baseline else blocks.none(Message("no baseline")),
            value_of(row, row.figures.get(year - 1, NOT_MEASURED)),
            value_of(row, measured),
            aimed,
            blocks.words(way.course, TONES.get(way.course, "")),
        ),
        material.address("indicators", row.id),
        _measured_on(row, year),
    )


def _course(material: Material, row: Followed) -> Block | None:
    """The values through the years, once there are two of them."""
    meaning = row.definition
    known = {period: found for period, found in row.figures.items() if found.is_value and period <= material.year}
    if len(known) < 2:
        return None
    last = sorted(known)[-6:]
    points = tuple(
        blocks.Point(
            period_label(period, meaning.period_kind),
            value_of(row, known[period]),
            _aimed(row, period),
        )
        for period in last
    )
    said = blocks.both(how(row))
    source = InTwoLanguages(said.nl[:1].upper() + said.nl[1:], said.en[:1].upper() + said.en[1:])
    return blocks.Course(
        f"course-{row.id}", blocks.both(material.name_of(row)), points, source, _typed_over_years(row, last)
    )


def _typed_over_years(row: Followed, periods: Iterable[int]) -> InTwoLanguages | None:
    """Where the figures of a course were found, year by year; once where it is the same each year."""
    said = {
        period_label(period, row.definition.period_kind): found.source.strip()
        for period in periods
        if (found := _current(row, period)) is not None and found.source.strip()
    }
    if len(set(said.values())) == 1:
        return blocks.both(next(iter(said.values())))
    return blocks.joined(f"{period}: {words}" for period, words in said.items())


def _aimed(row: Followed, period: int) -> Value | None:
    aim = row.aims.get(period)
    if aim is None or aim.value is None:
        return None
    return blocks.figure(Figure(FigureState.VALUE, aim.value), row.definition.unit, counts_people=False)


def _goal_gaps(material: Material) -> Iterator[Gap]:
    if not any(goal.is_active for goal in material.goals):
        yield Gap(Message("The alliance has no goal that it works on."), material.address("goals", "new"))
    followed = {row.definition.key: row for row in material.followed if row.definition.alliance_id is None}
    names = {entry.key: entry.name for entry in material.entries.values()}
    for key in sorted(material.asked_indicators):
        row = followed.get(key)
        if row is None:
            yield Gap(
                Message("The convenant asks for “%(name)s”, and nobody follows it.", name=names.get(key, key)),
                material.address("indicators", "new"),
                blocks=True,
            )
        elif material.year not in row.figures:
            yield Gap(
                Message(
                    "The convenant asks for “%(name)s”, and there is no figure for %(year)s.",
                    name=material.name_of(row),
                    year=str(material.year),
                ),
                material.address("figures", material.year),
                blocks=True,
            )
    missing = [
        row
        for row in material.followed
        if material.year not in row.figures
        and row.definition.key not in material.asked_indicators
        and row.stopped_on is None
    ]
    if missing:
        yield Gap(
            Counted(
                "%(n)s other indicator has no figure for %(year)s.",
                "%(n)s other indicators have no figure for %(year)s.",
                n=len(missing),
                year=str(material.year),
            ),
            material.address("figures", material.year),
        )


# Reach and inclusion -------------------------------------------------------------------------------------------------


def reach(material: Material) -> Written:
    """Figures about people with how they are divided, and the participations in pilots and events."""
    rows = [row for row in material.followed if row.definition.counts_people]
    found: list[Block] = [
        blocks.table(
            "people",
            Message("People reached"),
            {"what": Message("What was counted"), "how": Message("Counted as"), "measured": str(material.year)},
            [
                Row(
                    f"indicator-{row.id}",
                    (
                        blocks.words(material.name_of(row)),
                        blocks.words(row.definition.counting) if row.definition.counting else blocks.none(),
                        value_of(row, row.figures.get(material.year, NOT_MEASURED)),
                    ),
                    material.address("indicators", row.id),
                    _measured_on(row, material.year),
                )
                for row in rows
            ],
            source=Message(
                "The indicators of the alliance that count people; unique people and participations are never added."
            ),
            empty=Message("No indicator that counts people is followed."),
            typed_source=typed_of(material, rows, material.year),
        )
    ]
    found += [table for row in rows for table in _divisions(material, row)]
    undivided = [
        row
        for row in rows
        if (current := _current(row, material.year))
        and current.figure.is_value
        and not current.cells
        and row.definition.breakdowns
    ]
    gaps: tuple[Gap, ...] = ()
    if undivided:
        gaps = (
            Gap(
                Counted(
                    "%(n)s figure is not divided by gender or background.",
                    "%(n)s figures are not divided by gender or background.",
                    n=len(undivided),
                ),
                material.address("figures", material.year),
            ),
        )
    return Written(Figures(tuple(found)), gaps)


def _divisions(material: Material, row: Followed) -> Iterator[Block]:
    current = _current(row, material.year)
    if current is None or not current.cells:
        return
    known, entry = breakdowns(), material.entries.get(row.definition.id)
    whole = current.figure.denominator if current.figure.denominator is not None else current.figure.value
    for key in dict.fromkeys(breakdown for breakdown, _ in current.cells):
        cells = {category: found for (breakdown, category), found in current.cells.items() if breakdown == key}
        yield blocks.table(
            f"division-{row.id}-{key}",
            Message("%(what)s, by %(breakdown)s", what=material.name_of(row), breakdown=known[key].name),
            {"category": known[key].name, "measured": str(material.year)},
            [
                Row(
                    category,
                    (
                        blocks.words(known[key].categories.get(category, category)),
                        blocks.figure(
                            cell,
                            row.definition.unit,
                            counts_people=True,
                            whole=whole,
                            min_cell=entry.words.min_cell if entry else row.definition.min_cell,
                        ),
                    ),
                )
                for category, cell in cells.items()
            ],
            source=Message("Entered by the alliance with the figure itself; whoever was not divided is in no part."),
            typed_source=blocks.both(current.source.strip()) if current.source.strip() else None,
        )
