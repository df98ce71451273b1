"""The fixtures that every test may use; tests/README.md lists them."""

import contextlib
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker import create_app, database
from alliance_tracker.cli.operations import migrate
from alliance_tracker.cli.reference_data import load_reference
from alliance_tracker.database import transaction
from tests.postgresql import TEMPLATE, Server, keep, recreate, running
from tests.strict_client import StrictClient

#: A fixed moment for tests that look at a date: Saturday 21 November 2026, noon in Brussels.
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)

SETTINGS: dict[str, Any] = {
    "TESTING": True,
    "SECRET_KEY": "a-secret-for-tests-that-is-long-enough",
    "PASSWORD_HASH_MEMORY_KIB": 8,
    "BASE_URL": "http://localhost",
    "MAIL_SERVER": "",
    "LOG_LEVEL": 40,
}


def on_postgresql() -> bool:
    return os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[sa.URL]:
    """A real PostgreSQL, as its administrator."""
    if os.environ.get("TEST_DATABASE_URL"):
        yield sa.make_url(os.environ["TEST_DATABASE_URL"])
        return
    try:
        yield from running()
    except ImportError:
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        pytest.skip("PostgreSQL for tests is not available on this platform")


def fill(url: str, instance: Path) -> None:
    """Migrate an empty database and load the reference data."""
    app = create_app({**SETTINGS, "DATABASE_URL": url}, instance)
    migrate(app.extensions["engine"])
    with app.app_context(), transaction():
        load_reference()
    app.extensions["engine"].dispose()
    # Modules and mappers live as long as the tests do: the collector need not look at them for each application.
    del app
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Gives each caller a database of its own, migrated and with the reference data, as a copy of one template."""
    folder = tmp_path_factory.mktemp("template")
    if on_postgresql():
        admin: sa.URL = request.getfixturevalue("postgresql")
        template = recreate(admin, TEMPLATE, "template0")
        fill(template.render_as_string(hide_password=False), folder)
        keep(template)
        server = Server(admin)
        return lambda _target: server.fresh()
    template_file = folder / "template.sqlite"
    fill(f"sqlite:///{template_file}", folder)

    def copy_file(target: Path) -> str:
        copy = target / "test.sqlite"
        for left_over in target.glob("test.sqlite*"):
            left_over.unlink()
        shutil.copyfile(template_file, copy)
        return f"sqlite:///{copy}"

    return copy_file


@pytest.fixture(scope="session")
def kept_app(tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[Path], str]) -> Flask:
    """The application behind `app`: its addresses, templates and statements are compiled once for all tests."""
    folder = tmp_path_factory.mktemp("app")
    return create_app({**SETTINGS, "DATABASE_URL": fresh_database(folder)}, folder)


@pytest.fixture
def app(kept_app: Flask, fresh_database: Callable[[Path], str]) -> Iterator[Flask]:
    """The application on a database of its own; what a test changes in its settings is forgotten after it."""
    kept_app.extensions["engine"].dispose()
    fresh_database(Path(kept_app.instance_path))
    config, extensions = kept_app.config.copy(), kept_app.extensions.copy()
    yield kept_app
    kept_app.extensions["engine"].dispose()
    for used, before in ((kept_app.config, config), (kept_app.extensions, extensions)):
        used.clear()
        used.update(before)


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application with a context pushed, for tests of services; the language is Dutch."""
    with app.test_request_context("/"):
        yield app


@pytest.fixture
def client(app: Flask) -> StrictClient:
    """A browser that fails the test when a page is malformed or a GET writes."""
    return StrictClient(app)


@pytest.fixture
def freeze() -> Iterator[Callable[[datetime], None]]:
    """Set the clock: `freeze(datetime(2026, 3, 29, tzinfo=UTC))`."""
    with contextlib.ExitStack() as stack:
        yield lambda moment: stack.enter_context(database.clock_at(moment))


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement that is sent while the test runs."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(app.extensions["engine"], "before_cursor_execute", note)
    yield seen
    sa.event.remove(app.extensions["engine"], "before_cursor_execute", note)
