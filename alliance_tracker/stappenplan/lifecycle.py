"""The lives of a criterion's decision, of a step's completion, of a flag, and of a version of the plan."""

from collections.abc import Iterable

from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.stappenplan import difference
from alliance_tracker.stappenplan.judgement import (
    NOT_IN_THE_PLAN,
    closed_year,
    meeting_obstacles,
    reopening_obstacles,
)
from alliance_tracker.stappenplan.models import (
    NO_YEAR,
    CriterionState,
    CriterionStatus,
    FlagStatus,
    Plan,
    PlanStatus,
    StepState,
    StepStatus,
)
from alliance_tracker.stappenplan.reading import PlanView, plan_of
from alliance_tracker.workflow import Transition, Workflow


def _plan_around(subject: CriterionState | StepState) -> PlanView:
    return plan_of(subject.alliance_id, None if subject.year == NO_YEAR else subject.year)


def _against_meeting(subject: CriterionState) -> Iterable[Message]:
    found = _plan_around(subject).find(subject.criterion_key)
    return meeting_obstacles(found[1], today()) if found else (NOT_IN_THE_PLAN,)


def _against_waiving(subject: CriterionState) -> Iterable[Message]:
    found = _plan_around(subject).find(subject.criterion_key)
    return closed_year(subject.year, today()) if found else (NOT_IN_THE_PLAN,)


def _against_reopening(subject: CriterionState) -> Iterable[Message]:
    found = _plan_around(subject).find(subject.criterion_key)
    return reopening_obstacles(found[1], found[0], today()) if found else (NOT_IN_THE_PLAN,)


CRITERION: Workflow[CriterionStatus] = Workflow(
    "criterion_state",
    CriterionStatus.OPEN,
    Transition(
        "meet",
        frozenset({CriterionStatus.OPEN}),
        CriterionStatus.MET,
        Permission.STEP_DECIDE,
        Message("Mark as met"),
        _against_meeting,
    ),
    Transition(
        "waive",
        frozenset({CriterionStatus.OPEN}),
        CriterionStatus.WAIVED,
        Permission.STEP_DECIDE,
        Message("Waive"),
        _against_waiving,
        needs_reason=True,
    ),
    Transition(
        "reopen",
        frozenset({CriterionStatus.MET, CriterionStatus.WAIVED}),
        CriterionStatus.OPEN,
        Permission.STEP_DECIDE,
        Message("Reopen"),
        _against_reopening,
        needs_reason=True,
    ),
)


def _against_completing(subject: StepState) -> Iterable[Message]:
    return _plan_around(subject).step_with_key(subject.step_key).obstacles


STEP: Workflow[StepStatus] = Workflow(
    "step_state",
    StepStatus.OPEN,
    Transition(
        "complete",
        frozenset({StepStatus.OPEN}),
        StepStatus.COMPLETED,
        Permission.STEP_DECIDE,
        Message("Complete this step"),
        _against_completing,
    ),
    Transition(
        "reopen",
        frozenset({StepStatus.COMPLETED}),
        StepStatus.OPEN,
        Permission.STEP_DECIDE,
        Message("Reopen this step"),
        lambda subject: closed_year(subject.year, today()),
        needs_reason=True,
    ),
)

FLAG: Workflow[FlagStatus] = Workflow(
    "criterion_flag",
    FlagStatus.OPEN,
    Transition(
        "handle",
        frozenset({FlagStatus.OPEN}),
        FlagStatus.HANDLED,
        Permission.PLAN_DRAFT,
        Message("Answer"),
        needs_reason=True,
    ),
)


def _against_publishing(plan: Plan) -> Iterable[Message]:
    if plan.based_on_id is None:  # the first version, from the reference data
        return
    if not (plan.change_note_nl.strip() and plan.change_note_en.strip()):
        yield Message("Write the change note in both languages.")
    if plan.valid_from < today():
        yield Message("A version cannot be valid from a day that is past.")
    if not difference.between(plan.based_on_id, plan.id):
        yield Message("Nothing was changed in this draft yet.")


PLAN: Workflow[PlanStatus] = Workflow(
    "plan",
    PlanStatus.DRAFT,
    Transition(
        "publish",
        frozenset({PlanStatus.DRAFT}),
        PlanStatus.PUBLISHED,
        Permission.PLAN_DRAFT,
        Message("Publish this version"),
        _against_publishing,
        is_grave=True,
    ),
    Transition(
        "discard",
        frozenset({PlanStatus.DRAFT}),
        PlanStatus.DISCARDED,
        Permission.PLAN_DRAFT,
        Message("Discard this draft"),
        needs_reason=True,
        is_grave=True,
    ),
)
