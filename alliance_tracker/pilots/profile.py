"""The profile of an alliance: which dimensions, themes and target groups its pilots touch, and which they do not.

It is no score: a term is touched or not, and by which pilots.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.frameworks.terms import Scheme, Term, name_of_key, terms
from alliance_tracker.pilots.models import Pilot, PilotStatus, PilotTag
from alliance_tracker.pilots.service import SCHEMES


@dataclass(frozen=True)
class Touching:
    """A pilot that touches a term."""

    id: int
    name: str
    status: PilotStatus


@dataclass(frozen=True)
class Touched:
    """A term with the pilots behind it; without any it is neglected."""

    term: Term
    pilots: tuple[Touching, ...]


@dataclass(frozen=True)
class Chapter:
    """One list of terms with what touches each."""

    scheme: Scheme
    terms: tuple[Touched, ...]

    @property
    def touched(self) -> tuple[Touched, ...]:
        return tuple(found for found in self.terms if found.pilots)

    @property
    def neglected(self) -> tuple[Touched, ...]:
        return tuple(found for found in self.terms if not found.pilots)


def profile_of(alliance_id: int) -> list[Chapter]:
    """What the pilots of an alliance touch, in three chapters; what was stopped does not count."""
    rows = db().execute(
        sa.select(PilotTag.scheme, PilotTag.key, Pilot.id, Pilot.name, Pilot.status)
        .join(Pilot, Pilot.id == PilotTag.pilot_id)
        .where(
            PilotTag.alliance_id == alliance_id,
            PilotTag.is_withdrawn.is_(False),
            Pilot.status != PilotStatus.STOPPED,
        )
        .order_by(Pilot.starts_on, Pilot.id)
    )
    found: dict[tuple[Scheme, str], list[Touching]] = {}
    for row in rows:
        found.setdefault((row.scheme, row.key), []).append(Touching(row.id, row.name, row.status))
    return [
        Chapter(
            scheme, tuple(Touched(term, tuple(found.get((scheme, key), ()))) for key, term in terms(scheme).items())
        )
        for scheme in SCHEMES
    ]


def words_of_key(key: str) -> object:
    """What a tag of a pilot says, given its key alone."""
    return name_of_key(key, Scheme.KADER_DIMENSION, Scheme.TRANSITION_THEME, Scheme.TARGET_GROUP)
