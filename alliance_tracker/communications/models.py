"""One communication of an alliance and its answers to the four questions."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message


class Channel(Labelled):
    """By which way people are reached."""

    PRESS = "press", Message("press")
    WEBSITE = "website", Message("website")
    SOCIAL_MEDIA = "social-media", Message("social media")
    NEWSLETTER = "newsletter", Message("newsletter")
    PRINT = "print", Message("leaflet or poster")
    VIDEO = "video", Message("video or podcast")
    EVENT = "event", Message("talk or stand")


class Communication(Audited, Versioned, Base):
    """Something that an alliance published or told, with yes or no to each of the four principles.

    A withdrawn one stays readable, struck through, and counts no longer.
    """

    __tablename__ = "communication"
    __named_by__ = ("title",)
    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="has_a_title"),
        sa.CheckConstraint("withdrawn_at IS NULL OR withdrawn_reason <> ''", name="withdrawn_with_a_reason"),
        sa.Index("ix_communication_alliance_on", "alliance_id", "on", "id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    on: Mapped[date]
    title: Mapped[str] = mapped_column(sa.String(200))
    channel: Mapped[Channel]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    link: Mapped[str] = mapped_column(sa.String(300), default="")
    relevance: Mapped[bool]
    connectivity: Mapped[bool]
    interdisciplinarity: Mapped[bool]
    inclusion: Mapped[bool]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    logged_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.Text, default="")

    @property
    def owner_id(self) -> int:
        return self.author_id
