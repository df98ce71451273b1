"""Beginning a draft: the first one of a convenant, an addendum that replaces the version in force, a late rider."""

import dataclasses

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import wordings
from alliance_tracker.commitments.models import CommitmentWording, Side
from alliance_tracker.convenants.drafting import (
    Draft,
    PartyDraft,
    check,
    check_parties,
    columns,
    draft_of,
    office,
    party_draft_of,
    set_rows,
    write_parties,
    writing_of,
)
from alliance_tracker.convenants.lifecycle import VERSION
from alliance_tracker.convenants.models import Convenant, ConvenantVersion, VersionKind, VersionStatus
from alliance_tracker.convenants.passing import passing_of
from alliance_tracker.convenants.service import in_force, version_by_id
from alliance_tracker.convenants.states import ConvenantState, state_of
from alliance_tracker.database import db, lock, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission


def start(alliance: Alliance, draft: Draft, *, actor: Actor) -> ConvenantVersion:
    """Begin a convenant with a first draft; VLAIO and the core partners of today are its parties.

    :raise FieldRefused: the draft does not hold together.
    :raise Refused: the alliance has ended, or another convenant of it is being prepared or is in force.
    """
    policy.require(actor, Permission.CONVENANT_PREPARE, alliance)
    check_open(alliance)
    lock(alliance)  # two first drafts at the same moment come one after the other
    for other in db().scalars(sa.select(Convenant).where(Convenant.alliance_id == alliance.id)):
        if state_of(other, today()) in {ConvenantState.DRAFT, ConvenantState.OFFERED, ConvenantState.ACTIVE}:
            raise Refused(Message("There is a convenant already: change it with an addendum, or end it first."))
    check(alliance.id, draft)
    convenant = Convenant(alliance_id=alliance.id, title=draft.title)
    db().add(convenant)
    db().flush()  # gives the convenant its id
    audit.record("convenant.begun", convenant, actor=actor)
    version = _new_version(convenant, VersionKind.ORIGINAL, None, draft, actor)
    core = db().scalars(
        sa.select(Partner.organisation_id)
        .where(Partner.alliance_id == alliance.id, Partner.until.is_(None), Partner.is_core)
        .order_by(Partner.id)
    )
    vlaio = PartyDraft(office().id, Side.GOVERNMENT)
    write_parties(version, [vlaio, *(PartyDraft(number) for number in core)])
    return _complete(version)


def start_again(convenant: Convenant, *, actor: Actor) -> ConvenantVersion:
    """Begin a new first draft of a convenant whose offer was withdrawn, from what was offered last.

    :raise Refused: a draft or an offer is open, or it has been in force.
    """
    _check_preparing(convenant, actor)
    if state_of(convenant, today()) is not ConvenantState.DRAFT:
        raise Refused(Message("This convenant has been offered or has ended."))
    last = _loaded(
        db().scalar(
            sa.select(ConvenantVersion.id)
            .where(ConvenantVersion.convenant_id == convenant.id)
            .order_by(ConvenantVersion.number.desc())
            .limit(1)
        )
    )
    version = _new_version(last.convenant, VersionKind.ORIGINAL, None, draft_of(last), actor)
    write_parties(version, [party_draft_of(party) for party in last.parties if party.takes_part])
    for wording in last.wordings:
        _write(version, wording, wordings.draft_of(wording))
    return _complete(version)


def start_addendum(convenant: Convenant, *, actor: Actor) -> ConvenantVersion:
    """Begin a new version of an active convenant, from the one in force with the partners that joined since.

    Who takes part no more is left out, and whoever took a promise over bears it; see `passing`.

    :raise Refused: the convenant is not active, or a draft or an offer is open.
    """
    base = _check_active(convenant, actor)
    if _has_open(convenant.id, VersionStatus.OFFERED):
        raise Refused(Message("An addendum is offered for signature: wait for it, or withdraw it."))
    texts = in_force(convenant.id)
    passing = passing_of(convenant.id, texts)
    draft = dataclasses.replace(draft_of(base), change_note="")
    version = _new_version(convenant, VersionKind.ADDENDUM, base.id, draft, actor)
    write_parties(version, passing.parties(texts))
    taken_up: set[int] = set()
    for wording in (row for text in texts for row in text.wordings):
        written = passing.written(wording)
        # What a rider says that stayed beside a later text, is as that text says.
        if written is not None and wording.commitment_id not in taken_up:
            taken_up.add(wording.commitment_id)
            _write(version, wording, written)
    return _complete(version)


