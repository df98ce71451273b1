"""Reading the summary rows: a constant number of statements, whatever the number of alliances."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.drawing.rings import RingFigures
from alliance_tracker.i18n import Message, in_words
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.regions.models import Municipality
from alliance_tracker.standings.models import PILLAR_COLUMNS, AllianceStanding, MunicipalityTally, RegionTally

STEPS = (1, 2, 3, 4)


def standings(alliance_ids: Iterable[int]) -> dict[int, AllianceStanding]:
    """The standing of these alliances, by id."""
    rows = db().scalars(sa.select(AllianceStanding).where(AllianceStanding.alliance_id.in_(list(alliance_ids))))
    return {row.alliance_id: row for row in rows}


def missing_pillars(row: AllianceStanding) -> list[Pillar]:
    """The pillars that nobody fills."""
    return [pillar for pillar, column in PILLAR_COLUMNS.items() if not getattr(row, column)]


def ring_figures(row: AllianceStanding) -> RingFigures:
    """An alliance as growth rings: steps 1 to 4 as far as their required criteria are met, its pillars, its years."""
    fractions = [getattr(row, f"met_{n}") / (getattr(row, f"required_{n}") or 1) for n in STEPS]
    present = frozenset(pillar.value for pillar, column in PILLAR_COLUMNS.items() if getattr(row, column))
    return RingFigures((fractions[0], fractions[1], fractions[2], fractions[3]), present, tuple(row.report_years))


def ring_words(row: AllianceStanding) -> Message:
    """What the rings say, in words."""
    done = ", ".join(
        str(
            Message(
                "step %(step)s: %(met)s of %(required)s",
                step=n,
                met=getattr(row, f"met_{n}"),
                required=getattr(row, f"required_{n}"),
            )
        )
        for n in STEPS
    )
    missing = missing_pillars(row)
    said = Message("%(steps)s; all four pillars take part", steps=done)
    if missing:
        said = Message("%(steps)s; missing pillar: %(pillars)s", steps=done, pillars=in_words(p.label for p in missing))
    if not row.report_years:
        return said
    return Message("%(said)s; approved reports of %(years)s", said=said, years=in_words(map(str, row.report_years)))


@dataclass(frozen=True)
class RegionFigures:
    """One region's tallies; a value that occurs nowhere is zero."""

    counts: dict[tuple[str, str], int]
    covered: int
    municipalities: int
    centre_cities: int
    covered_centre_cities: int

    def count(self, dimension: str, value: str) -> int:
        return self.counts.get((dimension, value), 0)

    def gaps(self) -> list[tuple[Pillar, int]]:
        """Each pillar that some active alliance lacks, with how many lack it."""
        return [(pillar, n) for pillar in Pillar if (n := self.count("gap", pillar.value))]


def region_figures() -> dict[str, RegionFigures]:
    """The figures of every region: three statements."""
    counts: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for tally in db().execute(
        sa.select(RegionTally.region_code, RegionTally.dimension, RegionTally.value, RegionTally.alliances)
    ):
        counts[tally.region_code][tally.dimension, tally.value] = tally.alliances
    is_covered = sa.func.coalesce(MunicipalityTally.alliances, 0) > 0
    rows = db().execute(
        sa.select(
            Municipality.region_code,
            sa.func.count(),
            sa.func.count().filter(is_covered),
            sa.func.count().filter(Municipality.is_centre_city),
            sa.func.count().filter(sa.and_(Municipality.is_centre_city, is_covered)),
        )
        .outerjoin(MunicipalityTally, MunicipalityTally.municipality_id == Municipality.id)
        .where(Municipality.valid_until.is_(None))
        .group_by(Municipality.region_code)
    )
    return {
        code: RegionFigures(counts[code], covered, total, cities, covered_cities)
        for code, total, covered, cities, covered_cities in rows
    }
