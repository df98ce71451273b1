"""VLAIO reads a version, says so, and decides on it; what was decided stays."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker import policy
from alliance_tracker.accounts import service as accounts
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.impact_reports import milestone, published, queries, reviewing, submitting, years
from alliance_tracker.impact_reports.models import (
    ReceiptUse,
    ReportReceipt,
    ReportStatus,
    ReportVersion,
    ReportVersionStatus,
    SectionKey,
)
from alliance_tracker.policy import SYSTEM, Actor, Permission, Role
from tests.builders import make_actor, make_alliance
from tests.impact_reports.making import (
    YEAR,
    Logged,
    approved,
    logged_year,
    open_year,
    reload,
    report_of,
    submitted,
    tell,
)

V = ReportVersionStatus
K = SectionKey


def waiting() -> tuple[Logged, ReportVersion]:
    """A version that waits for VLAIO."""
    logged = logged_year()
    open_year()
    return logged, submitted(logged)


def status_of(version: ReportVersion) -> ReportVersionStatus:
    return reload(version).status


def erratum(logged: Logged, words: str = "Verbeterd.") -> ReportVersion:
    """A correction of the approved report, submitted."""
    with transaction():
        submitting.correct(report_of(logged.alliance), reason="Een telfout.", actor=logged.coordinator)
    return submitted(logged, words, note="Een telfout.")


def returned(version: ReportVersion, by: Actor) -> None:
    with transaction():
        reviewing.comment(version, K.SUMMARY, "Leg dit uit.", actor=by)
        reviewing.send_back(version, reason="Onvolledig.", actor=by)


# Remarks and returning -----------------------------------------------------------------------------------------------


def test_a_return_needs_a_remark_of_vlaio_and_a_reason(context: Flask) -> None:
    logged, version = waiting()
    with pytest.raises(Refused), transaction():
        reviewing.send_back(version, reason="Onvolledig.", actor=logged.manager)
    with transaction():
        reviewing.comment(version, K.GOALS, "Wij lezen graag mee.", actor=logged.coordinator)
    with pytest.raises(Refused), transaction():  # an answer of the alliance is no remark of VLAIO
        reviewing.send_back(reload(version), reason="Onvolledig.", actor=logged.manager)
    with transaction():
        reviewing.comment(reload(version), K.GOALS, "Waar komt dit cijfer vandaan?", actor=logged.manager)
    with pytest.raises(TransitionRefused), transaction():
        reviewing.send_back(reload(version), reason=" ", actor=logged.manager)
    assert status_of(version) is V.SUBMITTED
    with transaction():
        reviewing.send_back(reload(version), reason="Onvolledig.", actor=logged.manager)
    found = reload(version)
    assert (found.status, found.decided_on, found.decided_by_id) == (V.RETURNED, today(), logged.manager.user_id)
    report = report_of(logged.alliance)
    assert (report.status, report.submitted_on) == (ReportStatus.RETURNED, today())
    assert [each.is_review for each in queries.comments_on(version.id)] == [False, True]


def test_a_remark_on_an_earlier_version_does_not_return_a_later_one(context: Flask) -> None:
    logged, version = waiting()
    returned(version, logged.manager)
    second = submitted(logged, "Aangevuld.")
    assert second.number == 2
    with pytest.raises(Refused), transaction():
        reviewing.send_back(second, reason="Nog niet goed.", actor=logged.manager)
    assert [each.text for each in queries.comments_on(version.id)] == ["Leg dit uit."]


def test_a_returned_version_is_not_approved(context: Flask) -> None:
    logged, version = waiting()
    returned(version, logged.manager)
    with pytest.raises(TransitionRefused), transaction():
        reviewing.approve(reload(version), actor=logged.manager)


def test_a_remark_says_something_about_what_is_there(context: Flask) -> None:
    logged, version = waiting()
    with pytest.raises(FieldRefused), transaction():
        reviewing.comment(version, None, "", actor=logged.manager)
    with transaction():
        submitting.take_back(report_of(logged.alliance), actor=logged.coordinator)
    with pytest.raises(Refused), transaction():
        reviewing.comment(reload(version), None, "Te laat.", actor=logged.manager)
    with pytest.raises(Refused), transaction():
        reviewing.acknowledge(reload(version), [K.SUMMARY], actor=logged.manager)


def test_a_section_that_a_version_lacks_has_no_remarks_and_no_readers(context: Flask) -> None:
    logged = logged_year(is_pioneer=False)
    open_year()
    with transaction():
        years.expect(logged.alliance, YEAR, is_required=False, actor=logged.coordinator)
    version = submitted(logged)
    assert K.REGION.value not in {part["key"] for part in version.document["sections"]}
    with pytest.raises(Refused), transaction():
        reviewing.comment(version, K.REGION, "En de regio?", actor=logged.manager)
    with transaction():
        assert reviewing.acknowledge(version, list(K), actor=logged.manager) == len(K) - 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report_comment SET text = 'x'",
        "DELETE FROM report_comment",
        "UPDATE report_receipt SET note = 'x'",
        "DELETE FROM report_receipt",
        "UPDATE report_version SET published_on = '2020-01-01'",
    ],
)
def test_the_database_keeps_what_was_said_and_read(context: Flask, statement: str) -> None:
    logged = logged_year()
    open_year()
    version = approved(logged, publish=True)
    with transaction():
        reviewing.comment(version, None, "Mooi.", actor=logged.manager)
        reviewing.acknowledge(version, [K.SUMMARY], actor=logged.manager)
    with pytest.raises(sa.exc.IntegrityError), context.extensions["engine"].begin() as connection:
        connection.exec_driver_sql(statement)


# Deciding ------------------------------------------------------------------------------------------------------------


def test_approval_is_of_a_version(context: Flask) -> None:
    logged, version = waiting()
    with transaction():
        reviewing.approve(version, actor=logged.manager)
    found, report = reload(version), report_of(logged.alliance)
    assert (found.status, found.decided_on) == (V.APPROVED, today())
    assert (report.status, report.approved_version_id) == (ReportStatus.APPROVED, version.id)
    with pytest.raises(TransitionRefused), transaction():
        reviewing.approve(found, actor=logged.manager)
    with pytest.raises(TransitionRefused), transaction():
        reviewing.send_back(found, reason="Toch niet.", actor=make_reader(found))


def make_reader(version: ReportVersion) -> Actor:
    """Another project manager, who remarked on the version."""
    other = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        reviewing.comment(version, None, "Toch nog iets.", actor=other)
    return other


def test_nobody_decides_on_what_they_submitted_themselves(context: Flask) -> None:
    logged, version = waiting()
    assert logged.coordinator.user_id is not None
    with transaction():
        accounts.give_role(accounts.user_by_id(logged.coordinator.user_id), Role.PROJECT_MANAGER, actor=SYSTEM)
    version, both = reload(version), accounts.actor_of(accounts.user_by_id(logged.coordinator.user_id))
    assert policy.allows(both, Permission.REPORT_REVIEW, version)
    with transaction():
        reviewing.comment(reload(version), None, "Prima.", actor=both)
    with pytest.raises(NotAllowed), transaction():
        reviewing.approve(reload(version), actor=both)
    with pytest.raises(NotAllowed), transaction():
        reviewing.send_back(reload(version), reason="Nog eens.", actor=both)
    assert status_of(version) is V.SUBMITTED


def test_an_approved_erratum_replaces_the_version_before_it(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged)
    second = erratum(logged)
    assert status_of(first) is V.APPROVED
    with transaction():
        reviewing.approve(second, actor=logged.manager)
    assert (status_of(first), status_of(second)) == (V.SUPERSEDED, V.APPROVED)
    assert report_of(logged.alliance).approved_version_id == second.id


def test_a_published_version_stays_public_until_the_corrected_one_is(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged, publish=True)
    slug = logged.alliance.slug

    def public_now() -> int | None:
        found = published.version_of(slug, YEAR)
        return found.number if found else None

    assert public_now() == 1
    second = erratum(logged)
    assert public_now() == 1
    with transaction():
        reviewing.approve(second, actor=logged.manager)
    assert public_now() == 1
    assert [row.number for row in published.everything()] == [1]
    assert status_of(first) is V.PUBLISHED
    with transaction():
        reviewing.publish(reload(second), actor=logged.manager)
    assert public_now() == 2
    assert [row.number for row in published.everything()] == [2]
    assert status_of(first) is V.SUPERSEDED
    former = published.version_of(slug, YEAR, 1)
    assert former is not None
    assert former.published_on == today()


def test_a_returned_erratum_leaves_the_approved_version_in_force(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged, publish=True)
    second = erratum(logged)
    returned(second, logged.manager)
    assert (status_of(first), status_of(second)) == (V.PUBLISHED, V.RETURNED)
    assert report_of(logged.alliance).approved_version_id == first.id
    with transaction():
        submitting.leave_as_it_was(report_of(logged.alliance), actor=logged.coordinator)
    assert report_of(logged.alliance).status is ReportStatus.PUBLISHED


def test_only_an_approved_version_is_published_and_once(context: Flask) -> None:
    logged, version = waiting()
    with pytest.raises(TransitionRefused), transaction():
        reviewing.publish(version, actor=logged.manager)
    with transaction():
        reviewing.approve(reload(version), actor=logged.manager)
    with transaction():
        reviewing.publish(reload(version), actor=logged.manager)
    assert reload(version).published_on == today()
    assert report_of(logged.alliance).status is ReportStatus.PUBLISHED
    with pytest.raises(TransitionRefused), transaction():
        reviewing.publish(reload(version), actor=logged.manager)


def test_an_approved_report_is_reopened_with_a_reason_and_stays_in_force(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged)
    with pytest.raises(TransitionRefused), transaction():
        reviewing.reopen(report_of(logged.alliance), reason="", actor=logged.manager)
    with transaction():
        reviewing.reopen(report_of(logged.alliance), reason="Een telfout.", actor=logged.manager)
    report = report_of(logged.alliance)
    assert (report.status, report.approved_version_id) == (ReportStatus.CORRECTING, first.id)
    assert status_of(first) is V.APPROVED
    tell(report, "Anders.", by=logged.coordinator)
    with pytest.raises(TransitionRefused), transaction():
        reviewing.reopen(report, reason="Nog eens.", actor=logged.manager)


def test_the_first_approval_is_a_milestone_that_an_erratum_does_not_move(
    context: Flask, freeze: Callable[[datetime], None]
) -> None:
    logged = logged_year()
    open_year()
    scope = str(logged.alliance.id)
    other = str(make_alliance().id)
    assert milestone.report_approved([scope])[scope].since is None
    approved(logged)
    freeze(datetime(2026, 12, 5, 12, tzinfo=UTC))
    second = erratum(logged)
    with transaction():
        reviewing.approve(second, actor=logged.manager)
    found = milestone.report_approved([scope, other])
    assert found[scope].since == date(2026, 11, 21)
    assert found[other].since is None


# Receipts ------------------------------------------------------------------------------------------------------------


def test_a_receipt_is_given_once_per_section_use_and_reader(context: Flask) -> None:
    logged, version = waiting()
    other = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        assert reviewing.acknowledge(version, [K.GOALS, K.GOALS, K.REACH], actor=logged.manager) == 2
    with transaction():
        assert reviewing.acknowledge(version, list(K), actor=logged.manager) == len(K) - 2
    with transaction():
        assert reviewing.acknowledge(version, [K.GOALS], ReceiptUse.MONITOR, note="Figuur 3", actor=logged.manager) == 1
    with transaction():
        assert reviewing.acknowledge(version, [K.GOALS], ReceiptUse.MONITOR, actor=logged.manager) == 0
    with transaction():
        assert reviewing.acknowledge(version, [K.GOALS], actor=other) == 1
    found = [
        (each.use, each.reader_id, each.note) for each in queries.receipts_of(version.id) if each.section is K.GOALS
    ]
    assert found == [
        (ReceiptUse.READ, logged.manager.user_id, ""),
        (ReceiptUse.MONITOR, logged.manager.user_id, "Figuur 3"),
        (ReceiptUse.READ, other.user_id, ""),
    ]


def test_reading_a_page_leaves_no_receipt(context: Flask) -> None:
    logged, version = waiting()
    browser = context.test_client()
    browser.get(f"/alliances/{logged.alliance.slug}/reports/{YEAR}/versions/{version.number}")
    assert db().scalars(sa.select(ReportReceipt)).all() == []


def test_what_stays_unread_turns_late_on_the_side_of_vlaio(context: Flask, freeze: Callable[[datetime], None]) -> None:
    logged, version = waiting()
    assert version.read_due_on == today() + timedelta(days=60)
    freeze(datetime(2027, 1, 20, 12, tzinfo=UTC))
    assert not reload(version).read_due_on < today()
    freeze(datetime(2027, 1, 21, 12, tzinfo=UTC))
    assert reload(version).read_due_on < today()
    with transaction():
        reviewing.approve(reload(version), actor=logged.manager)
    assert reload(version).decided_on == date(2027, 1, 21)


def test_the_days_to_read_follow_from_the_year(context: Flask) -> None:
    logged = logged_year()
    open_year(review_days=10)
    assert submitted(logged).read_due_on == today() + timedelta(days=10)


# Who -----------------------------------------------------------------------------------------------------------------


def test_only_vlaio_reviews(context: Flask) -> None:
    logged, version = waiting()
    strangers = [
        logged.coordinator,
        make_actor(Role.REPORTER, region_code="REFREG03"),
        make_actor(Role.PARTNER, organisation_id=logged.partners[0].organisation_id),
        make_actor(Role.ADMINISTRATOR),
        make_actor(Role.OBSERVER),
        make_actor(Role.COORDINATOR, alliance_id=make_alliance().id),
        make_actor(),
    ]
    with transaction():
        reviewing.comment(version, None, "Iets.", actor=logged.manager)
    for stranger in strangers:
        for command in (
            lambda stranger=stranger: reviewing.send_back(version, reason="x", actor=stranger),
            lambda stranger=stranger: reviewing.approve(version, actor=stranger),
            lambda stranger=stranger: reviewing.publish(version, actor=stranger),
            lambda stranger=stranger: reviewing.acknowledge(version, [K.GOALS], actor=stranger),
            lambda stranger=stranger: reviewing.reopen(report_of(logged.alliance), reason="x", actor=stranger),
        ):
            with pytest.raises(NotAllowed), transaction():
                command()
    assert status_of(version) is V.SUBMITTED


def test_only_who_writes_the_report_answers_to_a_remark(context: Flask) -> None:
    logged, version = waiting()
    reporter = make_actor(Role.REPORTER, region_code="REFREG03")
    for writer in (logged.coordinator, reporter):
        with transaction():
            assert not reviewing.comment(reload(version), K.GOALS, "Uit de telling.", actor=writer).is_review
    for stranger in (
        make_actor(Role.PARTNER, organisation_id=logged.partners[0].organisation_id),
        make_actor(Role.OBSERVER),
        make_actor(Role.ADMINISTRATOR),
        make_actor(Role.REPORTER, region_code="REFREG04"),
        make_actor(Role.COORDINATOR, alliance_id=make_alliance().id),
    ):
        with pytest.raises(NotAllowed), transaction():
            reviewing.comment(reload(version), K.GOALS, "Ik ook.", actor=stranger)
