"""The one state machine: a lifecycle is a declared table of transitions, and only this module assigns a status.

`apply` asks the policy, checks the state, asks for a reason where one is due, names every obstacle, assigns the new
status, and writes the event in the same transaction. Buttons are drawn from the same table, so a button and the command
behind it cannot disagree.
"""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker import audit, policy
from alliance_tracker.database import Base, PrimaryKey, db, now, today
from alliance_tracker.errors import TransitionRefused
from alliance_tracker.i18n import Message

S = TypeVar("S", bound=enum.StrEnum)


class StatusEvent(Base):
    """One transition that happened. Append-only; the newest one of a subject equals its status column."""

    __tablename__ = "status_event"
    __table_args__ = (
        sa.Index("ix_status_event_subject", "lifecycle", "subject_id", "id"),
        sa.Index("ix_status_event_alliance", "alliance_id", "id"),
    )
    id: Mapped[PrimaryKey]
    lifecycle: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliance.id"))
    name: Mapped[str] = mapped_column(sa.String(40))
    source: Mapped[str] = mapped_column(sa.String(40))
    target: Mapped[str] = mapped_column(sa.String(40))
    #: The day it counts from (Brussels); `at` is the instant it was recorded.
    on: Mapped[date]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")


def no_obstacles(_subject: Any) -> Iterable[Message]:
    return ()


@dataclass(frozen=True)
class Transition(Generic[S]):
    """One allowed move. `label` is the button; `obstacles` are sentences that forbid it now."""

    name: str
    sources: frozenset[S]
    target: S
    permission: policy.Permission
    label: Message
    obstacles: Callable[[Any], Iterable[Message]] = no_obstacles
    needs_reason: bool = False
    #: A weighty step: the page asks to confirm it, and draws its button last.
    is_grave: bool = False


@dataclass(frozen=True)
class Offer(Generic[S]):
    """A transition that an actor may try now, with what still stands in its way."""

    transition: Transition[S]
    obstacles: tuple[Message, ...]


class Workflow(Generic[S]):
    """A lifecycle: its name, the column it governs, and its transitions."""

    def __init__(self, name: str, initial: S, *transitions: Transition[S], attribute: str = "status") -> None:
        self.name = name
        self.initial = initial
        self.attribute = attribute
        self.transitions = {transition.name: transition for transition in transitions}
        REGISTER[name] = self

    def start(self, subject: Any, *, actor: policy.Actor, on: date | None = None, reason: str = "") -> None:
        """Give a new subject its first status. Its id must be known."""
        setattr(subject, self.attribute, self.initial)
        self._write(subject, "start", "", self.initial, actor, on, reason)
        audit.record(f"{self.name}.start", subject, actor=actor, reason=reason)

    def begin(self, subject: Any, *, actor: policy.Actor, on: date | None = None) -> None:
        """Make the row of a subject that stood at its first status without one, because something happens to it now.

        Nobody did that: the history tells only what happens, from the first status on.
        """
        setattr(subject, self.attribute, self.initial)
        audit.stood(subject, self.attribute, self.initial)
        self._write(subject, "start", "", self.initial, actor, on, "")

    def offers(self, actor: policy.Actor, subject: Any) -> list[Offer[S]]:
        """The moves that this actor may try from the subject's state, each with its obstacles."""
        state = getattr(subject, self.attribute)
        return [
            Offer(transition, tuple(transition.obstacles(subject)))
            for transition in self.transitions.values()
            if state in transition.sources and policy.allows(actor, transition.permission, subject)
        ]

    def apply(
        self,
        subject: Any,
        name: str,
        *,
        actor: policy.Actor,
        reason: str = "",
        on: date | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Carry out the transition `name`, counted from the day `on` (today unless told); the history keeps `facts`.

        :raise NotAllowed: the policy says no.
        :raise TransitionRefused: wrong state, missing reason, or an obstacle.
        """
        transition = self.transitions[name]
        policy.require(actor, transition.permission, subject)
        state = getattr(subject, self.attribute)
        if state not in transition.sources:
            raise TransitionRefused(
                Message("This is not possible any more: the state is now “%(state)s”.", state=state.label)
            )
        if transition.needs_reason and not reason.strip():
            raise TransitionRefused(Message("Give a reason: it stays visible."))
        if obstacles := tuple(transition.obstacles(subject)):
            raise TransitionRefused(Message("This is not possible yet."), obstacles)
        audit.settle(subject)
        setattr(subject, self.attribute, transition.target)
        self._write(subject, name, state, transition.target, actor, on, reason)
        audit.record(f"{self.name}.{name}", subject, actor=actor, reason=reason, **(facts or {}))

    def _write(
        self,
        subject: Any,
        name: str,
        source: str,
        target: S,
        actor: policy.Actor,
        on: date | None,
        reason: str,
    ) -> None:
        db().add(
            StatusEvent(
                lifecycle=self.name,
                subject_id=subject.id,
                alliance_id=getattr(subject, "alliance_id", None),
                name=name,
                source=str(source),
                target=str(target.value),
                on=on or today(),
                at=now(),
                actor_id=actor.user_id,
                reason=reason,
            )
        )

    def diagram(self) -> str:
        """The lifecycle as a Mermaid state diagram."""
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.initial.value}", *self._arrows()])

    def _arrows(self) -> Iterator[str]:
        for transition in self.transitions.values():
            for source in sorted(transition.sources):
                yield f"    {source.value} --> {transition.target.value}: {transition.name}"


REGISTER: dict[str, Workflow[Any]] = {}


def events_of(lifecycle: str, subject_id: int) -> list[StatusEvent]:
    """The events of one subject, oldest first."""
    return list(
        db().scalars(
            sa.select(StatusEvent)
            .where(StatusEvent.lifecycle == lifecycle, StatusEvent.subject_id == subject_id)
            .order_by(StatusEvent.id)
        )
    )
