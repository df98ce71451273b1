"""The operations of the API on the agreements of an alliance: convenants, commitments, deliveries, drawing rights."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from alliance_tracker.accountability import figures, roster
from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.alliances.models import Partner
from alliance_tracker.api import agreement_schemas, operations, schemas
from alliance_tracker.api.operations import operation
from alliance_tracker.api.sending import Sent
from alliance_tracker.commitments import answering, delivering, listing
from alliance_tracker.commitments.models import Answer, Delivery, Instalment
from alliance_tracker.commitments.states import DELIVERY, INSTALMENT
from alliance_tracker.convenants import document
from alliance_tracker.convenants.models import Convenant, ConvenantVersion
from alliance_tracker.convenants.service import version_by_id
from alliance_tracker.convenants.states import CONVENANT
from alliance_tracker.database import db, today, transaction
from alliance_tracker.drawing_rights.models import Drawdown, DrawingRight
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import once
from alliance_tracker.web.guards import actor, permitted

NOTHING = Message("There is nothing at this address.")
#: What an account says of each kind.
PARTS = ("promised", "confirmed", "accepted", "reported", "disputed")


# Convenants --------------------------------------------------------------------------------------------------------


@operation(
    "GET",
    "/alliances/<slug>/convenants",
    "The convenants of an alliance with their versions, the newest first.",
    schemas.Items[agreement_schemas.Convenant],
    query=schemas.Window,
)
def convenants(slug: str, query: schemas.Window) -> Any:
    """The convenants of an alliance, whatever their state."""
    row = load_alliance(slug)
    of_alliance = Convenant.alliance_id == row.id
    total = db().scalar(sa.select(sa.func.count()).select_from(Convenant).where(of_alliance)) or 0
    found = db().scalars(
        sa.select(Convenant)
        .where(of_alliance)
        .options(selectinload(Convenant.versions))
        .order_by(Convenant.id.desc())
        .limit(query.limit)
        .offset(query.offset)
    )
    given = [
        agreement_schemas.Convenant(
            id=convenant.id,
            title=convenant.title,
            state=CONVENANT.of(convenant, today()).value,
            in_force_on=convenant.in_force_on,
            ends_on=convenant.ends_on,
            terminated_on=convenant.terminated_on,
            versions=[_version(version) for version in convenant.versions],
        )
        for convenant in found
    ]
    return operations.page_of(given, total, query, "api.convenants", slug=slug)


def _version(version: ConvenantVersion) -> agreement_schemas.Version:
    return agreement_schemas.Version(
        id=version.id,
        number=version.number,
        kind=version.kind.value,
        status=version.status.value,
        title=version.title,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        offered_on=version.offered_on,
        in_force_on=version.in_force_on,
        sha256=version.sha256,
    )


@operation(
    "GET",
    "/alliances/<slug>/convenant-versions/<int:version_id>",
    "What one version of a convenant says, and who signed it.",
    agreement_schemas.VersionDocument,
)
def convenant_version(slug: str, version_id: int) -> Any:
    """The document of a version with its signatures."""
    row, version = load_alliance(slug), version_by_id(version_id)
    if version is None or version.alliance_id != row.id:
        raise NotFound(NOTHING)
    return agreement_schemas.VersionDocument(
        version=_version(version),
        document=document.of_version(version),
        signatures=[
            agreement_schemas.Signature(
                organisation=party.organisation.name,
                name=signature.name,
                function=signature.function,
                signed_on=signature.signed_on,
                decision_on=signature.decision_on,
                method=signature.method.value,
            )
            for party in version.parties
            for signature in party.standing_signatures
        ],
    )


# Commitments and deliveries ----------------------------------------------------------------------------------------


@operation(
    "GET",
    "/alliances/<slug>/commitments",
    "What each party of the convenants promised per year, and how it stands: what needs attention first.",
    schemas.Items[agreement_schemas.Instalment],
    query=agreement_schemas.CommitmentQuery,
)
def commitments(slug: str, query: agreement_schemas.CommitmentQuery) -> Any:
    """The instalments of an alliance."""
    row, day = load_alliance(slug), today()
    conditions = [Instalment.alliance_id == row.id]
    if query.year is not None:
        conditions.append(Instalment.year == query.year)
    if query.state is not None:
        conditions.append(INSTALMENT.is_in([query.state], Instalment, day))
    condition = sa.and_(*conditions)
    total = db().scalar(sa.select(sa.func.count()).select_from(Instalment).where(condition)) or 0
    found = listing.read(listing.lines(condition, day).limit(query.limit).offset(query.offset), day)
    given = [
        agreement_schemas.Instalment(
            id=line.id,
            commitment=line.number,
            description=line.description,
            nature=line.nature.value,
            kind=line.kind.value,
            unit=line.unit.value,
            year=line.year,
            organisation_id=line.organisation_id,
            organisation=line.bearer,
            side=line.side.value,
            quantity=line.quantity,
            delivered=line.reported,
            confirmed=line.confirmed,
            due_on=line.due_on,
            first_due_on=line.first_due_on,
            state=line.state.value,
            was_ever_late=line.was_ever_late,
            goal_id=line.goal_id,
        )
        for line in found
    ]
    return operations.page_of(given, total, query, "api.commitments", slug=slug)


@operation(
    "GET",
    "/alliances/<slug>/deliveries",
    "What was delivered in an alliance, the newest first; withdrawn ones as well.",
    schemas.Items[agreement_schemas.Delivery],
    query=schemas.Window,
)
def deliveries(slug: str, query: schemas.Window) -> Any:
    """The deliveries of an alliance."""
    row = load_alliance(slug)
    of_alliance = Delivery.alliance_id == row.id
    total = db().scalar(sa.select(sa.func.count()).select_from(Delivery).where(of_alliance)) or 0
    found = db().scalars(
        sa.select(Delivery)
        .where(of_alliance)
        .order_by(Delivery.on.desc(), Delivery.id.desc())
        .limit(query.limit)
        .offset(query.offset)
    )
    return operations.page_of([_delivery(each) for each in found], total, query, "api.deliveries", slug=slug)


def _delivery(row: Delivery) -> agreement_schemas.Delivery:
    return agreement_schemas.Delivery(
        id=row.id,
        instalment_id=row.instalment_id,
        organisation_id=row.organisation_id,
        on=row.on,
        quantity=row.quantity,
        value=row.value,
        note=row.note,
        state=DELIVERY.of(row, today()).value,
        logged_at=row.logged_at,
    )


@operation(
    "POST",
    "/alliances/<slug>/commitments/<int:instalment_id>/deliveries",
    "Log what was delivered.",
    agreement_schemas.Delivery,
    body=agreement_schemas.NewDelivery,
    status=201,
)
def deliver(slug: str, instalment_id: int, body: agreement_schemas.NewDelivery) -> Any:
    """Log a delivery; sent twice with one Idempotency-Key it is logged once."""
    row, instalment = load_alliance(slug), delivering.instalment_by_id(instalment_id)
    if instalment is None or instalment.alliance_id != row.id:
        raise NotFound(NOTHING)
    permitted(instalment, Permission.DELIVERY_LOG)
    sent = Sent.of_request(f"{slug} {instalment_id}", body)
    made = sent.earlier()
    if made is None:
        try:
            with transaction():
                draft = delivering.Draft(body.on, Decimal(body.quantity), body.note)
                made = delivering.log(instalment, draft, actor=actor()).id
                sent.remember(made)
        except IntegrityError as error:
            if once.SentForm.__tablename__ not in str(error.orig):
                raise
            made = sent.earlier()  # the same key arrived twice at the same moment
    return _delivery(db().get_one(Delivery, made))


@operation(
    "POST",
    "/alliances/<slug>/deliveries/<int:delivery_id>/answers",
    "Confirm a delivery of another organisation, dispute it with a reason, or take that answer back.",
    agreement_schemas.Delivery,
    body=agreement_schemas.NewAnswer,
    status=201,
)
def answer_delivery(slug: str, delivery_id: int, body: agreement_schemas.NewAnswer) -> Any:
    """Answer to a delivery; nobody confirms their own organisation's, nor what they logged themselves."""
    row, delivery = load_alliance(slug), delivering.delivery_by_id(delivery_id)
    if delivery is None or delivery.alliance_id != row.id:
        raise NotFound(NOTHING)
    permitted(delivery, Permission.DELIVERY_JUDGE)
    with transaction():
        answering.answer(delivery, Answer(body.answer), reason=body.reason, actor=actor())
    return _delivery(delivery)


