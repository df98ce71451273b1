"""The pages of the regions: the map of Flanders with its table, one region, and the form over its follow-up."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.drawing.flanders import RegionShape, flanders_map, legend_swatch
from alliance_tracker.drawing.region_shapes import CREDIT, SHORT_NAMES
from alliance_tracker.i18n import Counted, Message, in_words
from alliance_tracker.policy import Permission
from alliance_tracker.regions import forms, panels, queries, service
from alliance_tracker.regions.models import Region
from alliance_tracker.regions.queries import RegionRow
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, load, require
from alliance_tracker.web.templating import page

bp = Blueprint("regions", __name__, url_prefix="/regions")

#: Printed under every map of regions: whose outlines these are, and of when.


def _shape(row: RegionRow) -> RegionShape:
    told: list[Message] = [Counted("%(n)s municipality", "%(n)s municipalities", n=row.municipalities)]
    if row.stem_poor:
        told.append(Message("marked as STEM-poor"))
    return RegionShape(
        code=row.code,
        name=row.name,
        tone="attention" if row.stem_poor else "level-1",
        pattern="lines" if row.stem_poor else "plain",
        label=SHORT_NAMES[row.code],
        href=url_for("regions.show", code=row.code),
        description=in_words(told),
    )


@bp.get("")
def index() -> ResponseReturnValue:
    """The 15 regions on the map and in a table, and the region of a municipality."""
    require(Permission.REGION_VIEW)
    rows, q = queries.overview(), request.args.get("q", "")[:80]
    drawn = flanders_map(
        [_shape(row) for row in rows],
        title=str(Message("Map of the 15 reference regions")),
        description=str(Message("Each region leads to its page. The table below the map says the same in words.")),
        uid="regions",
    )
    return page(
        "regions/index.html",
        rows=rows,
        city_count=sum(len(row.centre_cities) for row in rows),
        map=drawn,
        swatches={
            "plain": legend_swatch("level-1", "plain", uid="swatch-plain"),
            "poor": legend_swatch("attention", "lines", uid="swatch-poor"),
        },
        q=q,
        places=queries.places(q),
        **CREDIT,
    )


def _locator(region: Region) -> str:
    """Where the region lies: it is dark, the others pale."""
    return flanders_map(
        [
            RegionShape(
                code=code,
                name=name,
                tone="level-4" if code == region.code else "level-1",
                pattern="plain",
                label="",
                href=None if code == region.code else url_for("regions.show", code=code),
                description=str(Message("this region")) if code == region.code else "",
            )
            for code, name in queries.names().items()
        ],
        title=str(Message("Where %(region)s lies", region=region.name)),
        description=str(Message("This region is dark on the map of Flanders; the others lead to their pages.")),
        uid="locator",
    )


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """One region: its municipalities and mergers, its follow-up, and what the layers above know about it."""
    region = load(Region, code, Permission.REGION_VIEW)
    municipalities = queries.municipalities_of(code)
    return page(
        "regions/show.html",
        region=region,
        municipalities=municipalities,
        centre_cities=[m.name for m in municipalities if m.is_centre_city],
        mergers=queries.mergers_of(code),
        follow_up=queries.follow_up_of(code),
        panels=panels.panels_of(region),
        map=_locator(region),
        crumbs=[(Message("Regions"), url_for("regions.index"))],
        **CREDIT,
    )


@bp.get("/<code>/follow-up")
def follow(code: str, form: forms.FollowUpForm | None = None) -> ResponseReturnValue:
    """Keep a region's next step, and whether it is STEM-poor."""
    region = load(Region, code, Permission.REGION_FOLLOW)
    kept = queries.follow_up_of(code)
    form = form or (forms.FollowUpForm(obj=kept) if kept else forms.FollowUpForm(version=0))
    return page(
        "regions/follow.html",
        region=region,
        form=form,
        crumbs=[
            (Message("Regions"), url_for("regions.index")),
            (region.name, url_for("regions.show", code=code)),
        ],
    )


@bp.post("/<code>/follow-up")
def follow_submit(code: str) -> ResponseReturnValue:
    """Keep what was filled in."""
    region, form = load(Region, code, Permission.REGION_FOLLOW), forms.FollowUpForm()
    return carry_out(
        form,
        lambda: service.follow_up(
            region,
            next_step=form.next_step.data,
            next_step_on=form.next_step_on.data,
            stem_poor=form.stem_poor.data,
            stem_poor_reason=form.stem_poor_reason.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("regions.show", code=code),
        done=Message("Saved."),
        page=lambda: follow(code, form),
    )
