"""Totals over alliances and periods, each against a sum worked by hand."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.indicators.models import FigureState
from alliance_tracker.indicators.service import Typed
from alliance_tracker.policy import Role
from alliance_tracker.standings import figure_sources, totals
from alliance_tracker.standings.totals import IndicatorTotal
from tests.builders import make_actor, make_alliance, make_goal, make_indicator, make_measurement, make_user, typed
from tests.strict_client import StrictClient

NOT_APPLICABLE = Typed(FigureState.NOT_APPLICABLE)
NOT_MEASURED = Typed(FigureState.NOT_MEASURED)


def measured(key: str, by_alliance: list[dict[int, Typed]], **cells: Any) -> None:
    """One alliance for each entry, with its figures by period; more than one region."""
    for number, figures in enumerate(by_alliance):
        region, place = (("REFREG03", "Geel"), ("REFREG15", "Genk"))[number % 2]
        indicator = make_indicator(make_goal(make_alliance(region=region, municipalities=[place])), key)
        for period, figure in figures.items():
            make_measurement(indicator, period, figure, note="x", **cells)


def total_of(key: str, first: int = 2026, last: int | None = None, region: str | None = None) -> IndicatorTotal:
    return totals.totals(totals.catalogue([key]), first, last or first, region)[0]


def test_counts_are_added_and_it_is_told_how_many_reported(context: Flask) -> None:
    measured(
        "reach-participants", [{2026: typed(120)}, {2026: typed(0)}, {2026: NOT_MEASURED}, {}, {2026: NOT_APPLICABLE}]
    )
    total = total_of("reach-participants").total
    # 120 + 0; five follow it, for one it does not apply, two of the other four measured it.
    assert (total.figure.value, total.reported, total.expected, total.not_applicable) == (Decimal(120), 2, 4, 1)


def test_percentages_are_the_ratio_of_the_sums_and_never_averaged(context: Flask) -> None:
    measured("schools-share", [{2026: typed(None, 1, 2)}, {2026: typed(None, 3, 18)}])
    # (1 + 3) / (2 + 18) = 20 %; the mean of 50 % and 16.67 % would be 33.33 %.
    assert total_of("schools-share").total.figure.value == Decimal(20)


def test_scores_stand_side_by_side(context: Flask) -> None:
    measured("stem-interest", [{2026: typed(4, None, 10)}, {2026: typed(3, None, 30)}])
    total = total_of("stem-interest").total
    assert (total.parts_only, total.figure.value, total.reported) == (True, None, 2)


def test_nothing_measured_is_no_zero(context: Flask) -> None:
    measured("reach-participants", [{2026: NOT_MEASURED}, {}])
    assert total_of("reach-participants").total.figure.state is FigureState.NOT_MEASURED
    assert total_of("activity-hours").total.expected == 0


def test_only_the_region_that_is_asked_for_counts(context: Flask) -> None:
    measured("reach-participants", [{2026: typed(120)}, {2026: typed(30)}])
    assert total_of("reach-participants", region="REFREG15").total.figure.value == 30
    split = totals.by_region(totals.catalogue(["reach-participants"]), 2026, 2026, None)
    assert {code: found[0].total.figure.value for code, found in split.items()} == {"REFREG03": 120, "REFREG15": 30}


# Several periods ---------------------------------------------------------------------------------------------------


def test_flows_are_added_over_the_years(context: Flask) -> None:
    measured("reach-participants", [{2025: typed(100), 2026: typed(120)}, {2026: typed(30)}])
    found = total_of("reach-participants", 2025, 2026)
    assert found.total.figure.value == 250
    assert [(p.period, p.total.reported, p.total.expected) for p in found.by_period] == [(2025, 1, 2), (2026, 2, 2)]


def test_of_a_state_each_alliance_counts_with_its_latest_year(context: Flask) -> None:
    measured(
        "companies-involved", [{2024: typed(9), 2025: typed(5), 2026: NOT_MEASURED}, {2024: typed(7)}, {2025: typed(4)}]
    )
    # 5 (2025), 7 (2024) and 4 (2025): 16. The latest year alone would say 9, all years together 25.
    found = total_of("companies-involved", 2024, 2026).total
    assert (found.figure.value, found.reported) == (Decimal(16), 3)


def test_of_a_share_the_latest_parts_and_wholes_count(context: Flask) -> None:
    measured("schools-share", [{2025: typed(None, 1, 10), 2026: typed(None, 4, 10)}, {2025: typed(None, 5, 20)}])
    # (4 + 5) / (10 + 20) = 30 %.
    assert total_of("schools-share", 2025, 2026).total.figure.value == Decimal(30)


def test_unique_people_of_several_years_are_not_added(context: Flask) -> None:
    measured("teachers-trained", [{2025: typed(20), 2026: typed(25)}, {2026: typed(5)}])
    found = total_of("teachers-trained", 2025, 2026)
    assert found.is_side_by_side
    assert found.total.figure.value is None
    assert [p.total.figure.value for p in found.by_period] == [20, 30]


def test_not_applicable_in_every_year_is_not_expected(context: Flask) -> None:
    measured(
        "companies-involved", [{2025: NOT_APPLICABLE, 2026: NOT_APPLICABLE}, {2025: typed(3), 2026: NOT_APPLICABLE}]
    )
    found = total_of("companies-involved", 2025, 2026).total
    assert (found.reported, found.expected, found.not_applicable) == (1, 1, 1)


# Outside -----------------------------------------------------------------------------------------------------------


def test_outside_people_are_rounded_and_few_people_are_not_divided(context: Flask) -> None:
    measured("workplace-visits", [{2026: typed(4)}], cells={("target_group", "girls"): typed(3)})
    found = total_of("workplace-visits")
    assert found.cells[("target_group", "girls")].value == 3
    told = found.told(exact=False)
    assert (told.total.figure.value, dict(told.cells)) == (Decimal(5), {})


def test_outside_a_share_is_taken_from_the_rounded_counts(context: Flask) -> None:
    measured("reach-fifth-year", [{2026: typed(None, 13, 38)}])
    # 15 / 40
    assert total_of("reach-fifth-year").told(exact=False).total.figure.value == Decimal("37.5")


def test_what_does_not_count_people_is_not_rounded(context: Flask) -> None:
    measured("companies-involved", [{2026: typed(13)}])
    assert total_of("companies-involved").told(exact=False).total.figure.value == 13


# The pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(app: Flask) -> dict[str, str]:
    """Two alliances of different regions that measured, and who looks at them."""
    with app.test_request_context("/"):
        one = make_alliance("Kempen Samen", municipalities=["Geel"])
        two = make_alliance("Verborgen Bond", municipalities=["Geel", "Mol"])
        for alliance, value in ((one, 123), (two, 51)):
            goal = make_goal(alliance)
            make_indicator(goal, "girls-share")
            cells = {("gender", "girls"): typed(20), ("gender", "boys"): typed(20)}
            make_measurement(make_indicator(goal), 2026, typed(value), cells=cells)
        return {
            "manager": make_user(Role.PROJECT_MANAGER).email,
            "coordinator": make_user(Role.COORDINATOR, alliance_id=one.id).email,
            "observer": make_user(Role.OBSERVER).email,
            "slug": one.slug,
        }


def test_the_project_manager_reads_it_exactly(client: StrictClient, people: dict[str, str]) -> None:
    client.sign_in(people["manager"])
    assert "174" in client.get("/figures?from=2026").words
    words = client.get("/figures/reach-participants?from=2026").words
    assert all(word in words for word in ("174", "123", "51", "Verborgen Bond"))
    assert "50%" in client.get("/figures/girls-share?from=2026").words


def test_everybody_else_reads_people_rounded(client: StrictClient, people: dict[str, str]) -> None:
    client.sign_in(people["observer"])
    for path in ("/figures?from=2026", "/figures/reach-participants?from=2026", "/figures?from=2025&to=2026"):
        words = client.get(path).words
        assert "174" not in words, path
        assert "175" in words, path
    assert "123" not in client.get("/figures/reach-participants?from=2026").words


def test_alliances_of_others_are_counted_and_not_named(client: StrictClient, people: dict[str, str]) -> None:
    client.sign_in(people["coordinator"])
    page = client.get("/figures/reach-participants?from=2026")
    assert "Verborgen Bond" not in page.words
    assert "123" in page.words, "one's own figure as it is"
    assert "51" not in page.words
    assert any("/figures/measurement/" in link and people["slug"] in link for link in page.links)


def test_a_shared_municipality_is_named(client: StrictClient, people: dict[str, str]) -> None:
    client.sign_in(people["manager"])
    for path in ("/figures?from=2026", "/figures/reach-participants?from=2026&region=REFREG03"):
        assert "Geel" in client.get(path).words
    assert "Geel" not in client.get("/figures?from=2026&region=REFREG15").words


def test_an_unknown_indicator_is_not_found(client: StrictClient, people: dict[str, str]) -> None:
    client.sign_in(people["manager"])
    client.get("/figures/bestaat-niet", status=404)


def test_the_sources_page_by_page(context: Flask, statements: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_sources, "PAGE", 2)
    measured("reach-participants", [{2026: typed(n)} for n in range(5)])
    definition = totals.catalogue(["reach-participants"])[0]
    actor = make_actor(Role.PROJECT_MANAGER)
    statements.clear()
    pages = [figure_sources.sources(definition, 2026, 2026, None, number=n, actor=actor) for n in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert len({item.slug for page in pages for item in page.items}) == 5
    assert len(statements) <= 15
