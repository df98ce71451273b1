"""Two decisions and two payments at the same moment: together they never go beyond what remains."""

import threading
from collections.abc import Callable
from decimal import Decimal

import sqlalchemy as sa
from flask import Flask

from alliance_tracker import audit
from alliance_tracker.database import db, today, transaction
from alliance_tracker.drawing_rights import service
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight, Payment
from alliance_tracker.errors import DomainError, FieldRefused, Refused
from alliance_tracker.policy import Role
from tests.builders import make_actor, make_alliance, make_drawdown, make_right, reload_drawdown


def at_once(app: Flask, *commands: Callable[[], object]) -> list[object]:
    """Run the commands in threads that begin together; what each gave, or why it was refused."""
    results: list[object] = [None] * len(commands)
    barrier = threading.Barrier(len(commands))

    def run(number: int) -> None:
        with app.test_request_context("/"):
            barrier.wait()
            try:
                with transaction():
                    commands[number]()
                results[number] = "done"
            except (DomainError, sa.exc.SQLAlchemyError) as refusal:
                results[number] = refusal

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(commands))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def loaded(number: int) -> Drawdown:
    found = service.drawdown_by_id(number)
    assert found is not None
    return found


def test_of_two_approvals_at_once_one_goes_through_and_the_other_is_told_what_remains(app: Flask) -> None:
    with app.test_request_context("/"):
        right = make_right(make_alliance(), 10_000)
        ids = [make_drawdown(right, 6_000).id for _ in range(2)]
        managers = [make_actor(Role.PROJECT_MANAGER) for _ in range(2)]
    results = at_once(
        app,
        *(lambda n=n: service.approve(loaded(ids[n]), actor=managers[n]) for n in range(2)),
    )
    assert results.count("done") == 1, results
    (refusal,) = [result for result in results if isinstance(result, Refused)]
    with app.test_request_context("/"):
        assert "4.000,00" in str(refusal) or "4,000.00" in str(refusal)
        kept = db().get_one(DrawingRight, right.id)
        assert (kept.drawn, kept.remaining) == (Decimal(6_000), Decimal(4_000))
        assert sorted(loaded(number).status for number in ids) == [DrawdownStatus.APPROVED, DrawdownStatus.REQUESTED]
        assert audit.verify(db()).broken_id is None


def test_of_two_payments_at_once_that_are_too_much_together_one_is_kept(app: Flask) -> None:
    with app.test_request_context("/"):
        manager = make_actor(Role.PROJECT_MANAGER)
        drawdown = make_drawdown(make_right(make_alliance()), 1_000)
        with transaction():
            service.approve(drawdown, actor=manager)
        number, right_id = drawdown.id, drawdown.drawing_right_id
    tranche = service.Tranche(Decimal(600), today())
    results = at_once(app, *[lambda: service.pay(loaded(number), tranche, actor=manager)] * 2)
    assert results.count("done") == 1, results
    assert sum(isinstance(result, FieldRefused) for result in results) == 1, results
    with app.test_request_context("/"):
        assert reload_drawdown(number).paid == Decimal(600)
        assert db().get_one(DrawingRight, right_id).paid == Decimal(600)
        assert db().scalar(sa.select(sa.func.count()).select_from(Payment)) == 1
