"""What the partners bring is judged on the whole, exactly; and the figure that is computed of it stays true."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given

from alliance_tracker import audit
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.commitments.models import Answer, CommitmentKind, Confirmation, Delivery, Instalment, Unit
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import clock_at, db, now, transaction
from alliance_tracker.drawing_rights import cofinancing, queries, rights, service
from alliance_tracker.drawing_rights.cofinancing import Judged
from alliance_tracker.indicators import computed, deriving, sheets
from alliance_tracker.indicators.figures import number
from alliance_tracker.indicators.models import Definition, FigureState, Indicator
from alliance_tracker.organisations import queries as registered
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import figure_sources, figures
from alliance_tracker.standings import service as standings
from alliance_tracker.standings.models import AllianceStanding, FigureTally
from tests.builders import (
    instalments_of,
    make_actor,
    make_alliance,
    make_convenant,
    make_delivery,
    make_drawdown,
    make_goal,
    make_indicator,
    make_organisation,
    make_partner,
    make_user,
    promise,
)
from tests.conftest import NOON

DAY = date(2026, 11, 21)
THE_DAY = timedelta(days=30)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None], context: Flask) -> None:  # the database comes with it
    freeze(NOON)


def promising(alliance: Alliance, *partners: Partner, bodies: Any = (), **more: Any) -> Convenant:
    """A convenant with a right of 10,000 euro in which each partner promises hours and the first one money."""
    money = promise(partners[0], kind=CommitmentKind.MONEY, unit=Unit.EUR)
    hours = [promise(one, unit_value=Decimal(50)) for one in (*partners, *bodies)]
    facts: dict[str, Any] = {"ceilings": {2026: Decimal(10_000)}, "minimum_cofinancing": Decimal(30)}
    return make_convenant(alliance, parties=partners, bodies=bodies, commitments=[money, *hours], **(facts | more))


def of(convenant: Convenant, organisation_id: int, *, year: int = 2026, kind: CommitmentKind) -> Instalment:
    found = db().scalars(
        sa.select(Instalment)
        .where(Instalment.id.in_([row.id for row in instalments_of(convenant)]), Instalment.year == year)
        .where(Instalment.organisation_id == organisation_id)
        .options(sa.orm.selectinload(Instalment.wording))
    )
    return next(row for row in found if row.wording.kind is kind)


def answer(delivery: Delivery, said: Answer) -> None:
    """Another organisation's answer, with what the row counts of it."""
    other = make_organisation()
    with transaction():
        found = db().get_one(Delivery, delivery.id)
        row = Confirmation(
            alliance_id=found.alliance_id,
            delivery_id=found.id,
            organisation_id=other.id,
            answer=said,
            reason="Daarom.",
            given_by_id=make_user().id,
            given_at=now(),
        )
        db().add(row)
        found.confirmations += said is Answer.CONFIRMS
        found.disputes += said is Answer.DISPUTES
        db().flush()
        audit.record("added", row, actor=SYSTEM)


def withdraw(delivery: Delivery) -> None:
    with transaction():
        found = db().get_one(Delivery, delivery.id)
        found.withdrawn_at, found.withdraw_reason = now(), "Fout."
        audit.record("removed", found, actor=SYSTEM)


# The share -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("brought", "drawn", "minimum", "of_hundred", "enough", "needed"),
    [
        ("4200", "5800", "30", "42.00", True, "0"),
        ("5000", "5000", "50", "50.00", True, "0"),  # one euro for one euro
        ("4999.99", "5000", "50", "49.99", False, "0.01"),
        ("0", "700", "30", "0.00", False, "300.00"),
        ("100", "0", "30", "100.00", True, "0"),
        ("0", "0", "30", None, None, "0"),
        ("10", "90", None, "10.00", None, "0"),
        ("10", "90", "100", "10.00", False, None),
        ("29999.99", "70000", "30", "29.99", False, "0.01"),
    ],
)
def test_the_share_is_that_of_the_whole_and_never_looks_like_more(  # the columns of a table
    brought: str, drawn: str, minimum: str | None, of_hundred: str | None, enough: bool | None, needed: str | None
) -> None:
    judged = Judged(Decimal(brought), Decimal(drawn), None if minimum is None else Decimal(minimum))
    assert judged.of_hundred == (None if of_hundred is None else Decimal(of_hundred))
    assert judged.is_enough is enough
    assert judged.still_needed == (None if needed is None else Decimal(needed))


CENTS = st.decimals(0, 10**7, places=2)


