"""VLAIO reads a version: remarks per section, receipts, a return, an approval, and publication."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.database import check_version, db, lock, now, today
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import verifying
from alliance_tracker.impact_reports.lifecycle import REPORT, VERSION
from alliance_tracker.impact_reports.models import (
    ImpactReport,
    ReceiptUse,
    ReportComment,
    ReportReceipt,
    ReportVersion,
    ReportVersionStatus,
    SectionKey,
)
from alliance_tracker.impact_reports.pdf import Form
from alliance_tracker.impact_reports.queries import version_by_id
from alliance_tracker.policy import Actor, Permission

LONGEST = 4000
#: So many days there are to mend what is returned, unless VLAIO chooses another day.
MEND_DAYS = 30


def comment(version: ReportVersion, section: SectionKey | None, text: str, *, actor: Actor) -> ReportComment:
    """Remark on a section of a version, or on the whole; VLAIO's own is a review, anybody else's an answer to it.

    :raise FieldRefused: it says nothing.
    :raise Refused: the version was taken back.
    """
    policy.require(actor, Permission.REPORT_COMMENT, version)
    if not text:
        raise FieldRefused("text", Message("Write something."))
    if version.status is ReportVersionStatus.TAKEN_BACK:
        raise Refused(Message("This version was taken back."))
    if section is not None and section not in _sections_of(version):
        raise Refused(Message("This version has no such section."))
    assert actor.user_id is not None  # noqa: S101  # people comment
    row = ReportComment(
        alliance_id=version.alliance_id,
        report_version_id=version.id,
        section=section,
        text=text,
        is_review=policy.allows(actor, Permission.REPORT_REVIEW, version),
        author_id=actor.user_id,
        at=now(),
    )
    db().add(row)
    db().flush()  # gives the comment its id
    audit.record("report_version.commented", version, actor=actor, section=section.value if section else "")
    return row


def acknowledge(
    version: ReportVersion,
    sections: Sequence[SectionKey],
    use: ReceiptUse = ReceiptUse.READ,
    *,
    note: str = "",
    actor: Actor,
) -> int:
    """Say that one read these sections, or where one used them; the number of receipts that are new.

    :raise Refused: the version was taken back.
    """
    policy.require(actor, Permission.REPORT_REVIEW, version)
    if version.status is ReportVersionStatus.TAKEN_BACK:
        raise Refused(Message("This version was taken back."))
    lock(version)
    known = set(
        db().scalars(
            sa.select(ReportReceipt.section).where(
                ReportReceipt.report_version_id == version.id,
                ReportReceipt.reader_id == actor.user_id,
                ReportReceipt.use == use,
            )
        )
    )
    assert actor.user_id is not None  # noqa: S101  # people read
    there = _sections_of(version)
    new = [key for key in dict.fromkeys(sections) if key not in known and key in there]
    for key in new:
        db().add(
            ReportReceipt(
                alliance_id=version.alliance_id,
                report_version_id=version.id,
                section=key,
                use=use,
                note=note,
                reader_id=actor.user_id,
                on=today(),
            )
        )
    if new:
        audit.record("report_version.read", version, actor=actor, sections=[key.value for key in new], use=use.value)
    return len(new)


def _sections_of(version: ReportVersion) -> set[SectionKey]:
    return {SectionKey(part["key"]) for part in version.document["sections"]}


def send_back(
    version: ReportVersion, *, reason: str, mend_by: date | None = None, drawn_from: int | None = None, actor: Actor
) -> None:
    """Return a version: at least one remark says what is to be mended, by a day that is stored.

    :raise TransitionRefused: it does not wait for a decision, or there is no reason.
    :raise FieldRefused: there is no time to mend it.
    :raise Refused: there is no remark of VLAIO on this version.
    """
    report = _hold(version, actor)
    check_version(version, drawn_from)
    term = mend_by or default_mend_by()
    if term <= today():
        raise FieldRefused("on", Message("Choose a day after today."))
    has_remark = db().scalar(
        sa.select(ReportComment.id)
        .where(ReportComment.report_version_id == version.id, ReportComment.is_review.is_(True))
        .limit(1)
    )
    if has_remark is None:
        raise Refused(Message("Say in at least one remark what is to be mended."))
    VERSION.apply(version, "return", actor=actor, reason=reason)
    _decided(version, actor)
    report.mend_by = term
    REPORT.apply(report, "return", actor=actor, reason=reason, facts={"number": version.number})


def default_mend_by() -> date:
    """Until when a version that is returned today is to be mended, unless VLAIO chooses another day."""
    return today() + timedelta(days=MEND_DAYS)


def approve(version: ReportVersion, *, actor: Actor) -> None:
    """Approve a version; a version that was approved before is replaced by it.

    :raise TransitionRefused: it does not wait for a decision.
    :raise NotAllowed: one submitted it oneself.
    """
    report = _hold(version, actor)
    former = version_by_id(report.approved_version_id) if report.approved_version_id else None
    VERSION.apply(version, "approve", actor=actor)
    _decided(version, actor)
    if former is not None and former.status is ReportVersionStatus.APPROVED:
        VERSION.apply(former, "replace", actor=actor)  # a published one stays public until this one is
    report.approved_version_id, report.mend_by = version.id, None
    REPORT.apply(report, "approve", actor=actor, facts={"number": version.number})


def publish(version: ReportVersion, *, actor: Actor) -> None:
    """Publish an approved version: anybody can read it, with counts of people rounded and without people's names.

    :raise TransitionRefused: it is not approved, or published already.
    """
    policy.require(actor, Permission.REPORT_REVIEW, version)
    lock(version.report)
    lock(version)
    former = db().scalars(
        sa.select(ReportVersion).where(
            ReportVersion.report_id == version.report_id, ReportVersion.status == ReportVersionStatus.PUBLISHED
        )
    )
    for each in former.all():
        VERSION.apply(each, "replace", actor=actor)
    VERSION.apply(version, "publish", actor=actor)
    version.published_on = today()
    verifying.keep_prints(version, tuple(Form), exact=False)
    REPORT.apply(version.report, "publish", actor=actor, facts={"number": version.number})


def reopen(report: ImpactReport, *, reason: str, drawn_from: int | None = None, actor: Actor) -> None:
    """Let a region or alliance write its approved report again; what was approved stays in force meanwhile.

    :raise TransitionRefused: it is not approved, or there is no reason.
    """
    policy.require(actor, Permission.REPORTING_MANAGE, report)
    lock(report)
    check_version(report, drawn_from)
    REPORT.apply(report, "reopen", actor=actor, reason=reason)


def _hold(version: ReportVersion, actor: Actor) -> ImpactReport:
    policy.require(actor, Permission.REPORT_REVIEW, version)
    lock(version.report)
    lock(version)
    if version.submitted_by_id == actor.user_id:
        raise NotAllowed(Message("Nobody decides on what they submitted themselves."))
    return version.report


def _decided(version: ReportVersion, actor: Actor) -> None:
    version.decided_on, version.decided_by_id = today(), actor.user_id
