"""The lines under the goals: one for each indicator, in a constant number of statements."""

from flask import Flask
from flask_babel import force_locale

from alliance_tracker.database import transaction
from alliance_tracker.indicators import computed, following, goal_panel
from alliance_tracker.indicators.figures import Course, ratio
from alliance_tracker.policy import SYSTEM
from tests.builders import make_alliance, make_goal, make_indicator, make_measurement, typed


def test_each_indicator_is_a_line_under_its_goal(context: Flask, statements: list[str]) -> None:
    alliance = make_alliance()
    one, two = make_goal(alliance), make_goal(alliance)
    reach = make_indicator(one, baseline=typed(100), targets={2026: 180})
    hours = make_indicator(one, "activity-hours")
    make_indicator(two, "schools-share")
    make_measurement(reach, 2026, typed(153))
    with transaction():
        following.stop(hours, reason="Genoeg.", actor=SYSTEM)
    with force_locale("en_GB"):
        statements.clear()
        lines = goal_panel.lines_of(alliance)
        asked = len(statements)
        # Nobody is signed in here, so people are counted as outside: rounded.
        assert [(str(line.value), line.course) for line in lines[one.id]] == [
            ("155 (2026)", Course.UNDER_WAY),
            ("no longer followed", Course.NO_TARGET),
        ]
        assert [line.course for line in lines[two.id]] == [Course.NO_TARGET]
        make_indicator(two, "companies-involved", baseline=typed(4), targets={2026: 8})
        statements.clear()
        goal_panel.lines_of(alliance)
        assert len(statements) == asked


def test_a_computed_indicator_shows_what_is_computed(context: Flask) -> None:
    alliance = make_alliance()
    goal = make_goal(alliance)
    share = make_indicator(goal, "girls-share", targets={2026: 50})
    computed.register(lambda ids: {(number, 2026): ratio(60, 100) for number in ids})
    try:
        [line] = goal_panel.lines_of(alliance)[goal.id]
    finally:
        computed.COMPUTERS.pop()
    assert (share.definition.is_derived, line.course) == (True, Course.REACHED)
    assert str(line.value) == "60% (2026)"
