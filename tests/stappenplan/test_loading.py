"""The plan of the reference data: loaded once, published, and never changed."""

import tomllib
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from alliance_tracker import reference
from alliance_tracker.database import db, transaction
from alliance_tracker.stappenplan.checks import CHECKS
from alliance_tracker.stappenplan.loading import load_reference
from alliance_tracker.stappenplan.models import Criterion, Plan, PlanStatus, Step


def source() -> dict[str, Any]:
    with reference.path("stappenplan.toml").open("rb") as file:
        return tomllib.load(file)


def test_the_plan_is_loaded_with_five_steps_and_27_criteria_and_published(context: Flask) -> None:
    plan = db().scalars(sa.select(Plan)).one()
    assert (plan.label, plan.status) == ("2025-05", PlanStatus.PUBLISHED)
    assert plan.published_at is not None
    assert db().scalar(sa.select(sa.func.count()).select_from(Step)) == 5
    assert db().scalar(sa.select(sa.func.count()).select_from(Criterion)) == 27


def test_loading_it_again_changes_nothing(context: Flask) -> None:
    with transaction():
        assert load_reference() is False
    assert db().scalar(sa.select(sa.func.count()).select_from(Plan)) == 1


def test_every_check_of_the_plan_exists_and_says_what_the_plan_says() -> None:
    rows = [row for step in source()["step"] for row in step["criterion"] if "check" in row]
    assert {row["check"] for row in rows} == set(CHECKS)
    for row in rows:
        assert CHECKS[row["check"]].test.text == row["test"]


def test_a_statement_is_allowed_only_where_the_plan_says_so() -> None:
    assert [name for name, check in CHECKS.items() if check.statement] == ["partners_grew_this_year"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan SET label = 'x'",
        "DELETE FROM plan",
        "UPDATE step SET name_nl = 'x' WHERE number = 1",
        "DELETE FROM step WHERE number = 1",
        "UPDATE criterion SET is_required = NOT is_required WHERE key = 'helix-complete'",
        "DELETE FROM criterion WHERE key = 'helix-complete'",
        "INSERT INTO criterion (version, plan_id, step_id, key, position, is_required, test, name_nl, name_en) "
        "SELECT 1, plan_id, id, 'new', 9, is_yearly, '', 'x', 'x' FROM step WHERE number = 1",
    ],
)
def test_not_even_sql_changes_a_published_plan(context: Flask, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"published plan|FOREIGN KEY|foreign key"), transaction():
        db().execute(sa.text(statement))
