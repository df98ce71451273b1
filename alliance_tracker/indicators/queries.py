"""What an alliance follows, with every figure of it and where it comes from, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.database import db
from alliance_tracker.goals.models import Goal
from alliance_tracker.indicators import computed
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.models import (
    Baseline,
    Definition,
    FigureState,
    Indicator,
    Measurement,
    MeasurementCell,
    Target,
)
from alliance_tracker.indicators.showing import CellKey, figure_of, for_reader
from alliance_tracker.indicators.standing import Aim, Standing, standing_of

R = TypeVar("R")


@dataclass(frozen=True)
class BaselineRow:
    """A baseline, the first one or a revision."""

    id: int
    figure: Figure
    on: date
    source: str
    is_revision: bool
    reason: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True)
class TargetRow:
    """A target of one period, the first one or a revision; without a value it was dropped."""

    id: int
    period: int
    value: Decimal | None
    is_revision: bool
    reason: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True)
class MeasurementRow:
    """A measurement, one that holds or one that was superseded."""

    id: int
    period: int
    figure: Figure
    source: str
    note: str
    reason: str
    supersedes_id: int | None
    superseded_at: datetime | None
    by_id: int
    at: datetime
    cells: Mapping[CellKey, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class Followed:
    """An indicator that an alliance follows, with all its figures, each list oldest first."""

    id: int
    alliance_id: int
    goal_id: int
    goal_title: str
    method: str
    stopped_on: date | None
    stop_reason: str
    version: int
    definition: Definition
    baselines: tuple[BaselineRow, ...]
    targets: tuple[TargetRow, ...]
    measurements: tuple[MeasurementRow, ...]
    #: Of an indicator that is computed, its figures by period.
    computed: Mapping[int, Figure]

    @property
    def is_stopped(self) -> bool:
        return self.stopped_on is not None

    @property
    def baseline(self) -> BaselineRow | None:
        return self.baselines[-1] if self.baselines else None

    @property
    def first_baseline(self) -> BaselineRow | None:
        return self.baselines[0] if self.baselines else None

    @property
    def aims(self) -> dict[int, Aim]:
        """Every period with a target, as it holds and as it was agreed first."""
        found: dict[int, Aim] = {}
        for target in self.targets:
            first = found[target.period].original if target.period in found else target.value
            found[target.period] = Aim(target.period, target.value, first)
        return dict(sorted(found.items()))

    @property
    def figures(self) -> dict[int, Figure]:
        """The figures that hold, by period."""
        measured = {row.period: row.figure for row in self.measurements if row.superseded_at is None}
        return dict(sorted({**self.computed, **measured}.items()))

    def standing(self, on: date, *, exact: bool = True) -> Standing:
        """How it stands on a day, for a reader who may or may not read counts of people as they are."""

        def seen(figure: Figure) -> Figure:
            return for_reader(self.definition, figure, exact=exact)

        return standing_of(
            direction=self.definition.direction,
            period_kind=self.definition.period_kind,
            baseline=seen(self.baseline.figure) if self.baseline else None,
            first_baseline=seen(self.first_baseline.figure) if self.first_baseline else None,
            aims=self.aims,
            figures={period: seen(figure) for period, figure in self.figures.items()},
            on=on,
        )


def followed_by(alliance_id: int, *, with_cells: bool = False) -> list[Followed]:
    """Everything that an alliance follows or followed, by goal, in the order of the catalogue."""
    return _load(Indicator.alliance_id == alliance_id, with_cells=with_cells)


def followed(indicator_id: int) -> Followed:
    """One indicator with all its figures and their breakdowns; it must exist."""
    return _load(Indicator.id == indicator_id, with_cells=True)[0]


def _load(condition: sa.ColumnElement[bool], *, with_cells: bool) -> list[Followed]:
    rows = list(
        db().execute(
            sa.select(Indicator, Goal.title)
            .join(Goal, Goal.id == Indicator.goal_id)
            .where(condition)
            .options(selectinload(Indicator.definition))
            .order_by(Goal.position, Goal.id, Indicator.definition_id)
        )
    )
    ids = [row.id for row, _ in rows]
    baselines = _by_indicator(_baselines(ids))
    targets = _by_indicator(_targets(ids))
    measurements = _by_indicator(_measurements(ids, with_cells=with_cells))
    derived = computed.figures_of([row.id for row, _ in rows if row.definition.is_derived])
    return [
        Followed(
            id=row.id,
            alliance_id=row.alliance_id,
            goal_id=row.goal_id,
            goal_title=title,
            method=row.method,
            stopped_on=row.stopped_on,
            stop_reason=row.stop_reason,
            version=row.version,
            definition=row.definition,
            baselines=tuple(baselines[row.id]),
            targets=tuple(targets[row.id]),
            measurements=tuple(measurements[row.id]),
            computed={period: figure for (of, period), figure in derived.items() if of == row.id},
        )
        for row, title in rows
    ]


def _by_indicator(rows: Iterable[tuple[int, R]]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for indicator_id, row in rows:
        found[indicator_id].append(row)
    return found


def _baselines(ids: Sequence[int]) -> Iterable[tuple[int, BaselineRow]]:
    b = Baseline
    columns = (b.indicator_id, b.id, b.state, b.value, b.numerator, b.denominator)
    more = (b.on, b.source, b.is_revision, b.reason, b.set_by_id, b.set_at)
    for of, row_id, state, value, part, whole, *rest in db().execute(
        sa.select(*columns, *more).where(b.indicator_id.in_(ids)).order_by(b.id)
    ):
        yield of, BaselineRow(row_id, figure_of(state, value, part, whole), *rest)


def _targets(ids: Sequence[int]) -> Iterable[tuple[int, TargetRow]]:
    t = Target
    columns = (t.indicator_id, t.id, t.period, t.value, t.is_revision, t.reason, t.set_by_id, t.set_at)
    for of, *rest in db().execute(sa.select(*columns).where(t.indicator_id.in_(ids)).order_by(t.id)):
        row: tuple[Any, ...] = tuple(rest)
        yield of, TargetRow(*row)


def _measurements(ids: Sequence[int], *, with_cells: bool) -> Iterable[tuple[int, MeasurementRow]]:
    m = Measurement
    columns = (m.indicator_id, m.id, m.period, m.state, m.value, m.numerator, m.denominator)
    more = (m.source, m.note, m.reason, m.supersedes_id, m.superseded_at, m.measured_by_id, m.measured_at)
    rows = db().execute(sa.select(*columns, *more).where(m.indicator_id.in_(ids)).order_by(m.period, m.id)).all()
    cells = _cells(ids) if with_cells else {}
    for of, row_id, period, state, value, part, whole, *rest in rows:
        facts: list[Any] = [*rest, cells.get(row_id, {})]
        yield of, MeasurementRow(row_id, period, figure_of(state, value, part, whole), *facts)


def _cells(ids: Sequence[int]) -> dict[int, dict[CellKey, Figure]]:
    c = MeasurementCell
    columns = (c.measurement_id, c.breakdown, c.category, c.value, c.numerator, c.denominator)
    statement = sa.select(*columns).join(Measurement, Measurement.id == c.measurement_id).order_by(c.id)
    found: dict[int, dict[CellKey, Figure]] = defaultdict(dict)
    for of, breakdown, category, value, part, whole in db().execute(statement.where(Measurement.indicator_id.in_(ids))):
        found[of][breakdown, category] = figure_of(FigureState.VALUE, value, part, whole)
    return found
