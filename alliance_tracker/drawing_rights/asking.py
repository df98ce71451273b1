"""When something can be asked of a drawing right: from the first day of its year, as long as its convenant runs."""

from datetime import date

from alliance_tracker.drawing_rights.agreed import Agreed
from alliance_tracker.drawing_rights.models import DrawingRight
from alliance_tracker.i18n import Message


def hindrance(right: DrawingRight, convenant: Agreed, day: date) -> Message | None:
    """Why nothing can be asked of `right` on `day`; None when it can.

    A convenant that was terminated takes no request any more, on its last day neither: who ends it that morning must
    not find a new request in the afternoon.
    """
    if day < right.opens_on:
        return Message("The right of %(year)s can be asked from %(day)s on.", year=str(right.year), day=right.opens_on)
    if right.closed_on is not None or day > convenant.last_day:
        return Message(
            "Nothing can be asked of the right of %(year)s any more: the last day of the convenant is %(day)s.",
            year=str(right.year),
            day=convenant.last_day,
        )
    return None
