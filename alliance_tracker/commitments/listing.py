"""The instalments of an alliance as a list: what needs attention first, then commitment by commitment."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.commitments.models import (
    Commitment,
    CommitmentKind,
    CommitmentWording,
    Instalment,
    Nature,
    Side,
    Unit,
)
from alliance_tracker.commitments.states import INSTALMENT, InstalmentState, Lateness, lateness, was_ever_late
from alliance_tracker.database import db
from alliance_tracker.organisations.models import Organisation

PAGE = 100

#: What needs attention, most urgent first; everything else stands with its commitment.
ATTENTION = (InstalmentState.OVERDUE, InstalmentState.DISPUTED, InstalmentState.DUE_SOON)
#: The answer to the filter on state that no state gives.
EVER_LATE = "ever-late"

#: Convenants are a layer up; only these columns are needed here.
_convenant = sa.table("convenant", sa.column("id", sa.Integer), sa.column("title", sa.String))


@dataclass(frozen=True)
class Filters:
    """What the address asks for; nothing means everything."""

    organisation_id: int | None = None
    year: int | None = None
    state: str = ""
    kind: CommitmentKind | None = None
    side: Side | None = None
    commitment_id: int | None = None

    def as_query(self) -> dict[str, Any]:
        """What stands in the address again."""
        found = {
            "organisation": self.organisation_id,
            "year": self.year,
            "state": self.state,
            "kind": self.kind.value if self.kind else None,
            "side": self.side.value if self.side else None,
            "commitment": self.commitment_id,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Line:
    """One instalment in a list, with the columns that its state and the policy look at."""

    id: int
    alliance_id: int
    region_code: str
    convenant_id: int
    commitment_id: int
    organisation_id: int
    first_organisation_id: int
    side: Side
    year: int
    quantity: Decimal
    due_on: date
    first_due_on: date
    reported: Decimal
    confirmed: Decimal
    disputes: int
    disputed: Decimal
    delivered_on: date | None
    claimed_on: date | None
    was_late: bool
    waived_on: date | None
    waive_reason: str
    explained_on: date | None
    number: int
    description: str
    nature: Nature
    kind: CommitmentKind
    unit: Unit
    goal_id: int | None
    bearer: str
    convenant: str
    #: The day on which it is looked at.
    day: date

    @property
    def state(self) -> InstalmentState:
        return INSTALMENT.of(self, self.day)

    @property
    def lateness(self) -> Lateness | None:
        return lateness(self, self.day)

    @property
    def was_ever_late(self) -> bool:
        return bool(was_ever_late(self, self.day))

    @property
    def remaining(self) -> Decimal:
        return max(self.quantity - self.reported, Decimal(0))

    @property
    def is_open(self) -> bool:
        return self.waived_on is None and self.delivered_on is None

    @property
    def days_left(self) -> int:
        return (self.due_on - self.day).days

    @property
    def share(self) -> int:
        """How much of it was delivered, in percent, for the bar; never more than all."""
        return min(100, int(self.reported * 100 / self.quantity))


_OWN = tuple(column.key for column in sa.inspect(Instalment).column_attrs)
_COLUMNS: tuple[Any, ...] = (
    *(getattr(Instalment, f.name) for f in fields(Line) if f.name in _OWN),
    Commitment.number,
    CommitmentWording.description,
    CommitmentWording.nature,
    CommitmentWording.kind,
    CommitmentWording.unit,
    CommitmentWording.goal_id,
    Organisation.name.label("bearer"),
    _convenant.c.title.label("convenant"),
)


@dataclass(frozen=True)
class ListPage:
    """One page of the list."""

    rows: tuple[Line, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def lines(condition: sa.ColumnElement[bool], day: date) -> sa.Select[Any]:
    """A statement over instalments with everything that a line shows; see `read`."""
    rank = sa.case(
        *((INSTALMENT.is_in([state], Instalment, day), position) for position, state in enumerate(ATTENTION)),
        else_=len(ATTENTION),
    )
    urgent = sa.case((rank < len(ATTENTION), Instalment.due_on), else_=None)
    return (
        sa.select(*_COLUMNS)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .join(Organisation, Organisation.id == Instalment.organisation_id)
        .join(_convenant, _convenant.c.id == Instalment.convenant_id)
        .where(condition)
        .order_by(
            rank,
            urgent,
            Instalment.convenant_id.desc(),
            Commitment.number,
            Instalment.year,
            Organisation.name,
            Instalment.id,
        )
    )


def read(statement: sa.Select[Any], day: date) -> list[Line]:
    """The lines of a statement made by `lines`."""
    return [Line(**row, day=day) for row in db().execute(statement).mappings()]


def page_of(alliance_id: int, filters: Filters, day: date, number: int = 1) -> ListPage:
    """One page of the instalments of an alliance."""
    condition = _condition(alliance_id, filters, day)
    counted = sa.select(sa.func.count()).select_from(Instalment)
    if filters.kind:
        counted = counted.join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
    total = db().scalar(counted.where(condition)) or 0
    number = min(number, max(1, -(-total // PAGE)))
    rows = read(lines(condition, day).limit(PAGE).offset((number - 1) * PAGE), day)
    return ListPage(tuple(rows), total, number)


def _condition(alliance_id: int, filters: Filters, day: date) -> sa.ColumnElement[bool]:
    conditions = [Instalment.alliance_id == alliance_id]
    equals = {
        Instalment.organisation_id: filters.organisation_id,
        Instalment.year: filters.year,
        CommitmentWording.kind: filters.kind,
        Instalment.side: filters.side,
        Instalment.commitment_id: filters.commitment_id,
    }
    conditions += [column == value for column, value in equals.items() if value is not None]
    if filters.state == EVER_LATE:
        conditions.append(was_ever_late(Instalment, day))
    elif filters.state:
        conditions.append(INSTALMENT.is_in([InstalmentState(filters.state)], Instalment, day))
    return sa.and_(*conditions)


@dataclass(frozen=True)
class Offered:
    """What the filters of an alliance can be set to: its bearers and years, and how many there are in each state."""

    organisations: tuple[tuple[int, str], ...]
    years: tuple[int, ...]
    states: dict[InstalmentState, int]
    #: More than one convenant: then its title is said with each commitment.
    convenants: int

    @property
    def total(self) -> int:
        return sum(self.states.values())


def offered(alliance_id: int, day: date) -> Offered:
    """What the filters offer, read at once."""
    state = INSTALMENT.sql(Instalment, day)
    groups = (Instalment.organisation_id, Organisation.name, Instalment.year, Instalment.convenant_id, state)
    rows = db().execute(
        sa.select(*groups, sa.func.count())
        .join(Organisation, Organisation.id == Instalment.organisation_id)
        .where(Instalment.alliance_id == alliance_id)
        .group_by(Instalment.organisation_id, Organisation.name, Instalment.year, Instalment.convenant_id, sa.text("5"))
    )
    names: dict[int, str] = {}
    states = dict.fromkeys(InstalmentState, 0)
    years, convenants = set(), set()
    for organisation_id, name, year, convenant_id, found, count in rows:
        names[organisation_id] = name
        years.add(year)
        convenants.add(convenant_id)
        states[InstalmentState(found)] += count
    by_name = sorted(names.items(), key=lambda pair: pair[1])
    return Offered(tuple(by_name), tuple(sorted(years)), states, len(convenants))


def of_commitment(commitment_id: int, day: date) -> list[Line]:
    """Every year and bearer of one commitment, in order."""
    statement = lines(Instalment.commitment_id == commitment_id, day).order_by(None)
    return read(statement.order_by(Instalment.year, Organisation.name, Instalment.id), day)


def of_goals(alliance_id: int, day: date) -> dict[int, list[Line]]:
    """The instalments of an alliance that serve a goal, by goal and in order."""
    found: dict[int, list[Line]] = {}
    serving = sa.and_(Instalment.alliance_id == alliance_id, CommitmentWording.goal_id.is_not(None))
    for line in read(lines(serving, day), day):
        if line.goal_id is not None:
            found.setdefault(line.goal_id, []).append(line)
    return found
