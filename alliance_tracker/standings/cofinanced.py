"""The co-financing of the alliances that follow it, added up by year and region: what its tallies should say.

A delivery, an answer to it and the kind of its organisation change it at once. That nobody disputed a delivery for
thirty days changes it by time alone: the standing of its alliance is recomputed on that day, and this with it.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Confirmation, Delivery
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights import cofinancing
from alliance_tracker.indicators.models import Definition, Indicator
from alliance_tracker.organisations.models import Organisation, OrganisationKind, Pillar
from alliance_tracker.standings.scope import IS_FORMER, Key, Scope

PILLAR = "helix_pillar"
_PILLAR_OF = sa.case(
    *(
        (Organisation.kind.in_([kind for kind in OrganisationKind if kind.pillar is pillar]), sa.literal(pillar.value))
        for pillar in Pillar
    )
)


def counted(scope: Scope) -> dict[Key, dict[str, Any]]:
    """What the tallies of `scope` should say, the whole and by the pillar of the organisation that delivered."""
    if scope.definitions is not None and not scope.definitions & _definitions():
        return {}  # most recounts are of other indicators
    year = cofinancing.year_of(Delivery.on)
    facts = (
        sa.select(
            Definition.id.label("definition_id"),
            year.label("year"),
            Alliance.region_code,
            Alliance.id.label("alliance_id"),
            IS_FORMER.label("is_former"),
            _PILLAR_OF.label("pillar"),
            sa.case((cofinancing.counts(today()), Delivery.value)).label("value"),
        )
        .select_from(Delivery)
        .join(Organisation, Organisation.id == Delivery.organisation_id)
        .join(Alliance, Alliance.id == Delivery.alliance_id)
        .join(Indicator, Indicator.alliance_id == Alliance.id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .where(Definition.key == cofinancing.COFINANCING, *cofinancing.valued(), *scope(Definition))
        .where(*scope.within(year))
        .subquery()
    )
    return _added_up(facts.c) | _added_up(facts.c, facts.c.pillar)


def _added_up(c: Any, *more: Any) -> dict[Key, dict[str, Any]]:
    by = (c.definition_id, c.year, c.region_code, *more)
    former = sa.case((c.is_former, c.alliance_id))
    rows = db().execute(
        sa.select(
            *by,
            sa.func.sum(c.value),
            sa.func.count(sa.distinct(c.alliance_id)),
            sa.func.count(sa.distinct(former)),
        ).group_by(*by)
    )
    found: dict[Key, dict[str, Any]] = {}
    for definition, period, region, *pillar, value, reported, formers in rows:
        breakdown = (PILLAR, pillar[0]) if pillar else ("", "")
        found[definition, period, region, *breakdown] = {
            "value": value or Decimal(0),
            "numerator": Decimal(0),
            "denominator": Decimal(0),
            "reported": reported,
            "not_measured": 0,
            "not_applicable": 0,
            "former": formers,
        }
    return found


def touched_by(touched: Iterable[tuple[str, str, int | None]]) -> Scope | None:
    """What these rows (table, id, alliance) bear on; None for nothing."""
    rows = {(table, int(key)) for table, key, _ in touched if table in {"delivery", "confirmation", "organisation"}}
    if not rows:
        return None

    def of(table: str) -> list[int]:
        return [number for name, number in rows if name == table]

    answered = sa.select(Confirmation.delivery_id).where(Confirmation.id.in_(of("confirmation")))
    found = (
        db()
        .execute(
            sa.select(Alliance.region_code, cofinancing.year_of(Delivery.on))
            .join(Alliance, Alliance.id == Delivery.alliance_id)
            .where(
                sa.or_(
                    Delivery.id.in_(of("delivery")),
                    Delivery.id.in_(answered),
                    Delivery.organisation_id.in_(of("organisation")),
                )
            )
            .distinct()
        )
        .all()
    )
    return _scope(frozenset(region for region, _ in found), frozenset(year for _, year in found))


def of_regions(regions: Iterable[str]) -> Scope | None:
    """Everything of these regions, because a day has come; None for nothing."""
    return _scope(frozenset(regions), None)


def _scope(regions: frozenset[str], periods: frozenset[int] | None) -> Scope | None:
    if not regions:
        return None
    return Scope(regions, _definitions(), periods)


def _definitions() -> frozenset[int]:
    found = sa.select(Definition.id).where(Definition.key == cofinancing.COFINANCING, Definition.alliance_id.is_(None))
    return frozenset(db().scalars(found))
