"""Alliances at any place in the stappenplan, made through the services."""

from collections.abc import Sequence
from datetime import date

from alliance_tracker.activities.models import LogEntry, LogKind, Presence
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.database import db, now, transaction
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import Actor, Role
from alliance_tracker.stappenplan import service
from alliance_tracker.stappenplan.reading import plan_of
from tests.builders import make_actor, make_alliance, make_full_helix, make_organisation, make_user

#: The criteria of step 1 that nobody needs to decide on when the network is complete.
ONE_OF_EACH_PILLAR = (
    OrganisationKind.COMPANY,
    OrganisationKind.UNIVERSITY_COLLEGE,
    OrganisationKind.LOCAL_AUTHORITY,
    OrganisationKind.STEM_ACADEMY,
)


def coordinator_of(alliance: Alliance) -> Actor:
    return make_actor(Role.COORDINATOR, alliance_id=alliance.id)


def map_stakeholders(where: str = "Geel", each: int = 3) -> None:
    """`each` organisations of every pillar in this municipality."""
    for kind in ONE_OF_EACH_PILLAR:
        for _ in range(each):
            make_organisation(kind=kind, where=[where])


def alliance_ready_for_step_1(name: str = "") -> tuple[Alliance, Actor, list[Partner]]:
    """An alliance of which every required criterion of step 1 is computed as met."""
    alliance = make_alliance(name)
    partners = make_full_helix(alliance)
    actor = coordinator_of(alliance)
    map_stakeholders()
    return alliance, actor, partners


def settle(alliance: Alliance, number: int, actor: Actor, year: int | None = None) -> None:
    """Waive whatever is required and open in a step."""
    with transaction():
        for criterion in plan_of(alliance.id, year).step(number).criteria:
            if criterion.is_required and not criterion.is_settled:
                service.waive(alliance, criterion.key, reason="Niet voor ons.", actor=actor, year=year)


def complete(alliance: Alliance, actor: Actor, *numbers: int, on: date | None = None) -> None:
    """Settle and complete these steps."""
    for number in numbers:
        settle(alliance, number, actor)
        with transaction():
            service.complete_step(alliance, number, actor=actor, on=on)


def log_meeting(
    alliance: Alliance,
    on: date,
    present: Sequence[Partner],
    kind: LogKind = LogKind.MEETING,
    *,
    withdrawn: bool = False,
) -> LogEntry:
    """A log entry with the partners present."""
    author = make_user(Role.OBSERVER)
    with transaction():
        entry = LogEntry(
            alliance_id=alliance.id,
            kind=kind,
            on=on,
            text="Overleg.",
            author_id=author.id,
            logged_at=now(),
            withdrawn_at=now() if withdrawn else None,
            withdrawn_reason="Vergissing." if withdrawn else "",
            presences=[],
        )
        db().add(entry)
        db().flush()
        for partner in present:
            db().add(Presence(log_entry_id=entry.id, partner_id=partner.id, alliance_id=alliance.id))
    return entry
