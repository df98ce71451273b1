"""The programme for Flanders: phases, Flemish milestones, preconditions, conversations with all regions and cities."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances.models import PioneerMandate
from alliance_tracker.database import db, today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.learning.queries import per_precondition
from alliance_tracker.regions.models import Municipality, Region
from alliance_tracker.rollout import places, states
from alliance_tracker.rollout.checks import mandate_of_today
from alliance_tracker.rollout.models import (
    CENTRE_CITY_CONVERSATION,
    CONVERSATIONS,
    REGION_CONVERSATION,
    ActionStatus,
    Milestone,
    MilestoneRecord,
    MilestoneStatus,
    Precondition,
    PreconditionAction,
)
from alliance_tracker.rollout.queries import PhaseRow, phase_rows
from alliance_tracker.rollout.states import MilestoneState


@dataclass(frozen=True)
class RegionConversations:
    """The conversation with one region, and those with its centre cities: none, one or two."""

    code: str
    region: MilestoneState
    cities: tuple[MilestoneState, ...]

    @property
    def all(self) -> tuple[MilestoneState, ...]:
        return (self.region, *self.cities)


@dataclass(frozen=True)
class Tally:
    """How many of the expected are there."""

    reached: int
    expected: int


def conversations() -> list[RegionConversations]:
    """Every one of the 15 regions and 13 centre cities with its conversation, held or not; four statements."""
    kinds = {
        milestone.key: milestone
        for milestone in db().scalars(sa.select(Milestone).where(Milestone.key.in_(CONVERSATIONS)))
    }
    records = {
        (row.milestone_key, row.scope): row
        for row in db().scalars(sa.select(MilestoneRecord).where(MilestoneRecord.milestone_key.in_(CONVERSATIONS)))
    }
    regions = [places.of_region(region) for region in db().scalars(sa.select(Region).order_by(Region.name))]
    cities = [
        places.of_city(nis_code, name, code)
        for nis_code, name, code in db().execute(
            sa.select(Municipality.nis_code, Municipality.name, Municipality.region_code)
            .where(places.IS_CENTRE_CITY)
            .order_by(Municipality.name_folded)
        )
    ]

    def state(key: str, place: places.Place) -> MilestoneState:
        return states.state_of(kinds[key], place, records.get((key, place.scope)), None)

    return [
        RegionConversations(
            code=region.scope,
            region=state(REGION_CONVERSATION, region),
            cities=tuple(state(CENTRE_CITY_CONVERSATION, city) for city in cities if city.region_code == region.scope),
        )
        for region in regions
    ]


def held(found: list[MilestoneState]) -> Tally:
    """How many of these were held; one that does not apply is still one of the expected."""
    return Tally(sum(1 for state in found if state.status is MilestoneStatus.DONE), len(found))


@dataclass(frozen=True)
class ActionRow:
    """What is done about a precondition."""

    key: str
    name: InTwoLanguages
    status: ActionStatus
    owner: str
    due_on: date | None
    done_on: date | None
    note: str
    reason: str

    @property
    def is_overdue(self) -> bool:
        """Due before today and neither done nor dropped; the due day itself still counts in full."""
        is_open = self.status in {ActionStatus.NOT_STARTED, ActionStatus.UNDER_WAY}
        return is_open and self.due_on is not None and self.due_on < today()


@dataclass(frozen=True)
class PreconditionRow:
    key: str
    name: InTwoLanguages
    actions: tuple[ActionRow, ...]
    #: How many signals of alliances are about it.
    signals: int


@dataclass(frozen=True)
class ProgrammeView:
    """The programme page."""

    phases: tuple[PhaseRow, ...]
    preconditions: tuple[PreconditionRow, ...]
    region_conversations: Tally
    city_conversations: Tally
    pioneers: Tally
    milestones: Tally
    actions: Tally


def programme() -> ProgrammeView:
    """All that the programme page shows, in a constant number of statements."""
    flemish = states.at([places.FLANDERS])
    talks = conversations()
    preconditions = _preconditions()
    actions = [action for row in preconditions for action in row.actions if action.status is not ActionStatus.DROPPED]
    with_pioneer = db().scalar(
        sa.select(sa.func.count(PioneerMandate.region_code.distinct())).where(mandate_of_today())
    )
    return ProgrammeView(
        phases=phase_rows(flemish),
        preconditions=preconditions,
        region_conversations=held([row.region for row in talks]),
        city_conversations=held([city for row in talks for city in row.cities]),
        pioneers=Tally(with_pioneer or 0, len(talks)),
        milestones=held([state for state in flemish if state.status is not MilestoneStatus.NOT_APPLICABLE]),
        actions=Tally(sum(1 for action in actions if action.status is ActionStatus.DONE), len(actions)),
    )


def _preconditions() -> tuple[PreconditionRow, ...]:
    actions: dict[str, list[ActionRow]] = {}
    for row in db().scalars(sa.select(PreconditionAction).order_by(PreconditionAction.position)):
        actions.setdefault(row.precondition_key, []).append(action_row(row))
    signals = per_precondition()
    return tuple(
        PreconditionRow(
            row.key,
            InTwoLanguages(row.name_nl, row.name_en),
            tuple(actions.get(row.key, ())),
            signals.get(row.key, 0),
        )
        for row in db().scalars(sa.select(Precondition).order_by(Precondition.position))
    )


def action_row(row: PreconditionAction) -> ActionRow:
    return ActionRow(
        key=row.key,
        name=InTwoLanguages(row.name_nl, row.name_en),
        status=row.status,
        owner=row.owner,
        due_on=row.due_on,
        done_on=row.done_on,
        note=row.note,
        reason=row.reason,
    )


def action_by_key(key: str) -> PreconditionAction:
    """:raise NotFound: there is no such action."""
    row = db().scalar(sa.select(PreconditionAction).where(PreconditionAction.key == key))
    if row is None:
        raise NotFound(Message("There is nothing at this address."))
    return row
