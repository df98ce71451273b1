"""Instalments: made from what a version promises when it comes into force, extended, waived, and ended with it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import counting, shares
from alliance_tracker.commitments.models import (
    CommitmentWording,
    DueDateChange,
    Inheritance,
    Instalment,
    PlannedInstalment,
    Side,
)
from alliance_tracker.commitments.states import is_awaited, is_open, was_ever_late
from alliance_tracker.database import Base, check_version, db, lock, now, today
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor, Permission

#: Commitment, year, and the organisation that promised it.
Key = tuple[int, int, int]


#: What is told of an instalment that another organisation bears from now on; a layer up adds to it.
BEARER_FOLLOWERS: list[Callable[[Instalment], None]] = []


@dataclass(frozen=True)
class Promise:
    """What a version in force promises of a commitment for one year, by one bearer."""

    wording_id: int
    quantity: Decimal
    due_on: date


@dataclass(frozen=True)
class Parties:
    """The parties of the versions in force: on which side each stands, and which of them take part today."""

    sides: Mapping[int, Side]
    present: Collection[int]


@dataclass(frozen=True)
class _Before:
    """What an instalment's wording said until now: its due date, and of which version it is."""

    due_on: date | None = None
    version_id: int | None = None


def materialise(
    convenant_id: int,
    alliance: Alliance,
    wordings: Iterable[CommitmentWording],
    parties: Parties,
    *,
    until_now: Collection[int],
    because: str,
    told_with: Base,
    actor: Actor,
) -> None:
    """Let the instalments of a convenant say what the versions in force promise.

    What is new is added. What changed gets its new quantity and due date, the move kept as a record. What is promised
    no more is waived, for the reason `because`, unless it was delivered. An instalment stays with the heir that it has;
    where a new version names that heir as the bearer, what it took over and what its predecessor had delivered carry
    that promise, beside an instalment of its own: nobody owes it twice. `wordings` are loaded with bearers and years;
    `until_now` are the versions that were in force up to this moment. New instalments are told in the history of
    `told_with`, the version that brings them.
    """
    rows = _rows_of(convenant_id)
    promised = dict(_promises(wordings))
    said = _said_of(rows)
    for row in rows:
        row.side = parties.sides.get(row.organisation_id, row.side)
    kept: set[int] = set()
    for key, carriers in _carriers(rows, promised).items():
        promise = promised[key]
        parts = [pair for pair in _parts(promise.quantity, carriers, key[2], said, until_now) if pair[1]]
        for row, part in parts:
            kept.add(row.id)
            is_new_text = row.wording_id != promise.wording_id
            _follow(row, replace(promise, quantity=part), said[row.id], until_now, because, told_with, actor)
            if is_new_text and is_open(row) and key[2] in parties.present:
                _let_bear(row, key[2], parties.sides[key[2]], because, actor)
        if left := promise.quantity - sum(part for _, part in parts):
            row = _new(convenant_id, alliance, key, replace(promise, quantity=left), parties.sides[key[2]])
            db().add(row)
            audit.tell_with(row, told_with)
    _drop([row for row in rows if row.id not in kept], because, actor)
    db().flush()  # the instalments get their ids


def _drop(rows: Iterable[Instalment], because: str, actor: Actor) -> None:
    """Waive what is open of what is promised no more."""
    for row in rows:
        if is_open(row):
            _waive(row, because)
            audit.record("instalment.dropped", row, actor=actor, reason=because)


def _promises(wordings: Iterable[CommitmentWording]) -> Iterator[tuple[Key, Promise]]:
    for wording in wordings:
        parts_of = {row.organisation_id: row.share for row in wording.bearers}
        for planned in wording.years:
            for organisation_id, quantity in shares.divide(planned.quantity, parts_of, wording.unit).items():
                key = (wording.commitment_id, planned.year, organisation_id)
                yield key, Promise(wording.id, quantity, planned.due_on)


def _new(convenant_id: int, alliance: Alliance, key: Key, promise: Promise, side: Side) -> Instalment:
    commitment_id, year, organisation_id = key
    return Instalment(
        alliance_id=alliance.id,
        region_code=alliance.region_code,
        convenant_id=convenant_id,
        commitment_id=commitment_id,
        wording_id=promise.wording_id,
        organisation_id=organisation_id,
        first_organisation_id=organisation_id,
        side=side,
        year=year,
        quantity=promise.quantity,
        due_on=promise.due_on,
        first_due_on=promise.due_on,
    )


def bearers_now(convenant_id: int, wordings: Iterable[CommitmentWording]) -> dict[tuple[int, int], int]:
    """Who bears a commitment today in the place of whom these wordings name: by commitment and whom it names.

    What nobody took over is not in here. Where several did, one after the other, it is who bears what is open.
    """
    promised = dict(_promises(wordings))
    borne = [
        (bool(is_open(row)), year, commitment_id, named, row.organisation_id)
        for (commitment_id, year, named), rows in _carriers(_rows_of(convenant_id), promised).items()
        for row in rows
        # What a predecessor delivered itself says nothing of who bears the promise now.
        if not row.is_waived and (row.organisation_id == named or row.organisation_id != row.first_organisation_id)
    ]
    return {(commitment_id, named): bearer for *_, commitment_id, named, bearer in sorted(borne)}


