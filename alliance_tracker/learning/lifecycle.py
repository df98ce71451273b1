"""The life of a signal with VLAIO; each move is an answer, and its reason is what the answer says."""

from alliance_tracker.i18n import Message
from alliance_tracker.learning.models import SignalStatus
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

RECEIVED, UNDER_STUDY, ADOPTED, REFUSED, DONE, MERGED = SignalStatus

#: States from which it can go on with another signal.
MERGEABLE = frozenset({RECEIVED, UNDER_STUDY})
MERGE = "merge"


def _answer(name: str, sources: set[SignalStatus], target: SignalStatus, label: Message) -> Transition[SignalStatus]:
    return Transition(name, frozenset(sources), target, Permission.SIGNAL_ANSWER, label, needs_reason=True)


SIGNAL = Workflow(
    "signal",
    RECEIVED,
    _answer("study", {RECEIVED}, UNDER_STUDY, Message("Take it under study")),
    _answer("adopt", {RECEIVED, UNDER_STUDY}, ADOPTED, Message("Adopt it")),
    _answer("refuse", {RECEIVED, UNDER_STUDY}, REFUSED, Message("Refuse it")),
    _answer("finish", {ADOPTED}, DONE, Message("Report that it is carried out")),
    _answer("reopen", {REFUSED, DONE}, UNDER_STUDY, Message("Study it again")),
    Transition(
        MERGE,
        MERGEABLE,
        MERGED,
        Permission.SIGNAL_ANSWER,
        Message("Merge it into another"),
        needs_reason=True,
        is_grave=True,
    ),
)
