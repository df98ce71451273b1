"""Sending a signal, saying “with us too”, and VLAIO's answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import check_version, db, folded, lock, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.learning import topics
from alliance_tracker.learning.lifecycle import MERGE, SIGNAL
from alliance_tracker.learning.models import Signal, SignalKind, SignalSource, SignalStatus, SignalSupport
from alliance_tracker.learning.notices import tell_answered, tell_merged
from alliance_tracker.policy import Actor, Permission


@dataclass(frozen=True)
class Draft:
    """What somebody wants to tell VLAIO, and from where in the application."""

    kind: SignalKind
    title: str
    text: str
    precondition_key: str | None = None
    rule: str = ""
    source: SignalSource = SignalSource.ALLIANCE
    source_key: str = ""


def _check_speaks(alliance: Alliance) -> None:
    """:raise Refused: the alliance has ended, or is still an initiative, which the network does not know of."""
    check_open(alliance)
    if alliance.status is AllianceStatus.INITIATIVE:
        raise Refused(Message("An initiative speaks to the network once it is accepted as an alliance."))


def raise_signal(alliance: Alliance, draft: Draft, *, days: int, actor: Actor) -> Signal:
    """Send a signal of an alliance to VLAIO, which answers it within `days`.

    :raise FieldRefused: something is missing, or there is no such precondition.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.SIGNAL_RAISE, alliance)
    _check_speaks(alliance)
    _check_about(draft.title, draft.precondition_key)
    if not draft.text:
        raise FieldRefused("text", Message("Tell it in a few sentences."))
    assert actor.user_id is not None  # noqa: S101  # a signal is sent by a person
    signal = Signal(
        alliance_id=alliance.id,
        kind=draft.kind,
        title=draft.title,
        text=draft.text,
        status=SIGNAL.initial,
        source=draft.source,
        source_key=draft.source_key,
        precondition_key=draft.precondition_key,
        rule=draft.rule,
        raised_by_id=actor.user_id,
        sent_on=today(),
        answer_due_on=today() + timedelta(days=days),
        voices=1,
        words_folded=_searched(draft.title, draft.text, draft.rule),
    )
    db().add(signal)
    db().flush()  # gives the signal its id
    SIGNAL.start(signal, actor=actor)
    return signal


def _check_about(title: str, precondition_key: str | None) -> None:
    if not title:
        raise FieldRefused("title", Message("Give it a title."))
    if precondition_key is not None and precondition_key not in topics.every():
        raise FieldRefused("precondition", Message("Choose one of the list."))


def _searched(*parts: str) -> str:
    return folded(" ".join(parts))


def edit(
    signal: Signal, *, title: str, precondition_key: str | None, rule: str, version: int | None, actor: Actor
) -> None:
    """Sharpen the title of a signal and what it is about, until VLAIO first answers; its text stays as it was sent.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise Refused: VLAIO answered it, or it goes on with another.
    """
    alliance = db().get_one(Alliance, signal.alliance_id)
    policy.require(actor, Permission.SIGNAL_RAISE, alliance)
    _check_speaks(alliance)
    if signal.status is not SignalStatus.RECEIVED:
        raise Refused(Message("VLAIO has taken this signal up; it stays as it was sent."))
    check_version(signal, version)
    _check_about(title, precondition_key)
    signal.title, signal.precondition_key, signal.rule = title, precondition_key, rule
    signal.words_folded = _searched(title, signal.text, rule)
    audit.record("signal.edited", signal, actor=actor)


# With us too ---------------------------------------------------------------------------------------------------------


