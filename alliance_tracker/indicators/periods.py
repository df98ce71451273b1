"""Periods of measurement: calendar years and school years.

A period is kept as one number, the calendar year in which it ends: 2026 is the calendar year 2026 or the school year
2025-2026. So a calendar year's report counts a school year in the year in which it ends.
"""

from datetime import date

from alliance_tracker.i18n import Labelled, Message

#: A school year runs from 1 September to 31 August.
SCHOOL_YEAR_MONTH = 9

FIRST_YEAR, LAST_YEAR = 2000, 2100


class PeriodKind(Labelled):
    CALENDAR = "calendar", Message("calendar year")
    SCHOOL = "school", Message("school year")


def period_of(day: date, kind: PeriodKind) -> int:
    """The period in which `day` lies."""
    return day.year + 1 if kind is PeriodKind.SCHOOL and day.month >= SCHOOL_YEAR_MONTH else day.year


def first_day(period: int, kind: PeriodKind) -> date:
    return date(period - 1, SCHOOL_YEAR_MONTH, 1) if kind is PeriodKind.SCHOOL else date(period, 1, 1)


def last_day(period: int, kind: PeriodKind) -> date:
    return date(period, SCHOOL_YEAR_MONTH - 1, 31) if kind is PeriodKind.SCHOOL else date(period, 12, 31)


def period_label(period: int, kind: PeriodKind) -> str:
    """How people write it: `2026`, or `2025-2026`."""
    return f"{period - 1}-{period}" if kind is PeriodKind.SCHOOL else str(period)
