"""A version of a report as one document: frozen with the names of its day when it is submitted, and hashed.

Everything that a version says is in it, and no person's name. Canonical form and hash are those of the convenant
(`convenants.document`): JSON in UTF-8 with sorted keys and no spaces, numbers and days as text, SHA-256 over its bytes.
"""

from collections.abc import Iterable
from typing import Any

from flask import current_app

from alliance_tracker.convenants.document import canonical, digest
from alliance_tracker.database import BRUSSELS
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.about_work import pillars_at_end
from alliance_tracker.impact_reports.material import Material
from alliance_tracker.impact_reports.models import ReportSection, VersionPurpose
from alliance_tracker.impact_reports.partners import Answer, answers_of
from alliance_tracker.organisations.models import Pillar

__all__ = ["SHAPE", "Document", "build", "canonical", "digest"]

#: The shape of the document; a later shape gets a higher number, and the earlier ones stay readable: in 1 there is no
#: `base`, and no source where a drawing or a quotation comes from.
SHAPE = 2
#: The steps that the growth rings show.
RINGED = (1, 2, 3, 4)

Document = dict[str, Any]


def build(
    material: Material,
    rows: Iterable[ReportSection],
    *,
    number: int,
    purpose: VersionPurpose,
    change_note: str,
    approved_years: Iterable[int],
) -> Document:
    """The document of a version that is submitted today; `rows` are the sections of the draft in their order."""
    report, alliance = material.report, material.alliance
    return {
        "shape": SHAPE,
        "year": report.year,
        "number": number,
        "purpose": purpose.value,
        "change_note": change_note,
        "submitted_on": material.day.isoformat(),
        # Printed in each PDF: where its holder checks it.
        "base": current_app.config["BASE_URL"],
        "alliance": {
            "name": alliance.name,
            "slug": alliance.slug,
            "region": report.region.name,
            "region_code": report.region_code,
            "provenance": alliance.provenance.value,
            "is_pioneer": report.is_regional,
        },
        "plan": material.plan.plan.label,
        "catalogue": report.reporting_year.catalogue.label,
        "rings": _rings(material, approved_years),
        "sections": [_section(row) for row in rows],
        "partners": [_partner(answer) for answer in answers_of(material)],
    }


def seal(material: Material, rows: Iterable[ReportSection]) -> str:
    """The hash of what a submitter sees: the figures, the words and the answers of the draft as they stand."""
    return digest(
        {
            "sections": [_section(row) for row in rows],
            "partners": [_partner(answer) for answer in answers_of(material)],
        }
    )


def _rings(material: Material, approved_years: Iterable[int]) -> dict[str, Any]:
    """What the growth rings show on that day: required criteria met by step, pillars, years with an approved report."""
    steps = {step.number: step for step in material.plan.steps}
    return {
        "steps": [[steps[n].met, steps[n].required] for n in RINGED],
        "pillars": [pillar.value for pillar in Pillar if pillars_at_end(material)[pillar]],
        "years": sorted(set(approved_years)),
    }


def _section(row: ReportSection) -> dict[str, Any]:
    return {
        "key": row.section.value,
        "heading": {"nl": blocks.both(row.section).nl, "en": blocks.both(row.section).en},
        "narrative": row.narrative,
        "read_on": row.refreshed_at.astimezone(BRUSSELS).date().isoformat(),
        "figures": row.figures,
    }


def _partner(answer: Answer) -> dict[str, Any]:
    return {
        "organisation_id": answer.organisation_id,
        "name": answer.name,
        "answer": answer.kind.value,
        "on": answer.on.isoformat() if answer.on else None,
        "version": answer.version,
        "sha256": answer.sha256,
        "remark": answer.remark,
        "by_link": answer.by_link,
    }
