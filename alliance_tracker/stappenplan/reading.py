"""The picture of an alliance in its plan, read and judged in a constant number of statements."""

from dataclasses import dataclass
from datetime import date, timedelta

from alliance_tracker.database import today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.stappenplan.checks import verdicts
from alliance_tracker.stappenplan.checks_data import gather
from alliance_tracker.stappenplan.judgement import (
    CriterionView,
    Decision,
    StepText,
    StepView,
    completion_obstacles,
    judge_criterion,
)
from alliance_tracker.stappenplan.models import NO_YEAR, CriterionStatus, StepStatus
from alliance_tracker.stappenplan.records import Records, names_of_criteria, records_of
from alliance_tracker.stappenplan.verdicts import Verdict
from alliance_tracker.stappenplan.versions import PlanVersion, newest_version
from alliance_tracker.stappenplan.years import open_years

STEPS = 5
COMPLETED = StepStatus.COMPLETED


def lowest_open_step(steps: tuple[StepView, ...]) -> int:
    """The lowest of steps 1 to 4 that is not completed; 5 when all are, because the fifth is never done."""
    return next((step.number for step in steps if not step.is_yearly and not step.is_completed), STEPS)


@dataclass(frozen=True)
class Dropped:
    """A decision on a criterion that is no longer in the plan; it stays readable."""

    name: InTwoLanguages
    decision: Decision


@dataclass(frozen=True)
class PlanView:
    """An alliance in its plan. `year` is the one that the yearly step is shown for; `years` those one may choose."""

    alliance_id: int
    plan: PlanVersion
    year: int
    years: tuple[int, ...]
    open_years: tuple[int, ...]
    #: Years for which the yearly step was renewed.
    renewed_years: tuple[int, ...]
    steps: tuple[StepView, ...]
    dropped: tuple[Dropped, ...]
    #: A newer version to which the alliance may move.
    newer: PlanVersion | None

    @property
    def lowest_open_step(self) -> int:
        return lowest_open_step(self.steps)

    @property
    def broken_steps(self) -> tuple[StepView, ...]:
        return tuple(step for step in self.steps if step.is_broken)

    @property
    def met(self) -> int:
        return sum(step.met for step in self.steps)

    @property
    def required(self) -> int:
        return sum(step.required for step in self.steps)

    def step(self, number: int) -> StepView:
        """:raise NotFound: the plan has no step with this number."""
        for step in self.steps:
            if step.number == number:
                return step
        raise NotFound(Message("There is nothing at this address."))

    def step_with_key(self, key: str) -> StepView:
        """:raise NotFound: the plan has no such step."""
        return self.step(next((step.number for step in self.steps if step.key == key), -1))

    def find(self, key: str) -> tuple[StepView, CriterionView] | None:
        """The criterion with this key, and its step."""
        return next(
            ((step, criterion) for step in self.steps for criterion in step.criteria if criterion.key == key), None
        )

    def criterion(self, key: str) -> tuple[StepView, CriterionView]:
        """:raise NotFound: it is not in the plan of this alliance."""
        found = self.find(key)
        if found is None:
            raise NotFound(Message("There is nothing at this address."))
        return found


@dataclass(frozen=True)
class StepSummary:
    """The figures of one alliance's plan for the summary rows; required criteria per step 1 to 5."""

    met: tuple[int, int, int, int, int]
    required: tuple[int, int, int, int, int]
    lowest_open_step: int
    has_broken_step: bool
    #: The first day on which time alone may change these figures.
    recompute_on: date


def plan_of(alliance_id: int, year: int | None = None) -> PlanView:
    """The plan of this alliance as it stands today; its yearly step for `year`, by default the current one.

    :raise NotFound: that year cannot be chosen.
    """
    day = today()
    records = records_of(alliance_id, day)
    open_ = open_years(day, records.founded_on)
    yearly = {step.key for step in records.steps if step.is_yearly}
    touched = {y for step_key, y in records.completions if step_key in yearly and y != NO_YEAR}
    touched |= {y for _, y in records.decisions if y != NO_YEAR}
    years = tuple(sorted({*open_, *touched}))
    chosen = year if year is not None else day.year
    if chosen not in years:
        raise NotFound(Message("There is nothing at this address."))
    newest = newest_version(day)
    return PlanView(
        alliance_id=alliance_id,
        plan=records.plan,
        year=chosen,
        years=years,
        open_years=open_,
        renewed_years=tuple(
            sorted(y for (_, y), each in records.completions.items() if y != NO_YEAR and each.status is COMPLETED)
        ),
        steps=_judged(alliance_id, records, chosen, day),
        dropped=_dropped(alliance_id, records),
        newer=newest if newest.comes_after(records.plan) else None,
    )


def _judged(alliance_id: int, records: Records, year: int, day: date) -> tuple[StepView, ...]:
    facts = gather(alliance_id, today=day, year=year)
    answers = verdicts({c.check for step in records.steps for c in step.criteria if c.check}, facts)
    steps: list[StepView] = []
    for text in records.steps:
        step = _judged_step(text, records, answers, year if text.is_yearly else NO_YEAR)
        obstacles = completion_obstacles(step, tuple(steps), day)
        steps.append(StepView(text, step.year, step.completion, step.criteria, obstacles))
    return tuple(steps)


def _judged_step(text: StepText, records: Records, answers: dict[str, Verdict], year: int) -> StepView:
    completion = records.completions.get((text.key, year))
    completed = completion is not None and completion.status is COMPLETED
    return StepView(
        text,
        year,
        completion,
        tuple(
            judge_criterion(
                criterion,
                year,
                records.decisions.get((criterion.key, year)),
                answers.get(criterion.check or ""),
                step_completed=completed,
                open_flags=records.flags.get((text.key, criterion.key), 0),
            )
            for criterion in text.criteria
        ),
    )


def _dropped(alliance_id: int, records: Records) -> tuple[Dropped, ...]:
    kept = {criterion.key for step in records.steps for criterion in step.criteria}
    left = [
        decision
        for (key, _), decision in sorted(records.decisions.items())
        if key not in kept and decision.status is not CriterionStatus.OPEN
    ]
    names = names_of_criteria(alliance_id, {decision.key for decision in left})
    return tuple(Dropped(names.get(d.key, InTwoLanguages(d.key, d.key)), d) for d in left)


def summary(alliance_id: int) -> StepSummary:
    """The figures of this alliance's plan today, in thirteen statements; step 5 counts the current year."""
    day = today()
    records = records_of(alliance_id, day, for_figures=True)
    steps = _judged(alliance_id, records, day.year, day)
    met, required = [0] * STEPS, [0] * STEPS
    for step in steps:
        met[step.number - 1], required[step.number - 1] = step.met, step.required
    limits = [c.verdict.holds_until for step in steps for c in step.criteria if c.verdict and c.verdict.holds_until]
    # On 1 January the yearly step begins anew.
    changes = [date(day.year + 1, 1, 1), *(limit + timedelta(days=1) for limit in limits)]
    if records.next_version_on is not None:
        changes.append(records.next_version_on)
    return StepSummary(
        met=(met[0], met[1], met[2], met[3], met[4]),
        required=(required[0], required[1], required[2], required[3], required[4]),
        lowest_open_step=lowest_open_step(steps),
        has_broken_step=any(step.is_broken for step in steps),
        recompute_on=min(changes),
    )
