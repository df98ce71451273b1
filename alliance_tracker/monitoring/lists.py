"""The list of alliances that a person may see, with filters; two statements a page."""

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus, Provenance
from alliance_tracker.database import db, like
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.policy import Actor
from alliance_tracker.regions.models import Region
from alliance_tracker.standings.models import PILLAR_COLUMNS, AllianceStanding

#: More alliances than anybody coordinates.
OWN = 200
PAGE = 24


@dataclass(frozen=True)
class Filters:
    """What the address asks for; empty means everything."""

    q: str = ""
    region: str = ""
    status: str = ""
    phase: str = ""
    step: str = ""
    gap: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filters as SQL; a value that is none of the known ones is left out."""
        found: list[sa.ColumnElement[bool]] = []
        if self.q:
            found.append(Alliance.name_folded.like(like(self.q), escape="\\"))
        if self.region:
            found.append(Alliance.region_code == self.region[:10])
        if self.status in set(AllianceStatus):
            found.append(AllianceStanding.status == AllianceStatus(self.status))
        if self.phase in {"A", "B", "C"}:
            found.append(AllianceStanding.phase == self.phase)
        if self.step in {"1", "2", "3", "4", "5"}:
            found.append(AllianceStanding.lowest_open_step == int(self.step))
        if self.gap in set(Pillar):
            found.append(getattr(AllianceStanding, PILLAR_COLUMNS[Pillar(self.gap)]) == 0)
        return found

    def as_query(self) -> dict[str, str]:
        """The filters that are set, for an address."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def are_set(self) -> bool:
        return bool(self.as_query())


@dataclass(frozen=True)
class Item:
    """One alliance in the list."""

    slug: str
    name: str
    region: str
    provenance: Provenance
    standing: AllianceStanding


@dataclass(frozen=True)
class AlliancePage:
    """A page of the list; `total` counts all that the filters let through."""

    items: tuple[Item, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def alliance_page(actor: Actor, filters: Filters, number: int) -> AlliancePage:
    """One page of the alliances that `actor` may see, by name."""
    total, items = alliance_window(actor, filters, limit=PAGE, offset=(number - 1) * PAGE)
    return AlliancePage(tuple(items), total, number)


def alliance_window(actor: Actor, filters: Filters, *, limit: int, offset: int) -> tuple[int, list[Item]]:
    """How many alliances `actor` may see, and those from `offset` on, by name."""
    conditions = [policy.visible_alliances(actor, Alliance), *filters.conditions()]
    total = db().scalar(
        sa.select(sa.func.count())
        .select_from(Alliance)
        .join(AllianceStanding, AllianceStanding.alliance_id == Alliance.id)
        .where(*conditions)
    )
    rows = db().execute(items(*conditions).limit(limit).offset(offset))
    return total or 0, [Item(*row) for row in rows]


def items(*conditions: sa.ColumnElement[bool]) -> sa.Select[str, str, str, Provenance, AllianceStanding]:
    """The columns of an `Item`, by name, under these conditions."""
    return (
        sa.select(Alliance.slug, Alliance.name, Region.name, Alliance.provenance, AllianceStanding)
        .join(AllianceStanding, AllianceStanding.alliance_id == Alliance.id)
        .join(Region, Region.code == Alliance.region_code)
        .where(*conditions)
        .order_by(Alliance.name_folded, Alliance.id)
    )


def own_alliances(actor: Actor) -> list[Item]:
    """The alliances in which this person coordinates, reports or represents a partner, by name."""
    mine = actor.coordinated_alliances | actor.partner_alliances
    pioneers_here = sa.and_(AllianceStanding.is_pioneer, Alliance.region_code.in_(actor.reported_regions))
    is_own = sa.or_(Alliance.id.in_(mine), pioneers_here, Alliance.proposed_by_id == (actor.user_id or 0))
    return [Item(*row) for row in db().execute(items(is_own).limit(OWN))]
