"""What one version of the plan changes in another: words, and criteria that are new, dropped, moved or changed."""

from dataclasses import dataclass

from alliance_tracker.i18n import Message
from alliance_tracker.stappenplan.judgement import CriterionText, StepText
from alliance_tracker.stappenplan.records import steps_of


@dataclass(frozen=True)
class StepWords:
    """A step whose name or aim changed."""

    old: StepText
    new: StepText


@dataclass(frozen=True)
class PlacedCriterion:
    """A criterion with the step it stands in."""

    step: StepText
    text: CriterionText

    @property
    def key(self) -> str:
        return self.text.key


@dataclass(frozen=True)
class ChangedCriterion:
    """A criterion that stays but reads or counts differently; `changes` says how."""

    old: PlacedCriterion
    new: PlacedCriterion
    changes: tuple[Message, ...]


@dataclass(frozen=True)
class Difference:
    """Everything that differs; false when nothing does."""

    steps: tuple[StepWords, ...] = ()
    added: tuple[PlacedCriterion, ...] = ()
    dropped: tuple[PlacedCriterion, ...] = ()
    changed: tuple[ChangedCriterion, ...] = ()
    unchanged: tuple[PlacedCriterion, ...] = ()
    #: Steps in which the criteria that stay have another order.
    reordered: tuple[StepText, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.steps or self.added or self.dropped or self.changed or self.reordered)


def between(old_plan_id: int, new_plan_id: int) -> Difference:
    """What the second version changes with regard to the first."""
    return compare(steps_of(old_plan_id), steps_of(new_plan_id))


def compare(old: tuple[StepText, ...], new: tuple[StepText, ...]) -> Difference:
    """What differs between these steps; steps and criteria are the same when their keys are."""
    before, after = _placed(old), _placed(new)
    changed, unchanged = [], []
    for key, criterion in after.items():
        if key not in before:
            continue
        changes = _changes(before[key], criterion)
        if changes:
            changed.append(ChangedCriterion(before[key], criterion, changes))
        else:
            unchanged.append(criterion)
    old_steps = {step.key: step for step in old}
    return Difference(
        steps=tuple(
            StepWords(old_steps[step.key], step)
            for step in new
            if step.key in old_steps and (old_steps[step.key].name, old_steps[step.key].aim) != (step.name, step.aim)
        ),
        added=tuple(criterion for key, criterion in after.items() if key not in before),
        dropped=tuple(criterion for key, criterion in before.items() if key not in after),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        reordered=tuple(
            step
            for step in new
            if step.key in old_steps and _order(step, old_steps[step.key]) != _order(old_steps[step.key], step)
        ),
    )


def _placed(steps: tuple[StepText, ...]) -> dict[str, PlacedCriterion]:
    return {text.key: PlacedCriterion(step, text) for step in steps for text in step.criteria}


def _order(step: StepText, other: StepText) -> list[str]:
    """The keys that both have, in the order of the first."""
    shared = {text.key for text in other.criteria}
    return [text.key for text in step.criteria if text.key in shared]


def _changes(old: PlacedCriterion, new: PlacedCriterion) -> tuple[Message, ...]:
    found: list[Message] = []
    if old.text.name.nl != new.text.name.nl:
        found.append(_renamed_nl(old.text.name.nl, new.text.name.nl))
    if old.text.name.en != new.text.name.en:
        found.append(_renamed_en(old.text.name.en, new.text.name.en))
    if old.text.is_required != new.text.is_required:
        found.append(
            Message("It is required from now on.") if new.text.is_required else Message("It is advice from now on.")
        )
    if old.step.key != new.step.key:
        found.append(Message("It moves from step %(old)s to step %(new)s.", old=old.step.number, new=new.step.number))
    return tuple(found)


def _renamed_nl(old: str, new: str) -> Message:
    return Message("Its Dutch name was “%(old)s” and becomes “%(new)s”.", old=old, new=new)


def _renamed_en(old: str, new: str) -> Message:
    return Message("Its English name was “%(old)s” and becomes “%(new)s”.", old=old, new=new)
