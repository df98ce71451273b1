"""What closing and merging an organisation mean for the alliances in which it is a partner."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit
from alliance_tracker.alliances import partners, succession
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Partner, PartnerRoleKind
from alliance_tracker.alliances.succession import Succession
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, TransitionRefused
from alliance_tracker.organisations import queries, service
from alliance_tracker.organisations.models import Organisation, OrganisationKind, OrganisationStatus, Pillar
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_organisation, make_partner, make_user

pytestmark = pytest.mark.usefixtures("context")
ON = date(2026, 6, 1)


def partners_of(organisation: Organisation) -> list[Partner]:
    """Every partnership it ever had, as the database knows it."""
    db().expire_all()
    db().refresh(organisation)
    return list(
        db().scalars(
            sa.select(Partner)
            .where(Partner.organisation_id == organisation.id)
            .options(selectinload(Partner.roles), selectinload(Partner.pillars), selectinload(Partner.organisation))
            .order_by(Partner.id)
            .execution_options(populate_existing=True)
        )
    )


def merge(old: Organisation, new: Organisation, decisions: dict[int, Succession], on: date = ON, **more) -> None:
    with transaction():
        succession.merge(old, new, decisions, on=on, reason="fusie", **{"actor": SYSTEM, **more})


def test_a_successor_takes_the_partnership_over_with_roles_responsibility_and_contact():
    alliance, old, new = make_alliance(), make_organisation("Oud"), make_organisation("Nieuw")
    partner = make_partner(
        alliance,
        old,
        roles=[PartnerRoleKind.LEAD, PartnerRoleKind.HOST],
        is_core=True,
        responsibility="Trekt.",
        gain="Talent.",
        more_pillars={Pillar.CIVIL_SOCIETY: "heeft een museum"},
        contact={"name": "An", "email": "an@example.org"},
    )
    merge(old, new, {partner.id: Succession.INHERIT})
    (left,) = partners_of(old)
    assert (left.until, left.leave_reason) == (ON - timedelta(days=1), "fusie")
    assert all(role.until for role in left.roles)
    assert all(pillar.until for pillar in left.pillars)
    (joined,) = partners_of(new)
    assert (joined.since, joined.until, joined.is_core) == (ON, None, True)
    assert {r.role for r in joined.current_roles} == {PartnerRoleKind.LEAD, PartnerRoleKind.HOST}
    assert (joined.responsibility, joined.gain, joined.contact_email) == ("Trekt.", "Talent.", "an@example.org")
    assert {p.pillar: p.reason for p in joined.current_pillars} == {
        Pillar.ECONOMY: "",
        Pillar.CIVIL_SOCIETY: "heeft een museum",
    }
    actions = set(db().scalars(sa.select(audit.AuditEntry.action).where(audit.AuditEntry.alliance_id == alliance.id)))
    assert {"partner.left", "partner.admitted"} <= actions


def test_a_successor_that_is_a_partner_already_stays_as_it_was():
    alliance, old, new = make_alliance(), make_organisation("Oud"), make_organisation("Nieuw")
    partner = make_partner(alliance, old, roles=[PartnerRoleKind.LEAD])
    make_partner(alliance, new, roles=[PartnerRoleKind.FUNDING])
    merge(old, new, {partner.id: Succession.INHERIT})
    (joined,) = partners_of(new)
    assert [r.role for r in joined.current_roles] == [PartnerRoleKind.FUNDING]
    assert partners_of(old)[0].until is not None


def test_each_partnership_has_its_own_decision():
    old, new = make_organisation("Oud"), make_organisation("Nieuw")
    first, second = make_partner(make_alliance(), old), make_partner(make_alliance(), old)
    merge(old, new, {first.id: Succession.INHERIT, second.id: Succession.END})
    assert [p.alliance_id for p in partners_of(new)] == [first.alliance_id]
    assert all(p.until for p in partners_of(old))


def test_a_partnership_that_nobody_decided_stops_the_merger_whole():
    old, new = make_organisation("Oud"), make_organisation("Nieuw")
    first, second = make_partner(make_alliance(), old), make_partner(make_alliance(), old)
    with pytest.raises(FieldRefused) as refused:
        merge(old, new, {first.id: Succession.END})
    assert refused.value.field == succession.field_of(second)
    assert all(p.until is None for p in partners_of(old))
    assert queries.organisation(old.id).status is OrganisationStatus.ACTIVE


def test_a_merger_cannot_lie_before_a_partnership_began():
    old, new = make_organisation("Oud"), make_organisation("Nieuw")
    partner = make_partner(make_alliance(), old, since=ON)
    with pytest.raises(FieldRefused) as refused:
        merge(old, new, {partner.id: Succession.INHERIT}, on=ON - timedelta(days=1))
    assert refused.value.field == "on"
    merge(old, new, {partner.id: Succession.INHERIT}, on=ON)
    assert partners_of(old)[0].until == ON


def test_an_alliance_that_has_ended_keeps_its_partners_as_they_were():
    alliance, old, new = make_alliance(), make_organisation("Oud"), make_organisation("Nieuw")
    make_partner(alliance, old)
    with transaction():
        alliances.end(alliance, on=today(), reason="klaar", actor=SYSTEM)
    assert succession.open_partnerships(old) == []
    merge(old, new, {})
    assert partners_of(old)[0].until is None


def test_closing_ends_every_partnership_for_the_same_reason():
    organisation = make_organisation("Bakkerij")
    make_partner(make_alliance(), organisation)
    make_partner(make_alliance(), organisation)
    with transaction():
        succession.close(organisation, on=today(), reason="failliet", actor=SYSTEM)
    assert [(p.until, p.leave_reason) for p in partners_of(organisation)] == [(today(), "failliet")] * 2
    assert queries.organisation(organisation.id).status is OrganisationStatus.CLOSED


def test_a_long_reason_is_kept_whole_with_the_organisation():
    organisation = make_organisation("Bakkerij")
    make_partner(make_alliance(), organisation)
    with transaction():
        succession.close(organisation, on=today(), reason="x" * 1900, actor=SYSTEM)
    assert partners_of(organisation)[0].leave_reason == "x" * 500


def test_an_administrator_may_merge_though_partners_are_not_theirs_to_manage():
    old, new = make_organisation("Oud"), make_organisation("Nieuw")
    partner = make_partner(make_alliance(), old)
    user = make_user(Role.ADMINISTRATOR)
    from tests.builders import actor_of

    merge(old, new, {partner.id: Succession.INHERIT}, actor=actor_of(user))
    entries = db().scalars(sa.select(audit.AuditEntry).where(audit.AuditEntry.action == "partner.left"))
    assert [entry.actor_id for entry in entries] == [user.id]


def test_who_may_not_merge_or_close_touches_no_partnership():
    alliance, old, new = make_alliance(), make_organisation("Oud"), make_organisation("Nieuw")
    partner = make_partner(alliance, old)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(NotAllowed):
        merge(old, new, {partner.id: Succession.END}, actor=coordinator)
    with pytest.raises(NotAllowed), transaction():
        succession.close(old, on=today(), reason="-", actor=coordinator)
    assert partners_of(old)[0].until is None


def test_a_merger_asks_a_reason():
    old, new = make_organisation("Oud"), make_organisation("Nieuw")
    with pytest.raises(TransitionRefused), transaction():
        succession.merge(old, new, {}, on=ON, reason="", actor=SYSTEM)


def change_kind(organisation: Organisation, kind: OrganisationKind) -> None:
    found = queries.organisation(organisation.id)
    with transaction():
        service.edit(
            found,
            kind=kind,
            municipality_ids=[],
            identifiers={},
            website="",
            note="",
            version=found.version,
            actor=SYSTEM,
        )


def test_another_kind_fills_another_pillar_in_every_alliance_and_keeps_the_old_as_history():
    organisation = make_organisation("Fablab", OrganisationKind.COMPANY)
    make_partner(make_alliance(), organisation)
    change_kind(organisation, OrganisationKind.FABLAB)
    (partner,) = partners_of(organisation)
    assert [(p.pillar, p.until) for p in partner.pillars] == [
        (Pillar.ECONOMY, today()),
        (Pillar.CIVIL_SOCIETY, None),
    ]
    change_kind(organisation, OrganisationKind.MUSEUM)
    assert len(partners_of(organisation)[0].pillars) == 2


def test_a_pillar_that_was_filled_with_a_reason_needs_none_once_the_kind_brings_it():
    organisation = make_organisation("Bib", OrganisationKind.LOCAL_AUTHORITY)
    make_partner(make_alliance(), organisation, more_pillars={Pillar.CIVIL_SOCIETY: "ook vrije tijd"})
    change_kind(organisation, OrganisationKind.LIBRARY)
    (partner,) = partners_of(organisation)
    assert [(p.pillar, p.from_kind) for p in partner.current_pillars] == [(Pillar.CIVIL_SOCIETY, True)]
    assert len(partners.current_partners(partner.alliance_id)[0].current_pillars) == 1
