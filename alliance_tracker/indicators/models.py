"""Indicators: what each means, what an alliance aims at, and what was measured, with nothing ever overwritten."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Quantity, Versioned
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import InTwoLanguages, Labelled, Message
from alliance_tracker.indicators.periods import FIRST_YEAR, LAST_YEAR, PeriodKind


class Unit(Labelled):
    """What a value counts. A percentage is never typed: it is a numerator and a denominator."""

    COUNT = "count", Message("count")
    PERCENT = "percent", Message("percent")
    HOURS = "hours", Message("hours")
    EUR = "eur", Message("euro")
    SCORE = "score", Message("score from 1 to 5")


class Kind(Labelled):
    """What a value of a period says."""

    STOCK = "stock", Message("a state at the end of the period")
    FLOW = "flow", Message("what happened in the period")
    CUMULATIVE = "cumulative", Message("everything since the start")


class PeriodRule(Labelled):
    """How the values of several periods combine."""

    SUM = "sum", Message("added up")
    RATIO = "ratio", Message("ratio of the sums")
    LATEST = "latest", Message("the latest one")
    HIGHEST = "highest", Message("the highest one")
    NONE = "none", Message("not combined")


class AllianceRule(Labelled):
    """How the values of several alliances combine; percentages are never averaged."""

    SUM = "sum", Message("added up")
    RATIO = "ratio", Message("ratio of the sums")
    NONE = "none", Message("not combined")


class Direction(Labelled):
    UP = "up", Message("higher is better")
    DOWN = "down", Message("lower is better")
    KEEP = "keep", Message("stay at the target")


class Counting(Labelled):
    """How people are counted; the two are never added together."""

    UNIQUE = "unique", Message("unique people")
    PARTICIPATIONS = "participations", Message("participations")


class CatalogueStatus(Labelled):
    DRAFT = "draft", Message("draft")
    PUBLISHED = "published", Message("published")


class Catalogue(Audited, Versioned, Base):
    """One version of the shared catalogue of indicators. A published one never changes: the database refuses it."""

    __tablename__ = "catalogue"
    __named_by__ = ("label",)
    __table_args__ = (
        sa.CheckConstraint("(status = 'published') = (published_at IS NOT NULL)", name="published_at_if_published"),
        sa.CheckConstraint(
            "status = 'draft' OR based_on_id IS NULL OR change_note <> ''", name="published_with_a_change_note"
        ),
        sa.Index(
            "uq_catalogue_one_draft",
            "status",
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        ),
    )
    id: Mapped[PrimaryKey]
    #: What people call this version, such as 2025-05.
    label: Mapped[str] = mapped_column(sa.String(20), unique=True)
    status: Mapped[CatalogueStatus]
    valid_from: Mapped[date]
    based_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey("catalogue.id"))
    change_note: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime | None]
    entries: Mapped[list["CatalogueEntry"]] = relationship(lazy="raise_on_sql", order_by="CatalogueEntry.position")


class Definition(Audited, Versioned, Base):
    """What an indicator means. Its meaning never changes; another meaning is another indicator.

    A shared one belongs to the catalogue and its words are those of the newest published version; a local one belongs
    to one alliance, and is never added up over alliances.
    """

    __tablename__ = "indicator_definition"
    __named_by__ = ("name_nl", "name_en")
    __table_args__ = (
        sa.UniqueConstraint("alliance_id", "key"),
        sa.Index(
            "uq_indicator_definition_shared",
            "key",
            unique=True,
            sqlite_where=sa.text("alliance_id IS NULL"),
            postgresql_where=sa.text("alliance_id IS NULL"),
        ),
        sa.CheckConstraint("alliance_id IS NULL OR over_alliances = 'none'", name="local_is_not_added_up"),
        sa.CheckConstraint(
            "(unit = 'percent') = (over_periods IN ('ratio', 'latest', 'highest', 'none') AND numerator_nl <> '' "
            "AND numerator_en <> '' AND denominator_nl <> '' AND denominator_en <> '')",
            name="percent_of_something",
        ),
        sa.CheckConstraint("unit <> 'percent' OR over_alliances <> 'sum'", name="percent_is_not_added"),
        sa.CheckConstraint(
            "unit <> 'score' OR (over_alliances = 'none' AND over_periods <> 'sum')", name="score_is_not_added"
        ),
        sa.CheckConstraint("min_cell >= 1", name="min_cell_is_a_count"),
    )
    id: Mapped[PrimaryKey]
    #: None for a shared one.
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliance.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    unit: Mapped[Unit]
    kind: Mapped[Kind]
    period_kind: Mapped[PeriodKind]
    over_periods: Mapped[PeriodRule]
    over_alliances: Mapped[AllianceRule]
    direction: Mapped[Direction]
    counting: Mapped[Counting | None]
    #: It counts people, so it is rounded outside the alliance and VLAIO.
    counts_people: Mapped[bool]
    #: Computed from other records, never typed.
    is_derived: Mapped[bool] = mapped_column(default=False)
    #: Suggested from the reach of pilots and the log.
    is_prefilled: Mapped[bool] = mapped_column(default=False)
    name_nl: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    numerator_nl: Mapped[str] = mapped_column(sa.String(200), default="")
    numerator_en: Mapped[str] = mapped_column(sa.String(200), default="")
    denominator_nl: Mapped[str] = mapped_column(sa.String(200), default="")
    denominator_en: Mapped[str] = mapped_column(sa.String(200), default="")
    #: Keys of the breakdowns in which it is divided.
    breakdowns: Mapped[list[Any]]
    #: Outside, a breakdown whose whole is below this count is left out altogether.
    min_cell: Mapped[int]
    #: No longer in the newest catalogue: what was measured stays, nothing new starts.
    retired_on: Mapped[date | None]

    @property
    def name(self) -> InTwoLanguages:
        return InTwoLanguages(self.name_nl, self.name_en)

    @property
    def numerator(self) -> InTwoLanguages:
        return InTwoLanguages(self.numerator_nl, self.numerator_en)

    @property
    def denominator(self) -> InTwoLanguages:
        return InTwoLanguages(self.denominator_nl, self.denominator_en)

    @property
    def is_ratio(self) -> bool:
        return self.unit is Unit.PERCENT


class CatalogueEntry(Audited, Versioned, Base):
    """What one version of the catalogue says of one indicator: its words, place, breakdowns and smallest cell."""

    __tablename__ = "catalogue_entry"
    __named_by__ = ("name_nl", "name_en")
    __told_with__ = ("catalogue", "catalogue_id")
    __table_args__ = (
        sa.UniqueConstraint("catalogue_id", "definition_id"),
        sa.CheckConstraint("min_cell >= 1", name="min_cell_is_a_count"),
    )
    id: Mapped[PrimaryKey]
    catalogue_id: Mapped[int] = mapped_column(sa.ForeignKey("catalogue.id"))
    definition_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator_definition.id"), index=True)
    position: Mapped[int]
    name_nl: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    numerator_nl: Mapped[str] = mapped_column(sa.String(200), default="")
    numerator_en: Mapped[str] = mapped_column(sa.String(200), default="")
    denominator_nl: Mapped[str] = mapped_column(sa.String(200), default="")
    denominator_en: Mapped[str] = mapped_column(sa.String(200), default="")
    breakdowns: Mapped[list[Any]]
    min_cell: Mapped[int]
    definition: Mapped[Definition] = relationship(lazy="raise_on_sql")


class Indicator(Audited, Versioned, Base):
    """An indicator that an alliance follows under one of its goals; each figure has one place, so one goal."""

    __tablename__ = "indicator"
    __table_args__ = (
        sa.UniqueConstraint("alliance_id", "definition_id"),
        sa.CheckConstraint("stopped_on IS NULL OR stop_reason <> ''", name="stopped_with_a_reason"),
        sa.Index("ix_indicator_definition", "definition_id", "alliance_id"),
    )
    id: Mapped[PrimaryKey]
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    goal_id: Mapped[int] = mapped_column(sa.ForeignKey("goal.id"), index=True)
    definition_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator_definition.id"))
    #: How the figures are obtained here.
    method: Mapped[str] = mapped_column(sa.Text, default="")
    #: Since when it is followed: of a period that was over by then nobody asks a figure.
    followed_on: Mapped[date]
    #: No longer followed; what was measured stays.
    stopped_on: Mapped[date | None]
    stop_reason: Mapped[str] = mapped_column(sa.Text, default="")
    definition: Mapped[Definition] = relationship(lazy="raise_on_sql")
    goal: Mapped[Goal] = relationship(lazy="raise_on_sql")


class FigureState(Labelled):
    """Value, zero, not measured and not applicable are four different things; zero is a value."""

    VALUE = "value", Message("measured")
    NOT_MEASURED = "not-measured", Message("not measured")
    NOT_APPLICABLE = "not-applicable", Message("not applicable")


def _figure_checks() -> tuple[sa.CheckConstraint, ...]:
    """A figure is a value (with its parts, if it is a percentage), or says that it is none."""
    return (
        sa.CheckConstraint("(state = 'value') = (value IS NOT NULL)", name="value_if_measured"),
        sa.CheckConstraint("denominator IS NULL OR denominator > 0", name="denominator_is_positive"),
        sa.CheckConstraint("numerator IS NULL OR (numerator >= 0 AND numerator <= denominator)", name="part_of_whole"),
        sa.CheckConstraint("state = 'value' OR (numerator IS NULL AND denominator IS NULL)", name="parts_if_measured"),
    )


class Baseline(Audited, Base):
    """Where an indicator started. Append-only: a change is a revision with a reason; the newest row holds."""

    __tablename__ = "baseline"
    __table_args__ = (*_figure_checks(), sa.CheckConstraint("NOT is_revision OR reason <> ''", name="revised_why"))
    id: Mapped[PrimaryKey]
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"), index=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    state: Mapped[FigureState]
    #: Of a percentage: 100 times numerator by denominator, rounded to four decimals.
    value: Mapped[Quantity | None]
    numerator: Mapped[Quantity | None]
    denominator: Mapped[Quantity | None]
    on: Mapped[date]
    source: Mapped[str] = mapped_column(sa.Text, default="")
    is_revision: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    set_at: Mapped[datetime]


class Target(Audited, Base):
    """What an indicator should be in one period. Append-only: the newest row of a period holds, the first is original.

    A revision without a value drops the target of that period.
    """

    __tablename__ = "target"
    __table_args__ = (
        sa.CheckConstraint(f"period BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="period_is_plausible"),
        sa.CheckConstraint("NOT is_revision OR reason <> ''", name="revised_why"),
        sa.CheckConstraint("is_revision OR value IS NOT NULL", name="starts_with_a_value"),
        sa.Index("ix_target_indicator_period", "indicator_id", "period", "id"),
    )
    id: Mapped[PrimaryKey]
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    period: Mapped[int]
    value: Mapped[Quantity | None]
    is_revision: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    set_at: Mapped[datetime]


class Measurement(Audited, Base):
    """What was measured in one period. A correction is a new row that supersedes the former one; both stay."""

    __tablename__ = "measurement"
    __table_args__ = (
        *_figure_checks(),
        sa.CheckConstraint(f"period BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="period_is_plausible"),
        sa.CheckConstraint("supersedes_id IS NULL OR reason <> ''", name="corrected_why"),
        sa.CheckConstraint("state = 'value' OR note <> ''", name="no_value_with_a_note"),
        sa.Index(
            "uq_measurement_current",
            "indicator_id",
            "period",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.Index("ix_measurement_alliance_period", "alliance_id", "period"),
    )
    id: Mapped[PrimaryKey]
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    period: Mapped[int]
    state: Mapped[FigureState]
    #: Of a percentage: 100 times numerator by denominator, rounded to four decimals.
    value: Mapped[Quantity | None]
    numerator: Mapped[Quantity | None]
    #: Of a score: how many people gave it, if that is known.
    denominator: Mapped[Quantity | None]
    source: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    #: Why it replaces the former one.
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    supersedes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("measurement.id"), unique=True)
    superseded_at: Mapped[datetime | None]
    measured_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    measured_at: Mapped[datetime]
    cells: Mapped[list["MeasurementCell"]] = relationship(lazy="raise_on_sql", order_by="MeasurementCell.id")

    @property
    def owner_id(self) -> int:
        return self.measured_by_id


class MeasurementCell(Audited, Base):
    """The part of a measurement in one category of a breakdown. Append-only."""

    __tablename__ = "measurement_cell"
    __told_with__ = ("measurement", "measurement_id")
    __table_args__ = (
        sa.UniqueConstraint("measurement_id", "breakdown", "category"),
        sa.CheckConstraint("denominator IS NULL OR denominator > 0", name="denominator_is_positive"),
        sa.CheckConstraint("numerator IS NULL OR (numerator >= 0 AND numerator <= denominator)", name="part_of_whole"),
        sa.CheckConstraint("value >= 0", name="value_is_no_debt"),
    )
    id: Mapped[PrimaryKey]
    measurement_id: Mapped[int] = mapped_column(sa.ForeignKey("measurement.id"))
    breakdown: Mapped[str] = mapped_column(sa.String(40))
    category: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[Quantity]
    numerator: Mapped[Quantity | None]
    denominator: Mapped[Quantity | None]
