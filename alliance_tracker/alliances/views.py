"""Proposing an alliance, changing its words and its working area, and deciding on its life."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances import forms, service
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.lifecycle import LIFECYCLE
from alliance_tracker.alliances.models import Alliance, DueDatesWhilePaused
from alliance_tracker.alliances.queries import area_of, doubts
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.regions import queries as regions
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, page_number, require
from alliance_tracker.web.templating import page

bp = Blueprint("alliances", __name__, url_prefix="/alliances")


@bp.get("/new")
def propose(form: forms.ProposeForm | None = None) -> ResponseReturnValue:
    """Propose an initiative."""
    require(Permission.ALLIANCE_PROPOSE)
    form = form or forms.ProposeForm(region_code=request.args.get("region", ""))
    _offer(form)
    crumbs = [(Message("Alliances"), url_for("alliances.index"))]
    return page("alliances/propose.html", form=form, doubts=_shown_doubts(form), crumbs=crumbs)


def _shown_doubts(form: forms.ProposeForm) -> list[Message]:
    """What the person is asked to look at, once that was asked."""
    asked = form.is_sure.errors or form.is_sure.data
    return doubts(form.name.data, form.region_code.data, form.municipalities.ids) if asked else []


def _offer(form: forms.ProposeForm) -> None:
    form.region_code.offer(regions.names().items())
    form.municipalities.offer(regions.municipality_choices())


@bp.post("/new")
def propose_submit() -> ResponseReturnValue:
    """Keep the proposal; the project manager sees it at once."""
    require(Permission.ALLIANCE_PROPOSE)
    form = forms.ProposeForm()
    _offer(form)
    return carry_out(
        form,
        lambda: service.propose(
            name=form.name.data,
            region_code=form.region_code.data,
            municipality_ids=form.municipalities.ids,
            purpose=form.purpose.data,
            website=form.website.data,
            is_sure=form.is_sure.data,
            actor=actor(),
        ),
        to=lambda alliance: url_for("alliances.show", slug=alliance.slug),
        done=Message("The initiative is proposed. The project manager decides whether it becomes an alliance."),
        page=lambda: propose(form),
    )


@bp.get("/<slug>/edit")
def edit(slug: str, form: forms.EditAllianceForm | None = None) -> ResponseReturnValue:
    """Change the words of an alliance."""
    alliance = load_alliance(slug, Permission.ALLIANCE_EDIT)
    return alliance_page("alliances/edit.html", alliance, "about", form=form or forms.EditAllianceForm(obj=alliance))


@bp.post("/<slug>/edit")
def edit_submit(slug: str) -> ResponseReturnValue:
    """Keep the changed words."""
    alliance, form = load_alliance(slug, Permission.ALLIANCE_EDIT), forms.EditAllianceForm()
    return carry_out(
        form,
        lambda: service.edit(
            alliance,
            name=form.name.data,
            purpose=form.purpose.data,
            value_proposition=form.value_proposition.data,
            website=form.website.data,
            cited_facts=form.cited_facts.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("alliances.show", slug=slug),
        done=Message("Saved."),
        page=lambda: edit(slug, form),
    )


@bp.get("/<slug>/area")
def area(slug: str, form: forms.AreaForm | None = None) -> ResponseReturnValue:
    """Change the municipalities in which the alliance works."""
    alliance = load_alliance(slug, Permission.ALLIANCE_EDIT)
    form = form or forms.AreaForm(version=alliance.version, municipalities=[str(m.id) for m in area_of(alliance.id)])
    form.municipalities.offer(regions.municipality_choices())
    return alliance_page("alliances/area.html", alliance, "about", form=form, saved=area_of(alliance.id))


@bp.post("/<slug>/area")
def area_submit(slug: str) -> ResponseReturnValue:
    """Keep the changed working area."""
    alliance, form = load_alliance(slug, Permission.ALLIANCE_EDIT), forms.AreaForm()
    form.municipalities.offer(regions.municipality_choices())
    return carry_out(
        form,
        lambda: service.work_in(
            alliance, form.municipalities.ids, since=form.since.day, version=form.version.data, actor=actor()
        ),
        to=lambda _: url_for("alliances.show", slug=slug),
        done=Message("Saved."),
        page=lambda: area(slug, form),
    )


FORMS = {"accept": forms.AcceptForm, "pause": forms.PauseForm, "end": forms.EndForm}


def decision_page(alliance: Alliance, name: str, form: object) -> str:
    """The page on which one decides on the life of an alliance."""
    return alliance_page(
        "alliances/decide.html",
        alliance,
        "about",
        form=form,
        transition=(transition := LIFECYCLE.transitions[name]),
        obstacles=list(transition.obstacles(alliance)),
    )


@bp.get("/<slug>/accept")
def accept(slug: str, form: forms.AcceptForm | None = None) -> ResponseReturnValue:
    """Accept an initiative as an alliance."""
    alliance = load_alliance(slug, Permission.ALLIANCE_ACCEPT)
    return decision_page(alliance, "accept", form or forms.AcceptForm())


@bp.post("/<slug>/accept")
def accept_submit(slug: str) -> ResponseReturnValue:
    """Carry it out."""
    alliance, form = load_alliance(slug, Permission.ALLIANCE_ACCEPT), forms.AcceptForm()
    return carry_out(
        form,
        lambda: service.accept(alliance, on=form.on.day, is_trial=form.is_trial.data, actor=actor()),
        to=lambda _: url_for("alliances.show", slug=slug),
        done=Message("The initiative is now an alliance."),
        page=lambda: accept(slug, form),
    )


@bp.get("/<slug>/pause")
def pause(slug: str, form: forms.PauseForm | None = None) -> ResponseReturnValue:
    """Let the alliance rest."""
    alliance = load_alliance(slug, Permission.ALLIANCE_PAUSE)
    return decision_page(alliance, "pause", form or forms.PauseForm())


@bp.post("/<slug>/pause")
def pause_submit(slug: str) -> ResponseReturnValue:
    """Carry it out."""
    alliance, form = load_alliance(slug, Permission.ALLIANCE_PAUSE), forms.PauseForm()
    return carry_out(
        form,
        lambda: service.pause(
            alliance,
            since=form.on.day,
            due_dates=DueDatesWhilePaused(form.due_dates.data),
            reason=form.reason.data,
            actor=actor(),
        ),
        to=lambda _: url_for("alliances.show", slug=slug),
        done=Message("The alliance is paused."),
        page=lambda: pause(slug, form),
    )


@bp.get("/<slug>/end")
def end(slug: str, form: forms.EndForm | None = None) -> ResponseReturnValue:
    """End the alliance."""
    alliance = load_alliance(slug, Permission.ALLIANCE_ACCEPT)
    return decision_page(alliance, "end", form or forms.EndForm())


@bp.post("/<slug>/end")
def end_submit(slug: str) -> ResponseReturnValue:
    """Carry it out."""
    alliance, form = load_alliance(slug, Permission.ALLIANCE_ACCEPT), forms.EndForm()
    return carry_out(
        form,
        lambda: service.end(alliance, on=form.on.day, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("alliances.show", slug=slug),
        done=Message("The alliance has ended. Everything stays readable."),
        page=lambda: end(slug, form),
    )


@bp.post("/<slug>/trial")
def trial_submit(slug: str) -> ResponseReturnValue:
    """Let the alliance take part in the trial, or no longer."""
    alliance, form = load_alliance(slug, Permission.ALLIANCE_ACCEPT), ActionForm()
    # The button says what it asks for: two stale pages cannot undo each other.
    wanted = request.form.get("wanted") == "yes"
    return carry_out(
        form,
        lambda: service.mark_trial(alliance, is_trial=wanted, actor=actor()),
        to=lambda _: url_for("alliances.show", slug=slug),
        done=Message("Saved."),
        page=lambda: decision_page(alliance, "accept", forms.AcceptForm()),
    )


@bp.get("/<slug>/history")
def history(slug: str) -> ResponseReturnValue:
    """Who did what in this alliance."""
    alliance = load_alliance(slug)
    found = web_history.of_alliance(alliance.id, page_number())
    return alliance_page("alliances/history.html", alliance, "history", history=found)
