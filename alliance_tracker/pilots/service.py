"""Planning a pilot and changing what it says: its words, its days, who takes part, and what it touches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db
from alliance_tracker.errors import FieldRefused
from alliance_tracker.frameworks.terms import Scheme, terms
from alliance_tracker.i18n import Message
from alliance_tracker.pilots import purposes
from alliance_tracker.pilots.lifecycle import PILOT
from alliance_tracker.pilots.models import Pilot, PilotPartner, PilotTag
from alliance_tracker.policy import Actor, Permission

#: What a pilot can be tagged with.
SCHEMES = (Scheme.KADER_DIMENSION, Scheme.TRANSITION_THEME, Scheme.TARGET_GROUP)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Draft:
    """What somebody wants a pilot to say; `partners` are ids of partners, `tags` keys of terms by scheme."""

    name: str
    starts_on: date
    ends_on: date | None = None
    description: str = ""
    place: str = ""
    budget: Decimal | None = None
    continuation: str = ""
    goal_id: int | None = None
    partners: frozenset[int] = frozenset()
    tags: Mapping[Scheme, frozenset[str]] = field(default_factory=dict)


def plan(alliance: Alliance, draft: Draft, *, actor: Actor) -> Pilot:
    """Plan a pilot.

    :raise FieldRefused: a date, the budget, a partner, the goal or a tag does not fit.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.PILOT_EDIT, alliance)
    check_open(alliance)
    _check(alliance.id, draft, None)
    pilot = Pilot(
        alliance_id=alliance.id,
        status=PILOT.initial,
        started_on=None,
        finished_on=None,
        partners=[],
        tags=[],
        evaluations=[],
        **_columns(draft),
    )
    db().add(pilot)
    db().flush()  # gives the pilot its id
    PILOT.start(pilot, actor=actor)
    _set_partners(pilot, draft.partners)
    _set_tags(pilot, draft.tags)
    return pilot


def edit(pilot: Pilot, draft: Draft, *, version: int | None, actor: Actor) -> None:
    """Change what a pilot says; the history keeps what it said before. `pilot` came from `pilot_by_id`.

    :raise EditConflict: somebody else saved it since the form with `version` was drawn.
    :raise FieldRefused: as for a new one; or it started, and nobody would take part any more.
    """
    policy.require(actor, Permission.PILOT_EDIT, pilot)
    check_open(db().get_one(Alliance, pilot.alliance_id))
    check_version(pilot, version)
    _check(pilot.alliance_id, draft, pilot)
    if pilot.started_on is not None and not draft.partners:
        raise FieldRefused("partners", Message("A pilot that started has at least one partner."))
    for name, value in _columns(draft).items():
        setattr(pilot, name, value)
    audit.record("pilot.edited", pilot, actor=actor, name=pilot.name)
    _set_partners(pilot, draft.partners)
    _set_tags(pilot, draft.tags)


def pilot_by_id(pilot_id: int) -> Pilot | None:
    """A pilot with its partners, tags and evaluations."""
    partner = selectinload(Pilot.partners).selectinload(PilotPartner.partner)
    return (
        db()
        .scalars(
            sa.select(Pilot)
            .where(Pilot.id == pilot_id)
            .options(
                partner.selectinload(Partner.organisation),
                partner.selectinload(Partner.pillars),
                selectinload(Pilot.tags),
                selectinload(Pilot.evaluations),
            )
        )
        .one_or_none()
    )


def _columns(draft: Draft) -> dict[str, object]:
    names = ("name", "description", "place", "starts_on", "ends_on", "budget", "continuation", "goal_id")
    return {name: getattr(draft, name) for name in names}


def _check(alliance_id: int, draft: Draft, before: Pilot | None) -> None:
    if not draft.name:
        raise FieldRefused("name", Message("Give the pilot a name."))
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        raise FieldRefused("ends_on", Message("It cannot end before it starts."))
    if draft.budget is not None and (draft.budget < 0 or draft.budget != draft.budget.quantize(CENT)):
        raise FieldRefused("budget", Message("Give an amount in euro, with at most two decimals."))
    _check_partners(alliance_id, draft.partners, before)
    _check_goal(alliance_id, draft.goal_id, before)
    for scheme, keys in draft.tags.items():
        if scheme not in SCHEMES or not keys <= set(terms(scheme)):
            raise FieldRefused(field_of(scheme), Message("Choose from the list."))


def field_of(scheme: Scheme) -> str:
    """The name of the form's field with the terms of this scheme."""
    return scheme.value.replace("-", "_")


def _check_partners(alliance_id: int, wanted: frozenset[int], before: Pilot | None) -> None:
    known = {row.partner_id for row in before.partners} if before else set()
    new = wanted - known
    current = sa.select(Partner.id).where(
        Partner.alliance_id == alliance_id, Partner.id.in_(new), Partner.until.is_(None)
    )
    if new and set(db().scalars(current)) != new:
        raise FieldRefused("partners", Message("Choose partners of this alliance."))


def _check_goal(alliance_id: int, wanted: int | None, before: Pilot | None) -> None:
    if wanted is None or (before and before.goal_id == wanted):
        return
    if all(purpose.goal_id != wanted or not purpose.is_open for purpose in purposes.of(alliance_id)):
        raise FieldRefused("goal_id", Message("Choose a goal that this alliance works on."))


def _set_partners(pilot: Pilot, wanted: Iterable[int]) -> None:
    asked = set(wanted)
    known = {row.partner_id: row for row in pilot.partners}
    for partner_id, row in known.items():
        row.is_withdrawn = partner_id not in asked
    for partner_id in sorted(asked - set(known)):
        pilot.partners.append(
            PilotPartner(pilot_id=pilot.id, partner_id=partner_id, alliance_id=pilot.alliance_id, is_withdrawn=False)
        )


def _set_tags(pilot: Pilot, wanted: Mapping[Scheme, Iterable[str]]) -> None:
    asked = {(scheme, key) for scheme, keys in wanted.items() for key in keys}
    known = {(tag.scheme, tag.key): tag for tag in pilot.tags}
    for pair, tag in known.items():
        tag.is_withdrawn = pair not in asked
    for scheme, key in sorted(asked - set(known)):
        pilot.tags.append(
            PilotTag(pilot_id=pilot.id, alliance_id=pilot.alliance_id, scheme=scheme, key=key, is_withdrawn=False)
        )
