"""What the history calls the values of convenants and of what hangs on them."""

from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances import names as alliance_names
from alliance_tracker.database import db
from alliance_tracker.drawing_rights.names import euro_of
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Counted
from alliance_tracker.web import history_names
from alliance_tracker.web.history_names import Ref

#: Exact numbers, which the trail keeps as text with all their decimals.
NUMBERS = (
    ("convenant_version", "minimum_cofinancing"),
    ("commitment_bearer", "share"),
    ("planned_instalment", "quantity"),
)


#: Amounts in euro.
MONEY = (("commitment_wording", "unit_value"), ("planned_right", "ceiling"))


def goals(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Goals by their titles of today."""
    rows = db().execute(sa.select(Goal.id, Goal.title).where(Goal.id.in_({key for _, key in refs})))
    names = {number: title for number, title in rows}  # noqa: C416  # rows are not pairs to mypy
    return {ref: names[ref[1]] for ref in refs if ref[1] in names}


def number(value: Any) -> Any:
    """A number without needless zeros."""
    return Decimal(value).normalize() if isinstance(value, str) else value


def days(value: Any) -> Any:
    """Days that are kept as text."""
    return [date.fromisoformat(day) for day in value]


def indicators(value: Any) -> Any:
    """How many indicators are asked for; their names stand in the version itself."""
    return Counted("%(n)s indicator", "%(n)s indicators", n=len(value))


def register() -> None:
    """Let the history ask here."""
    history_names.register("coordinator_id", "coordinator", alliance_names.organisations)
    history_names.register("goal_id", "goal", goals)
    for table, column in NUMBERS:
        history_names.name_values(table, column, number)
    for table, column in MONEY:
        history_names.name_values(table, column, euro_of)
    history_names.name_values("convenant_version", "reporting_on", days)
    history_names.name_values("convenant_version", "asked_indicators", indicators)
