"""The signals of the network, as programs read them."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, transaction
from alliance_tracker.learning import service
from alliance_tracker.policy import Role
from tests.builders import make_actor, make_signal


@pytest.fixture
def signal_id(app: Flask, network: dict[str, Any]) -> int:
    """A signal of the first alliance, supported by the second and answered; and one that was merged into it."""
    with app.test_request_context("/"):
        one = db().get_one(Alliance, network["id"])
        two = db().scalars(sa.select(Alliance).where(Alliance.slug == network["other"])).one()
        signal = make_signal(one, "Busvervoer", precondition_key="barriers")
        speaker = make_actor(Role.COORDINATOR, alliance_id=two.id)
        manager = make_actor(Role.PROJECT_MANAGER)
        with transaction():
            service.support(signal, two, words="Aan zee ook.", actor=speaker)
        same = make_signal(two, "Ook een bus", by=speaker)
        with transaction():
            service.merge(same, signal, reason="Hetzelfde.", address="/signals/%s", actor=manager)
            service.answer(signal, "adopt", reason="Wij passen het aan.", address="/signals/%s", actor=manager)
        return signal.id


def test_signals_are_listed_with_how_many_meet_them(program: Any, signal_id: int) -> None:
    body = program.get("/api/v1/signals")
    assert body["total"] == 1
    (found,) = body["items"]
    assert (found["id"], found["state"], found["alliances"], found["regions"]) == (signal_id, "adopted", 2, 2)
    assert found["answered_on"] is not None
    assert found["is_late"] is False


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("q=bus", 1),
        ("q=trein", 0),
        ("kind=barrier", 1),
        ("kind=practice", 0),
        ("state=merged", 1),
        ("state=received", 0),
        ("precondition=barriers", 1),
        ("late=now", 0),
        ("region=REFREG05", 1),
        ("region=REFREG09", 0),
    ],
)
def test_the_filters_are_those_of_the_page(program: Any, signal_id: int, query: str, total: int) -> None:
    assert program.get(f"/api/v1/signals?{query}")["total"] == total


@pytest.mark.parametrize("query", ["kind=onzin", "state=onzin", "late=onzin", "onzin=1", "limit=1000"])
def test_what_is_not_described_is_refused(program: Any, signal_id: int, query: str) -> None:
    program.get(f"/api/v1/signals?{query}", status=422)


def test_one_signal_comes_with_voices_and_answers_but_without_names_of_people(program: Any, signal_id: int) -> None:
    found = program.get(f"/api/v1/signals/{signal_id}")
    assert [(v["words"], v["merged_signal"] is not None) for v in found["voices"]] == [
        ("Aan zee ook.", False),
        ("Het lukt niet.", True),
    ]
    assert [(a["state"], a["text"]) for a in found["answers"]] == [("adopted", "Wij passen het aan.")]
    assert "Persoon" not in str(found)
    program.get("/api/v1/signals/999", status=404)


def test_the_list_is_paged(app: Flask, program: Any, network: dict[str, Any]) -> None:
    with app.test_request_context("/"):
        for _ in range(3):
            make_signal(db().get_one(Alliance, network["id"]))
    first = program.get("/api/v1/signals?limit=2")
    assert (len(first["items"]), first["total"]) == (2, 3)
    rest = program.get(first["next"])
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert {s["id"] for s in first["items"]}.isdisjoint({s["id"] for s in rest["items"]})
