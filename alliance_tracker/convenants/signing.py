"""Offering a version, signing it party by party, and what follows from the last signature: it comes into force."""

import dataclasses
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import instalments
from alliance_tracker.convenants import document
from alliance_tracker.convenants.lifecycle import VERSION, can_be_signed, missing_signatures
from alliance_tracker.convenants.models import (
    Convenant,
    ConvenantVersion,
    Party,
    Signature,
    SignatureMethod,
    VersionKind,
    VersionStatus,
)
from alliance_tracker.convenants.passing import is_taken_up
from alliance_tracker.convenants.service import in_force, version_by_id
from alliance_tracker.convenants.states import ConvenantState, state_of
from alliance_tracker.database import check_version, db, lock, now, today
from alliance_tracker.drawing_rights import rights
from alliance_tracker.errors import FieldRefused, Refused, TransitionRefused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

#: Before this day no council can have decided: it is a slip of the keyboard.
EARLIEST_DECISION = date(2000, 1, 1)


@dataclass(frozen=True)
class Signing:
    """Who signs, and when; `decision_on` is the day on which the council or board of the party decided."""

    name: str
    function: str
    on: date
    decision_on: date | None = None


def _with_its_right(actor: Actor) -> Actor:
    """The same person, allowed what follows by itself from what this person may do: a version comes into force."""
    return dataclasses.replace(actor, is_system=True)


def offer(version: ConvenantVersion, *, drawn_from: int | None = None, actor: Actor) -> None:
    """Offer a draft for signature: from now on it says what it says.

    :raise TransitionRefused: it is no draft, or something is missing.
    :raise Refused: an addendum grants less than was drawn already, or another offer is open.
    """
    policy.require(actor, Permission.CONVENANT_DECIDE, version)
    check_open(db().get_one(Alliance, version.alliance_id))
    lock(version.convenant)
    lock(version)
    version = version_by_id(version.id) or version  # with what somebody may have written until this moment
    check_version(version, drawn_from)
    _check_draft(version)
    if version.kind is not VersionKind.RIDER and (short := rights.short_of_drawn(version.convenant_id, version.rights)):
        raise Refused(short[0])
    version.offered_on, version.offered_by_id = today(), actor.user_id
    version.document = document.build(version)
    version.sha256 = document.digest(version.document)
    VERSION.apply(version, "offer", actor=actor)
    if version.kind is VersionKind.ORIGINAL:
        version.convenant.is_offered = True


def _check_draft(version: ConvenantVersion) -> None:
    """:raise TransitionRefused: it was offered or withdrawn; asked before anything is written into it."""
    if version.status is not VersionStatus.DRAFT:
        raise TransitionRefused(
            Message("This is not possible any more: the state is now “%(state)s”.", state=version.status.label)
        )


def sign(version: ConvenantVersion, party: Party, signing: Signing, *, actor: Actor) -> Signature:
    """Sign for one's own organisation, in the application, today.

    :raise NotAllowed: the actor does not represent this party.
    :raise FieldRefused: no name or function, or a decision that is missing, too old or later than the signature.
    :raise Refused: it cannot be signed now, or this party has all its signatures, or this person signed already.
    """
    policy.require(actor, Permission.CONVENANT_SIGN, party)
    return _keep(version, party, dataclasses.replace(signing, on=today()), SignatureMethod.APPLICATION, actor)


def awaited_from(version: ConvenantVersion, actor: Actor) -> frozenset[int]:
    """The parties of this version, by id, for which the actor can sign it in the application now."""
    alliance = db().get_one(Alliance, version.alliance_id)
    if not alliance.is_open or not can_be_signed(version):
        return frozenset()
    return frozenset(
        party.id
        for party in version.parties
        if not party.has_signed
        and policy.allows(actor, Permission.CONVENANT_SIGN, party)
        and not _signed_in_person(party, actor)
    )


def _signed_in_person(party: Party, actor: Actor) -> bool:
    own = (SignatureMethod.APPLICATION, actor.user_id)
    return own in {(each.method, each.recorded_by_id) for each in party.standing_signatures}


def record_paper(version: ConvenantVersion, party: Party, signing: Signing, *, actor: Actor) -> Signature:
    """Record a signature on paper; its scan is attached to the signature as evidence.

    :raise FieldRefused: no name or function, a day before the offer or in the future, or a decision as in `sign`.
    :raise Refused: it cannot be signed now, or this party has all its signatures.
    """
    policy.require(actor, Permission.CONVENANT_PREPARE, version)
    return _keep(version, party, signing, SignatureMethod.PAPER, actor)


