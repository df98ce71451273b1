"""Which terms of the frameworks an alliance is counted under: those that its goals serve, while it is active.

An alliance counts once for a term, however many of its goals serve it. A goal counts while it is worked on and once it
is reached. Whoever works on an operational goal of the STEM-actieplan works on the strategic goal above it.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.database import db
from alliance_tracker.frameworks.terms import Scheme, term
from alliance_tracker.goals.models import Goal, GoalStatus, GoalTag
from alliance_tracker.standings.models import CountedTerm

#: A scheme and the key of one of its terms: a dimension of the tallies and its value.
Counted = tuple[str, str]

COUNTING = (GoalStatus.ACTIVE, GoalStatus.REACHED)


def served_by(alliance: Alliance) -> frozenset[Counted]:
    """The terms under which this alliance counts, by its own records."""
    if alliance.status is not AllianceStatus.ACTIVE:
        return frozenset()
    rows = db().execute(
        sa.select(GoalTag.scheme, GoalTag.key)
        .join(Goal, Goal.id == GoalTag.goal_id)
        .where(Goal.alliance_id == alliance.id, Goal.status.in_(COUNTING), GoalTag.is_withdrawn.is_(False))
        .distinct()
    )
    return frozenset(counted for scheme, key in rows for counted in _with_parent(scheme, key))


def _with_parent(scheme: Scheme, key: str) -> Iterator[Counted]:
    yield scheme.value, key
    if scheme is Scheme.OPERATIONAL_GOAL and (parent := term(scheme, key).parent):
        yield Scheme.STRATEGIC_GOAL.value, parent


def counted(alliance_id: int) -> frozenset[Counted]:
    """The terms under which this alliance was counted last."""
    rows = db().execute(sa.select(CountedTerm.scheme, CountedTerm.key).where(CountedTerm.alliance_id == alliance_id))
    return frozenset((scheme, key) for scheme, key in rows)


def keep(alliance_id: int, before: frozenset[Counted], after: frozenset[Counted]) -> None:
    """Keep under which terms the alliance is counted now."""
    db().add_all(CountedTerm(alliance_id=alliance_id, scheme=scheme, key=key) for scheme, key in sorted(after - before))
    for scheme, key in sorted(before - after):
        db().execute(
            sa.delete(CountedTerm).where(
                CountedTerm.alliance_id == alliance_id, CountedTerm.scheme == scheme, CountedTerm.key == key
            )
        )
