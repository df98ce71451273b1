"""The money of an alliance on the screen: its rights and co-financing, and each drawdown from request to payment."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import audit, policy
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.partners import current_partners
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights import forms, queries, service
from alliance_tracker.drawing_rights.lifecycle import DRAWDOWN
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, page_number, permitted

bp = Blueprint("drawing_rights", __name__, url_prefix="/alliances/<slug>/drawing-rights")

TAB = "money"


def crumbs(slug: str, drawdown: Drawdown | None = None) -> list[tuple[object, str]]:
    """The way to a page below the rights, and below a drawdown."""
    found: list[tuple[object, str]] = [(Message("Drawing rights"), url_for("drawing_rights.index", slug=slug))]
    if drawdown is not None:
        found.append((Message("Drawdown"), _here(slug, drawdown.id)))
    return found


def _here(slug: str, drawdown_id: int) -> str:
    return url_for("drawing_rights.show", slug=slug, drawdown_id=drawdown_id)


def _load(slug: str, drawdown_id: int, permission: Permission = Permission.ALLIANCE_VIEW) -> tuple[Alliance, Drawdown]:
    """A drawdown of the alliance at this address, with its right, payee and payments.

    :raise NotFound: it is another alliance's, or of one that this person may not see.
    """
    alliance = load_alliance(slug)
    drawdown = service.drawdown_by_id(drawdown_id)
    if drawdown is None or drawdown.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(drawdown, permission)


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """What may be drawn each year, what was asked and decided, and what the partners bring beside it."""
    alliance = load_alliance(slug)
    found = queries.money_of(alliance.id)
    return alliance_page(
        "drawing_rights/index.html",
        alliance,
        TAB,
        convenants=found,
        lines=queries.lines_of(alliance.id, page_number()),
        can_ask=bool(queries.open_rights(alliance.id)),
    )


# Asking --------------------------------------------------------------------------------------------------------------


def _offer_payees(form: forms.DraftFields, alliance_id: int) -> None:
    form.payee_partner_id.offer((partner.id, partner.organisation.name) for partner in current_partners(alliance_id))


def _draft_of(form: forms.DraftFields) -> service.Draft:
    return service.Draft(form.amount.data or Decimal(0), form.purpose.data, int(form.payee_partner_id.data))


@bp.get("/new")
def create(slug: str, form: forms.RequestForm | None = None) -> ResponseReturnValue:
    """Ask for a part of a right; by default of this year's."""
    alliance = load_alliance(slug, Permission.DRAWDOWN_REQUEST)
    rights = queries.open_rights(alliance.id)
    this_year = next((right for right in rights if right.year == today().year), None)
    form = form or forms.RequestForm(right=str(this_year.id) if this_year else "")
    _offer(form, alliance.id, rights)
    return alliance_page("drawing_rights/create.html", alliance, TAB, form=form, rights=rights, crumbs=crumbs(slug))


def _offer(form: forms.RequestForm, alliance_id: int, rights: list[DrawingRight]) -> None:
    form.right.offer((right.id, str(right.year)) for right in rights)
    _offer_payees(form, alliance_id)


@bp.post("/new")
def create_submit(slug: str) -> ResponseReturnValue:
    """Keep the request; VLAIO finds it in its list."""
    alliance, form = load_alliance(slug, Permission.DRAWDOWN_REQUEST), forms.RequestForm()
    _offer(form, alliance.id, queries.open_rights(alliance.id))
    return carry_out(
        form,
        lambda: service.request(db().get_one(DrawingRight, int(form.right.data)), _draft_of(form), actor=actor()),
        to=lambda drawdown: _here(slug, drawdown.id),
        done=Message("The request is sent to VLAIO."),
        page=lambda: create(slug, form),
    )


@bp.get("/<int:drawdown_id>/edit")
def resubmit(slug: str, drawdown_id: int, form: forms.ResubmitForm | None = None) -> ResponseReturnValue:
    """Change a returned request and ask again."""
    alliance, drawdown = _load(slug, drawdown_id, Permission.DRAWDOWN_REQUEST)
    if form is None:
        form = forms.ResubmitForm(obj=drawdown)
        form.payee_partner_id.data = str(drawdown.payee_partner_id)
    _offer_payees(form, alliance.id)
    return alliance_page(
        "drawing_rights/resubmit.html", alliance, TAB, form=form, drawdown=drawdown, crumbs=crumbs(slug, drawdown)
    )


