"""What is next in the impact reports: to begin, to write, to mend, to submit, and for VLAIO to read and to publish."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask import url_for

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.impact_reports.models import (
    MENDING,
    ImpactReport,
    ReportingYear,
    ReportReceipt,
    ReportStatus,
    ReportVersion,
    ReportVersionStatus,
)
from alliance_tracker.monitoring.todo import LATER, SOON, URGENT, Todo
from alliance_tracker.policy import Actor, Permission

#: A report is asked for from so long before it is due.
DUE_WITHIN = timedelta(days=120)
#: It presses from so long before.
PRESSES_WITHIN = timedelta(days=30)
#: So many of one kind are named over all alliances.
FEW = 4


@dataclass(frozen=True)
class OpenReport:
    """A report on which the alliance has something to do; the policy looks at it as at the report itself."""

    alliance_id: int
    region_code: str
    is_regional: bool
    year: int
    status: ReportStatus
    is_required: bool
    due_on: date
    #: Until when what was returned is to be mended.
    mend_by: date | None


#: What the alliance itself has to do something about.
WAITS_FOR_THE_ALLIANCE = (
    ReportStatus.EXPECTED,
    ReportStatus.DRAFT,
    ReportStatus.RETURNED,
    ReportStatus.CORRECTING,
)


def open_reports(alliance_ids: Iterable[int]) -> dict[int, list[OpenReport]]:
    """The reports of these alliances that wait for them, by alliance; one statement."""
    rows = db().execute(
        sa.select(
            ImpactReport.alliance_id,
            ImpactReport.region_code,
            ImpactReport.is_regional,
            ImpactReport.year,
            ImpactReport.status,
            ImpactReport.is_required,
            ImpactReport.due_on,
            ImpactReport.mend_by,
        )
        .where(
            ImpactReport.alliance_id.in_(list(alliance_ids)),
            ImpactReport.status.in_(WAITS_FOR_THE_ALLIANCE),
            sa.or_(ImpactReport.is_required.is_(True), ImpactReport.status != ReportStatus.EXPECTED),
        )
        .order_by(ImpactReport.due_on, ImpactReport.id)
    )
    found: dict[int, list[OpenReport]] = {}
    for row in rows:
        if (alliance_id := row.alliance_id) is not None:
            report = OpenReport(alliance_id, *row[1:])
            found.setdefault(alliance_id, []).append(report)
    return found


def of_reports(actor: Actor, alliance: Alliance, found: Iterable[OpenReport]) -> Iterable[Todo]:
    """What is next in the reports of an alliance, for who writes them."""
    for report in found:
        if policy.allows(actor, Permission.REPORT_WRITE, report):
            yield from _todo(alliance.slug, report)


def _todo(slug: str, report: OpenReport) -> Iterable[Todo]:
    day, year = today(), str(report.year)
    address = url_for("impact_reports.show", slug=slug, year=report.year)
    if report.mend_by is not None and report.status in MENDING:
        words = Message("Mend the report of %(year)s", year=year)
        why = Message(
            "VLAIO returned it with remarks. Read them, mend the draft, and submit it again by %(on)s.",
            on=report.mend_by,
        )
        if report.mend_by < day:
            why = Counted(
                "VLAIO returned it with remarks. It was to be mended by %(on)s: %(n)s day ago.",
                "VLAIO returned it with remarks. It was to be mended by %(on)s: %(n)s days ago.",
                n=(day - report.mend_by).days,
                on=report.mend_by,
            )
        yield Todo(URGENT, words, why, address, Message("To the report"))
    elif report.status is ReportStatus.CORRECTING:
        words = Message("Finish the erratum to the report of %(year)s", year=year)
        yield Todo(SOON, words, Message("What was approved stays in force meanwhile."), address, Message("Go on"))
    elif not report.is_required:
        words = Message("Finish the report of %(year)s", year=year)
        yield Todo(LATER, words, Message("The alliance reports of its own accord."), address, Message("Go on"))
    elif report.due_on <= day + DUE_WITHIN:
        has_begun = report.status is ReportStatus.DRAFT
        words = Message("Submit the report of %(year)s", year=year)
        if not has_begun:
            words = Message("Begin the report of %(year)s", year=year)
        why = Message("It is due on %(on)s. It writes itself from the log; you add your words.", on=report.due_on)
        if report.due_on < day:
            why = Counted(
                "It was due on %(on)s: %(n)s day ago.",
                "It was due on %(on)s: %(n)s days ago.",
                n=(day - report.due_on).days,
                on=report.due_on,
            )
        urgency = URGENT if report.due_on < day else SOON if report.due_on <= day + PRESSES_WITHIN else LATER
        yield Todo(urgency, words, why, address, Message("Go on") if has_begun else Message("Begin"))


# Over all alliances --------------------------------------------------------------------------------------------------


def of_network(actor: Actor) -> Iterable[Todo]:
    """What VLAIO has to do in reporting: versions to read, approved ones to publish, sections that stay unread."""
    if not policy.allows(actor, Permission.REPORT_REVIEW):
        return
    yield from _to_open()
    yield from _to_read(actor)
    yield from _to_publish()
    yield from _unread()


def _to_open() -> Iterable[Todo]:
    """The year before this one, once it is over."""
    year = today().year - 1
    if db().scalar(sa.select(ReportingYear.id).where(ReportingYear.year == year)) is None:
        yield Todo(
            SOON,
            Message("Open the reporting year %(year)s", year=str(year)),
            Message("Each of the 15 regions then has its row, and the pioneers are asked for their report."),
            url_for("reporting.create"),
            Message("Open it"),
        )


#: How many sections of a version have a receipt.
_READ = (
    sa.select(sa.func.count(ReportReceipt.section.distinct()))
    .where(ReportReceipt.report_version_id == ReportVersion.id)
    .correlate(ReportVersion)
    .scalar_subquery()
)


@dataclass(frozen=True)
class _Version:
    slug: str
    name: str
    year: int
    number: int
    read_due_on: date
    submitted_by_id: int
    #: How many sections nobody said to have read.
    unread: int

    @property
    def address(self) -> str:
        return url_for("report_versions.show", slug=self.slug, year=self.year, number=self.number)


def _versions(*where: sa.ColumnElement[bool]) -> list[_Version]:
    """The first few of these versions, by the day until which VLAIO reads them."""
    rows = db().execute(
        sa.select(
            Alliance.slug,
            Alliance.name,
            ImpactReport.year,
            ReportVersion.number,
            ReportVersion.read_due_on,
            ReportVersion.submitted_by_id,
            ReportVersion.section_count - _READ,
        )
        .join(ImpactReport, ImpactReport.id == ReportVersion.report_id)
        .join(Alliance, Alliance.id == ReportVersion.alliance_id)
        .where(*where)
        .order_by(ReportVersion.read_due_on, ReportVersion.id)
        .limit(FEW)
    )
    return [_Version(*row) for row in rows]


def _to_read(actor: Actor) -> Iterable[Todo]:
    for row in _versions(ReportVersion.status == ReportVersionStatus.SUBMITTED):
        if row.submitted_by_id == actor.user_id:
            continue
        is_late = row.read_due_on < today()
        yield Todo(
            URGENT if is_late else SOON,
            Message("Read the report of %(year)s, version %(number)s", year=str(row.year), number=str(row.number)),
            Message("VLAIO had to read it by %(on)s.", on=row.read_due_on)
            if is_late
            else Message("VLAIO reads it by %(on)s.", on=row.read_due_on),
            row.address,
            Message("Read it"),
            row.name,
        )


def _to_publish() -> Iterable[Todo]:
    for row in _versions(ReportVersion.status == ReportVersionStatus.APPROVED):
        yield Todo(
            LATER,
            Message("Publish the report of %(year)s", year=str(row.year)),
            Message("It is approved, and not public yet."),
            row.address,
            Message("To the report"),
            row.name,
        )


def _unread() -> Iterable[Todo]:
    """Approved versions of which a section has no receipt when the term is over; one receipt covers one section."""
    decided = ReportVersion.status.in_((ReportVersionStatus.APPROVED, ReportVersionStatus.PUBLISHED))
    for row in _versions(decided, ReportVersion.read_due_on < today(), ReportVersion.section_count > _READ):
        yield Todo(
            SOON,
            Message("Say what you read of the report of %(year)s", year=str(row.year)),
            Counted(
                "The term ended on %(on)s, and %(n)s section has no receipt.",
                "The term ended on %(on)s, and %(n)s sections have no receipt.",
                n=row.unread,
                on=row.read_due_on,
            ),
            row.address,
            Message("To the report"),
            row.name,
        )
