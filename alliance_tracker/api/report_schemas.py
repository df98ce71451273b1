"""What the API says of impact reports."""

from datetime import date
from typing import Any

from pydantic import Field

from alliance_tracker.api.schemas import Given, Window
from alliance_tracker.impact_reports.models import ReportStatus, ReportVersionStatus, VersionPurpose
from alliance_tracker.impact_reports.states import Punctuality


class ReportFilter(Window):
    """Which reports of a year."""

    year: int | None = Field(None, ge=2020, le=2100, description="The calendar year over which is reported.")


class Report(Given):
    """What a region or an alliance owes for one year, and how far it is."""

    year: int
    region: str = Field(description="The code of the region.")
    alliance: str | None = Field(description="The alliance that writes it; none where the region has no pioneer.")
    is_regional: bool = Field(description="It is the report of the region's pioneer.")
    is_required: bool
    excuse: str = Field(description="Why nothing is asked for this year.")
    state: ReportStatus
    due_on: date
    first_due_on: date = Field(description="The due date before any extension.")
    submitted_on: date | None = Field(description="The day on which it was submitted first.")
    kept: Punctuality = Field(description="Whether it came in time; late stays late.")


class ReportVersion(Given):
    """What was submitted, without its contents."""

    number: int
    purpose: VersionPurpose
    change_note: str
    state: ReportVersionStatus
    submitted_on: date
    read_due_on: date = Field(description="Until when VLAIO reads it.")
    decided_on: date | None
    published_on: date | None
    sha256: str = Field(description="The SHA-256 of the canonical document.")


class ReportVersionInFull(ReportVersion):
    """A version with everything that it says."""

    document: dict[str, Any] = Field(
        description="The frozen document; for who may not read exact counts with people rounded, which it then says."
    )
