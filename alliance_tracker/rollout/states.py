"""How each milestone stands at a place: recorded, computed, or not done because nobody recorded it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.database import db, today
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.rollout.checks import CHECKS, Finding
from alliance_tracker.rollout.models import (
    CONVERSATIONS,
    Milestone,
    MilestoneRecord,
    MilestoneStatus,
    PhaseLetter,
)
from alliance_tracker.rollout.places import Place

#: What lets an alliance through a gate.
PASSES = frozenset({MilestoneStatus.DONE, MilestoneStatus.NOT_APPLICABLE})


@dataclass(frozen=True)
class MilestoneState:
    """One milestone at one place."""

    key: str
    phase: PhaseLetter
    name: InTwoLanguages
    place: Place
    is_gate: bool
    status: MilestoneStatus
    done_on: date | None
    #: As recorded, else the date that the reference data name.
    expected_on: date | None
    is_overdue: bool
    responsible: str
    note: str
    reason: str
    participants: str
    next_step: str
    #: Nobody records its status: it follows from other records.
    is_computed: bool
    #: Why it is computed so; nothing of what a person judges.
    why: Message | None
    #: Of its record; 0 while there is none.
    version: int
    record_id: int | None

    @property
    def is_open(self) -> bool:
        return self.status not in PASSES

    @property
    def is_conversation(self) -> bool:
        return self.key in CONVERSATIONS


def is_overdue(expected_on: date | None, status: MilestoneStatus) -> bool:
    """Expected before today and not reached; the expected day itself still counts in full (Brussels)."""
    return status is MilestoneStatus.NOT_DONE and expected_on is not None and expected_on < today()


def at(
    places: Collection[Place], *, phase: PhaseLetter | None = None, gates_only: bool = False, key: str | None = None
) -> list[MilestoneState]:
    """The milestones that are asked of these places, by phase, in their order, then by place.

    Two statements, and one for each kind of computed milestone among them.
    """
    wanted = sa.select(Milestone).where(Milestone.level.in_({place.level for place in places}))
    if phase is not None:
        wanted = wanted.where(Milestone.phase == phase)
    if gates_only:
        wanted = wanted.where(Milestone.is_gate)
    if key is not None:
        wanted = wanted.where(Milestone.key == key)
    pairs = [
        (milestone, place)
        for milestone in db().scalars(wanted.order_by(Milestone.phase, Milestone.position))
        for place in places
        if concerns(milestone, place)
    ]
    records = _records(pairs)
    findings = _findings(pairs)
    return [
        state_of(
            milestone, place, records.get((milestone.key, place.scope)), findings.get((milestone.key, place.scope))
        )
        for milestone, place in pairs
    ]


def concerns(milestone: Milestone, place: Place) -> bool:
    """Whether the milestone is asked of this place: one of the trial only of alliances that take part in it."""
    return milestone.level is place.level and (place.is_trial or not milestone.trial_only)


def _records(pairs: Iterable[tuple[Milestone, Place]]) -> dict[tuple[str, str], MilestoneRecord]:
    keys = {milestone.key for milestone, _ in pairs}
    scopes = {place.scope for _, place in pairs}
    rows = db().scalars(
        sa.select(MilestoneRecord).where(MilestoneRecord.milestone_key.in_(keys), MilestoneRecord.scope.in_(scopes))
    )
    return {(row.milestone_key, row.scope): row for row in rows}


def _findings(pairs: Iterable[tuple[Milestone, Place]]) -> dict[tuple[str, str], Finding]:
    found = {}
    for key, check in {(milestone.key, milestone.check) for milestone, _ in pairs if milestone.check in CHECKS}:
        scopes = [place.scope for milestone, place in pairs if milestone.key == key]
        for scope, finding in CHECKS[check or ""](scopes).items():
            found[key, scope] = finding
    return found


def state_of(
    milestone: Milestone, place: Place, record: MilestoneRecord | None, finding: Finding | None
) -> MilestoneState:
    """How one milestone stands: what is computed goes before what was recorded."""
    status = record.status if record else MilestoneStatus.NOT_DONE
    done_on = record.done_on if record else None
    why: Message | None = None
    if finding is not None:
        done_on, why = finding.since, finding.why
        status = MilestoneStatus.DONE if finding.since else MilestoneStatus.NOT_DONE
    expected_on = (record.expected_on if record else None) or milestone.due_on
    return MilestoneState(
        key=milestone.key,
        phase=milestone.phase,
        name=InTwoLanguages(milestone.name_nl, milestone.name_en),
        place=place,
        is_gate=milestone.is_gate,
        status=status,
        done_on=done_on,
        expected_on=expected_on,
        is_overdue=is_overdue(expected_on, status),
        responsible=record.responsible if record else "",
        note=record.note if record else "",
        reason=record.reason if record else "",
        participants=record.participants if record else "",
        next_step=record.next_step if record else "",
        is_computed=milestone.check in CHECKS,
        why=why,
        version=record.version if record else 0,
        record_id=record.id if record else None,
    )
