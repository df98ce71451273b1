"""Measurements as a spreadsheet: one row for each indicator and period."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from alliance_tracker.database import db
from alliance_tracker.errors import FieldRefused, NotFound, Refused
from alliance_tracker.exchange import figure_cells
from alliance_tracker.exchange.figure_cells import PARTS, Names, cell_columns, cell_key, figure_columns
from alliance_tracker.exchange.tables import (
    CellError,
    Column,
    Judge,
    Kind,
    Outcome,
    PlannedRow,
    Row,
    Scope,
    Table,
    planned,
)
from alliance_tracker.i18n import Message, local
from alliance_tracker.indicators import measuring
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.measuring import GENDER, GENDER_UNKNOWN, CellKey, Entry
from alliance_tracker.indicators.models import Definition, FigureState, Indicator, Measurement, MeasurementCell
from alliance_tracker.indicators.periods import PeriodKind, period_label
from alliance_tracker.indicators.service import Typed
from alliance_tracker.policy import Actor, Permission

#: What only explains a row and never makes it differ.
REASON = "reason"
OF_THE_WHOLE = {"value", "numerator", "denominator", "note", "period", REASON}
#: Rows of an export that are fetched together.
TOGETHER = 500


class MeasurementTable(Table):
    """What an alliance measured: an indicator, a period, a figure, and how it is divided."""

    key = "measurements"
    title = Message("Measurements")
    about = Message("One row for each indicator and period.")
    permission = Permission.MEASUREMENT_WRITE
    columns = (
        figure_cells.indicator_column(),
        Column("name", Message("name of the indicator"), read_only=True),
        Column("unit", Message("unit"), read_only=True),
        Column(
            "period",
            Message("period"),
            required=True,
            limit=20,
            hint=Message("A calendar year as 2026, a school year as 2025-2026."),
            example="2026",
        ),
        *figure_columns(),
        Column("percentage", Message("percentage"), Kind.NUMBER, read_only=True),
        Column("source", Message("source"), hint=Message("Where the figure comes from.")),
        Column("note", Message("note"), hint=Message("Without a figure: why there is none.")),
        Column(
            REASON,
            Message("reason of the change"),
            hint=Message("Needed when a figure that is known already changes; both stay visible."),
        ),
    )

    def more_columns(self) -> tuple[Column, ...]:
        return tuple(column for column, _, _ in cell_columns().values())

    def used(self, scope: Scope) -> set[str]:
        return figure_cells.cells_in_use(i.definition for i in _indicators(scope.alliance.id).values())

    def holds_people(self) -> bool:
        return True

    def read(self, scope: Scope) -> Iterator[dict[str, Any]]:
        """The measurements that hold, by indicator and period; fetched some at a time."""
        indicators = _indicators(scope.alliance.id)
        ids = db().scalars(
            sa.select(Measurement.id)
            .where(Measurement.alliance_id == scope.alliance.id, Measurement.superseded_at.is_(None))
            .order_by(Measurement.indicator_id, Measurement.period)
        )
        every = ids.all()
        for first in range(0, len(every), TOGETHER):
            some = every[first : first + TOGETHER]
            known = _known(Measurement.id.in_(some), MeasurementCell.measurement_id.in_(some))
            for (indicator_id, period), held in known.items():
                yield _told(indicators[indicator_id].definition, period, held, exact=scope.exact)

    def judge_with(self, scope: Scope) -> Judge:
        indicators = _indicators(scope.alliance.id)
        names = Names((indicator.id, indicator.definition) for indicator in indicators.values())
        holds = sa.and_(Measurement.alliance_id == scope.alliance.id, Measurement.superseded_at.is_(None))
        of_alliance = MeasurementCell.measurement_id.in_(sa.select(Measurement.id).where(holds))
        judging = _Judging(self, indicators, names, _known(holds, of_alliance))
        return judging.judge

    def apply(self, scope: Scope, row: PlannedRow, *, actor: Actor) -> None:
        indicator_id, entry = row.work
        indicator = db().get(Indicator, indicator_id, options=[joinedload(Indicator.definition)])
        if indicator is None or indicator.alliance_id != scope.alliance.id:
            raise NotFound(Message("There is nothing at this address."))
        measuring.measure(indicator, entry, actor=actor)


def _indicators(alliance_id: int) -> dict[int, Indicator]:
    rows = db().scalars(
        sa.select(Indicator).where(Indicator.alliance_id == alliance_id).options(joinedload(Indicator.definition))
    )
    return {indicator.id: indicator for indicator in rows}


@dataclass(slots=True)
class _Held:
    """A measurement that holds."""

    figure: Figure
    source: str
    note: str
    cells: dict[CellKey, Figure]


def _known(which: sa.ColumnElement[bool], of_which: sa.ColumnElement[bool]) -> dict[tuple[int, int], _Held]:
    """Measurements by indicator and period, in two statements however many there are."""
    m, c = Measurement, MeasurementCell
    found: dict[tuple[int, int], _Held] = {}
    by_id: dict[int, _Held] = {}
    rows = db().execute(
        sa.select(m.id, m.indicator_id, m.period, m.state, m.value, m.numerator, m.denominator, m.source, m.note)
        .where(which)
        .order_by(m.indicator_id, m.period)
    )
    for number, indicator_id, period, state, value, numerator, denominator, source, note in rows:
        held = _Held(Figure(state, value, numerator, denominator), source, note, {})
        by_id[number] = found[indicator_id, period] = held
    parts = db().execute(
        sa.select(c.measurement_id, c.breakdown, c.category, c.value, c.numerator, c.denominator).where(of_which)
    )
    for number, breakdown, category, value, numerator, denominator in parts:
        if number in by_id:
            figure = Figure(by_id[number].figure.state, value, numerator, denominator)
            by_id[number].cells[breakdown, category] = figure
    return found


def _told(definition: Definition, period: int, held: _Held, *, exact: bool) -> dict[str, Any]:
    """A row of an export; for readers outside, counts of people are rounded and small divisions left out."""
    figure, cells = held.figure, held.cells
    if not exact:
        cells = {k: figure_cells.outside(c, definition) for k, c in cells.items()}
        cells = cells if figure_cells.is_told_divided(figure, definition) else {}
        figure = figure_cells.outside(figure, definition)
    found: dict[str, Any] = {
        "indicator": definition.key,
        "name": local(definition, "name"),
        "unit": str(definition.unit.label),
        "period": period_label(period, definition.period_kind),
        **_values(figure, cells),
        "source": held.source,
        "note": held.note,
    }
    if figure.numerator is not None:
        found["percentage"] = figure.value
    return {key: value for key, value in found.items() if value not in (None, "")}


def _values(figure: Figure, cells: Mapping[CellKey, Figure]) -> dict[str, Any]:
    found = figure_cells.values_of(figure)
    for key, cell in cells.items():
        for part in PARTS:
            value = getattr(cell, part)
            if value is not None and not (part == "value" and cell.numerator is not None):
                found[cell_key(key, part)] = value
    return found


@dataclass
class _Judging:
    """Judging rows against what is known."""

    table: Table
    indicators: dict[int, Indicator]
    names: Names
    known: dict[tuple[int, int], _Held]

    def judge(self, row: Row) -> PlannedRow:
        """What the row does to the measurement of its indicator and period."""
        typed, period_typed = row.values.pop("indicator", ""), row.values.pop("period", "")
        indicator = self._indicator(row, typed)
        period = self._period(row, indicator, period_typed) if indicator is not None and period_typed else None
        if indicator is None or period is None:
            return self._wrong(row, f"{typed} {period_typed}", None)
        name = f"{local(indicator.definition, 'name')} {period_label(period, indicator.definition.period_kind)}"
        identity = (indicator.id, period)
        if row.errors:
            return self._wrong(row, name, identity)
        held = self.known.get(identity)
        before = _before(held) if held is not None else {}
        reason = row.values.pop(REASON, "")
        if all(before.get(key) == value for key, value in row.values.items()):
            # Nothing that is filled in differs, or nothing is filled in at all.
            return PlannedRow(row.number, name, Outcome.UNCHANGED, identity=identity)
        try:
            entry = self._entry(indicator, period, row.values, held, reason)
        except FieldRefused as refusal:
            row.errors.append(CellError(_column(refusal.field, row.values), refusal.sentence))
            return self._wrong(row, name, identity)
        except Refused as refusal:
            row.errors.append(CellError("", refusal.sentence))
            return self._wrong(row, name, identity)
        work = (indicator.id, entry)
        return planned(self.table, row, before if held is not None else None, identity=identity, name=name, work=work)

    @staticmethod
    def _wrong(row: Row, name: str, identity: Any) -> PlannedRow:
        return PlannedRow(row.number, name.strip(), Outcome.WRONG, errors=tuple(row.errors), identity=identity)

    def _indicator(self, row: Row, typed: str) -> Indicator | None:
        if not typed:
            return None
        found = self.names.meant(typed)
        if len(found) == 1:
            return self.indicators[next(iter(found))]
        sentence = Message("This alliance does not follow an indicator called “%(name)s”.", name=typed[:60])
        if found:
            sentence = Message("Several indicators are called so: give the key of the one you mean.")
        row.errors.append(CellError("indicator", sentence))
        return None

    @staticmethod
    def _period(row: Row, indicator: Indicator, typed: str) -> int | None:
        found = figure_cells.period_of(typed, indicator.definition.period_kind)
        if found is None:
            sentence = Message("Write the calendar year, such as 2026.")
            if indicator.definition.period_kind is PeriodKind.SCHOOL:
                sentence = Message("Write the school year, such as 2025-2026.")
            row.errors.append(CellError("period", sentence))
        return found

    @staticmethod
    def _entry(indicator: Indicator, period: int, values: Mapping[str, Any], held: _Held | None, reason: str) -> Entry:
        """The measurement as it would be entered; the service's own checks are made on it.

        :raise Refused: a rule of the domain forbids it.
        """
        if indicator.stopped_on is not None:
            raise Refused(Message("This indicator is no longer followed."))
        before = _before(held) if held is not None else {}
        typed = figure_cells.typed_of(indicator.definition, values, before)
        entry = Entry(
            period,
            typed,
            _cells(values, held) if typed.state is FigureState.VALUE else {},
            source=values.get("source", before.get("source", "")),
            note=values.get("note", before.get("note", "")),
            reason=reason,
        )
        measuring.prepared(indicator.definition, entry)
        if held is not None:
            measuring.need_reason(reason)
        return entry


def _before(held: _Held) -> dict[str, Any]:
    return {**_values(held.figure, held.cells), "source": held.source, "note": held.note}


def _cells(values: Mapping[str, Any], held: _Held | None) -> dict[CellKey, Typed]:
    """The cells of a row with those that it leaves as they were; what is left over by gender is counted anew."""
    known = dict(held.cells) if held is not None else {}
    known.pop((GENDER, GENDER_UNKNOWN), None)
    parts: dict[CellKey, dict[str, Decimal | None]] = {
        key: {part: getattr(cell, part) for part in PARTS} for key, cell in known.items()
    }
    for key, value in values.items():
        if key in cell_columns():
            _, cell, part = cell_columns()[key]
            parts.setdefault(cell, {})[part] = value
    return {cell: Typed(FigureState.VALUE, *(found.get(part) for part in PARTS)) for cell, found in parts.items()}


def _column(field: str, values: Mapping[str, Any]) -> str:
    """The column beside which a refusal of the service belongs: of a breakdown the first one that is filled."""
    if field in OF_THE_WHOLE:
        return field
    return next((key for key in values if key == field or key.startswith(f"{field}.")), "value")
