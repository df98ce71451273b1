"""What a convenant agrees on that its money depends on: its term, and the least share of the partners.

Convenants are layers up; only these columns of them are needed here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.database import Scaled, db

_convenant = sa.table(
    "convenant",
    sa.column("id", sa.Integer()),
    sa.column("alliance_id", sa.Integer()),
    sa.column("title", sa.String()),
    sa.column("in_force_on", sa.Date()),
    sa.column("ends_on", sa.Date()),
    sa.column("terminated_on", sa.Date()),
)
_version = sa.table(
    "convenant_version",
    sa.column("convenant_id", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("status", sa.String()),
    sa.column("minimum_cofinancing", Scaled(4)),
)
#: The text that holds: a rider says nothing of money, and what ended was judged by what held last.
_HOLDS = sa.and_(_version.c.status.in_(["in-force", "terminated"]), _version.c.kind != "rider")


@dataclass(frozen=True)
class Agreed:
    """A convenant that is or was in force, as its money looks at it."""

    convenant_id: int
    title: str
    in_force_on: date
    #: Its last day: as agreed, or sooner when it was terminated.
    last_day: date
    #: The least share of the partners in the whole, in percent; None when nothing was asked.
    minimum: Decimal | None


def of_alliance(alliance_id: int) -> list[Agreed]:
    """The convenants of an alliance that are or were in force, the newest first."""
    return _read(_convenant.c.alliance_id == alliance_id)


def of_convenants(ids: Collection[int]) -> dict[int, Agreed]:
    """The same by the id of the convenant."""
    return {found.convenant_id: found for found in _read(_convenant.c.id.in_(list(ids)))}


def _read(condition: sa.ColumnElement[bool]) -> list[Agreed]:
    c = _convenant.c
    rows = db().execute(
        sa.select(c.id, c.title, c.in_force_on, c.ends_on, c.terminated_on, _version.c.minimum_cofinancing)
        .outerjoin_from(_convenant, _version, sa.and_(_version.c.convenant_id == c.id, _HOLDS))
        .where(condition, c.in_force_on.is_not(None))
        .order_by(c.in_force_on.desc(), c.id.desc())
    )
    return [
        Agreed(number, title, in_force_on, min(ends_on, terminated_on or ends_on), minimum)
        for number, title, in_force_on, ends_on, terminated_on, minimum in rows
    ]
