"""Recording how a milestone stands for Flanders, a region, a centre city or an alliance; in any phase."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, lock, today
from alliance_tracker.errors import FieldRefused, NotFound, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.rollout.checks import CHECKS
from alliance_tracker.rollout.lifecycle import MILESTONE, move
from alliance_tracker.rollout.models import CONVERSATIONS, Milestone, MilestoneRecord, MilestoneStatus
from alliance_tracker.rollout.places import Place
from alliance_tracker.rollout.states import concerns


def by_key(key: str) -> Milestone:
    """:raise NotFound: there is no such milestone."""
    milestone = db().get(Milestone, key)
    if milestone is None:
        raise NotFound(Message("There is nothing at this address."))
    return milestone


def record(
    milestone: Milestone,
    place: Place,
    *,
    actor: Actor,
    status: MilestoneStatus | None = None,
    done_on: date | None = None,
    expected_on: date | None = None,
    responsible: str = "",
    note: str = "",
    reason: str = "",
    participants: str = "",
    next_step: str = "",
    version: int | None = None,
) -> MilestoneRecord:
    """Record how `milestone` stands at `place`; without `status` that stays as it is.

    `reason` is asked when it does not apply, and when it goes back to not done. `version` is 0 where the form was drawn
    before there was a record. `participants` and `next_step` are kept for conversations only.

    :raise NotAllowed: an alliance's milestones are its coordinator's, the others the project manager's.
    :raise EditConflict: somebody else recorded it meanwhile.
    :raise FieldRefused: done without its date or in the future, or a reason is missing.
    :raise Refused: it does not concern this place, follows from other records, or the alliance has ended.
    """
    policy.require(actor, Permission.MILESTONE_RECORD, place)
    if not concerns(milestone, place):
        raise Refused(Message("This milestone is not asked here."))
    if place.alliance_id is not None:
        check_open(db().get_one(Alliance, place.alliance_id))
    lock(milestone)  # two first records made at the same moment come one after the other
    row = _row(milestone, place)
    before = row.status if row else MilestoneStatus.NOT_DONE
    status = status or before
    if row is not None:
        check_version(row, version)
    if milestone.check in CHECKS and status is not before:
        raise Refused(Message("Nobody records this milestone: it follows from other records."))
    reason = _reason(status, before, reason, row)
    row = row or _first(milestone, place, actor)
    row.done_on = _done_on(status, done_on)
    row.expected_on, row.responsible, row.note, row.reason = expected_on, responsible, note, reason
    if milestone.key in CONVERSATIONS:
        row.participants, row.next_step = participants, next_step
    named: dict[str, Any] = {"place": place.name} if place.scope else {}
    transition = move(MILESTONE, before, status)
    if transition is None:
        audit.record("milestone_record.recorded", row, actor=actor, **named)
    else:
        MILESTONE.apply(row, transition.name, actor=actor, reason=reason, on=row.done_on, facts=named)
    return row


def _row(milestone: Milestone, place: Place) -> MilestoneRecord | None:
    return db().scalar(
        sa.select(MilestoneRecord)
        .where(MilestoneRecord.milestone_key == milestone.key, MilestoneRecord.scope == place.scope)
        .execution_options(populate_existing=True)
    )


def _first(milestone: Milestone, place: Place, actor: Actor) -> MilestoneRecord:
    row = MilestoneRecord(
        milestone_key=milestone.key,
        scope=place.scope,
        region_code=place.region_code,
        alliance_id=place.alliance_id,
        status=MILESTONE.initial,
    )
    db().add(row)
    db().flush()  # gives the record its id
    MILESTONE.begin(row, actor=actor)
    return row


def _done_on(status: MilestoneStatus, done_on: date | None) -> date | None:
    if status is not MilestoneStatus.DONE:
        return None
    if done_on is None:
        raise FieldRefused("done_on", Message("Give the date on which it was done."))
    if done_on > today():
        raise FieldRefused("done_on", Message("This date lies in the future. Choose today or an earlier date."))
    return done_on


def _reason(status: MilestoneStatus, before: MilestoneStatus, reason: str, row: MilestoneRecord | None) -> str:
    reason = reason.strip()
    transition = move(MILESTONE, before, status)
    if not reason and (status is MilestoneStatus.NOT_APPLICABLE or (transition and transition.needs_reason)):
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    if status is MilestoneStatus.DONE:
        return ""
    return reason or (row.reason if row else "")


def shift_expected(alliance: Alliance, days: int, *, actor: Actor) -> int:
    """Move what this alliance still expects to reach by the length of a pause. Returns how many dates moved."""
    policy.require(actor, Permission.MILESTONE_RECORD, alliance)
    if days <= 0:
        return 0
    rows = (
        db()
        .scalars(
            sa.select(MilestoneRecord)
            .where(
                MilestoneRecord.alliance_id == alliance.id,
                MilestoneRecord.status == MilestoneStatus.NOT_DONE,
                MilestoneRecord.expected_on.is_not(None),
            )
            .order_by(MilestoneRecord.id)
        )
        .all()
    )
    for row in rows:
        if row.expected_on is not None:
            row.expected_on += timedelta(days=days)
            audit.record("milestone_record.shifted", row, actor=actor, days=days)
    return len(rows)
