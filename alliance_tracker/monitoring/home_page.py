"""The home page: for each person what is next over all that is theirs, and how those alliances stand."""

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.alliances.partners import current_partners
from alliance_tracker.database import db
from alliance_tracker.drawing.rings import RingFigures
from alliance_tracker.i18n import Message
from alliance_tracker.monitoring import attention, lists, next_admin, next_up
from alliance_tracker.monitoring.agreements import agreements_of
from alliance_tracker.monitoring.lists import Item
from alliance_tracker.monitoring.next_reports import open_reports
from alliance_tracker.monitoring.overview import Monitor
from alliance_tracker.monitoring.todo import Todo, ordered
from alliance_tracker.monitoring.work import work_of
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.rollout.queries import phases_of
from alliance_tracker.standings.queries import ring_figures, ring_words
from alliance_tracker.stappenplan.queries import plan_of

#: Alliances that are looked into one by one; of the others the summary row tells what is the matter.
LOOKED_INTO = 6
#: Tasks and alliances that the page shows.
SHOWN, CARDS = 12, 12


@dataclass(frozen=True)
class OwnAlliance:
    """One of this person's alliances, as rings and in words."""

    item: Item
    rings: RingFigures
    words: Message


@dataclass(frozen=True)
class HomePage:
    """What is next, and one's own alliances."""

    todo: tuple[Todo, ...]
    more: int
    alliances: tuple[OwnAlliance, ...]
    #: Own alliances that have no card here.
    more_alliances: int


def of(actor: Actor, monitor: Monitor | None) -> HomePage:
    """The home page of this person; `monitor` for those who may read it."""
    own = sorted(lists.own_alliances(actor), key=_most_pressing)
    todos = []
    if monitor is not None and policy.allows(actor, Permission.REGION_FOLLOW):
        todos += attention.of_network(actor, monitor)
    todos += next_admin.of_administrator(actor)
    open_ones = [item for item in own if item.standing.status is not AllianceStatus.ENDED]
    standing = {item.standing.alliance_id: item.standing for item in open_ones}
    agreed = agreements_of(list(standing)[:LOOKED_INTO])
    reports = open_reports(list(standing)[:LOOKED_INTO])
    for alliance in _looked_into(list(standing)[:LOOKED_INTO]):
        found = next_up.of_alliance(
            actor,
            alliance,
            plan_of(alliance.id),
            phases_of(alliance),
            current_partners(alliance.id),
            work_of(alliance.id),
            agreed[alliance.id],
            reports.get(alliance.id, []),
            standing[alliance.id].last_logged_on,
        )
        todos += [replace(todo, alliance=alliance.name) for todo in found]
    for item in open_ones[LOOKED_INTO:]:
        todos += next_up.of_standing(actor, item)
    todos = ordered(todos)
    by_name = sorted(own, key=lambda item: item.name.casefold())
    return HomePage(
        tuple(todos[:SHOWN]),
        max(0, len(todos) - SHOWN),
        tuple(OwnAlliance(item, ring_figures(item.standing), ring_words(item.standing)) for item in by_name[:CARDS]),
        max(0, len(own) - CARDS),
    )


def _most_pressing(item: Item) -> tuple[bool, bool, bool, str]:
    """What no longer holds first, then what lacks a pillar; what was paused comes last."""
    row = item.standing
    return (row.status is AllianceStatus.PAUSED, not row.has_broken_step, not row.has_gap, item.name.casefold())


def _looked_into(ids: list[int]) -> list[Alliance]:
    statement = sa.select(Alliance).where(Alliance.id.in_(ids)).options(selectinload(Alliance.region))
    return list(db().scalars(statement.order_by(Alliance.name_folded)))
