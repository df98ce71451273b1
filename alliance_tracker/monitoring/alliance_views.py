"""The list of alliances and the page of one: what reads from every package, under the alliances' own addresses."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import policy
from alliance_tracker.accounts import service as accounts
from alliance_tracker.activities import forms as log_forms
from alliance_tracker.activities import queries as log_queries
from alliance_tracker.activities.views import offer, words_of
from alliance_tracker.alliances.cited import cited_facts
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.lifecycle import LIFECYCLE
from alliance_tracker.alliances.models import AllianceStatus
from alliance_tracker.alliances.partners import current_partners, helix_balance
from alliance_tracker.alliances.queries import area_of, mandates_of
from alliance_tracker.alliances.views import bp
from alliance_tracker.commitments import bearings as commitment_bearings
from alliance_tracker.monitoring import lists, next_up
from alliance_tracker.monitoring.agreements import agreements_of
from alliance_tracker.monitoring.next_reports import open_reports
from alliance_tracker.monitoring.work import work_of
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.policy import Permission
from alliance_tracker.regions import queries as regions
from alliance_tracker.rollout import bearings as rollout_bearings
from alliance_tracker.rollout.queries import phases_of
from alliance_tracker.standings.queries import ring_figures, ring_words, standings
from alliance_tracker.stappenplan import bearings as plan_bearings
from alliance_tracker.stappenplan.queries import plan_of
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, page_number
from alliance_tracker.web.templating import page

FILTERS = ("q", "region", "status", "phase", "step", "gap")


@bp.get("")
def index() -> ResponseReturnValue:
    """The alliances that this person may see."""
    filters = lists.Filters(**{name: request.args.get(name, "").strip()[:160] for name in FILTERS})
    found = lists.alliance_page(actor(), filters, page_number())
    query: dict[str, Any] = dict(filters.as_query())
    return page(
        "monitoring/alliances.html",
        found=found,
        filters=filters,
        region_choices=list(regions.names().items()),
        status_choices=[(status.value, status.label) for status in AllianceStatus],
        gap_choices=[(pillar.value, pillar.label) for pillar in Pillar],
        page_address=lambda number: url_for("alliances.index", page=number, **query),
        ring_figures=ring_figures,
        ring_words=ring_words,
    )


@bp.get("/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One alliance: how it stands, what is next, and the form to log in seconds."""
    alliance = load_alliance(slug)
    partners = current_partners(alliance.id)
    plan, phases = plan_of(alliance.id), phases_of(alliance)
    form = log_forms.LogForm(formdata=None)
    promised = commitment_bearings.of_alliance(alliance.id)
    groups = [*plan_bearings.of_steps(plan.steps), *rollout_bearings.of_phases(phases), *promised]
    offer(form, partners, groups)
    standing, work = standings([alliance.id])[alliance.id], work_of(alliance.id)
    agreed = agreements_of([alliance.id])[alliance.id]
    reports = open_reports([alliance.id]).get(alliance.id, [])
    seen = (plan, phases, partners, work, agreed, reports)
    return alliance_page(
        "monitoring/alliance.html",
        alliance,
        "overview",
        partners=partners,
        balance=helix_balance(partners),
        pillars=list(Pillar),
        plan=plan,
        phases=phases,
        standing=standing,
        work=work,
        figures=ring_figures(standing),
        ring_words=ring_words(standing),
        agreed=agreed,
        todo=next_up.of_alliance(actor(), alliance, *seen, standing.last_logged_on)[:6],
        waiting=next_up.of_coordinator(actor(), alliance, *seen)[:6],
        form=form,
        entries=log_queries.log_page(
            alliance.id,
            size=5,
            words=words_of(groups),
            exactly=policy.allows(actor(), Permission.FIGURE_EXACT_VIEW, alliance),
        ).entries,
        coordinators=accounts.coordinators_of(alliance.id),
        area=area_of(alliance.id),
        cited=cited_facts(alliance.cited_facts),
        mandates=mandates_of(alliance.id),
        offers=LIFECYCLE.offers(actor(), alliance),
        action=ActionForm(formdata=None),
    )
