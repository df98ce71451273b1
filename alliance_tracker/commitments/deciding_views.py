"""Agreeing on another due date, waiving what is open, and withdrawing what was logged wrongly, on the screen."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import delivering, forms, instalments
from alliance_tracker.commitments.models import Instalment
from alliance_tracker.commitments.views import bp, crumbs, load_delivery, load_instalment
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor


def _load(slug: str, instalment_id: int) -> tuple[Alliance, Instalment]:
    alliance, instalment = load_instalment(slug, instalment_id, Permission.COMMITMENT_AGREE)
    instalments.check_not_own(instalment, actor())
    return alliance, instalment


def _here(slug: str, instalment_id: int) -> str:
    return url_for("commitments.show", slug=slug, instalment_id=instalment_id)


@bp.get("/<int:instalment_id>/extend")
def extend(slug: str, instalment_id: int, form: forms.ExtendForm | None = None) -> ResponseReturnValue:
    """Move the due date by agreement."""
    alliance, instalment = _load(slug, instalment_id)
    return alliance_page(
        "commitments/extend.html",
        alliance,
        "commitments",
        instalment=instalment,
        form=form or forms.ExtendForm(version=instalment.version),
        crumbs=crumbs(slug, instalment),
    )


@bp.post("/<int:instalment_id>/extend")
def extend_submit(slug: str, instalment_id: int) -> ResponseReturnValue:
    """Keep the new date."""
    (_, instalment), form = _load(slug, instalment_id), forms.ExtendForm()
    return carry_out(
        form,
        lambda: instalments.extend(
            instalment, form.on.day, reason=form.reason.data, version=form.version.data, actor=actor()
        ),
        to=lambda _: _here(slug, instalment_id),
        done=Message("The due date is moved; the earlier one stays visible."),
        page=lambda: extend(slug, instalment_id, form),
    )


@bp.get("/<int:instalment_id>/waive")
def waive(slug: str, instalment_id: int, form: forms.WaiveForm | None = None) -> ResponseReturnValue:
    """Waive what is open, by agreement."""
    alliance, instalment = _load(slug, instalment_id)
    return alliance_page(
        "commitments/waive.html",
        alliance,
        "commitments",
        instalment=instalment,
        form=form or forms.WaiveForm(version=instalment.version),
        crumbs=crumbs(slug, instalment),
    )


@bp.post("/<int:instalment_id>/waive")
def waive_submit(slug: str, instalment_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, instalment), form = _load(slug, instalment_id), forms.WaiveForm()
    return carry_out(
        form,
        lambda: instalments.waive(instalment, reason=form.reason.data, version=form.version.data, actor=actor()),
        to=lambda _: _here(slug, instalment_id),
        done=Message("What was open is waived; the reason stays visible."),
        page=lambda: waive(slug, instalment_id, form),
    )


@bp.get("/deliveries/<int:delivery_id>/withdraw")
def withdraw(slug: str, delivery_id: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Withdraw a delivery that was logged wrongly."""
    alliance, delivery = load_delivery(slug, delivery_id, Permission.DELIVERY_WITHDRAW)
    return alliance_page(
        "commitments/withdraw.html",
        alliance,
        "commitments",
        delivery=delivery,
        form=form or ReasonForm(),
        crumbs=crumbs(slug, delivery.instalment),
    )


@bp.post("/deliveries/<int:delivery_id>/withdraw")
def withdraw_submit(slug: str, delivery_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, delivery), form = load_delivery(slug, delivery_id, Permission.DELIVERY_WITHDRAW), ReasonForm()
    return carry_out(
        form,
        lambda: delivering.withdraw(delivery, reason=form.reason.data, actor=actor()),
        to=lambda _: _here(slug, delivery.instalment_id),
        done=Message("The delivery is withdrawn; it stays readable. Log it anew as it was."),
        page=lambda: withdraw(slug, delivery_id, form),
    )
