"""The account of an organisation in one alliance: every instalment that it bears or passed on, with what became of it.

Facts only. Each line knows who inherited it from whom under the names of that day, and which part of its deliveries
somebody else made before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker.accountability.figures import ZERO, Counts, Money, Received, received
from alliance_tracker.accountability.models import AccountabilityStatement, Explanation, ExplanationStatus
from alliance_tracker.alliances.models import Partner
from alliance_tracker.commitments.models import (
    Commitment,
    CommitmentKind,
    CommitmentWording,
    Delivery,
    Inheritance,
    Instalment,
    Nature,
    Unit,
)
from alliance_tracker.commitments.states import (
    DELIVERY,
    INSTALMENT,
    DeliveryState,
    InstalmentState,
    Lateness,
    is_open,
    lateness,
    was_ever_late,
)
from alliance_tracker.database import db, today
from alliance_tracker.organisations.models import OrganisationName


@dataclass(frozen=True)
class Passage:
    """An instalment that went from one organisation to another, or ended; names as they were on that day."""

    instalment_id: int
    from_id: int
    former: str
    to_id: int | None
    heir: str
    on: date
    reason: str


@dataclass(frozen=True)
class Done:
    """What was delivered of an instalment, by how sure it is, and what others than its bearer made of that."""

    reported: Decimal = ZERO
    accepted: Decimal = ZERO
    confirmed: Decimal = ZERO
    disputed: Decimal = ZERO
    #: Undisputed deliveries by organisation.
    by: tuple[tuple[int, Decimal], ...] = ()

    @property
    def total(self) -> Decimal:
        """Everything that stands and is not disputed."""
        return self.reported + self.accepted + self.confirmed


@dataclass(frozen=True)
class Line:
    """One instalment in an account."""

    id: int
    alliance_id: int
    commitment_id: int
    number: int
    organisation_id: int
    description: str
    nature: Nature
    kind: CommitmentKind
    unit: Unit
    year: int
    quantity: Decimal
    due_on: date
    first_due_on: date
    delivered_on: date | None
    claimed_on: date | None
    explained_on: date | None
    waived_on: date | None
    waive_reason: str
    state: InstalmentState
    was_late: bool
    is_open: bool
    done: Done
    passages: tuple[Passage, ...]
    #: The newest question or explanation about it.
    thread_id: int | None
    thread_status: ExplanationStatus | None

    @property
    def lateness(self) -> Lateness | None:
        """How late it is today; None when it is not overdue."""
        return lateness(self, today())

    @property
    def group(self) -> tuple[CommitmentKind, Unit]:
        """What can be added up: the same kind, counted in the same unit."""
        return self.kind, self.unit

    def done_by(self, organisation_id: int) -> Decimal:
        """What this organisation itself delivered of it."""
        return dict(self.done.by).get(organisation_id, ZERO)


@dataclass(frozen=True)
class Sum:
    """What was promised and done of one kind in one year, with the lines under it."""

    kind: CommitmentKind
    unit: Unit
    lines: tuple[Line, ...]

    @property
    def promised(self) -> Decimal:
        return sum((line.quantity for line in self.lines), ZERO)

    @property
    def waived(self) -> Decimal:
        """What was still to be delivered when it was waived."""
        return sum((max(line.quantity - line.done.total, ZERO) for line in self.lines if line.waived_on), ZERO)

    def of(self, part: str) -> Decimal:
        """What was delivered: `reported`, `accepted`, `confirmed` or `disputed`."""
        return sum((getattr(line.done, part) for line in self.lines), ZERO)

    @property
    def counts(self) -> Counts:
        return counts_of(self.lines)


def counts_of(lines: Iterable[Line]) -> Counts:
    """The same counts as `figures.counts` makes, from lines."""
    found = Counts()
    for line in lines:
        state = line.state
        found += Counts(
            1,
            int(state is InstalmentState.DELIVERED),
            int(line.is_open and state not in {InstalmentState.OVERDUE, InstalmentState.DISPUTED}),
            int(state is InstalmentState.OVERDUE),
            int(state is InstalmentState.DISPUTED),
            int(state is InstalmentState.WAIVED),
            int(line.was_late),
        )
    return found


@dataclass(frozen=True)
class Statement:
    """A signed or refused account of a year, without its document."""

    id: int
    alliance_id: int
    organisation_id: int
    year: int
    number: int
    answer: Any
    method: Any
    signed_on: date


@dataclass(frozen=True)
class Year:
    """An organisation's account of one year in one alliance."""

    year: int
    sums: tuple[Sum, ...]
    #: Instalments that it bore once and that another organisation bears now.
    passed_on: tuple[Line, ...]
    money: Money
    received: tuple[Received, ...]
    statements: tuple[Statement, ...]

    @property
    def counts(self) -> Counts:
        return counts_of(line for each in self.sums for line in each.lines)

    @property
    def statement(self) -> Statement | None:
        """The newest version."""
        return self.statements[-1] if self.statements else None


