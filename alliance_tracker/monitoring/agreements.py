"""The agreements of one alliance in short: its convenant, what is due, what waits for an answer; for what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.accountability.models import Explanation, ExplanationStatus
from alliance_tracker.commitments.models import Commitment, CommitmentWording, Delivery, Instalment, Side, Unit
from alliance_tracker.commitments.states import (
    DELIVERY,
    DUE_SOON,
    TIME_TO_EXPLAIN,
    DeliveryState,
    is_open,
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

#: So many lines of one kind are read; a page names fewer.
FEW = 20


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
class WaitingDelivery:
    """A delivery that nobody confirmed or disputed yet."""

    id: int
    organisation_id: int
    logged_by_id: int


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
    deliveries: tuple[WaitingDelivery, ...] = ()
    drawdowns: tuple[OpenDrawdown, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()

    @property
    def overdue(self) -> tuple[DueInstalment, ...]:
        return tuple(row for row in self.due if row.is_overdue)

    @property
    def draft(self) -> OpenVersion | None:
        return next((version for version in self.versions if version.status is VersionStatus.DRAFT), None)

    @property
    def offers(self) -> tuple[OpenVersion, ...]:
        return tuple(version for version in self.versions if version.status is VersionStatus.OFFERED)


def agreements_of(alliance_id: int) -> Agreements:
    """The agreements of an alliance: one statement when there never was a convenant, else six."""
    day = today()
    newest = (
        db()
        .execute(
            sa.select(Convenant.id, Convenant.ends_on, CONVENANT.sql(Convenant, day).label("state"))
            .where(Convenant.alliance_id == alliance_id)
            .order_by(Convenant.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if newest is None:
        return Agreements()
    return Agreements(
        ConvenantState(newest.state),
        newest.id,
        newest.ends_on,
        _versions(alliance_id),
        _due(alliance_id, day),
        _deliveries(alliance_id, day),
        _drawdowns(alliance_id),
        _questions(alliance_id),
    )


def _versions(alliance_id: int) -> tuple[OpenVersion, ...]:
    """Drafts and offers, with the parties of each that have not all their signatures."""
    signed = (
        sa.select(Signature.party_id, sa.func.count().label("n"))
        .where(Signature.alliance_id == alliance_id, Signature.struck_at.is_(None))
        .group_by(Signature.party_id)
        .subquery()
    )
    rows: Sequence[Any] = (
        db()
        .execute(
            sa.select(
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
                ConvenantVersion.alliance_id == alliance_id,
                ConvenantVersion.status.in_((VersionStatus.DRAFT, VersionStatus.OFFERED)),
            )
            .order_by(ConvenantVersion.id, Party.id)
        )
        .all()
    )
    found = {}
    for row in rows:
        unsigned = {each.organisation_id for each in rows if each.id == row.id and each.is_unsigned}
        found[row.id] = OpenVersion(row.id, row.kind, row.status, row.title, frozenset(unsigned - {None}))
    return tuple(found.values())


def _due(alliance_id: int, day: date) -> tuple[DueInstalment, ...]:
    rows = db().execute(
        sa.select(
            Instalment, Commitment.number, CommitmentWording.description, CommitmentWording.unit, Organisation.name
        )
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .join(Organisation, Organisation.id == Instalment.organisation_id)
        .where(Instalment.alliance_id == alliance_id, is_open(Instalment), Instalment.due_on <= day + DUE_SOON)
        .order_by(Instalment.due_on, Instalment.id)
        .limit(FEW)
    )
    return tuple(
        DueInstalment(
            row.id,
            number,
            description,
            row.organisation_id,
            name,
            row.side,
            row.due_on,
            row.remaining,
            unit,
            row.due_on < day,
            row.explained_on is not None and row.explained_on >= row.due_on,
            row.due_on + TIME_TO_EXPLAIN >= day,
        )
        for row, number, description, unit, name in rows
    )


def _deliveries(alliance_id: int, day: date) -> tuple[WaitingDelivery, ...]:
    rows = db().execute(
        sa.select(Delivery.id, Delivery.organisation_id, Delivery.logged_by_id)
        .where(Delivery.alliance_id == alliance_id, DELIVERY.is_in((DeliveryState.REPORTED,), Delivery, day))
        .order_by(Delivery.id)
    )
    return tuple(WaitingDelivery(*row) for row in rows)


def _drawdowns(alliance_id: int) -> tuple[OpenDrawdown, ...]:
    columns = (
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
            Drawdown.alliance_id == alliance_id,
            Drawdown.status.in_((DrawdownStatus.REQUESTED, DrawdownStatus.RETURNED)),
        )
        .order_by(Drawdown.decide_by, Drawdown.id)
        .limit(FEW)
    )
    return tuple(OpenDrawdown(*row) for row in rows)


def _questions(alliance_id: int) -> tuple[OpenQuestion, ...]:
    rows = db().execute(
        sa.select(
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
        .where(Explanation.alliance_id == alliance_id, Explanation.status != ExplanationStatus.CLOSED)
        .order_by(Explanation.id)
        .limit(FEW)
    )
    return tuple(OpenQuestion(*row) for row in rows)
