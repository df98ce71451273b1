"""The log of an alliance: reading it, logging in seconds, correcting and withdrawing."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.activities import bearings, forms, queries, service
from alliance_tracker.activities.bearings import Groups
from alliance_tracker.activities.models import LogEntry, LogKind
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.partners import current_partners, former_partners
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor, page_number, permitted, reads_exactly

bp = Blueprint("activities", __name__, url_prefix="/alliances/<slug>/log")


def offer(form: forms.LogFields, partners: Iterable[Partner], groups: Groups) -> None:
    """Fill the lists: partners who can have been present, criteria and milestones it can bear on."""
    form.present.offer((partner.id, partner.organisation.name) for partner in partners)
    form.bearing.offer((b.value, f"{group}: {b.words}") for group, found in groups for b in found)


def words_of(groups: Groups) -> dict[str, Any]:
    """The words of each bearing, by its value."""
    return {b.value: b.words for _, found in groups for b in found}


def draft_of(form: forms.LogFields) -> service.Draft:
    """What the form asks to have logged."""
    kind, _, key = (form.bearing.data or "").partition(":")
    return service.Draft(
        kind=LogKind(form.kind.data),
        on=form.on.day,
        text=form.text.data,
        present=frozenset(int(value) for value in form.present.data or []),
        criterion_key=key if kind == "criterion" else None,
        milestone_key=key if kind == "milestone" else None,
        commitment_id=int(key) if kind == "commitment" else None,
        participants=form.participants.count,
    )


@bp.get("")
def log(slug: str) -> ResponseReturnValue:
    """The log, newest first."""
    alliance = load_alliance(slug)
    asked = request.args.get("kind", "")
    kind = LogKind(asked) if asked in set(LogKind) else None
    number = page_number()
    words = words_of(bearings.of(alliance.id))
    exactly = reads_exactly(alliance.id)
    found = queries.log_page(alliance.id, kind=kind, number=number, words=words, exactly=exactly)
    return alliance_page("activities/log.html", alliance, "log", found=found, kind=kind, kinds=list(LogKind))


def _crumbs(slug: str) -> list[tuple[Message, str]]:
    return [(Message("Log"), url_for("activities.log", slug=slug))]


@bp.get("/new")
def create(slug: str, form: forms.LogForm | None = None) -> ResponseReturnValue:
    """Log progress; the address may already say what it bears on."""
    alliance = load_alliance(slug, Permission.LOG_WRITE)
    form = form or forms.LogForm(kind=request.args.get("kind", "note"), bearing=_asked_bearing())
    offer(form, current_partners(alliance.id), bearings.of(alliance.id))
    return alliance_page("activities/create.html", alliance, "log", form=form, crumbs=_crumbs(slug))


def _asked_bearing() -> str:
    """The criterion, milestone or commitment that the address names."""
    found = ((kind, request.args.get(kind)) for kind in ("criterion", "milestone", "commitment"))
    return next((f"{kind}:{key}" for kind, key in found if key), "")


@bp.post("/new")
def create_submit(slug: str) -> ResponseReturnValue:
    """Keep the entry with its files."""
    alliance, form = load_alliance(slug, Permission.LOG_WRITE), forms.LogForm()
    offer(form, current_partners(alliance.id), bearings.of(alliance.id))

    def command() -> LogEntry:
        entry = service.log(alliance, draft_of(form), actor=actor())
        for upload in evidence_views.uploads():
            evidence.attach(
                upload,
                subject_type="log_entry",
                subject_key=str(entry.id),
                alliance_id=alliance.id,
                limits=evidence_views.limits(),
                actor=actor(),
            )
        return entry

    return carry_out(
        form,
        command,
        to=lambda entry: url_for("activities.log", slug=slug, _anchor=f"entry-{entry.id}"),
        done=Message("Logged."),
        page=lambda: create(slug, form),
    )


def _entry(slug: str, entry_id: int) -> tuple[Alliance, LogEntry]:
    alliance = load_alliance(slug)
    entry = service.entry_by_id(entry_id)
    if entry is None or entry.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(entry, Permission.LOG_CORRECT)


@bp.get("/<int:entry_id>/correct")
def correct(slug: str, entry_id: int, form: forms.CorrectForm | None = None) -> ResponseReturnValue:
    """Correct an entry."""
    alliance, entry = _entry(slug, entry_id)
    if form is None:
        form = forms.CorrectForm(obj=entry)
        form.present.data = [str(p.partner_id) for p in entry.presences if not p.is_withdrawn]
        form.bearing.data = entry.bearing
    offer(form, current_partners(alliance.id) + former_partners(alliance.id), bearings.of(alliance.id))
    return alliance_page("activities/correct.html", alliance, "log", form=form, entry=entry, crumbs=_crumbs(slug))


@bp.post("/<int:entry_id>/correct")
def correct_submit(slug: str, entry_id: int) -> ResponseReturnValue:
    """Keep the correction."""
    (alliance, entry), form = _entry(slug, entry_id), forms.CorrectForm()
    offer(form, current_partners(alliance.id) + former_partners(alliance.id), bearings.of(alliance.id))
    return carry_out(
        form,
        lambda: service.correct(entry, draft_of(form), version=form.version.data, actor=actor()),
        to=lambda _: url_for("activities.log", slug=slug, _anchor=f"entry-{entry_id}"),
        done=Message("Saved."),
        page=lambda: correct(slug, entry_id, form),
    )


@bp.get("/<int:entry_id>/withdraw")
def withdraw(slug: str, entry_id: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Withdraw an entry."""
    alliance, entry = _entry(slug, entry_id)
    return alliance_page(
        "activities/withdraw.html", alliance, "log", form=form or ReasonForm(), entry=entry, crumbs=_crumbs(slug)
    )


@bp.post("/<int:entry_id>/withdraw")
def withdraw_submit(slug: str, entry_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, entry), form = _entry(slug, entry_id), ReasonForm()
    return carry_out(
        form,
        lambda: service.withdraw(entry, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("activities.log", slug=slug, _anchor=f"entry-{entry_id}"),
        done=Message("The entry is withdrawn; it stays readable."),
        page=lambda: withdraw(slug, entry_id, form),
    )