def start_rider(convenant: Convenant, party: PartyDraft, *, actor: Actor) -> ConvenantVersion:
    """Begin a rider by which one more organisation joins an active convenant, without reopening the signatures.

    :raise FieldRefused: it is a party already.
    :raise Refused: the convenant is not active, or a draft is open.
    """
    base = _check_active(convenant, actor)
    parties = {row.organisation_id for version in in_force(convenant.id) for row in version.parties}
    if party.organisation_id in parties:
        raise FieldRefused("organisation", Message("This organisation is a party already."))
    check_parties(base.alliance_id, [party])
    bare = dataclasses.replace(
        draft_of(base), change_note="", ceilings={}, goals=frozenset(), minimum_cofinancing=None, asked_indicators=()
    )
    version = _new_version(convenant, VersionKind.RIDER, base.id, bare, actor)
    write_parties(version, [dataclasses.replace(party, is_required=True)])
    return _complete(version)


def _check_preparing(convenant: Convenant, actor: Actor) -> None:
    policy.require(actor, Permission.CONVENANT_PREPARE, convenant)
    check_open(db().get_one(Alliance, convenant.alliance_id))
    lock(convenant)
    if _has_open(convenant.id, VersionStatus.DRAFT):
        raise Refused(Message("There is a draft already: finish it or discard it first."))


def _check_active(convenant: Convenant, actor: Actor) -> ConvenantVersion:
    _check_preparing(convenant, actor)
    # On the last day of a terminated convenant nothing new begins.
    if state_of(convenant, today()) is not ConvenantState.ACTIVE or convenant.terminated_on is not None:
        raise Refused(Message("This convenant is not active."))
    return in_force(convenant.id, riders=False)[0]


def _has_open(convenant_id: int, status: VersionStatus) -> bool:
    found = sa.select(ConvenantVersion.id).where(
        ConvenantVersion.convenant_id == convenant_id,
        ConvenantVersion.status == status,
        sa.or_(ConvenantVersion.kind != VersionKind.RIDER, ConvenantVersion.status == VersionStatus.DRAFT),
    )
    return db().scalar(found) is not None


def _new_version(
    convenant: Convenant, kind: VersionKind, based_on_id: int | None, draft: Draft, actor: Actor
) -> ConvenantVersion:
    newest = sa.select(sa.func.max(ConvenantVersion.number)).where(ConvenantVersion.convenant_id == convenant.id)
    version = ConvenantVersion(
        convenant_id=convenant.id,
        alliance_id=convenant.alliance_id,
        number=(db().scalar(newest) or 0) + 1,
        kind=kind,
        status=VERSION.initial,
        based_on_id=based_on_id,
        parties=[],
        goals=[],
        wordings=[],
        rights=[],
        **columns(draft),
    )
    version.convenant = convenant
    db().add(version)
    db().flush()  # gives the version its id
    VERSION.start(version, actor=actor)
    set_rows(version, draft)
    return version


def _write(version: ConvenantVersion, wording: CommitmentWording, draft: wordings.Draft) -> None:
    """Write a commitment of another version into this one, as `draft` says it."""
    copy = wordings.make(writing_of(version), wording.commitment_id, draft, position=wording.position)
    # Nobody wrote these now: they are told as part of the version that begins.
    for row in (copy, *copy.bearers, *copy.years):
        audit.tell_with(row, version)


def _complete(version: ConvenantVersion) -> ConvenantVersion:
    db().flush()  # what was written is read back with everything that hangs on it
    return _loaded(version.id)


def _loaded(version_id: int | None) -> ConvenantVersion:
    found = version_by_id(version_id or 0)
    if found is None:
        raise LookupError(version_id)
    return found
