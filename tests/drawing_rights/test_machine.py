"""Random walks through the money of one right: whatever people try, in any order and role, every cent is accounted."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from alliance_tracker import audit
from alliance_tracker.accounts import service as accounts
from alliance_tracker.database import db, today, transaction
from alliance_tracker.drawing_rights import rights, service
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight
from alliance_tracker.errors import DomainError, NotAllowed
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.workflow import StatusEvent, events_of
from tests.builders import actor_of, make_actor, make_alliance, make_partner, make_right, make_user

ASKING = frozenset({"coordinator", "both"})
DECIDING = frozenset({"manager", "both"})
WHO = st.sampled_from(["coordinator", "coordinator", "manager", "manager", "both", "both", "partner", "observer"])
AMOUNTS = st.decimals(-1, 700, places=2) | st.sampled_from([Decimal(400), Decimal("0.001")])
REASONS = st.sampled_from(["", "Daarom."])
WHICH = st.integers(0, 5)


class Walk(RuleBasedStateMachine):
    """A right of 1,000 euro, and everybody who may try something with it; one person is coordinator and VLAIO both."""

    @initialize()
    def found(self) -> None:
        alliance = make_alliance()
        self.payee = make_partner(alliance)
        self.right_id = make_right(alliance, 1_000).id
        both = make_user(Role.PROJECT_MANAGER)
        with transaction():
            accounts.give_role(both, Role.COORDINATOR, alliance_id=alliance.id, actor=SYSTEM)
        self.people: dict[str, Actor] = {
            "coordinator": make_actor(Role.COORDINATOR, alliance_id=alliance.id),
            "manager": make_actor(Role.PROJECT_MANAGER),
            "both": actor_of(both),
            "partner": make_actor(Role.PARTNER, organisation_id=self.payee.organisation_id),
            "observer": make_actor(Role.OBSERVER),
        }

    @property
    def right(self) -> DrawingRight:
        return db().get_one(DrawingRight, self.right_id)

    def drawdowns(self) -> list[Drawdown]:
        ids = (
            db()
            .scalars(sa.select(Drawdown.id).where(Drawdown.drawing_right_id == self.right_id).order_by(Drawdown.id))
            .all()
        )
        return [found for number in ids if (found := service.drawdown_by_id(number))]

    def draft(self, amount: Decimal) -> service.Draft:
        return service.Draft(amount, "Materiaal", self.payee.id)

    def attempt(self, who: str, allowed: frozenset[str], command: Callable[[], Any]) -> None:
        try:
            if who not in allowed:
                with pytest.raises(NotAllowed), transaction():
                    command()
                return
            with suppress(DomainError), transaction():
                command()
        finally:
            db().expire_all()

    def with_one(
        self, which: int, who: str, allowed: frozenset[str], command: Callable[..., Any], **facts: Any
    ) -> None:
        found = self.drawdowns()
        if found:
            drawdown = found[which % len(found)]
            self.attempt(who, allowed, lambda: command(drawdown, **facts, actor=self.people[who]))

    @rule(who=WHO, amount=AMOUNTS)
    def request(self, who: str, amount: Decimal) -> None:
        self.attempt(who, ASKING, lambda: service.request(self.right, self.draft(amount), actor=self.people[who]))

    @rule(which=WHICH, who=WHO, amount=AMOUNTS)
    def resubmit(self, which: int, who: str, amount: Decimal) -> None:
        self.with_one(which, who, ASKING, service.resubmit, draft=self.draft(amount))

    @rule(which=WHICH, who=WHO, reason=REASONS)
    def withdraw(self, which: int, who: str, reason: str) -> None:
        self.with_one(which, who, ASKING, service.withdraw, reason=reason)

    @rule(which=WHICH, who=WHO, reason=REASONS)
    def approve(self, which: int, who: str, reason: str) -> None:
        self.with_one(which, who, DECIDING, service.approve, reason=reason)

    @rule(which=WHICH, who=WHO, reason=REASONS, command=st.sampled_from([service.refuse, service.return_]))
    def send_back(self, which: int, who: str, reason: str, command: Callable[..., Any]) -> None:
        self.with_one(which, who, DECIDING, command, reason=reason)

    @rule(which=WHICH, who=WHO, amount=AMOUNTS, days=st.integers(-1, 1))
    def pay(self, which: int, who: str, amount: Decimal, days: int) -> None:
        tranche = service.Tranche(amount, today() - timedelta(days))
        self.with_one(which, who, DECIDING, service.pay, tranche=tranche)

    @invariant()
    def every_cent_is_accounted(self) -> None:
        right, drawdowns = self.right, self.drawdowns()
        assert 0 <= right.paid <= right.drawn <= right.ceiling
        approved = [one for one in drawdowns if one.status is DrawdownStatus.APPROVED]
        assert right.drawn == sum((one.amount for one in approved), Decimal(0))
        assert right.paid == sum((one.paid for one in approved), Decimal(0))
        for one in drawdowns:
            assert 0 < one.amount == one.amount.quantize(Decimal("0.01"))
            assert one.paid == sum((payment.amount for payment in one.payments), Decimal(0)) <= one.amount
            assert one.paid == 0 or one.status is DrawdownStatus.APPROVED
        assert list(rights.drift()) == []

    @invariant()
    def nobody_decided_on_what_they_asked(self) -> None:
        for one in self.drawdowns():
            events: list[StatusEvent] = events_of("drawdown", one.id)
            asked = {event.actor_id for event in events if event.name in {"start", "resubmit"}}
            decided = {event.actor_id for event in events if event.name in {"approve", "refuse"}}
            assert not asked & decided
            assert events[-1].target == one.status.value
            assert (one.decided_by_id is not None) == bool(decided)

    @invariant()
    def no_payment_lies_before_its_decision(self) -> None:
        for one in self.drawdowns():
            for payment in one.payments:
                assert one.decided_on is not None
                assert one.decided_on <= payment.on <= today()

    def teardown(self) -> None:
        assert audit.verify(db()).broken_id is None


@pytest.mark.usefixtures("context")
def test_whatever_people_try_every_cent_is_accounted(app: Flask) -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
