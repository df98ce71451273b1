"""What an operator types."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.cli import loading
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
