"""An addendum after somebody left: heirs bear in its place, nobody owes twice, and it can be offered."""

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accountability import explaining, succession
from alliance_tracker.accountability.models import Explanation
from alliance_tracker.alliances import partners
from alliance_tracker.alliances import succession as ending
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.succession import Succession
from alliance_tracker.commitments import counting, delivering, wordings
from alliance_tracker.commitments.models import Delivery, Inheritance, Instalment, Side
from alliance_tracker.convenants import beginning, drafting, passing, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.lifecycle import VERSION
from alliance_tracker.convenants.models import Convenant, ConvenantVersion, VersionStatus
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import Refused, TransitionRefused
from alliance_tracker.organisations import service as register
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.standings import agreements
from tests.builders import (
    instalments_of,
    make_actor,
    make_alliance,
    make_convenant,
    make_organisation,
    make_partner,
    make_user,
    offer_and_sign,
    promise,
    reload_version,
)
from tests.conftest import NOON
from tests.strict_client import StrictClient

DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


@pytest.fixture
def alliance(context: Flask) -> Alliance:
    return make_alliance()


def deliver(row: Instalment, quantity: int) -> None:
    by = make_actor(Role.PARTNER, organisation_id=row.organisation_id)
    with transaction():
        found = delivering.instalment_by_id(row.id)
        assert found is not None
        delivering.log(found, delivering.Draft(DAY, Decimal(quantity)), actor=by)


def leave(partner: Partner) -> None:
    with transaction():
        found = next(p for p in partners.current_partners(partner.alliance_id) if p.id == partner.id)
        partners.leave(found, on=today(), reason="Gestopt.", actor=SYSTEM)


def decide(partner: Partner, heir: int | None, *commitments: int, by: Actor) -> None:
    with transaction():
        alliance, former = db().get_one(Alliance, partner.alliance_id), organisation_by_id(partner.organisation_id)
        succession.decide(alliance, former, dict.fromkeys(commitments, succession.Decision(heir, "Zo.")), actor=by)


def begin(convenant: Convenant, by: Actor) -> ConvenantVersion:
    with transaction():
        version = beginning.start_addendum(convenant, actor=by)
        draft = dataclasses.replace(drafting.draft_of(version), change_note="Er is iemand weg.")
        convenants.edit(version, draft, actor=by)
    return reload_version(version)


def parties(version: ConvenantVersion) -> set[int]:
    return {party.organisation_id for party in version.parties}


def borne(version: ConvenantVersion) -> dict[int, dict[int, Decimal]]:
    return {
        wording.commitment.number: {row.organisation_id: row.share for row in wording.bearers}
        for wording in version.wordings
    }


def carried(convenant: Convenant, year: int = 2026) -> list[tuple[int, int, Decimal, Decimal, bool]]:
    """First bearer, bearer, promised, reported, waived; of one year."""
    return [
        (row.first_organisation_id, row.organisation_id, row.quantity, row.reported, row.is_waived)
        for row in instalments_of(convenant)
        if row.year == year
    ]


def holds(convenant: Convenant) -> None:
    assert list(counting.drift()) == []
    assert list(agreements.drift()) == []
    for row in instalments_of(convenant):
        assert row.delivered_on is None or row.organisation_id is not None


def words(version: ConvenantVersion) -> list[str]:
    return [sentence.text for sentence in passing.in_words(reload_version(version))]


