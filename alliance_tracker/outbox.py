"""Outgoing mail: a row in the same transaction as what it tells of, sent afterwards, each attempt remembered."""

import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.database import Base, PrimaryKey, db, now, transaction


class OutgoingMail(Base):
    """One mail to one person. What it says is kept until it is sent, then only that it was sent."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (sa.Index("ix_outgoing_mail_waiting", "sent_at", "id"),)
    id: Mapped[PrimaryKey]
    #: None: somebody without an account, who was sent a one-time link.
    recipient_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(200))
    #: Emptied once it was sent: it may hold a one-time link.
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    last_error: Mapped[str] = mapped_column(sa.String(500), default="")


def post(recipient_id: int | None, address: str, subject: str, body: str) -> None:
    """Put a mail in the outbox; it leaves only if this transaction commits."""
    moment = now()
    db().add(
        OutgoingMail(
            recipient_id=recipient_id,
            address=address,
            subject=subject,
            body=body,
            created_at=moment,
            next_attempt_at=moment,
        )
    )


def recent(limit: int) -> Sequence[OutgoingMail]:
    """The newest mails, sent or not."""
    return db().scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(limit)).all()


def deliver(send: Callable[[OutgoingMail], None], *, limit: int = 50) -> int:
    """Hand waiting mails to `send`, oldest first; the number that left.

    Each is its own transaction. A mail that fails waits longer each time (1, 2, 4 ... minutes, at most a day). A crash
    between sending and noting it may send one mail twice, but never loses one.
    """
    waiting = (
        sa.select(OutgoingMail)
        .where(OutgoingMail.sent_at.is_(None), OutgoingMail.next_attempt_at <= now(), OutgoingMail.address != "")
        .order_by(OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    sent = 0
    for _ in range(limit):
        with transaction():
            mail = db().scalars(waiting).one_or_none()
            if mail is None:
                break
            mail.attempts += 1
            try:
                send(mail)
            except OSError as error:
                mail.last_error = str(error)[:500]
                mail.next_attempt_at = now() + min(timedelta(minutes=2 ** (mail.attempts - 1)), timedelta(days=1))
            else:
                mail.sent_at, mail.body, mail.last_error = now(), "", ""
                sent += 1
    return sent


def sender(settings: Mapping[str, Any]) -> Callable[[OutgoingMail], None]:
    """How mail leaves: through the configured server, or onto the console where none is configured."""
    if not settings["MAIL_SERVER"]:
        return _to_console
    return lambda mail: _by_smtp(mail, settings)


def _to_console(mail: OutgoingMail) -> None:
    print(f"\n--- mail to {mail.address}\nSubject: {mail.subject}\n\n{mail.body}\n---", flush=True)  # noqa: T201


def _by_smtp(mail: OutgoingMail, settings: Mapping[str, Any]) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings["MAIL_SENDER"], mail.address, mail.subject
    message["Message-ID"] = f"<outbox-{mail.id}@{settings['MAIL_SENDER'].partition('@')[2]}>"
    message.set_content(mail.body)
    with smtplib.SMTP(settings["MAIL_SERVER"], settings["MAIL_PORT"], timeout=20) as server:
        if settings["MAIL_STARTTLS"]:
            server.starttls(context=ssl.create_default_context())
        if settings["MAIL_USERNAME"]:
            server.login(settings["MAIL_USERNAME"], settings["MAIL_PASSWORD"])
        server.send_message(message)
