"""The criteria that an alliance adds to the plan for itself, because the plan is no blueprint."""

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, lock, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.stappenplan.adoption import adopt
from alliance_tracker.stappenplan.models import OwnCriterion
from alliance_tracker.stappenplan.reading import plan_of


def add(alliance: Alliance, number: int, *, name: str, is_required: bool, actor: Actor) -> OwnCriterion:
    """Add a criterion of the alliance's own to step `number`.

    :raise FieldRefused: it would be required in a step that is completed, or has no name.
    :raise NotFound: there is no such step.
    """
    policy.require(actor, Permission.STEP_DECIDE, alliance)
    check_open(alliance)
    _check_name(name)
    lock(alliance)  # two criteria that are added at the same moment get two numbers
    adopt(alliance, actor=actor)
    step = plan_of(alliance.id).step(number)
    if is_required and step.is_completed:
        raise FieldRefused("is_required", _completed(number))
    count = db().scalar(
        sa.select(sa.func.count()).select_from(OwnCriterion).where(OwnCriterion.alliance_id == alliance.id)
    )
    criterion = OwnCriterion(
        alliance_id=alliance.id,
        step_key=step.key,
        key=f"own-{(count or 0) + 1}",
        name=name,
        is_required=is_required,
    )
    db().add(criterion)
    db().flush()  # gives the criterion its id
    audit.record("own_criterion.added", criterion, actor=actor)
    return criterion


def edit(criterion: OwnCriterion, *, name: str, is_required: bool, version: int | None, actor: Actor) -> None:
    """Change the words of an own criterion, and whether it is required.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: it would become required, and open, in a step that is completed.
    """
    alliance = _changeable(criterion, actor)
    check_version(criterion, version)
    _check_name(name)
    if is_required and not criterion.is_required:
        for year in plan_of(alliance.id).years:
            step, view = plan_of(alliance.id, year).criterion(criterion.key)
            if step.is_completed and not view.is_settled:
                raise FieldRefused("is_required", _completed(step.number))
    criterion.name, criterion.is_required = name, is_required
    audit.record("own_criterion.edited", criterion, actor=actor)


def retire(criterion: OwnCriterion, *, reason: str, actor: Actor) -> None:
    """Take an own criterion off the list; what was decided on it stays readable.

    :raise Refused: there is no reason.
    """
    _changeable(criterion, actor)
    if not reason.strip():
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    criterion.retired_on = today()
    audit.record("own_criterion.retired", criterion, actor=actor, reason=reason)


def _changeable(criterion: OwnCriterion, actor: Actor) -> Alliance:
    policy.require(actor, Permission.STEP_DECIDE, criterion)
    alliance = db().get_one(Alliance, criterion.alliance_id)
    check_open(alliance)
    if criterion.retired_on is not None:
        raise Refused(Message("This criterion was taken off the list already."))
    return alliance


def _check_name(name: str) -> None:
    if not name.strip():
        raise FieldRefused("name", Message("Say in one sentence what can be checked off."))


def _completed(number: int) -> Message:
    return Message("Step %(number)s is completed. Reopen the step first, or add this as advice.", number=number)
