"""The words of the history for impact reports."""

from alliance_tracker.i18n import Message

#: See `history_words.SENTENCES`.
SENTENCES: dict[str, Message] = {
    "impact_report.start": Message("The report of %(year)s is expected"),
    "impact_report.begin": Message("%(who)s began the report of %(year)s"),
    "impact_report.submit": Message("%(who)s submitted version %(number)s of the report of %(year)s"),
    "impact_report.take_back": Message("%(who)s took the report of %(year)s back"),
    "impact_report.take_back_erratum": Message("%(who)s took the erratum to the report of %(year)s back"),
    "impact_report.return": Message("%(who)s returned version %(number)s of the report of %(year)s"),
    "impact_report.approve": Message("%(who)s approved version %(number)s of the report of %(year)s"),
    "impact_report.publish": Message("%(who)s published version %(number)s of the report of %(year)s"),
    "impact_report.correct": Message("%(who)s opened the report of %(year)s for an erratum"),
    "impact_report.reopen": Message("%(who)s reopened the report of %(year)s"),
    "impact_report.leave_approved": Message("%(who)s left the report of %(year)s as it was approved"),
    "impact_report.leave_published": Message("%(who)s left the report of %(year)s as it was published"),
    "impact_report.assigned": Message("The report of %(year)s went to the pioneer of the region"),
    "impact_report.extended": Message("%(who)s moved the due date of the report of %(year)s"),
    "impact_report.excused": Message("%(who)s asked no report of %(year)s"),
    "impact_report.asked": Message("%(who)s asked the report of %(year)s after all"),
    "impact_report.required": Message("%(who)s asked the alliance for a report of %(year)s"),
    "impact_report.withdraw": Message("%(who)s withdrew the wish to report over %(year)s"),
    "impact_report.rejoin": Message("%(who)s lets the alliance report over %(year)s after all"),
    "impact_report.ask_again": Message("The report of %(year)s is expected again"),
    "impact_report.refreshed": Message("%(who)s refreshed the figures of the report of %(year)s"),
    "report_section.written": Message("%(who)s wrote in the section “%(section)s”"),
    "report_version.start": Message("Version %(number)s of the report was frozen"),
    "report_version.take_back": Message("%(who)s took version %(number)s of the report back"),
    "report_version.return": Message("%(who)s returned version %(number)s of the report"),
    "report_version.approve": Message("%(who)s approved version %(number)s of the report"),
    "report_version.publish": Message("%(who)s published version %(number)s of the report"),
    "report_version.replace": Message("Version %(number)s of the report was replaced by a later one"),
    "report_version.commented": Message("%(who)s remarked on version %(number)s of the report"),
    "report_version.read": Message("%(who)s said what was read of version %(number)s of the report"),
    "reporting_year.moved": Message("%(who)s moved the due date of the reports of %(year)s"),
    "reporting_year.opened": Message("%(who)s opened the reporting year %(year)s"),
}

#: What a version says of itself when its report says the same: it is told once, with the report.
TOLD_ALREADY = frozenset(f"report_version.{name}" for name in ("start", "take_back", "return", "approve", "publish"))

#: See `history_words.WITH`.
WITH: dict[str, tuple[tuple[str, Message], ...]] = {}

ROWS: dict[str, Message] = {
    "impact_report": Message("impact report"),
    "report_comment": Message("remark on the report"),
    "report_extension": Message("moved due date"),
    "report_receipt": Message("receipt"),
    "report_section": Message("section of the report"),
    "report_version": Message("version of the report"),
    "reporting_year": Message("reporting year"),
    "statement_link": Message("one-time link"),
}

FIELDS: dict[str, Message] = {
    "impact_report.due_on": Message("due on"),
    "impact_report.mend_by": Message("to be mended by"),
    "reporting_year.due_on": Message("due on"),
    "impact_report.excuse_reason": Message("why nothing is asked"),
    "impact_report.is_required": Message("asked"),
    "impact_report.is_regional": Message("of the region"),
    "impact_report.was_late": Message("was late"),
    "impact_report.submitted_on": Message("first submitted on"),
    "narrative": Message("words"),
    "new_on": Message("new due date"),
    "old_on": Message("former due date"),
    "published_on": Message("published on"),
    "purpose": Message("purpose"),
    "read_due_on": Message("VLAIO reads it by"),
    "reporting_year.catalogue_id": Message("catalogue"),
    "review_days": Message("days within which VLAIO reads"),
    "is_review": Message("remark of VLAIO"),
    "use": Message("what was done with it"),
}
