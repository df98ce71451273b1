"""The yearly step: which calendar years can be renewed today, and until when."""

from datetime import date, timedelta

from alliance_tracker.stappenplan.models import NO_YEAR


def closes_on(year: int) -> date:
    """The last day on which `year` can be renewed: the day its report is due."""
    return date(year + 1, 3, 31)


def is_open(year: int, today: date) -> bool:
    """Whether `year` can be decided on: from its first day until its report is due. What does not recur always can."""
    return year == NO_YEAR or date(year, 1, 1) <= today <= closes_on(year)


def open_years(today: date, founded_on: date | None = None) -> tuple[int, ...]:
    """The years that can be renewed today, the oldest first; none in which the alliance did not exist yet."""
    first = founded_on.year if founded_on else today.year - 1
    return tuple(
        year for year in (today.year - 1, today.year) if year >= min(first, today.year) and is_open(year, today)
    )


def twelve_months_before(day: date) -> date:
    """The same day a year earlier; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def last_day_within_twelve_months(on: date) -> date:
    """The last day on which `on` still lies in the twelve months before it."""
    day = on + timedelta(days=365)
    while twelve_months_before(day + timedelta(days=1)) <= on:
        day += timedelta(days=1)
    return day