def _rows_of(convenant_id: int) -> list[Instalment]:
    return list(
        db().scalars(sa.select(Instalment).where(Instalment.convenant_id == convenant_id).order_by(Instalment.id))
    )


def _carriers(rows: Iterable[Instalment], promised: Mapping[Key, Promise]) -> dict[Key, list[Instalment]]:
    """Which instalments carry what is promised: that of the bearer, and what it took over for the same year.

    What the first bearer had delivered before counts for an heir as well, so that nobody owes it twice. The text may
    name any of those who bore it, one after the other.
    """
    rows = list(rows)
    heirs = _heirs_of(rows)
    found: dict[Key, list[Instalment]] = {key: [] for key in promised}
    for row in rows:
        later = heirs.get((row.commitment_id, row.first_organisation_id), ())
        keys = (
            (row.commitment_id, row.year, bearer) for bearer in (row.first_organisation_id, row.organisation_id, *later)
        )
        key = next((key for key in keys if key in promised), None)
        if key is not None:
            found[key].append(row)
    return found


def _heirs_of(rows: Iterable[Instalment]) -> dict[tuple[int, int], list[int]]:
    """Who ever took something over of a commitment, by its id and its first bearer; the last one first."""
    keys = {row.id: (row.commitment_id, row.first_organisation_id) for row in rows}
    found: dict[tuple[int, int], list[int]] = {}
    passed = db().execute(
        sa.select(Inheritance.instalment_id, Inheritance.to_organisation_id)
        .where(Inheritance.instalment_id.in_(keys))
        .order_by(Inheritance.id.desc())
    )
    for instalment_id, heir in passed:
        if heir is not None:
            found.setdefault(keys[instalment_id], []).append(heir)
    return found


def _parts(
    quantity: Decimal,
    carriers: Iterable[Instalment],
    bearer: int,
    said: Mapping[int, _Before],
    until_now: Collection[int],
) -> Iterator[tuple[Instalment, Decimal]]:
    """Which part of a promise each of these instalments carries; what is left over asks for one of its own.

    What was taken over keeps its quantity as far as it goes; more or less than before is the bearer's own, or else part
    of what it took over and did not deliver yet.
    """
    rows = sorted(carriers, key=lambda row: (row.first_organisation_id == bearer, row.delivered_on is None, row.id))
    for place, row in enumerate(rows, start=1):
        takes_the_rest = place == len(rows) and (row.first_organisation_id == bearer or row.delivered_on is None)
        holds = not row.is_waived or said[row.id].version_id in until_now
        part = quantity if takes_the_rest else min(row.quantity if holds else Decimal(0), quantity)
        quantity -= part
        yield row, part


def _said_of(rows: Iterable[Instalment]) -> dict[int, _Before]:
    """What the wording of each instalment said of its year, by the id of the instalment."""
    rows = list(rows)
    planned = db().execute(
        sa.select(
            PlannedInstalment.commitment_wording_id,
            PlannedInstalment.year,
            PlannedInstalment.due_on,
            PlannedInstalment.convenant_version_id,
        ).where(PlannedInstalment.commitment_wording_id.in_({row.wording_id for row in rows}))
    )
    found = {(wording_id, year): _Before(due_on, version_id) for wording_id, year, due_on, version_id in planned}
    return {row.id: found.get((row.wording_id, row.year), _Before()) for row in rows}


def _follow(
    row: Instalment,
    promise: Promise,
    before: _Before,
    until_now: Collection[int],
    because: str,
    told_with: Base,
    actor: Actor,
) -> None:
    stood = (row.quantity, row.due_on, row.is_waived)
    _change(row, promise, before, until_now, because, actor)
    if stood == (row.quantity, row.due_on, row.is_waived):  # only the text in which it stands is another one
        audit.tell_with(row, told_with)


def _change(
    row: Instalment, promise: Promise, before: _Before, until_now: Collection[int], because: str, actor: Actor
) -> None:
    row.wording_id = promise.wording_id
    # What was waived by agreement stays so, unless this version promises something else, or promises it again.
    is_same = (row.quantity, before.due_on) == (promise.quantity, promise.due_on)
    if row.is_waived and is_same and before.version_id in until_now:
        return
    if row.quantity != promise.quantity or promise.due_on not in {before.due_on, row.due_on} or row.is_waived:
        row.was_late = row.was_late or bool(was_ever_late(row, today()))  # a new promise does not undo it
    if row.is_waived:
        row.is_waived, row.waived_on, row.waive_reason = False, None, ""
        audit.record("instalment.taken_up", row, actor=actor, reason=because)
    if row.quantity != promise.quantity:
        counting.recount(row, quantity=promise.quantity)
    # What was extended meanwhile keeps its extension, unless the new version agrees on another day.
    if promise.due_on not in {before.due_on, row.due_on}:
        _move(row, promise.due_on, because, actor)


