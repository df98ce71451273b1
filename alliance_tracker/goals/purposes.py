"""The goals that a pilot of an alliance can serve."""

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.goals.lifecycle import GOAL
from alliance_tracker.goals.models import Goal
from alliance_tracker.pilots.purposes import Purpose


def of_alliance(alliance_id: int) -> list[Purpose]:
    """The goals of this alliance, those that are no longer worked on as well."""
    rows = db().execute(
        sa.select(Goal.id, Goal.title, Goal.status)
        .where(Goal.alliance_id == alliance_id)
        .order_by(Goal.position, Goal.id)
    )
    return [Purpose(row.id, row.title, row.status is GOAL.initial) for row in rows]
