"""Answers and withdrawals at the same moment: each counts once, and what was withdrawn is confirmed by nobody."""

from collections.abc import Callable
from decimal import Decimal

import sqlalchemy as sa
from flask import Flask

from alliance_tracker import audit
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import answering, counting, delivering
from alliance_tracker.commitments.models import Answer, Confirmation, Delivery, Instalment
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import Refused
from alliance_tracker.policy import Actor, Role
from tests.builders import make_actor, make_organisation, make_partner
from tests.commitments.making import Field, log, make_field
from tests.test_concurrency import MANY, at_once


def test_eight_confirmations_at_once_all_count(app: Flask) -> None:
    with app.test_request_context("/"):
        field = make_field()
        delivery_id = log(field.instalment(), 4, by=field.coordinator).id
        speakers = _speakers(field)

    def confirm(number: int) -> str:
        with transaction():
            delivery = delivering.delivery_by_id(delivery_id)
            assert delivery is not None
            answering.answer(delivery, Answer.CONFIRMS, actor=speakers[number])
        return "confirmed"

    assert at_once(app, confirm) == ["confirmed"] * MANY
    _holds(app, confirmations=MANY, reported=4, confirmed=4)


def _speakers(field: Field) -> list[Actor]:
    """As many partners as there are threads, each with somebody who speaks for it."""
    made = []
    for _ in range(MANY):
        partner = make_partner(field.alliance, make_organisation())
        made.append(make_actor(Role.PARTNER, organisation_id=partner.organisation_id))
    return made


def _holds(app: Flask, *, confirmations: int | None = None, reported: int, confirmed: int) -> None:
    with app.test_request_context("/"):
        row = db().scalars(sa.select(Instalment).order_by(Instalment.id)).first()
        assert row is not None
        assert (row.reported, row.confirmed) == (Decimal(reported), Decimal(confirmed))
        if confirmations is not None:
            assert db().scalar(sa.select(sa.func.count()).select_from(Confirmation)) == confirmations
        assert list(counting.drift()) == []
        assert audit.verify(db()).broken_id is None


def test_of_eight_confirmations_of_one_organisation_one_is_kept(app: Flask) -> None:
    with app.test_request_context("/"):
        field = make_field()
        delivery_id = log(field.instalment(), 4, by=field.coordinator).id

    def confirm(_number: int) -> str:
        with transaction():
            delivery = delivering.delivery_by_id(delivery_id)
            assert delivery is not None
            answering.answer(delivery, Answer.CONFIRMS, actor=field.manager)
        return "confirmed"

    results = at_once(app, confirm)
    assert results.count("confirmed") == 1, results
    assert sum(isinstance(result, Refused) for result in results) == MANY - 1, results
    _holds(app, confirmations=1, reported=4, confirmed=4)


def test_a_withdrawal_and_confirmations_at_once_leave_a_withdrawn_delivery_that_counts_nothing(app: Flask) -> None:
    with app.test_request_context("/"):
        field = make_field()
        delivery_id = log(field.instalment(), 4, by=field.speaks_for_one).id
        speakers = _speakers(field)

    def act(number: int) -> str:
        with transaction():
            delivery = delivering.delivery_by_id(delivery_id)
            assert delivery is not None
            if number == 0:
                delivering.withdraw(delivery, reason="Fout.", actor=field.speaks_for_one)
            else:
                answering.answer(delivery, Answer.CONFIRMS, actor=speakers[number])
        return "done"

    results = at_once(app, act)
    assert results[0] == "done", results
    assert all(result == "done" or isinstance(result, Refused) for result in results), results
    _holds(app, reported=0, confirmed=0)


def test_deliveries_of_one_instalment_logged_and_answered_at_once_are_all_counted(app: Flask) -> None:
    with app.test_request_context("/"):
        field = make_field()
        instalment_id = field.instalment().id
        waiting = [log(field.instalment(), 1, by=field.coordinator).id for _ in range(MANY // 2)]

    def act(number: int) -> str:
        with transaction():
            if number % 2:
                instalment = delivering.instalment_by_id(instalment_id)
                assert instalment is not None
                delivering.log(instalment, delivering.Draft(today(), Decimal(1)), actor=field.coordinator)
            else:
                delivery = delivering.delivery_by_id(waiting[number // 2])
                assert delivery is not None
                answering.answer(delivery, Answer.CONFIRMS, actor=field.manager)
        return "done"

    assert at_once(app, act) == ["done"] * MANY
    _holds(app, reported=MANY, confirmed=MANY // 2)


def test_many_confirmed_at_once_in_any_order_never_wait_for_each_other(app: Flask) -> None:
    with app.test_request_context("/"):
        field = make_field()
        ids = [log(field.instalment(year=year), 1, by=field.coordinator).id for year in (2026, 2027, 2026, 2027)]
        speakers = _speakers(field)
        alliance_id = field.alliance.id

    def confirm(number: int) -> str:
        order: Callable[[list[int]], list[int]] = list if number % 2 else lambda found: found[::-1]
        with transaction():
            alliance = db().get_one(Alliance, alliance_id)
            rows = [row for each in order(ids) if (row := delivering.delivery_by_id(each)) is not None]
            answering.confirm_many(alliance, rows, actor=speakers[number])
        return "confirmed"

    assert at_once(app, confirm) == ["confirmed"] * MANY
    _holds(app, confirmations=4 * MANY, reported=2, confirmed=2)
    with app.test_request_context("/"):
        counted = db().scalars(sa.select(Delivery.confirmations).order_by(Delivery.id))
        assert list(counted) == [MANY] * len(ids)
