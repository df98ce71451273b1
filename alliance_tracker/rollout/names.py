"""What milestones and the places that reach them are called, by the keys that the history keeps."""

from collections.abc import Set as AbstractSet
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.regions.models import Municipality, Region
from alliance_tracker.rollout.models import Milestone
from alliance_tracker.web import history_names
from alliance_tracker.web.history_names import Ref


def milestones(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Milestones by their names."""
    words = {
        key: InTwoLanguages(nl, en)
        for key, nl, en in db().execute(
            sa.select(Milestone.key, Milestone.name_nl, Milestone.name_en).where(
                Milestone.key.in_({key for _, key in refs})
            )
        )
    }
    return {ref: words[ref[1]] for ref in refs if ref[1] in words}


def places(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Flanders, regions, centre cities and alliances by their names today."""
    scopes = {str(scope) for _, scope in refs}
    rows = db().execute(
        sa.union_all(
            sa.select(Region.code, Region.name).where(Region.code.in_(scopes)),
            sa.select(Municipality.nis_code, Municipality.name).where(
                Municipality.nis_code.in_(scopes), Municipality.valid_until.is_(None)
            ),
            sa.select(sa.cast(Alliance.id, sa.String), Alliance.name).where(
                Alliance.id.in_({alliance_id for alliance_id, scope in refs if str(alliance_id) == scope})
            ),
        )
    )
    names = {scope: name for scope, name in rows}  # noqa: C416  # rows are not pairs to mypy
    words: dict[Any, Any] = {"": Message("Flanders"), **names}
    return {ref: words[ref[1]] for ref in refs if ref[1] in words}


def register() -> None:
    """Let the history ask here."""
    history_names.register("milestone_key", "milestone", milestones)
    history_names.register("scope", "place", places)
