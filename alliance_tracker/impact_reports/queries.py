"""Reads of reporting years, reports and versions."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.database import db
from alliance_tracker.impact_reports.models import (
    ImpactReport,
    ReportComment,
    ReportExtension,
    ReportingYear,
    ReportReceipt,
    ReportSection,
    ReportStatus,
    ReportVersion,
    ReportVersionStatus,
    SectionKey,
)

#: An alliance that joined of its own accord did not withdraw that.
STANDS = ImpactReport.status != ReportStatus.WITHDRAWN


def withdrawn_of(alliance_id: int, year: int) -> ImpactReport | None:
    """The report that an alliance wanted to write over a year and withdrew."""
    found = _reports().where(ImpactReport.alliance_id == alliance_id, ImpactReport.year == year, ~STANDS)
    return db().scalars(found.order_by(ImpactReport.id.desc()).limit(1)).one_or_none()


def year_of(year: int) -> ReportingYear | None:
    """A reporting year with its catalogue, if it was opened."""
    found = sa.select(ReportingYear).where(ReportingYear.year == year).options(selectinload(ReportingYear.catalogue))
    return db().scalars(found).one_or_none()


def years() -> Sequence[ReportingYear]:
    """The reporting years that were opened, the newest first."""
    found = sa.select(ReportingYear).options(selectinload(ReportingYear.catalogue)).order_by(ReportingYear.year.desc())
    return db().scalars(found).all()


def _reports() -> sa.Select[ImpactReport]:
    return sa.select(ImpactReport).options(
        selectinload(ImpactReport.reporting_year).selectinload(ReportingYear.catalogue),
        selectinload(ImpactReport.region),
        selectinload(ImpactReport.alliance),
    )


def report_by_id(report_id: int) -> ImpactReport | None:
    """A report with its year, region and alliance."""
    return db().scalars(_reports().where(ImpactReport.id == report_id)).one_or_none()


def report_of(alliance_id: int, year: int) -> ImpactReport | None:
    """The report of an alliance over a year, if it has one; not one that it withdrew."""
    found = _reports().where(ImpactReport.alliance_id == alliance_id, ImpactReport.year == year, STANDS)
    return db().scalars(found).one_or_none()


def reports_of(alliance_id: int) -> Sequence[ImpactReport]:
    """The reports of an alliance, the newest year first."""
    found = _reports().where(ImpactReport.alliance_id == alliance_id, STANDS).order_by(ImpactReport.year.desc())
    return db().scalars(found).all()


def reports_in(year: int) -> Sequence[ImpactReport]:
    """Everything that is expected or was written over a year: the 15 regions by name, then the other alliances."""
    found = _reports().where(ImpactReport.year == year, STANDS)
    rows = db().scalars(found).all()
    return sorted(rows, key=lambda row: (not row.is_regional, row.region.name, row.id))


def sections_of(report_id: int) -> dict[SectionKey, ReportSection]:
    """The sections of a draft."""
    rows = db().scalars(sa.select(ReportSection).where(ReportSection.report_id == report_id))
    return {row.section: row for row in rows}


def extensions_of(report_ids: Iterable[int]) -> Sequence[ReportExtension]:
    """Every move of a due date, oldest first."""
    ids = list(report_ids)
    return (
        db()
        .scalars(sa.select(ReportExtension).where(ReportExtension.report_id.in_(ids)).order_by(ReportExtension.id))
        .all()
    )


def versions_of(report_id: int) -> Sequence[ReportVersion]:
    """The versions of a report with what they say, the newest first."""
    return (
        db()
        .scalars(
            sa.select(ReportVersion)
            .where(ReportVersion.report_id == report_id)
            .options(selectinload(ReportVersion.report))
            .order_by(ReportVersion.number.desc())
        )
        .all()
    )


def version_by_id(version_id: int) -> ReportVersion | None:
    """A version with its report."""
    return (
        db()
        .scalars(
            sa.select(ReportVersion)
            .where(ReportVersion.id == version_id)
            .options(selectinload(ReportVersion.report).selectinload(ImpactReport.alliance))
        )
        .one_or_none()
    )


def versions_by_ids(version_ids: Iterable[int]) -> Sequence[ReportVersion]:
    """Some versions with their reports; two statements."""
    found = sa.select(ReportVersion).where(ReportVersion.id.in_(list(version_ids)))
    return db().scalars(found.options(selectinload(ReportVersion.report))).all()


def open_version(report_id: int) -> ReportVersion | None:
    """The version that waits for a decision."""
    return (
        db()
        .scalars(
            sa.select(ReportVersion)
            .where(ReportVersion.report_id == report_id, ReportVersion.status == ReportVersionStatus.SUBMITTED)
            .options(selectinload(ReportVersion.report))
        )
        .one_or_none()
    )


def comments_on(version_id: int) -> Sequence[ReportComment]:
    """What was said of a version, oldest first."""
    return (
        db()
        .scalars(
            sa.select(ReportComment).where(ReportComment.report_version_id == version_id).order_by(ReportComment.id)
        )
        .all()
    )


def receipts_of(version_id: int) -> Sequence[ReportReceipt]:
    """Who read which section of a version, oldest first."""
    return (
        db()
        .scalars(
            sa.select(ReportReceipt).where(ReportReceipt.report_version_id == version_id).order_by(ReportReceipt.id)
        )
        .all()
    )


def read_sections(report_id: int) -> dict[int, int]:
    """Of how many sections somebody said that they read them, by version of a report; one statement."""
    rows = db().execute(
        sa.select(ReportReceipt.report_version_id, sa.func.count(ReportReceipt.section.distinct()))
        .join(ReportVersion, ReportVersion.id == ReportReceipt.report_version_id)
        .where(ReportVersion.report_id == report_id)
        .group_by(ReportReceipt.report_version_id)
    )
    return {row[0]: row[1] for row in rows}


def versions_over_years(alliance_id: int) -> list[tuple[int, int, int, date]]:
    """Every version of an alliance, the newest first: its id, year and number, and the day on which it came."""
    rows = db().execute(
        sa.select(ReportVersion.id, ImpactReport.year, ReportVersion.number, ReportVersion.submitted_on)
        .join(ImpactReport, ImpactReport.id == ReportVersion.report_id)
        .where(ReportVersion.alliance_id == alliance_id)
        .order_by(ImpactReport.year.desc(), ReportVersion.number.desc())
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def ringed_years(alliance_id: int) -> list[int]:
    """The years of which a report of this alliance is approved, the oldest first: each is a growth ring."""
    return list(
        db().scalars(
            sa.select(ImpactReport.year)
            .where(ImpactReport.alliance_id == alliance_id, ImpactReport.approved_version_id.is_not(None))
            .order_by(ImpactReport.year)
        )
    )
