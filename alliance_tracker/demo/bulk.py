"""Rows by the thousand, for portfolios that are made to measure."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa

from alliance_tracker.database import Base, db

#: Rows that are written at a time.
BATCH = 500


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    walk = iter(rows)
    while batch := list(islice(walk, BATCH)):
        yield batch


def insert(table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    for batch in _batches(rows):
        db().execute(sa.insert(table), batch)
