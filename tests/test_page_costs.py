"""A page sends the same number of statements with 1 alliance and with 20, and never more than its ceiling."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker import create_app
from alliance_tracker.accountability import explaining
from alliance_tracker.accountability.lifecycle import EXPLANATION
from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import delivering
from alliance_tracker.commitments.models import CommitmentKind, Instalment, Unit
from alliance_tracker.commitments.wordings import InYear
from alliance_tracker.convenants import beginning, drafting, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import clock_at, db, today, transaction
from alliance_tracker.drawing_rights.models import DrawingRight
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.impact_reports import drafts as report_drafts
from alliance_tracker.impact_reports import reviewing, submitting
from alliance_tracker.impact_reports import years as reporting
from alliance_tracker.impact_reports.models import SectionKey
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
    make_delivery,
    make_drawdown,
    make_full_helix,
    make_goal,
    make_indicator,
    make_measurement,
    make_organisation,
    make_partner,
    make_pilot,
    make_right,
    make_signal,
    make_user,
    promise,
    typed,
)
from tests.conftest import SETTINGS
from tests.impact_reports.making import open_year, reload, report_of, tell
from tests.strict_client import StrictClient

#: Page to the most statements it may send, with the session's own.
CEILINGS = {
    "/": 40,
    "/monitor": 36,
    "/alliances": 10,
    "/alliances/{slug}": 82,
    "/alliances/{slug}/partners": 16,
    "/alliances/{slug}/steps": 36,
    "/alliances/{slug}/phases": 22,
    "/alliances/{slug}/goals": 16,
    "/alliances/{slug}/convenant": 34,
    "/alliances/{slug}/convenant/versions/{draft}/edit": 38,  # compared with what is in force
    "/alliances/{slug}/convenant/versions/{draft}/text": 24,
    "/alliances/{slug}/convenant/versions/{draft}/parties": 30,
    "/alliances/{slug}/convenant/versions/{draft}/commitments/new": 24,
    "/alliances/{slug}/convenant/versions/{draft}/offer": 24,
    "/alliances/{slug}/goals/needs-analysis": 14,
    "/alliances/{slug}/commitments": 22,
    "/alliances/{slug}/commitments/1": 32,
    "/alliances/{slug}/commitments/waiting": 20,
    "/alliances/{slug}/pilots": 22,
    "/alliances/{slug}/pilots/profile": 18,
    "/alliances/{slug}/pilots/1": 34,
    "/alliances/{slug}/drawing-rights": 22,
    "/alliances/{slug}/drawing-rights/1": 30,
    "/drawdowns": 12,
    "/alliances/{accounted}/accounts": 24,
    "/alliances/{accounted}/accounts/questions": 16,
    "/alliances/{accounted}/accounts/questions/1": 26,
    "/alliances/{accounted}/accounts/{bearer}": 26,
    "/alliances/{accounted}/accounts/{bearer}/2026": 30,
    "/alliances/{accounted}/accounts/{gone}/succession": 22,
    "/organisations/{bearer}/account": 26,
    "/organisations/undecided": 10,
    "/alliances/{slug}/reports": 22,
    "/alliances/{slug}/reports/2026": 91,  # the whole draft beside what was logged since
    "/alliances/{slug}/reports/2026/sections/goals": 90,
    "/alliances/{slug}/reports/2026/versions/1": 20,
    "/alliances/{slug}/reports/2026/compare": 16,
    "/reports": 10,
    "/reports/2026": 20,  # with who decided what, and why
    "/public/reports": 6,
    "/public/verify": 4,
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


def prepare_convenant(alliance: Alliance) -> int:
    """To the convenant in force a rider that is offered and an addendum in draft; the number of that draft."""
    manager, two = make_actor(Role.PROJECT_MANAGER), make_partner(alliance)
    convenant = db().scalars(sa.select(Convenant).where(Convenant.alliance_id == alliance.id)).one()
    with transaction():
        rider = beginning.start_rider(convenant, drafting.PartyDraft(two.organisation_id), actor=manager)
        noted = dataclasses.replace(drafting.draft_of(rider), change_note="Sluit aan.")
        convenants.edit(rider, noted, actor=manager)
        signing.offer(rider, actor=manager)
    with transaction():
        return beginning.start_addendum(convenant, actor=manager).id


def _grow_convenant(draft_id: Any, how_many: int) -> None:
    """As many more parties, each with a commitment, in the draft."""
    version = convenants.version_by_id(draft_id)
    assert version is not None
    manager = make_actor(Role.PROJECT_MANAGER)
    partners_ = [make_partner(db().get_one(Alliance, version.alliance_id)) for _ in range(how_many)]
    with transaction():
        kept = [drafting.party_draft_of(party) for party in version.parties]
        added = [drafting.PartyDraft(partner.organisation_id) for partner in partners_]
        convenants.set_parties(version, [*kept, *added], actor=manager)
        for partner in partners_:
            convenants.add_commitment(version, promise(partner), actor=manager)


def draw(alliance: Alliance, goal_id: int | None = None) -> DrawingRight:
    """A right with a drawdown, and a promise of money with a delivery, which serves this goal."""
    partner = make_partner(alliance)
    money = promise(partner, kind=CommitmentKind.MONEY, unit=Unit.EUR, goal_id=goal_id)
    right = make_right(alliance, parties=[partner], commitments=[money], minimum_cofinancing=Decimal(30))
    make_drawdown(right, 100, payee=partner)
    make_delivery(instalments_of(db().get_one(Convenant, right.convenant_id))[0], 40)
    return right


def _grow_money(first: Alliance, how_many: int) -> None:
    """As many more drawdowns, and as many deliveries."""
    right = db().scalars(sa.select(DrawingRight).where(DrawingRight.alliance_id == first.id)).one()
    payee, author = make_partner(first), make_actor(Role.COORDINATOR, alliance_id=first.id)
    for _ in range(how_many):
        make_drawdown(right, 100, by=author, payee=payee)
        make_delivery(instalments_of(db().get_one(Convenant, right.convenant_id))[0], 40)


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
    _grow_money(first, how_many)
    _grow_commitments(first, how_many)
    author = actor_of(make_user(Role.PROJECT_MANAGER))
    signal = db().get_one(Signal, 1)
    for number in range(how_many):
        alliance = make_alliance(municipalities=["Geel", "Mol"] if number % 2 else ["Balen"])
        make_full_helix(alliance)
        make_goal(alliance, tags=TAGS)
        measure(alliance)
        draw(alliance)
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


def _fill_the_history(alliance: Alliance) -> None:
    """A page of the history tells of the same kinds of things both times: what it looks up depends on those."""
    author = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        for _ in range(40):
            log.log(alliance, log.Draft(kind=LogKind.NOTE, on=date(2026, 4, 1), text="Nota"), actor=author)


@dataclass(frozen=True)
class Cost:
    """What a page answered and how many statements it sent."""

    status: int
    statements: int


def _report(alliance: Alliance) -> None:
    """A report with a version that was returned, so that its draft can be read as well."""
    open_year(2026)
    author, manager = make_actor(Role.COORDINATOR, alliance_id=alliance.id), make_actor(Role.PROJECT_MANAGER)
    with clock_at(datetime(2027, 2, 1, 9, tzinfo=UTC)):
        with transaction():
            reporting.expect(alliance, 2026, is_required=True, actor=SYSTEM)
        with transaction():
            report_drafts.begin(report_of(alliance, 2026), actor=author)
        tell(report_of(alliance, 2026), "Een goed jaar.", by=author)
        with transaction():
            version = submitting.submit(report_of(alliance, 2026), actor=author)
        with transaction():
            reviewing.comment(reload(version), SectionKey.GOALS, "Waarom?", actor=manager)
            reviewing.send_back(reload(version), reason="Eén vraag.", actor=manager)


def _costs(app: Flask, values: dict[str, Any]) -> dict[str, Cost]:
    """Every page, asked a second time: what a process looks up once is not the page's."""
    people = {email: StrictClient(app) for email in ("vlaio@example.org", "admin@example.org")}
    for email, client in people.items():
        client.sign_in(email)
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(app.extensions["engine"], "before_cursor_execute", note)
    found = {}
    for path in CEILINGS:
        browser = people["admin@example.org" if path.startswith("/admin") else "vlaio@example.org"].browser
        browser.get(path.format(**values))
        seen.clear()
        answer = browser.get(path.format(**values))
        found[path] = Cost(answer.status_code, len(seen))
    sa.event.remove(app.extensions["engine"], "before_cursor_execute", note)
    return found


