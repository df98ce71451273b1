"""The indicators under the goals of an alliance, in lines: what each was last, and how it stands."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import showing
from alliance_tracker.indicators.figures import Course
from alliance_tracker.indicators.frame import here, sees_exactly
from alliance_tracker.indicators.queries import Followed, followed_by
from alliance_tracker.indicators.reading import label_of


@dataclass(frozen=True)
class Line:
    """One indicator under a goal: its name, its newest figure, how it stands, and where its page is."""

    label: Any
    value: Any
    course: Course
    address: str
    is_stopped: bool = False


def lines_of(alliance: Alliance) -> dict[int, list[Line]]:
    """The lines under each goal of an alliance, those that are followed before those that were stopped."""
    exact, found = sees_exactly(alliance), defaultdict(list)
    for row in sorted(followed_by(alliance.id), key=lambda row: row.is_stopped):
        found[row.goal_id].append(_line(alliance, row, exact=exact))
    return dict(found)


def _line(alliance: Alliance, row: Followed, *, exact: bool) -> Line:
    standing = row.standing(today(), exact=exact)
    return Line(
        row.definition.name, _value(row, exact=exact), standing.course, here(alliance.slug, row.id), row.is_stopped
    )


def _value(row: Followed, *, exact: bool) -> Message | str:
    if row.is_stopped:
        return Message("no longer followed")
    if not row.figures:
        return ""
    period = max(row.figures)
    return Message(
        "%(value)s (%(period)s)",
        value=showing.text(row.definition, row.figures[period], exact=exact),
        period=label_of(row.definition, period),
    )
