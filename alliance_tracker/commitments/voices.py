"""Who may speak for which organisation in an alliance: for its answers to deliveries, its questions and its signatures.

A person speaks for the organisations that they represent, as far as these are a partner today or a party to a convenant
that was offered or is in force; whoever manages the programme speaks for VLAIO. A coordinator who represents none of
them speaks for the partner that has the role of coordinator.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner, PartnerRole, PartnerRoleKind
from alliance_tracker.database import db
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor

#: Convenants are a layer up; only these columns are needed here.
_party = sa.table(
    "convenant_party", sa.column("alliance_id"), sa.column("organisation_id"), sa.column("convenant_version_id")
)
_version = sa.table("convenant_version", sa.column("id"), sa.column("status"))


@dataclass(frozen=True)
class Voice:
    """An organisation in whose name somebody may speak."""

    organisation_id: int
    name: str


@dataclass(frozen=True)
class Speaker:
    """A person in an alliance: in whose names they may speak, and which organisations are their own."""

    user_id: int | None
    voices: tuple[Voice, ...]
    own: frozenset[int]
    #: What each organisation that merged goes on as; the others are not in here.
    goes_on_as: Mapping[int, int] = field(default_factory=dict)

    def is_own(self, *organisations: int) -> bool:
        """Whether one of these is the person's own organisation, or was before a merger."""
        mine = {self.goes_on_as.get(number, number) for number in self.own}
        return any(self.goes_on_as.get(number, number) in mine for number in organisations)


def speaker(alliance_id: int, actor: Actor, *, about: Collection[int] = ()) -> Speaker:
    """Who this person is in an alliance; `about` are organisations of which `is_own` will be asked."""
    represented = actor.represented_organisations
    going_on = successors({*represented, *about})
    taking_part = _partners(alliance_id) | _parties(alliance_id)
    going_on |= successors(taking_part - going_on.keys()) if represented else {}
    there = {going_on.get(number, number) for number in taking_part}
    mine = {going_on.get(number, number) for number in represented} & there
    if not mine and alliance_id in actor.coordinated_alliances:
        mine = _coordinating(alliance_id)
    rows = db().execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(mine)).order_by(Organisation.name)
    )
    voices = tuple(Voice(number, name) for number, name in rows)
    return Speaker(actor.user_id, voices, frozenset(represented | mine), going_on)


def _partners(alliance_id: int) -> set[int]:
    current = sa.select(Partner.organisation_id).where(Partner.alliance_id == alliance_id, Partner.until.is_(None))
    return set(db().scalars(current))


def _parties(alliance_id: int) -> set[int]:
    rows = (
        sa.select(_party.c.organisation_id)
        .join(_version, _version.c.id == _party.c.convenant_version_id)
        .where(_party.c.alliance_id == alliance_id, _version.c.status.in_(("offered", "in-force")))
    )
    return set(db().scalars(rows))


def _coordinating(alliance_id: int) -> set[int]:
    rows = (
        sa.select(Partner.organisation_id)
        .join(PartnerRole, PartnerRole.partner_id == Partner.id)
        .where(
            Partner.alliance_id == alliance_id,
            Partner.until.is_(None),
            PartnerRole.role == PartnerRoleKind.COORDINATOR,
            PartnerRole.until.is_(None),
        )
    )
    return set(db().scalars(rows))


def successors(organisations: Collection[int]) -> dict[int, int]:
    """As what each of these organisations goes on today, where it merged; the others are left out."""
    found: dict[int, int] = {}
    asked, wanted = set(organisations), set(organisations)
    while wanted:
        rows = db().execute(
            sa.select(Organisation.id, Organisation.successor_id).where(
                Organisation.id.in_(wanted), Organisation.successor_id.is_not(None)
            )
        )
        steps = {number: successor for number, successor in rows if successor is not None}
        found |= steps
        wanted = set(steps.values()) - found.keys()
    return {number: _end_of(found, number) for number in asked if number in found}


def _end_of(steps: Mapping[int, int], number: int) -> int:
    passed = set()
    while number in steps and number not in passed:
        passed.add(number)
        number = steps[number]
    return number
