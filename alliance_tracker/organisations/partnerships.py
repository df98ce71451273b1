"""Where an organisation takes part, as far as the reader may see; partnerships themselves are a layer up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker import policy
from alliance_tracker.database import db
from alliance_tracker.policy import Actor

#: Only these columns of the alliances and their partners are needed here.
_alliance = sa.table(
    "alliance",
    sa.column("id", sa.Integer),
    sa.column("slug", sa.String),
    sa.column("name", sa.String),
    sa.column("region_code", sa.String),
    sa.column("proposed_by_id", sa.Integer),
)
_partner = sa.table(
    "partner",
    sa.column("id", sa.Integer),
    sa.column("alliance_id", sa.Integer),
    sa.column("organisation_id", sa.Integer),
    sa.column("is_core", sa.Boolean),
    sa.column("since", sa.Date),
    sa.column("until", sa.Date),
)


@dataclass(frozen=True)
class Partnership:
    """An alliance in which an organisation is or was a partner."""

    slug: str
    alliance: str
    is_core: bool
    since: date
    until: date | None


def partnerships(organisation_id: int, *, actor: Actor) -> list[Partnership]:
    """The partnerships that this reader may see, those of today first."""
    rows = db().execute(
        sa.select(
            _alliance.c.slug,
            _alliance.c.name,
            _partner.c.is_core,
            _partner.c.since,
            _partner.c.until,
        )
        .join(_alliance, _alliance.c.id == _partner.c.alliance_id)
        .where(_partner.c.organisation_id == organisation_id, policy.visible_alliances(actor, _alliance.c))
        .order_by(_partner.c.until.is_not(None), _partner.c.since.desc(), _partner.c.id)
    )
    return [Partnership(*row) for row in rows]


def alliance_counts(ids: Collection[int], actor: Actor) -> dict[int, int]:
    """In how many of the visible alliances each of these organisations is a partner today."""
    rows = db().execute(
        sa.select(_partner.c.organisation_id, sa.func.count())
        .join(_alliance, _alliance.c.id == _partner.c.alliance_id)
        .where(
            _partner.c.organisation_id.in_(ids),
            _partner.c.until.is_(None),
            policy.visible_alliances(actor, _alliance.c),
        )
        .group_by(_partner.c.organisation_id)
    )
    return {number: count for number, count in rows}  # noqa: C416  # rows are not pairs to mypy
