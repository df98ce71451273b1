"""What is next in the agreements: each is told what they can do, with the way to it, most urgent first."""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.accountability import explaining, succession
from alliance_tracker.accounts import service as accounts
from alliance_tracker.alliances import partners
from alliance_tracker.alliances import succession as ending
from alliance_tracker.alliances.models import Alliance, Partner
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
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.builders import (
    actor_of,
    instalments_of,
    make_actor,
    make_alliance,
    make_convenant,
    make_draft_convenant,
    make_organisation,
    make_partner,
    make_user,
    offer_and_sign,
    promise,
    reload_version,
)
from tests.conftest import NOON

NEXT_YEAR = {2027: wordings.InYear(Decimal(10), date(2027, 12, 31))}
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
    assert words(told(alliance, coordinator)) == [("later", "Go on with the convenant “%(title)s”")]
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


DECIDE = "Decide who takes over what %(name)s promised"
TAKEN_OVER = ("soon", "Your organisation took over V%(number)s from %(name)s")


def gone(alliance: Alliance, leaver: Partner, *commitments: wordings.Draft, parties: Iterable[Partner] = ()) -> None:
    """A partner that promised something, and left."""
    make_convenant(alliance, parties=[leaver, *parties], commitments=list(commitments))
    with transaction():
        found = next(one for one in partners.current_partners(alliance.id) if one.id == leaver.id)
        partners.leave(found, on=NOON.date(), reason="Stopt.", actor=SYSTEM)


def decide(alliance: Alliance, leaver: Partner, heir: Partner | None, number: int, *, by: Actor) -> None:
    """Decide on the commitment of the leaver with this number."""
    owed = succession.owed_by(leaver.organisation_id, alliance.id)
    key = next(row.commitment_id for row in owed if row.number == number)
    decision = succession.Decision(heir.organisation_id if heir is not None else None, "Afgesproken.")
    with transaction():
        succession.decide(alliance, organisation_by_id(leaver.organisation_id), {key: decision}, actor=by)


def test_who_decides_is_asked_who_takes_over_and_the_organisation_itself_is_not(context: Flask) -> None:
    alliance = make_alliance()
    leaver, heir = make_partner(alliance), make_partner(alliance)
    coordinator, manager = make_actor(Role.COORDINATOR, alliance_id=alliance.id), make_actor(Role.PROJECT_MANAGER)
    left = make_actor(Role.PARTNER, organisation_id=leaver.organisation_id)
    neighbour = make_actor(Role.PARTNER, organisation_id=heir.organisation_id)
    gone(alliance, leaver, promise(leaver), promise(leaver), parties=[heir])
    for by in (coordinator, manager):
        (todo,) = told(alliance, by)
        assert (todo.urgency, todo.what.text) == ("soon", DECIDE)
        assert leaver.organisation.name in str(todo.what)
        assert todo.why.facts["n"] == 2
        assert todo.address.endswith(f"/accounts/{leaver.organisation_id}/succession")
    assert attended(manager) == [("soon", DECIDE)]
    assert attended(coordinator) == []
    assert told(alliance, left) == told(alliance, neighbour) == []
    decide(alliance, leaver, heir, 1, by=coordinator)
    assert words(told(alliance, coordinator)) == [("soon", DECIDE)]  # one commitment is left
    assert told(alliance, coordinator)[0].why.facts["n"] == 1
    decide(alliance, leaver, None, 2, by=manager)
    assert told(alliance, coordinator) == told(alliance, manager) == []
    assert attended(manager) == []


