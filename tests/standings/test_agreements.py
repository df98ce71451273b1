"""What is due and what was drawn, added up per region, follows every change and never drifts."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import DueDatesWhilePaused
from alliance_tracker.commitments import instalments, wordings
from alliance_tracker.commitments.models import Side
from alliance_tracker.convenants import signing
from alliance_tracker.database import db, today, transaction
from alliance_tracker.drawing_rights import rights
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.standings import agreements
from alliance_tracker.standings import service as standings
from alliance_tracker.standings.agreements import RegionMoney
from alliance_tracker.standings.models import AllianceStanding, MoneyTally
from tests.builders import instalments_of, make_actor, make_alliance, make_convenant, make_partner, make_right, promise
from tests.conftest import NOON

OVERDUE = date(2027, 1, 1)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


def standing(alliance_id: int) -> AllianceStanding:
    db().expire_all()
    return db().get_one(AllianceStanding, alliance_id)


def test_what_is_due_is_counted_by_its_date_for_both_sides(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    office = db().scalars(sa.text("SELECT organisation_id FROM programme_office")).one()
    answer = {2026: wordings.InYear(Decimal(1), date(2026, 6, 30))}
    convenant = make_convenant(
        alliance,
        parties=[partner],
        commitments=[
            promise(partner),
            wordings.Draft(**(vars(promise(partner)) | {"bearers": {office: Decimal(100)}, "years": answer})),
        ],
    )
    assert standing(alliance.id).next_due_on == date(2026, 6, 30)
    assert standing(alliance.id).convenant_until == date(2028, 12, 31)
    assert agreements.overdue_by_region(today()) == {"REFREG03": {Side.GOVERNMENT: 1}}
    assert agreements.overdue_by_region(OVERDUE) == {"REFREG03": {Side.GOVERNMENT: 1, Side.PARTNER: 1}}
    own = next(row for row in instalments_of(convenant) if row.side is Side.PARTNER)
    with transaction():
        instalments.extend(own, date(2027, 3, 1), reason="De zaal is later klaar.", actor=manager)
    assert agreements.overdue_by_region(OVERDUE) == {"REFREG03": {Side.GOVERNMENT: 1}}
    assert list(standings.drift()) == []


def test_nothing_is_due_while_an_alliance_rests(manager: Actor) -> None:
    alliance = make_alliance()
    make_convenant(alliance, parties=[partner := make_partner(alliance)], commitments=[promise(partner)])
    assert agreements.overdue_by_region(OVERDUE) == {"REFREG03": {Side.PARTNER: 1}}
    with transaction():
        alliances.pause(
            alliance, since=today(), reason="De coördinator is ziek.", due_dates=DueDatesWhilePaused.KEEP, actor=SYSTEM
        )
    assert agreements.overdue_by_region(OVERDUE) == {}
    assert list(standings.drift()) == []


def test_drawing_rights_add_up_over_the_alliances_of_a_region(manager: Actor) -> None:
    for ceiling in (1000, 500):
        alliance = make_alliance()
        make_convenant(alliance, parties=[make_partner(alliance)], ceilings={2026: Decimal(ceiling)})
    assert agreements.money_by_region(2026) == {"REFREG03": RegionMoney(Decimal(1500))}
    assert agreements.money_by_region(2027) == {}
    assert list(standings.drift()) == []


def test_a_terminated_convenant_leaves_nothing_due(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner)], ceilings={2026: Decimal(9)})
    with transaction():
        signing.terminate(convenant, on=today(), reason="Gestopt.", actor=manager)
    assert (standing(alliance.id).next_due_on, standing(alliance.id).convenant_until) == (None, None)
    assert agreements.overdue_by_region(OVERDUE) == {}
    assert rights.of_convenant(convenant.id)[0].closed_on == today()
    assert list(standings.drift()) == []


def test_a_tally_that_was_tampered_with_is_named(manager: Actor) -> None:
    alliance = make_alliance()
    make_convenant(alliance, parties=[make_partner(alliance)], ceilings={2026: Decimal(1000)})
    with transaction():
        db().execute(sa.update(MoneyTally).values(ceiling=Decimal(1)))
    assert any("drawing rights" in sentence for sentence in standings.drift())


def test_a_right_of_nothing_is_counted_as_none(context: Flask) -> None:
    make_right(make_alliance(), 0)
    assert list(agreements.drift()) == []
