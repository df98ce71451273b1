"""The criteria that an alliance adds for itself: adding one, changing its words, taking it off the list."""

import sqlalchemy as sa
from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.stappenplan import own_criteria
from alliance_tracker.stappenplan.forms import OwnCriterionForm
from alliance_tracker.stappenplan.models import OwnCriterion
from alliance_tracker.stappenplan.steps_frame import bp, load_plan, steps_page
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor


@bp.get("/<int:number>/own/new")
def add_own(slug: str, number: int, form: OwnCriterionForm | None = None) -> ResponseReturnValue:
    """Add a criterion to a step."""
    alliance, plan = load_plan(slug, Permission.STEP_DECIDE)
    return steps_page(
        "stappenplan/own_new.html", alliance, plan, step=plan.step(number), form=form or OwnCriterionForm()
    )


@bp.post("/<int:number>/own/new")
def add_own_submit(slug: str, number: int) -> ResponseReturnValue:
    """Keep the new criterion."""
    alliance, _ = load_plan(slug, Permission.STEP_DECIDE)
    form = OwnCriterionForm()
    return carry_out(
        form,
        lambda: own_criteria.add(
            alliance, number, name=form.name.data, is_required=form.is_required.data, actor=actor()
        ),
        to=lambda _: url_for("steps.show", slug=slug, _anchor=f"step-{number}"),
        done=Message("The criterion is on the list."),
        page=lambda: add_own(slug, number, form),
    )


def _own(alliance: Alliance, key: str) -> OwnCriterion:
    found = (
        db()
        .scalars(sa.select(OwnCriterion).where(OwnCriterion.alliance_id == alliance.id, OwnCriterion.key == key))
        .one_or_none()
    )
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return found


@bp.get("/own/<key>")
def own(
    slug: str, key: str, form: OwnCriterionForm | None = None, reason_form: ReasonForm | None = None
) -> ResponseReturnValue:
    """Change an own criterion, or take it off the list."""
    alliance, plan = load_plan(slug, Permission.STEP_DECIDE)
    row = _own(alliance, key)
    return steps_page(
        "stappenplan/own.html",
        alliance,
        plan,
        criterion=row,
        form=form or OwnCriterionForm(formdata=None, obj=row),
        reason_form=reason_form or ReasonForm(formdata=None),
    )


@bp.post("/own/<key>")
def own_submit(slug: str, key: str) -> ResponseReturnValue:
    """Keep the changed words."""
    alliance, _ = load_plan(slug, Permission.STEP_DECIDE)
    row, form = _own(alliance, key), OwnCriterionForm()
    return carry_out(
        form,
        lambda: own_criteria.edit(
            row,
            name=form.name.data,
            is_required=form.is_required.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("steps.criterion", slug=slug, key=key),
        done=Message("Saved."),
        page=lambda: own(slug, key, form=form),
    )


@bp.post("/own/<key>/retire")
def retire_own_submit(slug: str, key: str) -> ResponseReturnValue:
    """Take the criterion off the list, with the reason."""
    alliance, _ = load_plan(slug, Permission.STEP_DECIDE)
    row, form = _own(alliance, key), ReasonForm()
    return carry_out(
        form,
        lambda: own_criteria.retire(row, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("steps.show", slug=slug),
        done=Message("The criterion is off the list; what was decided on it stays readable."),
        page=lambda: own(slug, key, reason_form=form),
    )
