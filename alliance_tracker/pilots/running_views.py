"""Carrying a pilot through its life on the screen: starting, finishing with its evaluation, and the plain moves."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.pilots import forms, running
from alliance_tracker.pilots.lifecycle import PILOT
from alliance_tracker.pilots.models import Pilot, PilotDecision
from alliance_tracker.pilots.views import bp, crumbs, load_pilot
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor


def _here(slug: str, pilot_id: int) -> str:
    return url_for("pilots.show", slug=slug, pilot_id=pilot_id)


@bp.get("/<int:pilot_id>/begin")
def begin(slug: str, pilot_id: int, form: forms.BeginForm | None = None) -> ResponseReturnValue:
    """Start a pilot."""
    alliance, pilot = load_pilot(slug, pilot_id, Permission.PILOT_EDIT)
    form = form or forms.BeginForm(version=pilot.version)
    return alliance_page("pilots/begin.html", alliance, "pilots", pilot=pilot, form=form, crumbs=crumbs(slug, pilot))


@bp.post("/<int:pilot_id>/begin")
def begin_submit(slug: str, pilot_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, pilot), form = load_pilot(slug, pilot_id, Permission.PILOT_EDIT), forms.BeginForm()
    return carry_out(
        form,
        lambda: running.begin(pilot, on=form.on.day, version=form.version.data, actor=actor()),
        to=lambda _: _here(slug, pilot_id),
        done=Message("The pilot has started."),
        page=lambda: begin(slug, pilot_id, form),
    )


def _evaluation(form: forms.EvaluationForm) -> running.Evaluation:
    return running.Evaluation(form.findings.data, PilotDecision(form.decision.data), form.on.day)


def _evaluation_page(
    slug: str, pilot_id: int, form: forms.EvaluationForm | None, *, again: bool
) -> ResponseReturnValue:
    alliance, pilot = load_pilot(slug, pilot_id, Permission.PILOT_EDIT)
    return alliance_page(
        "pilots/evaluate.html",
        alliance,
        "pilots",
        pilot=pilot,
        form=form or forms.EvaluationForm(version=pilot.version),
        again=again,
        crumbs=crumbs(slug, pilot),
    )


@bp.get("/<int:pilot_id>/finish")
def finish(slug: str, pilot_id: int, form: forms.EvaluationForm | None = None) -> ResponseReturnValue:
    """Finish a pilot: the form asks for its evaluation."""
    return _evaluation_page(slug, pilot_id, form, again=False)


@bp.post("/<int:pilot_id>/finish")
def finish_submit(slug: str, pilot_id: int) -> ResponseReturnValue:
    """Keep the end and the evaluation together."""
    (_, pilot), form = load_pilot(slug, pilot_id, Permission.PILOT_EDIT), forms.EvaluationForm()
    return carry_out(
        form,
        lambda: running.finish(pilot, _evaluation(form), version=form.version.data, actor=actor()),
        to=lambda _: _here(slug, pilot_id),
        done=Message("The pilot is finished and evaluated."),
        page=lambda: finish(slug, pilot_id, form),
    )


@bp.get("/<int:pilot_id>/evaluate")
def evaluate(slug: str, pilot_id: int, form: forms.EvaluationForm | None = None) -> ResponseReturnValue:
    """Evaluate a finished pilot again."""
    return _evaluation_page(slug, pilot_id, form, again=True)


@bp.post("/<int:pilot_id>/evaluate")
def evaluate_submit(slug: str, pilot_id: int) -> ResponseReturnValue:
    """Keep the new evaluation beside the earlier ones."""
    (_, pilot), form = load_pilot(slug, pilot_id, Permission.PILOT_EDIT), forms.EvaluationForm()
    return carry_out(
        form,
        lambda: running.evaluate(pilot, _evaluation(form), version=form.version.data, actor=actor()),
        to=lambda _: _here(slug, pilot_id),
        done=Message("The evaluation is kept; the earlier one stays."),
        page=lambda: evaluate(slug, pilot_id, form),
    )


#: A sentence for each plain move: what it does.
MEANINGS = {
    "scale": Message("What was tried goes on, larger or elsewhere. Write down in its plan how that is carried."),
    "run_again": Message("The pilot runs again with what was learned. Its evaluation stays."),
    "stop": Message("What was done and found stays. A pilot that was stopped can be taken up again."),
    "replan": Message("The pilot goes back to the plans, and can be started."),
    "resume": Message("The pilot runs again from today."),
}


def _form_of(name: str) -> type[Any]:
    return forms.MoveWithReasonForm if PILOT.transitions[name].needs_reason else forms.MoveForm


def _load_for(slug: str, pilot_id: int, name: str) -> tuple[Any, Pilot]:
    if name not in running.PLAIN_MOVES:
        raise NotFound(Message("There is nothing at this address."))
    return load_pilot(slug, pilot_id, Permission.PILOT_EDIT)


@bp.get("/<int:pilot_id>/move/<name>")
def move(slug: str, pilot_id: int, name: str, form: Any = None) -> ResponseReturnValue:
    """Scale up, run again, stop, plan again or resume: what it means, and a button."""
    alliance, pilot = _load_for(slug, pilot_id, name)
    return alliance_page(
        "pilots/move.html",
        alliance,
        "pilots",
        pilot=pilot,
        move=PILOT.transitions[name],
        meaning=MEANINGS[name],
        form=form or _form_of(name)(version=pilot.version),
        crumbs=crumbs(slug, pilot),
    )


@bp.post("/<int:pilot_id>/move/<name>")
def move_submit(slug: str, pilot_id: int, name: str) -> ResponseReturnValue:
    """Carry it out."""
    _, pilot = _load_for(slug, pilot_id, name)
    form = _form_of(name)()
    reason = form.reason.data if "reason" in form else ""
    return carry_out(
        form,
        lambda: running.move(pilot, name, reason=reason, version=form.version.data, actor=actor()),
        to=lambda _: _here(slug, pilot_id),
        done=Message("Kept."),
        page=lambda: move(slug, pilot_id, name, form),
    )
