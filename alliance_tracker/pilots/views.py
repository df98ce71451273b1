"""The pilots of an alliance: the list, one pilot with everything about it, planning and changing one, the profile."""

from collections.abc import Iterable

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import audit
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.partners import current_partners
from alliance_tracker.alliances.service import check_open
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.frameworks.terms import Scheme, term
from alliance_tracker.i18n import Message
from alliance_tracker.people import ROUNDED_TO
from alliance_tracker.pilots import forms, purposes, queries, reach_reading, service
from alliance_tracker.pilots.lifecycle import PILOT
from alliance_tracker.pilots.models import Pilot, PilotStatus
from alliance_tracker.pilots.profile import profile_of
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, page_number, permitted, reads_exactly

bp = Blueprint("pilots", __name__, url_prefix="/alliances/<slug>/pilots")

#: The groups of the list: what goes on now first.
ORDER = (PilotStatus.RUNNING, PilotStatus.PLANNED, PilotStatus.FINISHED, PilotStatus.SCALED, PilotStatus.STOPPED)


def crumbs(slug: str, pilot: Pilot | None = None) -> list[tuple[object, str]]:
    """The way to a page below the list, and below a pilot."""
    found: list[tuple[object, str]] = [(Message("Pilots"), url_for("pilots.index", slug=slug))]
    if pilot is not None:
        found.append((pilot.name, url_for("pilots.show", slug=slug, pilot_id=pilot.id)))
    return found


def load_pilot(slug: str, pilot_id: int, permission: Permission = Permission.ALLIANCE_VIEW) -> tuple[Alliance, Pilot]:
    """A pilot of the alliance at this address, with everything that its lifecycle looks at.

    :raise NotFound: it is a pilot of another alliance, or of none that this person may see.
    """
    alliance = load_alliance(slug)
    pilot = service.pilot_by_id(pilot_id)
    if pilot is None or pilot.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(pilot, permission)


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """The pilots by status."""
    alliance = load_alliance(slug)
    exactly = reads_exactly(alliance.id)
    lines = queries.lines_of(alliance.id, exactly=exactly)
    return alliance_page(
        "pilots/index.html",
        alliance,
        "pilots",
        groups=[(status, found) for status in ORDER if (found := [line for line in lines if line.status is status])],
        rounded_to=None if exactly else ROUNDED_TO,
    )


@bp.get("/profile")
def profile(slug: str) -> ResponseReturnValue:
    """What the pilots touch and what they neglect."""
    alliance = load_alliance(slug)
    return alliance_page(
        "pilots/profile.html", alliance, "pilots", chapters=profile_of(alliance.id), crumbs=crumbs(slug)
    )


@bp.get("/<int:pilot_id>")
def show(slug: str, pilot_id: int, evidence_form: EvidenceForm | None = None) -> ResponseReturnValue:
    """One pilot: how it stands, what can be done next, and everything that is known of it."""
    alliance, pilot = load_pilot(slug, pilot_id)
    exactly = reads_exactly(alliance.id)
    years = reach_reading.years_of([pilot.id], exactly=exactly)[pilot.id]
    told = [("pilot", pilot.id), *(("pilot_evaluation", row.id) for row in pilot.evaluations)]
    told += [("pilot_reach", row.id) for year in years for row in (year, *year.former)]
    return alliance_page(
        "pilots/show.html",
        alliance,
        "pilots",
        pilot=pilot,
        goal=next((p for p in purposes.of(alliance.id) if p.goal_id == pilot.goal_id), None),
        tags=_tags_of(pilot),
        evaluations=list(reversed(pilot.evaluations)),
        names=audit.names_of({row.evaluated_by_id for row in pilot.evaluations}),
        years=years,
        rounded_to=None if exactly else ROUNDED_TO,
        offers=PILOT.offers(actor(), pilot) if alliance.is_open else [],
        files=evidence_views.files_of(_proven(pilot)),
        evidence_form=evidence_form or EvidenceForm(formdata=None),
        history=web_history.of_subjects(told, page_number()),
        crumbs=crumbs(slug),
    )


def _tags_of(pilot: Pilot) -> list[tuple[Scheme, list[object]]]:
    """The terms of a pilot by scheme."""
    found = {
        scheme: [term(scheme, tag.key).name for tag in pilot.tags if tag.scheme is scheme and not tag.is_withdrawn]
        for scheme in service.SCHEMES
    }
    return [(scheme, list(names)) for scheme, names in found.items() if names]


