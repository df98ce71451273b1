"""Figures that follow from other records: those that are computed, and those that are suggested to a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from alliance_tracker.activities.models import LogEntry
from alliance_tracker.database import db
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import computed, figures
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.measuring import figure_of
from alliance_tracker.indicators.models import Definition, Indicator, Measurement
from alliance_tracker.pilots.models import Pilot, PilotReach, PilotReachCell

REACH, GIRLS_SHARE = "reach-participants", "girls-share"
#: The indicator from whose measurements another one is computed.
COMPUTED_FROM = {GIRLS_SHARE: REACH}
#: Where its figures come from, in words.
SOURCES = {GIRLS_SHARE: Message("computed from the breakdown by gender of the participants reached")}
GENDER, GIRLS, UNKNOWN = "gender", "girls", "unknown"
#: The categories of those whose gender is known.
KNOWN_GENDERS = frozenset({"girls", "boys", "other"})

CellKey = tuple[str, str]


@dataclass(frozen=True)
class Derived:
    """A computed figure, where it comes from in words, and the measurement behind it if there is one."""

    figure: Figure
    source: Message
    measurement_id: int | None = None


def girls_share(reach: Figure, cells: Mapping[CellKey, Decimal]) -> Figure:
    """The share of girls among the participants whose gender is known; `cells` are the parts of `reach`.

    It is not measured when nobody divided the reach by gender or everybody's is unknown, and not applicable when the
    reach is, or when there was nobody at all.
    """
    if not reach.is_value:
        return reach
    if not reach.value:
        return figures.NOT_APPLICABLE
    by_gender = {category: n for (breakdown, category), n in cells.items() if breakdown == GENDER}
    known = sum((n for category, n in by_gender.items() if category in KNOWN_GENDERS), Decimal(0))
    if not known:
        return figures.NOT_MEASURED
    return figures.ratio(by_gender.get(GIRLS, Decimal(0)), known)


def derived(key: str, figure: Figure | None, measured: Mapping[str, tuple[Figure, Measurement]]) -> Derived:
    """The computed figure of the indicator `key`; `measured` has the alliance's figures of the same period by key.

    `figure` is what its computer gives for the period, None for nothing.
    """
    words = computed.SOURCES[key]
    if key != GIRLS_SHARE or REACH not in measured:
        return Derived(figure or figures.NOT_MEASURED, words)
    reach, row = measured[REACH]
    cells = {(cell.breakdown, cell.category): cell.value for cell in row.cells}
    return Derived(girls_share(reach, cells), words, row.id)


def figures_of(indicator_ids: Sequence[int]) -> dict[tuple[int, int], Figure]:
    """The computed figures of these indicators in every period that something was measured, by indicator and period."""
    source, meaning = aliased(Indicator), aliased(Definition)
    rows = db().execute(
        sa.select(Indicator.id, Measurement)
        .join(Definition, Definition.id == Indicator.definition_id)
        .join(source, source.alliance_id == Indicator.alliance_id)
        .join(meaning, meaning.id == source.definition_id)
        .join(Measurement, Measurement.indicator_id == source.id)
        .where(
            Indicator.id.in_(indicator_ids),
            Definition.key == GIRLS_SHARE,
            Definition.is_derived,
            meaning.key == COMPUTED_FROM[GIRLS_SHARE],
            meaning.alliance_id.is_(None),
            Measurement.superseded_at.is_(None),
        )
        .options(selectinload(Measurement.cells))
    )
    found: dict[tuple[int, int], Figure] = {}
    for indicator_id, row in rows:
        cells = {(cell.breakdown, cell.category): cell.value for cell in row.cells}
        found[indicator_id, row.period] = girls_share(figure_of(row), cells)
    return found


# Suggesting --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FromPilot:
    """The reach of one pilot in the year."""

    pilot_id: int
    name: str
    participants: int


@dataclass(frozen=True)
class FromLog:
    """The people reached by what one log entry tells of."""

    entry_id: int
    on: date
    participants: int


@dataclass(frozen=True)
class Suggestion:
    """A reach that a person may take over: its total, its breakdowns as far as pilots have them, and its sources."""

    total: int
    cells: Mapping[CellKey, int]
    pilots: tuple[FromPilot, ...]
    entries: tuple[FromLog, ...]


def suggested_reach(alliance_id: int, year: int) -> Suggestion | None:
    """Participations in the pilots and logged activities of a calendar year; None when nothing was counted."""
    pilots = tuple(
        FromPilot(*row)
        for row in db().execute(
            sa.select(Pilot.id, Pilot.name, PilotReach.participants)
            .join(PilotReach, PilotReach.pilot_id == Pilot.id)
            .where(*_reach_of(alliance_id, year))
            .order_by(Pilot.name, Pilot.id)
        )
    )
    entries = tuple(
        FromLog(entry_id, on, participants or 0)
        for entry_id, on, participants in db().execute(
            sa.select(LogEntry.id, LogEntry.on, LogEntry.participants)
            .where(
                LogEntry.alliance_id == alliance_id,
                LogEntry.on.between(date(year, 1, 1), date(year, 12, 31)),
                LogEntry.participants.is_not(None),
                LogEntry.withdrawn_at.is_(None),
            )
            .order_by(LogEntry.on, LogEntry.id)
        )
    )
    cells: Counter[CellKey] = Counter()
    for breakdown, category, participants in db().execute(
        sa.select(PilotReachCell.breakdown, PilotReachCell.category, PilotReachCell.participants)
        .join(PilotReach, PilotReach.id == PilotReachCell.pilot_reach_id)
        .where(*_reach_of(alliance_id, year))
        .order_by(PilotReachCell.id)
    ):
        cells[breakdown, category] += participants
    if not pilots and not entries:
        return None
    total = sum(pilot.participants for pilot in pilots) + sum(entry.participants for entry in entries)
    if any(breakdown == GENDER for breakdown, _ in cells):
        # Gender adds up to the whole: who was counted without it is not known.
        known = sum(n for (breakdown, category), n in cells.items() if breakdown == GENDER and category != UNKNOWN)
        cells[GENDER, UNKNOWN] = total - known
    return Suggestion(total, dict(cells), pilots, entries)


def _reach_of(alliance_id: int, year: int) -> tuple[sa.ColumnElement[bool], ...]:
    return PilotReach.alliance_id == alliance_id, PilotReach.year == year, PilotReach.superseded_at.is_(None)
