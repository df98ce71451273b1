"""Instalments: made from what a version promises when it comes into force, extended, waived, and ended with it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import counting, shares
from alliance_tracker.commitments.models import CommitmentWording, DueDateChange, Instalment, PlannedInstalment, Side
from alliance_tracker.commitments.states import is_awaited, is_open, was_ever_late
from alliance_tracker.database import Base, check_version, db, lock, now, today
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

#: Commitment, year, and the organisation that promised it.
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Promise:
    """What a version in force promises of a commitment for one year, by one bearer."""

    wording_id: int
    quantity: Decimal
    due_on: date


def materialise(
    convenant_id: int,
    alliance: Alliance,
    wordings: Iterable[CommitmentWording],
    sides: Mapping[int, Side],
    *,
    until_now: Collection[int],
    because: str,
    told_with: Base,
    actor: Actor,
) -> None:
    """Let the instalments of a convenant say what the versions in force promise.

    What is new is added. What changed gets its new quantity and due date, the move kept as a record. What is promised
    no more is waived, for the reason `because`, unless it was delivered. An instalment stays with the heir that it has,
    also where the version names that heir as the bearer. `wordings` are loaded with bearers and years; `sides` maps
    each party to its side; `until_now` are the versions that were in force up to this moment. New instalments are told
    in the history of `told_with`, the version that brings them.
    """
    before: dict[Key, Instalment] = {
        (row.commitment_id, row.year, row.first_organisation_id): row
        for row in db().scalars(sa.select(Instalment).where(Instalment.convenant_id == convenant_id))
    }
    promised = dict(_promises(wordings))
    for key, row in before.items():
        if key not in promised and (heir := _key_of_heir(row, before, promised)) is not None:
            before = {other: each for other, each in before.items() if other != key} | {heir: row}
    for row in before.values():
        row.side = sides.get(row.organisation_id, row.side)
    for key, promise in promised.items():
        if key in before:
            _follow(before[key], promise, until_now, because, told_with, actor)
            continue
        row = _new(convenant_id, alliance, key, promise, sides[key[2]])
        db().add(row)
        audit.tell_with(row, told_with)
    for key, row in before.items():
        if key not in promised and is_open(row):
            _waive(row, because)
            audit.record("instalment.dropped", row, actor=actor, reason=because)
    db().flush()  # the instalments get their ids


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


def _key_of_heir(row: Instalment, before: Mapping[Key, Instalment], promised: Mapping[Key, Promise]) -> Key | None:
    """What is promised now by whoever took this commitment over from its first bearer; None when it is nobody, or
    when the heir has an instalment of its own in that year.

    What the first bearer had delivered before counts for an heir as well, so that nobody owes it twice.
    """
    heirs = {
        each.organisation_id
        for each in before.values()
        if (each.commitment_id, each.first_organisation_id) == (row.commitment_id, row.first_organisation_id)
    } - {row.first_organisation_id}
    keys = [(row.commitment_id, row.year, heir) for heir in sorted(heirs)]
    return next((key for key in keys if key in promised and key not in before), None)


def _follow(
    row: Instalment, promise: Promise, until_now: Collection[int], because: str, told_with: Base, actor: Actor
) -> None:
    stood = (row.quantity, row.due_on, row.is_waived)
    _change(row, promise, until_now, because, actor)
    if stood == (row.quantity, row.due_on, row.is_waived):  # only the text in which it stands is another one
        audit.tell_with(row, told_with)


def _change(row: Instalment, promise: Promise, until_now: Collection[int], because: str, actor: Actor) -> None:
    planned = db().execute(
        sa.select(PlannedInstalment.due_on, PlannedInstalment.convenant_version_id).where(
            PlannedInstalment.commitment_wording_id == row.wording_id, PlannedInstalment.year == row.year
        )
    )
    due_before, version_before = planned.one_or_none() or (None, None)
    row.wording_id = promise.wording_id
    # What was waived by agreement stays so, unless this version promises something else, or promises it again.
    same = version_before in until_now and (row.quantity, due_before) == (promise.quantity, promise.due_on)
    if row.is_waived and same:
        return
    if row.quantity != promise.quantity or promise.due_on not in {due_before, row.due_on} or row.is_waived:
        row.was_late = row.was_late or bool(was_ever_late(row, today()))  # a new promise does not undo it
    if row.is_waived:
        row.is_waived, row.waived_on, row.waive_reason = False, None, ""
        audit.record("instalment.taken_up", row, actor=actor, reason=because)
    if row.quantity != promise.quantity:
        counting.recount(row, quantity=promise.quantity)
    # What was extended meanwhile keeps its extension, unless the new version agrees on another day.
    if promise.due_on not in {due_before, row.due_on}:
        _move(row, promise.due_on, because, actor)


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
