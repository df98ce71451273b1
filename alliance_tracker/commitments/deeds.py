"""Reading deliveries: those of an instalment with their answers, and those that wait for somebody's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.commitments import answering
from alliance_tracker.commitments.models import (
    Answer,
    Commitment,
    CommitmentWording,
    Confirmation,
    Delivery,
    Instalment,
    Unit,
)
from alliance_tracker.commitments.states import DELIVERY, DeliveryState
from alliance_tracker.commitments.voices import Speaker
from alliance_tracker.database import db
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor

PAGE = 100


@dataclass(frozen=True)
class Said:
    """One answer to a delivery; `stands` while the organisation gave no newer one."""

    organisation_id: int
    organisation: str
    answer: Answer
    reason: str
    who: str
    at: datetime
    stands: bool


@dataclass(frozen=True)
class Deed:
    """One delivery as a page shows it."""

    id: int
    alliance_id: int
    organisation_id: int
    organisation: str
    on: date
    quantity: Decimal
    value: Decimal | None
    note: str
    #: For the policy: whoever logged it.
    owner_id: int
    logged_by: str
    logged_at: datetime
    accepted_from: date
    state: DeliveryState
    withdraw_reason: str
    answers: tuple[Said, ...]
    files: tuple[Evidence, ...]
    #: Why this reader may not answer to it; None when they may.
    obstacle: Message | None
    #: What the organisation in whose name this reader speaks says of it now.
    own_answer: Answer | None


def of_instalment(instalment: Instalment, who: Speaker, day: date) -> list[Deed]:
    """The deliveries of an instalment, the newest first."""
    rows = db().execute(
        sa.select(Delivery, Organisation.name)
        .join(Organisation, Organisation.id == Delivery.organisation_id)
        .where(Delivery.instalment_id == instalment.id)
        .order_by(Delivery.on.desc(), Delivery.id.desc())
    )
    found = [(row.Delivery, row.name) for row in rows]
    ids = [delivery.id for delivery, _ in found]
    given = _answers(ids)
    people = {delivery.logged_by_id for delivery, _ in found} | {row.given_by_id for row, _ in given}
    names = audit.names_of(set(people))
    said = _said(given, names)
    files = evidence.of("delivery", [str(number) for number in ids])
    return [
        Deed(
            id=row.id,
            alliance_id=row.alliance_id,
            organisation_id=row.organisation_id,
            organisation=name,
            on=row.on,
            quantity=row.quantity,
            value=row.value,
            note=row.note,
            owner_id=row.logged_by_id,
            logged_by=names.get(row.logged_by_id, ""),
            logged_at=row.logged_at,
            accepted_from=row.accepted_from,
            state=DELIVERY.of(row, day),
            withdraw_reason=row.withdraw_reason,
            answers=tuple(said.get(row.id, ())),
            files=tuple(files[str(row.id)]),
            obstacle=answering.obstacle(who, row.logged_by_id, row.organisation_id, instalment.organisation_id),
            own_answer=_own(said.get(row.id, ()), who),
        )
        for row, name in found
    ]


def _answers(ids: Sequence[int]) -> list[tuple[Confirmation, str]]:
    rows = db().execute(
        sa.select(Confirmation, Organisation.name)
        .join(Organisation, Organisation.id == Confirmation.organisation_id)
        .where(Confirmation.delivery_id.in_(ids))
        .order_by(Confirmation.id)
    )
    return [(row.Confirmation, row.name) for row in rows]


def _said(given: Sequence[tuple[Confirmation, str]], names: dict[int, str]) -> dict[int, list[Said]]:
    newest = {(row.delivery_id, row.organisation_id): row.id for row, _ in given}
    found: dict[int, list[Said]] = {}
    for row, organisation in given:
        stands = newest[row.delivery_id, row.organisation_id] == row.id
        who = names.get(row.given_by_id, "")
        said = Said(row.organisation_id, organisation, row.answer, row.reason, who, row.given_at, stands)
        found.setdefault(row.delivery_id, []).append(said)
    return found


def _own(answers: Sequence[Said], who: Speaker) -> Answer | None:
    voices = {voice.organisation_id for voice in who.voices}
    own = [said for said in answers if said.stands and said.organisation_id in voices]
    return own[-1].answer if own and own[-1].answer is not Answer.TAKES_BACK else None


# What waits ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A delivery that waits for an answer."""

    id: int
    instalment_id: int
    on: date
    quantity: Decimal
    note: str
    accepted_from: date
    organisation: str
    number: int
    description: str
    unit: Unit
    year: int
    logged_by: str
    files: tuple[Evidence, ...]


def _open(alliance_id: int, day: date) -> sa.Select[int, int, int, int]:
    return (
        sa.select(Delivery.id, Delivery.organisation_id, Delivery.logged_by_id, Instalment.organisation_id)
        .join(Instalment, Instalment.id == Delivery.instalment_id)
        .where(Delivery.alliance_id == alliance_id, DELIVERY.is_in([DeliveryState.REPORTED], Delivery, day))
        .order_by(Delivery.accepted_from, Delivery.id)
    )


def waiting_ids(alliance_id: int, actor: Actor, day: date) -> tuple[Speaker, list[int]]:
    """Who this person is here, and the deliveries that nobody answered yet and that they may answer, oldest first."""
    rows = db().execute(_open(alliance_id, day)).all()
    who = answering.speaker_about(alliance_id, [(row[1], row[3]) for row in rows], actor)
    return who, [row[0] for row in rows if answering.obstacle(who, row[2], row[1], row[3]) is None]


def waiting(ids: Sequence[int]) -> list[Waiting]:
    """These deliveries with everything that one needs to answer, in this order."""
    rows = (
        db()
        .execute(
            sa.select(
                Delivery.id,
                Delivery.instalment_id,
                Delivery.on,
                Delivery.quantity,
                Delivery.note,
                Delivery.accepted_from,
                Delivery.logged_by_id,
                Organisation.name,
                Commitment.number,
                CommitmentWording.description,
                CommitmentWording.unit,
                Instalment.year,
            )
            .join(Instalment, Instalment.id == Delivery.instalment_id)
            .join(Commitment, Commitment.id == Instalment.commitment_id)
            .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
            .join(Organisation, Organisation.id == Delivery.organisation_id)
            .where(Delivery.id.in_(ids))
        )
        .all()
    )
    names = audit.names_of({row.logged_by_id for row in rows})
    files = evidence.of("delivery", [str(number) for number in ids])
    found = {
        row.id: Waiting(
            id=row.id,
            instalment_id=row.instalment_id,
            on=row.on,
            quantity=row.quantity,
            note=row.note,
            accepted_from=row.accepted_from,
            organisation=row.name,
            number=row.number,
            description=row.description,
            unit=row.unit,
            year=row.year,
            logged_by=names.get(row.logged_by_id, ""),
            files=tuple(files[str(row.id)]),
        )
        for row in rows
    }
    return [found[number] for number in ids if number in found]
