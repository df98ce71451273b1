"""Entering measurements: what fits, what is refused, and what a correction keeps."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.database import db, transaction
from alliance_tracker.errors import FieldRefused
from alliance_tracker.indicators import measuring
from alliance_tracker.indicators.models import FigureState, Measurement
from alliance_tracker.indicators.service import Typed
from alliance_tracker.policy import Role
from tests.builders import (
    actor_of,
    make_alliance,
    make_goal,
    make_indicator,
    make_measurement,
    make_user,
    typed,
)


def test_a_correction_supersedes_and_both_stay(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    first = make_measurement(indicator, 2026, typed(120))
    second = make_measurement(indicator, 2026, typed(130), reason="Twee scholen ontbraken.")
    assert (first.superseded_at is not None, second.supersedes_id) == (True, first.id)
    assert db().scalar(sa.select(sa.func.count()).select_from(Measurement)) == 2


def test_a_correction_without_a_reason_is_refused(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    make_measurement(indicator, 2026, typed(120))
    with pytest.raises(FieldRefused) as refusal:
        make_measurement(indicator, 2026, typed(130))
    assert refusal.value.field == "reason"


def test_the_same_figure_again_changes_nothing(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    make_measurement(indicator, 2026, typed(120))
    author = actor_of(make_user(Role.PROJECT_MANAGER))
    with transaction():
        assert measuring.measure(indicator, measuring.Entry(2026, typed(120)), actor=author) is None


def test_a_percentage_is_kept_as_its_two_parts(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()), "schools-share")
    row = make_measurement(indicator, 2026, typed(None, 1, 3))
    db().expire(row)
    assert (row.value, row.numerator, row.denominator) == (Decimal("33.3333"), Decimal(1), Decimal(3))


def test_the_rest_by_gender_is_not_known(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    cells = {("gender", "girls"): typed(50), ("gender", "boys"): typed(60)}
    row = make_measurement(indicator, 2026, typed(120), cells=cells)
    assert {cell.category: cell.value for cell in row.cells} == {"girls": 50, "boys": 60, "unknown": 10}


def test_a_part_is_never_larger_than_the_whole(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    with pytest.raises(FieldRefused) as refusal:
        make_measurement(indicator, 2026, typed(120), cells={("gender", "girls"): typed(121)})
    assert refusal.value.field == "gender.girls"


def test_categories_that_overlap_need_not_add_up(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    cells = {("target_group", "girls"): typed(100), ("target_group", "secondary"): typed(110)}
    assert len(make_measurement(indicator, 2026, typed(120), cells=cells).cells) == 2


@pytest.mark.parametrize(
    "figure",
    [typed(), typed(-1), typed("1.5"), typed(Decimal(10) ** 13), typed("NaN")],
    ids=["nothing", "negative", "half a person", "too large", "no number"],
)
def test_what_is_no_count_is_refused(context: Flask, figure: Typed) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    with pytest.raises(FieldRefused) as refusal:
        make_measurement(indicator, 2026, figure)
    assert refusal.value.field == "value"


def test_zero_is_a_value_and_not_measured_is_none(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    zero = make_measurement(indicator, 2025, typed(0))
    none = make_measurement(indicator, 2026, Typed(FigureState.NOT_MEASURED), note="Niet geteld.")
    assert (zero.state, zero.value) == (FigureState.VALUE, Decimal(0))
    assert none.state is FigureState.NOT_MEASURED
    assert none.value is None


def test_the_database_keeps_one_measurement_of_a_period(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    row = make_measurement(indicator, 2026, typed(1))
    copy = {
        column.key: getattr(row, column.key) for column in sa.inspect(Measurement).column_attrs if column.key != "id"
    }
    with pytest.raises(IntegrityError), transaction():
        db().execute(sa.insert(Measurement).values(**copy))


def test_the_database_refuses_to_change_a_figure(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    row = make_measurement(indicator, 2026, typed(1))
    with pytest.raises(IntegrityError), transaction():
        db().execute(sa.update(Measurement).where(Measurement.id == row.id).values(value=Decimal(2)))
