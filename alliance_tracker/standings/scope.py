"""What a count of figures covers: which alliances count at all, and which regions, indicators and periods."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.indicators.models import Indicator, Measurement

#: Alliances whose figures count.
COUNTED = (AllianceStatus.ACTIVE, AllianceStatus.PAUSED, AllianceStatus.ENDED)
#: A figure of an alliance that follows the indicator no longer, or is no more.
IS_FORMER = sa.or_(Indicator.stopped_on.is_not(None), Alliance.status == AllianceStatus.ENDED)

#: Definition, period, region, breakdown and category.
Key = tuple[int, int, str, str, str]


@dataclass(frozen=True)
class Scope:
    """What is counted; None is everything."""

    regions: frozenset[str] | None = None
    definitions: frozenset[int] | None = None
    periods: frozenset[int] | None = None

    @property
    def measured(self) -> list[sa.ColumnElement[bool]]:
        """The measurements that hold, of the periods in this scope."""
        return [Measurement.superseded_at.is_(None), *self.within(Measurement.period)]

    def within(self, period: Any) -> list[sa.ColumnElement[bool]]:
        """The condition on a column with periods."""
        return [] if self.periods is None else [period.in_(self.periods)]

    def __call__(self, definition: Any, alliance: Any = Alliance) -> list[sa.ColumnElement[bool]]:
        """The conditions: shared indicators, alliances that count, and what is in this scope."""
        found: list[sa.ColumnElement[bool]] = [definition.alliance_id.is_(None), alliance.status.in_(COUNTED)]
        if self.regions is not None:
            found.append(alliance.region_code.in_(self.regions))
        if self.definitions is not None:
            found.append(definition.id.in_(self.definitions))
        return found
