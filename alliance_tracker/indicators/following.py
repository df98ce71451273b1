"""What an alliance does with an indicator besides its figures: a local one, its method and goal, stopping, resuming."""

import re
from dataclasses import dataclass

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, folded, lock, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import AllianceRule, Definition, Indicator
from alliance_tracker.indicators.semantics import Semantics, check
from alliance_tracker.indicators.service import check_followed, follow
from alliance_tracker.policy import Actor, Permission

#: Below this count a breakdown of people is left out outside, in an indicator of an alliance's own.
LOCAL_MIN_CELL = 5


@dataclass(frozen=True)
class LocalDraft:
    """An indicator of an alliance's own; said in one language, which serves for both."""

    name: str
    meaning: Semantics
    numerator: str = ""
    denominator: str = ""


def follow_local(goal: Goal, draft: LocalDraft, *, method: str = "", actor: Actor) -> Indicator:
    """Make an indicator of the alliance's own and follow it under `goal`; it is never added up over alliances.

    :raise FieldRefused: the parts of a percentage are not named, a rule does not fit, or the name exists already.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.GOAL_EDIT, goal)
    alliance = db().get_one(Alliance, goal.alliance_id)
    check_open(alliance)
    _check_local(draft)
    lock(alliance)  # two that are made at the same moment get two keys
    part, whole = (draft.numerator, draft.denominator) if draft.meaning.is_ratio else ("", "")
    definition = Definition(
        alliance_id=alliance.id,
        key=_free_key(alliance.id, draft.name),
        **draft.meaning.columns,
        is_derived=False,
        is_prefilled=False,
        name_nl=draft.name,
        name_en=draft.name,
        numerator_nl=part,
        numerator_en=part,
        denominator_nl=whole,
        denominator_en=whole,
        breakdowns=[],
        min_cell=LOCAL_MIN_CELL if draft.meaning.counts_people else 1,
        retired_on=None,
    )
    db().add(definition)
    db().flush()  # gives the definition its id
    audit.record("indicator_definition.made", definition, actor=actor, indicator=draft.name)
    return follow(goal, definition, method=method, actor=actor)


def _check_local(draft: LocalDraft) -> None:
    if not draft.name:
        raise FieldRefused("name", Message("Give the indicator a name."))
    if draft.meaning.is_ratio and not draft.numerator:
        raise FieldRefused("numerator", Message("Say of what it is the part: a percentage is kept as two counts."))
    if draft.meaning.is_ratio and not draft.denominator:
        raise FieldRefused("denominator", Message("Say of what whole it is a part."))
    if draft.meaning.over_alliances is not AllianceRule.NONE:
        raise FieldRefused("over_alliances", Message("An indicator of one alliance is never added up over alliances."))
    check(draft.meaning)


def _free_key(alliance_id: int, name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:50].strip("-") or "indicator"
    taken = set(db().scalars(sa.select(Definition.key).where(Definition.alliance_id == alliance_id)))
    return plain if plain not in taken else next(k for n in range(2, 9999) if (k := f"{plain}-{n}") not in taken)


def edit(indicator: Indicator, *, goal: Goal, method: str, version: int | None, actor: Actor) -> None:
    """Change how the figures are obtained, or under which goal the indicator stands.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: the goal is another alliance's.
    """
    policy.require(actor, Permission.GOAL_EDIT, indicator)
    check_followed(indicator)
    check_version(indicator, version)
    if goal.alliance_id != indicator.alliance_id:
        raise FieldRefused("goal_id", Message("Choose a goal of this alliance."))
    name = indicator.definition.name_nl
    is_moved = goal.id != indicator.goal_id
    indicator.goal_id, indicator.method = goal.id, method
    if is_moved:
        audit.record("indicator.moved", indicator, actor=actor, indicator=name, goal=goal.title)
    else:
        audit.record("indicator.edited", indicator, actor=actor, indicator=name)


def stop(indicator: Indicator, *, reason: str, actor: Actor) -> None:
    """Follow an indicator no longer; what was measured stays.

    :raise Refused: it was stopped before, or the alliance has ended.
    """
    policy.require(actor, Permission.GOAL_EDIT, indicator)
    check_followed(indicator)
    if not reason.strip():
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    indicator.stopped_on, indicator.stop_reason = today(), reason
    audit.record("indicator.stopped", indicator, actor=actor, reason=reason, indicator=indicator.definition.name_nl)


def resume(indicator: Indicator, *, actor: Actor) -> None:
    """Follow an indicator again; the history keeps that it was stopped, and why.

    :raise Refused: it is followed already, it is no longer in the catalogue, or the alliance has ended.
    """
    policy.require(actor, Permission.GOAL_EDIT, indicator)
    check_open(db().get_one(Alliance, indicator.alliance_id))
    if indicator.stopped_on is None:
        raise Refused(Message("This indicator is followed already."))
    if indicator.definition.retired_on is not None:
        raise Refused(Message("This indicator is no longer in the catalogue: nothing new starts with it."))
    indicator.stopped_on, indicator.stop_reason = None, ""
    audit.record("indicator.resumed", indicator, actor=actor, indicator=indicator.definition.name_nl)
