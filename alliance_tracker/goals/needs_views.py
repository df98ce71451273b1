"""The needs analysis of step 2: its three parts, writing them, and the files that support them."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.goals import forms, queries, service
from alliance_tracker.goals.views import bp
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, page_number


def _crumbs(slug: str, *, below: bool = False) -> list[tuple[object, str]]:
    crumbs: list[tuple[object, str]] = [(Message("Goals"), url_for("goals.index", slug=slug))]
    if below:
        crumbs.append((Message("Needs analysis"), url_for("goals.needs", slug=slug)))
    return crumbs


def _proven(alliance: Alliance) -> evidence_views.Subject:
    """The needs analysis as what files prove; it need not be begun yet."""
    return evidence_views.Subject("needs_analysis", str(alliance.id), alliance.id)


@bp.get("/needs-analysis")
def needs(slug: str, evidence_form: EvidenceForm | None = None) -> ResponseReturnValue:
    """The three parts as they stand, the files, and who wrote what."""
    alliance = load_alliance(slug)
    found = queries.needs_of(alliance.id)
    return alliance_page(
        "goals/needs.html",
        alliance,
        "goals",
        needs=found,
        history=web_history.of_subject("needs_analysis", found.id if found else 0, page_number()),
        files=evidence_views.files_of(_proven(alliance)),
        evidence_form=evidence_form or EvidenceForm(formdata=None),
        crumbs=_crumbs(slug),
    )


@bp.get("/needs-analysis/edit")
def edit_needs(slug: str, form: forms.NeedsForm | None = None) -> ResponseReturnValue:
    """Write the three parts."""
    alliance = load_alliance(slug, Permission.GOAL_EDIT)
    found = queries.needs_of(alliance.id)
    form = form or (forms.NeedsForm(obj=found) if found else forms.NeedsForm())
    return alliance_page("goals/edit_needs.html", alliance, "goals", form=form, crumbs=_crumbs(slug, below=True))


@bp.post("/needs-analysis/edit")
def edit_needs_submit(slug: str) -> ResponseReturnValue:
    """Keep them."""
    alliance, form = load_alliance(slug, Permission.GOAL_EDIT), forms.NeedsForm()
    return carry_out(
        form,
        lambda: service.save_needs(
            alliance,
            offer=form.offer.data,
            challenges=form.challenges.data,
            choice=form.choice.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("goals.needs", slug=slug),
        done=Message("Saved."),
        page=lambda: edit_needs(slug, form),
    )


@bp.post("/needs-analysis/evidence")
def needs_evidence_submit(slug: str) -> ResponseReturnValue:
    """Attach files that support the needs analysis."""
    alliance = load_alliance(slug, Permission.EVIDENCE_ADD)
    check_open(alliance)
    return evidence_views.attach(
        _proven(alliance),
        alliance,
        to=url_for("goals.needs", slug=slug),
        page=lambda form: needs(slug, evidence_form=form),
    )
