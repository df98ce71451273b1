"""What the pages about the plan itself share: their place and the way back."""

from typing import Any

from flask import Blueprint, url_for

from alliance_tracker.i18n import Message
from alliance_tracker.stappenplan.checks import CHECKS
from alliance_tracker.web.templating import page

bp = Blueprint("plans", __name__, url_prefix="/stappenplan")


def plans_page(template: str, *, below: bool = True, further: tuple[tuple[Any, str], ...] = (), **facts: Any) -> str:
    """A page about the plan; one below the plan's own page gets the way back to it."""
    back = [(Message("Stappenplan"), url_for("plans.index"))] if below else []
    return page(template, crumbs=[*back, *further], checks=CHECKS, **facts)
