"""A returned report has a term; what is decided with a reason stays visible; what VLAIO leaves unread turns late."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.database import BRUSSELS, db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, Refused
from alliance_tracker.impact_reports import overview, queries, reviewing, submitting, years
from alliance_tracker.impact_reports.models import ImpactReport, ReceiptUse, ReportStatus, ReportVersion, SectionKey
from alliance_tracker.impact_reports.states import PUNCTUALITY, Punctuality
from alliance_tracker.policy import Role
from tests.builders import make_user
from tests.conftest import NOON
from tests.impact_reports.making import (
    YEAR,
    Logged,
    approved,
    logged_year,
    open_year,
    reload,
    report_of,
    submitted,
)
from tests.strict_client import StrictClient

MEND_BY = date(2026, 12, 21)


def returned(logged: Logged, *, mend_by: date | None = None) -> ReportVersion:
    """A version that VLAIO returned."""
    version = submitted(logged)
    with transaction():
        reviewing.comment(version, SectionKey.GOALS, "Waarom?", actor=logged.manager)
        reviewing.send_back(reload(version), reason="Eén vraag.", mend_by=mend_by, actor=logged.manager)
    return reload(version)


def stands(logged: Logged) -> Punctuality:
    """How the report stands today, the same in Python and in SQL."""
    report = report_of(logged.alliance)
    found = PUNCTUALITY.of(report, today())
    told = db().scalar(sa.select(PUNCTUALITY.sql(ImpactReport, today())).where(ImpactReport.id == report.id))
    assert told == found.value
    return found


def started() -> Logged:
    logged = logged_year(name="Kempen Samen")
    open_year(due_on=date(2026, 12, 1))
    return logged


# The term of a return ------------------------------------------------------------------------------------------------


def test_a_return_gives_thirty_days_unless_vlaio_chooses_another_day(context: Flask) -> None:
    logged = started()
    returned(logged)
    assert report_of(logged.alliance).mend_by == MEND_BY == today() + timedelta(days=30)
    version = submitted(logged)
    with transaction():
        reviewing.comment(version, None, "Nog iets.", actor=logged.manager)
    for day in (today(), today() - timedelta(days=1)):
        with pytest.raises(FieldRefused), transaction():
            reviewing.send_back(reload(version), reason="Nog.", mend_by=day, actor=logged.manager)
    with transaction():
        reviewing.send_back(reload(version), reason="Nog.", mend_by=date(2027, 1, 5), actor=logged.manager)
    assert report_of(logged.alliance).mend_by == date(2027, 1, 5)
    approved(logged)
    assert report_of(logged.alliance).mend_by is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 12, 21, 23, 59, 59, tzinfo=BRUSSELS), Punctuality.IN_TIME),
        (datetime(2026, 12, 22, 0, 0, 0, tzinfo=BRUSSELS), Punctuality.OVERDUE),
    ],
)
def test_what_is_not_mended_is_overdue_from_midnight_in_brussels(
    context: Flask, freeze: Callable[[datetime], None], moment: datetime, expected: Punctuality
) -> None:
    logged = started()
    returned(logged)
    freeze(moment.astimezone(UTC))
    assert stands(logged) is expected
    line = overview.line_of(report_of(logged.alliance))
    assert line.days_late == (1 if expected is Punctuality.OVERDUE else 0)
    submitted(logged)
    assert stands(logged) is (Punctuality.LATE if expected is Punctuality.OVERDUE else Punctuality.IN_TIME)


def test_taking_back_what_was_mended_does_not_end_the_term(context: Flask, freeze: Callable[[datetime], None]) -> None:
    logged = started()
    returned(logged)
    submitted(logged)
    with transaction():
        submitting.take_back(report_of(logged.alliance), actor=logged.coordinator)
    freeze(NOON + timedelta(days=31))
    assert stands(logged) is Punctuality.OVERDUE


def test_a_returned_erratum_is_never_overdue(context: Flask, freeze: Callable[[datetime], None]) -> None:
    logged = started()
    approved(logged)
    with transaction():
        submitting.correct(report_of(logged.alliance), reason="Telfout.", actor=logged.coordinator)
    version = submitted(logged, note="Telfout.")
    with transaction():
        reviewing.comment(version, None, "Welke?", actor=logged.manager)
        reviewing.send_back(reload(version), reason="Welke?", actor=logged.manager)
    freeze(NOON + timedelta(days=90))
    assert stands(logged) is Punctuality.IN_TIME
    with transaction():
        submitting.leave_as_it_was(report_of(logged.alliance), actor=logged.coordinator)
    assert report_of(logged.alliance).mend_by is None


def test_a_returned_report_can_get_more_time_and_late_stays_late(
    context: Flask, freeze: Callable[[datetime], None]
) -> None:
    logged = started()
    returned(logged)
    with pytest.raises(FieldRefused, match="21 december"), transaction():
        years.extend(report_of(logged.alliance), MEND_BY, reason="Ziek.", actor=logged.manager)
    with transaction():
        years.extend(report_of(logged.alliance), date(2027, 1, 10), reason="Ziek.", actor=logged.manager)
    report = report_of(logged.alliance)
    assert (report.mend_by, report.due_on, report.was_late) == (date(2027, 1, 10), date(2026, 12, 1), False)
    freeze(datetime(2027, 1, 11, 9, tzinfo=UTC))
    assert stands(logged) is Punctuality.OVERDUE
    with transaction():
        years.extend(report_of(logged.alliance), date(2027, 2, 1), reason="Nog.", actor=logged.manager)
    assert report_of(logged.alliance).was_late
    submitted(logged)
    assert stands(logged) is Punctuality.LATE
    with pytest.raises(Refused), transaction():
        years.extend(report_of(logged.alliance), date(2027, 3, 1), reason="Nog.", actor=logged.manager)


def test_a_board_drawn_earlier_decides_nothing(context: Flask) -> None:
    logged = started()
    version = submitted(logged)
    with transaction():
        reviewing.comment(version, None, "Nog iets.", actor=logged.manager)
    with pytest.raises(EditConflict), transaction():
        reviewing.send_back(reload(version), reason="Nog.", drawn_from=version.version + 7, actor=logged.manager)
    with transaction():
        reviewing.approve(reload(version), actor=logged.manager)
    stale = report_of(logged.alliance).version - 1
    for command in (
        lambda: reviewing.reopen(report_of(logged.alliance), reason="Nog.", drawn_from=stale, actor=logged.manager),
        lambda: submitting.correct(
            report_of(logged.alliance), reason="Nog.", drawn_from=stale, actor=logged.coordinator
        ),
    ):
        with pytest.raises(EditConflict), transaction():
            command()
    assert report_of(logged.alliance).status is ReportStatus.APPROVED


# What stays visible --------------------------------------------------------------------------------------------------


def test_every_reason_stays_on_the_pages_with_who_and_when(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = started()
        version = submitted(logged)
        vera = make_user(Role.PROJECT_MANAGER, email="vera@example.org", name="Vera")
        make_user(Role.COORDINATOR, email="cas@example.org", name="Cas", alliance_id=logged.alliance.id)
        with transaction():
            reviewing.comment(version, SectionKey.GOALS, "Waarom?", actor=logged.manager)
        report_id, empty = (
            version.report_id,
            next(row.id for row in queries.reports_in(YEAR) if row.alliance_id is None),
        )
        assert vera.id
    base, year = f"/alliances/kempen-samen/reports/{YEAR}", f"/reports/{YEAR}"
    first = f"{base}/versions/1"
    manage = f"{year}/{report_id}"
    client.sign_in("vera@example.org")
    assert "hier niets te regelen" in client.get(manage).words.replace("valt hier", "hier")
    client.post(f"{first}/return", {"reason": "De doelen zijn onduidelijk.", "on": "2026-12-24"}, form_at=first)
    for path in (first, base, manage, year):
        words = client.get(path).words
        assert "De doelen zijn onduidelijk." in words
        assert "Vera" in words
        assert "24 dec" in words
    client.post(f"{manage}/extend", {"on": "2027-01-15", "reason": "Ziekte bij de trekker."}, form_at=manage)
    client.post(f"{year}/{empty}/excuse", {"reason": "Nog geen pionier gevonden."}, form_at=f"{year}/{empty}")
    assert "Ziekte bij de trekker." in client.get(base).words
    for path in (year, f"{year}/{empty}"):
        assert "Nog geen pionier gevonden." in client.get(path).words
    with app.test_request_context("/"):
        approved(logged)
    second = f"{base}/versions/2"
    client.post(f"{manage}/reopen", {"reason": "De cijfers van het proefproject."}, form_at=manage)
    for path in (base, manage, year):
        assert "De cijfers van het proefproject." in client.get(path).words
    assert "niets te regelen" in client.get(manage).words
    with app.test_request_context("/"):
        submitted(logged, note="Verbeterd.")
    third = client.get(f"{base}/versions/3").words
    assert "De cijfers van het proefproject." in third
    assert "De doelen zijn onduidelijk." not in third
    assert "De cijfers van het proefproject." not in client.get(second).words


def test_the_history_tells_a_decision_once(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = started()
        approved(logged, publish=True)
        make_user(Role.PROJECT_MANAGER, email="vera@example.org")
    client.sign_in("vera@example.org")
    words = client.get("/alliances/kempen-samen/reports").words
    for once in ("keurde versie 1", "publiceerde versie 1", "diende versie 1"):
        assert words.count(once) == 1
    assert "bevroren" not in words


# What stays unread ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (datetime(2027, 1, 20, 23, 59, 59, tzinfo=BRUSSELS), 0),
        (datetime(2027, 1, 21, 0, 0, 0, tzinfo=BRUSSELS), 1),
        (datetime(2027, 1, 23, 0, 0, 0, tzinfo=BRUSSELS), 3),
    ],
)
def test_a_section_without_a_receipt_is_late_from_midnight_in_brussels(
    context: Flask, freeze: Callable[[datetime], None], moment: datetime, days: int
) -> None:
    logged = started()  # sixty days from 21 November on
    version = submitted(logged)
    assert version.read_due_on == date(2027, 1, 20)
    freeze(moment.astimezone(UTC))
    assert version.days_unread(today()) == days


def test_who_still_has_to_read_a_version(context: Flask, freeze: Callable[[datetime], None]) -> None:
    logged = started()
    first = returned(logged)
    second = approved(logged)
    late = date(2027, 3, 1)
    assert first.days_unread(late) == 0  # VLAIO answered it, and reads the next one
    assert second.days_unread(late) == 40
    freeze(NOON)
    assert second.section_count == len(second.document["sections"]) == 11


def test_the_pages_say_of_each_section_how_late_vlaio_is_to_the_alliance_as_well(
    app: Flask, client: StrictClient, freeze: Callable[[datetime], None]
) -> None:
    with app.test_request_context("/"):
        logged = started()
        version = approved(logged)
        with transaction():
            reviewing.acknowledge(version, [SectionKey.GOALS], ReceiptUse.READ, actor=logged.manager)
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=logged.alliance.id)
    base = f"/alliances/kempen-samen/reports/{YEAR}"
    freeze(datetime(2027, 1, 20, 22, 59, tzinfo=UTC))
    client.sign_in("cas@example.org")
    assert "te laat" not in client.get(f"{base}/versions/1").words
    freeze(datetime(2027, 1, 20, 23, 0, tzinfo=UTC))
    words = client.get(f"{base}/versions/1").words
    assert "10 onderdelen nog niet gelezen" in words
    assert words.count("VLAIO is 1 dag te laat") == 11  # once for all of them, and beside each
    words = client.get(base).words
    assert "10 onderdelen nog niet gelezen" in words
    assert "VLAIO is 1 dag te laat" in words
    with app.test_request_context("/"), transaction():
        reviewing.acknowledge(reload(version), list(SectionKey), ReceiptUse.READ, actor=logged.manager)
    assert "nog niet gelezen" not in client.get(f"{base}/versions/1").words
