"""How a report stands towards its due date: derived from its own columns and the day, never typed."""

from datetime import date
from typing import Any

from alliance_tracker.derivation import Derivation, absent, among, before, holds, present
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.impact_reports.models import MENDING


class Punctuality(Labelled):
    """Whether a report came in time; late stays late."""

    NOT_ASKED = "not-asked", Message("not asked")
    IN_TIME = "in-time", Message("in time")
    LATE = "late", Message("late")
    OVERDUE = "overdue", Message("overdue")
    AWAITED = "awaited", Message("awaited")
    #: Nobody can be late where there is nobody to write it.
    NO_PIONEER = "no-pioneer", Message("no pioneer to report")


def _came_late(row: Any) -> Any:
    # Who reports of its own accord owes nothing by a day; what was late before it was excused stays late.
    after = holds(row.is_required) & before(row.due_on, row.submitted_on)
    return present(row.submitted_on) & (holds(row.was_late) | after)


def _mended_late(row: Any, day: date) -> Any:
    """VLAIO returned it, and the day by which to mend it is over; what is approved meanwhile is owed no more."""
    is_open = among(row.status, MENDING) & absent(row.approved_version_id)
    return holds(row.is_required) & is_open & before(row.mend_by, day)


PUNCTUALITY: Derivation[Punctuality] = Derivation(
    Punctuality,
    (
        (Punctuality.OVERDUE, _mended_late),
        (Punctuality.LATE, lambda row, _: _came_late(row)),
        (Punctuality.IN_TIME, lambda row, _: present(row.submitted_on)),
        (Punctuality.NO_PIONEER, lambda row, _: holds(row.is_required) & absent(row.alliance_id)),
        (Punctuality.OVERDUE, lambda row, day: holds(row.is_required) & absent(row.submitted_on) & (row.due_on < day)),
        (Punctuality.AWAITED, lambda row, _: holds(row.is_required)),
    ),
    otherwise=Punctuality.NOT_ASKED,
)
