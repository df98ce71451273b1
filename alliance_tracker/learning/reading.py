"""One signal in full: its voices in their own words, the thread of VLAIO's answers, and from where it was raised."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for

from alliance_tracker import audit, policy
from alliance_tracker.activities import bearings
from alliance_tracker.activities.models import LogEntry
from alliance_tracker.activities.queries import PAGE as LOG_PAGE
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.database import db
from alliance_tracker.i18n import Message
from alliance_tracker.learning.lifecycle import SIGNAL
from alliance_tracker.learning.models import Signal, SignalSource, SignalStatus, SignalSupport
from alliance_tracker.pilots.models import Pilot
from alliance_tracker.policy import Actor
from alliance_tracker.regions.models import Region
from alliance_tracker.workflow import StatusEvent

#: The page of a pilot, where there is one.
PILOT_PAGE = "pilots.show"
#: So many alliances a person can choose from; more than anybody speaks for.
SPOKEN_FOR = 100


@dataclass(frozen=True)
class Voice:
    """An alliance that meets the same: with “with us too”, or with a signal of its own that was merged into this."""

    alliance: str
    slug: str | None
    region: str
    words: str
    on: date
    #: Only for whoever may see that alliance.
    person: str
    merged_id: int | None = None
    merged_title: str = ""


@dataclass(frozen=True)
class Answer:
    """One answer of VLAIO: what it did with the signal, and what it said."""

    label: Message
    status: SignalStatus
    on: date
    reason: str


def voices_of(actor: Actor, signal_id: int) -> list[Voice]:
    """The voices besides the one that raised it, the oldest first; three statements."""
    may_see = sa.case((policy.visible_alliances(actor, Alliance), Alliance.slug), else_=None)
    told = (Alliance.name, may_see, Region.name)
    family = sa.or_(Signal.id == signal_id, Signal.merged_into_id == signal_id)
    supported = (
        sa.select(*told, SignalSupport.words, SignalSupport.supported_on, SignalSupport.supported_by_id)
        .join(SignalSupport, SignalSupport.alliance_id == Alliance.id)
        .join(Signal, Signal.id == SignalSupport.signal_id)
        .join(Region, Region.code == Alliance.region_code)
        .where(family)
    )
    merged = (
        sa.select(*told, Signal.text, Signal.sent_on, Signal.raised_by_id, Signal.id, Signal.title)
        .join(Signal, Signal.alliance_id == Alliance.id)
        .join(Region, Region.code == Alliance.region_code)
        .where(Signal.merged_into_id == signal_id)
    )
    rows = [*db().execute(supported), *db().execute(merged)]
    names = audit.names_of({row[5] for row in rows})
    voices = [
        Voice(name, slug, region, words, on, names.get(person, "") if slug else "", *more)
        for name, slug, region, words, on, person, *more in rows
    ]
    return sorted(voices, key=lambda voice: voice.on)


def author_of(signal: Signal) -> str:
    """The name of the person who raised it, as it is today."""
    return audit.names_of({signal.raised_by_id}).get(signal.raised_by_id, "")


def answers_of(*signal_ids: int) -> list[Answer]:
    """The thread of VLAIO's answers to a signal, and to the one it goes on with, the oldest first."""
    events = db().execute(
        sa.select(StatusEvent.name, StatusEvent.target, StatusEvent.on, StatusEvent.reason)
        .where(
            StatusEvent.lifecycle == SIGNAL.name, StatusEvent.subject_id.in_(signal_ids), StatusEvent.name != "start"
        )
        .order_by(StatusEvent.on, StatusEvent.id)
    )
    return [
        Answer(SIGNAL.transitions[name].label, SignalStatus(target), on, reason) for name, target, on, reason in events
    ]


@dataclass(frozen=True)
class Origin:
    """From where a signal was raised, in words, with its page."""

    words: Any
    address: str | None = None
    excerpt: str = ""


def origin_of(alliance: Alliance, source: SignalSource, key: str) -> Origin | None:
    """The log entry, criterion or pilot of this alliance with this key, if it is there."""
    finder = {
        SignalSource.ALLIANCE: _alliance,
        SignalSource.LOG_ENTRY: _log_entry,
        SignalSource.CRITERION: _criterion,
        SignalSource.PILOT: _pilot,
    }[source]
    return finder(alliance, key)


def _alliance(alliance: Alliance, _key: str) -> Origin:
    return Origin(Message("the page of the alliance"), url_for("alliances.show", slug=alliance.slug))


def _log_entry(alliance: Alliance, key: str) -> Origin | None:
    entry = db().get(LogEntry, int(key)) if key.isdecimal() and len(key) < 10 else None
    if entry is None or entry.alliance_id != alliance.id:
        return None
    newer = sa.select(sa.func.count()).where(
        LogEntry.alliance_id == alliance.id,
        sa.or_(LogEntry.on > entry.on, sa.and_(LogEntry.on == entry.on, LogEntry.id > entry.id)),
    )
    number = (db().scalar(newer) or 0) // LOG_PAGE + 1
    address = url_for(
        "activities.log", slug=alliance.slug, page=number if number > 1 else None, _anchor=f"entry-{entry.id}"
    )
    words = Message("the log entry of %(on)s (%(kind)s)", on=entry.on, kind=entry.kind.label)
    return Origin(words, address, "" if entry.withdrawn_at else entry.text)


def _criterion(alliance: Alliance, key: str) -> Origin | None:
    known = (b for _, group in bearings.of(alliance.id) for b in group if (b.kind, b.key) == ("criterion", key))
    found = next(known, None)
    if found is None:
        return None
    words = Message("the criterion “%(name)s”", name=found.words)
    return Origin(words, url_for("steps.criterion", slug=alliance.slug, key=key))


def _pilot(alliance: Alliance, key: str) -> Origin | None:
    pilot = db().get(Pilot, int(key)) if key.isdecimal() and len(key) < 10 else None
    if pilot is None or pilot.alliance_id != alliance.id:
        return None
    has_page = PILOT_PAGE in current_app.view_functions
    address = url_for(PILOT_PAGE, slug=alliance.slug, pilot_id=pilot.id) if has_page else None
    return Origin(Message("the pilot “%(name)s”", name=pilot.name), address)


def spoken_for(actor: Actor) -> list[Alliance]:
    """The alliances for which this person may speak, by name, without those that ended."""
    if not (actor.coordinated_alliances or actor.partner_alliances or actor.reported_regions):
        return []
    found = db().scalars(
        sa.select(Alliance)
        .where(policy.alliances_spoken_for(actor, Alliance), Alliance.status != AllianceStatus.ENDED)
        .order_by(Alliance.name_folded, Alliance.id)
        .limit(SPOKEN_FOR)
    )
    return list(found)
