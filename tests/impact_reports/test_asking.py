"""VLAIO asks another alliance for its report; an alliance that reports of its own accord can withdraw that."""

import dataclasses
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.impact_reports import drafts, overview, queries, years
from alliance_tracker.impact_reports.models import ImpactReport, ReportStatus, SectionKey
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_user
from tests.impact_reports.making import YEAR, begun, logged_year, open_year, report_of, submitted, tell
from tests.strict_client import StrictClient

BEGAN = date(YEAR, 1, 15)


def names(words: str) -> list[str]:
    return [each.name for each in years.candidates(YEAR, words)]


def test_an_alliance_is_found_by_a_part_of_its_name_or_by_its_slug(context: Flask) -> None:
    open_year()
    for name in ("Haven en Wind", "Haven", "Leie & Lys", "Boven 100% STEM"):
        make_alliance(name, accepted_on=BEGAN)
    make_alliance("Haven later", accepted_on=date(YEAR + 1, 1, 1))  # did not exist then
    make_alliance("Haven in spe", accepted_on=None)
    assert names("HAVEN") == ["Haven", "Haven en Wind"]  # called exactly so comes first
    assert names("leie & lÿs") == names("leie-lys") == ["Leie & Lys"]
    assert names("100%") == ["Boven 100% STEM"]
    assert names("%") == ["Boven 100% STEM"]
    assert names("_") == names("") == names("   ") == names("zee") == []


def test_who_reports_already_is_not_found(context: Flask) -> None:
    logged = logged_year(name="Kempen Samen")
    open_year()
    assert names("Kempen") == []
    assert years.candidates(YEAR, logged.alliance.slug) == []


def test_of_many_only_the_first_are_named(context: Flask, statements: list[str]) -> None:
    open_year()
    for n in range(years.MOST_FOUND + 3):
        make_alliance(f"STEM {n:02}", accepted_on=BEGAN)
    statements.clear()
    assert len(years.candidates(YEAR, "stem")) == years.MOST_FOUND + 1
    assert len(statements) <= 3  # the beginning, the alliances and their regions
    with pytest.raises(FieldRefused, match="Meer dan 10"):
        years.choose(YEAR, "stem", None)
    assert years.choose(YEAR, "stem 03", None).name == "STEM 03"
    with pytest.raises(FieldRefused, match="Verschillende"):
        years.choose(YEAR, "STEM 0", None)
    with pytest.raises(FieldRefused, match="heet zo"):
        years.choose(YEAR, "Niets", None)


def test_the_alliance_that_is_asked_owes_its_report_and_the_reason_stays(context: Flask) -> None:
    open_year(due_on=date(YEAR + 1, 3, 31))
    alliance, manager = make_alliance(accepted_on=BEGAN), make_actor(Role.PROJECT_MANAGER)
    with pytest.raises(FieldRefused), transaction():
        years.ask_alliance(alliance, YEAR, reason="", actor=manager)
    with pytest.raises(NotAllowed), transaction():
        years.ask_alliance(alliance, YEAR, reason="Groot.", actor=make_actor(Role.COORDINATOR, alliance_id=alliance.id))
    with transaction():
        years.ask_alliance(alliance, YEAR, reason="Ze kreeg veel middelen.", actor=manager)
    line = overview.line_of(report_of(alliance))
    assert (line.report.is_required, line.punctuality.value) == (True, "overdue")
    (decision,) = line.decisions
    assert (decision.action, decision.reason) == ("impact_report.required", "Ze kreeg veel middelen.")
    assert decision.who
    with pytest.raises(Refused), transaction():
        years.ask_alliance(alliance, YEAR, reason="Nog eens.", actor=manager)


