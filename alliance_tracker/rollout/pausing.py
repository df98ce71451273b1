"""Taking up work again after a pause: what was due moves along, where that was agreed when the pause began."""

from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, DueDatesWhilePaused, Pause
from alliance_tracker.database import db
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor
from alliance_tracker.rollout import milestones


def running_pause(alliance: Alliance) -> Pause:
    """:raise Refused: the alliance is not paused."""
    row = db().scalar(sa.select(Pause).where(Pause.alliance_id == alliance.id, Pause.until.is_(None)))
    if row is None:
        raise Refused(Message("This alliance is not paused."))
    return row


def resume(alliance: Alliance, *, on: date, actor: Actor) -> int:
    """End the pause from `on`. Returns how many expected dates moved by its length.

    :raise Refused: the alliance is not paused.
    :raise FieldRefused: `on` lies before the pause began.
    """
    running_pause(alliance)
    pause = alliances.resume(alliance, on=on, actor=actor)
    if pause.due_dates is not DueDatesWhilePaused.SHIFT:
        return 0
    return milestones.shift_expected(alliance, (on - pause.since).days, actor=actor)
