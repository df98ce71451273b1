"""The criteria on which a log entry can bear."""

from collections.abc import Iterable
from typing import Any

from alliance_tracker.activities.bearings import Bearing
from alliance_tracker.i18n import Message
from alliance_tracker.stappenplan.judgement import StepText, StepView
from alliance_tracker.stappenplan.records import plan_words_of


def of_alliance(alliance_id: int) -> list[tuple[Any, list[Bearing]]]:
    """The criteria of the plan of this alliance, by step."""
    return of_steps(plan_words_of(alliance_id))


def of_steps(steps: Iterable[StepText | StepView]) -> list[tuple[Any, list[Bearing]]]:
    """The criteria of these steps, for a page that has read them already."""
    return [
        (
            Message("Step %(number)s", number=step.number),
            [Bearing("criterion", criterion.key, criterion.name) for criterion in step.criteria],
        )
        for step in steps
    ]
