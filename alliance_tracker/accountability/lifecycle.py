"""The life of a question on a late commitment: open, answered, asked on, closed."""

from alliance_tracker.accountability.models import ExplanationStatus
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

OPEN, ANSWERED, CLOSED = ExplanationStatus

EXPLANATION: Workflow[ExplanationStatus] = Workflow(
    "explanation",
    OPEN,
    Transition(
        "answer", frozenset({OPEN, ANSWERED}), ANSWERED, Permission.EXPLANATION_ANSWER, Message("Answer the question")
    ),
    Transition("ask_on", frozenset({ANSWERED}), OPEN, Permission.EXPLANATION_ASK, Message("Ask on")),
    Transition("close", frozenset({OPEN, ANSWERED}), CLOSED, Permission.EXPLANATION_ASK, Message("Close the question")),
)
