"""Speaking for an organisation, when it goes on as another."""

import sqlalchemy as sa

from alliance_tracker.accounts import service
from alliance_tracker.accounts.models import RoleGrant
from alliance_tracker.database import db
from alliance_tracker.policy import Actor, Role


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
