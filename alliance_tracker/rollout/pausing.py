"""Taking up work again after a pause: what was due moves along, where that was agreed when the pause began."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, DueDatesWhilePaused, Pause
from alliance_tracker.commitments import instalments
from alliance_tracker.database import db
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import Counted, Message, in_words
from alliance_tracker.policy import Actor
from alliance_tracker.rollout import milestones


def running_pause(alliance: Alliance) -> Pause:
    """:raise Refused: the alliance is not paused."""
    row = db().scalar(sa.select(Pause).where(Pause.alliance_id == alliance.id, Pause.until.is_(None)))
    if row is None:
        raise Refused(Message("This alliance is not paused."))
    return row


@dataclass(frozen=True)
class Moved:
    """How many dates moved by the length of a pause: expected ones of milestones, and due dates of commitments."""

    milestones: int = 0
    instalments: int = 0

    def in_words(self) -> Message:
        """What the person who resumed the alliance is told."""
        told = []
        if self.milestones:
            told.append(
                Counted("%(n)s expected date of a milestone", "%(n)s expected dates of milestones", n=self.milestones)
            )
        if self.instalments:
            told.append(Counted("%(n)s due date of a commitment", "%(n)s due dates of commitments", n=self.instalments))
        if not told:
            return Message("The alliance is active again.")
        return Message("The alliance is active again. Moved by the length of the pause: %(what)s.", what=in_words(told))


def resume(alliance: Alliance, *, on: date, actor: Actor) -> Moved:
    """End the pause from `on`. Returns how many dates moved by its length.

    :raise Refused: the alliance is not paused.
    :raise FieldRefused: `on` lies before the pause began.
    """
    running_pause(alliance)
    pause = alliances.resume(alliance, on=on, actor=actor)
    if pause.due_dates is not DueDatesWhilePaused.SHIFT:
        return Moved()
    days = (on - pause.since).days
    because = str(Message("The alliance was paused from %(since)s until %(until)s.", since=pause.since, until=on))
    return Moved(
        milestones.shift_expected(alliance, days, actor=actor),
        instalments.shift_open(alliance, days, since=pause.since, reason=because, actor=actor),
    )
