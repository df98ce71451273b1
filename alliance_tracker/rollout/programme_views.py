"""The programme for Flanders: phases, Flemish milestones, preconditions, conversations with regions and cities."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.rollout import milestones, places, programme, programme_queries, recording, story
from alliance_tracker.rollout.forms import ActionFollowUpForm, PeriodForm
from alliance_tracker.rollout.models import ActionStatus, Level
from alliance_tracker.rollout.states import MilestoneState
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import EditForm
from alliance_tracker.web.guards import actor, require
from alliance_tracker.web.templating import page

bp = Blueprint("programme", __name__, url_prefix="/programme")


def _crumbs() -> list[tuple[Message, str]]:
    return [(Message("Programme"), url_for("programme.index"))]


@bp.get("")
def index() -> ResponseReturnValue:
    """The phases, the Flemish milestones and the three preconditions."""
    require(Permission.PROGRAMME_VIEW)
    return page("rollout/programme.html", view=programme_queries.programme())


@bp.get("/conversations")
def conversations() -> ResponseReturnValue:
    """The conversation with every region and every centre city, held or not; `?show=open` leaves out what was held."""
    require(Permission.PROGRAMME_VIEW)
    found = programme_queries.conversations()
    return page(
        "rollout/conversations.html",
        crumbs=_crumbs(),
        rows=found,
        regions=programme_queries.held([row.region for row in found]),
        cities=programme_queries.held([city for row in found for city in row.cities]),
        only_open=request.args.get("show") == "open",
    )


def _state(key: str, scope: str) -> MilestoneState:
    level = milestones.by_key(key).level
    if level is Level.ALLIANCE:  # it is recorded on the alliance's own pages
        raise NotFound(Message("There is nothing at this address."))
    return recording.state_at(places.find(level, scope), key)


def _back(state: MilestoneState) -> str:
    if state.place.level is Level.FLANDERS:
        return url_for("programme.index")
    if state.is_conversation and request.args.get("back") != "region":
        return url_for("programme.conversations")
    return url_for("regions.show", code=state.place.region_code)


@bp.get("/milestones/<key>", defaults={"scope": ""})
@bp.get("/milestones/<key>/<scope>")
def milestone(
    key: str, scope: str, form: EditForm | None = None, evidence_form: EvidenceForm | None = None
) -> ResponseReturnValue:
    """One milestone of Flanders, a region or a centre city, and the form for who may record it."""
    require(Permission.PROGRAMME_VIEW)
    state = _state(key, scope)
    conversations_crumb = [(Message("Conversations with regions and cities"), url_for("programme.conversations"))]
    return page(
        "rollout/milestone.html",
        crumbs=[*_crumbs(), *conversations_crumb] if state.is_conversation else _crumbs(),
        state=state,
        form=form or recording.form_of(state),
        turns=story.turns_of(state),
        logged=[],
        action=url_for("programme.milestone_submit", key=key, scope=scope or None, back=request.args.get("back")),
        back=_back(state),
        **recording.evidence_facts(
            state, evidence_form, url_for("programme.evidence_submit", key=key, scope=scope or None)
        ),
    )


@bp.post("/milestones/<key>/evidence", defaults={"scope": ""})
@bp.post("/milestones/<key>/<scope>/evidence")
def evidence_submit(key: str, scope: str) -> ResponseReturnValue:
    """Attach files that prove a milestone of Flanders, a region or a centre city."""
    state = _state(key, scope)
    return evidence_views.attach(
        recording.proven(state),
        state.place,
        to=url_for("programme.milestone", key=key, scope=scope or None),
        page=lambda form: milestone(key, scope, evidence_form=form),
    )


@bp.post("/milestones/<key>", defaults={"scope": ""})
@bp.post("/milestones/<key>/<scope>")
def milestone_submit(key: str, scope: str) -> ResponseReturnValue:
    """Record the milestone."""
    state = _state(key, scope)
    require(Permission.MILESTONE_RECORD, state.place)
    return recording.submit(state, to=_back(state), page=lambda form: milestone(key, scope, form))


@bp.get("/actions/<key>")
def action(key: str, form: ActionFollowUpForm | None = None) -> ResponseReturnValue:
    """Follow up an action on a precondition."""
    require(Permission.PROGRAMME_EDIT)
    row = programme_queries.action_by_key(key)
    return page(
        "rollout/action.html",
        crumbs=_crumbs(),
        action=row,
        form=form or ActionFollowUpForm(obj=row),
    )


@bp.post("/actions/<key>")
def action_submit(key: str) -> ResponseReturnValue:
    """Keep what was followed up."""
    require(Permission.PROGRAMME_EDIT)
    row, form = programme_queries.action_by_key(key), ActionFollowUpForm()
    return carry_out(
        form,
        lambda: programme.follow_up(
            row,
            status=ActionStatus(form.status.data),
            owner=form.owner.data,
            due_on=form.due_on.data,
            done_on=form.done_on.data,
            note=form.note.data,
            reason=form.reason.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("programme.index"),
        page=lambda: action(key, form),
        done=Message("Saved."),
    )


@bp.get("/phases/<letter>")
def phase(letter: str, form: PeriodForm | None = None) -> ResponseReturnValue:
    """Plan a phase."""
    require(Permission.PROGRAMME_EDIT)
    row = programme.phase_by_letter(letter)
    return page("rollout/phase.html", crumbs=_crumbs(), phase=row, form=form or PeriodForm(obj=row))


@bp.post("/phases/<letter>")
def phase_submit(letter: str) -> ResponseReturnValue:
    """Keep the planned period."""
    require(Permission.PROGRAMME_EDIT)
    row, form = programme.phase_by_letter(letter), PeriodForm()
    return carry_out(
        form,
        lambda: programme.plan_phase(
            row,
            planned_from=form.planned_from.data or row.planned_from,
            planned_to=form.planned_to.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("programme.index"),
        page=lambda: phase(letter, form),
        done=Message("Saved."),
    )
