"""The stappenplan of one alliance: the whole plan, one step, and completing and reopening it."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.stappenplan import criterion_views, flag_reading, own_views, queries, service, version_views
from alliance_tracker.stappenplan.flags import raise_flag
from alliance_tracker.stappenplan.forms import CompleteForm, FlagForm
from alliance_tracker.stappenplan.models import FlagKind
from alliance_tracker.stappenplan.steps_frame import asked_year, bp, load_plan, steps_page, year_argument
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor

__all__ = ["bp", "criterion_views", "own_views", "version_views"]


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """The five steps with their criteria: how far the alliance is, and what can be done next."""
    alliance, plan = load_plan(slug)
    return steps_page("stappenplan/show.html", alliance, plan, below=False)


@bp.get("/<int:number>")
def step(
    slug: str,
    number: int,
    complete_form: CompleteForm | None = None,
    reopen_form: ReasonForm | None = None,
    flag_form: FlagForm | None = None,
) -> ResponseReturnValue:
    """One step: its criteria, completing or reopening it, flagging it, and its history."""
    alliance, plan = load_plan(slug)
    shown = plan.step(number)
    return steps_page(
        "stappenplan/step.html",
        alliance,
        plan,
        step=shown,
        complete_form=complete_form or CompleteForm(formdata=None),
        reopen_form=reopen_form or ReasonForm(formdata=None),
        flag_form=flag_form or FlagForm(formdata=None),
        history=queries.history_of_step(alliance.id, shown.key),
        flags=flag_reading.flags_of(alliance.id, shown.key, None),
    )


@bp.post("/<int:number>/complete")
def complete_submit(slug: str, number: int) -> ResponseReturnValue:
    """Complete a step, dated and signed; the yearly one for the year of the address."""
    alliance, plan = load_plan(slug, Permission.STEP_DECIDE)
    form, year = CompleteForm(), plan.step(number).year
    return carry_out(
        form,
        lambda: service.complete_step(alliance, number, on=form.on.data, year=asked_year(), actor=actor()),
        to=lambda _: url_for("steps.show", slug=slug, **year_argument(year)),
        done=Message("Step %(number)s is completed.", number=number),
        page=lambda: step(slug, number, complete_form=form),
    )


@bp.post("/<int:number>/reopen")
def reopen_submit(slug: str, number: int) -> ResponseReturnValue:
    """Reopen a completed step, with the reason."""
    alliance, plan = load_plan(slug, Permission.STEP_DECIDE)
    form, year = ReasonForm(), plan.step(number).year
    return carry_out(
        form,
        lambda: service.reopen_step(alliance, number, reason=form.reason.data, year=asked_year(), actor=actor()),
        to=lambda _: url_for("steps.step", slug=slug, number=number, **year_argument(year)),
        done=Message("Step %(number)s is open again.", number=number),
        page=lambda: step(slug, number, reopen_form=form),
    )


@bp.post("/<int:number>/flag")
def flag_submit(slug: str, number: int) -> ResponseReturnValue:
    """Flag a step as a whole: it lacks something, or is unclear."""
    alliance, plan = load_plan(slug, Permission.CRITERION_FLAG)
    form, shown = FlagForm(), plan.step(number)
    return carry_out(
        form,
        lambda: raise_flag(
            alliance,
            step_key=shown.key,
            criterion_key=None,
            kind=FlagKind(form.kind.data),
            remark=form.remark.data,
            actor=actor(),
        ),
        to=lambda _: url_for("steps.step", slug=slug, number=number, **year_argument(shown.year)),
        done=Message("Thank you. The project manager sees your flag."),
        page=lambda: step(slug, number, flag_form=form),
    )
