"""Signals that sound alike, so that nobody sends a second one without seeing the first.

The database picks the few dozen signals that share most beginnings of telling words; only those are compared word by
word, so the time stays bounded however many there are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, folded
from alliance_tracker.learning.models import Signal, SignalKind, SignalStatus

#: Which part of the telling words of a title another signal must have, before somebody is asked to look.
ALIKE = 0.5
#: Words are compared by their beginning, so that endings make no difference.
STEM = 6
COMPARED = 40
SHOWN = 5

_SMALL_WORDS = """
    aan als bij dan dat deze die dit door een geen geven graag had heb hebben heeft het hier hoe kan kunnen maar meer
    men met mijn moet moeten naar niet nog omdat onder ons onze ook over per ten ter tot uit van veel voor waar waarom
    want was wat wel welk welke wie wij willen word worden wordt zal zelf zich zijn zonder zou about and are but can for
    from has have how into its more not our should than that the their there they this too was what when which who why
    will with would your alliantie allianties signaal alliance signal
"""
_SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True)
class Candidate:
    """A signal that may be the same."""

    id: int
    title: str
    kind: SignalKind
    status: SignalStatus
    alliance: str
    voices: int


def stems_of(text: str) -> list[str]:
    """The beginnings of the telling words of a text, each once, in their order."""
    words = re.findall(r"[^\W_]+", folded(text))
    return list(dict.fromkeys(word[:STEM] for word in words if len(word) > 2 and word not in _SMALL))


def _shared(stems: Iterable[str], words: str) -> int:
    there = set(stems_of(words))
    return sum(stem in there for stem in stems)


def signals_like(title: str, *, besides: int | None = None) -> list[Candidate]:
    """The signals that sound like this title, the most alike first; merged ones stand for themselves no longer."""
    stems = stems_of(title)[:8]
    if not stems:
        return []
    holds = [Signal.words_folded.contains(stem, autoescape=True) for stem in stems]
    overlap = sum((sa.case((share, 1), else_=0) for share in holds), start=sa.literal(0))
    statement = (
        sa.select(
            Signal.words_folded,
            Signal.id,
            Signal.title,
            Signal.kind,
            Signal.status,
            Alliance.name,
            Signal.voices,
        )
        .join(Alliance, Alliance.id == Signal.alliance_id)
        .where(Signal.status != SignalStatus.MERGED, sa.or_(*holds))
        .order_by(overlap.desc(), Signal.voices.desc(), Signal.id.desc())
        .limit(COMPARED)
    )
    if besides is not None:
        statement = statement.where(Signal.id != besides)
    found = []
    for row in db().execute(statement):
        words, candidate = row[0], Candidate(row[1], row[2], row[3], row[4], row[5], row[6])
        shared = max(_shared(stems, candidate.title) + 0.5, _shared(stems, words))
        if shared >= max(1.5, ALIKE * len(stems)):
            found.append((-shared, -candidate.voices, -candidate.id, candidate))
    return [candidate for *_, candidate in sorted(found, key=lambda each: each[:3])[:SHOWN]]
