"""The convenant of an alliance: how it stands, and beginning one."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.convenants import beginning, forms, overview, queries, signatures, signing
from alliance_tracker.convenants.drafting import Draft
from alliance_tracker.convenants.lifecycle import can_be_signed
from alliance_tracker.convenants.models import Convenant, ConvenantVersion
from alliance_tracker.convenants.suggestions import CLAUSES
from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import service as evidence
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, page_number, permitted

bp = Blueprint("convenants", __name__, url_prefix="/alliances/<slug>/convenant")

#: What the history of this page tells of.
TOLD = ("convenant", "convenant_version", "convenant_signature", "commitment_wording", "drawing_right")


def crumbs(slug: str, version: ConvenantVersion | None = None) -> list[tuple[object, str]]:
    """The way to a page below the convenant, and below a draft of it."""
    found: list[tuple[object, str]] = [(Message("Convenant"), url_for("convenants.index", slug=slug))]
    if version is not None:
        address = url_for("convenants.edit", slug=slug, version_id=version.id)
        found.append((Message("Draft of version %(number)s", number=version.number), address))
    return found


def home(slug: str) -> str:
    """The address of the page of the convenant."""
    return url_for("convenants.index", slug=slug)


def load_version(
    slug: str, version_id: int, permission: Permission = Permission.ALLIANCE_VIEW
) -> tuple[Alliance, ConvenantVersion]:
    """A version of a convenant of the alliance at this address, with everything that hangs on it.

    :raise NotFound: it belongs to another alliance, or to one that this person may not know of.
    """
    alliance = load_alliance(slug)
    version = next(iter(queries.versions([version_id])), None)
    if version is None or version.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(version, permission)


def load_convenant(slug: str, convenant_id: int, permission: Permission) -> tuple[Alliance, Convenant]:
    """A convenant of the alliance at this address; refusals as `load_version`."""
    alliance = load_alliance(slug)
    convenant = db().get(Convenant, convenant_id)
    if convenant is None or convenant.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(convenant, permission)


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """How the convenant stands, and what can be done next."""
    alliance = load_alliance(slug)
    found = overview.of_alliance(alliance.id)
    return alliance_page(
        "convenants/index.html",
        alliance,
        "convenant",
        found=found,
        parties_of=overview.parties_of,
        can_be_signed=can_be_signed,
        awaited_from=lambda version: signing.awaited_from(version, actor()),
        scans=evidence.of(signatures.PROVEN, [str(number) for number in found.signature_ids]),
        history=web_history.of_tables(alliance.id, TOLD, page_number()),
    )


@bp.get("/new")
def create(slug: str, form: forms.BeginForm | None = None) -> ResponseReturnValue:
    """Begin a convenant: its title and its term; the rest follows in the draft."""
    alliance = load_alliance(slug, Permission.CONVENANT_PREPARE)
    return alliance_page(
        "convenants/create.html", alliance, "convenant", form=form or forms.BeginForm(), crumbs=crumbs(slug)
    )


def first_draft(form: forms.BeginForm) -> Draft:
    """The first draft that the form asks for."""
    clauses: dict[str, Any] = {name: str(text) for name, text in CLAUSES.items()} if form.with_suggestions.data else {}
    return Draft(
        title=form.title.data,
        subject=form.subject.data,
        starts_on=form.starts_on.day,
        ends_on=form.ends_on.day,
        **clauses,
    )


@bp.post("/new")
def create_submit(slug: str) -> ResponseReturnValue:
    """Begin the draft."""
    alliance, form = load_alliance(slug, Permission.CONVENANT_PREPARE), forms.BeginForm()
    return carry_out(
        form,
        lambda: beginning.start(alliance, first_draft(form), actor=actor()),
        to=lambda version: url_for("convenants.edit", slug=slug, version_id=version.id),
        done=Message("The draft is begun. VLAIO and the core partners are its parties."),
        page=lambda: create(slug, form),
    )
