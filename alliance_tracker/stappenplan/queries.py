"""Reads for the pages: the history of decisions, the flags over all alliances, and the versions of the plan."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.activities.models import LogEntry, LogKind
from alliance_tracker.database import db, today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.stappenplan.judgement import StepText
from alliance_tracker.stappenplan.lifecycle import CRITERION, STEP
from alliance_tracker.stappenplan.models import (
    NO_YEAR,
    CriterionState,
    Plan,
    PlanAdoption,
    PlanStatus,
    StepState,
)
from alliance_tracker.stappenplan.reading import PlanView, StepSummary, plan_of, summary
from alliance_tracker.stappenplan.records import names_of_criteria, steps_of
from alliance_tracker.stappenplan.versions import current_plan_id, newest_version
from alliance_tracker.workflow import StatusEvent

__all__ = ["PlanView", "StepSummary", "current_plan_id", "plan_of", "summary"]


# History -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HistoryLine:
    """One decision that was taken: what, on which day, by whom, why; `year` in the yearly step.

    `criterion` is the one it was taken on, where that is not plain already.
    """

    what: Message
    on: date
    who: str
    reason: str
    year: int | None
    criterion: InTwoLanguages | None = None


def history_of_criterion(alliance_id: int, key: str) -> tuple[HistoryLine, ...]:
    """Every decision on a criterion, the newest first."""
    states = sa.select(CriterionState.id, CriterionState.year, sa.null()).where(
        CriterionState.alliance_id == alliance_id, CriterionState.criterion_key == key
    )
    return _history(alliance_id, {CRITERION.name: states})


def history_of_step(alliance_id: int, step_key: str) -> tuple[HistoryLine, ...]:
    """Every completion and reopening of a step, and every decision on its criteria, the newest first."""
    steps = sa.select(StepState.id, StepState.year, sa.null()).where(
        StepState.alliance_id == alliance_id, StepState.step_key == step_key
    )
    criteria = sa.select(CriterionState.id, CriterionState.year, CriterionState.criterion_key).where(
        CriterionState.alliance_id == alliance_id, CriterionState.step_key == step_key
    )
    return _history(alliance_id, {STEP.name: steps, CRITERION.name: criteria})


_PAST = {
    "meet": Message("met"),
    "waive": Message("waived"),
    "complete": Message("completed"),
    "reopen": Message("reopened"),
}


def _history(alliance_id: int, states: dict[str, Any]) -> tuple[HistoryLine, ...]:
    """The events of these states by lifecycle; each state with its year and, where it must be named, its criterion."""
    known = {
        (lifecycle, state_id): (year, key)
        for lifecycle, statement in states.items()
        for state_id, year, key in db().execute(statement)
    }
    events = (
        db()
        .scalars(
            sa.select(StatusEvent)
            .where(
                sa.or_(
                    *(
                        sa.and_(
                            StatusEvent.lifecycle == lifecycle,
                            StatusEvent.subject_id.in_([number for name, number in known if name == lifecycle]),
                        )
                        for lifecycle in states
                    )
                ),
                StatusEvent.name != "start",
            )
            .order_by(StatusEvent.id.desc())
        )
        .all()
    )
    people = audit.names_of({event.actor_id for event in events})
    criteria = names_of_criteria(alliance_id, {key for _, key in known.values() if key is not None})
    found = []
    for event in events:
        year, key = known[event.lifecycle, event.subject_id]
        found.append(
            HistoryLine(
                what=_PAST[event.name],
                on=event.on,
                who=people.get(event.actor_id or 0, ""),
                reason=event.reason,
                year=year if year != NO_YEAR else None,
                criterion=criteria.get(key),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class LoggedLine:
    """A log entry that bears on a criterion."""

    kind: LogKind
    on: date
    text: str


def logged_about(alliance_id: int, key: str) -> tuple[LoggedLine, ...]:
    """What was logged about this criterion, the newest first; at most twenty entries."""
    rows = db().execute(
        sa.select(LogEntry.kind, LogEntry.on, LogEntry.text)
        .where(LogEntry.alliance_id == alliance_id, LogEntry.criterion_key == key, LogEntry.withdrawn_at.is_(None))
        .order_by(LogEntry.on.desc(), LogEntry.id.desc())
        .limit(20)
    )
    return tuple(LoggedLine(*row) for row in rows)


# Versions ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VersionLine:
    """A published version in the list of versions, with how many alliances wrote down that they work with it."""

    id: int
    label: str
    valid_from: date
    change_note_nl: str
    change_note_en: str
    alliances: int


def published_versions() -> tuple[VersionLine, ...]:
    """Every published version, the newest first."""
    newest = sa.select(sa.func.max(PlanAdoption.id)).group_by(PlanAdoption.alliance_id)
    counts = (
        sa.select(PlanAdoption.plan_id, sa.func.count().label("n"))
        .where(PlanAdoption.id.in_(newest))
        .group_by(PlanAdoption.plan_id)
        .subquery()
    )
    rows = db().execute(
        sa.select(
            Plan.id,
            Plan.label,
            Plan.valid_from,
            Plan.change_note_nl,
            Plan.change_note_en,
            sa.func.coalesce(counts.c.n, 0),
        )
        .outerjoin(counts, counts.c.plan_id == Plan.id)
        .where(Plan.status == PlanStatus.PUBLISHED)
        .order_by(Plan.valid_from.desc(), Plan.id.desc())
    )
    return tuple(VersionLine(*row) for row in rows)


def plan_words(plan_id: int) -> tuple[StepText, ...]:
    """The steps and criteria of a version, as it words them."""
    return steps_of(plan_id)


def published_with_label(label: str) -> int:
    """The id of the published version that is called so.

    :raise NotFound: there is none.
    """
    found = db().scalar(sa.select(Plan.id).where(Plan.label == label, Plan.status == PlanStatus.PUBLISHED))
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return found


def newest_plan_id() -> int:
    """The id of the version that holds for whoever starts today."""
    return newest_version(today()).id


def label_of_draft() -> str | None:
    """What the open draft is called, if there is one."""
    return db().scalar(sa.select(Plan.label).where(Plan.status == PlanStatus.DRAFT))
