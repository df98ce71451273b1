"""An alliance's move to a newer version of the plan: first what it would change, then the move."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.stappenplan import adoption
from alliance_tracker.stappenplan.steps_frame import bp, load_plan, steps_page
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor


@bp.get("/version")
def version(slug: str, form: ActionForm | None = None) -> ResponseReturnValue:
    """Which version the alliance works with, and what a move to the newest would keep, add and drop."""
    alliance, plan = load_plan(slug)
    return steps_page(
        "stappenplan/version.html",
        alliance,
        plan,
        move=adoption.preview(alliance.id) if plan.newer else None,
        form=form or ActionForm(formdata=None),
    )


@bp.post("/version/<int:plan_id>")
def move_submit(slug: str, plan_id: int) -> ResponseReturnValue:
    """Move to the version that the preview showed."""
    alliance, _ = load_plan(slug, Permission.STEP_DECIDE)
    form = ActionForm()
    return carry_out(
        form,
        lambda: adoption.move(alliance, to_plan_id=plan_id, actor=actor()),
        to=lambda _: url_for("steps.show", slug=slug),
        done=Message("The alliance works with the newer version from today on."),
        page=lambda: version(slug, form),
    )
