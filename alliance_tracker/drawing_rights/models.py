"""Drawing rights: a ceiling per calendar year, the drawdowns on it, and what was paid of them. Exact, in euro."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.alliances.models import Partner
from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, Money, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message


class PlannedRight(Audited, Base):
    """The ceiling of one calendar year, as one version of a convenant says it; frozen once that was offered."""

    __tablename__ = "planned_right"
    __named_by__ = ("year",)
    __told_with__ = ("convenant_version", "convenant_version_id")
    __table_args__ = (
        sa.UniqueConstraint("convenant_version_id", "year"),
        sa.CheckConstraint("ceiling >= 0", name="ceiling_is_no_debt"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year_is_plausible"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    convenant_version_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant_version.id"))
    year: Mapped[int]
    ceiling: Mapped[Money]


class DrawingRight(Audited, Versioned, Base):
    """The right of a running convenant in one calendar year. The database itself refuses more than the ceiling.

    `drawn` (approved) and `paid` are written with each decision and payment, under a lock on this row.
    """

    __tablename__ = "drawing_right"
    __named_by__ = ("year",)
    __quiet__ = frozenset({"version", "drawn", "paid", "region_code"})
    __table_args__ = (
        sa.UniqueConstraint("convenant_id", "year"),
        sa.CheckConstraint("ceiling >= 0", name="ceiling_is_no_debt"),
        sa.CheckConstraint("drawn >= 0 AND drawn <= ceiling", name="never_beyond_the_ceiling"),
        sa.CheckConstraint("paid >= 0 AND paid <= drawn", name="pays_what_was_drawn"),
        sa.Index("ix_drawing_right_alliance", "alliance_id", "year"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), index=True)
    convenant_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant.id"))
    year: Mapped[int]
    ceiling: Mapped[Money]
    drawn: Mapped[Money] = mapped_column(default=Decimal(0))
    paid: Mapped[Money] = mapped_column(default=Decimal(0))
    #: Days within which VLAIO decides on a drawdown, as agreed.
    decision_days: Mapped[int]
    #: The last day of the convenant, when it was terminated: from that moment on nothing more can be asked.
    closed_on: Mapped[date | None]

    @property
    def remaining(self) -> Decimal:
        return self.ceiling - self.drawn

    @property
    def opens_on(self) -> date:
        """The first day on which something can be asked of it."""
        return date(self.year, 1, 1)


class DrawdownStatus(Labelled):
    """The life of a drawdown; an approved one is paid in one or more tranches."""

    REQUESTED = "requested", Message("requested")
    RETURNED = "returned", Message("returned with a question")
    APPROVED = "approved", Message("approved")
    REFUSED = "refused", Message("refused")
    WITHDRAWN = "withdrawn", Message("withdrawn")


class Drawdown(Audited, Versioned, Base):
    """A request on a drawing right: an amount, for a purpose, to be paid to a partner."""

    __tablename__ = "drawdown"
    __named_by__ = ("purpose",)
    __quiet__ = frozenset({"version", "paid"})
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="asks_something"),
        sa.CheckConstraint("purpose <> ''", name="has_a_purpose"),
        sa.CheckConstraint("paid >= 0 AND paid <= amount", name="never_paid_beyond"),
        sa.CheckConstraint("paid = 0 OR status = 'approved'", name="paid_once_approved"),
        sa.CheckConstraint(
            "(status IN ('approved', 'refused')) = (decided_on IS NOT NULL)", name="decided_on_if_decided"
        ),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> requested_by_id", name="four_eyes"),
        sa.Index("ix_drawdown_alliance", "alliance_id", "id"),
        sa.Index("ix_drawdown_waiting", "status", "decide_by", "id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    drawing_right_id: Mapped[int] = mapped_column(sa.ForeignKey("drawing_right.id"), index=True)
    amount: Mapped[Money]
    purpose: Mapped[str] = mapped_column(sa.Text)
    payee_partner_id: Mapped[int] = mapped_column(sa.ForeignKey("partner.id"), index=True)
    status: Mapped[DrawdownStatus]
    requested_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    requested_on: Mapped[date]
    #: The last day on which VLAIO decides in time, counted from the newest request.
    decide_by: Mapped[date]
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: Why it was returned, refused or withdrawn, or a remark with the approval.
    decision_reason: Mapped[str] = mapped_column(sa.Text, default="")
    paid: Mapped[Money] = mapped_column(default=Decimal(0))
    right: Mapped[DrawingRight] = relationship(lazy="raise_on_sql")
    payee: Mapped[Partner] = relationship(lazy="raise_on_sql")
    payments: Mapped[list["Payment"]] = relationship(lazy="raise_on_sql", order_by="Payment.id")

    @property
    def to_pay(self) -> Decimal:
        """What was approved and is not paid yet."""
        return self.amount - self.paid if self.status is DrawdownStatus.APPROVED else Decimal(0)


class Payment(Audited, Base):
    """A tranche of an approved drawdown that was paid. Append-only."""

    __tablename__ = "payment"
    __named_by__ = ("on", "amount")
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="pays_something"),
        sa.Index("ix_payment_drawdown", "drawdown_id", "id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    drawdown_id: Mapped[int] = mapped_column(sa.ForeignKey("drawdown.id"))
    amount: Mapped[Money]
    on: Mapped[date]
    #: The reference of the payment in the books.
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
