"""What an indicator means, as its maker says it: which units, kinds and rules go together."""

from dataclasses import dataclass
from typing import Any

from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import AllianceRule, Counting, Direction, Kind, PeriodRule, Unit
from alliance_tracker.indicators.periods import PeriodKind


@dataclass(frozen=True)
class Semantics:
    """The part of an indicator that never changes."""

    unit: Unit
    kind: Kind
    period_kind: PeriodKind
    over_periods: PeriodRule
    direction: Direction
    over_alliances: AllianceRule = AllianceRule.NONE
    counts_people: bool = False
    counting: Counting | None = None

    @property
    def is_ratio(self) -> bool:
        return self.unit is Unit.PERCENT

    @property
    def columns(self) -> dict[str, Any]:
        """As the columns of a definition."""
        return {
            "unit": self.unit,
            "kind": self.kind,
            "period_kind": self.period_kind,
            "over_periods": self.over_periods,
            "over_alliances": self.over_alliances,
            "direction": self.direction,
            "counting": self.counting if self.counts_people else None,
            "counts_people": self.counts_people,
        }


def check(meaning: Semantics) -> None:
    """:raise FieldRefused: a rule does not fit the unit, the kind or the way of counting."""
    if meaning.counts_people and meaning.unit is Unit.COUNT and meaning.counting is None:
        raise FieldRefused("counting", Message("Say how the people are counted."))
    if sentence := _against_periods(meaning):
        raise FieldRefused("over_periods", sentence)
    if sentence := _against_alliances(meaning):
        raise FieldRefused("over_alliances", sentence)


def _against_periods(meaning: Semantics) -> Message | None:
    """Why the figures of several periods cannot be combined in this way, if they cannot."""
    if meaning.over_periods is PeriodRule.RATIO and not meaning.is_ratio:
        return Message("Only a percentage is the ratio of two sums: choose another rule.")
    if meaning.over_periods is not PeriodRule.SUM:
        return None
    if meaning.unit in (Unit.PERCENT, Unit.SCORE):
        return Message("Percentages and scores are never added up: choose another rule.")
    if meaning.kind is not Kind.FLOW:
        return Message("Only what happens anew in each period can be added up: choose another rule.")
    if meaning.counts_people and meaning.counting is Counting.UNIQUE:
        return Message("Unique people of several periods cannot be added up: choose another rule.")
    return None


def _against_alliances(meaning: Semantics) -> Message | None:
    """Why the figures of several alliances cannot be combined in this way, if they cannot."""
    if meaning.over_alliances is AllianceRule.RATIO and not meaning.is_ratio:
        return Message("Only a percentage is the ratio of two sums: choose another rule.")
    if meaning.over_alliances is AllianceRule.SUM and meaning.unit in (Unit.PERCENT, Unit.SCORE):
        return Message("Percentages and scores are never added up: choose another rule.")
    return None
