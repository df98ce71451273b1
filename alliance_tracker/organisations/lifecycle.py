"""The life of an organisation: it is active, and closes or merges into another; a closed one may open again."""

from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import OrganisationStatus
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

ACTIVE, CLOSED, MERGED = OrganisationStatus

LIFECYCLE: Workflow[OrganisationStatus] = Workflow(
    "organisation",
    ACTIVE,
    Transition(
        "close",
        frozenset({ACTIVE}),
        CLOSED,
        Permission.ORGANISATION_SUCCEED,
        Message("Close the organisation"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "merge",
        frozenset({ACTIVE}),
        MERGED,
        Permission.ORGANISATION_SUCCEED,
        Message("Merge into another"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "reopen",
        frozenset({CLOSED}),
        ACTIVE,
        Permission.ORGANISATION_SUCCEED,
        Message("Reopen"),
        needs_reason=True,
    ),
)
