"""What is next in the agreements: each is told what they can do, with the way to it, most urgent first."""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.accountability import explaining
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import answering, delivering, wordings
from alliance_tracker.commitments.models import Answer
from alliance_tracker.convenants import beginning, drafting, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.database import transaction
from alliance_tracker.drawing_rights import rights
from alliance_tracker.drawing_rights import service as drawdowns
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.monitoring import attention_agreements, next_agreements
from alliance_tracker.monitoring.agreements import agreements_of
from alliance_tracker.monitoring.todo import Todo
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.builders import (
    instalments_of,
    make_actor,
    make_alliance,
    make_convenant,
    make_draft_convenant,
    make_partner,
    offer_and_sign,
    promise,
    reload_version,
)
from tests.conftest import NOON

LATE = {2026: wordings.InYear(Decimal(10), date(2026, 10, 1))}


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


def told(alliance: Alliance, actor: Actor) -> list[Todo]:
    return list(next_agreements.of_agreements(actor, alliance, agreements_of([alliance.id])[alliance.id]))


def attended(actor: Actor) -> list[tuple[str, str]]:
    return words(list(attention_agreements.of_agreements(actor)))


def words(found: list[Todo]) -> list[tuple[str, str]]:
    return [(todo.urgency, todo.what.text) for todo in found]


def test_a_late_bearer_is_asked_to_deliver_or_explain_and_then_left_time(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner, years=LATE)])
    bearer = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    (row,) = instalments_of(convenant)
    assert words(told(alliance, bearer)) == [("urgent", "Deliver: %(what)s")]
    assert words(told(alliance, coordinator)) == [("urgent", "Overdue: %(what)s")]
    with transaction():
        explaining.ask(row, "Waarom?", actor=coordinator)
    assert ("urgent", "Answer the question on commitment V%(number)s") in words(told(alliance, bearer))
    with transaction():
        thread = explaining.thread_by_id(1)
        assert thread is not None
        explaining.answer(thread, "Ziekte.", actor=bearer)
    assert words(told(alliance, bearer)) == [("soon", "Deliver: %(what)s")]
    assert words(told(alliance, coordinator)) == [
        ("soon", "Overdue: %(what)s"),
        ("later", "%(name)s answered on commitment V%(number)s"),
    ]


