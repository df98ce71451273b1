"""A form or an API post that is sent twice is carried out once; the second one is led to the same place."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.database import Base, PrimaryKey, db, now


class SentForm(Base):
    """A form that was carried out, and where its sender was led."""

    __tablename__ = "sent_form"
    __table_args__ = (sa.UniqueConstraint("user_id", "key"),)
    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str] = mapped_column(sa.Text)


def earlier(user_id: int, key: str) -> str | None:
    """Where this very form led, if it was carried out before."""
    return db().scalar(sa.select(SentForm.location).where(SentForm.user_id == user_id, SentForm.key == key))


def remember(user_id: int, key: str, location: str) -> None:
    """Keep, in this transaction, that the form was carried out."""
    db().add(SentForm(user_id=user_id, key=key, at=now(), location=location))
