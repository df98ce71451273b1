"""The scopes of roles: the alliances, regions and organisations for which a role is given, by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from alliance_tracker.accounts.models import RoleGrant
from alliance_tracker.database import db


@dataclass(frozen=True)
class ScopeChoices:
    """Pairs of key and name from which a role's scope is chosen."""

    alliances: list[tuple[int, str]]
    regions: list[tuple[str, str]]
    organisations: list[tuple[int, str]]


_alliance = sa.table("alliance", sa.column("id"), sa.column("name"))
_region = sa.table("region", sa.column("code"), sa.column("name"))
_organisation = sa.table("organisation", sa.column("id"), sa.column("name"), sa.column("status"))


def choices() -> ScopeChoices:
    """What a role can be given for."""
    alliances = db().execute(sa.select(_alliance.c.id, _alliance.c.name).order_by(_alliance.c.name))
    regions = db().execute(sa.select(_region.c.code, _region.c.name).order_by(_region.c.name))
    organisations = db().execute(
        sa.select(_organisation.c.id, _organisation.c.name)
        .where(_organisation.c.status == "active")
        .order_by(_organisation.c.name)
    )
    return ScopeChoices(
        [tuple(row) for row in alliances],
        [tuple(row) for row in regions],
        [tuple(row) for row in organisations],
    )


def names_of(grants: Sequence[RoleGrant]) -> dict[int, str]:
    """The name of each role's scope, by the role's id; empty for a role over everything."""
    alliances = _names(_alliance.c.id, _alliance.c.name, {g.alliance_id for g in grants})
    regions = _names(_region.c.code, _region.c.name, {g.region_code for g in grants})
    organisations = _names(_organisation.c.id, _organisation.c.name, {g.organisation_id for g in grants})
    return {
        g.id: alliances.get(g.alliance_id) or regions.get(g.region_code) or organisations.get(g.organisation_id) or ""
        for g in grants
    }


def _names(key: Any, name: Any, wanted: set[Any]) -> dict[Any, str]:
    wanted = wanted - {None}
    if not wanted:
        return {}
    return {found: text for found, text in db().execute(sa.select(key, name).where(key.in_(wanted)))}  # noqa: C416
