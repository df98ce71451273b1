"""Reporting years, the report that each region and alliance owes, its draft by section, and its frozen versions.

A report is the obligation and its draft; what was submitted is a version: one frozen document with its hash. Approval,
comments and receipts belong to a version.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.indicators.models import Catalogue
from alliance_tracker.regions.models import Region

FIRST_YEAR, LAST_YEAR = 2020, 2100


class ReportingYear(Audited, Versioned, Base):
    """A calendar year over which is reported; bound to one version of the catalogue of indicators, once and for all."""

    __tablename__ = "reporting_year"
    __named_by__ = ("year",)
    __table_args__ = (
        sa.CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="year_is_plausible"),
        sa.CheckConstraint("review_days BETWEEN 1 AND 365", name="reviewed_within_a_year"),
    )
    id: Mapped[PrimaryKey]
    year: Mapped[int] = mapped_column(unique=True)
    catalogue_id: Mapped[int] = mapped_column(sa.ForeignKey("catalogue.id"))
    #: When its reports are due, unless one got another day.
    due_on: Mapped[date]
    #: So many days after it was submitted VLAIO has read a version.
    review_days: Mapped[int]
    opened_on: Mapped[date]
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    catalogue: Mapped[Catalogue] = relationship(lazy="raise_on_sql")


class ReportStatus(Labelled):
    """The life of a report; each round of it ends in a version."""

    EXPECTED = "expected", Message("not begun")
    DRAFT = "draft", Message("draft")
    SUBMITTED = "submitted", Message("submitted")
    RETURNED = "returned", Message("returned")
    APPROVED = "approved", Message("approved")
    PUBLISHED = "published", Message("published")
    CORRECTING = "correcting", Message("being corrected")
    #: An alliance that wanted to report, and does not any more.
    WITHDRAWN = "withdrawn", Message("withdrawn")


#: Its draft can be written.
EDITABLE = (ReportStatus.DRAFT, ReportStatus.RETURNED, ReportStatus.CORRECTING)
#: What was returned is being mended.
MENDING = (ReportStatus.DRAFT, ReportStatus.RETURNED)


class ImpactReport(Audited, Versioned, Base):
    """What a region or an alliance owes for one year, and how far it is.

    Each of the 15 regions has one, `is_regional`, of its pioneer; without a pioneer it waits for one. Another alliance
    has one when it must or wants to report.
    """

    __tablename__ = "impact_report"
    __named_by__ = ("year", "region_code", "alliance_id")
    __quiet__ = frozenset({"version", "approved_version_id"})
    __table_args__ = (
        sa.CheckConstraint(
            "status <> 'withdrawn' OR NOT (is_regional OR is_required)", name="withdrawn_by_who_was_not_asked"
        ),
        sa.CheckConstraint("alliance_id IS NOT NULL OR is_regional", name="region_or_alliance"),
        sa.CheckConstraint("alliance_id IS NOT NULL OR status = 'expected'", name="written_by_an_alliance"),
        sa.CheckConstraint("is_required OR excuse_reason <> '' OR NOT is_regional", name="excused_with_a_reason"),
        sa.Index(
            "uq_impact_report_region",
            "year",
            "region_code",
            unique=True,
            sqlite_where=sa.text("is_regional"),
            postgresql_where=sa.text("is_regional"),
        ),
        sa.Index(
            "uq_impact_report_alliance",
            "year",
            "alliance_id",
            unique=True,
            sqlite_where=sa.text("status <> 'withdrawn'"),
            postgresql_where=sa.text("status <> 'withdrawn'"),
        ),
        sa.Index("ix_impact_report_alliance", "alliance_id", "year"),
        sa.Index("ix_impact_report_status", "status", "due_on"),
    )
    id: Mapped[PrimaryKey]
    reporting_year_id: Mapped[int] = mapped_column(sa.ForeignKey("reporting_year.id"), index=True)
    #: The calendar year, that of its reporting year.
    year: Mapped[int]
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"))
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliance.id"))
    is_regional: Mapped[bool]
    #: It must be filed: by a pioneer, unless it was excused; by another alliance when VLAIO asks for it.
    is_required: Mapped[bool]
    #: Why nothing is asked of this region for this year.
    excuse_reason: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[ReportStatus] = mapped_column(default=ReportStatus.EXPECTED)
    #: The day on which it is due, moved only by an extension; and the first such day.
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    #: It was overdue when an extension came: late stays late.
    was_late: Mapped[bool] = mapped_column(default=False)
    #: Until when what was returned is to be mended; nothing once VLAIO approved it.
    mend_by: Mapped[date | None]
    #: The day on which it was submitted first; a return does not undo that, taking it back does.
    submitted_on: Mapped[date | None]
    #: The version that stands as approved; it stays while a correction is written.
    approved_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("report_version.id", use_alter=True, name="fk_impact_report_approved_version_id")
    )
    reporting_year: Mapped[ReportingYear] = relationship(lazy="raise_on_sql")
    region: Mapped[Region] = relationship(lazy="raise_on_sql")
    alliance: Mapped[Alliance | None] = relationship(lazy="raise_on_sql")

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_to_mend(self) -> bool:
        """VLAIO returned it, and waits for it until `mend_by`."""
        return self.mend_by is not None and self.status in MENDING

    @property
    def owed_by(self) -> date:
        """The day that counts now: the due date, or after a return the day by which to mend it."""
        return self.mend_by if self.mend_by is not None and self.status in MENDING else self.due_on


class ReportExtension(Audited, Base):
    """A due date that was moved, with the reason; or the day by which to mend what was returned. Append-only."""

    __tablename__ = "report_extension"
    __told_with__ = ("impact_report", "report_id")
    __table_args__ = (
        sa.CheckConstraint("new_on <> old_on", name="moved"),
        sa.CheckConstraint("reason <> ''", name="moved_with_a_reason"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliance.id"))
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("impact_report.id"), index=True)
    old_on: Mapped[date]
    new_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    was_overdue: Mapped[bool]
    extended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    extended_at: Mapped[datetime]


class SectionKey(Labelled):
    """The parts of a report, in their order."""

    SUMMARY = "summary", Message("The year in short")
    GOALS = "goals", Message("Goals and indicators")
    REACH = "reach", Message("Reach and inclusion")
    PILOTS = "pilots", Message("Pilots")
    NETWORK = "network", Message("The network")
    COMMITMENTS = "commitments", Message("What the partners promised")
    FINANCES = "finances", Message("Finances")
    LESSONS = "lessons", Message("Lessons for policy")
    PLAN = "plan", Message("The stappenplan and the phase")
    REGION = "region", Message("Spreading in the region")
    NEXT_YEAR = "next-year", Message("Next year")


class ReportSection(Audited, Versioned, Base):
    """One section of the draft: what was logged, as it was read last, and the words of the reporter."""

    __tablename__ = "report_section"
    __named_by__ = ("section",)
    __quiet__ = frozenset({"version", "figures", "edited_by_id", "edited_at", "refreshed_at"})
    __told_with__ = ("impact_report", "report_id")
    __table_args__ = (sa.UniqueConstraint("report_id", "section"),)
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("impact_report.id"))
    section: Mapped[SectionKey]
    narrative: Mapped[str] = mapped_column(sa.Text, default="")
    #: What was logged, as JSON (`impact_reports.writing`), and when it was read.
    figures: Mapped[dict[str, Any]]
    refreshed_at: Mapped[datetime]
    edited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    edited_at: Mapped[datetime | None]


class ReportVersionStatus(Labelled):
    """What became of a version."""

    SUBMITTED = "submitted", Message("waits for VLAIO")
    TAKEN_BACK = "taken-back", Message("taken back")
    RETURNED = "returned", Message("returned")
    APPROVED = "approved", Message("approved")
    PUBLISHED = "published", Message("published")
    SUPERSEDED = "superseded", Message("replaced by a later version")


#: Versions of which VLAIO reads each section: they wait for it, or stand.
TO_READ = (ReportVersionStatus.SUBMITTED, ReportVersionStatus.APPROVED, ReportVersionStatus.PUBLISHED)


class VersionPurpose(Labelled):
    """Why a version was submitted."""

    REPORT = "report", Message("report")
    ERRATUM = "erratum", Message("erratum")


class ReportVersion(Audited, Versioned, Base):
    """What was submitted: figures, narratives and names as they stood, frozen with their hash."""

    __tablename__ = "report_version"
    __named_by__ = ("report_id", "number")
    __quiet__ = frozenset({"version", "document", "sha256"})
    __table_args__ = (
        sa.UniqueConstraint("report_id", "number"),
        sa.CheckConstraint("number >= 1", name="is_numbered"),
        sa.CheckConstraint("purpose <> 'erratum' OR change_note <> ''", name="corrected_with_a_note"),
        sa.CheckConstraint("status IN ('submitted', 'taken-back') OR decided_on IS NOT NULL", name="decided_on_a_day"),
        sa.Index("ix_report_version_sha256", "sha256"),
        sa.Index("ix_report_version_alliance", "alliance_id", "status"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("impact_report.id"))
    number: Mapped[int]
    purpose: Mapped[VersionPurpose]
    #: What changed since the version before, and why; of an erratum always.
    change_note: Mapped[str] = mapped_column(sa.Text, default="")
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON())
    sha256: Mapped[str] = mapped_column(sa.String(64))
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    catalogue_id: Mapped[int] = mapped_column(sa.ForeignKey("catalogue.id"))
    submitted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    submitted_on: Mapped[date]
    submitted_at: Mapped[datetime]
    #: Until when VLAIO has to read it.
    read_due_on: Mapped[date]
    #: How many sections it has, each of which VLAIO reads.
    section_count: Mapped[int]
    status: Mapped[ReportVersionStatus] = mapped_column(default=ReportVersionStatus.SUBMITTED)
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    published_on: Mapped[date | None]
    report: Mapped[ImpactReport] = relationship(lazy="raise_on_sql", foreign_keys=[report_id])

    def days_unread(self, day: date) -> int:
        """How many days its term for reading is over; 0 while it runs, and of what nobody has to read any more."""
        return max(0, (day - self.read_due_on).days) if self.status in TO_READ else 0

    @property
    def region_code(self) -> str:
        """With `is_regional` for the policy: a region's reporter files the report of the region."""
        return self.report.region_code

    @property
    def is_regional(self) -> bool:
        return self.report.is_regional


