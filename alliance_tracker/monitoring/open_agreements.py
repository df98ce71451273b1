"""What is open in the agreements of an alliance, as what is next looks at it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alliance_tracker.accountability.models import ExplanationStatus
from alliance_tracker.accountability.succession import Estate
from alliance_tracker.commitments.models import Side, Unit
from alliance_tracker.convenants.models import VersionKind, VersionStatus
from alliance_tracker.convenants.states import ConvenantState
from alliance_tracker.drawing_rights.models import DrawdownStatus


@dataclass(frozen=True)
class Awaited:
    """A party of an offer, or of what is in force, that has not all the signatures that it needs."""

    organisation_id: int
    is_required: bool
    missing: int
    #: Who signed for it in the application: such a person waits for the others.
    signed_by: frozenset[int] = frozenset()


@dataclass(frozen=True)
class OpenVersion:
    """A version that asks something: a draft, an offer, or what is in force and may still be signed."""

    id: int
    kind: VersionKind
    status: VersionStatus
    title: str
    #: The last day on which it can be signed.
    ends_on: date
    ready_on: date | None = None
    awaited: tuple[Awaited, ...] = ()

    def awaited_of(self, organisations: frozenset[int]) -> Awaited | None:
        """The first of these organisations that is still asked to sign."""
        return next((party for party in self.awaited if party.organisation_id in organisations), None)


@dataclass(frozen=True)
class DueInstalment:
    """What is due within thirty days or overdue."""

    id: int
    number: int
    description: str
    organisation_id: int
    organisation: str
    side: Side
    due_on: date
    remaining: Decimal
    unit: Unit
    is_overdue: bool
    #: Its bearer explained why it is late, or still has time to.
    is_explained: bool
    may_explain: bool


@dataclass(frozen=True)
class WaitingDelivery:
    """A delivery that nobody confirmed yet, or that somebody disputes."""

    id: int
    organisation_id: int
    logged_by_id: int
    instalment_id: int
    disputes: int


@dataclass(frozen=True)
class TakenOver:
    """An instalment that an organisation took over lately."""

    id: int
    number: int
    former: str
    heir_id: int
    on: date
    decided_by_id: int


@dataclass(frozen=True)
class OpenDrawdown:
    """A drawdown that waits for VLAIO, or came back with a question."""

    id: int
    amount: Decimal
    purpose: str
    status: DrawdownStatus
    decide_by: date
    requested_by_id: int


@dataclass(frozen=True)
class OpenQuestion:
    """A question on a late commitment that is not closed."""

    id: int
    organisation_id: int
    organisation: str
    number: int
    status: ExplanationStatus
    opened_by_id: int


@dataclass(frozen=True)
class Agreements:
    """How the agreements of an alliance stand on a day."""

    state: ConvenantState | None = None
    convenant_id: int | None = None
    ends_on: date | None = None
    versions: tuple[OpenVersion, ...] = ()
    due: tuple[DueInstalment, ...] = ()
    #: Nobody answered to these, ...
    deliveries: tuple[WaitingDelivery, ...] = ()
    #: ... and these somebody disputes.
    disputed: tuple[WaitingDelivery, ...] = ()
    drawdowns: tuple[OpenDrawdown, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    #: The last day of the newest convenant that was in force, when its term ran out and no other followed.
    expired_on: date | None = None
    #: The newest convenant was terminated, and today is its last day.
    is_ending: bool = False
    #: What an organisation that takes part no more left open.
    estates: tuple[Estate, ...] = ()
    taken_over: tuple[TakenOver, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.state is ConvenantState.ACTIVE

    @property
    def overdue(self) -> tuple[DueInstalment, ...]:
        return tuple(row for row in self.due if row.is_overdue)

    @property
    def draft(self) -> OpenVersion | None:
        return next((version for version in self.versions if version.status is VersionStatus.DRAFT), None)

    @property
    def offers(self) -> tuple[OpenVersion, ...]:
        return tuple(version for version in self.versions if version.status is VersionStatus.OFFERED)

    @property
    def in_force(self) -> tuple[OpenVersion, ...]:
        """What is in force and lacks a signature that it did not wait for."""
        return tuple(version for version in self.versions if version.status is VersionStatus.IN_FORCE)
