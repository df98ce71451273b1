"""Instalments: made from what a version promises when it comes into force, extended, waived, and ended with it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import counting, shares
from alliance_tracker.commitments.models import CommitmentWording, DueDateChange, Instalment, PlannedInstalment, Side
from alliance_tracker.commitments.states import is_open
from alliance_tracker.database import Base, check_version, db, lock, now, today
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

#: Commitment, year, and the organisation that promised it.
Key = tuple[int, int, int]


def materialise(
    convenant_id: int,
    alliance: Alliance,
    wordings: Iterable[CommitmentWording],
    sides: Mapping[int, Side],
    *,
    because: str,
    told_with: Base,
    actor: Actor,
) -> None:
    """Let the instalments of a convenant say what the versions in force promise.

    What is new is added. What changed gets its new quantity and due date, the move kept as a record. What is promised
    no more is waived, for the reason `because`, unless it was delivered. An instalment stays with the heir that it has.
    `wordings` are loaded with bearers and years; `sides` maps each party to its side. New instalments are told in the
    history of `told_with`, the version that brings them.
    """
    before: dict[Key, Instalment] = {
        (row.commitment_id, row.year, row.first_organisation_id): row
        for row in db().scalars(sa.select(Instalment).where(Instalment.convenant_id == convenant_id))
    }
    promised: set[Key] = set()
    for wording in wordings:
        parts_of = {row.organisation_id: row.share for row in wording.bearers}
        for planned in wording.years:
            for organisation_id, quantity in shares.divide(planned.quantity, parts_of, wording.unit).items():
                key = (wording.commitment_id, planned.year, organisation_id)
                promised.add(key)
                if key in before:
                    _follow(before[key], wording.id, quantity, planned.due_on, because, actor)
                else:
                    row = Instalment(
                        alliance_id=alliance.id,
                        region_code=alliance.region_code,
                        convenant_id=convenant_id,
                        commitment_id=wording.commitment_id,
                        wording_id=wording.id,
                        organisation_id=organisation_id,
                        first_organisation_id=organisation_id,
                        side=sides[organisation_id],
                        year=planned.year,
                        quantity=quantity,
                        due_on=planned.due_on,
                        first_due_on=planned.due_on,
                    )
                    db().add(row)
                    audit.tell_with(row, told_with)
    for key, row in before.items():
        if key not in promised and is_open(row):
            _waive(row, because)
            audit.record("instalment.dropped", row, actor=actor, reason=because)
    db().flush()  # the instalments get their ids


def _follow(row: Instalment, wording_id: int, quantity: Decimal, due_on: date, because: str, actor: Actor) -> None:
    planned_before = db().scalar(
        sa.select(PlannedInstalment.due_on).where(
            PlannedInstalment.commitment_wording_id == row.wording_id, PlannedInstalment.year == row.year
        )
    )
    # A text that stays as it was promises nothing anew: what was waived under it stays waived.
    if row.is_waived and row.wording_id != wording_id:
        row.is_waived, row.waived_on, row.waive_reason = False, None, ""
        audit.record("instalment.taken_up", row, actor=actor, reason=because)
    row.wording_id = wording_id
    if row.quantity != quantity:
        counting.recount(row, promised=quantity)
    # What was extended meanwhile keeps its extension, unless the new version agrees on another day.
    if due_on not in {planned_before, row.due_on}:
        _move(row, due_on, because, actor)


def _waive(row: Instalment, reason: str) -> None:
    row.is_waived, row.waived_on, row.waive_reason = True, today(), reason


def _move(row: Instalment, to: date, reason: str, actor: Actor, *, rested: bool = False) -> None:
    # What fell due while the alliance rested was not late then.
    was_overdue = bool(is_open(row)) and row.due_on < today() and not rested
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


def end_open(convenant_id: int, *, reason: str, actor: Actor) -> None:
    """Waive everything that is still open of a convenant that was terminated."""
    rows = db().scalars(
        sa.select(Instalment)
        .where(Instalment.convenant_id == convenant_id, is_open(Instalment))
        .options(selectinload(Instalment.wording))
    )
    for row in rows.all():
        _waive(row, reason)
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
