"""The goals of a synthetic portfolio: two for each alliance, tagged alike within an archetype."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Protocol

from alliance_tracker.database import Base, now
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals.models import Goal, GoalStatus, GoalTag
from alliance_tracker.workflow import StatusEvent

#: What the goals of each archetype serve; those of the third of the five serve nothing in particular.
TAGS: tuple[tuple[tuple[Scheme, str], ...], ...] = (
    ((Scheme.RECOMMENDATION, "vertellen"), (Scheme.OPERATIONAL_GOAL, "1.1"), (Scheme.TARGET_GROUP, "girls")),
    ((Scheme.RECOMMENDATION, "verwonderen"), (Scheme.OPERATIONAL_GOAL, "7.2"), (Scheme.TARGET_GROUP, "primary")),
    (),
    ((Scheme.LONG_TERM_GOAL, "stem4all"), (Scheme.STRATEGIC_GOAL, "4"), (Scheme.TARGET_GROUP, "okan")),
    ((Scheme.LONG_TERM_GOAL, "stem4experts"), (Scheme.OPERATIONAL_GOAL, "1.3"), (Scheme.POLICY_DOMAIN, "work")),
)
EACH = 2


class Plot(Protocol):
    """What must be known of an alliance to give it goals."""

    @property
    def number(self) -> int: ...
    @property
    def started(self) -> date: ...
    def partner_id(self, index: int) -> int: ...


def goal_ids(plot: Plot) -> list[int]:
    """The numbers of the goals of this alliance."""
    return [first_goal(plot.number) + index for index in range(EACH)]


def first_goal(alliance: int) -> int:
    """The number of the first goal of an alliance."""
    return alliance * EACH


def _goals(plot: Plot) -> Iterator[dict[str, Any]]:
    for index, number in enumerate(goal_ids(plot)):
        yield {
            "id": number,
            "alliance_id": plot.number,
            "position": index + 1,
            "title": f"Synthetisch doel {number}",
            "description": "",
            "reason": "Gemaakt om te meten.",
            "owner_partner_id": plot.partner_id(index),
            "status": GoalStatus.ACTIVE,
            "version": 1,
        }


def _events(plot: Plot) -> Iterator[dict[str, Any]]:
    for number in goal_ids(plot):
        yield {
            "lifecycle": "goal",
            "subject_id": number,
            "alliance_id": plot.number,
            "name": "start",
            "source": "",
            "target": GoalStatus.ACTIVE.value,
            "on": plot.started,
            "at": now(),
            "reason": "",
        }


def _tags(plot: Plot) -> Iterator[dict[str, Any]]:
    for number in goal_ids(plot):
        for scheme, key in TAGS[plot.number % len(TAGS)]:
            row = {"goal_id": number, "alliance_id": plot.number, "scheme": scheme, "key": key}
            yield {**row, "is_withdrawn": False}


ROWS: tuple[tuple[type[Base], Callable[[Plot], Iterator[dict[str, Any]]]], ...] = (
    (Goal, _goals),
    (StatusEvent, _events),
    (GoalTag, _tags),
)
