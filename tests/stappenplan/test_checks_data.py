"""The facts behind the checks, gathered from the real tables."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.accounts import service as accounts
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.database import db, transaction
from alliance_tracker.organisations.models import OrganisationKind, OrganisationStatus, Pillar
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.stappenplan.checks_data import CheckFacts, gather
from tests.builders import make_alliance, make_full_helix, make_organisation, make_partner, make_user
from tests.stappenplan.network import log_meeting

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def noon(freeze: Any) -> None:
    freeze(datetime(2026, 11, 21, 11, tzinfo=UTC))


def facts_of(alliance_id: int) -> CheckFacts:
    return gather(alliance_id, today=TODAY, year=2026)


def test_partners_carry_their_roles_pillars_and_words(context: Flask) -> None:
    alliance = make_alliance()
    make_full_helix(alliance)
    facts = facts_of(alliance.id)
    assert len(facts.current) == len(facts.core) == 4
    assert {pillar for each in facts.current for pillar in each.pillars} == set(Pillar)
    assert sorted(role.value for each in facts.current for role in each.roles) == ["coordinator", "lead"]


def test_a_partner_that_left_is_not_current_and_a_second_pillar_counts(context: Flask) -> None:
    alliance = make_alliance()
    gone = make_partner(alliance)
    make_partner(alliance, kind=OrganisationKind.LOCAL_AUTHORITY, more_pillars={Pillar.CIVIL_SOCIETY: "Bibliotheek."})
    with transaction():
        partner_service.leave(gone, on=date(2026, 6, 1), reason="Gestopt.", actor=SYSTEM)
    facts = facts_of(alliance.id)
    assert len(facts.partners) == 2
    assert [each.pillars for each in facts.current] == [{Pillar.GOVERNMENT, Pillar.CIVIL_SOCIETY}]


def test_another_alliance_lends_nothing(context: Flask) -> None:
    mine, other = make_alliance(), make_alliance(municipalities=("Olen",))
    log_meeting(other, TODAY, make_full_helix(other))
    make_user(Role.COORDINATOR, alliance_id=other.id)
    make_organisation(where=["Olen"])
    facts = facts_of(mine.id)
    assert (facts.partners, facts.coordinators, facts.organisations, facts.meetings) == ((), 0, {}, ())


def test_a_coordinator_counts_while_the_account_is_open(context: Flask) -> None:
    alliance = make_alliance()
    user = make_user(Role.COORDINATOR, alliance_id=alliance.id)
    assert facts_of(alliance.id).coordinators == 1
    with transaction():
        accounts.disable(accounts.user_by_id(user.id), actor=SYSTEM)
    assert facts_of(alliance.id).coordinators == 0


def test_a_coordinator_without_a_password_is_not_active_yet(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        user = accounts.register(email="nieuw@example.org", name="Nieuw", actor=SYSTEM)
        accounts.give_role(user, Role.COORDINATOR, alliance_id=alliance.id, actor=SYSTEM)
    assert facts_of(alliance.id).coordinators == 0


def test_organisations_count_once_each_while_they_exist_in_the_municipalities(context: Flask) -> None:
    alliance = make_alliance(municipalities=("Geel", "Olen"))
    make_organisation(kind=OrganisationKind.LIBRARY, where=["Geel", "Olen"])
    make_organisation(kind=OrganisationKind.MUSEUM, where=["Olen"])
    make_organisation(kind=OrganisationKind.COMPANY, where=["Mol"])
    closed = make_organisation(kind=OrganisationKind.COMPANY, where=["Geel"])
    with transaction():
        closed.status, closed.ended_on = OrganisationStatus.CLOSED, date(2026, 1, 1)
    assert facts_of(alliance.id).organisations == {Pillar.CIVIL_SOCIETY: 2}


def test_meetings_are_log_entries_of_that_kind_with_partners_present(context: Flask) -> None:
    alliance = make_alliance()
    partners = make_full_helix(alliance)
    log_meeting(alliance, date(2026, 3, 3), partners[:2])
    log_meeting(alliance, date(2026, 4, 4), partners, kind=LogKind.VISIT)
    log_meeting(alliance, date(2026, 5, 5), partners, withdrawn=True)
    log_meeting(alliance, date(2025, 1, 1), partners)
    log_meeting(alliance, date(2026, 11, 22), partners)
    found = facts_of(alliance.id).meetings
    assert [(each.on, len(each.pillars)) for each in found] == [(date(2026, 3, 3), 2)]


def test_a_presence_that_was_taken_back_does_not_count(context: Flask) -> None:
    alliance = make_alliance()
    partners = make_full_helix(alliance)
    entry = log_meeting(alliance, date(2026, 3, 3), partners)
    with transaction():
        db().refresh(entry, ["presences"])
        entry.presences[0].is_withdrawn = True
    assert len(facts_of(alliance.id).meetings[0].pillars) == 3


def test_a_partner_that_left_later_was_still_at_the_meeting(context: Flask) -> None:
    alliance = make_alliance()
    partners = make_full_helix(alliance)
    log_meeting(alliance, date(2026, 3, 3), partners)
    with transaction():
        partner_service.leave(partners[0], on=date(2026, 3, 10), reason="Gestopt.", actor=SYSTEM)
        partner_service.leave(partners[1], on=date(2026, 3, 1), reason="Gestopt.", actor=SYSTEM)
    assert len(facts_of(alliance.id).meetings[0].pillars) == 3