def test_an_heir_comes_in_the_place_of_who_left_and_owes_what_was_left(alliance: Alliance, manager: Actor) -> None:
    leaver, heir, other = (make_partner(alliance) for _ in range(3))
    shared = dataclasses.replace(promise(leaver, other), coordinator_id=leaver.organisation_id)
    convenant = make_convenant(alliance, parties=[leaver, other], commitments=[shared])
    a, b, h = leaver.organisation_id, other.organisation_id, heir.organisation_id
    deliver(instalments_of(convenant)[0], 5)  # the leaver's part of 2026
    leave(leaver)
    decide(leaver, h, instalments_of(convenant)[0].commitment_id, by=manager)
    version = begin(convenant, manager)
    assert parties(version) == {drafting.office().id, b, h}
    assert borne(version) == {1: {h: Decimal(50), b: Decimal(50)}}
    assert version.wordings[0].coordinator_id == h
    assert next(party for party in version.parties if party.organisation_id == h).is_required
    assert words(version) == [
        "%(name)s takes part no more: it is no party of this draft.",
        "%(commitment)s: %(heir)s took over what %(name)s promised.",
    ]
    before = [carried(convenant, year) for year in (2026, 2027)]
    offer_and_sign(version)
    assert [carried(convenant, year) for year in (2026, 2027)] == before
    assert before[0] == [(a, a, Decimal(5), Decimal(5), False), (b, b, Decimal(5), Decimal(0), False)]
    assert before[1] == [(a, h, Decimal(5), Decimal(0), False), (b, b, Decimal(5), Decimal(0), False)]
    assert db().scalars(sa.select(Delivery.organisation_id)).all() == [a]
    holds(convenant)


def test_an_heir_that_bore_a_share_already_bears_both_and_nobody_owes_twice(alliance: Alliance, manager: Actor) -> None:
    leaver, heir = make_partner(alliance), make_partner(alliance)
    a, h = leaver.organisation_id, heir.organisation_id
    convenant = make_convenant(alliance, parties=[leaver, heir], commitments=[promise(leaver, heir)])
    deliver(instalments_of(convenant)[0], 3)
    leave(leaver)
    decide(leaver, h, instalments_of(convenant)[0].commitment_id, by=manager)
    version = begin(convenant, manager)
    assert borne(version) == {1: {h: Decimal(100)}}
    offer_and_sign(version)
    both = [(a, h, Decimal(5), Decimal(3), False), (h, h, Decimal(5), Decimal(0), False)]
    assert carried(convenant) == both
    again = begin(convenant, manager)  # and once more: what more is promised is the heir's own
    more = {2026: wordings.InYear(Decimal(12), date(2026, 12, 31)), 2027: again_year(again)}
    with transaction():
        (wording,) = again.wordings
        convenants.edit_commitment(
            again, wording, dataclasses.replace(wordings.draft_of(wording), years=more), actor=manager
        )
    offer_and_sign(reload_version(again))
    assert carried(convenant) == [both[0], (h, h, Decimal(7), Decimal(0), False)]
    assert sum(part for _, _, part, _, _ in carried(convenant, 2027)) == Decimal(10)
    holds(convenant)


def again_year(version: ConvenantVersion) -> wordings.InYear:
    return wordings.draft_of(version.wordings[0]).years[2027]


def test_what_was_delivered_before_stays_its_own_when_more_is_promised(alliance: Alliance, manager: Actor) -> None:
    leaver, heir = make_partner(alliance), make_partner(alliance)
    a, h = leaver.organisation_id, heir.organisation_id
    convenant = make_convenant(alliance, parties=[leaver], commitments=[promise(leaver)])
    deliver(instalments_of(convenant)[0], 10)
    leave(leaver)
    decide(leaver, h, instalments_of(convenant)[0].commitment_id, by=manager)
    version = begin(convenant, manager)
    with transaction():
        (wording,) = version.wordings
        years = {2026: wordings.InYear(Decimal(14), date(2026, 12, 31))}
        convenants.edit_commitment(
            version, wording, dataclasses.replace(wordings.draft_of(wording), years=years), actor=manager
        )
    offer_and_sign(reload_version(version))
    assert carried(convenant) == [(a, a, Decimal(10), Decimal(10), False), (h, h, Decimal(4), Decimal(0), False)]
    assert carried(convenant, 2027) == [(a, h, Decimal(10), Decimal(0), True)]
    holds(convenant)


