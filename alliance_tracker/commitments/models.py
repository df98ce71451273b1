"""What the parties of a convenant promise, instalment by instalment, and what they delivered.

A commitment keeps its number across the versions of its convenant; its wording belongs to one version and is frozen
with it. When a version comes into force, each bearer's part of each year becomes an instalment: the row that is
delivered, confirmed, extended, waived or inherited.
"""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, Money, PrimaryKey, Quantity, Versioned
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.organisations.models import Organisation


class Nature(Labelled):
    """What a commitment owes: an honest attempt, or an outcome (inspannings- of resultaatsverbintenis)."""

    EFFORT = "effort", Message("effort")
    RESULT = "result", Message("result")


class Side(Labelled):
    """Which side of the convenant: VLAIO and other Flemish bodies, or the partners of the alliance."""

    GOVERNMENT = "government", Message("Flemish government")
    PARTNER = "partner", Message("partner")


class CommitmentKind(Labelled):
    """What is promised; the last one is how a government commits itself: an answer in time, a rule changed."""

    MONEY = "money", Message("money")
    HOURS = "hours", Message("hours of staff")
    INFRASTRUCTURE = "infrastructure", Message("infrastructure")
    GUEST_TEACHERS = "guest-teachers", Message("guest teachers")
    PLACES = "places", Message("places")
    COMMUNICATION = "communication", Message("communication")
    EXPERTISE = "expertise", Message("expertise")
    DECISION = "decision", Message("an answer, a contact or a rule")


class Unit(Labelled):
    """In what a commitment is counted."""

    EUR = "eur", Message("euro")
    HOURS = "hours", Message("hours")
    DAYS = "days", Message("days")
    LESSONS = "lessons", Message("lessons")
    PLACES = "places", Message("places")
    TIMES = "times", Message("times")

    @property
    def decimals(self) -> int:
        """How finely it is counted: cents, hundredths of an hour or a day, else whole ones."""
        return 2 if self in {Unit.EUR, Unit.HOURS, Unit.DAYS} else 0

    @property
    def smallest(self) -> Decimal:
        return Decimal(1).scaleb(-self.decimals)


