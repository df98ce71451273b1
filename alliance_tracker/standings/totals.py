"""Totals over the alliances of Flanders or of one region, read from the tallies by each indicator's own rules.

One period is read from the tallies alone. Several periods are combined by the indicator's rule over periods:

- *added up* and *ratio of the sums*: from the tallies, since sums may be taken in any order. How many reported is told
  per period.
- *the latest* and *the highest*: of each alliance its latest (or highest) value among these periods, then the rule over
  alliances; only here the measurements themselves are read, in one statement that picks one of each alliance.
- *not combined*: the totals of the periods stand side by side.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, AllianceStatus, WorkingArea
from alliance_tracker.database import db
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.indicators import figures, showing
from alliance_tracker.indicators.catalogue_queries import retired
from alliance_tracker.indicators.figures import Figure, Total
from alliance_tracker.indicators.models import (
    AllianceRule,
    Catalogue,
    CatalogueEntry,
    CatalogueStatus,
    Definition,
    PeriodRule,
)
from alliance_tracker.regions.models import Municipality
from alliance_tracker.standings.models import FigureTally, IndicatorTally, MunicipalityTally
from alliance_tracker.standings.picking import PICKING, picked

CellKey = tuple[str, str]
#: Period (None for one picked of each alliance), breakdown and category.
_TallyKey = tuple[int | None, str, str]


@dataclass
class Sums:
    """Tallies added up."""

    value: Decimal = Decimal(0)
    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    reported: int = 0
    not_measured: int = 0
    not_applicable: int = 0
    former: int = 0

    def add(self, row: Any) -> None:
        for name in ("value", "numerator", "denominator", "reported", "not_measured", "not_applicable", "former"):
            setattr(self, name, getattr(self, name) + (getattr(row, name) or 0))

    def figure(self, definition: Definition) -> Figure:
        if not self.reported:
            is_idle = self.not_applicable and not self.not_measured
            return figures.NOT_APPLICABLE if is_idle else figures.NOT_MEASURED
        if definition.is_ratio:
            return figures.ratio(self.numerator, self.denominator)
        return figures.number(self.value)


_Tallies = dict[_TallyKey, Sums]


@dataclass(frozen=True)
class PeriodTotal:
    """The total of one period."""

    period: int
    total: Total


@dataclass(frozen=True)
class IndicatorTotal:
    """One shared indicator over the alliances in scope: its total, by period too, and its breakdowns."""

    definition: Definition
    total: Total
    by_period: tuple[PeriodTotal, ...]
    cells: Mapping[CellKey, Figure] = field(default_factory=dict)
    #: How many alliances divided their figure in this way.
    divided_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_side_by_side(self) -> bool:
        """Whether the totals of several periods stand beside each other, since the rule does not combine them."""
        return len(self.by_period) > 1 and self.definition.over_periods is PeriodRule.NONE

    @property
    def reports_per_period(self) -> bool:
        """Whether it is told per period how many reported."""
        return len(self.by_period) > 1 and self.definition.over_periods not in PICKING

    def told(self, *, exact: bool) -> "IndicatorTotal":
        """The same as this reader may know it: people rounded, small breakdowns left out."""
        d = self.definition
        by_period = tuple(PeriodTotal(p.period, _told(d, p.total, exact=exact)) for p in self.by_period)
        return IndicatorTotal(
            d,
            self._told_together(by_period, exact=exact),
            by_period,
            self._cells_for(exact=exact),
            self.divided_by,
        )

    @property
    def _adds_periods(self) -> bool:
        return len(self.by_period) > 1 and self.definition.over_periods in (PeriodRule.SUM, PeriodRule.RATIO)

    def _told_together(self, by_period: Sequence[PeriodTotal], *, exact: bool) -> Total:
        """The total of all periods: outside the sum of what is told of each, which tells no more than they do.

        Rounding the exact sum instead would narrow down each year by comparing ranges that overlap.
        """
        total = _told(self.definition, self.total, exact=exact)
        if not self._adds_periods or not showing.is_rounded(self.definition, exact=exact) or total.parts_only:
            return total
        figure = figures.over_periods(
            self.definition.over_periods, {each.period: each.total.figure for each in by_period}
        )
        return replace(total, figure=figure)

    def _cells_for(self, *, exact: bool) -> Mapping[CellKey, Figure]:
        """The breakdowns that this reader may know: each is judged by the people who were divided in that way.

        The total itself may be large while the only alliance that divided its figure counted a few.
        """
        found: dict[CellKey, Figure] = {}
        if self._adds_periods and showing.is_rounded(self.definition, exact=exact):
            return found  # each year tells its own, rounded
        for breakdown in {breakdown for breakdown, _ in self.cells}:
            parts = {key: cell for key, cell in self.cells.items() if key[0] == breakdown}
            people = [cell.denominator or cell.value or Decimal(0) for cell in parts.values()]
            divided = sum(people, Decimal(0)) if breakdowns()[breakdown].is_partition else max(people)
            found |= showing.cells_for_reader(self.definition, figures.number(divided), parts, exact=exact).cells
        return found


def _told(definition: Definition, total: Total, *, exact: bool) -> Total:
    figure = showing.for_reader(definition, total.figure, exact=exact)
    return Total(figure, total.reported, total.expected, total.not_applicable, total.parts_only)


def catalogue(keys: Iterable[str] | None = None) -> Sequence[Definition]:
    """The shared indicators of the newest published catalogue, in its order."""
    newest = (
        sa.select(Catalogue.id)
        .where(Catalogue.status == CatalogueStatus.PUBLISHED)
        .order_by(Catalogue.valid_from.desc(), Catalogue.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        sa.select(Definition)
        .join(CatalogueEntry, CatalogueEntry.definition_id == Definition.id)
        .where(CatalogueEntry.catalogue_id == newest)
        .order_by(CatalogueEntry.position)
    )
    if keys is not None:
        statement = statement.where(Definition.key.in_(list(keys)))
    return db().scalars(statement).all()


def former(keys: Iterable[str] | None = None) -> Sequence[Definition]:
    """The shared indicators that the newest catalogue has no longer; what was measured of them stays in the totals."""
    wanted = None if keys is None else set(keys)
    return [found for found in retired() if wanted is None or found.key in wanted]


def totals(definitions: Sequence[Definition], first: int, last: int, region: str | None) -> list[IndicatorTotal]:
    """The totals of these indicators over the periods from `first` to `last`, in one region or in Flanders."""
    return by_region(definitions, first, last, region, split=False).get("", [])


def by_region(
    definitions: Sequence[Definition], first: int, last: int, region: str | None, *, split: bool = True
) -> dict[str, list[IndicatorTotal]]:
    """The same for each region by its code, or (not `split`) for the whole scope under the empty code."""
    ids = [definition.id for definition in definitions]
    sums: dict[tuple[str, int], _Tallies] = defaultdict(lambda: defaultdict(Sums))
    tallies = sa.select(FigureTally.__table__).where(
        *_within(FigureTally, ids, region), FigureTally.period.between(first, last)
    )
    for row in db().execute(tallies):
        place = row.region_code if split else ""
        sums[place, row.definition_id][row.period, row.breakdown, row.category].add(row)
    followers: dict[tuple[str, int], int] = defaultdict(int)
    for row in db().execute(sa.select(IndicatorTally.__table__).where(*_within(IndicatorTally, ids, region))):
        followers[row.region_code if split else "", row.definition_id] += row.alliances
    if last > first:
        for row in picked(definitions, first, last, region):
            sums[row.region_code if split else "", row.definition_id][None, "", ""].add(row)
    places = {place for place, _ in (*sums, *followers)} or {""}
    periods = tuple(range(first, last + 1))
    return {
        place: [
            _Reading(d, sums.get((place, d.id), {}), followers.get((place, d.id), 0), periods).total()
            for d in definitions
        ]
        for place in places
    }


def _within(table: Any, ids: list[int], region: str | None) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [table.definition_id.in_(ids)]
    return found if region is None else [*found, table.region_code == region]


@dataclass(frozen=True)
class _Reading:
    """The tallies of one indicator in one place, by period (None where one of each alliance was picked)."""

    definition: Definition
    sums: Mapping[_TallyKey, Sums]
    followers: int
    periods: tuple[int, ...]

    def total(self) -> IndicatorTotal:
        by_period = tuple(PeriodTotal(p, self._of([p])) for p in self.periods)
        if len(self.periods) > 1 and self.definition.over_periods is PeriodRule.NONE:
            apart = Total(figures.NOT_APPLICABLE, 0, self.followers, parts_only=True)
            return IndicatorTotal(self.definition, apart, by_period)
        is_picked = len(self.periods) > 1 and self.definition.over_periods in PICKING
        wanted: list[int | None] = [None] if is_picked else list(self.periods)
        cells = self._cells(wanted)
        divided_by: dict[str, int] = defaultdict(int)
        for (breakdown, _), found in cells.items():
            divided_by[breakdown] = max(divided_by[breakdown], found.reported)
        figures_of_cells = {key: found.figure(self.definition) for key, found in cells.items()}
        return IndicatorTotal(self.definition, self._of(wanted), by_period, figures_of_cells, dict(divided_by))

    def _cells(self, wanted: Sequence[int | None]) -> dict[CellKey, Sums]:
        found: dict[CellKey, Sums] = defaultdict(Sums)
        if self.definition.over_alliances is not AllianceRule.NONE:
            for (period, breakdown, category), sums in self.sums.items():
                if period in wanted and breakdown:
                    found[breakdown, category].add(sums)
        return found

    def _of(self, periods: Sequence[int | None]) -> Total:
        found = Sums()
        for period in periods:
            if row := self.sums.get((period, "", "")):
                found.add(row)
        expected = self.followers
        if len(periods) == 1:
            expected += found.former - found.not_applicable
        is_apart = self.definition.over_alliances is AllianceRule.NONE
        figure = figures.NOT_APPLICABLE if is_apart else found.figure(self.definition)
        return Total(figure, found.reported, expected, found.not_applicable, parts_only=is_apart)


def shared_municipalities(region: str | None) -> Sequence[str]:
    """The municipalities in which more than one alliance that counts works: people there may be counted twice.

    Active alliances are in the tally; the few that are paused, whose figures count as well, are added to it.
    """
    paused = (
        sa.select(WorkingArea.municipality_id, sa.func.count(sa.distinct(WorkingArea.alliance_id)).label("alliances"))
        .join(Alliance, Alliance.id == WorkingArea.alliance_id)
        .where(Alliance.status == AllianceStatus.PAUSED, WorkingArea.until.is_(None))
        .group_by(WorkingArea.municipality_id)
        .subquery()
    )
    active = sa.func.coalesce(MunicipalityTally.alliances, 0)
    statement = (
        sa.select(Municipality.name)
        .outerjoin(MunicipalityTally, MunicipalityTally.municipality_id == Municipality.id)
        .outerjoin(paused, paused.c.municipality_id == Municipality.id)
        .where(active + sa.func.coalesce(paused.c.alliances, 0) > 1)
        .order_by(Municipality.name)
    )
    if region is not None:
        statement = statement.where(Municipality.region_code == region)
    return db().scalars(statement).all()
