"""Loading the reference regions and municipalities, and what the project manager keeps about a region."""

import csv
from datetime import date, timedelta

import sqlalchemy as sa

from alliance_tracker import audit, policy, reference
from alliance_tracker.database import check_version, db, folded, lock
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.regions.models import Municipality, Region, RegionFollowUp

#: Since the mergers of 1977; the start of a municipality of which no later one is known.
SINCE_1977 = date(1977, 1, 1)


def _rows(name: str) -> list[dict[str, str]]:
    with reference.path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_reference() -> int:
    """Load the 15 regions and every municipality, today's and those that merged; may be run again.

    What is there already is corrected, nothing is deleted. Returns the number of municipalities of today.
    """
    for row in _rows("regions.csv"):
        db().merge(Region(code=row["code"], name=row["name"], province=row["province"], uri=row["uri"]))
    db().flush()  # municipalities point at their region
    mergers = _rows("municipality_mergers_2025.csv")
    started = {row["new_nis_code"]: date.fromisoformat(row["since"]) for row in mergers}
    current = _rows("municipalities.csv")
    known = {(m.nis_code, m.valid_from): m for m in db().scalars(sa.select(Municipality))}
    for row in current:
        start = started.get(row["nis_code"], SINCE_1977)
        municipality = known.get((row["nis_code"], start))
        if municipality is None:
            municipality = Municipality(nis_code=row["nis_code"], valid_from=start)
            db().add(municipality)
            known[row["nis_code"], start] = municipality
        municipality.name, municipality.name_folded = row["name"], folded(row["name"])
        municipality.region_code = row["region_code"]
        municipality.is_centre_city = row["centre_city"] == "yes"
    _load_merged(mergers, known)
    db().flush()  # every municipality has its id, so that successors can be pointed at
    for row in mergers:
        old = known[row["old_nis_code"], SINCE_1977]
        old.successor_id = known[row["new_nis_code"], date.fromisoformat(row["since"])].id
    return len(current)


def _load_merged(mergers: list[dict[str, str]], known: dict[tuple[str, date], Municipality]) -> None:
    for row in mergers:
        since = date.fromisoformat(row["since"])
        successor = known[row["new_nis_code"], since]
        old = known.get((row["old_nis_code"], SINCE_1977))
        if old is None:
            old = Municipality(nis_code=row["old_nis_code"], valid_from=SINCE_1977)
            # Its last day comes first: two rows of one code may not both be current.
            old.valid_until = since - timedelta(days=1)
            db().add(old)
            known[row["old_nis_code"], SINCE_1977] = old
        old.name, old.name_folded = row["old_name"], folded(row["old_name"])
        old.region_code = successor.region_code
        old.valid_until = since - timedelta(days=1)


def follow_up(
    region: Region,
    *,
    next_step: str,
    next_step_on: date | None,
    stem_poor: bool,
    stem_poor_reason: str,
    version: int | None,
    actor: Actor,
) -> RegionFollowUp:
    """Keep a region's next step, and whether it is STEM-poor, with the reason.

    `version` is that of the row the form was drawn from, 0 where nothing was kept yet.

    :raise EditConflict: somebody else kept something meanwhile.
    :raise FieldRefused: marked as STEM-poor without a reason.
    """
    policy.require(actor, Permission.REGION_FOLLOW, region)
    if stem_poor and not stem_poor_reason:
        raise FieldRefused("stem_poor_reason", Message("Give a reason: it stays visible."))
    lock(region)  # two people who keep the first thing about it come one after the other
    row = db().get(RegionFollowUp, region.code)
    if row is None:
        row = RegionFollowUp(region_code=region.code)
        db().add(row)
    else:
        check_version(row, version)
    row.next_step, row.next_step_on = next_step, next_step_on
    row.stem_poor, row.stem_poor_reason = stem_poor, stem_poor_reason
    audit.record("region_follow_up.kept", row, actor=actor, region=region.name)
    return row
