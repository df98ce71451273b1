"""The shared catalogue of indicators: its present version, every version, and what one changed in another."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.errors import NotFound
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import catalogue_queries as queries
from alliance_tracker.indicators import cataloguing
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, require
from alliance_tracker.web.templating import page

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")


def catalogue_page(
    template: str, *, below: bool = True, further: tuple[tuple[Any, str], ...] = (), **facts: Any
) -> str:
    """A page about the catalogue; one below its own page gets the way back to it."""
    back = [(Message("Catalogue"), url_for("catalogue.index"))] if below else []
    return page(template, crumbs=[*back, *further], breakdowns=breakdowns(), **facts)


def _published_page(version: queries.Version, *, below: bool, form: ActionForm | None = None) -> str:
    versions = queries.versions()
    return catalogue_page(
        "catalogue/index.html",
        below=below,
        version=version,
        versions=versions,
        entries=queries.entries_of(version.id, with_followers=True),
        retired=queries.retired(),
        draft_label=queries.label_of_draft(),
        action=form or ActionForm(formdata=None),
    )


@bp.get("")
def index(form: ActionForm | None = None) -> ResponseReturnValue:
    """The catalogue as it is now, with its versions."""
    require(Permission.CATALOGUE_VIEW)
    return _published_page(queries.versions()[0], below=False, form=form)


@bp.get("/versions/<label>")
def version(label: str) -> ResponseReturnValue:
    """One published version of the catalogue."""
    require(Permission.CATALOGUE_VIEW)
    return _published_page(queries.version_with_label(label), below=True)


@bp.get("/versions/<label>/changes")
def changes(label: str) -> ResponseReturnValue:
    """What a version changed with regard to the one before it."""
    require(Permission.CATALOGUE_VIEW)
    versions = queries.versions()
    place = next((number for number, each in enumerate(versions) if each.label == label), None)
    if place is None or place + 1 >= len(versions):
        raise NotFound(Message("There is nothing at this address."))
    new, old = versions[place], versions[place + 1]
    return catalogue_page(
        "catalogue/changes.html",
        old=old,
        new=new,
        difference=queries.between(queries.entries_of(old.id), queries.entries_of(new.id)),
    )


@bp.post("/draft/new")
def begin_submit() -> ResponseReturnValue:
    """Begin a draft, as a copy of the version that was published last."""
    require(Permission.CATALOGUE_DRAFT)
    form = ActionForm()
    return carry_out(
        form,
        lambda: cataloguing.begin(actor=actor()),
        to=lambda _: url_for("catalogue.draft"),
        done=Message("The draft is a copy of the newest version. Change what should change."),
        page=lambda: index(form),
    )
