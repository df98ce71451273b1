"""Deliveries in and out: logged once, never changed by a file."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accountability import succession
from alliance_tracker.alliances import partners
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Commitment, Delivery, Instalment
from alliance_tracker.database import db, transaction
from alliance_tracker.exchange.offered import table_of
from alliance_tracker.exchange.tables import Scope
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import SYSTEM, Actor, Role
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


@pytest.fixture
def passed_on(agreed: Alliance) -> Alliance:
    """The town left and the water company took its part of V1 over, beside its own."""
    (town,) = (one for one in partners.current_partners(agreed.id) if one.organisation.name == "Stad Geel")
    (water,) = (one for one in partners.current_partners(agreed.id) if one.organisation.name == "Hidrodoe")
    before = text(HEADINGS, "|V1|Stad Geel|2026|2026-10-01|1|Nog zelf")
    bring_in(agreed, "deliveries", before, make_actor(Role.COORDINATOR, alliance_id=agreed.id), "x.csv")
    with transaction():
        partners.leave(town, on=NOON.date(), reason="Stopt.", actor=SYSTEM)
    row = db().scalars(sa.select(Instalment).order_by(Instalment.id)).first()
    assert row is not None
    with transaction():
        decision = succession.Decision(water.organisation_id, "Neemt over.")
        manager = make_actor(Role.PROJECT_MANAGER)
        succession.decide(agreed, town.organisation, {row.commitment_id: decision}, actor=manager)
    return agreed


BY_WHOM = "number|commitment|organisation|promised_by|year|on|quantity|note"


def per_promise() -> list[tuple[str, Decimal]]:
    """Who promised it, and how much was delivered of it in all; of 2026."""
    rows = db().execute(
        sa.select(Organisation.name, Instalment.reported)
        .join(Organisation, Organisation.id == Instalment.first_organisation_id)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .where(Commitment.number == 1, Instalment.year == 2026)
        .order_by(Instalment.id)
        .execution_options(populate_existing=True)
    )
    return [(name, reported) for name, reported in rows]


def test_an_heir_with_two_promises_of_a_year_says_which_one(passed_on: Alliance, coordinator: Actor) -> None:
    silent = text(HEADINGS, "|V1|Hidrodoe|2026|2026-10-14|5|")
    (fault,) = faults(plan(passed_on, "deliveries", silent, "x.csv"))
    assert fault[1] == "promised_by"
    assert fault[2].startswith("The bearer has several promises for this year")
    named = text(BY_WHOM, "|V1|Hidrodoe|Stad Geel|2026|2026-10-14|4|", "|V1||Hidrodoe|2026|2026-10-14|5|")
    assert counts(bring_in(passed_on, "deliveries", named, coordinator, "x.csv")) == {"new": 2}
    assert per_promise() == [("Stad Geel", Decimal(5)), ("Hidrodoe", Decimal(5))]
    assert counts(plan(passed_on, "deliveries", named, "x.csv")) == {"unchanged": 2}
    stranger = text(BY_WHOM, "|V2|Hidrodoe|Stad Geel|2026|2026-10-14|1|")
    assert [fault[1] for fault in faults(plan(passed_on, "deliveries", stranger, "x.csv"))] == ["promised_by"]


def test_the_only_promise_that_is_open_is_meant_and_a_list_still_counts_once(
    passed_on: Alliance, coordinator: Actor
) -> None:
    own = text(BY_WHOM, "|V1|Hidrodoe|Hidrodoe|2026|2026-10-14|5|")
    bring_in(passed_on, "deliveries", own, coordinator, "x.csv")
    silent = text(HEADINGS, "|V1|Hidrodoe|2026|2026-10-20|4|")
    assert counts(bring_in(passed_on, "deliveries", silent, coordinator, "x.csv")) == {"new": 1}
    assert per_promise() == [("Stad Geel", Decimal(5)), ("Hidrodoe", Decimal(5))]
    assert counts(plan(passed_on, "deliveries", silent, "x.csv")) == {"unchanged": 1}
    more = text(HEADINGS, "|V1|Hidrodoe|2026|2026-10-21|1|")
    assert [fault[1] for fault in faults(plan(passed_on, "deliveries", more, "x.csv"))] == ["promised_by"]


def test_what_an_heir_delivered_goes_out_and_comes_in_again(passed_on: Alliance, coordinator: Actor) -> None:
    named = text(BY_WHOM, "|V1|Hidrodoe|Stad Geel|2026|2026-10-14|2|", "|V1|Hidrodoe|Hidrodoe|2026|2026-10-14|2|")
    bring_in(passed_on, "deliveries", named, coordinator, "x.csv")
    assert counts(plan(passed_on, "deliveries", exported(passed_on, "deliveries"), "x.xlsx")) == {"unchanged": 3}
    rows = list(table_of("deliveries").read(Scope(passed_on)))
    assert [(row["organisation"], row["promised_by"]) for row in rows] == [
        ("Stad Geel", "Stad Geel"),
        ("Hidrodoe", "Stad Geel"),
        ("Hidrodoe", "Hidrodoe"),
    ]
    lines = [
        f"|V1|{row['organisation']}|{row['promised_by']}|2026|{row['on']}|{row['quantity']:f}|{row.get('note', '')}"
        for row in rows
    ]
    assert counts(plan(passed_on, "deliveries", text(BY_WHOM, *lines), "x.csv")) == {"unchanged": 3}
    changed = text(BY_WHOM, f"{rows[1]['number']:f}|V1|Hidrodoe|Hidrodoe|2026|2026-10-14|2|")
    assert [fault[1] for fault in faults(plan(passed_on, "deliveries", changed, "x.csv"))] == ["promised_by"]
