"""What other organisations say of a delivery: they confirm it, dispute it, or take their answer back.

Nobody answers for the organisation that delivered, nor for a delivery that they logged themselves.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import counting
from alliance_tracker.commitments.delivering import facts_of, hold
from alliance_tracker.commitments.models import (
    Answer,
    Commitment,
    CommitmentWording,
    Confirmation,
    Delivery,
    Instalment,
)
from alliance_tracker.commitments.voices import Speaker, speaker
from alliance_tracker.database import db, now
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor, Permission

ACTIONS = {
    Answer.CONFIRMS: "delivery.confirmed",
    Answer.DISPUTES: "delivery.disputed",
    Answer.TAKES_BACK: "delivery.answer_taken_back",
}


def speaker_about(alliance_id: int, pairs: Iterable[tuple[int, int]], actor: Actor) -> Speaker:
    """Who this person is in an alliance, asked about pairs of the organisation that delivered and today's bearer."""
    return speaker(alliance_id, actor, about={number for pair in pairs for number in pair})


def obstacle(who: Speaker, logged_by_id: int, delivered_by: int, borne_by: int) -> Message | None:
    """Why this person may not answer to a delivery; None when they may."""
    if who.is_own(delivered_by, borne_by):
        return Message("Nobody answers for what their own organisation delivered: another organisation has to.")
    if logged_by_id == who.user_id:
        return Message("Nobody confirms what they logged themselves: somebody else has to.")
    if not who.voices:
        return Message("You speak for no partner of this alliance and for no party to its convenant.")
    return None


def answer(
    delivery: Delivery, said: Answer, *, reason: str = "", voice: int | None = None, actor: Actor
) -> Confirmation:
    """Confirm or dispute a delivery in the name of an organisation, or take that answer back.

    `voice` says in whose name, for somebody who speaks for several.

    :raise NotAllowed: it is one's own organisation's delivery, one logged it, or one speaks for nobody here.
    :raise FieldRefused: a dispute without a reason.
    :raise Refused: it was withdrawn, the organisation said so already, or the alliance has ended.
    """
    policy.require(actor, Permission.DELIVERY_JUDGE, delivery)
    check_open(db().get_one(Alliance, delivery.alliance_id))
    instalment = hold(delivery)
    pair = (delivery.organisation_id, instalment.organisation_id)
    who = speaker_about(delivery.alliance_id, [pair], actor)
    refusal = obstacle(who, delivery.logged_by_id, *pair)
    if refusal is not None:
        raise NotAllowed(refusal)
    found = _keep(delivery, instalment, said, reason=reason, voice=_chosen(who, voice), actor=actor)
    counting.recount(instalment)
    return found


def _chosen(who: Speaker, voice: int | None) -> int:
    names = [each.organisation_id for each in who.voices]
    if voice is None:
        return names[0]
    if voice not in names:
        raise NotAllowed(Message("You do not speak for this organisation here."))
    return voice


def _keep(
    delivery: Delivery, instalment: Instalment, said: Answer, *, reason: str, voice: int, actor: Actor
) -> Confirmation:
    """Keep one answer; the instalment and the delivery are held, and who may answer was looked at."""
    if delivery.withdrawn_at is not None:
        raise Refused(Message("This delivery was withdrawn; there is nothing left to answer."))
    if said is Answer.DISPUTES and not reason:
        raise FieldRefused("reason", Message("Say what is not right: it stays visible."))
    _refuse_the_same_again(delivery, said, voice)
    assert actor.user_id is not None  # noqa: S101  # answers come from people
    row = Confirmation(
        alliance_id=delivery.alliance_id,
        delivery_id=delivery.id,
        organisation_id=voice,
        answer=said,
        reason=reason,
        given_by_id=actor.user_id,
        given_at=now(),
    )
    db().add(row)
    db().flush()  # gives the answer its id
    counting.recount_answers(delivery)
    unit = db().get_one(CommitmentWording, instalment.wording_id).unit
    facts = facts_of(instalment, unit, delivery)
    facts["speaker"] = db().get_one(Organisation, voice).name
    audit.record(ACTIONS[said], delivery, actor=actor, reason=reason, **facts)
    audit.tell_with(row, delivery)
    return row


def _refuse_the_same_again(delivery: Delivery, said: Answer, voice: int) -> None:
    before = db().scalar(
        sa.select(Confirmation.answer)
        .where(Confirmation.delivery_id == delivery.id, Confirmation.organisation_id == voice)
        .order_by(Confirmation.id.desc())
        .limit(1)
    )
    if said is Answer.TAKES_BACK and before in (None, Answer.TAKES_BACK):
        raise Refused(Message("Your organisation gave no answer that could be taken back."))
    if said is not Answer.TAKES_BACK and before is said:
        raise Refused(Message("Your organisation said so already."))


def confirm_many(
    alliance: Alliance, deliveries: Sequence[Delivery], *, voice: int | None = None, actor: Actor
) -> list[Confirmation]:
    """Confirm several deliveries of an alliance at once: all of them, or none.

    :raise TransitionRefused: some may not be confirmed; each is named with its reason.
    """
    policy.require(actor, Permission.DELIVERY_JUDGE, alliance)
    check_open(alliance)
    if not deliveries:
        raise FieldRefused("chosen", Message("Choose at least one delivery."))
    held = _hold_all(deliveries)
    pairs = {row.id: (row.organisation_id, held[row.instalment_id].organisation_id) for row in deliveries}
    who = speaker_about(alliance.id, pairs.values(), actor)
    speaks_as = _chosen(who, voice) if who.voices else 0
    kept, obstacles = [], []
    for row in sorted(deliveries, key=lambda row: row.id):
        instalment = held[row.instalment_id]
        refusal: object = obstacle(who, row.logged_by_id, *pairs[row.id])
        if refusal is None:
            try:
                kept.append(_keep(row, instalment, Answer.CONFIRMS, reason="", voice=speaks_as, actor=actor))
            except Refused as error:
                refusal = error.sentence
        if refusal is not None:
            obstacles.append(_named(row, instalment, refusal))
    if obstacles:
        raise TransitionRefused(Message("Nothing was confirmed. These cannot be:"), obstacles)
    for instalment in held.values():
        counting.recount(instalment)
    return kept


def _hold_all(deliveries: Sequence[Delivery]) -> dict[int, Instalment]:
    """Hold them instalment by instalment in the order of ids, so that two who do this never wait for each other."""
    ordered = sorted(deliveries, key=lambda row: (row.instalment_id, row.id))
    return {row.instalment_id: hold(row) for row in ordered}


def _named(delivery: Delivery, instalment: Instalment, refusal: object) -> Message:
    number = db().scalar(sa.select(Commitment.number).where(Commitment.id == instalment.commitment_id))
    return Message(
        "V%(number)s, %(organisation)s, %(on)s: %(refusal)s",
        number=number,
        organisation=db().get_one(Organisation, delivery.organisation_id).name,
        on=delivery.on,
        refusal=refusal,
    )
