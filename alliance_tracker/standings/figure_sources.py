"""What stands under a total: the alliances that follow the indicator, and their measurements with their evidence."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Delivery
from alliance_tracker.database import db
from alliance_tracker.drawing_rights import cofinancing
from alliance_tracker.evidence import service as evidence
from alliance_tracker.indicators import computed
from alliance_tracker.indicators.deriving import COMPUTED_FROM, GENDER, girls_share
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.measuring import figure_of
from alliance_tracker.indicators.models import Definition, Indicator, Measurement, MeasurementCell
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.standings.scope import COUNTED, IS_FORMER

PAGE = 50


@dataclass(frozen=True)
class MeasuredIn:
    """What one alliance measured in one period, and where that is read; `files` is how many files prove it.

    Without a measurement it was computed from records of another kind.
    """

    period: int
    figure: Figure
    measurement_id: int | None = None
    files: int = 0


@dataclass(frozen=True)
class Source:
    """One alliance under a total, as its reader may know it."""

    alliance_id: int
    slug: str
    name: str
    region_code: str
    is_former: bool
    #: Whether this reader may read its counts of people as they are.
    exact: bool
    measured: tuple[MeasuredIn, ...]


@dataclass(frozen=True)
class Sources:
    """One page of the alliances under a total; `hidden` are those that this reader may not know of."""

    items: tuple[Source, ...]
    total: int
    hidden: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def sources(definition: Definition, first: int, last: int, region: str | None, *, number: int, actor: Actor) -> Sources:
    """The alliances under the total of `definition`, by name."""
    behind = aliased(Indicator)
    key = COMPUTED_FROM.get(definition.key)
    join: Any = behind.id == Indicator.id
    if key is not None:
        source = sa.select(Definition.id).where(Definition.key == key, Definition.alliance_id.is_(None))
        join = sa.and_(behind.alliance_id == Indicator.alliance_id, behind.definition_id == source.scalar_subquery())
    is_counted = definition.is_derived and key is None
    measured = _delivered(first, last) if is_counted else _has_measurement(behind, first, last)
    base = (
        sa.select(Alliance.id, Alliance.slug, Alliance.name, Alliance.region_code, Indicator.stopped_on, behind.id)
        .select_from(Indicator)
        .join(Alliance, Alliance.id == Indicator.alliance_id)
        .outerjoin(behind, join)
        .where(
            Indicator.definition_id == definition.id,
            Alliance.status.in_(COUNTED),
            sa.or_(sa.not_(IS_FORMER), measured),
            *([] if region is None else [Alliance.region_code == region]),
        )
    )
    may_see = policy.visible_alliances(actor, Alliance)
    counts = base.with_only_columns(sa.func.count(), sa.func.count().filter(may_see))
    in_all, visible = db().execute(counts).one()
    rows: Sequence[Any] = (
        db()
        .execute(
            base.where(may_see).order_by(Alliance.name_folded, Alliance.id).limit(PAGE).offset((number - 1) * PAGE)
        )
        .all()
    )
    ids = [row[5] for row in rows if row[5] is not None]
    found = _counted(ids, first, last) if is_counted else _measured(ids, first, last, is_computed=key is not None)
    items = tuple(_source(row, tuple(found[row[5]]) if row[5] is not None else (), actor) for row in rows)
    return Sources(items, visible, in_all - visible, number)


def _has_measurement(indicator: Any, first: int, last: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Measurement.indicator_id == indicator.id,
        Measurement.superseded_at.is_(None),
        Measurement.period.between(first, last),
    )


def _delivered(first: int, last: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Delivery.alliance_id == Indicator.alliance_id,
        cofinancing.year_of(Delivery.on).between(first, last),
        *cofinancing.valued(),
    )


def _counted(ids: Sequence[int], first: int, last: int) -> dict[int, list[MeasuredIn]]:
    """Figures that are computed of no measurement, by indicator."""
    found: dict[int, list[MeasuredIn]] = defaultdict(list)
    for (indicator_id, period), figure in sorted(computed.figures_of(ids).items(), key=lambda item: item[0]):
        if first <= period <= last:
            found[indicator_id].append(MeasuredIn(period, figure))
    return found


def _source(row: Any, measured: tuple[MeasuredIn, ...], actor: Actor) -> Source:
    alliance_id, slug, name, region_code, stopped_on, _ = row
    found = Source(alliance_id, slug, name, region_code, stopped_on is not None, exact=False, measured=measured)
    exact = policy.allows(actor, Permission.FIGURE_EXACT_VIEW, found)
    return Source(alliance_id, slug, name, region_code, stopped_on is not None, exact, measured)


def _measured(ids: Sequence[int], first: int, last: int, *, is_computed: bool) -> dict[int, list[MeasuredIn]]:
    found: dict[int, list[MeasuredIn]] = defaultdict(list)
    rows = (
        db()
        .scalars(
            sa.select(Measurement)
            .where(
                Measurement.indicator_id.in_(ids),
                Measurement.superseded_at.is_(None),
                Measurement.period.between(first, last),
            )
            .order_by(Measurement.period)
        )
        .all()
    )
    numbers = [row.id for row in rows]
    files = evidence.of("measurement", [str(number) for number in numbers])
    by_gender = _by_gender(numbers) if is_computed else {}
    for row in rows:
        figure = figure_of(row)
        if is_computed:
            figure = girls_share(figure, by_gender.get(row.id, {}))
        proofs = [file for file in files[str(row.id)] if file.withdrawn_at is None]
        found[row.indicator_id].append(MeasuredIn(row.period, figure, row.id, len(proofs)))
    return found


def _by_gender(ids: Sequence[int]) -> dict[int, dict[tuple[str, str], Decimal]]:
    found: dict[int, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    cells = sa.select(MeasurementCell).where(
        MeasurementCell.measurement_id.in_(ids), MeasurementCell.breakdown == GENDER
    )
    for cell in db().scalars(cells):
        found[cell.measurement_id][GENDER, cell.category] = cell.value
    return found
