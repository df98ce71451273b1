"""The mails that bring VLAIO's answers to whoever sent a signal."""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from alliance_tracker import outbox
from alliance_tracker.accounts.models import User
from alliance_tracker.database import db
from alliance_tracker.i18n import Message, in_language
from alliance_tracker.learning.models import Signal
from alliance_tracker.policy import Actor


def tell_answered(members: Iterable[Signal], signal: Signal, *, reason: str, address: str, actor: Actor) -> None:
    """Mail the answer to `signal` to everybody who sent one of `members`, each in their own language."""
    for user, own in _senders(members, actor):
        with in_language(user.language):
            body = Message(
                "Hello %(name)s,\n\nVLAIO answered the signal “%(title)s”. It is now: %(state)s.\n\n%(answer)s\n\n"
                "The signal with everything about it:\n\n%(link)s\n",
                name=user.name,
                title=own.title,
                state=signal.status.label,
                answer=reason,
                link=address % signal.id,
            )
            outbox.post(user.id, user.email, str(Message("VLAIO answered your signal")), str(body))


def tell_merged(members: Iterable[Signal], target: Signal, *, reason: str, address: str, actor: Actor) -> None:
    """Mail to everybody who sent one of `members` that it goes on with `target`."""
    for user, own in _senders(members, actor):
        with in_language(user.language):
            body = Message(
                "Hello %(name)s,\n\nVLAIO merged the signal “%(title)s” into “%(other)s”, because it says the same. "
                "Your voice counts there, and the answer comes there.\n\n%(answer)s\n\n%(link)s\n",
                name=user.name,
                title=own.title,
                other=target.title,
                answer=reason,
                link=address % target.id,
            )
            outbox.post(user.id, user.email, str(Message("Your signal goes on with another one")), str(body))


def _senders(members: Iterable[Signal], actor: Actor) -> Iterator[tuple[User, Signal]]:
    """Each person once, with the first of their signals; whoever acts needs no mail."""
    first: dict[int, Signal] = {}
    for signal in members:
        first.setdefault(signal.raised_by_id, signal)
    first.pop(actor.user_id or 0, None)
    users = db().scalars(sa.select(User).where(User.id.in_(first), User.disabled_at.is_(None)).order_by(User.id))
    for user in users:
        if user.email:
            yield user, first[user.id]
