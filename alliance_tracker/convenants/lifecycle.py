"""The life of a version: draft, offered, in force, replaced; withdrawn before, terminated after.

A version comes into force by itself, with the last signature that it needs; `signing` carries that out. The obstacles
read the version's parties and commitments, so it is loaded with them (`service.version_by_id`).
"""

from collections.abc import Iterable

from alliance_tracker.commitments.models import CommitmentWording
from alliance_tracker.commitments.shares import divide
from alliance_tracker.convenants.models import ConvenantVersion, Party, VersionKind, VersionStatus
from alliance_tracker.convenants.states import ConvenantState, state_of
from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

DRAFT, OFFERED, IN_FORCE, SUPERSEDED, WITHDRAWN, TERMINATED = VersionStatus


#: What can be signed: an offer, and a version in force by a party that was not required.
_SIGNABLE = frozenset({OFFERED, IN_FORCE})
_UNDER_WAY = frozenset({ConvenantState.DRAFT, ConvenantState.OFFERED, ConvenantState.ACTIVE})


def can_be_signed(version: ConvenantVersion) -> bool:
    """It is offered or in force, and neither its own term nor its convenant is over."""
    is_over = version.ends_on < today()  # also of an offer that nobody signed in time
    return version.status in _SIGNABLE and not is_over and state_of(version.convenant, today()) in _UNDER_WAY


def missing_signatures(version: ConvenantVersion) -> list[Party]:
    """The parties that must sign before the version comes into force, and have not."""
    return [party for party in version.parties if party.is_required and not party.has_signed]


def _not_ready(version: ConvenantVersion) -> Iterable[Message]:
    if not version.subject:
        yield Message("Say what the convenant is about.")
    if version.kind is not VersionKind.ORIGINAL and not version.change_note:
        yield Message("Say what changes, and why.")
    if version.ends_on < today():
        yield Message("Its term is over already.")
    yield from _lacks_parties(version)
    yield from _names_who_left(version)
    for wording in version.wordings:
        yield from _does_not_fit(version, wording)


def _lacks_parties(version: ConvenantVersion) -> Iterable[Message]:
    if version.kind is VersionKind.RIDER:
        if not version.parties:
            yield Message("Say which partner joins.")
    elif not any(party.is_vlaio for party in version.parties):
        yield Message("VLAIO is no party yet.")
    elif len(version.parties) < 2:
        yield Message("Name at least one partner as a party.")


def _names_who_left(version: ConvenantVersion) -> Iterable[Message]:
    for party in version.parties:
        if not party.takes_part:
            yield Message("%(name)s takes part no more: take it out of the parties.", name=party.organisation.name)


def _does_not_fit(version: ConvenantVersion, wording: CommitmentWording) -> Iterable[Message]:
    """What was changed elsewhere in the draft since a commitment was written."""
    number = f"V{wording.commitment.number}"
    must_sign = {party.organisation_id: party.is_required for party in version.parties}
    for bearer in wording.bearers:
        words = {"commitment": number, "name": bearer.organisation.name}
        if bearer.organisation_id not in must_sign:
            yield Message("%(commitment)s: %(name)s bears it but is no party.", **words)
        elif not must_sign[bearer.organisation_id]:  # nobody owes what it did not sign for
            yield Message("%(commitment)s: %(name)s bears it, so its signature must be required.", **words)
    if wording.coordinator_id is not None and wording.coordinator_id not in must_sign:
        yield Message("%(commitment)s: who coordinates it is no party.", commitment=number)
    if any(not version.starts_on <= year.due_on <= version.ends_on for year in wording.years):
        yield Message("%(commitment)s: a due date lies outside the term.", commitment=number)
    shares_of = {row.organisation_id: row.share for row in wording.bearers}
    if any(part <= 0 for year in wording.years for part in divide(year.quantity, shares_of, wording.unit).values()):
        yield Message("%(commitment)s: there is too little for every bearer to have a part.", commitment=number)


def _lacks_signatures(version: ConvenantVersion) -> Iterable[Message]:
    for party in missing_signatures(version):
        yield Message("%(name)s has not signed yet.", name=party.organisation.name)


VERSION: Workflow[VersionStatus] = Workflow(
    "convenant_version",
    DRAFT,
    Transition(
        "offer",
        frozenset({DRAFT}),
        OFFERED,
        Permission.CONVENANT_DECIDE,
        Message("Offer for signature"),
        _not_ready,
    ),
    Transition(
        "activate",
        frozenset({OFFERED}),
        IN_FORCE,
        Permission.CONVENANT_DECIDE,
        Message("Let it come into force"),
        _lacks_signatures,
    ),
    Transition(
        "replace", frozenset({IN_FORCE}), SUPERSEDED, Permission.CONVENANT_DECIDE, Message("Replace by a later version")
    ),
    Transition(
        "discard",
        frozenset({DRAFT}),
        WITHDRAWN,
        Permission.CONVENANT_PREPARE,
        Message("Discard the draft"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "withdraw",
        frozenset({OFFERED}),
        WITHDRAWN,
        Permission.CONVENANT_DECIDE,
        Message("Withdraw the offer"),
        needs_reason=True,
        is_grave=True,
    ),
    Transition(
        "terminate",
        frozenset({IN_FORCE}),
        TERMINATED,
        Permission.CONVENANT_DECIDE,
        Message("Terminate the convenant"),
        needs_reason=True,
        is_grave=True,
    ),
)
