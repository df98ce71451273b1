"""Reading goals through the API, with the needs analysis that they rest on."""

from typing import Any

from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.api import operations, schemas
from alliance_tracker.api.operations import operation
from alliance_tracker.goals import queries


@operation(
    "GET",
    "/alliances/<slug>/goals",
    "The goals of an alliance, with its needs analysis.",
    schemas.Goals,
    query=schemas.Window,
)
def goals(slug: str, query: schemas.Window) -> Any:
    """The goals of an alliance, those being worked on first."""
    row = load_alliance(slug)
    found = queries.goals_of(row.id)
    needs = queries.needs_of(row.id)
    given = [_given(goal) for goal in found[query.offset : query.offset + query.limit]]
    page = operations.page_of(given, len(found), query, "api.goals", slug=slug)
    return schemas.Goals(
        items=given,
        total=page.total,
        next=page.next,
        needs_analysis=schemas.NeedsAnalysis(
            offer=needs.offer if needs else "",
            challenges=needs.challenges if needs else "",
            choice=needs.choice if needs else "",
        ),
    )


def _given(goal: queries.GoalView) -> schemas.Goal:
    return schemas.Goal(
        id=goal.id,
        title=goal.title,
        description=goal.description,
        reason=goal.reason,
        status=goal.status.value,
        owner_id=goal.owner_partner_id,
        owner=goal.owner,
        due_on=goal.due_on,
        closed_on=goal.closed_on,
        tags=[
            schemas.Tag(scheme=scheme.value, key=term.key, name=str(term.name))
            for scheme, found in goal.tags.items()
            for term in found
        ],
    )
