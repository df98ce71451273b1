"""The operations of the API on impact reports: who owes one, the versions, and what each says."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import policy
from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.api import operations, report_schemas, schemas
from alliance_tracker.api.operations import operation
from alliance_tracker.database import db, today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import queries, taking_along
from alliance_tracker.impact_reports.models import ImpactReport, ReportVersion
from alliance_tracker.impact_reports.states import PUNCTUALITY
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import actor, reads_exactly

NOTHING = Message("There is nothing at this address.")


def _facts(report: ImpactReport) -> report_schemas.Report:
    return report_schemas.Report(
        year=report.year,
        region=report.region_code,
        alliance=report.alliance.slug if report.alliance else None,
        is_regional=report.is_regional,
        is_required=report.is_required,
        excuse=report.excuse_reason,
        state=report.status,
        due_on=report.due_on,
        first_due_on=report.first_due_on,
        submitted_on=report.submitted_on,
        kept=PUNCTUALITY.of(report, today()),
    )


@operation(
    "GET",
    "/reports",
    "The impact reports of the alliances that one may see, the newest year first; who monitors sees every region.",
    schemas.Items[report_schemas.Report],
    query=report_schemas.ReportFilter,
)
def reports(query: report_schemas.ReportFilter) -> Any:
    """The reports, expected ones included."""
    seen: sa.ColumnElement[bool] = sa.true()
    if not policy.allows(actor(), Permission.REPORTING_VIEW):
        own = sa.select(Alliance.id).where(policy.visible_alliances(actor(), Alliance))
        seen = ImpactReport.alliance_id.in_(own)
    where = [seen] if query.year is None else [seen, ImpactReport.year == query.year]
    total = db().scalar(sa.select(sa.func.count()).select_from(ImpactReport).where(*where)) or 0
    rows = db().scalars(
        sa.select(ImpactReport)
        .where(*where)
        .options(selectinload(ImpactReport.alliance))
        .order_by(ImpactReport.year.desc(), ImpactReport.is_regional.desc(), ImpactReport.region_code, ImpactReport.id)
        .limit(query.limit)
        .offset(query.offset)
    )
    return operations.page_of([_facts(row) for row in rows], total, query, "api.reports")


@operation(
    "GET",
    "/alliances/<slug>/reports/<int:year>/versions",
    "The versions of the report of an alliance over a year, the newest first.",
    schemas.Items[report_schemas.ReportVersion],
    query=schemas.Window,
)
def report_versions(slug: str, year: int, query: schemas.Window) -> Any:
    """The versions without their contents."""
    found = queries.versions_of(_report(slug, year).id)
    window = found[query.offset : query.offset + query.limit]
    given = [report_schemas.ReportVersion(**_version(row)) for row in window]
    return operations.page_of(given, len(found), query, "api.report_versions", slug=slug, year=year)


@operation(
    "GET",
    "/alliances/<slug>/reports/<int:year>/versions/<int:number>",
    "One version with everything that it says.",
    report_schemas.ReportVersionInFull,
)
def report_version(slug: str, year: int, number: int) -> Any:
    """The frozen document, with people rounded for who may not read exact counts."""
    report = _report(slug, year)
    row = next((each for each in queries.versions_of(report.id) if each.number == number), None)
    if row is None:
        raise NotFound(NOTHING)
    exact = reads_exactly(row.alliance_id)
    document = dict(row.document) if exact else taking_along.told_outside(row.document)
    return report_schemas.ReportVersionInFull(**_version(row), document=document)


def _report(slug: str, year: int) -> ImpactReport:
    """:raise NotFound: there is none, or one may not know of the alliance."""
    report = queries.report_of(load_alliance(slug).id, year)
    if report is None:
        raise NotFound(NOTHING)
    return report


def _version(row: ReportVersion) -> dict[str, Any]:
    return {
        "number": row.number,
        "purpose": row.purpose,
        "change_note": row.change_note,
        "state": row.status,
        "submitted_on": row.submitted_on,
        "read_due_on": row.read_due_on,
        "decided_on": row.decided_on,
        "published_on": row.published_on,
        "sha256": row.sha256,
    }
