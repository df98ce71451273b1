"""The demonstration, and synthetic portfolios for measuring."""

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from alliance_tracker.accounts.models import User
from alliance_tracker.cli.preparation import needs_reference
from alliance_tracker.database import db
from alliance_tracker.demo import scale, story


@click.group("demo")
def demo_group() -> None:
    """Demonstration data."""


@demo_group.command("load")
@with_appcontext
@needs_reference
def load() -> None:
    """Tell the demonstration's story in a database with reference data and without people."""
    if db().scalar(sa.select(sa.func.count()).select_from(User)):
        raise click.ClickException("There are people in this database already; nothing was loaded.")
    story.tell()
    click.echo(story.ACCOUNTS_IN_WORDS)


@demo_group.command("scale")
@click.option("--alliances", type=click.IntRange(1, 200_000), required=True)
@with_appcontext
@needs_reference
def make_scale(alliances: int) -> None:
    """Make a synthetic portfolio in a database without alliances."""
    try:
        actor_id = scale.author()
        with click.progressbar(length=alliances, label="Making alliances") as bar:
            scale.make(alliances, actor_id=actor_id, progress=bar.update)
    except LookupError:
        raise click.ClickException("First make an administrator: flask users create-administrator.") from None
    except scale.NotEmpty:
        raise click.ClickException("There are alliances in this database already; nothing was made.") from None


GROUPS = (demo_group,)
