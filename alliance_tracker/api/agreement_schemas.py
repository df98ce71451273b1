"""What the API takes and gives of convenants, commitments, deliveries and drawing rights; amounts are exact text."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer

from alliance_tracker.api.figure_schemas import AskedPeriod, Value
from alliance_tracker.api.schemas import SAYS_SOMETHING, Given, Taken, Window
from alliance_tracker.commitments.states import InstalmentState

#: An exact decimal: in JSON a text, so that no reader makes a binary fraction of it.
Exact = Annotated[Decimal, PlainSerializer(lambda value: f"{value.normalize():f}", return_type=str)]
#: An amount in euro, with its cents.
Euro = Annotated[Decimal, PlainSerializer(lambda value: f"{value:.2f}", return_type=str)]


class Version(Given):
    id: int
    number: int
    kind: str = Field(description="original, addendum, or rider of a partner that joined later.")
    status: str
    title: str
    starts_on: date
    ends_on: date
    offered_on: date | None
    in_force_on: date | None
    sha256: str = Field(description="Of the canonical form of what was offered; empty for a draft.")


class Convenant(Given):
    id: int
    title: str
    state: str = Field(description="draft, offered, active, expired, terminated or given-up, as of today.")
    in_force_on: date | None
    ends_on: date | None
    terminated_on: date | None
    versions: list[Version]


class Signature(Given):
    organisation: str
    name: str
    function: str
    signed_on: date
    decision_on: date | None
    method: str


class VersionDocument(Given):
    version: Version
    document: dict[str, Any] = Field(description="What the version says: frozen once offered, live for a draft.")
    signatures: list[Signature]


class CommitmentQuery(Window):
    state: InstalmentState | None = None
    year: AskedPeriod | None = None


class Instalment(Given):
    id: int
    commitment: int = Field(description="The number of the commitment in its convenant.")
    description: str
    nature: str
    kind: str
    unit: str
    year: int
    organisation_id: int
    organisation: str = Field(description="Who bears it today; a successor may have inherited it.")
    side: str
    quantity: Exact
    delivered: Exact = Field(description="Reported and not disputed.")
    confirmed: Exact = Field(description="That part of it which another organisation confirmed.")
    due_on: date
    first_due_on: date
    state: str
    was_ever_late: bool
    goal_id: int | None


class Delivery(Given):
    id: int
    instalment_id: int
    organisation_id: int
    on: date
    quantity: Exact
    value: Euro | None = Field(description="In euro: the money itself, or its agreed value in kind.")
    note: str
    state: str = Field(description="reported, accepted (undisputed for 30 days), confirmed, disputed or withdrawn.")
    logged_at: datetime


class NewDelivery(Taken):
    on: date
    quantity: Value
    note: str = Field(default="", max_length=4000, pattern=SAYS_SOMETHING + r"|^$")


class NewAnswer(Taken):
    answer: Literal["confirms", "disputes", "takes-back"]
    reason: str = Field(default="", max_length=2000, pattern=SAYS_SOMETHING + r"|^$")


class Right(Given):
    id: int
    convenant_id: int
    year: int
    ceiling: Euro
    drawn: Euro
    paid: Euro
    remaining: Euro
    asked_from: date = Field(description="The first day on which something can be asked of it.")
    closed_on: date | None = Field(
        description="The last day of its convenant when that was terminated: nothing more can be asked."
    )


class Drawdown(Given):
    id: int
    drawing_right_id: int
    year: int
    amount: Euro
    purpose: str
    payee: str
    status: str
    requested_on: date
    decide_by: date
    decided_on: date | None
    decision_reason: str
    paid: Euro


class AccountQuery(Taken):
    year: AskedPeriod = Field(description="The calendar year of what was promised.")


class Kind(Given):
    kind: str
    unit: str
    promised: Exact
    confirmed: Exact = Field(description="What it delivered itself, also where another one bears it now.")
    accepted: Exact
    reported: Exact
    disputed: Exact


class PassedOn(Given):
    instalment_id: int
    to_organisation_id: int
    to_organisation: str = Field(description="As it was called on that day.")
    on: date


class Account(Given):
    organisation_id: int
    organisation: str
    side: str
    is_gone: bool = Field(description="It left the alliance, merged or closed.")
    promised: int = Field(description="Instalments of that year; each stands in exactly one of the five states below.")
    delivered: int
    open: int
    late: int
    disputed: int
    waived: int
    was_late: int = Field(description="Of them, how many were late at any time.")
    kinds: list[Kind] = Field(description="Over all organisations these add up to what was promised and delivered.")
    passed_on: list[PassedOn] = Field(description="Instalments that it bore and another organisation bears now.")
    questions: int = Field(description="Questions on anything late that are not closed.")
    statement: str | None = Field(description="Its newest answer to its own account of that year: signed or refused.")


class Accounts(Given):
    year: int
    items: list[Account]
