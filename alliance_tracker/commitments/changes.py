"""What the page of one instalment tells besides its deliveries: who reads it, what it serves, how its date moved."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker import policy
from alliance_tracker.commitments.models import Delivery, DueDateChange, Inheritance, Instalment
from alliance_tracker.commitments.voices import Speaker, speaker
from alliance_tracker.database import db
from alliance_tracker.goals.models import Goal
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor, Permission

#: Convenants are a layer up; only these columns are needed here.
_convenant = sa.table("convenant", sa.column("id", sa.Integer), sa.column("title", sa.String))


@dataclass(frozen=True)
class Facts:
    """What belongs to an instalment by name."""

    convenant: str
    goal_id: int | None
    goal: str
    coordinator: str


@dataclass(frozen=True)
class Inherited:
    """A change of bearer."""

    on: date
    giver: str
    heir: str
    reason: str


def speaker_of(instalment: Instalment, actor: Actor) -> Speaker:
    """Who this person is, asked about the deliveries of an instalment."""
    deliverers = db().scalars(
        sa.select(Delivery.organisation_id).where(Delivery.instalment_id == instalment.id).distinct()
    )
    return speaker(instalment.alliance_id, actor, about={instalment.organisation_id, *deliverers})


def may_agree(instalment: Instalment, actor: Actor) -> bool:
    """Whether this person may move its date or waive it: not for their own organisation."""
    return (
        policy.allows(actor, Permission.COMMITMENT_AGREE, instalment)
        and instalment.organisation_id not in actor.represented_organisations
    )


def facts_of(instalment: Instalment) -> Facts:
    """The names around an instalment, read at once."""
    wording = instalment.wording
    row = db().execute(
        sa.select(
            sa.select(_convenant.c.title).where(_convenant.c.id == instalment.convenant_id).scalar_subquery(),
            sa.select(Goal.title).where(Goal.id == wording.goal_id).scalar_subquery(),
            sa.select(Organisation.name).where(Organisation.id == wording.coordinator_id).scalar_subquery(),
        )
    )
    title, goal, coordinator = row.one()
    return Facts(title or "", wording.goal_id, goal or "", coordinator or "")


def moves_of(instalment_id: int) -> list[DueDateChange]:
    """How its due date moved, the oldest first."""
    rows = sa.select(DueDateChange).where(DueDateChange.instalment_id == instalment_id).order_by(DueDateChange.id)
    return list(db().scalars(rows))


def inheritances_of(instalment_id: int) -> list[Inherited]:
    """Who bore it before, the oldest change first."""
    giver, heir = aliased(Organisation), aliased(Organisation)
    rows = db().execute(
        sa.select(Inheritance.on, giver.name, heir.name, Inheritance.reason)
        .join(giver, giver.id == Inheritance.from_organisation_id)
        .outerjoin(heir, heir.id == Inheritance.to_organisation_id)
        .where(Inheritance.instalment_id == instalment_id)
        .order_by(Inheritance.id)
    )
    return [Inherited(on, before, after or "", reason) for on, before, after, reason in rows]
