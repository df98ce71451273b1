"""What an alliance communicates: the list and its picture over time, logging, correcting and withdrawing."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.communications import forms, queries, service
from alliance_tracker.communications.models import Channel, Communication
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.frameworks.terms import principles
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor, load, page_number, permitted

bp = Blueprint("communications", __name__, url_prefix="/alliances/<slug>/communications")


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """What was communicated, newest first, and how many of it meets the four principles."""
    alliance = load_alliance(slug)
    number = page_number()
    total, entries = queries.window(alliance.id, offset=(number - 1) * queries.PAGE)
    return alliance_page(
        "communications/index.html",
        alliance,
        "communications",
        picture=queries.picture_of(alliance.id),
        entries=entries,
        total=total,
        number=number,
        last_number=max(1, -(-total // queries.PAGE)),
    )


def _crumbs(slug: str) -> list[tuple[Message, str]]:
    return [(Message("Communications"), url_for("communications.index", slug=slug))]


def draft_of(form: forms.CommunicationFields) -> service.Draft:
    """What the form asks to have logged."""
    return service.Draft(
        title=form.title.data,
        on=form.on.day,
        channel=Channel(form.channel.data),
        text=form.text.data,
        link=form.link.data,
        **{key: bool(form[key].data) for key in principles()},
    )


@bp.get("/new")
def create(slug: str, form: forms.CommunicationForm | None = None) -> ResponseReturnValue:
    """Log a communication."""
    alliance = load_alliance(slug, Permission.COMMUNICATION_WRITE)
    return alliance_page(
        "communications/create.html",
        alliance,
        "communications",
        form=form or forms.CommunicationForm(),
        questions=list(principles()),
        crumbs=_crumbs(slug),
    )


@bp.post("/new")
def create_submit(slug: str) -> ResponseReturnValue:
    """Keep it with its files."""
    alliance, form = load_alliance(slug, Permission.COMMUNICATION_WRITE), forms.CommunicationForm()

    def command() -> Communication:
        row = service.log(alliance, draft_of(form), actor=actor())
        for upload in evidence_views.uploads():
            evidence.attach(
                upload,
                subject_type="communication",
                subject_key=str(row.id),
                alliance_id=alliance.id,
                limits=evidence_views.limits(),
                actor=actor(),
            )
        return row

    return carry_out(
        form,
        command,
        to=lambda _: url_for("communications.index", slug=slug),
        done=Message("Logged."),
        page=lambda: create(slug, form),
    )


def _load(slug: str, communication_id: int, permission: Permission) -> tuple[Alliance, Communication]:
    """:raise NotFound: it belongs to another alliance, or to none that this person may see."""
    alliance = load_alliance(slug)
    row = load(Communication, communication_id, Permission.ALLIANCE_VIEW)
    if row.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(row, permission)


def _proven(row: Communication) -> evidence_views.Subject:
    return evidence_views.Subject("communication", str(row.id), row.alliance_id)


@bp.get("/<int:communication_id>")
def show(slug: str, communication_id: int, evidence_form: EvidenceForm | None = None) -> ResponseReturnValue:
    """One communication with its answers, its evidence and its history."""
    alliance, row = _load(slug, communication_id, Permission.ALLIANCE_VIEW)
    return alliance_page(
        "communications/show.html",
        alliance,
        "communications",
        entry=queries.entry_of(row),
        files=evidence_views.files_of(_proven(row)),
        evidence_form=evidence_form or EvidenceForm(formdata=None),
        history=web_history.of_subject("communication", communication_id, page_number()),
        crumbs=_crumbs(slug),
    )


@bp.post("/<int:communication_id>/evidence")
def evidence_submit(slug: str, communication_id: int) -> ResponseReturnValue:
    """Attach files: a cutting, a photograph, the leaflet itself."""
    alliance, row = _load(slug, communication_id, Permission.EVIDENCE_ADD)
    check_open(alliance)
    return evidence_views.attach(
        _proven(row),
        alliance,
        to=url_for("communications.show", slug=slug, communication_id=communication_id),
        page=lambda form: show(slug, communication_id, evidence_form=form),
    )


@bp.get("/<int:communication_id>/correct")
def correct(slug: str, communication_id: int, form: forms.CorrectForm | None = None) -> ResponseReturnValue:
    """Correct a communication."""
    alliance, row = _load(slug, communication_id, Permission.COMMUNICATION_CORRECT)
    return alliance_page(
        "communications/correct.html",
        alliance,
        "communications",
        form=form or forms.CorrectForm(obj=row),
        row=row,
        questions=list(principles()),
        crumbs=_crumbs(slug),
    )


@bp.post("/<int:communication_id>/correct")
def correct_submit(slug: str, communication_id: int) -> ResponseReturnValue:
    """Keep the correction."""
    (_, row), form = _load(slug, communication_id, Permission.COMMUNICATION_CORRECT), forms.CorrectForm()
    return carry_out(
        form,
        lambda: service.correct(row, draft_of(form), version=form.version.data, actor=actor()),
        to=lambda _: url_for("communications.show", slug=slug, communication_id=communication_id),
        done=Message("Saved."),
        page=lambda: correct(slug, communication_id, form),
    )


@bp.get("/<int:communication_id>/withdraw")
def withdraw(slug: str, communication_id: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Withdraw a communication."""
    alliance, row = _load(slug, communication_id, Permission.COMMUNICATION_CORRECT)
    return alliance_page(
        "communications/withdraw.html",
        alliance,
        "communications",
        form=form or ReasonForm(),
        row=row,
        crumbs=_crumbs(slug),
    )


@bp.post("/<int:communication_id>/withdraw")
def withdraw_submit(slug: str, communication_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, row), form = _load(slug, communication_id, Permission.COMMUNICATION_CORRECT), ReasonForm()
    return carry_out(
        form,
        lambda: service.withdraw(row, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("communications.show", slug=slug, communication_id=communication_id),
        done=Message("The communication is withdrawn; it stays readable."),
        page=lambda: withdraw(slug, communication_id, form),
    )
