"""Logging and withdrawing deliveries: who may, what is refused, and what the instalment counts afterwards."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.commitments import counting, delivering, instalments
from alliance_tracker.commitments.models import CommitmentKind, Delivery, Unit
from alliance_tracker.commitments.states import DeliveryState, state_of_delivery
from alliance_tracker.convenants import signing
from alliance_tracker.database import clock_at, db, today, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_organisation
from tests.commitments.making import Field, log, make_field, reload
from tests.conftest import NOON

DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


@pytest.fixture
def field(context: Flask) -> Field:
    return make_field(unit_value=Decimal("45.50"))


def draft(quantity: Any = 4, on: date = DAY) -> delivering.Draft:
    return delivering.Draft(on, Decimal(str(quantity)))


def test_a_delivery_counts_for_its_instalment_and_knows_what_it_was_worth(field: Field) -> None:
    delivery = log(field.instalment(), "2.5", by=field.speaks_for_one, note="Twee klassen")
    assert (delivery.organisation_id, delivery.value) == (field.one.organisation_id, Decimal("113.75"))
    assert delivery.accepted_from == date(2026, 12, 21)
    instalment = field.instalment()
    assert (instalment.reported, instalment.confirmed, instalment.delivered_on) == (Decimal("2.5"), Decimal(0), None)
    assert instalment.remaining == Decimal("7.5")


def test_the_promise_is_kept_on_the_day_of_the_delivery_that_reaches_it_and_more_is_welcome(field: Field) -> None:
    log(field.instalment(), 6, by=field.coordinator, on=date(2026, 3, 1))
    log(field.instalment(), 6, by=field.coordinator, on=date(2026, 9, 1))
    log(field.instalment(), 3, by=field.coordinator, on=date(2026, 10, 1))
    instalment = field.instalment()
    assert (instalment.reported, instalment.delivered_on) == (Decimal(15), date(2026, 9, 1))
    assert instalment.remaining == 0


def test_what_was_logged_late_but_done_in_time_is_in_time(field: Field) -> None:
    with clock_at(datetime(2027, 1, 20, tzinfo=UTC)):
        log(field.instalment(), 10, by=field.coordinator, on=date(2026, 12, 31))
    assert field.instalment().delivered_on == date(2026, 12, 31)


def test_the_bearer_and_the_coordinator_log_and_vlaio_logs_its_own(field: Field) -> None:
    vlaio = field.vlaio.id
    log(field.instalment(), by=field.speaks_for_one)
    log(field.instalment(), by=field.coordinator)
    log(field.instalment(vlaio), by=field.manager)
    log(field.instalment(vlaio), by=field.coordinator)
    for nobody in (
        field.speaks_for_other,
        field.manager,
        make_actor(Role.COORDINATOR, alliance_id=make_alliance().id),
        make_actor(Role.OBSERVER),
        make_actor(Role.ADMINISTRATOR),
        make_actor(Role.REPORTER, region_code=field.alliance.region_code),
    ):
        with pytest.raises(NotAllowed), transaction():
            delivering.log(field.instalment(), draft(), actor=nobody)
    with pytest.raises(NotAllowed), transaction():
        delivering.log(field.instalment(vlaio), draft(), actor=field.speaks_for_one)


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (draft(on=date(2026, 11, 22)), "on"),
        (draft(on=date(2025, 12, 31)), "on"),
        (draft(0), "quantity"),
        (draft(-1), "quantity"),
        (draft("0.001"), "quantity"),
        (draft(1001), "quantity"),
    ],
    ids=["in the future", "before the convenant", "nothing", "less than nothing", "too fine", "far too much"],
)
def test_a_delivery_that_cannot_be_true_is_refused(field: Field, asked: delivering.Draft, refused: str) -> None:
    with pytest.raises(FieldRefused) as refusal, transaction():
        delivering.log(field.instalment(), asked, actor=field.coordinator)
    assert refusal.value.field == refused
    assert field.instalment().reported == 0


def test_what_is_counted_in_whole_ones_takes_no_part_of_one(context: Flask) -> None:
    field = make_field(kind=CommitmentKind.PLACES, unit=Unit.PLACES)
    with pytest.raises(FieldRefused), transaction():
        delivering.log(field.instalment(), draft("1.5"), actor=field.coordinator)
    assert log(field.instalment(), 3, by=field.coordinator).value is None


def test_the_first_day_of_the_year_of_the_convenant_can_be_logged(field: Field) -> None:
    log(field.instalment(), by=field.coordinator, on=date(2026, 1, 1))
    log(field.instalment(year=2027), by=field.coordinator, on=date(2026, 1, 1))


def test_nothing_is_delivered_of_what_was_waived_nor_in_an_ended_alliance(field: Field) -> None:
    with transaction():
        instalments.waive(field.instalment(), reason="Samen beslist.", actor=field.manager)
    with pytest.raises(Refused), transaction():
        delivering.log(field.instalment(), draft(), actor=field.coordinator)
    delivery = log(field.instalment(year=2027), by=field.coordinator)
    with transaction():
        signing.terminate(field.convenant, on=DAY, reason="Klaar.", actor=SYSTEM)
        alliances.end(field.alliance, on=DAY, reason="Klaar.", actor=SYSTEM)
    with pytest.raises(Refused), transaction():
        delivering.log(field.instalment(year=2027), draft(), actor=field.coordinator)
    with pytest.raises(Refused), transaction():
        delivering.withdraw(reload(delivery), reason="Fout.", actor=field.coordinator)


def test_a_wrong_delivery_is_withdrawn_with_a_reason_once_and_stays(field: Field) -> None:
    delivery = log(field.instalment(), 10, by=field.speaks_for_one)
    assert field.instalment().delivered_on == DAY
    with pytest.raises(FieldRefused), transaction():
        delivering.withdraw(reload(delivery), reason="", actor=field.speaks_for_one)
    for nobody in (field.speaks_for_other, field.manager):
        with pytest.raises(NotAllowed), transaction():
            delivering.withdraw(reload(delivery), reason="Fout.", actor=nobody)
    with transaction():
        delivering.withdraw(reload(delivery), reason="Het waren er vier.", actor=field.speaks_for_one)
    assert state_of_delivery(reload(delivery), today()) is DeliveryState.WITHDRAWN
    instalment = field.instalment()
    assert (instalment.reported, instalment.delivered_on) == (Decimal(0), None)
    with pytest.raises(Refused), transaction():
        delivering.withdraw(reload(delivery), reason="Nog eens.", actor=field.coordinator)
    assert log(instalment, 4, by=field.speaks_for_one).quantity == 4
    assert list(counting.drift()) == []


def test_a_planted_difference_is_found(field: Field) -> None:
    delivery = log(field.instalment(), 4, by=field.coordinator)
    assert list(counting.drift()) == []
    with transaction():
        field.instalment().reported = Decimal(5)
    assert len(list(counting.drift())) == 1
    with transaction():
        counting.recount(field.instalment())
        reload(delivery).confirmations = 1
    faults = list(counting.drift())
    assert f"delivery {delivery.id}" in faults[0]


def test_another_organisation_that_inherits_it_logs_from_then_on(field: Field) -> None:
    heir = make_organisation()
    log(field.instalment(), 4, by=field.speaks_for_one)
    with transaction():
        row = field.instalment()
        row.organisation_id = heir.id
        instalment_id = row.id
    instalment = delivering.instalment_by_id(instalment_id)
    assert instalment is not None
    with pytest.raises(NotAllowed), transaction():
        delivering.log(instalment, draft(), actor=field.speaks_for_one)
    delivery = log(instalment, 2, by=make_actor(Role.PARTNER, organisation_id=heir.id))
    assert delivery.organisation_id == heir.id
    assert db().get_one(Delivery, 1).organisation_id == field.one.organisation_id
