"""The operations on indicators: the shared catalogue, and what an alliance follows, with its targets and progress."""

from decimal import Decimal
from typing import Any

from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.api import indicator_schemas, operations, schemas
from alliance_tracker.api.operations import operation
from alliance_tracker.database import today
from alliance_tracker.indicators import catalogue_queries, figures, showing
from alliance_tracker.indicators.frame import sees_exactly
from alliance_tracker.indicators.models import Definition
from alliance_tracker.indicators.queries import Followed, followed_by
from alliance_tracker.indicators.standing import Standing
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import require


def exact(value: Decimal | None) -> str | None:
    """A decimal as text, without trailing zeros."""
    if value is None:
        return None
    return format(value.quantize(figures.PLACES).normalize() + 0, "f")


def figure(found: figures.Figure) -> indicator_schemas.Figure:
    """A figure as the API gives it; it was made ready for its reader."""
    return indicator_schemas.Figure(
        state=found.state,
        value=exact(found.value),
        numerator=exact(found.numerator),
        denominator=exact(found.denominator),
    )


def _meaning(row: Definition) -> indicator_schemas.Definition:
    return indicator_schemas.Definition(
        key=row.key,
        name=str(row.name),
        numerator=str(row.numerator),
        denominator=str(row.denominator),
        unit=row.unit.value,
        kind=row.kind.value,
        period=row.period_kind.value,
        over_periods=row.over_periods.value,
        over_alliances=row.over_alliances.value,
        direction=row.direction.value,
        counting=row.counting.value if row.counting else None,
        counts_people=row.counts_people,
        is_computed=row.is_derived,
        breakdowns=list(row.breakdowns),
        min_cell=row.min_cell,
    )


@operation("GET", "/catalogue", "The shared catalogue of indicators, as it is now.", indicator_schemas.Catalogue)
def catalogue() -> Any:
    """The newest published version of the catalogue."""
    require(Permission.CATALOGUE_VIEW)
    newest = catalogue_queries.versions()[0]
    return indicator_schemas.Catalogue(
        version=newest.label,
        valid_from=newest.valid_from,
        change_note=newest.change_note,
        indicators=[_meaning(entry.definition) for entry in catalogue_queries.entries_of(newest.id)],
    )


def _progress(standing: Standing) -> indicator_schemas.ProgressTowards:
    return indicator_schemas.ProgressTowards(
        course=standing.course.value,
        share=exact(standing.progress.share),
        period=standing.period,
        measured=figure(standing.measured),
        target_period=standing.aim.period if standing.aim else None,
        original_course=standing.original.course.value if standing.original else None,
    )


def _followed(row: Followed, *, sees: bool) -> indicator_schemas.FollowedIndicator:
    def seen(found: figures.Figure) -> indicator_schemas.Figure:
        return figure(showing.for_reader(row.definition, found, exact=sees))

    return indicator_schemas.FollowedIndicator(
        id=row.id,
        goal_id=row.goal_id,
        goal=row.goal_title,
        is_local=row.definition.alliance_id is not None,
        is_stopped=row.is_stopped,
        definition=_meaning(row.definition),
        is_rounded=showing.is_rounded(row.definition, exact=sees),
        baseline=seen(row.baseline.figure) if row.baseline else None,
        baseline_on=row.baseline.on if row.baseline else None,
        original_baseline=seen(row.first_baseline.figure) if row.first_baseline else None,
        targets=[
            indicator_schemas.TargetOfYear(period=aim.period, current=exact(aim.value), original=exact(aim.original))
            for aim in row.aims.values()
        ],
        progress=_progress(row.standing(today(), exact=sees)),
    )


@operation(
    "GET",
    "/alliances/<slug>/indicators",
    "What an alliance follows: baselines, targets and progress.",
    schemas.Items[indicator_schemas.FollowedIndicator],
    query=schemas.Window,
)
def indicators(slug: str, query: schemas.Window) -> Any:
    """The indicators of an alliance; counts of people are rounded for whoever stands outside."""
    alliance = load_alliance(slug)
    found, sees = followed_by(alliance.id), sees_exactly(alliance)
    given = [_followed(row, sees=sees) for row in found[query.offset : query.offset + query.limit]]
    return operations.page_of(given, len(found), query, "api.indicators", slug=slug)
