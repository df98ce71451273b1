"""The facts that the checks of the stappenplan look at, gathered in a constant number of statements."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa

from alliance_tracker.accounts.models import RoleGrant, User
from alliance_tracker.activities.models import LogEntry, LogKind, Presence
from alliance_tracker.alliances.models import (
    Alliance,
    Partner,
    PartnerPillar,
    PartnerRole,
    PartnerRoleKind,
    WorkingArea,
)
from alliance_tracker.database import db
from alliance_tracker.organisations.models import (
    Organisation,
    OrganisationStatus,
    Pillar,
    organisation_municipality,
)
from alliance_tracker.policy import Role
from alliance_tracker.stappenplan.work_facts import (
    AnchorFact,
    GoalFact,
    PilotFact,
    SentSignal,
    anchors_of,
    goals_of,
    pilots_of,
    signals_of,
)

#: How far back meetings are read: more than the twelve months that any check looks at.
MEETING_DAYS = 400


@dataclass(frozen=True)
class PartnerFact:
    """One partner, of today or of before."""

    name: str
    is_current: bool
    is_core: bool
    joined_on: date
    responsibility: str
    gain: str
    pillars: frozenset[Pillar]
    roles: frozenset[PartnerRoleKind]


@dataclass(frozen=True)
class MeetingFact:
    """One meeting in the log, with the pillars of the partners present."""

    on: date
    pillars: frozenset[Pillar]


@dataclass(frozen=True)
class CheckFacts:
    """What is known of one alliance on the day `today`; `year` is the calendar year that the yearly step looks at."""

    today: date
    year: int
    value_proposition: str = ""
    partners: tuple[PartnerFact, ...] = ()
    #: People with the coordinator role for this alliance whose account is open.
    coordinators: int = 0
    #: Organisations that work in the alliance's municipalities, by the pillar of their kind.
    organisations: Mapping[Pillar, int] = field(default_factory=dict)
    meetings: tuple[MeetingFact, ...] = ()
    #: Its goals, but for those given up.
    goals: tuple[GoalFact, ...] = ()
    pilots: tuple[PilotFact, ...] = ()
    signals: tuple[SentSignal, ...] = ()
    #: Convenants and other agreements, of today, of before and to come.
    anchors: tuple[AnchorFact, ...] = ()

    @property
    def current(self) -> tuple[PartnerFact, ...]:
        return tuple(partner for partner in self.partners if partner.is_current)

    @property
    def core(self) -> tuple[PartnerFact, ...]:
        return tuple(partner for partner in self.current if partner.is_core)


def gather(alliance_id: int, *, today: date, year: int) -> CheckFacts:
    """The facts of this alliance, in a constant number of statements."""
    words = db().scalar(sa.select(Alliance.value_proposition).where(Alliance.id == alliance_id))
    return CheckFacts(
        today=today,
        year=year,
        value_proposition=words or "",
        partners=_partners(alliance_id),
        coordinators=_coordinators(alliance_id),
        organisations=_organisations(alliance_id),
        meetings=_meetings(alliance_id, today),
        goals=goals_of(alliance_id),
        pilots=pilots_of(alliance_id),
        signals=signals_of(alliance_id),
        anchors=anchors_of(alliance_id),
    )


def _partners(alliance_id: int) -> tuple[PartnerFact, ...]:
    pillars: dict[int, set[Pillar]] = defaultdict(set)
    roles: dict[int, set[PartnerRoleKind]] = defaultdict(set)
    filled = sa.select(PartnerPillar.partner_id, PartnerPillar.pillar)
    for partner_id, pillar in db().execute(
        filled.where(PartnerPillar.alliance_id == alliance_id, PartnerPillar.until.is_(None))
    ):
        pillars[partner_id].add(pillar)
    held = sa.select(PartnerRole.partner_id, PartnerRole.role)
    for partner_id, role in db().execute(
        held.where(PartnerRole.alliance_id == alliance_id, PartnerRole.until.is_(None))
    ):
        roles[partner_id].add(role)
    rows = db().execute(
        sa.select(
            Partner.id,
            Organisation.name,
            Partner.until,
            Partner.is_core,
            Partner.since,
            Partner.responsibility,
            Partner.gain,
        )
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.alliance_id == alliance_id)
        .order_by(Organisation.name_folded, Partner.id)
    )
    return tuple(
        PartnerFact(
            row.name,
            row.until is None,
            row.is_core,
            row.since,
            row.responsibility.strip(),
            row.gain.strip(),
            frozenset(pillars[row.id]),
            frozenset(roles[row.id]),
        )
        for row in rows
    )


def _coordinators(alliance_id: int) -> int:
    statement = (
        sa.select(sa.func.count(sa.distinct(User.id)))
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role == Role.COORDINATOR,
            RoleGrant.alliance_id == alliance_id,
            RoleGrant.ended_at.is_(None),
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
        )
    )
    return db().scalar(statement) or 0


def _organisations(alliance_id: int) -> dict[Pillar, int]:
    area = sa.select(WorkingArea.municipality_id).where(
        WorkingArea.alliance_id == alliance_id, WorkingArea.until.is_(None)
    )
    working_there = sa.select(organisation_municipality.c.organisation_id).where(
        organisation_municipality.c.municipality_id.in_(area)
    )
    rows = db().execute(
        sa.select(Organisation.kind, sa.func.count())
        .where(Organisation.id.in_(working_there), Organisation.status == OrganisationStatus.ACTIVE)
        .group_by(Organisation.kind)
    )
    found: dict[Pillar, int] = {}
    for kind, count in rows:
        found[kind.pillar] = found.get(kind.pillar, 0) + count
    return found


def _meetings(alliance_id: int, today: date) -> tuple[MeetingFact, ...]:
    # A pillar that the partner had given up before the meeting was not there; one that it filled later counts for it.
    rows = db().execute(
        sa.select(LogEntry.id, LogEntry.on, PartnerPillar.pillar)
        .join(Presence, sa.and_(Presence.log_entry_id == LogEntry.id, Presence.is_withdrawn.is_(False)))
        .join(PartnerPillar, PartnerPillar.partner_id == Presence.partner_id)
        .where(
            LogEntry.alliance_id == alliance_id,
            LogEntry.kind == LogKind.MEETING,
            LogEntry.withdrawn_at.is_(None),
            LogEntry.on.between(today - timedelta(days=MEETING_DAYS), today),
            sa.or_(PartnerPillar.until.is_(None), PartnerPillar.until >= LogEntry.on),
        )
        .order_by(LogEntry.on, LogEntry.id)
    )
    days: dict[int, date] = {}
    present: dict[int, set[Pillar]] = defaultdict(set)
    for entry_id, on, pillar in rows:
        days[entry_id] = on
        present[entry_id].add(pillar)
    return tuple(MeetingFact(on, frozenset(present[entry_id])) for entry_id, on in days.items())
