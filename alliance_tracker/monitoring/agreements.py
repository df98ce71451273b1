"""The agreements of an alliance in short: its convenant, what is due, what waits for an answer; for what is next."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa

from alliance_tracker.accountability import succession
from alliance_tracker.accountability.models import Explanation, ExplanationStatus
from alliance_tracker.accountability.succession import Estate
from alliance_tracker.commitments.models import (
    Commitment,
    CommitmentWording,
    Delivery,
    Inheritance,
    Instalment,
    Side,
    Unit,
)
from alliance_tracker.commitments.states import (
    DELIVERY,
    DUE_SOON,
    DeliveryState,
    is_open,
    lateness,
)
from alliance_tracker.convenants.models import (
    Convenant,
    ConvenantVersion,
    Party,
    Signature,
    VersionKind,
    VersionStatus,
)
from alliance_tracker.convenants.states import CONVENANT, ConvenantState
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus
from alliance_tracker.organisations.models import Organisation

R = TypeVar("R")

#: So many lines of one kind are read per alliance; a page names fewer.
FEW = 20
#: So long it is news that an organisation took something over.
NEWS_FOR = timedelta(days=30)


@dataclass(frozen=True)
class OpenVersion:
    """A draft or an offer; `unsigned` are the organisations that are still asked to sign it."""

    id: int
    kind: VersionKind
    status: VersionStatus
    title: str
    unsigned: frozenset[int] = frozenset()


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
    #: Deliveries that nobody confirmed or disputed yet.
    unanswered: int = 0
    drawdowns: tuple[OpenDrawdown, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
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


def agreements_of(alliance_ids: Iterable[int]) -> dict[int, Agreements]:
    """The agreements of these alliances, by id: one statement when none ever had a convenant, else eight in all."""
    day, ids = today(), list(alliance_ids)
    newest = {
        row.alliance_id: row
        for row in db().execute(
            sa.select(
                Convenant.alliance_id, Convenant.id, Convenant.ends_on, CONVENANT.sql(Convenant, day).label("state")
            )
            .where(Convenant.alliance_id.in_(ids))
            .order_by(Convenant.id)
        )
    }
    if not newest:
        return dict.fromkeys(ids, Agreements())
    having = list(newest)
    versions, due, unanswered = _versions(having), _due(having, day), _unanswered(having, day)
    drawdowns, questions = _drawdowns(having), _questions(having)
    estates, taken_over = _estates(having), _taken_over(having, day)
    return dict.fromkeys(ids, Agreements()) | {
        number: Agreements(
            ConvenantState(row.state),
            row.id,
            row.ends_on,
            tuple(versions[number]),
            tuple(due[number]),
            unanswered.get(number, 0),
            tuple(drawdowns[number]),
            tuple(questions[number]),
            tuple(estates[number]),
            tuple(taken_over[number]),
        )
        for number, row in newest.items()
    }


def _versions(ids: list[int]) -> dict[int, list[OpenVersion]]:
    """Drafts and offers, with the parties of each that have not all their signatures."""
    signed = (
        sa.select(Signature.party_id, sa.func.count().label("n"))
        .where(Signature.alliance_id.in_(ids), Signature.struck_at.is_(None))
        .group_by(Signature.party_id)
        .subquery()
    )
    rows: Sequence[Any] = (
        db()
        .execute(
            sa.select(
                ConvenantVersion.alliance_id,
                ConvenantVersion.id,
                ConvenantVersion.kind,
                ConvenantVersion.status,
                ConvenantVersion.title,
                Party.organisation_id,
                (sa.func.coalesce(signed.c.n, 0) < Party.signatures_needed).label("is_unsigned"),
            )
            .outerjoin(Party, Party.convenant_version_id == ConvenantVersion.id)
            .outerjoin(signed, signed.c.party_id == Party.id)
            .where(
                ConvenantVersion.alliance_id.in_(ids),
                ConvenantVersion.status.in_((VersionStatus.DRAFT, VersionStatus.OFFERED)),
            )
            .order_by(ConvenantVersion.id, Party.id)
        )
        .all()
    )
    unsigned: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.is_unsigned:
            unsigned[row.id].add(row.organisation_id)
    found: dict[int, list[OpenVersion]] = defaultdict(list)
    for row in {row.id: row for row in rows}.values():
        found[row.alliance_id].append(OpenVersion(row.id, row.kind, row.status, row.title, frozenset(unsigned[row.id])))
    return found


def _due(ids: list[int], day: date) -> dict[int, list[DueInstalment]]:
    columns = (
        Instalment.alliance_id,
        Instalment.id,
        Commitment.number,
        CommitmentWording.description,
        CommitmentWording.unit,
        Instalment.organisation_id,
        Organisation.name,
        Instalment.side,
        Instalment.due_on,
        Instalment.quantity,
        Instalment.reported,
        Instalment.explained_on,
        Instalment.waived_on,
        Instalment.delivered_on,
    )
    rows = db().execute(
        sa.select(*columns)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .join(Organisation, Organisation.id == Instalment.organisation_id)
        .where(Instalment.alliance_id.in_(ids), is_open(Instalment), Instalment.due_on <= day + DUE_SOON)
        .order_by(Instalment.due_on, Instalment.id)
        .limit(FEW * len(ids))
    )
    found: dict[int, list[DueInstalment]] = defaultdict(list)
    for row in rows:
        late = lateness(row, day)
        found[row.alliance_id].append(
            DueInstalment(
                row.id,
                row.number,
                row.description,
                row.organisation_id,
                row.name,
                row.side,
                row.due_on,
                row.quantity - row.reported,
                row.unit,
                late is not None,
                late is not None and late.is_explained,
                late is not None and late.explain_by is not None,
            )
        )
    return found


def _unanswered(ids: list[int], day: date) -> dict[int, int]:
    rows = db().execute(
        sa.select(Delivery.alliance_id, sa.func.count())
        .where(Delivery.alliance_id.in_(ids), DELIVERY.is_in((DeliveryState.REPORTED,), Delivery, day))
        .group_by(Delivery.alliance_id)
    )
    return {number: n for number, n in rows}  # noqa: C416  # rows are not pairs to mypy


def _estates(ids: list[int]) -> dict[int, list[Estate]]:
    found: dict[int, list[Estate]] = defaultdict(list)
    for estate in succession.estates_in(ids):
        found[estate.alliance_id].append(estate)
    return found


def _taken_over(ids: list[int], day: date) -> dict[int, list[TakenOver]]:
    """What went to another organisation lately and is still with it."""
    rows = db().execute(
        sa.select(
            Inheritance.alliance_id,
            Inheritance.instalment_id,
            Commitment.number,
            Organisation.name,
            Inheritance.to_organisation_id,
            Inheritance.on,
            Inheritance.decided_by_id,
        )
        .join(Organisation, Organisation.id == Inheritance.from_organisation_id)
        .join(Instalment, Instalment.id == Inheritance.instalment_id)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .where(
            Inheritance.alliance_id.in_(ids),
            Inheritance.on > day - NEWS_FOR,
            Inheritance.to_organisation_id == Instalment.organisation_id,
        )
        .order_by(Inheritance.id)
        .limit(FEW * len(ids))
    )
    return _by_alliance(rows, TakenOver)


def _drawdowns(ids: list[int]) -> dict[int, list[OpenDrawdown]]:
    columns = (
        Drawdown.alliance_id,
        Drawdown.id,
        Drawdown.amount,
        Drawdown.purpose,
        Drawdown.status,
        Drawdown.decide_by,
        Drawdown.requested_by_id,
    )
    rows = db().execute(
        sa.select(*columns)
        .where(
            Drawdown.alliance_id.in_(ids),
            Drawdown.status.in_((DrawdownStatus.REQUESTED, DrawdownStatus.RETURNED)),
        )
        .order_by(Drawdown.decide_by, Drawdown.id)
        .limit(FEW * len(ids))
    )
    return _by_alliance(rows, OpenDrawdown)


def _questions(ids: list[int]) -> dict[int, list[OpenQuestion]]:
    rows = db().execute(
        sa.select(
            Explanation.alliance_id,
            Explanation.id,
            Explanation.organisation_id,
            Organisation.name,
            Commitment.number,
            Explanation.status,
            Explanation.opened_by_id,
        )
        .join(Organisation, Organisation.id == Explanation.organisation_id)
        .join(Instalment, Instalment.id == Explanation.instalment_id)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .where(Explanation.alliance_id.in_(ids), Explanation.status != ExplanationStatus.CLOSED)
        .order_by(Explanation.id)
        .limit(FEW * len(ids))
    )
    return _by_alliance(rows, OpenQuestion)


def _by_alliance(rows: Iterable[Any], make: Callable[..., R]) -> dict[int, list[R]]:
    """Rows of which the first column is the alliance, each made of the others."""
    found: dict[int, list[R]] = defaultdict(list)
    for alliance_id, *values in rows:
        found[alliance_id].append(make(*values))
    return found
