"""Every figure of a report says where it comes from and of which day it tells; outside, what was typed is left out."""

from datetime import UTC, date, datetime

from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.database import clock_at, transaction
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.impact_reports import outside, showing, writing
from alliance_tracker.impact_reports.blocks import Course, Fact, Figures, Quote, Table, both
from alliance_tracker.impact_reports.models import ImpactReport, SectionKey
from alliance_tracker.policy import Role
from alliance_tracker.regions.models import Municipality
from alliance_tracker.regions.queries import municipalities_of
from alliance_tracker.rollout import phases
from alliance_tracker.rollout.models import PhaseLetter
from alliance_tracker.stappenplan import service as steps
from alliance_tracker.stappenplan.queries import plan_of
from tests.builders import make_actor, make_alliance, make_measurement, make_partner, make_signal, typed
from tests.impact_reports.making import YEAR, Logged, begun, draft, fresh, logged_year, open_year, report_of

K = SectionKey


def blocks_of(report: ImpactReport) -> dict[K, Figures]:
    """The sections as they write themselves now."""
    return {key: found.figures for key, found in writing.write(writing.material_of(report)).items()}


def fact(found: Figures, key: str) -> Fact:
    return next(block for block in found.blocks if isinstance(block, Fact) and block.key == key)


def table(found: Figures, key: str) -> Table:
    return next(block for block in found.blocks if isinstance(block, Table) and block.key == key)


def test_no_block_of_a_logged_year_lacks_a_source(context: Flask) -> None:
    logged = logged_year()
    with clock_at(datetime(2026, 1, 21, 10, tzinfo=UTC)):
        make_measurement(fresh(logged.indicator), YEAR - 1, typed(120), by=logged.manager, source="Lijst van 2024.")
    make_measurement(
        fresh(logged.indicator),
        YEAR,
        typed(300),
        by=logged.manager,
        reason="Hertelling.",
        source="Lijst van Jan.",
        cells={("gender", "girls"): typed(120), ("gender", "boys"): typed(170)},
    )
    make_partner(logged.alliance, since=date(YEAR, 6, 1))
    open_year()
    found = blocks_of(report_of(logged.alliance))
    assert set(found) == set(K)
    kinds = {type(block) for figures in found.values() for block in figures.blocks}
    assert kinds >= {Fact, Table, Course, Quote}
    for key, figures in found.items():
        for block in figures.blocks:
            source = block.source
            assert source is not None, (key, block.key)
            assert source.nl, (key, block.key)
            assert source.nl != source.en, (key, block.key)


def test_what_was_typed_as_a_source_is_told_inside_only(context: Flask) -> None:
    logged = logged_year()
    with clock_at(datetime(2026, 1, 21, 10, tzinfo=UTC)):
        make_measurement(fresh(logged.indicator), YEAR - 1, typed(120), by=logged.manager, source="Lijst van Piet.")
    make_measurement(
        fresh(logged.indicator), YEAR, typed(300), by=logged.manager, reason="Hertelling.", source="Lijst van Jan."
    )
    open_year()
    figures = blocks_of(report_of(logged.alliance))[K.GOALS]
    (goal,) = [block for block in figures.blocks if isinstance(block, Table)]
    (course,) = [block for block in figures.blocks if isinstance(block, Course)]
    assert goal.typed_source is not None
    assert goal.typed_source.nl.startswith("Lijst van Jan. (")
    assert course.typed_source == InTwoLanguages(*[f"{YEAR - 1}: Lijst van Piet.; {YEAR}: Lijst van Jan."] * 2)
    assert goal.source is not None
    assert goal.source.nl.startswith("Ingevoerd door de alliantie, geteld als ")
    told = outside.outside_figures(figures)
    assert "Lijst van" not in str(told)
    assert "Ingevoerd door de alliantie" in str(told)


def test_outside_one_reads_how_many_signals_there_were(context: Flask) -> None:
    logged = logged_year()
    open_year()
    other = make_alliance(region="REFREG04")
    with clock_at(datetime(YEAR, 6, 1, 9, tzinfo=UTC)):
        make_signal(other, "Van anderen", by=make_actor(Role.COORDINATOR, alliance_id=other.id))
    figures = blocks_of(report_of(logged.alliance))[K.LESSONS]
    told = outside.outside_figures(figures)
    values = {block.key: showing.text(block.value) for block in told.blocks if isinstance(block, Fact)}
    assert values == {"signals-sent": "1", "signals-supported": "0", "signals-answered": "0"}
    assert told.withheld == 1
    assert "Te weinig leraren techniek" in str(figures)
    assert "Te weinig leraren techniek" not in str(told)


def test_a_section_of_which_nothing_is_told_is_not_one_without_anything(context: Flask) -> None:
    quote = Quote("signal-1", InTwoLanguages("Te laat", "Too late"), ())
    assert outside.outside_figures(Figures((quote,))) == Figures((), 1)
    assert Figures() != Figures((), 1)


