"""What the API takes and gives, field by field; anything else is refused."""

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances.models import AllianceStatus
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
