"""The frameworks: who works on which of their goals, over the 15 regions, in one region, and for one goal."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.drawing.region_shapes import SHORT_NAMES
from alliance_tracker.errors import NotFound
from alliance_tracker.frameworks.terms import Scheme, Term, terms
from alliance_tracker.frameworks.views import bp
from alliance_tracker.i18n import Message
from alliance_tracker.monitoring import framework_matrix as matrix
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import actor, page_number, require
from alliance_tracker.web.templating import page

SHOWN = {scheme.value: scheme for f in matrix.FRAMEWORKS for scheme in (f.scheme, f.under) if scheme}


def _opened() -> str:
    """The strategic goal that the address asks to unfold."""
    key = request.args.get("open", "")
    return key if key in terms(Scheme.STRATEGIC_GOAL) else ""


@bp.get("")
def index() -> ResponseReturnValue:
    """Which goals of the frameworks are served, region by region, white spots included."""
    require(Permission.FRAMEWORK_VIEW)
    regions, counts, opened = matrix.all_regions(), matrix.region_counts(), _opened()
    codes = [code for code, _ in regions]
    return page(
        "frameworks/index.html",
        regions=regions,
        short_names=SHORT_NAMES,
        sections=[(f, matrix.lines(f, codes, counts, opened)) for f in matrix.FRAMEWORKS],
    )


@bp.get("/regions/<code>")
def region(code: str) -> ResponseReturnValue:
    """The same for one region, alliance by alliance."""
    require(Permission.FRAMEWORK_VIEW)
    names = dict(matrix.all_regions())
    if code not in names:
        raise NotFound(Message("There is nothing at this address."))
    found, opened = matrix.neighbours(actor(), code, page_number()), _opened()
    ids = [item.id for item in found.items]
    by_alliance, tallied = matrix.counts_of(ids), matrix.region_counts(code)
    return page(
        "frameworks/region.html",
        code=code,
        name=names[code],
        regions=list(names.items()),
        found=found,
        sections=[
            (f, matrix.lines(f, ids, by_alliance, opened), matrix.lines(f, [code], tallied, opened))
            for f in matrix.FRAMEWORKS
        ],
        crumbs=_crumbs(),
    )


def _crumbs() -> list[tuple[object, str]]:
    return [(Message("Frameworks"), url_for("frameworks.index"))]


def _term(scheme: str, key: str) -> Term:
    found = terms(SHOWN[scheme]).get(key) if scheme in SHOWN else None
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return found


@bp.get("/<scheme>/<key>")
def term(scheme: str, key: str) -> ResponseReturnValue:
    """The alliances that work on one goal of a framework: named for whoever may see them, counted for the others."""
    require(Permission.FRAMEWORK_VIEW)
    found, names = _term(scheme, key), dict(matrix.all_regions())
    code = request.args.get("region", "")
    code = code if code in names else ""
    return page(
        "frameworks/term.html",
        term=found,
        code=code,
        region=names.get(code, ""),
        found=matrix.working_on(actor(), found, code, page_number()),
        is_historical=found.scheme in {Scheme.STRATEGIC_GOAL, Scheme.OPERATIONAL_GOAL},
        crumbs=_crumbs(),
    )
