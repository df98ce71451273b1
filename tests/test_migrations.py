"""The migrations make exactly what the models say, on both databases, up and down."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from alliance_tracker.cli.operations import alembic_config, migrate
from alliance_tracker.database import Base, make_engine
from migrations import ddl
from tests.conftest import on_postgresql
from tests.postgresql import recreate


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> sa.Engine:
    """A database without a single table."""
    if on_postgresql():
        url = recreate(request.getfixturevalue("postgresql"), "migrations", "template0")
        return make_engine(url.render_as_string(hide_password=False))
    return make_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")


def triggers(engine: sa.Engine) -> set[str]:
    """The triggers of the application; the tests put some of their own on PostgreSQL."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if engine.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with engine.connect() as connection:
        return {name for name in connection.exec_driver_sql(query).scalars() if name.startswith("keep_")}


def test_up_down_and_up_leaves_nothing_behind_and_nothing_out(empty: sa.Engine) -> None:
    migrate(empty)
    first = triggers(empty)
    command.downgrade(alembic_config(empty), "base")
    assert set(sa.inspect(empty).get_table_names()) <= {"alembic_version"}
    assert triggers(empty) == set()
    migrate(empty)
    assert triggers(empty) == first
    command.check(alembic_config(empty))
    empty.dispose()


def test_every_check_of_the_models_is_in_the_database(app: Flask) -> None:
    inspector = sa.inspect(app.extensions["engine"])
    for table in Base.metadata.sorted_tables:
        declared = {
            str(rule.name) if str(rule.name).startswith("ck_") else f"ck_{table.name}_{rule.name}"
            for rule in table.constraints
            if isinstance(rule, sa.CheckConstraint)
        }
        present = {str(rule["name"]) for rule in inspector.get_check_constraints(table.name)}
        assert declared <= present, f"{table.name} lacks {declared - present}"


def test_every_index_of_the_models_is_in_the_database(app: Flask) -> None:
    inspector = sa.inspect(app.extensions["engine"])
    for table in Base.metadata.sorted_tables:
        present = {index["name"] for index in inspector.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= present, table.name


def test_every_trigger_is_there_and_comes_back_when_it_was_lost(app: Flask) -> None:
    engine: sa.Engine = app.extensions["engine"]
    there = triggers(engine)
    for table in (*ddl.APPEND_ONLY, *ddl.KEPT):
        assert f"keep_{table}_undeleted" in there
    with engine.begin() as connection:
        ddl.drop_all(connection)
    assert triggers(engine) == set()
    with engine.begin() as connection:
        ddl.create_all(connection)
    assert triggers(engine) == there


def test_a_downgrade_that_would_lose_what_people_recorded_is_refused(app: Flask) -> None:
    from tests.builders import make_alliance

    with app.test_request_context("/"):
        make_alliance()
    engine: sa.Engine = app.extensions["engine"]
    with pytest.raises(RuntimeError, match="would be lost"):
        command.downgrade(alembic_config(engine), "base")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alliance").scalar() == 1


def test_the_database_is_set_up_for_integrity(app: Flask, fresh_database: Callable[[Path], str]) -> None:
    with app.extensions["engine"].connect() as connection:
        if connection.dialect.name == "postgresql":
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            return
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("recursive_triggers", 1),
        ):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
