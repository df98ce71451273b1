"""Answering to deliveries: in whose name, never for oneself, and what it does to the counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from alliance_tracker.alliances import partners
from alliance_tracker.alliances.models import PartnerRoleKind
from alliance_tracker.commitments import answering, counting, delivering, voices
from alliance_tracker.commitments.models import Answer
from alliance_tracker.commitments.states import (
    DeliveryState,
    InstalmentState,
    lateness,
    state_of,
    state_of_delivery,
    was_ever_late,
)
from alliance_tracker.database import clock_at, today, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.organisations import queries as organisation_queries
from alliance_tracker.organisations import service as organisations
from alliance_tracker.policy import SYSTEM, Actor, Grant, Role
from tests.builders import actor_of, make_actor, make_alliance, make_organisation, make_partner, make_user
from tests.commitments.making import Field, answer, answers_of, log, make_field, reload
from tests.conftest import NOON

NOTHING = Decimal(0)
CONFIRMS, DISPUTES, TAKES_BACK = Answer.CONFIRMS, Answer.DISPUTES, Answer.TAKES_BACK


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


@pytest.fixture
def field(context: Flask) -> Field:
    return make_field()


def merge(absorbed: int, successor: int) -> None:
    """An organisation merges into another."""
    with transaction():
        own, other = organisation_queries.organisation(absorbed), organisation_queries.organisation(successor)
        organisations.merge(own, other, on=today(), reason="Fusie.", actor=SYSTEM)


def test_what_is_disputed_is_counted_apart_until_it_is_settled(field: Field) -> None:
    log(field.instalment(), 3, by=field.speaks_for_one)
    delivery = log(field.instalment(), 4, by=field.speaks_for_one)
    answer(delivery, DISPUTES, by=field.speaks_for_other, reason="Er was niemand.")
    row = field.instalment()
    assert (row.reported, row.disputes, row.disputed) == (Decimal(3), 1, Decimal(4))
    answer(delivery, DISPUTES, by=field.manager, reason="Ik zag niemand.")
    assert field.instalment().disputed == Decimal(4)
    for by in (field.speaks_for_other, field.manager):
        answer(delivery, TAKES_BACK, by=by)
    row = field.instalment()
    assert (row.reported, row.disputes, row.disputed) == (Decimal(7), 0, NOTHING)
    assert list(counting.drift()) == []


def test_another_organisation_confirms_and_the_instalment_counts_it(field: Field) -> None:
    delivery = log(field.instalment(), 4, by=field.speaks_for_one)
    answer(delivery, CONFIRMS, by=field.speaks_for_other)
    answer(delivery, CONFIRMS, by=field.manager)
    assert reload(delivery).confirmations == 2
    assert answers_of(delivery) == [(field.other.organisation_id, CONFIRMS), (field.vlaio.id, CONFIRMS)]
    assert (field.instalment().confirmed, field.instalment().reported) == (Decimal(4), Decimal(4))
    assert list(counting.drift()) == []


def test_a_dispute_takes_it_out_of_the_count_until_it_is_taken_back(field: Field) -> None:
    delivery = log(field.instalment(), 10, by=field.speaks_for_one)
    answer(delivery, CONFIRMS, by=field.manager)
    with pytest.raises(FieldRefused), transaction():
        answering.answer(reload(delivery), DISPUTES, reason="", actor=field.speaks_for_other)
    answer(delivery, DISPUTES, by=field.speaks_for_other, reason="Er was niemand.")
    instalment = field.instalment()
    assert (instalment.disputes, instalment.reported, instalment.confirmed, instalment.delivered_on) == (
        1,
        NOTHING,
        NOTHING,
        None,
    )
    assert state_of_delivery(reload(delivery), today()) is DeliveryState.DISPUTED
    answer(delivery, TAKES_BACK, by=field.speaks_for_other)
    instalment = field.instalment()
    assert (instalment.disputes, instalment.reported, instalment.confirmed) == (0, Decimal(10), Decimal(10))
    assert len(answers_of(delivery)) == 3
    assert list(counting.drift()) == []


def test_who_reported_all_of_it_in_time_is_not_late_while_it_is_disputed(field: Field) -> None:
    due = field.instalment().due_on
    in_time = log(field.instalment(), 10, by=field.speaks_for_one)
    assert in_time.on <= due
    answer(in_time, DISPUTES, by=field.speaks_for_other, reason="Er was niemand.")
    after = due + timedelta(days=40)
    row = field.instalment()
    assert (row.claimed_on, row.delivered_on) == (in_time.on, None)
    assert state_of(row, after) is InstalmentState.DISPUTED
    assert not was_ever_late(row, after)
    assert lateness(row, after) is None
    with transaction():
        delivering.withdraw(reload(in_time), reason="Verkeerd genoteerd.", actor=field.speaks_for_one)
    row = field.instalment()
    assert row.claimed_on is None
    assert state_of(row, after) is InstalmentState.OVERDUE
    assert list(counting.drift()) == []


def test_a_disputed_delivery_takes_nobody_off_the_list_of_who_is_late(
    field: Field, freeze: Callable[[datetime], None]
) -> None:
    after = field.instalment().due_on + timedelta(days=40)
    freeze(datetime(after.year, after.month, after.day, 12, tzinfo=UTC))
    too_late = log(field.instalment(), 10, by=field.speaks_for_one, on=after)
    answer(too_late, DISPUTES, by=field.speaks_for_other, reason="Er was niemand.")
    row = field.instalment()
    assert (row.disputes, row.claimed_on) == (1, after)
    assert state_of(row, after) is InstalmentState.OVERDUE
    answer(too_late, TAKES_BACK, by=field.speaks_for_other)
    assert state_of(field.instalment(), after) is InstalmentState.DELIVERED
    assert was_ever_late(field.instalment(), after)


def test_the_newest_answer_of_an_organisation_counts(field: Field) -> None:
    delivery = log(field.instalment(), by=field.speaks_for_one)
    answer(delivery, DISPUTES, by=field.speaks_for_other, reason="Niet gezien.")
    answer(delivery, CONFIRMS, by=field.speaks_for_other)
    found = reload(delivery)
    assert (found.confirmations, found.disputes) == (1, 0)
    with pytest.raises(Refused), transaction():
        answering.answer(reload(delivery), CONFIRMS, actor=field.speaks_for_other)
    with pytest.raises(Refused), transaction():
        answering.answer(reload(delivery), TAKES_BACK, actor=field.manager)


def test_nobody_answers_for_their_own_organisation(field: Field) -> None:
    delivery = log(field.instalment(), by=field.coordinator)
    of_vlaio = log(field.instalment(field.vlaio.id), by=field.coordinator)
    for said in Answer:
        with pytest.raises(NotAllowed), transaction():
            answering.answer(reload(delivery), said, reason="Toch.", actor=field.speaks_for_one)
        with pytest.raises(NotAllowed), transaction():
            answering.answer(reload(of_vlaio), said, reason="Toch.", actor=field.manager)
    assert answers_of(delivery) == []


def test_whoever_speaks_for_the_deliverer_and_another_confirms_in_neither_name(field: Field) -> None:
    user = make_user(Role.PARTNER, organisation_id=field.one.organisation_id)
    both = actor_of(user).grants | {Grant(Role.PARTNER, organisation_id=field.other.organisation_id)}
    delivery = log(field.instalment(), by=field.coordinator)
    with pytest.raises(NotAllowed), transaction():
        answering.answer(
            reload(delivery),
            CONFIRMS,
            voice=field.other.organisation_id,
            actor=Actor(user.id, frozenset(both), partner_alliances=frozenset({field.alliance.id})),
        )


def test_nobody_confirms_what_they_logged_themselves(field: Field) -> None:
    delivery = log(field.instalment(), by=field.coordinator)
    with pytest.raises(NotAllowed), transaction():
        answering.answer(reload(delivery), CONFIRMS, actor=field.coordinator)
    colleague = make_actor(Role.COORDINATOR, alliance_id=field.alliance.id)
    row = answer(delivery, CONFIRMS, by=colleague)
    assert row.organisation_id == field.other.organisation_id


def test_a_coordinator_speaks_for_the_partner_that_coordinates_and_not_for_its_own_deliveries(field: Field) -> None:
    voice = voices.speaker(field.alliance.id, field.coordinator).voices
    assert [each.organisation_id for each in voice] == [field.other.organisation_id]
    delivery = log(field.instalment(field.other.organisation_id), by=field.speaks_for_other)
    with pytest.raises(NotAllowed), transaction():
        answering.answer(reload(delivery), CONFIRMS, actor=field.coordinator)


def test_a_coordinator_without_such_a_partner_speaks_for_nobody(context: Flask) -> None:
    alliance = make_alliance()
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    make_partner(alliance, roles=[PartnerRoleKind.LEAD])
    assert voices.speaker(alliance.id, coordinator).voices == ()


def test_only_a_current_partner_or_a_party_has_a_voice(field: Field) -> None:
    stranger = make_organisation()
    makes = make_actor(Role.PARTNER, organisation_id=stranger.id)
    assert voices.speaker(field.alliance.id, makes).voices == ()
    joined = make_partner(field.alliance, stranger)
    assert [v.organisation_id for v in voices.speaker(field.alliance.id, makes).voices] == [stranger.id]
    with transaction():
        partners.leave(joined, on=today(), reason="Weg.", actor=SYSTEM)
    assert voices.speaker(field.alliance.id, makes).voices == ()
    with transaction():
        partners.leave(field.other, on=today(), reason="Weg.", actor=SYSTEM)
    still = voices.speaker(field.alliance.id, field.speaks_for_other).voices
    assert [v.organisation_id for v in still] == [field.other.organisation_id]


def test_people_of_elsewhere_answer_nothing(field: Field) -> None:
    delivery = log(field.instalment(), by=field.coordinator)
    for nobody in (
        make_actor(Role.OBSERVER),
        make_actor(Role.ADMINISTRATOR),
        make_actor(Role.REPORTER, region_code=field.alliance.region_code),
        make_actor(Role.COORDINATOR, alliance_id=make_alliance().id),
        make_actor(Role.PARTNER, organisation_id=make_organisation().id),
    ):
        with pytest.raises(NotAllowed), transaction():
            answering.answer(reload(delivery), CONFIRMS, actor=nobody)
    with pytest.raises(NotAllowed), transaction():
        answering.answer(reload(delivery), CONFIRMS, voice=field.other.organisation_id, actor=field.manager)


def test_after_a_merger_the_successor_answers_not_for_what_it_took_over(field: Field) -> None:
    delivery = log(field.instalment(), by=field.coordinator)
    successor = make_organisation()
    make_partner(field.alliance, successor)
    speaks = make_actor(Role.PARTNER, organisation_id=successor.id)
    merge(field.one.organisation_id, successor.id)
    with pytest.raises(NotAllowed), transaction():
        answering.answer(reload(delivery), CONFIRMS, actor=speaks)
    last = make_organisation()
    merge(successor.id, last.id)
    assert voices.successors({field.one.organisation_id}) == {field.one.organisation_id: last.id}
    make_partner(field.alliance, last)
    with pytest.raises(NotAllowed), transaction():
        answering.answer(reload(delivery), CONFIRMS, actor=make_actor(Role.PARTNER, organisation_id=last.id))


def test_the_bearer_of_today_answers_not_for_what_its_predecessor_delivered(field: Field) -> None:
    delivery = log(field.instalment(), by=field.coordinator)
    with transaction():
        field.instalment().organisation_id = field.other.organisation_id
    with pytest.raises(NotAllowed), transaction():
        answering.answer(reload(delivery), CONFIRMS, actor=field.speaks_for_other)


def test_a_withdrawn_delivery_takes_no_answer(field: Field) -> None:
    delivery = log(field.instalment(), by=field.speaks_for_one)
    answer(delivery, CONFIRMS, by=field.manager)
    with transaction():
        delivering.withdraw(reload(delivery), reason="Fout.", actor=field.speaks_for_one)
    assert field.instalment().confirmed == 0
    with pytest.raises(Refused), transaction():
        answering.answer(reload(delivery), CONFIRMS, actor=field.speaks_for_other)
    assert list(counting.drift()) == []


def test_undisputed_for_thirty_days_it_counts_as_accepted_and_is_told_apart_from_confirmed(field: Field) -> None:
    delivery = log(field.instalment(), by=field.speaks_for_one)
    assert state_of_delivery(delivery, date(2026, 12, 20)) is DeliveryState.REPORTED
    assert state_of_delivery(delivery, date(2026, 12, 21)) is DeliveryState.ACCEPTED
    with clock_at(datetime(2026, 12, 25, tzinfo=UTC)):
        answer(delivery, CONFIRMS, by=field.manager)
        assert state_of_delivery(reload(delivery), today()) is DeliveryState.CONFIRMED


def test_many_are_confirmed_at_once_or_none_with_each_that_is_not_allowed_named(field: Field) -> None:
    first = log(field.instalment(), 4, by=field.speaks_for_one)
    second = log(field.instalment(year=2027), 3, by=field.speaks_for_one)
    own = log(field.instalment(field.vlaio.id), by=field.coordinator)
    gone = log(field.instalment(), 1, by=field.speaks_for_one)
    with transaction():
        delivering.withdraw(reload(gone), reason="Fout.", actor=field.speaks_for_one)
    every = [reload(each) for each in (first, second, own, gone)]
    with pytest.raises(TransitionRefused) as refusal, transaction():
        answering.confirm_many(field.alliance, every, actor=field.manager)
    assert len(refusal.value.obstacles) == 2
    assert "V3" in str(refusal.value)
    assert answers_of(first) == []
    with transaction():
        kept = answering.confirm_many(field.alliance, [reload(second), reload(first)], actor=field.manager)
    assert len(kept) == 2
    assert (field.instalment().confirmed, field.instalment(year=2027).confirmed) == (Decimal(4), Decimal(3))
    with pytest.raises(FieldRefused), transaction():
        answering.confirm_many(field.alliance, [], actor=field.manager)
    assert list(counting.drift()) == []
