"""The stappenplan as the STEM platform advised it, loaded from the reference data as a published version."""

import tomllib
from datetime import date
from typing import Any

import sqlalchemy as sa

from alliance_tracker import reference
from alliance_tracker.database import db, now
from alliance_tracker.policy import SYSTEM
from alliance_tracker.stappenplan.lifecycle import PLAN
from alliance_tracker.stappenplan.models import Criterion, Plan, PlanStatus, Step


def load_reference() -> bool:
    """Load the version of the reference file; may be run again. Returns whether it was new.

    A version that is there already is left alone: what alliances work with does not change under them.
    """
    with reference.path("stappenplan.toml").open("rb") as file:
        source = tomllib.load(file)
    if db().scalar(sa.select(Plan.id).where(Plan.label == source["version"])):
        return False
    _publish(source)
    return True


def _publish(source: dict[str, Any]) -> None:
    valid_from: date = source["valid_from"]
    plan = Plan(label=source["version"], status=PlanStatus.DRAFT, valid_from=valid_from)
    db().add(plan)
    db().flush()  # gives the plan its id
    PLAN.start(plan, actor=SYSTEM, on=valid_from)
    for row in source["step"]:
        step = _step(row, plan.id)
        db().add(step)
        db().flush()  # gives the step its id
        db().add_all(
            _criterion(criterion, plan.id, step.id, position)
            for position, criterion in enumerate(row["criterion"], start=1)
        )
    db().flush()  # a published plan takes no more criteria: the database refuses them
    PLAN.apply(plan, "publish", actor=SYSTEM, on=valid_from)
    plan.published_at = now()
    db().flush()


def _step(row: dict[str, Any], plan_id: int) -> Step:
    return Step(
        plan_id=plan_id,
        key=row["key"],
        number=row["number"],
        name_nl=row["name"]["nl"],
        name_en=row["name"]["en"],
        aim_nl=row["aim"]["nl"],
        aim_en=row["aim"]["en"],
        is_yearly=row.get("recurring") == "yearly",
    )


def _criterion(row: dict[str, Any], plan_id: int, step_id: int, position: int) -> Criterion:
    return Criterion(
        plan_id=plan_id,
        step_id=step_id,
        key=row["key"],
        position=position,
        is_required=row["required"],
        check=row.get("check"),
        test=row.get("test", ""),
        name_nl=row["name"]["nl"],
        name_en=row["name"]["en"],
    )