def _keep(
    version: ConvenantVersion, party: Party, signing: Signing, method: SignatureMethod, actor: Actor
) -> Signature:
    check_open(db().get_one(Alliance, version.alliance_id))
    lock(version.convenant)  # the last two signatures at the same moment come one after the other
    lock(version)
    _read_signatures(version)
    _check_place(version, party, method, actor)
    if not signing.name:
        raise FieldRefused("name", Message("Give the name of the one who signs."))
    if not signing.function:
        raise FieldRefused("function", Message("Give the function of the one who signs."))
    if version.offered_on is None or not version.offered_on <= signing.on <= today():
        raise FieldRefused("on", Message("Choose a day between %(since)s and today.", since=version.offered_on))
    _check_decision(party, signing)
    assert actor.user_id is not None  # noqa: S101  # signatures come from people
    signature = Signature(
        alliance_id=version.alliance_id,
        convenant_version_id=version.id,
        party_id=party.id,
        organisation_id=party.organisation_id,
        name=signing.name,
        function=signing.function,
        method=method,
        signed_on=signing.on,
        decision_on=signing.decision_on,
        sha256=version.sha256,
        recorded_by_id=actor.user_id,
        recorded_at=now(),
    )
    party.signatures.append(signature)
    db().flush()  # gives the signature its id
    audit.record("convenant_signature.given", signature, actor=actor, title=version.title)
    if version.status is VersionStatus.OFFERED and not missing_signatures(version):
        _come_into_force(version, _with_its_right(actor))
    return signature


def _check_decision(party: Party, signing: Signing) -> None:
    """Where a council or board decides first, the day of its decision comes with every signature."""
    if signing.decision_on is None:
        if party.decided_by:
            raise FieldRefused(
                "decision_on", Message("%(who)s decides first: give the day of that decision.", who=party.decided_by)
            )
        return
    if signing.decision_on > signing.on:
        raise FieldRefused("decision_on", Message("The decision comes before the signature."))
    if signing.decision_on < EARLIEST_DECISION:
        raise FieldRefused(
            "decision_on", Message("Choose a day in %(year)s or later.", year=str(EARLIEST_DECISION.year))
        )


def _read_signatures(version: ConvenantVersion) -> None:
    """Read the signatures anew, now that the version is held: somebody may have signed since it was read."""
    signed = selectinload(Party.signatures)
    rows = sa.select(Party).where(Party.convenant_version_id == version.id)
    every = rows.options(signed, selectinload(Party.organisation)).execution_options(populate_existing=True)
    db().scalars(every).all()


def _check_place(version: ConvenantVersion, party: Party, method: SignatureMethod, actor: Actor) -> None:
    if not can_be_signed(version):
        raise Refused(Message("This version cannot be signed now."))
    if party.has_signed:
        raise Refused(Message("%(name)s has signed already.", name=party.organisation.name))
    if method is SignatureMethod.APPLICATION and _signed_in_person(party, actor):
        raise Refused(Message("You have signed for this party already."))


def strike(version: ConvenantVersion, signature: Signature, *, reason: str, actor: Actor) -> None:
    """Strike out a signature while the version still waits for others; it stays readable.

    One on paper may have been recorded wrongly; one given in the application is taken back by its own party alone.

    :raise NotAllowed: it was given in the application, for a party that the actor does not represent.
    :raise FieldRefused: there is no reason.
    :raise Refused: the version is in force or withdrawn, or it was struck already.
    """
    policy.require(actor, signature.struck_by, signature)
    lock(version)
    if version.status is not VersionStatus.OFFERED or signature.struck_at is not None:
        raise Refused(Message("This signature cannot be struck out any more."))
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    signature.struck_at, signature.strike_reason = now(), reason
    audit.record("convenant_signature.struck", signature, actor=actor, reason=reason)


