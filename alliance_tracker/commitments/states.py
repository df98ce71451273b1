"""How an instalment and a delivery stand: derived from their own columns and the day, never typed.

One list of rules for Python and for SQL. Due dates are dates in Brussels and include the whole day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from alliance_tracker.commitments.models import Delivery, Instalment
from alliance_tracker.derivation import Derivation, absent, before, fails, holds, present, until
from alliance_tracker.i18n import Labelled, Message

#: An instalment is "due soon" when its due date is at most this far off.
DUE_SOON = timedelta(days=30)
#: A delivery that nobody disputes for this long counts as accepted.
ACCEPTED_AFTER = timedelta(days=30)
#: So long after the due date its bearer may explain before anybody sees red (comply or explain).
TIME_TO_EXPLAIN = timedelta(days=14)


class InstalmentState(Labelled):
    """How an instalment stands on a day."""

    NOT_STARTED = "not-started", Message("not started")
    ON_COURSE = "on-course", Message("on course")
    DUE_SOON = "due-soon", Message("due within 30 days")
    OVERDUE = "overdue", Message("overdue")
    DELIVERED = "delivered", Message("delivered")
    DISPUTED = "disputed", Message("disputed")
    WAIVED = "waived", Message("waived")


class DeliveryState(Labelled):
    """How a delivery stands on a day; accepted is not confirmed."""

    REPORTED = "reported", Message("reported")
    ACCEPTED = "accepted", Message("accepted: undisputed for 30 days")
    CONFIRMED = "confirmed", Message("confirmed")
    DISPUTED = "disputed", Message("disputed")
    WITHDRAWN = "withdrawn", Message("withdrawn")


def is_open(row: Any) -> Any:
    """It was not kept or waived: a condition, or the answer for a row."""
    return absent(row.waived_on) & absent(row.delivered_on)


def is_awaited(row: Any) -> Any:
    """It is open, and not because of a dispute alone: the whole of it was not reported by its due date.

    Who reported all of it in time waits for the dispute to be settled and is not late meanwhile; for who is late a
    disputed delivery changes nothing.
    """
    return is_open(row) & fails(_was_reported_in_time(row))


def _was_reported_in_time(row: Any) -> Any:
    return until(row.claimed_on, row.due_on)


#: A dispute shows until it is settled, also when the promise would be kept without the disputed part; late goes before.
INSTALMENT: Derivation[InstalmentState] = Derivation(
    InstalmentState,
    (
        (InstalmentState.WAIVED, lambda row, _: present(row.waived_on)),
        (InstalmentState.OVERDUE, lambda row, day: is_awaited(row) & (row.due_on < day)),
        (InstalmentState.DISPUTED, lambda row, _: row.disputes > 0),
        (InstalmentState.DELIVERED, lambda row, _: present(row.delivered_on)),
        (InstalmentState.DUE_SOON, lambda row, day: row.due_on <= day + DUE_SOON),
        (InstalmentState.ON_COURSE, lambda row, _: row.reported > 0),
    ),
    otherwise=InstalmentState.NOT_STARTED,
)

DELIVERY: Derivation[DeliveryState] = Derivation(
    DeliveryState,
    (
        (DeliveryState.WITHDRAWN, lambda row, _: present(row.withdrawn_at)),
        (DeliveryState.DISPUTED, lambda row, _: row.disputes > 0),
        (DeliveryState.CONFIRMED, lambda row, _: row.confirmations > 0),
        (DeliveryState.ACCEPTED, lambda row, day: row.accepted_from <= day),
    ),
    otherwise=DeliveryState.REPORTED,
)

#: States in which something is still to be done by the bearer.
OPEN = (
    InstalmentState.NOT_STARTED,
    InstalmentState.ON_COURSE,
    InstalmentState.DUE_SOON,
    InstalmentState.OVERDUE,
    InstalmentState.DISPUTED,
)
#: Deliveries that count: for co-financing the confirmed and the accepted ones, told apart.
COUNTING = (DeliveryState.CONFIRMED, DeliveryState.ACCEPTED)


def was_ever_late(row: Any, day: date) -> Any:
    """The due date passed before it was delivered or waived, or it had passed when it was moved: late stays late.

    Of a waived instalment only what had happened before counts.
    """
    ran_out = before(row.due_on, row.delivered_on) | (is_awaited(row) & (row.due_on < day))
    gave_up = absent(row.delivered_on) & fails(_was_reported_in_time(row))
    ran_out = ran_out | (gave_up & before(row.due_on, row.waived_on))
    return holds(row.was_late) | ran_out


@dataclass(frozen=True)
class Lateness:
    """What a reader is told of an instalment that is overdue."""

    days: int
    is_explained: bool
    #: The bearer still has time to explain; nobody sees red yet.
    explain_by: date | None


def lateness(row: Any, day: date) -> Lateness | None:
    """How late an instalment is on `day`; None when it is not overdue. Any object with its columns will do."""
    if not is_awaited(row) or row.due_on >= day:
        return None
    # From when it is due soon it may be explained; what was said of a much earlier due date does not count.
    explained = row.explained_on is not None and until(row.due_on - DUE_SOON, row.explained_on)
    last = row.due_on + TIME_TO_EXPLAIN
    return Lateness((day - row.due_on).days, bool(explained), None if explained or last < day else last)


def state_of(row: Instalment, day: date) -> InstalmentState:
    """The state of an instalment on `day`."""
    return INSTALMENT.of(row, day)


def state_of_delivery(row: Delivery, day: date) -> DeliveryState:
    """The state of a delivery on `day`."""
    return DELIVERY.of(row, day)
