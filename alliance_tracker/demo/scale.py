"""A synthetic portfolio of any size, in bulk, for measuring: never mixed with real data.

The alliances follow a few archetypes. Of each archetype one alliance's standing is computed from its facts; the others
of that archetype have the same facts, and so the same standing. `flask check-data` recomputes every one of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.accounts.models import RoleGrant, User
from alliance_tracker.activities.models import LogEntry, LogKind, Presence
from alliance_tracker.alliances.models import (
    Alliance,
    AllianceStatus,
    Partner,
    PartnerPillar,
    PartnerRole,
    PartnerRoleKind,
    Provenance,
    WorkingArea,
)
from alliance_tracker.database import Base, db, now, today, transaction
from alliance_tracker.demo import scale_agreements, scale_figures, scale_goals
from alliance_tracker.demo.bulk import insert
from alliance_tracker.organisations.models import Organisation, OrganisationKind, OrganisationName
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.regions.models import Municipality, Region
from alliance_tracker.rollout.models import AlliancePhase, PhaseLetter
from alliance_tracker.standings import models as kept
from alliance_tracker.standings import service as standings
from alliance_tracker.stappenplan.models import Criterion, CriterionState, CriterionStatus, Plan, PlanAdoption, Step
from alliance_tracker.workflow import StatusEvent

BATCH = 500
#: Synthetic organisations are numbered from here on: those of the reference data come before.
FIRST_ORGANISATION = 1000
#: Alliances of one region that share a set of organisations.
SHARED_BY = 10
KINDS = (
    OrganisationKind.COMPANY,
    OrganisationKind.UNIVERSITY_COLLEGE,
    OrganisationKind.LOCAL_AUTHORITY,
    OrganisationKind.STEM_ACADEMY,
    OrganisationKind.COMPANY,
    OrganisationKind.SECONDARY_SCHOOL,
)


@dataclass(frozen=True)
class Archetype:
    """What the alliances of one kind have in common: partners, criteria met by a person, log entries, phase."""

    partners: int
    met: int
    entries: int
    phase: PhaseLetter | None


ARCHETYPES = (
    Archetype(6, 9, 24, PhaseLetter.C),
    Archetype(4, 5, 12, PhaseLetter.B),
    Archetype(3, 2, 6, PhaseLetter.B),
    Archetype(2, 0, 2, None),
    Archetype(5, 7, 18, PhaseLetter.B),
)


class NotEmpty(Exception):
    """There are alliances already: a synthetic portfolio is made in a database without any."""


def make(alliances: int, *, actor_id: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """Make `alliances` synthetic alliances with `actor_id` as author; `progress` gets the number made in each batch.

    Each batch is its own transaction: an interruption leaves whole batches, whose tallies are right.

    :raise NotEmpty: the database holds alliances already.
    """
    if db().scalar(sa.select(sa.func.count()).select_from(Alliance)):
        raise NotEmpty
    with transaction():
        _organisations(alliances)
    for first in range(1, alliances + 1, BATCH):
        numbers = range(first, min(first + BATCH, alliances + 1))
        with transaction():
            _portfolio(numbers, actor_id)
            scale_figures.count()
        progress(len(numbers))


def _organisations(alliances: int) -> None:
    """In each region one set of six organisations, one of each kind, for every ten of its alliances."""
    rows, names = [], []
    regions = db().scalars(sa.select(Region.code).order_by(Region.code)).all()
    sets = range(1 + alliances // (len(regions) * SHARED_BY))
    wanted = ((code, kind) for _ in sets for code in regions for kind in KINDS)
    for number, (code, kind) in enumerate(wanted, start=FIRST_ORGANISATION):
        name = f"Organisatie {number} {code}"
        rows.append({"id": number, "name": name, "name_folded": name.lower(), "kind": kind, "is_fictitious": True})
        names.append({"organisation_id": number, "name": name, "name_folded": name.lower(), "since": today()})
    insert(Organisation, [{**row, "status": "active", "website": "", "note": "", "version": 1} for row in rows])
    insert(OrganisationName, names)
    insert(StatusEvent, _organisation_events())


def _portfolio(numbers: range, actor_id: int) -> None:
    regions = db().scalars(sa.select(Region.code).order_by(Region.code)).all()
    places: dict[str, list[int]] = {code: [] for code in regions}
    for code, place in db().execute(
        sa.select(Municipality.region_code, Municipality.id).where(Municipality.valid_until.is_(None))
    ):
        places[code].append(place)
    keys = _person_judged_keys()
    plan_id = db().scalar(sa.select(Plan.id).order_by(Plan.valid_from.desc(), Plan.id.desc()).limit(1))
    started = today() - timedelta(days=200)
    plots = [_Plot(n, regions[n % len(regions)], places, keys, started, actor_id, plan_id or 0) for n in numbers]
    for table, rows in _ROWS:
        insert(table, (row for plot in plots for row in rows(plot)))
    for figure_table, figure_rows in scale_figures.make(list(numbers), actor_id):
        insert(figure_table, figure_rows)
    scale_agreements.make(plots)
    _standings(plots)
    pioneer = db().get_one(Alliance, plots[0].number)
    audit.record("alliance.generated", pioneer, actor=SYSTEM, first=numbers.start, last=numbers.stop - 1)


def _person_judged_keys() -> list[tuple[str, str]]:
    return [
        (step, key)
        for step, key in db().execute(
            sa.select(Step.key, Criterion.key)
            .join(Criterion, Criterion.step_id == Step.id)
            .where(Criterion.check.is_(None), Step.is_yearly.is_(False))
            .order_by(Step.number, Criterion.position)
        )
    ]


@dataclass(frozen=True)
class _Plot:
    """All that is known of one synthetic alliance before its rows are made."""

    number: int
    region: str
    places: dict[str, list[int]]
    keys: list[tuple[str, str]]
    started: Any
    actor_id: int
    plan_id: int

    @property
    def archetype(self) -> Archetype:
        return ARCHETYPES[self.number % len(ARCHETYPES)]

    @property
    def place(self) -> int:
        mine = self.places[self.region]
        return mine[self.number // len(self.places) % len(mine)]

    @property
    def organisations(self) -> list[int]:
        regions = len(self.places)
        nth = self.number // (regions * SHARED_BY)
        first = (nth * regions + sorted(self.places).index(self.region)) * len(KINDS)
        return [FIRST_ORGANISATION + first + index for index in range(self.archetype.partners)]

    def partner_id(self, index: int) -> int:
        return self.number * 10 + index

    def entry_id(self, index: int) -> int:
        return self.number * 100 + index


def _alliance(plot: _Plot) -> Iterator[dict[str, Any]]:
    name = f"Synthetische alliantie {plot.number:05}"
    yield {
        "id": plot.number,
        "slug": f"synthetisch-{plot.number:05}",
        "name": name,
        "name_folded": name.lower(),
        "region_code": plot.region,
        "status": AllianceStatus.ACTIVE,
        "provenance": Provenance.FICTITIOUS,
        "purpose": "Gemaakt om te meten.",
        "value_proposition": "",
        "cited_facts": "",
        "website": "",
        "is_trial": False,
        "founded_on": plot.started,
        "version": 1,
    }


def _event(plot: _Plot) -> Iterator[dict[str, Any]]:
    base = {"subject_id": plot.number, "alliance_id": plot.number, "on": plot.started, "at": now(), "reason": ""}
    yield {**base, "lifecycle": "alliance", "name": "start", "source": "", "target": "initiative"}
    yield {**base, "lifecycle": "alliance", "name": "accept", "source": "initiative", "target": "active"}


def _area(plot: _Plot) -> Iterator[dict[str, Any]]:
    yield {"alliance_id": plot.number, "municipality_id": plot.place, "since": plot.started}


def _partners(plot: _Plot) -> Iterator[dict[str, Any]]:
    for index, organisation in enumerate(plot.organisations):
        yield {
            "id": plot.partner_id(index),
            "alliance_id": plot.number,
            "organisation_id": organisation,
            "is_core": index < 3,  # three core partners
            "responsibility": "Doet mee.",
            "gain": "Leert bij.",
            "since": plot.started,
            "leave_reason": "",
            "contact_name": "",
            "contact_function": "",
            "contact_email": "",
            "contact_phone": "",
            "version": 1,
        }


def _roles(plot: _Plot) -> Iterator[dict[str, Any]]:
    for index, role in enumerate((PartnerRoleKind.LEAD, PartnerRoleKind.COORDINATOR)):
        yield {"partner_id": plot.partner_id(index), "alliance_id": plot.number, "role": role, "since": plot.started}


def _pillars(plot: _Plot) -> Iterator[dict[str, Any]]:
    for index, _ in enumerate(plot.organisations):
        yield {
            "partner_id": plot.partner_id(index),
            "alliance_id": plot.number,
            "pillar": KINDS[index].pillar,
            "from_kind": True,
            "reason": "",
            "since": plot.started,
        }


def _adoption(plot: _Plot) -> Iterator[dict[str, Any]]:
    yield {"alliance_id": plot.number, "plan_id": plot.plan_id, "since": plot.started}


def _criteria(plot: _Plot) -> Iterator[dict[str, Any]]:
    for index, (step, key) in enumerate(plot.keys[: plot.archetype.met]):
        yield {
            "id": plot.number * 20 + index,
            "alliance_id": plot.number,
            "step_key": step,
            "criterion_key": key,
            "year": 0,
            "status": CriterionStatus.MET,
            "decided_on": plot.started,
            "decided_by_id": plot.actor_id,
            "note": "",
            "version": 1,
        }


def _criterion_events(plot: _Plot) -> Iterator[dict[str, Any]]:
    for row in _criteria(plot):
        yield {
            "lifecycle": "criterion_state",
            "subject_id": row["id"],
            "alliance_id": plot.number,
            "name": "meet",
            "source": "open",
            "target": "met",
            "on": plot.started,
            "at": now(),
            "reason": "",
        }


def _log(plot: _Plot) -> Iterator[dict[str, Any]]:
    for index in range(plot.archetype.entries):
        yield {
            "id": plot.entry_id(index),
            "alliance_id": plot.number,
            "kind": LogKind.MEETING if index % 6 == 0 else LogKind.NOTE,
            "on": today() - timedelta(days=7 * index + 3),
            "text": "Overleg over de volgende stap, met de afspraken die daarbij horen.",
            "author_id": plot.actor_id,
            "logged_at": now(),
            "withdrawn_reason": "",
            "version": 1,
        }


def _presences(plot: _Plot) -> Iterator[dict[str, Any]]:
    for index in range(0, plot.archetype.entries, 6):
        for partner in range(min(3, plot.archetype.partners)):
            yield {
                "log_entry_id": plot.entry_id(index),
                "partner_id": plot.partner_id(partner),
                "alliance_id": plot.number,
                "is_withdrawn": False,
            }


def _phase(plot: _Plot) -> Iterator[dict[str, Any]]:
    if plot.archetype.phase is not None:
        yield {
            "id": plot.number,
            "alliance_id": plot.number,
            "phase": plot.archetype.phase,
            "since": plot.started,
            "version": 1,
        }


def _phase_events(plot: _Plot) -> Iterator[dict[str, Any]]:
    for row in _phase(plot):
        yield {
            "lifecycle": "alliance_phase",
            "subject_id": row["id"],
            "alliance_id": plot.number,
            "name": "start",
            "source": "",
            "target": row["phase"].value,
            "on": plot.started,
            "at": now(),
            "reason": "",
        }


def _organisation_events() -> Iterator[dict[str, Any]]:
    base = {"lifecycle": "organisation", "name": "start", "source": "", "target": "active", "reason": ""}
    for number in db().scalars(sa.select(Organisation.id).where(Organisation.id >= FIRST_ORGANISATION)):
        yield {**base, "subject_id": number, "on": today(), "at": now()}


_ROWS: tuple[tuple[type[Base], Callable[[_Plot], Iterator[dict[str, Any]]]], ...] = (
    (Alliance, _alliance),
    (StatusEvent, _event),
    (WorkingArea, _area),
    (Partner, _partners),
    (PartnerRole, _roles),
    (PartnerPillar, _pillars),
    (PlanAdoption, _adoption),
    (CriterionState, _criteria),
    (StatusEvent, _criterion_events),
    (LogEntry, _log),
    (Presence, _presences),
    (AlliancePhase, _phase),
    (StatusEvent, _phase_events),
    *scale_goals.ROWS,
)


def _standings(plots: list[_Plot]) -> None:
    """Compute the standing of the first alliance of each archetype and region count, and repeat it for the others."""
    computed: dict[tuple[int, str], standings.Facts] = {}
    tallies: Counter[tuple[str, str, str]] = Counter()
    covered: Counter[tuple[int, str]] = Counter()
    rows, served = [], list[dict[str, Any]]()
    for plot in plots:
        kind = (plot.number % len(ARCHETYPES), plot.region)
        if kind not in computed:
            computed[kind] = standings.facts_of(plot.number)
        values = {**computed[kind].values, "alliance_id": plot.number}
        rows.append(values)
        served += [{"alliance_id": plot.number, "scheme": s, "key": key} for s, key in computed[kind].served]
        tallies.update((plot.region, *tally) for tally in (*standings.counted_in(values), *computed[kind].served))
        covered[plot.place, plot.region] += 1
    insert(kept.AllianceStanding, rows)
    insert(kept.CountedTerm, served)
    insert(kept.CoveredMunicipality, ({"alliance_id": p.number, "municipality_id": p.place} for p in plots))
    for (region_code, dimension, value), n in sorted(tallies.items()):
        standings.move(kept.RegionTally, {"region_code": region_code, "dimension": dimension, "value": value}, n)
    for (place, region_code), n in sorted(covered.items()):
        standings.move(kept.MunicipalityTally, {"municipality_id": place}, n, region_code=region_code)
    scale_agreements.count(plots, len(ARCHETYPES))


def author() -> int:
    """The person in whose name a synthetic portfolio is logged: the first administrator or project manager.

    :raise LookupError: there is nobody with an account.
    """
    found = db().scalar(
        sa.select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role.in_([Role.PROJECT_MANAGER, Role.ADMINISTRATOR]), RoleGrant.ended_at.is_(None))
        .order_by(User.id)
        .limit(1)
    )
    if found is None:
        raise LookupError
    return found
