"""What is public: versions that were published, each at an address that never changes."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.impact_reports.models import ImpactReport, ReportVersion, ReportVersionStatus
from alliance_tracker.regions.models import Region


@dataclass(frozen=True)
class Row:
    """A report that is public now."""

    year: int
    slug: str
    name: str
    region_code: str
    region: str
    provenance: str
    published_on: date
    number: int


def everything() -> list[Row]:
    """The reports that are public now, the newest year first."""
    rows = db().execute(
        sa.select(
            ImpactReport.year,
            Alliance.slug,
            Alliance.name,
            Region.code,
            Region.name,
            Alliance.provenance,
            ReportVersion.published_on,
            ReportVersion.number,
        )
        .join(ImpactReport, ImpactReport.id == ReportVersion.report_id)
        .join(Alliance, Alliance.id == ReportVersion.alliance_id)
        .join(Region, Region.code == ImpactReport.region_code)
        .where(ReportVersion.status == ReportVersionStatus.PUBLISHED)
        .order_by(ImpactReport.year.desc(), Region.name, Alliance.name_folded)
    )
    return [Row(*row[:6], published_on=day, number=row[7]) for row in rows if (day := row[6]) is not None]


@dataclass(frozen=True)
class Edition:
    """A version that is or was public."""

    number: int
    published_on: date
    #: The day on which a later one took its place; None of the one that is public now.
    replaced_on: date | None


def editions(report_id: int) -> list[Edition]:
    """The versions of a report that are or were public, the newest first."""
    rows = db().execute(
        sa.select(ReportVersion.number, ReportVersion.published_on)
        .where(ReportVersion.report_id == report_id, ReportVersion.published_on.is_not(None))
        .order_by(ReportVersion.number.desc())
    )
    found: list[Edition] = []
    for number, day in rows:
        if day is not None:
            found.append(Edition(number, day, found[-1].published_on if found else None))
    return found


def version_of(slug: str, year: int, number: int | None = None) -> ReportVersion | None:
    """The version that is public now; or one that is or was public, by its number."""
    found = (
        sa.select(ReportVersion)
        .join(ImpactReport, ImpactReport.id == ReportVersion.report_id)
        .join(Alliance, Alliance.id == ReportVersion.alliance_id)
        .where(Alliance.slug == slug, ImpactReport.year == year)
        .options(selectinload(ReportVersion.report))
    )
    if number is None:
        found = found.where(ReportVersion.status == ReportVersionStatus.PUBLISHED)
    else:
        found = found.where(ReportVersion.number == number, ReportVersion.published_on.is_not(None))
    return db().scalars(found).one_or_none()
