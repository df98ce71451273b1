"""The life of a pilot: planned, running, finished with an evaluation, and then scaled up, adjusted or stopped.

The obstacles read the pilot's partners and evaluations, so it is loaded with both (`service.pilot_by_id`).
"""

from collections.abc import Iterable

from alliance_tracker.i18n import Message
from alliance_tracker.pilots.models import Pilot, PilotDecision, PilotStatus
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

PLANNED, RUNNING, FINISHED, SCALED, STOPPED = PilotStatus


def _nobody_takes_part(pilot: Pilot) -> Iterable[Message]:
    if not pilot.current_partners:
        yield Message("No partner takes part yet: say who does.")


def _not_to_scale(pilot: Pilot) -> Iterable[Message]:
    yield from _decided_otherwise(pilot, PilotDecision.SCALE_UP)


def _not_to_adjust(pilot: Pilot) -> Iterable[Message]:
    yield from _decided_otherwise(pilot, PilotDecision.ADJUST)


def _decided_otherwise(pilot: Pilot, wanted: PilotDecision) -> Iterable[Message]:
    newest = pilot.newest_evaluation
    if newest is None:
        yield Message("It is not evaluated yet.")
    elif newest.decision is not wanted:
        yield Message(
            "The newest evaluation decides: %(decision)s. Evaluate again when that has changed.",
            decision=newest.decision.label,
        )


def _it_ran(pilot: Pilot) -> Iterable[Message]:
    if pilot.started_on is not None:
        yield Message("It ran before: let it run again.")


def _it_never_ran(pilot: Pilot) -> Iterable[Message]:
    if pilot.started_on is None:
        yield Message("It never ran: plan it again.")


PILOT: Workflow[PilotStatus] = Workflow(
    "pilot",
    PLANNED,
    Transition(
        "begin", frozenset({PLANNED}), RUNNING, Permission.PILOT_EDIT, Message("Start the pilot"), _nobody_takes_part
    ),
    Transition("finish", frozenset({RUNNING}), FINISHED, Permission.PILOT_EDIT, Message("Finish and evaluate")),
    Transition("scale", frozenset({FINISHED}), SCALED, Permission.PILOT_EDIT, Message("Scale up"), _not_to_scale),
    Transition(
        "run_again",
        frozenset({FINISHED}),
        RUNNING,
        Permission.PILOT_EDIT,
        Message("Run again, adjusted"),
        _not_to_adjust,
    ),
    Transition(
        "stop",
        frozenset({PLANNED, RUNNING, FINISHED}),
        STOPPED,
        Permission.PILOT_EDIT,
        Message("Stop the pilot"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "replan",
        frozenset({STOPPED}),
        PLANNED,
        Permission.PILOT_EDIT,
        Message("Plan it again"),
        _it_ran,
        needs_reason=True,
    ),
    Transition(
        "resume",
        frozenset({STOPPED}),
        RUNNING,
        Permission.PILOT_EDIT,
        Message("Let it run again"),
        _it_never_ran,
        needs_reason=True,
    ),
)
