"""The life of an alliance: initiative, active, paused, active, ended."""

from collections.abc import Callable, Iterable
from typing import Any

from alliance_tracker.alliances.models import AllianceStatus
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

INITIATIVE, ACTIVE, PAUSED, ENDED = AllianceStatus

#: States in which work goes on.
AT_WORK = frozenset({INITIATIVE, ACTIVE})
#: States in which anything can still be recorded.
OPEN = frozenset({INITIATIVE, ACTIVE, PAUSED})

#: What higher packages know that forbids to end an alliance now, such as a convenant that is in force.
Hindrance = Callable[[Any], Iterable[Message]]

_hindrances: list[Hindrance] = []


def register(hindrance: Hindrance) -> None:
    """Let `hindrance` say why an alliance cannot end now; called once, when the application is made."""
    if hindrance not in _hindrances:
        _hindrances.append(hindrance)


def _hinders_its_end(alliance: Any) -> Iterable[Message]:
    for hindrance in _hindrances:
        yield from hindrance(alliance)


LIFECYCLE: Workflow[AllianceStatus] = Workflow(
    "alliance",
    INITIATIVE,
    Transition("accept", frozenset({INITIATIVE}), ACTIVE, Permission.ALLIANCE_ACCEPT, Message("Accept as alliance")),
    Transition("pause", frozenset({ACTIVE}), PAUSED, Permission.ALLIANCE_PAUSE, Message("Pause"), needs_reason=True),
    Transition("resume", frozenset({PAUSED}), ACTIVE, Permission.ALLIANCE_PAUSE, Message("Resume")),
    Transition(
        "end",
        OPEN,
        ENDED,
        Permission.ALLIANCE_ACCEPT,
        Message("End the alliance"),
        _hinders_its_end,
        needs_reason=True,
        is_grave=True,
    ),
)
