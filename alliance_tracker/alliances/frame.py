"""The frame around every page of one alliance: its name, how it stands, its tabs, and the way to it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import permitted
from alliance_tracker.web.templating import page


def load_alliance(slug: str, permission: Permission = Permission.ALLIANCE_VIEW) -> Alliance:
    """The alliance at this address, with its region, for this person and this purpose.

    :raise NotFound: there is none, or this person may not know of it.
    :raise NotAllowed: it may be seen, but not this.
    """
    found = (
        db()
        .scalars(sa.select(Alliance).where(Alliance.slug == slug).options(selectinload(Alliance.region)))
        .one_or_none()
    )
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return permitted(found, permission)


@dataclass(frozen=True)
class Tab:
    """One of the pages of an alliance."""

    key: str
    label: Message
    endpoint: str


#: Later capabilities add theirs here, in the order in which an alliance uses them.
TABS = (
    Tab("overview", Message("Overview"), "alliances.show"),
    Tab("steps", Message("Stappenplan"), "steps.show"),
    Tab("phases", Message("Rollout phase"), "phases.show"),
    Tab("partners", Message("Partners"), "alliances.partners"),
    Tab("commitments", Message("Commitments"), "commitments.index"),
    Tab("convenant", Message("Convenant"), "convenants.index"),
    Tab("money", Message("Drawing rights"), "drawing_rights.index"),
    Tab("accounts", Message("Accountability"), "accountability.index"),
    Tab("reports", Message("Impact reports"), "impact_reports.index"),
    Tab("goals", Message("Goals"), "goals.index"),
    Tab("figures", Message("Figures"), "measurements.period"),
    Tab("pilots", Message("Pilots"), "pilots.index"),
    Tab("communications", Message("Communications"), "communications.index"),
    Tab("log", Message("Log"), "activities.log"),
    Tab("signals", Message("Signals"), "signals.of_alliance"),
    Tab("history", Message("History"), "alliances.history"),
)


@dataclass(frozen=True)
class Group:
    """Pages of an alliance that belong together, under the words of the first row."""

    label: Message
    tabs: tuple[Tab, ...]

    def holds(self, key: str) -> bool:
        return any(tab.key == key for tab in self.tabs)


def _grouped() -> tuple[Group, ...]:
    by_key = {tab.key: tab for tab in TABS}
    return tuple(Group(label, tuple(by_key[key] for key in keys if key in by_key)) for label, keys in GROUPS)


#: The first row; the second one holds the pages of the group in which the reader is.
GROUPS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (Message("Overview"), ("overview",)),
    (Message("Path"), ("steps", "phases")),
    (Message("Partners and agreements"), ("partners", "convenant", "commitments", "money", "accounts", "reports")),
    (Message("Goals and work"), ("goals", "figures", "pilots", "communications")),
    (Message("Log and signals"), ("log", "signals", "history")),
)


def alliance_page(template: str, alliance: Alliance, tab: str, **facts: Any) -> str:
    """A page of `alliance` under the tab `tab`; a page below a tab gives further `crumbs`."""
    crumbs: list[tuple[Any, str]] = [(Message("Alliances"), url_for("alliances.index"))]
    if tab != "overview" or facts.get("crumbs"):
        crumbs.append((alliance.name, url_for("alliances.show", slug=alliance.slug)))
    crumbs.extend(facts.pop("crumbs", []))
    return page(template, alliance=alliance, tab=tab, tab_groups=_grouped(), crumbs=crumbs, **facts)