def test_an_heir_of_an_heir_bears_what_the_text_promises_by_the_one_between(alliance: Alliance, manager: Actor) -> None:
    leaver, heir, last, joiner = (make_partner(alliance) for _ in range(4))
    a, h, x = leaver.organisation_id, heir.organisation_id, last.organisation_id
    convenant = make_convenant(alliance, parties=[leaver, heir, last], commitments=[promise(leaver, heir)])
    commitment = instalments_of(convenant)[0].commitment_id
    deliver(instalments_of(convenant)[0], 5)
    leave(leaver)
    decide(leaver, h, commitment, by=manager)
    offer_and_sign(begin(convenant, manager))
    leave(heir)
    decide(heir, x, commitment, by=manager)
    before = [carried(convenant, year) for year in (2026, 2027)]
    assert before == [
        [(a, a, Decimal(5), Decimal(5), False), (h, x, Decimal(5), Decimal(0), False)],
        [(a, x, Decimal(5), Decimal(0), False), (h, x, Decimal(5), Decimal(0), False)],
    ]
    joined(convenant, joiner, manager)  # everything is looked at anew
    assert [carried(convenant, year)[:2] for year in (2026, 2027)] == before
    version = begin(convenant, manager)
    assert borne(version)[1] == {x: Decimal(100)}
    offer_and_sign(version)
    assert [carried(convenant, year)[:2] for year in (2026, 2027)] == before
    holds(convenant)


def test_what_nobody_bears_any_more_is_left_out_and_said(alliance: Alliance, manager: Actor) -> None:
    leaver, other = make_partner(alliance), make_partner(alliance)
    a, b = leaver.organisation_id, other.organisation_id
    convenant = make_convenant(alliance, parties=[leaver, other], commitments=[promise(leaver), promise(leaver, other)])
    first = instalments_of(convenant)[0]
    deliver(first, 4)
    leave(leaver)
    decide(leaver, None, first.commitment_id, by=manager)
    version = begin(convenant, manager)
    assert borne(version) == {2: {b: Decimal(100)}}
    assert {row.year: row.quantity for row in version.wordings[0].years} == {2026: Decimal(5), 2027: Decimal(5)}
    assert words(version) == [
        "%(name)s takes part no more: it is no party of this draft.",
        "%(commitment)s is in force and not in this draft: "
        "what is still open of it ends once the addendum is in force.",
        "%(commitment)s: nobody took over what %(name)s promised.",
        "%(commitment)s: nobody took over what %(name)s promised.",
    ]
    offer_and_sign(version)
    assert [row[:3] for row in carried(convenant) if not row[4]] == [(b, b, Decimal(5))]
    assert {row[0] for row in carried(convenant) if row[4]} == {a}
    holds(convenant)


def test_a_draft_says_that_somebody_took_over_what_it_leaves_out(alliance: Alliance, manager: Actor) -> None:
    leaver, heir = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[leaver, heir], commitments=[promise(leaver)])
    leave(leaver)
    version = begin(convenant, manager)
    assert version.wordings == []
    decide(leaver, heir.organisation_id, instalments_of(convenant)[0].commitment_id, by=manager)
    assert words(version)[-1] == "%(commitment)s: %(heir)s took over what %(name)s promised; it does not bear it here."


def test_three_bearers_of_whom_one_left_go_on_with_what_they_promised(alliance: Alliance, manager: Actor) -> None:
    leaver, one, other = (make_partner(alliance) for _ in range(3))
    convenant = make_convenant(alliance, parties=[leaver, one, other], commitments=[promise(leaver, one, other)])
    before = {row[:3] for row in carried(convenant)}
    leave(leaver)
    version = begin(convenant, manager)
    assert sum(borne(version)[1].values()) == Decimal(100)
    offer_and_sign(version)
    kept = {row[:3] for row in carried(convenant) if not row[4]}
    assert kept < before
    assert len(kept) == 2


