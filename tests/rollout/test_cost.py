"""What a page asks of the database does not grow with what is in it."""

from datetime import date

import pytest
from flask import Flask

from alliance_tracker.database import db
from alliance_tracker.rollout import places, queries
from alliance_tracker.rollout import programme_queries as programme
from tests.builders import make_alliance
from tests.rollout.making import A, B, C, bring_to, decide, make_pioneer, record, region, region_place

READS = {
    "phases_of": queries.phases_of,
    "region_phases": lambda _: queries.region_phases(),
    "rollout_of": lambda alliance: queries.rollout_of(region(alliance.region_code)),
    "conversations": lambda _: programme.conversations(),
    "programme": lambda _: programme.programme(),
}
#: With the BEGIN, and the region itself where the test looks it up.
MOST = {"phases_of": 10, "region_phases": 2, "rollout_of": 7, "conversations": 5, "programme": 12}


@pytest.mark.parametrize("name", sorted(READS))
def test_the_number_of_statements_is_constant(context: Flask, statements: list[str], name: str) -> None:
    def count() -> int:
        db().expunge_all()
        statements.clear()
        READS[name](alliance)
        found = len(statements)
        db().expunge_all()
        db().add(alliance)
        return found

    alliance = make_alliance()
    decide(alliance, B, in_spite=True, reason="Toch.")
    few = count()
    for code, town in (("REFREG03", "Mol"), ("REFREG15", "Lommel"), ("REFREG13", "Deinze"), ("REFREG07", "Ieper")):
        for number in range(5):
            other = make_alliance(region=code, municipalities=(town,), name=f"{town} {number}")
            record("partners-decide", places.of_alliance(other), note="Ja.")
            bring_to(other, C)
        make_pioneer(other)
        record("region-conversation", region_place(code))
    decide(alliance, A, reason="Terug.")
    record("partners-decide", places.of_alliance(alliance), done_on=date(2026, 7, 1))
    assert count() == few
    assert few <= MOST[name]
