"""Names that look alike, so that nobody enters an organisation twice without seeing it.

The database picks the few hundred names that share a piece of a telling word, former names too; only those are compared
letter by letter, so the time stays bounded however long the register grows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

import sqlalchemy as sa

from alliance_tracker.database import db, folded
from alliance_tracker.organisations.models import Organisation, OrganisationName, OrganisationStatus

#: How alike two names must be, from 0 to 1, before somebody is asked to look.
ALIKE = 0.82
COMPARED = 200
SHOWN = 6

#: Legal forms and small words, which say nothing about which organisation it is.
_EMPTY_WORDS = """
    vzw asbl bv bvba nv sa cv cvba comm gcv vof ivzw stichting de het een van den der en voor in te op aan ter ten the
    of and for
"""
#: Words that hundreds of organisations have in their name: alone they do not make two names alike.
_GENERIC_WORDS = """
    gemeente stad gemeentebestuur stadsbestuur ocmw provincie basisschool school lagere secundair secundaire
    middenschool campus scholengroep scholengemeenschap gemeentelijke vrije stedelijke atheneum college instituut
    bibliotheek bib stem academie academy hogeschool universiteit centrum jeugdhuis scouts chiro vereniging
    organisatie bedrijf intercommunale fablab museum rtc clb cvo
"""


#: Words that mean the same, each with the one that stands for both.
_SAME = {"gemeentebestuur": "gemeente", "stadsbestuur": "stad", "bib": "bibliotheek", "academy": "academie"}

_EMPTY = frozenset(_EMPTY_WORDS.split())
_GENERIC = frozenset(_GENERIC_WORDS.split())


@dataclass(frozen=True)
class Candidate:
    """An organisation that may be the same; `alike` is its name that looks like it, of today or before."""

    id: int
    name: str
    alike: str
    status: OrganisationStatus


def words_of(name: str) -> list[str]:
    """The telling words of a name, folded: without legal forms, small words and punctuation."""
    words = [_SAME.get(word, word) for word in re.findall(r"[^\W_]+", folded(name).replace("'", ""))]
    return [word for word in words if word not in _EMPTY] or words


def are_alike(one: str, other: str) -> bool:
    """Whether two names may well be those of one organisation."""
    first, second = words_of(one), words_of(other)
    if sorted(first) == sorted(second):
        return True
    numbers = [{word for word in words if word.isdigit()} for words in (first, second)]
    if numbers[0] != numbers[1]:  # Scouts 12 and Scouts 13 are two
        return False
    own, theirs = _specific(first), _specific(second)
    if not own or not theirs:
        return False
    if min(len(own), len(theirs)) > 1 and (set(own) <= set(theirs) or set(theirs) <= set(own)):
        return True
    return _ratio(own, theirs) >= ALIKE and _ratio(first, second) >= ALIKE


def _specific(words: Iterable[str]) -> list[str]:
    return [word for word in words if word not in _GENERIC]


def _ratio(one: list[str], other: list[str]) -> float:
    matcher = SequenceMatcher(None, " ".join(one), " ".join(other), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _pieces(words: list[str]) -> list[str]:
    """Beginnings and ends of the telling words, the longest words first: one mistyped letter spares one of them."""
    telling = sorted(_specific(words) or words, key=len, reverse=True)[:4]
    return list(dict.fromkeys(piece for word in telling for piece in (word[:4], word[-4:])))


def names_like(name: str, *, besides: int | None = None) -> list[Candidate]:
    """The organisations with a similar name of today or before, the most alike first; `besides` is left out."""
    words = words_of(name)
    if not words:
        return []
    shares = [OrganisationName.name_folded.contains(piece, autoescape=True) for piece in _pieces(words)]
    overlap = sum((sa.case((share, 1), else_=0) for share in shares), start=sa.literal(0))
    distance = sa.func.abs(sa.func.length(OrganisationName.name_folded) - len(folded(name)))
    statement = (
        sa.select(OrganisationName.name, Organisation.id, Organisation.name, Organisation.status)
        .join(Organisation, Organisation.id == OrganisationName.organisation_id)
        .where(sa.or_(*shares))
        .order_by(overlap.desc(), distance, OrganisationName.id)
        .limit(COMPARED)
    )
    if besides is not None:
        statement = statement.where(Organisation.id != besides)
    alike = [
        (-_ratio(words, words_of(borne)), borne != today, number, Candidate(number, today, borne, status))
        for borne, number, today, status in db().execute(statement)
        if are_alike(name, borne)
    ]
    found: dict[int, Candidate] = {}
    for *_, number, candidate in sorted(alike, key=lambda entry: entry[:3]):
        found.setdefault(number, candidate)
    return list(found.values())[:SHOWN]
