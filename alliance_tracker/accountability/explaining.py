"""Asking an organisation why a promise is late, explaining it before anybody asks, answering, asking on, closing.

Nobody asks their own organisation, and the one that was asked never closes the question. An answer counts as given by
the organisation; where nobody speaks for it, the coordinator of the alliance answers in its name, and the page says so.
"""

import dataclasses
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.accountability.lifecycle import EXPLANATION
from alliance_tracker.accountability.models import Explanation, ExplanationPost, ExplanationStatus, PostKind
from alliance_tracker.accounts.representing import is_represented, represented
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments.listing import Line
from alliance_tracker.commitments.models import Instalment
from alliance_tracker.commitments.states import DUE_SOON, is_open, was_ever_late
from alliance_tracker.database import check_version, db, lock, now, today
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission


def instalment_by_id(instalment_id: int) -> Instalment | None:
    """An instalment with its bearer, its commitment and what that says."""
    return (
        db()
        .scalars(
            sa.select(Instalment)
            .where(Instalment.id == instalment_id)
            .options(
                selectinload(Instalment.organisation),
                selectinload(Instalment.commitment),
                selectinload(Instalment.wording),
            )
        )
        .one_or_none()
    )


def thread_by_id(thread_id: int) -> Explanation | None:
    """A thread with who is asked, its instalment and its posts."""
    instalment = selectinload(Explanation.instalment)
    return (
        db()
        .scalars(
            sa.select(Explanation)
            .where(Explanation.id == thread_id)
            .options(
                selectinload(Explanation.organisation),
                instalment.selectinload(Instalment.commitment),
                instalment.selectinload(Instalment.wording),
                instalment.selectinload(Instalment.organisation),
                selectinload(Explanation.posts),
            )
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def running_of(instalment_id: int) -> Explanation | None:
    """The thread on an instalment that is not closed; there is one at most."""
    found = db().scalar(
        sa.select(Explanation.id).where(
            Explanation.instalment_id == instalment_id, Explanation.status != ExplanationStatus.CLOSED
        )
    )
    return thread_by_id(found) if found is not None else None


# Who may what --------------------------------------------------------------------------------------------------------


def may_ask(row: Instalment | Line, actor: Actor) -> bool:
    """Whoever takes part or directs the programme, about another organisation than one's own."""
    return policy.allows(actor, Permission.EXPLANATION_ASK, row) and not _speaks_for(row.organisation_id, actor)


def may_answer(alliance_id: int, organisation_id: int, actor: Actor) -> bool:
    """Whoever speaks for the organisation; the coordinator where nobody does."""
    if actor.read_only:
        return False
    return _speaks_for(organisation_id, actor) or (
        alliance_id in actor.coordinated_alliances and not is_represented(organisation_id)
    )


def answered_by_coordinator(alliance_id: int) -> frozenset[int]:
    """The organisations that promised something here and for which nobody speaks; two statements, for lists."""
    bearers = sa.select(Instalment.organisation_id).where(Instalment.alliance_id == alliance_id).distinct()
    return frozenset(db().scalars(bearers)) - represented(bearers)


def may_close(thread: Explanation, actor: Actor) -> bool:
    """Whoever opened it, the coordinator and the project manager; never the organisation that was asked."""
    opened_it = thread.opened_by_id == actor.user_id
    decides = policy.allows(actor, Permission.COMMITMENT_AGREE, thread.instalment)
    return (opened_it or decides) and may_ask_on(thread, actor)


def may_ask_on(thread: Explanation, actor: Actor) -> bool:
    """Whoever may ask, of another organisation than the one that was asked."""
    return policy.allows(actor, Permission.EXPLANATION_ASK, thread.instalment) and not _speaks_for(
        thread.organisation_id, actor
    )


def _speaks_for(organisation_id: int, actor: Actor) -> bool:
    return organisation_id in actor.represented_organisations


def can_be_asked(row: Instalment, day: date) -> bool:
    """It is late, or it was: somebody may want to know why."""
    return bool(was_ever_late(row, day))


def can_be_explained(row: Instalment, day: date) -> bool:
    """It is still open and due soon, or overdue: its bearer may explain before anybody asks."""
    return bool(is_open(row)) and row.due_on <= day + DUE_SOON


# Commands ------------------------------------------------------------------------------------------------------------


def ask(row: Instalment, text: str, *, actor: Actor) -> Explanation:
    """Ask the bearer of `row` why it is late.

    :raise NotAllowed: it is one's own organisation's.
    :raise FieldRefused: nothing is asked.
    :raise Refused: it is not late and never was, or there is an open thread already.
    """
    policy.require(actor, Permission.EXPLANATION_ASK, row)
    _check(row.alliance_id, text)
    lock(row)
    if not may_ask(row, actor):
        raise NotAllowed(Message("This is a promise of your own organisation: explain it instead."))
    if not can_be_asked(row, today()):
        raise Refused(Message("This is not late: there is nothing to explain yet."))
    if running_of(row.id) is not None:
        raise Refused(Message("There is a question about this already: go on there."))
    thread = _new(row, actor)
    EXPLANATION.start(thread, actor=actor)
    _post(thread, PostKind.QUESTION, text, None, actor)
    return thread


def explain(row: Instalment, text: str, *, actor: Actor) -> Explanation:
    """Explain for the bearer why it is or will be late, before anybody asks; or answer what was asked meanwhile.

    :raise NotAllowed: the actor does not speak for the bearer.
    :raise FieldRefused: nothing is said.
    :raise Refused: it is not due soon and not overdue, or it is delivered or waived.
    """
    if not may_answer(row.alliance_id, row.organisation_id, actor):
        raise NotAllowed(Message("Only who speaks for this organisation can explain it."))
    _check(row.alliance_id, text)
    lock(row)
    running = running_of(row.id)
    if running is not None:
        answer(running, text, actor=actor)
        return running
    if not can_be_explained(row, today()):
        raise Refused(Message("This is not due within 30 days: there is nothing to explain yet."))
    thread = _new(row, actor)
    EXPLANATION.begin(thread, actor=actor)
    facts = {**_about(row), "unasked": True}
    EXPLANATION.apply(thread, "answer", actor=_with_its_right(actor), facts=facts)
    _post(thread, PostKind.ANSWER, text, thread.organisation_id, actor)
    _mark(row, thread)
    return thread


def answer(thread: Explanation, text: str, *, version: int | None = None, actor: Actor) -> None:
    """Answer in the name of the organisation that was asked; `thread` came from `thread_by_id`.

    :raise NotAllowed: the actor does not speak for it.
    :raise FieldRefused: nothing is said.
    :raise TransitionRefused: it is closed.
    """
    if not may_answer(thread.alliance_id, thread.organisation_id, actor):
        raise NotAllowed(Message("Only who speaks for this organisation can answer."))
    _check_thread(thread, text, version)
    EXPLANATION.apply(thread, "answer", actor=_with_its_right(actor), facts=_about(thread.instalment))
    _post(thread, PostKind.ANSWER, text, thread.organisation_id, actor)
    _mark(thread.instalment, thread)


def ask_on(thread: Explanation, text: str, *, version: int | None = None, actor: Actor) -> None:
    """Ask on after an answer.

    :raise NotAllowed: it is one's own organisation's.
    :raise FieldRefused: nothing is asked.
    :raise TransitionRefused: it was not answered yet, or it is closed.
    """
    if not may_ask_on(thread, actor):
        raise NotAllowed(Message("You cannot ask on here."))
    _check_thread(thread, text, version)
    EXPLANATION.apply(thread, "ask_on", actor=_with_its_right(actor), facts=_about(thread.instalment))
    _post(thread, PostKind.QUESTION, text, None, actor)


def close(thread: Explanation, text: str = "", *, version: int | None = None, actor: Actor) -> None:
    """Close a thread, with a remark or without; it stays readable.

    :raise NotAllowed: the actor neither opened it nor decides, or speaks for the organisation that was asked.
    :raise TransitionRefused: it is closed already.
    """
    if not may_close(thread, actor):
        raise NotAllowed(Message("Whoever asked closes a question, or the coordinator or the project manager."))
    _check_thread(thread, None, version)
    if thread.status is not ExplanationStatus.CLOSED:
        thread.closed_on = today()
    EXPLANATION.apply(thread, "close", actor=_with_its_right(actor), facts=_about(thread.instalment))
    _post(thread, PostKind.CLOSING, text, None, actor)


def _with_its_right(actor: Actor) -> Actor:
    """The same person, for the lifecycle: who may do this was decided above, more strictly than by permission alone."""
    return dataclasses.replace(actor, is_system=True)


def _check(alliance_id: int, text: str | None) -> None:
    check_open(db().get_one(Alliance, alliance_id))
    if text is not None and not text.strip():
        raise FieldRefused("text", Message("Write something."))


def _check_thread(thread: Explanation, text: str | None, version: int | None) -> None:
    _check(thread.alliance_id, text)
    lock(thread)
    check_version(thread, version)


def _about(row: Instalment) -> dict[str, object]:
    return {"commitment_id": row.commitment_id, "year": row.year}


def _new(row: Instalment, actor: Actor) -> Explanation:
    assert actor.user_id is not None  # noqa: S101  # questions and answers come from people
    thread = Explanation(
        alliance_id=row.alliance_id,
        instalment_id=row.id,
        organisation_id=row.organisation_id,
        status=EXPLANATION.initial,
        opened_by_id=actor.user_id,
        opened_on=today(),
        posts=[],
    )
    thread.instalment = row
    db().add(thread)
    db().flush()  # gives the thread its id
    return thread


def _post(thread: Explanation, kind: PostKind, text: str, organisation_id: int | None, actor: Actor) -> None:
    assert actor.user_id is not None  # noqa: S101  # questions and answers come from people
    thread.posts.append(
        ExplanationPost(
            alliance_id=thread.alliance_id,
            explanation_id=thread.id,
            kind=kind,
            text=text,
            organisation_id=organisation_id,
            author_id=actor.user_id,
            at=now(),
        )
    )


def _mark(row: Instalment, thread: Explanation) -> None:
    """The instalment was explained today; that is told with the answer."""
    lock(row)
    if row.explained_on != today():
        row.explained_on = today()
        audit.tell_with(row, thread)
