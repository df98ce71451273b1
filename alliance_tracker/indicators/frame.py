"""What the pages about the indicators of an alliance share: their place under the goals, and loading one of them."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, url_for
from sqlalchemy.orm import selectinload

from alliance_tracker import policy
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import Definition, Indicator
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import actor

bp = Blueprint("indicators", __name__, url_prefix="/alliances/<slug>/indicators")

#: Where the measurements of a period are entered, once that page is there; it takes the slug and the period.
ENTERING = "measurements.period"


def sees_exactly(alliance: Alliance) -> bool:
    """Whether this reader may read counts of people of this alliance as they are."""
    return policy.allows(actor(), Permission.FIGURE_EXACT_VIEW, alliance)


def load_indicator(
    slug: str, indicator_id: int, permission: Permission = Permission.ALLIANCE_VIEW
) -> tuple[Alliance, Indicator]:
    """The alliance and the indicator at this address, with what it means.

    :raise NotFound: there is none, or it is another alliance's.
    :raise NotAllowed: it may be seen, but not this.
    """
    alliance = load_alliance(slug, permission)
    row = (
        db()
        .scalars(
            sa.select(Indicator)
            .where(Indicator.id == indicator_id, Indicator.alliance_id == alliance.id)
            .options(selectinload(Indicator.definition))
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, row


def goals_of(alliance: Alliance) -> list[Goal]:
    """The goals under which an indicator can stand."""
    return list(db().scalars(sa.select(Goal).where(Goal.alliance_id == alliance.id).order_by(Goal.position, Goal.id)))


def goal_of(alliance: Alliance, goal_id: int) -> Goal:
    """:raise NotFound: there is no such goal in this alliance."""
    row = db().scalars(sa.select(Goal).where(Goal.id == goal_id, Goal.alliance_id == alliance.id)).one_or_none()
    if row is None:
        raise NotFound(Message("There is nothing at this address."))
    return row


def here(slug: str, indicator_id: int, **more: Any) -> str:
    """The address of an indicator's page."""
    return url_for("indicators.show", slug=slug, indicator_id=indicator_id, **more)


def optional_address(endpoint: str, **values: Any) -> str | None:
    """The address of a page, or None while no part of this installation makes it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def _crumbs(slug: str, definition: Definition | None, indicator_id: int | None) -> list[tuple[Any, str]]:
    goals = optional_address("goals.index", slug=slug)
    found: list[tuple[Any, str]] = [(Message("Goals"), goals)] if goals else []
    if definition is not None and indicator_id is not None:
        found.append((definition.name, here(slug, indicator_id)))
    return found


def indicators_page(template: str, alliance: Alliance, *, below: Indicator | None = None, **facts: Any) -> str:
    """A page about indicators, under the tab of the goals; one below an indicator's own page gets the way back."""
    crumbs = _crumbs(alliance.slug, below.definition if below else None, below.id if below else None)
    return alliance_page(template, alliance, "goals", crumbs=crumbs, **facts)
