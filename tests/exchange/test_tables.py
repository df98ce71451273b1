"""Goals, indicators and measurements in and out: what a row does, and what is wrong with it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import delivering
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import db, transaction
from alliance_tracker.exchange import cells, writing
from alliance_tracker.exchange.offered import TABLES, table_of
from alliance_tracker.exchange.planning import opened
from alliance_tracker.exchange.tables import Column, Kind, Outcome, Scope, Table, recognised
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import service as goals
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import in_language
from alliance_tracker.indicators.models import Baseline, FigureState, Indicator, Measurement, Target
from alliance_tracker.indicators.service import Typed
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.builders import (
    instalments_of,
    make_actor,
    make_alliance,
    make_convenant,
    make_goal,
    make_indicator,
    make_measurement,
    make_organisation,
    make_partner,
    promise,
    typed,
)
from tests.exchange.files import bring_in, counts, exported, faults, plan, text, xlsx

REACH, SCHOOLS, FIFTH = "reach-participants", "schools-share", "reach-fifth-year"


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Kind.ORDINAL, Decimal("2026.000000"), "2026"),
        (Kind.NUMBER, Decimal("2026.500000"), "2.026,5"),
        (Kind.EURO, Decimal("2026"), "€\N{NO-BREAK SPACE}2.026,00"),
        (Kind.EURO, None, ""),
    ],
)
def test_a_preview_writes_years_bare_and_money_as_money(
    context: Flask, kind: Kind, value: Decimal | None, said: str
) -> None:
    with in_language("nl"):
        assert cells.in_words(Column("it", "it", kind), value) == said


def test_no_column_of_a_year_or_of_euro_is_a_bare_number(context: Flask) -> None:
    columns = {f"{table.key}.{column.key}": column for table in TABLES for column in table.columns}
    assert columns["deliveries.year"].kind is Kind.ORDINAL
    for name, column in columns.items():
        with in_language("en"):
            label = str(column.label)
        if column.kind is Kind.NUMBER:
            assert not name.endswith((".year", ".number")), name
            assert "euro" not in label, name


@pytest.fixture
def alliance(context: Flask) -> Alliance:
    return make_alliance()


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


@pytest.fixture
def full(alliance: Alliance) -> Alliance:
    """An alliance with two goals, three indicators, and figures of every state."""
    owner = make_partner(alliance, make_organisation("Stad Geel"))
    tags = {Scheme.TARGET_GROUP: frozenset({"girls"}), Scheme.RECOMMENDATION: frozenset({"1"})}
    tags = {s: k & set(map(str, table_terms(s))) for s, k in tags.items()}
    first = make_goal(alliance, "=Meer meisjes; en jongens", owner=owner, tags=tags)
    second = make_goal(alliance, "Meer leerkrachten", owner=owner)
    reach = make_indicator(first, REACH, baseline=typed(100), targets={2026: 120, 2027: 140})
    schools = make_indicator(second, SCHOOLS, baseline=Typed(FigureState.NOT_MEASURED))
    fifth = make_indicator(second, FIFTH, targets={2026: Decimal("12.5")})
    cells = {("gender", "girls"): typed(50), ("gender", "boys"): typed(60)}
    make_measurement(reach, 2026, typed(123), cells=cells, source="Telling", note="- en zo")
    make_measurement(reach, 2025, typed(0))
    make_measurement(schools, 2026, typed(None, 1, 3))
    make_measurement(fifth, 2026, Typed(FigureState.NOT_APPLICABLE), note="Geen vijfde leerjaar.")
    other = make_partner(alliance, make_organisation("Hidrodoe; en co = 2"))
    promised = promise(owner, other, goal_id=first.id, task="Gastlessen", unit_value=Decimal("45.50"))
    convenant = make_convenant(alliance, parties=[owner, other], commitments=[promised, promise(owner)])
    deliver(alliance, convenant, note="=Eerste; en laatste")
    return alliance


def deliver(alliance: Alliance, convenant: Convenant, note: str) -> None:
    """A delivery on the first instalment."""
    instalment = delivering.instalment_by_id(instalments_of(convenant)[0].id)
    assert instalment is not None
    with transaction():
        draft = delivering.Draft(date(2026, 2, 1), Decimal("1.5"), note)
        delivering.log(instalment, draft, actor=make_actor(Role.COORDINATOR, alliance_id=alliance.id))


def table_terms(scheme: Scheme) -> list[str]:
    from alliance_tracker.frameworks.terms import terms

    return list(terms(scheme))


# A round trip changes nothing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [table.key for table in TABLES])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_export_that_is_brought_in_again_changes_nothing(
    full: Alliance, key: str, ending: str, language: str
) -> None:
    with in_language("en" if language == "nl" else "nl"):
        content = exported(full, key, ending)
    found = plan(full, key, content, f"x.{ending}")
    assert (set(counts(found)), faults(found)) == ({"unchanged"}, [])


TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANYTHING = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters=TURNING)
TEXTS = st.text(ANYTHING, min_size=1, max_size=60).map(str.strip).filter(bool)
COUNTS = st.integers(0, 10**12)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_was_recorded_goes_round_unchanged(context: Flask, data: st.DataObject) -> None:
    alliance = make_alliance()
    owner = make_partner(alliance)
    draft = goals.Draft(
        title=data.draw(TEXTS),
        reason=data.draw(TEXTS),
        owner_partner_id=owner.id,
        description=data.draw(TEXTS),
        due_on=data.draw(st.dates(date(1900, 1, 1), date(2100, 12, 31)) | st.none()),
    )
    with transaction():
        goal = goals.add(alliance, draft, actor=SYSTEM)
    reach = make_indicator(goal, REACH, baseline=typed(data.draw(COUNTS)), targets={2026: data.draw(COUNTS)})
    schools = make_indicator(goal, SCHOOLS)
    girls, boys = data.draw(st.integers(0, 10**6)), data.draw(st.integers(0, 10**6))
    cells = {("gender", "girls"): typed(girls), ("gender", "boys"): typed(boys)}
    rest = data.draw(st.integers(0, 10))
    make_measurement(reach, 2026, typed(girls + boys + rest), cells=cells, source=data.draw(TEXTS))
    whole = data.draw(st.integers(1, 10**9))
    make_measurement(schools, 2025, typed(None, data.draw(st.integers(0, whole)), whole), note=data.draw(TEXTS))
    bearer = make_partner(alliance, make_organisation(data.draw(TEXTS)))
    promised = promise(owner, bearer, description=data.draw(TEXTS), task=data.draw(TEXTS), goal_id=goal.id)
    deliver(alliance, make_convenant(alliance, parties=[owner, bearer], commitments=[promised]), data.draw(TEXTS))
    db().expire_all()
    for table in TABLES:
        for ending in ("xlsx", "csv"):
            found = plan(alliance, table.key, exported(alliance, table.key, ending), f"x.{ending}")
            assert (set(counts(found)), faults(found)) == ({"unchanged"}, [])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.key)
def test_no_name_means_two_columns(context: Flask, table: Table) -> None:
    from alliance_tracker.database import folded
    from alliance_tracker.exchange.cells import in_every_language

    meant: dict[str, set[str]] = {}
    for column in recognised(table):
        for name in (column.key, *in_every_language(column.label)):
            meant.setdefault(folded(name), set()).add(column.key)
    assert {name: keys for name, keys in meant.items() if len(keys) > 1} == {}


# Goals ---------------------------------------------------------------------------------------------------------------


def test_new_goals_come_in_and_the_same_file_again_changes_nothing(alliance: Alliance, manager: Actor) -> None:
    make_partner(alliance, make_organisation("Stad Geel"))
    content = text(
        "doel|reden|partner die het draagt|doelgroepen|te bereiken tegen".replace("te bereiken tegen", "due_on"),
        "Meer meisjes|Er zijn er weinig|stad geel||31/12/2027",
    ).replace(b"doel;reden;partner die het draagt;doelgroepen", b"title;reason;owner;target_groups")
    assert counts(bring_in(alliance, "goals", content, manager, "x.csv")) == {"new": 1}
    (goal,) = db().scalars(sa.select(Goal).where(Goal.alliance_id == alliance.id))
    assert (goal.title, goal.due_on) == ("Meer meisjes", date(2027, 12, 31))
    assert counts(plan(alliance, "goals", content, "x.csv")) == {"unchanged": 1}


def test_a_goal_with_a_number_is_changed_and_keeps_its_other_tags(full: Alliance, manager: Actor) -> None:
    first = db().scalars(sa.select(Goal).where(Goal.alliance_id == full.id).order_by(Goal.id)).first()
    assert first
    before = {(t.scheme, t.key) for t in goals.goal_by_id(first.id).tags if not t.is_withdrawn}  # type: ignore[union-attr]
    content = xlsx(("number", "title", "reason", "owner"), (first.id, "Anders", first.reason, "Stad Geel"))
    found = bring_in(full, "goals", content, manager)
    assert [(c.column, c.before, c.after) for row in found.rows for c in row.changes] == [
        ("title", "=Meer meisjes; en jongens", "Anders")
    ]
    db().expire_all()
    after = goals.goal_by_id(first.id)
    assert after
    assert (after.title, {(t.scheme, t.key) for t in after.tags if not t.is_withdrawn}) == ("Anders", before)


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ((99999, "Iets", "Daarom", "Stad Geel"), "number", "This alliance has no goal with this number."),
        ((None, "Iets", "Daarom", "Stad Mol"), "owner", "“%(name)s” is no partner of this alliance today."),
        ((None, "Iets", None, "Stad Geel"), "reason", "Fill this in."),
        ((None, "x" * 201, "Daarom", "Stad Geel"), "title", "At most %(n)s characters."),
    ],
)
def test_what_is_wrong_with_a_goal_is_said_beside_its_cell(
    full: Alliance, row: Any, column: str, sentence: str
) -> None:
    found = plan(full, "goals", xlsx(("number", "title", "reason", "owner"), row))
    assert faults(found) == [(2, column, sentence)]


def test_a_goal_of_another_alliance_is_not_found_by_its_number(full: Alliance) -> None:
    stranger = make_goal(make_alliance())
    content = xlsx(("number", "title", "reason", "owner"), (stranger.id, "Iets", "Daarom", "Stad Geel"))
    assert faults(plan(full, "goals", content)) == [(2, "number", "This alliance has no goal with this number.")]


def test_two_rows_about_the_same_goal_are_one_too_many(full: Alliance) -> None:
    row = ("Nieuw", "Daarom", "Stad Geel")
    found = plan(full, "goals", xlsx(("title", "reason", "owner"), row, row))
    assert faults(found) == [(3, "", "This row is about the same as row %(n)s. Keep one of them.")]


def test_an_owner_may_be_given_by_its_number(full: Alliance) -> None:
    from alliance_tracker.organisations.models import IdentifierScheme

    make_partner(full, make_organisation("Bedrijf", identifiers={IdentifierScheme.KBO: "0403019261"}))
    content = xlsx(("title", "reason", "owner"), ("Nieuw", "Daarom", "BE 0403.019.261"))
    assert [(c.column, c.after) for c in plan(full, "goals", content).rows[0].changes if c.column == "owner"] == [
        ("owner", "Bedrijf")
    ]


# Indicators ----------------------------------------------------------------------------------------------------------


def test_an_indicator_is_followed_with_its_baseline_and_targets(full: Alliance, manager: Actor) -> None:
    content = text(
        "indicator|doel|baseline_value|baseline_on|baseline_source|target 2026|target 2027".replace("doel", "goal"),
        "companies-involved|Meer leerkrachten|4|31/12/2025|Telling|5|6",
    )
    assert counts(bring_in(full, "indicators", content, manager, "x.csv")) == {"new": 1}
    indicator = db().scalars(sa.select(Indicator).order_by(Indicator.id.desc())).first()
    assert indicator
    baseline = db().scalars(sa.select(Baseline).where(Baseline.indicator_id == indicator.id)).one()
    targets = db().execute(sa.select(Target.period, Target.value).where(Target.indicator_id == indicator.id)).all()
    assert (baseline.value, baseline.on, baseline.source) == (Decimal(4), date(2025, 12, 31), "Telling")
    assert sorted(map(tuple, targets)) == [(2026, 5), (2027, 6)]
    assert counts(plan(full, "indicators", content, "x.csv")) == {"unchanged": 1}


def test_a_target_that_was_agreed_changes_with_a_reason_only(full: Alliance, manager: Actor) -> None:
    rows = ("indicator", "target 2026"), (REACH, 130)
    sentence = "This changes what was agreed: give a reason, it stays visible."
    assert faults(plan(full, "indicators", xlsx(*rows))) == [(2, "reason", sentence)]
    content = xlsx((*rows[0], "reason"), (*rows[1], "Het ging goed."))
    assert counts(bring_in(full, "indicators", content, manager)) == {"changed": 1}
    held = db().execute(sa.select(Target.value, Target.is_revision).where(Target.period == 2026).order_by(Target.id))
    assert (Decimal(130), True) in {tuple(row) for row in held}


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (("iets-onbekends", "Meer leerkrachten"), "indicator", "is not in the catalogue"),
        (("companies-involved", "Onbekend doel"), "goal", "“%(name)s” is no goal of this alliance."),
        (("companies-involved", None), "goal", "Say under which goal it is followed."),
        ((REACH, "Meer leerkrachten"), "goal", "This indicator is followed under another goal"),
        (("companies-involved", "Meer leerkrachten", 4.5, None, None, "1/1/2025"), "baseline_value", "a whole number"),
        (("companies-involved", "Meer leerkrachten", 4), "baseline_on", "Say on which day"),
        (("companies-involved", "Meer leerkrachten", 4, None, None, "1/1/2100"), "baseline_on", "lies in the future"),
        ((SCHOOLS, None, 40, None, None, "31/12/2025", "nu"), "baseline_value", "A percentage follows from"),
        ((SCHOOLS, None, None, 4, 3, "31/12/2025", "nu gemeten"), "baseline_numerator", "The part is larger"),
        ((FIFTH, None, None, None, None, None, "beter", 101), "target 2027", "A percentage is at most 100."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_indicator_is_said_beside_its_cell(
    full: Alliance, row: Any, column: str, sentence: str
) -> None:
    names = ("indicator", "goal", "baseline_value", "baseline_numerator", "baseline_denominator", "baseline_on")
    found = faults(plan(full, "indicators", xlsx((*names, "reason", "target 2027"), row)))
    assert [(number, where) for number, where, _ in found] == [(2, column)]
    assert sentence in found[0][2]


# Measurements --------------------------------------------------------------------------------------------------------


def test_measurements_come_in_with_their_divisions(full: Alliance, manager: Actor) -> None:
    content = xlsx(
        ("indicator", "period", "value", "numerator", "denominator", "gender.girls", "gender.boys", "source"),
        ("Deelnemers bereikt", 2024, 100, None, None, 40, 60, "Telling"),
        (SCHOOLS, "2024/25", None, 3, 4),
        (FIFTH, "2024-2025", None, 10, 20),
    )
    assert counts(bring_in(full, "measurements", content, manager)) == {"new": 3}
    assert counts(plan(full, "measurements", content)) == {"unchanged": 3}
    periods = db().scalars(sa.select(Measurement.period).order_by(Measurement.id.desc()).limit(3))
    assert sorted(periods) == [2024, 2025, 2025]


def test_a_correction_keeps_what_the_row_leaves_empty(full: Alliance, manager: Actor) -> None:
    names = ("indicator", "period", "value", "gender.girls", "reason")
    found = bring_in(full, "measurements", xlsx(names, (REACH, 2026, 130, 60, "Een school ontbrak.")), manager)
    assert [(c.column, c.before, c.after) for c in found.rows[0].changes] == [
        ("value", 123, 130),
        ("gender.girls", 50, 60),
    ]
    content = exported(full, "measurements", "csv").decode("utf-8-sig")
    line = next(line for line in content.splitlines() if ";2026;" in line and line.startswith(REACH))
    # Boys and the source stay, and what is left over by gender is counted anew: 130 - 60 - 60.
    assert ";130;" in line
    assert ";60;;;60;;;;;;10;" in line
    assert "Telling" in line


def test_a_row_without_any_figure_leaves_things_as_they_are(full: Alliance) -> None:
    content = xlsx(("indicator", "period", "value", "note"), (REACH, 2026), (REACH, 2020))
    assert counts(plan(full, "measurements", content)) == {"unchanged": 2}


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (("companies-involved", 2026, 5), "indicator", "This alliance does not follow an indicator called"),
        ((REACH, "2025-2026", 5), "period", "Write the calendar year, such as 2026."),
        ((FIFTH, 2026, None, 1, 2), "period", "Write the school year, such as 2025-2026."),
        ((FIFTH, "2025-2027", None, 1, 2), "period", "Write the school year, such as 2025-2026."),
        ((REACH, 2090, 5), "period", "This period has not begun yet."),
        ((REACH, 1999, 5), "period", "This period has not begun yet."),
        ((REACH, 2026, 130), "reason", "This replaces an earlier figure: give a reason, both stay visible."),
        ((REACH, 2024, -1), "value", "A figure is zero or more."),
        ((REACH, 2024, 1.5), "value", "Give a whole number."),
        ((REACH, 2024, "10**9"), "value", "“%(typed)s” is not a number."),
        ((REACH, 2024, 10**13), "value", "This number is too large to be true."),
        ((REACH, 2024, None, 1, 2), "numerator", "This indicator is no percentage: leave this empty."),
        ((SCHOOLS, "2023-24", 50), "value", "A percentage follows from its numerator and denominator"),
        ((SCHOOLS, "2023-24", None, 1, None), "denominator", "Give a number. Zero is a number as well."),
        ((SCHOOLS, "2023-24", None, 3, 2), "numerator", "The part is larger than the whole."),
        ((SCHOOLS, "2023-24", None, 0, 0), "denominator", "Of nothing there is no share"),
        ((REACH, 2024, None, None, None, "not measured"), "note", "Say why there is no figure."),
        ((REACH, 2024, 5, None, None, "not-applicable", "x"), "value", "There is a number here"),
        ((REACH, 2024, 10, None, None, None, None, 6, 5), "gender.girls", "The categories add up to"),
        ((REACH, 2024, 10, None, None, None, None, 11), "gender.girls", "A part is larger than the whole."),
        ((SCHOOLS, "2023-24", None, 1, 2, None, None, 1), "gender.girls", "This indicator is not divided in this way."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_measurement_is_said_beside_its_cell(
    full: Alliance, row: Any, column: str, sentence: str
) -> None:
    names = ("indicator", "period", "value", "numerator", "denominator", "state", "note", "gender.girls", "gender.boys")
    ((number, where, said),) = faults(plan(full, "measurements", xlsx(names, row)))
    assert (number, where) == (2, column)
    assert sentence in said


def test_planning_asks_as_much_for_many_rows_as_for_few(full: Alliance, statements: list[str]) -> None:
    def cost(key: str, content: bytes) -> int:
        statements.clear()
        plan(full, key, content)
        return len(statements)

    names, years = ("indicator", "period", "value"), range(2000, 2024)
    few, many = xlsx(names, (REACH, 2024, 1)), xlsx(names, *((REACH, year, 1) for year in years))
    cost("measurements", few)
    assert cost("measurements", few) == cost("measurements", many) <= 6
    heading, goal = ("title", "reason", "owner"), ("Daarom", "Stad Geel")
    few, many = xlsx(heading, ("Een", *goal)), xlsx(heading, *((f"Doel {n}", *goal) for n in range(30)))
    assert cost("goals", few) == cost("goals", many) <= 8


# Files that go out ---------------------------------------------------------------------------------------------------


def test_a_csv_holds_no_formulas_and_reads_as_belgian_spreadsheets_do(full: Alliance) -> None:
    content = exported(full, "goals", "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert "'=Meer meisjes; en jongens" in content.decode()
    cells = [cell for line in content.decode("utf-8-sig").splitlines() for cell in line.replace('"', "").split(";")]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert ";33,3333;" in exported(full, "measurements", "csv").decode()


def test_a_workbook_holds_texts_as_texts_and_explains_its_columns(full: Alliance) -> None:
    import io

    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_filelike(io.BytesIO(exported(full, "goals"))) as book:
        assert len(book.sheet_names) == 2
        rows, told = (book.get_sheet_by_index(n).to_python() for n in (0, 1))
    assert rows[1][1] == "=Meer meisjes; en jongens"
    assert {row[1] for row in told} >= {column.key for column in table_of("goals").columns}


def test_outside_counts_of_people_are_rounded_and_such_a_file_cannot_come_back(full: Alliance) -> None:
    outside = exported(full, "measurements", "csv", exact=False).decode("utf-8-sig")
    assert ";125;" in outside
    assert ";123;" not in outside
    assert "afgerond" in outside or "rounded" in outside
    from alliance_tracker.exchange.tables import FileRefused

    with pytest.raises(FileRefused) as refusal:
        opened(table_of("measurements"), "x.csv", outside.encode())
    assert "rounded counts" in refusal.value.sentence.text


def test_the_marked_workbook_colours_the_faulty_cells_and_comes_in_again_once_mended(full: Alliance) -> None:
    names = ("indicator", "period", "value")
    content = xlsx(names, (REACH, 2024, "veel"), (REACH, 2023, 5))
    table = table_of("measurements")
    with writing.marked(opened(table, "x", content), plan(full, "measurements", content)) as file:
        book = file.read()
    import zipfile
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(book)) as archive:
        comments = archive.read("xl/comments1.xml").decode()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'ref="C2"' in comments
    assert "veel" in comments
    assert '<c r="C2" s=' in sheet
    found = plan(full, "measurements", book)
    assert (counts(found), [number for number, _, _ in faults(found)]) == ({"new": 1, "wrong": 1}, [2])


def test_a_template_is_an_export_without_rows(full: Alliance) -> None:
    for table in TABLES:
        with writing.to_xlsx(table, Scope(full), ()) as file:
            names = [column.key for _, column, _ in opened(table, "x", file.read()).columns]
        assert names == [column.key for column in writing.layout(table, Scope(full)).columns]


def test_outcomes_have_words() -> None:
    assert {outcome.label.text for outcome in Outcome} == {"new", "changed", "unchanged", "not right"}
