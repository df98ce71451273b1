"""What the tests of the rollout share: actors, places, and milestones recorded through the service."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, PioneerMandate
from alliance_tracker.database import db, transaction
from alliance_tracker.policy import SYSTEM, Actor
from alliance_tracker.regions.models import Region
from alliance_tracker.rollout import milestones, phases, places
from alliance_tracker.rollout.models import Level, MilestoneRecord, MilestoneStatus, PhaseDecision, PhaseLetter
from alliance_tracker.rollout.places import Place

DONE, NOT_DONE, NOT_APPLICABLE = MilestoneStatus.DONE, MilestoneStatus.NOT_DONE, MilestoneStatus.NOT_APPLICABLE
A, B, C = PhaseLetter

KEMPEN, WESTHOEK, LIMBURG = "REFREG03", "REFREG07", "REFREG15"
TURNHOUT, GENK, HASSELT = "13040", "71016", "71072"


def region_place(code: str) -> Place:
    return places.find(Level.REGION, code)


def city_place(nis_code: str) -> Place:
    return places.find(Level.CENTRE_CITY, nis_code)


def record(key: str, place: Place, *, actor: Actor = SYSTEM, **more: Any) -> MilestoneRecord:
    """Record a milestone as done on 1 March 2026, unless told otherwise."""
    facts = {"status": DONE, "done_on": date(2026, 3, 1), **more}
    with transaction():
        return milestones.record(milestones.by_key(key), place, actor=actor, **facts)


def decide(alliance: Alliance, target: PhaseLetter, *, actor: Actor = SYSTEM, **more: Any) -> PhaseDecision:
    """Move an alliance on 1 June 2026, unless told otherwise."""
    with transaction():
        alliance = db().get_one(Alliance, alliance.id)  # it may come from another context
        return phases.decide(alliance, target, actor=actor, **{"on": date(2026, 6, 1), **more})


def bring_to(alliance: Alliance, target: PhaseLetter) -> None:
    """Bring an alliance from phase A to `target`, in spite of whatever is missing."""
    for letter in (B, C)[: (A, B, C).index(target)]:
        decide(alliance, letter, in_spite=True, reason="Om te testen.")


def make_pioneer(alliance: Alliance, since: date = date(2026, 2, 1), until: date | None = None) -> PioneerMandate:
    with transaction():
        return alliances.give_mandate(alliance, task="Verspreiden.", since=since, until=until, actor=SYSTEM)


def region(code: str) -> Region:
    return db().scalars(sa.select(Region).where(Region.code == code)).one()
