"""What the API takes and gives about figures: measurements of an alliance, and totals."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from alliance_tracker.api.schemas import KEY, Given, Taken, Window, _digits, _trimmed, _whole
from alliance_tracker.indicators.models import FigureState
from alliance_tracker.indicators.periods import FIRST_YEAR, LAST_YEAR

#: Written as text, so that no reader rounds it.
Exact = Annotated[str, Field(description="An exact decimal, such as 62.5.")]
TEXT = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*$"
Words = Annotated[str, Field(max_length=2000, pattern=TEXT), AfterValidator(_trimmed)]
Period = Annotated[
    int, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="The year in which the calendar or school year ends.")
]
#: The same, in an address.
AskedPeriod = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), BeforeValidator(_digits)]
#: A number of zero or more, with at most four decimals.
Value = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$", description="Such as 12 or 12.5.")]


class PeriodWindow(Window):
    """Which part of a list is asked for, of which period."""

    period: AskedPeriod | None = None


class MeasuredFigure(Given):
    state: str = Field(description="value, not-measured or not-applicable; zero is a value.")
    value: Exact | None
    numerator: Exact | None
    denominator: Exact | None


class MeasuredCell(MeasuredFigure):
    breakdown: str
    category: str


class Measurement(Given):
    """A measurement that holds."""

    id: int
    indicator: str = Field(description="The key of the indicator.")
    name: str
    period: int
    unit: str
    figure: MeasuredFigure
    cells: list[MeasuredCell]
    is_rounded: bool = Field(description="Counts of people are rounded to a multiple of 5 for this token.")
    source: str
    note: str
    reason: str
    supersedes: int | None
    measured_at: datetime


class NewCell(Taken):
    breakdown: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    category: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    value: Value | None = None
    numerator: Value | None = None
    denominator: Value | None = None


class NewMeasurement(Taken):
    """A figure of one period; of a percentage its two parts. A second one of a period needs a reason."""

    indicator: Annotated[str, Field(pattern=KEY, description="The key of an indicator that the alliance follows.")]
    period: Annotated[Period, BeforeValidator(_whole)]
    state: FigureState = FigureState.VALUE
    value: Value | None = None
    numerator: Value | None = None
    denominator: Value | None = None
    cells: list[NewCell] = Field(default_factory=list, max_length=100)
    source: Words = ""
    note: Words = ""
    reason: Words = ""


class TotalsAsked(Taken):
    """Which totals are asked for: of one period, in one region or in Flanders."""

    period: AskedPeriod
    region: str = Field(default="", max_length=10, description="The code of a region; empty for Flanders.")


class IndicatorTotal(Given):
    indicator: str
    name: str
    unit: str
    period_kind: str
    rule: str = Field(description="How alliances are combined: sum, ratio (of the sums) or none.")
    counting: str | None
    figure: MeasuredFigure | None = Field(description="Null where the rule does not combine alliances.")
    cells: list[MeasuredCell]
    reported: int = Field(ge=0)
    expected: int = Field(description="Alliances that follow it without those for which it is not applicable.")
    not_applicable: int
    is_rounded: bool


class Totals(Given):
    period: int
    region: str
    items: list[IndicatorTotal]
    shared_municipalities: list[str] = Field(
        description="More than one active alliance works there: people may be counted twice."
    )


def exact(value: Decimal | None) -> str | None:
    """A decimal as text without trailing zeros."""
    return None if value is None else f"{value.normalize():f}"
