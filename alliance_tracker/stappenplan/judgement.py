"""How an alliance stands in its plan: what was decided and what is computed, judged criterion by criterion."""

from dataclasses import dataclass
from datetime import date

from alliance_tracker.i18n import Counted, InTwoLanguages, Labelled, Message
from alliance_tracker.stappenplan.checks import CHECKS
from alliance_tracker.stappenplan.models import CriterionStatus, StepStatus
from alliance_tracker.stappenplan.verdicts import Verdict
from alliance_tracker.stappenplan.years import closes_on, is_open


@dataclass(frozen=True)
class NameList:
    """Names of criteria in one sentence; they hold commas themselves."""

    names: tuple[InTwoLanguages, ...]

    def __str__(self) -> str:
        return "; ".join(str(name) for name in self.names)


class How(Labelled):
    """Who says how a criterion stands."""

    COMPUTED = "computed", Message("computed")
    PERSON = "person", Message("judged by a person")
    PERSON_FOR_NOW = "person-for-now", Message("judged by a person for now")
    STATEMENT = "statement", Message("stated by the coordinator")
    WAIVED = "waived", Message("waived by the coordinator")


@dataclass(frozen=True)
class Decision:
    """What people decided on a criterion in a year (`NO_YEAR` in a step that does not recur)."""

    state_id: int
    step_key: str
    key: str
    year: int
    status: CriterionStatus
    decided_on: date | None = None
    decided_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Completion:
    """What was decided on a step in a year."""

    state_id: int
    step_key: str
    year: int
    status: StepStatus
    completed_on: date | None = None
    completed_by: str = ""


@dataclass(frozen=True)
class CriterionText:
    """A criterion as the plan, or the alliance itself, words it."""

    key: str
    name: InTwoLanguages
    is_required: bool
    is_own: bool = False
    check: str | None = None


@dataclass(frozen=True)
class StepText:
    """A step as the plan words it, with its criteria and those that the alliance added."""

    key: str
    number: int
    name: InTwoLanguages
    aim: InTwoLanguages
    is_yearly: bool
    criteria: tuple[CriterionText, ...]


@dataclass(frozen=True)
class CriterionView:
    """One criterion as it stands for the alliance. `status` is what counts; `decision` what people recorded."""

    text: CriterionText
    year: int
    status: CriterionStatus
    how: How
    reason: Message | None
    verdict: Verdict | None
    decision: Decision | None
    #: It is required, and open although its step is completed.
    is_failing: bool
    open_flags: int

    @property
    def key(self) -> str:
        return self.text.key

    @property
    def name(self) -> InTwoLanguages:
        return self.text.name

    @property
    def is_required(self) -> bool:
        return self.text.is_required

    @property
    def is_own(self) -> bool:
        return self.text.is_own

    @property
    def is_settled(self) -> bool:
        """Met or waived."""
        return self.status is not CriterionStatus.OPEN

    @property
    def is_decided(self) -> bool:
        """A person's decision is what counts here."""
        return self.is_settled and self.how is not How.COMPUTED

    @property
    def test(self) -> Message | None:
        """What the check tests, in words."""
        check = CHECKS.get(self.text.check or "")
        return check.test if check else None

    @property
    def statement(self) -> Message | None:
        """What a person may state in the place of the check, when the check says no."""
        check = CHECKS.get(self.text.check or "")
        return check.statement if check and self.verdict and self.verdict.holds is False else None

    @property
    def is_for_people(self) -> bool:
        """A person may meet it: no check answers, or a statement is allowed."""
        return self.verdict is None or self.verdict.holds is None or self.statement is not None


@dataclass(frozen=True)
class StepView:
    """One step as it stands for the alliance; in the yearly step, for one year."""

    text: StepText
    year: int
    completion: Completion | None
    criteria: tuple[CriterionView, ...]
    #: Why it cannot be completed today.
    obstacles: tuple[Message, ...] = ()

    @property
    def key(self) -> str:
        return self.text.key

    @property
    def number(self) -> int:
        return self.text.number

    @property
    def name(self) -> InTwoLanguages:
        return self.text.name

    @property
    def is_yearly(self) -> bool:
        return self.text.is_yearly

    @property
    def is_completed(self) -> bool:
        return self.completion is not None and self.completion.status is StepStatus.COMPLETED

    @property
    def status(self) -> StepStatus:
        return StepStatus.COMPLETED if self.is_completed else StepStatus.OPEN

    @property
    def required(self) -> int:
        return sum(criterion.is_required for criterion in self.criteria)

    @property
    def met(self) -> int:
        """Required criteria that are met or waived."""
        return sum(criterion.is_required and criterion.is_settled for criterion in self.criteria)

    @property
    def failing(self) -> tuple[CriterionView, ...]:
        return tuple(criterion for criterion in self.criteria if criterion.is_failing)

    @property
    def is_broken(self) -> bool:
        """Completed, but a required criterion no longer holds."""
        return bool(self.failing)


