"""The first version of the shared catalogue, loaded from the reference data as a published one."""

import tomllib
from typing import Any

import sqlalchemy as sa

from alliance_tracker import reference
from alliance_tracker.database import db, now
from alliance_tracker.indicators.lifecycle import CATALOGUE
from alliance_tracker.indicators.models import (
    AllianceRule,
    Catalogue,
    CatalogueEntry,
    CatalogueStatus,
    Counting,
    Definition,
    Direction,
    Kind,
    PeriodRule,
    Unit,
)
from alliance_tracker.indicators.periods import PeriodKind
from alliance_tracker.policy import SYSTEM


def load_reference() -> bool:
    """Load the version of the reference file; may be run again. Returns whether it was new.

    A version that is there already is left alone: what alliances measure does not change its meaning under them.
    """
    with reference.path("indicators.toml").open("rb") as file:
        source = tomllib.load(file)
    if db().scalar(sa.select(Catalogue.id).where(Catalogue.label == source["version"])):
        return False
    catalogue = Catalogue(
        label=source["version"], status=CatalogueStatus.DRAFT, valid_from=source["valid_from"], published_at=None
    )
    db().add(catalogue)
    db().flush()  # gives the catalogue its id
    CATALOGUE.start(catalogue, actor=SYSTEM, on=catalogue.valid_from)
    definitions = [_definition(row) for row in source["indicator"]]
    db().add_all(definitions)
    db().flush()  # gives the definitions their ids
    db().add_all(entry_of(d, catalogue.id, position) for position, d in enumerate(definitions, start=1))
    db().flush()  # a published catalogue takes no more entries: the database refuses them
    CATALOGUE.apply(catalogue, "publish", actor=SYSTEM, on=catalogue.valid_from)
    catalogue.published_at = now()
    db().flush()
    return True


def entry_of(definition: Definition, catalogue_id: int, position: int) -> CatalogueEntry:
    """What a version of the catalogue says of an indicator, taken from its present words."""
    names = ("name_nl", "name_en", "numerator_nl", "numerator_en", "denominator_nl", "denominator_en", "min_cell")
    return CatalogueEntry(
        catalogue_id=catalogue_id,
        definition_id=definition.id,
        position=position,
        breakdowns=list(definition.breakdowns),
        **{name: getattr(definition, name) for name in names},
    )


def _definition(row: dict[str, Any]) -> Definition:
    words = {
        f"{part}_{language}": row.get(part, {}).get(language, "")
        for part in ("name", "numerator", "denominator")
        for language in ("nl", "en")
    }
    return Definition(
        alliance_id=None,
        key=row["key"],
        unit=Unit(row["unit"]),
        kind=Kind(row["kind"]),
        period_kind=PeriodKind(row["period"]),
        over_periods=PeriodRule(row["over_periods"]),
        over_alliances=AllianceRule(row["aggregate"]),
        direction=Direction(row["direction"]),
        counting=Counting(row["counting"]) if "counting" in row else None,
        counts_people=row.get("counts_people", False),
        is_derived="derived_from" in row,
        is_prefilled="prefilled_from" in row,
        breakdowns=row["breakdowns"],
        min_cell=row["min_cell"],
        retired_on=None,
        **words,
    )
