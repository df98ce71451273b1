"""What the pages of an alliance's stappenplan share: their place, the year that is shown, and the way back."""

from typing import Any

from flask import Blueprint, request, url_for

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.stappenplan.models import NO_YEAR
from alliance_tracker.stappenplan.reading import PlanView, plan_of

bp = Blueprint("steps", __name__, url_prefix="/alliances/<slug>/steps")

#: Where the facts that a check or a person looks at are filled in, by check or criterion: words and endpoint.
REMEDIES: dict[str, tuple[Message, str]] = {
    "alliance_has_driver": (Message("To the partners and their roles"), "alliances.partners"),
    "stakeholders_mapped": (Message("To the organisations"), "organisations.index"),
    "helix_complete": (Message("To the partners"), "alliances.partners"),
    "alliance_has_coordinator": (Message("To the partners and their roles"), "alliances.partners"),
    "value_proposition_written": (Message("To the alliance and its value proposition"), "alliances.show"),
    "goal_with_baseline_and_target": (Message("To the goals"), "goals.index"),
    "goal_for_underrepresented_group": (Message("To the goals"), "goals.index"),
    "every_core_partner_has_responsibility": (Message("To the partners"), "alliances.partners"),
    "two_network_meetings_in_year": (Message("Log a meeting"), "activities.create"),
    "pilot_started": (Message("To the pilots"), "pilots.index"),
    "pilot_evaluated": (Message("To the pilots"), "pilots.index"),
    "pilot_reach_recorded": (Message("To the pilots"), "pilots.index"),
    "partners_grew_this_year": (Message("To the partners"), "alliances.partners"),
    "goals_span_policy_domains": (Message("To the goals"), "goals.index"),
    "signal_raised_this_year": (Message("To the signals"), "signals.of_alliance"),
    # Criteria that a person judges, by their key.
    "needs-current-offer": (Message("To the needs analysis"), "goals.needs"),
    "needs-challenges": (Message("To the needs analysis"), "goals.needs"),
}


def asked_year() -> int | None:
    """The year of the yearly step that the address asks for."""
    year = request.args.get("year", type=int)
    return None if year == NO_YEAR else year


def load_plan(slug: str, permission: Permission = Permission.ALLIANCE_VIEW) -> tuple[Alliance, PlanView]:
    """The alliance at this address and its plan, for the year that is asked.

    :raise NotFound: there is none, or this year cannot be chosen.
    """
    alliance = load_alliance(slug, permission)
    return alliance, plan_of(alliance.id, asked_year())


def year_argument(year: int) -> dict[str, Any]:
    """The year as part of an address, where there is one."""
    return {} if year == NO_YEAR else {"year": year}


def address_of_remedy(check: str | None, key: str, slug: str) -> tuple[Message, str] | None:
    """Where the facts of this criterion are filled in, in words and as an address."""
    found = REMEDIES.get(check or "") or REMEDIES.get(key)
    if found is None:
        return None
    words, endpoint = found
    return words, url_for(endpoint) if endpoint.startswith("organisations.") else url_for(endpoint, slug=slug)


def steps_page(template: str, alliance: Alliance, plan: PlanView, **facts: Any) -> str:
    """A page of the stappenplan of `alliance`; a page below the plan gets the way back to it."""
    back = [(Message("Stappenplan"), url_for("steps.show", slug=alliance.slug))]
    crumbs = back + facts.pop("further", []) if facts.pop("below", True) else []
    return alliance_page(
        template,
        alliance,
        "steps",
        plan=plan,
        crumbs=crumbs,
        year_argument=year_argument,
        remedy=address_of_remedy,
        **facts,
    )
