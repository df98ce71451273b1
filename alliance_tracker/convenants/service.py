"""Writing the draft of a convenant: its text, its parties, its commitments, until it is offered."""

from collections.abc import Iterable

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import wordings
from alliance_tracker.commitments.models import CommitmentWording
from alliance_tracker.convenants.drafting import (
    Draft,
    PartyDraft,
    check,
    check_parties,
    columns,
    office,
    set_rows,
    write_parties,
    writing_of,
)
from alliance_tracker.convenants.lifecycle import VERSION
from alliance_tracker.convenants.models import ConvenantVersion, VersionKind, VersionStatus
from alliance_tracker.convenants.queries import versions
from alliance_tracker.database import check_version, db, lock, today, touch
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission


def version_by_id(version_id: int) -> ConvenantVersion | None:
    """A version with its convenant, parties, signatures, goals, commitments and rights."""
    return next(iter(versions([version_id])), None)


def in_force(convenant_id: int, *, riders: bool = True) -> list[ConvenantVersion]:
    """The versions in force: the text itself first, then the riders beside it, loaded as by `version_by_id`."""
    kinds = list(VersionKind) if riders else [VersionKind.ORIGINAL, VersionKind.ADDENDUM]
    ids = db().scalars(
        sa.select(ConvenantVersion.id).where(
            ConvenantVersion.convenant_id == convenant_id,
            ConvenantVersion.status == VersionStatus.IN_FORCE,
            ConvenantVersion.kind.in_(kinds),
        )
    )
    return sorted(versions(ids.all()), key=lambda version: (version.kind is VersionKind.RIDER, version.number))


def edit(version: ConvenantVersion, draft: Draft, *, drawn_from: int | None = None, actor: Actor) -> None:
    """Change what a draft says. `version` came from `version_by_id`.

    :raise EditConflict: somebody else saved it since the form with version `drawn_from` was drawn.
    :raise FieldRefused: it does not hold together.
    :raise Refused: it was offered or withdrawn.
    """
    take_up(version, actor)
    check_version(version, drawn_from)
    check(version.alliance_id, draft)
    for name, value in columns(draft).items():
        setattr(version, name, value)
    if version.kind is VersionKind.ORIGINAL:
        version.convenant.title = draft.title
        audit.tell_with(version.convenant, version)
    touch(version)
    audit.record("convenant_version.edited", version, actor=actor)
    set_rows(version, draft)


def set_parties(
    version: ConvenantVersion, parties: Iterable[PartyDraft], *, drawn_from: int | None = None, actor: Actor
) -> None:
    """Say who is asked to sign a draft. VLAIO stays a party; who leaves may bear no commitment of this version.

    :raise EditConflict: as `edit`.
    :raise FieldRefused: an organisation occurs twice, exists no more, is no partner today, or bears a commitment.
    """
    take_up(version, actor)
    check_version(version, drawn_from)
    wanted = list(parties)
    check_parties(version.alliance_id, wanted)
    kept = {party.organisation_id for party in wanted}
    bearers = {row.organisation_id: row.organisation.name for w in version.wordings for row in w.bearers}
    for organisation_id, name in bearers.items():
        if organisation_id not in kept and any(p.organisation_id == organisation_id for p in version.parties):
            raise FieldRefused(
                "parties", Message("%(name)s bears a commitment of this version: change that first.", name=name)
            )
    if version.kind is not VersionKind.RIDER and office().id not in kept:
        raise FieldRefused("parties", Message("VLAIO is always a party."))
    touch(version)
    audit.record("convenant_version.parties_set", version, actor=actor)
    write_parties(version, wanted)


def take_up(version: ConvenantVersion, actor: Actor) -> None:
    """Hold a draft to change it: what was said to be ready is not so any more.

    :raise Refused: it is no draft any more, or the alliance has ended.
    """
    _hold_draft(version, actor)
    version.ready_on = version.ready_by_id = None


def say_ready(version: ConvenantVersion, *, drawn_from: int | None = None, actor: Actor) -> None:
    """Say that a draft is ready: VLAIO is asked to offer it. It holds until somebody changes the draft.

    :raise EditConflict: as `edit`.
    :raise Refused: something is missing, or it is no draft any more.
    """
    _hold_draft(version, actor)
    version = version_by_id(version.id) or version  # with what somebody may have written until this moment
    check_version(version, drawn_from)
    for sentence in VERSION.transitions["offer"].obstacles(version):
        raise Refused(sentence)
    assert actor.user_id is not None  # noqa: S101  # somebody says so
    version.ready_on, version.ready_by_id = today(), actor.user_id
    audit.record("convenant_version.ready", version, actor=actor)


def _hold_draft(version: ConvenantVersion, actor: Actor) -> None:
    policy.require(actor, Permission.CONVENANT_PREPARE, version)
    check_open(db().get_one(Alliance, version.alliance_id))
    lock(version.convenant)  # it may be offered at this very moment; whoever offers takes them in the same order
    lock(version)
    if version.status is not VersionStatus.DRAFT:
        raise Refused(Message("A version that was offered is not changed any more; it can only be withdrawn."))


def add_commitment(version: ConvenantVersion, draft: wordings.Draft, *, actor: Actor) -> CommitmentWording:
    """Add a commitment to a draft; refusals as `wordings.add`."""
    take_up(version, actor)
    return wordings.add(writing_of(version), draft, actor=actor)


def edit_commitment(
    version: ConvenantVersion,
    wording: CommitmentWording,
    draft: wordings.Draft,
    *,
    drawn_from: int | None = None,
    actor: Actor,
) -> None:
    """Change a commitment of a draft; refusals as `wordings.edit`."""
    take_up(version, actor)
    wordings.edit(writing_of(version), wording, draft, version=drawn_from, actor=actor)


def remove_commitment(version: ConvenantVersion, wording: CommitmentWording, *, actor: Actor) -> None:
    """Take a commitment out of a draft."""
    take_up(version, actor)
    wordings.remove(wording, actor=actor)
