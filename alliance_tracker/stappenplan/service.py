"""Deciding on the criteria and the steps of an alliance: meeting, waiving, completing, and reopening."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import db, lock, today
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.stappenplan.adoption import adopt
from alliance_tracker.stappenplan.judgement import (
    CriterionView,
    StepView,
    closed_year,
    meeting_obstacles,
    reopening_obstacles,
)
from alliance_tracker.stappenplan.lifecycle import CRITERION, STEP
from alliance_tracker.stappenplan.models import (
    NO_YEAR,
    CriterionState,
    CriterionStatus,
    StepState,
    StepStatus,
)
from alliance_tracker.stappenplan.reading import plan_of


def meet(
    alliance: Alliance, key: str, *, actor: Actor, note: str = "", on: date | None = None, year: int | None = None
) -> CriterionState:
    """Set a criterion to met on the day `on` (by default today); in the yearly step for `year` (the current one).

    :raise TransitionRefused: it is computed, decided already, or its year is closed.
    :raise FieldRefused: the day lies in the future, or a statement lacks its reason.
    :raise NotFound: it is not in the plan of this alliance.
    """
    state, criterion = _state_of(alliance, key, year, actor)
    on = _past(on)
    if criterion.statement is not None and not note.strip():
        raise FieldRefused("note", Message("Give the reason for this statement: it stays visible."))
    CRITERION.apply(state, "meet", actor=actor, reason=note, on=on)
    state.decided_on, state.decided_by_id, state.note = on, actor.user_id, note
    return state


def waive(
    alliance: Alliance, key: str, *, reason: str, actor: Actor, on: date | None = None, year: int | None = None
) -> CriterionState:
    """Waive a criterion, with the reason: the plan is no blueprint.

    :raise TransitionRefused: there is no reason, it was decided already, or its year is closed.
    :raise NotFound: it is not in the plan of this alliance.
    """
    state, _ = _state_of(alliance, key, year, actor)
    on = _past(on)
    CRITERION.apply(state, "waive", actor=actor, reason=reason, on=on)
    state.decided_on, state.decided_by_id, state.note = on, actor.user_id, reason
    return state


def reopen(alliance: Alliance, key: str, *, reason: str, actor: Actor, year: int | None = None) -> CriterionState:
    """Take a decision on a criterion back; what was decided stays in its history.

    :raise TransitionRefused: there is nothing to reopen, no reason, or the step is completed.
    :raise NotFound: it is not in the plan of this alliance.
    """
    state, _ = _state_of(alliance, key, year, actor)
    CRITERION.apply(state, "reopen", actor=actor, reason=reason)
    state.decided_on, state.decided_by_id, state.note = None, None, ""
    return state


def complete_step(
    alliance: Alliance, number: int, *, actor: Actor, on: date | None = None, year: int | None = None
) -> StepState:
    """Complete a step on the day `on`; the yearly step is renewed for `year`, by default the current one.

    :raise TransitionRefused: a required criterion or a lower step is open, or the year is closed.
    :raise FieldRefused: the day lies in the future, or before the year that is renewed.
    """
    state = _step_state_of(alliance, number, year, actor)
    on = _past(on)
    if state.year != NO_YEAR and on < date(state.year, 1, 1):
        raise FieldRefused("on", Message("This day lies before the year %(year)s.", year=str(state.year)))
    STEP.apply(state, "complete", actor=actor, on=on)
    state.completed_on, state.completed_by_id = on, actor.user_id
    return state


def reopen_step(alliance: Alliance, number: int, *, reason: str, actor: Actor, year: int | None = None) -> StepState:
    """Reopen a completed step, with the reason; its criteria stay as they are.

    :raise TransitionRefused: it is not completed, there is no reason, or the year is closed.
    """
    state = _step_state_of(alliance, number, year, actor)
    STEP.apply(state, "reopen", actor=actor, reason=reason)
    state.completed_on, state.completed_by_id = None, None
    return state


def _past(on: date | None) -> date:
    if on is not None and on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))
    return on or today()


def _may_decide(alliance: Alliance, actor: Actor) -> None:
    policy.require(actor, Permission.STEP_DECIDE, alliance)
    check_open(alliance)
    lock(alliance)  # two who decide at the same moment come one after the other
    adopt(alliance, actor=actor)


def _state_of(alliance: Alliance, key: str, year: int | None, actor: Actor) -> tuple[CriterionState, CriterionView]:
    """The row that holds the decision on this criterion (a new one is open), and how the criterion stands."""
    _may_decide(alliance, actor)
    step, criterion = plan_of(alliance.id, year).criterion(key)
    state = (
        db()
        .scalars(
            sa.select(CriterionState).where(
                CriterionState.alliance_id == alliance.id,
                CriterionState.criterion_key == key,
                CriterionState.year == criterion.year,
            )
        )
        .one_or_none()
    )
    if state is None:
        state = CriterionState(
            alliance_id=alliance.id,
            step_key=step.key,
            criterion_key=key,
            year=criterion.year,
            status=CriterionStatus.OPEN,
            note="",
        )
        db().add(state)
        db().flush()  # gives the state its id
        CRITERION.begin(state, actor=actor)
    return state, criterion


def _step_state_of(alliance: Alliance, number: int, year: int | None, actor: Actor) -> StepState:
    """The row that holds the decision on this step; a new one is open."""
    _may_decide(alliance, actor)
    step = plan_of(alliance.id, year).step(number)
    state = (
        db()
        .scalars(
            sa.select(StepState).where(
                StepState.alliance_id == alliance.id, StepState.step_key == step.key, StepState.year == step.year
            )
        )
        .one_or_none()
    )
    if state is None:
        state = StepState(alliance_id=alliance.id, step_key=step.key, year=step.year, status=StepStatus.OPEN)
        db().add(state)
        db().flush()  # gives the state its id
        STEP.begin(state, actor=actor)
    return state


@dataclass(frozen=True)
class Offers:
    """What could be done with a criterion now, each with what stands in its way; None where it makes no sense."""

    meet: tuple[Message, ...] | None
    waive: tuple[Message, ...] | None
    reopen: tuple[Message, ...] | None


def offers(step: StepView, criterion: CriterionView) -> Offers:
    """What could be done with this criterion now, by the same sentences that the lifecycle obeys."""
    day = today()
    recorded = criterion.decision.status if criterion.decision else CriterionStatus.OPEN
    if recorded is not CriterionStatus.OPEN:
        return Offers(None, None, reopening_obstacles(criterion, step, day))
    if criterion.is_settled:  # computed as met: there is nothing left to decide
        return Offers(None, None, None)
    return Offers(meeting_obstacles(criterion, day), closed_year(criterion.year, day), None)