@pytest.fixture(scope="module")
def costs(
    tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[Path], str]
) -> Iterator[tuple[dict[str, Cost], dict[str, Cost]]]:
    """The cost of every page with three alliances and with twenty; every list holds something both times."""
    folder = tmp_path_factory.mktemp("costs")
    app = create_app({**SETTINGS, "DATABASE_URL": fresh_database(folder)}, folder)
    with app.test_request_context("/"):
        first = make_alliance("Eerste", municipalities=["Geel", "Mol"])
        make_full_helix(first)
        indicator = measure(first)
        make_signal(first)
        draw(first, indicator.goal_id)
        make_user(Role.PROJECT_MANAGER, email="vlaio@example.org")
        make_user(Role.ADMINISTRATOR, email="admin@example.org")
        draft = log.Draft(kind=LogKind.NOTE, on=date(2026, 2, 1), text="Begin")
        with transaction():
            log.log(first, draft, actor=actor_of(make_user(Role.PROJECT_MANAGER)))
        make_measurement(indicator, 2025, typed(110), cells={("gender", "girls"): typed(50)})
        bearer, accounted = make_organisation("Stad Geel"), make_alliance("Tweede")
        values: dict[str, Any] = {
            "slug": first.slug,
            "indicator": indicator.id,
            "draft": prepare_convenant(first),
            "accounted": accounted.slug,
            "bearer": bearer.id,
            "gone": accounting(accounted, bearer, 6).id,
        }
        _report(first)
        grow(first, 2)
        account_more(accounted.id, bearer.id, 2)
        _grow_convenant(values["draft"], 2)
        _fill_the_history(first)
    with_three = _costs(app, values)
    with app.test_request_context("/"):
        first = db().get_one(Alliance, 1)
        grow(first, 17)
        account_more(2, values["bearer"], 17)
        _grow_convenant(values["draft"], 17)
        _fill_the_history(first)
    yield with_three, _costs(app, values)
    app.extensions["engine"].dispose()


@pytest.mark.parametrize("path", list(CEILINGS))
def test_a_page_costs_the_same_with_twenty_alliances(costs: tuple[dict[str, Cost], dict[str, Cost]], path: str) -> None:
    with_three, with_twenty = (found[path] for found in costs)
    assert (with_three.status, with_twenty.status) == (200, 200)
    assert with_twenty.statements == with_three.statements
    assert with_twenty.statements <= CEILINGS[path]
