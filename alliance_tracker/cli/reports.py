"""Impact reports from the command line: whether every version still says what its fingerprint says."""

import click
from flask.cli import with_appcontext

from alliance_tracker.cli.preparation import needs_tables
from alliance_tracker.impact_reports import verifying


@click.group("reports")
def reports_group() -> None:
    """Impact reports: verify."""


@reports_group.command("verify")
@with_appcontext
@needs_tables
def verify() -> None:
    """Recompute the fingerprint of every version, and compare it with the audit trail; exit 1 when one differs."""
    faults = list(verifying.faults())
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo(f"Every version is as it was submitted: {verifying.count()}.")


GROUPS = (reports_group,)
