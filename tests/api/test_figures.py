"""Figures through the API: the same rules, the same rounding, and each post once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.policy import Role
from tests.api.conftest import Program
from tests.builders import make_goal, make_indicator


@pytest.fixture
def address(app: Flask, network: dict[str, Any]) -> str:
    """Where the measurements of an alliance are that follows three indicators."""
    with app.test_request_context("/"):
        goal = make_goal(db().get_one(Alliance, network["id"]))
        for key in ("reach-participants", "schools-share", "girls-share"):
            make_indicator(goal, key)
    return f"/api/v1/alliances/{network['slug']}/measurements"


REACH = {
    "indicator": "reach-participants",
    "period": 2026,
    "value": "123",
    "cells": [{"breakdown": "gender", "category": "girls", "value": "61"}],
}


def test_a_measurement_is_entered_and_read(program: Program, address: str) -> None:
    kept = program.post(address, REACH)
    assert kept["figure"]["value"] == "123"
    assert {cell["category"]: cell["value"] for cell in kept["cells"]} == {"girls": "61", "unknown": "62"}
    assert program.get(f"{address}?period=2026")["items"] == [kept]
    assert program.get(f"{address}?period=2025")["total"] == 0


def test_a_percentage_is_posted_in_two_parts(program: Program, address: str) -> None:
    body = {"indicator": "schools-share", "period": 2026, "numerator": "1", "denominator": "3"}
    assert program.post(address, body)["figure"] == {
        "state": "value",
        "value": "33.3333",
        "numerator": "1",
        "denominator": "3",
    }


def test_a_post_with_one_key_counts_once(program: Program, address: str) -> None:
    first = program.post(address, REACH, Idempotency_Key="k1")
    assert program.post(address, REACH, Idempotency_Key="k1")["id"] == first["id"]
    program.post(address, {**REACH, "value": "124"}, status=422, Idempotency_Key="k1")
    assert program.get(address)["total"] == 1


def test_a_correction_needs_a_reason(program: Program, address: str) -> None:
    first = program.post(address, REACH)
    refusal = program.post(address, {**REACH, "value": "130"}, status=422)
    assert [error["field"] for error in refusal["errors"]] == ["reason"]
    second = program.post(address, {**REACH, "value": "130", "reason": "Hertelling."})
    assert second["supersedes"] == first["id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"indicator": "companies-involved"}, "indicator"),
        ({"indicator": "girls-share"}, ""),
        ({"value": "12.5"}, "value"),
        ({"value": None}, "value"),
        ({"period": 2031}, "period"),
        ({"state": "not-measured", "cells": []}, "note"),
        ({"cells": [{"breakdown": "gender", "category": "girls", "value": "124"}]}, "gender.girls"),
        ({"cells": [REACH["cells"][0]] * 2}, "cells"),  # type: ignore[index]
        ({"value": 123}, "value"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(
    program: Program, address: str, change: dict[str, Any], field: str
) -> None:
    refusal = program.post(address, {**REACH, **change}, status=422)
    assert [error["field"] for error in refusal["errors"]] == ([field] if field else [])
    assert program.get(address)["total"] == 0


def test_outside_people_are_rounded(
    program: Program, program_of: Callable[..., Program], address: str, network: dict[str, Any]
) -> None:
    program.post(address, REACH)
    observer = program_of(Role.OBSERVER)
    given = observer.get(address)["items"][0]
    assert (given["figure"]["value"], given["is_rounded"]) == ("125", True)
    assert {cell["value"] for cell in given["cells"]} == {"60"}
    manager = program_of(Role.PROJECT_MANAGER)
    for asked, value in ((manager, "123"), (observer, "125"), (program, "125")):
        totals = asked.get("/api/v1/figures?period=2026&region=REFREG03")
        total = next(item for item in totals["items"] if item["indicator"] == "reach-participants")
        assert (total["figure"]["value"], total["reported"], total["expected"]) == (value, 1, 1)


def test_totals_of_no_region_are_not_found(program: Program) -> None:
    program.get("/api/v1/figures?period=2026&region=XX", status=404)
    program.get("/api/v1/figures", status=422)
