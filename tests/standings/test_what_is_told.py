"""What totals tell: nothing that a breakdown would hide, everything that was measured, and where people overlap."""

from datetime import date
from decimal import Decimal

from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import DueDatesWhilePaused
from alliance_tracker.database import transaction
from alliance_tracker.indicators import cataloguing, showing
from alliance_tracker.indicators.figures import WITHHELD, ratio
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import service as standings
from alliance_tracker.standings import totals
from tests.builders import (
    actor_of,
    definition,
    make_alliance,
    make_goal,
    make_indicator,
    make_measurement,
    make_user,
    typed,
)

REACH = "reach-participants"


def total_of(key: str = REACH, period: int = 2026, *, exact: bool = True) -> totals.IndicatorTotal:
    found = [*totals.catalogue([key]), *totals.former([key])]
    return totals.totals(found, period, period, None)[0].told(exact=exact)


def test_a_large_total_does_not_tell_the_breakdown_of_a_small_alliance(context: Flask) -> None:
    make_measurement(make_indicator(make_goal(make_alliance())), 2026, typed(1000))
    cells = {("gender", "girls"): typed(3), ("gender", "boys"): typed(1)}
    make_measurement(make_indicator(make_goal(make_alliance())), 2026, typed(4), cells=cells)
    assert total_of(exact=True).cells
    assert total_of(exact=False).cells == {}


def test_a_share_that_follows_from_a_hidden_breakdown_is_hidden_as_well(context: Flask) -> None:
    share = definition("girls-share")
    assert showing.for_reader(share, ratio(3, 4), exact=False) is WITHHELD
    assert showing.for_reader(share, ratio(3, 4), exact=True) == ratio(3, 4)
    assert showing.for_reader(share, ratio(30, 62), exact=False) == ratio(30, 60)


def test_what_an_alliance_measured_stays_in_the_totals_when_it_ends(context: Flask) -> None:
    lasting, ending = make_alliance(), make_alliance()
    for alliance, people in ((lasting, 100), (ending, 50)):
        make_measurement(make_indicator(make_goal(alliance)), 2026, typed(people))
    with transaction():
        alliances.end(ending, on=date(2026, 11, 1), reason="Klaar.", actor=SYSTEM)
    total = total_of().total
    assert (total.figure.value, total.reported, total.expected) == (Decimal(150), 2, 2)
    later = total_of(period=2027).total
    assert (later.reported, later.expected) == (0, 1)
    assert list(standings.drift()) == []


def test_an_overlap_with_a_paused_alliance_is_told(context: Flask) -> None:
    make_alliance(municipalities=["Geel"])
    resting = make_alliance(municipalities=["Geel", "Mol"])
    assert list(totals.shared_municipalities(None)) == ["Geel"]
    with transaction():
        alliances.pause(
            resting, since=date(2026, 11, 1), due_dates=DueDatesWhilePaused.KEEP, reason="Even stil.", actor=SYSTEM
        )
    assert list(totals.shared_municipalities(None)) == ["Geel"]
    assert list(totals.shared_municipalities("REFREG14")) == []


def test_what_was_measured_of_a_retired_indicator_stays_in_the_totals(context: Flask) -> None:
    make_measurement(make_indicator(make_goal(make_alliance()), "companies-involved"), 2025, typed(7))
    manager = actor_of(make_user(Role.PROJECT_MANAGER))
    with transaction():
        cataloguing.begin(actor=manager)
    draft = cataloguing.draft_or_missing()
    entry = next(e for e in draft.entries if e.definition.key == "companies-involved")
    with transaction():
        cataloguing.drop(entry, actor=manager)
        cataloguing.edit_draft(
            draft,
            label=draft.label,
            valid_from=draft.valid_from,
            change_note="Minder.",
            version=draft.version,
            actor=manager,
        )
    with transaction():
        cataloguing.publish(cataloguing.draft_or_missing(), actor=manager)
    assert "companies-involved" not in {found.key for found in totals.catalogue()}
    assert total_of("companies-involved", 2025).total.figure.value == 7


def test_a_range_of_years_tells_no_more_than_its_years(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    for year in (2023, 2024, 2025):
        make_measurement(indicator, year, typed(7), cells={("gender", "girls"): typed(7)})
    (found,) = totals.totals(totals.catalogue([REACH]), 2023, 2025, None)
    outside = found.told(exact=False)
    assert [each.total.figure.value for each in outside.by_period] == [5, 5, 5]
    assert (outside.total.figure.value, outside.cells) == (Decimal(15), {})
    assert found.told(exact=True).total.figure.value == 21
