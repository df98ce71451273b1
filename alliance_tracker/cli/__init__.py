"""The Flask commands."""

from flask import Flask

from alliance_tracker.cli import (
    accounts,
    bench,
    checking,
    demonstration,
    forgetting,
    operations,
    reference_data,
    reports,
    translation,
)

MODULES = (accounts, bench, checking, demonstration, forgetting, operations, reference_data, reports, translation)


def init_app(app: Flask) -> None:
    """Register every command."""
    for module in MODULES:
        for command in module.GROUPS:
            app.cli.add_command(command)
