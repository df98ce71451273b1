"""The milestone of the rollout that follows from reports: the first one is approved."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports.models import ImpactReport, ReportVersion, ReportVersionStatus
from alliance_tracker.rollout.checks import Finding

#: A version that was approved at some time; an erratum takes nothing away from it.
EVER_APPROVED = (ReportVersionStatus.APPROVED, ReportVersionStatus.PUBLISHED, ReportVersionStatus.SUPERSEDED)


def report_approved(scopes: Iterable[str]) -> dict[str, Finding]:
    """Per alliance: whether a report of it was approved, and since when the first one is."""
    ids = {int(scope) for scope in scopes}
    rows = db().execute(
        sa.select(ReportVersion.alliance_id, ImpactReport.year, ReportVersion.decided_on)
        .join(ImpactReport, ImpactReport.id == ReportVersion.report_id)
        .where(ReportVersion.alliance_id.in_(ids), ReportVersion.status.in_(EVER_APPROVED))
        .order_by(ReportVersion.decided_on.desc(), ReportVersion.id.desc())
    )
    found = {str(number): _finding(year, since) for number, year, since in rows}  # the first one comes last
    none = Finding(None, Message("No impact report is approved yet."))
    return {str(number): found.get(str(number), none) for number in ids}


def _finding(year: int, since: date | None) -> Finding:
    return Finding(since, Message("The report of %(year)s is approved since %(since)s.", year=str(year), since=since))
