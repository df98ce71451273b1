"""What an operator types."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker import create_app
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.cli import loading, operations
from alliance_tracker.database import SQLITE, db
from tests.builders import make_alliance, make_user
from tests.conftest import on_postgresql


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(args))
    return result.exit_code, result.output


def test_an_empty_start_makes_one_administrator(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    with app.app_context():
        loading.prepare(empty=True)
        assert db().scalar(sa.select(sa.func.count()).select_from(Alliance)) == 0
    printed = capsys.readouterr().out
    assert "admin@example.org" in printed


def test_starting_again_changes_nothing(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    with app.app_context():
        loading.prepare(empty=True)
        capsys.readouterr()
        loading.prepare(empty=False)
    assert capsys.readouterr().out == ""


def test_reference_data_can_be_loaded_again(app: Flask) -> None:
    assert run(app, "reference", "load")[0] == 0


@pytest.mark.skipif(on_postgresql(), reason="PostgreSQL is backed up with pg_dump")
def test_a_backup_is_sound_and_complete_and_never_overwrites(app: Flask, tmp_path: Path) -> None:
    with app.test_request_context("/"):
        make_alliance("Bewaard")
    target = tmp_path / "copy.sqlite"
    assert run(app, "database", "backup", str(target))[0] == 0
    copy = SQLITE.connect(str(target))
    assert copy.execute("SELECT name FROM alliance").fetchall() == [("Bewaard",)]
    copy.close()
    code, words = run(app, "database", "backup", str(target))
    assert code == 1
    assert "exists already" in words


def test_a_lifecycle_can_be_drawn(app: Flask) -> None:
    assert "initiative --> active: accept" in run(app, "lifecycle", "alliance")[1]


def test_about_names_the_library_of_the_database(app: Flask) -> None:
    assert "SQLite library" in run(app, "about")[1]


def test_mail_goes_to_the_console_where_no_server_is_set(app: Flask) -> None:
    from alliance_tracker import outbox
    from alliance_tracker.database import transaction

    with app.test_request_context("/"):
        user = make_user()
        with transaction():
            outbox.post(user.id, user.email, "Onderwerp", "Inhoud")
    code, words = run(app, "mail", "send")
    assert code == 0
    assert "Inhoud" in words
    assert "1 mails sent" in words


def test_a_first_administrator_can_be_made(app: Flask) -> None:
    args = ("users", "create-administrator", "jij@example.org", "--password", "een lang wachtwoord hier")
    assert run(app, *args)[0] == 0


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `start` do everything but serve."""
    for name in ("serve", "keep_sending"):
        monkeypatch.setattr(operations, name, lambda *_args, **_more: None)


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("options", "address"),
    [
        ((), "http://127.0.0.1:8000"),
        (("--port", "8120"), "http://127.0.0.1:8120"),
        (("--port", "8120", "--host", "::1"), "http://[::1]:8120"),
        (("--host", "0.0.0.0"), "http://127.0.0.1:8000"),  # noqa: S104  # nobody listens
    ],
)
def test_mailed_links_lead_to_the_address_that_is_served(
    fresh_database: Callable[[Path], str], tmp_path: Path, options: tuple[str, ...], address: str
) -> None:
    app = create_app({"DATABASE_URL": fresh_database(tmp_path), "LOG_LEVEL": 40}, tmp_path)
    code, words = run(app, "start", "--empty", *options)
    assert (code, app.config["BASE_URL"]) == (0, address)
    assert address in words
    app.extensions["engine"].dispose()


@pytest.mark.usefixtures("served")
def test_a_base_address_that_was_given_is_kept(app: Flask) -> None:
    assert run(app, "start", "--empty", "--port", "8120")[0] == 0
    assert app.config["BASE_URL"] == "http://localhost"


UNPREPARED = [
    ("check-data",),
    ("refresh-standings",),
    ("forget-previews",),
    ("audit", "verify"),
    ("mail", "send"),
    ("reference", "load"),
    ("demo", "load"),
    ("demo", "scale", "--alliances", "5"),
    ("users", "create-administrator", "jij@example.org", "--password", "een lang wachtwoord hier"),
]


@pytest.mark.parametrize("args", UNPREPARED, ids=" ".join)
def test_a_command_on_a_database_without_tables_says_what_comes_first(tmp_path: Path, args: tuple[str, ...]) -> None:
    app = create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite'}", "LOG_LEVEL": 40}, tmp_path)
    result = app.test_cli_runner().invoke(args=list(args))
    app.extensions["engine"].dispose()
    assert result.exit_code == 1
    assert "first run flask database upgrade" in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("args", [("demo", "load"), ("demo", "scale", "--alliances", "5")], ids=" ".join)
def test_a_demonstration_without_reference_data_says_what_comes_first(tmp_path: Path, args: tuple[str, ...]) -> None:
    app = create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite'}", "LOG_LEVEL": 40}, tmp_path)
    operations.migrate(app.extensions["engine"])
    code, words = run(app, *args)
    app.extensions["engine"].dispose()
    assert code == 1
    assert "first run flask reference load" in words


def test_the_bench_measures_every_page_and_the_import(app: Flask) -> None:
    code, printed = run(app, "bench", "--sizes", "6", "--repeats", "1", "--import-rows", "40")
    assert code == 0, printed
    for name in ("monitor", "enter figures", "totals", "log entry", "rows/s"):
        assert name in printed
