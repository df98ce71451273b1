"""Submitting freezes what a report says; nothing that happens later changes it."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accounts import service as accounts
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import (
    DomainError,
    EditConflict,
    FieldRefused,
    NotAllowed,
    Refused,
    TransitionRefused,
)
from alliance_tracker.impact_reports import (
    document,
    drafts,
    overview,
    queries,
    reviewing,
    submitting,
    verifying,
    writing,
)
from alliance_tracker.impact_reports.models import (
    ReportPrint,
    ReportStatus,
    ReportVersion,
    ReportVersionStatus,
    SectionKey,
    VersionPurpose,
)
from alliance_tracker.indicators import cataloguing
from alliance_tracker.indicators.models import Definition
from alliance_tracker.organisations import queries as register
from alliance_tracker.organisations import service as organisations
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.workflow import StatusEvent
from tests.builders import (
    actor_of,
    make_actor,
    make_alliance,
    make_draft_convenant,
    make_goal,
    make_indicator,
    make_measurement,
    make_user,
    offer_and_sign,
    typed,
)
from tests.impact_reports.making import (
    YEAR,
    Logged,
    approved,
    begun,
    draft,
    fresh,
    logged_year,
    open_year,
    recount,
    reload,
    report_of,
    submitted,
    tell,
)

V = ReportVersionStatus


def ready() -> Logged:
    """An alliance of which the draft can be submitted."""
    logged = logged_year()
    open_year()
    tell(begun(logged), "Een goed jaar.", by=logged.coordinator)
    return logged


def submit(logged: Logged, *, by: Actor | None = None, note: str = "", **more: Any) -> ReportVersion:
    with transaction():
        return submitting.submit(report_of(logged.alliance), change_note=note, actor=by or logged.coordinator, **more)


def correcting(logged: Logged) -> None:
    with transaction():
        submitting.correct(report_of(logged.alliance), reason="Een telfout.", actor=logged.coordinator)


# The checklist -------------------------------------------------------------------------------------------------------


def asking_for(logged: Logged, *keys: str) -> None:
    """A convenant in force in `YEAR` that asks for figures of these indicators."""
    offer_and_sign(
        make_draft_convenant(
            logged.alliance,
            parties=logged.partners[:2],
            starts_on=date(YEAR, 1, 1),
            asked_indicators=list(keys),
        )
    )


def test_an_asked_indicator_without_a_figure_stands_in_the_way(context: Flask) -> None:
    logged = ready()
    goal = make_goal(logged.alliance, owner=logged.partners[0])
    asked = next(
        row.key
        for row in sorted(set(_shared_keys()), key=lambda row: row.key)
        if row.key != "reach-participants" and row.unit.value == "count" and row.period_kind.value == "calendar"
    )
    asking_for(logged, "reach-participants", asked)
    with pytest.raises(Refused, match="niemand"):
        submit(logged)
    indicator = make_indicator(goal, asked)
    with pytest.raises(Refused, match=str(YEAR)):
        submit(logged)
    assert report_of(logged.alliance).status is ReportStatus.DRAFT
    assert queries.versions_of(report_of(logged.alliance).id) == []
    make_measurement(fresh(indicator), YEAR, typed(12), by=logged.manager)
    assert submit(logged).number == 1


def _shared_keys() -> list[Definition]:
    return list(db().scalars(sa.select(Definition).where(Definition.alliance_id.is_(None))))


def test_a_convenant_of_another_year_asks_nothing_of_this_one(context: Flask) -> None:
    logged = ready()
    asked = next(row.key for row in _shared_keys() if row.key != "reach-participants")
    offer_and_sign(
        make_draft_convenant(
            logged.alliance,
            parties=logged.partners[:2],
            starts_on=date(YEAR + 1, 1, 1),
            asked_indicators=[asked],
        )
    )
    assert submit(logged).number == 1


def test_warnings_do_not_stand_in_the_way(context: Flask) -> None:
    alliance = make_alliance(accepted_on=date(YEAR, 1, 15))
    with transaction():
        alliances.give_mandate(alliance, since=date(YEAR, 2, 1), until=None, task="Trekken.", actor=SYSTEM)
    open_year()
    logged = Logged(
        alliance,
        [],
        None,  # type: ignore[arg-type]  # it follows nothing
        make_actor(Role.COORDINATOR, alliance_id=alliance.id),
        make_actor(Role.PROJECT_MANAGER),
    )
    tell(begun(logged), "Een stil jaar.", by=logged.coordinator)
    found = drafts.checklist(writing.material_of(report_of(alliance)), draft(logged).values())
    assert found.can_submit
    assert {point.section for point in found.warnings} >= {SectionKey.GOALS, SectionKey.NETWORK, SectionKey.LESSONS}
    assert submit(logged).number == 1


@pytest.mark.parametrize("words", ["", "   ", "\n\n"])
def test_the_year_is_told_in_words(context: Flask, words: str) -> None:
    logged = logged_year()
    open_year()
    tell(begun(logged), words, by=logged.coordinator)
    with pytest.raises(Refused):
        submit(logged)


def test_a_year_that_is_not_over_is_not_submitted(context: Flask, freeze: Callable[[datetime], None]) -> None:
    logged = logged_year()
    open_year(2026)
    report = report_of(logged.alliance, 2026)
    with transaction():
        drafts.begin(report, actor=logged.coordinator)
    tell(report, "Een goed jaar.", by=logged.coordinator)
    for moment, refused in (
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC), False),
    ):
        freeze(moment)
        found = drafts.checklist(
            writing.material_of(report_of(logged.alliance, 2026)),
            writing.draft_of(writing.material_of(report), queries.sections_of(report.id)),
        )
        assert bool(found.errors) is refused


# Freezing ------------------------------------------------------------------------------------------------------------


def test_a_version_holds_what_was_said_with_its_fingerprint(context: Flask) -> None:
    logged = ready()
    made = reload(submit(logged))
    assert made.sha256 == document.digest(made.document)
    assert made.document["sections"][0]["narrative"] == "Een goed jaar."
    assert (made.number, made.purpose, made.status) == (1, VersionPurpose.REPORT, V.SUBMITTED)
    assert (made.submitted_on, made.read_due_on) == (today(), today() + timedelta(days=60))
    report = report_of(logged.alliance)
    assert (report.status, report.submitted_on) == (ReportStatus.SUBMITTED, today())
    assert made.catalogue_id == report.reporting_year.catalogue_id
    assert made.document["catalogue"] == report.reporting_year.catalogue.label
    assert made.document["plan"]


def test_a_version_and_its_fingerprint_come_in_one_transaction(context: Flask) -> None:
    logged = ready()
    with pytest.raises(RuntimeError), transaction():
        submitting.submit(report_of(logged.alliance), actor=logged.coordinator)
        raise RuntimeError
    db().expire_all()
    report = report_of(logged.alliance)
    assert (report.status, report.submitted_on) == (ReportStatus.DRAFT, None)
    assert verifying.count() == 0
    assert db().scalars(sa.select(ReportPrint)).all() == []
    events = db().scalars(sa.select(StatusEvent.name).where(StatusEvent.lifecycle == "report_version")).all()
    assert events == []


def test_no_later_record_changes_what_was_submitted(context: Flask) -> None:
    logged = ready()
    before = document.canonical(reload(submit(logged)).document)
    first = register.organisation(logged.partners[0].organisation_id)
    recount(logged, 999)
    with transaction():
        organisations.rename(
            first,
            name="Heel anders nv",
            on=today(),
            reason="Fusie.",
            actor=SYSTEM,
        )
    with transaction():
        words = {"value_proposition": "", "website": "", "cited_facts": "", "purpose": "Anders."}
        alliance = db().get_one(Alliance, logged.alliance.id)
        alliances.edit(alliance, name="Een andere naam", version=alliance.version, actor=SYSTEM, **words)
    with transaction():
        later = cataloguing.begin(actor=SYSTEM)
        facts: dict[str, Any] = {"label": "2027-01", "valid_from": today(), "change_note": "Minder.", "version": None}
        cataloguing.edit_draft(later, actor=SYSTEM, **facts)
    with transaction():
        left_out = next(entry for entry in cataloguing.draft_or_missing().entries)
        cataloguing.drop(left_out, actor=SYSTEM)
    db().expire_all()
    with transaction():
        cataloguing.publish(cataloguing.draft_or_missing(), actor=SYSTEM)
    (version,) = queries.versions_of(report_of(logged.alliance).id)
    db().expire_all()
    assert document.canonical(reload(version).document) == before
    assert list(verifying.faults()) == []
    assert report_of(logged.alliance).reporting_year.catalogue_id == version.catalogue_id


def test_it_holds_no_name_of_a_person(context: Flask) -> None:
    logged = ready()
    reporter = make_user(Role.REPORTER, name="Rani Reporter", region_code="REFREG03")
    text = document.canonical(reload(submit(logged, by=actor_of(reporter))).document).decode()
    for actor in (logged.coordinator, logged.manager, actor_of(reporter)):
        assert accounts.user_by_id(actor.user_id or 0).name not in text
        assert accounts.user_by_id(actor.user_id or 0).email not in text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report_version SET document = '{}'",
        "UPDATE report_version SET sha256 = 'x'",
        "UPDATE report_version SET number = 2",
        "UPDATE report_version SET purpose = 'erratum', change_note = 'x'",
        "UPDATE report_version SET change_note = 'x'",
        "UPDATE report_version SET submitted_on = '2020-01-01'",
        "UPDATE report_version SET submitted_at = '2020-01-01'",
        "UPDATE report_version SET read_due_on = '2030-01-01'",
        "UPDATE report_version SET status = 'draft'",
        "UPDATE report_version SET status = 'approved'",  # by nobody, on no day
        "DELETE FROM report_version",
        "DELETE FROM report_section",
        "DELETE FROM report_print",
        "UPDATE report_print SET form = 'x'",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_version(context: Flask, statement: str) -> None:
    submit(ready())
    with (
        pytest.raises((sa.exc.IntegrityError, sa.exc.ProgrammingError)),
        context.extensions["engine"].begin() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_later_edits_of_the_same_form_are_refused(context: Flask) -> None:
    logged = ready()
    report = report_of(logged.alliance)
    with pytest.raises(EditConflict):
        submit(logged, drawn_from=report.version + 1)


# Who ---------------------------------------------------------------------------------------------------------------


def test_the_reporter_of_the_region_submits_and_the_coordinator_only_without_one(context: Flask) -> None:
    logged = ready()
    reporter = make_user(Role.REPORTER, region_code="REFREG03")
    assert not overview.may_submit(report_of(logged.alliance), logged.coordinator)
    with pytest.raises(NotAllowed):
        submit(logged)
    with transaction():
        accounts.disable(accounts.user_by_id(reporter.id), actor=SYSTEM)
    assert submit(logged).submitted_by_id == logged.coordinator.user_id


def test_a_reporter_whose_role_ended_is_no_reporter(context: Flask) -> None:
    logged = ready()
    reporter = make_user(Role.REPORTER, region_code="REFREG03")
    with transaction():
        accounts.end_role(reporter.grants[0], actor=SYSTEM)
    assert submit(logged).number == 1


def test_where_a_region_has_a_reporter_the_coordinator_neither_takes_back_nor_corrects(context: Flask) -> None:
    logged = ready()
    submit(logged)
    make_user(Role.REPORTER, region_code="REFREG03")
    with pytest.raises(NotAllowed), transaction():
        submitting.take_back(report_of(logged.alliance), actor=logged.coordinator)
    with transaction():
        reviewing.approve(queries.versions_of(report_of(logged.alliance).id)[0], actor=logged.manager)
    with pytest.raises(NotAllowed):
        correcting(logged)
    with transaction():
        reviewing.reopen(report_of(logged.alliance), reason="Een telfout.", actor=logged.manager)
    with pytest.raises(NotAllowed), transaction():
        submitting.leave_as_it_was(report_of(logged.alliance), actor=logged.coordinator)


def test_nobody_else_submits_takes_back_or_corrects(context: Flask) -> None:
    logged = ready()
    strangers = [
        logged.manager,
        make_actor(Role.REPORTER, region_code="REFREG04"),
        make_actor(Role.COORDINATOR, alliance_id=make_alliance().id),
        make_actor(Role.PARTNER, organisation_id=logged.partners[0].organisation_id),
        make_actor(Role.ADMINISTRATOR),
        make_actor(Role.OBSERVER),
        make_actor(),
    ]
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            submit(logged, by=stranger)
        for command in (submitting.take_back, submitting.leave_as_it_was):
            with pytest.raises(NotAllowed), transaction():
                command(report_of(logged.alliance), actor=stranger)
        with pytest.raises(NotAllowed), transaction():
            submitting.correct(report_of(logged.alliance), reason="x", actor=stranger)


# Taking back and errata ----------------------------------------------------------------------------------------------


def test_a_version_is_taken_back_and_stays_readable(context: Flask) -> None:
    logged = ready()
    submit(logged)
    with transaction():
        submitting.take_back(report_of(logged.alliance), actor=logged.coordinator)
    report = report_of(logged.alliance)
    assert (report.status, report.submitted_on) == (ReportStatus.DRAFT, None)
    tell(report, "Een beter jaar.", by=logged.coordinator)
    submit(logged)
    found = queries.versions_of(report.id)
    assert [(row.number, row.status) for row in found] == [(2, V.SUBMITTED), (1, V.TAKEN_BACK)]
    assert found[1].document["sections"][0]["narrative"] == "Een goed jaar."
    assert found[0].purpose is VersionPurpose.REPORT


def test_what_vlaio_decided_is_not_taken_back(context: Flask) -> None:
    logged = ready()
    version = submit(logged)
    with transaction():
        reviewing.approve(reload(version), actor=logged.manager)
    with pytest.raises(TransitionRefused), transaction():
        submitting.take_back(report_of(logged.alliance), actor=logged.coordinator)


def test_an_erratum_says_what_it_corrects_and_the_approved_version_stays(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged)
    with pytest.raises(TransitionRefused), transaction():
        submitting.correct(report_of(logged.alliance), reason=" ", actor=logged.coordinator)
    correcting(logged)
    tell(report_of(logged.alliance), "Verbeterd.", by=logged.coordinator)
    with pytest.raises(FieldRefused) as refusal:
        submit(logged)
    assert refusal.value.field == "change_note"
    second = reload(submit(logged, note="De telling was fout."))
    assert (second.number, second.purpose, second.change_note) == (2, VersionPurpose.ERRATUM, "De telling was fout.")
    assert reload(first).status is V.APPROVED
    assert report_of(logged.alliance).approved_version_id == first.id
    with transaction():
        submitting.take_back(report_of(logged.alliance), actor=logged.coordinator)
    assert report_of(logged.alliance).status is ReportStatus.CORRECTING
    assert reload(first).status is V.APPROVED
    assert submit(logged, note="Toch.").purpose is VersionPurpose.ERRATUM


@pytest.mark.parametrize("publish", [False, True])
def test_an_erratum_that_is_given_up_leaves_the_report_as_it_was(
    context: Flask, freeze: Callable[[datetime], None], publish: bool
) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged, publish=publish)
    freeze(datetime(2026, 12, 5, 12, tzinfo=UTC))
    correcting(logged)
    tell(report_of(logged.alliance), "Anders.", by=logged.coordinator)
    recount(logged, 260)
    with transaction():
        drafts.refresh(report_of(logged.alliance), list(SectionKey), actor=logged.coordinator)
    with transaction():
        submitting.leave_as_it_was(report_of(logged.alliance), actor=logged.coordinator)
    report = report_of(logged.alliance)
    assert report.status is (ReportStatus.PUBLISHED if publish else ReportStatus.APPROVED)
    for part in first.document["sections"]:
        row = queries.sections_of(report.id)[SectionKey(part["key"])]
        assert (row.narrative, row.figures) == (part["narrative"], part["figures"])
    correcting(logged)
    again = reload(submit(logged, note="Niets veranderd."))
    assert again.document["sections"] == first.document["sections"]  # also the day on which the figures were read


def test_a_report_that_was_never_approved_cannot_be_left_as_it_was(context: Flask) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged)
    with transaction():
        reviewing.comment(version, None, "Leg dit uit.", actor=logged.manager)
        reviewing.send_back(version, reason="Onvolledig.", actor=logged.manager)
    with pytest.raises(TransitionRefused), transaction():
        submitting.leave_as_it_was(report_of(logged.alliance), actor=logged.coordinator)


def test_only_what_is_approved_is_corrected(context: Flask) -> None:
    logged = ready()
    with pytest.raises(TransitionRefused):
        correcting(logged)
    submit(logged)
    with pytest.raises(TransitionRefused):
        correcting(logged)


def test_a_growth_ring_stands_for_each_earlier_year_that_was_approved(context: Flask) -> None:
    logged = logged_year()
    open_year()
    open_year(YEAR - 1)
    assert approved(logged).document["rings"]["years"] == []
    with transaction():
        submitting.correct(report_of(logged.alliance), reason="Telfout.", actor=logged.coordinator)
    assert submitted(logged, note="Telfout.").document["rings"]["years"] == []


# At the same moment --------------------------------------------------------------------------------------------------


def test_two_submissions_at_the_same_moment_give_one_version(app: Flask) -> None:
    with app.test_request_context("/"):
        logged = ready()
        report_id, coordinator = report_of(logged.alliance).id, logged.coordinator
    results: list[object] = [None, None]
    barrier = threading.Barrier(2)

    def run(number: int) -> None:
        with app.test_request_context("/"):
            barrier.wait()
            try:
                with transaction():
                    report = queries.report_by_id(report_id)
                    assert report is not None
                    results[number] = submitting.submit(report, actor=coordinator).number
            except (DomainError, sa.exc.SQLAlchemyError) as refusal:
                results[number] = refusal

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results.count(1) == 1, results
    assert sum(isinstance(result, DomainError | sa.orm.exc.StaleDataError) for result in results) == 1, results
    with app.test_request_context("/"):
        assert verifying.count() == 1
