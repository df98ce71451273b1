"""Random walks of several signals: whatever alliances and VLAIO do, the counts and the terms hold."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from alliance_tracker import audit
from alliance_tracker.database import BRUSSELS, clock_at, db, now, transaction
from alliance_tracker.errors import DomainError
from alliance_tracker.learning import queries, service
from alliance_tracker.learning.lifecycle import MERGEABLE, SIGNAL
from alliance_tracker.learning.models import Signal, SignalStatus, SignalSupport
from alliance_tracker.workflow import StatusEvent
from tests.builders import make_signal
from tests.learning.making import ADDRESS, PLACES, make_field

ALLIANCES = st.integers(0, len(PLACES) - 1)
SIGNALS = st.integers(0, 7)


class Walk(RuleBasedStateMachine):
    """Four alliances and VLAIO; the clock goes on between the rules."""

    @initialize()
    def begin(self) -> None:
        self.field = make_field(len(PLACES))
        self.signals: list[int] = []
        self.moment = now()
        #: What must never change: the term, and the first answer once it was given.
        self.due: dict[int, date] = {}
        self.answered: dict[int, date] = {}
        self.answered_when_merged: dict[int, int] = {}
        for number in (0, 1, 2, 3):
            self.send(number)

    @property
    def own(self) -> list[Signal]:
        """The signals of this walk; those of earlier ones are still in the database."""
        return list(db().scalars(sa.select(Signal).where(Signal.id.in_(self.signals)).order_by(Signal.id)))

    def signal(self, number: int) -> Signal:
        return db().get_one(Signal, self.signals[number % len(self.signals)])

    def attempt(self, command: Any, *arguments: Any, **facts: Any) -> None:
        with clock_at(self.moment), suppress(DomainError), transaction():
            command(*arguments, **facts)
        db().expire_all()

    @rule(days=st.integers(1, 50))
    def time_passes(self, days: int) -> None:
        self.moment += timedelta(days=days)

    @rule(number=ALLIANCES)
    def send(self, number: int) -> None:
        if len(self.signals) < 8:
            with clock_at(self.moment):
                signal = make_signal(self.field.alliances[number], by=self.field.speakers[number], days=60)
            self.signals.append(signal.id)
            self.due[signal.id] = self.moment.astimezone(BRUSSELS).date() + timedelta(days=60)

    @rule(which=SIGNALS, number=ALLIANCES)
    def say_with_us_too(self, which: int, number: int) -> None:
        alliance, speaker = self.field.alliances[number], self.field.speakers[number]
        self.attempt(service.support, self.signal(which), alliance, words="Bij ons ook.", actor=speaker)

    @rule(which=SIGNALS, move=st.sampled_from(sorted(SIGNAL.transitions)))
    def answer(self, which: int, move: str) -> None:
        manager = self.field.manager
        self.attempt(service.answer, self.signal(which), move, reason="Daarom.", address=ADDRESS, actor=manager)

    @rule(which=SIGNALS, choice=st.integers(0, 3), days=st.integers(1, 40))
    def answer_as_it_stands_some_days_later(self, which: int, choice: int, days: int) -> None:
        """One of the answers that are open in its state, so that walks get far."""
        offers = [o.transition.name for o in SIGNAL.offers(self.field.manager, self.signal(which))]
        if offers:
            self.moment += timedelta(days=days)
            self.answer(which, offers[choice % len(offers)])

    @rule(which=SIGNALS, other=SIGNALS)
    def merge(self, which: int, other: int) -> None:
        signal, target = self.signal(which), self.signal(other)
        self.attempt(service.merge, signal, target, reason="Hetzelfde.", address=ADDRESS, actor=self.field.manager)

    @rule(which=SIGNALS, other=SIGNALS)
    def merge_what_is_open(self, which: int, other: int) -> None:
        """Two of those that can still be merged, so that chains come about."""
        still = [n for n, signal in enumerate(self.own) if signal.status in MERGEABLE]
        if still:
            self.merge(still[which % len(still)], still[other % len(still)])

    @invariant()
    def the_counts_are_those_of_a_recount(self) -> None:
        signals = {signal.id: signal for signal in self.own}
        behind: dict[int, set[int]] = {}
        for signal in signals.values():
            behind.setdefault(signal.merged_into_id or signal.id, set()).add(signal.alliance_id)
        for voice in db().scalars(sa.select(SignalSupport).where(SignalSupport.signal_id.in_(signals))):
            heard = signals[voice.signal_id]
            behind.setdefault(heard.merged_into_id or heard.id, set()).add(voice.alliance_id)
        regions = {alliance.id: alliance.region_code for alliance in self.field.alliances}
        _, found = queries.window(self.field.manager, queries.Filters(), limit=1000, offset=0)
        rows = [row for row in found if row.id in signals]
        assert {row.id for row in rows} == {s.id for s in signals.values() if s.merged_into_id is None}
        for row in rows:
            assert row.voices == len(behind[row.id])
            assert row.regions == len({regions[number] for number in behind[row.id]})
        assert [row.voices for row in rows] == sorted((row.voices for row in rows), reverse=True)
        assert queries.drift() == []

    @invariant()
    def a_merged_signal_goes_on_with_one_that_is_not_merged_and_is_answered_no_more(self) -> None:
        for signal in self.own:
            assert (signal.status is SignalStatus.MERGED) is (signal.merged_into_id is not None)
            if signal.merged_into_id is None:
                continue
            assert db().get_one(Signal, signal.merged_into_id).merged_into_id is None
            events = (
                db().scalar(
                    sa.select(sa.func.count()).where(
                        StatusEvent.lifecycle == "signal", StatusEvent.subject_id == signal.id
                    )
                )
                or 0
            )
            assert self.answered_when_merged.setdefault(signal.id, events) == events

    @invariant()
    def terms_never_change_and_the_first_answer_counts_once(self) -> None:
        for signal in self.own:
            assert signal.answer_due_on == self.due[signal.id]
            if signal.answered_on is not None:
                assert self.answered.setdefault(signal.id, signal.answered_on) == signal.answered_on
            else:
                assert signal.id not in self.answered
                assert signal.status in {SignalStatus.RECEIVED, SignalStatus.MERGED}
            if signal.merged_into_id is not None:
                target = db().get_one(Signal, signal.merged_into_id)
                assert (signal.answered_on is None) <= (target.answered_on is None)

    @invariant()
    def the_status_is_that_of_the_newest_event(self) -> None:
        newest = {
            event.subject_id: event.target
            for event in db().scalars(
                sa.select(StatusEvent).where(StatusEvent.lifecycle == "signal").order_by(StatusEvent.id)
            )
        }
        for signal in self.own:
            assert newest[signal.id] == signal.status.value

    def teardown(self) -> None:
        assert audit.verify(db()).broken_id is None


@pytest.mark.usefixtures("context")
def test_whatever_alliances_and_vlaio_do_the_counts_and_the_terms_hold(app: Flask) -> None:
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
