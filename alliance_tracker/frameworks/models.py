"""The figures of the STEM-monitor: context for Flanders, never an alliance's result."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Quantity, Versioned
from alliance_tracker.i18n import Labelled, Message


class MonitorFigureKind(Labelled):
    BASELINE = "baseline", Message("baseline")
    MEASURED = "measured", Message("measured")
    TARGET = "target", Message("target")


class MonitorFigure(Audited, Versioned, Base):
    """One value of one indicator of the STEM-monitor, in one year, with its source. Units are percent."""

    __tablename__ = "monitor_figure"
    __table_args__ = (
        sa.UniqueConstraint("indicator_key", "year", "kind"),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name="year_is_plausible"),
        sa.CheckConstraint("source <> ''", name="has_a_source"),
    )
    id: Mapped[PrimaryKey]
    indicator_key: Mapped[str] = mapped_column(sa.String(60))
    name_nl: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    unit: Mapped[str] = mapped_column(sa.String(20))
    year: Mapped[int]
    kind: Mapped[MonitorFigureKind]
    value: Mapped[Quantity]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.Text)
    #: Empty for what came with the reference data.
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    added_at: Mapped[datetime]