def test_vlaio_asks_an_alliance_by_the_page_of_the_year(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        open_year()
        for name in ("Haven Noord", "Haven Zuid"):
            make_alliance(name, accepted_on=BEGAN)
        make_user(Role.PROJECT_MANAGER, email="vera@example.org", name="Vera")
    client.sign_in("vera@example.org")
    page, ask = f"/reports/{YEAR}", f"/reports/{YEAR}/ask"
    client.post(ask, {"alliance": "haven", "reason": "Groot."}, status=422, form_at=page)
    assert client.page is not None
    assert "kies er een" in client.page.words
    options = [control for control in client.page.controls if control.get("name") == "chosen"]
    assert len(options) == 1
    with app.test_request_context("/"):
        chosen = years.candidates(YEAR, "haven zuid")[0].id
    client.post(ask, {"alliance": "haven", "chosen": str(chosen), "reason": "Ze is groot."})
    shown = client.follow()
    assert "Haven Zuid" in shown.words
    assert "Ze is groot." in shown.words
    assert "Vera" in shown.words
    client.post(ask, {"alliance": "haven", "chosen": str(chosen), "reason": "Ze is groot."}, status=422)
    client.post(ask, {"alliance": "niemand", "reason": "Groot."}, status=422)
    client.post(ask, {"alliance": "haven-noord", "reason": "Ook."}, form_at=page)


# Withdrawing ---------------------------------------------------------------------------------------------------------


def test_who_joined_of_its_own_accord_withdraws_and_finds_its_words_again(context: Flask) -> None:
    logged = logged_year(is_pioneer=False)
    open_year()
    with transaction():
        years.expect(logged.alliance, YEAR, is_required=False, actor=logged.coordinator)
    tell(begun(logged), "Een half verslag.", by=logged.coordinator)
    with transaction():
        years.withdraw(report_of(logged.alliance), actor=logged.coordinator)
    assert queries.report_of(logged.alliance.id, YEAR) is None
    assert queries.reports_of(logged.alliance.id) == []
    assert logged.alliance.id not in {row.alliance_id for row in queries.reports_in(YEAR)}
    (line,) = overview.of_years()
    assert line.others == 0
    assert [year.year for year in overview.years_to_begin(logged.alliance, ())] == [YEAR]
    with transaction():
        years.expect(logged.alliance, YEAR, is_required=False, actor=logged.coordinator)
    assert report_of(logged.alliance).status is ReportStatus.EXPECTED
    with transaction():
        drafts.begin(report_of(logged.alliance), actor=logged.coordinator)
    report = report_of(logged.alliance)
    assert queries.sections_of(report.id)[SectionKey.SUMMARY].narrative == "Een half verslag."
    assert submitted(dataclasses.replace(logged), "Een half verslag.").number == 1
    assert db().scalar(sa.select(sa.func.count()).where(ImpactReport.alliance_id == logged.alliance.id)) == 1


def test_what_was_withdrawn_can_be_asked_and_goes_to_the_region_when_it_becomes_the_pioneer(context: Flask) -> None:
    first, second = logged_year(is_pioneer=False), logged_year(region="REFREG14", name="Ander", is_pioneer=False)
    open_year()
    for logged in (first, second):
        with transaction():
            years.expect(logged.alliance, YEAR, is_required=False, actor=logged.coordinator)
        with transaction():
            years.withdraw(report_of(logged.alliance), actor=logged.coordinator)
    with transaction():
        years.ask_alliance(first.alliance, YEAR, reason="Toch nodig.", actor=first.manager)
    assert report_of(first.alliance).is_required
    with transaction():
        alliances.give_mandate(second.alliance, since=date(YEAR, 2, 1), until=None, task="Trekken.", actor=SYSTEM)
    with transaction():
        assert years.follow_mandates(YEAR, actor=second.manager) == 1
    assert report_of(second.alliance).is_regional


def test_what_is_asked_or_submitted_is_not_withdrawn(context: Flask) -> None:
    pioneer, own = logged_year(), logged_year(is_pioneer=False, region="REFREG14", name="Ander")
    open_year()
    with pytest.raises(TransitionRefused), transaction():
        years.withdraw(report_of(pioneer.alliance), actor=pioneer.coordinator)
    with transaction():
        years.expect(own.alliance, YEAR, is_required=False, actor=own.coordinator)
    with transaction():
        years.ask(report_of(own.alliance), actor=own.manager)
    with pytest.raises(TransitionRefused), transaction():
        years.withdraw(report_of(own.alliance), actor=own.coordinator)
    assert submitted(own).number == 1
    with pytest.raises(TransitionRefused), transaction():
        years.withdraw(report_of(own.alliance), actor=own.coordinator)


def test_an_alliance_withdraws_by_its_page(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = logged_year(is_pioneer=False)
        open_year()
        with transaction():
            years.expect(logged.alliance, YEAR, is_required=False, actor=logged.coordinator)
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=logged.alliance.id)
        slug = logged.alliance.slug
    client.sign_in("cas@example.org")
    page = f"/alliances/{slug}/reports/{YEAR}"
    client.post(f"{page}/withdraw", form_at=page)
    client.follow()
    client.get(page, status=404)
    client.post(f"/alliances/{slug}/reports/{YEAR}/join", form_at=f"/alliances/{slug}/reports")
    client.get(page)


# Another due date for a whole year -----------------------------------------------------------------------------------


def test_the_due_date_of_a_year_moves_with_what_is_not_submitted(context: Flask) -> None:
    done, own = logged_year(), logged_year(region="REFREG14", name="Ander")
    year = open_year(due_on=date(2026, 12, 15))
    submitted(done)
    with transaction():
        years.extend(report_of(own.alliance), date(2027, 6, 30), reason="Ziek.", actor=own.manager)
    with transaction():
        moved = years.move_year(year, date(2027, 1, 31), reason="Het sjabloon kwam laat.", actor=done.manager)
    assert moved == 13
    assert report_of(done.alliance).due_on == date(2026, 12, 15)
    assert report_of(own.alliance).due_on == date(2027, 6, 30)
    other = next(row for row in queries.reports_in(YEAR) if row.alliance_id is None)
    assert (other.due_on, other.first_due_on) == (date(2027, 1, 31), date(2026, 12, 15))
    found = queries.year_of(YEAR)
    assert found is not None
    assert found.due_on == date(2027, 1, 31)
    (line,) = (line for line in overview.lines_of([other]))
    assert [each.reason for each in line.decisions] == ["Het sjabloon kwam laat."]
    with transaction():  # earlier is possible while that day is still to come
        assert years.move_year(found, date(2026, 12, 24), reason="Vergist.", actor=done.manager) == 13
    assert report_of(own.alliance).due_on == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("to", "reason", "field"),
    [
        (date(2026, 12, 15), "Zelfde.", "on"),
        (date(YEAR, 12, 31), "In het jaar.", "on"),
        (date(2026, 11, 20), "Gisteren.", "on"),
        (date(2027, 1, 31), "", "reason"),
    ],
)
def test_a_due_date_of_a_year_that_cannot_be(context: Flask, to: date, reason: str, field: str) -> None:
    year = open_year(due_on=date(2026, 12, 15))
    with pytest.raises(FieldRefused) as refused, transaction():
        years.move_year(year, to, reason=reason, actor=make_actor(Role.PROJECT_MANAGER))
    assert refused.value.field == field


def test_the_due_date_of_a_year_moves_by_its_page_and_says_who_and_why(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged_year(name="Kempen Samen")
        open_year(due_on=date(2026, 3, 31))
        make_user(Role.PROJECT_MANAGER, email="vera@example.org", name="Vera")
    client.sign_in("vera@example.org")
    page = f"/reports/{YEAR}"
    facts = {"on": "2027-01-31", "reason": "Het sjabloon kwam laat."}
    client.post(f"{page}/move", {**facts, "version": "0"}, status=409, form_at=page)
    client.post(f"{page}/move", facts, form_at=page)
    shown = client.follow()
    assert "van 31 maart 2026 naar 31 januari 2027" in shown.words
    assert shown.words.count("Het sjabloon kwam laat.") >= 2  # of the year, and of each report
    with app.test_request_context("/"):
        assert db().scalars(sa.select(ImpactReport.was_late).where(ImpactReport.alliance_id.is_not(None))).all() == [
            True
        ]
