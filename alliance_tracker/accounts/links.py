"""One-time links: the invitation to choose a password, and the way back in for who forgot it."""

from datetime import timedelta

import sqlalchemy as sa

from alliance_tracker import audit, outbox
from alliance_tracker.accounts import passwords
from alliance_tracker.accounts.models import LinkPurpose, OneTimeLink, User
from alliance_tracker.accounts.service import set_password, user_by_email
from alliance_tracker.database import db, now
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import Message, in_language
from alliance_tracker.policy import Actor

#: Mails with a way back in that one person gets in an hour, whoever asks for them.
RESETS_AN_HOUR = 4


def _link(user: User, purpose: LinkPurpose, lasts: timedelta) -> str:
    token = passwords.new_token()
    moment = now()
    db().execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.user_id == user.id, OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None))
        .values(used_at=moment)
    )
    db().add(
        OneTimeLink(
            purpose=purpose,
            token_hash=passwords.token_hash(token),
            user_id=user.id,
            created_at=moment,
            expires_at=moment + lasts,
        )
    )
    return token


def invite(user: User, *, address: str, days: int, actor: Actor) -> None:
    """Mail a one-time link with which this person chooses a password. `address` is the page, with %s for the token.

    :raise Refused: the person already chose one.
    """
    if user.password_hash is not None:
        raise Refused(Message("This person already has a password."))
    link = address % _link(user, LinkPurpose.INVITATION, timedelta(days=days))
    with in_language(user.language):
        outbox.post(
            user.id,
            user.email,
            str(Message("You are invited to the Alliance tracker")),
            str(
                Message(
                    "Hello %(name)s,\n\nYou are invited to the Alliance tracker of the local STEM alliances.\n"
                    "Choose a password here; the link works once, for %(days)s days:\n\n%(link)s\n",
                    name=user.name,
                    days=days,
                    link=link,
                )
            ),
        )
    audit.record("user.invited", user, actor=actor, person_id=user.id)


def ask_reset(email: str, *, address: str, minutes: int) -> None:
    """Mail a one-time link to the owner of this address, if there is one; nobody else learns whether there is."""
    user = user_by_email(email)
    if user is None or not user.is_active or _asked_often(user):
        return
    link = address % _link(user, LinkPurpose.PASSWORD_RESET, timedelta(minutes=minutes))
    with in_language(user.language):
        outbox.post(
            user.id,
            user.email,
            str(Message("Choose a new password")),
            str(
                Message(
                    "Hello %(name)s,\n\nChoose a new password for the Alliance tracker here; the link works once, for "
                    "%(minutes)s minutes:\n\n%(link)s\n\nIf you did not ask for this, you need do nothing.\n",
                    name=user.name,
                    minutes=minutes,
                    link=link,
                )
            ),
        )


def _asked_often(user: User) -> bool:
    lately = (
        sa.select(sa.func.count())
        .select_from(OneTimeLink)
        .where(
            OneTimeLink.user_id == user.id,
            OneTimeLink.purpose == LinkPurpose.PASSWORD_RESET,
            OneTimeLink.created_at > now() - timedelta(hours=1),
        )
    )
    return (db().scalar(lately) or 0) >= RESETS_AN_HOUR


def link_owner(token: str) -> tuple[OneTimeLink, User] | None:
    """The link and its person, while it works."""
    found = (
        db()
        .execute(
            sa.select(OneTimeLink, User)
            .join(User, User.id == OneTimeLink.user_id)
            .where(
                OneTimeLink.token_hash == passwords.token_hash(token),
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > now(),
                User.disabled_at.is_(None),
            )
        )
        .one_or_none()
    )
    return (found[0], found[1]) if found else None


def use_link(token: str, password: str, *, memory_kib: int) -> User:
    """Choose a password with a one-time link; every session that was open ends.

    :raise Refused: the link was used, expired or never was.
    :raise FieldRefused: the password is too weak.
    """
    found = link_owner(token)
    if found is None:
        raise Refused(Message("This link was used already or is too old. Ask for a new one."))
    link, user = found
    link.used_at = now()
    set_password(user, password, memory_kib=memory_kib, actor=Actor(user_id=user.id))
    return user
