"""Where each alliance and each region stands, in summary rows that are written with the fact itself.

A list, a map or a board reads these and nothing else, so a page costs the same with 15 alliances as with 15,000.
`flask check-data` recomputes every row and names what differs.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.alliances.models import AllianceStatus
from alliance_tracker.commitments.models import Side
from alliance_tracker.database import Base, Money, Quantity, stored_enum
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.rollout.models import PhaseLetter

#: The column that counts the partners of each pillar.
PILLAR_COLUMNS = {
    Pillar.ECONOMY: "economy",
    Pillar.EDUCATION: "education",
    Pillar.GOVERNMENT: "government",
    Pillar.CIVIL_SOCIETY: "civil_society",
}


class AllianceStanding(Base):
    """One alliance in figures: status, phase, steps, pillars, partners, last sign of life."""

    __tablename__ = "alliance_standing"
    __table_args__ = (
        sa.Index("ix_alliance_standing_region", "region_code", "status"),
        sa.Index("ix_alliance_standing_quiet", "status", "last_logged_on", "alliance_id"),
        sa.Index("ix_alliance_standing_gap", "status", "has_gap", "alliance_id"),
        sa.Index("ix_alliance_standing_broken", "status", "has_broken_step", "alliance_id"),
        sa.Index("ix_alliance_standing_due", "status", "next_due_on", "alliance_id"),
    )
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), primary_key=True, autoincrement=False)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"))
    status: Mapped[AllianceStatus]
    phase: Mapped[PhaseLetter]
    is_pioneer: Mapped[bool]
    #: The lowest step of 1 to 4 that is not completed; 5 when all are (the fifth is never done).
    lowest_open_step: Mapped[int]
    #: Required criteria per step 1 to 5: met or waived, and in all. Step 5 counts the current year.
    met_1: Mapped[int]
    met_2: Mapped[int]
    met_3: Mapped[int]
    met_4: Mapped[int]
    met_5: Mapped[int]
    required_1: Mapped[int]
    required_2: Mapped[int]
    required_3: Mapped[int]
    required_4: Mapped[int]
    required_5: Mapped[int]
    #: Partners that fill each pillar today.
    economy: Mapped[int]
    education: Mapped[int]
    government: Mapped[int]
    civil_society: Mapped[int]
    partners: Mapped[int]
    #: Some pillar is filled by nobody.
    has_gap: Mapped[bool]
    #: A completed step with a criterion that no longer holds.
    has_broken_step: Mapped[bool]
    #: The day on which a computed criterion may change by time alone; the row is recomputed then.
    recompute_on: Mapped[date | None] = mapped_column(index=True)
    last_logged_on: Mapped[date | None]
    #: The earliest due date of what is still to be delivered: something is overdue when it lies before today.
    next_due_on: Mapped[date | None]
    #: The last day of the convenant in force, as now agreed.
    convenant_until: Mapped[date | None]
    #: The calendar years with an approved impact report, each a growth ring; the oldest first.
    report_years: Mapped[list[Any]]


class RegionTally(Base):
    """How many alliances of a region have something in common, such as `status` = `active`."""

    __tablename__ = "region_tally"
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), primary_key=True)
    dimension: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    alliances: Mapped[int]


class MunicipalityTally(Base):
    """How many active alliances work in a municipality."""

    __tablename__ = "municipality_tally"
    municipality_id: Mapped[int] = mapped_column(
        sa.ForeignKey("municipality.id"), primary_key=True, autoincrement=False
    )
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), index=True)
    alliances: Mapped[int]


class CoveredMunicipality(Base):
    """That an active alliance was counted in a municipality; what the tally is made of."""

    __tablename__ = "covered_municipality"
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), primary_key=True, autoincrement=False)
    municipality_id: Mapped[int] = mapped_column(
        sa.ForeignKey("municipality.id"), primary_key=True, autoincrement=False
    )


class CountedTerm(Base):
    """That an active alliance was counted under a term of a framework, because a goal of it serves it."""

    __tablename__ = "counted_term"
    __table_args__ = (sa.Index("ix_counted_term_term", "scheme", "key", "alliance_id"),)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), primary_key=True, autoincrement=False)
    scheme: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class FigureTally(Base):
    """The figures of one shared indicator in one period over the alliances of one region, added up.

    `breakdown` and `category` are empty for the whole. `value` is the sum of what is not a ratio; `numerator` and
    `denominator` are sums of their own. `reported`, `not_measured` and `not_applicable` count alliances; `former` is
    how many of these follow the indicator no longer.
    """

    __tablename__ = "figure_tally"
    __table_args__ = (sa.Index("ix_figure_tally_period", "period", "definition_id"),)
    definition_id: Mapped[int] = mapped_column(
        sa.ForeignKey("indicator_definition.id"), primary_key=True, autoincrement=False
    )
    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), primary_key=True)
    breakdown: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    category: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[Quantity]
    numerator: Mapped[Quantity]
    denominator: Mapped[Quantity]
    reported: Mapped[int]
    not_measured: Mapped[int]
    not_applicable: Mapped[int]
    former: Mapped[int]


class IndicatorTally(Base):
    """How many alliances of a region follow a shared indicator today."""

    __tablename__ = "indicator_tally"
    definition_id: Mapped[int] = mapped_column(
        sa.ForeignKey("indicator_definition.id"), primary_key=True, autoincrement=False
    )
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), primary_key=True)
    alliances: Mapped[int]


class DueTally(Base):
    """How many instalments of a region and a side are still open with this due date; counted against today."""

    __tablename__ = "due_tally"
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), primary_key=True)
    side: Mapped[Side] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    instalments: Mapped[int]


class CountedDue(Base):
    """What one active alliance added to the tallies of due dates."""

    __tablename__ = "counted_due"
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), primary_key=True, autoincrement=False)
    side: Mapped[Side] = mapped_column(stored_enum(Side, "counted_side"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    instalments: Mapped[int]


class MoneyTally(Base):
    """The drawing rights of a region in one calendar year, added up, in euro."""

    __tablename__ = "money_tally"
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ceiling: Mapped[Money]
    drawn: Mapped[Money]
    paid: Mapped[Money]


class CountedMoney(Base):
    """What one alliance added to the tallies of drawing rights."""

    __tablename__ = "counted_money"
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"), primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ceiling: Mapped[Money]
    drawn: Mapped[Money]
    paid: Mapped[Money]
