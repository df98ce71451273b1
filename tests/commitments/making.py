"""An alliance with a convenant in force: two partners and VLAIO, each with a person who speaks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, Partner, PartnerRoleKind
from alliance_tracker.commitments import answering, delivering, wordings
from alliance_tracker.commitments.models import Answer, Confirmation, Delivery, Instalment
from alliance_tracker.convenants import drafting
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import db, today, transaction
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor, Role
from tests.builders import instalments_of, make_actor, make_alliance, make_convenant, make_partner, promise

#: The due dates of the promises that are made here: long enough to go, unless a test says otherwise.
YEARS = {
    2026: wordings.InYear(Decimal(10), date(2026, 12, 31)),
    2027: wordings.InYear(Decimal(10), date(2027, 12, 31)),
}


@dataclass(frozen=True)
class Field:
    """Two partners and VLAIO, which each promised ten hours a year, and who speaks for whom."""

    alliance: Alliance
    convenant: Convenant
    one: Partner
    other: Partner
    coordinator: Actor
    speaks_for_one: Actor
    speaks_for_other: Actor
    manager: Actor

    def instalment(self, organisation_id: int | None = None, year: int = 2026) -> Instalment:
        """An instalment as it stands now, the first partner's unless told."""
        wanted = organisation_id or self.one.organisation_id
        rows = instalments_of(self.convenant)
        number = next(row.id for row in rows if row.organisation_id == wanted and row.year == year)
        found = delivering.instalment_by_id(number)
        assert found is not None
        return found

    @property
    def vlaio(self) -> Organisation:
        return drafting.office()


def make_field(*, years: Mapping[int, wordings.InYear] | None = None, **more: Any) -> Field:
    """Everything, through the services; `more` are further fields of each promise."""
    alliance = make_alliance()
    one = make_partner(alliance)
    other = make_partner(alliance, roles=[PartnerRoleKind.COORDINATOR])
    facts: dict[str, Any] = {"years": years or YEARS} | more

    class Office:
        organisation_id = drafting.office().id

    promises = [promise(bearer, **facts) for bearer in (one, other, Office)]  # type: ignore[arg-type]  # has its id
    return Field(
        alliance,
        make_convenant(alliance, parties=[one, other], commitments=promises),
        one,
        other,
        make_actor(Role.COORDINATOR, alliance_id=alliance.id),
        make_actor(Role.PARTNER, organisation_id=one.organisation_id),
        make_actor(Role.PARTNER, organisation_id=other.organisation_id),
        make_actor(Role.PROJECT_MANAGER),
    )


def log(instalment: Instalment, quantity: Any = 4, *, by: Actor, on: date | None = None, note: str = "") -> Delivery:
    """A delivery of `instalment`, of today unless told."""
    with transaction():
        found = delivering.log(instalment, delivering.Draft(on or today(), Decimal(str(quantity)), note), actor=by)
    return reload(found)


def reload(delivery: Delivery) -> Delivery:
    """A delivery as it stands now."""
    found = delivering.delivery_by_id(delivery.id)
    assert found is not None
    return found


def answer(delivery: Delivery, said: Answer, *, by: Actor, reason: str = "", **more: Any) -> Confirmation:
    """An answer to a delivery."""
    with transaction():
        return answering.answer(reload(delivery), said, reason=reason, actor=by, **more)


def answers_of(delivery: Delivery) -> list[tuple[int, Answer]]:
    """Who said what of a delivery, the oldest first."""
    rows = db().scalars(
        sa.select(Confirmation).where(Confirmation.delivery_id == delivery.id).order_by(Confirmation.id)
    )
    return [(row.organisation_id, row.answer) for row in rows]
