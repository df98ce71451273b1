"""The reference data of the rollout: complete, and loading them again touches nothing that people keep."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db, transaction
from alliance_tracker.policy import SYSTEM
from alliance_tracker.rollout import checks, loading, programme, programme_queries
from alliance_tracker.rollout.models import (
    ActionStatus,
    Level,
    Milestone,
    Phase,
    PhaseLetter,
    Precondition,
    PreconditionAction,
)
from alliance_tracker.workflow import StatusEvent


def contents() -> dict[str, list[tuple[object, ...]]]:
    tables = (Phase, Milestone, Precondition, PreconditionAction, StatusEvent, AuditEntry)
    return {
        model.__tablename__: [tuple(row) for row in db().execute(sa.select(model.__table__).order_by(sa.text("1")))]
        for model in tables
    }


def test_three_phases_sixteen_milestones_and_three_preconditions_are_loaded(context: Flask) -> None:
    count = {name: len(rows) for name, rows in contents().items()}
    assert (count["phase"], count["precondition"], count["precondition_action"]) == (3, 3, 9)
    gates = set(db().scalars(sa.select(Milestone.key).where(Milestone.is_gate)))
    assert gates == {"partners-decide", "region-conversation", "centre-city-conversation", "plan-tested"}
    levels = set(db().scalars(sa.select(Milestone.level)))
    assert levels == set(Level)
    assert db().get_one(Milestone, "plan-tested").trial_only
    assert db().get_one(Milestone, "vvsg-day").due_on == date(2025, 6, 5)


def test_loading_twice_changes_nothing(context: Flask) -> None:
    before = contents()
    with transaction():
        loading.load_reference()
    db().expire_all()
    assert contents() == before


def test_a_name_is_refreshed_and_what_people_keep_stays(context: Flask) -> None:
    with transaction():
        phase = programme.phase_by_letter("B")
        programme.plan_phase(
            phase, planned_from=date(2025, 9, 1), planned_to=date(2027, 6, 30), version=phase.version, actor=SYSTEM
        )
        action = programme_queries.action_by_key("shared-goals")
        programme.follow_up(
            action,
            status=ActionStatus.UNDER_WAY,
            owner="VLAIO",
            due_on=date(2027, 1, 1),
            done_on=None,
            note="Eerste gesprek gepland.",
            reason="",
            version=action.version,
            actor=SYSTEM,
        )
        db().get_one(Milestone, "vvsg-day").name_nl = "Iets anders"
        phase.name_nl = "Iets anders"
    with transaction():
        loading.load_reference()
    db().expire_all()
    phase, action = programme.phase_by_letter("B"), programme_queries.action_by_key("shared-goals")
    assert (phase.planned_from, phase.planned_to) == (date(2025, 9, 1), date(2027, 6, 30))
    assert (action.status, action.owner, action.due_on) == (ActionStatus.UNDER_WAY, "VLAIO", date(2027, 1, 1))
    assert phase.name_nl == "Pilootproject en regiogesprekken"
    assert db().get_one(Milestone, "vvsg-day").name_nl == "VVSG-trefdag"


def test_every_check_is_computed(context: Flask) -> None:
    named = set(db().scalars(sa.select(Milestone.check).where(Milestone.check.is_not(None))))
    assert named == set(checks.CHECKS)


@pytest.mark.parametrize("letter", list(PhaseLetter))
def test_a_phase_has_both_languages(context: Flask, letter: PhaseLetter) -> None:
    phase = db().get_one(Phase, letter)
    assert all((phase.name_nl, phase.name_en, phase.who_nl, phase.who_en, phase.aim_nl, phase.aim_en))