def test_a_text_that_names_who_left_cannot_be_offered_and_says_who(alliance: Alliance, manager: Actor) -> None:
    leaver, other = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[leaver, other], commitments=[promise(other)])
    version = begin(convenant, manager)
    leave(leaver)
    version = reload_version(version)
    (sentence,) = VERSION.transitions["offer"].obstacles(version)
    assert sentence.text == "%(name)s takes part no more: take it out of the parties."
    assert leaver.organisation.name in str(sentence)
    with pytest.raises(Refused), transaction():
        convenants.say_ready(version, actor=manager)
    with pytest.raises(TransitionRefused), transaction():
        signing.offer(version, actor=manager)
    with transaction():
        kept = [drafting.party_draft_of(p) for p in version.parties if p.organisation_id != leaver.organisation_id]
        convenants.set_parties(reload_version(version), kept, actor=manager)
    offer_and_sign(reload_version(version))


def test_a_commitment_that_a_stranger_coordinates_cannot_be_offered(alliance: Alliance, manager: Actor) -> None:
    one, other = make_partner(alliance), make_partner(alliance)
    draft = dataclasses.replace(promise(one), coordinator_id=other.organisation_id)
    convenant = make_convenant(alliance, parties=[one, other], commitments=[draft])
    version = begin(convenant, manager)
    with transaction():
        kept = [drafting.party_draft_of(p) for p in version.parties if p.organisation_id != other.organisation_id]
        convenants.set_parties(version, kept, actor=manager)
    assert [str(each.text) for each in VERSION.transitions["offer"].obstacles(reload_version(version))] == [
        "%(commitment)s: who coordinates it is no party."
    ]


def test_a_flemish_body_is_no_partner_and_stays_a_party_until_it_closes(alliance: Alliance, manager: Actor) -> None:
    body, partner = make_organisation("Departement Onderwijs"), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], bodies=[body], commitments=[promise(body)])
    version = begin(convenant, manager)
    assert body.id in parties(version)
    assert not any(VERSION.transitions["offer"].obstacles(version))
    with transaction():
        signing.withdraw(version, reason="Later.", actor=manager)
        register.close(organisation_by_id(body.id), on=DAY, reason="Opgeheven.", actor=SYSTEM)
    (row, _) = instalments_of(convenant)
    with transaction():
        decision = {row.commitment_id: succession.Decision(drafting.office().id, "VLAIO doet het.")}
        succession.decide(alliance, organisation_by_id(body.id), decision, actor=manager)
    version = begin(convenant, manager)
    assert parties(version) == {drafting.office().id, partner.organisation_id}
    assert borne(version) == {1: {drafting.office().id: Decimal(100)}}
    offer_and_sign(version)
    assert {row.side for row in instalments_of(convenant)} == {Side.GOVERNMENT}
    holds(convenant)


def test_a_successor_by_merger_becomes_a_party_once_it_took_over(alliance: Alliance, manager: Actor) -> None:
    town = make_partner(alliance, make_organisation("Stad Geel"))
    convenant = make_convenant(alliance, parties=[town], commitments=[promise(town)])
    new = make_organisation("Fusiestad")
    with transaction():
        ending.merge(
            organisation_by_id(town.organisation_id),
            new,
            {town.id: Succession.INHERIT},
            on=DAY,
            reason="Gemeentefusie.",
            actor=SYSTEM,
        )
    decide(town, new.id, instalments_of(convenant)[0].commitment_id, by=manager)
    version = begin(convenant, manager)
    assert parties(version) == {drafting.office().id, new.id}
    offer_and_sign(version)
    assert {row[1] for row in carried(convenant)} == {new.id}
    holds(convenant)


def joined(convenant: Convenant, partner: Partner, by: Actor) -> ConvenantVersion:
    with transaction():
        rider = beginning.start_rider(convenant, drafting.PartyDraft(partner.organisation_id), actor=by)
        draft = dataclasses.replace(drafting.draft_of(rider), change_note="Sluit aan.")
        convenants.edit(rider, draft, actor=by)
        convenants.add_commitment(reload_version(rider), promise(partner), actor=by)
    return offer_and_sign(reload_version(rider))