@given(CENTS, CENTS, st.decimals(0, Decimal("99.99"), places=2))
def test_what_is_still_needed_is_exactly_enough(brought: Decimal, drawn: Decimal, minimum: Decimal) -> None:
    judged = Judged(brought, drawn, minimum)
    if judged.is_enough is False:
        needed = judged.still_needed
        assert needed is not None
        assert needed > 0
        assert Judged(brought + needed, drawn, minimum).is_enough
        assert not Judged(brought + needed - Decimal("0.01"), drawn, minimum).is_enough
    if judged.share is not None and judged.of_hundred is not None:
        assert Fraction(judged.of_hundred) <= judged.share < Fraction(judged.of_hundred + Decimal("0.01"))


def test_money_and_kind_are_kept_apart_by_how_their_deliveries_stand() -> None:
    alliance = make_alliance()
    one, two = make_partner(alliance), make_partner(alliance)
    body = make_organisation(kind=OrganisationKind.FLEMISH_BODY)
    convenant = promising(alliance, one, two, bodies=[body])
    cash = of(convenant, one.organisation_id, kind=CommitmentKind.MONEY)
    hours = of(convenant, two.organisation_id, kind=CommitmentKind.HOURS)
    answer(make_delivery(cash, "1000.10"), Answer.CONFIRMS)
    make_delivery(cash, "200", accepted_from=DAY)
    make_delivery(cash, "30", accepted_from=DAY + timedelta(days=1))
    answer(make_delivery(hours, "500"), Answer.CONFIRMS)
    answer(make_delivery(hours, "4"), Answer.DISPUTES)
    make_delivery(hours)
    make_delivery(hours, "70", on=date(2027, 1, 2), accepted_from=DAY)
    withdraw(make_delivery(hours, "9000"))
    answer(make_delivery(of(convenant, body.id, kind=CommitmentKind.HOURS), "8000"), Answer.CONFIRMS)

    (money,) = queries.money_of(alliance.id)
    cash_sums, kind_sums = money.brought.cash, money.brought.in_kind
    assert (cash_sums.confirmed, cash_sums.accepted, cash_sums.reported) == (
        Decimal("1000.10"),
        Decimal(200),
        Decimal(30),
    )
    assert kind_sums == cofinancing.Sums(Decimal(500), Decimal(70), disputed=Decimal(4))
    assert money.brought.unvalued == 1
    assert money.judged.brought == Decimal("1770.10")
    assert {year: b.together.counted for year, b in money.years.items()} == {2026: Decimal("1700.10"), 2027: 70}
    with clock_at(NOON + timedelta(days=1)):
        assert queries.money_of(alliance.id)[0].brought.cash.accepted == 230


def test_what_was_drawn_of_all_years_is_held_against_it() -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = promising(alliance, partner, ceilings={2026: Decimal(1000), 2027: Decimal(1000)})
    manager = make_actor(Role.PROJECT_MANAGER)
    for right in rights.of_convenant(convenant.id):
        with clock_at(NOON.replace(year=right.year)):
            drawdown = make_drawdown(right, 350)
            with transaction():
                service.approve(drawdown, actor=manager)
    make_delivery(of(convenant, partner.organisation_id, kind=CommitmentKind.MONEY), 250, accepted_from=DAY)
    judged = queries.money_of(alliance.id)[0].judged
    assert (judged.drawn, judged.is_enough, judged.still_needed) == (Decimal(700), False, Decimal(50))


def test_a_convenant_without_money_is_a_convenant() -> None:
    alliance = make_alliance()
    assert queries.money_of(alliance.id) == []
    make_convenant(alliance, parties=[make_partner(alliance)])
    (money,) = queries.money_of(alliance.id)
    assert (money.rights, money.judged.share, money.judged.is_enough) == ((), None, None)


# The shared indicator ------------------------------------------------------------------------------------------------


@pytest.fixture
def followed() -> tuple[Alliance, Indicator, Instalment]:
    """An alliance that follows the co-financing, and a promise of money in it."""
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = promising(alliance, partner)
    indicator = make_indicator(make_goal(alliance), cofinancing.COFINANCING)
    return alliance, indicator, of(convenant, partner.organisation_id, kind=CommitmentKind.MONEY)


def tally(indicator: Indicator, category: str = "") -> FigureTally | None:
    db().expire_all()
    return (
        db()
        .scalars(
            sa.select(FigureTally).where(
                FigureTally.definition_id == indicator.definition_id,
                FigureTally.period == 2026,
                FigureTally.category == category,
            )
        )
        .one_or_none()
    )