class Commitment(Audited, Base):
    """A promise as such, over all versions of its convenant; what it says stands in its wordings."""

    __tablename__ = "commitment"
    __named_by__ = ("number",)
    __table_args__ = (
        sa.UniqueConstraint("convenant_id", "number"),
        sa.CheckConstraint("number >= 1", name="is_numbered"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    convenant_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant.id"))
    #: V1, V2 ... in the convenant; a number is never used again.
    number: Mapped[int]


class CommitmentWording(Audited, Versioned, Base):
    """What one version of the convenant says of a commitment. It changes no more once that version was offered."""

    __tablename__ = "commitment_wording"
    __named_by__ = ("description",)
    __table_args__ = (
        sa.UniqueConstraint("convenant_version_id", "commitment_id"),
        sa.CheckConstraint("description <> ''", name="says_something"),
        sa.CheckConstraint("unit_value IS NULL OR unit_value >= 0", name="value_is_no_debt"),
        sa.CheckConstraint("(kind = 'money') = (unit = 'eur')", name="money_is_counted_in_euro"),
        sa.CheckConstraint("kind <> 'money' OR unit_value IS NULL", name="money_is_its_own_value"),
        sa.Index("ix_commitment_wording_commitment", "commitment_id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    convenant_version_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant_version.id"))
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"))
    position: Mapped[int]
    description: Mapped[str] = mapped_column(sa.Text)
    nature: Mapped[Nature]
    kind: Mapped[CommitmentKind]
    unit: Mapped[Unit]
    #: What one unit in kind is worth in euro, as agreed; None where it is not valued.
    unit_value: Mapped[Money | None]
    goal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("goal.id"), index=True)
    #: The task that it serves, in words.
    task: Mapped[str] = mapped_column(sa.String(200), default="")
    #: The party that coordinates it, where there are several bearers.
    coordinator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    commitment: Mapped[Commitment] = relationship(lazy="raise_on_sql")
    bearers: Mapped[list["CommitmentBearer"]] = relationship(lazy="raise_on_sql", order_by="CommitmentBearer.id")
    years: Mapped[list["PlannedInstalment"]] = relationship(lazy="raise_on_sql", order_by="PlannedInstalment.year")


class CommitmentBearer(Audited, Base):
    """A party that bears a commitment, with its share in percent; the shares of a wording add up to 100."""

    __tablename__ = "commitment_bearer"
    __named_by__ = ("organisation_id",)
    __told_with__ = ("commitment_wording", "commitment_wording_id")
    __table_args__ = (
        sa.UniqueConstraint("commitment_wording_id", "organisation_id"),
        sa.CheckConstraint("share > 0 AND share <= 1000000", name="share_is_a_percentage"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    convenant_version_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant_version.id"), index=True)
    commitment_wording_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment_wording.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    share: Mapped[Quantity]
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class PlannedInstalment(Audited, Base):
    """What a wording promises for one calendar year, over all its bearers, and by when."""

    __tablename__ = "planned_instalment"
    __named_by__ = ("year",)
    __told_with__ = ("commitment_wording", "commitment_wording_id")
    __table_args__ = (
        sa.UniqueConstraint("commitment_wording_id", "year"),
        sa.CheckConstraint("quantity > 0", name="promises_something"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year_is_plausible"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    convenant_version_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant_version.id"), index=True)
    commitment_wording_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment_wording.id"))
    year: Mapped[int]
    quantity: Mapped[Quantity]
    #: The last day on which it is in time (Brussels).
    due_on: Mapped[date]


class Instalment(Audited, Versioned, Base):
    """One bearer's part of a commitment in one year: the obligation itself, with its stored due date.

    `reported`, `confirmed`, `disputes`, `disputed`, `delivered_on` and `claimed_on` follow from the deliveries and are
    written with them; `flask check-data` recomputes them.
    """

    __tablename__ = "instalment"
    __named_by__ = ("commitment_id", "year", "organisation_id")
    __quiet__ = frozenset(
        {
            "version",
            "reported",
            "confirmed",
            "disputes",
            "disputed",
            "delivered_on",
            "claimed_on",
            "side",
            "region_code",
        }
    )
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "year", "first_organisation_id"),
        sa.CheckConstraint("quantity > 0", name="promises_something"),
        sa.CheckConstraint("reported >= 0 AND confirmed >= 0 AND confirmed <= reported", name="counts_deliveries"),
        sa.CheckConstraint(
            "disputes >= 0 AND disputed >= 0 AND (disputes > 0) = (disputed > 0)", name="counts_disputes"
        ),
        sa.CheckConstraint("(reported >= quantity) = (delivered_on IS NOT NULL)", name="delivered_on_if_delivered"),
        sa.CheckConstraint(
            "delivered_on IS NULL OR (claimed_on IS NOT NULL AND claimed_on <= delivered_on)",
            name="claimed_before_kept",
        ),
        sa.CheckConstraint("is_waived = (waived_on IS NOT NULL)", name="waived_on_if_waived"),
        sa.CheckConstraint("is_waived = (waive_reason <> '')", name="waived_with_a_reason"),
        sa.Index("ix_instalment_alliance_due", "alliance_id", "due_on"),
        sa.Index("ix_instalment_organisation", "organisation_id", "alliance_id"),
        sa.Index("ix_instalment_convenant", "convenant_id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"))
    convenant_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant.id"))
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"))
    #: The wording in force.
    wording_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment_wording.id"), index=True)
    #: Who bears it today; a successor may have inherited it.
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    #: Who promised it.
    first_organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    #: The side of whoever bears it today.
    side: Mapped[Side]
    year: Mapped[int]
    quantity: Mapped[Quantity]
    due_on: Mapped[date]
    #: The due date as it was first agreed.
    first_due_on: Mapped[date]
    #: Deliveries that stand and are not disputed, whoever confirmed them.
    reported: Mapped[Quantity] = mapped_column(default=Decimal(0))
    #: That part of them which another organisation confirmed.
    confirmed: Mapped[Quantity] = mapped_column(default=Decimal(0))
    #: Deliveries that somebody disputes now.
    disputes: Mapped[int] = mapped_column(default=0)
    #: How much they say was delivered; none of it counts until the dispute is settled.
    disputed: Mapped[Quantity] = mapped_column(default=Decimal(0))
    #: The day of the delivery with which the promise was kept.
    delivered_on: Mapped[date | None]
    #: The day of the delivery with which it was kept if no dispute counted: who reports in time is not late.
    claimed_on: Mapped[date | None]
    #: It was overdue already when its due date was moved: what was late stays late.
    was_late: Mapped[bool] = mapped_column(default=False)
    is_waived: Mapped[bool] = mapped_column(default=False)
    waived_on: Mapped[date | None]
    waive_reason: Mapped[str] = mapped_column(sa.Text, default="")
    #: The newest day on which its bearer explained why it is late.
    explained_on: Mapped[date | None]
    wording: Mapped[CommitmentWording] = relationship(lazy="raise_on_sql")
    commitment: Mapped[Commitment] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[organisation_id])
    first_organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[first_organisation_id])

    @property
    def remaining(self) -> Decimal:
        """What is still to be delivered, zero when more was delivered than promised."""
        return max(self.quantity - self.reported, Decimal(0))