def judge_criterion(
    text: CriterionText,
    year: int,
    decision: Decision | None,
    verdict: Verdict | None,
    *,
    step_completed: bool,
    open_flags: int = 0,
) -> CriterionView:
    """How one criterion stands: a waiver comes first, then the check, then what a person decided."""
    status, how = _standing(text, decision.status if decision else CriterionStatus.OPEN, verdict)
    return CriterionView(
        text=text,
        year=year,
        status=status,
        how=how,
        reason=verdict.reason if verdict else None,
        verdict=verdict,
        decision=decision,
        is_failing=step_completed and text.is_required and status is CriterionStatus.OPEN,
        open_flags=open_flags,
    )


def _standing(text: CriterionText, recorded: CriterionStatus, verdict: Verdict | None) -> tuple[CriterionStatus, How]:
    if recorded is CriterionStatus.WAIVED:
        return recorded, How.WAIVED
    if verdict is None:
        return recorded, How.PERSON
    if verdict.holds is None:
        return recorded, How.PERSON_FOR_NOW
    if verdict.holds:
        return CriterionStatus.MET, How.COMPUTED
    if recorded is CriterionStatus.MET and CHECKS[text.check or ""].statement is not None:
        return recorded, How.STATEMENT
    return CriterionStatus.OPEN, How.COMPUTED


# What stands in the way ----------------------------------------------------------------------------------------------


def closed_year(year: int, today: date) -> tuple[Message, ...]:
    """The sentence that forbids a decision about `year` today, if there is one."""
    if is_open(year, today):
        return ()
    if date(year, 1, 1) > today:
        return (Message("The year %(year)s has not begun yet.", year=str(year)),)
    return (
        Message("The year %(year)s closed on %(on)s, when its report was due.", year=str(year), on=closes_on(year)),
    )


def completion_obstacles(step: StepView, lower: tuple[StepView, ...], today: date) -> tuple[Message, ...]:
    """Why this step cannot be completed today: what is open in it, and the steps below it."""
    sentences = list(closed_year(step.year, today))
    unsettled = [criterion.name for criterion in step.criteria if criterion.is_required and not criterion.is_settled]
    if unsettled:
        sentences.append(
            Counted(
                "One required criterion is still open: %(names)s.",
                "%(n)s required criteria are still open: %(names)s.",
                n=len(unsettled),
                names=NameList(tuple(unsettled)),
            )
        )
    waiting = [below.number for below in lower if not below.is_completed]
    if waiting:
        sentences.append(
            Counted(
                "Step %(numbers)s comes first and is not completed.",
                "Steps %(numbers)s come first and are not completed.",
                n=len(waiting),
                numbers=waiting,
            )
        )
    return tuple(sentences)


def meeting_obstacles(criterion: CriterionView, today: date) -> tuple[Message, ...]:
    """Why nobody can set this criterion to met by hand today."""
    if (closed := closed_year(criterion.year, today)) or criterion.is_for_people or criterion.verdict is None:
        return closed
    if criterion.verdict.holds:
        return (Message("This is computed and holds already: %(reason)s", reason=criterion.verdict.reason),)
    return (
        Message(
            "This is computed from the alliance's own data, so nobody can set it by hand: %(reason)s",
            reason=criterion.verdict.reason,
        ),
    )


def reopening_obstacles(criterion: CriterionView, step: StepView, today: date) -> tuple[Message, ...]:
    """Why the decision on this criterion cannot be taken back today."""
    if closed := closed_year(criterion.year, today):
        return closed
    holds_by_itself = criterion.verdict is not None and criterion.verdict.holds is True
    if step.is_completed and criterion.is_required and criterion.is_settled and not holds_by_itself:
        return (Message("Step %(number)s is completed. Reopen the step first.", number=step.number),)
    return ()


NOT_IN_THE_PLAN = Message("This criterion is not in the plan of this alliance any more.")
