"""Partners join, get roles, fill pillars, and leave; each with its date."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance, Partner, PartnerPillar, PartnerRole, PartnerRoleKind
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, lock, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation, OrganisationStatus, Pillar
from alliance_tracker.policy import Actor, Permission


def admit(
    alliance: Alliance,
    organisation: Organisation,
    *,
    since: date,
    actor: Actor,
    is_core: bool = False,
    roles: Iterable[PartnerRoleKind] = (),
    responsibility: str = "",
    gain: str = "",
    more_pillars: Mapping[Pillar, str] | None = None,
    contact: Mapping[str, str] | None = None,
    because: Mapping[str, Any] | None = None,
) -> Partner:
    """Admit an organisation as partner from `since`; `more_pillars` maps a pillar beside that of its kind to why.

    `because` are facts for the history: of which organisation it is the successor.

    :raise FieldRefused: it is a partner already, no longer exists, or the date lies in the future.
    """
    policy.require(actor, Permission.PARTNER_MANAGE, alliance)
    check_open(alliance)
    lock(organisation)  # it may close or merge at the same moment
    if organisation.status is not OrganisationStatus.ACTIVE:
        raise FieldRefused("organisation", Message("This organisation no longer exists."))
    if since > today():
        raise FieldRefused("since", Message("This date lies in the future. Choose today or an earlier date."))
    overlapping = sa.select(Partner.id).where(
        Partner.alliance_id == alliance.id,
        Partner.organisation_id == organisation.id,
        sa.or_(Partner.until.is_(None), Partner.until >= since),
    )
    if db().scalar(overlapping):
        raise FieldRefused("organisation", Message("This organisation is a partner already."))
    partner = Partner(
        alliance_id=alliance.id,
        organisation_id=organisation.id,
        is_core=is_core,
        responsibility=responsibility,
        gain=gain,
        since=since,
        roles=[],
        pillars=[],
        **{f"contact_{key}": value for key, value in (contact or {}).items()},
    )
    partner.organisation = organisation
    db().add(partner)
    db().flush()  # gives the partner its id
    audit.record("partner.admitted", partner, actor=actor, organisation=organisation.name, **(because or {}))
    _set_pillars(partner, organisation, more_pillars or {}, since)
    _set_roles(partner, roles, since)
    return partner


def _set_roles(partner: Partner, wanted: Iterable[PartnerRoleKind], on: date) -> None:
    names = set(wanted)
    for role in partner.current_roles:
        if role.role not in names:
            role.until = max(on, role.since)
    for kind in sorted(names - {role.role for role in partner.current_roles}):
        partner.roles.append(PartnerRole(partner_id=partner.id, alliance_id=partner.alliance_id, role=kind, since=on))


def _set_pillars(partner: Partner, organisation: Organisation, more: Mapping[Pillar, str], on: date) -> None:
    own = organisation.kind.pillar
    wanted = {own: "", **{pillar: reason for pillar, reason in more.items() if pillar is not own}}
    for row in partner.current_pillars:
        if row.pillar not in wanted or row.reason != wanted[row.pillar]:
            row.until = max(on, row.since)
    for pillar, reason in wanted.items():
        if pillar not in {row.pillar for row in partner.current_pillars}:
            partner.pillars.append(
                PartnerPillar(
                    partner_id=partner.id,
                    alliance_id=partner.alliance_id,
                    pillar=pillar,
                    from_kind=pillar is own,
                    reason=reason,
                    since=on,
                )
            )


def edit(
    partner: Partner,
    *,
    is_core: bool,
    roles: Iterable[PartnerRoleKind],
    responsibility: str,
    gain: str,
    more_pillars: Mapping[Pillar, str],
    contact: Mapping[str, str],
    version: int | None,
    actor: Actor,
) -> None:
    """Change a partner's roles, words, pillars and contact; roles and pillars change from today on.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise Refused: it left already.
    """
    policy.require(actor, Permission.PARTNER_MANAGE, partner)
    check_open(db().get_one(Alliance, partner.alliance_id))
    if partner.until is not None:
        raise Refused(Message("This partner has left."))
    check_version(partner, version)
    partner.is_core, partner.responsibility, partner.gain = is_core, responsibility, gain
    for key, value in contact.items():
        setattr(partner, f"contact_{key}", value)
    audit.record("partner.edited", partner, actor=actor, organisation=partner.organisation.name)
    _set_roles(partner, roles, today())
    _set_pillars(partner, partner.organisation, more_pillars, today())


def leave(partner: Partner, *, on: date, reason: str, actor: Actor, because: Mapping[str, Any] | None = None) -> None:
    """Let a partner leave; `on` is its last day. `because` are facts for the history: that it closed, or merged.

    :raise FieldRefused: the day lies before it joined or in the future, or there is no reason.
    """
    policy.require(actor, Permission.PARTNER_MANAGE, partner)
    check_open(db().get_one(Alliance, partner.alliance_id))
    if partner.until is not None:
        raise Refused(Message("This partner has left."))
    if not partner.since <= on <= today():
        raise FieldRefused("on", Message("Choose a day between %(since)s and today.", since=partner.since))
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    partner.until, partner.leave_reason = on, reason
    for role in partner.current_roles:
        role.until = max(on, role.since)
    for pillar in partner.current_pillars:
        pillar.until = max(on, pillar.since)
    named = {"organisation": partner.organisation.name, **(because or {})}
    audit.record("partner.left", partner, actor=actor, reason=reason, **named)


def current_partners(alliance_id: int) -> list[Partner]:
    """The partners of today with their organisation, roles and pillars, core partners first."""
    return list(
        db().scalars(
            sa.select(Partner)
            .join(Organisation, Organisation.id == Partner.organisation_id)
            .where(Partner.alliance_id == alliance_id, Partner.until.is_(None))
            .options(selectinload(Partner.organisation), selectinload(Partner.roles), selectinload(Partner.pillars))
            .order_by(Partner.is_core.desc(), Organisation.name_folded, Partner.id)
        )
    )


def former_partners(alliance_id: int) -> list[Partner]:
    """Those that left, the last one first."""
    return list(
        db().scalars(
            sa.select(Partner)
            .where(Partner.alliance_id == alliance_id, Partner.until.is_not(None))
            .options(selectinload(Partner.organisation), selectinload(Partner.roles), selectinload(Partner.pillars))
            .order_by(Partner.until.desc(), Partner.id.desc())
        )
    )


def helix_balance(partners: Iterable[Partner]) -> dict[Pillar, int]:
    """How many of these partners fill each pillar; a pillar that nobody fills has zero."""
    counts = dict.fromkeys(Pillar, 0)
    for partner in partners:
        for pillar in partner.current_pillars:
            counts[pillar.pillar] += 1
    return counts
