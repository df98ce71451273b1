"""Submitting a report: what it says is frozen in the same transaction, with its hash; and an erratum beside it."""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from alliance_tracker import policy
from alliance_tracker.alliances.service import check_accounts
from alliance_tracker.database import BRUSSELS, check_version, db, lock, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import document, drafts, filers, verifying, writing
from alliance_tracker.impact_reports.lifecycle import REPORT, VERSION
from alliance_tracker.impact_reports.models import (
    ImpactReport,
    ReportVersion,
    ReportVersionStatus,
    VersionPurpose,
)
from alliance_tracker.impact_reports.pdf import Form
from alliance_tracker.impact_reports.queries import open_version, ringed_years, sections_of, version_by_id
from alliance_tracker.impact_reports.states import PUNCTUALITY, Punctuality
from alliance_tracker.policy import Actor, Permission

#: A change note is a few sentences.
LONGEST_NOTE = 2000


def submit(
    report: ImpactReport,
    *,
    change_note: str = "",
    seen: str | None = None,
    drawn_from: int | None = None,
    actor: Actor,
) -> ReportVersion:
    """Submit the draft as a version: figures, narratives and names as they stand, frozen with their hash.

    `seen` is the `document.seal` of what was shown: nobody submits what they did not see.

    :raise NotAllowed: the region has a reporter, who submits it.
    :raise FieldRefused: an erratum does not say what it corrects.
    :raise Refused: the checklist names what is missing, the draft changed since it was shown, or the report cannot be
        submitted now.
    """
    policy.require(actor, Permission.REPORT_SUBMIT, report)
    filers.check_submits(report, actor)
    lock(report)
    check_version(report, drawn_from)
    material = writing.material_of(report)
    check_accounts(material.alliance, report.year)
    if not report.is_editable:
        raise Refused(Message("This report cannot be written now: it is “%(state)s”.", state=report.status.label))
    purpose = VersionPurpose.ERRATUM if report.approved_version_id is not None else VersionPurpose.REPORT
    if purpose is VersionPurpose.ERRATUM and not change_note:
        raise FieldRefused("change_note", Message("Say what is corrected, and why."))
    rows = sections_of(report.id)
    kept = [rows[key] for key in writing.sections_of(material) if key in rows]
    if seen is not None and seen != document.seal(material, kept):
        raise Refused(Message("The draft changed while you were reading it. Look at it again, then submit."))
    found = drafts.checklist(material, writing.draft_of(material, rows))
    if found.errors:
        raise Refused(found.errors[0].sentence)
    number = 1 + (
        db().scalar(sa.select(sa.func.max(ReportVersion.number)).where(ReportVersion.report_id == report.id)) or 0
    )
    content = document.build(
        material,
        kept,
        number=number,
        purpose=purpose,
        change_note=change_note,
        approved_years=[year for year in ringed_years(material.alliance.id) if year < report.year],
    )
    assert actor.user_id is not None  # noqa: S101  # people submit
    version = ReportVersion(
        alliance_id=material.alliance.id,
        report_id=report.id,
        number=number,
        purpose=purpose,
        change_note=change_note,
        document=content,
        sha256=document.digest(content),
        plan_id=material.plan.plan.id,
        catalogue_id=report.reporting_year.catalogue_id,
        submitted_by_id=actor.user_id,
        submitted_on=today(),
        submitted_at=now(),
        read_due_on=today() + timedelta(days=report.reporting_year.review_days),
        section_count=len(content["sections"]),
        status=ReportVersionStatus.SUBMITTED,
    )
    db().add(version)
    db().flush()  # gives the version its id
    VERSION.start(version, actor=actor)
    # What was returned comes back after its day: late stays late. Of the first time the days themselves tell it.
    is_late = report.is_to_mend and PUNCTUALITY.of(report, today()) is Punctuality.OVERDUE
    REPORT.apply(report, "submit", actor=actor, facts={"number": number, "sha256": version.sha256})
    report.was_late = report.was_late or is_late
    report.submitted_on = report.submitted_on or today()
    verifying.keep_prints(version, tuple(Form), exact=True)
    return version


def take_back(report: ImpactReport, *, actor: Actor) -> None:
    """Take a version back before VLAIO decides; the draft can be written again, the version stays readable.

    What was taken back was not submitted in time: the day counts of the first version that was left to VLAIO.

    :raise TransitionRefused: VLAIO decided already.
    """
    policy.require(actor, Permission.REPORT_SUBMIT, report)
    filers.check_submits(report, actor)
    lock(report)
    version = open_version(report.id)
    REPORT.apply(report, "take_back" if report.approved_version_id is None else "take_back_erratum", actor=actor)
    if version is not None:
        VERSION.apply(version, "take_back", actor=actor)
        db().flush()  # the question for the first day reads what was written
        report.submitted_on = db().scalar(
            sa.select(sa.func.min(ReportVersion.submitted_on)).where(
                ReportVersion.report_id == report.id, ReportVersion.status != ReportVersionStatus.TAKEN_BACK
            )
        )


def correct(report: ImpactReport, *, reason: str, drawn_from: int | None = None, actor: Actor) -> None:
    """Open an approved report to write an erratum; what was approved stays in force meanwhile.

    :raise TransitionRefused: it is not approved, or there is no reason.
    """
    policy.require(actor, Permission.REPORT_SUBMIT, report)
    filers.check_submits(report, actor)
    lock(report)
    check_version(report, drawn_from)
    REPORT.apply(report, "correct", actor=actor, reason=reason)


def leave_as_it_was(report: ImpactReport, *, actor: Actor) -> None:
    """Give up an erratum: the report stands as it was approved, its draft says again what was approved.

    :raise NotAllowed: the region has a reporter, who decides that.
    :raise TransitionRefused: no erratum is being written.
    """
    policy.require(actor, Permission.REPORT_SUBMIT, report)
    filers.check_submits(report, actor)
    lock(report)
    approved = version_by_id(report.approved_version_id) if report.approved_version_id else None
    was_published = approved is not None and approved.status is ReportVersionStatus.PUBLISHED
    REPORT.apply(report, "leave_published" if was_published else "leave_approved", actor=actor)
    report.mend_by = None
    if approved is None:
        return
    rows = {key.value: row for key, row in sections_of(report.id).items()}
    for part in approved.document["sections"]:
        if (row := rows.get(part["key"])) is not None:
            row.narrative, row.figures = part["narrative"], part["figures"]
            row.refreshed_at = datetime.combine(date.fromisoformat(part["read_on"]), time(12), BRUSSELS)
