"""Deliveries in and out: logged once, never changed by a file."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Delivery, Instalment
from alliance_tracker.database import db
from alliance_tracker.policy import Actor, Role
from tests.builders import make_actor, make_alliance, make_convenant, make_organisation, make_partner, promise
from tests.conftest import NOON
from tests.exchange.files import bring_in, counts, exported, faults, plan, text

HEADINGS = "number|commitment|organisation|year|on|quantity|note"


@pytest.fixture
def agreed(context: Flask, freeze: Callable[[datetime], None]) -> Alliance:
    """V1 is borne by two partners, V2 by one."""
    freeze(NOON)
    alliance = make_alliance()
    town = make_partner(alliance, make_organisation("Stad Geel"))
    water = make_partner(alliance, make_organisation("Hidrodoe"))
    make_convenant(alliance, parties=[town, water], commitments=[promise(town, water), promise(water)])
    return alliance


@pytest.fixture
def coordinator(agreed: Alliance) -> Actor:
    return make_actor(Role.COORDINATOR, alliance_id=agreed.id)


def test_a_list_that_is_brought_in_twice_is_logged_once(agreed: Alliance, coordinator: Actor) -> None:
    content = text(
        HEADINGS,
        "|V1|stad geel|2026|14/10/2026|2,5|Overleg",
        "|v 2||2026|2026-10-15|4|",
        "|2|Hidrodoe|2027|2026-11-01|1|",
    )
    assert counts(bring_in(agreed, "deliveries", content, coordinator, "x.csv")) == {"new": 3}
    columns = (Instalment.year, Delivery.quantity, Delivery.note)
    kept = db().execute(sa.select(*columns).join_from(Delivery, Instalment).order_by(Delivery.id))
    assert [tuple(row) for row in kept] == [
        (2026, Decimal("2.5"), "Overleg"),
        (2026, Decimal(4), ""),
        (2027, Decimal(1), ""),
    ]
    assert counts(plan(agreed, "deliveries", content, "x.csv")) == {"unchanged": 3}
    assert counts(plan(agreed, "deliveries", exported(agreed, "deliveries"), "x.xlsx")) == {"unchanged": 3}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("|V9|Stad Geel|2026|2026-10-14|1|", "commitment"),
        ("|iets|Stad Geel|2026|2026-10-14|1|", "commitment"),
        ("|V1|Stad Geel|2031|2026-10-14|1|", "commitment"),
        ("|V1||2026|2026-10-14|1|", "organisation"),
        ("|V2|Stad Geel|2026|2026-10-14|1|", "organisation"),
        ("|V2||2026|2026-11-22|1|", "on"),
        ("|V2||2026|2025-12-31|1|", "on"),
        ("|V2||2026|2026-10-14|0|", "quantity"),
        ("|V2||2026|2026-10-14|1,234|", "quantity"),
        ("|V2||2026|2026-10-14|-1|", "quantity"),
        ("99|V2||2026|2026-10-14|1|", "number"),
    ],
)
def test_what_is_wrong_is_said_beside_its_cell(agreed: Alliance, row: str, column: str) -> None:
    (fault,) = faults(plan(agreed, "deliveries", text(HEADINGS, row), "x.csv"))
    assert fault[1] == column


def test_a_delivery_that_was_logged_does_not_change_by_a_file(agreed: Alliance, coordinator: Actor) -> None:
    bring_in(agreed, "deliveries", text(HEADINGS, "|V2||2026|2026-10-15|4|"), coordinator, "x.csv")
    (number,) = db().scalars(sa.select(Delivery.id))
    (fault,) = faults(plan(agreed, "deliveries", text(HEADINGS, f"{number}|V2|Hidrodoe|2026|2026-10-15|5|"), "y.csv"))
    assert fault[1] == "quantity"


def test_reading_a_long_list_costs_no_more_statements(agreed: Alliance, statements: list[str]) -> None:
    rows = [f"|V2||2026|2026-10-{day:02}|0,1|" for day in range(1, 29)]
    plan(agreed, "deliveries", text(HEADINGS, rows[0]), "x.csv")
    few = len(statements)
    statements.clear()
    plan(agreed, "deliveries", text(HEADINGS, *rows), "x.csv")
    assert len(statements) <= few
