"""Signing in and out: sessions are rows on the server, with an idle and an absolute limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import selectinload

from alliance_tracker import audit
from alliance_tracker.accounts import passwords, service
from alliance_tracker.accounts.models import LoginSession, SignInAttempt, User
from alliance_tracker.database import db, now, transaction
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor

LIMIT_WINDOW = timedelta(minutes=15)
#: How often a session notes that it was used; oftener would make every page a write.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(eq=False)
class SignedIn(UserMixin):
    """The person behind a request, as Flask-Login knows it: its id is the token of the session, not of the person."""

    token: str
    user: User
    actor: Actor

    def get_id(self) -> str:
        return self.token

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def language(self) -> str:
        return self.user.language


@dataclass(frozen=True)
class Limits:
    """The settings that guard signing in; counts are failures in a quarter of an hour."""

    per_account: int
    per_address: int
    memory_kib: int


def sign_in(email: str, password: str, address: str, limits: Limits) -> str:
    """The token of a new session for the owner of this password.

    :raise Refused: wrong account or password (one sentence for both), or too many failures.
    """
    account_hash, address_hash = passwords.token_hash(email.strip().lower()), passwords.token_hash(address)
    user = service.user_by_email(email)
    user_id, stored = (user.id, user.password_hash) if user and user.is_active else (None, None)
    db().rollback()
    # The attempt is noted before the password is looked at: many sent at once cannot pass the limit together.
    with transaction():
        attempt_id = _note_attempt(account_hash, address_hash, limits)
    # Checking a password takes a while on purpose: nobody else's writing waits for it.
    right = passwords.matches(stored, password, limits.memory_kib)
    if attempt_id is None:
        raise Refused(Message("Too many failed attempts. Try again in a quarter of an hour."))
    if not right or user_id is None:
        raise Refused(Message("This combination of e-mail address and password is not known."))
    with transaction():
        db().execute(sa.delete(SignInAttempt).where(SignInAttempt.id == attempt_id))
        return _open(user_id)


def _note_attempt(account_hash: str, address_hash: str, limits: Limits) -> int | None:
    """The id of the attempt that is being made, or None where there were too many."""
    # One at a time, on both databases: the end of the audit chain is a row that everybody has.
    db().get(audit.AuditHead, 1, with_for_update=True)
    if _is_blocked(account_hash, address_hash, limits):
        return None
    db().execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now() - timedelta(days=1)))
    attempt = SignInAttempt(account_hash=account_hash, address_hash=address_hash, at=now())
    db().add(attempt)
    db().flush()  # gives the attempt its id
    return attempt.id


def _is_blocked(account_hash: str, address_hash: str, limits: Limits) -> bool:
    since = now() - LIMIT_WINDOW
    attempts = sa.select(
        sa.func.count().filter(SignInAttempt.account_hash == account_hash),
        sa.func.count().filter(SignInAttempt.address_hash == address_hash),
    ).where(
        SignInAttempt.at > since,
        sa.or_(SignInAttempt.account_hash == account_hash, SignInAttempt.address_hash == address_hash),
    )
    by_account, by_address = db().execute(attempts).one()
    return bool(by_account >= limits.per_account or by_address >= limits.per_address)


def _open(user_id: int) -> str:
    token = passwords.new_token()
    moment = now()
    db().add(
        LoginSession(token_hash=passwords.token_hash(token), user_id=user_id, created_at=moment, last_seen_at=moment)
    )
    user = service.user_by_id(user_id)
    user.last_sign_in_at = moment
    return token


def sign_out(token: str) -> None:
    """End this session."""
    db().execute(
        sa.update(LoginSession)
        .where(LoginSession.token_hash == passwords.token_hash(token), LoginSession.ended_at.is_(None))
        .values(ended_at=now())
    )


def signed_in(token: str, *, idle_minutes: int, absolute_hours: int) -> SignedIn | None:
    """The person behind a session token, while the session lasts."""
    moment = now()
    found = (
        db()
        .execute(
            sa.select(LoginSession, User)
            .join(User, User.id == LoginSession.user_id)
            .where(LoginSession.token_hash == passwords.token_hash(token), LoginSession.ended_at.is_(None))
            .options(selectinload(User.grants))
        )
        .one_or_none()
    )
    if found is None:
        return None
    session, user = found
    too_old = session.created_at < moment - timedelta(hours=absolute_hours)
    too_idle = session.last_seen_at < moment - timedelta(minutes=idle_minutes)
    if too_old or too_idle or not user.is_active:
        return None
    return SignedIn(token, user, service.actor_of(user))


def note_seen(token: str) -> None:
    """Note that the session is in use, at most every five minutes."""
    moment: datetime = now()
    stale = sa.select(LoginSession.id).where(
        LoginSession.token_hash == passwords.token_hash(token),
        LoginSession.last_seen_at < moment - SEEN_EVERY,
    )
    if db().scalar(stale) is None:
        return
    db().rollback()
    with transaction():
        db().execute(
            sa.update(LoginSession)
            .where(LoginSession.token_hash == passwords.token_hash(token))
            .values(last_seen_at=moment)
        )
