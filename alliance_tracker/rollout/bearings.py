"""The milestones on which a log entry can bear."""

from typing import Any

import sqlalchemy as sa

from alliance_tracker.activities.bearings import Bearing
from alliance_tracker.database import db
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.rollout.models import Level, Milestone
from alliance_tracker.rollout.queries import PhasesView

MILESTONE = Message("Milestone")


def of_alliance(_alliance_id: int) -> list[tuple[Any, list[Bearing]]]:
    """The milestones at the level of an alliance, the same for every one."""
    rows = db().execute(
        sa.select(Milestone.key, Milestone.name_nl, Milestone.name_en)
        .where(Milestone.level == Level.ALLIANCE)
        .order_by(Milestone.phase, Milestone.position)
    )
    return [(MILESTONE, [Bearing("milestone", key, InTwoLanguages(nl, en)) for key, nl, en in rows])]


def of_phases(view: PhasesView) -> list[tuple[Any, list[Bearing]]]:
    """The same, for a page that has read the phases of an alliance already."""
    own = [state for phase in view.phases for state in phase.milestones if state.place.alliance_id is not None]
    return [(MILESTONE, [Bearing("milestone", state.key, state.name) for state in own])]
