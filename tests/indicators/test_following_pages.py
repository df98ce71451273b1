"""Setting up an indicator on the screens, and reading its page."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.database import db
from alliance_tracker.indicators.models import Baseline, Definition, FigureState, Indicator, Target
from alliance_tracker.policy import Role
from tests.builders import (
    actor_of,
    definition,
    make_alliance,
    make_goal,
    make_indicator,
    make_measurement,
    make_user,
    typed,
)
from tests.strict_client import StrictClient

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Scene:
    """An alliance with a goal, its coordinator signed in, and an observer."""

    def __init__(self, app: Flask, client: StrictClient) -> None:
        with app.test_request_context("/"):
            alliance = make_alliance("Kempen Samen")
            goal = make_goal(alliance, "Meer jongeren bereiken")
            other = make_goal(alliance, "Meer bedrijven")
            self.slug, self.alliance_id, self.goal_id, self.other_id = alliance.slug, alliance.id, goal.id, other.id
            self.coordinator = make_user(Role.COORDINATOR, alliance_id=alliance.id, language="en").email
            self.observer = make_user(Role.OBSERVER, language="en").email
            self.reach = definition("reach-participants").id
        self.app, self.client = app, client
        client.sign_in(self.coordinator)

    def at(self, rest: str = "") -> str:
        return f"/alliances/{self.slug}/indicators{rest}"

    def followed(self, key: str = "reach-participants", **more: object) -> int:
        """An indicator with a baseline of 100 and a target of 180 in 2026."""
        with self.app.test_request_context("/"):
            from alliance_tracker.goals.service import goal_by_id

            goal = goal_by_id(self.goal_id)
            assert goal is not None
            facts: dict[str, object] = {"baseline": typed(103), "targets": {2026: 180}, **more}
            return make_indicator(goal, key, **facts).id  # type: ignore[arg-type]

    def measured(self, indicator_id: int, period: int, value: int, **more: object) -> None:
        with self.app.test_request_context("/"):
            row = db().scalars(sa.select(Indicator).where(Indicator.id == indicator_id)).one()
            row.definition = db().get_one(Definition, row.definition_id)
            make_measurement(row, period, typed(value), by=actor_of(self._author()), **more)

    def _author(self):
        return make_user(Role.COORDINATOR, alliance_id=self.alliance_id, name="Mia Meter")


@pytest.fixture
def scene(app: Flask, client: StrictClient) -> Scene:
    return Scene(app, client)


def test_from_the_catalogue_to_the_targets_in_one_walk(scene: Scene) -> None:
    client = scene.client
    page = client.get(scene.at(f"/new?goal={scene.goal_id}"))
    assert "computed" in page.words
    client.post(scene.at("/new"), {"goal_id": scene.goal_id, "definition_id": scene.reach, "method": "Aanwezigheden"})
    client.follow()
    with scene.app.test_request_context("/"):
        row = db().scalars(sa.select(Indicator)).one()
    here = scene.at(f"/{row.id}")
    client.post(f"{here}/baseline", {"state": "value", "value": "1 250", "on": "2025-12-31", "source": "Telling"})
    client.follow()
    client.post(f"{here}/targets", {"period_2026": "1500", "period_2027": "1750", "period_2028": ""})
    page = client.follow()
    assert "1,250" in page.words
    assert "The target for 2026 is 1,500 or more." in page.words
    with scene.app.test_request_context("/"):
        assert {row.period: row.value for row in db().execute(sa.select(Target.period, Target.value))} == {
            2026: Decimal(1500),
            2027: Decimal(1750),
        }


def test_what_is_followed_already_or_retired_is_not_offered(scene: Scene) -> None:
    with scene.app.test_request_context("/"):
        retired = definition("schools-involved")
        retired.retired_on = date(2026, 1, 1)
        db().commit()
    scene.followed()
    words = scene.client.get(scene.at("/new")).words
    assert "Schools involved" not in words
    assert "Participants reached" not in words
    assert "Companies involved" in words
    scene.client.post(scene.at("/new"), {"goal_id": scene.goal_id, "definition_id": scene.reach}, status=422)


def test_an_indicator_of_ones_own_is_never_added_up(scene: Scene) -> None:
    form = {
        "goal_id": scene.goal_id,
        "name": "Bezoekers van de wetenschapsdag",
        "unit": "count",
        "kind": "flow",
        "period_kind": "calendar",
        "over_periods": "sum",
        "direction": "up",
        "counts_people": "y",
        "counting": "participations",
    }
    scene.client.post(scene.at("/local"), form, form_at=scene.at("/local"))
    with scene.app.test_request_context("/"):
        made = db().scalars(sa.select(Definition).where(Definition.alliance_id == scene.alliance_id)).one()
        assert (made.name_nl, made.name_en) == ("Bezoekers van de wetenschapsdag",) * 2
        assert (made.over_alliances.value, made.min_cell, made.key) == ("none", 5, "bezoekers-van-de-wetenschapsdag")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": "percent", "over_periods": "ratio"}, "numerator"),
        ({"unit": "percent", "over_periods": "ratio", "numerator": "deel"}, "denominator"),
        ({"unit": "percent", "numerator": "deel", "denominator": "geheel"}, "over_periods"),
        ({"unit": "score"}, "over_periods"),
        ({"kind": "stock"}, "over_periods"),
        ({"over_periods": "ratio"}, "over_periods"),
        ({"counts_people": "y"}, "counting"),
        ({"counts_people": "y", "counting": "unique"}, "over_periods"),
    ],
)
def test_rules_that_do_not_go_together_are_refused(scene: Scene, change: dict[str, str], field: str) -> None:
    form = {
        "goal_id": scene.goal_id,
        "name": "Iets",
        "unit": "count",
        "kind": "flow",
        "period_kind": "calendar",
        "over_periods": "sum",
        "direction": "up",
        **change,
    }
    page = scene.client.post(scene.at("/local"), form, form_at=scene.at("/local"), status=422)
    assert f"#{field}" in page.links


def test_a_revised_target_stands_beside_the_first_one(scene: Scene) -> None:
    number = scene.followed()
    scene.measured(number, 2026, 150)
    here = scene.at(f"/{number}")
    refused = scene.client.post(f"{here}/targets", {"period_2026": "200"}, form_at=f"{here}/targets", status=422)
    assert "#reason" in refused.links
    scene.client.post(f"{here}/targets", {"period_2026": "200", "reason": "Twee gemeenten erbij."})
    page = scene.client.follow()
    assert "(first 180)" in page.words
    assert "Twee gemeenten erbij." in page.words
    assert "As first agreed, with 180 as the target" in page.words


def test_targets_that_somebody_else_set_meanwhile_are_shown_first(scene: Scene) -> None:
    number = scene.followed()
    here = scene.at(f"/{number}")
    scene.client.get(f"{here}/targets")
    stale = dict(scene.client.page.forms[-1]["names"]) if scene.client.page else {}
    scene.client.post(f"{here}/targets", {"period_2026": "180", "period_2027": "190"})
    sent = {"period_2026": "180", "period_2028": "210", "version": stale["version"], "submission_key": "another"}
    page = scene.client.post(f"{here}/targets", sent, form_at=f"{here}/targets", status=422)
    assert "Somebody else set targets meanwhile" in page.words
    with scene.app.test_request_context("/"):
        assert set(db().scalars(sa.select(Target.period))) == {2026, 2027}


def test_a_revised_baseline_needs_a_reason_and_the_first_one_stays(scene: Scene) -> None:
    number = scene.followed()
    here = scene.at(f"/{number}")
    form = {"state": "value", "value": "110", "on": "2025-12-31"}
    scene.client.post(f"{here}/baseline", form, form_at=f"{here}/baseline", status=422)
    scene.client.post(f"{here}/baseline", {**form, "reason": "Een school was vergeten."})
    words = scene.client.follow().words
    assert "110" in words
    assert "103" in words
    assert "Een school was vergeten." in words


@pytest.mark.parametrize("state", ["not-measured", "not-applicable"])
def test_a_baseline_can_say_that_there_is_none(scene: Scene, state: str) -> None:
    number = scene.followed(baseline=None)
    here = scene.at(f"/{number}")
    scene.client.post(f"{here}/baseline", {"state": state, "on": "2025-12-31"}, form_at=f"{here}/baseline")
    with scene.app.test_request_context("/"):
        row = db().scalars(sa.select(Baseline)).one()
        assert (row.state, row.value) == (FigureState(state), None)


def test_a_percentage_starts_as_two_counts(scene: Scene) -> None:
    number = scene.followed("schools-share", baseline=None, targets={})
    here = scene.at(f"/{number}")
    page = scene.client.get(f"{here}/baseline")
    assert "Schools taking part" in page.words
    scene.client.post(f"{here}/baseline", {"state": "value", "numerator": "7", "denominator": "40", "on": "2025-12-31"})
    scene.client.get(here)
    assert scene.client.page
    assert "17.5% (7 of 40)" in scene.client.page.words


def test_a_file_proves_a_baseline(scene: Scene) -> None:
    from io import BytesIO

    number = scene.followed()
    here = scene.at(f"/{number}")
    with scene.app.test_request_context("/"):
        baseline = db().scalar(sa.select(Baseline.id))
    scene.client.post(f"{here}/baseline/{baseline}/evidence", {"files": (BytesIO(PDF), "telling.pdf")}, form_at=here)
    assert "telling.pdf" in scene.client.follow().words


def test_stopping_asks_why_and_it_can_be_taken_up_again(scene: Scene) -> None:
    number = scene.followed()
    here = scene.at(f"/{number}")
    scene.client.post(f"{here}/stop", {"reason": ""}, form_at=f"{here}/stop", status=422)
    scene.client.post(f"{here}/stop", {"reason": "Niet meer haalbaar."})
    assert "Niet meer haalbaar." in scene.client.follow().words
    refused = {"state": "value", "value": "1", "on": "2025-12-31", "reason": "x"}
    scene.client.post(f"{here}/baseline", refused, form_at=f"{here}/baseline", status=422)
    scene.client.post(f"{here}/resume", form_at=f"{here}/resume")
    assert "Niet meer haalbaar." not in scene.client.follow().words


def test_an_indicator_moves_to_another_goal_with_its_figures(scene: Scene) -> None:
    number = scene.followed()
    here = scene.at(f"/{number}")
    scene.client.post(f"{here}/edit", {"goal_id": scene.other_id, "method": "Anders"}, form_at=f"{here}/edit")
    assert "Meer bedrijven" in scene.client.follow().words


def test_a_corrected_figure_stays_visible_with_who_and_why(scene: Scene) -> None:
    number = scene.followed()
    scene.measured(number, 2026, 150, source="Lijsten")
    scene.measured(number, 2026, 152, reason="Twee vergeten.")
    words = scene.client.get(scene.at(f"/{number}")).words
    for fact in ("152", "150", "superseded", "Twee vergeten.", "Mia Meter", "Lijsten"):
        assert fact in words


def test_the_course_is_drawn_and_said(scene: Scene) -> None:
    number = scene.followed(baseline=typed(100))
    scene.measured(number, 2026, 150)
    scene.client.get(scene.at(f"/{number}"))
    assert scene.client.response
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="course"' in scene.client.response.text
    assert scene.client.page
    assert "62% of the way from 100 (31 December 2025) to 180." in scene.client.page.words


def test_an_observer_reads_counts_of_people_rounded(scene: Scene) -> None:
    number = scene.followed(baseline=typed(9103))
    scene.measured(number, 2025, 3, cells={("gender", "girls"): typed(2), ("gender", "boys"): typed(1)})
    scene.measured(number, 2026, 9152, cells={("gender", "girls"): typed(4071), ("gender", "boys"): typed(5081)})
    scene.client.post("/logout", form_at=scene.at(f"/{number}"))
    scene.client.sign_in(scene.observer)
    words = scene.client.get(scene.at(f"/{number}")).words
    assert scene.client.response
    text = scene.client.response.text.replace(",", "")
    history = scene.client.get(f"/alliances/{scene.slug}/history").words.replace(",", "")
    for exact in ("9152", "9103", "4071", "5081"):
        assert exact not in text
        assert exact not in history
    for rounded in ("9,150", "9,105", "4,070", "5,080"):
        assert rounded in words
    assert "left out" in words
    assert "rounded to a multiple of 5" in words


def test_another_alliances_indicator_is_not_found(scene: Scene) -> None:
    with scene.app.test_request_context("/"):
        elsewhere = make_indicator(make_goal(make_alliance())).id
    scene.client.get(scene.at(f"/{elsewhere}"), status=404)
    scene.client.get(scene.at(f"/{elsewhere}/baseline"), status=404)


def test_the_coordinator_reads_in_the_history_what_was_entered(scene: Scene) -> None:
    scene.measured(scene.followed(baseline=typed(9103)), 2026, 9152)
    history = scene.client.get(f"/alliances/{scene.slug}/history").words
    assert "9152" in history
    assert "9103" in history
