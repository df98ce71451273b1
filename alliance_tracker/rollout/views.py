"""The rollout phase of an alliance: where it is, what is missing, its milestones, and the decision."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import today
from alliance_tracker.errors import NotFound, Refused
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.rollout import milestones, pausing, phases, places, queries, recording, story
from alliance_tracker.rollout.forms import DecisionForm, ResumeForm
from alliance_tracker.rollout.models import Level, PhaseLetter
from alliance_tracker.rollout.places import Place
from alliance_tracker.rollout.states import MilestoneState
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import EditForm
from alliance_tracker.web.guards import actor, require

bp = Blueprint("phases", __name__, url_prefix="/alliances")


def _show_address(alliance: Alliance) -> str:
    return url_for("phases.show", slug=alliance.slug)


@bp.get("/<slug>/phases")
def show(slug: str) -> ResponseReturnValue:
    """Where the alliance is in the rollout, and its milestones."""
    alliance = load_alliance(slug)
    return alliance_page("rollout/phases.html", alliance, "phases", view=queries.phases_of(alliance))


def _place(alliance: Alliance, key: str, nis_code: str) -> Place:
    level = milestones.by_key(key).level
    for place in places.concerning(alliance):
        if place.level is level and nis_code == (place.scope if level is Level.CENTRE_CITY else ""):
            return place
    raise NotFound(Message("There is nothing at this address."))


@bp.get("/<slug>/phases/milestones/<key>", defaults={"nis_code": ""})
@bp.get("/<slug>/phases/milestones/<key>/<nis_code>")
def milestone(
    slug: str, key: str, nis_code: str, form: EditForm | None = None, evidence_form: EvidenceForm | None = None
) -> ResponseReturnValue:
    """One milestone that concerns this alliance: how it stands, what happened, and the form for who may record it."""
    alliance = load_alliance(slug)
    state = recording.state_at(_place(alliance, key, nis_code), key)
    return alliance_page(
        "rollout/alliance_milestone.html",
        alliance,
        "phases",
        crumbs=[(Message("Rollout phase"), _show_address(alliance))],
        state=state,
        form=form or recording.form_of(state),
        turns=story.turns_of(state),
        logged=story.logged_about(state),
        action=url_for("phases.milestone_submit", slug=slug, key=key, nis_code=nis_code or None),
        back=_show_address(alliance),
        **recording.evidence_facts(state, evidence_form, _evidence_address(slug, state)),
    )


def _evidence_address(slug: str, state: MilestoneState) -> str:
    if state.place.alliance_id is not None:
        return url_for("phases.evidence_submit", slug=slug, key=state.key)
    return url_for("programme.evidence_submit", key=state.key, scope=state.place.scope or None)


@bp.post("/<slug>/phases/milestones/<key>/evidence")
def evidence_submit(slug: str, key: str) -> ResponseReturnValue:
    """Attach files that prove a milestone of this alliance."""
    alliance = load_alliance(slug)
    check_open(alliance)
    state = recording.state_at(_place(alliance, key, ""), key)
    if state.place.alliance_id is None:
        raise NotFound(Message("There is nothing at this address."))
    return evidence_views.attach(
        recording.proven(state),
        state.place,
        to=url_for("phases.milestone", slug=slug, key=key),
        page=lambda form: milestone(slug, key, "", evidence_form=form),
    )


@bp.post("/<slug>/phases/milestones/<key>", defaults={"nis_code": ""})
@bp.post("/<slug>/phases/milestones/<key>/<nis_code>")
def milestone_submit(slug: str, key: str, nis_code: str) -> ResponseReturnValue:
    """Record the milestone."""
    alliance = load_alliance(slug)
    place = _place(alliance, key, nis_code)
    require(Permission.MILESTONE_RECORD, place)
    return recording.submit(
        recording.state_at(place, key),
        to=_show_address(alliance),
        page=lambda form: milestone(slug, key, nis_code, form),
    )


def _decision(slug: str, target: str) -> tuple[Alliance, queries.PhasesView, PhaseLetter]:
    alliance = load_alliance(slug, Permission.PHASE_DECIDE)
    view = queries.phases_of(alliance)
    if alliance.status is not AllianceStatus.ACTIVE:
        raise Refused(Message("Only an active alliance moves to another phase."))
    if target not in set(PhaseLetter):
        raise NotFound(Message("There is nothing at this address."))
    return alliance, view, PhaseLetter(target)


@bp.get("/<slug>/phases/decide/<target>")
def decide(slug: str, target: str, form: DecisionForm | None = None) -> ResponseReturnValue:
    """What is missing, in sentences, before the decision is taken."""
    alliance, view, letter = _decision(slug, target)
    if form is None and letter not in {view.following, view.previous}:
        raise Refused(Message("An alliance moves one phase at a time."))
    form = form or DecisionForm(data={"on": today()})
    form.seen.data = " ".join(gate.id for gate in view.missing)
    form.reason.flags.is_needed = letter < view.phase
    return alliance_page(
        "rollout/decide.html",
        alliance,
        "phases",
        crumbs=[(Message("Rollout phase"), _show_address(alliance))],
        view=view,
        target=letter,
        is_back=letter < view.phase,
        form=form,
        back=_show_address(alliance),
    )


@bp.post("/<slug>/phases/decide/<target>")
def decide_submit(slug: str, target: str) -> ResponseReturnValue:
    """Take the decision."""
    alliance, _view, letter = _decision(slug, target)
    form = DecisionForm()
    seen = None if form.seen.data is None else str(form.seen.data).split()
    return carry_out(
        form,
        lambda: phases.decide(
            alliance,
            letter,
            on=form.on.data or today(),
            reason=form.reason.data,
            in_spite=form.in_spite.data,
            seen=seen,
            actor=actor(),
        ),
        to=lambda _: _show_address(alliance),
        page=lambda: decide(slug, target, form),
        done=Message("The decision is taken."),
    )


@bp.get("/<slug>/resume")
def resume(slug: str, form: ResumeForm | None = None) -> ResponseReturnValue:
    """Take up work again after a pause, and what that does to expected dates."""
    alliance = load_alliance(slug, Permission.ALLIANCE_PAUSE)
    return alliance_page(
        "rollout/resume.html",
        alliance,
        "phases",
        pause=pausing.running_pause(alliance),
        form=form or ResumeForm(data={"on": today()}),
    )


@bp.post("/<slug>/resume")
def resume_submit(slug: str) -> ResponseReturnValue:
    """Resume the alliance."""
    alliance, form = load_alliance(slug, Permission.ALLIANCE_PAUSE), ResumeForm()
    return carry_out(
        form,
        lambda: pausing.resume(alliance, on=form.on.data or today(), actor=actor()),
        to=lambda _: url_for("alliances.show", slug=slug),
        page=lambda: resume(slug, form),
        done=lambda moved: moved.in_words(),
    )
