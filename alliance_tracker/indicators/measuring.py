"""Entering measurements: one, or a whole period at once; a correction supersedes, and nothing is overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.database import db, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import figures
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.models import (
    Definition,
    FigureState,
    Indicator,
    Measurement,
    MeasurementCell,
    Unit,
)
from alliance_tracker.indicators.periods import FIRST_YEAR, first_day, period_label
from alliance_tracker.indicators.service import Typed, check_followed, checked
from alliance_tracker.policy import Actor, Permission

#: Where the rest of a count goes when only some of its people are divided by gender.
GENDER, GENDER_UNKNOWN = "gender", "unknown"

#: A breakdown and a category of it.
CellKey = tuple[str, str]
#: A checked figure with its checked cells.
Fitting = tuple[Figure, dict[CellKey, Figure]]


@dataclass(frozen=True)
class Entry:
    """What somebody measured in one period; `cells` divide it by breakdown and category."""

    period: int
    typed: Typed
    cells: Mapping[CellKey, Typed] = field(default_factory=dict)
    source: str = ""
    note: str = ""
    #: Needed when it replaces an earlier measurement of the same period.
    reason: str = ""


def current(indicator_ids: Sequence[int], period: int | None = None) -> dict[tuple[int, int], Measurement]:
    """The measurements that hold, with their cells, by indicator and period."""
    if not indicator_ids:
        return {}
    statement = (
        sa.select(Measurement)
        .where(Measurement.indicator_id.in_(indicator_ids), Measurement.superseded_at.is_(None))
        .options(selectinload(Measurement.cells))
        .order_by(Measurement.indicator_id, Measurement.period)
    )
    if period is not None:
        statement = statement.where(Measurement.period == period)
    return {(row.indicator_id, row.period): row for row in db().scalars(statement)}


def by_id(ids: Sequence[int], indicator_ids: Sequence[int]) -> dict[int, Measurement]:
    """These measurements, as far as they are of these indicators, with their cells."""
    if not ids:
        return {}
    statement = sa.select(Measurement).where(Measurement.id.in_(ids), Measurement.indicator_id.in_(indicator_ids))
    return {row.id: row for row in db().scalars(statement.options(selectinload(Measurement.cells)))}


def measure(indicator: Indicator, entry: Entry, *, actor: Actor) -> Measurement | None:
    """Keep a measurement; one that says what is known already changes nothing and returns None.

    :raise FieldRefused: a figure or a cell does not fit, the period lies ahead, or a reason is missing.
    :raise Refused: the alliance has ended, the indicator is no longer followed, or it is computed.
    """
    policy.require(actor, Permission.MEASUREMENT_WRITE, indicator)
    check_followed(indicator)
    figure, cells = prepared(indicator.definition, entry)
    former = current([indicator.id], entry.period).get((indicator.id, entry.period))
    if former is not None:
        if says_the_same(former, figure, cells, entry):
            return None
        need_reason(entry.reason)
    return keep(indicator, entry, former, (figure, cells), actor=actor)


def prepared(definition: Definition, entry: Entry) -> Fitting:
    """The figure and its cells as they would be kept; nothing is looked up or written.

    :raise FieldRefused: a figure or a cell does not fit, the period lies ahead, or it is not said why there is none.
    :raise Refused: the indicator is computed.
    """
    if definition.is_derived:
        raise Refused(Message("This indicator is computed from other records; it is never typed."))
    check_period(definition, entry.period)
    figure = checked(definition, entry.typed)
    cells = checked_cells(definition, figure, entry.cells)
    need_note(figure, entry.note)
    return figure, cells


def need_note(figure: Figure, note: str) -> None:
    """:raise FieldRefused: there is no figure, and it is not said why."""
    if not figure.is_value and not note.strip():
        raise FieldRefused("note", Message("Say why there is no figure."))


def need_reason(reason: str) -> None:
    """:raise FieldRefused: a correction comes without a reason."""
    if not reason.strip():
        raise FieldRefused("reason", Message("This replaces an earlier figure: give a reason, both stay visible."))


def keep(indicator: Indicator, entry: Entry, former: Measurement | None, fit: Fitting, *, actor: Actor) -> Measurement:
    """Write a checked measurement, superseding `former`."""
    figure, cells = fit
    if former is not None:
        former.superseded_at = now()
        audit.record("measurement.superseded", former, actor=actor, name=indicator.definition.name_nl)
        db().flush()  # only one measurement of a period may hold
    assert actor.user_id is not None  # noqa: S101  # figures come from people
    row = Measurement(
        indicator_id=indicator.id,
        alliance_id=indicator.alliance_id,
        period=entry.period,
        state=figure.state,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        source=entry.source,
        note=entry.note,
        reason=entry.reason if former else "",
        supersedes_id=former.id if former else None,
        superseded_at=None,
        measured_by_id=actor.user_id,
        measured_at=now(),
        cells=[],
    )
    db().add(row)
    db().flush()  # gives the measurement its id
    row.cells.extend(
        MeasurementCell(
            measurement_id=row.id,
            breakdown=breakdown,
            category=category,
            value=cell.value,
            numerator=cell.numerator,
            denominator=cell.denominator,
        )
        for (breakdown, category), cell in sorted(cells.items())
    )
    action = "measurement.corrected" if former else "measurement.entered"
    name, period = indicator.definition.name_nl, period_label(entry.period, indicator.definition.period_kind)
    audit.record(action, row, actor=actor, reason=row.reason, name=name, period=period)
    return row


def check_period(definition: Definition, period: int) -> None:
    """:raise FieldRefused: the period has not begun."""
    if period < FIRST_YEAR or first_day(period, definition.period_kind) > today():
        raise FieldRefused("period", Message("This period has not begun yet."))


def checked_cells(definition: Definition, whole: Figure, cells: Mapping[CellKey, Typed]) -> dict[CellKey, Figure]:
    """The cells as they are kept: each within the whole, and the categories of a partition adding up to it.

    What is missing to the whole by gender is counted as not known; other partitions must add up by themselves.

    :raise FieldRefused: at the field `breakdown.category`, or `breakdown` when the sum is wrong.
    """
    if not cells:
        return {}
    if not whole.is_value:
        raise FieldRefused("value", Message("Without a figure there is nothing to divide."))
    found: dict[CellKey, Figure] = {}
    for key, typed in cells.items():
        found[key] = checked_cell(definition, whole, key, typed)
    for breakdown in sorted({breakdown for breakdown, _ in found}):
        if breakdowns()[breakdown].is_partition and definition.unit is not Unit.SCORE:
            _complete(breakdown, whole, found)
    return found


def checked_cell(definition: Definition, whole: Figure, key: CellKey, typed: Typed) -> Figure:
    """:raise FieldRefused: at the field `breakdown.category`."""
    breakdown, category = key
    name = f"{breakdown}.{category}"
    if breakdown not in definition.breakdowns or category not in breakdowns()[breakdown].categories:
        raise FieldRefused(name, Message("This indicator is not divided in this way."))
    try:
        cell = checked(definition, typed)
    except FieldRefused as refusal:
        raise FieldRefused(name, refusal.sentence) from refusal
    too_large = cell.numerator is not None and (
        cell.numerator > (whole.numerator or 0) or (cell.denominator or 0) > (whole.denominator or 0)
    )
    if definition.unit is not Unit.SCORE and not definition.is_ratio:
        too_large = (cell.value or 0) > (whole.value or 0)
    if too_large:
        raise FieldRefused(name, Message("A part is larger than the whole."))
    return cell


def _complete(breakdown: str, whole: Figure, found: dict[CellKey, Figure]) -> None:
    """Let the categories of a partition add up to the whole, or refuse."""
    parts = [cell for (name, _), cell in found.items() if name == breakdown]
    sums = {part: sum((getattr(cell, part) or Decimal(0) for cell in parts), Decimal(0)) for part in _PARTS}
    left = {part: (getattr(whole, part) or Decimal(0)) - sums[part] for part in _PARTS}
    wanted = _PARTS[1:] if whole.numerator is not None else _PARTS[:1]
    if all(not left[part] for part in wanted):
        return
    unknown = (breakdown, GENDER_UNKNOWN)
    if breakdown == GENDER and unknown not in found and all(left[part] >= 0 for part in wanted):
        if whole.numerator is None:
            found[unknown] = figures.number(left["value"])
            return
        if left["numerator"] <= left["denominator"]:
            found[unknown] = figures.ratio(left["numerator"], left["denominator"])
            return
    part = wanted[-1]
    raise FieldRefused(
        breakdown,
        Message(
            "The categories add up to %(sum)s; the whole is %(whole)s.", sum=sums[part], whole=getattr(whole, part)
        ),
    )


_PARTS = ("value", "numerator", "denominator")


def says_the_same(former: Measurement, figure: Figure, cells: Mapping[CellKey, Figure], entry: Entry) -> bool:
    """Whether `entry`, checked, says what `former` says."""
    known = {(c.breakdown, c.category): (c.value, c.numerator, c.denominator) for c in former.cells}
    return (
        Figure(former.state, former.value, former.numerator, former.denominator) == figure
        and known == {key: (cell.value, cell.numerator, cell.denominator) for key, cell in cells.items()}
        and (former.source, former.note) == (entry.source, entry.note)
    )


def figure_of(row: Measurement | None) -> Figure:
    """The figure of a measurement; without one it was not measured."""
    if row is None:
        return figures.NOT_MEASURED
    if row.state is FigureState.VALUE:
        return Figure(row.state, row.value, row.numerator, row.denominator)
    return Figure(row.state)
