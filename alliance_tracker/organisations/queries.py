"""Reading the register: search while typing, what a typed text means, and all about one organisation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit
from alliance_tracker.database import db, folded, like
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.identifiers import searchable
from alliance_tracker.organisations.models import (
    Organisation,
    OrganisationIdentifier,
    OrganisationKind,
    OrganisationName,
    OrganisationStatus,
    organisation_municipality,
)
from alliance_tracker.regions.models import Municipality

#: What search while typing offers at most.
OFFERED = 10

#: The largest number that both databases take for an id.
LARGEST = 2**31 - 1


def answers(q: str) -> sa.ColumnElement[bool]:
    """A name of today or before that holds every word of `q`, or a number that begins with it."""
    words = folded(q).split()[:6]
    named = sa.select(OrganisationName.organisation_id).where(
        *(OrganisationName.name_folded.like(like(word), escape="\\") for word in words)
    )
    conditions = [Organisation.id.in_(named)]
    number = searchable(q)
    if len(number) >= 3:
        conditions.append(
            Organisation.id.in_(
                sa.select(OrganisationIdentifier.organisation_id).where(
                    OrganisationIdentifier.value.startswith(number, autoescape=True)
                )
            )
        )
    return sa.or_(*conditions)


def municipality_names(ids: Collection[int]) -> dict[int, list[str]]:
    """The municipalities of these organisations, by name."""
    names: dict[int, list[str]] = {}
    for number, name in db().execute(
        sa.select(organisation_municipality.c.organisation_id, Municipality.name)
        .join(Municipality, Municipality.id == organisation_municipality.c.municipality_id)
        .where(organisation_municipality.c.organisation_id.in_(ids))
        .order_by(Municipality.name_folded)
    ):
        names.setdefault(number, []).append(name)
    return names


# Search while typing -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """An organisation of today, as search while typing offers it."""

    id: int
    name: str
    kind: OrganisationKind
    municipalities: tuple[str, ...]

    @property
    def words(self) -> str:
        """What tells it apart from another one of the same name."""
        return " · ".join([str(self.kind.label), *self.municipalities])


def _offered(condition: sa.ColumnElement[bool], first: str = "") -> list[Found]:
    begins = sa.case((Organisation.name_folded.startswith(first, autoescape=True), 0), else_=1)
    found = (
        db()
        .execute(
            sa.select(Organisation.id, Organisation.name, Organisation.kind)
            .where(condition, Organisation.status == OrganisationStatus.ACTIVE)
            .order_by(begins, Organisation.name_folded, Organisation.id)
            .limit(OFFERED)
        )
        .all()
    )
    places = municipality_names([row.id for row in found])
    return [Found(row.id, row.name, row.kind, tuple(places.get(row.id, ()))) for row in found]


def search(q: str) -> list[Found]:
    """At most ten active organisations that answer to `q`, those whose name begins with it first."""
    return _offered(answers(q), folded(q)) if q.strip() else []


@dataclass(frozen=True)
class Resolution:
    """What a typed text points at: one organisation, or none with the ones it may have meant."""

    found: Found | None
    matches: tuple[Found, ...] = ()


def resolve(text: str) -> Resolution:
    """The active organisation that `text` means: `id:12`, an exact name, a number, or the only one that answers."""
    text = text.strip()
    if text.startswith("id:"):
        known = len(text) <= 13 and text[3:].isascii() and text[3:].isdigit() and int(text[3:]) <= LARGEST
        chosen = _offered(Organisation.id == int(text[3:])) if known else []
        return Resolution(chosen[0] if chosen else None)
    if not text:
        return Resolution(None)
    exact = _offered(Organisation.name_folded == folded(text))
    offered = exact or search(text)
    return Resolution(offered[0], ()) if len(offered) == 1 else Resolution(None, tuple(offered))


# One organisation --------------------------------------------------------------------------------------------------


def organisation(organisation_id: int) -> Organisation:
    """The organisation with its names, numbers, municipalities and successor.

    :raise NotFound: there is none.
    """
    if organisation_id > LARGEST:
        raise NotFound(Message("There is nothing at this address."))
    row = (
        db()
        .scalars(
            sa.select(Organisation)
            .where(Organisation.id == organisation_id)
            .options(
                selectinload(Organisation.names),
                selectinload(Organisation.identifiers),
                selectinload(Organisation.municipalities),
                selectinload(Organisation.successor),
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound(Message("There is nothing at this address."))
    return row


def merged_into(organisation_id: int) -> Sequence[Organisation]:
    """The organisations that merged into this one, the first one first."""
    return (
        db()
        .scalars(
            sa.select(Organisation)
            .where(Organisation.successor_id == organisation_id)
            .order_by(Organisation.ended_on, Organisation.id)
        )
        .all()
    )


@dataclass(frozen=True)
class LastChange:
    """Who changed something last, and when."""

    who: str
    at: datetime


def last_change(row: Organisation) -> LastChange | None:
    """The newest entry in the trail of this organisation."""
    entry: Any = (
        db()
        .execute(
            sa.select(audit.AuditEntry.actor_id, audit.AuditEntry.at)
            .where(audit.AuditEntry.subject_type == row.__tablename__, audit.AuditEntry.subject_id == str(row.id))
            .order_by(audit.AuditEntry.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if entry is None:
        return None
    return LastChange(audit.names_of({entry.actor_id}).get(entry.actor_id or 0, ""), entry.at)
