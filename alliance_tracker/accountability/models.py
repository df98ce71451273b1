"""Accounting for what was promised: questions with their answers, and each organisation's signed account of a year."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.audit import Audited
from alliance_tracker.commitments.models import Instalment
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.organisations.models import Organisation


class ExplanationStatus(Labelled):
    """The life of a question on a late or missed commitment."""

    OPEN = "open", Message("waits for an answer")
    ANSWERED = "answered", Message("answered")
    CLOSED = "closed", Message("closed")


class Explanation(Audited, Versioned, Base):
    """A thread on one instalment: why is it late? Its bearer may open it too, before anybody asks."""

    __tablename__ = "explanation"
    __named_by__ = ("organisation_id",)
    __table_args__ = (
        sa.CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_on_if_closed"),
        sa.Index(
            "uq_explanation_one_running",
            "instalment_id",
            unique=True,
            sqlite_where=sa.text("status <> 'closed'"),
            postgresql_where=sa.text("status <> 'closed'"),
        ),
        sa.Index("ix_explanation_alliance", "alliance_id", "status"),
        sa.Index("ix_explanation_organisation", "organisation_id", "status"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"))
    #: Who is asked: the bearer of the instalment.
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    status: Mapped[ExplanationStatus]
    #: Who opened it: the one who asks, or the bearer itself.
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    instalment: Mapped[Instalment] = relationship(lazy="raise_on_sql")
    posts: Mapped[list["ExplanationPost"]] = relationship(lazy="raise_on_sql", order_by="ExplanationPost.id")


class PostKind(Labelled):
    """What somebody adds to a thread."""

    QUESTION = "question", Message("question")
    ANSWER = "answer", Message("answer")
    CLOSING = "closing", Message("closing remark")


class ExplanationPost(Audited, Base):
    """One question, answer or closing remark. Append-only."""

    __tablename__ = "explanation_post"
    __told_with__ = ("explanation", "explanation_id")
    __table_args__ = (sa.CheckConstraint("kind = 'closing' OR text <> ''", name="says_something"),)
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    explanation_id: Mapped[int] = mapped_column(sa.ForeignKey("explanation.id"), index=True)
    kind: Mapped[PostKind]
    text: Mapped[str] = mapped_column(sa.Text)
    #: In whose name an answer is given; None for whoever asks.
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]


class StatementAnswer(Labelled):
    """What an organisation says of its own account."""

    SIGNED = "signed", Message("signed")
    REFUSED = "refused", Message("refused")


class StatementMethod(Labelled):
    """Where it was signed."""

    APPLICATION = "application", Message("in the application")
    PAPER = "paper", Message("on paper")
    LINK = "link", Message("by a one-time link")


class AccountabilityStatement(Audited, Base):
    """An organisation's account of one year in one alliance, as it stood when it was signed. Append-only.

    Signing again makes a new version beside the earlier ones; nothing is folded into a grade.
    """

    __tablename__ = "accountability_statement"
    __personal__ = frozenset({"name", "function"})
    __named_by__ = ("organisation_id", "year", "number")
    __quiet__ = frozenset({"document", "sha256"})
    __table_args__ = (
        sa.UniqueConstraint("alliance_id", "organisation_id", "year", "number"),
        sa.CheckConstraint("number >= 1", name="is_numbered"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year_is_plausible"),
        sa.CheckConstraint("name <> '' AND function <> ''", name="says_who"),
        sa.CheckConstraint("answer <> 'refused' OR remark <> ''", name="refused_with_a_reason"),
        sa.Index("ix_accountability_statement_organisation", "organisation_id", "year"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    year: Mapped[int]
    number: Mapped[int]
    answer: Mapped[StatementAnswer]
    #: What the organisation itself adds; why it refuses.
    remark: Mapped[str] = mapped_column(sa.Text, default="")
    #: The account as it stood: instalments, deliveries, money, questions.
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON())
    sha256: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(120))
    function: Mapped[str] = mapped_column(sa.String(120))
    method: Mapped[StatementMethod]
    signed_on: Mapped[date]
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class StatementLink(Audited, Base):
    """A one-time link with which somebody without an account signs or refuses the account of an organisation."""

    __tablename__ = "statement_link"
    __personal__ = frozenset({"name", "email"})
    __named_by__ = ("organisation_id", "year")
    __quiet__ = frozenset({"token_hash"})
    __table_args__ = (
        sa.CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name="used_or_withdrawn"),
        sa.CheckConstraint("(used_at IS NULL) = (statement_id IS NULL)", name="used_for_a_statement"),
        sa.Index("ix_statement_link_account", "alliance_id", "organisation_id", "year"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    year: Mapped[int]
    #: Who is asked to sign, and where the link was sent.
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254))
    #: SHA-256 of the secret in the link, which is nowhere kept.
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: What was signed with it.
    statement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accountability_statement.id"))
