"""What a new version may not undo: what was late, what was waived by agreement, and what an heir took over."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.accountability import succession
from alliance_tracker.alliances import partners
from alliance_tracker.alliances.models import Partner
from alliance_tracker.commitments import counting, delivering, instalments, wordings
from alliance_tracker.commitments.models import Instalment
from alliance_tracker.commitments.states import InstalmentState, state_of, was_ever_late
from alliance_tracker.convenants import beginning, drafting, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import clock_at, today, transaction
from alliance_tracker.errors import Refused
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

#: Due before NOON, so that it is overdue.
PASSED = date(2026, 6, 30)
DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


def one_promise(partner: Partner, quantity: int = 10, due_on: date = PASSED) -> wordings.Draft:
    return promise(partner, years={2026: wordings.InYear(Decimal(quantity), due_on)})


def deliver(row: Instalment, quantity: int, on: date) -> None:
    by = make_actor(Role.PARTNER, organisation_id=row.organisation_id)
    with transaction():
        found = delivering.instalment_by_id(row.id)
        assert found is not None
        delivering.log(found, delivering.Draft(on, Decimal(quantity)), actor=by)


def addendum(convenant: Convenant, *, by: Actor, parties: list[Partner] | None = None, **changes: Any) -> None:
    """An addendum in force that changes its only commitment; `parties` replace those of before."""
    with transaction():
        version = beginning.start_addendum(convenant, actor=by)
        draft = drafting.Draft(**(vars(drafting.draft_of(version)) | {"change_note": "Aangepast."}))
        convenants.edit(version, draft, actor=by)
    if changes:
        version = reload_version(version)
        with transaction():
            (wording,) = version.wordings
            written = wordings.Draft(**(vars(wordings.draft_of(wording)) | changes))
            convenants.edit_commitment(version, wording, written, actor=by)
    if parties is not None:
        wanted = [drafting.office().id, *(partner.organisation_id for partner in parties)]
        with transaction():
            convenants.set_parties(reload_version(version), [*map(drafting.PartyDraft, wanted)], actor=by)
    offer_and_sign(reload_version(version))


def test_what_was_delivered_late_stays_late_when_a_later_version_moves_its_date(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[one_promise(partner)])
    (row,) = instalments_of(convenant)
    deliver(row, 10, PASSED + timedelta(days=20))
    assert was_ever_late(row, DAY)
    addendum(convenant, by=manager, years={2026: wordings.InYear(Decimal(10), date(2026, 12, 31))})
    (row,) = instalments_of(convenant)
    assert row.due_on == date(2026, 12, 31)
    assert was_ever_late(row, DAY)


def test_what_is_overdue_stays_late_when_a_later_version_asks_less(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[one_promise(partner)])
    (row,) = instalments_of(convenant)
    deliver(row, 5, PASSED)
    assert was_ever_late(row, DAY)
    addendum(convenant, by=manager, years={2026: wordings.InYear(Decimal(5), PASSED)})
    (row,) = instalments_of(convenant)
    assert (row.quantity, state_of(row, DAY)) == (Decimal(5), InstalmentState.DELIVERED)
    assert was_ever_late(row, DAY)


@pytest.mark.parametrize(("quantity", "state"), [(3, InstalmentState.DELIVERED), (12, InstalmentState.DUE_SOON)])
def test_a_promise_of_which_something_was_delivered_can_become_smaller_and_larger(
    manager: Actor, quantity: int, state: InstalmentState
) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    due_on = date(2026, 12, 10)
    convenant = make_convenant(alliance, parties=[partner], commitments=[one_promise(partner, 5, due_on)])
    (row,) = instalments_of(convenant)
    deliver(row, 5, PASSED)
    addendum(convenant, by=manager, years={2026: wordings.InYear(Decimal(quantity), due_on)})
    (row,) = instalments_of(convenant)
    assert (row.quantity, row.reported, state_of(row, DAY)) == (Decimal(quantity), Decimal(5), state)
    assert not was_ever_late(row, DAY)
    assert list(counting.drift()) == []


def test_what_is_overdue_stays_late_when_it_is_waived(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[one_promise(partner)])
    (row,) = instalments_of(convenant)
    with transaction():
        instalments.waive(row, reason="In overleg.", actor=manager)
    assert was_ever_late(row, DAY)


def test_what_was_waived_in_time_is_not_late(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    later = one_promise(partner, due_on=date(2026, 12, 31))
    convenant = make_convenant(alliance, parties=[partner], commitments=[later])
    (row,) = instalments_of(convenant)
    with transaction():
        instalments.waive(row, reason="In overleg.", actor=manager)
    assert not was_ever_late(row, date(2027, 6, 1))


def test_a_rider_of_somebody_else_takes_up_nothing_that_was_waived(manager: Actor) -> None:
    alliance = make_alliance()
    partner, joiner = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[one_promise(partner)])
    (row,) = instalments_of(convenant)
    with transaction():
        instalments.waive(row, reason="In overleg.", actor=manager)
        rider = beginning.start_rider(convenant, drafting.PartyDraft(joiner.organisation_id), actor=manager)
        draft = drafting.Draft(**(vars(drafting.draft_of(rider)) | {"change_note": "Sluit aan."}))
        convenants.edit(rider, draft, actor=manager)
    offer_and_sign(reload_version(rider))
    (row,) = instalments_of(convenant)
    assert (row.is_waived, row.waive_reason) == (True, "In overleg.")


def test_an_addendum_that_leaves_a_promise_as_it_is_takes_up_nothing_that_was_waived(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[one_promise(partner)])
    (row,) = instalments_of(convenant)
    with transaction():
        instalments.waive(row, reason="In overleg.", actor=manager)
    addendum(convenant, by=manager)
    assert [row.is_waived for row in instalments_of(convenant)] == [True]
    addendum(convenant, by=manager, description="Hetzelfde, met andere woorden")
    assert [row.is_waived for row in instalments_of(convenant)] == [True]


def test_an_addendum_that_promises_it_anew_takes_up_what_was_waived(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[one_promise(partner)])
    (row,) = instalments_of(convenant)
    with transaction():
        instalments.waive(row, reason="In overleg.", actor=manager)
    addendum(convenant, by=manager, years={2026: wordings.InYear(Decimal(4), date(2026, 12, 31))})
    (row,) = instalments_of(convenant)
    assert (row.is_waived, row.quantity) == (False, Decimal(4))


def test_an_heir_that_an_addendum_names_as_bearer_goes_on_with_what_it_took_over(manager: Actor) -> None:
    alliance = make_alliance()
    leaver, heir = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[leaver, heir], commitments=[one_promise(leaver)])
    (row,) = instalments_of(convenant)
    deliver(row, 4, PASSED)
    with transaction():
        partners.leave(leaver, on=today(), reason="Gestopt.", actor=SYSTEM)
    with transaction():
        organisation = leaver.organisation
        decision = {row.commitment_id: succession.Decision(heir.organisation_id, "Neemt het over.")}
        succession.decide(alliance, organisation, decision, actor=manager)
    addendum(convenant, by=manager, parties=[heir], bearers={heir.organisation_id: Decimal(100)})
    (row,) = instalments_of(convenant)
    assert (row.organisation_id, row.first_organisation_id) == (heir.organisation_id, leaver.organisation_id)
    assert (row.quantity, row.reported, row.is_waived) == (Decimal(10), Decimal(4), False)
    assert was_ever_late(row, DAY)


def test_on_the_last_day_of_a_terminated_convenant_no_addendum_begins(manager: Actor) -> None:
    alliance = make_alliance()
    partner, joiner = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner])
    with transaction():
        signing.terminate(convenant, on=DAY, reason="Gedaan.", actor=manager)
    with pytest.raises(Refused), transaction():
        beginning.start_addendum(convenant, actor=manager)
    with pytest.raises(Refused), transaction():
        beginning.start_rider(convenant, drafting.PartyDraft(joiner.organisation_id), actor=manager)


def test_an_offer_whose_term_ran_out_is_not_signed_any_more(manager: Actor) -> None:
    alliance = make_alliance()
    version = make_draft_convenant(alliance, parties=[make_partner(alliance)])
    with transaction():
        signing.offer(version, actor=manager)
    version = reload_version(version)
    late = datetime(2029, 1, 1, 11, tzinfo=NOON.tzinfo)
    with clock_at(late), pytest.raises(Refused), transaction():
        signing.record_paper(version, version.parties[0], signing.Signing("An", "directeur", DAY), actor=manager)