def _come_into_force(version: ConvenantVersion, actor: Actor) -> None:
    """What the last signature sets going, in the same transaction."""
    convenant, alliance = version.convenant, db().get_one(Alliance, version.alliance_id)
    until_now = [former.id for former in in_force(convenant.id)]
    if version.kind is not VersionKind.RIDER:
        _replace_what_was_in_force(version, actor)
    version.in_force_on = today()
    VERSION.apply(version, "activate", actor=actor)
    convenant.is_offered = False
    if version.kind is not VersionKind.RIDER:
        convenant.in_force_on = convenant.in_force_on or today()
        convenant.title, convenant.ends_on = version.title, version.ends_on
        rights.materialise(convenant.id, alliance, version.rights, decision_days=version.decision_days, actor=actor)
    audit.tell_with(convenant, version)
    db().flush()  # the versions in force are read from the database
    running = in_force(convenant.id)
    parties = {party.organisation_id: party for each in running for party in each.parties}
    # What a rider says that stays beside a new text, is as that text says.
    wordings = {row.commitment_id: row for each in reversed(running) for row in each.wordings}
    instalments.materialise(
        convenant.id,
        alliance,
        wordings.values(),
        instalments.Parties(
            {number: party.side for number, party in parties.items()},
            {number for number, party in parties.items() if party.takes_part},
        ),
        until_now=until_now,
        because=version.change_note or version.title,
        told_with=version,
        actor=actor,
    )


def _replace_what_was_in_force(version: ConvenantVersion, actor: Actor) -> None:
    """The text before it is replaced, and each rider that it takes up."""
    for former in in_force(version.convenant_id):
        if former.kind is not VersionKind.RIDER or is_taken_up(version, former):
            VERSION.apply(former, "replace", actor=actor)
    db().flush()  # only one text may be in force


def withdraw(version: ConvenantVersion, *, reason: str, drawn_from: int | None = None, actor: Actor) -> None:
    """Withdraw an offer, or discard a draft; it stays readable. The version in force before it stays so.

    :raise TransitionRefused: it is in force or withdrawn already, or there is no reason.
    """
    lock(version.convenant)
    check_version(version, drawn_from)
    move = "discard" if version.status is VersionStatus.DRAFT else "withdraw"
    version.withdraw_reason = reason
    VERSION.apply(version, move, actor=actor, reason=reason)
    if version.kind is VersionKind.ORIGINAL:
        version.convenant.is_offered = False
        audit.tell_with(version.convenant, version)


def give_up(convenant: Convenant, *, reason: str, actor: Actor) -> None:
    """Give up a convenant that never came into force; its withdrawn versions stay readable.

    :raise Refused: a draft or an offer is open, or it has been in force.
    """
    policy.require(actor, Permission.CONVENANT_DECIDE, convenant)
    lock(convenant)
    is_open = db().scalar(
        sa.select(ConvenantVersion.id).where(
            ConvenantVersion.convenant_id == convenant.id,
            ConvenantVersion.status.in_((VersionStatus.DRAFT, VersionStatus.OFFERED)),
        )
    )
    if is_open or state_of(convenant, today()) is not ConvenantState.DRAFT:
        raise Refused(Message("Only a convenant without a draft and without an offer can be given up."))
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    convenant.given_up_on, convenant.give_up_reason = today(), reason
    audit.record("convenant.given_up", convenant, actor=actor, reason=reason)


def terminate(convenant: Convenant, *, on: date, reason: str, drawn_from: int | None = None, actor: Actor) -> None:
    """End an active convenant before its term; `on` is its last day, today or before.

    What is still open is waived for that reason, nothing more can be asked of the drawing right (what was asked
    before is still decided), drafts and offers are withdrawn.

    :raise FieldRefused: the day lies in the future or before it came into force.
    :raise TransitionRefused: it is not active, or there is no reason.
    """
    policy.require(actor, Permission.CONVENANT_DECIDE, convenant)
    lock(convenant)
    check_version(convenant, drawn_from)
    if state_of(convenant, today()) is not ConvenantState.ACTIVE or convenant.terminated_on is not None:
        raise Refused(Message("This convenant is not active."))
    if convenant.in_force_on is None or not convenant.in_force_on <= on <= today():
        raise FieldRefused("on", Message("Choose a day between %(since)s and today.", since=convenant.in_force_on))
    _withdraw_open(convenant, reason, actor)
    for version in in_force(convenant.id):
        VERSION.apply(version, "terminate", actor=actor, on=on, reason=reason)
    convenant.terminated_on, convenant.terminate_reason = on, reason
    audit.record("convenant.terminated", convenant, actor=actor, reason=reason)
    instalments.end_open(convenant.id, on=on, reason=reason, actor=actor)
    rights.close(convenant.id, on=on, actor=actor)


def _withdraw_open(convenant: Convenant, reason: str, actor: Actor) -> None:
    ids = db().scalars(
        sa.select(ConvenantVersion.id).where(
            ConvenantVersion.convenant_id == convenant.id,
            ConvenantVersion.status.in_((VersionStatus.DRAFT, VersionStatus.OFFERED)),
        )
    )
    for number in ids.all():
        version = version_by_id(number)
        if version is not None:
            withdraw(version, reason=reason, actor=actor)