# Drawing rights ----------------------------------------------------------------------------------------------------


@operation(
    "GET",
    "/alliances/<slug>/drawing-rights",
    "The drawing rights of an alliance per calendar year, in euro.",
    schemas.Items[agreement_schemas.Right],
    query=schemas.Window,
)
def drawing_rights(slug: str, query: schemas.Window) -> Any:
    """Ceiling, drawn, paid and remaining of each year."""
    row = load_alliance(slug)
    of_alliance = DrawingRight.alliance_id == row.id
    total = db().scalar(sa.select(sa.func.count()).select_from(DrawingRight).where(of_alliance)) or 0
    found = db().scalars(
        sa.select(DrawingRight)
        .where(of_alliance)
        .order_by(DrawingRight.year.desc(), DrawingRight.id)
        .limit(query.limit)
        .offset(query.offset)
    )
    given = [
        agreement_schemas.Right(
            id=right.id,
            convenant_id=right.convenant_id,
            year=right.year,
            ceiling=right.ceiling,
            drawn=right.drawn,
            paid=right.paid,
            remaining=right.remaining,
            asked_from=right.opens_on,
            closed_on=right.closed_on,
        )
        for right in found
    ]
    return operations.page_of(given, total, query, "api.drawing_rights", slug=slug)


@operation(
    "GET",
    "/alliances/<slug>/drawdowns",
    "The drawdowns of an alliance, the newest first, in euro.",
    schemas.Items[agreement_schemas.Drawdown],
    query=schemas.Window,
)
def drawdowns(slug: str, query: schemas.Window) -> Any:
    """What was asked of the drawing rights, and what became of it."""
    row = load_alliance(slug)
    of_alliance = Drawdown.alliance_id == row.id
    total = db().scalar(sa.select(sa.func.count()).select_from(Drawdown).where(of_alliance)) or 0
    found = db().scalars(
        sa.select(Drawdown)
        .where(of_alliance)
        .options(selectinload(Drawdown.right), selectinload(Drawdown.payee).selectinload(Partner.organisation))
        .order_by(Drawdown.id.desc())
        .limit(query.limit)
        .offset(query.offset)
    )
    given = [
        agreement_schemas.Drawdown(
            id=each.id,
            drawing_right_id=each.drawing_right_id,
            year=each.right.year,
            amount=each.amount,
            purpose=each.purpose,
            payee=each.payee.organisation.name,
            status=each.status.value,
            requested_on=each.requested_on,
            decide_by=each.decide_by,
            decided_on=each.decided_on,
            decision_reason=each.decision_reason,
            paid=each.paid,
        )
        for each in found
    ]
    return operations.page_of(given, total, query, "api.drawdowns", slug=slug)


