"""Picking one value of each alliance among several periods, where the rule asks for the latest or the highest.

The tallies of the periods do not suffice for this: which period counts differs from alliance to alliance.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.indicators.models import Definition, FigureState, Indicator, Measurement, PeriodRule
from alliance_tracker.standings.scope import COUNTED, IS_FORMER

#: Rules over periods that pick.
PICKING = (PeriodRule.LATEST, PeriodRule.HIGHEST)


def picked(definitions: Sequence[Definition], first: int, last: int, region: str | None) -> Iterator[Any]:
    """Of each alliance its latest or highest value of the periods, added up by indicator and region."""
    ids = {rule: [d.id for d in definitions if d.over_periods is rule] for rule in PICKING}
    is_value = Measurement.state == FigureState.VALUE
    orders = (
        (PeriodRule.LATEST, (Measurement.period.desc(),)),
        (PeriodRule.HIGHEST, (Measurement.value.desc(), Measurement.period)),
    )
    for rule, order in orders:
        if not ids[rule]:
            continue
        placed = (
            sa.select(
                Indicator.definition_id,
                Alliance.region_code,
                sa.case((IS_FORMER, 1), else_=None).label("former"),
                Measurement,
                sa.func.row_number()
                .over(partition_by=Measurement.indicator_id, order_by=(is_value.desc(), *order))
                .label("place"),
                sa.func.max(sa.case((Measurement.state == FigureState.NOT_MEASURED, 1), else_=0))
                .over(partition_by=Measurement.indicator_id)
                .label("some_not_measured"),
            )
            .join(Indicator, Indicator.id == Measurement.indicator_id)
            .join(Alliance, Alliance.id == Indicator.alliance_id)
            .where(
                Indicator.definition_id.in_(ids[rule]),
                Measurement.superseded_at.is_(None),
                Measurement.period.between(first, last),
                Alliance.status.in_(COUNTED),
                *([] if region is None else [Alliance.region_code == region]),
            )
            .subquery()
        )
        c = placed.c
        has_value = c.state == FigureState.VALUE
        statement = (
            sa.select(
                c.definition_id,
                c.region_code,
                sa.func.sum(c.value).label("value"),
                sa.func.sum(c.numerator).label("numerator"),
                sa.func.sum(c.denominator).label("denominator"),
                sa.func.count().filter(has_value).label("reported"),
                sa.func.count().filter(~has_value, c.some_not_measured == 1).label("not_measured"),
                sa.func.count().filter(~has_value, c.some_not_measured == 0).label("not_applicable"),
                sa.func.count(c.former).label("former"),
            )
            .where(c.place == 1)
            .group_by(c.definition_id, c.region_code)
        )
        yield from db().execute(statement)
