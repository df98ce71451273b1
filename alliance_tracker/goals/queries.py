"""Reading the goals of an alliance: three statements, however many goals there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import db, today
from alliance_tracker.frameworks.terms import Scheme, Term, name_of_key, term, terms
from alliance_tracker.goals.models import Goal, GoalStatus, GoalTag, NeedsAnalysis
from alliance_tracker.organisations.models import Organisation

#: The schemes that lie folded: optional for a coordinator.
FRAMEWORKS = (
    Scheme.RECOMMENDATION,
    Scheme.LONG_TERM_GOAL,
    Scheme.STRATEGIC_GOAL,
    Scheme.OPERATIONAL_GOAL,
)


@dataclass(frozen=True)
class GoalView:
    """One goal as a page shows it."""

    id: int
    alliance_id: int
    title: str
    description: str
    reason: str
    status: GoalStatus
    due_on: date | None
    closed_on: date | None
    owner_partner_id: int
    owner: str
    #: The last day on which the carrying partner was a partner, if it has left.
    owner_left_on: date | None
    tags: Mapping[Scheme, tuple[Term, ...]]

    @property
    def target_groups(self) -> tuple[Term, ...]:
        return self.tags.get(Scheme.TARGET_GROUP, ())

    @property
    def is_active(self) -> bool:
        return self.status is GoalStatus.ACTIVE

    @property
    def lost_its_owner(self) -> bool:
        """Still worked on, though the partner that carries it has left."""
        return self.is_active and self.owner_left_on is not None

    @property
    def is_past_its_day(self) -> bool:
        """Still worked on after the day by which it should have been reached."""
        return self.is_active and self.due_on is not None and self.due_on < today()

    @property
    def frameworks(self) -> list[tuple[Scheme, tuple[Term, ...]]]:
        """What it serves, by scheme, without its target groups."""
        shown = (Scheme.POLICY_DOMAIN, *FRAMEWORKS)
        return [(scheme, self.tags[scheme]) for scheme in shown if self.tags.get(scheme)]


def goals_of(alliance_id: int) -> list[GoalView]:
    """The goals of an alliance: those being worked on first, each group in the order in which it was set."""
    found = _views(Goal.alliance_id == alliance_id)
    order = list(GoalStatus)
    return sorted(found, key=lambda goal: order.index(goal.status))


def goal_view(goal_id: int) -> GoalView | None:
    """One goal, if there is one with this number."""
    return next(iter(_views(Goal.id == goal_id)), None)


def needs_of(alliance_id: int) -> NeedsAnalysis | None:
    """The needs analysis of an alliance, if one was begun."""
    return db().scalars(sa.select(NeedsAnalysis).where(NeedsAnalysis.alliance_id == alliance_id)).one_or_none()


def _views(condition: sa.ColumnElement[bool]) -> list[GoalView]:
    rows = (
        db()
        .execute(
            sa.select(
                Goal.id,
                Goal.alliance_id,
                Goal.title,
                Goal.description,
                Goal.reason,
                Goal.status,
                Goal.due_on,
                Goal.closed_on,
                Goal.owner_partner_id,
                Organisation.name.label("owner"),
                Partner.until.label("owner_left_on"),
            )
            .join(Partner, Partner.id == Goal.owner_partner_id)
            .join(Organisation, Organisation.id == Partner.organisation_id)
            .where(condition)
            .order_by(Goal.position, Goal.id)
        )
        .mappings()
        .all()
    )
    tags = tags_of(row["id"] for row in rows)
    return [GoalView(**row, tags=tags.get(row["id"], {})) for row in rows]


def tags_of(goal_ids: Iterable[int]) -> dict[int, dict[Scheme, tuple[Term, ...]]]:
    """What each of these goals is tagged with today, by scheme, in the order of the source."""
    found: dict[int, dict[Scheme, set[str]]] = defaultdict(lambda: defaultdict(set))
    for goal_id, scheme, key in db().execute(
        sa.select(GoalTag.goal_id, GoalTag.scheme, GoalTag.key).where(
            GoalTag.goal_id.in_(list(goal_ids)), GoalTag.is_withdrawn.is_(False)
        )
    ):
        found[goal_id][scheme].add(key)
    return {goal_id: {scheme: _in_order(scheme, keys) for scheme, keys in by.items()} for goal_id, by in found.items()}


def keys_of(goal: Goal) -> dict[Scheme, set[str]]:
    """The keys that a goal, loaded with its tags, is tagged with today."""
    found: dict[Scheme, set[str]] = defaultdict(set)
    for tag in goal.tags:
        if not tag.is_withdrawn:
            found[tag.scheme].add(tag.key)
    return found


def _in_order(scheme: Scheme, keys: set[str]) -> tuple[Term, ...]:
    known = [term for key, term in terms(scheme).items() if key in keys]
    return (*known, *(term(scheme, key) for key in sorted(keys - set(terms(scheme)))))


def words_of_key(key: str) -> object:
    """What a tag of a goal says, given its key alone: the history keeps no more."""
    return name_of_key(key, Scheme.TARGET_GROUP, Scheme.POLICY_DOMAIN, *FRAMEWORKS)