# Accounts ----------------------------------------------------------------------------------------------------------


@operation(
    "GET",
    "/alliances/<slug>/accounts",
    "What each organisation promised for a year and what came of it, the government too: counts, no grade.",
    agreement_schemas.Accounts,
    query=agreement_schemas.AccountQuery,
)
def accounts(slug: str, query: agreement_schemas.AccountQuery) -> Any:
    """The accounts of the members of an alliance."""
    row = load_alliance(slug)
    kinds = figures.kinds(Instalment.alliance_id == row.id, Instalment.year == query.year)
    return agreement_schemas.Accounts(
        year=query.year,
        items=[
            agreement_schemas.Account(
                organisation_id=found.member.organisation_id,
                organisation=found.member.name,
                side=found.member.side.value,
                is_gone=found.member.is_gone,
                **vars(found.counts),
                kinds=[
                    agreement_schemas.Kind(
                        kind=each.kind.value,
                        unit=each.unit.value,
                        **{part: getattr(each, part) for part in PARTS},
                    )
                    for each in kinds.get(found.member.organisation_id, ())
                ],
                passed_on=[
                    agreement_schemas.PassedOn(
                        instalment_id=each.instalment_id,
                        to_organisation_id=each.to_id,
                        to_organisation=each.heir,
                        on=each.on,
                    )
                    for each in found.passed_on
                    if each.to_id is not None
                ],
                questions=found.questions,
                statement=found.statement.answer.value if found.statement is not None else None,
            )
            for found in roster.rows_of(row.id, query.year, query.year)
        ],
    )
