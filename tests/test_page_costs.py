"""A page sends the same number of statements with 1 alliance and with 20, and never more than its ceiling."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import delivering
from alliance_tracker.commitments.models import Instalment
from alliance_tracker.database import db, today, transaction
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.indicators.models import Indicator
from alliance_tracker.learning import service as signals
from alliance_tracker.learning.models import Signal
from alliance_tracker.pilots import reach
from alliance_tracker.policy import Role
from tests.builders import (
    actor_of,
    make_actor,
    make_alliance,
    make_communication,
    make_convenant,
    make_full_helix,
    make_goal,
    make_indicator,
    make_measurement,
    make_partner,
    make_pilot,
    make_signal,
    make_user,
    promise,
    typed,
)
from tests.strict_client import StrictClient

#: Page to the most statements it may send, with the session's own.
CEILINGS = {
    "/": 40,
    "/monitor": 30,
    "/alliances": 10,
    "/alliances/{slug}": 58,
    "/alliances/{slug}/partners": 16,
    "/alliances/{slug}/steps": 36,
    "/alliances/{slug}/phases": 22,
    "/alliances/{slug}/goals": 16,
    "/alliances/{slug}/goals/needs-analysis": 14,
    "/alliances/{slug}/commitments": 22,
    "/alliances/{slug}/commitments/1": 32,
    "/alliances/{slug}/commitments/waiting": 20,
    "/alliances/{slug}/pilots": 22,
    "/alliances/{slug}/pilots/profile": 18,
    "/alliances/{slug}/pilots/1": 34,
    "/alliances/{slug}/communications": 20,
    "/alliances/{slug}/log": 30,
    "/alliances/{slug}/signals": 16,
    "/alliances/{slug}/history": 16,
    "/alliances/{slug}/figures/2026": 24,
    "/figures?from=2026": 14,
    "/figures?from=2025&to=2026": 16,
    "/figures/reach-participants?from=2026": 20,
    "/alliances/{slug}/exchange": 14,
    "/alliances/{slug}/exchange/measurements/import": 10,
    "/regions": 14,
    "/regions/REFREG03": 30,
    "/frameworks": 8,
    "/frameworks/regions/REFREG03": 12,
    "/frameworks/recommendation/vertellen": 12,
    "/frameworks/stem-monitor": 8,
    "/organisations": 14,
    "/signals": 16,
    "/signals/1": 26,
    "/stappenplan": 12,
    "/stappenplan/flags": 14,
    "/alliances/{slug}/indicators/{indicator}": 22,
    "/alliances/{slug}/indicators/new": 14,
    "/alliances/{slug}/indicators/{indicator}/targets": 20,
    "/catalogue": 14,
    "/programme": 20,
    "/programme/conversations": 14,
    "/admin/people": 10,
    "/api/v1/openapi.json": 2,
}

#: What every goal serves here, so that each page has something to show.
TAGS = {Scheme.RECOMMENDATION: frozenset({"vertellen"}), Scheme.OPERATIONAL_GOAL: frozenset({"1.1"})}


def measure(alliance: Alliance) -> Indicator:
    """A goal with two indicators, measured; the first of them."""
    goal = make_goal(alliance)
    cells = {("gender", "girls"): typed(20)}
    reached = make_indicator(goal, baseline=typed(100), targets={2025: 120, 2026: 200})
    make_measurement(reached, 2026, typed(50), cells=cells)
    make_measurement(make_indicator(goal, "schools-share"), 2026, typed(None, 4, 10))
    return reached


def _grow_pilots(alliance: Alliance, how_many: int) -> None:
    """As many pilots with a reach and as many communications."""
    author = actor_of(make_user(Role.PROJECT_MANAGER))
    tags = {Scheme.KADER_DIMENSION: frozenset({"teamwork"})}
    for _ in range(how_many):
        pilot = make_pilot(alliance, started_on=date(2026, 3, 1), tags=tags)
        with transaction():
            reach.record(pilot, reach.Entry(2026, 30, {("gender", "girls"): 12}), actor=author)
        make_communication(alliance, by=author)


def _grow_commitments(alliance: Alliance, how_many: int) -> None:
    """As many instalments of the first commitment, and a delivery of each and of the first one."""
    first = db().scalars(sa.select(Instalment).order_by(Instalment.id).limit(1)).one()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    columns = {column.key for column in sa.inspect(Instalment).column_attrs} - {"id", "year", "version"}
    last = db().scalars(sa.select(sa.func.max(Instalment.year))).one()
    facts = {name: getattr(first, name) for name in columns}
    facts |= {"reported": Decimal(0), "confirmed": Decimal(0), "delivered_on": None}
    with transaction():
        rows = [Instalment(**facts, year=last + 1 + number) for number in range(how_many)]
        db().add_all(rows)
        db().flush()
        for row in rows:
            for each in (row, first):
                delivering.log(each, delivering.Draft(today(), Decimal(1)), actor=author)


def grow(first: Alliance, how_many: int) -> None:
    """Others like the first, each with partners and a log; and the first grows as well."""
    _grow_pilots(first, how_many)
    _grow_commitments(first, how_many)
    author = actor_of(make_user(Role.PROJECT_MANAGER))
    signal = db().get_one(Signal, 1)
    for number in range(how_many):
        alliance = make_alliance(municipalities=["Geel", "Mol"] if number % 2 else ["Balen"])
        make_full_helix(alliance)
        make_goal(alliance, tags=TAGS)
        measure(alliance)
        make_signal(alliance)
        make_signal(first)
        with transaction():
            leading = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
            signals.support(signal, alliance, words="Bij ons ook.", actor=leading)
    for alliance in [first]:
        for _ in range(5):
            make_full_helix(alliance)
            make_goal(alliance, tags=TAGS)
        present = frozenset(partner.id for partner in partners.current_partners(alliance.id))
        with transaction():
            for day in range(1, 9):
                draft = log.Draft(kind=LogKind.MEETING, on=date(2026, 3, day), text="Overleg", present=present)
                log.log(alliance, draft, actor=author)


@pytest.mark.parametrize("path", list(CEILINGS))
def test_a_page_costs_the_same_with_twenty_alliances(
    app: Flask, client: StrictClient, statements: list[str], path: str
) -> None:
    with app.test_request_context("/"):
        first = make_alliance("Eerste", municipalities=["Geel", "Mol"])
        make_full_helix(first)
        indicator = measure(first)
        make_signal(first)
        partner = make_partner(first)
        make_convenant(first, parties=[partner], commitments=[promise(partner, goal_id=indicator.goal_id)])
        author = make_user(Role.PROJECT_MANAGER, email="vlaio@example.org")
        if path.startswith("/admin"):
            author = make_user(Role.ADMINISTRATOR, email="admin@example.org")
        draft = log.Draft(kind=LogKind.NOTE, on=date(2026, 2, 1), text="Begin")
        with transaction():
            log.log(first, draft, actor=actor_of(make_user(Role.PROJECT_MANAGER)))
        slug = first.slug
        make_measurement(indicator, 2025, typed(110), cells={("gender", "girls"): typed(50)})
        number = indicator.id
    client.sign_in(author.email)
    address = path.format(slug=slug, indicator=number)

    def cost() -> int:
        client.browser.get(address)
        statements.clear()
        answer = client.browser.get(address)
        assert answer.status_code == 200, answer.text[:300]
        return len(statements)

    # Three and twenty: every list holds something both times, so nothing new is asked.
    with app.test_request_context("/"):
        grow(first, 2)
    with_three = cost()
    with app.test_request_context("/"):
        grow(first, 17)
    with_twenty = cost()
    assert with_twenty == with_three, f"{with_three} statements became {with_twenty}"
    assert with_twenty <= CEILINGS[path]
