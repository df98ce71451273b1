"""The project manager's decision to move an alliance to another rollout phase, and back.

Steps and phases are two axes: neither is looked at when the other moves.
"""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.database import db, lock, today
from alliance_tracker.errors import FieldRefused, Refused, TransitionRefused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.rollout.gates import MissingGate, missing_for
from alliance_tracker.rollout.lifecycle import PHASE, move
from alliance_tracker.rollout.models import AlliancePhase, PhaseDecision, PhaseLetter
from alliance_tracker.workflow import Transition


def decide(
    alliance: Alliance,
    target: PhaseLetter,
    *,
    on: date,
    actor: Actor,
    reason: str = "",
    in_spite: bool = False,
    seen: Collection[str] | None = None,
) -> PhaseDecision:
    """Move `alliance` to `target`, counted from `on`; `in_spite` of the gates that are missing, with a reason.

    `seen` are the ids of the missing gates that were shown before deciding; another one stops the decision.

    :raise NotAllowed: only the project manager decides.
    :raise Refused: the alliance is not active, or `target` is not the phase before or after its own.
    :raise FieldRefused: the day lies in the future or before the last decision, or a reason is missing.
    :raise TransitionRefused: gates are missing; each is named.
    """
    policy.require(actor, Permission.PHASE_DECIDE, alliance)
    lock(alliance)  # two decisions at the same moment come one after the other
    if alliance.status is not AllianceStatus.ACTIVE:
        raise Refused(Message("Only an active alliance moves to another phase."))
    row = db().scalar(sa.select(AlliancePhase).where(AlliancePhase.alliance_id == alliance.id))
    source, since = (row.phase, row.since) if row else (PHASE.initial, alliance.founded_on or on)
    transition = _transition(source, target)
    _check_day(on, since)
    reason = reason.strip()
    if transition.needs_reason and not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    missing = () if transition.needs_reason else missing_for(alliance, source)
    _check_gates(missing, reason, in_spite=in_spite, seen=seen)
    decision = PhaseDecision(
        alliance_id=alliance.id,
        source=source,
        target=target,
        on=on,
        decided_by_id=actor.user_id,
        reason=reason,
        in_spite=bool(missing),
        missing=[gate.as_kept() for gate in missing],
    )
    row = row or _first(alliance, since, actor)
    PHASE.apply(row, transition.name, actor=actor, reason=reason, on=on)
    row.since = on
    db().add(decision)
    db().flush()  # gives the decision its id
    audit.tell_with(decision, row)
    return decision


def _transition(source: PhaseLetter, target: PhaseLetter) -> Transition[PhaseLetter]:
    if source is target:
        raise Refused(Message("The alliance is in this phase already."))
    transition = move(PHASE, source, target)
    if transition is None:
        raise Refused(Message("An alliance moves one phase at a time."))
    return transition


def _check_day(on: date, since: date) -> None:
    if on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))
    if on < since:
        raise FieldRefused(
            "on", Message("The alliance is in its present phase since %(on)s; choose a later date.", on=since)
        )


def _check_gates(
    missing: tuple[MissingGate, ...], reason: str, *, in_spite: bool, seen: Collection[str] | None
) -> None:
    if not missing:
        return
    if not in_spite:
        raise TransitionRefused(
            Message("Gates of this phase are missing. Decide in spite of them with a reason, or record them first."),
            [gate.sentence for gate in missing],
        )
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    unseen = [gate for gate in missing if seen is not None and gate.id not in seen]
    if unseen:
        raise TransitionRefused(
            Message("Meanwhile another gate is missing. Look at it, then decide."), [gate.sentence for gate in unseen]
        )


def _first(alliance: Alliance, since: date, actor: Actor) -> AlliancePhase:
    row = AlliancePhase(alliance_id=alliance.id, phase=PHASE.initial, since=since)
    db().add(row)
    db().flush()  # gives the row its id
    PHASE.begin(row, actor=actor, on=since)
    return row
