"""Random walks through the stappenplan of one alliance: whatever people try, the rules hold."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from alliance_tracker import audit
from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import DomainError
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import SYSTEM
from alliance_tracker.stappenplan import own_criteria, service
from alliance_tracker.stappenplan.models import CriterionState, OwnCriterion, StepState
from alliance_tracker.stappenplan.reading import plan_of, summary
from alliance_tracker.workflow import StatusEvent
from tests.builders import make_partner
from tests.stappenplan.network import alliance_ready_for_step_1, settle

KEYS = st.sampled_from(["helix-complete", "needs-current-offer", "roles-explicit", "pilot-started", "own-1", "broaden"])
NUMBERS = st.integers(1, 5)


class Walk(RuleBasedStateMachine):
    """One alliance; each rule is something that a coordinator or the world does."""

    @initialize()
    def found(self) -> None:
        self.alliance, self.actor, _ = alliance_ready_for_step_1()

    def attempt(self, command: Any, *arguments: Any, **facts: Any) -> None:
        with suppress(DomainError), transaction():
            command(self.alliance, *arguments, **facts, actor=self.actor)
        db().expire_all()

    @rule(key=KEYS)
    def meet(self, key: str) -> None:
        self.attempt(service.meet, key, note="Klaar.")

    @rule(key=KEYS)
    def waive(self, key: str) -> None:
        self.attempt(service.waive, key, reason="Niet voor ons.")

    @rule(key=KEYS)
    def reopen(self, key: str) -> None:
        self.attempt(service.reopen, key, reason="Toch wel.")

    @rule(number=NUMBERS)
    def settle_the_rest(self, number: int) -> None:
        settle(self.alliance, number, self.actor)

    @rule(number=NUMBERS, days=st.integers(-1, 3))
    def complete(self, number: int, days: int) -> None:
        self.attempt(service.complete_step, number, on=today() - timedelta(days=days))

    @rule(number=NUMBERS)
    def reopen_step(self, number: int) -> None:
        self.attempt(service.reopen_step, number, reason="Herbekijken.")

    @rule(number=NUMBERS, required=st.booleans())
    def add_own(self, number: int, required: bool) -> None:
        self.attempt(own_criteria.add, number, name="Eigen", is_required=required)

    @rule()
    def retire_own(self) -> None:
        mine = OwnCriterion.alliance_id == self.alliance.id
        still = sa.select(OwnCriterion).where(mine, OwnCriterion.retired_on.is_(None)).order_by(OwnCriterion.id)
        row = db().scalars(still.limit(1)).one_or_none()
        if row is not None:
            with transaction():
                own_criteria.retire(row, reason="Weg.", actor=self.actor)

    @rule()
    def a_partner_leaves(self) -> None:
        partners = partner_service.current_partners(self.alliance.id)
        if partners:
            with transaction():
                partner_service.leave(partners[-1], on=today(), reason="Gestopt.", actor=SYSTEM)

    @rule(kind=st.sampled_from([OrganisationKind.LIBRARY, OrganisationKind.COMPANY]))
    def a_partner_joins(self, kind: OrganisationKind) -> None:
        make_partner(self.alliance, kind=kind, since=today())

    @invariant()
    def a_completed_step_is_whole_or_marked(self) -> None:
        plan = plan_of(self.alliance.id)
        for step in plan.steps:
            open_required = [c for c in step.criteria if c.is_required and not c.is_settled]
            assert step.is_broken is (step.is_completed and bool(open_required))
            # What fails under a completed step is computed: a person's decision cannot be undone below it.
            assert all(c.verdict is not None and c.verdict.holds is False for c in step.failing)
            assert 0 <= step.met <= step.required
        found = summary(self.alliance.id)
        assert found.has_broken_step is bool(plan.broken_steps)
        assert found.lowest_open_step == plan.lowest_open_step
        assert found.recompute_on > date.min

    @invariant()
    def the_status_is_that_of_the_newest_event(self) -> None:
        newest = {
            (event.lifecycle, event.subject_id): event.target
            for event in db().scalars(sa.select(StatusEvent).order_by(StatusEvent.id))
        }
        for state in db().scalars(sa.select(CriterionState)):
            assert newest["criterion_state", state.id] == state.status.value
        for step in db().scalars(sa.select(StepState)):
            assert newest["step_state", step.id] == step.status.value

    def teardown(self) -> None:
        assert audit.verify(db()).broken_id is None


@pytest.mark.usefixtures("context")
def test_whatever_people_try_the_rules_of_the_stappenplan_hold(app: Flask, tmp_path: Path) -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
