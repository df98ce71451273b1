"""The words of the frameworks and of the breakdowns, read once from the reference data.

A term is kept by its key; its wording may improve with a release, its key never changes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from alliance_tracker import reference
from alliance_tracker.i18n import InTwoLanguages, Labelled, Message


class Scheme(Labelled):
    """A list of terms. `HISTORICAL` tells which belongs to a framework of the past."""

    TARGET_GROUP = "target-group", Message("target group")
    POLICY_DOMAIN = "policy-domain", Message("policy domain")
    RECOMMENDATION = "recommendation", Message("recommendation of the memorandum")
    LONG_TERM_GOAL = "long-term-goal", Message("long-term goal of the memorandum")
    STRATEGIC_GOAL = "strategic-goal", Message("strategic goal of the STEM-actieplan 2012-2020")
    OPERATIONAL_GOAL = "operational-goal", Message("operational goal of the STEM-actieplan 2012-2020")
    KADER_DIMENSION = "kader-dimension", Message("dimension of the STEM-kader")
    TRANSITION_THEME = "transition-theme", Message("transition theme")


@dataclass(frozen=True)
class Term:
    """One entry of a scheme, in the order of its source. `parent` is the strategic goal of an operational one."""

    scheme: Scheme
    key: str
    name: InTwoLanguages
    means: InTwoLanguages | None = None
    is_under_represented: bool = False
    parent: str = ""

    @property
    def number(self) -> str:
        """How its source numbers it; empty where it does not."""
        return self.key if self.key[:1].isdigit() else ""


@dataclass(frozen=True)
class Breakdown:
    """A way to divide a count: when `is_partition`, the categories together make the whole, else they may overlap."""

    key: str
    name: InTwoLanguages
    is_partition: bool
    categories: Mapping[str, InTwoLanguages]


#: The tables of `frameworks.toml` that hold terms by key.
_KEYED = {
    "target_group": Scheme.TARGET_GROUP,
    "policy_domain": Scheme.POLICY_DOMAIN,
    "recommendation": Scheme.RECOMMENDATION,
    "long_term_goal": Scheme.LONG_TERM_GOAL,
    "kader_dimension": Scheme.KADER_DIMENSION,
    "transition_theme": Scheme.TRANSITION_THEME,
}


def _words(row: Mapping[str, Any]) -> InTwoLanguages:
    return InTwoLanguages(row["nl"], row["en"])


@cache
def _source() -> dict[str, Any]:
    with reference.path("frameworks.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def terms(scheme: Scheme) -> Mapping[str, Term]:
    """The terms of a scheme by key, in the order of the source."""
    return {term.key: term for term in _all_terms() if term.scheme is scheme}


@cache
def _all_terms() -> tuple[Term, ...]:
    found = []
    for table, scheme in _KEYED.items():
        for row in _source()[table]:
            means = _words(row["means"]) if "means" in row else None
            found.append(Term(scheme, row["key"], _words(row["name"]), means, row.get("under_represented", False)))
    for row in _source()["strategic_goal"]:
        strategic = str(row["number"])
        found.append(Term(Scheme.STRATEGIC_GOAL, strategic, _words(row["name"])))
        found.extend(
            Term(Scheme.OPERATIONAL_GOAL, goal["number"], _words(goal), parent=strategic) for goal in row["operational"]
        )
    return tuple(found)


def term(scheme: Scheme, key: str) -> Term:
    """One term; a key that a later release dropped is shown as it was written."""
    return terms(scheme).get(key) or Term(scheme, key, InTwoLanguages(key, key))


def name_of_key(key: str, *schemes: Scheme) -> object:
    """What a key of one of these schemes is called, where the scheme itself was not kept, as in the history."""
    found = next((terms(scheme)[key] for scheme in schemes if key in terms(scheme)), None)
    if found is None:
        return key
    return f"{found.number} {found.name}" if found.number else found.name


def principles() -> Mapping[str, InTwoLanguages]:
    """The four questions of the memorandum that every communication is checked against, by key."""
    return {row["key"]: _words(row["name"]) for row in _source()["communication_principle"]}


@cache
def breakdowns() -> Mapping[str, Breakdown]:
    """Every breakdown by key."""
    with reference.path("breakdowns.toml").open("rb") as file:
        source = tomllib.load(file)
    return {key: Breakdown(key, _words(row["name"]), row["partition"], _categories(row)) for key, row in source.items()}


def _categories(row: Mapping[str, Any]) -> dict[str, InTwoLanguages]:
    if "categories" in row:
        return {category["key"]: _words(category) for category in row["categories"]}
    table = row["categories_from"].split()[-1]
    return {entry["key"]: _words(entry["name"]) for entry in _source()[table]}
