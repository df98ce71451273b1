"""The account of an organisation in one alliance: every instalment that it bears or passed on, with what became of it.

Facts only. What was delivered counts for who delivered it, also after another organisation took the promise over: over
all accounts of an alliance every delivery is counted once. Each line knows who inherited it from whom under the names
of that day, and which part of its deliveries others made.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.accountability.figures import ZERO, Counts, Group, Money, Received, in_order, received
from alliance_tracker.accountability.models import AccountabilityStatement, Explanation, ExplanationStatus
from alliance_tracker.accountability.passages import Passage, passages
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


@dataclass(frozen=True)
class Done:
    """What was delivered, by how sure it is."""

    reported: Decimal = ZERO
    accepted: Decimal = ZERO
    confirmed: Decimal = ZERO
    disputed: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Everything that stands and is not disputed."""
        return self.reported + self.accepted + self.confirmed

    def __add__(self, other: "Done") -> "Done":
        return Done(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


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
    #: What the organisation of this account delivered of it, and what the others did.
    own: Done
    others: Done
    passages: tuple[Passage, ...]
    #: The newest question or explanation about it.
    thread_id: int | None
    thread_status: ExplanationStatus | None

    @property
    def lateness(self) -> Lateness | None:
        """How late it is today; None when it is not overdue."""
        return lateness(self, today())

    @property
    def group(self) -> Group:
        return self.kind, self.unit

    @property
    def done(self) -> Done:
        """What was delivered of it by whoever bore it."""
        return self.own + self.others


@dataclass(frozen=True)
class Sum:
    """What an organisation promised and did of one kind in one year, with the lines under it."""

    kind: CommitmentKind
    unit: Unit
    lines: tuple[Line, ...]
    #: Instalments that it bore once and that another organisation bears now: what it delivered of them stays its own.
    passed_on: tuple[Line, ...] = ()

    @property
    def promised(self) -> Decimal:
        return sum((line.quantity for line in self.lines), ZERO)

    @property
    def waived(self) -> Decimal:
        """What was still to be delivered when it was waived."""
        return sum((max(line.quantity - line.done.total, ZERO) for line in self.lines if line.waived_on), ZERO)

    def of(self, part: str) -> Decimal:
        """What it delivered itself: `reported`, `accepted`, `confirmed` or `disputed`."""
        return sum((getattr(line.own, part) for line in (*self.lines, *self.passed_on)), ZERO)

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
    money: Money
    received: tuple[Received, ...]
    statements: tuple[Statement, ...]

    @property
    def counts(self) -> Counts:
        return counts_of(line for each in self.sums for line in each.lines)

    @property
    def passed_on(self) -> tuple[Line, ...]:
        """The instalments that it bore once and that another organisation bears now."""
        return tuple(line for each in self.sums for line in each.passed_on)

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
    groups: dict[Group, tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for line in lines:
        if line.year == year:
            groups[line.group][line.organisation_id != organisation_id].append(line)
    sums = tuple(Sum(*group, *map(tuple, groups[group])) for group in sorted(groups, key=in_order))
    in_money = [each for each in sums if each.kind is CommitmentKind.MONEY]
    own = [row for row in paid if row.year == year]
    return Year(
        year=year,
        sums=sums,
        money=Money(
            pledged=sum((line.quantity for each in in_money for line in each.lines if not line.waived_on), ZERO),
            confirmed=sum((each.of("confirmed") for each in in_money), ZERO),
            accepted=sum((each.of("accepted") for each in in_money), ZERO),
            reported=sum((each.of("reported") for each in in_money), ZERO),
            received=sum((row.paid for row in own), ZERO),
        ),
        received=tuple(own),
        statements=tuple(row for row in signed if row.year == year),
    )


def lines_of(alliance_id: int, organisation_id: int, year: int | None = None) -> list[Line]:
    """The instalments that an organisation bears or once bore in an alliance; five statements."""
    once = sa.select(Inheritance.instalment_id).where(Inheritance.from_organisation_id == organisation_id)
    found = _read(
        Instalment.alliance_id == alliance_id,
        sa.or_(Instalment.organisation_id == organisation_id, Instalment.id.in_(once)),
        *([Instalment.year == year] if year is not None else []),
    )
    return [found.line(row, organisation_id) for row in found.rows]


def lines_in(alliance_id: int, year: int) -> dict[int, list[Line]]:
    """The same of every organisation that bears or once bore something of a year in an alliance; six statements."""
    found = _read(Instalment.alliance_id == alliance_id, Instalment.year == year)
    bore: dict[int, set[int]] = {row.id: {row.organisation_id} for row in found.rows}
    for instalment_id, former in db().execute(
        sa.select(Inheritance.instalment_id, Inheritance.from_organisation_id).where(
            Inheritance.instalment_id.in_(list(bore))
        )
    ):
        bore[instalment_id].add(former)
    lines: dict[int, list[Line]] = defaultdict(list)
    for row in found.rows:
        for organisation_id in bore[row.id]:
            lines[organisation_id].append(found.line(row, organisation_id))
    return dict(lines)


@dataclass(frozen=True)
class _Read:
    """Instalments with what was delivered of each by whom, who passed them on, and what was asked about them."""

    rows: Sequence[Any]
    done: dict[int, dict[int, Done]]
    passed: dict[int, list[Passage]]
    threads: dict[int, tuple[int, ExplanationStatus]]

    def line(self, row: Any, organisation_id: int) -> Line:
        """One of them in the account of an organisation: its own deliveries apart from those of the others."""
        done = self.done.get(row.id, {})
        thread_id, thread_status = self.threads.get(row.id, (None, None))
        return Line(
            **{
                **row._asdict(),
                "state": InstalmentState(row.state),
                "was_late": bool(row.was_late),
                "is_open": bool(row.is_open),
            },
            own=done.get(organisation_id, Done()),
            others=sum((made for maker, made in done.items() if maker != organisation_id), Done()),
            passages=tuple(self.passed.get(row.id, ())),
            thread_id=thread_id,
            thread_status=thread_status,
        )


def _read(*where: sa.ColumnElement[bool]) -> _Read:
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
    return _Read(rows, _done(ids, day), passages(ids), _threads(ids))


def _done(ids: Collection[int], day: date) -> dict[int, dict[int, Done]]:
    """What was delivered of each instalment, by its maker."""
    state = DELIVERY.sql(Delivery, day)
    rows = db().execute(
        sa.select(Delivery.instalment_id, Delivery.organisation_id, state, sa.func.sum(Delivery.quantity))
        .where(Delivery.instalment_id.in_(ids), Delivery.withdrawn_at.is_(None))
        .group_by(Delivery.instalment_id, Delivery.organisation_id, state)
    )
    found: dict[int, dict[int, Done]] = defaultdict(lambda: defaultdict(Done))
    for instalment_id, maker, stands, quantity in rows:
        found[instalment_id][maker] += Done(**{DeliveryState(stands).value: quantity})
    return found


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
