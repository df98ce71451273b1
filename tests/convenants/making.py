"""A convenant with something in every section, and an addendum that changes most of them."""

import dataclasses
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.commitments import wordings
from alliance_tracker.commitments.models import CommitmentKind, Nature, Unit
from alliance_tracker.convenants import beginning, drafting, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.database import transaction
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import (
    make_actor,
    make_alliance,
    make_draft_convenant,
    make_goal,
    make_organisation,
    make_partner,
    offer_and_sign,
    promise,
    reload_version,
)

TASKS = "Het STEM-lab openhouden voor alle scholen.\n\nElke zomer een kamp inrichten in elke gemeente."


@dataclass(frozen=True)
class Rich:
    """An alliance with two partners and a draft that has something in every section."""

    alliance: Alliance
    town: Partner
    school: Partner
    version: ConvenantVersion


def rich_draft(alliance: Alliance | None = None, **more: Any) -> Rich:
    """The draft; `more` are further fields of it."""
    alliance = alliance or make_alliance("STEM-alliantie Neteland")
    town = make_partner(
        alliance,
        make_organisation("Stad Herentals", OrganisationKind.LOCAL_AUTHORITY, identifiers={}),
        responsibility="Trekt.",
    )
    school = make_partner(alliance, make_organisation("Hogeschool Kempen", OrganisationKind.UNIVERSITY_COLLEGE))
    goal = make_goal(alliance, "Meer meisjes in techniek", owner=town)
    facts: dict[str, Any] = {
        "title": "Convenant STEM Neteland 2026-2028",
        "subject": "De partijen werken samen zodat elke jongere STEM ontdekt.",
        "goals_text": "Elk jaar nemen meer jongeren deel.",
        "tasks": TASKS,
        "goals": frozenset({goal.id}),
        "minimum_cofinancing": Decimal(40),
        "ceilings": {2026: Decimal("12500.00"), 2027: Decimal("15000.00")},
        "reporting_on": (date(2027, 3, 31), date(2028, 3, 31)),
        "evaluation_on": date(2028, 6, 30),
        "asked_indicators": ("reach-participants",),
        "amendment": "Een wijziging gebeurt met een addendum.",
        "suspension": "De uitbetaling wordt opgeschort zolang een verslag ontbreekt.",
        "recovery": "Wat niet gebruikt werd, wordt terugbetaald.",
        "termination": "Elke partij kan opzeggen met drie maanden.",
    }
    commitments = [
        promise(town, school, description="Lesuren in het STEM-lab", unit_value=Decimal("42.50"), goal_id=goal.id),
        promise(
            town,
            description="Een jaarlijkse bijdrage",
            kind=CommitmentKind.MONEY,
            unit=Unit.EUR,
            nature=Nature.RESULT,
            years={2026: wordings.InYear(Decimal("2500.00"), date(2026, 12, 1))},
        ),
    ]
    version = make_draft_convenant(alliance, parties=[town, school], commitments=commitments, **(facts | more))
    with transaction():
        wanted = [
            dataclasses.replace(
                drafting.party_draft_of(party),
                signatures_needed=2,
                signs_as="de burgemeester en de algemeen directeur",
                decided_by="de gemeenteraad",
            )
            if party.organisation_id == town.organisation_id
            else drafting.party_draft_of(party)
            for party in version.parties
        ]
        convenants.set_parties(version, wanted, actor=SYSTEM)
    return Rich(alliance, town, school, reload_version(version))


def rich_offer() -> Rich:
    """The same, offered, and signed by one of the two who sign for the town."""
    rich = rich_draft()
    clerk = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        signing.offer(rich.version, actor=clerk)
    version = reload_version(rich.version)
    party = next(p for p in version.parties if p.organisation_id == rich.town.organisation_id)
    on = version.offered_on or date(2026, 1, 1)
    with transaction():
        signing.record_paper(version, party, signing.Signing("Mien Van Olmen", "burgemeester", on, on), actor=clerk)
    return dataclasses.replace(rich, version=reload_version(version))


def rich_addendum() -> tuple[Rich, ConvenantVersion]:
    """A convenant in force and the draft of an addendum to it."""
    rich = rich_draft()
    with transaction():  # one signature each is enough here
        wanted = [
            dataclasses.replace(drafting.party_draft_of(party), signatures_needed=1) for party in rich.version.parties
        ]
        convenants.set_parties(rich.version, wanted, actor=SYSTEM)
    version = offer_and_sign(rich.version)
    company = make_partner(rich.alliance, make_organisation("Nike Laakdal"))
    with transaction():
        later = beginning.start_addendum(version.convenant, actor=SYSTEM)
        draft = drafting.draft_of(later)
        convenants.edit(
            later,
            dataclasses.replace(
                draft,
                change_note="Een bedrijf treedt toe en de termijn loopt een jaar langer.",
                tasks=TASKS.replace("alle scholen", "alle scholen en verenigingen"),
                suspension="",
                ends_on=date(2029, 12, 31),
                ceilings={2026: Decimal("12500.00"), 2027: Decimal("18000.00"), 2028: Decimal("9000.00")},
                minimum_cofinancing=Decimal("45.5"),
            ),
            actor=SYSTEM,
        )
    later = reload_version(later)
    with transaction():
        wanted = [drafting.party_draft_of(p) for p in later.parties if p.organisation_id != rich.school.organisation_id]
        first, second = later.wordings
        convenants.edit_commitment(
            later,
            first,
            dataclasses.replace(
                wordings.draft_of(first),
                bearers={rich.town.organisation_id: Decimal(100)},
                years={
                    2026: wordings.InYear(Decimal(10), date(2026, 12, 31)),
                    2027: wordings.InYear(Decimal(12), date(2027, 11, 30)),
                },
            ),
            actor=SYSTEM,
        )
        convenants.remove_commitment(later, second, actor=SYSTEM)
    later = reload_version(later)
    with transaction():
        convenants.set_parties(later, [*wanted, drafting.PartyDraft(company.organisation_id)], actor=SYSTEM)
    later = reload_version(later)
    with transaction():
        convenants.add_commitment(later, promise(company, description="Bedrijfsbezoeken"), actor=SYSTEM)
    return rich, reload_version(later)
