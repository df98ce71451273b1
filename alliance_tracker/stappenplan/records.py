"""What is recorded about an alliance and its plan: the words of the plan, its own criteria, and every decision."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.stappenplan.judgement import Completion, CriterionText, Decision, StepText
from alliance_tracker.stappenplan.models import (
    Criterion,
    CriterionFlag,
    CriterionState,
    FlagStatus,
    OwnCriterion,
    Plan,
    Step,
    StepState,
)
from alliance_tracker.stappenplan.versions import PlanVersion, current_plan_id, next_version_on, plan_in_use


@dataclass(frozen=True)
class Records:
    """Everything that is recorded, before it is judged."""

    plan: PlanVersion
    founded_on: date | None
    steps: tuple[StepText, ...]
    #: By key and year.
    decisions: dict[tuple[str, int], Decision]
    completions: dict[tuple[str, int], Completion]
    #: Open flags by step key and criterion key.
    flags: dict[tuple[str, str | None], int]
    #: The day on which this alliance follows another version by time alone.
    next_version_on: date | None


def records_of(alliance_id: int, today: date, *, for_figures: bool = False) -> Records:
    """The records of this alliance, in seven statements; two less `for_figures`, which need no names and no flags."""
    plan_id, label, valid_from, founded_on, next_on = (
        db()
        .execute(
            sa.select(Plan.id, Plan.label, Plan.valid_from, Alliance.founded_on, next_version_on(alliance_id, today))
            .join(Alliance, Alliance.id == alliance_id)
            .where(Plan.id == plan_in_use(alliance_id, today))
        )
        .one()
    )
    decided = (
        db()
        .execute(
            sa.select(
                CriterionState.id,
                CriterionState.step_key,
                CriterionState.criterion_key,
                CriterionState.year,
                CriterionState.status,
                CriterionState.decided_on,
                CriterionState.decided_by_id,
                CriterionState.note,
            ).where(CriterionState.alliance_id == alliance_id)
        )
        .all()
    )
    completed = (
        db()
        .execute(
            sa.select(
                StepState.id,
                StepState.step_key,
                StepState.year,
                StepState.status,
                StepState.completed_on,
                StepState.completed_by_id,
            ).where(StepState.alliance_id == alliance_id)
        )
        .all()
    )
    people = {row.decided_by_id for row in decided} | {row.completed_by_id for row in completed}
    names = {} if for_figures else audit.names_of(people)
    return Records(
        plan=PlanVersion(plan_id, label, valid_from),
        founded_on=founded_on,
        steps=steps_of(plan_id, own_criteria(alliance_id)),
        decisions={
            (row.criterion_key, row.year): Decision(
                row.id,
                row.step_key,
                row.criterion_key,
                row.year,
                row.status,
                row.decided_on,
                names.get(row.decided_by_id or 0, ""),
                row.note,
            )
            for row in decided
        },
        completions={
            (row.step_key, row.year): Completion(
                row.id,
                row.step_key,
                row.year,
                row.status,
                row.completed_on,
                names.get(row.completed_by_id or 0, ""),
            )
            for row in completed
        },
        flags={} if for_figures else _open_flags(alliance_id),
        next_version_on=next_on,
    )


def own_criteria(alliance_id: int) -> dict[str, list[CriterionText]]:
    """The criteria that this alliance added and still keeps, by the key of their step."""
    rows = db().execute(
        sa.select(OwnCriterion.step_key, OwnCriterion.key, OwnCriterion.name, OwnCriterion.is_required)
        .where(OwnCriterion.alliance_id == alliance_id, OwnCriterion.retired_on.is_(None))
        .order_by(OwnCriterion.id)
    )
    found: dict[str, list[CriterionText]] = defaultdict(list)
    for row in rows:
        found[row.step_key].append(
            CriterionText(row.key, InTwoLanguages(row.name, row.name), row.is_required, is_own=True)
        )
    return found


def steps_of(plan_id: int, own: dict[str, list[CriterionText]] | None = None) -> tuple[StepText, ...]:
    """The steps of a version of the plan in their order, with their criteria and the `own` ones of an alliance."""
    rows = db().execute(
        sa.select(
            Step.id,
            Step.key.label("step_key"),
            Step.number,
            Step.name_nl,
            Step.name_en,
            Step.aim_nl,
            Step.aim_en,
            Step.is_yearly,
            Criterion.key,
            Criterion.name_nl.label("criterion_nl"),
            Criterion.name_en.label("criterion_en"),
            Criterion.is_required,
            Criterion.check,
        )
        .outerjoin(Criterion, Criterion.step_id == Step.id)
        .where(Step.plan_id == plan_id)
        .order_by(Step.number, Criterion.position, Criterion.id)
    )
    by_step: dict[int, list[sa.Row]] = defaultdict(list)  # type: ignore[type-arg]  # rows of several columns
    for row in rows:
        by_step[row.id].append(row)
    return tuple(
        StepText(
            key=first.step_key,
            number=first.number,
            name=InTwoLanguages(first.name_nl, first.name_en),
            aim=InTwoLanguages(first.aim_nl, first.aim_en),
            is_yearly=first.is_yearly,
            criteria=tuple(
                CriterionText(
                    row.key, InTwoLanguages(row.criterion_nl, row.criterion_en), row.is_required, check=row.check
                )
                for row in found
                if row.key is not None
            )
            + tuple((own or {}).get(first.step_key, ())),
        )
        for found in by_step.values()
        for first in found[:1]
    )


def _open_flags(alliance_id: int) -> dict[tuple[str, str | None], int]:
    rows = db().execute(
        sa.select(CriterionFlag.step_key, CriterionFlag.criterion_key, sa.func.count())
        .where(CriterionFlag.alliance_id == alliance_id, CriterionFlag.status == FlagStatus.OPEN)
        .group_by(CriterionFlag.step_key, CriterionFlag.criterion_key)
    )
    return {(step_key, key): count for step_key, key, count in rows}


def names_of_criteria(alliance_id: int, keys: Iterable[str]) -> dict[str, InTwoLanguages]:
    """The latest names of criteria that are no longer in the plan of this alliance, its own retired ones included."""
    wanted = set(keys)
    if not wanted:
        return {}
    found: dict[str, InTwoLanguages] = {}
    for key, nl, en in db().execute(
        sa.select(Criterion.key, Criterion.name_nl, Criterion.name_en)
        .where(Criterion.key.in_(wanted))
        .order_by(Criterion.plan_id)
    ):
        found[key] = InTwoLanguages(nl, en)
    for key, name in db().execute(
        sa.select(OwnCriterion.key, OwnCriterion.name).where(
            OwnCriterion.alliance_id == alliance_id, OwnCriterion.key.in_(wanted)
        )
    ):
        found[key] = InTwoLanguages(name, name)
    return found


def plan_words_of(alliance_id: int) -> tuple[StepText, ...]:
    """The steps and criteria of the plan that this alliance works with, its own criteria among them."""
    return steps_of(current_plan_id(alliance_id, today()), own_criteria(alliance_id))
