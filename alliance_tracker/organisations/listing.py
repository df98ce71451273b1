"""The list of the register, page by page: searched, filtered, and counted per pillar."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from alliance_tracker.database import db, folded, like
from alliance_tracker.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationName,
    OrganisationStatus,
    Pillar,
    organisation_municipality,
)
from alliance_tracker.organisations.partnerships import alliance_counts
from alliance_tracker.organisations.queries import answers, municipality_names
from alliance_tracker.policy import Actor
from alliance_tracker.regions.models import Municipality

PAGE = 50


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to; an empty part does not narrow."""

    q: str = ""
    kind: OrganisationKind | None = None
    pillar: Pillar | None = None
    region_code: str = ""
    #: Part of the name of a municipality.
    municipality: str = ""
    #: Empty for all of them.
    status: OrganisationStatus | None = OrganisationStatus.ACTIVE


@dataclass(frozen=True)
class Row:
    """An organisation in the list."""

    id: int
    name: str
    kind: OrganisationKind
    status: OrganisationStatus
    is_fictitious: bool
    municipalities: tuple[str, ...]
    #: An earlier name that the search found.
    former_name: str
    #: In how many alliances that this reader may see it is a partner today.
    alliances: int


@dataclass(frozen=True)
class Listing:
    """One page of the list, with how many there are in all and per pillar."""

    rows: tuple[Row, ...]
    total: int
    page: int
    #: Per pillar and in the other filters alike, so that a reader sees what each choice would give.
    pillars: Mapping[Pillar, int] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def _located(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return Organisation.id.in_(
        sa.select(organisation_municipality.c.organisation_id)
        .join(Municipality, Municipality.id == organisation_municipality.c.municipality_id)
        .where(*conditions)
    )


def _conditions(asked: Filter) -> list[sa.ColumnElement[bool]]:
    """Everything but kind and pillar, by which the list counts."""
    found = []
    if asked.q.strip():
        found.append(answers(asked.q))
    if asked.status is not None:
        found.append(Organisation.status == asked.status)
    if asked.region_code:
        found.append(_located(Municipality.region_code == asked.region_code))
    if asked.municipality.strip():
        found.append(_located(Municipality.name_folded.like(like(asked.municipality), escape="\\")))
    return found


def listing(asked: Filter, page: int, *, actor: Actor) -> Listing:
    """The page `page` (from 1; the last one where there are fewer) of the organisations that answer to `asked`."""
    conditions = _conditions(asked)
    per_kind = sa.select(Organisation.kind, sa.func.count()).where(*conditions).group_by(Organisation.kind)
    counts = {kind: count for kind, count in db().execute(per_kind)}  # noqa: C416  # rows are not pairs to mypy
    kinds = {kind for kind in OrganisationKind if asked.kind in {None, kind} and asked.pillar in {None, kind.pillar}}
    total = sum(count for kind, count in counts.items() if kind in kinds)
    page = min(max(page, 1), max(1, -(-total // PAGE)))
    if asked.kind or asked.pillar:
        conditions.append(Organisation.kind.in_(kinds))
    found = (
        db()
        .execute(
            sa.select(
                Organisation.id,
                Organisation.name,
                Organisation.kind,
                Organisation.status,
                Organisation.is_fictitious,
            )
            .where(*conditions)
            .order_by(Organisation.name_folded, Organisation.id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        )
        .all()
    )
    ids = [row.id for row in found]
    places, alliances, former = municipality_names(ids), alliance_counts(ids, actor), _former_names(ids, asked.q)
    rows = tuple(
        Row(*row, tuple(places.get(row.id, ())), former.get(row.id, ""), alliances.get(row.id, 0)) for row in found
    )
    pillars = {p: sum(count for kind, count in counts.items() if kind.pillar is p) for p in Pillar}
    return Listing(rows, total, page, pillars)


def _former_names(ids: Collection[int], q: str) -> dict[int, str]:
    """The earlier name by which the search found an organisation, where its present name does not hold the words."""
    words = folded(q).split()[:6]
    if not words:
        return {}
    rows = db().execute(
        sa.select(OrganisationName.organisation_id, OrganisationName.name)
        .join(Organisation, Organisation.id == OrganisationName.organisation_id)
        .where(
            OrganisationName.organisation_id.in_(ids),
            OrganisationName.until.is_not(None),
            *(OrganisationName.name_folded.like(like(word), escape="\\") for word in words),
            sa.not_(sa.and_(*(Organisation.name_folded.like(like(word), escape="\\") for word in words))),
        )
        .order_by(OrganisationName.since)
    )
    return {number: name for number, name in rows}  # noqa: C416  # rows are not pairs to mypy
