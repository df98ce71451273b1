"""The agreements of an alliance in short: its convenant, what is due, what waits for an answer; for what is next."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
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
)
from alliance_tracker.commitments.states import (
    DELIVERY,
    DUE_SOON,
    DeliveryState,
    is_awaited,
    lateness,
)
from alliance_tracker.convenants.models import (
    Convenant,
    ConvenantVersion,
    Party,
    Signature,
    SignatureMethod,
    VersionStatus,
)
from alliance_tracker.convenants.states import CONVENANT, ConvenantState
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus
from alliance_tracker.monitoring.open_agreements import (
    Agreements,
    Awaited,
    DueInstalment,
    OpenDrawdown,
    OpenQuestion,
    OpenVersion,
    TakenOver,
    WaitingDelivery,
)
from alliance_tracker.organisations.models import Organisation

R = TypeVar("R")

#: So many lines of one kind are read per alliance; a page names fewer.
FEW = 20
#: So long it is news that an organisation took something over.
NEWS_FOR = timedelta(days=30)


def agreements_of(alliance_ids: Iterable[int]) -> dict[int, Agreements]:
    """The agreements of these alliances, by id: one statement when none ever had a convenant, else eight in all."""
    day, ids = today(), list(alliance_ids)
    found = (
        db()
        .execute(
            sa.select(
                Convenant.alliance_id,
                Convenant.id,
                Convenant.ends_on,
                Convenant.in_force_on,
                Convenant.terminated_on,
                CONVENANT.sql(Convenant, day).label("state"),
            )
            .where(Convenant.alliance_id.in_(ids))
            .order_by(Convenant.id)
        )
        .all()
    )
    newest = {row.alliance_id: row for row in found}
    if not newest:
        return dict.fromkeys(ids, Agreements())
    ran = {row.alliance_id: row for row in found if row.in_force_on is not None}
    having = list(newest)
    versions, due, deliveries = _versions(having, day), _due(having, day), _deliveries(having, day)
    drawdowns, questions = _drawdowns(having), _questions(having)
    estates, taken_over = _estates(having), _taken_over(having, day)
    return dict.fromkeys(ids, Agreements()) | {
        number: Agreements(
            ConvenantState(row.state),
            row.id,
            row.ends_on,
            tuple(versions[number]),
            tuple(due[number]),
            tuple(each for each in deliveries[number] if not each.disputes),
            tuple(each for each in deliveries[number] if each.disputes),
            tuple(drawdowns[number]),
            tuple(questions[number]),
            ran[number].ends_on if number in ran and ran[number].state == ConvenantState.EXPIRED.value else None,
            row.state == ConvenantState.ACTIVE.value and row.terminated_on is not None,
            tuple(estates[number]),
            tuple(taken_over[number]),
        )
        for number, row in newest.items()
    }


def _versions(ids: list[int], day: date) -> dict[int, list[OpenVersion]]:
    """Drafts, offers that can still be signed, and what is in force of which somebody did not sign."""
    can_be_signed = sa.and_(
        ConvenantVersion.status.in_((VersionStatus.OFFERED, VersionStatus.IN_FORCE)), ConvenantVersion.ends_on >= day
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
                ConvenantVersion.ends_on,
                ConvenantVersion.ready_on,
                Party.id.label("party_id"),
                Party.organisation_id,
                Party.is_required,
                Party.signatures_needed,
                Signature.id.label("signature_id"),
                Signature.method,
                Signature.recorded_by_id,
            )
            .outerjoin(Party, Party.convenant_version_id == ConvenantVersion.id)
            .outerjoin(Signature, sa.and_(Signature.party_id == Party.id, Signature.struck_at.is_(None)))
            .where(
                ConvenantVersion.alliance_id.in_(ids),
                sa.or_(ConvenantVersion.status == VersionStatus.DRAFT, can_be_signed),
            )
            .order_by(ConvenantVersion.id, Party.id)
        )
        .all()
    )
    found: dict[int, list[OpenVersion]] = defaultdict(list)
    for number, of_version in groupby(rows, lambda row: row.id):
        lines = list(of_version)
        first, awaited = lines[0], _awaited(lines)
        if awaited or first.status is not VersionStatus.IN_FORCE:
            facts = (first.kind, first.status, first.title, first.ends_on, first.ready_on, awaited)
            found[first.alliance_id].append(OpenVersion(number, *facts))
    return found


def _awaited(lines: list[Any]) -> tuple[Awaited, ...]:
    """The parties in these lines that lack a signature; each line is a party with at most one of its signatures."""
    found = []
    for party_id, of_party in groupby(lines, lambda row: row.party_id):
        rows = list(of_party)
        first, given = rows[0], [row for row in rows if row.signature_id is not None]
        if party_id is not None and len(given) < first.signatures_needed:
            signers = {row.recorded_by_id for row in given if row.method is SignatureMethod.APPLICATION}
            missing = first.signatures_needed - len(given)
            found.append(Awaited(first.organisation_id, first.is_required, missing, frozenset(signers)))
    return tuple(found)


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
        Instalment.claimed_on,
    )
    rows = db().execute(
        sa.select(*columns)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .join(Organisation, Organisation.id == Instalment.organisation_id)
        .where(Instalment.alliance_id.in_(ids), is_awaited(Instalment), Instalment.due_on <= day + DUE_SOON)
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


def _deliveries(ids: list[int], day: date) -> dict[int, list[WaitingDelivery]]:
    rows = db().execute(
        sa.select(
            Delivery.alliance_id,
            Delivery.id,
            Delivery.organisation_id,
            Delivery.logged_by_id,
            Delivery.instalment_id,
            Delivery.disputes,
        )
        .where(
            Delivery.alliance_id.in_(ids),
            DELIVERY.is_in((DeliveryState.REPORTED, DeliveryState.DISPUTED), Delivery, day),
        )
        .order_by(Delivery.id)
    )
    return _by_alliance(rows, WaitingDelivery)


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
