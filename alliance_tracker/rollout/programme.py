"""Following up the actions on the three preconditions, and planning the phases."""

from datetime import date

from alliance_tracker import audit, policy
from alliance_tracker.database import check_version, db, today
from alliance_tracker.errors import FieldRefused, NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.rollout.lifecycle import ACTION, move
from alliance_tracker.rollout.models import ActionStatus, Phase, PhaseLetter, PreconditionAction


def phase_by_letter(letter: str) -> Phase:
    """:raise NotFound: there is no such phase."""
    phase = db().get(Phase, PhaseLetter(letter)) if letter in set(PhaseLetter) else None
    if phase is None:
        raise NotFound(Message("There is nothing at this address."))
    return phase


def plan_phase(phase: Phase, *, planned_from: date, planned_to: date | None, version: int | None, actor: Actor) -> None:
    """Change a phase's planned period; without an end it is open.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: it ends before it starts.
    """
    policy.require(actor, Permission.PROGRAMME_EDIT)
    check_version(phase, version)
    if planned_to is not None and planned_to < planned_from:
        raise FieldRefused("planned_to", Message("The end lies before the start."))
    phase.planned_from, phase.planned_to = planned_from, planned_to
    audit.record("phase.planned", phase, actor=actor)


def follow_up(
    action: PreconditionAction,
    *,
    status: ActionStatus,
    owner: str,
    due_on: date | None,
    done_on: date | None,
    note: str,
    reason: str,
    version: int | None,
    actor: Actor,
) -> None:
    """Keep who takes up an action, by when, and how it stands; `reason` is asked when it is dropped or goes back.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: done without its date or in the future, or a reason is missing.
    """
    policy.require(actor, Permission.PROGRAMME_EDIT)
    check_version(action, version)
    reason = reason.strip()
    transition = move(ACTION, action.status, status)
    if not reason and (status is ActionStatus.DROPPED or (transition and transition.needs_reason)):
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    action.done_on = _done_on(status, done_on)
    action.owner, action.due_on, action.note = owner, due_on, note
    action.reason = "" if status is ActionStatus.DONE else reason or action.reason
    if transition is None:
        audit.record("precondition_action.followed_up", action, actor=actor)
    else:
        ACTION.apply(action, transition.name, actor=actor, reason=reason, on=action.done_on)


def _done_on(status: ActionStatus, done_on: date | None) -> date | None:
    if status is not ActionStatus.DONE:
        return None
    if done_on is None:
        raise FieldRefused("done_on", Message("Give the date on which it was done."))
    if done_on > today():
        raise FieldRefused("done_on", Message("This date lies in the future. Choose today or an earlier date."))
    return done_on
