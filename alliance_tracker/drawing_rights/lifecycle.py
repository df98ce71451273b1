"""The life of a drawdown: requested, approved, refused or returned; a returned one is changed and requested again."""

from alliance_tracker.drawing_rights.models import DrawdownStatus
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

REQUESTED, RETURNED, APPROVED, REFUSED, WITHDRAWN = DrawdownStatus

DRAWDOWN: Workflow[DrawdownStatus] = Workflow(
    "drawdown",
    REQUESTED,
    Transition("approve", frozenset({REQUESTED}), APPROVED, Permission.DRAWDOWN_DECIDE, Message("Approve")),
    Transition(
        "return",
        frozenset({REQUESTED}),
        RETURNED,
        Permission.DRAWDOWN_DECIDE,
        Message("Return with a question"),
        needs_reason=True,
    ),
    Transition(
        "refuse",
        frozenset({REQUESTED}),
        REFUSED,
        Permission.DRAWDOWN_DECIDE,
        Message("Refuse"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "resubmit", frozenset({RETURNED}), REQUESTED, Permission.DRAWDOWN_REQUEST, Message("Change and request again")
    ),
    Transition(
        "withdraw",
        frozenset({REQUESTED, RETURNED}),
        WITHDRAWN,
        Permission.DRAWDOWN_REQUEST,
        Message("Withdraw the request"),
        needs_reason=True,
        is_grave=True,
    ),
)
