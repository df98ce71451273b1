"""Drawdowns: requested by the coordinator, decided by another person at VLAIO, paid in one or more tranches.

A request may ask at most what remains at that moment. Several open requests together may ask more: nothing is drawn
before it is decided, and each decision looks at what remains then. Whoever decides or pays first holds the drawing
right, then the drawdown, so that two at the same moment come one after the other.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, lock, now, today
from alliance_tracker.drawing_rights import agreed, asking
from alliance_tracker.drawing_rights.lifecycle import DRAWDOWN
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight, Payment
from alliance_tracker.drawing_rights.rights import check_amount
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.i18n import Euro, Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.workflow import events_of

#: The moves by which somebody asks for money; whoever did one of them does not decide on it.
ASKING = frozenset({"start", "resubmit"})


@dataclass(frozen=True)
class Draft:
    """What is asked: an amount in euro, for what, and to which partner it is paid."""

    amount: Decimal
    purpose: str
    payee_partner_id: int


@dataclass(frozen=True)
class Tranche:
    """A payment as the books have it."""

    amount: Decimal
    on: date
    reference: str = ""


def request(right: DrawingRight, draft: Draft, *, actor: Actor) -> Drawdown:
    """Ask for a part of a drawing right; VLAIO decides within the agreed number of days.

    :raise FieldRefused: the amount is none, or more than what remains; no purpose; the payee is no partner today.
    :raise Refused: its year has not begun, its convenant has ended or was terminated, or the alliance has ended.
    """
    policy.require(actor, Permission.DRAWDOWN_REQUEST, right)
    check_open(db().get_one(Alliance, right.alliance_id))
    lock(right)
    check_can_ask(right)
    _check(right, draft)
    assert actor.user_id is not None  # noqa: S101  # a request has an author
    drawdown = Drawdown(
        alliance_id=right.alliance_id,
        drawing_right_id=right.id,
        status=DRAWDOWN.initial,
        requested_by_id=actor.user_id,
        requested_on=today(),
        decide_by=today() + timedelta(days=right.decision_days),
        decided_on=None,
        decided_by_id=None,
        amount=draft.amount,
        purpose=draft.purpose,
        payee_partner_id=draft.payee_partner_id,
    )
    db().add(drawdown)
    db().flush()  # gives the drawdown its id
    DRAWDOWN.start(drawdown, actor=actor)
    return drawdown


def resubmit(drawdown: Drawdown, draft: Draft, *, version: int | None = None, actor: Actor) -> None:
    """Change a returned request and ask again; the term of the decision starts anew.

    :raise FieldRefused: as for a new one.
    :raise Refused: as for a new one.
    :raise TransitionRefused: it was not returned.
    """
    right = _hold(drawdown, Permission.DRAWDOWN_REQUEST, version, actor)
    check_open(db().get_one(Alliance, right.alliance_id))
    _check_move(drawdown, "resubmit")
    check_can_ask(right)
    _check(right, draft)
    assert actor.user_id is not None  # noqa: S101  # a request has an author
    drawdown.amount, drawdown.purpose, drawdown.payee_partner_id = draft.amount, draft.purpose, draft.payee_partner_id
    drawdown.requested_by_id, drawdown.requested_on = actor.user_id, today()
    drawdown.decide_by = today() + timedelta(days=right.decision_days)
    drawdown.decision_reason = ""
    DRAWDOWN.apply(drawdown, "resubmit", actor=actor)


def approve(drawdown: Drawdown, *, reason: str = "", version: int | None = None, actor: Actor) -> None:
    """Grant a request: from now on the amount is drawn. `reason` is a remark that stays visible.

    :raise Refused: more is asked than what remains.
    :raise NotAllowed: one asked for it oneself.
    :raise TransitionRefused: it does not wait for a decision.
    """
    right = _hold_to_decide(drawdown, "approve", version, actor)
    if drawdown.amount > right.remaining:
        raise Refused(
            Message(
                "Of the right of %(year)s %(remaining)s remains, and this asks %(amount)s. "
                "Return it with a question, or refuse it.",
                year=str(right.year),
                remaining=Euro(right.remaining),
                amount=Euro(drawdown.amount),
            )
        )
    right.drawn += drawdown.amount
    _decide(drawdown, "approve", reason, actor)


def refuse(drawdown: Drawdown, *, reason: str, version: int | None = None, actor: Actor) -> None:
    """Refuse a request for good, with a reason.

    :raise NotAllowed: one asked for it oneself.
    :raise TransitionRefused: it does not wait for a decision, or there is no reason.
    """
    _hold_to_decide(drawdown, "refuse", version, actor)
    _decide(drawdown, "refuse", reason, actor)


def _decide(drawdown: Drawdown, move: str, reason: str, actor: Actor) -> None:
    # The database asks for the day together with the status.
    with db().no_autoflush:
        drawdown.decided_on, drawdown.decided_by_id, drawdown.decision_reason = today(), actor.user_id, reason
        DRAWDOWN.apply(drawdown, move, actor=actor, reason=reason)
    db().flush()


def return_(drawdown: Drawdown, *, reason: str, version: int | None = None, actor: Actor) -> None:
    """Give a request back with a question; its alliance changes it and asks again.

    :raise NotAllowed: one asked for it oneself.
    :raise TransitionRefused: it does not wait for a decision, or there is no question.
    """
    _hold_to_decide(drawdown, "return", version, actor)
    drawdown.decision_reason = reason
    DRAWDOWN.apply(drawdown, "return", actor=actor, reason=reason)


def withdraw(drawdown: Drawdown, *, reason: str, version: int | None = None, actor: Actor) -> None:
    """Take a request back that was not decided yet.

    :raise TransitionRefused: it was decided, or there is no reason.
    """
    _hold(drawdown, Permission.DRAWDOWN_REQUEST, version, actor)
    drawdown.decision_reason = reason
    DRAWDOWN.apply(drawdown, "withdraw", actor=actor, reason=reason)


def pay(drawdown: Drawdown, tranche: Tranche, *, version: int | None = None, actor: Actor) -> Payment:
    """Record that a part of an approved drawdown was paid, or all of it.

    :raise Refused: it was not approved.
    :raise FieldRefused: the amount is none or more than what is still to be paid, or the day does not fit.
    """
    right = _hold(drawdown, Permission.DRAWDOWN_DECIDE, version, actor)
    if drawdown.status is not DrawdownStatus.APPROVED or drawdown.decided_on is None:
        raise Refused(Message("Only what was approved is paid."))
    _check_amount(tranche.amount)
    if tranche.amount > drawdown.to_pay:
        raise FieldRefused(
            "amount", Message("Of this drawdown %(rest)s is still to be paid.", rest=Euro(drawdown.to_pay))
        )
    if not drawdown.decided_on <= tranche.on <= today():
        raise FieldRefused("on", Message("Choose a day between %(since)s and today.", since=drawdown.decided_on))
    assert actor.user_id is not None  # noqa: S101  # a payment is recorded by somebody
    payment = Payment(
        alliance_id=drawdown.alliance_id,
        drawdown_id=drawdown.id,
        amount=tranche.amount,
        on=tranche.on,
        reference=tranche.reference,
        recorded_by_id=actor.user_id,
        recorded_at=now(),
    )
    db().add(payment)
    drawdown.paid += tranche.amount
    right.paid += tranche.amount
    db().flush()  # gives the payment its id
    audit.record("payment.recorded", payment, actor=actor, purpose=drawdown.purpose)
    return payment


def drawdown_by_id(drawdown_id: int) -> Drawdown | None:
    """A drawdown with its right, its payee and its payments."""
    payee = selectinload(Drawdown.payee).selectinload(Partner.organisation)
    statement = sa.select(Drawdown).where(Drawdown.id == drawdown_id)
    return (
        db()
        .scalars(statement.options(selectinload(Drawdown.right), payee, selectinload(Drawdown.payments)))
        .one_or_none()
    )


def check_can_ask(right: DrawingRight) -> None:
    """:raise Refused: nothing can be asked of this right yet, or any more."""
    convenant = agreed.of_convenants([right.convenant_id])[right.convenant_id]
    if sentence := asking.hindrance(right, convenant, today()):
        raise Refused(sentence)


def _check_amount(amount: Decimal) -> None:
    if amount <= 0:
        raise FieldRefused("amount", Message("Give an amount of more than zero."))
    check_amount("amount", amount)


def _check(right: DrawingRight, draft: Draft) -> None:
    _check_amount(draft.amount)
    if draft.amount > right.remaining:
        raise FieldRefused(
            "amount",
            Message(
                "Of the right of %(year)s %(remaining)s remains.",
                year=str(right.year),
                remaining=Euro(right.remaining),
            ),
        )
    if not draft.purpose.strip():
        raise FieldRefused("purpose", Message("Say what the money is for."))
    current = sa.select(Partner.id).where(
        Partner.id == draft.payee_partner_id, Partner.alliance_id == right.alliance_id, Partner.until.is_(None)
    )
    if db().scalar(current) is None:
        raise FieldRefused("payee_partner_id", Message("Choose a partner of this alliance."))


def _hold(drawdown: Drawdown, permission: Permission, version: int | None, actor: Actor) -> DrawingRight:
    """The drawing right, held first, with the drawdown after it."""
    policy.require(actor, permission, drawdown)
    right = db().get_one(DrawingRight, drawdown.drawing_right_id)
    lock(right)
    lock(drawdown)
    check_version(drawdown, version)
    return right


def _hold_to_decide(drawdown: Drawdown, move: str, version: int | None, actor: Actor) -> DrawingRight:
    right = _hold(drawdown, Permission.DRAWDOWN_DECIDE, version, actor)
    _check_move(drawdown, move)
    if asked_by(drawdown, actor):
        raise NotAllowed(Message("You asked for this yourself: somebody else at VLAIO has to decide."))
    return right


def asked_by(drawdown: Drawdown, actor: Actor) -> bool:
    """Whether this person asked for the drawdown, at first or again after it was returned."""
    return actor.user_id in {
        drawdown.requested_by_id,
        *(event.actor_id for event in events_of("drawdown", drawdown.id) if event.name in ASKING),
    }


def _check_move(drawdown: Drawdown, move: str) -> None:
    """:raise TransitionRefused: the drawdown is in another state; asked before anything is written."""
    if drawdown.status not in DRAWDOWN.transitions[move].sources:
        raise TransitionRefused(
            Message("This is not possible any more: the state is now “%(state)s”.", state=drawdown.status.label)
        )
