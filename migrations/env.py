"""How Alembic reaches the database: through the application's engine, with the models' metadata."""

import importlib
import pkgutil
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.script import ScriptDirectory

import alliance_tracker
from alliance_tracker import config as settings
from alliance_tracker import database

# The revisions share `migrations.ddl`, from wherever the server was started.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

for module in pkgutil.walk_packages(alliance_tracker.__path__, "alliance_tracker."):
    if module.name.endswith((".models", ".once", ".outbox", ".audit", ".workflow")):
        importlib.import_module(module.name)


def render_item(kind: str, item: Any, _autogen: Any) -> Any:
    """Write our column types as plain SQLAlchemy ones: a migration must not depend on today's code."""
    if kind == "type" and isinstance(item, database.UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, database.Scaled):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, sa.Enum):
        values = ", ".join(repr(value) for value in item.enums)
        return f"sa.Enum({values}, name={item.name!r}, native_enum=False, create_constraint=True, length={item.length})"
    return False


def numbered(_context: Any, _revision: Any, directives: Any) -> None:
    """Number the revisions, so that two made at the same time collide."""
    if directives:
        head = ScriptDirectory.from_config(context.config).get_current_head()
        directives[0].rev_id = f"{int(head or 0) + 1:04}"


def run() -> None:
    """Migrate in one transaction, with SQLite's foreign keys off while tables are rebuilt, and checked after."""
    engine = context.config.attributes.get("engine") or database.make_engine(settings.load()["DATABASE_URL"])
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=database.Base.metadata,
            render_as_batch=sqlite,
            render_item=render_item,
            process_revision_directives=numbered,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"rows point at nothing after the migration: {broken[:5]}")
        connection.commit()
        if sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.exec_driver_sql("BEGIN")


run()
