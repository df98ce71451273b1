"""Indicators as a spreadsheet: what an alliance follows under which goal, from which baseline, with which targets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from alliance_tracker.database import db, folded, today
from alliance_tracker.errors import FieldRefused, NotFound
from alliance_tracker.exchange import figure_cells
from alliance_tracker.exchange.figure_cells import figure_columns
from alliance_tracker.exchange.indicator_facts import BASELINE, Known
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
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Message, local
from alliance_tracker.indicators import service
from alliance_tracker.indicators.models import Definition, Indicator, Target
from alliance_tracker.indicators.periods import FIRST_YEAR, LAST_YEAR
from alliance_tracker.indicators.service import Typed
from alliance_tracker.policy import Actor, Permission

REASON = "reason"
#: How many years ahead a template offers targets for.
YEARS_AHEAD = 3


@cache
def target_columns() -> dict[str, tuple[Column, int]]:
    """A column for the target of each year."""
    found = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        label = Message("target %(year)s", year=str(year))
        hint = Message("What the indicator should be then. Of a school year: the year in which it ends.")
        found[f"target {year}"] = (Column(f"target {year}", label, Kind.NUMBER, hint=hint), year)
    return found


class IndicatorTable(Table):
    """The indicators that an alliance follows."""

    key = "indicators"
    title = Message("Indicators")
    about = Message("One row for each indicator that the alliance follows, with its baseline and its targets.")
    permission = Permission.GOAL_EDIT
    columns = (
        figure_cells.indicator_column(),
        Column("name", Message("name of the indicator"), read_only=True),
        Column("unit", Message("unit"), read_only=True),
        Column("direction", Message("direction"), read_only=True),
        Column(
            "goal",
            Message("goal"),
            limit=200,
            hint=Message("The title of the goal under which it is followed, or its number."),
            example="Meer meisjes in technische richtingen",
        ),
        *figure_columns(
            BASELINE,
            {
                "state": Message("baseline: state"),
                "value": Message("baseline: value"),
                "numerator": Message("baseline: numerator"),
                "denominator": Message("baseline: denominator"),
            },
        ),
        Column(f"{BASELINE}on", Message("baseline: date"), Kind.DATE, example="2025-12-31"),
        Column(f"{BASELINE}source", Message("baseline: source"), example="Telling"),
        Column(
            REASON,
            Message("reason of the change"),
            hint=Message("Needed when a baseline or a target that was agreed changes; both stay visible."),
        ),
    )

    def more_columns(self) -> tuple[Column, ...]:
        return tuple(column for column, _ in target_columns().values())

    def used(self, scope: Scope) -> set[str]:
        """The years with a target, this one and the next ones."""
        held = db().scalars(sa.select(Target.period).where(Target.alliance_id == scope.alliance.id).distinct())
        return {f"target {year}" for year in {*held, *range(today().year, today().year + YEARS_AHEAD)}}

    def holds_people(self) -> bool:
        return True

    def read(self, scope: Scope) -> Iterator[dict[str, Any]]:
        """Every indicator, under its goal."""
        known = Known.of(scope.alliance.id)
        for indicator in known.indicators.values():
            yield known.told(indicator, exact=scope.exact)

    def judge_with(self, scope: Scope) -> Judge:
        return _Judging(self, Known.of(scope.alliance.id)).judge

    def apply(self, scope: Scope, row: PlannedRow, *, actor: Actor) -> None:
        work: _Work = row.work
        indicator = _followed(scope, work, actor=actor)
        if work.baseline is not None and work.on is not None:
            service.set_baseline(
                indicator, work.baseline, on=work.on, source=work.source, reason=work.reason, actor=actor
            )
        for period, value in work.targets.items():
            service.set_target(indicator, period, value, reason=work.reason, actor=actor)


def _followed(scope: Scope, work: "_Work", *, actor: Actor) -> Indicator:
    """The indicator of a row; it is followed from now on if it was not.

    :raise NotFound: it is gone meanwhile, or another alliance's.
    """
    if work.indicator_id is not None:
        found = db().get(Indicator, work.indicator_id, options=[joinedload(Indicator.definition)])
        if found is not None and found.alliance_id == scope.alliance.id:
            return found
    else:
        goal, definition = db().get(Goal, work.goal_id), db().get(Definition, work.definition_id)
        if goal is not None and definition is not None and goal.alliance_id == scope.alliance.id:
            return service.follow(goal, definition, actor=actor)
    raise NotFound(Message("There is nothing at this address."))


@dataclass
class _Work:
    """What a row asks for."""

    indicator_id: int | None
    goal_id: int | None
    definition_id: int
    baseline: Typed | None = None
    on: date | None = None
    source: str = ""
    targets: dict[int, Decimal] = field(default_factory=dict)
    reason: str = ""


class _Judging:
    """Judging rows against what is known."""

    def __init__(self, table: Table, known: Known) -> None:
        self.table, self.known = table, known

    def judge(self, row: Row) -> PlannedRow:
        """What the row does to its indicator."""
        typed = row.values.pop("indicator", "")
        definition = self._definition(row, typed) if typed else None
        if definition is None:
            return PlannedRow(row.number, typed, Outcome.WRONG, errors=tuple(row.errors))
        indicator, name = self.known.indicators.get(definition.id), local(definition, "name")
        goal = self._goal(row, indicator)
        reason = row.values.pop(REASON, "")
        before = self.known.values(indicator) if indicator is not None else {}
        given = {key: value for key, value in row.values.items() if before.get(key) != value}
        if indicator is not None and not given and not row.errors:
            return PlannedRow(row.number, name, Outcome.UNCHANGED, identity=definition.id)
        if indicator is not None and indicator.stopped_on is not None:
            row.errors.append(CellError("indicator", Message("This indicator is no longer followed.")))
        work = _Work(
            indicator.id if indicator is not None else None,
            goal.id if goal is not None else None,
            definition.id,
            reason=reason,
        )
        self._baseline(row, definition, before, given, work)
        self._targets(row, definition, indicator, given, work)
        return planned(
            self.table, row, before if indicator is not None else None, identity=definition.id, name=name, work=work
        )

    def _definition(self, row: Row, typed: str) -> Definition | None:
        found = self.known.names.meant(typed)
        if len(found) == 1:
            return self.known.definitions[next(iter(found))]
        sentence = Message(
            "“%(name)s” is not in the catalogue, and no indicator of the alliance itself. Look at the list of "
            "indicators, or make one of the alliance's own first.",
            name=typed[:60],
        )
        if found:
            sentence = Message("Several indicators are called so: give the key of the one you mean.")
        row.errors.append(CellError("indicator", sentence))
        return None

    def _goal(self, row: Row, indicator: Indicator | None) -> Goal | None:
        typed = row.values.get("goal")
        if typed is None:
            if indicator is None:
                row.errors.append(CellError("goal", Message("Say under which goal it is followed.")))
            return None
        found = self.known.goals_by_title.get(folded(typed), [])
        if typed.isdecimal() and int(typed) in self.known.goals:
            found = [self.known.goals[int(typed)]]
        if len(found) != 1:
            sentence = Message("“%(name)s” is no goal of this alliance.", name=typed[:60])
            if found:
                sentence = Message("Several goals have this title: give the number of the one you mean.")
            row.errors.append(CellError("goal", sentence))
            return None
        if indicator is not None and indicator.goal_id != found[0].id:
            sentence = Message(
                "This indicator is followed under another goal: “%(goal)s”.",
                goal=self.known.goals[indicator.goal_id].title,
            )
            row.errors.append(CellError("goal", sentence))
        row.values["goal"] = self.known.goal_name(found[0])
        return found[0]

    @staticmethod
    def _baseline(
        row: Row, definition: Definition, before: Mapping[str, Any], given: Mapping[str, Any], work: _Work
    ) -> None:
        """Read the baseline of a row, if it says another one than is known."""
        if not any(key.startswith(BASELINE) for key in given):
            return
        work.on = row.values.get(f"{BASELINE}on", before.get(f"{BASELINE}on"))
        work.source = row.values.get(f"{BASELINE}source", before.get(f"{BASELINE}source", ""))
        try:
            work.baseline = figure_cells.typed_of(definition, row.values, before, BASELINE)
            service.checked(definition, work.baseline)
        except FieldRefused as refusal:
            row.errors.append(CellError(f"{BASELINE}{refusal.field}", refusal.sentence))
        if work.on is None:
            row.errors.append(CellError(f"{BASELINE}on", Message("Say on which day the baseline was taken.")))
        elif work.on > today():
            sentence = Message("This date lies in the future. Choose today or an earlier date.")
            row.errors.append(CellError(f"{BASELINE}on", sentence))
        _need_reason(row, work, is_revision=f"{BASELINE}state" in before)

    def _targets(
        self, row: Row, definition: Definition, indicator: Indicator | None, given: Mapping[str, Any], work: _Work
    ) -> None:
        """Read the targets that the row changes or adds."""
        held = self.known.targets.get(indicator.id, {}) if indicator is not None else {}
        for key, (_, period) in target_columns().items():
            if key not in given:
                continue
            try:
                work.targets[period] = service.checked_target(definition, given[key])
            except FieldRefused as refusal:
                row.errors.append(CellError(key, refusal.sentence))
            _need_reason(row, work, is_revision=period in held)


def _need_reason(row: Row, work: _Work, *, is_revision: bool) -> None:
    try:
        service.need_reason(work.reason, is_revision=is_revision)
    except FieldRefused as refusal:
        error = CellError(REASON, refusal.sentence)
        if error not in row.errors:
            row.errors.append(error)
