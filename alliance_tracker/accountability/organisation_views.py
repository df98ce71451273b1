"""The account of an organisation over all alliances, and what is still to be decided when one of them ended or left."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.accountability import roster, succession
from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.organisations.panels import Link
from alliance_tracker.organisations.queries import LARGEST
from alliance_tracker.organisations.views import crumbs, load_organisation
from alliance_tracker.policy import Permission
from alliance_tracker.regions.queries import names as region_names
from alliance_tracker.web.guards import actor, page_number, require
from alliance_tracker.web.templating import page

bp = Blueprint("organisation_accounts", __name__, url_prefix="/organisations")


@bp.get("/<int:organisation_id>/account")
def show(organisation_id: int) -> ResponseReturnValue:
    """What an organisation promised and did, in every alliance that the reader may see."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_VIEW)
    year = min(max(request.args.get("year", today().year, type=int), 2000), 2100)
    number = page_number()
    return page(
        "accountability/overall.html",
        organisation=organisation,
        overall=roster.overall(organisation_id, year, number, actor=actor()),
        year=year,
        number=number,
        regions=region_names(),
        crumbs=crumbs(organisation),
    )


@bp.get("/undecided")
def undecided() -> ResponseReturnValue:
    """Organisations that merged, closed or left with open commitments, in the alliances that the reader may see."""
    require(Permission.ORGANISATION_VIEW)
    asked = request.args.get("organisation", type=int)
    organisation_id = asked if asked is not None and 0 < asked <= LARGEST else None
    number = page_number()
    found, total = succession.undecided(actor=actor(), organisation_id=organisation_id, number=number)
    return page(
        "accountability/undecided.html",
        found=found,
        total=total,
        number=number,
        last=max(1, -(-total // succession.PAGE)),
        organisation_id=organisation_id,
        crumbs=crumbs(),
    )


def link_of(organisation: Organisation) -> Link:
    """The way from the page of an organisation to its account."""
    return Link(
        Message("Account over all alliances"),
        url_for("organisation_accounts.show", organisation_id=organisation.id),
        Message("What it promised, what it delivered, what is late and why."),
    )
