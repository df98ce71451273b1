"""Accounts from the command line: the first administrator, and tokens."""

import click
from flask import current_app
from flask.cli import with_appcontext

from alliance_tracker.accounts import service, tokens
from alliance_tracker.cli.preparation import needs_tables
from alliance_tracker.database import transaction
from alliance_tracker.policy import SYSTEM, Role


@click.group("users")
def users_group() -> None:
    """People with an account."""


@users_group.command("create-administrator")
@click.argument("email")
@click.option("--name", default="Administrator", show_default=True)
@click.password_option()
@with_appcontext
@needs_tables
def create_administrator(email: str, name: str, password: str) -> None:
    """Make an account with the administrator role."""
    with transaction():
        user = service.register(email=email, name=name, actor=SYSTEM)
        service.set_password(user, password, memory_kib=current_app.config["PASSWORD_HASH_MEMORY_KIB"], actor=SYSTEM)
        service.give_role(user, Role.ADMINISTRATOR, actor=SYSTEM)
    click.echo(f"{email} is administrator.")


@click.group("tokens")
def tokens_group() -> None:
    """Personal tokens for the API."""


@tokens_group.command("create")
@click.argument("email")
@click.option("--name", default="command line", show_default=True)
@click.option("--read-only", is_flag=True, help="The token may read, not write.")
@with_appcontext
@needs_tables
def create_token(email: str, name: str, read_only: bool) -> None:  # noqa: FBT001  # click passes it
    """Make a token that carries the rights of EMAIL, and print it as the last word."""
    user = service.user_by_email(email)
    if user is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    if not user.is_active:
        raise click.ClickException(f"The account of {email} is closed or was never opened.")
    with transaction():
        _, text = tokens.create(
            user, name, may_write=not read_only, days=current_app.config["TOKEN_DAYS"], actor=SYSTEM
        )
    click.echo(f"Token of {email}, shown this once: {text}")


GROUPS = (users_group, tokens_group)
