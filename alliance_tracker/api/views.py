"""The operations of the API: reading regions, alliances, partners, steps and phases."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app
from sqlalchemy.orm import selectinload

from alliance_tracker import policy
from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.partners import current_partners, former_partners
from alliance_tracker.alliances.queries import area_of, pioneers
from alliance_tracker.api import (
    agreement_operations,
    description,
    figure_operations,
    goal_operations,
    indicator_operations,
    log_operations,
    operations,
    pilot_operations,
    report_operations,
    schemas,
    signal_operations,
)
from alliance_tracker.api.operations import operation
from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.extensions import csrf
from alliance_tracker.i18n import Message
from alliance_tracker.monitoring import lists
from alliance_tracker.policy import Permission
from alliance_tracker.regions.models import Region
from alliance_tracker.rollout.queries import phases_of, region_phases
from alliance_tracker.standings.models import AllianceStanding
from alliance_tracker.standings.queries import missing_pillars, standings
from alliance_tracker.stappenplan.queries import plan_of
from alliance_tracker.web.guards import actor, require

bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)
bp.before_request(operations.authenticate)


@bp.get("/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    return Response(current_app.json.dumps(description.description()), mimetype="application/json")


# Regions -----------------------------------------------------------------------------------------------------------


def _regions(*conditions: sa.ColumnElement[bool]) -> list[schemas.Region]:
    require(Permission.REGION_VIEW)
    found = db().scalars(
        sa.select(Region).where(*conditions).options(selectinload(Region.municipalities)).order_by(Region.name)
    )
    phases, leading = region_phases(), pioneers()
    ids = [pioneer.alliance_id for pioneer in leading.values()]
    may_see = set(
        db().scalars(sa.select(Alliance.id).where(Alliance.id.in_(ids), policy.visible_alliances(actor(), Alliance)))
    )
    return [
        schemas.Region(
            code=region.code,
            name=region.name,
            province=region.province,
            uri=region.uri,
            phase=phases[region.code].letter.value,
            phase_reason=str(phases[region.code].reason),
            pioneer=pioneer.slug if (pioneer := leading.get(region.code)) and pioneer.alliance_id in may_see else None,
            municipalities=[
                schemas.Municipality.model_validate(m) for m in region.municipalities if m.valid_until is None
            ],
        )
        for region in found
    ]


@operation("GET", "/regions", "The 15 reference regions.", schemas.Items[schemas.Region], query=schemas.Window)
def regions(query: schemas.Window) -> Any:
    """The 15 reference regions."""
    found = _regions()
    return operations.page_of(found[query.offset : query.offset + query.limit], len(found), query, "api.regions")


@operation("GET", "/regions/<code>", "One region.", schemas.Region)
def region(code: str) -> Any:
    """One region."""
    found = _regions(Region.code == code[:20])
    if not found:
        raise NotFound(Message("There is nothing at this address."))
    return found[0]


# Alliances ---------------------------------------------------------------------------------------------------------


def _facts(alliance: Any, standing: AllianceStanding) -> dict[str, Any]:
    return {
        "slug": alliance.slug,
        "name": alliance.name,
        "region": standing.region_code,
        "status": standing.status.value,
        "provenance": alliance.provenance.value,
        "phase": standing.phase.value,
        "lowest_open_step": standing.lowest_open_step,
        "is_pioneer": standing.is_pioneer,
        "partners": standing.partners,
        "missing_pillars": [pillar.value for pillar in missing_pillars(standing)],
    }


@operation(
    "GET",
    "/alliances",
    "The alliances that you may see.",
    schemas.Items[schemas.Alliance],
    query=schemas.AllianceFilter,
)
def alliances(query: schemas.AllianceFilter) -> Any:
    """The alliances that the token's owner may see, by name."""
    filters = lists.Filters(q=query.q, region=query.region, status=query.status or "", phase=query.phase or "")
    total, found = lists.alliance_window(actor(), filters, limit=query.limit, offset=query.offset)
    given = [schemas.Alliance(**_facts(item, item.standing)) for item in found]
    return operations.page_of(given, total, query, "api.alliances")