def account_of(alliance_id: int, organisation_id: int, years: Sequence[int]) -> tuple[Year, ...]:
    """The account in this alliance, the newest year first; `years` are there even when nothing was promised."""
    lines = lines_of(alliance_id, organisation_id)
    paid = received(Partner.alliance_id == alliance_id, Partner.organisation_id == organisation_id)
    signed = statements(AccountabilityStatement.alliance_id == alliance_id, organisation_id=organisation_id)
    wanted = {*years, *(line.year for line in lines), *(row.year for row in paid)}
    return tuple(_year(year, organisation_id, lines, paid, signed) for year in sorted(wanted, reverse=True))


def _year(year: int, organisation_id: int, lines: list[Line], paid: list[Received], signed: list[Statement]) -> Year:
    borne = [line for line in lines if line.year == year and line.organisation_id == organisation_id]
    groups: dict[tuple[CommitmentKind, Unit], list[Line]] = defaultdict(list)
    for line in borne:
        groups[line.group].append(line)
    order = list(CommitmentKind)
    sums = tuple(
        Sum(kind, unit, tuple(found))
        for (kind, unit), found in sorted(groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1].value))
    )
    passed = [line for line in lines if line.year == year and line.organisation_id != organisation_id]
    money_lines = [line for line in borne if line.kind is CommitmentKind.MONEY]
    own = [row for row in paid if row.year == year]
    return Year(
        year=year,
        sums=sums,
        passed_on=tuple(passed),
        money=Money(
            sum((line.quantity for line in money_lines if not line.waived_on), ZERO),
            sum((line.done.confirmed for line in money_lines), ZERO),
            sum((line.done.accepted for line in money_lines), ZERO),
            sum((line.done.reported for line in money_lines), ZERO),
            sum((row.paid for row in own), ZERO),
        ),
        received=tuple(own),
        statements=tuple(row for row in signed if row.year == year),
    )


def lines_of(alliance_id: int, organisation_id: int, year: int | None = None) -> list[Line]:
    """The instalments that an organisation bears or once bore in an alliance; five statements."""
    once = sa.select(Inheritance.instalment_id).where(Inheritance.from_organisation_id == organisation_id)
    where = [
        Instalment.alliance_id == alliance_id,
        sa.or_(Instalment.organisation_id == organisation_id, Instalment.id.in_(once)),
    ]
    return _lines(*where, *([Instalment.year == year] if year is not None else []))


def _lines(*where: sa.ColumnElement[bool]) -> list[Line]:
    day = today()
    rows = (
        db()
        .execute(
            sa.select(
                Instalment.id,
                Instalment.alliance_id,
                Instalment.commitment_id,
                Commitment.number,
                Instalment.organisation_id,
                CommitmentWording.description,
                CommitmentWording.nature,
                CommitmentWording.kind,
                CommitmentWording.unit,
                Instalment.year,
                Instalment.quantity,
                Instalment.due_on,
                Instalment.first_due_on,
                Instalment.delivered_on,
                Instalment.claimed_on,
                Instalment.explained_on,
                Instalment.waived_on,
                Instalment.waive_reason,
                INSTALMENT.sql(Instalment, day).label("state"),
                was_ever_late(Instalment, day).label("was_late"),
                is_open(Instalment).label("is_open"),
            )
            .join(Commitment, Commitment.id == Instalment.commitment_id)
            .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
            .where(*where)
            .order_by(Instalment.year, Instalment.due_on, Commitment.number, Instalment.id)
        )
        .all()
    )
    ids = [row.id for row in rows]
    done, passed, threads = _done(ids, day), passages(ids), _threads(ids)
    return [
        Line(
            **{
                **row._asdict(),
                "state": InstalmentState(row.state),
                "was_late": bool(row.was_late),
                "is_open": bool(row.is_open),
            },
            done=done.get(row.id, Done()),
            passages=tuple(passed.get(row.id, ())),
            thread_id=threads.get(row.id, (None, None))[0],
            thread_status=threads.get(row.id, (None, None))[1],
        )
        for row in rows
    ]


