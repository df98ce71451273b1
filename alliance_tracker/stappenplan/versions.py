"""Which version of the plan an alliance works with: the one it started with, until it moves to a newer one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.stappenplan.models import Plan, PlanAdoption, PlanStatus


@dataclass(frozen=True)
class PlanVersion:
    """One published version of the plan."""

    id: int
    label: str
    valid_from: date

    def comes_after(self, other: "PlanVersion") -> bool:
        return (self.valid_from, self.id) > (other.valid_from, other.id)


def plan_in_use(alliance_id: Any, today: date) -> sa.ScalarSelect[Any]:
    """The id of the plan of this alliance, as a subquery; `alliance_id` may be a column.

    The newest adoption holds. While nothing was decided, it is the version that was valid when the alliance was founded
    (an initiative follows the version of today), so a newer version never moves an alliance by itself.
    """
    published = Plan.status == PlanStatus.PUBLISHED
    adopted = (
        sa.select(PlanAdoption.plan_id)
        .where(PlanAdoption.alliance_id == alliance_id)
        .order_by(PlanAdoption.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    founded_on = sa.select(Alliance.founded_on).where(Alliance.id == alliance_id).scalar_subquery()
    at_the_start = (
        sa.select(Plan.id)
        .where(published, Plan.valid_from <= sa.func.coalesce(founded_on, today))
        .order_by(Plan.valid_from.desc(), Plan.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    # Founded before there was a plan: the first one.
    earliest = sa.select(Plan.id).where(published).order_by(Plan.valid_from, Plan.id).limit(1).scalar_subquery()
    return sa.select(sa.func.coalesce(adopted, at_the_start, earliest)).scalar_subquery()


def current_plan_id(alliance_id: int, today: date) -> int:
    """The id of the plan that this alliance works with."""
    found: int = db().execute(sa.select(plan_in_use(alliance_id, today))).scalar_one()
    return found


def next_version_on(alliance_id: int, today: date) -> sa.ScalarSelect[Any]:
    """The day on which time alone gives this alliance another version, as a subquery.

    Only an initiative that decided nothing follows the version of today.
    """
    adopted = sa.exists().where(PlanAdoption.alliance_id == alliance_id)
    founded = sa.exists().where(Alliance.id == alliance_id, Alliance.founded_on.is_not(None))
    return (
        sa.select(sa.func.min(Plan.valid_from))
        .where(Plan.status == PlanStatus.PUBLISHED, Plan.valid_from > today, ~adopted, ~founded)
        .scalar_subquery()
    )


def following(plan_ids: Iterable[int]) -> set[int]:
    """The alliances whose version may be another one because these versions were published.

    They decided nothing yet, and were not founded before the version was valid.
    """
    wanted = set(plan_ids)
    if not wanted:
        return set()
    first = db().scalar(
        sa.select(sa.func.min(Plan.valid_from)).where(Plan.id.in_(wanted), Plan.status == PlanStatus.PUBLISHED)
    )
    if first is None:
        return set()
    return set(
        db().scalars(
            sa.select(Alliance.id).where(
                sa.or_(Alliance.founded_on.is_(None), Alliance.founded_on >= first),
                ~sa.exists().where(PlanAdoption.alliance_id == Alliance.id),
            )
        )
    )


def newest_version(today: date) -> PlanVersion:
    """The published version that is newest on the day `today`, the first one if none is valid yet."""
    rows = db().execute(
        sa.select(Plan.id, Plan.label, Plan.valid_from)
        .where(Plan.status == PlanStatus.PUBLISHED)
        .order_by(Plan.valid_from.desc(), Plan.id.desc())
    )
    versions = [PlanVersion(*row) for row in rows]
    return next((version for version in versions if version.valid_from <= today), versions[-1])