def complete(logged: Logged, number: int, on: date) -> None:
    """Waive what a step asks, and complete it as of a day."""
    for criterion in plan_of(logged.alliance.id).step(number).criteria:
        if criterion.is_required:
            with transaction():
                steps.waive(logged.alliance, criterion.key, reason="Proef.", on=on, actor=logged.coordinator)
    with transaction():
        steps.complete_step(logged.alliance, number, on=on, actor=logged.coordinator)


def test_steps_stand_as_at_the_end_of_the_year(context: Flask) -> None:
    logged = logged_year()
    open_year()
    complete(logged, 1, date(YEAR, 12, 31))
    complete(logged, 2, date(YEAR + 1, 1, 1))
    steps_of = table(blocks_of(report_of(logged.alliance))[K.PLAN], "steps")
    first, second = [[showing.text(cell) for cell in row.cells] for row in steps_of.rows][:2]
    assert first[1:3] == ["31 december 2025", "voltooid"]
    assert second[1:3] == ["\N{EN DASH}", "open"]
    assert second[3] == second[4]  # its criteria as they stand now, which the source says
    assert steps_of.source is not None
    assert "31 december 2025" in steps_of.source.nl
    assert "21 november 2026" in steps_of.source.nl
    with transaction():
        steps.reopen_step(logged.alliance, 2, reason="Terug.", actor=logged.coordinator)
        steps.reopen_step(logged.alliance, 1, reason="Terug.", actor=logged.coordinator)
    again = table(blocks_of(report_of(logged.alliance))[K.PLAN], "steps").rows[0]
    assert showing.text(again.cells[2]) == "voltooid"  # it was, on that day


def test_the_phase_is_that_of_the_end_of_the_year(context: Flask) -> None:
    logged = logged_year()
    open_year()
    for target, on in ((PhaseLetter.B, date(YEAR, 12, 30)), (PhaseLetter.C, date(YEAR + 1, 2, 1))):
        with transaction():
            phases.decide(logged.alliance, target, on=on, reason="Klaar.", in_spite=True, actor=logged.manager)
    value = fact(blocks_of(report_of(logged.alliance))[K.PLAN], "phase").value
    assert value.words == both(PhaseLetter.B)


def places(code: str) -> list[Municipality]:
    """The municipalities of a region."""
    return list(municipalities_of(code))


def test_the_area_is_that_of_the_end_of_the_year(context: Flask) -> None:
    logged = logged_year()
    open_year(2026)
    first, second, third = places("REFREG03")[:3]
    for moment, chosen in (
        (datetime(2026, 2, 1, 9, tzinfo=UTC), [first.id, second.id]),
        (datetime(2027, 2, 1, 9, tzinfo=UTC), [third.id]),
    ):
        with clock_at(moment), transaction():
            alliances.work_in(
                logged.alliance, chosen, since=moment.date(), version=logged.alliance.version, actor=logged.coordinator
            )
    with clock_at(datetime(2027, 3, 1, 9, tzinfo=UTC)):
        found = blocks_of(report_of(logged.alliance, 2026))
    area = showing.text(fact(found[K.SUMMARY], "area").value)
    assert area == f"{first.name}, {second.name}"
    said = fact(found[K.REGION], "municipalities")
    assert str(said.value.words).startswith("2 ")


def test_an_area_that_was_entered_late_holds_from_the_beginning(context: Flask) -> None:
    logged = logged_year()  # it was entered in 2026, and founded in 2025
    open_year()
    found = blocks_of(report_of(logged.alliance))
    assert showing.text(fact(found[K.SUMMARY], "area").value) != "\N{EN DASH}"
    assert not str(fact(found[K.REGION], "municipalities").value.words).startswith("0 ")


def test_the_region_is_told_as_it_was_at_the_end_of_the_year(context: Flask) -> None:
    logged = logged_year()
    open_year()
    later = make_alliance("Later gesticht", region="REFREG03", accepted_on=date(YEAR + 1, 3, 1))
    ended = make_alliance("Later gestopt", region="REFREG03", accepted_on=date(YEAR, 3, 1))
    with transaction():
        alliances.end(ended, on=date(YEAR + 1, 2, 1), reason="Klaar.", actor=logged.manager)
    rows = table(blocks_of(report_of(logged.alliance))[K.REGION], "alliances").rows
    states = {showing.text(row.cells[0]): showing.text(row.cells[1]) for row in rows}
    assert states[ended.name] == "actief"
    assert later.name not in states


def test_while_the_year_runs_the_state_is_that_of_today(context: Flask) -> None:
    logged = logged_year()
    open_year(2026)
    found = blocks_of(report_of(logged.alliance, 2026))
    source = fact(found[K.PLAN], "phase").source
    assert source is not None
    assert "21 november 2026" in source.nl


def test_a_source_of_another_day_alone_is_nothing_to_refresh(context: Flask) -> None:
    logged = logged_year()
    open_year()
    with clock_at(datetime(2026, 11, 1, 10, tzinfo=UTC)):
        begun(logged)
    assert [section.key for section in draft(logged).values() if section.changes] == []
