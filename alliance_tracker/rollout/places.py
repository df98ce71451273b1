"""Whose milestones there are: Flanders, a reference region, a centre city, an alliance."""

from dataclasses import dataclass

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.regions.models import Municipality, Region
from alliance_tracker.rollout.models import Level


@dataclass(frozen=True)
class Place:
    """One of them. It is also what the policy is asked about: only an alliance's place has an `alliance_id`."""

    level: Level
    #: Empty for Flanders, a region's code, a centre city's NIS code, or an alliance's id.
    scope: str
    name: str
    region_code: str | None = None
    alliance_id: int | None = None
    #: An alliance that takes part in the trial of phase B.
    is_trial: bool = False

    @property
    def shown_name(self) -> str | Message:
        """Its name in the reader's language."""
        return Message("Flanders") if self.level is Level.FLANDERS else self.name


FLANDERS = Place(Level.FLANDERS, "", "Vlaanderen")

#: Centre cities are municipalities of today.
IS_CENTRE_CITY = sa.and_(Municipality.is_centre_city, Municipality.valid_until.is_(None))


def of_region(region: Region) -> Place:
    return Place(Level.REGION, region.code, region.name, region_code=region.code)


def of_city(nis_code: str, name: str, region_code: str) -> Place:
    return Place(Level.CENTRE_CITY, nis_code, name, region_code=region_code)


def of_alliance(alliance: Alliance) -> Place:
    return Place(
        Level.ALLIANCE,
        str(alliance.id),
        alliance.name,
        region_code=alliance.region_code,
        alliance_id=alliance.id,
        is_trial=alliance.is_trial,
    )


def in_region(code: str) -> list[Place]:
    """The region and its centre cities of today: none, one, or, in Limburg, two."""
    rows = (
        db()
        .execute(
            sa.select(Region.name, Municipality.nis_code, Municipality.name)
            .outerjoin(Municipality, sa.and_(Municipality.region_code == Region.code, IS_CENTRE_CITY))
            .where(Region.code == code)
            .order_by(Municipality.name_folded)
        )
        .all()
    )
    region = [Place(Level.REGION, code, name, region_code=code) for name, _, _ in rows[:1]]
    return region + [of_city(nis_code, name, code) for _, nis_code, name in rows if nis_code]


def concerning(alliance: Alliance) -> list[Place]:
    """Every place whose milestones concern this alliance: its region, that region's centre cities, itself."""
    return [*in_region(alliance.region_code), of_alliance(alliance)]


def find(level: Level, scope: str) -> Place:
    """Flanders, the region or the centre city with this code.

    :raise NotFound: there is none.
    """
    if level is Level.FLANDERS and not scope:
        return FLANDERS
    if level is Level.REGION and (region := db().get(Region, scope)) is not None:
        return of_region(region)
    if level is Level.CENTRE_CITY:
        city = db().scalars(sa.select(Municipality).where(Municipality.nis_code == scope, IS_CENTRE_CITY)).one_or_none()
        if city is not None:
            return of_city(city.nis_code, city.name, city.region_code)
    raise NotFound(Message("There is nothing at this address."))
