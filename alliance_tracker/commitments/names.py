"""What commitments are called, by the ids that the history keeps."""

from collections.abc import Set as AbstractSet
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from alliance_tracker.commitments.models import Commitment, Unit
from alliance_tracker.database import db
from alliance_tracker.web import history_names
from alliance_tracker.web.history_names import Ref


def commitments(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Commitments by their number in the convenant."""
    rows = db().execute(sa.select(Commitment.id, Commitment.number).where(Commitment.id.in_({key for _, key in refs})))
    names = {number: f"V{position}" for number, position in rows}
    return {ref: names[ref[1]] for ref in refs if ref[1] in names}


def quantity(value: Any) -> Any:
    """A quantity as a number, so that it is written in the reader's convention."""
    try:
        return Decimal(value).normalize() + 0
    except (InvalidOperation, TypeError):
        return value


def register() -> None:
    """Let the history ask here."""
    history_names.register("commitment_id", "commitment", commitments)
    history_names.name_values("delivery", "quantity", quantity)
    history_names.name_values("instalment", "quantity", quantity)
    history_names.name_values("delivery", "unit", lambda value: Unit(value).label)
