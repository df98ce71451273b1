"""An alliance keeps to the version of the plan that it started with, until its coordinator moves it to a newer one."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import db, lock, today
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.stappenplan.difference import Difference, compare
from alliance_tracker.stappenplan.judgement import CriterionView, StepView
from alliance_tracker.stappenplan.models import Plan, PlanAdoption
from alliance_tracker.stappenplan.reading import PlanView, plan_of
from alliance_tracker.stappenplan.records import steps_of
from alliance_tracker.stappenplan.versions import PlanVersion, current_plan_id


def adopt(alliance: Alliance, *, actor: Actor) -> None:
    """Write down, with the first decision, which version this alliance started with; afterwards it does nothing."""
    if db().scalar(sa.select(PlanAdoption.id).where(PlanAdoption.alliance_id == alliance.id).limit(1)) is None:
        _write(alliance, current_plan_id(alliance.id, today()), "adopted", actor)


def _write(alliance: Alliance, plan_id: int, verb: str, actor: Actor, **facts: Any) -> None:
    adoption = PlanAdoption(alliance_id=alliance.id, plan_id=plan_id, since=today())
    db().add(adoption)
    db().flush()  # gives the adoption its id
    audit.record(f"plan_adoption.{verb}", adoption, actor=actor, **facts)


@dataclass(frozen=True)
class Move:
    """What moving to a newer version would do."""

    plan: PlanView
    target: PlanVersion
    difference: Difference
    change_note_nl: str
    change_note_en: str
    #: Dropped criteria as they stand now, with what was decided on them.
    dropped: tuple[tuple[StepView, CriterionView], ...]
    #: Completed steps that get a new required criterion: they will be marked as no longer holding.
    unsettled_steps: tuple[StepView, ...]


def preview(alliance_id: int) -> Move | None:
    """What a move to the newest version would keep, add and drop; nothing when the alliance has it already."""
    plan = plan_of(alliance_id)
    if plan.newer is None:
        return None
    difference = compare(steps_of(plan.plan.id), steps_of(plan.newer.id))
    note_nl, note_en = (
        db().execute(sa.select(Plan.change_note_nl, Plan.change_note_en).where(Plan.id == plan.newer.id)).one()
    )
    newly_required = {criterion.step.key for criterion in difference.added if criterion.text.is_required}
    return Move(
        plan=plan,
        target=plan.newer,
        difference=difference,
        change_note_nl=note_nl,
        change_note_en=note_en,
        dropped=tuple(plan.criterion(criterion.key) for criterion in difference.dropped),
        unsettled_steps=tuple(step for step in plan.steps if step.is_completed and step.key in newly_required),
    )


def move(alliance: Alliance, *, to_plan_id: int, actor: Actor) -> None:
    """Let the alliance work with a newer version from today on; what was decided stays, by the key of the criterion.

    :raise Refused: this is not the newest version any more, or the alliance has it already.
    """
    policy.require(actor, Permission.STEP_DECIDE, alliance)
    check_open(alliance)
    lock(alliance)
    plan = plan_of(alliance.id)
    if plan.newer is None or plan.newer.id != to_plan_id:
        raise Refused(Message("This alliance works with another version meanwhile. Look at the preview again."))
    _write(alliance, to_plan_id, "moved", actor, former=plan.plan.label)
