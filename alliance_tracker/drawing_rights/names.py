"""What amounts and payees are called in the history."""

from decimal import Decimal
from typing import Any

from alliance_tracker.alliances.names import partners
from alliance_tracker.i18n import Euro
from alliance_tracker.web import history_names


def euro_of(value: Any) -> Euro:
    """An amount as its reader writes euro."""
    return Euro(Decimal(str(value)))


def register() -> None:
    """Let the history ask here."""
    history_names.register("payee_partner_id", "payee", partners)
    for table, column in (("drawing_right", "ceiling"), ("drawdown", "amount"), ("payment", "amount")):
        history_names.name_values(table, column, euro_of)
