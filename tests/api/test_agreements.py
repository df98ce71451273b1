"""Convenants, commitments, deliveries and drawing rights, as programs read and write them."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.convenants import document
from alliance_tracker.policy import Role
from tests.api.conftest import Program, token_of
from tests.builders import (
    instalments_of,
    make_alliance,
    make_convenant,
    make_draft_convenant,
    make_partner,
    make_user,
    promise,
)
from tests.conftest import NOON


@pytest.fixture
def agreed(app: Flask, freeze: Callable[[datetime], None]) -> dict[str, Any]:
    """An alliance with a convenant in force, and a program of its coordinator and of each partner."""
    freeze(NOON)
    with app.test_request_context("/"):
        alliance = make_alliance()
        one, other = make_partner(alliance), make_partner(alliance)
        convenant = make_convenant(
            alliance,
            parties=[one, other],
            commitments=[promise(one, unit_value=Decimal("12.50")), promise(other)],
            ceilings={2026: Decimal("1000.10")},
        )
        people = {
            "coordinator": make_user(Role.COORDINATOR, alliance_id=alliance.id),
            "one": make_user(Role.PARTNER, organisation_id=one.organisation_id),
            "other": make_user(Role.PARTNER, organisation_id=other.organisation_id),
            "stranger": make_user(Role.PARTNER, organisation_id=make_partner(make_alliance()).organisation_id),
        }
        return {
            "base": f"/api/v1/alliances/{alliance.slug}",
            "instalment": instalments_of(convenant)[0].id,
            **{name: Program(app, token_of(user)) for name, user in people.items()},
        }


def test_a_convenant_is_given_with_its_versions_and_the_document_with_its_hash(agreed: dict[str, Any]) -> None:
    (convenant,) = agreed["one"].get(f"{agreed['base']}/convenants")["items"]
    assert convenant["state"] == "active"
    (version,) = convenant["versions"]
    found = agreed["one"].get(f"{agreed['base']}/convenant-versions/{version['id']}")
    assert found["version"]["sha256"] == document.digest(found["document"])
    assert len(found["signatures"]) == 3
    assert agreed["stranger"].get(f"{agreed['base']}/convenants", status=404)


def test_a_version_of_another_alliance_is_no_version_of_this_one(app: Flask, agreed: dict[str, Any]) -> None:
    with app.test_request_context("/"):
        other = make_alliance()
        version = make_draft_convenant(other, parties=[make_partner(other)])
    agreed["coordinator"].get(f"{agreed['base']}/convenant-versions/{version.id}", status=404)


def test_commitments_are_filtered_by_state_and_year(agreed: dict[str, Any]) -> None:
    address = f"{agreed['base']}/commitments"
    assert agreed["one"].get(address)["total"] == 4
    found = agreed["one"].get(f"{address}?year=2026&state=not-started")
    assert [(each["year"], each["quantity"], each["state"]) for each in found["items"]] == [
        (2026, "10", "not-started")
    ] * 2
    assert agreed["one"].get(f"{address}?state=overdue")["total"] == 0
    agreed["one"].get(f"{address}?state=perfect", status=422)


def test_a_delivery_is_logged_once_and_confirmed_by_another(agreed: dict[str, Any]) -> None:
    address = f"{agreed['base']}/commitments/{agreed['instalment']}/deliveries"
    body = {"on": "2026-11-20", "quantity": "4.5", "note": "Voorbereiding"}
    made = agreed["one"].post(address, body, Idempotency_Key="k1")
    assert agreed["one"].post(address, body, Idempotency_Key="k1")["id"] == made["id"]
    assert (made["quantity"], made["value"], made["state"]) == ("4.5", "56.25", "reported")
    agreed["other"].post(address, body, status=403)
    agreed["stranger"].post(address, body, status=404)
    answers = f"{agreed['base']}/deliveries/{made['id']}/answers"
    agreed["one"].post(answers, {"answer": "confirms"}, status=403)
    agreed["other"].post(answers, {"answer": "disputes"}, status=422)
    assert agreed["other"].post(answers, {"answer": "confirms"})["state"] == "confirmed"
    assert [each["state"] for each in agreed["one"].get(f"{agreed['base']}/deliveries")["items"]] == ["confirmed"]


@pytest.mark.parametrize("quantity", ["0", "-1", "1e3000", "NaN", "4.567", "many"])
def test_a_quantity_that_cannot_be_is_refused(agreed: dict[str, Any], quantity: str) -> None:
    address = f"{agreed['base']}/commitments/{agreed['instalment']}/deliveries"
    agreed["one"].post(address, {"on": "2026-11-20", "quantity": quantity}, status=422)


def test_amounts_are_exact(agreed: dict[str, Any]) -> None:
    (right,) = agreed["one"].get(f"{agreed['base']}/drawing-rights")["items"]
    assert (right["ceiling"], right["remaining"]) == ("1000.10", "1000.10")
    assert (right["asked_from"], right["closed_on"]) == ("2026-01-01", None)
    assert agreed["one"].get(f"{agreed['base']}/drawdowns") == {"items": [], "total": 0, "next": None}


def test_accounts_are_counts_of_both_sides(agreed: dict[str, Any]) -> None:
    found = agreed["one"].get(f"{agreed['base']}/accounts?year=2026")
    assert [(each["side"], each["promised"], each["open"], each["statement"]) for each in found["items"]] == [
        ("government", 0, 0, None),
        ("partner", 1, 1, None),
        ("partner", 1, 1, None),
    ]
    agreed["one"].get(f"{agreed['base']}/accounts", status=422)
