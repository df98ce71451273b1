"""Where the reports stand: of one alliance over its years, and over all regions in one year."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.database import db, today
from alliance_tracker.errors import NotAllowed
from alliance_tracker.impact_reports import decisions, filers, queries
from alliance_tracker.impact_reports.decisions import Decision
from alliance_tracker.impact_reports.models import ImpactReport, ReportingYear, ReportStatus
from alliance_tracker.impact_reports.states import PUNCTUALITY, Punctuality
from alliance_tracker.policy import Actor, Permission


@dataclass(frozen=True)
class Line:
    """One report with how it stands towards its due date."""

    report: ImpactReport
    punctuality: Punctuality
    #: How many days it is over time; 0 when it is not.
    days_late: int
    #: What was decided of it, with the reasons, oldest first.
    decisions: tuple[Decision, ...] = ()


def line_of(report: ImpactReport) -> Line:
    return lines_of([report])[0]


def lines_of(reports: Iterable[ImpactReport]) -> list[Line]:
    """The same reports, each with its punctuality and what was decided of it."""
    found, day = list(reports), today()
    decided = decisions.of_reports([report.id for report in found])
    return [
        Line(
            report,
            state := PUNCTUALITY.of(report, day),
            (day - report.owed_by).days if state is Punctuality.OVERDUE else 0,
            decided.get(report.id, ()),
        )
        for report in found
    ]


def of_alliance(alliance: Alliance) -> list[Line]:
    """The reports of an alliance, the newest year first."""
    return lines_of(queries.reports_of(alliance.id))


def years_to_begin(alliance: Alliance, lines: Iterable[Line]) -> list[ReportingYear]:
    """The open years over which this alliance may report as well, though nothing is expected of it."""
    if alliance.status not in {AllianceStatus.ACTIVE, AllianceStatus.PAUSED} or alliance.founded_on is None:
        return []
    has = {line.report.year for line in lines}
    return [year for year in queries.years() if year.year not in has and alliance.founded_on.year <= year.year]


@dataclass(frozen=True)
class Board:
    """The reports of a year in the order in which they ask for action, and how many ask for which."""

    regions: tuple[Line, ...]
    others: tuple[Line, ...]
    #: Regions where nobody can write: nobody is late there.
    without_pioneer: tuple[Line, ...]
    overdue: int
    returned: int
    waiting: int


def board_of(lines: Iterable[Line]) -> Board:
    """What needs action first: overdue, returned, waiting for VLAIO; then what is written; then what is done."""
    found = sorted(lines, key=_rank)  # stable: the same order within a rank
    written = [line for line in found if line.report.alliance_id is not None]
    return Board(
        tuple(line for line in written if line.report.is_regional),
        tuple(line for line in written if not line.report.is_regional),
        tuple(line for line in found if line.report.alliance_id is None),
        sum(line.punctuality is Punctuality.OVERDUE for line in found),
        sum(line.report.status is ReportStatus.RETURNED for line in found),
        sum(line.report.status is ReportStatus.SUBMITTED for line in found),
    )


_ORDER = (
    ReportStatus.RETURNED,
    ReportStatus.SUBMITTED,
    ReportStatus.CORRECTING,
    ReportStatus.DRAFT,
    ReportStatus.EXPECTED,
    ReportStatus.APPROVED,
    ReportStatus.PUBLISHED,
    ReportStatus.WITHDRAWN,
)


def _rank(line: Line) -> int:
    return -1 if line.punctuality is Punctuality.OVERDUE else _ORDER.index(line.report.status)


@dataclass(frozen=True)
class RegionReport:
    """The report of a region in one reporting year, for the monitor."""

    year: int
    status: ReportStatus
    punctuality: Punctuality
    slug: str | None


def newest_reports() -> dict[str, RegionReport]:
    """The report of each region in the newest reporting year that is over; two statements.

    Of a year that still runs nothing can be submitted: it shows only when no other year is open.
    """
    newest = sa.func.max(ReportingYear.year)
    over = newest.filter(ReportingYear.year < today().year)
    year = db().scalar(sa.select(sa.func.coalesce(over, newest)))
    if year is None:
        return {}
    rows = db().execute(
        sa.select(
            ImpactReport.region_code,
            ImpactReport.status,
            PUNCTUALITY.sql(ImpactReport, today()),
            Alliance.slug,
        )
        .outerjoin(Alliance, Alliance.id == ImpactReport.alliance_id)
        .where(ImpactReport.year == year, ImpactReport.is_regional.is_(True))
    )
    return {code: RegionReport(year, status, Punctuality(kept), slug) for code, status, kept, slug in rows}


@dataclass(frozen=True)
class YearLine:
    """A reporting year with how many of its regional reports are where; the 15 regions are always counted."""

    year: ReportingYear
    submitted: int
    approved: int
    overdue: int
    regions: int
    others: int
    #: Versions that VLAIO has to decide on, of regions and of other alliances.
    waiting: int = 0


def of_years() -> list[YearLine]:
    """The reporting years, the newest first; two statements."""
    day = today()
    state = PUNCTUALITY.sql(ImpactReport, day)
    rows = db().execute(
        sa.select(
            ImpactReport.year,
            sa.func.count().filter(ImpactReport.is_regional.is_(True), ImpactReport.submitted_on.is_not(None)),
            sa.func.count().filter(ImpactReport.is_regional.is_(True), ImpactReport.approved_version_id.is_not(None)),
            sa.func.count().filter(ImpactReport.is_regional.is_(True), state == Punctuality.OVERDUE.value),
            sa.func.count().filter(ImpactReport.is_regional.is_(True)),
            sa.func.count().filter(ImpactReport.is_regional.is_(False)),
            sa.func.count().filter(ImpactReport.status == ReportStatus.SUBMITTED),
        )
        .where(queries.STANDS)
        .group_by(ImpactReport.year)
    )
    counted = {row[0]: row[1:] for row in rows}
    return [YearLine(year, *counted.get(year.year, (0, 0, 0, 0, 0, 0))) for year in queries.years()]


def may_submit(report: ImpactReport, actor: Actor) -> bool:
    """Whether this person is the one who submits: the reporter of the region, else the coordinator."""
    if not policy.allows(actor, Permission.REPORT_SUBMIT, report):
        return False
    try:
        filers.check_submits(report, actor)
    except NotAllowed:
        return False
    return True
