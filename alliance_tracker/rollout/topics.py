"""The preconditions of the rollout that a signal can be about."""

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.learning.topics import Topic
from alliance_tracker.rollout.models import Precondition


def preconditions() -> list[Topic]:
    """The three preconditions, in their order."""
    rows = db().execute(
        sa.select(Precondition.key, Precondition.name_nl, Precondition.name_en).order_by(Precondition.position)
    )
    return [Topic(key, InTwoLanguages(nl, en)) for key, nl, en in rows]
