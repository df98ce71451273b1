"""The operations of the API on figures: reading and entering measurements, and reading totals."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, selectinload

from alliance_tracker import policy
from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.api import figure_schemas as schemas
from alliance_tracker.api import operations
from alliance_tracker.api.operations import operation
from alliance_tracker.api.schemas import Items
from alliance_tracker.api.sending import Sent
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import FieldRefused, NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import measuring, showing
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.models import Definition, FigureState, Indicator, Measurement
from alliance_tracker.indicators.service import Typed
from alliance_tracker.policy import Permission
from alliance_tracker.regions.models import Region
from alliance_tracker.standings import totals as reading
from alliance_tracker.web import once
from alliance_tracker.web.guards import actor, require


def _figure(figure: Figure) -> schemas.MeasuredFigure:
    return schemas.MeasuredFigure(state=figure.state.value, **_parts(figure))


def _parts(figure: Figure) -> dict[str, str | None]:
    return {part: schemas.exact(getattr(figure, part)) for part in ("value", "numerator", "denominator")}


def _cells(cells: Iterable[tuple[tuple[str, str], Figure]]) -> list[schemas.MeasuredCell]:
    return [
        schemas.MeasuredCell(breakdown=breakdown, category=category, state=figure.state.value, **_parts(figure))
        for (breakdown, category), figure in cells
    ]


# Measurements ------------------------------------------------------------------------------------------------------


def _given(row: Measurement, definition: Definition, *, exact: bool) -> schemas.Measurement:
    figure = measuring.figure_of(row)
    cells = {
        (cell.breakdown, cell.category): Figure(FigureState.VALUE, cell.value, cell.numerator, cell.denominator)
        for cell in row.cells
    }
    return schemas.Measurement(
        id=row.id,
        indicator=definition.key,
        name=str(definition.name),
        period=row.period,
        unit=definition.unit.value,
        figure=_figure(showing.for_reader(definition, figure, exact=exact)),
        cells=_cells(showing.cells_for_reader(definition, figure, cells, exact=exact).cells.items()),
        is_rounded=showing.is_rounded(definition, exact=exact),
        source=row.source,
        note=row.note,
        reason=row.reason,
        supersedes=row.supersedes_id,
        measured_at=row.measured_at,
    )


@operation(
    "GET",
    "/alliances/<slug>/measurements",
    "The measurements of an alliance that hold, by period and indicator.",
    Items[schemas.Measurement],
    query=schemas.PeriodWindow,
)
def measurements(slug: str, query: schemas.PeriodWindow) -> Any:
    """The measurements that hold; computed indicators are left out."""
    alliance = load_alliance(slug)
    exact = policy.allows(actor(), Permission.FIGURE_EXACT_VIEW, alliance)
    conditions = [Measurement.alliance_id == alliance.id, Measurement.superseded_at.is_(None)]
    if query.period is not None:
        conditions.append(Measurement.period == query.period)
    total = db().scalar(sa.select(sa.func.count()).select_from(Measurement).where(*conditions)) or 0
    rows = db().execute(
        sa.select(Measurement, Definition)
        .join(Indicator, Indicator.id == Measurement.indicator_id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .where(*conditions)
        .options(selectinload(Measurement.cells))
        .order_by(Measurement.period.desc(), Measurement.indicator_id)
        .limit(query.limit)
        .offset(query.offset)
    )
    given = [_given(row, definition, exact=exact) for row, definition in rows]
    return operations.page_of(given, total, query, "api.measurements", slug=slug)


@operation(
    "POST",
    "/alliances/<slug>/measurements",
    "Enter a measurement of an alliance, or correct one with a reason.",
    schemas.Measurement,
    body=schemas.NewMeasurement,
    status=201,
)
def measurement(slug: str, body: schemas.NewMeasurement) -> Any:
    """Enter a measurement; what is known already is given back as it stands."""
    alliance = load_alliance(slug, Permission.MEASUREMENT_WRITE)
    sent = Sent.of_request(slug, body)
    number = sent.earlier()
    if number is None:
        indicator = _indicator(alliance.id, body.indicator)
        entry = _entry(body)
        try:
            with transaction():
                row = measuring.measure(indicator, entry, actor=actor())
                number = row.id if row else measuring.current([indicator.id], body.period)[indicator.id, body.period].id
                sent.remember(number)
        except IntegrityError as error:
            if once.SentForm.__tablename__ not in str(error.orig):
                raise
            # The same key arrived twice at the same moment; the other one was carried out.
            number = sent.earlier() or 0
    statement = (
        sa.select(Measurement, Definition)
        .join(Indicator, Indicator.id == Measurement.indicator_id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .where(Measurement.id == number)
        .options(selectinload(Measurement.cells))
    )
    kept, definition = db().execute(statement).one()
    return _given(kept, definition, exact=True)


def _indicator(alliance_id: int, key: str) -> Indicator:
    """:raise FieldRefused: the alliance follows no such indicator."""
    found = (
        db()
        .scalars(
            sa.select(Indicator)
            .join(Indicator.definition)
            .options(contains_eager(Indicator.definition))
            .where(Indicator.alliance_id == alliance_id, Definition.key == key)
            .order_by(Definition.alliance_id.is_not(None))
            .limit(1)
        )
        .one_or_none()
    )
    if found is None:
        raise FieldRefused("indicator", Message("This alliance follows no such indicator."))
    return found


def _entry(body: schemas.NewMeasurement) -> measuring.Entry:
    """:raise FieldRefused: a cell stands there twice."""
    cells = {(cell.breakdown, cell.category): _typed(FigureState.VALUE, cell) for cell in body.cells}
    if len(cells) < len(body.cells):
        raise FieldRefused("cells", Message("A cell stands here twice."))
    return measuring.Entry(
        body.period, _typed(body.state, body), cells=cells, source=body.source, note=body.note, reason=body.reason
    )


def _typed(state: FigureState, given: schemas.NewMeasurement | schemas.NewCell) -> Typed:
    parts = (given.value, given.numerator, given.denominator)
    return Typed(state, *(None if part is None else Decimal(part) for part in parts))


# Totals ------------------------------------------------------------------------------------------------------------


@operation(
    "GET",
    "/figures",
    "The totals of the shared indicators over Flanders or a region.",
    schemas.Totals,
    query=schemas.TotalsAsked,
)
def figures(query: schemas.TotalsAsked) -> Any:
    """The totals of one period, rounded for whoever is not the project manager."""
    require(Permission.FIGURE_VIEW)
    region = query.region or None
    if region is not None and db().get(Region, region) is None:
        raise NotFound(Message("There is no such region."))
    exact = policy.allows(actor(), Permission.FIGURE_EXACT_VIEW)
    found = reading.totals(reading.catalogue(), query.period, query.period, region)
    return schemas.Totals(
        period=query.period,
        region=query.region,
        items=[_total(one.told(exact=exact), exact=exact) for one in found],
        shared_municipalities=list(reading.shared_municipalities(region)),
    )


def _total(one: reading.IndicatorTotal, *, exact: bool) -> schemas.IndicatorTotal:
    definition, total = one.definition, one.total
    return schemas.IndicatorTotal(
        indicator=definition.key,
        name=str(definition.name),
        unit=definition.unit.value,
        period_kind=definition.period_kind.value,
        rule=definition.over_alliances.value,
        counting=definition.counting.value if definition.counting else None,
        figure=None if total.parts_only else _figure(total.figure),
        cells=_cells(sorted(one.cells.items())),
        reported=total.reported,
        expected=total.expected,
        not_applicable=total.not_applicable,
        is_rounded=showing.is_rounded(definition, exact=exact),
    )
