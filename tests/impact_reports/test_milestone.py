"""An approved report reaches the milestone of the first report, and adds a growth ring."""

from flask import Flask

from alliance_tracker.database import today, transaction
from alliance_tracker.impact_reports import queries, reviewing
from alliance_tracker.impact_reports.milestone import report_approved
from alliance_tracker.impact_reports.models import ReportVersion
from alliance_tracker.standings.queries import ring_figures, ring_words, standings
from alliance_tracker.standings.service import drift
from tests.impact_reports.making import YEAR, Logged, logged_year, open_year, reload, report_of, submitted


def test_the_first_report_is_reached_with_its_approval_and_not_before(context: Flask) -> None:
    logged = logged_year()
    open_year()
    scope = str(logged.alliance.id)
    submitted(logged)
    assert report_approved([scope])[scope].since is None
    approved_version = approved_next(logged)
    found = report_approved([scope])[scope]
    assert found.since == approved_version.decided_on == today()
    assert found.why.facts["year"] == str(YEAR)


def approved_next(logged: Logged) -> ReportVersion:
    """The version that waits, approved."""
    version = queries.open_version(report_of(logged.alliance).id)
    assert version is not None
    with transaction():
        reviewing.approve(reload(version), actor=logged.manager)
    return reload(version)


def test_an_approved_report_is_a_growth_ring_in_the_summary_row(context: Flask) -> None:
    logged = logged_year()
    open_year()
    submitted(logged)
    assert standings([logged.alliance.id])[logged.alliance.id].report_years == []
    approved_next(logged)
    row = standings([logged.alliance.id])[logged.alliance.id]
    assert row.report_years == [YEAR]
    assert ring_figures(row).years == (YEAR,)
    assert str(YEAR) in str(ring_words(row))
    assert list(drift()) == []


def test_nothing_is_reached_without_a_report(context: Flask) -> None:
    logged = logged_year(is_pioneer=False)
    scope = str(logged.alliance.id)
    assert report_approved([scope])[scope].since is None
