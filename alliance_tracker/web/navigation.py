"""The main menu: what this person may open, and where they are now."""

from dataclasses import dataclass

from flask import Flask, request, url_for

from alliance_tracker import policy
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import actor


@dataclass(frozen=True)
class Item:
    """One entry of the menu."""

    label: Message
    address: str
    is_here: bool


#: Words, endpoint, the blueprints that lie under it, and the permission that shows it.
MENU: tuple[tuple[Message, str, frozenset[str], Permission | None], ...] = (
    (Message("Home"), "monitoring.home", frozenset(), None),
    (Message("Monitor"), "monitoring.monitor", frozenset(), Permission.MONITOR_VIEW),
    (
        Message("Alliances"),
        "alliances.index",
        frozenset(
            {
                "accountability",
                "alliances",
                "activities",
                "commitments",
                "communications",
                "convenants",
                "drawdowns",
                "drawing_rights",
                "exchange",
                "goals",
                "impact_reports",
                "indicators",
                "measurements",
                "phases",
                "pilots",
                "report_versions",
                "steps",
            }
        ),
        None,
    ),
    (Message("Figures"), "figures.index", frozenset({"catalogue", "figures", "frameworks"}), Permission.FIGURE_VIEW),
    (Message("Regions"), "regions.index", frozenset({"regions"}), None),
    (
        Message("Organisations"),
        "organisations.index",
        frozenset({"organisation_accounts", "organisations", "succession"}),
        None,
    ),
    (Message("Signals"), "signals.index", frozenset({"signals"}), Permission.SIGNAL_VIEW),
    (Message("Reporting"), "reporting.index", frozenset({"reporting"}), Permission.REPORTING_VIEW),
    (Message("Stappenplan"), "plans.index", frozenset({"plans"}), None),
    (Message("Programme"), "programme.index", frozenset({"programme"}), None),
    (Message("Administration"), "admin.people", frozenset({"admin"}), Permission.ACCOUNT_MANAGE),
)


def navigation() -> list[Item]:
    """The menu of whoever makes this request."""
    return [
        Item(label, url_for(endpoint), request.endpoint == endpoint or request.blueprint in blueprints)
        for label, endpoint, blueprints, permission in MENU
        if permission is None or policy.allows(actor(), permission)
    ]


def init_app(app: Flask) -> None:
    """Give the menu to the templates."""
    app.jinja_env.globals["navigation"] = navigation
