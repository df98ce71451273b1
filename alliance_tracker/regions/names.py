"""What municipalities and regions are called, by the keys that the history keeps."""

from collections.abc import Set as AbstractSet
from typing import Any

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.regions.models import Municipality, Region
from alliance_tracker.web import history_names
from alliance_tracker.web.history_names import Ref


def municipalities(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Municipalities by their names, those that merged away among them."""
    rows = db().execute(sa.select(Municipality.id, Municipality.name).where(Municipality.id.in_({k for _, k in refs})))
    names = {number: name for number, name in rows}  # noqa: C416  # rows are not pairs to mypy
    return {ref: names[ref[1]] for ref in refs if ref[1] in names}


def regions(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Regions by their names."""
    rows = db().execute(sa.select(Region.code, Region.name).where(Region.code.in_({key for _, key in refs})))
    names = {code: name for code, name in rows}  # noqa: C416  # rows are not pairs to mypy
    return {ref: names[ref[1]] for ref in refs if ref[1] in names}


def register() -> None:
    """Let the history ask here."""
    history_names.register("municipality_id", "municipality", municipalities)
    history_names.register("region_code", "region", regions)
