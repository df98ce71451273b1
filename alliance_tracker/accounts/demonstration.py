"""The people of the demonstration, as whom a visitor may look around."""

import sqlalchemy as sa

from alliance_tracker.accounts.models import User
from alliance_tracker.database import db
from alliance_tracker.i18n import Message

#: Their addresses, and who they are in words.
ACCOUNTS: dict[str, Message] = {
    "vlaio@example.org": Message("VLAIO project manager"),
    "coordinator@example.org": Message("alliance coordinator"),
    "coordinator2@example.org": Message("coordinator of the fictitious alliances"),
    "reporter@example.org": Message("region reporter"),
    "partner@example.org": Message("partner representative"),
    "partner2@example.org": Message("representative of a fictitious company"),
    "partner3@example.org": Message("representative of a fictitious company that signed its accounts"),
    "observer@example.org": Message("observer"),
    "admin@example.org": Message("administrator"),
}


def is_loaded() -> bool:
    """Whether all of them have an account here; an installation without the demonstration has one of them at most."""
    found = db().scalar(
        sa.select(sa.func.count()).select_from(User).where(User.email.in_(ACCOUNTS), User.disabled_at.is_(None))
    )
    return found == len(ACCOUNTS)
