"""Moving an alliance to another phase: the gates at each level, in spite of them, back, and who decides."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, DueDatesWhilePaused
from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.rollout import gates, places
from alliance_tracker.rollout.models import AlliancePhase, Level, Milestone, PhaseDecision, PhaseLetter
from alliance_tracker.rollout.queries import phase_of, phases_of
from alliance_tracker.workflow import events_of
from tests.builders import make_actor, make_alliance
from tests.rollout.making import (
    DONE,
    GENK,
    HASSELT,
    KEMPEN,
    LIMBURG,
    NOT_APPLICABLE,
    NOT_DONE,
    TURNHOUT,
    WESTHOEK,
    A,
    B,
    C,
    bring_to,
    city_place,
    decide,
    record,
    region_place,
)


def missing(alliance: Alliance, phase: PhaseLetter) -> set[tuple[str, str]]:
    return {(gate.key, gate.place) for gate in gates.missing_for(alliance, phase)}


def in_limburg(**more: Any) -> Alliance:
    return make_alliance(region=LIMBURG, municipalities=("Bilzen-Hoeselt",), **more)


def in_westhoek(**more: Any) -> Alliance:
    return make_alliance(region=WESTHOEK, municipalities=("Ieper",), **more)


# Gates --------------------------------------------------------------------------------------------------------------


def test_leaving_a_asks_for_the_decision_of_the_core_partners(context: Flask) -> None:
    alliance = make_alliance(name="Neteland")
    assert missing(alliance, A) == {("partners-decide", "Neteland")}
    with pytest.raises(TransitionRefused) as refusal:
        decide(alliance, B)
    assert len(refusal.value.obstacles) == 1
    record("partners-decide", places.of_alliance(alliance))
    assert decide(alliance, B).missing == []
    assert phase_of(alliance.id) is B


def test_leaving_b_asks_for_the_conversations_with_the_region_and_its_centre_city(context: Flask) -> None:
    alliance = make_alliance()
    assert missing(alliance, B) == {("region-conversation", "Kempen"), ("centre-city-conversation", "Turnhout")}
    record("region-conversation", region_place(KEMPEN))
    assert missing(alliance, B) == {("centre-city-conversation", "Turnhout")}
    record("centre-city-conversation", city_place(TURNHOUT))
    assert missing(alliance, B) == set()


def test_in_a_region_without_centre_city_only_the_region_is_asked(context: Flask) -> None:
    alliance = in_westhoek()
    assert missing(alliance, B) == {("region-conversation", "Westhoek")}
    record("region-conversation", region_place(WESTHOEK))
    assert missing(alliance, B) == set()


def test_limburg_asks_for_both_of_its_centre_cities(context: Flask) -> None:
    alliance = in_limburg()
    record("region-conversation", region_place(LIMBURG))
    record("centre-city-conversation", city_place(GENK))
    assert missing(alliance, B) == {("centre-city-conversation", "Hasselt")}
    record("centre-city-conversation", city_place(HASSELT))
    assert missing(alliance, B) == set()


def test_conversations_of_another_region_do_not_count(context: Flask) -> None:
    alliance = in_westhoek()
    record("region-conversation", region_place(KEMPEN))
    assert missing(alliance, B) == {("region-conversation", "Westhoek")}


def test_only_a_trial_alliance_must_have_tested_the_plan(context: Flask) -> None:
    trial, other = in_westhoek(is_trial=True, name="Proef"), in_westhoek()
    record("region-conversation", region_place(WESTHOEK))
    assert missing(other, B) == set()
    assert missing(trial, B) == {("plan-tested", "Proef")}
    record("plan-tested", places.of_alliance(trial))
    assert missing(trial, B) == set()


def test_not_applicable_with_a_reason_satisfies_a_gate(context: Flask) -> None:
    alliance = make_alliance()
    record("partners-decide", places.of_alliance(alliance), status=NOT_APPLICABLE, reason="Bestond al.")
    assert decide(alliance, B).in_spite is False


def test_a_gate_that_was_reopened_is_missing_again(context: Flask) -> None:
    alliance = make_alliance()
    mine = places.of_alliance(alliance)
    record("partners-decide", mine)
    record("partners-decide", mine, status=NOT_DONE, reason="Een partner trok zich terug.")
    assert missing(alliance, A) == {("partners-decide", alliance.name)}


def test_milestones_that_are_no_gate_hold_nobody_back(context: Flask) -> None:
    alliance = in_westhoek()
    decide(alliance, B, in_spite=True, reason="Toch.")
    record("region-conversation", region_place(WESTHOEK))
    not_gates = set(
        db().scalars(
            sa.select(Milestone.key).where(Milestone.phase == B, ~Milestone.is_gate, Milestone.level != Level.FLANDERS)
        )
    )
    assert not_gates == {"pioneer-designated"}  # and the Westhoek has no pioneer
    assert decide(alliance, C).missing == []


# Decisions ----------------------------------------------------------------------------------------------------------


def test_in_spite_of_a_gate_needs_a_reason_and_keeps_what_was_missing_as_it_was(context: Flask) -> None:
    alliance = make_alliance(name="Neteland")
    with pytest.raises(FieldRefused) as refusal:
        decide(alliance, B, in_spite=True, reason="  ")
    assert refusal.value.field == "reason"
    decide(alliance, B, in_spite=True, reason="De beslissing volgt volgende week.")
    record("partners-decide", places.of_alliance(alliance))
    (decision,) = phases_of(alliance).decisions
    assert (decision.in_spite, decision.reason) == (True, "De beslissing volgt volgende week.")
    (gate,) = decision.missing
    assert (gate.key, gate.place) == ("partners-decide", "Neteland")
    assert "De kernpartners beslissen in principe" in str(gate.sentence)


def test_nobody_decides_in_spite_of_a_gate_that_they_did_not_see(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(TransitionRefused) as refusal:
        decide(alliance, B, in_spite=True, reason="Toch.", seen=[])
    assert len(refusal.value.obstacles) == 1
    shown = [gate.id for gate in gates.missing_for(alliance, A)]
    assert decide(alliance, B, in_spite=True, reason="Toch.", seen=shown).in_spite


def test_in_spite_of_nothing_is_an_ordinary_decision(context: Flask) -> None:
    alliance = make_alliance()
    record("partners-decide", places.of_alliance(alliance))
    assert decide(alliance, B, in_spite=True).in_spite is False


def test_going_back_needs_a_reason_and_looks_at_no_gate(context: Flask) -> None:
    alliance = make_alliance()
    bring_to(alliance, C)
    with pytest.raises(FieldRefused):
        decide(alliance, B)
    assert decide(alliance, B, reason="De kinderziektes zijn niet weg.").missing == []
    assert decide(alliance, A, reason="Er is geen beslissing meer.").target is A
    assert [d.target for d in phases_of(alliance).decisions] == [A, B, C, B]
    assert [d.is_back for d in phases_of(alliance).decisions] == [True, True, False, False]


def test_an_alliance_moves_one_phase_at_a_time(context: Flask) -> None:
    alliance = make_alliance()
    for refused in (C, A):
        with pytest.raises(Refused):
            decide(alliance, refused, in_spite=True, reason="Toch.")
    bring_to(alliance, C)
    with pytest.raises(Refused):
        decide(alliance, A, reason="Toch.")


def test_a_decision_is_one_row_one_event_the_phase_and_the_trail(context: Flask) -> None:
    manager = make_actor(Role.PROJECT_MANAGER)
    alliance = make_alliance()
    record("partners-decide", places.of_alliance(alliance))
    decision = decide(alliance, B, actor=manager, reason="Alles is rond.")
    row = db().scalars(sa.select(AlliancePhase)).one()
    assert (row.phase, row.since) == (B, date(2026, 6, 1))
    assert [(e.name, e.source, e.target, e.on) for e in events_of("alliance_phase", row.id)] == [
        ("start", "", "A", date(2026, 1, 15)),
        ("begin_trial", "A", "B", date(2026, 6, 1)),
    ]
    assert (decision.decided_by_id, decision.source, decision.target) == (manager.user_id, A, B)
    entries = db().scalars(sa.select(AuditEntry).where(AuditEntry.alliance_id == alliance.id)).all()
    (told,) = (entry for entry in entries if entry.subject_type in {"alliance_phase", "phase_decision"})
    assert (told.action, told.reason, told.actor_id) == (
        "alliance_phase.begin_trial",
        "Alles is rond.",
        manager.user_id,
    )
    assert told.changes["phase"] == ["A", "B"]
    assert told.facts["rows"][0]["table"] == "phase_decision"


def test_a_refused_decision_leaves_nothing(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(TransitionRefused):
        decide(alliance, B)
    assert db().scalar(sa.select(sa.func.count()).select_from(AlliancePhase)) == 0
    assert db().scalar(sa.select(sa.func.count()).select_from(PhaseDecision)) == 0
    assert phase_of(alliance.id) is A


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.PROJECT_MANAGER])
def test_only_the_project_manager_decides(context: Flask, role: Role) -> None:
    from tests.builders import make_organisation, make_partner

    alliance = make_alliance()
    organisation = make_organisation()
    make_partner(alliance, organisation)
    scope: dict[Role, dict[str, Any]] = {
        Role.COORDINATOR: {"alliance_id": alliance.id},
        Role.REPORTER: {"region_code": KEMPEN},
        Role.PARTNER: {"organisation_id": organisation.id},
    }
    record("partners-decide", places.of_alliance(alliance))
    with pytest.raises(NotAllowed):
        decide(alliance, B, actor=make_actor(role, **scope.get(role, {})))
    assert decide(alliance, B, actor=make_actor(Role.PROJECT_MANAGER)).target is B


def test_only_an_active_alliance_moves(context: Flask) -> None:
    initiative, paused, ended = make_alliance(accepted_on=None), make_alliance(), make_alliance()
    with transaction():
        alliances.pause(
            paused,
            since=date(2026, 5, 1),
            due_dates=DueDatesWhilePaused.KEEP,
            reason="Rust.",
            actor=SYSTEM,
        )
        alliances.end(ended, on=date(2026, 5, 1), reason="Gedaan.", actor=SYSTEM)
    for alliance in (initiative, paused, ended):
        with pytest.raises(Refused):
            decide(alliance, B, in_spite=True, reason="Toch.")


def test_a_decision_counts_from_a_day_that_is_not_in_the_future_nor_before_the_present_phase(context: Flask) -> None:
    alliance = make_alliance(accepted_on=date(2026, 1, 15))
    for refused in (date(2100, 1, 1), date(2026, 1, 14)):
        with pytest.raises(FieldRefused) as refusal:
            decide(alliance, B, on=refused, in_spite=True, reason="Toch.")
        assert refusal.value.field == "on"
    decide(alliance, B, on=date(2026, 1, 15), in_spite=True, reason="Toch.")
    with pytest.raises(FieldRefused):
        decide(alliance, A, on=date(2026, 1, 14), reason="Terug.")
    decide(alliance, A, on=date(2026, 1, 15), reason="Terug.")


# The database -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    ["UPDATE phase_decision SET reason = 'Iets anders.'", "DELETE FROM phase_decision", "DELETE FROM alliance_phase"],
)
def test_the_database_keeps_decisions_as_they_were_taken(context: Flask, statement: str) -> None:
    bring_to(make_alliance(), B)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db().execute(sa.text(statement))


def test_what_a_milestone_record_is_about_is_written_once(context: Flask) -> None:
    record("region-conversation", region_place(KEMPEN))
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db().execute(sa.text("UPDATE milestone_record SET scope = 'REFREG04'"))


def test_done_is_what_the_view_says_too(context: Flask) -> None:
    alliance = make_alliance()
    record("partners-decide", places.of_alliance(alliance))
    (phase_a, _, _) = phases_of(alliance).phases
    assert [state.status for state in phase_a.milestones] == [DONE]
