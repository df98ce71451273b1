"""Keeping the summary rows: recomputed with every change of an alliance, in the same transaction, never by hand."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from alliance_tracker import audit
from alliance_tracker.accounts.models import RoleGrant
from alliance_tracker.activities.models import LogEntry
from alliance_tracker.alliances.models import (
    Alliance,
    AllianceStatus,
    Partner,
    PartnerPillar,
    PioneerMandate,
    WorkingArea,
)
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights import cofinancing
from alliance_tracker.impact_reports.queries import ringed_years
from alliance_tracker.organisations.models import Pillar, organisation_municipality
from alliance_tracker.regions.models import Municipality
from alliance_tracker.rollout.queries import phase_of
from alliance_tracker.standings import agreements, figures, terms
from alliance_tracker.standings.models import (
    PILLAR_COLUMNS,
    AllianceStanding,
    CoveredMunicipality,
    MunicipalityTally,
    RegionTally,
)
from alliance_tracker.stappenplan.queries import summary
from alliance_tracker.stappenplan.versions import following


@dataclass(frozen=True)
class Facts:
    """What a standing row should say, what an active alliance covers, and the terms that its goals serve."""

    values: dict[str, Any]
    covered: frozenset[int]
    served: frozenset[terms.Counted]


def facts_of(alliance_id: int) -> Facts:
    """Compute an alliance's standing from its own records."""
    alliance = db().get_one(Alliance, alliance_id)
    steps = summary(alliance_id)
    pillars = Counter(
        db().scalars(
            sa.select(PartnerPillar.pillar)
            .join(Partner, Partner.id == PartnerPillar.partner_id)
            .where(Partner.alliance_id == alliance_id, Partner.until.is_(None), PartnerPillar.until.is_(None))
        )
    )
    partners = db().scalar(
        sa.select(sa.func.count())
        .select_from(Partner)
        .where(Partner.alliance_id == alliance_id, Partner.until.is_(None))
    )
    last_logged_on = db().scalar(
        sa.select(sa.func.max(LogEntry.on)).where(LogEntry.alliance_id == alliance_id, LogEntry.withdrawn_at.is_(None))
    )
    is_pioneer, mandate_turns_on = _mandate(alliance_id)
    next_due_on, convenant_until = agreements.standing_of(alliance_id)
    turning = (steps.recompute_on, mandate_turns_on, cofinancing.turns_on(alliance_id))
    turns = [day for day in turning if day is not None]
    values = {
        "alliance_id": alliance_id,
        "region_code": alliance.region_code,
        "status": alliance.status,
        "phase": phase_of(alliance_id),
        "is_pioneer": is_pioneer,
        **{column: pillars[pillar] for pillar, column in PILLAR_COLUMNS.items()},
        "has_gap": any(not pillars[pillar] for pillar in Pillar),
        "partners": partners or 0,
        "recompute_on": min(turns, default=None),
        "last_logged_on": last_logged_on,
        "next_due_on": next_due_on,
        "convenant_until": convenant_until,
        "report_years": ringed_years(alliance_id),
        "lowest_open_step": steps.lowest_open_step,
        "has_broken_step": steps.has_broken_step,
        **{f"met_{number}": n for number, n in enumerate(steps.met, start=1)},
        **{f"required_{number}": n for number, n in enumerate(steps.required, start=1)},
    }
    covered: frozenset[int] = frozenset()
    if alliance.status is AllianceStatus.ACTIVE:
        covered = frozenset(
            db().scalars(
                sa.select(WorkingArea.municipality_id).where(
                    WorkingArea.alliance_id == alliance_id, WorkingArea.until.is_(None)
                )
            )
        )
    return Facts(values, covered, terms.served_by(alliance))


