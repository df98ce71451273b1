"""The API on indicators: what the pages say, with the same rounding."""

from typing import Any

from flask import Flask

from alliance_tracker.policy import Role
from tests.api.conftest import token_of
from tests.builders import make_alliance, make_goal, make_indicator, make_measurement, make_user, typed


def ask(app: Flask, token: str, path: str) -> Any:
    answer = app.test_client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_what_an_alliance_follows_is_given_with_its_progress(app: Flask) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        indicator = make_indicator(make_goal(alliance), baseline=typed(103), targets={2026: 183})
        make_measurement(indicator, 2026, typed(152))
        slug = alliance.slug
        exact, rounded = token_of(make_user(Role.PROJECT_MANAGER)), token_of(make_user(Role.OBSERVER))
    [mine] = ask(app, exact, f"/alliances/{slug}/indicators")["items"]
    assert mine["definition"]["key"] == "reach-participants"
    assert (mine["baseline"]["value"], mine["is_rounded"]) == ("103", False)
    assert mine["targets"] == [{"period": 2026, "current": "183", "original": "183"}]
    assert (mine["progress"]["share"], mine["progress"]["measured"]["value"]) == ("0.6125", "152")
    [theirs] = ask(app, rounded, f"/alliances/{slug}/indicators")["items"]
    assert (theirs["baseline"]["value"], theirs["progress"]["measured"]["value"]) == ("105", "150")
    assert theirs["progress"]["share"] == "0.5769"
    assert theirs["is_rounded"]


def test_the_catalogue_is_given_as_it_is_now(app: Flask) -> None:
    with app.test_request_context("/"):
        token = token_of(make_user(Role.OBSERVER))
    found = ask(app, token, "/catalogue")
    assert (found["version"], len(found["indicators"])) == ("2025-05", 12)
    share = next(row for row in found["indicators"] if row["key"] == "girls-share")
    assert (share["unit"], share["over_alliances"], share["is_computed"]) == ("percent", "ratio", True)
