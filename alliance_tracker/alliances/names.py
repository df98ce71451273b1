"""What partners and organisations are called, by the ids that the history keeps."""

from collections.abc import Set as AbstractSet
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import db
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.web import history_names
from alliance_tracker.web.history_names import Ref


def partners(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Partners by the names of their organisations today."""
    rows = db().execute(
        sa.select(Partner.id, Organisation.name)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.id.in_({key for _, key in refs}))
    )
    names = {number: name for number, name in rows}  # noqa: C416  # rows are not pairs to mypy
    return {ref: names[ref[1]] for ref in refs if ref[1] in names}


def organisations(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Organisations by their names of today."""
    rows = db().execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_({key for _, key in refs}))
    )
    names = {number: name for number, name in rows}  # noqa: C416  # rows are not pairs to mypy
    return {ref: names[ref[1]] for ref in refs if ref[1] in names}


def register() -> None:
    """Let the history ask here."""
    history_names.register("organisation_id", "organisation", organisations)
    history_names.register("partner_id", "partner", partners)
    history_names.register("owner_partner_id", "owner", partners)
