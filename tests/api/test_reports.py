"""Impact reports as programs read them: who owes one, and what each version says."""

from typing import Any

import pytest
from flask import Flask

from alliance_tracker.convenants.document import digest
from alliance_tracker.policy import Role
from tests.api.conftest import Program, token_of
from tests.builders import make_user
from tests.impact_reports.making import YEAR, logged_year, open_year, submitted


@pytest.fixture
def reported(app: Flask) -> dict[str, Any]:
    """A pioneer with a submitted report, and a program for each kind of reader."""
    with app.test_request_context("/"):
        logged = logged_year()
        open_year()
        version = submitted(logged)
        slug = logged.alliance.slug
        people = {
            "manager": make_user(Role.PROJECT_MANAGER),
            "coordinator": make_user(Role.COORDINATOR, alliance_id=logged.alliance.id),
            "observer": make_user(Role.OBSERVER),
            "stranger": make_user(),
        }
        tokens = {who: token_of(user) for who, user in people.items()}
    here = f"/api/v1/alliances/{slug}/reports/{YEAR}/versions"
    return {"slug": slug, "here": here, "sha256": version.sha256} | {w: Program(app, t) for w, t in tokens.items()}


def test_who_monitors_sees_every_region_and_others_their_own(reported: dict[str, Any]) -> None:
    every = reported["manager"].get(f"/api/v1/reports?year={YEAR}")
    assert every["total"] == 15
    none = next(row for row in every["items"] if row["region"] == "REFREG04")
    assert (none["alliance"], none["state"], none["kept"]) == (None, "expected", "no-pioneer")
    (own,) = reported["coordinator"].get("/api/v1/reports")["items"]
    assert (own["alliance"], own["state"], own["kept"], own["year"]) == (reported["slug"], "submitted", "late", YEAR)
    assert reported["stranger"].get("/api/v1/reports")["total"] == 0
    assert reported["manager"].get("/api/v1/reports?year=2024")["total"] == 0


def test_a_version_says_everything_and_its_hash_is_that_of_its_document(reported: dict[str, Any]) -> None:
    (row,) = reported["coordinator"].get(reported["here"])["items"]
    assert (row["number"], row["state"], row["sha256"]) == (1, "submitted", reported["sha256"])
    full = reported["coordinator"].get(f"{reported['here']}/1")
    assert digest(full["document"]) == reported["sha256"]
    reported["coordinator"].get(f"{reported['here']}/2", status=404)
    reported["stranger"].get(reported["here"], status=404)


def test_who_may_not_read_exact_counts_gets_people_in_fives(reported: dict[str, Any]) -> None:
    told = reported["observer"].get(f"{reported['here']}/1")["document"]
    assert told["people_rounded_to"] == 5
    found = [value for value in values(told) if value.get("people")]
    assert found
    assert all(int(value["value"]) % 5 == 0 for value in found if value["is"] == "people")
    exact = reported["manager"].get(f"{reported['here']}/1")["document"]
    assert "247" in {value.get("value") for value in values(exact)}
    assert "247" not in {value.get("value") for value in values(told)}


def values(part: Any) -> list[dict[str, Any]]:
    """Every value in a document."""
    if isinstance(part, list):
        return [found for each in part for found in values(each)]
    if not isinstance(part, dict):
        return []
    here = [part] if "is" in part else []
    return here + [found for each in part.values() for found in values(each)]
