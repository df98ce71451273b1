"""VLAIO's side: answers with reasons, the term, and merging what is the same."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import User
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.learning import queries, reading, service
from alliance_tracker.learning.lifecycle import SIGNAL
from alliance_tracker.learning.models import Signal, SignalStatus
from alliance_tracker.outbox import OutgoingMail
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.workflow import StatusEvent
from tests.builders import actor_of, make_signal, make_user
from tests.learning.making import ADDRESS, Field, make_field

RECEIVED, UNDER_STUDY, ADOPTED, REFUSED, DONE, MERGED = SignalStatus
#: Written by hand: state, move, and the state it leads to.
TABLE = {
    (RECEIVED, "study"): UNDER_STUDY,
    (RECEIVED, "adopt"): ADOPTED,
    (RECEIVED, "refuse"): REFUSED,
    (RECEIVED, "merge"): MERGED,
    (UNDER_STUDY, "adopt"): ADOPTED,
    (UNDER_STUDY, "refuse"): REFUSED,
    (UNDER_STUDY, "merge"): MERGED,
    (ADOPTED, "finish"): DONE,
    (REFUSED, "reopen"): UNDER_STUDY,
    (DONE, "reopen"): UNDER_STUDY,
}
WAYS = {
    RECEIVED: (),
    UNDER_STUDY: ("study",),
    ADOPTED: ("adopt",),
    REFUSED: ("refuse",),
    DONE: ("adopt", "finish"),
}


def in_state(field: Field, state: SignalStatus) -> Signal:
    signal = make_signal(field.alliances[0])
    for move in WAYS.get(state, ()):
        field.answer(signal, move)
    if state is MERGED:
        field.merge(signal, make_signal(field.alliances[1]))
    return signal


def test_a_signal_moves_as_the_table_says_and_no_other_way(context: Flask) -> None:
    field = make_field(2)
    for state, move in product(SignalStatus, SIGNAL.transitions):
        if move == "merge":
            continue  # a test of its own
        signal = in_state(field, state)
        expected = TABLE.get((state, move))
        if expected is None:
            with pytest.raises(TransitionRefused):
                field.answer(signal, move)
        else:
            field.answer(signal, move)
            assert signal.status is expected


@pytest.mark.parametrize("state", SignalStatus)
def test_only_what_is_not_decided_on_can_be_merged(context: Flask, state: SignalStatus) -> None:
    field = make_field(2)
    signal, target = in_state(field, state), make_signal(field.alliances[1])
    if (state, "merge") in TABLE:
        field.merge(signal, target)
        assert signal.merged_into_id == target.id
    else:
        with pytest.raises(TransitionRefused):
            field.merge(signal, target)


def test_an_answer_needs_words_and_is_given_by_vlaio(context: Flask) -> None:
    field = make_field(2)
    signal, target = make_signal(field.alliances[0]), make_signal(field.alliances[1])
    with pytest.raises(TransitionRefused):
        field.answer(signal, "adopt", " ")
    with pytest.raises(TransitionRefused):
        field.merge(signal, target, "")
    with pytest.raises(Refused):  # merging asks with which
        field.answer(signal, "merge")
    for who in (field.speakers[0], field.speakers[1]):
        with pytest.raises(NotAllowed):
            service.answer(signal, "adopt", reason="Ja.", address=ADDRESS, actor=who)
        with pytest.raises(NotAllowed):
            service.merge(signal, target, reason="Ja.", address=ADDRESS, actor=who)
    assert signal.status is RECEIVED


def test_the_thread_keeps_every_answer(context: Flask) -> None:
    field = make_field(1)
    signal = make_signal(field.alliances[0])
    for move, words in (("study", "Wij kijken."), ("refuse", "Het kan niet."), ("reopen", "Toch."), ("adopt", "Ja.")):
        field.answer(signal, move, words)
    assert [(a.status, a.reason) for a in reading.answers_of(signal.id)] == [
        (UNDER_STUDY, "Wij kijken."),
        (REFUSED, "Het kan niet."),
        (UNDER_STUDY, "Toch."),
        (ADOPTED, "Ja."),
    ]
    assert db().scalar(sa.select(sa.func.count()).where(StatusEvent.lifecycle == "signal")) == 5


# The term ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_late"), [(59, False), (60, False), (61, True)])
def test_the_last_day_of_the_term_still_counts_in_full(context: Flask, freeze: Any, days: int, is_late: bool) -> None:
    field = make_field(1)
    sent = datetime(2026, 2, 10, 22, 59, tzinfo=UTC)  # one minute to midnight in Brussels
    freeze(sent)
    signal = make_signal(field.alliances[0], days=60)
    freeze(sent + timedelta(days=days) - timedelta(hours=1 if days > 48 else 0))  # summer time came between
    row = queries.one(field.manager, signal.id)
    assert row is not None
    assert (row.term.is_late, row.is_late) == (is_late, is_late)
    assert queries.figures().late == int(is_late)
    assert queries.listing(field.manager, queries.Filters(late="now"), 1).total == int(is_late)


def test_what_was_late_stays_late_after_it_is_answered(context: Flask, freeze: Any) -> None:
    field = make_field(1)
    freeze(datetime(2026, 1, 10, 12, tzinfo=UTC))
    signal = make_signal(field.alliances[0], days=60)
    due = signal.answer_due_on
    freeze(datetime(2026, 3, 21, 12, tzinfo=UTC))
    field.answer(signal, "study")
    first = signal.answered_on
    freeze(datetime(2026, 9, 1, 12, tzinfo=UTC))
    field.answer(signal, "adopt")
    assert (signal.answered_on, signal.answer_due_on) == (first, due)
    row = queries.one(field.manager, signal.id)
    assert row is not None
    assert (row.is_late, row.term.waits, row.term.days_late) == (True, False, 10)
    figures = queries.figures()
    assert (figures.late, figures.late_ever) == (0, 1)
    assert queries.listing(field.manager, queries.Filters(late="now"), 1).total == 0
    assert queries.listing(field.manager, queries.Filters(late="ever"), 1).total == 1
    with pytest.raises(IntegrityError, match="ended once"), transaction():
        signal.answered_on = today()


# Merging -------------------------------------------------------------------------------------------------------------


def test_whoever_stands_behind_a_merged_signal_counts_once_with_the_other(context: Flask) -> None:
    field = make_field(4)
    one, other = make_signal(field.alliances[0]), make_signal(field.alliances[1])
    field.too(one, 2)
    field.too(other, 2)  # this alliance said it to both
    field.too(other, 3)
    assert field.merge(other, one) is one
    row = queries.one(field.manager, one.id)
    assert row is not None
    assert (row.voices, row.regions) == (4, 3)
    voices = reading.voices_of(field.manager, one.id)
    assert sorted(v.alliance for v in voices if v.merged_id is None) == sorted(
        [field.alliances[2].name, field.alliances[2].name, field.alliances[3].name]
    )
    assert [(v.merged_id, v.words) for v in voices if v.merged_id] == [(other.id, other.text)]
    for number in (0, 1, 2, 3):
        with pytest.raises(FieldRefused):
            field.too(one, number)
    with pytest.raises(Refused):
        field.too(other, 0)
    assert queries.drift() == []


def test_a_chain_of_merges_is_resolved_and_never_closes(context: Flask) -> None:
    field = make_field(4)
    a, b, c, d = (make_signal(alliance) for alliance in field.alliances)
    field.merge(a, b)
    field.merge(b, c)
    assert (a.merged_into_id, b.merged_into_id) == (c.id, c.id)
    assert field.merge(d, a) is c  # a goes on with c
    assert (d.merged_into_id, c.voices) == (c.id, 4)
    for target in (a, b, c, d):
        with pytest.raises(FieldRefused):
            field.merge(c, target)
    assert queries.drift() == []


def test_a_merged_signal_gets_the_answer_of_the_other(context: Flask, freeze: Any) -> None:
    field = make_field(3)
    freeze(datetime(2026, 1, 10, 12, tzinfo=UTC))
    a = make_signal(field.alliances[0])
    freeze(datetime(2026, 2, 10, 12, tzinfo=UTC))
    b, c = make_signal(field.alliances[1]), make_signal(field.alliances[2])
    field.merge(a, b)
    assert a.answered_on is None
    assert queries.waiting(5)[1][0].due_on == a.answer_due_on  # the oldest term counts
    freeze(datetime(2026, 3, 20, 12, tzinfo=UTC))  # past the term of a, within that of b
    row = queries.one(field.manager, b.id)
    assert row is not None
    assert (row.term.is_late, row.is_late) == (False, True)
    assert queries.listing(field.manager, queries.Filters(late="now"), 1).rows[0].id == b.id
    assert queries.figures().late == 1
    field.answer(b, "adopt")
    assert {signal.answered_on for signal in (a, b)} == {today()}
    field.merge(c, b)  # answered already: that is the answer to this one
    assert c.answered_on == today()
    assert queries.waiting(5) == (0, [])
    merged = queries.one(field.manager, a.id)
    assert merged is not None
    assert merged.is_late


@pytest.mark.parametrize("change", [{"merged_into_id": None}, {"merged_into_id": 0}])
def test_the_database_knows_where_a_merged_signal_went(context: Flask, change: dict[str, Any]) -> None:
    field = make_field(2)
    signal = in_state(field, MERGED)
    values = {"merged_into_id": signal.id if change["merged_into_id"] == 0 else None}
    name = "not_merged_into_itself" if values["merged_into_id"] else "merged_into_if_merged"
    with pytest.raises(IntegrityError, match=f"ck_signal_{name}"), transaction():
        db().execute(sa.update(Signal).where(Signal.id == signal.id).values(values))


# Who hears of it -----------------------------------------------------------------------------------------------------


def mails() -> list[tuple[int | None, str, str]]:
    rows = db().execute(
        sa.select(OutgoingMail.recipient_id, OutgoingMail.subject, OutgoingMail.body).order_by(OutgoingMail.id)
    )
    return [(who, subject, body) for who, subject, body in rows]


def test_the_answer_reaches_whoever_sent_it_in_their_language(context: Flask) -> None:
    field = make_field(3)
    one = make_user(Role.COORDINATOR, alliance_id=field.alliances[0].id, language="en", name="One")
    other = make_user(Role.COORDINATOR, alliance_id=field.alliances[1].id, language="en", name="Other")
    first = make_signal(field.alliances[0], "Eerste", by=actor_of(one))
    second = make_signal(field.alliances[1], "Tweede", by=actor_of(other))
    field.merge(second, first)
    ((who, subject, body),) = mails()
    assert (who, subject) == (other.id, "Your signal goes on with another one")
    assert f"/signals/{first.id}" in body
    field.answer(first, "adopt", "Wij passen de regel aan.")
    answered = {who: body for who, subject, body in mails() if subject == "VLAIO answered your signal"}
    assert set(answered) == {one.id, other.id}
    assert "Tweede" in answered[other.id]
    assert "Wij passen de regel aan." in answered[other.id]
    assert "adopted" in answered[one.id]


def test_nobody_without_an_account_any_more_gets_a_mail(context: Flask) -> None:
    field = make_field(1)
    make_user(Role.COORDINATOR, alliance_id=field.alliances[0].id)  # another one stays
    leaving = make_user(Role.COORDINATOR, alliance_id=field.alliances[0].id)
    signal = make_signal(field.alliances[0], by=actor_of(leaving))
    with transaction():
        accounts.disable(db().get_one(User, leaving.id), actor=SYSTEM)
    field.answer(signal, "adopt")
    assert mails() == []