@bp.post("/<int:drawdown_id>/edit")
def resubmit_submit(slug: str, drawdown_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (alliance, drawdown), form = _load(slug, drawdown_id, Permission.DRAWDOWN_REQUEST), forms.ResubmitForm()
    _offer_payees(form, alliance.id)
    return carry_out(
        form,
        lambda: service.resubmit(drawdown, _draft_of(form), version=form.version.data, actor=actor()),
        to=lambda _: _here(slug, drawdown_id),
        done=Message("The request is sent to VLAIO again."),
        page=lambda: resubmit(slug, drawdown_id, form),
    )


@bp.get("/<int:drawdown_id>/withdraw")
def withdraw(slug: str, drawdown_id: int, form: forms.WithdrawForm | None = None) -> ResponseReturnValue:
    """Take a request back."""
    alliance, drawdown = _load(slug, drawdown_id, Permission.DRAWDOWN_REQUEST)
    return alliance_page(
        "drawing_rights/withdraw.html",
        alliance,
        TAB,
        form=form or forms.WithdrawForm(version=drawdown.version),
        drawdown=drawdown,
        crumbs=crumbs(slug, drawdown),
    )


@bp.post("/<int:drawdown_id>/withdraw")
def withdraw_submit(slug: str, drawdown_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, drawdown), form = _load(slug, drawdown_id, Permission.DRAWDOWN_REQUEST), forms.WithdrawForm()
    return carry_out(
        form,
        lambda: service.withdraw(drawdown, reason=form.reason.data, version=form.version.data, actor=actor()),
        to=lambda _: _here(slug, drawdown_id),
        done=Message("The request is withdrawn."),
        page=lambda: withdraw(slug, drawdown_id, form),
    )


# One drawdown --------------------------------------------------------------------------------------------------------


@bp.get("/<int:drawdown_id>")
def show(slug: str, drawdown_id: int, **filled: Any) -> ResponseReturnValue:
    """One drawdown: how it stands, what this reader can do, its payments, files and history."""
    alliance, drawdown = _load(slug, drawdown_id)
    decides = policy.allows(actor(), Permission.DRAWDOWN_DECIDE, drawdown)
    waits = drawdown.status is DrawdownStatus.REQUESTED
    told = [("drawdown", drawdown.id), *(("payment", payment.id) for payment in drawdown.payments)]
    return alliance_page(
        "drawing_rights/show.html",
        alliance,
        TAB,
        drawdown=drawdown,
        right=drawdown.right,
        since=queries.term_of(drawdown),
        names=audit.names_of(
            {drawdown.requested_by_id, drawdown.decided_by_id, *(row.recorded_by_id for row in drawdown.payments)}
        ),
        asked_it=decides and waits and service.asked_by(drawdown, actor()),
        decide_form=filled.get("decide_form") or (_decide_form(drawdown) if decides and waits else None),
        pay_form=filled.get("pay_form") or (_pay_form(drawdown) if decides and drawdown.to_pay else None),
        offers={offer.transition.name for offer in DRAWDOWN.offers(actor(), drawdown)},
        files=evidence_views.files_of(_proven(drawdown)),
        evidence_form=filled.get("evidence_form") or EvidenceForm(formdata=None),
        history=web_history.of_subjects(told, page_number()),
        crumbs=crumbs(slug),
    )


def _decide_form(drawdown: Drawdown) -> forms.DecideForm:
    return forms.DecideForm(formdata=None, version=drawdown.version)


def _pay_form(drawdown: Drawdown) -> forms.PayForm:
    return forms.PayForm(formdata=None, version=drawdown.version, amount=drawdown.to_pay)


@bp.post("/<int:drawdown_id>/decision")
def decide_submit(slug: str, drawdown_id: int) -> ResponseReturnValue:
    """Approve, return or refuse a request."""
    (_, drawdown), form = _load(slug, drawdown_id, Permission.DRAWDOWN_DECIDE), forms.DecideForm()
    commands = {"approve": service.approve, "return": service.return_, "refuse": service.refuse}
    return carry_out(
        form,
        lambda: commands[form.decision.data](
            drawdown, reason=form.reason.data, version=form.version.data, actor=actor()
        ),
        to=lambda _: _here(slug, drawdown_id),
        done=Message("The decision is kept; the alliance reads it here."),
        page=lambda: show(slug, drawdown_id, decide_form=form),
    )


@bp.post("/<int:drawdown_id>/payments")
def pay_submit(slug: str, drawdown_id: int) -> ResponseReturnValue:
    """Record a payment."""
    (_, drawdown), form = _load(slug, drawdown_id, Permission.DRAWDOWN_DECIDE), forms.PayForm()

    def command() -> object:
        tranche = service.Tranche(form.amount.data or Decimal(0), form.on.day, form.reference.data)
        return service.pay(drawdown, tranche, version=form.version.data, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda _: _here(slug, drawdown_id),
        done=Message("The payment is recorded."),
        page=lambda: show(slug, drawdown_id, pay_form=form),
    )


def _proven(drawdown: Drawdown) -> evidence_views.Subject:
    return evidence_views.Subject("drawdown", str(drawdown.id), drawdown.alliance_id)


@bp.post("/<int:drawdown_id>/evidence")
def evidence_submit(slug: str, drawdown_id: int) -> ResponseReturnValue:
    """Attach files: an offer, an invoice, a proof of payment."""
    alliance, drawdown = _load(slug, drawdown_id, Permission.EVIDENCE_ADD)
    check_open(alliance)
    return evidence_views.attach(
        _proven(drawdown),
        alliance,
        to=_here(slug, drawdown_id),
        page=lambda form: show(slug, drawdown_id, evidence_form=form),
    )