def test_many_that_are_late_are_counted_in_one_line(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    make_convenant(alliance, parties=[partner], commitments=[promise(partner, years=LATE) for _ in range(4)])
    (todo,) = told(alliance, make_actor(Role.COORDINATOR, alliance_id=alliance.id))
    assert "4" in str(todo.what)
    assert todo.address.endswith("/commitments?state=overdue")


def test_whoever_has_not_signed_is_asked_to_and_nobody_else(context: Flask) -> None:
    alliance = make_alliance()
    partner, other = make_partner(alliance), make_partner(alliance)
    version = make_draft_convenant(alliance, parties=[partner])
    manager = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        signing.offer(version, actor=manager)
    signer = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    assert words(told(alliance, signer)) == [("urgent", "Sign “%(title)s”")]
    assert told(alliance, make_actor(Role.PARTNER, organisation_id=other.organisation_id)) == []
    assert [todo.what.text for todo in attention_agreements.of_agreements(manager)] == ["Sign “%(title)s” for VLAIO"]
    version = reload_version(version)
    own = next(party for party in version.parties if party.organisation_id == partner.organisation_id)
    with transaction():
        signing.sign(version, own, signing.Signing("Pia", "directeur", date(2026, 11, 21)), actor=signer)
    assert told(alliance, signer) == []


def test_a_draft_is_finished_said_to_be_ready_and_then_waits_for_vlaio(context: Flask) -> None:
    alliance = make_alliance()
    version = make_draft_convenant(alliance, parties=[make_partner(alliance)], subject="")
    coordinator, manager = make_actor(Role.COORDINATOR, alliance_id=alliance.id), make_actor(Role.PROJECT_MANAGER)
    assert words(told(alliance, coordinator)) == [("later", "Go on with the convenant “%(title)s”")]
    with pytest.raises(Refused), transaction():
        convenants.say_ready(reload_version(version), actor=coordinator)
    with transaction():
        written = dataclasses.replace(drafting.draft_of(version), subject="Samen.")
        convenants.edit(reload_version(version), written, actor=coordinator)
    assert words(told(alliance, coordinator)) == [("soon", "Say that the draft “%(title)s” is ready")]
    assert attended(manager) == []
    with transaction():
        convenants.say_ready(reload_version(version), actor=coordinator)
    assert words(told(alliance, coordinator)) == [("later", "“%(title)s” waits for VLAIO")]
    for found in (told(alliance, manager), list(attention_agreements.of_agreements(manager))):
        assert words(found) == [("soon", "Offer “%(title)s” for signature")]
        assert found[0].address.endswith(f"/versions/{version.id}/offer")
    with transaction():
        promised = promise(make_partner(alliance))
        with pytest.raises(FieldRefused):  # what is refused takes nothing back
            convenants.add_commitment(reload_version(version), promised, actor=coordinator)
    with transaction():
        convenants.set_parties(
            reload_version(version), map(drafting.party_draft_of, version.parties), actor=coordinator
        )
    assert reload_version(version).ready_on is None
    assert attended(manager) == []
    with transaction():
        signing.offer(reload_version(version), actor=manager)  # VLAIO need not wait for the word
    with pytest.raises(Refused), transaction():
        convenants.say_ready(reload_version(version), actor=coordinator)


def several(alliance: Alliance, organisation_ids: Iterable[int], **more: Any) -> ConvenantVersion:
    """An offer in which two people sign for each of these parties."""
    version = make_draft_convenant(alliance, **more)
    twice = set(organisation_ids)
    with transaction():
        wanted = [
            dataclasses.replace(draft, signatures_needed=2) if draft.organisation_id in twice else draft
            for draft in map(drafting.party_draft_of, version.parties)
        ]
        convenants.set_parties(version, wanted, actor=SYSTEM)
        signing.offer(reload_version(version), actor=make_actor(Role.PROJECT_MANAGER))
    return reload_version(version)


def sign(version: ConvenantVersion, organisation_id: int, by: Actor) -> None:
    version = reload_version(version)
    party = next(party for party in version.parties if party.organisation_id == organisation_id)
    with transaction():
        signing.sign(version, party, signing.Signing("Pia", "directeur", date(2026, 11, 21)), actor=by)


def test_a_party_of_several_signatories_is_asked_until_the_last_and_who_signed_waits(context: Flask) -> None:
    alliance = make_alliance()
    partner, vlaio = make_partner(alliance), drafting.office().id
    version = several(alliance, [vlaio, partner.organisation_id], parties=[partner])
    vera, veerle = (make_actor(Role.PROJECT_MANAGER) for _ in range(2))
    pia, piet = (make_actor(Role.PARTNER, organisation_id=partner.organisation_id) for _ in range(2))
    sign(version, vlaio, vera)
    sign(version, partner.organisation_id, pia)
    assert attended(veerle) == [("urgent", "Sign “%(title)s” for VLAIO")]
    assert words(told(alliance, piet)) == [("urgent", "Sign “%(title)s”")]
    other = ("later", "“%(title)s” needs another signature of your organisation")
    assert attended(vera) == [other]
    assert words(told(alliance, pia)) == [other]
    sign(version, vlaio, veerle)
    assert attended(vera) == attended(veerle) == []


def test_a_party_that_was_not_required_is_told_that_it_can_still_sign(
    context: Flask, freeze: Callable[[datetime], None]
) -> None:
    alliance = make_alliance()
    partner, other = make_partner(alliance), make_partner(alliance)
    version = make_draft_convenant(alliance, parties=[partner], optional=[other])
    signer = make_actor(Role.PARTNER, organisation_id=other.organisation_id)
    with transaction():
        signing.offer(version, actor=make_actor(Role.PROJECT_MANAGER))
    assert words(told(alliance, signer)) == [("soon", "Sign “%(title)s”")]
    for party in [party for party in version.parties if party.is_required]:
        version = reload_version(version)
        own = next(each for each in version.parties if each.id == party.id)
        with transaction():
            signing.record_paper(
                version,
                own,
                signing.Signing("Jan", "directeur", date(2026, 11, 21)),
                actor=make_actor(Role.PROJECT_MANAGER),
            )
    assert words(told(alliance, signer)) == [("later", "You can still sign “%(title)s”")]
    (todo,) = told(alliance, signer)
    assert str(date(2028, 12, 31).year) in str(todo.why)
    assert told(alliance, make_actor(Role.COORDINATOR, alliance_id=alliance.id)) == []
    freeze(NOON.replace(year=2029))
    assert told(alliance, signer) == []  # its term is over
    freeze(NOON)
    sign(version, other.organisation_id, signer)
    assert told(alliance, signer) == []


def test_a_convenant_that_expired_asks_for_what_comes_after_it(
    context: Flask, freeze: Callable[[datetime], None]
) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    make_convenant(alliance, parties=[partner], ends_on=date(2026, 12, 31))
    coordinator, manager = make_actor(Role.COORDINATOR, alliance_id=alliance.id), make_actor(Role.PROJECT_MANAGER)
    representative = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    freeze(NOON.replace(year=2027, month=1, day=1))
    expired = [("soon", "The convenant expired on %(on)s")]
    assert words(told(alliance, coordinator)) == words(told(alliance, manager)) == attended(manager) == expired
    assert told(alliance, representative) == []
    freeze(NOON.replace(year=2027, month=7, day=3))
    assert told(alliance, coordinator) == []
    assert attended(manager) == []
    freeze(NOON.replace(year=2027, month=1, day=1))
    version = make_draft_convenant(
        alliance, parties=[partner], starts_on=date(2027, 1, 1), ends_on=date(2028, 12, 31), subject=""
    )
    prepared = ("later", "The convenant expired on %(on)s")
    assert prepared in words(told(alliance, coordinator))
    assert attended(manager) == [prepared]
    with transaction():
        convenants.edit(version, dataclasses.replace(drafting.draft_of(version), subject="Verder."), actor=coordinator)
    offer_and_sign(reload_version(version))
    assert told(alliance, coordinator) == []
    assert attended(manager) == []


def test_a_convenant_that_was_terminated_today_is_not_to_be_prolonged(context: Flask) -> None:
    alliance = make_alliance()
    convenant = make_convenant(alliance, parties=[make_partner(alliance)], ends_on=date(2026, 12, 31))
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    assert words(told(alliance, coordinator)) == [("soon", "The convenant ends on %(on)s")]
    with transaction():
        signing.terminate(convenant, on=date(2026, 11, 21), reason="Gedaan.", actor=make_actor(Role.PROJECT_MANAGER))
    assert told(alliance, coordinator) == []


def test_deliveries_wait_for_others_and_not_for_who_logged_them(context: Flask) -> None:
    alliance = make_alliance()
    partner, other = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner, other], commitments=[promise(partner)])
    bearer = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    row = delivering.instalment_by_id(instalments_of(convenant)[0].id)
    assert row is not None
    with transaction():
        delivering.log(row, delivering.Draft(date(2026, 11, 20), Decimal(10)), actor=bearer)
    neighbour = make_actor(Role.PARTNER, organisation_id=other.organisation_id)
    assert words(told(alliance, bearer)) == []
    assert words(told(alliance, neighbour)) == [("later", "Confirm %(n)s delivery, or dispute it")]


