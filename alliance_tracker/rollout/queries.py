"""Where an alliance is in the rollout, what is missing for its next move, and in which phase each region is."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, PioneerMandate
from alliance_tracker.audit import names_of
from alliance_tracker.database import db
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.regions.models import Region
from alliance_tracker.rollout import gates, places, states
from alliance_tracker.rollout.checks import mandate_of_today
from alliance_tracker.rollout.gates import MissingGate
from alliance_tracker.rollout.models import (
    REGION_CONVERSATION,
    AlliancePhase,
    MilestoneRecord,
    MilestoneStatus,
    Phase,
    PhaseDecision,
    PhaseLetter,
)
from alliance_tracker.rollout.places import Place
from alliance_tracker.rollout.states import MilestoneState

LETTERS = tuple(PhaseLetter)


@dataclass(frozen=True)
class PhaseRow:
    """A phase with its planned period, and the milestones that were asked for."""

    letter: PhaseLetter
    name: InTwoLanguages
    who: InTwoLanguages
    aim: InTwoLanguages
    planned_from: date
    planned_to: date | None
    milestones: tuple[MilestoneState, ...]

    @property
    def passed_gates(self) -> int:
        return sum(1 for state in self.milestones if state.is_gate and not state.is_open)

    @property
    def gates(self) -> int:
        return sum(1 for state in self.milestones if state.is_gate)

    @property
    def reached(self) -> int:
        return sum(1 for state in self.milestones if not state.is_open)


@dataclass(frozen=True)
class Decision:
    """A decision on the phase, as it was taken."""

    source: PhaseLetter
    target: PhaseLetter
    on: date
    who: str
    reason: str
    in_spite: bool
    missing: tuple[MissingGate, ...]

    @property
    def is_back(self) -> bool:
        return self.target < self.source


@dataclass(frozen=True)
class PhasesView:
    """One alliance in the rollout. `since` is empty for an initiative: nothing was accepted yet."""

    phase: PhaseLetter
    since: date | None
    phases: tuple[PhaseRow, ...]
    #: Newest first.
    decisions: tuple[Decision, ...]
    #: The gates that are missing in the phase it is in.
    missing: tuple[MissingGate, ...]

    @property
    def gates_to_pass(self) -> tuple[MilestoneState, ...]:
        """The milestones of `missing`, in the same order."""
        (here,) = (row for row in self.phases if row.letter is self.phase)
        return tuple(state for state in here.milestones if state.is_gate and state.is_open)

    @property
    def following(self) -> PhaseLetter | None:
        """The phase after the one it is in."""
        after = LETTERS[LETTERS.index(self.phase) + 1 :]
        return after[0] if after else None

    @property
    def previous(self) -> PhaseLetter | None:
        before = LETTERS[: LETTERS.index(self.phase)]
        return before[-1] if before else None


def phase_of(alliance_id: int) -> PhaseLetter:
    """The phase that this alliance is in; A until somebody decided otherwise."""
    found = db().scalar(sa.select(AlliancePhase.phase).where(AlliancePhase.alliance_id == alliance_id))
    return found or PhaseLetter.A


def phases_of(alliance: Alliance) -> PhasesView:
    """All that the rollout page of an alliance shows, in a constant number of statements."""
    row = db().scalar(sa.select(AlliancePhase).where(AlliancePhase.alliance_id == alliance.id))
    phase, since = (row.phase, row.since) if row else (PhaseLetter.A, alliance.founded_on)
    found = states.at(places.concerning(alliance))
    return PhasesView(phase, since, phase_rows(found), _decisions(alliance.id), gates.missing(found, phase))


def phase_rows(found: list[MilestoneState]) -> tuple[PhaseRow, ...]:
    """The three phases, each with its milestones among `found`."""
    return tuple(
        PhaseRow(
            letter=phase.letter,
            name=InTwoLanguages(phase.name_nl, phase.name_en),
            who=InTwoLanguages(phase.who_nl, phase.who_en),
            aim=InTwoLanguages(phase.aim_nl, phase.aim_en),
            planned_from=phase.planned_from,
            planned_to=phase.planned_to,
            milestones=tuple(state for state in found if state.phase is phase.letter),
        )
        for phase in db().scalars(sa.select(Phase).order_by(Phase.letter))
    )


def _decisions(alliance_id: int) -> tuple[Decision, ...]:
    rows = (
        db()
        .scalars(
            sa.select(PhaseDecision).where(PhaseDecision.alliance_id == alliance_id).order_by(PhaseDecision.id.desc())
        )
        .all()
    )
    names = names_of({row.decided_by_id for row in rows})
    return tuple(
        Decision(
            source=row.source,
            target=row.target,
            on=row.on,
            who=names.get(row.decided_by_id or 0, ""),
            reason=row.reason,
            in_spite=row.in_spite,
            missing=gates.kept(row.missing),
        )
        for row in rows
    )


# Regions -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegionPhase:
    """The phase of a region, and why."""

    letter: PhaseLetter
    reason: Message
    #: The day on which the conversation of phase B was held with the region.
    held_on: date | None = None


def region_phases() -> dict[str, RegionPhase]:
    """The phase of every region, also where nothing happens yet; one statement.

    C when its pioneer of today is in C, B once its conversation is held or its pioneer is in B, A otherwise.
    """
    rows = db().execute(_region_facts())
    return {
        code: region_phase(held_on, phase, has_pioneer=mandate is not None) for code, held_on, mandate, phase in rows
    }


def _region_facts() -> sa.Select[str, date | None, int | None, PhaseLetter | None]:
    held = sa.and_(
        MilestoneRecord.scope == Region.code,
        MilestoneRecord.milestone_key == REGION_CONVERSATION,
        MilestoneRecord.status == MilestoneStatus.DONE,
    )
    return (
        sa.select(Region.code, MilestoneRecord.done_on, PioneerMandate.id, AlliancePhase.phase)
        .outerjoin(MilestoneRecord, held)
        .outerjoin(PioneerMandate, sa.and_(PioneerMandate.region_code == Region.code, mandate_of_today()))
        .outerjoin(AlliancePhase, AlliancePhase.alliance_id == PioneerMandate.alliance_id)
        .order_by(Region.code)
    )


def region_phase(held_on: date | None, pioneer_phase: PhaseLetter | None, *, has_pioneer: bool) -> RegionPhase:
    """The rule, for one region: the day of its conversation if held, and the phase of its pioneer if any."""
    if has_pioneer and pioneer_phase is PhaseLetter.C:
        return RegionPhase(PhaseLetter.C, Message("The pioneer alliance of this region is in phase C."), held_on)
    if has_pioneer and pioneer_phase is PhaseLetter.B:
        return RegionPhase(PhaseLetter.B, Message("The pioneer alliance of this region is in phase B."), held_on)
    if held_on is not None:
        held = Message("The conversation with the region was held on %(on)s.", on=held_on)
        return RegionPhase(PhaseLetter.B, held, held_on)
    if has_pioneer:
        return RegionPhase(
            PhaseLetter.A,
            Message("No conversation with the region yet; its pioneer alliance is in phase A."),
        )
    return RegionPhase(
        PhaseLetter.A,
        Message("No conversation with the region yet, and no pioneer alliance."),
    )


@dataclass(frozen=True)
class RegionRollout:
    """One region in the rollout: its phase, its milestones, and those of its centre cities."""

    phase: RegionPhase
    place: Place
    milestones: tuple[MilestoneState, ...]
    cities: tuple[MilestoneState, ...]


def rollout_of(region: Region) -> RegionRollout:
    """All that the rollout panel of a region shows."""
    facts = db().execute(_region_facts().where(Region.code == region.code)).one()
    found = states.at(places.in_region(region.code))
    own = places.of_region(region)
    return RegionRollout(
        phase=region_phase(facts[1], facts[3], has_pioneer=facts[2] is not None),
        place=own,
        milestones=tuple(state for state in found if state.place == own),
        cities=tuple(state for state in found if state.place != own),
    )
