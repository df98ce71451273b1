"""Answering to deliveries on the screen: many at once, one by one, with a dispute, and taking an answer back."""

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.commitments import answering, changes, deeds, forms
from alliance_tracker.commitments.models import Answer, Delivery
from alliance_tracker.commitments.views import bp, crumbs, load_delivery
from alliance_tracker.commitments.voices import Speaker
from alliance_tracker.database import db, today
from alliance_tracker.errors import NotAllowed
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, page_number


def _here(slug: str, delivery: Delivery) -> str:
    return url_for(
        "commitments.show", slug=slug, instalment_id=delivery.instalment_id, _anchor=f"delivery-{delivery.id}"
    )


def _offer_voices(form: Any, who: Speaker) -> None:
    form.voice.offer((voice.organisation_id, voice.name) for voice in who.voices)
    if not form.voice.data and who.voices:
        form.voice.data = str(who.voices[0].organisation_id)


@bp.get("/waiting")
def waiting(slug: str, form: forms.ConfirmManyForm | None = None) -> ResponseReturnValue:
    """The deliveries that wait for this person's answer, to be confirmed in one go."""
    alliance, day = load_alliance(slug, Permission.DELIVERY_JUDGE), today()
    who, ids = deeds.waiting_ids(alliance.id, actor(), day)
    form = form or forms.ConfirmManyForm(formdata=None)
    _offer_voices(form, who)
    last = max(1, -(-len(ids) // deeds.PAGE))
    number = min(page_number(), last)
    shown = ids[(number - 1) * deeds.PAGE : number * deeds.PAGE]
    return alliance_page(
        "commitments/waiting.html",
        alliance,
        "commitments",
        rows=deeds.waiting(shown),
        total=len(ids),
        number=number,
        last_number=last,
        form=form,
        voices=who.voices,
        crumbs=crumbs(slug),
    )


@bp.post("/waiting")
def waiting_submit(slug: str) -> ResponseReturnValue:
    """Confirm all that were chosen, or none."""
    alliance, form = load_alliance(slug, Permission.DELIVERY_JUDGE), forms.ConfirmManyForm()
    who, _ = deeds.waiting_ids(alliance.id, actor(), today())
    _offer_voices(form, who)
    asked = {int(text) for text in request.form.getlist("chosen") if text.isdecimal() and len(text) < 10}
    # What somebody else answered meanwhile is still a delivery of this alliance: the command says what is the matter.
    own = sa.select(Delivery).where(Delivery.alliance_id == alliance.id, Delivery.id.in_(asked)).order_by(Delivery.id)
    chosen = list(db().scalars(own.limit(deeds.PAGE)))
    form.chosen.offer((row.id, "") for row in chosen)
    return carry_out(
        form,
        lambda: answering.confirm_many(alliance, chosen, voice=form.speaks_as, actor=actor()),
        to=lambda _: url_for("commitments.waiting", slug=slug),
        done=lambda kept: Counted("%(n)s delivery confirmed.", "%(n)s deliveries confirmed.", n=len(kept)),
        page=lambda: waiting(slug, form),
    )


def _about(delivery: Delivery) -> Speaker:
    """Who this person is, asked about one delivery.

    :raise NotAllowed: they may not answer to it.
    """
    who = changes.speaker_of(delivery.instalment, actor())
    borne_by = delivery.instalment.organisation_id
    refusal = answering.obstacle(who, delivery.logged_by_id, delivery.organisation_id, borne_by)
    if refusal is not None:
        raise NotAllowed(refusal)
    return who


@bp.get("/deliveries/<int:delivery_id>/confirm")
def confirm(slug: str, delivery_id: int, form: forms.SpeakingForm | None = None) -> ResponseReturnValue:
    """Confirm one delivery; asked where somebody speaks for several organisations, or something stood in the way."""
    alliance, delivery = load_delivery(slug, delivery_id, Permission.DELIVERY_JUDGE)
    form = form or forms.SpeakingForm(formdata=None)
    _offer_voices(form, _about(delivery))
    return alliance_page(
        "commitments/confirm.html",
        alliance,
        "commitments",
        delivery=delivery,
        form=form,
        crumbs=_crumbs(slug, delivery),
    )


def _crumbs(slug: str, delivery: Delivery) -> list[tuple[object, str]]:
    return crumbs(slug, delivery.instalment)


@bp.post("/deliveries/<int:delivery_id>/confirm")
def confirm_submit(slug: str, delivery_id: int) -> ResponseReturnValue:
    """Keep the confirmation."""
    return _answer(slug, delivery_id, Answer.CONFIRMS, forms.SpeakingForm(), Message("Confirmed."))


@bp.get("/deliveries/<int:delivery_id>/dispute")
def dispute(slug: str, delivery_id: int, form: forms.DisputeForm | None = None) -> ResponseReturnValue:
    """Dispute a delivery: the form asks what is not right."""
    alliance, delivery = load_delivery(slug, delivery_id, Permission.DELIVERY_JUDGE)
    form = form or forms.DisputeForm(formdata=None)
    _offer_voices(form, _about(delivery))
    return alliance_page(
        "commitments/dispute.html",
        alliance,
        "commitments",
        delivery=delivery,
        form=form,
        crumbs=_crumbs(slug, delivery),
    )


@bp.post("/deliveries/<int:delivery_id>/dispute")
def dispute_submit(slug: str, delivery_id: int) -> ResponseReturnValue:
    """Keep the dispute."""
    done = Message("The dispute is kept. The delivery does not count until it is settled.")
    return _answer(slug, delivery_id, Answer.DISPUTES, forms.DisputeForm(), done)


@bp.post("/deliveries/<int:delivery_id>/take-back")
def take_back_submit(slug: str, delivery_id: int) -> ResponseReturnValue:
    """Take one's answer back."""
    return _answer(slug, delivery_id, Answer.TAKES_BACK, forms.SpeakingForm(), Message("The answer is taken back."))


def _answer(slug: str, delivery_id: int, said: Answer, form: Any, done: Message) -> ResponseReturnValue:
    _, delivery = load_delivery(slug, delivery_id, Permission.DELIVERY_JUDGE)
    _offer_voices(form, _about(delivery))
    reason = form.reason.data if "reason" in form else ""
    page = dispute if said is Answer.DISPUTES else confirm
    return carry_out(
        form,
        lambda: answering.answer(delivery, said, reason=reason, voice=form.speaks_as, actor=actor()),
        to=lambda _: _here(slug, delivery),
        done=done,
        page=lambda: page(slug, delivery_id, form),
    )
