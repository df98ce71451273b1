"""The cooperation is anchored: what counts from the real tables, and the standing that follows by time alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from alliance_tracker.convenants import agreements
from alliance_tracker.database import clock_at, db, transaction
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.policy import Role
from alliance_tracker.standings import service as standings
from alliance_tracker.standings.models import AllianceStanding
from alliance_tracker.stappenplan import service as steps
from alliance_tracker.stappenplan.checks_data import gather
from alliance_tracker.stappenplan.judgement import How
from alliance_tracker.stappenplan.models import CriterionStatus
from alliance_tracker.stappenplan.reading import plan_of
from alliance_tracker.stappenplan.work_facts import AnchorFact
from tests.builders import make_actor, make_alliance, make_convenant, make_partner
from tests.conftest import NOON

LIMITS = evidence.Limits(1_000_000, 10_000_000)
PDF = evidence.Upload("overeenkomst.pdf", b"%PDF-1.7 tekst")
DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


def anchors(alliance_id: int) -> tuple[AnchorFact, ...]:
    return gather(alliance_id, today=DAY, year=2026).anchors


def test_convenants_and_agreements_carry_their_days_and_their_document(context: Flask) -> None:
    alliance, other = make_alliance(), make_alliance()
    manager = make_actor(Role.PROJECT_MANAGER)
    assert anchors(alliance.id) == ()
    make_convenant(alliance, parties=[make_partner(alliance)], title="Convenant")
    with transaction():
        row = agreements.record(
            alliance,
            agreements.Draft("Intentie", DAY, date(2026, 12, 1), date(2027, 11, 30), parties="Stad en school"),
            [PDF],
            limits=LIMITS,
            actor=manager,
        )
    assert anchors(alliance.id) == (
        AnchorFact("Convenant", DAY, date(2028, 12, 31), is_convenant=True),
        AnchorFact("Intentie", date(2026, 12, 1), date(2027, 11, 30)),
    )
    assert anchors(other.id) == ()
    file = db().query(Evidence).one()
    with transaction():
        evidence.withdraw(file, reason="Verkeerd bestand.", actor=manager)
    assert [anchor.has_document for anchor in anchors(alliance.id)] == [True, False]
    with transaction():
        agreements.withdraw(row, reason="Dubbel.", actor=manager)
    assert [anchor.title for anchor in anchors(alliance.id)] == ["Convenant"]


def test_an_agreement_turns_the_criterion_on_its_first_day_and_off_after_its_last(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        agreements.record(
            alliance,
            agreements.Draft("Intentie", DAY, date(2026, 11, 25), date(2026, 11, 30), parties="Stad en school"),
            [PDF],
            limits=LIMITS,
            actor=make_actor(Role.PROJECT_MANAGER),
        )

    def met() -> int:
        db().expire_all()
        return db().get_one(AllianceStanding, alliance.id).met_5

    assert met() == 0
    for day, expected in ((24, 0), (25, 1), (30, 1)):
        with clock_at(datetime(2026, 11, day, 11, tzinfo=UTC)), transaction():
            standings.refresh_due()
        assert met() == expected, day
        with clock_at(datetime(2026, 11, day, 11, tzinfo=UTC)):
            assert list(standings.drift()) == []
    with clock_at(datetime(2026, 12, 1, 11, tzinfo=UTC)):
        with transaction():
            standings.refresh_due()
        assert met() == 0
        assert list(standings.drift()) == []


def test_it_is_computed_and_may_still_be_waived(context: Flask) -> None:
    alliance = make_alliance()
    criterion = plan_of(alliance.id).criterion("anchor")[1]
    assert (criterion.status, criterion.how, criterion.is_for_people) == (CriterionStatus.OPEN, How.COMPUTED, False)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        steps.waive(alliance, "anchor", reason="Eerst proberen.", actor=coordinator)
    assert plan_of(alliance.id).criterion("anchor")[1].how is How.WAIVED
