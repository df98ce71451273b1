"""A page sends the same number of statements with 1 alliance and with 20, and never more than its ceiling."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accountability import explaining
from alliance_tracker.accountability.lifecycle import EXPLANATION
from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Instalment
from alliance_tracker.commitments.wordings import InYear
from alliance_tracker.database import db, today, transaction
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.indicators.models import Indicator
from alliance_tracker.learning import service as signals
from alliance_tracker.learning.models import Signal
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.pilots import reach
from alliance_tracker.policy import SYSTEM, Role
from tests.accountability.making import deliver
from tests.builders import (
    actor_of,
    instalments_of,
    make_actor,
    make_alliance,
    make_communication,
    make_convenant,
    make_full_helix,
    make_goal,
    make_indicator,
    make_measurement,
    make_organisation,
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
    "/alliances/{slug}/goals": 14,
    "/alliances/{slug}/goals/needs-analysis": 14,
    "/alliances/{slug}/pilots": 22,
    "/alliances/{slug}/pilots/profile": 18,
    "/alliances/{slug}/pilots/1": 34,
    "/alliances/{slug}/accounts": 24,
    "/alliances/{slug}/accounts/questions": 16,
    "/alliances/{slug}/accounts/questions/1": 26,
    "/alliances/{slug}/accounts/{bearer}": 26,
    "/alliances/{slug}/accounts/{bearer}/2026": 30,
    "/alliances/{slug}/accounts/{gone}/succession": 22,
    "/organisations/{bearer}/account": 26,
    "/organisations/undecided": 10,
    "/alliances/{slug}/communications": 20,
    "/alliances/{slug}/log": 30,
    "/alliances/{slug}/signals": 16,
    "/alliances/{slug}/history": 12,
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


def accounting(alliance: Alliance, bearer: Organisation, how_many: int) -> Organisation:
    """A convenant in which `bearer` is late with as many promises, asked about the first; and another bearer left."""
    partner, gone = make_partner(alliance, bearer), make_partner(alliance)
    late = {2026: InYear(Decimal(10), date(2026, 2, 1))}
    promises = [promise(each, years=late) for each in (partner, gone) for _ in range(how_many)]
    (row, *_) = instalments_of(make_convenant(alliance, parties=[partner, gone], commitments=promises))
    asking = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        explaining.ask(row, "Waarom?", actor=asking)
        leaving = next(found for found in partners.current_partners(alliance.id) if found.id == gone.id)
        partners.leave(leaving, on=today(), reason="Stopt.", actor=SYSTEM)
    return db().get_one(Organisation, gone.organisation_id)


def account_more(first_id: int, bearer_id: int, how_many: int) -> None:
    """The same bearer in as many other alliances, and as many more promises, deliveries and posts in the first."""
    author, bearer = make_user(Role.PROJECT_MANAGER), db().get_one(Organisation, bearer_id)
    for _ in range(how_many):
        accounting(make_alliance(municipalities=["Balen"]), bearer, 1)
        rows = db().scalars(sa.select(Instalment).where(Instalment.alliance_id == first_id)).all()
        deliver(rows[0], 1, author=author)
        with transaction():
            thread = explaining.thread_by_id(1)
            assert thread is not None
            if thread.status.value == "open":
                EXPLANATION.apply(thread, "answer", actor=SYSTEM)
            explaining.ask_on(thread, "En?", actor=actor_of(author))


def grow(first: Alliance, how_many: int) -> None:
    """Others like the first, each with partners and a log; and the first grows as well."""
    _grow_pilots(first, how_many)
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
        author = make_user(Role.PROJECT_MANAGER, email="vlaio@example.org")
        if path.startswith("/admin"):
            author = make_user(Role.ADMINISTRATOR, email="admin@example.org")
        draft = log.Draft(kind=LogKind.NOTE, on=date(2026, 2, 1), text="Begin")
        with transaction():
            log.log(first, draft, actor=actor_of(make_user(Role.PROJECT_MANAGER)))
        slug = first.slug
        make_measurement(indicator, 2025, typed(110), cells={("gender", "girls"): typed(50)})
        number = indicator.id
        if is_account := "account" in path or "undecided" in path:
            bearer = make_organisation("Stad Geel")
            gone = accounting(first, bearer, 6)
            ids = {"bearer": bearer.id, "gone": gone.id}
        else:
            ids = {}
    client.sign_in(author.email)
    address = path.format(slug=slug, indicator=number, **ids)

    def cost() -> int:
        client.browser.get(address)
        statements.clear()
        answer = client.browser.get(address)
        assert answer.status_code == 200, answer.text[:300]
        return len(statements)

    # Three and twenty: every list holds something both times, so nothing new is asked.
    with app.test_request_context("/"):
        (partial(account_more, 1, ids["bearer"]) if is_account else partial(grow, first))(2)
    with_three = cost()
    with app.test_request_context("/"):
        (partial(account_more, 1, ids["bearer"]) if is_account else partial(grow, first))(17)
    with_twenty = cost()
    assert with_twenty == with_three, f"{with_three} statements became {with_twenty}"
    assert with_twenty <= CEILINGS[path]
