"""The flags that the field raised on the plan, per criterion over all alliances."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.stappenplan.models import Criterion, CriterionFlag, FlagKind, FlagStatus
from alliance_tracker.stappenplan.records import steps_of
from alliance_tracker.stappenplan.versions import newest_version


@dataclass(frozen=True)
class FlagLine:
    """One flag, with the alliance that it comes from."""

    id: int
    alliance: str
    slug: str
    kind: FlagKind
    remark: str
    who: str
    on: date
    status: FlagStatus
    answer: str
    step_key: str
    key: str | None


@dataclass(frozen=True)
class FlaggedCriterion:
    """The flags of all alliances on one criterion, or on a step as a whole (`key` None)."""

    step_number: int
    step: InTwoLanguages
    key: str | None
    name: InTwoLanguages | None
    flags: tuple[FlagLine, ...]

    @property
    def open(self) -> int:
        return sum(flag.status is FlagStatus.OPEN for flag in self.flags)

    def count(self, kind: FlagKind) -> int:
        return sum(flag.kind is kind for flag in self.flags)


def _flags(condition: sa.ColumnElement[bool]) -> tuple[FlagLine, ...]:
    rows = (
        db()
        .execute(
            sa.select(CriterionFlag, Alliance.name, Alliance.slug)
            .join(Alliance, Alliance.id == CriterionFlag.alliance_id)
            .where(condition)
            .order_by(CriterionFlag.status.desc(), CriterionFlag.id.desc())
        )
        .all()
    )
    names = audit.names_of({flag.raised_by_id for flag, _, _ in rows})
    return tuple(
        FlagLine(
            id=flag.id,
            alliance=alliance,
            slug=slug,
            kind=flag.kind,
            remark=flag.remark,
            who=names.get(flag.raised_by_id, ""),
            on=flag.raised_on,
            status=flag.status,
            answer=flag.answer,
            step_key=flag.step_key,
            key=flag.criterion_key,
        )
        for flag, alliance, slug in rows
    )


def flags_of(alliance_id: int, step_key: str, key: str | None) -> tuple[FlagLine, ...]:
    """The flags of this alliance on a criterion, or on a step as a whole."""
    same = CriterionFlag.criterion_key.is_(None) if key is None else CriterionFlag.criterion_key == key
    return _flags(sa.and_(CriterionFlag.alliance_id == alliance_id, CriterionFlag.step_key == step_key, same))


def open_flags_by_place() -> dict[tuple[str, str | None], int]:
    """How many flags of all alliances are open, by step and criterion (None for the step as a whole)."""
    rows = db().execute(
        sa.select(CriterionFlag.step_key, CriterionFlag.criterion_key, sa.func.count())
        .where(CriterionFlag.status == FlagStatus.OPEN)
        .group_by(CriterionFlag.step_key, CriterionFlag.criterion_key)
    )
    return {(step_key, key): count for step_key, key, count in rows}


def flag_line(flag_id: int) -> FlaggedCriterion:
    """One flag, with the criterion that it is about."""
    return _by_criterion(_flags(CriterionFlag.id == flag_id))[0]


def flag_overview(*, only_open: bool) -> tuple[FlaggedCriterion, ...]:
    """The flags of all alliances per criterion, in the order of the plan; what left the plan comes last."""
    return _by_criterion(_flags(CriterionFlag.status == FlagStatus.OPEN if only_open else sa.true()))


def _by_criterion(lines: tuple[FlagLine, ...]) -> tuple[FlaggedCriterion, ...]:
    by_place: dict[tuple[str, str | None], list[FlagLine]] = defaultdict(list)
    for line in lines:
        by_place[line.step_key, line.key].append(line)
    names = _names_in_all_versions()
    steps = {step.key: step for step in steps_of(newest_version(today()).id)}
    order = {text.key: place for step in steps.values() for place, text in enumerate(step.criteria, start=1)}
    found = [
        FlaggedCriterion(
            step_number=steps[step_key].number,
            step=steps[step_key].name,
            key=key,
            name=names.get(key, InTwoLanguages(key, key)) if key else None,
            flags=tuple(flags),
        )
        for (step_key, key), flags in by_place.items()
        if step_key in steps
    ]
    return tuple(sorted(found, key=lambda each: (each.step_number, order.get(each.key or "", 99), each.key or "")))


def _names_in_all_versions() -> dict[str, InTwoLanguages]:
    rows = db().execute(sa.select(Criterion.key, Criterion.name_nl, Criterion.name_en).order_by(Criterion.plan_id))
    return {key: InTwoLanguages(nl, en) for key, nl, en in rows}


def count_of_open_flags() -> int:
    """How many flags of all alliances wait for an answer."""
    return (
        db().scalar(
            sa.select(sa.func.count()).select_from(CriterionFlag).where(CriterionFlag.status == FlagStatus.OPEN)
        )
        or 0
    )
