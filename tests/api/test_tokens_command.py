"""`flask tokens create EMAIL` prints a token as its last word."""

from flask import Flask

from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import ApiToken
from alliance_tracker.database import db, transaction
from alliance_tracker.policy import Role
from tests.api.conftest import Program
from tests.builders import make_actor, make_user

PATH = "/api/v1/regions"


def test_the_last_word_is_a_token_that_works(app: Flask) -> None:
    with app.test_request_context("/"):
        make_user(Role.OBSERVER, email="an@example.org")
    result = app.test_cli_runner().invoke(args=["tokens", "create", "AN@example.org"])
    assert result.exit_code == 0, result.output
    Program(app, result.output.split()[-1]).get(PATH)
    with app.app_context():
        kept = db().query(ApiToken).one()
        assert (kept.may_write, kept.name) == (True, "command line")
        assert (kept.expires_at - kept.created_at).days == app.config["TOKEN_DAYS"]


def test_a_token_for_reading_only(app: Flask) -> None:
    with app.test_request_context("/"):
        make_user(email="an@example.org")
    result = app.test_cli_runner().invoke(args=["tokens", "create", "an@example.org", "--read-only", "--name", "robot"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        kept = db().query(ApiToken).one()
        assert (kept.may_write, kept.name) == (False, "robot")


def test_nobody_and_a_closed_account_get_none(app: Flask) -> None:
    with app.test_request_context("/"):
        user = make_user(email="an@example.org")
        with transaction():
            accounts.disable(user, actor=make_actor(Role.ADMINISTRATOR))
    for email in ("an@example.org", "niemand@example.org"):
        result = app.test_cli_runner().invoke(args=["tokens", "create", email])
        assert result.exit_code == 1
        assert email in result.output
    with app.app_context():
        assert db().query(ApiToken).count() == 0
