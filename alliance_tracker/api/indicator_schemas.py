"""What the API gives of the catalogue and of the indicators of an alliance."""

from datetime import date
from typing import Annotated

from pydantic import Field

from alliance_tracker.api.schemas import Given
from alliance_tracker.indicators.models import FigureState

Exact = Annotated[
    str | None,
    Field(pattern=r"^-?\d+(\.\d+)?$", description="An exact decimal, written as text; null when there is none."),
]


class Figure(Given):
    """A value, or the reason why there is none; of a percentage with its two counts."""

    state: FigureState
    value: Exact
    numerator: Exact
    denominator: Exact


class Definition(Given):
    """What an indicator means."""

    key: str
    name: str
    numerator: str
    denominator: str
    unit: str
    kind: str
    period: str = Field(description="calendar or school; a school year is named by the year in which it ends.")
    over_periods: str
    over_alliances: str
    direction: str
    counting: str | None
    counts_people: bool
    is_computed: bool
    breakdowns: list[str]
    min_cell: int


class Catalogue(Given):
    """The shared catalogue as it is now."""

    version: str
    valid_from: date
    change_note: str
    indicators: list[Definition]


class TargetOfYear(Given):
    period: int
    current: Exact
    original: Exact


class ProgressTowards(Given):
    """How it stands in the newest period that was measured."""

    course: str
    share: Exact = Field(description="Of the way from the baseline to the target; 1 is all of it.")
    period: int | None
    measured: Figure
    target_period: int | None
    original_course: str | None = Field(description="Towards the target as first agreed, where it was revised.")


class FollowedIndicator(Given):
    id: int
    goal_id: int
    goal: str
    is_local: bool
    is_stopped: bool
    definition: Definition
    is_rounded: bool = Field(description="Counts of people are rounded to a multiple of 5 for this token.")
    baseline: Figure | None
    baseline_on: date | None
    original_baseline: Figure | None
    targets: list[TargetOfYear]
    progress: ProgressTowards
