"""Reading the signals of the network: the list with its filters, those of one alliance, and what waits for VLAIO."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, folded, like, today
from alliance_tracker.learning.models import Signal, SignalKind, SignalStatus, SignalSupport
from alliance_tracker.policy import Actor
from alliance_tracker.regions.models import Region
from alliance_tracker.workflow import StatusEvent

PAGE = 25
MERGED = SignalStatus.MERGED
#: What `late` may ask for: late and still unanswered, or late whenever it was answered.
LATE_NOW, LATE_EVER = "now", "ever"
#: The signal with which one goes on: itself, unless it was merged.
root_id = sa.func.coalesce(Signal.merged_into_id, Signal.id)


@dataclass(frozen=True)
class Term:
    """The term within which VLAIO answers a signal; what was late stays late after it is answered."""

    due_on: date
    answered_on: date | None

    @property
    def is_late(self) -> bool:
        return (self.answered_on or today()) > self.due_on

    @property
    def waits(self) -> bool:
        return self.answered_on is None

    @property
    def days_late(self) -> int:
        return max(0, ((self.answered_on or today()) - self.due_on).days)


def is_late() -> sa.ColumnElement[bool]:
    """The same as `Term.is_late`, for lists."""
    return sa.func.coalesce(Signal.answered_on, today()) > Signal.answer_due_on


@dataclass(frozen=True)
class Filters:
    """What the address asks for; empty means everything but what was merged."""

    q: str = ""
    kind: str = ""
    state: str = ""
    precondition: str = ""
    late: str = ""
    region: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filters as SQL; a value that is none of the known ones is left out."""
        is_state = self.state in set(SignalStatus)
        found = [Signal.status == SignalStatus(self.state) if is_state else Signal.status != MERGED]
        found += [Signal.words_folded.like(like(word), escape="\\") for word in folded(self.q).split()[:6]]
        if self.kind in set(SignalKind):
            found.append(Signal.kind == SignalKind(self.kind))
        if self.precondition:
            found.append(Signal.precondition_key == self.precondition[:60])
        if self.late in {LATE_NOW, LATE_EVER}:
            unanswered = [Signal.answered_on.is_(None)] if self.late == LATE_NOW else []
            chosen = Signal.id if is_state and self.state == MERGED else root_id
            found.append(Signal.id.in_(sa.select(chosen).where(is_late(), *unanswered)))
        if self.region:
            found.append(Signal.id.in_(_met_in(self.region[:10])))
        return found

    def as_query(self) -> dict[str, str]:
        """The filters that are set, for an address."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def are_set(self) -> bool:
        return bool(self.as_query())


def _met_in(region_code: str) -> sa.CompoundSelect[Any]:
    """The signals behind which an alliance of this region stands, merged ones for the signal they go on with."""
    here = Alliance.region_code == region_code
    raised = sa.select(root_id).join(Alliance, Alliance.id == Signal.alliance_id).where(here)
    own = sa.select(Signal.id).join(Alliance, Alliance.id == Signal.alliance_id).where(here)
    supported = (
        sa.select(root_id)
        .join(SignalSupport, SignalSupport.signal_id == Signal.id)
        .join(Alliance, Alliance.id == SignalSupport.alliance_id)
        .where(here)
    )
    return sa.union(raised, own, supported)


@dataclass(frozen=True)
class Row:
    """A signal in a list."""

    id: int
    kind: SignalKind
    title: str
    text: str
    status: SignalStatus
    precondition_key: str | None
    rule: str
    sent_on: date
    term: Term
    #: The alliance that raised it; its slug only for whoever may see it.
    alliance: str
    slug: str | None
    region: str
    #: How many alliances and regions stand behind it.
    voices: int
    regions: int
    merged_into_id: int | None
    #: Its own term, or that of one that was merged into it, passed without an answer.
    is_late: bool


@dataclass(frozen=True)
class Listing:
    """One page of the list; `total` counts all that the filters let through."""

    rows: tuple[Row, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def listing(actor: Actor, filters: Filters, number: int) -> Listing:
    """One page of the signals of the network, those that most alliances stand behind first."""
    total, rows = window(actor, filters, limit=PAGE, offset=(number - 1) * PAGE)
    return Listing(tuple(rows), total, number)


def window(actor: Actor, filters: Filters, *, limit: int, offset: int) -> tuple[int, list[Row]]:
    """How many signals the filters let through, and those from `offset` on."""
    conditions = filters.conditions()
    total = db().scalar(sa.select(sa.func.count()).select_from(Signal).where(*conditions)) or 0
    newest = _facts(actor).where(*conditions).order_by(Signal.voices.desc(), Signal.id.desc())
    return total, rows_of(db().execute(newest.limit(limit).offset(offset)).all())


def one(actor: Actor, signal_id: int) -> Row | None:
    """One signal as a list shows it."""
    return next(iter(rows_of(db().execute(_facts(actor).where(Signal.id == signal_id)).all())), None)


def of_alliance(actor: Actor, alliance_id: int) -> tuple[list[Row], list[Row]]:
    """The signals that an alliance raised, and those of others that it supports; the newest first."""
    newest = _facts(actor).order_by(Signal.id.desc())
    raised = db().execute(newest.where(Signal.alliance_id == alliance_id)).all()
    mine = sa.select(SignalSupport.signal_id).where(SignalSupport.alliance_id == alliance_id)
    supported = db().execute(newest.where(Signal.id.in_(mine))).all()
    rows = {row.id: row for row in rows_of([*raised, *supported])}
    return [rows[row.id] for row in raised], [rows[row.id] for row in supported]


def _facts(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    may_see = sa.case((policy.visible_alliances(actor, Alliance), Alliance.slug), else_=None)
    return (
        sa.select(
            Signal.id,
            Signal.kind,
            Signal.title,
            Signal.text,
            Signal.status,
            Signal.precondition_key,
            Signal.rule,
            Signal.sent_on,
            Signal.answer_due_on,
            Signal.answered_on,
            Signal.voices,
            Signal.merged_into_id,
            Alliance.name.label("alliance"),
            may_see.label("slug"),
            Region.name.label("region"),
        )
        .join(Alliance, Alliance.id == Signal.alliance_id)
        .join(Region, Region.code == Alliance.region_code)
    )


def rows_of(found: Sequence[Any]) -> list[Row]:
    """The rows of a list with the regions and the lateness of each and of what was merged into it; two statements."""
    ids = [row.id for row in found]
    regions, late = _regions_and_lateness(ids)
    return [
        Row(
            id=row.id,
            kind=row.kind,
            title=row.title,
            text=row.text,
            status=row.status,
            precondition_key=row.precondition_key,
            rule=row.rule,
            sent_on=row.sent_on,
            term=Term(row.answer_due_on, row.answered_on),
            alliance=row.alliance,
            slug=row.slug,
            region=row.region,
            voices=row.voices,
            regions=len(regions[row.id]),
            merged_into_id=row.merged_into_id,
            is_late=row.id in late,
        )
        for row in found
    ]


def _regions_and_lateness(ids: Collection[int]) -> tuple[dict[int, set[str]], set[int]]:
    regions: dict[int, set[str]] = defaultdict(set)
    late: set[int] = set()
    family = sa.or_(Signal.id.in_(ids), Signal.merged_into_id.in_(ids))
    facts = (Signal.id, Signal.merged_into_id, Alliance.region_code)
    raised = sa.select(*facts, is_late()).join(Alliance, Alliance.id == Signal.alliance_id).where(family)
    for own_id, merged_into_id, region, passed in db().execute(raised):
        for signal_id in filter(None, (own_id, merged_into_id)):
            regions[signal_id].add(region)
            if passed:
                late.add(signal_id)
    supported = (
        sa.select(*facts)
        .join(SignalSupport, SignalSupport.signal_id == Signal.id)
        .join(Alliance, Alliance.id == SignalSupport.alliance_id)
        .where(family)
        .distinct()
    )
    for own_id, merged_into_id, region in db().execute(supported):
        for signal_id in filter(None, (own_id, merged_into_id)):
            regions[signal_id].add(region)
    return regions, late


# Counts --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """How the signals of the network stand; what was merged is not counted twice."""

    by_status: Counter[SignalStatus]
    #: Unanswered past the term, and ever answered late or not yet.
    late: int
    late_ever: int

    @property
    def total(self) -> int:
        return sum(count for status, count in self.by_status.items() if status is not MERGED)

    def count(self, *statuses: str) -> int:
        return sum(count for status, count in self.by_status.items() if status.value in statuses)


def figures() -> Figures:
    """The counts over the whole network; two statements."""
    per_status = sa.select(Signal.status, sa.func.count()).group_by(Signal.status)
    by_status = Counter({status: count for status, count in db().execute(per_status)})  # noqa: C416
    is_open = sa.case((Signal.answered_on.is_(None), root_id), else_=None)
    late, ever = (
        db().execute(sa.select(sa.func.count(is_open.distinct()), sa.func.count(root_id.distinct())).where(is_late()))
    ).one()
    return Figures(by_status, late, ever)


def per_precondition() -> dict[str, int]:
    """How many signals are about each precondition."""
    rows = db().execute(
        sa.select(Signal.precondition_key, sa.func.count())
        .where(Signal.precondition_key.is_not(None), Signal.status != MERGED)
        .group_by(Signal.precondition_key)
    )
    return {str(key): count for key, count in rows}


@dataclass(frozen=True)
class Sent:
    """A signal that an alliance sent, for its checklist and its yearly report."""

    sent_on: date
    title: str


def sent_in(alliance_id: int) -> tuple[Sent, ...]:
    """What an alliance sent to VLAIO, the oldest first."""
    rows = db().execute(
        sa.select(Signal.sent_on, Signal.title)
        .where(Signal.alliance_id == alliance_id)
        .order_by(Signal.sent_on, Signal.id)
    )
    return tuple(Sent(*row) for row in rows)


@dataclass(frozen=True)
class Waiting:
    """A signal that VLAIO must answer, with the earliest term of it and of what was merged into it."""

    id: int
    title: str
    due_on: date
    voices: int


def waiting(limit: int) -> tuple[int, list[Waiting]]:
    """How many signals wait for VLAIO's first answer, and those whose term ends first."""
    unanswered = (
        sa.select(root_id.label("id"), sa.func.min(Signal.answer_due_on).label("due_on"))
        .where(Signal.status.in_([SignalStatus.RECEIVED, MERGED]), Signal.answered_on.is_(None))
        .group_by(root_id)
        .subquery()
    )
    total = db().scalar(sa.select(sa.func.count()).select_from(unanswered)) or 0
    rows = db().execute(
        sa.select(Signal.id, Signal.title, unanswered.c.due_on, Signal.voices)
        .join(unanswered, unanswered.c.id == Signal.id)
        .order_by(unanswered.c.due_on, Signal.id)
        .limit(limit)
    )
    return total, [Waiting(*row) for row in rows]


