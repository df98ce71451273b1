"""Agreements other than a convenant: the list with their documents, recording, correcting and withdrawing one."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.convenants import agreements
from alliance_tracker.convenants.agreement_forms import AgreementFields, CorrectForm, RecordForm
from alliance_tracker.convenants.models import Agreement
from alliance_tracker.convenants.views import bp, crumbs
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor, load, page_number, permitted


def _list(slug: str) -> str:
    return url_for("convenants.agreements", slug=slug)


def _crumbs(slug: str) -> list[tuple[object, str]]:
    return [*crumbs(slug), (Message("Other agreements"), _list(slug))]


def _load(slug: str, agreement_id: int) -> tuple[Alliance, Agreement]:
    """:raise NotFound: it belongs to another alliance, or to none that this person may see."""
    alliance = load_alliance(slug)
    row = load(Agreement, agreement_id, Permission.ALLIANCE_VIEW)
    if row.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(row, Permission.CONVENANT_PREPARE)


@bp.get("/agreements", endpoint="agreements")
def index(slug: str) -> ResponseReturnValue:
    """Every agreement that was recorded, with its documents; the newest first."""
    alliance, number = load_alliance(slug), page_number()
    total, found = agreements.of_alliance(alliance.id, offset=(number - 1) * agreements.PAGE)
    return alliance_page(
        "convenants/agreements.html",
        alliance,
        "convenant",
        found=found,
        total=total,
        number=number,
        last_number=max(1, -(-total // agreements.PAGE)),
        crumbs=crumbs(slug),
    )


def _draft_of(form: AgreementFields) -> agreements.Draft:
    return agreements.Draft(
        title=form.title.data,
        signed_on=form.signed_on.day,
        starts_on=form.starts_on.data or form.signed_on.day,
        ends_on=form.ends_on.data,
        about=form.about.data,
        parties=form.parties.data,
    )


@bp.get("/agreements/new")
def agreement(slug: str, form: RecordForm | None = None) -> ResponseReturnValue:
    """Record an agreement with its document."""
    alliance = load_alliance(slug, Permission.CONVENANT_PREPARE)
    return alliance_page(
        "convenants/agreements_record.html",
        alliance,
        "convenant",
        form=form or RecordForm(),
        row=None,
        crumbs=_crumbs(slug),
    )


@bp.post("/agreements/new")
def agreement_submit(slug: str) -> ResponseReturnValue:
    """Keep it, and its document, together."""
    alliance, form = load_alliance(slug, Permission.CONVENANT_PREPARE), RecordForm()
    return carry_out(
        form,
        lambda: agreements.record(
            alliance, _draft_of(form), evidence_views.uploads(), limits=evidence_views.limits(), actor=actor()
        ),
        to=lambda row: f"{_list(slug)}#agreement-{row.id}",
        done=Message("The agreement is recorded with its document."),
        page=lambda: agreement(slug, form),
    )


@bp.get("/agreements/<int:agreement_id>/correct")
def correct_agreement(slug: str, agreement_id: int, form: CorrectForm | None = None) -> ResponseReturnValue:
    """Correct what is recorded, or add a file."""
    alliance, row = _load(slug, agreement_id)
    return alliance_page(
        "convenants/agreements_record.html",
        alliance,
        "convenant",
        form=form or CorrectForm(obj=row),
        row=row,
        crumbs=_crumbs(slug),
    )


@bp.post("/agreements/<int:agreement_id>/correct")
def correct_agreement_submit(slug: str, agreement_id: int) -> ResponseReturnValue:
    """Keep the correction."""
    (_, row), form = _load(slug, agreement_id), CorrectForm()
    return carry_out(
        form,
        lambda: agreements.correct(
            row,
            _draft_of(form),
            evidence_views.uploads(),
            limits=evidence_views.limits(),
            drawn_from=form.version.data,
            actor=actor(),
        ),
        to=lambda _: f"{_list(slug)}#agreement-{agreement_id}",
        done=Message("Saved."),
        page=lambda: correct_agreement(slug, agreement_id, form),
    )


@bp.get("/agreements/<int:agreement_id>/withdraw")
def withdraw_agreement(slug: str, agreement_id: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Withdraw a record, with the reason."""
    alliance, row = _load(slug, agreement_id)
    return alliance_page(
        "convenants/agreements_withdraw.html",
        alliance,
        "convenant",
        form=form or ReasonForm(),
        row=row,
        crumbs=_crumbs(slug),
    )


@bp.post("/agreements/<int:agreement_id>/withdraw")
def withdraw_agreement_submit(slug: str, agreement_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, row), form = _load(slug, agreement_id), ReasonForm()
    return carry_out(
        form,
        lambda: agreements.withdraw(row, reason=form.reason.data, actor=actor()),
        to=lambda _: _list(slug),
        done=Message("The agreement was withdrawn. It stays readable."),
        page=lambda: withdraw_agreement(slug, agreement_id, form),
    )
