"""The operations of the API on the pilots and the communications of an alliance."""

from typing import Any

from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.api import operations, pilot_schemas, schemas
from alliance_tracker.api.operations import operation
from alliance_tracker.communications import queries as communication_queries
from alliance_tracker.frameworks.terms import term
from alliance_tracker.pilots import listing
from alliance_tracker.web.guards import reads_exactly


@operation(
    "GET",
    "/alliances/<slug>/pilots",
    "The pilots of an alliance, the newest first.",
    schemas.Items[pilot_schemas.Pilot],
    query=schemas.Window,
)
def pilots(slug: str, query: schemas.Window) -> Any:
    """The pilots of an alliance with their reach per year."""
    row = load_alliance(slug)
    total, found = listing.window(row.id, limit=query.limit, offset=query.offset, exactly=reads_exactly(row.id))
    given = [
        pilot_schemas.Pilot(
            id=line.id,
            name=line.name,
            status=line.status.value,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            started_on=line.started_on,
            finished_on=line.finished_on,
            place=line.place,
            goal_id=line.goal_id,
            decision=line.decision.value if line.decision else None,
            pillars=[pillar.value for pillar in line.pillars],
            tags=[
                schemas.Tag(scheme=tag.scheme.value, key=tag.key, name=str(term(tag.scheme, tag.key).name))
                for tag in line.tags
            ],
            reach=[
                pilot_schemas.Reach(
                    year=year.year,
                    participants=year.participants,
                    breakdowns={
                        division.key: {part.category: part.participants for part in division.parts}
                        for division in year.divisions
                    },
                )
                for year in line.years
            ],
        )
        for line in found
    ]
    return operations.page_of(given, total, query, "api.pilots", slug=slug)


@operation(
    "GET",
    "/alliances/<slug>/communications",
    "The communications of an alliance, the newest first.",
    schemas.Items[pilot_schemas.Communication],
    query=schemas.Window,
)
def communications(slug: str, query: schemas.Window) -> Any:
    """What an alliance communicated, with the answers to the four questions of the STEM-memorandum."""
    row = load_alliance(slug)
    total, found = communication_queries.window(row.id, limit=query.limit, offset=query.offset)
    given = [
        pilot_schemas.Communication(
            id=entry.id,
            on=entry.on,
            title=entry.title,
            channel=entry.channel.value,
            text=entry.text,
            link=entry.link,
            principles={answer.key: answer.is_yes for answer in entry.answers},
            author=entry.author,
            logged_at=entry.logged_at,
            is_withdrawn=entry.is_withdrawn,
        )
        for entry in found
    ]
    return operations.page_of(given, total, query, "api.communications", slug=slug)
