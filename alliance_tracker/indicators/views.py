"""The page of an indicator of an alliance: how it stands and why, and where each of its figures comes from."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import db, today
from alliance_tracker.drawing.course import sign
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import figure_views, queries, reading, setup_views
from alliance_tracker.indicators.frame import (
    ENTERING,
    bp,
    here,
    indicators_page,
    load_indicator,
    optional_address,
    sees_exactly,
)
from alliance_tracker.indicators.models import Baseline
from alliance_tracker.indicators.periods import period_of
from alliance_tracker.policy import Permission
from alliance_tracker.web.forms import ActionForm

__all__ = ["bp", "figure_views", "setup_views"]


@bp.get("/<int:indicator_id>")
def show(slug: str, indicator_id: int, evidence_form: EvidenceForm | None = None) -> ResponseReturnValue:
    """One indicator, for this reader."""
    alliance, row = load_indicator(slug, indicator_id)
    period = period_of(today(), row.definition.period_kind)
    found = queries.followed(row.id)
    return indicators_page(
        "indicators/show.html",
        alliance,
        page=reading.page_of(found, today(), exact=sees_exactly(alliance)),
        sign=sign,
        this_period=reading.label_of(row.definition, period),
        enter_at=optional_address(ENTERING, slug=slug, period=period),
        goal_at=optional_address("goals.show", slug=slug, goal_id=row.goal_id),
        action=ActionForm(formdata=None),
        evidence_form=evidence_form or EvidenceForm(formdata=None),
    )


@bp.post("/<int:indicator_id>/baseline/<int:baseline_id>/evidence")
def baseline_evidence_submit(slug: str, indicator_id: int, baseline_id: int) -> ResponseReturnValue:
    """Attach files that prove a baseline."""
    alliance, row = load_indicator(slug, indicator_id, Permission.EVIDENCE_ADD)
    check_open(alliance)
    baseline = db().get(Baseline, baseline_id)
    if baseline is None or baseline.indicator_id != row.id:
        raise NotFound(Message("There is nothing at this address."))
    return evidence_views.attach(
        evidence_views.Subject("baseline", str(baseline.id), alliance.id),
        alliance,
        to=here(slug, indicator_id, _anchor="baselines"),
        page=lambda form: show(slug, indicator_id, form),
    )


def address_of(slug: str, indicator_id: int) -> str:
    """Where an indicator can be read."""
    return url_for("indicators.show", slug=slug, indicator_id=indicator_id)