def support(signal: Signal, alliance: Alliance, *, words: str, actor: Actor) -> SignalSupport:
    """Say for an alliance that it meets the same, in its own words.

    :raise Refused: the alliance ended, already stands behind it, or the signal goes on with another.
    """
    policy.require(actor, Permission.SIGNAL_RAISE, alliance)
    _check_speaks(alliance)
    lock(signal)
    if signal.merged_into_id is not None:
        raise Refused(Message("This signal goes on with another one. Say it there."))
    if alliance.id in alliances_behind(signal.id):
        raise FieldRefused("alliance_id", Message("This alliance stands behind this signal already."))
    if not words:
        raise FieldRefused("words", Message("Say in your own words how it is with you."))
    assert actor.user_id is not None  # noqa: S101  # a person says it
    voice = SignalSupport(
        signal_id=signal.id,
        alliance_id=alliance.id,
        words=words,
        supported_by_id=actor.user_id,
        supported_on=today(),
    )
    db().add(voice)
    signal.voices += 1
    db().flush()  # gives the voice its id
    audit.record("signal_support.given", voice, actor=actor)
    return voice


def alliances_behind(signal_id: int) -> set[int]:
    """The alliances that raised or support this signal or one that was merged into it."""
    family = sa.or_(Signal.id == signal_id, Signal.merged_into_id == signal_id)
    raised = db().scalars(sa.select(Signal.alliance_id).where(family))
    supported = db().scalars(
        sa.select(SignalSupport.alliance_id).join(Signal, Signal.id == SignalSupport.signal_id).where(family)
    )
    return {*raised, *supported}


# VLAIO's side --------------------------------------------------------------------------------------------------------


def answer(signal: Signal, move: str, *, reason: str, address: str, actor: Actor) -> None:
    """Answer a signal: `move` is the transition, `reason` what the answer says, `address` the page with %s for its id.

    The first answer is also the first one to every signal that was merged into it, and whoever sent one gets a mail.

    :raise TransitionRefused: wrong state, or no answer was written.
    """
    lock(signal)
    if move == MERGE:
        raise Refused(Message("Choose the signal with which it goes on."))
    members = [signal, *_merged_into(signal.id)]
    SIGNAL.apply(signal, move, actor=actor, reason=reason)
    _mark_answered(members)
    tell_answered(members, signal, reason=reason, address=address, actor=actor)


def merge(signal: Signal, target: Signal, *, reason: str, address: str, actor: Actor) -> Signal:
    """Let a signal go on with another one that says the same; gives the signal with which it now goes on.

    Whoever stands behind it counts there. Signals that were merged into it before go along, so that there is never a
    chain to follow. Where the other was answered already, that is the answer to this one as well.

    :raise FieldRefused: it is the same signal, or one that goes on with this one.
    :raise TransitionRefused: it was decided on, or there is no reason.
    """
    policy.require(actor, Permission.SIGNAL_ANSWER, signal)
    if target.merged_into_id is not None:
        target = db().get_one(Signal, target.merged_into_id)
    if target.id == signal.id:
        raise FieldRefused("target", Message("Choose another signal than this one."))
    for each in sorted((signal, target), key=lambda one: one.id):  # always in one order, or two could wait for ever
        lock(each)
    if target.merged_into_id is not None:
        raise Refused(Message("Somebody else did the same a moment ago. Look at it again, then decide."))
    members = [signal, *_merged_into(signal.id)]
    SIGNAL.apply(signal, MERGE, actor=actor, reason=reason)
    for member in members:
        member.merged_into_id = target.id
        if member is not signal:
            audit.record("signal.taken_along", member, actor=actor, title=target.title)
    if target.answered_on is not None:
        _mark_answered(members)
    db().flush()  # the voices are counted in the database
    target.voices = len(alliances_behind(target.id))
    tell_merged(members, target, reason=reason, address=address, actor=actor)
    return target


def _merged_into(signal_id: int) -> list[Signal]:
    return list(db().scalars(sa.select(Signal).where(Signal.merged_into_id == signal_id).order_by(Signal.id)))


def _mark_answered(signals: Iterable[Signal]) -> None:
    for signal in signals:
        if signal.answered_on is None:
            signal.answered_on = today()
