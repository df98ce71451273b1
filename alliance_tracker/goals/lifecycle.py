"""The life of a goal."""

from alliance_tracker.goals.models import GoalStatus
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

GOAL = Workflow(
    "goal",
    GoalStatus.ACTIVE,
    Transition(
        "reach",
        frozenset({GoalStatus.ACTIVE}),
        GoalStatus.REACHED,
        Permission.GOAL_EDIT,
        Message("Mark as reached"),
        needs_reason=True,
    ),
    Transition(
        "stop",
        frozenset({GoalStatus.ACTIVE}),
        GoalStatus.STOPPED,
        Permission.GOAL_EDIT,
        Message("Stop this goal"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "reopen",
        frozenset({GoalStatus.REACHED, GoalStatus.STOPPED}),
        GoalStatus.ACTIVE,
        Permission.GOAL_EDIT,
        Message("Work on it again"),
        needs_reason=True,
    ),
)
