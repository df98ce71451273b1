"""Everything of one alliance in one period, as a sheet with a row for each indicator; the statements are constant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from alliance_tracker.database import db, today
from alliance_tracker.frameworks.terms import Breakdown, breakdowns
from alliance_tracker.goals.models import Goal
from alliance_tracker.indicators import computed
from alliance_tracker.indicators.deriving import COMPUTED_FROM, Derived, Suggestion, derived, suggested_reach
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.measuring import figure_of
from alliance_tracker.indicators.models import Definition, Indicator, Measurement, Target
from alliance_tracker.indicators.periods import FIRST_YEAR, PeriodKind, first_day, period_label, period_of

#: How many years back the choice of periods goes at least.
YEARS_BACK = 3


@dataclass(frozen=True)
class SheetRow:
    """One indicator in one period: what holds, what was before, what was aimed at, and what is suggested."""

    indicator: Indicator
    period: int
    current: Measurement | None
    figure: Figure
    before: Figure
    target: Decimal | None
    derived: Derived | None
    suggestion: Suggestion | None

    @property
    def id(self) -> int:
        return self.indicator.id

    @property
    def definition(self) -> Definition:
        return self.indicator.definition

    @property
    def goal(self) -> str:
        return self.indicator.goal.title

    @property
    def label(self) -> str:
        """The period as people write it, in the kind of year of this indicator."""
        return period_label(self.period, self.definition.period_kind)

    @property
    def before_label(self) -> str:
        return period_label(self.period - 1, self.definition.period_kind)

    @property
    def has_begun(self) -> bool:
        return first_day(self.period, self.definition.period_kind) <= today()

    @property
    def is_stopped(self) -> bool:
        return self.indicator.stopped_on is not None

    @property
    def can_be_typed(self) -> bool:
        return self.derived is None and self.has_begun and not self.is_stopped

    @property
    def divisions(self) -> list[Breakdown]:
        """The breakdowns in which this indicator is divided, with their categories."""
        known = breakdowns()
        return [known[key] for key in self.definition.breakdowns if key in known]


@dataclass(frozen=True)
class Sheet:
    """One period of one alliance."""

    alliance_id: int
    period: int
    rows: tuple[SheetRow, ...]
    periods: tuple[int, ...]

    @property
    def entered(self) -> int:
        """How many indicators have an answer for this period, of those that can be typed."""
        return sum(row.current is not None for row in self.rows if row.can_be_typed)

    @property
    def expected(self) -> int:
        return sum(row.can_be_typed for row in self.rows)


def sheet_of(alliance_id: int, period: int) -> Sheet:
    """The sheet of one period: what is followed, and what was measured of indicators that are no longer followed."""
    measured = _measured(alliance_id, (period, period - 1))
    indicators = [
        indicator
        for indicator in _indicators(alliance_id)
        if indicator.stopped_on is None or (indicator.id, period) in measured
    ]
    now, before = (_by_key(indicators, measured, year) for year in (period, period - 1))
    computed_ones = computed.figures_of(
        [i.id for i in indicators if i.definition.is_derived and i.definition.key not in COMPUTED_FROM]
    )
    targets = _targets(alliance_id, period)
    wants_suggestion = any(i.definition.is_prefilled and i.stopped_on is None for i in indicators)
    suggestion = suggested_reach(alliance_id, period) if wants_suggestion else None
    rows = []
    for indicator in indicators:
        is_prefilled = indicator.definition.is_prefilled
        row = measured.get((indicator.id, period))
        found = _derived(indicator.definition, computed_ones.get((indicator.id, period)), now)
        earlier = _derived(indicator.definition, computed_ones.get((indicator.id, period - 1)), before)
        rows.append(
            SheetRow(
                indicator,
                period,
                row,
                found.figure if found else figure_of(row),
                earlier.figure if earlier else figure_of(measured.get((indicator.id, period - 1))),
                targets.get(indicator.id),
                found,
                suggestion if is_prefilled else None,
            )
        )
    return Sheet(alliance_id, period, tuple(rows), _periods(alliance_id, period))


def _indicators(alliance_id: int) -> Sequence[Indicator]:
    return (
        db()
        .scalars(
            sa.select(Indicator)
            .join(Indicator.goal)
            .join(Indicator.definition)
            .options(contains_eager(Indicator.goal), contains_eager(Indicator.definition))
            .where(Indicator.alliance_id == alliance_id)
            .order_by(Goal.position, Goal.id, Indicator.id)
        )
        .all()
    )


def _measured(alliance_id: int, periods: Sequence[int]) -> dict[tuple[int, int], Measurement]:
    rows = db().scalars(
        sa.select(Measurement)
        .where(
            Measurement.alliance_id == alliance_id,
            Measurement.period.in_(periods),
            Measurement.superseded_at.is_(None),
        )
        .options(selectinload(Measurement.cells))
    )
    return {(row.indicator_id, row.period): row for row in rows}


def _by_key(
    indicators: Sequence[Indicator], measured: Mapping[tuple[int, int], Measurement], period: int
) -> dict[str, tuple[Figure, Measurement]]:
    """The shared indicators that others are computed from, with what was measured."""
    return {
        i.definition.key: (figure_of(row), row)
        for i in indicators
        if i.definition.key in COMPUTED_FROM.values()
        and i.definition.alliance_id is None
        and (row := measured.get((i.id, period)))
    }


def _derived(
    definition: Definition, figure: Figure | None, measured: Mapping[str, tuple[Figure, Measurement]]
) -> Derived | None:
    return derived(definition.key, figure, measured) if definition.is_derived else None


def _targets(alliance_id: int, period: int) -> dict[int, Decimal]:
    """The targets of one period that hold; a dropped one is none."""
    newest = (
        sa.select(sa.func.max(Target.id))
        .where(Target.alliance_id == alliance_id, Target.period == period)
        .group_by(Target.indicator_id)
    )
    rows = db().execute(sa.select(Target.indicator_id, Target.value).where(Target.id.in_(newest)))
    return {indicator_id: value for indicator_id, value in rows if value is not None}


def _periods(alliance_id: int, chosen: int) -> tuple[int, ...]:
    """The years to choose from, the newest first: those that have begun, as far back as something was measured."""
    last = max(period_of(today(), kind) for kind in PeriodKind)
    first = db().scalar(sa.select(sa.func.min(Measurement.period)).where(Measurement.alliance_id == alliance_id))
    first = max(FIRST_YEAR, min(first or last, last - YEARS_BACK, chosen))
    return tuple(range(max(last, chosen), first - 1, -1))


def one(measurement_id: int) -> Measurement | None:
    """A measurement with its cells."""
    statement = sa.select(Measurement).where(Measurement.id == measurement_id)
    return db().scalars(statement.options(selectinload(Measurement.cells))).one_or_none()


def chain_of(row: Measurement) -> Sequence[Measurement]:
    """Every measurement of the same indicator and period, the newest first: each supersedes the one after it."""
    return (
        db()
        .scalars(
            sa.select(Measurement)
            .where(Measurement.indicator_id == row.indicator_id, Measurement.period == row.period)
            .options(selectinload(Measurement.cells))
            .order_by(Measurement.id.desc())
        )
        .all()
    )


def indicator_of(row: Measurement) -> Indicator:
    """The indicator that was measured, with its meaning and its goal."""
    statement = sa.select(Indicator).where(Indicator.id == row.indicator_id)
    return db().scalars(statement.options(selectinload(Indicator.definition), selectinload(Indicator.goal))).one()
