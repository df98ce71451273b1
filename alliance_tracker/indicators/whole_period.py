"""Entering a whole period at once: every measurement is kept, or none and each fault is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import lock
from alliance_tracker.errors import EditConflict, FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import measuring
from alliance_tracker.indicators.measuring import Entry, Fitting
from alliance_tracker.indicators.models import Indicator, Measurement
from alliance_tracker.indicators.service import Typed, check_followed, checked
from alliance_tracker.policy import Actor, Permission

#: Sentences by the field they belong to: `value`, `note`, `gender.girls`, `gender`; empty for the whole row.
Faults = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """What somebody entered for one indicator, and the measurement that held when they began (0 for none)."""

    indicator: Indicator
    entry: Entry
    drawn_from: int = 0


class PeriodRefused(Refused):
    """Something in a period does not fit, so nothing of it was kept; `faults` by the id of the indicator."""

    def __init__(self, faults: Mapping[int, Faults]) -> None:
        super().__init__(Message("Nothing was saved: correct the marked cells first. What you typed is kept."))
        self.faults = faults


class PeriodConflict(EditConflict):
    """Somebody else entered a figure meanwhile; `held` has what holds now by the id of the indicator."""

    def __init__(self, subject: Any, held: Mapping[int, Measurement], faults: Mapping[int, Faults]) -> None:
        super().__init__(subject, 0)
        self.held = held
        self.faults = faults


def measure_all(
    alliance: Alliance, rows: Sequence[Row], *, unreadable: Mapping[int, Faults] | None = None, actor: Actor
) -> list[Measurement]:
    """Keep the measurements of one period of `alliance`; rows that change nothing are passed over.

    A row that still says what it was drawn from changes nothing, also when somebody else changed it meanwhile.
    `unreadable` are the faults of rows that could not be read at all: they are named together with the others.

    :raise PeriodRefused: at least one row has a fault; nothing is kept.
    :raise PeriodConflict: somebody else entered another figure for a row that was changed here; nothing is kept.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.MEASUREMENT_WRITE, alliance)
    check_open(alliance)
    lock(alliance)  # two people who enter the same period come one after the other
    held, drawn = _before(rows)
    judged = [_judged(row, held.get(row.indicator.id), drawn.get(row.drawn_from)) for row in rows]
    changed = [found for found in judged if not found.is_known]
    faults = dict(unreadable or {}) | {found.row.indicator.id: found.faults for found in changed if found.faults}
    conflicts = {found.row.indicator.id: found.conflict for found in changed if found.conflict is not None}
    if conflicts:
        raise PeriodConflict(alliance, conflicts, faults)
    if faults:
        raise PeriodRefused(faults)
    return [
        measuring.keep(row.indicator, row.entry, held.get(row.indicator.id), fit, actor=actor)
        for row, fit in ((found.row, found.fit) for found in changed)
        if fit is not None
    ]


@dataclass(frozen=True)
class _Judged:
    """What is to be done with a row."""

    row: Row
    fit: Fitting | None
    faults: Faults
    #: It says what holds, or what it was drawn from.
    is_known: bool = False
    #: What somebody else entered since the row was drawn.
    conflict: Measurement | None = None


def _judged(row: Row, held: Measurement | None, drawn: Measurement | None) -> _Judged:
    conflict = held if held is not None and held.id != row.drawn_from else None
    try:
        check_followed(row.indicator)
        fit = measuring.prepared(row.indicator.definition, row.entry)
    except FieldRefused:
        return _Judged(row, None, _faults(row), conflict=conflict)
    except Refused as refusal:
        return _Judged(row, None, {"": refusal.sentence})
    if any(known is not None and measuring.says_the_same(known, *fit, row.entry) for known in (held, drawn)):
        return _Judged(row, fit, {}, is_known=True)
    return _Judged(row, fit, {} if held is None else _reason_faults(row.entry), conflict=conflict)


def _before(rows: Sequence[Row]) -> tuple[dict[int, Measurement], dict[int, Measurement]]:
    """What holds now by indicator, and what the rows were drawn from by its own id."""
    if not rows:
        return {}, {}
    ids = [row.indicator.id for row in rows]
    held = {number: row for (number, _), row in measuring.current(ids, rows[0].entry.period).items()}
    known = {row.id: row for row in held.values()}
    older = [row.drawn_from for row in rows if row.drawn_from and row.drawn_from not in known]
    return held, known | measuring.by_id(older, ids)


def _reason_faults(entry: Entry) -> Faults:
    try:
        measuring.need_reason(entry.reason)
    except FieldRefused as refusal:
        return {refusal.field: refusal.sentence}
    return {}


def _faults(row: Row) -> Faults:
    """Every fault of a row that does not fit: of its figure, of each cell, of the sum of the cells."""
    definition, entry = row.indicator.definition, row.entry
    found: Faults = {}
    try:
        measuring.check_period(definition, entry.period)
        figure = checked(definition, entry.typed)
    except FieldRefused as refusal:
        return {refusal.field: refusal.sentence}
    cells: dict[measuring.CellKey, Typed] = {}
    for key, typed in entry.cells.items():
        try:
            measuring.checked_cell(definition, figure, key, typed)
            cells[key] = typed
        except FieldRefused as refusal:
            found[refusal.field] = refusal.sentence
    if found:
        return found
    try:
        measuring.checked_cells(definition, figure, cells)
        measuring.need_note(figure, entry.note)
    except FieldRefused as refusal:
        found[refusal.field] = refusal.sentence
    return found