class DueDateChange(Audited, Base):
    """A due date that was moved: from which day to which, by whom and why. Append-only."""

    __tablename__ = "due_date_change"
    __told_with__ = ("instalment", "instalment_id")
    __table_args__ = (
        sa.CheckConstraint("new_on <> old_on", name="moves_the_date"),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), index=True)
    old_on: Mapped[date]
    new_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    #: The old date had passed when it was moved.
    was_overdue: Mapped[bool]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    changed_at: Mapped[datetime]


class Delivery(Audited, Base):
    """Something that a bearer did for an instalment. A wrong one is withdrawn and logged anew; both stay."""

    __tablename__ = "delivery"
    __named_by__ = ("on", "quantity")
    __quiet__ = frozenset({"confirmations", "disputes", "accepted_from", "value", "side"})
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="delivers_something"),
        sa.CheckConstraint("value IS NULL OR value >= 0", name="value_is_no_debt"),
        sa.CheckConstraint("confirmations >= 0 AND disputes >= 0", name="counts_answers"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdraw_reason = '')", name="withdrawn_with_a_reason"),
        sa.Index("ix_delivery_instalment", "instalment_id", "id"),
        sa.Index("ix_delivery_alliance_on", "alliance_id", "on"),
        sa.Index("ix_delivery_organisation", "organisation_id", "alliance_id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"))
    #: Who delivered: the bearer of that moment.
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    #: On which side it stood then: what a Flemish body delivers is never the partners' own contribution, whoever bears
    #: the promise before or after it.
    side: Mapped[Side]
    on: Mapped[date]
    quantity: Mapped[Quantity]
    #: In euro: the money itself, or what it was worth in kind as agreed then; None where it is not valued.
    value: Mapped[Money | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    logged_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    logged_at: Mapped[datetime]
    #: From this day on it counts as accepted, if nobody confirmed or disputed it.
    accepted_from: Mapped[date]
    #: Organisations of which the newest answer is that, respectively.
    confirmations: Mapped[int] = mapped_column(default=0)
    disputes: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(sa.Text, default="")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    instalment: Mapped[Instalment] = relationship(lazy="raise_on_sql")

    @property
    def owner_id(self) -> int:
        """Whose entry it is, for the policy."""
        return self.logged_by_id


class Answer(Labelled):
    """What another organisation says of a delivery."""

    CONFIRMS = "confirms", Message("confirms")
    DISPUTES = "disputes", Message("disputes")
    TAKES_BACK = "takes-back", Message("takes its answer back")


class Confirmation(Audited, Base):
    """An organisation's answer to a delivery of another one. Append-only: the newest of each organisation counts."""

    __tablename__ = "confirmation"
    __named_by__ = ("organisation_id",)
    __table_args__ = (
        sa.CheckConstraint("answer <> 'disputes' OR reason <> ''", name="disputes_with_a_reason"),
        sa.Index("ix_confirmation_delivery", "delivery_id", "id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    answer: Mapped[Answer]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    given_at: Mapped[datetime]
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Inheritance(Audited, Base):
    """An open instalment of an organisation that merged, closed or left: who bears it from then on. Append-only.

    Without an heir it ended, with the reason that the waived instalment has as well.
    """

    __tablename__ = "inheritance"
    __told_with__ = ("instalment", "instalment_id")
    __table_args__ = (
        sa.CheckConstraint(
            "to_organisation_id IS NULL OR to_organisation_id <> from_organisation_id", name="passes_on"
        ),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), index=True)
    from_organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    to_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]
