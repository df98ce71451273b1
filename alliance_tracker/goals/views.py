"""The goals of an alliance: the list, one goal, setting and changing it, and its life."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.partners import current_partners
from alliance_tracker.errors import NotFound
from alliance_tracker.goals import forms, panels, queries, service
from alliance_tracker.goals.lifecycle import GOAL
from alliance_tracker.goals.models import Goal, GoalStatus
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor, page_number, permitted

bp = Blueprint("goals", __name__, url_prefix="/alliances/<slug>/goals")


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """The goals with their indicators, and the needs analysis that they rest on."""
    alliance = load_alliance(slug)
    goals = queries.goals_of(alliance.id)
    return alliance_page(
        "goals/index.html",
        alliance,
        "goals",
        needs=queries.needs_of(alliance.id),
        groups=[(status, found) for status in GoalStatus if (found := [g for g in goals if g.status is status])],
        sections=panels.panels_of(alliance, [goal.id for goal in goals], in_list=True),
    )


def _crumbs(slug: str, goal: Goal | None = None) -> list[tuple[object, str]]:
    crumbs: list[tuple[object, str]] = [(Message("Goals"), url_for("goals.index", slug=slug))]
    if goal is not None:
        crumbs.append((goal.title, url_for("goals.show", slug=slug, goal_id=goal.id)))
    return crumbs


@bp.get("/new")
def create(slug: str, form: forms.GoalForm | None = None) -> ResponseReturnValue:
    """Agree on a goal."""
    alliance = load_alliance(slug, Permission.GOAL_EDIT)
    form = form or forms.GoalForm()
    partners = current_partners(alliance.id)
    form.offer(partners)
    return alliance_page(
        "goals/edit.html",
        alliance,
        "goals",
        form=form,
        goal=None,
        has_partners=bool(partners),
        needs=queries.needs_of(alliance.id),
        crumbs=_crumbs(slug),
    )


@bp.post("/new")
def create_submit(slug: str) -> ResponseReturnValue:
    """Keep the goal."""
    alliance, form = load_alliance(slug, Permission.GOAL_EDIT), forms.GoalForm()
    form.offer(current_partners(alliance.id))
    return carry_out(
        form,
        lambda: service.add(alliance, form.draft, actor=actor()),
        to=lambda goal: url_for("goals.show", slug=slug, goal_id=goal.id),
        done=Message("The goal is set. Now say how you will see that it is reached."),
        page=lambda: create(slug, form),
    )


def load_goal(slug: str, goal_id: int, permission: Permission = Permission.ALLIANCE_VIEW) -> tuple[Alliance, Goal]:
    """A goal of the alliance at this address, with its tags and its owner.

    :raise NotFound: it is a goal of another alliance, or of none that this person may see.
    """
    alliance = load_alliance(slug)
    goal = service.goal_by_id(goal_id)
    if goal is None or goal.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(goal, permission)


@bp.get("/<int:goal_id>")
def show(slug: str, goal_id: int) -> ResponseReturnValue:
    """Everything of one goal."""
    alliance, goal = load_goal(slug, goal_id)
    return alliance_page(
        "goals/show.html",
        alliance,
        "goals",
        goal=queries.goal_view(goal.id),
        row=goal,
        sections=panels.panels_of(alliance, [goal.id]),
        offers=GOAL.offers(actor(), goal) if alliance.is_open else [],
        history=web_history.of_subject("goal", goal_id, page_number()),
        crumbs=_crumbs(slug),
    )


@bp.get("/<int:goal_id>/edit")
def edit(slug: str, goal_id: int, form: forms.EditGoalForm | None = None) -> ResponseReturnValue:
    """Change what a goal says."""
    alliance, goal = load_goal(slug, goal_id, Permission.GOAL_EDIT)
    if form is None:
        form = forms.EditGoalForm(obj=goal)
        form.show_tags(queries.keys_of(goal))
    _offer(form, goal)
    return alliance_page(
        "goals/edit.html",
        alliance,
        "goals",
        form=form,
        goal=goal,
        has_partners=True,
        needs=queries.needs_of(alliance.id),
        crumbs=_crumbs(slug, goal),
    )


def _offer(form: forms.EditGoalForm, goal: Goal) -> None:
    """The partners of today, and the one that carries the goal if it has left."""
    partners = current_partners(goal.alliance_id)
    gone = [goal.owner] if goal.owner_partner_id not in {partner.id for partner in partners} else []
    form.offer(gone + partners)


@bp.post("/<int:goal_id>/edit")
def edit_submit(slug: str, goal_id: int) -> ResponseReturnValue:
    """Keep the changes."""
    (_, goal), form = load_goal(slug, goal_id, Permission.GOAL_EDIT), forms.EditGoalForm()
    _offer(form, goal)
    return carry_out(
        form,
        lambda: service.edit(goal, form.draft, version=form.version.data, actor=actor()),
        to=lambda _: url_for("goals.show", slug=slug, goal_id=goal_id),
        done=Message("Saved."),
        page=lambda: edit(slug, goal_id, form),
    )


@bp.get("/<int:goal_id>/<any(reach, stop, reopen):name>")
def decide(slug: str, goal_id: int, name: str, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Mark a goal as reached, stop it, or take it up again: with the reason."""
    alliance, goal = load_goal(slug, goal_id, Permission.GOAL_EDIT)
    return alliance_page(
        "goals/decide.html",
        alliance,
        "goals",
        form=form or ReasonForm(),
        goal=goal,
        transition=GOAL.transitions[name],
        crumbs=_crumbs(slug, goal),
    )


@bp.post("/<int:goal_id>/<any(reach, stop, reopen):name>")
def decide_submit(slug: str, goal_id: int, name: str) -> ResponseReturnValue:
    """Carry it out."""
    (_, goal), form = load_goal(slug, goal_id, Permission.GOAL_EDIT), ReasonForm()
    return carry_out(
        form,
        lambda: service.move(goal, name, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("goals.show", slug=slug, goal_id=goal_id),
        done=Message("Kept, with the reason."),
        page=lambda: decide(slug, goal_id, name, form),
    )
