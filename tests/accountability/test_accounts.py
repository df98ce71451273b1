"""The account of an organisation: facts by year and kind, with the lines that make every number."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance_tracker.accountability import accounts, explaining, figures, roster
from alliance_tracker.alliances import partners
from alliance_tracker.commitments.instalments import extend, waive
from alliance_tracker.commitments.models import CommitmentKind, Instalment, Side, Unit
from alliance_tracker.convenants.drafting import office
from alliance_tracker.database import clock_at, db, today, transaction
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight
from alliance_tracker.policy import SYSTEM, Role
from tests.accountability.making import Stage, deliver, make_stage, organisation
from tests.builders import actor_of, make_actor, make_alliance, make_convenant, make_partner, promise
from tests.conftest import NOON

DAY = date(2026, 11, 21)


@pytest.fixture
def stage(context: Flask, freeze: Callable[[datetime], None]) -> Stage:
    freeze(NOON)
    return make_stage()


def account(stage: Stage, organisation_id: int, wanted: int = 2026) -> accounts.Year:
    found = accounts.account_of(stage.alliance.id, organisation_id, roster.years_of(stage.alliance.id))
    return next(year for year in found if year.year == wanted)


def test_confirmed_accepted_reported_and_disputed_stand_apart(stage: Stage) -> None:
    row = stage.instalment(1)
    deliver(row, 1, author=stage.mayor)
    deliver(row, 2, author=stage.mayor, accepted_from=today())
    deliver(row, 3, author=stage.mayor, confirmations=1)
    deliver(row, 4, author=stage.mayor, disputes=1)
    (hours,) = account(stage, stage.town.organisation_id).sums
    assert (hours.kind, hours.unit, hours.promised) == (CommitmentKind.HOURS, Unit.HOURS, Decimal(10))
    parts = {part: hours.of(part) for part in ("reported", "accepted", "confirmed", "disputed")}
    assert parts == {
        "reported": Decimal(1),
        "accepted": Decimal(2),
        "confirmed": Decimal(3),
        "disputed": Decimal(4),
    }
    # What somebody disputes of it does not take it off the list of what is late.
    assert hours.counts == figures.Counts(promised=1, late=1, was_late=1)


def test_a_delivery_becomes_accepted_on_its_day_and_not_before(stage: Stage) -> None:
    deliver(stage.instalment(1), 2, author=stage.mayor, accepted_from=date(2026, 12, 21))
    with clock_at(datetime(2026, 12, 20, 22, 59, tzinfo=UTC)):
        assert account(stage, stage.town.organisation_id).sums[0].of("reported") == Decimal(2)
    with clock_at(datetime(2026, 12, 20, 23, 0, tzinfo=UTC)):
        assert account(stage, stage.town.organisation_id).sums[0].of("accepted") == Decimal(2)


def test_the_page_of_everybody_counts_what_the_lines_say(stage: Stage) -> None:
    deliver(stage.instalment(2), 1000, author=stage.boss)
    rows = {row.member.organisation_id: row for row in roster.rows_of(stage.alliance.id, 2026, 2025)}
    assert set(rows) == {office().id, stage.town.organisation_id, stage.firm.organisation_id}
    assert rows[office().id].member.side is Side.GOVERNMENT
    assert next(iter(rows)) == office().id
    for organisation_id, row in rows.items():
        assert row.counts == account(stage, organisation_id).counts
    assert rows[office().id].counts.late == 1
    assert rows[stage.firm.organisation_id].counts.delivered == 1


def test_late_stays_late_after_it_is_moved_or_delivered(stage: Stage) -> None:
    with transaction():
        extend(stage.instalment(1), date(2026, 12, 31), reason="Afgesproken.", actor=actor_of(stage.coordinator))
    counts = account(stage, stage.town.organisation_id).counts
    assert (counts.late, counts.open, counts.was_late) == (0, 1, 1)
    deliver(stage.instalment(1), 10, author=stage.mayor)
    counts = account(stage, stage.town.organisation_id).counts
    assert (counts.delivered, counts.was_late) == (1, 1)


def test_what_is_waived_is_told_apart_and_not_pledged(stage: Stage) -> None:
    deliver(stage.instalment(2), 400, author=stage.boss)
    with transaction():
        waive(stage.instalment(2), reason="Besparing.", actor=actor_of(stage.coordinator))
    year = account(stage, stage.firm.organisation_id)
    assert year.counts.waived == 1
    assert (year.sums[0].promised, year.sums[0].waived) == (Decimal(1000), Decimal(600))
    assert (year.money.pledged, year.money.reported) == (Decimal(0), Decimal(400))


def draw(stage: Stage, paid: str) -> Drawdown:
    with transaction():
        right = db().scalars(sa.select(DrawingRight).where(DrawingRight.year == 2026)).one()
        right.drawn, right.paid = Decimal(3000), Decimal(paid)
        row = Drawdown(
            alliance_id=stage.alliance.id,
            drawing_right_id=right.id,
            amount=Decimal(3000),
            purpose="Materiaal",
            payee_partner_id=stage.town.id,
            status=DrawdownStatus.APPROVED,
            requested_by_id=stage.coordinator.id,
            requested_on=DAY,
            decide_by=DAY,
            decided_on=DAY,
            decided_by_id=stage.manager.id,
            paid=Decimal(paid),
        )
        db().add(row)
    return row


def test_money_received_stands_apart_from_money_paid(stage: Stage) -> None:
    draw(stage, "1250.50")
    deliver(stage.instalment(2), "250.25", author=stage.boss, confirmations=1)
    town, firm = (account(stage, partner.organisation_id) for partner in (stage.town, stage.firm))
    assert (town.money.received, town.money.paid) == (Decimal("1250.50"), Decimal(0))
    assert [row.purpose for row in town.received] == ["Materiaal"]
    assert (firm.money.pledged, firm.money.confirmed, firm.money.received) == (
        Decimal(1000),
        Decimal("250.25"),
        Decimal(0),
    )


def test_over_all_alliances_only_what_the_reader_may_see(stage: Stage) -> None:
    other = make_alliance("Elders", region="REFREG05", municipalities=["Brugge"])
    partner = make_partner(other, organisation(stage.town))
    make_convenant(other, parties=[partner], commitments=[promise(partner)])
    draw(stage, "100")
    deliver(stage.instalment(1), 3, author=stage.mayor)
    everything = roster.overall(stage.town.organisation_id, 2026, 1, actor=actor_of(stage.manager))
    own = roster.overall(stage.town.organisation_id, 2026, 1, actor=actor_of(stage.coordinator))
    assert [row.alliance for row in everything.rows] == ["Elders", "Kempen Samen"]
    assert [row.alliance for row in own.rows] == ["Kempen Samen"]
    assert {year: counts.promised for year, counts, _ in everything.years}[2026] == 2
    assert {year: counts.promised for year, counts, _ in own.years}[2026] == 1
    assert everything.money.received == Decimal(100)
    stranger = make_actor(Role.COORDINATOR, alliance_id=make_alliance().id)
    assert roster.overall(stage.town.organisation_id, 2026, 1, actor=stranger).total == 0


def test_open_questions_are_counted_and_answered_ones_are_not(stage: Stage) -> None:
    with transaction():
        thread = explaining.ask(stage.instalment(3), "Waarom?", actor=actor_of(stage.mayor))
    rows = {row.member.organisation_id: row for row in roster.rows_of(stage.alliance.id, 2026, 2025)}
    assert rows[office().id].questions == 1
    found = explaining.thread_by_id(thread.id)
    assert found is not None
    with transaction():
        explaining.answer(found, "Daarom.", actor=actor_of(stage.manager))
    rows = {row.member.organisation_id: row for row in roster.rows_of(stage.alliance.id, 2026, 2025)}
    assert rows[office().id].questions == 0


def test_without_a_convenant_a_partner_accounts_for_the_years_in_which_it_took_part(context: Flask) -> None:
    alliance = make_alliance(accepted_on=date(2024, 3, 1))
    first = make_partner(alliance, since=date(2024, 3, 1))
    later = make_partner(alliance, since=date(2026, 2, 1))
    left = make_partner(alliance, since=date(2024, 3, 1), is_core=True)
    with transaction():
        partners.leave(left, on=date(2025, 6, 30), reason="Stopt.", actor=SYSTEM)
    assert roster.years_of(alliance.id) == (2024, 2025, 2026)
    years = [roster.years_of(alliance.id, each.organisation_id) for each in (first, later, left)]
    assert years == [(2024, 2025, 2026), (2026,), (2024, 2025)]
    assert {member.organisation_id for member in roster.members_of(alliance.id)} == {
        first.organisation_id,
        later.organisation_id,
        left.organisation_id,
    }
    # Who left stands in the year in which it took part, and no more in a later one.
    for year, there in ((2025, True), (2026, False)):
        rows = {row.member.organisation_id: row.accounts for row in roster.rows_of(alliance.id, year, year)}
        assert (left.organisation_id in rows) is there
        assert rows[later.organisation_id] is (year == 2026)


def test_an_initiative_has_nothing_to_account_for(context: Flask) -> None:
    assert roster.years_of(make_alliance(accepted_on=None).id) == ()


def test_an_alliance_from_before_the_first_report_accounts_from_the_first_report_on(context: Flask) -> None:
    alliance = make_alliance(accepted_on=date(2012, 3, 1))
    assert roster.years_of(alliance.id)[0] == roster.FIRST_YEAR


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(
        st.tuples(
            st.integers(1, 12),
            st.sampled_from(["plain", "confirmed", "disputed", "accepted"]),
            st.integers(-200, 0),
        ),
        max_size=5,
    ),
    moved=st.booleans(),
    waived=st.booleans(),
    day=st.integers(0, 500),
)
def test_the_counts_of_sql_are_those_of_the_lines(
    stage: Stage, made: list[tuple[int, str, int]], moved: bool, waived: bool, day: int
) -> None:
    columns = {
        "plain": {},
        "confirmed": {"confirmations": 1},
        "disputed": {"disputes": 1},
        "accepted": {"accepted_from": DAY},
    }
    try:
        row = stage.instalment(1)
        for quantity, how, ago in made:
            deliver(row, quantity, on=DAY + timedelta(days=ago), author=stage.mayor, **columns[how])  # type: ignore[arg-type]
        with transaction():
            row = stage.instalment(1)
            if moved and row.delivered_on is None:
                extend(row, row.due_on + timedelta(days=200), reason="Later.", actor=actor_of(stage.coordinator))
            if waived and row.delivered_on is None:
                waive(row, reason="Laat maar.", actor=actor_of(stage.coordinator))
        with clock_at(NOON + timedelta(days=day)):
            here = Instalment.organisation_id == stage.town.organisation_id
            counted = figures.counts([Instalment.year], here)
            for year in accounts.account_of(stage.alliance.id, stage.town.organisation_id, [2026]):
                assert counted.get((year.year,), figures.Counts()) == year.counts
                total = year.counts
                assert total.promised == total.delivered + total.open + total.late + total.disputed + total.waived
    finally:
        # Each example begins with nothing delivered; deliveries are kept by the database, so they are withdrawn.
        with transaction():
            fresh = stage.instalment(1)
            db().execute(sa.text("UPDATE delivery SET withdrawn_at = '2026-11-21 11:00:00', withdraw_reason = 'weg'"))
            fresh.is_waived, fresh.waived_on, fresh.waive_reason = False, None, ""
            fresh.due_on, fresh.was_late = fresh.first_due_on, False
            fresh.reported = fresh.confirmed = Decimal(0)
            fresh.disputes, fresh.disputed, fresh.delivered_on = 0, Decimal(0), None
