"""Drawdowns: asked by one, decided by another, paid in tranches, and never beyond what remains."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from alliance_tracker.accounts import service as accounts
from alliance_tracker.alliances import partners
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.convenants import signing
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import clock_at, db, transaction
from alliance_tracker.drawing_rights import queries, service
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight
from alliance_tracker.drawing_rights.service import Draft, Tranche
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.policy import Actor, Role
from tests.builders import (
    actor_of,
    make_actor,
    make_alliance,
    make_drawdown,
    make_partner,
    make_right,
    make_user,
    reload_drawdown,
)
from tests.conftest import NOON

DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None], context: Flask) -> None:  # the database comes with it
    freeze(NOON)


@pytest.fixture
def alliance() -> Alliance:
    return make_alliance()


@pytest.fixture
def right(alliance: Alliance) -> DrawingRight:
    return make_right(alliance, 10_000)


@pytest.fixture
def coordinator(alliance: Alliance) -> Actor:
    return make_actor(Role.COORDINATOR, alliance_id=alliance.id)


@pytest.fixture
def payee(alliance: Alliance) -> Partner:
    return make_partner(alliance)


@pytest.fixture
def manager() -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


def draft(payee: Partner, amount: Any = 1_000, purpose: str = "Materiaal") -> Draft:
    return Draft(Decimal(amount), purpose, payee.id)


def reload_right(right: DrawingRight) -> DrawingRight:
    db().expire_all()
    return db().get_one(DrawingRight, right.id)


def approved(right: DrawingRight, amount: Any, manager: Actor) -> Drawdown:
    drawdown = make_drawdown(reload_right(right), amount)
    with transaction():
        service.approve(drawdown, actor=manager)
    return reload_drawdown(drawdown.id)


def test_a_request_waits_for_a_decision_within_the_agreed_days(
    right: DrawingRight, coordinator: Actor, payee: Partner
) -> None:
    with transaction():
        drawdown = service.request(right, draft(payee), actor=coordinator)
    assert drawdown.status is DrawdownStatus.REQUESTED
    assert drawdown.decide_by == DAY + timedelta(days=30)
    assert right.drawn == 0
    assert drawdown.to_pay == 0


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "10000.01"])
def test_a_request_asks_an_amount_in_cents_within_what_remains(
    right: DrawingRight, coordinator: Actor, payee: Partner, amount: str
) -> None:
    with pytest.raises(FieldRefused) as refusal, transaction():
        service.request(right, draft(payee, amount), actor=coordinator)
    assert refusal.value.field == "amount"


def test_it_says_for_what_and_to_which_partner_of_today(
    right: DrawingRight, coordinator: Actor, payee: Partner
) -> None:
    with pytest.raises(FieldRefused) as no_purpose, transaction():
        service.request(right, draft(payee, purpose=" "), actor=coordinator)
    stranger = make_partner(make_alliance())
    with pytest.raises(FieldRefused) as not_ours, transaction():
        service.request(reload_right(right), draft(stranger), actor=coordinator)
    with transaction():
        found = next(one for one in partners.current_partners(payee.alliance_id) if one.id == payee.id)
        partners.leave(found, on=date(2026, 11, 1), reason="weg", actor=make_actor(Role.PROJECT_MANAGER))
    with pytest.raises(FieldRefused) as left, transaction():
        service.request(reload_right(right), draft(payee), actor=coordinator)
    assert [r.value.field for r in (no_purpose, not_ours, left)] == ["purpose", "payee_partner_id", "payee_partner_id"]


def test_open_requests_together_may_ask_more_and_the_decision_is_what_counts(
    right: DrawingRight, manager: Actor
) -> None:
    first, second = make_drawdown(right, 6_000), make_drawdown(right, 6_000)
    with transaction():
        service.approve(first, actor=manager)
    second = reload_drawdown(second.id)
    with pytest.raises(Refused) as refusal, transaction():
        service.approve(second, actor=manager)
    assert "4.000,00" in str(refusal.value) or "4,000.00" in str(refusal.value)
    kept = reload_right(right)
    assert (kept.drawn, kept.remaining) == (Decimal(6_000), Decimal(4_000))
    assert reload_drawdown(second.id).status is DrawdownStatus.REQUESTED


def test_nobody_decides_on_what_they_asked_themselves(alliance: Alliance, right: DrawingRight, manager: Actor) -> None:
    both = make_user(Role.PROJECT_MANAGER)
    with transaction():
        accounts.give_role(both, Role.COORDINATOR, alliance_id=alliance.id, actor=manager)
    actor = actor_of(both)
    drawdown = make_drawdown(right, by=actor)
    commands: tuple[Callable[..., None], ...] = (service.approve, service.refuse, service.return_)
    for command in commands:
        with pytest.raises(NotAllowed), transaction():
            command(reload_drawdown(drawdown.id), reason="Daarom.", actor=actor)
    # A colleague asks again what was returned: whoever asked first still does not decide.
    with transaction():
        service.return_(reload_drawdown(drawdown.id), reason="Waarvoor?", actor=manager)
    other = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    found = reload_drawdown(drawdown.id)
    with transaction():
        service.resubmit(found, Draft(found.amount, "Robots", found.payee_partner_id), actor=other)
    with pytest.raises(NotAllowed), transaction():
        service.approve(reload_drawdown(drawdown.id), actor=actor)
    with transaction():
        service.approve(reload_drawdown(drawdown.id), actor=manager)


def test_only_the_coordinator_asks_and_only_vlaio_decides(
    alliance: Alliance, right: DrawingRight, manager: Actor, payee: Partner, coordinator: Actor
) -> None:
    others = [
        make_actor(Role.PARTNER, organisation_id=payee.organisation_id),
        make_actor(Role.OBSERVER),
        make_actor(Role.COORDINATOR, alliance_id=make_alliance().id),
    ]
    for actor in [*others, manager]:
        with pytest.raises(NotAllowed), transaction():
            service.request(right, draft(payee), actor=actor)
    drawdown = make_drawdown(right, by=coordinator)
    for actor in [*others, coordinator]:
        with pytest.raises(NotAllowed), transaction():
            service.approve(drawdown, actor=actor)


def test_a_returned_request_is_changed_and_asked_again_with_a_new_term(
    right: DrawingRight, coordinator: Actor, manager: Actor, payee: Partner
) -> None:
    drawdown = make_drawdown(right, by=coordinator)
    with pytest.raises(TransitionRefused), transaction():
        service.return_(drawdown, reason=" ", actor=manager)
    with pytest.raises(TransitionRefused), transaction():
        service.resubmit(reload_drawdown(drawdown.id), draft(payee), actor=coordinator)
    with transaction():
        service.return_(reload_drawdown(drawdown.id), reason="Welke school?", actor=manager)
    returned = reload_drawdown(drawdown.id)
    assert (returned.decision_reason, returned.decided_on) == ("Welke school?", None)
    with clock_at(NOON + timedelta(days=10)), transaction():
        service.resubmit(returned, draft(payee, "800.50", "Robots"), actor=coordinator)
    again = reload_drawdown(drawdown.id)
    assert again.status is DrawdownStatus.REQUESTED
    assert (again.amount, again.purpose, again.payee_partner_id) == (Decimal("800.50"), "Robots", payee.id)
    assert again.decide_by == DAY + timedelta(days=40)
    assert again.decision_reason == ""


def test_what_was_decided_or_withdrawn_is_final(right: DrawingRight, coordinator: Actor, manager: Actor) -> None:
    refused, withdrawn = make_drawdown(right, by=coordinator), make_drawdown(right, by=coordinator)
    with pytest.raises(TransitionRefused), transaction():
        service.refuse(refused, reason="", actor=manager)
    with transaction():
        service.refuse(reload_drawdown(refused.id), reason="Past niet.", actor=manager)
    with transaction():
        service.withdraw(reload_drawdown(withdrawn.id), reason="Niet nodig.", actor=coordinator)
    for number in (refused.id, withdrawn.id):
        with pytest.raises(TransitionRefused), transaction():
            service.approve(reload_drawdown(number), actor=manager)
        with pytest.raises(TransitionRefused), transaction():
            service.withdraw(reload_drawdown(number), reason="toch", actor=coordinator)
    assert reload_right(right).drawn == 0


def test_it_is_paid_in_tranches_up_to_what_was_approved(right: DrawingRight, manager: Actor) -> None:
    drawdown = approved(right, "1000.10", manager)
    with transaction():
        service.pay(drawdown, Tranche(Decimal("400.05"), DAY, "2026/17"), actor=manager)
    with pytest.raises(FieldRefused) as too_much, transaction():
        service.pay(reload_drawdown(drawdown.id), Tranche(Decimal("600.06"), DAY), actor=manager)
    assert "600,05" in str(too_much.value) or "600.05" in str(too_much.value)
    with transaction():
        service.pay(reload_drawdown(drawdown.id), Tranche(Decimal("600.05"), DAY), actor=manager)
    found = reload_drawdown(drawdown.id)
    assert (found.paid, found.to_pay, len(found.payments)) == (Decimal("1000.10"), Decimal(0), 2)
    assert reload_right(right).paid == Decimal("1000.10")


def test_a_payment_lies_between_the_decision_and_today(right: DrawingRight, manager: Actor) -> None:
    drawdown = approved(right, 100, manager)
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(FieldRefused) as refusal, transaction():
            service.pay(reload_drawdown(drawdown.id), Tranche(Decimal(1), day), actor=manager)
        assert refusal.value.field == "on"
    for amount in ("0", "0.001"):
        with pytest.raises(FieldRefused), transaction():
            service.pay(reload_drawdown(drawdown.id), Tranche(Decimal(amount), DAY), actor=manager)


def test_nothing_is_paid_of_what_was_not_approved(right: DrawingRight, manager: Actor) -> None:
    drawdown = make_drawdown(right)
    with pytest.raises(Refused), transaction():
        service.pay(drawdown, Tranche(Decimal(1), DAY), actor=manager)


def test_once_the_convenant_ended_nothing_is_asked_and_what_was_approved_is_paid(
    right: DrawingRight, coordinator: Actor, manager: Actor, payee: Partner
) -> None:
    drawdown, waiting = approved(right, 100, manager), make_drawdown(reload_right(right), 50)
    with transaction():
        signing.terminate(db().get_one(Convenant, right.convenant_id), on=DAY, reason="Gedaan.", actor=manager)
    for days in (0, 1):  # its last day as well
        with clock_at(NOON + timedelta(days=days)), pytest.raises(Refused, match="niets meer"), transaction():
            service.request(reload_right(right), draft(payee), actor=coordinator)
    assert queries.open_rights(right.alliance_id) == []
    with clock_at(NOON + timedelta(days=1)):
        with transaction():
            service.pay(reload_drawdown(drawdown.id), Tranche(Decimal(100), DAY), actor=manager)
        with transaction():
            service.approve(reload_drawdown(waiting.id), actor=manager)
    assert reload_right(right).drawn == 150


def test_the_right_of_a_year_is_asked_from_its_first_day_in_brussels_on(
    coordinator: Actor, payee: Partner, alliance: Alliance
) -> None:
    right = make_right(alliance, 1000, year=2027)
    eve = datetime(2026, 12, 31, 22, 59, tzinfo=NOON.tzinfo)
    with clock_at(eve), pytest.raises(Refused, match="2027"), transaction():
        service.request(right, draft(payee, 100), actor=coordinator)
    with clock_at(eve):
        assert queries.open_rights(alliance.id) == []
    with clock_at(eve + timedelta(minutes=1)), transaction():
        assert [each.year for each in queries.open_rights(alliance.id)] == [2027]
        service.request(reload_right(right), draft(payee, 100), actor=coordinator)
    with clock_at(datetime(2028, 3, 1, 11, tzinfo=NOON.tzinfo)), transaction():  # what remains of it stays
        service.request(reload_right(right), draft(payee, 100), actor=coordinator)


def test_once_the_term_is_over_nothing_is_asked(right: DrawingRight, coordinator: Actor, payee: Partner) -> None:
    with clock_at(datetime(2029, 1, 1, 11, tzinfo=NOON.tzinfo)), pytest.raises(Refused), transaction():
        service.request(right, draft(payee), actor=coordinator)


def test_a_decision_on_what_changed_meanwhile_is_refused(right: DrawingRight, manager: Actor) -> None:
    drawdown = make_drawdown(right)
    with pytest.raises(EditConflict), transaction():
        service.approve(drawdown, version=drawdown.version - 1, actor=manager)


@pytest.mark.parametrize("column", ["drawn = ceiling + 1", "paid = drawn + 1", "drawn = -1"])
def test_the_database_itself_refuses_more_than_the_ceiling(right: DrawingRight, column: str) -> None:
    statement = f"UPDATE drawing_right SET {column} WHERE id = {right.id}"  # from the list above
    with pytest.raises(DBAPIError), transaction():
        db().execute(sa.text(statement))
