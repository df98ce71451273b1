"""The lives of a milestone, of an action on a precondition, and of the phase that an alliance is in."""

from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.rollout.models import ActionStatus, MilestoneStatus, PhaseLetter
from alliance_tracker.workflow import S, Transition, Workflow

#: A milestone without a row is not done; the row is made at its first record.
MILESTONE: Workflow[MilestoneStatus] = Workflow(
    "milestone_record",
    MilestoneStatus.NOT_DONE,
    Transition(
        "reach",
        frozenset({MilestoneStatus.NOT_DONE, MilestoneStatus.NOT_APPLICABLE}),
        MilestoneStatus.DONE,
        Permission.MILESTONE_RECORD,
        Message("Record as done"),
    ),
    Transition(
        "set_aside",
        frozenset({MilestoneStatus.NOT_DONE, MilestoneStatus.DONE}),
        MilestoneStatus.NOT_APPLICABLE,
        Permission.MILESTONE_RECORD,
        Message("Record as not applicable"),
        needs_reason=True,
    ),
    Transition(
        "reopen",
        frozenset({MilestoneStatus.DONE, MilestoneStatus.NOT_APPLICABLE}),
        MilestoneStatus.NOT_DONE,
        Permission.MILESTONE_RECORD,
        Message("Back to not done"),
        needs_reason=True,
    ),
)

ACTION: Workflow[ActionStatus] = Workflow(
    "precondition_action",
    ActionStatus.NOT_STARTED,
    Transition(
        "begin",
        frozenset({ActionStatus.NOT_STARTED}),
        ActionStatus.UNDER_WAY,
        Permission.PROGRAMME_EDIT,
        Message("Begin"),
    ),
    Transition(
        "finish",
        frozenset({ActionStatus.NOT_STARTED, ActionStatus.UNDER_WAY}),
        ActionStatus.DONE,
        Permission.PROGRAMME_EDIT,
        Message("Finish"),
    ),
    Transition(
        "drop",
        frozenset({ActionStatus.NOT_STARTED, ActionStatus.UNDER_WAY, ActionStatus.DONE}),
        ActionStatus.DROPPED,
        Permission.PROGRAMME_EDIT,
        Message("Drop"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "resume",
        frozenset({ActionStatus.DONE, ActionStatus.DROPPED}),
        ActionStatus.UNDER_WAY,
        Permission.PROGRAMME_EDIT,
        Message("Take up again"),
        needs_reason=True,
    ),
    Transition(
        "put_back",
        frozenset({ActionStatus.UNDER_WAY, ActionStatus.DONE, ActionStatus.DROPPED}),
        ActionStatus.NOT_STARTED,
        Permission.PROGRAMME_EDIT,
        Message("Back to not started"),
        needs_reason=True,
    ),
)

#: An alliance without a row is in phase A. The gates are judged by `phases.decide`, which may pass them with a reason.
PHASE: Workflow[PhaseLetter] = Workflow(
    "alliance_phase",
    PhaseLetter.A,
    Transition(
        "begin_trial", frozenset({PhaseLetter.A}), PhaseLetter.B, Permission.PHASE_DECIDE, Message("Move to phase B")
    ),
    Transition(
        "begin_operation",
        frozenset({PhaseLetter.B}),
        PhaseLetter.C,
        Permission.PHASE_DECIDE,
        Message("Move to phase C"),
    ),
    Transition(
        "back_to_decision",
        frozenset({PhaseLetter.B}),
        PhaseLetter.A,
        Permission.PHASE_DECIDE,
        Message("Back to phase A"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "back_to_trial",
        frozenset({PhaseLetter.C}),
        PhaseLetter.B,
        Permission.PHASE_DECIDE,
        Message("Back to phase B"),
        needs_reason=True,
        is_grave=True,
    ),
    attribute="phase",
)


def move(lifecycle: Workflow[S], source: S, target: S) -> Transition[S] | None:
    """The one transition that leads from `source` to `target`, if there is any."""
    found = (t for t in lifecycle.transitions.values() if source in t.sources and t.target is target)
    return next(found, None)