def test_a_dispute_is_told_to_whose_delivery_it_is_until_it_is_settled(context: Flask) -> None:
    alliance = make_alliance()
    partner, other = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner, other], commitments=[promise(partner)])
    bearer = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    neighbour = make_actor(Role.PARTNER, organisation_id=other.organisation_id)
    row = delivering.instalment_by_id(instalments_of(convenant)[0].id)
    assert row is not None
    with transaction():
        delivery = delivering.log(row, delivering.Draft(date(2026, 11, 20), Decimal(10)), actor=bearer)
    for said, expected in ((Answer.DISPUTES, ["%(n)s delivery of yours is disputed"]), (Answer.TAKES_BACK, [])):
        found = delivering.delivery_by_id(delivery.id)
        assert found is not None
        with transaction():
            answering.answer(found, said, reason="Er was niemand.", actor=neighbour)
        assert [text for _, text in words(told(alliance, bearer))] == expected
        assert not any("disputed" in text for _, text in words(told(alliance, neighbour)))
    (todo,) = [todo for todo in told(alliance, neighbour) if "Confirm" in todo.what.text]
    assert todo.urgency == "later"


def test_a_drawdown_waits_for_vlaio_then_for_the_coordinator(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], ceilings={2026: Decimal(1000)})
    coordinator, manager = make_actor(Role.COORDINATOR, alliance_id=alliance.id), make_actor(Role.PROJECT_MANAGER)
    (right,) = rights.of_convenant(convenant.id)
    with transaction():
        drawdown = drawdowns.request(right, drawdowns.Draft(Decimal(400), "Materiaal", partner.id), actor=coordinator)
    assert words(told(alliance, manager)) == [("soon", "Decide on the drawdown: %(purpose)s")]
    assert [todo.address for todo in attention_agreements.of_agreements(manager)] == ["/drawdowns"]
    found = drawdowns.drawdown_by_id(drawdown.id)
    assert found is not None
    with transaction():
        drawdowns.return_(found, reason="Waarvoor juist?", actor=manager)
    assert words(told(alliance, coordinator)) == [("soon", "Answer VLAIO on the drawdown: %(purpose)s")]
    assert told(alliance, manager) == []


