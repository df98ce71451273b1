"""Writing the needs analysis and the goals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, today
from alliance_tracker.errors import FieldRefused
from alliance_tracker.frameworks.terms import Scheme, terms
from alliance_tracker.goals.lifecycle import GOAL
from alliance_tracker.goals.models import Goal, GoalTag, NeedsAnalysis
from alliance_tracker.goals.queries import needs_of
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

#: What a goal can be tagged with.
SCHEMES = (
    Scheme.TARGET_GROUP,
    Scheme.POLICY_DOMAIN,
    Scheme.RECOMMENDATION,
    Scheme.LONG_TERM_GOAL,
    Scheme.STRATEGIC_GOAL,
    Scheme.OPERATIONAL_GOAL,
)


@dataclass(frozen=True)
class Draft:
    """What somebody wants a goal to say; `tags` are keys of terms by scheme."""

    title: str
    reason: str
    owner_partner_id: int
    description: str = ""
    due_on: date | None = None
    tags: Mapping[Scheme, frozenset[str]] = field(default_factory=dict)


def save_needs(
    alliance: Alliance, *, offer: str, challenges: str, choice: str, version: int | None = None, actor: Actor
) -> NeedsAnalysis:
    """Write the three parts of the needs analysis; parts may be left empty until they are known.

    :raise EditConflict: somebody else saved it since the form with `version` was drawn.
    """
    policy.require(actor, Permission.GOAL_EDIT, alliance)
    check_open(alliance)
    needs = needs_of(alliance.id)
    if needs is None:
        needs = NeedsAnalysis(alliance_id=alliance.id, offer="", challenges="", choice="")
        db().add(needs)
        db().flush()  # gives it its id
    else:
        check_version(needs, version)
    needs.offer, needs.challenges, needs.choice = offer, challenges, choice
    audit.record("needs_analysis.saved", needs, actor=actor)
    return needs


def add(alliance: Alliance, draft: Draft, *, actor: Actor) -> Goal:
    """Agree on a goal.

    :raise FieldRefused: the owner is no current partner, or a tag is no term of its scheme.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.GOAL_EDIT, alliance)
    check_open(alliance)
    _check(alliance.id, draft)
    last = db().scalar(sa.select(sa.func.max(Goal.position)).where(Goal.alliance_id == alliance.id))
    position = (last or 0) + 1
    goal = Goal(
        alliance_id=alliance.id, position=position, status=GOAL.initial, tags=[], closed_on=None, **_columns(draft)
    )
    db().add(goal)
    db().flush()  # gives the goal its id
    GOAL.start(goal, actor=actor)
    _set_tags(goal, draft.tags)
    return goal


def edit(goal: Goal, draft: Draft, *, version: int | None, actor: Actor) -> None:
    """Change what a goal says; the history keeps what it said before. `goal` was loaded with its tags.

    :raise EditConflict: somebody else saved it since the form with `version` was drawn.
    """
    policy.require(actor, Permission.GOAL_EDIT, goal)
    check_open(db().get_one(Alliance, goal.alliance_id))
    check_version(goal, version)
    _check(goal.alliance_id, draft, before=goal)
    for name, value in _columns(draft).items():
        setattr(goal, name, value)
    # The tags stand in other rows: without this a second editor of them would not be noticed.
    goal.version += 1
    audit.record("goal.edited", goal, actor=actor, title=goal.title)
    _set_tags(goal, draft.tags)


def move(goal: Goal, name: str, *, reason: str, actor: Actor) -> None:
    """Carry out a transition of the goal's life: reach, stop or reopen.

    :raise TransitionRefused: it is not possible from this state, or a reason is missing.
    """
    check_open(db().get_one(Alliance, goal.alliance_id))
    # The database asks for the day together with the status.
    goal.closed_on = None if name == "reopen" else today()
    GOAL.apply(goal, name, actor=actor, reason=reason)


def goal_by_id(goal_id: int) -> Goal | None:
    """A goal with its tags and its owner."""
    return (
        db()
        .scalars(
            sa.select(Goal)
            .where(Goal.id == goal_id)
            .options(selectinload(Goal.tags), selectinload(Goal.owner).selectinload(Partner.organisation))
        )
        .one_or_none()
    )


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "title": draft.title,
        "description": draft.description,
        "reason": draft.reason,
        "owner_partner_id": draft.owner_partner_id,
        "due_on": draft.due_on,
    }


def _check(alliance_id: int, draft: Draft, before: Goal | None = None) -> None:
    if not draft.title:
        raise FieldRefused("title", Message("Say what the alliance wants to reach."))
    if not draft.reason:
        raise FieldRefused("reason", Message("Say why, from the needs analysis."))
    if before is None or before.owner_partner_id != draft.owner_partner_id:
        owner = db().get(Partner, draft.owner_partner_id)
        if owner is None or owner.alliance_id != alliance_id or owner.until is not None:
            raise FieldRefused("owner_partner_id", Message("Choose a partner of this alliance."))
    for scheme, keys in draft.tags.items():
        if scheme not in SCHEMES or not keys <= set(terms(scheme)):
            raise FieldRefused("tags", Message("Choose from the list."))


def _set_tags(goal: Goal, wanted: Mapping[Scheme, Iterable[str]]) -> None:
    asked = {(scheme, key) for scheme, keys in wanted.items() for key in keys}
    known = {(tag.scheme, tag.key): tag for tag in goal.tags}
    for pair, tag in known.items():
        tag.is_withdrawn = pair not in asked
    for scheme, key in sorted(asked - set(known)):
        goal.tags.append(
            GoalTag(goal_id=goal.id, alliance_id=goal.alliance_id, scheme=scheme, key=key, is_withdrawn=False)
        )
