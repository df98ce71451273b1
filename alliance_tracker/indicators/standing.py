"""How an indicator stands: which figure is held against which target, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alliance_tracker.indicators.figures import NOT_MEASURED, Course, Figure, Progress, progress
from alliance_tracker.indicators.models import Direction
from alliance_tracker.indicators.periods import PeriodKind, last_day


@dataclass(frozen=True)
class Aim:
    """The target of one period as it holds, and as it was agreed first; a dropped one has no value."""

    period: int
    value: Decimal | None
    original: Decimal | None

    @property
    def is_revised(self) -> bool:
        return self.value != self.original


@dataclass(frozen=True)
class Standing:
    """The newest figure and its period, the target it is held against, and the progress towards it.

    `original` is the progress from the first baseline to the first target, when either was revised.
    """

    period: int | None
    measured: Figure
    aim: Aim | None
    progress: Progress
    original: Progress | None = None
    #: The period of the target is over, and nothing was measured for it.
    is_waiting: bool = False

    @property
    def course(self) -> Course:
        return self.progress.course


def aim_for(aims: Mapping[int, Aim], period: int) -> Aim | None:
    """The target for a period: its own, else the next later one, else the last earlier one."""
    agreed = sorted(each for each, aim in aims.items() if aim.value is not None)
    later = [each for each in agreed if each >= period]
    if later:
        return aims[later[0]]
    return aims[agreed[-1]] if agreed else None


def standing_of(
    *,
    direction: Direction,
    period_kind: PeriodKind,
    baseline: Figure | None,
    first_baseline: Figure | None,
    aims: Mapping[int, Aim],
    figures: Mapping[int, Figure],
    on: date,
) -> Standing:
    """How an indicator stands on a day; `figures` are the measurements that hold, by period."""
    newest = max(figures) if figures else None
    measured = NOT_MEASURED if newest is None else figures[newest]
    aim = aim_for(aims, on.year if newest is None else newest)
    is_past = aim is not None and last_day(aim.period, period_kind) < on
    is_measured = aim is not None and newest is not None and newest >= aim.period

    def towards(start: Figure | None, target: Decimal | None) -> Progress:
        return progress(
            baseline=start or NOT_MEASURED,
            target=target,
            measured=measured,
            direction=direction,
            is_over=is_past and is_measured,
        )

    is_revised = aim is not None and (aim.is_revised or first_baseline != baseline)
    return Standing(
        period=newest,
        measured=measured,
        aim=aim,
        progress=towards(baseline, aim.value if aim else None),
        original=towards(first_baseline, aim.original) if aim is not None and is_revised else None,
        is_waiting=is_past and not is_measured,
    )
