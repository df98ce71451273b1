"""Asking why something is late, explaining it first, answering, asking on and closing; and who may not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accountability import explaining, threads
from alliance_tracker.accountability.models import Explanation, ExplanationStatus, PostKind
from alliance_tracker.accounts import service as people
from alliance_tracker.alliances import service as alliances
from alliance_tracker.commitments.instalments import extend, waive
from alliance_tracker.commitments.states import lateness
from alliance_tracker.convenants import signing
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import clock_at, db, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.web import history
from tests.accountability.making import Stage, deliver, make_stage
from tests.builders import actor_of, make_actor, make_alliance
from tests.conftest import NOON

DAY = date(2026, 11, 21)


@pytest.fixture
def stage(context: Flask, freeze: Callable[[datetime], None]) -> Stage:
    freeze(NOON)
    return make_stage()


def asked(stage: Stage, number: int = 1) -> Explanation:
    with transaction():
        thread = explaining.ask(stage.instalment(number), "Waarom?", actor=actor_of(stage.coordinator))
    return reload(thread)


def reload(thread: Explanation) -> Explanation:
    found = explaining.thread_by_id(thread.id)
    assert found is not None
    return found


def test_a_question_is_answered_asked_on_and_closed_and_everything_stays(stage: Stage) -> None:
    thread = asked(stage)
    assert thread.status.value == "open"
    with transaction():
        explaining.answer(thread, "De zaal was dicht.", actor=actor_of(stage.mayor))
    assert thread.status is ExplanationStatus.ANSWERED
    assert stage.instalment(1).explained_on == DAY
    with transaction():
        explaining.ask_on(reload(thread), "Tot wanneer?", actor=actor_of(stage.boss))
    with transaction():
        explaining.answer(reload(thread), "Tot januari.", actor=actor_of(stage.mayor))
    with transaction():
        explaining.close(reload(thread), "Duidelijk.", actor=actor_of(stage.coordinator))
    thread = reload(thread)
    assert (thread.status, thread.closed_on) == (ExplanationStatus.CLOSED, DAY)
    posts = threads.posts_of(thread)
    assert [(post.kind, post.author, post.organisation) for post in posts] == [
        (PostKind.QUESTION, "Cas", ""),
        (PostKind.ANSWER, "Mia", "Stad Geel"),
        (PostKind.QUESTION, "Bob", ""),
        (PostKind.ANSWER, "Mia", "Stad Geel"),
        (PostKind.CLOSING, "Cas", ""),
    ]
    assert not any(post.stands_in for post in posts)
    with pytest.raises(TransitionRefused), transaction():
        explaining.answer(reload(thread), "Nog iets.", actor=actor_of(stage.mayor))
    with pytest.raises(TransitionRefused), transaction():
        explaining.close(reload(thread), actor=actor_of(stage.coordinator))
    assert asked(stage).id != thread.id


def test_nobody_asks_their_own_organisation_and_vlaio_is_asked_too(stage: Stage) -> None:
    with pytest.raises(NotAllowed), transaction():
        explaining.ask(stage.instalment(1), "Waarom?", actor=actor_of(stage.mayor))
    with pytest.raises(NotAllowed), transaction():
        explaining.ask(stage.instalment(3), "Waarom?", actor=actor_of(stage.manager))
    with transaction():
        thread = explaining.ask(stage.instalment(3), "Waar blijft VLAIO?", actor=actor_of(stage.mayor))
    with pytest.raises(NotAllowed), transaction():
        explaining.answer(reload(thread), "Geduld.", actor=actor_of(stage.coordinator))
    with transaction():
        explaining.answer(reload(thread), "Volgende week.", actor=actor_of(stage.manager))
    assert not threads.posts_of(reload(thread))[1].stands_in


def test_outsiders_neither_ask_nor_answer(stage: Stage) -> None:
    stranger = make_actor(Role.COORDINATOR, alliance_id=make_alliance().id)
    observer, reporter = make_actor(Role.OBSERVER), make_actor(Role.REPORTER, region_code=stage.alliance.region_code)
    for actor in (stranger, observer):
        with pytest.raises(NotAllowed), transaction():
            explaining.ask(stage.instalment(1), "Waarom?", actor=actor)
    with transaction():
        thread = explaining.ask(stage.instalment(1), "Waarom?", actor=reporter)
    for actor in (stranger, observer, reporter, actor_of(stage.boss), actor_of(stage.manager)):
        with pytest.raises(NotAllowed), transaction():
            explaining.answer(reload(thread), "Daarom.", actor=actor)
    with transaction():
        explaining.close(reload(thread), actor=reporter)
    assert reload(thread).status is ExplanationStatus.CLOSED


def test_the_asked_organisation_never_closes_and_neither_does_a_bystander(stage: Stage) -> None:
    thread = asked(stage)
    for user in (stage.mayor, stage.boss):
        with pytest.raises(NotAllowed), transaction():
            explaining.close(reload(thread), actor=actor_of(user))
    with transaction():
        people.give_role(
            people.user_by_id(stage.mayor.id), Role.COORDINATOR, alliance_id=stage.alliance.id, actor=SYSTEM
        )
    with pytest.raises(NotAllowed), transaction():
        explaining.close(reload(thread), actor=actor_of(stage.mayor))
    with transaction():
        explaining.close(reload(thread), actor=actor_of(stage.manager))


def test_what_is_not_late_cannot_be_asked_and_a_thread_runs_once(stage: Stage) -> None:
    with pytest.raises(Refused, match="te laat"), transaction():
        explaining.ask(stage.instalment(2), "Waarom?", actor=actor_of(stage.coordinator))
    with pytest.raises(FieldRefused), transaction():
        explaining.ask(stage.instalment(1), "  ", actor=actor_of(stage.coordinator))
    asked(stage)
    with pytest.raises(Refused, match="al een vraag"), transaction():
        explaining.ask(stage.instalment(1), "Nog eens?", actor=actor_of(stage.boss))


def test_late_stays_late_so_it_may_be_asked_after_it_was_delivered(stage: Stage) -> None:
    deliver(stage.instalment(1), 10, on=date(2026, 7, 1), author=stage.mayor)
    assert asked(stage).status is ExplanationStatus.OPEN
    in_time = stage.instalment(2)
    deliver(in_time, 1000, author=stage.boss)
    with pytest.raises(Refused), transaction():
        explaining.ask(in_time, "Waarom?", actor=actor_of(stage.coordinator))


def test_the_last_day_is_still_in_time_in_brussels(stage: Stage) -> None:
    row = stage.instalment(2)
    with clock_at(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)), pytest.raises(Refused), transaction():
        explaining.ask(row, "Waarom?", actor=actor_of(stage.coordinator))
    with clock_at(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)), transaction():
        explaining.ask(stage.instalment(2), "Waarom?", actor=actor_of(stage.coordinator))


def test_who_explains_first_is_explained_and_not_asked(stage: Stage) -> None:
    row = stage.instalment(2)
    with pytest.raises(Refused), transaction():
        explaining.explain(row, "Te vroeg.", actor=actor_of(stage.boss))
    with clock_at(datetime(2026, 12, 1, 8, 0, tzinfo=UTC)):
        with transaction():
            thread = explaining.explain(stage.instalment(2), "De begroting schuift op.", actor=actor_of(stage.boss))
        assert reload(thread).status is ExplanationStatus.ANSWERED
    row = stage.instalment(2)
    late = lateness(row, date(2027, 1, 5))
    assert late is not None
    assert (late.days, late.is_explained, late.explain_by) == (5, True, None)
    unexplained = lateness(stage.instalment(1), date(2026, 7, 1))
    assert unexplained is not None
    assert unexplained.explain_by == date(2026, 7, 14)
    sentence = str(history.of_subject("explanation", thread.id).happenings[0].sentence)
    assert "Bedrijf Een" in sentence
    assert "V2" in sentence


def test_an_explanation_of_a_much_earlier_due_date_does_not_count_for_a_later_one(stage: Stage) -> None:
    with transaction():
        explaining.explain(stage.instalment(1), "Nog even.", actor=actor_of(stage.mayor))
    row = stage.instalment(1)
    with transaction():
        extend(row, date(2027, 3, 1), reason="Afgesproken.", actor=actor_of(stage.coordinator))
    late = lateness(stage.instalment(1), date(2027, 3, 2))
    assert late is not None
    assert not late.is_explained


def test_explaining_answers_a_question_that_came_meanwhile(stage: Stage) -> None:
    thread = asked(stage)
    with transaction():
        found = explaining.explain(stage.instalment(1), "Daarom.", actor=actor_of(stage.mayor))
    assert found.id == thread.id
    assert [post.kind for post in reload(thread).posts] == [PostKind.QUESTION, PostKind.ANSWER]


def test_the_bearer_that_explained_first_does_not_close_it(stage: Stage) -> None:
    with transaction():
        thread = explaining.explain(stage.instalment(1), "Daarom.", actor=actor_of(stage.mayor))
    with pytest.raises(NotAllowed), transaction():
        explaining.close(reload(thread), actor=actor_of(stage.mayor))
    with transaction():
        explaining.close(reload(thread), actor=actor_of(stage.coordinator))


def test_the_coordinator_answers_only_where_nobody_represents_and_that_is_said(stage: Stage) -> None:
    thread = asked(stage)
    with pytest.raises(NotAllowed), transaction():
        explaining.answer(thread, "Voor hen.", actor=actor_of(stage.coordinator))
    with transaction():
        grant = next(iter(people.user_by_id(stage.mayor.id).current_grants))
        people.end_role(grant, actor=SYSTEM)
    with clock_at(NOON + timedelta(minutes=5)), transaction():
        explaining.answer(reload(thread), "Namens hen.", actor=actor_of(stage.coordinator))
    with clock_at(NOON + timedelta(hours=1)), transaction():
        people.give_role(
            people.user_by_id(stage.coordinator.id),
            Role.PARTNER,
            organisation_id=stage.town.organisation_id,
            actor=SYSTEM,
        )
    post = threads.posts_of(reload(thread))[1]
    assert (post.author, post.organisation, post.stands_in) == ("Cas", "Stad Geel", True)


def test_a_waived_promise_is_not_explained_any_more(stage: Stage) -> None:
    with transaction():
        waive(stage.instalment(1), reason="Niet meer nodig.", actor=actor_of(stage.coordinator))
    with pytest.raises(Refused), transaction():
        explaining.explain(stage.instalment(1), "Daarom.", actor=actor_of(stage.mayor))


def test_nothing_is_asked_in_an_alliance_that_ended(stage: Stage) -> None:
    row = stage.instalment(1)
    with transaction():
        for convenant in db().scalars(sa.select(Convenant).where(Convenant.alliance_id == stage.alliance.id)):
            signing.terminate(convenant, on=DAY, reason="Klaar.", actor=SYSTEM)
        alliances.end(stage.alliance, on=DAY, reason="Klaar.", actor=SYSTEM)
    with pytest.raises(Refused), transaction():
        explaining.ask(row, "Waarom?", actor=actor_of(stage.coordinator))


def test_two_people_who_answer_at_once_do_not_pass_each_other(stage: Stage) -> None:
    thread = asked(stage)
    version = thread.version
    with transaction():
        explaining.answer(thread, "Ik eerst.", version=version, actor=actor_of(stage.mayor))
    with pytest.raises(EditConflict), transaction():
        explaining.answer(reload(thread), "Ik ook.", version=version, actor=actor_of(stage.mayor))


def test_the_list_has_what_waits_first_and_a_person_sees_what_waits_for_them(stage: Stage) -> None:
    with transaction():
        first = explaining.explain(stage.instalment(1), "Daarom.", actor=actor_of(stage.mayor))
    with transaction():
        second = explaining.ask(stage.instalment(3), "Waarom?", actor=actor_of(stage.mayor))
    assert [row.id for row in threads.listing(stage.alliance.id).rows] == [second.id, first.id]
    assert [row.id for row in threads.waiting_for(actor_of(stage.manager))] == [second.id]
    assert threads.waiting_for(actor_of(stage.mayor)) == ()
    assert threads.waiting_for(actor_of(stage.coordinator)) == ()
    assert [row.id for row in threads.of_instalment(stage.instalment(1).id)] == [first.id]


def test_the_database_keeps_posts_as_they_were_written(stage: Stage) -> None:
    asked(stage)
    with pytest.raises(sa.exc.DBAPIError), transaction():
        db().execute(sa.text("UPDATE explanation_post SET text = 'anders'"))
