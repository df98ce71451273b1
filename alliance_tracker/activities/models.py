"""What an alliance does, as it is logged through the year."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.alliances.models import Partner
from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message


class LogKind(Labelled):
    """What a log entry tells of."""

    MEETING = "meeting", Message("meeting")
    VISIT = "visit", Message("visit")
    DECISION = "decision", Message("decision")
    EVENT = "event", Message("event")
    RISK = "risk", Message("risk")
    NOTE = "note", Message("note")


#: What people from outside the network come to, and so can be counted.
REACHING = frozenset({LogKind.EVENT, LogKind.VISIT})


class LogEntry(Audited, Versioned, Base):
    """A dated progress note. A meeting with the partners present is the one record of that meeting.

    A correction keeps its former text in the history; a withdrawn entry stays readable, struck through.
    """

    __tablename__ = "log_entry"
    __named_by__ = ("kind", "on")
    __table_args__ = (
        sa.CheckConstraint("text <> ''", name="has_text"),
        sa.CheckConstraint("withdrawn_at IS NULL OR withdrawn_reason <> ''", name="withdrawn_with_a_reason"),
        sa.CheckConstraint("participants >= 0", name="counts_people"),
        sa.Index("ix_log_entry_alliance_on", "alliance_id", "on", "id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    kind: Mapped[LogKind]
    on: Mapped[date]
    text: Mapped[str] = mapped_column(sa.Text)
    #: The criterion of the stappenplan, or the milestone, that it bears on: its key.
    criterion_key: Mapped[str | None] = mapped_column(sa.String(60))
    milestone_key: Mapped[str | None] = mapped_column(sa.String(60))
    #: Or the commitment, of which this layer knows the number alone.
    commitment_id: Mapped[int | None]
    #: How many people from outside the network were reached, where that was counted: participations.
    participants: Mapped[int | None]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    logged_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.Text, default="")
    presences: Mapped[list["Presence"]] = relationship(lazy="raise_on_sql", order_by="Presence.id")

    @property
    def owner_id(self) -> int:
        return self.author_id

    @property
    def bearing(self) -> str:
        """What it bears on, as `bearings.Bearing.value` names it; empty for nothing in particular."""
        named = {"criterion": self.criterion_key, "milestone": self.milestone_key, "commitment": self.commitment_id}
        return next((f"{kind}:{key}" for kind, key in named.items() if key), "")


class Presence(Audited, Base):
    """A partner that was present at what a log entry tells of."""

    __tablename__ = "presence"
    __named_by__ = ("partner_id",)
    __told_with__ = ("log_entry", "log_entry_id")
    __table_args__ = (sa.UniqueConstraint("log_entry_id", "partner_id"),)
    id: Mapped[PrimaryKey]
    log_entry_id: Mapped[int] = mapped_column(sa.ForeignKey("log_entry.id"))
    partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partner.id"), index=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    #: Taken back when the entry is corrected; the row stays.
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
