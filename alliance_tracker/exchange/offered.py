"""The tables that can be brought in and out, in the order in which an alliance fills them."""

from alliance_tracker.errors import NotFound
from alliance_tracker.exchange.commitment_table import CommitmentTable
from alliance_tracker.exchange.delivery_table import DeliveryTable
from alliance_tracker.exchange.goal_table import GoalTable
from alliance_tracker.exchange.indicator_table import IndicatorTable
from alliance_tracker.exchange.measurement_table import MeasurementTable
from alliance_tracker.exchange.tables import Table
from alliance_tracker.i18n import Message

TABLES: tuple[Table, ...] = (GoalTable(), IndicatorTable(), MeasurementTable(), CommitmentTable(), DeliveryTable())


def table_of(key: str) -> Table:
    """:raise NotFound: there is no such table."""
    found = next((table for table in TABLES if table.key == key), None)
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return found
