"""What the API gives of pilots and communications."""

from datetime import date, datetime

from pydantic import Field

from alliance_tracker.api.schemas import Given, Tag


class Reach(Given):
    year: int
    participants: int = Field(
        description="Participations; rounded to a multiple of 5 for readers outside the alliance and VLAIO."
    )
    breakdowns: dict[str, dict[str, int]] = Field(description="The same count by gender and by target group.")


class Pilot(Given):
    id: int
    name: str
    status: str
    starts_on: date = Field(description="As planned.")
    ends_on: date | None
    started_on: date | None = Field(description="What really happened.")
    finished_on: date | None
    place: str
    goal_id: int | None = Field(description="The goal of the alliance that it serves.")
    decision: str | None = Field(description="What its newest evaluation decides: scale-up, adjust or stop.")
    pillars: list[str] = Field(description="The pillars of the partners that take part.")
    tags: list[Tag]
    reach: list[Reach]


class Communication(Given):
    id: int
    on: date
    title: str
    channel: str
    text: str
    link: str
    principles: dict[str, bool] = Field(description="The four principles of the STEM-memorandum: met or not.")
    author: str
    logged_at: datetime
    is_withdrawn: bool
