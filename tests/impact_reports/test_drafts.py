"""The draft writes itself from what was logged, tells what is missing, and is refreshed with what came since."""

import sys
from datetime import date

import pytest
from flask import Flask

from alliance_tracker.database import transaction
from alliance_tracker.errors import EditConflict, NotAllowed, Refused, TransitionRefused
from alliance_tracker.impact_reports import drafts, queries, showing, writing, years
from alliance_tracker.impact_reports.blocks import Fact, Quote, Table
from alliance_tracker.impact_reports.models import ReportStatus, SectionKey
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_measurement, typed
from tests.impact_reports.making import YEAR, begun, draft, logged_year, open_year, report_of, submitted, tell

K = SectionKey


def facts(section: writing.DraftSection) -> dict[str, str]:
    return {block.key: showing.text(block.value) for block in section.figures.blocks if isinstance(block, Fact)}


def rows(section: writing.DraftSection, key: str) -> list[list[str]]:
    (table,) = [block for block in section.figures.blocks if isinstance(block, Table) and block.key == key]
    return [[showing.text(cell) for cell in row.cells] for row in table.rows]


def test_every_section_writes_itself_from_what_was_logged(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        logged = logged_year()
        open_year()
        begun(logged)
        found = draft(logged)
        assert list(found) == list(SectionKey)
        summary = facts(found[K.SUMMARY])
        assert (summary["partners"], summary["meetings"], summary["pilots"], summary["participations"]) == (
            "4",
            "2",
            "1",
            "212",
        )
        (goal,) = [block for block in found[K.GOALS].figures.blocks if isinstance(block, Table)]
        assert goal.caption.nl == "Meer meisjes in STEM"
        assert [showing.text(cell) for cell in goal.rows[0].cells][1:5] == ["100", "not measured", "247", "300"]
        assert rows(found[K.PILOTS], "pilots")[0][0] == "Techniekdag"
        assert [row[1] for row in rows(found[K.NETWORK], "meetings")] == [
            "Netwerkoverleg op 10 mei.",
            "Netwerkoverleg op 17 mei.",
        ]
        assert {row[1] for row in rows(found[K.NETWORK], "pillars")} == {"1"}
        assert [b.heading.nl for b in found[K.LESSONS].figures.blocks if isinstance(b, Quote)] == [
            "Te weinig leraren techniek"
        ]
        assert rows(found[K.NEXT_YEAR], "targets") == [["Participants reached", "247", "400"]]
        assert [len(row) for row in rows(found[K.PLAN], "steps")] == [5] * 5
        assert rows(found[K.REGION], "alliances")[0][0] == logged.alliance.name
        assert all(not section.changes for section in found.values())


def test_each_section_tells_how_fresh_its_figures_are(context: Flask) -> None:
    logged = logged_year()
    open_year()
    begun(logged)
    found = draft(logged)
    assert found[K.NETWORK].figures.as_of == date(YEAR, 5, 17)
    assert found[K.GOALS].figures.as_of == date(2026, 11, 21)
    assert found[K.FINANCES].figures.as_of is None


def test_what_is_missing_leads_to_where_it_is_logged(context: Flask) -> None:
    alliance = make_alliance(accepted_on=date(YEAR, 1, 15))
    open_year()
    with transaction():
        report = years.expect(alliance, YEAR, is_required=False, actor=SYSTEM)
    report = report_of(alliance)
    with transaction():
        drafts.begin(report, actor=SYSTEM)
    material = writing.material_of(report_of(alliance))
    found = {key: [gap.address for gap in written.gaps] for key, written in writing.write(material).items()}
    at = f"/alliances/{alliance.slug}"
    assert found[K.GOALS] == [f"{at}/goals/new"]
    assert found[K.NETWORK] == [f"{at}/log/new", f"{at}/partners"]
    assert found[K.LESSONS] == [f"{at}/signals/new"]
    assert found[K.FINANCES] == [f"{at}/convenant"]
    assert K.REGION not in found  # spreading in the region is a pioneer's


def test_a_refresh_shows_what_would_change_and_then_changes_it(context: Flask) -> None:
    logged = logged_year()
    open_year()
    report = begun(logged)
    tell(report, "Wij zijn trots.", K.GOALS, by=logged.coordinator)
    make_measurement(logged.indicator, YEAR, typed(260), by=logged.manager, reason="Hertelling.")
    found = draft(logged)
    changed = {
        key: [(showing.text(each.old), showing.text(each.new)) for each in section.changes if each.old and each.new]
        for key, section in found.items()
    }
    assert changed[K.GOALS] == [("247", "260")]
    assert changed[K.REACH] == [("247", "260")]
    with transaction():
        assert drafts.refresh(report_of(logged.alliance), [K.GOALS], actor=logged.coordinator) == 1
    found = draft(logged)
    assert not found[K.GOALS].changes
    assert found[K.REACH].changes  # was not chosen
    assert found[K.GOALS].row.narrative == "Wij zijn trots."


def test_two_who_write_in_one_section_never_overwrite_each_other(context: Flask) -> None:
    logged = logged_year()
    open_year()
    report = begun(logged)
    row = queries.sections_of(report.id)[K.SUMMARY]
    drawn_from = row.version
    with transaction():
        drafts.write(row, report, "Van de ene.", drawn_from=drawn_from, actor=logged.coordinator)
    with pytest.raises(EditConflict), transaction():
        drafts.write(row, report, "Van de andere.", drawn_from=drawn_from, actor=logged.coordinator)
    with transaction():  # saying what stands there already is no conflict
        drafts.write(row, report, "Van de ene.", drawn_from=drawn_from, actor=logged.coordinator)
    assert queries.sections_of(report.id)[K.SUMMARY].narrative == "Van de ene."


def test_only_its_writers_write_a_report(context: Flask) -> None:
    logged = logged_year()
    open_year()
    reporter = make_actor(Role.REPORTER, region_code="REFREG03")
    elsewhere = make_actor(Role.REPORTER, region_code="REFREG04")
    for stranger in (elsewhere, logged.manager, make_actor(Role.OBSERVER)):
        with pytest.raises(NotAllowed), transaction():
            drafts.begin(report_of(logged.alliance), actor=stranger)
    with transaction():
        drafts.begin(report_of(logged.alliance), actor=reporter)
    assert report_of(logged.alliance).status is ReportStatus.DRAFT
    with pytest.raises(TransitionRefused), transaction():
        drafts.begin(report_of(logged.alliance), actor=reporter)


def test_the_burden_of_a_report_is_at_most_eight_fields(context: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    """An alliance that logged its year fills at most eight fields, from an empty draft to a submitted report."""
    logged = logged_year()
    open_year()
    report = begun(logged)
    asked = [section for section in draft(logged).values() if section.is_asked]
    must = drafts.checklist(writing.material_of(report), draft(logged).values()).errors
    with capsys.disabled():
        sys.stdout.write(f"\nfields to fill in a report: {len(must)} at least, {len(asked)} as it asks for\n")
    assert [point.section for point in must] == [K.SUMMARY]
    assert len(asked) <= 8
    tell(report, "Een goed jaar.", by=logged.coordinator)
    assert drafts.checklist(writing.material_of(report), draft(logged).values()).can_submit


def test_a_draft_that_was_submitted_cannot_be_written(context: Flask) -> None:
    logged = logged_year()
    open_year()
    submitted(logged)
    report = report_of(logged.alliance)
    row = queries.sections_of(report.id)[K.GOALS]
    with pytest.raises(Refused), transaction():
        drafts.write(row, report, "Nog iets.", drawn_from=row.version, actor=logged.coordinator)
    with pytest.raises(Refused), transaction():
        drafts.refresh(report, [K.GOALS], actor=logged.coordinator)
