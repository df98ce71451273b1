"""A pause moves the due dates of what is open, where that was agreed when it began."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, DueDatesWhilePaused
from alliance_tracker.commitments import instalments, wordings
from alliance_tracker.commitments.models import DueDateChange
from alliance_tracker.commitments.states import InstalmentState, state_of, was_ever_late
from alliance_tracker.database import clock_at, db, today, transaction
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.rollout import pausing
from tests.builders import make_user
from tests.commitments.making import Field, log, make_field
from tests.strict_client import StrictClient

START = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
RESUMED = datetime(2026, 5, 31, 10, 0, tzinfo=UTC)
#: One falls due before the pause, one in it.
YEARS = {
    2026: wordings.InYear(Decimal(10), date(2026, 4, 20)),
    2027: wordings.InYear(Decimal(10), date(2027, 5, 20)),
}


@pytest.fixture
def field(context: Flask, freeze: Callable[[datetime], None]) -> Field:
    freeze(START)
    in_pause = wordings.InYear(YEARS[2027].quantity, date(2026, 5, 20))
    return make_field(years={2025: YEARS[2026], 2026: in_pause, 2027: YEARS[2027]})


def pause(field: Field, due_dates: DueDatesWhilePaused) -> None:
    with transaction():
        alliances.pause(field.alliance, since=today(), due_dates=due_dates, reason="Rust.", actor=SYSTEM)


def test_what_falls_due_from_the_first_day_of_the_pause_on_moves_by_its_length(field: Field) -> None:
    log(field.instalment(field.other.organisation_id), 10, by=field.coordinator)
    with transaction():
        instalments.waive(field.instalment(field.vlaio.id), reason="Nee.", actor=field.coordinator)
    pause(field, DueDatesWhilePaused.SHIFT)
    with clock_at(RESUMED):
        with transaction():
            moved = pausing.resume(field.alliance, on=today(), actor=field.coordinator)
        # Of each of the three what falls due in 2027, and the one of 2026 that is open still.
        assert (moved.milestones, moved.instalments) == (0, 4)
        assert "4" in str(moved.in_words())
        row = field.instalment()
        assert (row.due_on, row.first_due_on, row.was_late) == (date(2026, 6, 19), date(2026, 5, 20), False)
        assert not was_ever_late(row, today())
        assert state_of(row, today()) is InstalmentState.DUE_SOON
        assert field.instalment(year=2027).due_on == date(2027, 6, 19)
        before = field.instalment(year=2025)
        assert before.due_on == date(2026, 4, 20)
        assert was_ever_late(before, today())
    change = db().scalars(sa.select(DueDateChange).where(DueDateChange.instalment_id == row.id)).one()
    assert not change.was_overdue
    assert "1 mei 2026" in change.reason


def test_due_dates_that_stay_are_left_alone(field: Field) -> None:
    pause(field, DueDatesWhilePaused.KEEP)
    with clock_at(RESUMED), transaction():
        moved = pausing.resume(field.alliance, on=today(), actor=field.coordinator)
    assert moved == pausing.Moved()
    assert field.instalment().due_on == date(2026, 5, 20)


def test_a_pause_of_no_length_moves_nothing(field: Field) -> None:
    pause(field, DueDatesWhilePaused.SHIFT)
    with transaction():
        moved = pausing.resume(field.alliance, on=today(), actor=field.coordinator)
    assert moved.instalments == 0
    assert db().scalar(sa.select(sa.func.count()).select_from(DueDateChange)) == 0


def test_whoever_resumes_the_alliance_is_told_how_many_moved(
    app: Flask, client: StrictClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    with app.test_request_context("/"):
        field = make_field(years={2026: wordings.InYear(YEARS[2026].quantity, date(2026, 5, 20))})
        with transaction():
            alliance = db().get_one(Alliance, field.alliance.id)
            shift = DueDatesWhilePaused.SHIFT
            alliances.pause(alliance, since=date(2026, 4, 1), due_dates=shift, reason="Rust.", actor=SYSTEM)
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        address = f"/alliances/{alliance.slug}/resume"
    client.sign_in("cas@example.org")
    client.post(address, {"on": "2026-05-01"}, form_at=address)
    assert "3 vervaldagen van verbintenissen" in client.follow().words
