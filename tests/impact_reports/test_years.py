"""A reporting year expects something of each region; who may file, when it is due, and who was late."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance_tracker.accounts import service as accounts
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.queries import mandates_of
from alliance_tracker.database import BRUSSELS, db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused
from alliance_tracker.impact_reports import drafts, filers, overview, queries, years
from alliance_tracker.impact_reports.models import ImpactReport, ReportExtension, ReportStatus
from alliance_tracker.impact_reports.states import PUNCTUALITY, Punctuality
from alliance_tracker.indicators import cataloguing
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import actor_of, make_actor, make_alliance, make_partner, make_user
from tests.impact_reports.making import YEAR, begun, catalogue_id, logged_year, open_year, report_of, submitted

DUE = date(YEAR + 1, 3, 31)


def mandate(alliance: Alliance, since: date, until: date | None = None) -> None:
    with transaction():
        alliances.give_mandate(alliance, since=since, until=until, task="Trekken.", actor=SYSTEM)


def regional(code: str, year: int = YEAR) -> ImpactReport:
    return next(row for row in queries.reports_in(year) if row.is_regional and row.region_code == code)


def opening(**more: object) -> years.Opening:
    facts: dict[str, object] = {"year": YEAR, "due_on": DUE, "catalogue_id": catalogue_id()}
    return years.Opening(**(facts | more))  # type: ignore[arg-type]


# Opening -------------------------------------------------------------------------------------------------------------


def test_an_open_year_expects_something_of_each_of_the_fifteen_regions(context: Flask) -> None:
    pioneer = make_alliance(region="REFREG03", accepted_on=date(2024, 1, 1))
    mandate(pioneer, date(2024, 2, 1))
    open_year()
    rows = queries.reports_in(YEAR)
    assert len(rows) == 15
    assert len({row.region_code for row in rows}) == 15
    assert all(row.is_regional and row.is_required and row.status is ReportStatus.EXPECTED for row in rows)
    assert {row.due_on for row in rows} == {row.first_due_on for row in rows} == {DUE}
    assert {row.region_code: row.alliance_id for row in rows if row.alliance_id} == {"REFREG03": pioneer.id}


@pytest.mark.parametrize(
    ("first", "second", "reports"),
    [
        # until when the first one held it, since when the second one did, and which of them reports
        (date(YEAR, 12, 30), date(YEAR, 12, 31), 1),
        (date(YEAR, 12, 31), date(YEAR + 1, 1, 1), 0),
        (date(YEAR, 6, 30), None, 0),  # nobody on 31 December: the last one before
        (date(YEAR, 1, 1), None, 0),
        (date(YEAR - 1, 12, 31), None, None),
        (date(YEAR, 3, 1), date(YEAR, 4, 1), 1),
    ],
)
def test_who_held_the_mandate_on_31_december_or_last_before_reports(
    context: Flask, first: date, second: date | None, reports: int | None
) -> None:
    pair = [make_alliance(region="REFREG03", accepted_on=date(2024, 1, 1)) for _ in range(2)]
    mandate(pair[0], date(2024, 2, 1), first)
    if second is not None:
        mandate(pair[1], second)
    open_year()
    assert regional("REFREG03").alliance_id == (None if reports is None else pair[reports].id)


def test_of_a_year_that_runs_the_pioneer_of_today_is_expected(context: Flask) -> None:
    pair = [make_alliance(region="REFREG03") for _ in range(2)]
    mandate(pair[0], date(2026, 2, 1), date(2026, 6, 30))
    mandate(pair[1], date(2026, 7, 1), today())
    open_year(2026)
    assert regional("REFREG03", 2026).alliance_id == pair[1].id


def test_a_year_is_bound_to_a_published_catalogue_once_and_for_all(context: Flask) -> None:
    opened = open_year()
    newest = catalogue_id()
    assert opened.catalogue_id == newest
    with transaction():
        draft = cataloguing.begin(actor=SYSTEM)
    with pytest.raises(FieldRefused) as refusal, transaction():
        years.open_year(opening(year=2026, due_on=date(2027, 3, 31), catalogue_id=draft.id), actor=SYSTEM)
    assert refusal.value.field == "catalogue_id"
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db().execute(sa.text("UPDATE reporting_year SET catalogue_id = :id"), {"id": draft.id})


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"year": 2027, "due_on": date(2028, 3, 31)}, "year"),
        ({"year": 2023, "due_on": date(2024, 3, 31)}, "year"),
        ({"due_on": date(YEAR, 12, 31)}, "due_on"),
        ({"catalogue_id": 999}, "catalogue_id"),
    ],
)
def test_a_year_that_does_not_fit_is_refused(context: Flask, more: dict[str, object], field: str) -> None:
    with pytest.raises(FieldRefused) as refusal, transaction():
        years.open_year(opening(**more), actor=SYSTEM)
    assert refusal.value.field == field
    assert queries.years() == []


def test_a_year_is_opened_once(context: Flask) -> None:
    assert years.years_to_open() == [2025, 2026, 2024]
    open_year()
    assert years.years_to_open() == [2026, 2024]
    with pytest.raises(FieldRefused), transaction():
        years.open_year(opening(), actor=SYSTEM)
    assert len(queries.reports_in(YEAR)) == 15


def test_only_the_project_manager_arranges_a_year(context: Flask) -> None:
    logged = logged_year()
    open_year()
    report = regional("REFREG03")
    for role in (Role.ADMINISTRATOR, Role.OBSERVER, Role.COORDINATOR, Role.REPORTER, None):
        scope = {Role.COORDINATOR: {"alliance_id": logged.alliance.id}, Role.REPORTER: {"region_code": "REFREG03"}}
        actor = make_actor(role, **scope.get(role, {}))  # type: ignore[arg-type]
        for command in (
            lambda actor=actor: years.open_year(opening(year=2026, due_on=date(2027, 3, 31)), actor=actor),
            lambda actor=actor: years.expect(make_alliance(), YEAR, is_required=True, actor=actor),
            lambda actor=actor: years.follow_mandates(YEAR, actor=actor),
            lambda actor=actor: years.extend(report, date(2027, 1, 1), reason="Ziek.", actor=actor),
            lambda actor=actor: years.excuse(report, reason="Ziek.", actor=actor),
            lambda actor=actor: years.ask(report, actor=actor),
        ):
            with pytest.raises(NotAllowed), transaction():
                command()
    with transaction():
        years.extend(report, date(2027, 1, 1), reason="Ziek.", actor=logged.manager)


# Others --------------------------------------------------------------------------------------------------------------


def test_another_alliance_may_report_of_its_own_accord_or_be_asked(context: Flask) -> None:
    logged = logged_year(is_pioneer=False)
    other = make_alliance(accepted_on=date(YEAR, 1, 15))
    open_year()
    with transaction():
        own = years.expect(logged.alliance, YEAR, is_required=False, actor=logged.coordinator)
    assert (own.is_regional, own.is_required, own.due_on) == (False, False, DUE)
    assert overview.line_of(own).punctuality is Punctuality.NOT_ASKED
    with transaction():
        asked = years.expect(other, YEAR, is_required=True, actor=logged.manager)
    assert overview.line_of(asked).punctuality is Punctuality.OVERDUE
    assert [row.alliance_id for row in queries.reports_in(YEAR)[15:]] == [logged.alliance.id, other.id]
    with pytest.raises(Refused), transaction():
        years.expect(other, YEAR, is_required=False, actor=SYSTEM)


def test_an_alliance_that_did_not_work_then_does_not_report(context: Flask) -> None:
    open_year()
    young, proposed = make_alliance(accepted_on=date(2026, 1, 1)), make_alliance(accepted_on=None)
    for alliance, year in ((young, YEAR), (proposed, YEAR), (young, 2026)):
        with pytest.raises(Refused), transaction():
            years.expect(alliance, year, is_required=False, actor=SYSTEM)
    assert overview.years_to_begin(young, overview.of_alliance(young)) == []
    assert overview.years_to_begin(proposed, overview.of_alliance(proposed)) == []


def test_a_pioneer_that_came_later_reports_for_its_region_and_not_beside_it(context: Flask) -> None:
    alliance = make_alliance(region="REFREG03", accepted_on=date(YEAR, 1, 15))
    open_year()
    mandate(alliance, date(YEAR, 2, 1))
    with transaction():
        years.expect(alliance, YEAR, is_required=False, actor=SYSTEM)
    assert report_of(alliance).is_regional
    assert len(queries.reports_in(YEAR)) == 15


def test_a_region_gets_its_pioneer_of_now_where_nothing_was_written(context: Flask) -> None:
    logged = logged_year(region="REFREG03")
    waiting = make_alliance(region="REFREG05", accepted_on=date(YEAR, 1, 15), municipalities=("Gent",))
    already = make_alliance(region="REFREG06", accepted_on=date(YEAR, 1, 15), municipalities=("Brugge",))
    open_year()
    begun(logged)
    with transaction():
        years.expect(already, YEAR, is_required=False, actor=SYSTEM)
    for alliance in (waiting, already):
        mandate(alliance, date(YEAR, 3, 1))
    with transaction():
        for each in mandates_of(logged.alliance.id):
            alliances.end_mandate(each, on=date(YEAR, 3, 31), reason="Gestopt.", actor=SYSTEM)
    heir = make_alliance(region="REFREG03", accepted_on=date(YEAR, 1, 15))
    mandate(heir, date(YEAR, 4, 1))
    assert years.awaiting_pioneers(YEAR) == 1  # the others began, or report already
    with transaction():
        assert years.follow_mandates(YEAR, actor=logged.manager) == 1
    assert regional("REFREG05").alliance_id == waiting.id
    assert regional("REFREG06").alliance_id is None
    assert regional("REFREG03").alliance_id == logged.alliance.id
    assert years.awaiting_pioneers(YEAR) == 0
    with transaction():
        assert years.follow_mandates(YEAR, actor=logged.manager) == 0


def test_a_region_without_a_pioneer_cannot_begin(context: Flask) -> None:
    open_year()
    with pytest.raises(Refused), transaction():
        drafts.begin(regional("REFREG05"), actor=SYSTEM)


# Other days and excuses ----------------------------------------------------------------------------------------------


def test_an_extension_moves_the_day_later_and_keeps_the_old_one(context: Flask) -> None:
    open_year(due_on=date(2026, 12, 31))
    report, manager = regional("REFREG03"), make_actor(Role.PROJECT_MANAGER)
    for to, reason, field in (
        (date(2026, 12, 31), "Ziek.", "on"),
        (date(2026, 12, 1), "Ziek.", "on"),
        (date(2027, 1, 31), "", "reason"),
    ):
        with pytest.raises(FieldRefused) as refusal, transaction():
            years.extend(report, to, reason=reason, actor=manager)
        assert refusal.value.field == field
    with transaction():
        years.extend(report, date(2027, 1, 31), reason="Ziek.", actor=manager)
    with transaction():
        years.extend(report, date(2027, 2, 28), reason="Nog ziek.", actor=manager)
    line = overview.line_of(regional("REFREG03"))
    assert (line.report.due_on, line.report.first_due_on) == (date(2027, 2, 28), date(2026, 12, 31))
    kept = queries.extensions_of([line.report.id])
    moves = [(each.old_on, each.new_on, each.reason, each.was_overdue) for each in kept]
    assert moves == [
        (date(2026, 12, 31), date(2027, 1, 31), "Ziek.", False),
        (date(2027, 1, 31), date(2027, 2, 28), "Nog ziek.", False),
    ]
    assert not line.report.was_late


def test_late_stays_late_after_an_extension(context: Flask) -> None:
    logged = logged_year()
    open_year()
    report = report_of(logged.alliance)
    assert overview.line_of(report).days_late == (today() - DUE).days
    with transaction():
        years.extend(report, date(2027, 1, 31), reason="Ziek.", actor=logged.manager)
    assert overview.line_of(report_of(logged.alliance)).punctuality is Punctuality.AWAITED
    assert db().scalars(sa.select(ReportExtension.was_overdue)).all() == [True]
    submitted(logged)
    assert overview.line_of(report_of(logged.alliance)).punctuality is Punctuality.LATE
    with pytest.raises(Refused), transaction():
        years.extend(report_of(logged.alliance), date(2027, 3, 1), reason="Nog.", actor=logged.manager)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report_extension SET reason = 'x'",
        "DELETE FROM report_extension",
        "UPDATE impact_report SET first_due_on = '2027-01-01'",
        "UPDATE impact_report SET region_code = 'REFREG01' WHERE region_code = 'REFREG03'",
        "DELETE FROM impact_report WHERE region_code = 'REFREG03'",
        "DELETE FROM reporting_year",
        "UPDATE reporting_year SET year = 2026",
    ],
)
def test_the_database_keeps_what_was_expected(context: Flask, statement: str) -> None:
    open_year()
    with transaction():
        years.extend(regional("REFREG03"), date(2027, 1, 31), reason="Ziek.", actor=SYSTEM)
    with pytest.raises(sa.exc.IntegrityError), context.extensions["engine"].begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_region_is_excused_with_a_reason_and_asked_again(context: Flask) -> None:
    open_year()
    report, manager = regional("REFREG03"), make_actor(Role.PROJECT_MANAGER)
    with pytest.raises(FieldRefused), transaction():
        years.excuse(report, reason="", actor=manager)
    with pytest.raises(Refused), transaction():
        years.ask(report, actor=manager)
    with transaction():
        years.excuse(report, reason="Er was nog niemand.", actor=manager)
    assert overview.line_of(regional("REFREG03")).punctuality is Punctuality.NOT_ASKED
    with pytest.raises(Refused), transaction():
        years.excuse(report, reason="Nogmaals.", actor=manager)
    with transaction():
        years.ask(report, actor=manager)
    row = regional("REFREG03")
    assert (row.is_required, row.excuse_reason) == (True, "")
    assert overview.line_of(row).punctuality is Punctuality.NO_PIONEER


def test_an_excused_region_may_still_file(context: Flask) -> None:
    logged = logged_year()
    open_year()
    with transaction():
        years.excuse(report_of(logged.alliance), reason="Niet nodig.", actor=logged.manager)
    assert submitted(logged).number == 1


def test_two_who_arrange_the_same_report_do_not_overwrite_each_other(context: Flask) -> None:
    open_year()
    report = regional("REFREG03")
    drawn_from = report.version
    with transaction():
        years.extend(report, date(2027, 1, 31), reason="Ziek.", drawn_from=drawn_from, actor=SYSTEM)
    for command in (
        lambda: years.extend(report, date(2027, 2, 28), reason="Ziek.", drawn_from=drawn_from, actor=SYSTEM),
        lambda: years.excuse(report, reason="Ziek.", drawn_from=drawn_from, actor=SYSTEM),
    ):
        with pytest.raises(EditConflict), transaction():
            command()


# Who can file --------------------------------------------------------------------------------------------------------


def test_a_year_tells_who_can_submit_and_who_cannot_sign(context: Flask) -> None:
    alliance = make_alliance(accepted_on=date(YEAR, 1, 15))
    mandate(alliance, date(YEAR, 2, 1))
    signing, silent = (make_partner(alliance, since=date(YEAR, 2, 1), is_core=True) for _ in range(2))
    make_partner(alliance, since=date(YEAR, 2, 1))  # not at the core: signs nothing
    open_year()

    def found() -> filers.Filers:
        report = report_of(alliance)
        return filers.filers_of([report])[report.id]

    assert not found().can_submit
    assert set(found().unsigned) == {signing.organisation.name, silent.organisation.name}
    make_user(Role.PARTNER, organisation_id=signing.organisation_id)
    make_user(Role.COORDINATOR, name="Cas", alliance_id=alliance.id)
    make_user(Role.REPORTER, name="Elders", region_code="REFREG04")
    assert found() == filers.Filers((), ("Cas",), (silent.organisation.name,))
    reporter = make_user(Role.REPORTER, name="Rani", region_code="REFREG03")
    assert found().reporters == ("Rani",)
    with transaction():
        accounts.disable(accounts.user_by_id(reporter.id), actor=SYSTEM)
    assert found().reporters == ()


def test_who_files_costs_as_many_statements_for_one_report_as_for_fifteen(
    context: Flask, statements: list[str]
) -> None:
    open_year()
    rows = queries.reports_in(YEAR)
    costs = []
    for found in (rows[:1], rows):
        statements.clear()
        filers.filers_of(found)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 4


def test_the_reporter_of_a_region_does_not_file_for_another_alliance_in_it(context: Flask) -> None:
    logged = logged_year(is_pioneer=False)
    open_year()
    with transaction():
        years.expect(logged.alliance, YEAR, is_required=False, actor=SYSTEM)
    reporter = make_user(Role.REPORTER, region_code="REFREG03")
    report = report_of(logged.alliance)
    assert not overview.may_submit(report, actor_of(reporter))
    assert overview.may_submit(report, logged.coordinator)
    assert filers.filers_of([report])[report.id].reporters == ()


# In time -------------------------------------------------------------------------------------------------------------


@dataclass
class Owed:
    """The columns of a report that its punctuality looks at."""

    is_required: bool = True
    alliance_id: int | None = 1
    due_on: date = DUE
    was_late: bool = False
    submitted_on: date | None = None
    status: ReportStatus = ReportStatus.EXPECTED
    mend_by: date | None = None
    approved_version_id: int | None = None


DAYS = st.integers(-40, 40).map(lambda n: DUE + timedelta(days=n))
OWED = st.builds(
    Owed,
    st.booleans(),
    st.none() | st.just(1),
    DAYS,
    st.booleans(),
    st.none() | DAYS,
    st.sampled_from(ReportStatus),
    st.none() | DAYS,
    st.none() | st.just(1),
)


def in_sql(row: Owed, day: date) -> str:
    columns = [
        sa.literal(getattr(row, each.name), getattr(ImpactReport, each.name).type).label(each.name)
        for each in fields(row)
    ]
    found: str = db().execute(sa.select(PUNCTUALITY.sql(sa.select(*columns).subquery().c, day))).scalar_one()
    return found


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=OWED, day=DAYS)
def test_in_time_is_one_in_python_and_sql(context: Flask, row: Owed, day: date) -> None:
    state = PUNCTUALITY.of(row, day)
    assert in_sql(row, day) == state.value
    is_mended = row.status not in {ReportStatus.DRAFT, ReportStatus.RETURNED} or row.approved_version_id is not None
    if row.is_required and not is_mended and row.mend_by is not None and day > row.mend_by:
        assert state is Punctuality.OVERDUE
    elif row.submitted_on is not None:
        is_late = row.was_late or (row.is_required and row.submitted_on > row.due_on)
        assert state is (Punctuality.LATE if is_late else Punctuality.IN_TIME)
    elif row.is_required and row.alliance_id is None:
        assert state is Punctuality.NO_PIONEER
    elif row.is_required:
        assert state is (Punctuality.OVERDUE if day > row.due_on else Punctuality.AWAITED)
    else:
        assert state is Punctuality.NOT_ASKED


@pytest.mark.parametrize(
    ("moment", "due", "expected"),
    [
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=BRUSSELS), date(2026, 3, 31), Punctuality.AWAITED),
        (datetime(2026, 4, 1, 0, 0, 0, tzinfo=BRUSSELS), date(2026, 3, 31), Punctuality.OVERDUE),
        # The clock goes forward in the night of 29 March and back in that of 25 October.
        (datetime(2026, 3, 28, 23, 59, 59, tzinfo=BRUSSELS), date(2026, 3, 28), Punctuality.AWAITED),
        (datetime(2026, 3, 29, 0, 0, 0, tzinfo=BRUSSELS), date(2026, 3, 28), Punctuality.OVERDUE),
        (datetime(2026, 3, 29, 23, 59, 59, tzinfo=BRUSSELS), date(2026, 3, 29), Punctuality.AWAITED),
        (datetime(2026, 3, 30, 0, 0, 0, tzinfo=BRUSSELS), date(2026, 3, 29), Punctuality.OVERDUE),
        (datetime(2026, 10, 25, 23, 59, 59, tzinfo=BRUSSELS), date(2026, 10, 25), Punctuality.AWAITED),
        (datetime(2026, 10, 26, 0, 0, 0, tzinfo=BRUSSELS), date(2026, 10, 25), Punctuality.OVERDUE),
    ],
)
def test_a_report_is_due_until_midnight_in_brussels(
    context: Flask, freeze: Callable[[datetime], None], moment: datetime, due: date, expected: Punctuality
) -> None:
    freeze(moment.astimezone(UTC))
    row = Owed(due_on=due)
    assert PUNCTUALITY.of(row, today()) is expected
    assert in_sql(row, today()) == expected.value
    assert in_sql(Owed(due_on=due, submitted_on=today()), today()) == (
        "in-time" if expected is Punctuality.AWAITED else "late"
    )


def test_the_list_of_years_counts_what_the_lines_say(context: Flask) -> None:
    logged = logged_year()
    logged_year(region="REFREG14", name="Te laat")
    open_year()
    submitted(logged)
    (line,) = overview.of_years()
    lines = overview.lines_of(queries.reports_in(YEAR))
    assert line.waiting == overview.board_of(lines).waiting == 1
    assert (line.submitted, line.approved, line.regions, line.others) == (1, 0, 15, 0)
    assert line.overdue == sum(each.punctuality is Punctuality.OVERDUE for each in lines) == 1
    assert sum(each.punctuality is Punctuality.NO_PIONEER for each in lines) == 13
