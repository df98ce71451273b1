"""Forgetting what nobody needs any more."""

import click
from flask.cli import with_appcontext

from alliance_tracker.cli.preparation import needs_tables
from alliance_tracker.database import transaction
from alliance_tracker.exchange import service


@click.command("forget-previews")
@with_appcontext
@needs_tables
def forget_previews() -> None:
    """Forget the previews of files that were not carried out within 30 days."""
    with transaction():
        forgotten = service.purge()
    click.echo(f"{forgotten} previews forgotten.")


GROUPS = (forget_previews,)