def test_vlaio_is_told_of_its_own_promises(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    late = wordings.Draft(**(vars(promise(partner, years=LATE)) | {"bearers": {drafting.office().id: Decimal(100)}}))
    make_convenant(alliance, parties=[partner], commitments=[late])
    manager = make_actor(Role.PROJECT_MANAGER)
    assert [(todo.urgency, todo.what.text) for todo in attention_agreements.of_agreements(manager)] == [
        ("urgent", "Deliver: %(what)s"),
        ("later", "Commitments are overdue"),
    ]
    assert words(told(alliance, manager)) == [("urgent", "Deliver: %(what)s")]


def test_the_end_of_the_term_is_told_in_time_and_not_once_an_addendum_is_written(
    context: Flask, freeze: Callable[[datetime], None]
) -> None:
    alliance = make_alliance()
    convenant = make_convenant(alliance, parties=[make_partner(alliance)])
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    assert told(alliance, coordinator) == []
    freeze(NOON.replace(year=2028))
    assert words(told(alliance, coordinator)) == [("soon", "The convenant ends on %(on)s")]
    with transaction():
        beginning.start_addendum(convenant, actor=coordinator)
    assert words(told(alliance, coordinator)) == [("later", "Go on with the addendum to “%(title)s”")]


def test_the_agreements_of_many_alliances_cost_as_many_statements_as_of_one(
    context: Flask, statements: list[str]
) -> None:
    ids = []
    for _ in range(3):
        alliance = make_alliance()
        partner = make_partner(alliance)
        make_convenant(alliance, parties=[partner], commitments=[promise(partner, years=LATE)])
        ids.append(alliance.id)
    agreements_of(ids)  # what a transaction begins with is no part of it
    statements.clear()
    agreements_of(ids[:1])
    of_one = len(statements)
    statements.clear()
    agreements_of(ids)
    assert len(statements) == of_one
