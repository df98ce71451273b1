"""A state is the same in Python and in SQL, on the day that it is in Brussels."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alliance_tracker.commitments.models import Delivery, Instalment
from alliance_tracker.commitments.states import (
    DELIVERY,
    INSTALMENT,
    TIME_TO_EXPLAIN,
    InstalmentState,
    is_awaited,
    is_open,
    lateness,
    was_ever_late,
)
from alliance_tracker.database import BRUSSELS, db, today
from tests.commitments.making import log, make_field

START = date(2026, 10, 20)
#: Few days close to each other, so that they meet often.
DAYS = st.integers(-45, 45).map(lambda n: START + timedelta(days=n))
MAYBE = st.none() | DAYS


@dataclass
class Promised:
    """The columns of an instalment that its state looks at."""

    due_on: date = START
    delivered_on: date | None = None
    claimed_on: date | None = None
    waived_on: date | None = None
    disputes: int = 0
    reported: Decimal = Decimal(0)
    was_late: bool = False
    explained_on: date | None = None


@dataclass
class Done:
    """The columns of a delivery that its state looks at."""

    accepted_from: date = START
    withdrawn_at: datetime | None = None
    confirmations: int = 0
    disputes: int = 0


PROMISED = st.builds(
    Promised,
    due_on=DAYS,
    delivered_on=MAYBE,
    claimed_on=MAYBE,
    waived_on=MAYBE,
    disputes=st.integers(0, 2),
    reported=st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(10)]),
    was_late=st.booleans(),
    explained_on=MAYBE,
)
DONE = st.builds(
    Done,
    accepted_from=DAYS,
    withdrawn_at=st.none() | st.just(datetime(2026, 10, 1, tzinfo=UTC)),
    confirmations=st.integers(0, 2),
    disputes=st.integers(0, 2),
)
SETTINGS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def as_table(model: type[Any], row: Any) -> Any:
    """The mapped class over a table of one row that holds the values of `row`, and nothing else."""
    columns = [
        sa.literal(getattr(row, each.name), getattr(model, each.name).type).label(each.name) for each in fields(row)
    ]
    return sa.select(*columns).subquery().c


@SETTINGS
@given(row=PROMISED, day=DAYS)
@example(row=Promised(), day=START)
@example(row=Promised(), day=START + timedelta(days=1))
@example(row=Promised(delivered_on=START, disputes=1), day=START)
def test_the_state_of_an_instalment_is_one_in_python_and_sql(context: Flask, row: Promised, day: date) -> None:
    table = as_table(Instalment, row)
    found = (
        db()
        .execute(sa.select(INSTALMENT.sql(table, day), was_ever_late(table, day), is_open(table), is_awaited(table)))
        .one()
    )
    assert found[0] == INSTALMENT.of(row, day).value
    assert bool(found[1]) is bool(was_ever_late(row, day))
    assert found[1] is not None
    assert bool(found[2]) is bool(is_open(row))
    assert bool(found[3]) is bool(is_awaited(row))


@SETTINGS
@given(row=DONE, day=DAYS)
def test_the_state_of_a_delivery_is_one_in_python_and_sql(context: Flask, row: Done, day: date) -> None:
    table = as_table(Delivery, row)
    assert db().scalar(sa.select(DELIVERY.sql(table, day))) == DELIVERY.of(row, day).value


@SETTINGS
@given(row=PROMISED, day=DAYS)
def test_lateness_agrees_with_the_state(row: Promised, day: date) -> None:
    late = lateness(row, day)
    state = INSTALMENT.of(row, day)
    if state is InstalmentState.OVERDUE:
        assert late is not None
        assert late.days == (day - row.due_on).days >= 1
        assert was_ever_late(row, day)
    if late is None:
        assert state is not InstalmentState.OVERDUE
        return
    if late.explain_by is not None:
        assert not late.is_explained
        assert day <= late.explain_by == row.due_on + TIME_TO_EXPLAIN


@SETTINGS
@given(row=PROMISED, day=DAYS, later=st.integers(1, 30))
def test_late_stays_late(row: Promised, day: date, later: int) -> None:
    if row.waived_on is None and was_ever_late(row, day):
        assert was_ever_late(row, day + timedelta(days=later))
        delivered = Promised(**(vars(row) | {"delivered_on": max(day, row.due_on + timedelta(days=1))}))
        assert row.delivered_on is not None or was_ever_late(delivered, day)


def test_the_same_holds_for_the_rows_of_the_tables(context: Flask) -> None:
    made = make_field()
    log(made.instalment(), 4, by=made.coordinator)
    log(made.instalment(year=2027), 10, by=made.coordinator)
    for shift in range(-60, 800, 7):
        day = today() + timedelta(days=shift)
        for model, rules in ((Instalment, INSTALMENT), (Delivery, DELIVERY)):
            rows: list[Any] = list(db().scalars(sa.select(model).order_by(model.id)))
            stated = list(db().scalars(sa.select(rules.sql(model, day)).order_by(model.id)))
            assert stated == [rules.of(row, day).value for row in rows]
        late = set(db().scalars(sa.select(Instalment.id).where(was_ever_late(Instalment, day))))
        rows = list(db().scalars(sa.select(Instalment)))
        assert late == {row.id for row in rows if was_ever_late(row, day)}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # Local time; the due date is that day, and belongs to it until its last second.
        (datetime(2026, 2, 10, 23, 59, 59, tzinfo=BRUSSELS), InstalmentState.DUE_SOON),
        (datetime(2026, 2, 11, 0, 0, 0, tzinfo=BRUSSELS), InstalmentState.OVERDUE),
        (datetime(2026, 7, 10, 23, 59, 59, tzinfo=BRUSSELS), InstalmentState.DUE_SOON),
        (datetime(2026, 7, 11, 0, 0, 0, tzinfo=BRUSSELS), InstalmentState.OVERDUE),
        # The clock goes forward in the night of 29 March and back in that of 25 October.
        (datetime(2026, 3, 28, 23, 59, 59, tzinfo=BRUSSELS), InstalmentState.DUE_SOON),
        (datetime(2026, 3, 29, 0, 0, 0, tzinfo=BRUSSELS), InstalmentState.OVERDUE),
        (datetime(2026, 3, 29, 23, 59, 59, tzinfo=BRUSSELS), InstalmentState.DUE_SOON),
        (datetime(2026, 3, 30, 0, 0, 0, tzinfo=BRUSSELS), InstalmentState.OVERDUE),
        (datetime(2026, 10, 24, 23, 59, 59, tzinfo=BRUSSELS), InstalmentState.DUE_SOON),
        (datetime(2026, 10, 25, 0, 0, 0, tzinfo=BRUSSELS), InstalmentState.OVERDUE),
        (datetime(2026, 10, 25, 23, 59, 59, tzinfo=BRUSSELS), InstalmentState.DUE_SOON),
        (datetime(2026, 10, 26, 0, 0, 0, tzinfo=BRUSSELS), InstalmentState.OVERDUE),
    ],
)
def test_a_due_date_lasts_until_midnight_in_brussels(
    context: Flask, freeze: Callable[[datetime], None], moment: datetime, expected: InstalmentState
) -> None:
    freeze(moment.astimezone(UTC))
    due = moment.date() if expected is InstalmentState.DUE_SOON else moment.date() - timedelta(days=1)
    row = Promised(due_on=due)
    assert INSTALMENT.of(row, today()) is expected
    assert db().scalar(sa.select(INSTALMENT.sql(as_table(Instalment, row), today()))) == expected.value


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 7, 31, 21, 59, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, 0, tzinfo=UTC), date(2026, 8, 1)),
        (datetime(2026, 3, 28, 23, 0, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 0, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_today_is_the_day_in_brussels(freeze: Callable[[datetime], None], moment: datetime, day: date) -> None:
    freeze(moment)
    assert today() == day


def test_one_may_explain_for_fourteen_days_before_anybody_sees_red() -> None:
    row = Promised()
    due = row.due_on
    assert lateness(row, due) is None
    first = lateness(row, due + timedelta(days=1))
    assert first is not None
    assert first.explain_by == due + timedelta(days=14)
    last = lateness(row, due + timedelta(days=14))
    assert last is not None
    assert last.explain_by == due + timedelta(days=14)
    red = lateness(row, due + timedelta(days=15))
    assert red is not None
    assert (red.explain_by, red.is_explained, red.days) == (None, False, 15)
    explained = lateness(Promised(explained_on=due + timedelta(days=20)), due + timedelta(days=40))
    assert explained is not None
    assert (explained.explain_by, explained.is_explained) == (None, True)
    early = lateness(Promised(explained_on=due - timedelta(days=3)), due + timedelta(days=20))
    assert early is not None
    assert early.is_explained  # it said beforehand that it would be late
    moved = lateness(Promised(explained_on=due - timedelta(days=40)), due + timedelta(days=20))
    assert moved is not None
    assert not moved.is_explained  # what was explained before the date was moved explains nothing of the new one