@operation("GET", "/alliances/<slug>", "One alliance.", schemas.AllianceInFull)
def alliance(slug: str) -> Any:
    """One alliance."""
    row = load_alliance(slug)
    return schemas.AllianceInFull(
        **_facts(row, standings([row.id])[row.id]),
        purpose=row.purpose,
        value_proposition=row.value_proposition,
        website=row.website,
        is_trial=row.is_trial,
        founded_on=row.founded_on,
        ended_on=row.ended_on,
        municipalities=[schemas.Municipality.model_validate(m) for m in area_of(row.id)],
    )


@operation(
    "GET",
    "/alliances/<slug>/partners",
    "The partners of an alliance, those of today first.",
    schemas.Items[schemas.Partner],
    query=schemas.Window,
)
def partners(slug: str, query: schemas.Window) -> Any:
    """The partners of an alliance, present and former; contact persons are left out."""
    row = load_alliance(slug)
    found = current_partners(row.id) + former_partners(row.id)
    given = [
        schemas.Partner(
            id=partner.id,
            organisation=partner.organisation.name,
            organisation_id=partner.organisation_id,
            kind=partner.organisation.kind.value,
            is_core=partner.is_core,
            roles=[role.role.value for role in partner.current_roles],
            pillars=[pillar.pillar.value for pillar in partner.current_pillars],
            responsibility=partner.responsibility,
            gain=partner.gain,
            since=partner.since,
            until=partner.until,
        )
        for partner in found[query.offset : query.offset + query.limit]
    ]
    return operations.page_of(given, len(found), query, "api.partners", slug=slug)


@operation(
    "GET",
    "/alliances/<slug>/steps",
    "The stappenplan of an alliance.",
    schemas.Items[schemas.Step],
    query=schemas.Window,
)
def steps(slug: str, query: schemas.Window) -> Any:
    """The five steps of an alliance with their criteria."""
    plan = plan_of(load_alliance(slug).id)
    given = [
        schemas.Step(
            number=step.number,
            key=step.key,
            name=str(step.name),
            status="completed" if step.is_completed else "open",
            year=plan.year if step.is_yearly else None,
            met=step.met,
            required=step.required,
            no_longer_holds=step.is_broken,
            criteria=[
                schemas.Criterion(
                    key=criterion.key,
                    name=str(criterion.name),
                    is_required=criterion.is_required,
                    is_own=criterion.is_own,
                    status=criterion.status.value,
                    how=criterion.how.value,
                    reason=str(criterion.reason or ""),
                )
                for criterion in step.criteria
            ],
        )
        for step in plan.steps
    ]
    return operations.page_of(
        given[query.offset : query.offset + query.limit], len(given), query, "api.steps", slug=slug
    )


@operation(
    "GET",
    "/alliances/<slug>/phases",
    "The rollout phases of an alliance with the milestones that concern it.",
    schemas.Items[schemas.Phase],
    query=schemas.Window,
)
def phases(slug: str, query: schemas.Window) -> Any:
    """The rollout phases of an alliance."""
    view = phases_of(load_alliance(slug))
    given = [
        schemas.Phase(
            letter=phase.letter.value,
            name=str(phase.name),
            is_current=phase.letter is view.phase,
            milestones=[
                schemas.Milestone(
                    key=state.key,
                    name=str(state.name),
                    level=state.place.level.value,
                    place=str(state.place.name),
                    is_gate=state.is_gate,
                    status=state.status.value,
                    done_on=state.done_on,
                    expected_on=state.expected_on,
                )
                for state in phase.milestones
            ],
        )
        for phase in view.phases
    ]
    return operations.page_of(
        given[query.offset : query.offset + query.limit], len(given), query, "api.phases", slug=slug
    )


# These operations stand in modules of their own; importing them declared them.
DECLARED = (
    agreement_operations,
    figure_operations,
    goal_operations,
    indicator_operations,
    log_operations,
    pilot_operations,
    report_operations,
    signal_operations,
)

operations.register(bp)
