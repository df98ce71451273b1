"""Speaking for an organisation: who does, who did on a day, and what happens when it goes on as another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alliance_tracker.accounts import service
from alliance_tracker.accounts.models import RoleGrant, User
from alliance_tracker.database import db
from alliance_tracker.policy import Actor, Role

_office = sa.table("programme_office", sa.column("organisation_id"))


def pass_on(organisation_id: int, successor_id: int, *, actor: Actor) -> None:
    """Let whoever represents an organisation represent its successor instead.

    :raise NotAllowed: the actor may not give roles.
    """
    grants = db().scalars(
        sa.select(RoleGrant).where(
            RoleGrant.role == Role.PARTNER,
            RoleGrant.organisation_id == organisation_id,
            RoleGrant.ended_at.is_(None),
        )
    )
    for grant in grants.all():
        service.end_role(grant, actor=actor)
        user = service.user_by_id(grant.user_id)
        if not user.is_removed and not any(held.organisation_id == successor_id for held in user.current_grants):
            service.give_role(user, Role.PARTNER, organisation_id=successor_id, actor=actor)


def _speaks_for(organisation_id: int | sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """A role that speaks for this organisation: its representatives, and for VLAIO whoever manages the programme."""
    office = sa.select(_office.c.organisation_id).where(_office.c.organisation_id == organisation_id)
    is_office = office.correlate_except(_office).exists()
    return sa.or_(
        sa.and_(RoleGrant.role == Role.PARTNER, RoleGrant.organisation_id == organisation_id),
        sa.and_(RoleGrant.role == Role.PROJECT_MANAGER, is_office),
    )


def is_represented(organisation_id: int) -> bool:
    """Whether somebody who can sign in speaks for this organisation today."""
    return db().scalar(_able().where(_speaks_for(organisation_id)).limit(1)) is not None


def represented(organisations: sa.Select[int]) -> frozenset[int]:
    """Those of these organisations for which somebody who can sign in speaks today; one statement."""
    (number,) = organisations.subquery().c
    return frozenset(db().scalars(sa.select(number).where(_able().where(_speaks_for(number)).exists())))


def _able() -> sa.Select[int]:
    """The roles, held today, of people who can sign in."""
    return (
        sa.select(RoleGrant.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.ended_at.is_(None), User.disabled_at.is_(None), User.password_hash.is_not(None))
    )


@dataclass(frozen=True)
class Voice:
    """Somebody who spoke for an organisation, for a time."""

    user_id: int
    since: datetime
    until: datetime | None

    def spoke_at(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at <= self.until)


def voices_of(organisation_id: int, user_ids: Collection[int]) -> list[Voice]:
    """When each of these people spoke for the organisation."""
    rows = db().execute(
        sa.select(RoleGrant.user_id, RoleGrant.given_at, RoleGrant.ended_at).where(
            _speaks_for(organisation_id), RoleGrant.user_id.in_(user_ids)
        )
    )
    return [Voice(*row) for row in rows]


def own_words(user_id: int | None) -> tuple[str, str]:
    """The name and the function of this person, to fill in a form where it signs."""
    row = db().execute(sa.select(User.name, User.function).where(User.id == user_id)).one_or_none()
    return (row.name, row.function) if row is not None else ("", "")
