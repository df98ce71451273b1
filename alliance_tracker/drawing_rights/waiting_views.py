"""The requests of all alliances: what waits for a decision, the oldest term first."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.drawing_rights import queries
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.regions import queries as regions
from alliance_tracker.web.guards import actor, page_number, require
from alliance_tracker.web.templating import page

bp = Blueprint("drawdowns", __name__)

#: The words of each state that the address may ask for.
STATES = {
    "": Message("waiting for a decision"),
    "late": Message("waiting, past the term"),
    "returned": Message("returned with a question"),
    "to-pay": Message("approved, not all paid yet"),
    "decided": Message("decided"),
    "all": Message("all"),
}


@bp.get("/drawdowns")
def waiting() -> ResponseReturnValue:
    """Who waits for VLAIO, for how much, and until when; the filters stand in the address."""
    require(Permission.MONITOR_VIEW)
    names = regions.names()
    state, region = request.args.get("state", ""), request.args.get("region", "")
    filters = queries.Filters(state if state in STATES else "", region if region in names else "")
    query: dict[str, Any] = {
        name: value for name, value in (("state", filters.state), ("region", filters.region)) if value
    }
    return page(
        "drawing_rights/waiting.html",
        found=queries.waiting(actor(), filters, page_number()),
        filters=filters,
        states=STATES,
        regions=names,
        page_address=lambda number: url_for("drawdowns.waiting", page=number, **query),
    )
