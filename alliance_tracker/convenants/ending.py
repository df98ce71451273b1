"""What a convenant means for the end of its alliance: the convenant is ended first, on purpose and with a reason."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import db, today
from alliance_tracker.i18n import Message


def hindrances(alliance: Any) -> Iterable[Message]:
    """Why an alliance cannot end: a convenant of it is in force, and nobody terminated it yet."""
    titles = db().scalars(
        sa.select(Convenant.title)
        .where(
            Convenant.alliance_id == alliance.id,
            Convenant.in_force_on.is_not(None),
            Convenant.terminated_on.is_(None),
            Convenant.ends_on >= today(),
        )
        .order_by(Convenant.id)
    )
    for title in titles:
        yield Message("The convenant “%(title)s” is in force: terminate it first.", title=title)
