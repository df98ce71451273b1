"""The stappenplan itself: its published versions for everybody, the flags for the project manager."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.stappenplan import draft_views, flag_reading, flags, queries
from alliance_tracker.stappenplan.forms import AnswerForm
from alliance_tracker.stappenplan.models import CriterionFlag, FlagKind
from alliance_tracker.stappenplan.plans_frame import bp, plans_page
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, load, require

__all__ = ["bp", "draft_views"]


@bp.get("")
def index() -> ResponseReturnValue:
    """The plan as it is now, with its versions."""
    require(Permission.PLAN_VIEW)
    return draft_views.published_page(queries.newest_plan_id(), below=False)


@bp.get("/versions/<label>")
def version(label: str) -> ResponseReturnValue:
    """One published version of the plan."""
    require(Permission.PLAN_VIEW)
    return draft_views.published_page(queries.published_with_label(label))


@bp.get("/flags")
def flag_list() -> ResponseReturnValue:
    """Every flag of every alliance, per criterion."""
    require(Permission.PLAN_DRAFT)
    show_all = request.args.get("show") == "all"
    found = flag_reading.flag_overview(only_open=not show_all)
    return plans_page("stappenplan/flags.html", flagged=found, show_all=show_all, kinds=list(FlagKind))


def _flag(flag_id: int) -> CriterionFlag:
    require(Permission.PLAN_DRAFT)
    return load(CriterionFlag, flag_id, Permission.PLAN_DRAFT)


@bp.get("/flags/<int:flag_id>")
def flag(flag_id: int, form: AnswerForm | None = None) -> ResponseReturnValue:
    """One flag, and its answer."""
    row = _flag(flag_id)
    line = flag_reading.flag_line(row.id)
    further = ((Message("Flags"), url_for("plans.flag_list")),)
    return plans_page(
        "stappenplan/flag.html",
        further=further,
        flagged=line,
        line=line.flags[0],
        form=form or AnswerForm(formdata=None),
    )


@bp.post("/flags/<int:flag_id>")
def flag_submit(flag_id: int) -> ResponseReturnValue:
    """Answer a flag."""
    row, form = _flag(flag_id), AnswerForm()
    return carry_out(
        form,
        lambda: flags.answer(row, words=form.answer.data, actor=actor()),
        to=lambda _: url_for("plans.flag_list"),
        done=Message("The answer stands beside the flag."),
        page=lambda: flag(flag_id, form),
    )
