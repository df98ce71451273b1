"""The sheet of a period: all or nothing, every fault named, nothing overwritten, nothing typed lost."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogEntry, LogKind
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db, now, transaction
from alliance_tracker.indicators import deriving
from alliance_tracker.indicators.models import Indicator, Measurement
from alliance_tracker.indicators.sheets import sheet_of
from alliance_tracker.pilots.models import Pilot, PilotReach, PilotReachCell, PilotStatus
from alliance_tracker.policy import Role
from tests.builders import (
    actor_of,
    make_alliance,
    make_goal,
    make_indicator,
    make_measurement,
    make_user,
    typed,
)
from tests.strict_client import StrictClient

YEAR = 2026


@pytest.fixture
def case(app: Flask) -> dict[str, Any]:
    """An alliance that follows a count, a percentage, a score and a computed share, with its coordinator."""
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen Samen")
        goal = make_goal(alliance)
        keys = ("reach-participants", "schools-share", "stem-interest", "girls-share", "cofinancing")
        ids = {key: make_indicator(goal, key).id for key in keys}
        return {
            "slug": alliance.slug,
            "id": alliance.id,
            "address": f"/alliances/{alliance.slug}/figures/{YEAR}",
            "coordinator": make_user(Role.COORDINATOR, alliance_id=alliance.id).email,
            "reach": ids["reach-participants"],
            "share": ids["schools-share"],
            "score": ids["stem-interest"],
            "girls": ids["girls-share"],
        }


def count(app: Flask, model: Any = Measurement) -> int:
    with app.app_context():
        return db().scalar(sa.select(sa.func.count()).select_from(model)) or 0


def sheet(page: Any) -> dict[str, str]:
    """What the form of the sheet would send as it stands."""
    found: dict[str, str] = next(form["names"] for form in page.forms if any("-known" in n for n in form["names"]))
    return {name: value for name, value in found.items() if name != "take"}


def send(client: StrictClient, address: str, *cells: dict[str, str], status: int = 303) -> Any:
    """Open the sheet, fill in cells (`r7_value` is `r7-value`), and save."""
    filled = {name.replace("_", "-", 1): text for part in cells for name, text in part.items()}
    data = sheet(client.get(address))
    # A select has no value of its own in the parsed page.
    data |= {name: "value" for name in data if name.endswith("-state")}
    answer = client.browser.post(address, data=data | filled)
    assert answer.status_code == status, answer.text[:2000]
    return answer


def refused(client: StrictClient, address: str, *cells: dict[str, str]) -> Any:
    """The same, of a sheet that does not fit."""
    return send(client, address, *cells, status=422)


def test_a_whole_period_is_entered_at_once(app: Flask, client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    reach, share, score = case["reach"], case["share"], case["score"]
    send(
        client,
        case["address"],
        {
            f"r{reach}_value": "1 234",
            f"r{reach}_source": "Telling",
            f"r{reach}_gender.girls": "600",
            f"r{reach}_gender.boys": "500",
            f"r{share}_numerator": "1",
            f"r{share}_denominator": "3",
            f"r{score}_value": "4,2",
            f"r{score}_denominator": "60",
        },
    )
    page = client.get(case["address"])
    assert "3 van 3" in page.words or "3 of 3" in page.words
    with app.app_context():
        rows = {row.indicator_id: row for row in db().scalars(sa.select(Measurement))}
        assert (rows[reach].value, rows[reach].source) == (Decimal(1234), "Telling")
        assert (rows[share].numerator, rows[share].denominator) == (Decimal(1), Decimal(3))
        assert str(rows[share].value) == "33.3333"


def test_a_sheet_that_changes_nothing_writes_nothing(app: Flask, client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    cells = {f"r{case['reach']}_value": "12", f"r{case['reach']}_gender.girls": "5", f"r{case['share']}_numerator": "1"}
    send(client, case["address"], cells, {f"r{case['share']}_denominator": "8"})
    before = count(app), count(app, AuditEntry)
    send(client, case["address"])
    assert (count(app), count(app, AuditEntry)) == before


def test_one_faulty_cell_saves_nothing_and_every_fault_is_named(
    app: Flask, client: StrictClient, case: dict[str, Any]
) -> None:
    client.sign_in(case["coordinator"])
    reach, share, score = case["reach"], case["share"], case["score"]
    answer = refused(
        client,
        case["address"],
        {
            f"r{reach}_value": "100",
            f"r{reach}_note": "Blijft staan.",
            f"r{reach}_gender.girls": "101",
            f"r{reach}_target_group.girls": "102",
            f"r{share}_numerator": "9",
            f"r{share}_denominator": "3",
            f"r{score}_value": "4,2",
        },
    )
    assert count(app) == 0
    for name in (f"r{reach}-gender.girls", f"r{reach}-target_group.girls", f"r{share}-numerator"):
        assert re.search(rf'id="{re.escape(name)}-error"', answer.text), name
    assert 'value="Blijft staan."' in answer.text
    assert 'value="101"' in answer.text


def test_what_is_no_number_is_named_beside_its_cell(app: Flask, client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    reach, score = case["reach"], case["score"]
    share = case["share"]
    wrong = {f"r{reach}_value": "veel", f"r{score}_value": "1.234"}
    more = {f"r{share}_numerator": "9", f"r{share}_denominator": "3"}
    answer = refused(client, case["address"], wrong, more)
    assert f'id="r{share}-numerator-error"' in answer.text, "what can be read is judged in the same round"
    assert 'value="veel"' in answer.text
    assert f'id="r{reach}-value-error"' in answer.text
    assert f'id="r{score}-value-error"' in answer.text
    assert count(app) == 0


def test_no_figure_needs_a_note_and_no_number_beside_it(app: Flask, client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    reach = case["reach"]
    assert f"r{reach}-note-error" in refused(client, case["address"], {f"r{reach}_state": "not-measured"}).text
    both = {f"r{reach}_state": "not-applicable", f"r{reach}_value": "7", f"r{reach}_note": "Nee."}
    assert f"r{reach}-state-error" in refused(client, case["address"], both).text
    send(client, case["address"], {f"r{reach}_state": "not-applicable", f"r{reach}_note": "Geen activiteiten."})
    assert count(app) == 1


def test_a_correction_needs_a_reason_and_supersedes(app: Flask, client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    reach = case["reach"]
    send(client, case["address"], {f"r{reach}_value": "100"})
    assert f"r{reach}-reason-error" in refused(client, case["address"], {f"r{reach}_value": "110"}).text
    send(client, case["address"], {f"r{reach}_value": "110", f"r{reach}_reason": "Een school vergeten."})
    assert count(app) == 2
    with app.app_context():
        newest = db().scalars(sa.select(Measurement).where(Measurement.superseded_at.is_(None))).one()
    page = client.get(f"/alliances/{case['slug']}/figures/measurement/{newest.id}")
    assert "Een school vergeten." in page.words
    older = client.get(f"/alliances/{case['slug']}/figures/measurement/{newest.supersedes_id}")
    assert any(link.endswith(f"/measurement/{newest.id}") for link in older.links)


def another(app: Flask, indicator_id: int, value: int, **more: Any) -> None:
    """Somebody else enters a figure."""
    with app.test_request_context("/"):
        make_measurement(
            db().get_one(Indicator, indicator_id, options=[sa.orm.selectinload(Indicator.definition)]),
            YEAR,
            typed(value),
            **more,
        )


def test_two_people_never_overwrite_each_other(app: Flask, client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    reach = case["reach"]
    drawn = sheet(client.get(case["address"]))
    another(app, reach, 77)
    states = {name: "value" for name in drawn if name.endswith("-state")}
    answer = client.browser.post(case["address"], data=drawn | states | {f"r{reach}-value": "80"})
    assert answer.status_code == 409
    assert 'value="80"' in answer.text, "what was typed is kept"
    assert re.search(r"theirs.*77", answer.text, re.DOTALL), "what the other one entered is shown"
    assert count(app) == 1


def test_a_row_left_alone_is_no_conflict(app: Flask, client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    reach, score = case["reach"], case["score"]
    send(client, case["address"], {f"r{reach}_value": "70"})
    drawn = sheet(client.get(case["address"]))
    another(app, reach, 77, reason="Hertelling.")
    states = {name: "value" for name in drawn if name.endswith("-state")}
    answer = client.browser.post(case["address"], data=drawn | states | {f"r{score}-value": "4"})
    assert answer.status_code == 303
    with app.app_context():
        current = db().scalars(sa.select(Measurement).where(Measurement.superseded_at.is_(None)))
        assert {row.indicator_id: row.value for row in current} == {reach: 77, score: 4}


def test_both_years_that_end_in_a_number_stand_on_one_sheet(client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    words = client.get(case["address"]).words
    assert "2025-2026" in words
    client.get(f"/alliances/{case['slug']}/figures")
    client.get(f"/alliances/{case['slug']}/figures/1999", status=404)
    client.get(f"/alliances/{case['slug']}/figures/2101", status=404)


def test_a_year_that_has_not_begun_cannot_be_typed(client: StrictClient, case: dict[str, Any]) -> None:
    client.sign_in(case["coordinator"])
    page = client.get(f"/alliances/{case['slug']}/figures/2028")
    assert not any("-known" in name for form in page.forms for name in form["names"])


# Computed and suggested --------------------------------------------------------------------------------------------


def test_the_share_of_girls_is_computed_and_never_typed(app: Flask, client: StrictClient, case: dict[str, Any]) -> None:
    with app.test_request_context("/"):
        indicator = db().get_one(Indicator, case["reach"], options=[sa.orm.selectinload(Indicator.definition)])
        cells = {("gender", "girls"): typed(30), ("gender", "boys"): typed(60), ("gender", "other"): typed(10)}
        make_measurement(indicator, YEAR, typed(120), cells=cells)
        row = next(row for row in sheet_of(case["id"], YEAR).rows if row.id == case["girls"])
    assert (row.figure.numerator, row.figure.denominator, row.can_be_typed) == (Decimal(30), Decimal(100), False)
    client.sign_in(case["coordinator"])
    page = client.get(case["address"])
    assert f"r{case['girls']}-numerator" not in sheet(page)
    assert "30%" in page.words


def reached(alliance: Alliance) -> None:
    """Two pilots and two log entries with people counted, and some that do not count."""
    author = make_user(Role.PROJECT_MANAGER)
    with transaction():
        for name, year, reach_of in (("Waterlab", YEAR, 120), ("Robotica", YEAR, 60), ("Vorig jaar", YEAR - 1, 1000)):
            pilot = Pilot(
                alliance_id=alliance.id, goal_id=None, name=name, starts_on=date(2025, 1, 1), ends_on=None,
                started_on=date(2025, 1, 1), finished_on=None, budget=None, status=PilotStatus.RUNNING,
            )  # fmt: skip
            db().add(pilot)
            db().flush()
            reach = PilotReach(
                pilot_id=pilot.id, alliance_id=alliance.id, year=year, participants=reach_of,
                recorded_by_id=author.id, recorded_at=now(), superseded_at=None,
            )  # fmt: skip
            db().add(reach)
            db().flush()
            db().add(PilotReachCell(pilot_reach_id=reach.id, breakdown="gender", category="girls", participants=50))
        people: int | None
        for day, people, is_withdrawn in ((1, 30, False), (2, 20, False), (3, 999, True), (4, None, False)):
            draft = log.Draft(kind=LogKind.EVENT, on=date(YEAR, 3, day), text="Open dag")
            entry = log.log(alliance, draft, actor=actor_of(author))
            entry.participants = people
            if is_withdrawn:
                log.withdraw(entry, reason="Dubbel.", actor=actor_of(author))


def test_the_reach_is_suggested_and_taken_over_without_a_script(
    app: Flask, client: StrictClient, case: dict[str, Any]
) -> None:
    with app.test_request_context("/"):
        reached(db().get_one(Alliance, case["id"]))
        row = next(row for row in sheet_of(case["id"], YEAR).rows if row.id == case["reach"])
        suggestion = row.suggestion
    assert suggestion is not None
    assert (suggestion.total, len(suggestion.pilots), len(suggestion.entries)) == (230, 2, 2)
    assert suggestion.cells == {("gender", "girls"): 100, ("gender", "unknown"): 130}
    client.sign_in(case["coordinator"])
    drawn = sheet(client.get(case["address"]))
    data = drawn | {name: "value" for name in drawn if name.endswith("-state")}
    answer = client.browser.post(
        case["address"], data=data | {"take": str(case["reach"]), f"r{case['score']}-value": "3,5"}
    )
    assert answer.status_code == 200
    assert 'value="230"' in answer.text
    assert 'value="3,5"' in answer.text, "what was typed elsewhere is kept"
    assert count(app) == 0, "nothing is saved before somebody says so"
    again = data | {f"r{case['reach']}-value": "230", f"r{case['reach']}-gender.girls": "100"}
    assert client.browser.post(case["address"], data=again).status_code == 303
    assert count(app) == 1
    assert count(app, LogEntry) == 4


# Reading -----------------------------------------------------------------------------------------------------------


def test_whoever_may_not_read_exactly_reads_people_rounded_on_every_page(
    app: Flask, client: StrictClient, case: dict[str, Any]
) -> None:
    with app.test_request_context("/"):
        indicator = db().get_one(Indicator, case["reach"], options=[sa.orm.selectinload(Indicator.definition)])
        first = make_measurement(indicator, YEAR, typed(123), cells={("gender", "girls"): typed(61)})
        second = make_measurement(indicator, YEAR, typed(128), reason="Hertelling.")
        observer = make_user(Role.OBSERVER).email
    client.sign_in(observer)
    for path in (case["address"], *(f"/alliances/{case['slug']}/figures/measurement/{m.id}" for m in (first, second))):
        words = client.get(path).words
        assert not {"123", "128", "61"} & set(re.findall(r"\d+", words)), path
        assert "130" in words or "125" in words


def test_the_sheet_costs_the_same_with_twelve_indicators(
    app: Flask, client: StrictClient, case: dict[str, Any], statements: list[str]
) -> None:
    client.sign_in(case["coordinator"])

    def cost() -> int:
        client.browser.get(case["address"])
        statements.clear()
        assert client.browser.get(case["address"]).status_code == 200
        return len(statements)

    with app.test_request_context("/"):
        indicator = db().get_one(Indicator, case["reach"], options=[sa.orm.selectinload(Indicator.definition)])
        make_measurement(indicator, YEAR, typed(123), cells={("gender", "girls"): typed(61)})
    few = cost()
    with app.test_request_context("/"):
        goal = make_goal(db().get_one(Alliance, case["id"]))
        for key in ("workplace-visits", "schools-involved", "companies-involved", "activity-hours", "teachers-trained"):
            make_measurement(make_indicator(goal, key, targets={YEAR: 5}), YEAR, typed(3))
    assert cost() == few <= 24


def test_computed_figures_are_given_of_every_period(context: Flask) -> None:
    goal = make_goal(make_alliance())
    reach, share = make_indicator(goal), make_indicator(goal, "girls-share")
    make_measurement(reach, 2025, typed(20), cells={("gender", "girls"): typed(5), ("gender", "boys"): typed(15)})
    make_measurement(reach, 2026, typed(0))
    found = deriving.figures_of([share.id, reach.id])
    assert {key: figure.value for key, figure in found.items()} == {
        (share.id, 2025): Decimal(25),
        (share.id, 2026): None,
    }
