"""Writing the commitments of a draft: what is promised, by whom, in which share, and when.

Whether the version may still be written is its convenant's business; the database refuses it once it was offered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit
from alliance_tracker.commitments import shares as dividing
from alliance_tracker.commitments.models import (
    Commitment,
    CommitmentBearer,
    CommitmentKind,
    CommitmentWording,
    Nature,
    PlannedInstalment,
    Unit,
)
from alliance_tracker.database import check_version, db, touch, write_rows
from alliance_tracker.errors import FieldRefused
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor

#: What is counted in what, unless somebody chooses otherwise.
USUAL_UNIT = {
    CommitmentKind.MONEY: Unit.EUR,
    CommitmentKind.HOURS: Unit.HOURS,
    CommitmentKind.INFRASTRUCTURE: Unit.DAYS,
    CommitmentKind.GUEST_TEACHERS: Unit.LESSONS,
    CommitmentKind.PLACES: Unit.PLACES,
    CommitmentKind.COMMUNICATION: Unit.TIMES,
    CommitmentKind.EXPERTISE: Unit.HOURS,
    CommitmentKind.DECISION: Unit.TIMES,
}


@dataclass(frozen=True)
class InYear:
    """What is promised for one calendar year, and the last day on which it is in time."""

    quantity: Decimal
    due_on: date


@dataclass(frozen=True)
class Draft:
    """What somebody wants a commitment to say; `bearers` maps an organisation to its share in percent."""

    description: str
    nature: Nature
    kind: CommitmentKind
    unit: Unit
    bearers: Mapping[int, Decimal]
    years: Mapping[int, InYear]
    unit_value: Decimal | None = None
    goal_id: int | None = None
    task: str = ""
    coordinator_id: int | None = None


@dataclass(frozen=True)
class Writing:
    """The draft in which is written: the version, its convenant, its term, and the organisations that are parties."""

    version_id: int
    convenant_id: int
    alliance_id: int
    starts_on: date
    ends_on: date
    parties: frozenset[int] = field(default_factory=frozenset)


def add(where: Writing, draft: Draft, *, actor: Actor) -> CommitmentWording:
    """Add a commitment to a draft.

    :raise FieldRefused: nothing is promised, a bearer is no party, the shares are not 100 %, a unit does not fit, or a
        due date lies outside the term.
    """
    check(where, draft)
    last = db().scalar(sa.select(sa.func.max(Commitment.number)).where(Commitment.convenant_id == where.convenant_id))
    commitment = Commitment(alliance_id=where.alliance_id, convenant_id=where.convenant_id, number=(last or 0) + 1)
    db().add(commitment)
    db().flush()  # gives the commitment its id
    wording = make(where, commitment.id, draft, position=commitment.number)
    wording.commitment = commitment
    audit.tell_with(commitment, wording)
    audit.record("commitment_wording.added", wording, actor=actor, number=commitment.number)
    return wording


def make(where: Writing, commitment_id: int, draft: Draft, *, position: int) -> CommitmentWording:
    """The row of a wording with its bearers and years; used for a new commitment and for a copy into a new version."""
    wording = CommitmentWording(
        alliance_id=where.alliance_id,
        convenant_version_id=where.version_id,
        commitment_id=commitment_id,
        position=position,
        bearers=[],
        years=[],
        **_columns(draft),
    )
    db().add(wording)
    db().flush()  # gives the wording its id
    _set_rows(wording, draft)
    return wording


def edit(where: Writing, wording: CommitmentWording, draft: Draft, *, version: int | None = None, actor: Actor) -> None:
    """Change what a commitment of a draft says; `wording` is loaded with its bearers and years.

    :raise EditConflict: somebody else saved it since the form with `version` was drawn.
    :raise FieldRefused: as for a new one.
    """
    check_version(wording, version)
    check(where, draft)
    for name, value in _columns(draft).items():
        setattr(wording, name, value)
    touch(wording)
    audit.record("commitment_wording.edited", wording, actor=actor, number=wording.commitment.number)
    _set_rows(wording, draft)


def remove(wording: CommitmentWording, *, actor: Actor) -> None:
    """Take a commitment out of a draft; its number is not used again."""
    audit.record("commitment_wording.taken_out", wording, actor=actor, number=wording.commitment.number)
    for row in (*wording.bearers, *wording.years):
        db().delete(row)
    db().flush()  # the wording goes after what hangs on it
    db().delete(wording)


def draft_of(wording: CommitmentWording) -> Draft:
    """What a wording says, to write it into another version or into a form."""
    return Draft(
        description=wording.description,
        nature=wording.nature,
        kind=wording.kind,
        unit=wording.unit,
        bearers={row.organisation_id: row.share for row in wording.bearers},
        years={row.year: InYear(row.quantity, row.due_on) for row in wording.years},
        unit_value=wording.unit_value,
        goal_id=wording.goal_id,
        task=wording.task,
        coordinator_id=wording.coordinator_id,
    )


def of_version(version_id: int) -> list[CommitmentWording]:
    """The wordings of a version with their commitment, bearers and years, in their order."""
    return list(
        db().scalars(
            sa.select(CommitmentWording)
            .where(CommitmentWording.convenant_version_id == version_id)
            .order_by(CommitmentWording.position, CommitmentWording.id)
            .options(
                selectinload(CommitmentWording.commitment),
                selectinload(CommitmentWording.bearers).selectinload(CommitmentBearer.organisation),
                selectinload(CommitmentWording.years),
            )
        )
    )


def _columns(draft: Draft) -> dict[str, object]:
    names = ("description", "nature", "kind", "unit", "unit_value", "goal_id", "task", "coordinator_id")
    return {name: getattr(draft, name) for name in names}


def _set_rows(wording: CommitmentWording, draft: Draft) -> None:
    belongs = {
        "alliance_id": wording.alliance_id,
        "convenant_version_id": wording.convenant_version_id,
        "commitment_wording_id": wording.id,
    }
    bearers = {organisation_id: {"share": share} for organisation_id, share in draft.bearers.items()}
    write_rows(wording.bearers, bearers, key="organisation_id", make=partial(CommitmentBearer, **belongs))
    years = {year: {"quantity": each.quantity, "due_on": each.due_on} for year, each in draft.years.items()}
    write_rows(wording.years, years, key="year", make=partial(PlannedInstalment, **belongs))


def check(where: Writing, draft: Draft) -> None:
    if not draft.description:
        raise FieldRefused("description", Message("Say what is promised."))
    if (draft.kind is CommitmentKind.MONEY) != (draft.unit is Unit.EUR):
        raise FieldRefused("unit", Message("Money is counted in euro, and nothing else is."))
    if draft.unit_value is not None and draft.kind is CommitmentKind.MONEY:
        raise FieldRefused("unit_value", Message("Money is its own value: leave this empty."))
    if draft.unit_value is not None and draft.unit_value != draft.unit_value.quantize(Decimal("0.01")):
        raise FieldRefused("unit_value", Message("Give an amount in euro with at most two decimals."))
    _check_bearers(where, draft)
    _check_years(where, draft)
    if draft.goal_id is not None:
        goal = db().get(Goal, draft.goal_id)
        if goal is None or goal.alliance_id != where.alliance_id:
            raise FieldRefused("goal_id", Message("Choose a goal of this alliance."))


def _check_bearers(where: Writing, draft: Draft) -> None:
    if not draft.bearers:
        raise FieldRefused("bearers", Message("Say who bears it."))
    if not set(draft.bearers) <= where.parties:
        raise FieldRefused("bearers", Message("Only a party of this convenant can bear a commitment."))
    if any(share <= 0 for share in draft.bearers.values()) or sum(draft.bearers.values()) != dividing.WHOLE:
        raise FieldRefused("bearers", Message("The shares of the bearers must add up to 100 %."))
    if any(share != share.quantize(Decimal("0.01")) for share in draft.bearers.values()):
        raise FieldRefused("bearers", Message("Give a share in percent with at most two decimals."))
    if draft.coordinator_id is not None and draft.coordinator_id not in where.parties:
        raise FieldRefused("coordinator_id", Message("Choose a party of this convenant."))


def _check_years(where: Writing, draft: Draft) -> None:
    if not draft.years:
        raise FieldRefused("years", Message("Promise something for at least one year."))
    for year, promised in draft.years.items():
        if promised.quantity <= 0 or promised.quantity != promised.quantity.quantize(draft.unit.smallest):
            raise FieldRefused(
                "years",
                Message("%(year)s: %(unit)s are not counted so finely.", year=str(year), unit=draft.unit.label)
                if promised.quantity > 0
                else Message("%(year)s: promise more than zero, or leave the year out.", year=str(year)),
            )
        if not where.starts_on <= promised.due_on <= where.ends_on:
            raise FieldRefused(
                "years",
                Message(
                    "%(year)s: the due date must lie within the term, from %(first)s to %(last)s.",
                    year=str(year),
                    first=where.starts_on,
                    last=where.ends_on,
                ),
            )
        if promised.due_on.year < year:
            raise FieldRefused("years", Message("%(year)s: it cannot be due before that year begins.", year=str(year)))
        parts = dividing.divide(promised.quantity, draft.bearers, draft.unit)
        if any(part <= 0 for part in parts.values()):
            raise FieldRefused(
                "years", Message("%(year)s: there is too little for every bearer to have a part.", year=str(year))
            )
