"""Signals: barriers, proposals and good practices, who else meets them, and VLAIO's answers."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message


class SignalKind(Labelled):
    BARRIER = "barrier", Message("barrier")
    PROPOSAL = "proposal", Message("proposal")
    PRACTICE = "practice", Message("good practice")


class SignalStatus(Labelled):
    """Where a signal stands with VLAIO; each move is an answer, with its reason."""

    RECEIVED = "received", Message("received")
    UNDER_STUDY = "under-study", Message("under study")
    ADOPTED = "adopted", Message("adopted")
    REFUSED = "refused", Message("refused")
    DONE = "done", Message("carried out")
    MERGED = "merged", Message("goes on with another signal")


class SignalSource(Labelled):
    """From where in the application it was raised."""

    ALLIANCE = "alliance", Message("the alliance")
    LOG_ENTRY = "log-entry", Message("a log entry")
    CRITERION = "criterion", Message("a criterion")
    PILOT = "pilot", Message("a pilot")


class Signal(Audited, Versioned, Base):
    """One signal of an alliance to the government; the whole network reads it."""

    __tablename__ = "signal"
    __named_by__ = ("title",)
    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="has_a_title"),
        sa.CheckConstraint("text <> ''", name="has_text"),
        sa.CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_if_merged"),
        sa.CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        sa.CheckConstraint(
            "status IN ('received', 'merged') OR answered_on IS NOT NULL", name="answered_on_if_answered"
        ),
        sa.CheckConstraint("status <> 'received' OR answered_on IS NULL", name="received_until_answered"),
        sa.Index("ix_signal_status_due", "status", "answer_due_on", "id"),
        sa.CheckConstraint("voices >= 1", name="has_a_voice"),
        sa.Index("ix_signal_alliance_sent", "alliance_id", "sent_on"),
        sa.Index("ix_signal_voices", "voices", "id"),
    )
    __quiet__ = frozenset({"version", "voices", "words_folded"})

    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    kind: Mapped[SignalKind]
    title: Mapped[str] = mapped_column(sa.String(160))
    text: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[SignalStatus]
    source: Mapped[SignalSource]
    #: The key or the id of the criterion, log entry or pilot from which it was raised.
    source_key: Mapped[str] = mapped_column(sa.String(60), default="")
    #: The precondition of the rollout that it is about, or the rule in words.
    precondition_key: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    rule: Mapped[str] = mapped_column(sa.String(200), default="")
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    sent_on: Mapped[date]
    #: The last day of the term within which VLAIO answers (Brussels, inclusive); stored, never computed anew.
    answer_due_on: Mapped[date]
    #: The day of the first answer; what was late stays late.
    answered_on: Mapped[date | None]
    #: The signal with which it goes on, which is never merged itself: a chain of merges is resolved when it is made.
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signal.id"), index=True)
    #: How many alliances stand behind it, those of the signals that were merged into it included.
    voices: Mapped[int] = mapped_column(default=1)
    #: Title, text and rule as the search reads them.
    words_folded: Mapped[str] = mapped_column(sa.Text)

    @property
    def owner_id(self) -> int:
        return self.raised_by_id


class SignalSupport(Audited, Base):
    """“With us too”: another alliance meets the same, in its own words. Append-only."""

    __tablename__ = "signal_support"
    __table_args__ = (
        sa.UniqueConstraint("signal_id", "alliance_id"),
        sa.CheckConstraint("words <> ''", name="in_own_words"),
    )
    id: Mapped[PrimaryKey]
    signal_id: Mapped[int] = mapped_column(sa.ForeignKey("signal.id"))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    words: Mapped[str] = mapped_column(sa.Text)
    supported_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    supported_on: Mapped[date]
