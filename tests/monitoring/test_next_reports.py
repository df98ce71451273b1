"""What is next in the reports: for who writes them, and for VLAIO that reads them."""

import dataclasses
from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Flask

from alliance_tracker.database import transaction
from alliance_tracker.impact_reports import queries, reviewing, submitting
from alliance_tracker.impact_reports.models import ReceiptUse, SectionKey
from alliance_tracker.impact_reports.overview import newest_reports
from alliance_tracker.monitoring import next_reports, overview
from alliance_tracker.monitoring.next_reports import open_reports
from alliance_tracker.monitoring.todo import Todo
from alliance_tracker.policy import Actor, Role
from tests.builders import make_actor
from tests.conftest import NOON
from tests.impact_reports.making import (
    YEAR,
    Logged,
    approved,
    begun,
    logged_year,
    open_year,
    reload,
    report_of,
    submitted,
)


def told(logged: Logged, actor: Actor) -> list[tuple[str, str]]:
    """What an actor is told of the reports of an alliance."""
    found = open_reports([logged.alliance.id]).get(logged.alliance.id, [])
    return words(list(next_reports.of_reports(actor, logged.alliance, found)))


def words(found: list[Todo]) -> list[tuple[str, str]]:
    return [(todo.urgency, todo.what.text) for todo in found]


def network(actor: Actor) -> list[tuple[str, str]]:
    return words(list(next_reports.of_network(actor)))


def test_a_report_is_asked_for_more_and_more_until_it_is_submitted(
    context: Flask, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    logged = logged_year()
    open_year(due_on=date(2027, 6, 30))
    assert told(logged, logged.coordinator) == []
    freeze(NOON.replace(year=2027, month=3, day=10))
    assert told(logged, logged.coordinator) == [("later", "Begin the report of %(year)s")]
    begun(logged)
    freeze(NOON.replace(year=2027, month=6, day=5))
    assert told(logged, logged.coordinator) == [("soon", "Submit the report of %(year)s")]
    freeze(NOON.replace(year=2027, month=7, day=1))
    assert told(logged, logged.coordinator) == [("urgent", "Submit the report of %(year)s")]
    assert told(logged, make_actor(Role.OBSERVER)) == told(logged, logged.manager) == []
    reporter = make_actor(Role.REPORTER, region_code="REFREG03")
    assert told(logged, reporter) == told(logged, logged.coordinator)
    assert told(logged, make_actor(Role.REPORTER, region_code="REFREG04")) == []
    submitted(dataclasses.replace(logged, coordinator=reporter))
    assert told(logged, logged.coordinator) == told(logged, reporter) == []


def test_a_returned_report_and_an_erratum_are_to_be_finished(
    context: Flask, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    logged = logged_year()
    open_year()
    version = submitted(logged)
    with transaction():
        reviewing.comment(version, SectionKey.GOALS, "Waarom?", actor=logged.manager)
        reviewing.send_back(reload(version), reason="Eén vraag.", actor=logged.manager)
    assert told(logged, logged.coordinator) == [("urgent", "Mend the report of %(year)s")]
    found = open_reports([logged.alliance.id])[logged.alliance.id]
    (todo,) = next_reports.of_reports(logged.coordinator, logged.alliance, found)
    assert "21 december 2026" in str(todo.why)
    freeze(NOON + timedelta(days=32))
    (todo,) = next_reports.of_reports(logged.coordinator, logged.alliance, found)
    assert "2 dagen geleden" in str(todo.why)
    freeze(NOON)
    approved(logged)
    assert told(logged, logged.coordinator) == []
    with transaction():
        submitting.correct(report_of(logged.alliance), reason="Een telfout.", actor=logged.coordinator)
    assert told(logged, logged.coordinator) == [("soon", "Finish the erratum to the report of %(year)s")]


def test_vlaio_opens_reads_publishes_and_says_what_it_read(context: Flask, freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)
    logged = logged_year()
    assert network(logged.manager) == [("soon", "Open the reporting year %(year)s")]
    open_year(review_days=60)
    assert network(logged.manager) == []
    version = submitted(logged)
    assert network(logged.manager) == [("soon", "Read the report of %(year)s, version %(number)s")]
    assert network(logged.coordinator) == network(make_actor(Role.OBSERVER)) == []
    freeze(NOON + timedelta(days=61))
    assert ("urgent", "Read the report of %(year)s, version %(number)s") in network(logged.manager)
    with transaction():
        reviewing.approve(reload(version), actor=logged.manager)
    told_now = network(logged.manager)
    assert ("later", "Publish the report of %(year)s") in told_now
    assert ("soon", "Say what you read of the report of %(year)s") in told_now
    with transaction():
        reviewing.acknowledge(reload(version), [SectionKey.GOALS], ReceiptUse.READ, actor=logged.manager)
        reviewing.acknowledge(reload(version), [SectionKey.GOALS], ReceiptUse.MONITOR, actor=logged.manager)
        reviewing.publish(reload(version), actor=logged.manager)
    (unread,) = [todo for todo in next_reports.of_network(logged.manager) if todo.what.text.startswith("Say what")]
    assert "10 onderdelen" in str(unread.why)  # one receipt silences no other section
    with transaction():
        reviewing.acknowledge(reload(version), list(SectionKey), ReceiptUse.READ, actor=logged.manager)
    assert "Say what you read of the report of %(year)s" not in {text for _, text in network(logged.manager)}


def test_the_monitor_knows_the_report_of_each_region(context: Flask) -> None:
    logged = logged_year()
    assert {row.report for row in overview.monitor().rows} == {None}
    open_year()
    rows = {row.code: row.report for row in overview.monitor().rows}
    assert len(rows) == 15
    mine = rows["REFREG03"]
    assert mine is not None
    assert (mine.year, mine.status.value, mine.punctuality.value, mine.slug) == (
        YEAR,
        "expected",
        "overdue",
        logged.alliance.slug,
    )
    other = rows["REFREG04"]
    assert other is not None
    assert (other.punctuality.value, other.slug) == ("no-pioneer", None)
    submitted(logged)
    mine = {row.code: row.report for row in overview.monitor().rows}["REFREG03"]
    assert mine is not None
    assert (mine.status.value, mine.punctuality.value) == ("submitted", "late")
    assert queries.open_version(report_of(logged.alliance).id) is not None


def test_the_monitor_shows_the_newest_year_that_is_over(context: Flask, freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)
    logged_year()
    open_year(YEAR + 1)
    assert {row.year for row in newest_reports().values()} == {YEAR + 1}  # no other one is open
    open_year(YEAR)
    assert {row.year for row in newest_reports().values()} == {YEAR}
    freeze(NOON.replace(year=YEAR + 2, month=1, day=1))
    assert {row.year for row in newest_reports().values()} == {YEAR + 1}
