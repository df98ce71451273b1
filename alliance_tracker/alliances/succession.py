"""What the end of an organisation means for the alliances: its partnerships end, or its successor takes them over.

Organisations know nothing of alliances, so this part of closing and merging stands here, above both.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit
from alliance_tracker.accounts import representing
from alliance_tracker.accounts.models import RoleGrant
from alliance_tracker.alliances import partners
from alliance_tracker.alliances.lifecycle import OPEN
from alliance_tracker.alliances.models import Alliance, Partner, PartnerPillar
from alliance_tracker.database import db, today
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.organisations import service as organisations
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor

CONTACT = ("name", "function", "email", "phone")


class Succession(Labelled):
    """What becomes of one partnership when its organisation merges into another."""

    INHERIT = "inherit", Message("The successor takes it over, with the same roles and responsibility")
    END = "end", Message("It ends")


def field_of(partner: Partner) -> str:
    """The name of the form's field in which the partnership is decided."""
    return f"partnership_{partner.id}"


def open_partnerships(organisation: Organisation) -> list[Partner]:
    """Its partnerships of today by alliance; those of an alliance that has ended stay as they were."""
    return list(
        db().scalars(
            sa.select(Partner)
            .join(Alliance, Alliance.id == Partner.alliance_id)
            .where(Partner.organisation_id == organisation.id, Partner.until.is_(None), Alliance.status.in_(OPEN))
            .options(selectinload(Partner.organisation), selectinload(Partner.roles), selectinload(Partner.pillars))
            .order_by(Alliance.name_folded, Partner.id)
        )
    )


def alliances_of(found: list[Partner]) -> dict[int, Alliance]:
    """The alliances of these partnerships by id."""
    ids = {partner.alliance_id for partner in found}
    return {a.id: a for a in db().scalars(sa.select(Alliance).where(Alliance.id.in_(ids)))}


def representatives(organisation: Organisation) -> int:
    """How many people speak for the organisation today; they speak for the successor once it merges."""
    return (
        db().scalar(
            sa.select(sa.func.count())
            .select_from(RoleGrant)
            .where(RoleGrant.organisation_id == organisation.id, RoleGrant.ended_at.is_(None))
        )
        or 0
    )


def _with_its_right(actor: Actor) -> Actor:
    """The same person, allowed to touch partnerships and roles: that follows from the right to merge or close."""
    return dataclasses.replace(actor, is_system=True)


def close(organisation: Organisation, *, on: date, reason: str, actor: Actor) -> None:
    """Close the organisation after the day `on`; its partnerships end on that day, for the same reason.

    :raise FieldRefused: the day lies in the future, or before it joined an alliance in which it is a partner.
    :raise TransitionRefused: it closed or merged already, or there is no reason.
    """
    organisations.close(organisation, on=on, reason=reason, actor=actor)
    for partner in open_partnerships(organisation):
        closed = {"closed": organisation.name}
        partners.leave(partner, on=on, reason=reason[:500], actor=_with_its_right(actor), because=closed)


def merge(
    organisation: Organisation,
    successor: Organisation,
    decisions: Mapping[int, Succession],
    *,
    on: date,
    reason: str,
    actor: Actor,
) -> None:
    """Merge the organisation into `successor` from the day `on`.

    `decisions` says what becomes of each partnership, by its id. A successor that is a partner already keeps
    its own roles.

    :raise FieldRefused: a partnership was not decided, or began after `on`; or as `organisations.service.merge`.
    :raise TransitionRefused: it closed or merged already, or there is no reason.
    """
    organisations.merge(organisation, successor, on=on, reason=reason, actor=actor)
    found = open_partnerships(organisation)
    known = alliances_of(found)
    for partner in found:
        alliance = known[partner.alliance_id]
        decision = decisions.get(partner.id)
        if decision is None:
            raise FieldRefused(
                field_of(partner),
                Message("Decide what becomes of the partnership in %(alliance)s.", alliance=alliance.name),
            )
        if partner.since > on:
            raise FieldRefused(
                "on",
                Message(
                    "It joined %(alliance)s on %(since)s; choose that day or a later one.",
                    alliance=alliance.name,
                    since=partner.since,
                ),
            )
        takes_over = decision is Succession.INHERIT and not _is_partner(alliance, successor)
        roles = [role.role for role in partner.current_roles]
        pillars = {row.pillar: row.reason for row in partner.current_pillars if not row.from_kind}
        # Its last day is the one before, so that both are never partner on the same day.
        last = max(partner.since, on - timedelta(days=1))
        merged = {"merged_into": successor.name} | ({"taken_over_by": successor.name} if takes_over else {})
        partners.leave(partner, on=last, reason=reason[:500], actor=_with_its_right(actor), because=merged)
        if takes_over:
            partners.admit(
                alliance,
                successor,
                since=on,
                is_core=partner.is_core,
                roles=roles,
                responsibility=partner.responsibility,
                gain=partner.gain,
                more_pillars=pillars,
                contact={part: getattr(partner, f"contact_{part}") for part in CONTACT},
                actor=_with_its_right(actor),
                because={"predecessor": organisation.name},
            )
    _pass_on_voices(organisation, successor, actor)


def _pass_on_voices(organisation: Organisation, successor: Organisation, actor: Actor) -> None:
    """Let whoever spoke for the organisation speak for its successor, so that nobody loses sight of the alliance."""
    representing.pass_on(organisation.id, successor.id, actor=_with_its_right(actor))


def _is_partner(alliance: Alliance, organisation: Organisation) -> bool:
    found = sa.select(Partner.id).where(
        Partner.alliance_id == alliance.id, Partner.organisation_id == organisation.id, Partner.until.is_(None)
    )
    return db().scalar(found) is not None


def follow_kind(organisation: Organisation, actor: Actor) -> None:
    """After a change of kind: let each partnership of today fill the pillar of the new kind from today on."""
    own = organisation.kind.pillar
    for partner in open_partnerships(organisation):
        present = partner.current_pillars
        if any(row.from_kind and row.pillar is own for row in present):
            continue
        for row in present:
            # The new pillar may have been filled already, with a reason: it needs none any more.
            if row.from_kind or row.pillar is own:
                row.until = max(row.since, today())
        partner.pillars.append(
            PartnerPillar(
                partner_id=partner.id, alliance_id=partner.alliance_id, pillar=own, from_kind=True, since=today()
            )
        )
        audit.record("partner.pillar_followed", partner, actor=actor, organisation=organisation.name)


organisations.KIND_FOLLOWERS.append(follow_kind)