@dataclass(frozen=True)
class Answered:
    """An answer of VLAIO to a signal behind which an alliance stands."""

    id: int
    title: str
    status: SignalStatus
    on: date


def answered_since(alliance_id: int, since: date, limit: int) -> list[Answered]:
    """The signals that this alliance raised and that VLAIO answered since a day, also where they go on with others."""
    answered = sa.or_(StatusEvent.subject_id == Signal.id, StatusEvent.subject_id == Signal.merged_into_id)
    last = sa.func.max(StatusEvent.on)
    rows = db().execute(
        sa.select(Signal.id, Signal.title, Signal.status, last)
        .join(StatusEvent, sa.and_(StatusEvent.lifecycle == Signal.__tablename__, answered))
        .where(Signal.alliance_id == alliance_id, StatusEvent.on >= since, StatusEvent.source != "")
        .group_by(Signal.id, Signal.title, Signal.status)
        .order_by(last.desc(), Signal.id.desc())
        .limit(limit)
    )
    return [Answered(*row) for row in rows]


def drift() -> list[str]:
    """Signals whose number of voices is not that of the alliances behind them, or that go on with a merged one."""
    raised = sa.select(root_id.label("id"), Signal.alliance_id)
    supported = sa.select(root_id, SignalSupport.alliance_id).join(SignalSupport, SignalSupport.signal_id == Signal.id)
    behind = sa.union(raised, supported).subquery()
    counted = sa.select(behind.c.id, sa.func.count().label("n")).group_by(behind.c.id).subquery()
    rows = db().execute(
        sa.select(Signal.id, Signal.voices, counted.c.n)
        .outerjoin(counted, counted.c.id == Signal.id)
        .where(Signal.merged_into_id.is_(None), Signal.voices != sa.func.coalesce(counted.c.n, 0))
    )
    faults = [f"signal {number} has {kept} voices, counted anew {n}" for number, kept, n in rows]
    target = aliased(Signal)
    chained = sa.select(Signal.id).join(target, target.id == Signal.merged_into_id)
    faults += [
        f"signal {number} goes on with a merged one"
        for number in db().scalars(chained.where(target.merged_into_id.is_not(None)))
    ]
    return faults