class ReportComment(Audited, Base):
    """A remark on one section of a version, or on the whole of it. Append-only."""

    __tablename__ = "report_comment"
    __told_with__ = ("report_version", "report_version_id")
    __table_args__ = (sa.CheckConstraint("text <> ''", name="says_something"),)
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    report_version_id: Mapped[int] = mapped_column(sa.ForeignKey("report_version.id"), index=True)
    #: None: on the whole.
    section: Mapped[SectionKey | None]
    text: Mapped[str] = mapped_column(sa.Text)
    #: Said by the reviewer: a return needs at least one of these.
    is_review: Mapped[bool]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]


class ReceiptUse(Labelled):
    """What a reader did with a section."""

    READ = "read", Message("read")
    MONITOR = "monitor", Message("used in the monitor")
    PRACTICE = "practice", Message("used for a practice")
    SIGNAL = "signal", Message("used for a policy signal")


class ReportReceipt(Audited, Base):
    """A reader says that they read a section of a version, and where they used it. Append-only."""

    __tablename__ = "report_receipt"
    __told_with__ = ("report_version", "report_version_id")
    __table_args__ = (sa.UniqueConstraint("report_version_id", "section", "reader_id", "use"),)
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    report_version_id: Mapped[int] = mapped_column(sa.ForeignKey("report_version.id"))
    section: Mapped[SectionKey]
    use: Mapped[ReceiptUse]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    reader_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    on: Mapped[date]


class ReportPrint(Base):
    """A PDF of a version that was given out, by its own SHA-256: whoever holds one can ask what it is. Append-only."""

    __tablename__ = "report_print"
    __table_args__ = (sa.Index("ix_report_print_version", "report_version_id"),)
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    report_version_id: Mapped[int] = mapped_column(sa.ForeignKey("report_version.id"))
    form: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(5))
    #: With counts of people rounded, for outside.
    is_public: Mapped[bool]
    made_at: Mapped[datetime]
