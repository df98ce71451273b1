"""Convenants with their versions, parties and signatures; and agreements of another kind, each with its document."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from alliance_tracker.alliances.models import Partner
from alliance_tracker.audit import Audited
from alliance_tracker.commitments.models import CommitmentWording, Side
from alliance_tracker.database import Base, PrimaryKey, Quantity, Versioned
from alliance_tracker.drawing_rights.models import PlannedRight
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.organisations.models import Organisation, OrganisationStatus
from alliance_tracker.policy import Permission


class Convenant(Audited, Versioned, Base):
    """The agreement between VLAIO and the partners of an alliance, over all its versions.

    How it stands is derived (`states.CONVENANT`) from the days below, which its versions set as they move.
    """

    __tablename__ = "convenant"
    __named_by__ = ("title",)
    __quiet__ = frozenset({"version", "is_offered"})
    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="has_a_title"),
        sa.CheckConstraint("(in_force_on IS NULL) = (ends_on IS NULL)", name="has_a_term_once_in_force"),
        sa.CheckConstraint("terminated_on IS NULL OR in_force_on IS NOT NULL", name="terminated_once_in_force"),
        sa.CheckConstraint("(terminated_on IS NULL) = (terminate_reason = '')", name="terminated_with_a_reason"),
        sa.CheckConstraint("(given_up_on IS NULL) = (give_up_reason = '')", name="given_up_with_a_reason"),
        sa.CheckConstraint("given_up_on IS NULL OR in_force_on IS NULL", name="given_up_before_it_was_in_force"),
        sa.Index("ix_convenant_alliance", "alliance_id", "in_force_on"),
        sa.Index("ix_convenant_ends_on", "ends_on"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    #: The title of its newest version.
    title: Mapped[str] = mapped_column(sa.String(160))
    #: Its first version waits for signatures.
    is_offered: Mapped[bool] = mapped_column(default=False)
    #: Since when it is in force, and the last day of its term as now agreed.
    in_force_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    #: Its last day, when it was terminated before its term.
    terminated_on: Mapped[date | None]
    terminate_reason: Mapped[str] = mapped_column(sa.Text, default="")
    given_up_on: Mapped[date | None]
    give_up_reason: Mapped[str] = mapped_column(sa.Text, default="")
    versions: Mapped[list["ConvenantVersion"]] = relationship(lazy="raise_on_sql", order_by="ConvenantVersion.number")


class VersionKind(Labelled):
    """The first text, a new text that replaces it, or the joining of a late partner beside it."""

    ORIGINAL = "original", Message("first version")
    ADDENDUM = "addendum", Message("addendum")
    RIDER = "rider", Message("rider of a partner that joins")


class VersionStatus(Labelled):
    """The life of a version."""

    DRAFT = "draft", Message("draft")
    OFFERED = "offered", Message("offered for signature")
    IN_FORCE = "in-force", Message("in force")
    SUPERSEDED = "superseded", Message("replaced by a later version")
    WITHDRAWN = "withdrawn", Message("withdrawn")
    TERMINATED = "terminated", Message("terminated")


class ConvenantVersion(Audited, Versioned, Base):
    """One text of a convenant. Once offered it can no longer be edited, only withdrawn: the database holds to it."""

    __tablename__ = "convenant_version"
    __named_by__ = ("number", "kind", "title")
    __quiet__ = frozenset({"version", "document", "sha256", "ready_by_id"})
    __table_args__ = (
        sa.UniqueConstraint("convenant_id", "number"),
        sa.CheckConstraint("number >= 1", name="is_numbered"),
        sa.CheckConstraint("title <> ''", name="has_a_title"),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        sa.CheckConstraint(
            "minimum_cofinancing IS NULL OR (minimum_cofinancing >= 0 AND minimum_cofinancing <= 1000000)",
            name="cofinancing_is_a_percentage",
        ),
        sa.CheckConstraint("(ready_on IS NULL) = (ready_by_id IS NULL)", name="somebody_said_it_is_ready"),
        sa.CheckConstraint("decision_days BETWEEN 1 AND 365", name="decides_within_a_year"),
        sa.CheckConstraint("(kind = 'original') = (based_on_id IS NULL)", name="later_ones_build_on_another"),
        sa.CheckConstraint("status IN ('draft', 'withdrawn') OR sha256 <> ''", name="frozen_once_offered"),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR offered_on IS NOT NULL", name="offered_on_once_offered"
        ),
        sa.CheckConstraint(
            "(status IN ('in-force', 'superseded', 'terminated')) = (in_force_on IS NOT NULL)", name="in_force_on_a_day"
        ),
        sa.CheckConstraint("(status = 'withdrawn') = (withdraw_reason <> '')", name="withdrawn_with_a_reason"),
        sa.Index(
            "uq_convenant_version_one_draft",
            "convenant_id",
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        ),
        sa.Index(
            "uq_convenant_version_one_offered",
            "convenant_id",
            unique=True,
            sqlite_where=sa.text("status = 'offered' AND kind <> 'rider'"),
            postgresql_where=sa.text("status = 'offered' AND kind <> 'rider'"),
        ),
        sa.Index(
            "uq_convenant_version_one_in_force",
            "convenant_id",
            unique=True,
            sqlite_where=sa.text("status = 'in-force' AND kind <> 'rider'"),
            postgresql_where=sa.text("status = 'in-force' AND kind <> 'rider'"),
        ),
        sa.Index("ix_convenant_version_alliance", "alliance_id", "status"),
        sa.Index("ix_convenant_version_offered", "status", "offered_on"),
    )
    id: Mapped[PrimaryKey]
    convenant_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant.id"))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    number: Mapped[int]
    kind: Mapped[VersionKind]
    status: Mapped[VersionStatus]
    #: The version that an addendum replaces or a rider joins.
    based_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey("convenant_version.id"))
    title: Mapped[str] = mapped_column(sa.String(160))
    #: What an addendum changes, or why a rider is offered.
    change_note: Mapped[str] = mapped_column(sa.Text, default="")
    subject: Mapped[str] = mapped_column(sa.Text, default="")
    #: The goals in words, beside those of the alliance that are chosen.
    goals_text: Mapped[str] = mapped_column(sa.Text, default="")
    tasks: Mapped[str] = mapped_column(sa.Text, default="")
    starts_on: Mapped[date]
    #: The last day of the term.
    ends_on: Mapped[date]
    #: The least share of the partners in the whole (co-financing and drawn together), in percent; None asks nothing.
    minimum_cofinancing: Mapped[Quantity | None]
    #: Within how many days VLAIO decides on a drawdown.
    decision_days: Mapped[int] = mapped_column(default=30)
    #: ISO dates on which is reported.
    reporting_on: Mapped[list[Any]] = mapped_column(default=list)
    evaluation_on: Mapped[date | None]
    #: Keys of the shared indicators of which the yearly report must hold a figure.
    asked_indicators: Mapped[list[Any]] = mapped_column(default=list)
    amendment: Mapped[str] = mapped_column(sa.Text, default="")
    suspension: Mapped[str] = mapped_column(sa.Text, default="")
    recovery: Mapped[str] = mapped_column(sa.Text, default="")
    termination: Mapped[str] = mapped_column(sa.Text, default="")
    #: Since when, and by whom, the draft is said to be ready to be offered; gone as soon as somebody changes it.
    ready_on: Mapped[date | None]
    ready_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    offered_on: Mapped[date | None]
    offered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: Everything that this version says, with the names of that day, as it was offered; see `document`.
    document: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: The SHA-256 of the canonical form of `document`.
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    in_force_on: Mapped[date | None]
    withdraw_reason: Mapped[str] = mapped_column(sa.Text, default="")
    convenant: Mapped[Convenant] = relationship(lazy="raise_on_sql", back_populates="versions")
    parties: Mapped[list["Party"]] = relationship(lazy="raise_on_sql", order_by="Party.side, Party.id")
    goals: Mapped[list["ConvenantGoal"]] = relationship(lazy="raise_on_sql", order_by="ConvenantGoal.id")
    wordings: Mapped[list[CommitmentWording]] = relationship(
        lazy="raise_on_sql", order_by="CommitmentWording.position, CommitmentWording.id"
    )
    rights: Mapped[list[PlannedRight]] = relationship(lazy="raise_on_sql", order_by="PlannedRight.year")


class Party(Audited, Base):
    """An organisation that is asked to sign a version: a partner, or on the other side VLAIO and Flemish bodies."""

    __tablename__ = "convenant_party"
    __named_by__ = ("organisation_id",)
    __told_with__ = ("convenant_version", "convenant_version_id")
    __quiet__ = frozenset({"is_partner"})
    __table_args__ = (
        sa.UniqueConstraint("convenant_version_id", "organisation_id"),
        sa.CheckConstraint("signatures_needed BETWEEN 1 AND 9", name="somebody_signs"),
        sa.CheckConstraint("NOT is_vlaio OR (is_required AND side = 'government')", name="vlaio_signs"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    convenant_version_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant_version.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    side: Mapped[Side]
    is_vlaio: Mapped[bool] = mapped_column(default=False)
    #: Without its signature the version does not come into force; the others may sign afterwards.
    is_required: Mapped[bool]
    #: How many people sign for it.
    signatures_needed: Mapped[int] = mapped_column(default=1)
    #: Who signs, by function: "the mayor and the general director".
    signs_as: Mapped[str] = mapped_column(sa.String(160), default="")
    #: Who decides for it, such as the municipal council; its date comes with the signature.
    decided_by: Mapped[str] = mapped_column(sa.String(160), default="")
    #: It is a partner of the alliance today: read with the row.
    is_partner: Mapped[bool] = column_property(
        sa.exists(
            sa.select(Partner.id).where(
                Partner.alliance_id == alliance_id, Partner.organisation_id == organisation_id, Partner.until.is_(None)
            )
        ).correlate_except(Partner)
    )
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    signatures: Mapped[list["Signature"]] = relationship(lazy="raise_on_sql", order_by="Signature.id")

    @property
    def takes_part(self) -> bool:
        """It exists, and is a partner today or stands with the government."""
        if self.organisation.status is not OrganisationStatus.ACTIVE:
            return False
        return self.side is Side.GOVERNMENT or self.is_partner

    @property
    def standing_signatures(self) -> list["Signature"]:
        return [signature for signature in self.signatures if signature.struck_at is None]

    @property
    def has_signed(self) -> bool:
        return len(self.standing_signatures) >= self.signatures_needed

    @property
    def signed_on(self) -> date | None:
        """The day of the last signature that it needed."""
        return max(s.signed_on for s in self.standing_signatures) if self.has_signed else None


class SignatureMethod(Labelled):
    """Where somebody signed."""

    APPLICATION = "application", Message("in the application")
    PAPER = "paper", Message("on paper")


class Signature(Audited, Base):
    """One person's signature for a party under one version. It is never changed; a wrong record is struck out."""

    __tablename__ = "convenant_signature"
    __personal__ = frozenset({"name", "function"})
    __named_by__ = ("organisation_id",)
    __table_args__ = (
        sa.CheckConstraint("name <> '' AND function <> ''", name="says_who"),
        sa.CheckConstraint("(struck_at IS NULL) = (strike_reason = '')", name="struck_with_a_reason"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    convenant_version_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant_version.id"), index=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant_party.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    function: Mapped[str] = mapped_column(sa.String(120))
    method: Mapped[SignatureMethod]
    signed_on: Mapped[date]
    #: The day on which its council, college or board decided.
    decision_on: Mapped[date | None]
    #: What was signed: the hash of the version as it was offered.
    sha256: Mapped[str] = mapped_column(sa.String(64))
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    recorded_at: Mapped[datetime]
    struck_at: Mapped[datetime | None]
    strike_reason: Mapped[str] = mapped_column(sa.Text, default="")

    @property
    def struck_by(self) -> Permission:
        """Who may strike it out: of a record on paper whoever may make one, else only who may sign for the party."""
        return Permission.CONVENANT_PREPARE if self.method is SignatureMethod.PAPER else Permission.CONVENANT_SIGN


class ConvenantGoal(Audited, Base):
    """A goal of the alliance that a version takes up."""

    __tablename__ = "convenant_goal"
    __named_by__ = ("goal_id",)
    __told_with__ = ("convenant_version", "convenant_version_id")
    __table_args__ = (sa.UniqueConstraint("convenant_version_id", "goal_id"),)
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    convenant_version_id: Mapped[int] = mapped_column(sa.ForeignKey("convenant_version.id"))
    goal_id: Mapped[int] = mapped_column(sa.ForeignKey("goal.id"), index=True)


class Agreement(Audited, Versioned, Base):
    """An agreement other than a convenant that anchors the cooperation, with its document as evidence."""

    __tablename__ = "agreement"
    __named_by__ = ("title",)
    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="has_a_title"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdraw_reason = '')", name="withdrawn_with_a_reason"),
        sa.Index("ix_agreement_alliance", "alliance_id", "starts_on"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    title: Mapped[str] = mapped_column(sa.String(160))
    #: What it lays down, in words.
    about: Mapped[str] = mapped_column(sa.Text, default="")
    #: Who concluded it, in words.
    parties: Mapped[str] = mapped_column(sa.Text, default="")
    signed_on: Mapped[date]
    starts_on: Mapped[date]
    #: The last day; empty for one without an end.
    ends_on: Mapped[date | None]
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(sa.Text, default="")
