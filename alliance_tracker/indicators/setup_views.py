"""Setting up an indicator: from the catalogue or of the alliance's own, its goal and method, stopping and resuming."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import catalogue_queries, following, service
from alliance_tracker.indicators.forms import FollowForm, IndicatorForm, LocalForm
from alliance_tracker.indicators.frame import (
    bp,
    goal_of,
    goals_of,
    here,
    indicators_page,
    load_indicator,
    optional_address,
)
from alliance_tracker.indicators.models import (
    Counting,
    Definition,
    Direction,
    Indicator,
    Kind,
    PeriodRule,
    Unit,
)
from alliance_tracker.indicators.periods import PeriodKind
from alliance_tracker.indicators.semantics import Semantics
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm, ReasonForm
from alliance_tracker.web.guards import actor


def _offer_goals(form: FollowForm | LocalForm | IndicatorForm, alliance: Alliance) -> None:
    form.goal_id.offer((goal.id, goal.title) for goal in goals_of(alliance))


def _offer_definitions(form: FollowForm, alliance: Alliance) -> list[catalogue_queries.Group]:
    """Fill the list; the groups are what the page draws."""
    groups = catalogue_queries.choices_for(alliance.id)
    form.definition_id.offer((choice.id, choice.name) for group in groups for choice in group.choices)
    return groups


def _back(slug: str, form: FollowForm | LocalForm) -> str:
    """Where somebody came from: the goal, or else the alliance."""
    goal = form.goal_id.data or ""
    found = optional_address("goals.show", slug=slug, goal_id=int(goal)) if goal.isdecimal() else None
    return found or url_for("alliances.show", slug=slug)


@bp.get("/new")
def follow(slug: str, form: FollowForm | None = None) -> ResponseReturnValue:
    """Choose an indicator of the shared catalogue to follow under a goal."""
    alliance = load_alliance(slug, Permission.GOAL_EDIT)
    form = form or FollowForm(goal_id=request.args.get("goal", ""))
    _offer_goals(form, alliance)
    groups = _offer_definitions(form, alliance)
    return indicators_page("indicators/follow.html", alliance, form=form, groups=groups, back=_back(slug, form))


@bp.post("/new")
def follow_submit(slug: str) -> ResponseReturnValue:
    """Follow the chosen indicator; its baseline is asked next."""
    alliance, form = load_alliance(slug, Permission.GOAL_EDIT), FollowForm()
    _offer_goals(form, alliance)
    _offer_definitions(form, alliance)

    def command() -> Indicator:
        goal = goal_of(alliance, int(form.goal_id.data))
        definition = db().get(Definition, int(form.definition_id.data))
        if definition is None:
            raise FieldRefused("definition_id", Message("Choose an indicator of the list."))
        return service.follow(goal, definition, method=form.method.data, actor=actor())

    return carry_out(
        form, command, to=lambda row: _next_step(slug, row), done=_followed(), page=lambda: follow(slug, form)
    )


def _followed() -> Message:
    return Message("The alliance follows this indicator. Say where it starts and what it aims at.")


def _next_step(slug: str, row: Indicator) -> str:
    """What comes after following: the baseline, or the page of an indicator whose figures are computed."""
    if row.definition.is_derived:
        return here(slug, row.id)
    return url_for("indicators.baseline", slug=slug, indicator_id=row.id)


@bp.get("/local")
def local(slug: str, form: LocalForm | None = None) -> ResponseReturnValue:
    """Make an indicator of the alliance's own."""
    alliance = load_alliance(slug, Permission.GOAL_EDIT)
    form = form or LocalForm(goal_id=request.args.get("goal", ""))
    _offer_goals(form, alliance)
    return indicators_page("indicators/local.html", alliance, form=form, back=_back(slug, form))


@bp.post("/local")
def local_submit(slug: str) -> ResponseReturnValue:
    """Keep the indicator of the alliance's own, and follow it."""
    alliance, form = load_alliance(slug, Permission.GOAL_EDIT), LocalForm()
    _offer_goals(form, alliance)
    return carry_out(
        form,
        lambda: following.follow_local(
            goal_of(alliance, int(form.goal_id.data)), _drafted(form), method=form.method.data, actor=actor()
        ),
        to=lambda row: _next_step(slug, row),
        done=_followed(),
        page=lambda: local(slug, form),
    )


def _drafted(form: LocalForm) -> following.LocalDraft:
    meaning = Semantics(
        unit=Unit(form.unit.data),
        kind=Kind(form.kind.data),
        period_kind=PeriodKind(form.period_kind.data),
        over_periods=PeriodRule(form.over_periods.data),
        direction=Direction(form.direction.data),
        counts_people=form.counts_people.data,
        counting=Counting(form.counting.data) if form.counting.data else None,
    )
    return following.LocalDraft(form.name.data, meaning, form.numerator.data, form.denominator.data)


@bp.get("/<int:indicator_id>/edit")
def edit(slug: str, indicator_id: int, form: IndicatorForm | None = None) -> ResponseReturnValue:
    """Change the method, or move the indicator to another goal."""
    alliance, row = load_indicator(slug, indicator_id, Permission.GOAL_EDIT)
    form = form or IndicatorForm(formdata=None, obj=row)
    _offer_goals(form, alliance)
    return indicators_page("indicators/edit.html", alliance, below=row, indicator=row, form=form)


@bp.post("/<int:indicator_id>/edit")
def edit_submit(slug: str, indicator_id: int) -> ResponseReturnValue:
    """Keep the change."""
    (alliance, row), form = load_indicator(slug, indicator_id, Permission.GOAL_EDIT), IndicatorForm()
    _offer_goals(form, alliance)
    return carry_out(
        form,
        lambda: following.edit(
            row,
            goal=goal_of(alliance, int(form.goal_id.data)),
            method=form.method.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: here(slug, indicator_id),
        done=Message("Saved."),
        page=lambda: edit(slug, indicator_id, form),
    )


@bp.get("/<int:indicator_id>/stop")
def stop(slug: str, indicator_id: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Stop following an indicator."""
    alliance, row = load_indicator(slug, indicator_id, Permission.GOAL_EDIT)
    form = form or ReasonForm(formdata=None)
    return indicators_page("indicators/stop.html", alliance, below=row, indicator=row, form=form)


@bp.post("/<int:indicator_id>/stop")
def stop_submit(slug: str, indicator_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, row), form = load_indicator(slug, indicator_id, Permission.GOAL_EDIT), ReasonForm()
    return carry_out(
        form,
        lambda: following.stop(row, reason=form.reason.data, actor=actor()),
        to=lambda _: here(slug, indicator_id),
        done=Message("The indicator is no longer followed; everything measured stays."),
        page=lambda: stop(slug, indicator_id, form),
    )


@bp.get("/<int:indicator_id>/resume")
def resume(slug: str, indicator_id: int, form: ActionForm | None = None) -> ResponseReturnValue:
    """Follow a stopped indicator again."""
    alliance, row = load_indicator(slug, indicator_id, Permission.GOAL_EDIT)
    form = form or ActionForm(formdata=None)
    return indicators_page("indicators/resume.html", alliance, below=row, indicator=row, form=form)


@bp.post("/<int:indicator_id>/resume")
def resume_submit(slug: str, indicator_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, row), form = load_indicator(slug, indicator_id, Permission.GOAL_EDIT), ActionForm()
    return carry_out(
        form,
        lambda: following.resume(row, actor=actor()),
        to=lambda _: here(slug, indicator_id),
        done=Message("The alliance follows this indicator again."),
        page=lambda: resume(slug, indicator_id, form),
    )
