"""The life of a report and of its versions.

A report goes round: written, submitted, returned or approved, published, corrected. Each submission is a version with a
life of its own; approval is of a version, and stays with it while a correction is written beside it.
"""

from collections.abc import Iterable

from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports.models import (
    EDITABLE,
    ImpactReport,
    ReportStatus,
    ReportVersionStatus,
)
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

EXPECTED, DRAFT, SUBMITTED, RETURNED, APPROVED, PUBLISHED, CORRECTING, WITHDRAWN = ReportStatus


def _nobody_writes(report: ImpactReport) -> Iterable[Message]:
    if report.alliance_id is None:
        yield Message("The region has no pioneer to write it.")


def _never_approved(report: ImpactReport) -> Iterable[Message]:
    if report.approved_version_id is None:
        yield Message("No version of it was approved.")


def _is_owed(report: ImpactReport) -> Iterable[Message]:
    if report.is_regional or report.is_required:
        yield Message("VLAIO asks this report.")
    if report.submitted_on is not None:
        yield Message("It was submitted already.")


REPORT: Workflow[ReportStatus] = Workflow(
    "impact_report",
    EXPECTED,
    Transition(
        "begin", frozenset({EXPECTED}), DRAFT, Permission.REPORT_WRITE, Message("Begin the report"), _nobody_writes
    ),
    Transition("submit", frozenset(EDITABLE), SUBMITTED, Permission.REPORT_SUBMIT, Message("Submit the report")),
    Transition("take_back", frozenset({SUBMITTED}), DRAFT, Permission.REPORT_SUBMIT, Message("Take it back")),
    Transition(
        "take_back_erratum", frozenset({SUBMITTED}), CORRECTING, Permission.REPORT_SUBMIT, Message("Take it back")
    ),
    Transition(
        "return", frozenset({SUBMITTED}), RETURNED, Permission.REPORT_REVIEW, Message("Return it"), needs_reason=True
    ),
    Transition("approve", frozenset({SUBMITTED}), APPROVED, Permission.REPORT_REVIEW, Message("Approve this version")),
    Transition("publish", frozenset({APPROVED}), PUBLISHED, Permission.REPORT_REVIEW, Message("Publish it")),
    Transition(
        "correct",
        frozenset({APPROVED, PUBLISHED}),
        CORRECTING,
        Permission.REPORT_SUBMIT,
        Message("Write an erratum"),
        needs_reason=True,
    ),
    Transition(
        "reopen",
        frozenset({APPROVED, PUBLISHED}),
        CORRECTING,
        Permission.REPORTING_MANAGE,
        Message("Reopen it"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "leave_approved",
        frozenset({CORRECTING, RETURNED}),
        APPROVED,
        Permission.REPORT_SUBMIT,
        Message("Leave it as it was approved"),
        _never_approved,
    ),
    Transition(
        "leave_published",
        frozenset({CORRECTING, RETURNED}),
        PUBLISHED,
        Permission.REPORT_SUBMIT,
        Message("Leave it as it was published"),
        _never_approved,
    ),
    Transition(
        "withdraw",
        frozenset({EXPECTED, DRAFT}),
        WITHDRAWN,
        Permission.REPORT_WRITE,
        Message("Do not report after all"),
        _is_owed,
    ),
    Transition("rejoin", frozenset({WITHDRAWN}), EXPECTED, Permission.REPORT_WRITE, Message("Report after all")),
    Transition("ask_again", frozenset({WITHDRAWN}), EXPECTED, Permission.REPORTING_MANAGE, Message("Ask the report")),
)

_V = ReportVersionStatus

#: A version moves with its report, in the same command.
VERSION: Workflow[ReportVersionStatus] = Workflow(
    "report_version",
    _V.SUBMITTED,
    Transition(
        "take_back", frozenset({_V.SUBMITTED}), _V.TAKEN_BACK, Permission.REPORT_SUBMIT, Message("Take it back")
    ),
    Transition(
        "return",
        frozenset({_V.SUBMITTED}),
        _V.RETURNED,
        Permission.REPORT_REVIEW,
        Message("Return it"),
        needs_reason=True,
    ),
    Transition(
        "approve", frozenset({_V.SUBMITTED}), _V.APPROVED, Permission.REPORT_REVIEW, Message("Approve this version")
    ),
    Transition("publish", frozenset({_V.APPROVED}), _V.PUBLISHED, Permission.REPORT_REVIEW, Message("Publish it")),
    Transition(
        "replace",
        frozenset({_V.APPROVED, _V.PUBLISHED}),
        _V.SUPERSEDED,
        Permission.REPORT_REVIEW,
        Message("Replace it by a later version"),
    ),
)
