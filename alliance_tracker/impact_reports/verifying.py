"""Which report is this? By its fingerprint, or by the bytes of a PDF; and whether every version still says the same."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db, now
from alliance_tracker.i18n import LANGUAGES, Labelled, Message
from alliance_tracker.impact_reports import pdf, reading
from alliance_tracker.impact_reports.document import digest
from alliance_tracker.impact_reports.models import (
    ImpactReport,
    ReportPrint,
    ReportStatus,
    ReportVersion,
    ReportVersionStatus,
)
from alliance_tracker.impact_reports.pdf import Form

HASH = re.compile(r"[0-9a-f]{64}\Z")
#: How a PDF of a report names the version that it prints, in its metadata.
MARK = re.compile(rb"sha256:([0-9a-f]{64})")
#: A report is not larger.
LARGEST = 15 * 1024 * 1024
#: Nor is what brings it.
LARGEST_REQUEST = 16 * 1024 * 1024


class Match(Labelled):
    """How a file stands to the version that it names."""

    #: Only the fingerprint was asked for.
    BY_HASH = "by-hash", Message("this fingerprint belongs to it")
    EXACT = "exact", Message("the file is exactly what this system made")
    ALTERED = "altered", Message("the file names this version, but is not what this system made")


@dataclass(frozen=True)
class Answer:
    """What a fingerprint or a file is."""

    version: ReportVersion
    match: Match
    #: The newest version of the same report.
    newest: int

    @property
    def is_newest(self) -> bool:
        return self.version.number == self.newest

    @property
    def is_public(self) -> bool:
        """Anybody may read it: it is or was published."""
        return self.version.published_on is not None


def by_hash(sha256: str) -> Answer | None:
    """The version with this fingerprint; None when there is none, or it is no fingerprint."""
    wanted = sha256.strip().lower()
    return _answer(wanted, Match.BY_HASH) if HASH.match(wanted) else None


def by_file(content: bytes) -> Answer | None:
    """The version that a PDF prints; None when it names none that is known here."""
    own = hashlib.sha256(content).hexdigest()
    known = db().get(ReportPrint, own)
    if known is not None:
        version = _version(ReportVersion.id == known.report_version_id)
        return Answer(version, Match.EXACT, _newest(version)) if version else None
    named = MARK.search(content)
    if named is None:
        return None
    found = _answer(named[1].decode(), Match.ALTERED)
    if found is not None and own in _prints_of(found.version.sha256):
        return Answer(found.version, Match.EXACT, found.newest)
    return found


@lru_cache(maxsize=512)
def _prints_of(sha256: str) -> frozenset[str]:
    """The fingerprints of all that is printed of a version; made once in a process, because anybody may ask."""
    version = _version(ReportVersion.sha256 == sha256)
    return frozenset(hashlib.sha256(made).hexdigest() for made in _prints(version)) if version else frozenset()


def _prints(version: ReportVersion) -> Iterator[bytes]:
    """Everything that is printed of a version, one after the other."""
    for exact in (False, True):
        text = reading.read(version.document, exact=exact)
        for form in Form:
            for language in LANGUAGES:
                yield pdf.of_text(text, form, version.sha256, language)


def _answer(sha256: str, match: Match) -> Answer | None:
    version = _version(ReportVersion.sha256 == sha256)
    return Answer(version, match, _newest(version)) if version else None


def _version(condition: sa.ColumnElement[bool]) -> ReportVersion | None:
    return (
        db()
        .scalars(
            sa.select(ReportVersion)
            .where(condition)
            .options(selectinload(ReportVersion.report).selectinload(ImpactReport.alliance))
            .limit(1)
        )
        .one_or_none()
    )


def _newest(version: ReportVersion) -> int:
    """The newest version that counts beside this one.

    Of what is or was public only what is public counts: what waits or is approved is nobody's outside. Of any other
    version what VLAIO approved, and the version itself; what waits for VLAIO replaces nothing.
    """
    if version.published_on is not None:
        counts: sa.ColumnElement[bool] = ReportVersion.published_on.is_not(None)
    else:
        approved = ReportVersion.status.in_((ReportVersionStatus.APPROVED, ReportVersionStatus.PUBLISHED))
        counts = sa.or_(approved, ReportVersion.id == version.id)
    found: int | None = db().scalar(
        sa.select(sa.func.max(ReportVersion.number)).where(ReportVersion.report_id == version.report_id, counts)
    )
    return found or version.number


def keep_prints(version: ReportVersion, forms: tuple[Form, ...], *, exact: bool) -> None:
    """Remember what is printed of a version today, so that these files are known also when the printing changes."""
    text = reading.read(version.document, exact=exact)
    for form in forms:
        for language in LANGUAGES:
            own = hashlib.sha256(pdf.of_text(text, form, version.sha256, language)).hexdigest()
            if db().get(ReportPrint, own) is None:
                db().add(
                    ReportPrint(
                        sha256=own,
                        alliance_id=version.alliance_id,
                        report_version_id=version.id,
                        form=form.value,
                        language=language,
                        is_public=not exact,
                        made_at=now(),
                    )
                )


def faults() -> Iterator[str]:
    """Every version that no longer says what its fingerprint says, or whose fingerprint is not the submitted one.

    The audit trail keeps the fingerprint of each submission: who changes a document and its fingerprint together would
    have to forge the chain as well (`flask audit verify`). What stands in columns for lists and pages is compared with
    the document, and what a report says of its versions with those.
    """
    submitted = _submitted()
    rows = (
        db()
        .execute(
            sa.select(
                ReportVersion.id,
                ReportVersion.report_id,
                ReportVersion.number,
                ReportVersion.sha256,
                ReportVersion.document,
                ReportVersion.submitted_on,
                ReportVersion.purpose,
                ReportVersion.change_note,
                ReportVersion.section_count,
                ImpactReport.year,
            )
            .join(ImpactReport, ImpactReport.id == ReportVersion.report_id)
            .order_by(ReportVersion.id)
        )
        .yield_per(50)
    )
    for row in rows:
        if digest(row.document) != row.sha256:
            yield f"report_version {row.id} does not answer to its fingerprint {row.sha256}"
        if submitted.pop((row.report_id, row.number), None) != row.sha256:
            yield f"report_version {row.id} has another fingerprint than the audit trail says of its submission"
        yield from _columns_that_differ(row)
    for report_id, number in submitted:
        yield f"version {number} of impact_report {report_id} was submitted and is gone"
    yield from _reports_that_differ()


def _columns_that_differ(row: Any) -> Iterator[str]:
    """The columns of a version that say something else than its document."""
    document = row.document
    columns = {
        "year": row.year,
        "number": row.number,
        "submitted_on": row.submitted_on.isoformat(),
        "purpose": row.purpose.value,
        "change_note": row.change_note,
    }
    for name, kept in columns.items():
        if document.get(name) != kept:
            yield f"report_version {row.id} has {name} {kept!r} beside {document.get(name)!r} in its document"
    sections = len(document.get("sections", ()))
    if sections != row.section_count:
        yield f"report_version {row.id} has section_count {row.section_count} beside {sections} in its document"


#: Of each state of a report the states that the version it holds as approved may have; None: it may hold none.
_FITS: dict[ReportStatus, frozenset[ReportVersionStatus | None]] = {
    ReportStatus.EXPECTED: frozenset({None}),
    ReportStatus.WITHDRAWN: frozenset({None}),
    ReportStatus.DRAFT: frozenset({None}),
    ReportStatus.RETURNED: frozenset({None, ReportVersionStatus.APPROVED, ReportVersionStatus.PUBLISHED}),
    ReportStatus.SUBMITTED: frozenset({None, ReportVersionStatus.APPROVED, ReportVersionStatus.PUBLISHED}),
    ReportStatus.CORRECTING: frozenset({ReportVersionStatus.APPROVED, ReportVersionStatus.PUBLISHED}),
    ReportStatus.APPROVED: frozenset({ReportVersionStatus.APPROVED}),
    ReportStatus.PUBLISHED: frozenset({ReportVersionStatus.PUBLISHED}),
}


def _reports_that_differ() -> Iterator[str]:
    """Reports of which the approved version is another's, or does not fit the state; or without what they wait for."""
    held = aliased(ReportVersion)
    waiting = sa.exists().where(
        ReportVersion.report_id == ImpactReport.id, ReportVersion.status == ReportVersionStatus.SUBMITTED
    )
    rows = db().execute(
        sa.select(
            ImpactReport.id, ImpactReport.status, ImpactReport.approved_version_id, held.report_id, held.status, waiting
        )
        .outerjoin(held, held.id == ImpactReport.approved_version_id)
        .order_by(ImpactReport.id)
    )
    for report_id, status, version_id, owner, version_status, waits in rows:
        if version_id is not None and owner != report_id:
            yield f"impact_report {report_id} holds version {version_id} of another report as approved"
        elif version_status not in _FITS[status]:
            said = version_status.value if version_status else "none"
            yield f"impact_report {report_id} is {status.value}, and its approved version is {said}"
        if bool(waits) is not (status is ReportStatus.SUBMITTED):
            yield f"impact_report {report_id} is {status.value}, and {'a' if waits else 'no'} version of it waits"


def _submitted() -> dict[tuple[int, int], str]:
    """The fingerprint with which each version was submitted, by report and number, as the audit trail has it."""
    rows = db().scalars(sa.select(AuditEntry).where(AuditEntry.action == "impact_report.submit"))
    return {(int(entry.subject_id), entry.facts["number"]): entry.facts["sha256"] for entry in rows}


def count() -> int:
    """How many versions there are."""
    return db().scalar(sa.select(sa.func.count()).select_from(ReportVersion)) or 0