@pytest.mark.parametrize("is_decided", [True, False])
def test_a_rider_whose_party_left_is_taken_up_with_its_heir_or_stays(
    alliance: Alliance, manager: Actor, is_decided: bool
) -> None:
    partner, joiner = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner)])
    rider = joined(convenant, joiner, manager)
    leave(joiner)
    if is_decided:
        row = next(row for row in instalments_of(convenant) if row.organisation_id == joiner.organisation_id)
        decide(joiner, partner.organisation_id, row.commitment_id, by=manager)
    version = begin(convenant, manager)
    assert set(borne(version)) == ({1, 2} if is_decided else {1})
    before = [carried(convenant, year) for year in (2026, 2027)]
    offer_and_sign(version)
    assert [carried(convenant, year) for year in (2026, 2027)] == before
    assert reload_version(rider).status is (VersionStatus.SUPERSEDED if is_decided else VersionStatus.IN_FORCE)
    holds(convenant)


def test_a_new_text_gives_back_what_an_heir_took_over_with_what_is_asked_about_it(
    alliance: Alliance, manager: Actor, freeze: Callable[[datetime], None]
) -> None:
    leaver, heir = make_partner(alliance), make_partner(alliance)
    a, h = leaver.organisation_id, heir.organisation_id
    late = promise(leaver, years={2026: wordings.InYear(Decimal(10), date(2026, 6, 30))})
    convenant = make_convenant(alliance, parties=[leaver, heir], commitments=[late])
    row = instalments_of(convenant)[0]
    leave(leaver)
    found = explaining.instalment_by_id(row.id)
    assert found is not None
    with transaction():
        thread = explaining.ask(found, "Hoe staat het?", actor=manager)
    decide(leaver, h, row.commitment_id, by=manager)
    freeze(NOON.replace(day=22))
    with transaction():
        partners.admit(alliance, organisation_by_id(a), since=today(), actor=SYSTEM)
    version = begin(convenant, manager)
    assert borne(version) == {1: {h: Decimal(100)}}
    with transaction():
        (wording,) = version.wordings
        back = dataclasses.replace(wordings.draft_of(wording), bearers={a: Decimal(100)})
        convenants.edit_commitment(version, wording, back, actor=manager)
    offer_and_sign(reload_version(version), by=manager)
    assert carried(convenant) == [(a, a, Decimal(10), Decimal(0), False)]
    kept = db().scalars(sa.select(Inheritance).where(Inheritance.instalment_id == row.id).order_by(Inheritance.id))
    assert [(each.from_organisation_id, each.to_organisation_id) for each in kept] == [(a, h), (h, a)]
    db().expire_all()
    assert db().get_one(Explanation, thread.id).organisation_id == a
    holds(convenant)


def test_the_page_of_the_draft_says_what_became_of_who_left(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen Samen")
        leaver, other = make_partner(alliance, make_organisation("Stad Geel")), make_partner(alliance)
        convenant = make_convenant(alliance, parties=[leaver, other], commitments=[promise(leaver)])
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        version = begin(convenant, make_actor(Role.PROJECT_MANAGER))
        version_id = version.id
        page = f"/alliances/{alliance.slug}/convenant/versions/{version_id}/edit"
    client.sign_in("cas@example.org")
    assert "Vergeleken met wat nu geldt" not in client.get(page).words
    with app.test_request_context("/"):
        leave(leaver)
        with transaction():
            signing.withdraw(reload_version(version), reason="Opnieuw.", actor=make_actor(Role.PROJECT_MANAGER))
        begun = begin(reload_version(version).convenant, make_actor(Role.PROJECT_MANAGER))
        page = page.replace(f"/{version_id}/", f"/{begun.id}/")
    shown = client.get(page).words
    assert "Vergeleken met wat nu geldt" in shown
    assert "Stad Geel neemt niet meer deel en is geen partij in dit ontwerp." in shown
    assert "V1: niemand nam over wat Stad Geel beloofde." in shown
