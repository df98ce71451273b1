"""Reading the pilots of an alliance: as a list, as facts for the stappenplan, and by the goal that they serve."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances.models import PartnerPillar
from alliance_tracker.database import db
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.people import told
from alliance_tracker.pilots.models import (
    Pilot,
    PilotDecision,
    PilotEvaluation,
    PilotPartner,
    PilotReach,
    PilotReachCell,
    PilotStatus,
)

#: A category of a breakdown that tells nothing.
NOT_KNOWN = "unknown"


@dataclass(frozen=True)
class Facts:
    """What the checks of the stappenplan ask of a pilot."""

    id: int
    name: str
    status: PilotStatus
    #: The day on which it really started; None while it never did.
    started_on: date | None
    #: The day on which it was finished; None while it runs (again).
    finished_on: date | None
    #: The pillars that its partners fill, or filled while it ran.
    pillars: frozenset[Pillar]
    #: What the newest evaluation decides.
    decision: PilotDecision | None
    has_reach: bool
    #: Some of its reach is divided by gender or target group, and not only as "not known".
    has_breakdown: bool


@dataclass(frozen=True)
class Line:
    """One pilot in a list."""

    id: int
    name: str
    status: PilotStatus
    starts_on: date
    ends_on: date | None
    started_on: date | None
    finished_on: date | None
    place: str
    goal_id: int | None
    pillars: tuple[Pillar, ...]
    decision: PilotDecision | None
    #: Participations over all years as this reader may know them; None where nothing was recorded.
    reach: int | None


def facts_of(alliance_id: int) -> list[Facts]:
    """The pilots of an alliance with what the stappenplan asks of them, in a constant number of statements."""
    pilots = _pilots(alliance_id)
    pillars, decisions = _pillars(pilots), _decisions(alliance_id)
    reached = set(
        db().scalars(_current_reach(alliance_id).with_only_columns(PilotReach.pilot_id)),
    )
    divided = set(
        db().scalars(
            _current_reach(alliance_id)
            .join(PilotReachCell, PilotReachCell.pilot_reach_id == PilotReach.id)
            .where(PilotReachCell.category != NOT_KNOWN)
            .with_only_columns(PilotReach.pilot_id)
        )
    )
    return [
        Facts(
            id=row.id,
            name=row.name,
            status=row.status,
            started_on=row.started_on,
            finished_on=row.finished_on,
            pillars=pillars[row.id],
            decision=decisions.get(row.id),
            has_reach=row.id in reached,
            has_breakdown=row.id in divided,
        )
        for row in pilots
    ]


def lines_of(alliance_id: int, *, exactly: bool) -> list[Line]:
    """The pilots of an alliance, the newest first; counts of people rounded unless `exactly`."""
    pilots = _pilots(alliance_id)
    pillars, decisions = _pillars(pilots), _decisions(alliance_id)
    reach: dict[int, int] = {}
    for pilot_id, participants in db().execute(
        _current_reach(alliance_id).with_only_columns(PilotReach.pilot_id, PilotReach.participants)
    ):
        # Each year is rounded, and the sum is taken of what is told: no total gives away what a year hides.
        reach[pilot_id] = reach.get(pilot_id, 0) + told(participants, exactly=exactly)
    return [
        Line(
            id=row.id,
            name=row.name,
            status=row.status,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            started_on=row.started_on,
            finished_on=row.finished_on,
            place=row.place,
            goal_id=row.goal_id,
            pillars=tuple(pillar for pillar in Pillar if pillar in pillars[row.id]),
            decision=decisions.get(row.id),
            reach=reach.get(row.id),
        )
        for row in pilots
    ]


def of_goals(alliance_id: int, *, exactly: bool) -> dict[int, list[Line]]:
    """The pilots of an alliance by the goal that they serve, the newest first."""
    found: dict[int, list[Line]] = defaultdict(list)
    for line in lines_of(alliance_id, exactly=exactly):
        if line.goal_id is not None:
            found[line.goal_id].append(line)
    return dict(found)


def _pilots(alliance_id: int) -> list[sa.Row[tuple[object, ...]]]:
    columns = (
        Pilot.id,
        Pilot.name,
        Pilot.status,
        Pilot.starts_on,
        Pilot.ends_on,
        Pilot.started_on,
        Pilot.finished_on,
        Pilot.place,
        Pilot.goal_id,
    )
    newest = sa.func.coalesce(Pilot.started_on, Pilot.starts_on).desc()
    statement = sa.select(*columns).where(Pilot.alliance_id == alliance_id).order_by(newest, Pilot.id.desc())
    return list(db().execute(statement))


def _pillars(pilots: Iterable[sa.Row[tuple[object, ...]]]) -> dict[int, frozenset[Pillar]]:
    """The pillars of each pilot's partners: those of today, and those that ended after it started."""
    started = {row.id: row.started_on for row in pilots}
    rows = db().execute(
        sa.select(PilotPartner.pilot_id, PartnerPillar.pillar, PartnerPillar.until)
        .join(PartnerPillar, PartnerPillar.partner_id == PilotPartner.partner_id)
        .where(PilotPartner.pilot_id.in_(started), PilotPartner.is_withdrawn.is_(False))
    )
    found: dict[int, set[Pillar]] = {pilot_id: set() for pilot_id in started}
    for pilot_id, pillar, until in rows:
        began = started[pilot_id]
        if until is None or (began is not None and until >= began):
            found[pilot_id].add(pillar)
    return {pilot_id: frozenset(pillars) for pilot_id, pillars in found.items()}


def _decisions(alliance_id: int) -> dict[int, PilotDecision]:
    """The decision of the newest evaluation of each pilot."""
    rows = db().execute(
        sa.select(PilotEvaluation.pilot_id, PilotEvaluation.decision)
        .where(PilotEvaluation.alliance_id == alliance_id)
        .order_by(PilotEvaluation.id)
    )
    return {row.pilot_id: row.decision for row in rows}


def _current_reach(alliance_id: int) -> sa.Select[PilotReach]:
    return sa.select(PilotReach).where(PilotReach.alliance_id == alliance_id, PilotReach.superseded_at.is_(None))
