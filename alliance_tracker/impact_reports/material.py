"""What the sections are written from: the records of one alliance over one calendar year, each read once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.activities.models import LogEntry, Presence
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.convenants.models import Convenant, ConvenantVersion, VersionStatus
from alliance_tracker.database import db, today
from alliance_tracker.errors import NotFound
from alliance_tracker.goals.queries import GoalView, goals_of
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports.blocks import Figures
from alliance_tracker.impact_reports.models import ImpactReport
from alliance_tracker.indicators import catalogue_queries
from alliance_tracker.indicators.queries import Followed, followed_by
from alliance_tracker.stappenplan.queries import PlanView, plan_of


@dataclass(frozen=True)
class Gap:
    """What a section lacks, with the page where it is logged; one that blocks must be mended before submission."""

    sentence: Message
    address: str
    blocks: bool = False


@dataclass(frozen=True)
class Written:
    """A section as it writes itself today."""

    figures: Figures
    gaps: tuple[Gap, ...] = ()


@dataclass
class Material:
    """One alliance and one year; whatever is read is kept for the next section that asks."""

    report: ImpactReport
    alliance: Alliance
    #: The day on which it is written.
    day: date = field(default_factory=today)

    @property
    def year(self) -> int:
        return self.report.year

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31)

    @property
    def state_day(self) -> date:
        """The day of which the report tells how things stood: the last of the year, or today while it runs."""
        return min(self.last, self.day)

    @property
    def is_over(self) -> bool:
        """The whole year lies behind us; until then a figure of it may still come in."""
        return self.day > self.last

    def covers(self, on: date | None) -> bool:
        """Whether a day lies in the year."""
        return on is not None and self.first <= on <= self.last

    def address(self, *parts: object) -> str:
        """A page of this alliance."""
        return "/".join([f"/alliances/{self.alliance.slug}", *map(str, parts)])

    # Goals and figures

    @cached_property
    def goals(self) -> list[GoalView]:
        return goals_of(self.alliance.id)

    @cached_property
    def followed(self) -> list[Followed]:
        """The indicators that were followed in the year, with their breakdowns."""
        every = followed_by(self.alliance.id, with_cells=True)
        return [row for row in every if row.stopped_on is None or row.stopped_on >= self.first]

    @cached_property
    def entries(self) -> dict[int, catalogue_queries.Entry]:
        """What the year's version of the catalogue says of each shared indicator, by its definition."""
        return {
            entry.definition.id: entry
            for entry in catalogue_queries.entries_of(self.report.reporting_year.catalogue_id)
        }

    def name_of(self, row: Followed) -> object:
        """The name of an indicator in the year's version of the catalogue; of a local one its own."""
        entry = self.entries.get(row.definition.id)
        return entry.name if entry else row.definition.name

    # The network

    @cached_property
    def partners(self) -> list[Partner]:
        """Everybody who was a partner on some day of the year, by name."""
        rows = db().scalars(
            sa.select(Partner)
            .where(
                Partner.alliance_id == self.alliance.id,
                Partner.since <= self.last,
                sa.or_(Partner.until.is_(None), Partner.until >= self.first),
            )
            .options(selectinload(Partner.organisation), selectinload(Partner.pillars), selectinload(Partner.roles))
        )
        return sorted(rows, key=lambda row: (row.organisation.name_folded, row.id))

    @cached_property
    def core_partners(self) -> list[Partner]:
        """Who answers for its own part of the year, by name."""
        core = core_of(((row.organisation_id, row.since, row.until, row.is_core) for row in self.partners), self.last)
        newest = {row.organisation_id: row for row in sorted(self.partners, key=lambda row: (row.since, row.id))}
        return [row for row in self.partners if row.organisation_id in core and newest[row.organisation_id] is row]

    @cached_property
    def log(self) -> list[LogEntry]:
        """What was logged of the year and stands, oldest first."""
        rows = db().scalars(
            sa.select(LogEntry)
            .where(
                LogEntry.alliance_id == self.alliance.id,
                LogEntry.on.between(self.first, self.last),
                LogEntry.withdrawn_at.is_(None),
            )
            .order_by(LogEntry.on, LogEntry.id)
            .options(
                selectinload(LogEntry.presences.and_(Presence.is_withdrawn.is_(False)))
                .selectinload(Presence.partner)
                .selectinload(Partner.organisation)
            )
        )
        return list(rows)

    # The plan

    @cached_property
    def plan(self) -> PlanView:
        """The plan as it stands today, its yearly step for the year of the report while that is still kept."""
        try:
            return plan_of(self.alliance.id, self.year)
        except NotFound:
            return plan_of(self.alliance.id)

    # The agreements

    @cached_property
    def asked_indicators(self) -> frozenset[str]:
        """Keys of the shared indicators that the convenant in force in the year wants a figure of."""
        rows = db().execute(
            sa.select(ConvenantVersion.asked_indicators)
            .join(Convenant, Convenant.id == ConvenantVersion.convenant_id)
            .where(
                ConvenantVersion.alliance_id == self.alliance.id,
                ConvenantVersion.status.in_((VersionStatus.IN_FORCE, VersionStatus.TERMINATED)),
                ConvenantVersion.starts_on <= self.last,
                ConvenantVersion.ends_on >= self.first,
                sa.or_(Convenant.terminated_on.is_(None), Convenant.terminated_on >= self.first),
            )
        )
        return frozenset(key for (keys,) in rows for key in keys)

    @cached_property
    def has_convenant(self) -> bool:
        """A convenant was in force on some day of the year."""
        found = db().scalar(
            sa.select(Convenant.id)
            .where(
                Convenant.alliance_id == self.alliance.id,
                Convenant.in_force_on <= self.last,
                sa.func.coalesce(Convenant.terminated_on, Convenant.ends_on) >= self.first,
            )
            .limit(1)
        )
        return found is not None


def core_of(rows: Iterable[tuple[int, date, date | None, bool]], last: date) -> set[int]:
    """The organisations that are core partners of the year that ends on `last`, of (organisation, since, until, core).

    Core is who is so on the last day of the year, or on the day on which it left during the year. Of a year that
    still runs, who is so by now. One rule for the report, the warnings and who can sign.
    """
    found: dict[int, tuple[date, bool]] = {}
    for organisation_id, since, until, is_core in rows:
        if since > last or (until is not None and until.year < last.year):
            continue
        if organisation_id not in found or found[organisation_id][0] <= since:
            found[organisation_id] = (since, is_core)
    return {organisation_id for organisation_id, (_, is_core) in found.items() if is_core}


def newest(days: Iterable[date | None]) -> date | None:
    """The newest of some days; None of none."""
    return max((day for day in days if day is not None), default=None)
