"""The summary rows always say what the facts say, whatever happens in whatever order."""

from datetime import date, timedelta
from itertools import count

import hypothesis.strategies as st
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings

from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners, service
from alliance_tracker.alliances.models import Alliance, AllianceStatus, DueDatesWhilePaused, PartnerRoleKind
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import DomainError
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import service as goals
from alliance_tracker.goals.models import Goal, GoalStatus
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import service as standings
from alliance_tracker.standings.models import AllianceStanding, RegionTally
from alliance_tracker.standings.queries import region_figures
from tests.builders import (
    actor_of,
    make_alliance,
    make_full_helix,
    make_organisation,
    make_partner,
    make_user,
    municipality,
)

DAY = date(2026, 3, 2)
NAMES = count(1)
#: What goals are tagged with in the play; the last says nothing.
TAGS: list[dict[Scheme, frozenset[str]]] = [
    {Scheme.OPERATIONAL_GOAL: frozenset({"1.1", "7.2"}), Scheme.TARGET_GROUP: frozenset({"girls"})},
    {Scheme.STRATEGIC_GOAL: frozenset({"1"}), Scheme.RECOMMENDATION: frozenset({"vertellen", "verwortelen"})},
    {Scheme.LONG_TERM_GOAL: frozenset({"stem4all"}), Scheme.POLICY_DOMAIN: frozenset({"work"})},
    {},
]


def test_a_new_alliance_is_counted_at_once(context: Flask) -> None:
    make_alliance()
    figures = region_figures()["REFREG03"]
    assert figures.count("status", "active") == 1
    assert figures.covered == 1
    assert {pillar.value for pillar, _ in figures.gaps()} == {
        "economy",
        "education-research",
        "government",
        "civil-society",
    }


def test_a_paused_alliance_covers_nothing(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        service.pause(alliance, since=DAY, due_dates=DueDatesWhilePaused.KEEP, reason="x", actor=SYSTEM)
    figures = region_figures()["REFREG03"]
    assert (figures.count("status", "paused"), figures.count("phase", "A"), figures.covered) == (1, 0, 0)


def test_rings_grow_with_the_facts(context: Flask) -> None:
    alliance = make_alliance()
    before = db().get_one(AllianceStanding, alliance.id).met_1
    make_full_helix(alliance)
    row = db().get_one(AllianceStanding, alliance.id, populate_existing=True)
    assert row.met_1 > before
    assert not row.has_gap


def test_a_drifted_row_is_named(context: Flask) -> None:
    alliance = make_alliance()
    assert list(standings.drift()) == []
    db().rollback()
    with context.extensions["engine"].begin() as connection:
        connection.exec_driver_sql("UPDATE alliance_standing SET partners = 99")
        row = f"({alliance.id}, 'recommendation', 'vertellen')"
        connection.exec_driver_sql(f"INSERT INTO counted_term (alliance_id, scheme, key) VALUES {row}")
        connection.exec_driver_sql("UPDATE region_tally SET alliances = 7 WHERE dimension = 'status'")
    db().expire_all()
    faults = list(standings.drift())
    assert any(f"alliance {alliance.id}: partners" in fault for fault in faults)
    assert any("tally" in fault for fault in faults)
    assert any("recommendation vertellen is counted" in fault for fault in faults)
    result = context.test_cli_runner().invoke(args=["check-data"])
    assert result.exit_code == 1


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["found", "join", "leave", "pause", "resume", "end", "log", "move", "mandate", "aim", "retag", "stop"]
        ),
        st.integers(0, 3),
    ),
    min_size=4,
    max_size=18,
)


class Play:
    """Plays random commands; what the rules refuse is no fault."""

    def __init__(self) -> None:
        self.alliances: list[Alliance] = []
        self.goals: list[Goal] = []
        self.author = actor_of(make_user(Role.PROJECT_MANAGER))

    def do(self, action: str, number: int) -> None:
        try:
            with transaction():
                getattr(self, action)(number)
        except (DomainError, IndexError, StopIteration):
            pass

    def found(self, number: int) -> None:
        region, place = [("REFREG03", "Geel"), ("REFREG15", "Genk"), ("REFREG07", "Ieper"), ("REFREG03", "Mol")][number]
        alliance = service.propose(
            name=f"A{next(NAMES)}",
            region_code=region,
            municipality_ids=[municipality(place).id],
            purpose="",
            actor=SYSTEM,
        )
        self.alliances.append(alliance)
        if number != 2:
            service.accept(alliance, on=DAY, actor=SYSTEM)

    def join(self, number: int) -> None:
        kind = list(OrganisationKind)[number * 5]
        make_partner(self.alliances[number], make_organisation(kind=kind), roles=[PartnerRoleKind.LEAD], is_core=True)

    def leave(self, number: int) -> None:
        partner = partners.current_partners(self.alliances[number].id)[0]
        partners.leave(partner, on=DAY, reason="x", actor=SYSTEM)

    def pause(self, number: int) -> None:
        service.pause(self.alliances[number], since=DAY, due_dates=DueDatesWhilePaused.KEEP, reason="x", actor=SYSTEM)

    def resume(self, number: int) -> None:
        if self.alliances[number].status is AllianceStatus.PAUSED:
            service.resume(self.alliances[number], on=DAY, actor=SYSTEM)

    def end(self, number: int) -> None:
        service.end(self.alliances[number], on=DAY, reason="x", actor=SYSTEM)

    def log(self, number: int) -> None:
        alliance = self.alliances[number]
        present = frozenset(partner.id for partner in partners.current_partners(alliance.id))
        draft = log.Draft(kind=LogKind.MEETING, on=DAY + timedelta(days=number), text="x", present=present)
        log.log(alliance, draft, actor=self.author)

    def move(self, number: int) -> None:
        service.work_in(self.alliances[number], [municipality("Balen").id], since=DAY, actor=SYSTEM)

    def aim(self, number: int) -> None:
        partner = partners.current_partners(self.alliances[number].id)[0]
        draft = goals.Draft("Iets samen", "Daarom", partner.id, tags=TAGS[number])
        self.goals.append(goals.add(self.alliances[number], draft, actor=SYSTEM))

    def retag(self, number: int) -> None:
        goal = self.goals[number]
        draft = goals.Draft("Iets anders", "Daarom", goal.owner_partner_id, tags=TAGS[3 - number])
        goals.edit(goal, draft, version=None, actor=SYSTEM)

    def stop(self, number: int) -> None:
        goal = self.goals[number]
        goals.move(goal, "stop" if goal.status is GoalStatus.ACTIVE else "reopen", reason="x", actor=SYSTEM)

    def mandate(self, number: int) -> None:
        service.give_mandate(self.alliances[number], task="x", since=DAY, until=None, actor=SYSTEM)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_whatever_happens_the_summaries_do_not_drift(context: Flask, actions: list[tuple[str, int]]) -> None:
    play = Play()
    for action, number in actions:
        play.do(action, number)
    db().rollback()
    assert list(standings.drift()) == []
    assert (
        db().scalar(sa.select(sa.func.min(RegionTally.alliances))) is None
        or (db().scalar(sa.select(sa.func.min(RegionTally.alliances))) or 0) >= 0
    )
