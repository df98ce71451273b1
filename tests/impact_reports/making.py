"""What the tests of reports share: an alliance that logged its year, an open reporting year, and versions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.database import clock_at, db, transaction
from alliance_tracker.impact_reports import drafts, queries, reviewing, submitting, writing, years
from alliance_tracker.impact_reports.models import ImpactReport, ReportingYear, ReportVersion, SectionKey
from alliance_tracker.indicators import service as indicators
from alliance_tracker.indicators.models import Catalogue, CatalogueStatus, Indicator
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.pilots import reach
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.builders import (
    make_actor,
    make_alliance,
    make_goal,
    make_indicator,
    make_measurement,
    make_partner,
    make_pilot,
    make_signal,
    typed,
)

#: The year over which is reported; tests live in November 2026.
YEAR = 2025
IN_MAY = datetime(YEAR, 5, 20, 9, tzinfo=UTC)


@dataclass
class Logged:
    """An alliance that logged its year, with those who write and read its report."""

    alliance: Alliance
    partners: list[Partner]
    indicator: Indicator
    coordinator: Actor
    manager: Actor


def logged_year(*, is_pioneer: bool = True, region: str = "REFREG03", name: str = "") -> Logged:
    """An alliance that met twice, measured, ran a pilot and sent a signal in `YEAR`."""
    alliance = make_alliance(name, region=region, accepted_on=date(YEAR, 1, 15))
    partners = make_full_helix_since(alliance, date(YEAR, 1, 20))
    manager = make_actor(Role.PROJECT_MANAGER)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    if is_pioneer:
        with transaction():
            alliances.give_mandate(alliance, since=date(YEAR, 2, 1), until=None, task="Trekken.", actor=SYSTEM)
    with clock_at(IN_MAY):
        for day in (10, 17):
            with transaction():
                log.log(
                    alliance,
                    log.Draft(kind=LogKind.MEETING, on=date(YEAR, 5, day), text=f"Netwerkoverleg op {day} mei."),
                    actor=coordinator,
                )
        goal = make_goal(alliance, "Meer meisjes in STEM", owner=partners[0])
        indicator = make_indicator(goal, targets={YEAR: 300, YEAR + 1: 400})
        with transaction():
            indicators.set_baseline(indicator, typed(100), on=date(YEAR - 1, 12, 31), source="Telling", actor=SYSTEM)
        pilot = make_pilot(alliance, "Techniekdag", partners=partners[:2], started_on=date(YEAR, 4, 1))
        with transaction():
            reach.record(pilot, reach.Entry(YEAR, 212), actor=coordinator)
        make_signal(alliance, "Te weinig leraren techniek", by=coordinator)
    make_measurement(indicator, YEAR, typed(247), by=manager)
    return Logged(alliance, partners, indicator, coordinator, manager)


def make_full_helix_since(alliance: Alliance, since: date) -> list[Partner]:
    """A core partner from each pillar from `since` on."""
    kinds = (
        OrganisationKind.COMPANY,
        OrganisationKind.UNIVERSITY_COLLEGE,
        OrganisationKind.LOCAL_AUTHORITY,
        OrganisationKind.STEM_ACADEMY,
    )
    return [make_partner(alliance, kind=kind, since=since, is_core=True, responsibility="Doet mee.") for kind in kinds]


def catalogue_id() -> int:
    """The newest published version of the catalogue."""
    found = db().scalar(sa.select(sa.func.max(Catalogue.id)).where(Catalogue.status == CatalogueStatus.PUBLISHED))
    assert found is not None
    return found


def open_year(year: int = YEAR, *, due_on: date | None = None, by: Actor = SYSTEM, **more: int) -> ReportingYear:
    """A reporting year, opened."""
    with transaction():
        return years.open_year(years.Opening(year, due_on or years.default_due(year), catalogue_id(), **more), actor=by)


def report_of(alliance: Alliance, year: int = YEAR) -> ImpactReport:
    """The report of an alliance as it stands now."""
    found = queries.report_of(alliance.id, year)
    assert found is not None
    return found


def begun(logged: Logged) -> ImpactReport:
    """The report of `YEAR`, begun."""
    with transaction():
        drafts.begin(report_of(logged.alliance), actor=logged.coordinator)
    return report_of(logged.alliance)


def tell(report: ImpactReport, words: str, key: SectionKey = SectionKey.SUMMARY, *, by: Actor) -> None:
    """Write words in a section."""
    row = queries.sections_of(report.id)[key]
    with transaction():
        drafts.write(row, report, words, drawn_from=row.version, actor=by)


def submitted(logged: Logged, words: str = "Een goed jaar.", *, note: str = "") -> ReportVersion:
    """The next version of the report, submitted by its coordinator."""
    report = report_of(logged.alliance)
    if report.status.value == "expected":
        report = begun(logged)
    tell(report, words, by=logged.coordinator)
    with transaction():
        version = submitting.submit(report_of(logged.alliance), change_note=note, actor=logged.coordinator)
    return reload(version)


def reload(version: ReportVersion) -> ReportVersion:
    """A version as it stands now."""
    db().expire_all()
    found = queries.version_by_id(version.id)
    assert found is not None
    return found


def approved(logged: Logged, words: str = "Een goed jaar.", *, note: str = "", publish: bool = False) -> ReportVersion:
    """A version that VLAIO approved, and published if asked."""
    version = submitted(logged, words, note=note)
    with transaction():
        reviewing.approve(version, actor=logged.manager)
    if publish:
        with transaction():
            reviewing.publish(reload(version), actor=logged.manager)
    return reload(version)


def fresh(indicator: Indicator) -> Indicator:
    """An indicator as it stands now, with its definition."""
    found = sa.select(Indicator).where(Indicator.id == indicator.id).options(selectinload(Indicator.definition))
    return db().scalars(found.execution_options(populate_existing=True)).one()


def recount(logged: Logged, value: int) -> None:
    """Count anew whom the alliance reached in `YEAR`."""
    make_measurement(fresh(logged.indicator), YEAR, typed(value), by=logged.manager, reason="Hertelling.")


def draft(logged: Logged) -> dict[SectionKey, writing.DraftSection]:
    """The sections of the draft beside what was logged since."""
    report = report_of(logged.alliance)
    found = writing.draft_of(writing.material_of(report), queries.sections_of(report.id))
    return {section.key: section for section in found}