def _let_bear(row: Instalment, bearer_id: int, side: Side, because: str, actor: Actor) -> None:
    """Let whom a new version names bear what is still open, whoever bore it until now."""
    if row.organisation_id == bearer_id:
        return
    assert actor.user_id is not None  # noqa: S101  # versions come into force by somebody's signature
    former, bearer = (db().get_one(Organisation, number) for number in (row.organisation_id, bearer_id))
    db().add(
        Inheritance(
            alliance_id=row.alliance_id,
            instalment_id=row.id,
            from_organisation_id=former.id,
            to_organisation_id=bearer.id,
            on=today(),
            reason=because,
            decided_by_id=actor.user_id,
            decided_at=now(),
        )
    )
    row.organisation_id, row.side = bearer.id, side
    for follow in BEARER_FOLLOWERS:
        follow(row)
    audit.record("instalment.passed_on", row, actor=actor, reason=because, former=former.name, heir=bearer.name)


def _waive(row: Instalment, reason: str, on: date | None = None) -> None:
    row.is_waived, row.waived_on, row.waive_reason = True, on or today(), reason


def _move(row: Instalment, to: date, reason: str, actor: Actor, *, rested: bool = False) -> None:
    # What fell due while the alliance rested was not late then.
    was_overdue = bool(is_awaited(row)) and row.due_on < today() and not rested
    db().add(
        DueDateChange(
            alliance_id=row.alliance_id,
            instalment_id=row.id,
            old_on=row.due_on,
            new_on=to,
            reason=reason,
            was_overdue=was_overdue,
            changed_by_id=actor.user_id,
            changed_at=now(),
        )
    )
    row.due_on = to
    row.was_late = row.was_late or was_overdue
    audit.record("instalment.moved", row, actor=actor, reason=reason)


def check_not_own(row: Instalment, actor: Actor) -> None:
    """:raise NotAllowed: the actor speaks for the organisation that bears it, and may not let itself off."""
    if not actor.is_system and row.organisation_id in actor.represented_organisations:
        raise NotAllowed(Message("Nobody decides this for their own organisation: another party has to."))


def extend(row: Instalment, to: date, *, reason: str, version: int | None = None, actor: Actor) -> None:
    """Move the due date of an open instalment by agreement; the old one is kept, and late stays late.

    :raise NotAllowed: it is one's own organisation's.
    :raise FieldRefused: the new date is not later, or there is no reason.
    :raise Refused: it is delivered or waived, or the alliance has ended.
    """
    _check(row, version, actor)
    if to <= row.due_on:
        raise FieldRefused("on", Message("Choose a day after %(on)s.", on=row.due_on))
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    _move(row, to, reason, actor)


def waive(row: Instalment, *, reason: str, version: int | None = None, actor: Actor) -> None:
    """Waive what is still open of an instalment, by agreement.

    :raise NotAllowed: it is one's own organisation's.
    :raise FieldRefused: there is no reason.
    :raise Refused: it is delivered or waived, or the alliance has ended.
    """
    _check(row, version, actor)
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    _waive(row, reason)
    audit.record("instalment.waived", row, actor=actor, reason=reason)


def _check(row: Instalment, version: int | None, actor: Actor) -> None:
    policy.require(actor, Permission.COMMITMENT_AGREE, row)
    check_open(db().get_one(Alliance, row.alliance_id))
    lock(row)
    check_version(row, version)
    check_not_own(row, actor)
    if not is_open(row):
        raise Refused(Message("This is delivered or waived already; nothing of it is open."))


def end_open(convenant_id: int, *, on: date, reason: str, actor: Actor) -> None:
    """Waive everything that is still open of a convenant of which `on` was the last day."""
    rows = db().scalars(
        sa.select(Instalment)
        .where(Instalment.convenant_id == convenant_id, is_open(Instalment))
        .options(selectinload(Instalment.wording))
    )
    for row in rows.all():
        _waive(row, reason, on)
        audit.record("instalment.dropped", row, actor=actor, reason=reason)


def shift_open(alliance: Alliance, days: int, *, since: date, reason: str, actor: Actor) -> int:
    """Move what falls due from `since` on by the length of a pause; the number of instalments that moved."""
    if days <= 0:
        return 0
    rows = db().scalars(
        sa.select(Instalment)
        .where(Instalment.alliance_id == alliance.id, is_open(Instalment), Instalment.due_on >= since)
        .order_by(Instalment.id)
    )
    moved = rows.all()
    for row in moved:
        _move(row, row.due_on + timedelta(days=days), reason, actor, rested=True)
    return len(moved)
