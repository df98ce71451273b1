"""What the database refuses about indicators, whatever the code forgets."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.database import db, transaction
from alliance_tracker.indicators.models import (
    AllianceRule,
    Baseline,
    Definition,
    FigureState,
    Indicator,
    PeriodRule,
    Target,
    Unit,
)
from tests.builders import definition, make_alliance, make_goal, make_indicator, typed


def copy_of(row: Any, **changes: Any) -> dict[str, Any]:
    columns = {c.key: getattr(row, c.key) for c in sa.inspect(type(row)).column_attrs if c.key != "id"}
    return {**columns, **changes}


def insert(row: Any, **changes: Any) -> Callable[[], Any]:
    return lambda: db().execute(sa.insert(type(row)).values(**copy_of(row, **changes)))


def refused(name: str, act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError) as error, transaction():
        act()
    assert name in str(error.value.orig), str(error.value.orig)


def test_a_definition_that_cannot_be_counted_honestly(context: Flask) -> None:
    alliance = make_alliance().id
    count, share = definition("schools-involved"), definition("schools-share")
    refused("local_is_not_added_up", insert(count, alliance_id=alliance, key="eigen"))
    refused("percent_of_something", insert(share, key="a", numerator_nl=""))
    refused("percent_of_something", insert(share, key="b", over_periods=PeriodRule.SUM))
    refused("percent_is_not_added", insert(share, key="c", over_alliances=AllianceRule.SUM))
    refused("score_is_not_added", insert(count, key="d", unit=Unit.SCORE))
    refused("min_cell_is_a_count", insert(count, key="e", min_cell=0))
    refused("indicator_definition", insert(count))


def test_an_indicator_is_followed_once_and_stopped_with_a_reason(context: Flask) -> None:
    row = make_indicator(make_goal(make_alliance()))
    refused("indicator.alliance_id" if db().get_bind().dialect.name == "sqlite" else "uq_indicator", insert(row))
    refused(
        "stopped_with_a_reason",
        lambda: db().execute(
            sa.update(Indicator).where(Indicator.id == row.id).values(stopped_on=sa.func.current_date())
        ),
    )


def test_a_baseline_and_a_target_are_never_changed_only_revised(context: Flask) -> None:
    row = make_indicator(make_goal(make_alliance()), baseline=typed(100), targets={2026: 180})
    baseline = db().scalars(sa.select(Baseline).where(Baseline.indicator_id == row.id)).one()
    target = db().scalars(sa.select(Target).where(Target.indicator_id == row.id)).one()
    refused("append-only", lambda: db().execute(sa.update(Baseline).values(value=Decimal(1))))
    refused("append-only", lambda: db().execute(sa.update(Target).values(value=Decimal(1))))
    refused("revised_why", insert(baseline, is_revision=True, reason=""))
    refused("revised_why", insert(target, is_revision=True, reason=""))
    refused("starts_with_a_value", insert(target, value=None))
    refused("period_is_plausible", insert(target, period=1999))
    refused("value_if_measured", insert(baseline, state=FigureState.NOT_MEASURED))
    refused("denominator_is_positive", insert(baseline, numerator=Decimal(0), denominator=Decimal(0)))
    refused("part_of_whole", insert(baseline, numerator=Decimal(3), denominator=Decimal(2)))
    with pytest.raises(IntegrityError), transaction():
        db().execute(sa.delete(Definition).where(Definition.id == row.definition_id))
