"""What was decided of a report, with its reason, by whom and when: all of which a form says that it stays visible.

Read from the audit trail, which keeps each reason with the decision; a moved due date from its own record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import queries

#: Each decision with a reason, by the name under which the trail keeps it.
WORDS: Mapping[str, Message] = {
    "impact_report.return": Message("version %(number)s returned"),
    "impact_report.correct": Message("opened for an erratum"),
    "impact_report.reopen": Message("reopened"),
    "impact_report.excused": Message("nothing is asked"),
    "impact_report.required": Message("asked of this alliance"),
}
RETURNED, SUBMITTED = "impact_report.return", "impact_report.submit"
#: What opens an approved report for a next version.
OPENINGS = ("impact_report.correct", "impact_report.reopen")
#: What ends that: the next version is approved, or the report stays as it was.
CLOSINGS = ("impact_report.approve", "impact_report.leave_approved", "impact_report.leave_published")


@dataclass(frozen=True)
class Decision:
    """One decision: what it was, its reason, who took it and when."""

    report_id: int
    action: str
    words: Message
    reason: str
    who: str
    at: datetime
    #: The versions that it is about: the one returned, or those written because of it.
    numbers: tuple[int, ...] = ()


def of_reports(report_ids: Iterable[int]) -> dict[int, tuple[Decision, ...]]:
    """The decisions on each of these reports with the moves of its due date, oldest first; three statements."""
    ids = list(report_ids)
    entries, moves = _entries(ids), queries.extensions_of(ids)
    names = audit.names_of({*(each.actor_id for each in entries), *(each.extended_by_id for each in moves)})
    found = _decisions(entries, names)
    found += [
        Decision(
            move.report_id,
            "impact_report.extended",
            Message("due date moved from %(old)s to %(new)s", old=move.old_on, new=move.new_on),
            move.reason,
            _name(names, move.extended_by_id),
            move.extended_at,
        )
        for move in moves
    ]
    told: dict[int, list[Decision]] = {}
    for each in sorted(found, key=lambda row: row.at):
        told.setdefault(each.report_id, []).append(each)
    return {report_id: tuple(rows) for report_id, rows in told.items()}


def of_version(report_id: int, number: int) -> tuple[Decision, ...]:
    """What was decided of one version: why the report was opened for it, and why it was returned; two statements."""
    entries = _entries([report_id])
    names = audit.names_of({each.actor_id for each in entries})
    return tuple(each for each in _decisions(entries, names) if number in each.numbers)


def _entries(report_ids: Iterable[int]) -> Sequence[AuditEntry]:
    return (
        db()
        .scalars(
            sa.select(AuditEntry)
            .where(
                AuditEntry.subject_type == "impact_report",
                AuditEntry.subject_id.in_([str(each) for each in report_ids]),
                AuditEntry.action.in_((*WORDS, SUBMITTED, *CLOSINGS)),
            )
            .order_by(AuditEntry.id)
        )
        .all()
    )


def _decisions(entries: Sequence[AuditEntry], names: Mapping[int, str]) -> list[Decision]:
    versions = _versions_after(entries)
    return [
        Decision(
            int(entry.subject_id),
            entry.action,
            Message(WORDS[entry.action].text, number=str(entry.facts.get("number", ""))),
            entry.reason,
            _name(names, entry.actor_id),
            entry.at,
            versions.get(entry.id, ()),
        )
        for entry in entries
        if entry.action in WORDS
    ]


def _name(names: Mapping[int, str], user_id: int | None) -> str:
    return names.get(user_id, "") if user_id else str(Message("The system"))


def of_year(year_id: int) -> tuple[Decision, ...]:
    """The moves of the due date of a whole year, oldest first; two statements."""
    entries = (
        db()
        .scalars(
            sa.select(AuditEntry)
            .where(
                AuditEntry.subject_type == "reporting_year",
                AuditEntry.subject_id == str(year_id),
                AuditEntry.action == "reporting_year.moved",
            )
            .order_by(AuditEntry.id)
        )
        .all()
    )
    names = audit.names_of({each.actor_id for each in entries})
    found = []
    for entry in entries:
        former, later = (date.fromisoformat(each) for each in entry.changes["due_on"])
        words = Message("due date moved from %(old)s to %(new)s", old=former, new=later)
        found.append(Decision(0, entry.action, words, entry.reason, _name(names, entry.actor_id), entry.at))
    return tuple(found)


def _versions_after(entries: Iterable[AuditEntry]) -> dict[int, tuple[int, ...]]:
    """By the id of an entry the versions that it is about: a return names its own, an opening those until approval."""
    found: dict[int, tuple[int, ...]] = {}
    opened: dict[str, list[int]] = {}
    for entry in entries:
        if entry.action == RETURNED:
            found[entry.id] = (entry.facts["number"],)
        elif entry.action in OPENINGS:
            opened.setdefault(entry.subject_id, []).append(entry.id)
        elif entry.action == SUBMITTED:
            for each in opened.get(entry.subject_id, ()):
                found[each] = (*found.get(each, ()), entry.facts["number"])
        elif entry.action in CLOSINGS:
            opened.pop(entry.subject_id, None)
    return found
