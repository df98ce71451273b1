"""Who works on what: the terms of the frameworks by region, and within one region by alliance.

What a region counts is read from its tallies, so the pages cost the same with 15 alliances as with 15,000.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.database import db
from alliance_tracker.frameworks.terms import Scheme, Term, terms
from alliance_tracker.goals.models import Goal, GoalTag
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.regions.models import Region
from alliance_tracker.standings.models import AllianceStanding, CountedTerm, RegionTally
from alliance_tracker.standings.terms import COUNTING

#: Alliances on one page of a list, and as columns of the matrix of one region.
PAGE = 24
COLUMNS = 10


@dataclass(frozen=True)
class Framework:
    """A framework on the page: its words, the list of terms that it is shown by, and what stands under a term."""

    key: str
    title: Message
    about: Message
    scheme: Scheme
    under: Scheme | None = None
    is_historical: bool = False


FRAMEWORKS = (
    Framework(
        "recommendations",
        Message("STEM-memorandum 2024: four recommendations"),
        Message("Which recommendation do the goals of the alliances serve?"),
        Scheme.RECOMMENDATION,
    ),
    Framework(
        "long-term-goals",
        Message("STEM-memorandum 2024: five long-term goals"),
        Message("Which long-term goal do the goals of the alliances serve?"),
        Scheme.LONG_TERM_GOAL,
    ),
    Framework(
        "target-groups",
        Message("Target groups"),
        Message("For whom do the alliances set goals? The under-represented groups are marked."),
        Scheme.TARGET_GROUP,
    ),
    Framework(
        "actieplan",
        Message("STEM-actieplan 2012-2020: eight strategic goals"),
        Message("This plan has ended. Its goals show how today's work follows on from it."),
        Scheme.STRATEGIC_GOAL,
        under=Scheme.OPERATIONAL_GOAL,
        is_historical=True,
    ),
)


@dataclass(frozen=True)
class Line:
    """A term with its counts, in the order of the columns; `is_under` when it belongs to the term above it."""

    term: Term
    counts: tuple[int, ...]
    is_under: bool = False
    #: How many terms lie under it, and whether they are shown.
    under: int = 0
    is_open: bool = False

    @property
    def total(self) -> int:
        return sum(self.counts)


#: Column to (scheme, key) to a number of alliances.
Counts = Mapping[Any, Mapping[tuple[str, str], int]]


def lines(framework: Framework, columns: Iterable[Any], counts: Counts, opened: str = "") -> list[Line]:
    """The lines of a matrix; the terms under the term `opened` stand below it."""
    order = list(columns)

    def line(found: Term, **more: Any) -> Line:
        at = (found.scheme.value, found.key)
        return Line(found, tuple(counts.get(column, {}).get(at, 0) for column in order), **more)

    drawn = []
    for found in terms(framework.scheme).values():
        below = [t for t in terms(framework.under).values() if t.parent == found.key] if framework.under else []
        drawn.append(line(found, under=len(below), is_open=found.key == opened))
        if found.key == opened:
            drawn += [line(t, is_under=True) for t in below]
    return drawn


def region_counts(*codes: str) -> dict[str, dict[tuple[str, str], int]]:
    """How many alliances of each region (of all, unless told) work on each term: one statement."""
    schemes = [scheme.value for f in FRAMEWORKS for scheme in (f.scheme, f.under) if scheme]
    query = sa.select(RegionTally.region_code, RegionTally.dimension, RegionTally.value, RegionTally.alliances).where(
        RegionTally.dimension.in_(schemes)
    )
    if codes:
        query = query.where(RegionTally.region_code.in_(codes))
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for code, dimension, value, alliances in db().execute(query):
        found[code][dimension, value] = alliances
    return found


def all_regions() -> list[tuple[str, str]]:
    """Code and name of the 15 regions, by name."""
    return [(code, name) for code, name in db().execute(sa.select(Region.code, Region.name).order_by(Region.name))]


# One region by alliance ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbour:
    """An active alliance of the region that the reader may see."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class Neighbours:
    """A page of the alliances of a region; `total` counts all that the reader may see."""

    items: tuple[Neighbour, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // COLUMNS))


def neighbours(actor: Actor, code: str, number: int) -> Neighbours:
    """The active alliances of a region that this person may see, by name."""
    seen = [
        Alliance.region_code == code,
        AllianceStanding.status == AllianceStatus.ACTIVE,
        policy.visible_alliances(actor, Alliance),
    ]
    joined = sa.select(Alliance.id, Alliance.slug, Alliance.name).join(
        AllianceStanding, AllianceStanding.alliance_id == Alliance.id
    )
    total = db().scalar(sa.select(sa.func.count()).select_from(joined.where(*seen).subquery())) or 0
    rows = db().execute(
        joined.where(*seen).order_by(Alliance.name_folded, Alliance.id).limit(COLUMNS).offset((number - 1) * COLUMNS)
    )
    return Neighbours(tuple(Neighbour(*row) for row in rows), total, number)


def counts_of(alliance_ids: Iterable[int]) -> dict[int, dict[tuple[str, str], int]]:
    """The terms that each of these alliances is counted under."""
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for alliance_id, scheme, key in db().execute(
        sa.select(CountedTerm.alliance_id, CountedTerm.scheme, CountedTerm.key).where(
            CountedTerm.alliance_id.in_(list(alliance_ids))
        )
    ):
        found[alliance_id][scheme, key] = 1
    return found


# One term -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Working:
    """An alliance that works on a term, with its goals that serve it."""

    slug: str
    name: str
    region: str
    goals: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class WorkingPage:
    """A page of them; `seen` counts those that the reader may see, `total` everybody."""

    items: tuple[Working, ...]
    seen: int
    total: int
    number: int

    @property
    def others(self) -> int:
        """Alliances that are counted, and not named to this reader."""
        return max(0, self.total - self.seen)

    @property
    def last_number(self) -> int:
        return max(1, -(-self.seen // PAGE))


def working_on(actor: Actor, term: Term, code: str, number: int) -> WorkingPage:
    """The alliances that work on a term, in one region or (without `code`) in Flanders."""
    scheme = term.scheme.value
    tallied = sa.select(sa.func.coalesce(sa.func.sum(RegionTally.alliances), 0)).where(
        RegionTally.dimension == scheme, RegionTally.value == term.key
    )
    seen = [CountedTerm.scheme == scheme, CountedTerm.key == term.key, policy.visible_alliances(actor, Alliance)]
    if code:
        tallied = tallied.where(RegionTally.region_code == code)
        seen.append(Alliance.region_code == code)
    joined = (
        sa.select(Alliance.id, Alliance.slug, Alliance.name, Region.name.label("region"))
        .join(CountedTerm, CountedTerm.alliance_id == Alliance.id)
        .join(Region, Region.code == Alliance.region_code)
        .where(*seen)
    )
    rows = (
        db().execute(joined.order_by(Alliance.name_folded, Alliance.id).limit(PAGE).offset((number - 1) * PAGE)).all()
    )
    goals = _goals_serving([row.id for row in rows], term)
    total = int(db().scalar(tallied) or 0)
    # Whoever reads everything sees all that is counted: nothing need be counted again.
    reads_everything = policy.allows(actor, Permission.MONITOR_VIEW)
    seen_by_them = total if reads_everything else db().scalar(sa.select(sa.func.count()).select_from(joined.subquery()))
    return WorkingPage(
        tuple(Working(row.slug, row.name, row.region, tuple(goals[row.id])) for row in rows),
        seen_by_them or 0,
        total,
        number,
    )


def _goals_serving(alliance_ids: list[int], term: Term) -> dict[int, list[tuple[int, str]]]:
    serves = sa.and_(GoalTag.scheme == term.scheme, GoalTag.key == term.key)
    if term.scheme is Scheme.STRATEGIC_GOAL:
        below = [t.key for t in terms(Scheme.OPERATIONAL_GOAL).values() if t.parent == term.key]
        serves = sa.or_(serves, sa.and_(GoalTag.scheme == Scheme.OPERATIONAL_GOAL, GoalTag.key.in_(below)))
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for alliance_id, goal_id, title in db().execute(
        sa.select(Goal.alliance_id, Goal.id, Goal.title)
        .join(GoalTag, GoalTag.goal_id == Goal.id)
        .where(Goal.alliance_id.in_(alliance_ids), Goal.status.in_(COUNTING), GoalTag.is_withdrawn.is_(False), serves)
        .group_by(Goal.alliance_id, Goal.id, Goal.title, Goal.position)
        .order_by(Goal.position, Goal.id)
    ):
        found[alliance_id].append((goal_id, title))
    return found
