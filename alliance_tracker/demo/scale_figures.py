"""The figures of a synthetic portfolio, in bulk: for each alliance some indicators and their measurements.

The totals are counted once from what was written, so they agree with it; `flask check-data` counts them again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.database import db, now, today
from alliance_tracker.demo.scale_goals import first_goal
from alliance_tracker.indicators.models import (
    Baseline,
    Definition,
    FigureState,
    Indicator,
    Measurement,
    MeasurementCell,
    Target,
)
from alliance_tracker.standings import figures
from alliance_tracker.standings.scope import Scope

#: What every synthetic alliance follows; the last is computed.
FOLLOWED = (
    "reach-participants",
    "reach-fifth-year",
    "schools-involved",
    "schools-share",
    "companies-involved",
    "activity-hours",
    "workplace-visits",
    "teachers-trained",
    "girls-share",
)
#: Of so many years, this one included.
YEARS = 2
#: The last so many indicators of an alliance have no figure yet this year.
UNMEASURED = 2


@dataclass(frozen=True)
class Followed:
    """One indicator of one synthetic alliance."""

    id: int
    alliance: int
    definition: Definition
    place: int
    actor_id: int

    @property
    def parts(self) -> dict[str, Decimal | None]:
        """A figure that differs from alliance to alliance, and is the same each time it is made."""
        whole = Decimal(40 + self.alliance * 7 % 160)
        part = whole - self.alliance % 30
        if self.definition.is_ratio:
            value = (part * 100 / whole).quantize(Decimal("0.0001"))
            return {"value": value, "numerator": part, "denominator": whole}
        return {"value": whole, "numerator": None, "denominator": None}

    @property
    def periods(self) -> list[int]:
        if self.definition.is_derived:
            return []
        last = today().year
        is_open = self.place >= len(FOLLOWED) - 1 - UNMEASURED
        return [year for year in range(last - YEARS + 1, last + 1) if year < last or not is_open]

    def measurement_id(self, period: int) -> int:
        return self.id * 10 + period % 10


def make(alliances: Sequence[int], actor_id: int) -> list[tuple[Any, Iterator[dict[str, Any]]]]:
    """The rows by table, in the order in which they can be written; the goals are there."""
    definitions = {d.key: d for d in db().scalars(sa.select(Definition).where(Definition.alliance_id.is_(None)))}
    followed = [
        Followed(alliance * 20 + place, alliance, definitions[key], place, actor_id)
        for alliance in alliances
        for place, key in enumerate(FOLLOWED)
    ]
    return [
        (Indicator, (_indicator(one) for one in followed)),
        (Baseline, (_baseline(one) for one in followed if not one.definition.is_derived)),
        (Target, (_target(one) for one in followed)),
        (Measurement, (_measurement(one, period) for one in followed for period in one.periods)),
        (MeasurementCell, (cell for one in followed for period in one.periods for cell in _cells(one, period))),
    ]


def count() -> None:
    """Count the totals of everything that was made."""
    figures.recount(Scope())


def _indicator(one: Followed) -> dict[str, Any]:
    return {
        "id": one.id,
        "alliance_id": one.alliance,
        "goal_id": first_goal(one.alliance),
        "definition_id": one.definition.id,
        "method": "",
        "followed_on": today(),
        "stop_reason": "",
        "version": 1,
    }


def _baseline(one: Followed) -> dict[str, Any]:
    return {
        "indicator_id": one.id,
        "alliance_id": one.alliance,
        "state": FigureState.VALUE,
        **one.parts,
        "on": today(),
        "source": "",
        "is_revision": False,
        "reason": "",
        "set_by_id": one.actor_id,
        "set_at": now(),
    }


def _target(one: Followed) -> dict[str, Any]:
    return {
        "indicator_id": one.id,
        "alliance_id": one.alliance,
        "period": today().year,
        "value": Decimal(60),
        "is_revision": False,
        "reason": "",
        "set_by_id": one.actor_id,
        "set_at": now(),
    }


def _measurement(one: Followed, period: int) -> dict[str, Any]:
    return {
        "id": one.measurement_id(period),
        "indicator_id": one.id,
        "alliance_id": one.alliance,
        "period": period,
        "state": FigureState.VALUE,
        **one.parts,
        "source": "Telling",
        "note": "",
        "reason": "",
        "measured_by_id": one.actor_id,
        "measured_at": now(),
    }


def _cells(one: Followed, period: int) -> Iterator[dict[str, Any]]:
    """Reach is divided by gender."""
    value = one.parts["value"]
    if one.place or value is None:
        return
    girls = value // 3
    for category, n in (("girls", girls), ("boys", girls), ("unknown", value - 2 * girls)):
        yield {
            "measurement_id": one.measurement_id(period),
            "breakdown": "gender",
            "category": category,
            "value": n,
            "numerator": None,
            "denominator": None,
        }