def test_a_coordinator_who_speaks_for_who_left_is_not_asked_and_the_project_manager_is(context: Flask) -> None:
    alliance = make_alliance()
    leaver = make_partner(alliance)
    user = make_user(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        accounts.give_role(user, Role.PARTNER, organisation_id=leaver.organisation_id, actor=SYSTEM)
    gone(alliance, leaver, promise(leaver), parties=[make_partner(alliance)])
    assert DECIDE not in [text for _, text in words(told(alliance, actor_of(user)))]
    assert words(told(alliance, make_actor(Role.PROJECT_MANAGER))) == [("soon", DECIDE)]


def test_what_is_late_meanwhile_makes_the_decision_urgent(context: Flask) -> None:
    alliance = make_alliance()
    leaver = make_partner(alliance)
    gone(alliance, leaver, promise(leaver, years=LATE), parties=[make_partner(alliance)])
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    assert ("urgent", DECIDE) in words(told(alliance, coordinator))


def test_only_vlaio_is_asked_about_what_a_flemish_body_left(context: Flask) -> None:
    alliance, body = make_alliance(), make_organisation("Departement Onderwijs")
    make_convenant(alliance, parties=[make_partner(alliance)], bodies=[body], commitments=[promise(body)])
    with transaction():
        ending.close(organisation_by_id(body.id), on=NOON.date(), reason="Opgeheven.", actor=SYSTEM)
    assert told(alliance, make_actor(Role.COORDINATOR, alliance_id=alliance.id)) == []
    manager = make_actor(Role.PROJECT_MANAGER)
    assert words(told(alliance, manager)) == attended(manager) == [("soon", DECIDE)]


def test_several_that_left_are_counted_in_one_line_for_the_project_manager(context: Flask) -> None:
    for _ in range(2):
        alliance = make_alliance()
        leaver = make_partner(alliance)
        gone(alliance, leaver, promise(leaver), parties=[make_partner(alliance)])
    (todo,) = attention_agreements.of_agreements(make_actor(Role.PROJECT_MANAGER))
    assert todo.what.text == "Decide who takes over what %(n)s organisation promised"
    assert todo.what.facts["n"] == 2


def test_an_heir_is_told_for_thirty_days_and_not_of_its_own_decision(
    context: Flask, freeze: Callable[[datetime], None]
) -> None:
    alliance = make_alliance()
    leaver, heir, other = (make_partner(alliance) for _ in range(3))
    user = make_user(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        accounts.give_role(user, Role.PARTNER, organisation_id=heir.organisation_id, actor=SYSTEM)
    decides = actor_of(user)
    colleague = make_actor(Role.PARTNER, organisation_id=heir.organisation_id)
    neighbour = make_actor(Role.PARTNER, organisation_id=other.organisation_id)
    gone(alliance, leaver, promise(leaver, years=NEXT_YEAR), parties=[heir, other])
    decide(alliance, leaver, heir, 1, by=decides)
    (todo,) = told(alliance, colleague)
    assert (todo.urgency, todo.what.text) == TAKEN_OVER
    assert leaver.organisation.name in str(todo.what)
    assert "/commitments/" in todo.address
    assert told(alliance, decides) == told(alliance, neighbour) == []
    freeze(NOON.replace(month=12, day=20))
    assert words(told(alliance, colleague)) == [TAKEN_OVER]
    freeze(NOON.replace(month=12, day=21))
    assert told(alliance, colleague) == []


def test_who_passes_it_on_again_is_not_told_that_it_took_it_over(context: Flask) -> None:
    alliance = make_alliance()
    leaver, heir, last = (make_partner(alliance) for _ in range(3))
    manager = make_actor(Role.PROJECT_MANAGER)
    gone(alliance, leaver, promise(leaver, years=NEXT_YEAR), parties=[heir, last])
    decide(alliance, leaver, heir, 1, by=manager)
    with transaction():
        found = next(one for one in partners.current_partners(alliance.id) if one.id == heir.id)
        partners.leave(found, on=NOON.date(), reason="Stopt ook.", actor=SYSTEM)
    decide(alliance, heir, last, 1, by=manager)
    assert told(alliance, make_actor(Role.PARTNER, organisation_id=heir.organisation_id)) == []
    (todo,) = told(alliance, make_actor(Role.PARTNER, organisation_id=last.organisation_id))
    assert heir.organisation.name in str(todo.what)


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
