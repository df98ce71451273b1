"""Loading the reference data: regions, VLAIO, the stappenplan, the phases, the indicators, the STEM-monitor."""

import click
from flask.cli import with_appcontext

from alliance_tracker.cli.preparation import needs_tables
from alliance_tracker.database import transaction
from alliance_tracker.frameworks import loading as frameworks
from alliance_tracker.indicators import loading as indicators
from alliance_tracker.organisations import service as organisations
from alliance_tracker.regions import service as regions
from alliance_tracker.rollout import loading as rollout
from alliance_tracker.stappenplan import loading as stappenplan


def load_reference() -> None:
    """Load everything of `alliance_tracker/reference`; may be run again."""
    regions.load_reference()
    organisations.load_office()
    rollout.load_reference()
    stappenplan.load_reference()
    indicators.load_reference()
    frameworks.load_reference()


@click.group("reference")
def reference_group() -> None:
    """The reference data."""


@reference_group.command("load")
@with_appcontext
@needs_tables
def load() -> None:
    """Load or refresh the reference data; nothing that people recorded is touched."""
    with transaction():
        load_reference()
    click.echo("The reference data are loaded.")


GROUPS = (reference_group,)
