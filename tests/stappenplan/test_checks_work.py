"""The checks on goals, pilots and signals, with the cases at their boundary: on facts alone, then on real records."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import today, transaction
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import service as goals
from alliance_tracker.indicators import service as indicators
from alliance_tracker.indicators.models import FigureState
from alliance_tracker.indicators.service import Typed
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.pilots.models import PilotDecision
from alliance_tracker.policy import SYSTEM
from alliance_tracker.stappenplan import checks
from alliance_tracker.stappenplan.checks_data import CheckFacts, gather
from alliance_tracker.stappenplan.work_facts import GoalFact, PilotFact, SentSignal
from tests.builders import make_alliance, make_goal, make_indicator, typed

EMPTY = CheckFacts(today=date(2026, 11, 21), year=2026)
TWO = frozenset({Pillar.ECONOMY, Pillar.EDUCATION})
ONE = frozenset({Pillar.ECONOMY})
STARTED = PilotFact("Techniekdag", started_on=date(2026, 3, 1), pillars=TWO)
FINISHED = replace(STARTED, finished_on=date(2026, 6, 1))
EVALUATED = replace(FINISHED, decision=PilotDecision.ADJUST)
REACHED = replace(FINISHED, has_reach=True)
DIVIDED = replace(REACHED, has_breakdown=True)


@pytest.mark.parametrize(
    ("check", "facts", "expected"),
    [
        ("goal_with_baseline_and_target", {}, False),
        ("goal_with_baseline_and_target", {"goals": (GoalFact("A"),)}, False),
        ("goal_with_baseline_and_target", {"goals": (GoalFact("A", has_indicator=True),)}, False),
        ("goal_with_baseline_and_target", {"goals": (GoalFact("A", is_measurable=True),)}, True),
        ("goal_for_underrepresented_group", {}, False),
        ("goal_for_underrepresented_group", {"goals": (GoalFact("A", frozenset({"primary"})),)}, False),
        ("goal_for_underrepresented_group", {"goals": (GoalFact("A", frozenset({"primary", "okan"})),)}, True),
        ("goals_span_policy_domains", {"goals": (GoalFact("A"),)}, False),
        (
            "goals_span_policy_domains",
            {"goals": (GoalFact("A", policy_domains=frozenset({"work", "welfare"})),)},
            False,
        ),
        (
            "goals_span_policy_domains",
            {
                "goals": (
                    GoalFact("A", policy_domains=frozenset({"work", "welfare"})),
                    GoalFact("B", policy_domains=frozenset({"education"})),
                )
            },
            True,
        ),
        ("pilot_started", {}, False),
        ("pilot_started", {"pilots": (replace(STARTED, started_on=None),)}, False),
        ("pilot_started", {"pilots": (replace(STARTED, pillars=ONE),)}, False),
        ("pilot_started", {"pilots": (STARTED,)}, True),
        ("pilot_evaluated", {"pilots": (STARTED,)}, False),
        ("pilot_evaluated", {"pilots": (FINISHED,)}, False),
        ("pilot_evaluated", {"pilots": (EVALUATED,)}, True),
        ("pilot_reach_recorded", {"pilots": (STARTED,)}, False),
        ("pilot_reach_recorded", {"pilots": (FINISHED,)}, False),
        ("pilot_reach_recorded", {"pilots": (REACHED,)}, False),
        ("pilot_reach_recorded", {"pilots": (DIVIDED, REACHED)}, False),
        ("pilot_reach_recorded", {"pilots": (DIVIDED, STARTED)}, True),
        ("signal_raised_this_year", {}, False),
        ("signal_raised_this_year", {"signals": (SentSignal(date(2025, 12, 31), "Vervoer"),)}, False),
        ("signal_raised_this_year", {"signals": (SentSignal(date(2026, 1, 1), "Vervoer"),)}, True),
    ],
)
def test_a_check_answers_with_a_reason(context: Flask, check: str, facts: dict[str, Any], expected: bool) -> None:
    verdict = checks.CHECKS[check].judge(replace(EMPTY, **facts))
    assert verdict.holds is expected
    assert str(verdict.reason)


def verdict_of(alliance: Alliance, check: str) -> bool | None:
    return checks.CHECKS[check].judge(gather(alliance.id, today=today(), year=today().year)).holds


CHECK = "goal_with_baseline_and_target"


def test_a_goal_is_measurable_by_a_known_baseline_and_a_target_after_it(context: Flask) -> None:
    alliance = make_alliance()
    indicator = make_indicator(make_goal(alliance), baseline=typed(100))
    assert verdict_of(alliance, CHECK) is False
    with transaction():
        # The baseline is of 31 December 2025: a target for that year does not lie after it.
        indicators.set_target(indicator, 2025, typed(150).value, actor=SYSTEM)
    assert verdict_of(alliance, CHECK) is False
    with transaction():
        indicators.set_target(indicator, 2026, typed(150).value, actor=SYSTEM)
    assert verdict_of(alliance, CHECK) is True
    with transaction():
        indicators.set_target(indicator, 2026, None, reason="Te hoog gegrepen.", actor=SYSTEM)
    assert verdict_of(alliance, CHECK) is False


def test_a_baseline_that_was_not_measured_is_not_known(context: Flask) -> None:
    alliance = make_alliance()
    make_indicator(make_goal(alliance), baseline=Typed(FigureState.NOT_MEASURED), targets={2027: 150})
    assert verdict_of(alliance, CHECK) is False


def test_a_goal_that_was_given_up_counts_no_longer(context: Flask) -> None:
    alliance = make_alliance()
    goal = make_goal(alliance, tags={Scheme.TARGET_GROUP: frozenset({"girls"})})
    assert verdict_of(alliance, "goal_for_underrepresented_group") is True
    with transaction():
        goals.move(goal, "stop", reason="Een ander doet het.", actor=SYSTEM)
    assert verdict_of(alliance, "goal_for_underrepresented_group") is False
