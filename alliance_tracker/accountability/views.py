"""The accounts of an alliance: everybody with the facts of a year, and one organisation with every line."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.accountability import accounts, roster, succession, threads
from alliance_tracker.accountability.roster import Member
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Side
from alliance_tracker.database import today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import actor

bp = Blueprint("accountability", __name__, url_prefix="/alliances/<slug>/accounts")

TAB = "accounts"


def crumbs(slug: str, member: Member | None = None) -> list[tuple[Any, str]]:
    """The way to a page below the list, and below the account of an organisation."""
    found: list[tuple[Any, str]] = [(Message("Accountability"), url_for("accountability.index", slug=slug))]
    if member is not None:
        address = url_for("accountability.show", slug=slug, organisation_id=member.organisation_id)
        found.append((member.name, address))
    return found


def load_member(
    slug: str, organisation_id: int, permission: Permission = Permission.ALLIANCE_VIEW
) -> tuple[Alliance, Member]:
    """An organisation that accounts in the alliance at this address.

    :raise NotFound: it does not, or this person may not see the alliance.
    """
    alliance = load_alliance(slug, permission)
    member = next((m for m in roster.members_of(alliance.id) if m.organisation_id == organisation_id), None)
    if member is None:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, member


def load_organisation(member: Member) -> Organisation:
    """The organisation of a member, with its names and numbers."""
    return organisation_by_id(member.organisation_id)


def asked_year(years: tuple[int, ...]) -> int:
    """The year that the address asks for; this year unless told otherwise."""
    asked = request.args.get("year", today().year, type=int)
    return asked if asked in years else today().year


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """Everybody who promised something, the government first, with the facts of a year."""
    alliance = load_alliance(slug)
    years = roster.years_of(alliance.id)
    year = asked_year(years)
    # Of a running year the account is not due yet: show that of the year before, if there was one.
    statement_year = year - 1 if year == today().year and year - 1 in years else year
    rows = roster.rows_of(alliance.id, year, statement_year)
    estates, _ = succession.undecided(actor=actor(), alliance_id=alliance.id)
    return alliance_page(
        "accountability/index.html",
        alliance,
        TAB,
        groups=[(side, found) for side in Side if (found := [row for row in rows if row.member.side is side])],
        years=years,
        year=year,
        statement_year=statement_year,
        estates=estates,
        questions=threads.listing(alliance.id).total,
    )


@bp.get("/<int:organisation_id>")
def show(slug: str, organisation_id: int) -> ResponseReturnValue:
    """The account of one organisation in this alliance, year by year and line by line."""
    alliance, member = load_member(slug, organisation_id)
    years = roster.years_of(alliance.id, organisation_id)
    return alliance_page(
        "accountability/show.html",
        alliance,
        TAB,
        member=member,
        account=accounts.account_of(alliance.id, organisation_id, years),
        years=years,
        questions=threads.listing(alliance.id, organisation_id=organisation_id),
        undecided=[row for row in succession.owed_by(organisation_id, alliance.id) if row.is_undecided],
        speaks=organisation_id in actor().represented_organisations,
        crumbs=crumbs(slug),
    )
