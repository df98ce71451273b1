"""The home page: for each person what is next over all that is theirs, and how those alliances stand."""

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.partners import current_partners
from alliance_tracker.database import db
from alliance_tracker.drawing.rings import RingFigures
from alliance_tracker.i18n import Message
from alliance_tracker.monitoring import attention, lists, next_up
from alliance_tracker.monitoring.lists import Item
from alliance_tracker.monitoring.overview import Monitor
from alliance_tracker.monitoring.todo import Todo, ordered
from alliance_tracker.monitoring.work import work_of
from alliance_tracker.policy import Actor
from alliance_tracker.rollout.queries import phases_of
from alliance_tracker.standings.queries import ring_figures, ring_words
from alliance_tracker.stappenplan.queries import plan_of

#: Alliances that are looked into one by one; who has more reads the list.
LOOKED_INTO = 4
SHOWN = 10


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


def of(actor: Actor, monitor: Monitor | None) -> HomePage:
    """The home page of this person; `monitor` for those who may read it."""
    own = lists.own_alliances(actor)
    todos = attention.of_network(actor, monitor) if monitor is not None else []
    for alliance in _looked_into([item.standing.alliance_id for item in own[:LOOKED_INTO]]):
        standing = next(item.standing for item in own if item.standing.alliance_id == alliance.id)
        found = next_up.of_alliance(
            actor,
            alliance,
            plan_of(alliance.id),
            phases_of(alliance),
            current_partners(alliance.id),
            work_of(alliance.id),
            standing.last_logged_on,
        )
        todos += [replace(todo, alliance=alliance.name) for todo in found]
    todos = ordered(todos)
    return HomePage(
        tuple(todos[:SHOWN]),
        max(0, len(todos) - SHOWN),
        tuple(OwnAlliance(item, ring_figures(item.standing), ring_words(item.standing)) for item in own),
    )


def _looked_into(ids: list[int]) -> list[Alliance]:
    statement = sa.select(Alliance).where(Alliance.id.in_(ids)).options(selectinload(Alliance.region))
    return list(db().scalars(statement.order_by(Alliance.name_folded)))
