"""What happened to a milestone: each change of its state with who and why, and what was logged about it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from alliance_tracker.activities.models import LogEntry
from alliance_tracker.audit import names_of
from alliance_tracker.database import db
from alliance_tracker.i18n import Message
from alliance_tracker.rollout.lifecycle import MILESTONE
from alliance_tracker.rollout.models import MilestoneStatus
from alliance_tracker.rollout.states import MilestoneState
from alliance_tracker.workflow import events_of

#: Log entries that are shown; the log itself has all.
NEWEST = 10


@dataclass(frozen=True)
class Turn:
    """One change of state: to what, counted from which day, recorded when and by whom."""

    status: MilestoneStatus
    on: date
    at: datetime
    who: str
    reason: str


@dataclass(frozen=True)
class Logged:
    """A log entry that bears on the milestone."""

    on: date
    kind: Message
    text: str


def turns_of(state: MilestoneState) -> list[Turn]:
    """Newest first; the first record, which changes nothing, is left out."""
    if state.record_id is None:
        return []
    events = [event for event in events_of(MILESTONE.name, state.record_id) if event.source]
    names = names_of({event.actor_id for event in events})
    return [
        Turn(
            status=MilestoneStatus(event.target),
            on=event.on,
            at=event.at,
            who=names.get(event.actor_id or 0, ""),
            reason=event.reason,
        )
        for event in reversed(events)
    ]


def logged_about(state: MilestoneState) -> list[Logged]:
    """The newest log entries of the alliance about this milestone; those that were withdrawn are left out."""
    if state.place.alliance_id is None:
        return []
    rows = db().scalars(
        sa.select(LogEntry)
        .where(
            LogEntry.alliance_id == state.place.alliance_id,
            LogEntry.milestone_key == state.key,
            LogEntry.withdrawn_at.is_(None),
        )
        .order_by(LogEntry.on.desc(), LogEntry.id.desc())
        .limit(NEWEST)
    )
    return [Logged(row.on, row.kind.label, row.text) for row in rows]
