"""Personal tokens for the API: shown once, stored as a hash, expiring, revocable, for reading or for writing too."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.accounts import passwords, service
from alliance_tracker.accounts.models import ApiToken, User
from alliance_tracker.database import db, now
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

PREFIX = "stem_"


def create(user: User, name: str, *, may_write: bool, days: int, actor: Actor) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can read again."""
    policy.require(actor, Permission.ACCOUNT_OWN, user)
    text = PREFIX + passwords.new_token()
    token = ApiToken(
        user_id=user.id,
        name=name,
        token_hash=passwords.token_hash(text),
        may_write=may_write,
        created_at=now(),
        expires_at=now() + timedelta(days=days),
    )
    db().add(token)
    db().flush()  # gives the token its id
    audit.record("api_token.created", token, actor=actor, person_id=user.id)
    return token, text


def revoke(token: ApiToken, *, actor: Actor) -> None:
    """:raise Refused: it was revoked before."""
    policy.require(actor, Permission.ACCOUNT_OWN, token)
    if token.revoked_at is not None:
        raise Refused(Message("This token was revoked already."))
    token.revoked_at = now()
    audit.record("api_token.revoked", token, actor=actor, person_id=token.user_id)


def of(user: User) -> Sequence[ApiToken]:
    """A person's tokens that still work, newest first."""
    return (
        db()
        .scalars(
            sa.select(ApiToken)
            .where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now())
            .order_by(ApiToken.id.desc())
        )
        .all()
    )


def actor_of(text: str) -> Actor | None:
    """The rights that a token carries, while it works."""
    found = (
        db()
        .execute(
            sa.select(ApiToken, User)
            .join(User, User.id == ApiToken.user_id)
            .where(
                ApiToken.token_hash == passwords.token_hash(text),
                ApiToken.revoked_at.is_(None),
                ApiToken.expires_at > now(),
                User.disabled_at.is_(None),
            )
            .options(selectinload(User.grants))
        )
        .one_or_none()
    )
    return service.actor_of(found[1], read_only=not found[0].may_write) if found else None
