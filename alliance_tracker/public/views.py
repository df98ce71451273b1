"""Pages without signing in; they set no cookie."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from alliance_tracker.drawing import region_shapes
from alliance_tracker.drawing.flanders import RegionShape, flanders_map
from alliance_tracker.i18n import Message
from alliance_tracker.regions import queries as regions
from alliance_tracker.stappenplan.queries import newest_plan_id, plan_words
from alliance_tracker.web.templating import page

bp = Blueprint("public", __name__, url_prefix="/public")


@bp.after_request
def _vary(response: Response) -> Response:
    """A page without an account is in the language that the browser asks for: a cache between must know."""
    response.vary.add("Accept-Language")
    return response


@bp.get("")
def index() -> ResponseReturnValue:
    """What a local alliance is, the fifteen regions, and the five steps."""
    names = regions.names()
    shapes = [
        RegionShape(code, name, "level-1", "plain", region_shapes.SHORT_NAMES[code], None, name)
        for code, name in names.items()
    ]
    drawn = flanders_map(
        shapes,
        title=str(Message("Map of Flanders")),
        description=str(Message("The reference regions")),
        uid="public-map",
    )
    return page(
        "public/index.html",
        map=drawn,
        **region_shapes.CREDIT,
        steps=plan_words(newest_plan_id()),
    )


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return page("public/accessibility.html")


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept about people, and why."""
    return page("public/privacy.html")