def _done(ids: Collection[int], day: date) -> dict[int, Done]:
    state = DELIVERY.sql(Delivery, day)
    rows = db().execute(
        sa.select(Delivery.instalment_id, Delivery.organisation_id, state, sa.func.sum(Delivery.quantity))
        .where(Delivery.instalment_id.in_(ids), Delivery.withdrawn_at.is_(None))
        .group_by(Delivery.instalment_id, Delivery.organisation_id, state)
        .order_by(Delivery.instalment_id, Delivery.organisation_id)
    )
    sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    by: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for instalment_id, organisation_id, found, quantity in rows:
        sums[instalment_id][DeliveryState(found).value] += quantity
        if found != DeliveryState.DISPUTED.value:
            by[instalment_id][organisation_id] += quantity
    return {key: Done(**parts, by=tuple(by[key].items())) for key, parts in sums.items()}


def passages(ids: Collection[int]) -> dict[int, list[Passage]]:
    """Who passed these instalments on to whom, the first one first, under the names of that day; one statement."""
    giver, heir = aliased(OrganisationName), aliased(OrganisationName)
    found: dict[int, list[Passage]] = defaultdict(list)
    rows = db().execute(
        sa.select(
            Inheritance.instalment_id,
            Inheritance.from_organisation_id,
            giver.name,
            Inheritance.to_organisation_id,
            sa.func.coalesce(heir.name, ""),
            Inheritance.on,
            Inheritance.reason,
        )
        .select_from(Inheritance)
        .join(giver, _named_on(giver, Inheritance.from_organisation_id))
        .outerjoin(heir, _named_on(heir, Inheritance.to_organisation_id))
        .where(Inheritance.instalment_id.in_(ids))
        .order_by(Inheritance.id)
    )
    for row in rows:
        found[row[0]].append(Passage(*row))
    return found


def _named_on(name: Any, organisation_id: Any) -> sa.ColumnElement[bool]:
    """The one name that an organisation had when it passed something on; the last one of that day."""
    other = aliased(OrganisationName)
    newest = (
        sa.select(sa.func.max(other.id))
        .where(
            other.organisation_id == organisation_id,
            other.since <= Inheritance.on,
            sa.or_(other.until.is_(None), other.until >= Inheritance.on),
        )
        .correlate(Inheritance)
        .scalar_subquery()
    )
    first = (
        sa.select(sa.func.min(other.id))
        .where(other.organisation_id == organisation_id)
        .correlate(Inheritance)
        .scalar_subquery()
    )
    condition: sa.ColumnElement[bool] = name.id == sa.func.coalesce(newest, first)
    return condition


def _threads(ids: Collection[int]) -> dict[int, tuple[int, ExplanationStatus]]:
    """The newest thread of each instalment."""
    rows = db().execute(
        sa.select(Explanation.instalment_id, Explanation.id, Explanation.status)
        .where(Explanation.instalment_id.in_(ids))
        .order_by(Explanation.id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def statements(*where: sa.ColumnElement[bool], organisation_id: int | None = None) -> list[Statement]:
    """The statements that answer to this, by year and number."""
    if organisation_id is not None:
        where = (*where, AccountabilityStatement.organisation_id == organisation_id)
    rows = db().execute(
        sa.select(
            AccountabilityStatement.id,
            AccountabilityStatement.alliance_id,
            AccountabilityStatement.organisation_id,
            AccountabilityStatement.year,
            AccountabilityStatement.number,
            AccountabilityStatement.answer,
            AccountabilityStatement.method,
            AccountabilityStatement.signed_on,
        )
        .where(*where)
        .order_by(AccountabilityStatement.year, AccountabilityStatement.number, AccountabilityStatement.id)
    )
    return [Statement(*row) for row in rows]
