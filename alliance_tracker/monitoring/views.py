"""Home, and the project manager's monitor."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from alliance_tracker import policy
from alliance_tracker.drawing import region_shapes
from alliance_tracker.monitoring import attention, home_page, map_views, overview
from alliance_tracker.policy import Permission
from alliance_tracker.rollout.models import PhaseLetter
from alliance_tracker.web.guards import actor, require
from alliance_tracker.web.templating import page

bp = Blueprint("monitoring", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """What is next, for this person, over all that is theirs."""
    who = actor()
    found = overview.monitor() if policy.allows(who, Permission.MONITOR_VIEW) else None
    return page(
        "monitoring/home.html",
        name=current_user.name,
        home=home_page.of(who, found),
        monitor=found,
    )


@bp.get("/monitor")
def monitor() -> ResponseReturnValue:
    """The 15 regions: on the map, in a table, on the board."""
    require(Permission.MONITOR_VIEW)
    found = overview.monitor()
    shown = map_views.chosen(request.args.get("show", ""))
    return page(
        "monitoring/monitor.html",
        monitor=found,
        shown=shown,
        layers=map_views.LAYERS,
        map=map_views.drawn(found, shown, lambda code: url_for("regions.show", code=code)),
        legend=map_views.legend(shown),
        columns=overview.COLUMNS,
        phase_labels={letter.value: letter.label for letter in PhaseLetter},
        todo=attention.of_network(actor(), found)[:12],
        **region_shapes.CREDIT,
    )