def _mandate(alliance_id: int) -> tuple[bool, date | None]:
    """Whether the alliance is pioneer today, and the next day on which that changes by time alone."""
    day = today()
    is_pioneer, turns = False, []
    for since, until in db().execute(
        sa.select(PioneerMandate.since, PioneerMandate.until).where(PioneerMandate.alliance_id == alliance_id)
    ):
        if since > day:
            turns.append(since)
        elif until is None or until >= day:
            is_pioneer = True
            if until is not None:
                turns.append(until + timedelta(days=1))
    return is_pioneer, min(turns, default=None)


def counted_in(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The tallies in which an alliance with these values counts; phase, step and gaps only while it is active."""
    yield "status", str(values["status"].value)
    if values["status"] is not AllianceStatus.ACTIVE:
        return
    yield "phase", str(values["phase"].value)
    yield "step", str(values["lowest_open_step"])
    if values["has_broken_step"]:
        yield "broken", "yes"
    for pillar, column in PILLAR_COLUMNS.items():
        if not values[column]:
            yield "gap", pillar.value


def refresh(alliance_ids: Iterable[int]) -> None:
    """Recompute these alliances' rows, and move the tallies by what changed."""
    turned = {region for alliance_id in sorted(set(alliance_ids)) if (region := _refresh_one(alliance_id))}
    db().flush()  # the count reads what was written
    figures.turn(turned)


def _refresh_one(alliance_id: int) -> str | None:
    """Recompute one alliance's row; its region, if a day has come on which something changes by time alone."""
    facts = facts_of(alliance_id)
    row = db().get(AllianceStanding, alliance_id)
    has_turned = row is not None and row.recompute_on is not None and row.recompute_on <= today()
    served_before = terms.counted(alliance_id)
    moves: Counter[tuple[str, str, str]] = Counter()
    if row is None:
        row = AllianceStanding(**facts.values)
        db().add(row)
    else:
        before = values_of(row)
        for dimension, value in (*counted_in(before), *served_before):
            moves[before["region_code"], dimension, value] -= 1
        for name, value in facts.values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    for dimension, value in (*counted_in(facts.values), *facts.served):
        moves[facts.values["region_code"], dimension, value] += 1
    for (region_code, dimension, value), step in moves.items():
        if step:
            move(RegionTally, {"region_code": region_code, "dimension": dimension, "value": value}, step)
    _cover(alliance_id, facts.covered)
    terms.keep(alliance_id, served_before, facts.served)
    return row.region_code if has_turned else None


def values_of(row: AllianceStanding) -> dict[str, Any]:
    """The columns of a standing row."""
    return {column.key: getattr(row, column.key) for column in sa.inspect(AllianceStanding).column_attrs}


def move(table: Any, key: dict[str, Any], step: int, **more: Any) -> None:
    """Move the tally with this key by `step`; `more` are the other columns of one that does not exist yet."""
    condition = [getattr(table, name) == value for name, value in key.items()]
    moved = db().execute(sa.update(table).where(*condition).values(alliances=table.alliances + step))
    if moved.rowcount == 0:  # type: ignore[attr-defined]  # the result of an UPDATE has it
        db().add(table(**key, **more, alliances=step))
        db().flush()  # the next move of the same tally must find it


def _cover(alliance_id: int, covered: frozenset[int]) -> None:
    counted = set(
        db().scalars(
            sa.select(CoveredMunicipality.municipality_id).where(CoveredMunicipality.alliance_id == alliance_id)
        )
    )
    for municipality_id in covered - counted:
        municipality = db().get_one(Municipality, municipality_id)
        db().add(CoveredMunicipality(alliance_id=alliance_id, municipality_id=municipality_id))
        move(MunicipalityTally, {"municipality_id": municipality_id}, 1, region_code=municipality.region_code)
    for municipality_id in counted - covered:
        db().execute(
            sa.delete(CoveredMunicipality).where(
                CoveredMunicipality.alliance_id == alliance_id, CoveredMunicipality.municipality_id == municipality_id
            )
        )
        move(MunicipalityTally, {"municipality_id": municipality_id}, -1)


# Following the facts -----------------------------------------------------------------------------------------------


@event.listens_for(Session, "before_commit")
def _follow(session: Session) -> None:
    """Refresh what the transaction touched; this listener runs after the audit trail's."""
    touched = audit.take_touched(session)
    if not touched:
        return
    alliances = {alliance_id for _, _, alliance_id in touched if alliance_id is not None}
    alliances |= _working_where({int(key) for table, key, _ in touched if table == "organisation"})
    alliances |= following({int(key) for table, key, _ in touched if table == "plan"})
    alliances |= _coordinated_by({int(key) for table, key, _ in touched if table == "user_account"})
    refresh(alliances)
    session.flush()
    agreements.follow(touched)
    figures.follow(touched)


def _working_where(organisation_ids: set[int]) -> set[int]:
    """Alliances whose map of actors may change with these organisations."""
    if not organisation_ids:
        return set()
    places = sa.select(organisation_municipality.c.municipality_id).where(
        organisation_municipality.c.organisation_id.in_(organisation_ids)
    )
    return set(
        db().scalars(
            sa.select(WorkingArea.alliance_id).where(
                WorkingArea.municipality_id.in_(places), WorkingArea.until.is_(None)
            )
        )
    )


def _coordinated_by(user_ids: set[int]) -> set[int]:
    if not user_ids:
        return set()
    return set(
        db().scalars(
            sa.select(RoleGrant.alliance_id).where(
                RoleGrant.user_id.in_(user_ids), RoleGrant.alliance_id.is_not(None), RoleGrant.ended_at.is_(None)
            )
        )
    )


def refresh_due() -> int:
    """Recompute the alliances of which something changes today by time alone; the number of them."""
    due = list(
        db().scalars(
            sa.select(AllianceStanding.alliance_id).where(AllianceStanding.recompute_on <= today()).limit(5000)
        )
    )
    refresh(due)
    return len(due)


# Proving that nothing drifted --------------------------------------------------------------------------------------


def drift() -> Iterator[str]:
    """Each summary row that differs from the facts, in a sentence for the operator."""
    regions: Counter[tuple[str, str, str]] = Counter()
    places: Counter[int] = Counter()
    for alliance_id in db().scalars(sa.select(Alliance.id).order_by(Alliance.id)).all():
        facts = facts_of(alliance_id)
        yield from _row_drift(alliance_id, facts)
        counted = (*counted_in(facts.values), *facts.served)
        regions.update((facts.values["region_code"], *tally) for tally in counted)
        places.update(facts.covered)
        db().expunge_all()
    kept = {(t.region_code, t.dimension, t.value): t.alliances for t in db().scalars(sa.select(RegionTally))}
    yield from _tally_drift("tally", kept, regions)
    kept_places = {t.municipality_id: t.alliances for t in db().scalars(sa.select(MunicipalityTally))}
    yield from _tally_drift("municipality", kept_places, places)
    yield from agreements.drift()
    yield from figures.drift()


def _row_drift(alliance_id: int, facts: Facts) -> Iterator[str]:
    row = db().get(AllianceStanding, alliance_id)
    if row is None:
        yield f"alliance {alliance_id} has no standing"
        return
    for name, value in values_of(row).items():
        if value != facts.values[name]:
            yield f"alliance {alliance_id}: {name} is kept as {value!r}, the facts say {facts.values[name]!r}"
    kept = terms.counted(alliance_id)
    for scheme, key in sorted(kept ^ facts.served):
        words = "counted, the facts say it is not" if (scheme, key) in kept else "not counted, the facts say it is"
        yield f"alliance {alliance_id}: {scheme} {key} is {words}"


def _tally_drift(what: str, kept: Mapping[Any, int], counted: Counter[Any]) -> Iterator[str]:
    for key in sorted(set(kept) | set(counted)):
        if kept.get(key, 0) != counted[key]:
            yield f"{what} {key} is kept as {kept.get(key, 0)}, the facts say {counted[key]}"
