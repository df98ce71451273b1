"""What the tests of accounts share: a convenant with something late, and deliveries as they are kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from alliance_tracker.accounts.models import User
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.commitments import counting, wordings
from alliance_tracker.commitments.models import CommitmentKind, Delivery, Instalment, Unit
from alliance_tracker.convenants.drafting import office
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import db, now, today, transaction
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Role
from tests.builders import (
    instalments_of,
    make_alliance,
    make_convenant,
    make_organisation,
    make_partner,
    make_user,
    promise,
)


def year(quantity: Any, due_on: date) -> dict[int, wordings.InYear]:
    """A promise for the year of its due date."""
    return {due_on.year: wordings.InYear(Decimal(quantity), due_on)}


@dataclass
class Stage:
    """An alliance on 21 November 2026 in which a partner and VLAIO are late, and another partner is in time."""

    alliance: Alliance
    town: Partner
    firm: Partner
    convenant: Convenant
    coordinator: User
    manager: User
    mayor: User
    boss: User
    #: Ids that a test of pages needs outside a session.
    slug: str
    town_id: int
    firm_id: int
    rows: list[int]

    def instalment(self, number: int) -> Instalment:
        """The instalment of the commitment with this number: 1 late of the town, 2 of the firm, 3 VLAIO's, late."""
        return instalments_of(self.convenant)[number - 1]


def make_stage() -> Stage:
    """The town owes ten hours since 30 June, the firm 1000 euro by the end of the year, VLAIO an answer since March."""
    alliance = make_alliance("Kempen Samen")
    town = make_partner(alliance, make_organisation("Stad Geel"))
    firm = make_partner(alliance, make_organisation("Bedrijf Een"))
    hours = promise(town, description="Uren in de klas", years=year(10, date(2026, 6, 30)))
    money = promise(
        firm,
        description="Bijdrage in geld",
        kind=CommitmentKind.MONEY,
        unit=Unit.EUR,
        years=year("1000.00", date(2026, 12, 31)),
    )
    answer = promise(
        office(),
        description="Antwoord op de vraag",
        kind=CommitmentKind.DECISION,
        unit=Unit.TIMES,
        years=year(1, date(2026, 3, 31)),
    )
    convenant = make_convenant(
        alliance,
        parties=[town, firm],
        commitments=[hours, money, answer],
        ceilings={2026: Decimal(5000)},
    )
    return Stage(
        alliance,
        town,
        firm,
        convenant,
        coordinator=make_user(Role.COORDINATOR, email="cas@example.org", name="Cas", alliance_id=alliance.id),
        manager=make_user(Role.PROJECT_MANAGER, email="vera@example.org", name="Vera"),
        mayor=make_user(Role.PARTNER, email="mia@example.org", name="Mia", organisation_id=town.organisation_id),
        boss=make_user(Role.PARTNER, email="bob@example.org", name="Bob", organisation_id=firm.organisation_id),
        slug=alliance.slug,
        town_id=town.organisation_id,
        firm_id=firm.organisation_id,
        rows=[row.id for row in instalments_of(convenant)],
    )


def deliver(
    row: Instalment, quantity: Any, *, on: date | None = None, by: int | None = None, author: User, **more: Any
) -> Delivery:
    """A delivery of `row` by its bearer, kept as the application keeps it; `more` are further columns."""
    with transaction():
        delivery = Delivery(
            alliance_id=row.alliance_id,
            instalment_id=row.id,
            organisation_id=by or row.organisation_id,
            on=on or today(),
            quantity=Decimal(quantity),
            logged_by_id=author.id,
            logged_at=now(),
            **({"accepted_from": today() + timedelta(days=30), "value": None, "side": row.side} | more),
        )
        db().add(delivery)
        db().flush()
        counting.recount(row)
    return delivery


def organisation(partner: Partner) -> Organisation:
    """The organisation of a partner."""
    return db().get_one(Organisation, partner.organisation_id)