def test_a_year_without_a_valued_delivery_is_not_measured_and_one_in_which_none_counts_is_zero(
    followed: tuple[Alliance, Indicator, Instalment],
) -> None:
    _, indicator, instalment = followed
    assert cofinancing.figures_of([indicator.id]) == {}
    make_delivery(instalment)
    assert cofinancing.figures_of([indicator.id]) == {}
    make_delivery(instalment, 100)
    assert cofinancing.figures_of([indicator.id]) == {(indicator.id, 2026): number(0)}
    answer(make_delivery(instalment, 40), Answer.CONFIRMS)
    assert cofinancing.figures_of([indicator.id]) == {(indicator.id, 2026): number(40)}
    (row,) = sheets.sheet_of(indicator.alliance_id, 2026).rows
    assert row.derived is not None
    assert (row.figure.value, row.derived.source) == (Decimal(40), cofinancing.SOURCE)
    assert sheets.sheet_of(indicator.alliance_id, 2027).rows[0].figure.state is FigureState.NOT_MEASURED


def test_every_computed_indicator_says_where_it_comes_from() -> None:
    keys = db().scalars(sa.select(Definition.key).where(Definition.is_derived))
    assert set(keys) == set(computed.SOURCES) == {deriving.GIRLS_SHARE, cofinancing.COFINANCING}


def test_the_total_follows_each_delivery_and_each_answer(followed: tuple[Alliance, Indicator, Instalment]) -> None:
    _, indicator, instalment = followed
    delivery = make_delivery(instalment, "100.50")
    found = tally(indicator)
    assert found is not None
    assert (found.value, found.reported) == (Decimal(0), 1)
    answer(delivery, Answer.CONFIRMS)
    found = tally(indicator)
    assert found is not None
    assert found.value == Decimal("100.50")
    assert list(figures.drift()) == []
    answer(delivery, Answer.DISPUTES)
    found = tally(indicator)
    assert found is not None
    assert found.value == 0
    withdraw(delivery)
    assert tally(indicator) is None
    assert list(figures.drift()) == []


def test_the_total_is_divided_by_the_pillar_of_who_delivered(followed: tuple[Alliance, Indicator, Instalment]) -> None:
    _, indicator, instalment = followed
    answer(make_delivery(instalment, 60), Answer.CONFIRMS)
    found = tally(indicator, "economy")
    assert found is not None
    assert (found.value, found.reported, found.breakdown) == (Decimal(60), 1, "helix_pillar")
    organisation = registered.organisation(instalment.organisation_id)
    with transaction():
        organisation.kind = OrganisationKind.LIBRARY
        audit.record("organisation.edited", organisation, actor=SYSTEM)
    assert tally(indicator, "economy") is None
    assert tally(indicator, "civil-society") is not None
    assert list(figures.drift()) == []


def test_what_nobody_disputes_counts_from_its_day_on_once_the_day_is_recomputed(
    followed: tuple[Alliance, Indicator, Instalment],
) -> None:
    alliance, indicator, instalment = followed
    make_delivery(instalment, 80, accepted_from=DAY + THE_DAY)
    make_delivery(instalment, 9, accepted_from=DAY + THE_DAY + timedelta(days=5))
    assert db().get_one(AllianceStanding, alliance.id).recompute_on == DAY + THE_DAY
    with clock_at(NOON + THE_DAY):
        assert list(figures.drift()) != []
        with transaction():
            assert standings.refresh_due() == 1
        found = tally(indicator)
        assert found is not None
        assert found.value == 80
        assert list(figures.drift()) == []
        assert db().get_one(AllianceStanding, alliance.id).recompute_on == DAY + THE_DAY + timedelta(days=5)


def test_a_change_on_that_very_day_before_the_recomputing_does_not_lose_it(
    followed: tuple[Alliance, Indicator, Instalment],
) -> None:
    alliance, indicator, instalment = followed
    make_delivery(instalment, 80, accepted_from=DAY + THE_DAY)
    with clock_at(NOON + THE_DAY):
        make_partner(alliance)
        found = tally(indicator)
        assert found is not None
        assert found.value == 80
        assert list(figures.drift()) == []
        with transaction():
            assert standings.refresh_due() == 0


def test_from_the_total_one_comes_to_the_alliances_under_it(followed: tuple[Alliance, Indicator, Instalment]) -> None:
    alliance, indicator, instalment = followed
    make_delivery(instalment, 80, accepted_from=DAY)
    make_delivery(instalment, 5, on=date(2025, 12, 31), accepted_from=DAY)
    definition = db().get_one(Definition, indicator.definition_id)
    found = figure_sources.sources(definition, 2026, 2026, None, number=1, actor=make_actor(Role.OBSERVER))
    (source,) = found.items
    assert source.alliance_id == alliance.id
    assert source.measured == (figure_sources.MeasuredIn(2026, number(80)),)
