"""Reading the money of an alliance, and the requests of all alliances that wait; the statements are constant."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights import agreed, asking, cofinancing
from alliance_tracker.drawing_rights.agreed import Agreed
from alliance_tracker.drawing_rights.cofinancing import Brought, Judged
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor

PAGE = 50
WAITING, RETURNED, APPROVED = DrawdownStatus.REQUESTED, DrawdownStatus.RETURNED, DrawdownStatus.APPROVED


@dataclass(frozen=True)
class Term:
    """The term within which VLAIO decides; what was decided late stays late."""

    status: DrawdownStatus
    decide_by: date
    decided_on: date | None

    @property
    def waits(self) -> bool:
        """VLAIO has it."""
        return self.status is WAITING

    @property
    def days_late(self) -> int:
        until = self.decided_on or (today() if self.waits else self.decide_by)
        return max(0, (until - self.decide_by).days)


def term_of(drawdown: Drawdown) -> Term:
    """The term of one drawdown."""
    return Term(drawdown.status, drawdown.decide_by, drawdown.decided_on)


@dataclass(frozen=True)
class Line:
    """A drawdown in a list."""

    id: int
    year: int
    amount: Decimal
    paid: Decimal
    purpose: str
    payee: str
    requested_on: date
    term: Term
    #: What remains of its right now.
    remaining: Decimal
    alliance: str
    slug: str
    region_code: str

    @property
    def status(self) -> DrawdownStatus:
        return self.term.status

    @property
    def fits(self) -> bool:
        """It could be approved as it is."""
        return self.amount <= self.remaining


@dataclass(frozen=True)
class Listing:
    """One page of drawdowns."""

    rows: tuple[Line, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def _listing(conditions: Sequence[sa.ColumnElement[bool]], order: Sequence[Any], number: int) -> Listing:
    base = (
        sa.select(
            Drawdown.id,
            DrawingRight.year,
            Drawdown.amount,
            Drawdown.paid,
            Drawdown.purpose,
            Organisation.name,
            Drawdown.requested_on,
            Drawdown.status,
            Drawdown.decide_by,
            Drawdown.decided_on,
            DrawingRight.ceiling,
            DrawingRight.drawn,
            Alliance.name,
            Alliance.slug,
            Alliance.region_code,
        )
        .join(DrawingRight, DrawingRight.id == Drawdown.drawing_right_id)
        .join(Alliance, Alliance.id == Drawdown.alliance_id)
        .join(Partner, Partner.id == Drawdown.payee_partner_id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(*conditions)
    )
    total = db().scalar(base.with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0
    rows = db().execute(base.order_by(*order).limit(PAGE).offset((number - 1) * PAGE))
    return Listing(tuple(_line(row) for row in rows), total, number)


def _line(row: Any) -> Line:
    """The columns as they stand above."""
    number, year, amount, paid, purpose, payee, requested_on, status, decide_by, decided_on, ceiling, drawn, *place = (
        row
    )
    term = Term(status, decide_by, decided_on)
    return Line(number, year, amount, paid, purpose, payee, requested_on, term, ceiling - drawn, *place)


# One alliance --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """The money of one convenant: its rights by year, and what the partners bring against what was drawn."""

    agreed: Agreed
    rights: tuple[DrawingRight, ...]
    years: dict[int, Brought]
    brought: Brought
    judged: Judged

    @property
    def runs(self) -> bool:
        """Its rights are not closed: what remains of them can be asked, of each from the first day of its year."""
        return today() <= self.agreed.last_day and all(right.closed_on is None for right in self.rights)

    @property
    def this_year(self) -> DrawingRight | None:
        """The right of this calendar year, if there is one."""
        return next((right for right in self.rights if right.year == today().year), None)


def money_of(alliance_id: int) -> list[Money]:
    """The money of each convenant that is or was in force, the newest first; three statements."""
    convenants = agreed.of_alliance(alliance_id)
    rights: dict[int, list[DrawingRight]] = defaultdict(list)
    for right in db().scalars(
        sa.select(DrawingRight).where(DrawingRight.alliance_id == alliance_id).order_by(DrawingRight.year)
    ):
        rights[right.convenant_id].append(right)
    brought = cofinancing.brought_by([found.convenant_id for found in convenants])
    return [_money(found, rights[found.convenant_id], brought.get(found.convenant_id, {})) for found in convenants]


def _money(found: Agreed, rights: Sequence[DrawingRight], years: dict[int, Brought]) -> Money:
    brought = cofinancing.together(years.values())
    drawn = sum((right.drawn for right in rights), Decimal(0))
    return Money(found, tuple(rights), years, brought, Judged(brought.together.counted, drawn, found.minimum))


def lines_of(alliance_id: int, number: int) -> Listing:
    """The drawdowns of an alliance: what somebody has to do first, then the newest."""
    is_open = Drawdown.status.in_([WAITING, RETURNED])
    return _listing([Drawdown.alliance_id == alliance_id], [is_open.desc(), Drawdown.id.desc()], number)


def open_rights(alliance_id: int) -> list[DrawingRight]:
    """The rights of which something can be asked today."""
    convenants = {found.convenant_id: found for found in agreed.of_alliance(alliance_id)}
    rights = db().scalars(
        sa.select(DrawingRight).where(DrawingRight.alliance_id == alliance_id).order_by(DrawingRight.year)
    )
    return [
        right
        for right in rights
        if right.remaining > 0 and asking.hindrance(right, convenants[right.convenant_id], today()) is None
    ]


# All alliances -------------------------------------------------------------------------------------------------------


def states() -> dict[str, sa.ColumnElement[bool]]:
    """What the list over all alliances can be narrowed to, by the word in its address."""
    return {
        "": Drawdown.status == WAITING,
        "late": sa.and_(Drawdown.status == WAITING, Drawdown.decide_by < today()),
        "returned": Drawdown.status == RETURNED,
        "to-pay": sa.and_(Drawdown.status == APPROVED, Drawdown.paid < Drawdown.amount),
        "decided": Drawdown.decided_on.is_not(None),
        "all": sa.true(),
    }


@dataclass(frozen=True)
class Filters:
    """What the address asks for; empty is what waits for a decision, everywhere."""

    state: str = ""
    region: str = ""

    @property
    def are_set(self) -> bool:
        return bool(self.state or self.region)


def waiting(actor: Actor, filters: Filters, number: int) -> Listing:
    """The drawdowns of all alliances that this actor sees, the oldest term first."""
    conditions = [states().get(filters.state, states()[""]), policy.visible_alliances(actor, Alliance)]
    if filters.region:
        conditions.append(Alliance.region_code == filters.region)
    return _listing(conditions, [Drawdown.decide_by, Drawdown.id], number)
