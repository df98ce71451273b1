"""Random walks of deliveries: whoever does whatever, in any order, nobody confirms their own and the counts hold."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from alliance_tracker import audit
from alliance_tracker.commitments import answering, counting, delivering, instalments
from alliance_tracker.commitments.models import Answer, Confirmation, Delivery, Instalment
from alliance_tracker.commitments.states import DELIVERY, INSTALMENT, DeliveryState, InstalmentState, was_ever_late
from alliance_tracker.database import BRUSSELS, clock_at, db, now, transaction
from alliance_tracker.errors import DomainError
from alliance_tracker.policy import Actor
from tests.commitments.making import make_field

PEOPLE = st.integers(0, 3)
WHICH = st.integers(0, 11)
QUANTITIES = st.sampled_from([Decimal("0.25"), Decimal(3), Decimal(10), Decimal(0), Decimal("0.001"), Decimal(2000)])


class Walk(RuleBasedStateMachine):
    """Two partners, VLAIO and the coordinator; the clock goes on between the rules."""

    @initialize()
    def begin(self) -> None:
        self.field = make_field()
        self.moment = now()
        self.alliance_id = self.field.alliance.id
        self.people: list[Actor] = [
            self.field.speaks_for_one,
            self.field.speaks_for_other,
            self.field.manager,
            self.field.coordinator,
        ]
        #: In whose name each of them answers, at most.
        one, other = self.field.one.organisation_id, self.field.other.organisation_id
        self.voices = {who.user_id: name for who, name in zip(self.people, (one, other, 0, other), strict=True)}
        self.voices[self.field.manager.user_id] = self.field.vlaio.id
        self.late: set[int] = set()

    @property
    def instalments(self) -> list[Instalment]:
        own = sa.select(Instalment).where(Instalment.alliance_id == self.alliance_id).order_by(Instalment.id)
        return list(db().scalars(own))

    @property
    def deliveries(self) -> list[Delivery]:
        own = sa.select(Delivery).where(Delivery.alliance_id == self.alliance_id).order_by(Delivery.id)
        return list(db().scalars(own))

    @property
    def day(self) -> date:
        return self.moment.astimezone(BRUSSELS).date()

    def attempt(self, command: Any, *arguments: Any, **facts: Any) -> None:
        with clock_at(self.moment), suppress(DomainError), transaction():
            command(*arguments, **facts)
        db().expire_all()

    @rule(days=st.integers(1, 120))
    def time_passes(self, days: int) -> None:
        self.moment += timedelta(days=days)

    @rule(who=PEOPLE, which=WHICH, quantity=QUANTITIES, ago=st.integers(-1, 60))
    def log(self, who: int, which: int, quantity: Decimal, ago: int) -> None:
        rows = self.instalments
        draft = delivering.Draft(self.day - timedelta(days=ago), quantity)
        self.attempt(delivering.log, rows[which % len(rows)], draft, actor=self.people[who])

    @rule(who=PEOPLE, which=WHICH, said=st.sampled_from(Answer), reason=st.sampled_from(["", "Daarom."]))
    def answer(self, who: int, which: int, said: Answer, reason: str) -> None:
        if rows := self.deliveries:
            self.attempt(answering.answer, rows[which % len(rows)], said, reason=reason, actor=self.people[who])

    @rule(who=PEOPLE)
    def confirm_everything(self, who: int) -> None:
        self.attempt(answering.confirm_many, self.field.alliance, self.deliveries, actor=self.people[who])

    @rule(who=PEOPLE, which=WHICH)
    def withdraw(self, who: int, which: int) -> None:
        if rows := self.deliveries:
            self.attempt(delivering.withdraw, rows[which % len(rows)], reason="Fout.", actor=self.people[who])

    @rule(who=PEOPLE, which=WHICH, days=st.integers(-5, 90))
    def extend(self, who: int, which: int, days: int) -> None:
        row = self.instalments[which % 6]
        to = row.due_on + timedelta(days=days)
        self.attempt(instalments.extend, row, to, reason="Later.", actor=self.people[who])

    @rule(who=PEOPLE, which=WHICH)
    def waive(self, who: int, which: int) -> None:
        self.attempt(instalments.waive, self.instalments[which % 6], reason="Toch niet.", actor=self.people[who])

    @invariant()
    def the_counts_are_those_of_the_facts(self) -> None:
        assert list(counting.drift()) == []

    @invariant()
    def nobody_answered_for_their_own_or_for_what_they_logged(self) -> None:
        rows = db().execute(
            sa.select(Confirmation, Delivery)
            .join(Delivery, Delivery.id == Confirmation.delivery_id)
            .where(Delivery.alliance_id == self.alliance_id)
        )
        for said, delivery in rows:
            assert said.organisation_id != delivery.organisation_id
            assert said.given_by_id != delivery.logged_by_id
            assert said.organisation_id == self.voices[said.given_by_id]

    @invariant()
    def what_was_late_stays_late(self) -> None:
        rows = self.instalments
        late = {row.id for row in rows if was_ever_late(row, self.day)}
        # Of what was delivered or waived in time after all, lateness can still go: a wrong delivery is withdrawn.
        waived = {row.id for row in rows if row.is_waived or row.delivered_on is not None}
        assert self.late - late <= waived
        self.late = late

    @invariant()
    def sql_says_the_same(self) -> None:
        rows = self.instalments
        states = sa.select(INSTALMENT.sql(Instalment, self.day)).where(Instalment.alliance_id == self.alliance_id)
        assert list(db().scalars(states.order_by(Instalment.id))) == [INSTALMENT.of(row, self.day) for row in rows]
        for row in rows:
            if INSTALMENT.of(row, self.day) is InstalmentState.DELIVERED:
                assert row.reported >= row.quantity
        for delivery in self.deliveries:
            if DELIVERY.of(delivery, self.day) is DeliveryState.CONFIRMED:
                assert delivery.confirmations > 0 == delivery.disputes


def test_any_order_of_the_commands_keeps_the_counts_and_the_four_eyes(context: Flask) -> None:
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
    assert audit.verify(db()).broken_id is None
