"""What is due and what was drawn, added up per region; moved with every change, by what one alliance adds to it.

What depends on today is kept as dates: an instalment is overdue when its due date lies before today, whenever that is
asked. Only active alliances count for what is due, since nothing is asked of one that rests; money stays counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.commitments.models import Instalment, Side
from alliance_tracker.commitments.states import is_awaited
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import db
from alliance_tracker.drawing_rights.models import DrawingRight
from alliance_tracker.standings.models import CountedDue, CountedMoney, DueTally, MoneyTally

#: Rows that change what is due or what was drawn.
BEARING = frozenset(
    {
        "alliance",
        "confirmation",
        "convenant",
        "convenant_signature",
        "convenant_version",
        "delivery",
        "drawdown",
        "drawing_right",
        "instalment",
        "payment",
    }
)
ZERO = Decimal(0)
NO_MONEY = (ZERO, ZERO, ZERO)

#: A side and a due date.
Due = tuple[Side, date]
#: Ceiling, drawn and paid, in euro.
Amounts = tuple[Decimal, Decimal, Decimal]


@dataclass(frozen=True)
class Added:
    """What one alliance adds to the tallies of its region."""

    due: Mapping[Due, int]
    money: Mapping[int, Amounts]


def added_by(alliance: Alliance) -> Added:
    """What this alliance adds, by its own records."""
    due: dict[Due, int] = {}
    if alliance.status is AllianceStatus.ACTIVE:
        rows = db().execute(
            sa.select(Instalment.side, Instalment.due_on, sa.func.count())
            .where(Instalment.alliance_id == alliance.id, is_awaited(Instalment))
            .group_by(Instalment.side, Instalment.due_on)
        )
        due = {(side, due_on): n for side, due_on, n in rows}
    return Added(due, _money(alliance.id))


def _money(alliance_id: int) -> dict[int, Amounts]:
    rows = db().execute(
        sa.select(
            DrawingRight.year,
            sa.func.sum(DrawingRight.ceiling, type_=DrawingRight.ceiling.type),
            sa.func.sum(DrawingRight.drawn, type_=DrawingRight.drawn.type),
            sa.func.sum(DrawingRight.paid, type_=DrawingRight.paid.type),
        )
        .where(DrawingRight.alliance_id == alliance_id)
        .group_by(DrawingRight.year)
    )
    # A right of nothing adds nothing, and is not kept.
    return {year: (ceiling, drawn, paid) for year, ceiling, drawn, paid in rows if any((ceiling, drawn, paid))}


def standing_of(alliance_id: int) -> tuple[date | None, date | None]:
    """The earliest due date of what is open, and the last day of the convenant in force."""
    next_due = db().scalar(
        sa.select(sa.func.min(Instalment.due_on)).where(Instalment.alliance_id == alliance_id, is_awaited(Instalment))
    )
    until = db().scalar(
        sa.select(sa.func.max(Convenant.ends_on)).where(
            Convenant.alliance_id == alliance_id,
            Convenant.in_force_on.is_not(None),
            Convenant.terminated_on.is_(None),
        )
    )
    return next_due, until


# Following the facts -----------------------------------------------------------------------------------------------


def follow(touched: Iterable[tuple[str, str, int | None]]) -> None:
    """Move the tallies by what changed for the alliances of these rows (table, id, alliance)."""
    alliances = sorted({owner for table, _, owner in touched if table in BEARING and owner is not None})
    for alliance_id in alliances:
        alliance = db().get_one(Alliance, alliance_id)
        before, after = _counted(alliance_id), added_by(alliance)
        _move_due(alliance, before.due, after.due)
        _move_money(alliance, before.money, after.money)


def _counted(alliance_id: int) -> Added:
    due = db().execute(
        sa.select(CountedDue.side, CountedDue.due_on, CountedDue.instalments).where(
            CountedDue.alliance_id == alliance_id
        )
    )
    money = db().execute(
        sa.select(CountedMoney.year, CountedMoney.ceiling, CountedMoney.drawn, CountedMoney.paid).where(
            CountedMoney.alliance_id == alliance_id
        )
    )
    return Added(
        {(side, due_on): n for side, due_on, n in due},
        {year: (ceiling, drawn, paid) for year, ceiling, drawn, paid in money},
    )


def _move_due(alliance: Alliance, before: Mapping[Due, int], after: Mapping[Due, int]) -> None:
    for side, due_on in sorted(before.keys() | after.keys()):
        n, step = after.get((side, due_on), 0), after.get((side, due_on), 0) - before.get((side, due_on), 0)
        if not step:
            continue
        _keep(CountedDue, {"alliance_id": alliance.id, "side": side, "due_on": due_on}, {"instalments": n}, n == 0)
        add(DueTally, {"region_code": alliance.region_code, "side": side, "due_on": due_on}, {"instalments": step})


def _move_money(alliance: Alliance, before: Mapping[int, Amounts], after: Mapping[int, Amounts]) -> None:
    names = ("ceiling", "drawn", "paid")
    for year in sorted(before.keys() | after.keys()):
        old, new = before.get(year, NO_MONEY), after.get(year, NO_MONEY)
        if old == new:
            continue
        kept = dict(zip(names, new, strict=True))
        _keep(CountedMoney, {"alliance_id": alliance.id, "year": year}, kept, year not in after)
        steps = {name: now - then for name, then, now in zip(names, old, new, strict=True)}
        add(MoneyTally, {"region_code": alliance.region_code, "year": year}, steps)


def _keep(table: Any, key: Mapping[str, Any], values: Mapping[str, Any], is_gone: bool) -> None:  # noqa: FBT001
    row = db().get(table, tuple(key.values()))
    if is_gone:
        if row is not None:
            db().delete(row)
    elif row is None:
        db().add(table(**key, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)


def add(table: Any, key: Mapping[str, Any], steps: Mapping[str, Any]) -> None:
    """Move a tally; the statement adds in the database, so two alliances of a region never overwrite each other."""
    condition = [getattr(table, name) == value for name, value in key.items()]
    moved = db().execute(
        sa.update(table).where(*condition).values({name: getattr(table, name) + step for name, step in steps.items()})
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]  # the result of an UPDATE has it
        db().add(table(**key, **steps))
        db().flush()  # the next move of the same tally must find it


# Reading -----------------------------------------------------------------------------------------------------------


def overdue_by_region(day: date) -> dict[str, dict[Side, int]]:
    """How many instalments are overdue on `day`, by region and side."""
    found: dict[str, dict[Side, int]] = {}
    rows = db().execute(
        sa.select(DueTally.region_code, DueTally.side, sa.func.sum(DueTally.instalments))
        .where(DueTally.due_on < day)
        .group_by(DueTally.region_code, DueTally.side)
    )
    for region, side, n in rows:
        if n:
            found.setdefault(region, {})[side] = int(n)
    return found


@dataclass(frozen=True)
class RegionMoney:
    """The drawing rights of a region, in euro."""

    ceiling: Decimal = ZERO
    drawn: Decimal = ZERO
    paid: Decimal = ZERO


def money_by_region(year: int) -> dict[str, RegionMoney]:
    """The drawing rights of one calendar year, by region."""
    rows = db().execute(
        sa.select(MoneyTally.region_code, MoneyTally.ceiling, MoneyTally.drawn, MoneyTally.paid).where(
            MoneyTally.year == year
        )
    )
    return {region: RegionMoney(ceiling, drawn, paid) for region, ceiling, drawn, paid in rows}


# Proving that nothing drifted --------------------------------------------------------------------------------------


def drift() -> Iterator[str]:
    """Each of these tallies that differs from the facts, in a sentence for the operator."""
    due: Counter[tuple[str, str, date]] = Counter()
    money: dict[tuple[str, int], Amounts] = {}
    for alliance in db().scalars(sa.select(Alliance).order_by(Alliance.id)).all():
        facts = added_by(alliance)
        if facts != _counted(alliance.id):
            yield f"alliance {alliance.id}: due dates or drawing rights are counted as {_counted(alliance.id)}"
        due.update({(alliance.region_code, side.value, due_on): n for (side, due_on), n in facts.due.items()})
        for year, amounts in facts.money.items():
            before = money.get((alliance.region_code, year), NO_MONEY)
            money[alliance.region_code, year] = (
                before[0] + amounts[0],
                before[1] + amounts[1],
                before[2] + amounts[2],
            )
    kept_due = {
        (row.region_code, row.side.value, row.due_on): row.instalments for row in db().scalars(sa.select(DueTally))
    }
    for key in sorted(kept_due.keys() | due.keys()):
        if kept_due.get(key, 0) != due[key]:
            yield f"due dates {key} are kept as {kept_due.get(key, 0)}, the facts say {due[key]}"
    kept_money = {
        (row.region_code, row.year): (row.ceiling, row.drawn, row.paid) for row in db().scalars(sa.select(MoneyTally))
    }
    for place in sorted(kept_money.keys() | money.keys()):
        if kept_money.get(place, NO_MONEY) != money.get(place, NO_MONEY):
            yield f"drawing rights {place} are kept as {kept_money.get(place)}, the facts say {money.get(place)}"
