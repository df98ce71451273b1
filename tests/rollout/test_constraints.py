"""Every CHECK of the rollout's tables, broken once by name."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects import sqlite

from alliance_tracker.database import db, transaction
from alliance_tracker.rollout import models
from tests.builders import make_alliance

TABLES = [
    model.__table__
    for model in (
        models.Phase,
        models.Milestone,
        models.MilestoneRecord,
        models.AlliancePhase,
        models.PhaseDecision,
        models.Precondition,
        models.PreconditionAction,
    )
]

RECORD = (
    "INSERT INTO milestone_record (milestone_key, scope, region_code, status, done_on, responsible, note, reason, "
    "participants, next_step, version) VALUES "
)
DECISION = 'INSERT INTO phase_decision (alliance_id, source, target, "on", reason, in_spite, missing) VALUES '

BROKEN: dict[str, str] = {
    "ck_phase_phaseletter": "INSERT INTO phase (letter, key, name_nl, name_en, who_nl, who_en, aim_nl, aim_en, "
    "planned_from, version) VALUES ('D', 'd', '', '', '', '', '', '', '2026-01-01', 1)",
    "ck_phase_ends_after_it_starts": "UPDATE phase SET planned_to = '2000-01-01' WHERE letter = 'B'",
    "ck_milestone_level": "UPDATE milestone SET level = 'province' WHERE key = 'vvsg-day'",
    "ck_milestone_record_milestonestatus": RECORD + "('vvsg-day', '', NULL, 'perhaps', NULL, '', '', '', '', '', 1)",
    "ck_milestone_record_done_on_if_done": RECORD + "('vvsg-day', '', NULL, 'done', NULL, '', '', '', '', '', 1)",
    "ck_milestone_record_not_applicable_with_a_reason": RECORD
    + "('vvsg-day', '', NULL, 'not-applicable', NULL, '', 'note', '', '', '', 1)",
    "ck_milestone_record_scope_is_empty_for_flanders": RECORD
    + "('vvsg-day', '', 'REFREG03', 'not-done', NULL, '', '', '', '', '', 1)",
    "ck_alliance_phase_phaseletter": "INSERT INTO alliance_phase (alliance_id, phase, since, version) "
    "VALUES ({alliance}, 'D', '2026-01-01', 1)",
    "ck_phase_decision_source_letter": DECISION + "({alliance}, '0', 'A', '2026-01-01', '', {false}, '[]')",
    "ck_phase_decision_target_letter": DECISION + "({alliance}, 'C', 'D', '2026-01-01', '', {false}, '[]')",
    "ck_phase_decision_moves_somewhere": DECISION + "({alliance}, 'A', 'A', '2026-01-01', 'x', {false}, '[]')",
    "ck_phase_decision_in_spite_with_a_reason": DECISION + "({alliance}, 'A', 'B', '2026-01-01', '', {true}, '[]')",
    "ck_phase_decision_back_with_a_reason": DECISION + "({alliance}, 'B', 'A', '2026-01-01', '', {false}, '[]')",
    "ck_precondition_action_actionstatus": "UPDATE precondition_action SET status = 'perhaps'",
    "ck_precondition_action_done_on_if_done": "UPDATE precondition_action SET status = 'done'",
    "ck_precondition_action_dropped_with_a_reason": "UPDATE precondition_action SET status = 'dropped'",
}


def named_checks() -> set[str]:
    compiled = sqlite.dialect()
    found: set[str] = set()
    for table in TABLES:
        ddl = str(sa.schema.CreateTable(table).compile(dialect=compiled))  # type: ignore[arg-type]  # a table it is
        found |= set(re.findall(r"CONSTRAINT (ck_\w+)", ddl))
    return found


def test_every_check_is_broken_below() -> None:
    assert named_checks() == set(BROKEN)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_the_database_refuses(context: Flask, name: str) -> None:
    words: dict[str, Any] = {"alliance": make_alliance().id, "false": "false", "true": "true"}
    with pytest.raises(sa.exc.IntegrityError) as refusal, transaction():
        db().execute(sa.text(BROKEN[name].format(**words)))
    assert name in str(refusal.value.orig)
