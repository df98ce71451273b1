"""Every check with the cases at its boundary, on facts alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from alliance_tracker.alliances.models import PartnerRoleKind
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.stappenplan import checks
from alliance_tracker.stappenplan.checks_data import CheckFacts, MeetingFact, PartnerFact
from alliance_tracker.stappenplan.checks_work import cooperation_anchored
from alliance_tracker.stappenplan.verdicts import Verdict
from alliance_tracker.stappenplan.work_facts import AnchorFact
from alliance_tracker.stappenplan.years import (
    closes_on,
    is_open,
    last_day_within_twelve_months,
    open_years,
    twelve_months_before,
)

TODAY = date(2026, 11, 21)
EMPTY = CheckFacts(today=TODAY, year=2026)
ALL = frozenset(Pillar)
THREE = frozenset({Pillar.ECONOMY, Pillar.EDUCATION, Pillar.GOVERNMENT})
TWO = frozenset({Pillar.ECONOMY, Pillar.EDUCATION})


def partner(
    name: str = "Hidrodoe",
    *,
    current: bool = True,
    core: bool = True,
    joined: date = date(2025, 1, 1),
    responsibility: str = "Gastheer.",
    gain: str = "Bezoekers.",
    pillars: frozenset[Pillar] = frozenset({Pillar.ECONOMY}),
    roles: frozenset[PartnerRoleKind] = frozenset(),
) -> PartnerFact:
    return PartnerFact(name, current, core, joined, responsibility, gain, pillars, roles)


def with_partners(*partners: PartnerFact) -> CheckFacts:
    return replace(EMPTY, partners=partners)


LEAD = frozenset({PartnerRoleKind.LEAD})
COORDINATES = frozenset({PartnerRoleKind.COORDINATOR})


@pytest.mark.parametrize(
    ("partners", "expected"),
    [
        ((), False),
        ((partner(),), False),
        ((partner(roles=LEAD),), True),
        ((partner(roles=LEAD, core=False),), True),
        ((partner(roles=LEAD, current=False),), False),
    ],
)
def test_a_driver_is_a_current_partner_with_the_lead_role(
    context: Flask, partners: tuple[PartnerFact, ...], expected: bool
) -> None:
    verdict = checks.alliance_has_driver(with_partners(*partners))
    assert verdict.holds is expected
    assert str(verdict.reason)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 0, 0), False),
        ((3, 2, 2, 2), False),
        ((3, 3, 2, 2), True),
        ((10, 0, 0, 0), False),
        ((5, 5, 5, 0), False),
        ((7, 1, 1, 1), True),
    ],
)
def test_stakeholders_are_ten_from_all_four_pillars(
    context: Flask, counts: tuple[int, int, int, int], expected: bool
) -> None:
    facts = replace(EMPTY, organisations=dict(zip(Pillar, counts, strict=True)))
    verdict = checks.stakeholders_mapped(facts)
    assert verdict.holds is expected
    assert str(verdict.reason)


def test_the_helix_names_the_missing_pillar() -> None:
    verdict = checks.helix_complete(with_partners(partner(pillars=THREE)))
    assert verdict.holds is False
    assert verdict.reason.facts["filled"] == 3
    assert verdict.reason.facts["missing"] == [Pillar.CIVIL_SOCIETY.label]


def test_the_helix_counts_current_partners_of_any_kind() -> None:
    others = partner(pillars=frozenset({Pillar.CIVIL_SOCIETY}), core=False)
    assert checks.helix_complete(with_partners(partner(pillars=THREE), others)).holds is True
    assert (
        checks.helix_complete(with_partners(partner(pillars=THREE), replace(others, is_current=False))).holds is False
    )
    assert checks.helix_complete(EMPTY).holds is False


@pytest.mark.parametrize(
    ("roles", "people", "expected"), [(COORDINATES, 1, True), (COORDINATES, 0, False), (LEAD, 1, False)]
)
def test_coordination_needs_a_partner_and_a_person(
    context: Flask, roles: frozenset[PartnerRoleKind], people: int, expected: bool
) -> None:
    facts = replace(with_partners(partner(roles=roles)), coordinators=people)
    verdict = checks.alliance_has_coordinator(facts)
    assert verdict.holds is expected
    assert str(verdict.reason)


def test_a_coordinating_partner_that_left_coordinates_no_more() -> None:
    facts = replace(with_partners(partner(roles=COORDINATES, current=False)), coordinators=1)
    assert checks.alliance_has_coordinator(facts).holds is False


@pytest.mark.parametrize(
    ("words", "partners", "expected"),
    [
        ("", (partner(),), False),
        ("   ", (partner(),), False),
        ("Samen sterker.", (), False),
        ("Samen sterker.", (partner(core=False),), False),
        ("Samen sterker.", (partner(gain=""),), False),
        ("Samen sterker.", (partner(), partner(gain="", core=False)), True),
        ("Samen sterker.", (partner(), partner(gain="", current=False)), True),
        ("Samen sterker.", (partner(),), True),
    ],
)
def test_the_value_proposition_needs_the_gain_of_each_core_partner(
    words: str, partners: tuple[PartnerFact, ...], expected: bool
) -> None:
    facts = replace(with_partners(*partners), value_proposition=words)
    assert checks.value_proposition_written(facts).holds is expected


@pytest.mark.parametrize(
    ("partners", "expected"),
    [
        ((), False),
        ((partner(core=False),), False),
        ((partner(),), True),
        ((partner(), partner("Olen", responsibility="")), False),
        ((partner(), partner("Olen", responsibility="", core=False)), True),
        ((partner(), partner("Olen", responsibility="", current=False)), True),
    ],
)
def test_every_core_partner_has_its_responsibility_written(
    context: Flask, partners: tuple[PartnerFact, ...], expected: bool
) -> None:
    verdict = checks.every_core_partner_has_responsibility(with_partners(*partners))
    assert verdict.holds is expected
    assert "Olen" in str(verdict.reason) or len(partners) < 2 or expected


def meetings(*days: tuple[date, frozenset[Pillar]]) -> CheckFacts:
    return replace(EMPTY, meetings=tuple(MeetingFact(on, pillars) for on, pillars in days))


A_YEAR_AGO = date(2025, 11, 21)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), False),
        (((TODAY, ALL),), False),
        (((TODAY, ALL), (A_YEAR_AGO, ALL)), True),
        (((TODAY, ALL), (A_YEAR_AGO - timedelta(days=1), ALL)), False),
        (((TODAY, ALL), (A_YEAR_AGO, TWO)), False),
        (((TODAY, THREE), (A_YEAR_AGO, THREE)), True),
        (((TODAY + timedelta(days=1), ALL), (TODAY, ALL)), False),
        (((TODAY, ALL), (TODAY, ALL)), True),
    ],
)
def test_two_broad_meetings_lie_in_the_twelve_months_before_today(
    context: Flask, days: tuple[tuple[date, frozenset[Pillar]], ...], expected: bool
) -> None:
    verdict = checks.two_network_meetings_in_year(meetings(*days))
    assert verdict.holds is expected
    assert str(verdict.reason)
    assert (verdict.holds_until is not None) is expected


def test_meetings_hold_until_the_second_newest_falls_out_of_the_twelve_months() -> None:
    facts = meetings((date(2026, 1, 1), ALL), (date(2026, 3, 3), ALL), (date(2026, 9, 9), ALL))
    until = checks.two_network_meetings_in_year(facts).holds_until
    assert until == date(2027, 3, 3)
    assert checks.two_network_meetings_in_year(replace(facts, today=until)).holds is True
    assert checks.two_network_meetings_in_year(replace(facts, today=until + timedelta(days=1))).holds is False


@given(st.dates(date(2019, 1, 1), date(2035, 12, 31)))
def test_the_last_day_within_twelve_months_is_exactly_the_last(on: date) -> None:
    last = last_day_within_twelve_months(on)
    assert twelve_months_before(last) <= on
    assert twelve_months_before(last + timedelta(days=1)) > on


def test_a_leap_day_looks_back_to_28_february() -> None:
    assert twelve_months_before(date(2028, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("joined", "current", "expected"),
    [
        (date(2026, 1, 1), True, True),
        (date(2026, 12, 31), True, True),
        (date(2026, 6, 1), False, True),
        (date(2025, 12, 31), True, False),
        (date(2027, 1, 1), True, False),
    ],
)
def test_the_network_grew_when_a_partner_joined_in_the_year_that_is_renewed(
    joined: date, current: bool, expected: bool
) -> None:
    assert checks.partners_grew_this_year(with_partners(partner(joined=joined, current=current))).holds is expected


def anchored(*anchors: AnchorFact, today: date = TODAY, year: int = 2026) -> Verdict:
    return cooperation_anchored(replace(EMPTY, anchors=anchors, today=today, year=year))


def convenant(since: date, until: date) -> AnchorFact:
    return AnchorFact("Convenant", since, until, is_convenant=True)


@pytest.mark.parametrize(
    ("anchors", "expected", "until"),
    [
        ((), False, None),
        ((convenant(TODAY, date(2028, 12, 31)),), True, date(2028, 12, 31)),
        ((convenant(date(2026, 1, 1), TODAY),), True, TODAY),
        ((convenant(date(2026, 1, 1), TODAY - timedelta(days=1)),), False, None),
        ((AnchorFact("Intentie", date(2026, 1, 1)),), True, None),
        ((AnchorFact("Intentie", date(2026, 1, 1), has_document=False),), False, None),
        ((AnchorFact("Intentie", date(2026, 12, 1)),), False, date(2026, 11, 30)),
        ((convenant(date(2026, 1, 1), TODAY), AnchorFact("Intentie", date(2026, 1, 1))), True, None),
        ((convenant(date(2026, 1, 1), TODAY), convenant(TODAY, date(2027, 1, 31))), True, date(2027, 1, 31)),
        (
            (AnchorFact("Zonder", date(2026, 1, 1), has_document=False), AnchorFact("Later", date(2026, 12, 1))),
            False,
            date(2026, 11, 30),
        ),
    ],
)
def test_the_cooperation_is_anchored_while_a_convenant_or_an_agreement_with_its_document_runs(
    context: Flask, anchors: tuple[AnchorFact, ...], expected: bool, until: date | None
) -> None:
    verdict = anchored(*anchors)
    assert (verdict.holds, verdict.holds_until) == (expected, until)
    assert str(verdict.reason)


def test_of_a_year_that_is_over_its_last_day_counts() -> None:
    through = convenant(date(2025, 1, 1), date(2025, 12, 31))
    assert anchored(through, year=2025).holds is True
    assert anchored(convenant(date(2025, 1, 1), date(2025, 12, 30)), year=2025).holds is False
    # What came after the year does not mend it, and time alone changes nothing any more.
    verdict = anchored(AnchorFact("Intentie", date(2026, 1, 1)), year=2025)
    assert (verdict.holds, verdict.holds_until) == (False, None)


@given(
    st.lists(st.tuples(st.integers(-40, 40), st.integers(0, 40), st.booleans()), max_size=5),
    st.integers(1, 30),
)
def test_an_answer_is_sure_until_the_day_that_it_tells(rows: list[tuple[int, int, bool]], later: int) -> None:
    day = date(2026, 6, 15)
    anchors = tuple(
        AnchorFact("x", day + timedelta(days=start), day + timedelta(days=start + length), has_document=has)
        for start, length, has in rows
    )
    now = anchored(*anchors, today=day)
    if now.holds_until is None or day + timedelta(days=later) <= now.holds_until:
        then = anchored(*anchors, today=day + timedelta(days=later))
        assert then.holds is now.holds


LATER = ["self_evaluation_this_year"]


def test_a_check_whose_data_come_later_leaves_it_to_a_person_and_says_so(context: Flask) -> None:
    answers = checks.verdicts(set(checks.CHECKS), EMPTY)
    assert sorted(name for name, verdict in answers.items() if verdict.holds is None) == sorted(LATER)
    assert all(str(answers[name].reason) for name in LATER)


def test_a_check_that_this_release_does_not_know_has_no_answer() -> None:
    assert checks.verdicts({"from_the_future"}, EMPTY) == {}


# The years of the yearly step ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 12, 31), (2026,)),
        (date(2027, 1, 1), (2026, 2027)),
        (date(2027, 3, 31), (2026, 2027)),
        (date(2027, 4, 1), (2027,)),
    ],
)
def test_a_year_is_open_until_its_report_is_due(today: date, years: tuple[int, ...]) -> None:
    assert open_years(today, date(2024, 5, 1)) == years
    assert is_open(2026, today) is (2026 in years)
    assert closes_on(2026) == date(2027, 3, 31)


def test_no_year_is_open_from_before_the_alliance_was_founded() -> None:
    assert open_years(date(2027, 2, 1), date(2027, 1, 10)) == (2027,)
    assert open_years(date(2027, 2, 1), date(2026, 12, 31)) == (2026, 2027)
