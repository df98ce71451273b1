"""Random walks through the life of pilots: whatever people try, in any order and any role, the rules hold."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from alliance_tracker import audit
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import DomainError, NotAllowed
from alliance_tracker.pilots import queries, reach, running, service
from alliance_tracker.pilots.models import (
    Pilot,
    PilotDecision,
    PilotEvaluation,
    PilotPartner,
    PilotReach,
    PilotReachCell,
    PilotStatus,
    PilotTag,
)
from alliance_tracker.policy import Actor, Role
from alliance_tracker.workflow import events_of
from tests.builders import make_actor, make_alliance, make_partner

WHO = st.sampled_from(["coordinator", "coordinator", "coordinator", "manager", "partner", "observer", "stranger"])
DAYS = st.integers(-1, 400)
KEPT = (Pilot, PilotPartner, PilotTag, PilotEvaluation, PilotReach, PilotReachCell)


class Walk(RuleBasedStateMachine):
    """One pilot of an alliance with two partners; each rule is something that somebody tries."""

    @initialize()
    def found(self) -> None:
        alliance = make_alliance()
        self.partners = [make_partner(alliance), make_partner(alliance)]
        self.people: dict[str, Actor] = {
            "coordinator": make_actor(Role.COORDINATOR, alliance_id=alliance.id),
            "manager": make_actor(Role.PROJECT_MANAGER),
            "partner": make_actor(Role.PARTNER, organisation_id=self.partners[0].organisation_id),
            "observer": make_actor(Role.OBSERVER),
            "stranger": make_actor(Role.COORDINATOR, alliance_id=make_alliance().id),
        }
        self.alliance_id = alliance.id
        with transaction():
            draft = service.Draft("Proef", today(), partners=frozenset({self.partners[0].id}))
            self.pilot_id = service.plan(alliance, draft, actor=self.people["coordinator"]).id
        self.counts: dict[Any, int] = {}

    @property
    def pilot(self) -> Pilot:
        found = service.pilot_by_id(self.pilot_id)
        assert found is not None
        return found

    def attempt(self, who: str, command: Any, *arguments: Any, **facts: Any) -> None:
        before = self.pilot.status
        try:
            with suppress(DomainError), transaction():
                command(self.pilot, *arguments, **facts, actor=self.people[who])
        finally:
            db().expire_all()
        if who not in {"coordinator", "manager"}:
            assert self.pilot.status is before
            with pytest.raises(NotAllowed), transaction():
                command(self.pilot, *arguments, **facts, actor=self.people[who])

    @rule(who=WHO, days=DAYS)
    def begin(self, who: str, days: int) -> None:
        self.attempt(who, running.begin, on=today() - timedelta(days))

    @rule(who=WHO, days=DAYS, decision=st.sampled_from(PilotDecision), findings=st.sampled_from(["", "Gezien."]))
    def finish(self, who: str, days: int, decision: PilotDecision, findings: str) -> None:
        self.attempt(who, running.finish, running.Evaluation(findings, decision, today() - timedelta(days)))

    @rule(who=WHO, decision=st.sampled_from(PilotDecision))
    def evaluate(self, who: str, decision: PilotDecision) -> None:
        self.attempt(who, running.evaluate, running.Evaluation("Nog eens gezien.", decision, today()))

    @rule(who=WHO, name=st.sampled_from(sorted(running.PLAIN_MOVES)), reason=st.sampled_from(["", "Daarom."]))
    def move(self, who: str, name: str, reason: str) -> None:
        self.attempt(who, running.move, name, reason=reason)

    @rule(who=WHO, back=st.integers(-1, 2), whole=st.integers(0, 40), girls=st.integers(0, 40))
    def record(self, who: str, back: int, whole: int, girls: int) -> None:
        entry = reach.Entry(today().year - back, whole, {("gender", "girls"): girls}, reason="Hertelling.")
        self.attempt(who, reach.record, entry)

    @rule(who=WHO, chosen=st.sets(st.integers(0, 1)), tagged=st.booleans())
    def edit(self, who: str, chosen: set[int], tagged: bool) -> None:
        tags = {service.SCHEMES[0]: frozenset({"teamwork"} if tagged else ())}
        draft = service.Draft("Proef", today(), partners=frozenset(self.partners[i].id for i in chosen), tags=tags)
        self.attempt(who, service.edit, draft, version=None)

    @invariant()
    def what_is_scaled_up_was_evaluated_so(self) -> None:
        pilot = self.pilot
        newest = pilot.newest_evaluation
        if pilot.status is PilotStatus.SCALED:
            assert newest is not None
            assert newest.decision is PilotDecision.SCALE_UP
        if pilot.status in {PilotStatus.FINISHED, PilotStatus.SCALED}:
            assert newest is not None
            assert pilot.started_on is not None
            assert pilot.finished_on is not None
            assert pilot.started_on <= pilot.finished_on <= newest.on <= today()
        if pilot.status is PilotStatus.RUNNING:
            assert pilot.current_partners
            assert pilot.finished_on is None

    @invariant()
    def the_events_tell_the_same_as_the_row(self) -> None:
        events = events_of("pilot", self.pilot_id)
        assert events[-1].target == self.pilot.status.value
        assert sum(event.name == "finish" for event in events) <= len(self.pilot.evaluations)

    @invariant()
    def one_figure_holds_for_a_year_and_its_parts_make_it(self) -> None:
        of_this = sa.select(PilotReach).where(PilotReach.pilot_id == self.pilot_id)
        current = db().scalars(of_this.where(PilotReach.superseded_at.is_(None))).all()
        assert len({row.year for row in current}) == len(current)
        for row in current:
            cells = sa.select(sa.func.sum(PilotReachCell.participants)).where(PilotReachCell.pilot_reach_id == row.id)
            assert db().scalar(cells) == row.participants

    @invariant()
    def nothing_is_deleted(self) -> None:
        counts = {table: db().scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in KEPT}
        assert all(counts[table] >= self.counts.get(table, 0) for table in KEPT)
        self.counts = counts

    @invariant()
    def the_facts_for_the_stappenplan_agree(self) -> None:
        (facts,) = queries.facts_of(self.alliance_id)
        newest = self.pilot.newest_evaluation
        assert facts.status is self.pilot.status
        assert facts.decision is (newest.decision if newest else None)

    def teardown(self) -> None:
        assert audit.verify(db()).broken_id is None


@pytest.mark.usefixtures("context")
def test_whatever_people_try_the_rules_of_a_pilot_hold(app: Flask) -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
