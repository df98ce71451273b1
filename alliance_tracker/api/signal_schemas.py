"""What the API takes and gives of signals."""

from datetime import date
from typing import Literal

from pydantic import Field

from alliance_tracker.api.schemas import Given, Window
from alliance_tracker.learning.models import SignalKind, SignalStatus


class SignalFilter(Window):
    """Which signals are asked for; without a filter all but those that were merged into another."""

    q: str = Field(default="", max_length=100, description="Words of the title, the text or the rule.")
    kind: SignalKind | None = None
    state: SignalStatus | None = None
    precondition: str = Field(default="", max_length=60, description="The key of a precondition of the rollout.")
    late: Literal["now", "ever"] | None = Field(
        default=None, description="now: late and not answered yet; ever: late, answered or not."
    )
    region: str = Field(default="", max_length=10, description="The code of a region where it is met.")


class Signal(Given):
    id: int
    kind: str
    title: str
    text: str
    state: str
    alliance: str
    region: str
    precondition: str | None
    rule: str
    sent_on: date
    answer_due_on: date = Field(description="The last day of the term within which VLAIO answers.")
    answered_on: date | None = Field(description="The day of the first answer.")
    is_late: bool = Field(description="Its term, or that of one merged into it, passed before the first answer.")
    alliances: int = Field(description="How many alliances stand behind it.")
    regions: int = Field(description="In how many of the 15 regions these work.")
    merged_into: int | None


class Voice(Given):
    alliance: str
    region: str
    words: str
    on: date
    merged_signal: int | None = Field(description="The signal of its own that was merged into this one.")


class Answer(Given):
    state: str
    on: date
    text: str


class SignalInFull(Signal):
    voices: list[Voice]
    answers: list[Answer]
