"""The project manager's monitor: 15 regions, always all of them, in a constant number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, Provenance
from alliance_tracker.alliances.queries import Pioneer, pioneers
from alliance_tracker.commitments.models import Side
from alliance_tracker.database import db, today
from alliance_tracker.drawing.rings import RingFigures
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports.overview import RegionReport, newest_reports
from alliance_tracker.regions.models import Region, RegionFollowUp
from alliance_tracker.rollout.queries import RegionPhase, region_phases
from alliance_tracker.standings.agreements import RegionMoney, money_by_region, overdue_by_region
from alliance_tracker.standings.models import AllianceStanding
from alliance_tracker.standings.queries import RegionFigures, region_figures, ring_figures, ring_words, standings

#: The columns of the board, by the pioneer's lowest open step; 0 is "no pioneer".
COLUMNS: tuple[tuple[int, Message], ...] = (
    (0, Message("No pioneer")),
    (1, Message("Step 1")),
    (2, Message("Step 2")),
    (3, Message("Step 3")),
    (4, Message("Step 4")),
    (5, Message("Step 5")),
)


#: A region without a pioneer: nothing has grown yet, and every quarter is open.
NO_RINGS = RingFigures((0, 0, 0, 0), frozenset(), ())


@dataclass(frozen=True)
class RegionRow:
    """One region as the monitor shows it."""

    code: str
    name: str
    province: str
    phase: RegionPhase
    pioneer: Pioneer | None
    standing: AllianceStanding | None
    rings: RingFigures
    ring_words: Message | None
    figures: RegionFigures
    next_step: str
    next_step_on: date | None
    stem_poor: bool
    stem_poor_reason: str
    provenance: Provenance
    #: Overdue instalments by the side that bears them, and the drawing rights of this calendar year.
    overdue: Mapping[Side, int]
    money: RegionMoney
    #: The report of the newest reporting year that is open; None while none was opened.
    report: RegionReport | None

    @property
    def overdue_partners(self) -> int:
        return self.overdue.get(Side.PARTNER, 0)

    @property
    def overdue_government(self) -> int:
        return self.overdue.get(Side.GOVERNMENT, 0)

    @property
    def active(self) -> int:
        return self.figures.count("status", "active")

    @property
    def initiatives(self) -> int:
        return self.figures.count("status", "initiative")

    @property
    def is_white_spot(self) -> bool:
        """Nothing works here yet."""
        return self.active == 0

    @property
    def is_late(self) -> bool:
        """The day that was set for the next step is past."""
        return self.next_step_on is not None and self.next_step_on < today()

    @property
    def column(self) -> int:
        return self.standing.lowest_open_step if self.standing is not None else 0


@dataclass(frozen=True)
class Monitor:
    """The whole screen: one row a region, in the order of their codes."""

    rows: tuple[RegionRow, ...]

    def at(self, letter: str, column: int) -> list[RegionRow]:
        """The regions in one cell of the board of phases by steps."""
        return [row for row in self.rows if row.phase.letter.value == letter and row.column == column]

    def count(self, dimension: str, value: str) -> int:
        """A tally over all of Flanders."""
        return sum(row.figures.count(dimension, value) for row in self.rows)

    @property
    def with_pioneer(self) -> int:
        return sum(row.pioneer is not None for row in self.rows)

    @property
    def white_spots(self) -> list[RegionRow]:
        return [row for row in self.rows if row.is_white_spot]

    @property
    def covered(self) -> int:
        return sum(row.figures.covered for row in self.rows)

    @property
    def municipalities(self) -> int:
        return sum(row.figures.municipalities for row in self.rows)

    @property
    def covered_centre_cities(self) -> int:
        return sum(row.figures.covered_centre_cities for row in self.rows)

    @property
    def centre_cities(self) -> int:
        return sum(row.figures.centre_cities for row in self.rows)

    @property
    def overdue_partners(self) -> int:
        return sum(row.overdue_partners for row in self.rows)

    @property
    def overdue_government(self) -> int:
        return sum(row.overdue_government for row in self.rows)

    @property
    def money(self) -> RegionMoney:
        """The drawing rights of this calendar year over all of Flanders."""
        return RegionMoney(
            sum((row.money.ceiling for row in self.rows), Decimal(0)),
            sum((row.money.drawn for row in self.rows), Decimal(0)),
            sum((row.money.paid for row in self.rows), Decimal(0)),
        )


def monitor() -> Monitor:
    """The monitor as it stands today."""
    regions = db().scalars(sa.select(Region).order_by(Region.name)).all()
    follow_ups = {row.region_code: row for row in db().scalars(sa.select(RegionFollowUp))}
    found_pioneers, phases, figures = pioneers(), region_phases(), region_figures()
    standing = standings(pioneer.alliance_id for pioneer in found_pioneers.values())
    told = sa.select(Alliance).where(Alliance.id.in_(list(standing)))
    how_true = {alliance.id: alliance.provenance for alliance in db().scalars(told)}
    overdue, money, reports = overdue_by_region(today()), money_by_region(today().year), newest_reports()
    rows = []
    for region in regions:
        pioneer = found_pioneers.get(region.code)
        row = standing.get(pioneer.alliance_id) if pioneer else None
        follow = follow_ups.get(region.code)
        rows.append(
            RegionRow(
                code=region.code,
                name=region.name,
                province=region.province,
                phase=phases[region.code],
                pioneer=pioneer,
                standing=row,
                rings=ring_figures(row) if row else NO_RINGS,
                ring_words=ring_words(row) if row else None,
                figures=figures[region.code],
                next_step=follow.next_step if follow else "",
                next_step_on=follow.next_step_on if follow else None,
                stem_poor=follow.stem_poor if follow else False,
                stem_poor_reason=follow.stem_poor_reason if follow else "",
                provenance=how_true.get(pioneer.alliance_id, Provenance.REAL) if pioneer else Provenance.REAL,
                overdue=overdue.get(region.code, {}),
                money=money.get(region.code, RegionMoney()),
                report=reports.get(region.code),
            )
        )
    return Monitor(tuple(rows))
