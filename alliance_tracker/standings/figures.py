"""Keeping the totals of the figures: recounted for what a transaction touched, in that transaction, never by hand.

Everything but initiatives counts: what a paused or an ended alliance measured stays true. An alliance that ended, or
stopped following an indicator, keeps counting in the periods that it measured, as a former one. A computed indicator
counts for the alliances that follow it, from the measurements that it is computed of.

A recount covers the regions, indicators and periods that were touched. Whoever writes holds the end of the audit trail
until the commit, so two changes at the same moment are both in the count.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.indicators.deriving import COMPUTED_FROM, GENDER, GIRLS_SHARE, girls_share
from alliance_tracker.indicators.measuring import figure_of
from alliance_tracker.indicators.models import Definition, FigureState, Indicator, Measurement, MeasurementCell, Unit
from alliance_tracker.standings import cofinanced
from alliance_tracker.standings.models import FigureTally, IndicatorTally
from alliance_tracker.standings.scope import IS_FORMER, Key, Scope

#: Rows that change what counts, beside measurements.
FOLLOWING = frozenset({"alliance", "indicator"})

_COLUMNS = ("value", "numerator", "denominator", "reported", "not_measured", "not_applicable", "former")


# Counting from the facts -------------------------------------------------------------------------------------------


def _states() -> list[sa.Label[Any]]:
    return [
        sa.func.count().filter(Measurement.state == state).label(name)
        for name, state in (
            ("reported", FigureState.VALUE),
            ("not_measured", FigureState.NOT_MEASURED),
            ("not_applicable", FigureState.NOT_APPLICABLE),
        )
    ] + [sa.func.count().filter(IS_FORMER).label("former")]


def _sums(of: Any) -> list[sa.Label[Any]]:
    is_ratio = Definition.unit == Unit.PERCENT
    return [
        sa.func.sum(of.value).filter(~is_ratio).label("value"),
        sa.func.sum(of.numerator).label("numerator"),
        sa.func.sum(of.denominator).label("denominator"),
    ]


def counted(scope: Scope) -> dict[Key, dict[str, Any]]:
    """What the tallies of `scope` should say."""
    place = (Definition.id, Measurement.period, Alliance.region_code)
    facts = (
        sa.select(*place)
        .select_from(Measurement)
        .join(Indicator, Indicator.id == Measurement.indicator_id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .join(Alliance, Alliance.id == Indicator.alliance_id)
        .where(*scope.measured, *scope(Definition))
        .group_by(*place)
    )
    found = {
        (definition, period, region, "", ""): _values(row)
        for definition, period, region, *row in db().execute(facts.add_columns(*_sums(Measurement), *_states()))
    }
    division = (MeasurementCell.breakdown, MeasurementCell.category)
    cells = (
        facts.join(MeasurementCell, MeasurementCell.measurement_id == Measurement.id)
        .add_columns(*division, *_sums(MeasurementCell), *_states())
        .group_by(*division)
    )
    for definition, period, region, breakdown, category, *row in db().execute(cells):
        found[definition, period, region, breakdown, category] = _values(row)
    return found | _computed(scope) | cofinanced.counted(scope)


def _values(row: Sequence[Any]) -> dict[str, Any]:
    return {name: Decimal(0) if value is None else value for name, value in zip(_COLUMNS, row, strict=True)}


def _computed(scope: Scope) -> dict[Key, dict[str, Any]]:
    """The share of girls of each alliance that follows it, added up."""
    own, source = aliased(Definition), aliased(Indicator)
    rows = (
        db()
        .execute(
            sa.select(own.id, Measurement, Alliance.region_code, IS_FORMER.label("is_former"))
            .select_from(Indicator)
            .join(own, own.id == Indicator.definition_id)
            .join(Alliance, Alliance.id == Indicator.alliance_id)
            .join(source, source.alliance_id == Indicator.alliance_id)
            .join(Definition, Definition.id == source.definition_id)
            .join(Measurement, Measurement.indicator_id == source.id)
            .where(
                own.key == GIRLS_SHARE,
                Definition.key == COMPUTED_FROM[GIRLS_SHARE],
                Definition.alliance_id.is_(None),
                *scope.measured,
                *scope(own),
            )
        )
        .all()
    )
    by_gender: dict[int, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for number, category, value in db().execute(
        sa.select(MeasurementCell.measurement_id, MeasurementCell.category, MeasurementCell.value).where(
            MeasurementCell.measurement_id.in_(sa.select(Measurement.id).where(_is_source_in(scope))),
            MeasurementCell.breakdown == GENDER,
        )
    ):
        by_gender[number][GENDER, category] = value
    found: dict[Key, dict[str, Any]] = {}
    for definition, measurement, region, is_former in rows:
        figure = girls_share(figure_of(measurement), by_gender[measurement.id])
        tally = found.setdefault((definition, measurement.period, region, "", ""), _values([0] * len(_COLUMNS)))
        tally["numerator"] += figure.numerator or 0
        tally["denominator"] += figure.denominator or 0
        tally[_STATE_COLUMNS[figure.state]] += 1
        tally["former"] += bool(is_former)
    return found


_STATE_COLUMNS = {
    FigureState.VALUE: "reported",
    FigureState.NOT_MEASURED: "not_measured",
    FigureState.NOT_APPLICABLE: "not_applicable",
}


def _is_source_in(scope: Scope) -> sa.ColumnElement[bool]:
    """Measurements that something is computed of, in the regions of `scope`."""
    source = (
        sa.select(Indicator.id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .join(Alliance, Alliance.id == Indicator.alliance_id)
        .where(Definition.key.in_(COMPUTED_FROM.values()), *Scope(scope.regions)(Definition))
    )
    return sa.and_(Measurement.indicator_id.in_(source), *scope.measured)


def followers(scope: Scope) -> Counter[tuple[int, str]]:
    """How many alliances follow each shared indicator today, by definition and region."""
    place = (Indicator.definition_id, Alliance.region_code)
    rows = db().execute(
        sa.select(*place, sa.func.count())
        .select_from(Indicator)
        .join(Definition, Definition.id == Indicator.definition_id)
        .join(Alliance, Alliance.id == Indicator.alliance_id)
        .where(sa.not_(IS_FORMER), *scope(Definition))
        .group_by(*place)
    )
    return Counter({(definition, region): n for definition, region, n in rows})


# Following the facts -----------------------------------------------------------------------------------------------


def follow(touched: Sequence[tuple[str, str, int | None]]) -> None:
    """Recount what these rows (table, id, alliance) bear on."""
    if scope := cofinanced.touched_by(touched):
        recount(scope)
    alliances = {owner for table, _, owner in touched if table in FOLLOWING and owner is not None}
    measurements = {int(key) for table, key, _ in touched if table == Measurement.__tablename__}
    if not alliances and not measurements:
        return
    definitions, regions = _touched(alliances, measurements)
    if not definitions:
        return
    periods = None
    if not alliances:
        periods = frozenset(db().scalars(sa.select(Measurement.period).where(Measurement.id.in_(measurements))))
    recount(Scope(frozenset(regions), frozenset(definitions), periods))


def turn(regions: Iterable[str]) -> None:
    """Recount what changes in these regions by time alone."""
    if scope := cofinanced.of_regions(regions):
        recount(scope)


def _touched(alliances: set[int], measurements: set[int]) -> tuple[set[int], set[str]]:
    """The shared indicators and the regions whose totals may change."""
    rows = (
        db()
        .execute(
            sa.select(Definition.id, Definition.key, Alliance.region_code)
            .select_from(Indicator)
            .join(Definition, Definition.id == Indicator.definition_id)
            .join(Alliance, Alliance.id == Indicator.alliance_id)
            .where(
                Definition.alliance_id.is_(None),
                sa.or_(
                    Indicator.alliance_id.in_(alliances),
                    Indicator.id.in_(sa.select(Measurement.indicator_id).where(Measurement.id.in_(measurements))),
                ),
            )
        )
        .all()
    )
    computed = [key for key, source in COMPUTED_FROM.items() if source in {key for _, key, _ in rows}]
    found = {number for number, _, _ in rows}
    if computed:
        found |= set(
            db().scalars(sa.select(Definition.id).where(Definition.key.in_(computed), Definition.alliance_id.is_(None)))
        )
    return found, {region for _, _, region in rows}


def recount(scope: Scope) -> None:
    """Write the tallies of `scope` anew."""
    within = [] if scope.periods is None else [FigureTally.period.in_(scope.periods)]
    db().execute(sa.delete(FigureTally).where(*_stored(FigureTally, scope), *within))
    names = ("definition_id", "period", "region_code", "breakdown", "category")
    if tallies := counted(scope):
        rows = [dict(zip(names, key, strict=True)) | values for key, values in tallies.items()]
        db().execute(sa.insert(FigureTally), rows)
    if scope.periods is None:
        _recount_followers(scope)


def _recount_followers(scope: Scope) -> None:
    db().execute(sa.delete(IndicatorTally).where(*_stored(IndicatorTally, scope)))
    if found := followers(scope):
        rows = [{"definition_id": d, "region_code": region, "alliances": n} for (d, region), n in found.items()]
        db().execute(sa.insert(IndicatorTally), rows)


def _stored(table: Any, scope: Scope) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if scope.regions is not None:
        found.append(table.region_code.in_(scope.regions))
    if scope.definitions is not None:
        found.append(table.definition_id.in_(scope.definitions))
    return found


# Proving that nothing drifted --------------------------------------------------------------------------------------


def drift() -> Iterator[str]:
    """Each tally of figures that differs from the facts, in a sentence for the operator."""
    kept: dict[Any, Any] = {
        (t.definition_id, t.period, t.region_code, t.breakdown, t.category): {
            name: getattr(t, name) for name in _COLUMNS
        }
        for t in db().scalars(sa.select(FigureTally))
    }
    kept |= {(t.definition_id, t.region_code): t.alliances for t in db().scalars(sa.select(IndicatorTally))}
    facts: dict[Any, Any] = {**counted(Scope()), **followers(Scope())}
    for key in sorted(set(kept) | set(facts), key=str):
        if kept.get(key) != facts.get(key):
            yield f"figures {key} are kept as {kept.get(key)}, the facts say {facts.get(key)}"
