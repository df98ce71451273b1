"""Whatever is decided in whatever order: the phase, its newest event and the newest decision say the same."""

from datetime import date

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance_tracker.audit import verify
from alliance_tracker.database import db
from alliance_tracker.errors import DomainError
from alliance_tracker.rollout import places
from alliance_tracker.rollout.models import AlliancePhase, MilestoneStatus, PhaseDecision, PhaseLetter
from alliance_tracker.rollout.queries import phase_of, phases_of
from alliance_tracker.workflow import StatusEvent
from tests.builders import make_alliance
from tests.rollout.making import KEMPEN, TURNHOUT, city_place, decide, record, region_place

DECIDE = st.tuples(
    st.just("decide"),
    st.sampled_from(PhaseLetter),
    st.booleans(),
    st.sampled_from(["", "Daarom."]),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
RECORD = st.tuples(
    st.just("record"), st.sampled_from(range(3)), st.sampled_from(MilestoneStatus), st.sampled_from(["", "Daarom."])
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(DECIDE, RECORD), max_size=12))
def test_phase_event_and_decision_agree(context: Flask, commands: list[tuple[object, ...]]) -> None:
    alliance = make_alliance()
    targets = (
        ("partners-decide", places.of_alliance(alliance)),
        ("region-conversation", region_place(KEMPEN)),
        ("centre-city-conversation", city_place(TURNHOUT)),
    )
    for command in commands:
        try:
            if command[0] == "decide":
                _, target, in_spite, reason, on = command
                decide(alliance, target, in_spite=in_spite, reason=reason, on=on)  # type: ignore[arg-type]  # drawn so
            else:
                _, which, status, reason = command
                key, place = targets[which]  # type: ignore[call-overload]  # an index
                record(key, place, status=status, reason=reason)
        except DomainError:
            db().rollback()
        agree(alliance.id)
    view = phases_of(alliance)
    if view.decisions:
        assert view.decisions[0].target is view.phase
    for decision in view.decisions:
        assert decision.in_spite == bool(decision.missing)
        assert decision.reason or not (decision.in_spite or decision.is_back)
    assert verify(db()).broken_id is None


def agree(alliance_id: int) -> None:
    row = db().scalar(sa.select(AlliancePhase).where(AlliancePhase.alliance_id == alliance_id))
    decision = db().scalar(
        sa.select(PhaseDecision).where(PhaseDecision.alliance_id == alliance_id).order_by(PhaseDecision.id.desc())
    )
    if row is None:
        assert decision is None
        assert phase_of(alliance_id) is PhaseLetter.A
        return
    event = db().scalar(
        sa.select(StatusEvent)
        .where(StatusEvent.lifecycle == "alliance_phase", StatusEvent.subject_id == row.id)
        .order_by(StatusEvent.id.desc())
    )
    assert event is not None
    assert decision is not None
    assert row.phase.value == event.target == decision.target.value
    assert row.since == event.on == decision.on
