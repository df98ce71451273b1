"""What a first start needs: reference data, and demonstration data or one administrator."""

import secrets

import click
import sqlalchemy as sa
from flask import current_app

from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import User
from alliance_tracker.cli.reference_data import load_reference
from alliance_tracker.database import db, transaction
from alliance_tracker.demo import story
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import service as standings


def prepare(*, empty: bool) -> None:
    """Load the reference data; in a database without people also the demonstration, or one administrator."""
    with transaction():
        load_reference()
        standings.refresh_due()
    if db().scalar(sa.select(sa.func.count()).select_from(User)):
        return
    if empty or not current_app.config["DEMO_ACCOUNTS"]:
        _first_administrator()
    else:
        click.echo("Loading the demonstration data ...")
        story.tell()
        click.echo(story.ACCOUNTS_IN_WORDS)


def _first_administrator() -> None:
    email, password = "admin@example.org", secrets.token_urlsafe(12)
    with transaction():
        user = accounts.register(email=email, name="Administrator", actor=SYSTEM)
        accounts.set_password(user, password, memory_kib=current_app.config["PASSWORD_HASH_MEMORY_KIB"], actor=SYSTEM)
        accounts.give_role(user, Role.ADMINISTRATOR, actor=SYSTEM)
    click.echo(f"\nAdministrator: {email}   password: {password}   (shown this once; change it under your account)")