def _proven(pilot: Pilot) -> evidence_views.Subject:
    return evidence_views.Subject("pilot", str(pilot.id), pilot.alliance_id)


@bp.post("/<int:pilot_id>/evidence")
def evidence_submit(slug: str, pilot_id: int) -> ResponseReturnValue:
    """Attach files that prove what the pilot did."""
    alliance, pilot = load_pilot(slug, pilot_id, Permission.EVIDENCE_ADD)
    check_open(alliance)
    return evidence_views.attach(
        _proven(pilot),
        alliance,
        to=url_for("pilots.show", slug=slug, pilot_id=pilot_id),
        page=lambda form: show(slug, pilot_id, evidence_form=form),
    )


# Planning and changing ---------------------------------------------------------------------------------------------


def _offer(form: forms.PilotFields, alliance_id: int, pilot: Pilot | None = None) -> None:
    """Fill the lists: the partners that can take part and the goals that it can serve."""
    partners: dict[int, Partner] = {row.partner_id: row.partner for row in pilot.current_partners} if pilot else {}
    partners |= {partner.id: partner for partner in current_partners(alliance_id)}
    form.partners.offer((partner_id, partner.organisation.name) for partner_id, partner in partners.items())
    goal_id = pilot.goal_id if pilot else None
    form.goal_id.offer((p.goal_id, p.title) for p in purposes.of(alliance_id) if p.is_open or p.goal_id == goal_id)


def draft_of(form: forms.PilotFields) -> service.Draft:
    """What the form asks for."""
    return service.Draft(
        name=form.name.data,
        starts_on=form.starts_on.day,
        ends_on=form.ends_on.data,
        description=form.description.data,
        place=form.place.data,
        budget=form.budget.data,
        continuation=form.continuation.data,
        goal_id=int(form.goal_id.data) if form.goal_id.data else None,
        partners=frozenset(int(value) for value in form.partners.data or []),
        tags={scheme: frozenset(form[service.field_of(scheme)].data or []) for scheme in service.SCHEMES},
    )


@bp.get("/new")
def create(slug: str, form: forms.PlanForm | None = None) -> ResponseReturnValue:
    """Plan a pilot; the address may already say which goal it serves."""
    alliance = load_alliance(slug, Permission.PILOT_EDIT)
    form = form or forms.PlanForm(goal_id=_asked_goal())
    _offer(form, alliance.id)
    return alliance_page("pilots/create.html", alliance, "pilots", form=form, crumbs=crumbs(slug))


def _asked_goal() -> str:
    return request.args.get("goal", "")


@bp.post("/new")
def create_submit(slug: str) -> ResponseReturnValue:
    """Keep the plan."""
    alliance, form = load_alliance(slug, Permission.PILOT_EDIT), forms.PlanForm()
    _offer(form, alliance.id)
    return carry_out(
        form,
        lambda: service.plan(alliance, draft_of(form), actor=actor()),
        to=lambda pilot: url_for("pilots.show", slug=slug, pilot_id=pilot.id),
        done=Message("The pilot is planned."),
        page=lambda: create(slug, form),
    )


@bp.get("/<int:pilot_id>/edit")
def edit(slug: str, pilot_id: int, form: forms.EditPilotForm | None = None) -> ResponseReturnValue:
    """Change what a pilot says."""
    alliance, pilot = load_pilot(slug, pilot_id, Permission.PILOT_EDIT)
    if form is None:
        form = forms.EditPilotForm(obj=pilot)
        form.partners.data = _text(row.partner_id for row in pilot.current_partners)
        for scheme in service.SCHEMES:
            chosen = (tag.key for tag in pilot.tags if tag.scheme is scheme and not tag.is_withdrawn)
            form[service.field_of(scheme)].data = _text(chosen)
    _offer(form, alliance.id, pilot)
    return alliance_page("pilots/edit.html", alliance, "pilots", form=form, pilot=pilot, crumbs=crumbs(slug, pilot))


def _text(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]


@bp.post("/<int:pilot_id>/edit")
def edit_submit(slug: str, pilot_id: int) -> ResponseReturnValue:
    """Keep the changes."""
    (alliance, pilot), form = load_pilot(slug, pilot_id, Permission.PILOT_EDIT), forms.EditPilotForm()
    _offer(form, alliance.id, pilot)
    return carry_out(
        form,
        lambda: service.edit(pilot, draft_of(form), version=form.version.data, actor=actor()),
        to=lambda _: url_for("pilots.show", slug=slug, pilot_id=pilot_id),
        done=Message("Saved."),
        page=lambda: edit(slug, pilot_id, form),
    )
