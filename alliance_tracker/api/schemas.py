"""What the API takes and gives, field by field; anything else is refused."""

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances.models import AllianceStatus
from alliance_tracker.indicators.models import FigureState
from alliance_tracker.learning.models import SignalKind, SignalStatus
from alliance_tracker.people import MOST_PEOPLE

T = TypeVar("T")


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _digits(value: object) -> object:
    """An address holds text: only plain digits are read as a number, no sign, space or underscore."""
    return value if not isinstance(value, str) or (value.isascii() and value.isdigit()) else "not a number"


def _whole(value: object) -> object:
    """JSON knows one kind of number: 7.0 is the whole number 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: Something is said, and no character is a control character but line ends and tabs.
SAYS_SOMETHING = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*[^\s\x00-\x1F\x7F][^\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*$"
KEY = r"^[a-z0-9][a-z0-9.-]{0,59}$"

Number = Annotated[int, BeforeValidator(_digits)]
Letter = Literal["A", "B", "C"]


class Given(BaseModel):
    """What the API answers."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Taken(BaseModel):
    """What the API accepts: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Taken):
    """An operation that takes no query."""


class Items(Given, Generic[T]):
    """One page of a list; `next` is the address of the page after it, if there is one."""

    items: list[T]
    total: int = Field(ge=0, description="How many there are in all.")
    next: str | None


class Window(Taken):
    """Which part of a list is asked for."""

    limit: Number = Field(default=50, ge=1, le=100)
    offset: Number = Field(default=0, ge=0, le=1_000_000)


class Municipality(Given):
    nis_code: str
    name: str
    is_centre_city: bool


class Region(Given):
    code: str
    name: str
    province: str
    uri: str
    phase: str = Field(description="A, B or C; see the rollout phases.")
    phase_reason: str
    pioneer: str | None = Field(description="The slug of the pioneer alliance, if this token may see it.")
    municipalities: list[Municipality]


class AllianceFilter(Window):
    """Which alliances are asked for; without a filter all."""

    q: str = Field(default="", max_length=100, description="A part of the name.")
    region: str = Field(default="", max_length=10, description="The code of a region.")
    status: AllianceStatus | None = None
    phase: Letter | None = None


class Alliance(Given):
    slug: str
    name: str
    region: str
    status: str
    provenance: str
    phase: str
    lowest_open_step: int
    is_pioneer: bool
    partners: int
    missing_pillars: list[str]


class AllianceInFull(Alliance):
    purpose: str
    value_proposition: str
    website: str
    is_trial: bool
    founded_on: date | None
    ended_on: date | None
    municipalities: list[Municipality]


class Partner(Given):
    id: int
    organisation: str
    organisation_id: int
    kind: str
    is_core: bool
    roles: list[str]
    pillars: list[str]
    responsibility: str
    gain: str
    since: date
    until: date | None


class Criterion(Given):
    key: str
    name: str
    is_required: bool
    is_own: bool
    status: str
    how: str = Field(description="How the status came about: computed, or decided by a person.")
    reason: str


class Step(Given):
    number: int
    key: str
    name: str
    status: str
    year: int | None = Field(description="The calendar year, for the step that is renewed each year.")
    met: int
    required: int
    no_longer_holds: bool
    criteria: list[Criterion]


class Milestone(Given):
    key: str
    name: str
    level: str
    place: str
    is_gate: bool
    status: str
    done_on: date | None
    expected_on: date | None


class Phase(Given):
    letter: str
    name: str
    is_current: bool
    milestones: list[Milestone]


class Evidence(Given):
    id: int
    name: str
    size: int = Field(ge=0, description="In bytes.")
    url: str = Field(description="Where somebody who is signed in opens the file.")


class LogEntry(Given):
    id: int
    kind: str
    on: date
    text: str
    author: str
    logged_at: datetime
    present: list[str]
    participants: int | None = Field(
        description="People from outside the network who were reached, if that was counted; rounded to a multiple of 5 "
        "for readers outside the alliance and VLAIO."
    )
    criterion: str | None = Field(description="The key of the criterion that it bears on.")
    milestone: str | None = Field(description="The key of the milestone that it bears on.")
    evidence: list[Evidence] = Field(description="The attached files, without those that were withdrawn.")
    is_withdrawn: bool


class NewLogEntry(Taken):
    kind: LogKind
    on: date = Field(ge=date(1900, 1, 1), description="Not in the future (Brussels).")
    text: Annotated[str, Field(min_length=1, max_length=8000, pattern=SAYS_SOMETHING), AfterValidator(_trimmed)]
    present: list[Annotated[int, Field(ge=1, le=2_147_483_647), BeforeValidator(_whole)]] = Field(
        default_factory=list, max_length=200, description="Ids of partners."
    )
    participants: (
        Annotated[
            int,
            Field(ge=0, le=MOST_PEOPLE, description="At an event or a visit: people reached from outside the network."),
            BeforeValidator(_whole),
        ]
        | None
    ) = None
    criterion: Annotated[str, Field(pattern=KEY, description="The key of a criterion of this alliance.")] | None = None
    milestone: Annotated[str, Field(pattern=KEY, description="The key of a milestone.")] | None = None


class NeedsAnalysis(Given):
    offer: str = Field(description="Part 1: the existing STEM offer. Empty while it is not written.")
    challenges: str = Field(description="Part 2: the challenges and opportunities.")
    choice: str = Field(description="Part 3: which goals follow from the first two, and why.")


class Tag(Given):
    scheme: str = Field(description="The list that the term comes from, such as target-group.")
    key: str
    name: str


class Goal(Given):
    id: int
    title: str
    description: str
    reason: str
    status: str
    owner_id: int = Field(description="The id of the partner that carries it.")
    owner: str
    due_on: date | None
    closed_on: date | None
    tags: list[Tag]


class Goals(Items[Goal]):
    """The goals of an alliance, with the needs analysis that they rest on."""

    needs_analysis: NeedsAnalysis


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


class FieldProblem(Given):
    field: str
    message: str


class Problem(Given):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default=[], description="What is wrong, per field.")


# Indicators --------------------------------------------------------------------------------------------------------

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
