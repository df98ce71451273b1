"""What a version says as one document: frozen with the names of its day when it is offered, and hashed.

The page, the PDF and the comparison of an offered version are drawn from this document alone, never from live rows. The
canonical form is JSON in UTF-8 with sorted keys and no spaces; amounts, quantities and days are text (12500.00,
2027-12-31), so that any tool in any language gives the same SHA-256.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import CommitmentWording
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.database import db
from alliance_tracker.goals.models import Goal
from alliance_tracker.indicators.models import Definition
from alliance_tracker.organisations.models import Organisation

#: The shape of the document; a later shape gets a higher number, and this one stays readable.
SHAPE = 1
#: The parts of a text, in the order in which the document has them.
TEXTS = ("change_note", "subject", "goals_text", "tasks", "amendment", "suspension", "recovery", "termination")

Document = dict[str, Any]


def build(version: ConvenantVersion) -> Document:
    """The document of a version as it stands now; `version` came from `service.version_by_id`."""
    alliance = (
        db()
        .scalars(sa.select(Alliance).where(Alliance.id == version.alliance_id).options(selectinload(Alliance.region)))
        .one()
    )
    organisations = _organisations(version)
    goals = _goals(version)
    return {
        "shape": SHAPE,
        "alliance": {"name": alliance.name, "region": alliance.region.name, "slug": alliance.slug},
        "number": version.number,
        "kind": version.kind.value,
        "title": version.title,
        "starts_on": version.starts_on.isoformat(),
        "ends_on": version.ends_on.isoformat(),
        **{name: getattr(version, name) for name in TEXTS},
        "minimum_cofinancing": _number(version.minimum_cofinancing),
        "decision_days": version.decision_days,
        "evaluation_on": version.evaluation_on.isoformat() if version.evaluation_on else None,
        "reporting_on": list(version.reporting_on),
        "asked_indicators": _indicators(version),
        "goals": [{"id": row.goal_id, "title": goals[row.goal_id]} for row in version.goals],
        "parties": [
            {
                **organisations[party.organisation_id],
                "side": party.side.value,
                "is_vlaio": party.is_vlaio,
                "is_required": party.is_required,
                "signatures_needed": party.signatures_needed,
                "signs_as": party.signs_as,
                "decided_by": party.decided_by,
            }
            for party in version.parties
        ],
        "commitments": [_commitment(wording, organisations, goals) for wording in version.wordings],
        "rights": [{"year": row.year, "ceiling": _amount(row.ceiling)} for row in version.rights],
    }


def _commitment(
    wording: CommitmentWording, organisations: Mapping[int, Mapping[str, Any]], goals: Mapping[int, str]
) -> dict[str, Any]:
    return {
        "number": wording.commitment.number,
        "description": wording.description,
        "nature": wording.nature.value,
        "kind": wording.kind.value,
        "unit": wording.unit.value,
        "unit_value": _amount(wording.unit_value),
        "goal": {"id": wording.goal_id, "title": goals[wording.goal_id]} if wording.goal_id else None,
        "task": wording.task,
        "coordinator": organisations[wording.coordinator_id]["name"] if wording.coordinator_id else None,
        "bearers": [
            {
                "organisation_id": row.organisation_id,
                "name": organisations[row.organisation_id]["name"],
                "share": _number(row.share),
            }
            for row in wording.bearers
        ],
        "years": [
            {"year": row.year, "quantity": _number(row.quantity), "due_on": row.due_on.isoformat()}
            for row in wording.years
        ],
    }


def canonical(document: Document) -> bytes:
    """The bytes over which the hash is taken."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(document: Document) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def of_version(version: ConvenantVersion) -> Document:
    """The document of a version: as it was offered, or of a draft as it stands now."""
    return dict(version.document) if version.document is not None else build(version)


def day(text: str | None) -> date | None:
    """A day of a document."""
    return date.fromisoformat(text) if text else None


def _organisations(version: ConvenantVersion) -> dict[int, dict[str, Any]]:
    ids = {party.organisation_id for party in version.parties}
    for wording in version.wordings:
        ids |= {row.organisation_id for row in wording.bearers}
        ids |= {wording.coordinator_id} if wording.coordinator_id is not None else set()
    rows = db().scalars(
        sa.select(Organisation).where(Organisation.id.in_(ids)).options(selectinload(Organisation.identifiers))
    )
    return {
        row.id: {
            "organisation_id": row.id,
            "name": row.name,
            "identifiers": {number.scheme.value: number.value for number in row.identifiers},
        }
        for row in rows
    }


def _goals(version: ConvenantVersion) -> dict[int, str]:
    ids = {row.goal_id for row in version.goals} | {w.goal_id for w in version.wordings if w.goal_id}
    rows = db().execute(sa.select(Goal.id, Goal.title).where(Goal.id.in_(ids)))
    return {goal_id: title for goal_id, title in rows}  # noqa: C416  # rows are not pairs to mypy


def _indicators(version: ConvenantVersion) -> list[dict[str, str]]:
    rows = db().execute(
        sa.select(Definition.key, Definition.name_nl, Definition.name_en).where(
            Definition.alliance_id.is_(None), Definition.key.in_(version.asked_indicators)
        )
    )
    names = {key: {"key": key, "nl": nl, "en": en} for key, nl, en in rows}
    return [names[key] for key in version.asked_indicators if key in names]


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _number(value: Decimal | None) -> str | None:
    """A number without needless zeros: 12.5, 100."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
