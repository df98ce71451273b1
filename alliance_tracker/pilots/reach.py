"""Recording how many people a pilot reached in a year; a correction supersedes, and nothing is overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import db, lock, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.i18n import Message
from alliance_tracker.people import MOST_PEOPLE
from alliance_tracker.pilots.models import Pilot, PilotReach, PilotReachCell
from alliance_tracker.policy import Actor, Permission

#: How the reach of a pilot can be divided.
BREAKDOWNS = ("gender", "target_group")
#: Where the rest of a count goes when only some of its people are divided by gender.
GENDER, UNKNOWN = "gender", "unknown"

#: A breakdown and a category of it.
CellKey = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """How many people took part in one calendar year; `cells` divide them by breakdown and category."""

    year: int
    participants: int
    cells: Mapping[CellKey, int] = field(default_factory=dict)
    note: str = ""
    #: Needed when it replaces what was recorded for the same year.
    reason: str = ""


def record(pilot: Pilot, entry: Entry, *, drawn_from: int | None = None, actor: Actor) -> PilotReach | None:
    """Keep the reach of a year; what says what is known already changes nothing and returns None.

    `drawn_from` is the figure that its writer saw, 0 for none.

    :raise FieldRefused: a count does not fit, the pilot did not run in that year, or a reason is missing.
    :raise Refused: it never started, or the alliance has ended.
    """
    policy.require(actor, Permission.PILOT_EDIT, pilot)
    check_open(db().get_one(Alliance, pilot.alliance_id))
    if pilot.started_on is None:
        raise Refused(Message("This pilot has not started: it reached nobody yet."))
    if not pilot.started_on.year <= entry.year <= today().year:
        raise FieldRefused("year", Message("Choose a year in which the pilot ran."))
    cells = checked_cells(entry.participants, entry.cells)
    lock(pilot)  # two people may record the same year
    former = current(pilot.id, entry.year)
    if former is not None:
        if _says_the_same(former, entry, cells):
            return None
        if drawn_from not in (None, former.id):
            raise FieldRefused(
                "participants",
                Message(
                    "Somebody else recorded %(n)s meanwhile. Look at it; to replace it, save again with the reason.",
                    n=former.participants,
                ),
            )
        if not entry.reason:
            raise FieldRefused("reason", Message("Say why the earlier figure changes: both stay visible."))
        former.superseded_at = now()
        db().flush()  # of a year only one figure may hold
    assert actor.user_id is not None  # noqa: S101  # a figure has an author
    row = PilotReach(
        pilot_id=pilot.id,
        alliance_id=pilot.alliance_id,
        year=entry.year,
        participants=entry.participants,
        note=entry.note,
        recorded_by_id=actor.user_id,
        recorded_at=now(),
        superseded_at=None,
        cells=[],
    )
    db().add(row)
    db().flush()  # gives the row its id
    for (breakdown, category), participants in sorted(cells.items()):
        row.cells.append(
            PilotReachCell(pilot_reach_id=row.id, breakdown=breakdown, category=category, participants=participants)
        )
    action = "pilot_reach.corrected" if former else "pilot_reach.recorded"
    audit.record(action, row, actor=actor, reason=entry.reason, name=pilot.name, year=str(entry.year))
    return row


def current(pilot_id: int, year: int) -> PilotReach | None:
    """What holds for this year, with its cells."""
    return (
        db()
        .scalars(
            sa.select(PilotReach)
            .where(PilotReach.pilot_id == pilot_id, PilotReach.year == year, PilotReach.superseded_at.is_(None))
            .options(selectinload(PilotReach.cells))
        )
        .one_or_none()
    )


def checked_cells(whole: int, cells: Mapping[CellKey, int]) -> dict[CellKey, int]:
    """The cells as they are kept: each within the whole, and by gender adding up to it.

    What is missing to the whole by gender is counted as not known; target groups may overlap.

    :raise FieldRefused: at the field `breakdown.category`, or at `breakdown` when the sum is wrong.
    """
    if not 0 <= whole <= MOST_PEOPLE:
        raise FieldRefused("participants", Message("This number is too large to be true."))
    for (breakdown, category), participants in cells.items():
        name = f"{breakdown}.{category}"
        if breakdown not in BREAKDOWNS or category not in breakdowns()[breakdown].categories:
            raise FieldRefused(name, Message("Choose from the list."))
        if not 0 <= participants <= whole:
            raise FieldRefused(name, Message("A part is larger than the whole."))
    return {**cells, **_rest_by_gender(whole, cells)}


def _rest_by_gender(whole: int, cells: Mapping[CellKey, int]) -> dict[CellKey, int]:
    parts = {category: participants for (breakdown, category), participants in cells.items() if breakdown == GENDER}
    left = whole - sum(parts.values())
    if not parts or not left:
        return {}
    if left < 0 or UNKNOWN in parts:
        raise FieldRefused(
            GENDER,
            Message(
                "%(breakdown)s: the categories add up to %(sum)s; the whole is %(whole)s.",
                breakdown=breakdowns()[GENDER].name,
                sum=sum(parts.values()),
                whole=whole,
            ),
        )
    return {(GENDER, UNKNOWN): left}


def _says_the_same(former: PilotReach, entry: Entry, cells: Mapping[CellKey, int]) -> bool:
    known = {(cell.breakdown, cell.category): cell.participants for cell in former.cells}
    return (former.participants, former.note, known) == (entry.participants, entry.note, cells)
