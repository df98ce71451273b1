"""Carrying a pilot through its life: starting, finishing with an evaluation, and what that decides."""

from dataclasses import dataclass
from datetime import date

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, lock, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.pilots.lifecycle import PILOT
from alliance_tracker.pilots.models import Pilot, PilotDecision, PilotEvaluation
from alliance_tracker.policy import Actor, Permission

#: Moves that need nothing but a reason, or nothing at all.
PLAIN_MOVES = frozenset(PILOT.transitions) - {"begin", "finish"}


@dataclass(frozen=True)
class Evaluation:
    """What was found on the day `on`, and what that decides."""

    findings: str
    decision: PilotDecision
    on: date


def begin(pilot: Pilot, *, on: date, version: int | None = None, actor: Actor) -> None:
    """Start a planned pilot; one that ran before keeps its first day.

    :raise TransitionRefused: nobody takes part, or it is not planned.
    :raise FieldRefused: the day lies in the future.
    """
    _check(pilot, version, actor)
    _check_day(on)
    # The database asks for the day together with the status.
    pilot.started_on = pilot.started_on or on
    PILOT.apply(pilot, "begin", actor=actor, on=on)


def finish(pilot: Pilot, evaluation: Evaluation, *, version: int | None = None, actor: Actor) -> PilotEvaluation:
    """Finish a running pilot together with its evaluation: there is no one without the other.

    :raise TransitionRefused: it is not running.
    :raise FieldRefused: no findings, or a day before it started or in the future.
    """
    _check(pilot, version, actor)
    _check_day(evaluation.on, after=pilot.started_on)
    pilot.finished_on = evaluation.on
    PILOT.apply(pilot, "finish", actor=actor, on=evaluation.on)
    return _keep(pilot, evaluation, actor)


def evaluate(pilot: Pilot, evaluation: Evaluation, *, version: int | None = None, actor: Actor) -> PilotEvaluation:
    """Evaluate a finished pilot again; the earlier evaluations stay, and the newest one decides.

    :raise Refused: it is not finished, or no longer.
    """
    _check(pilot, version, actor)
    if not pilot.awaits_its_sequel:
        raise Refused(Message("This is not possible any more: the state is now “%(state)s”.", state=pilot.status.label))
    _check_day(evaluation.on, after=pilot.finished_on)
    return _keep(pilot, evaluation, actor)


def _keep(pilot: Pilot, evaluation: Evaluation, actor: Actor) -> PilotEvaluation:
    if not evaluation.findings:
        raise FieldRefused("findings", Message("Say what was found."))
    assert actor.user_id is not None  # noqa: S101  # an evaluation has an author
    row = PilotEvaluation(
        pilot_id=pilot.id,
        alliance_id=pilot.alliance_id,
        on=evaluation.on,
        findings=evaluation.findings,
        decision=evaluation.decision,
        evaluated_by_id=actor.user_id,
        evaluated_at=now(),
    )
    pilot.evaluations.append(row)
    db().flush()  # gives the evaluation its id
    audit.record("pilot_evaluation.made", row, actor=actor, name=pilot.name)
    return row


def move(pilot: Pilot, name: str, *, reason: str = "", version: int | None = None, actor: Actor) -> None:
    """Carry out one of the plain moves: scale up, run again, stop, plan again, resume.

    :raise TransitionRefused: it is not possible from this state, or the evaluation decides otherwise.
    """
    _check(pilot, version, actor)
    if name not in PLAIN_MOVES:
        raise ValueError(name)
    PILOT.apply(pilot, name, actor=actor, reason=reason)
    if pilot.status is PILOT.transitions["begin"].target:
        # It runs again: the day on which it was finished before is told by its evaluation.
        pilot.finished_on = None


def _check(pilot: Pilot, version: int | None, actor: Actor) -> None:
    policy.require(actor, Permission.PILOT_EDIT, pilot)
    check_open(db().get_one(Alliance, pilot.alliance_id))
    lock(pilot)  # its evaluation and its status are decided together
    check_version(pilot, version)


def _check_day(on: date, after: date | None = None) -> None:
    if on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))
    if after is not None and on < after:
        raise FieldRefused("on", Message("Choose a day between %(since)s and today.", since=after))
