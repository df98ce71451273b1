"""What a command needs before it can do anything: the tables, and sometimes the reference data."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
import sqlalchemy as sa
from flask import current_app

from alliance_tracker.database import db
from alliance_tracker.regions.models import Region

P = ParamSpec("P")
T = TypeVar("T")


def needs_tables(command: Callable[P, T]) -> Callable[P, T]:
    """Answer with a sentence, and exit 1, in a database without tables."""

    @wraps(command)
    def checked(*args: P.args, **options: P.kwargs) -> T:
        if not sa.inspect(current_app.extensions["engine"]).has_table(Region.__tablename__):
            raise click.ClickException("This database has no tables yet: first run flask database upgrade.")
        return command(*args, **options)

    return checked


def needs_reference(command: Callable[P, T]) -> Callable[P, T]:
    """Answer with a sentence, and exit 1, in a database without tables or without the reference data."""

    @wraps(command)
    def checked(*args: P.args, **options: P.kwargs) -> T:
        if db().scalar(sa.select(Region.code).limit(1)) is None:
            raise click.ClickException("The reference data are not loaded yet: first run flask reference load.")
        return command(*args, **options)

    return needs_tables(checked)
