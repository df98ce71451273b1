"""The pages of the register: the list, one organisation, and the forms that add, correct, rename and reopen one."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from alliance_tracker.database import today
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations import forms, listing, panels, partnerships, queries, service
from alliance_tracker.organisations.identifiers import written
from alliance_tracker.organisations.lifecycle import LIFECYCLE
from alliance_tracker.organisations.listing import Filter
from alliance_tracker.organisations.models import Organisation, OrganisationKind, OrganisationStatus, Pillar
from alliance_tracker.organisations.similar import names_like
from alliance_tracker.policy import Permission
from alliance_tracker.regions.queries import municipality_choices
from alliance_tracker.regions.queries import names as region_names
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor, local_path, permitted, require
from alliance_tracker.web.templating import page
from alliance_tracker.workflow import events_of

bp = Blueprint("organisations", __name__, url_prefix="/organisations")

E = TypeVar("E", bound=StrEnum)
R = TypeVar("R")


def load_organisation(organisation_id: int, permission: Permission) -> Organisation:
    """The organisation with its names, numbers and municipalities, for this person and this purpose.

    :raise NotFound: there is none.
    :raise NotAllowed: it may be seen, but not this.
    """
    require(Permission.ORGANISATION_VIEW)
    return permitted(queries.organisation(organisation_id), permission)


def crumbs(organisation: Organisation | None = None) -> list[tuple[Any, str]]:
    """The way to a page below the list, or below one organisation."""
    way: list[tuple[Any, str]] = [(Message("Organisations"), url_for("organisations.index"))]
    if organisation is not None:
        way.append((organisation.name, url_for("organisations.show", organisation_id=organisation.id)))
    return way


def _asked(kind: type[E], name: str) -> E | None:
    value = request.args.get(name, "")
    return kind(value) if value in {member.value for member in kind} else None


@bp.get("")
def index() -> ResponseReturnValue:
    """All organisations, page by page, with search and filters in the address."""
    require(Permission.ORGANISATION_VIEW)
    everything = request.args.get("status") == "all"
    asked = Filter(
        q=request.args.get("q", "")[:160],
        kind=_asked(OrganisationKind, "kind"),
        pillar=_asked(Pillar, "pillar"),
        region_code=request.args.get("region", "")[:10],
        municipality=request.args.get("municipality", "")[:80],
        status=None if everything else _asked(OrganisationStatus, "status") or OrganisationStatus.ACTIVE,
    )
    found = listing.listing(asked, request.args.get("page", 1, type=int), actor=actor())
    filters = ("q", "kind", "pillar", "region", "municipality", "status")
    in_address = {key: value for key in filters if (value := request.args.get(key))}
    return page(
        "organisations/index.html",
        found=found,
        asked=asked,
        everything=everything,
        in_address=in_address,
        regions=region_names(),
        kinds=OrganisationKind,
        pillars=Pillar,
        statuses=OrganisationStatus,
    )


@bp.get("/search")
def search() -> ResponseReturnValue:
    """At most ten organisations of today, for search while typing."""
    require(Permission.ORGANISATION_VIEW)
    found = queries.search(request.args.get("q", "")[:160])
    return jsonify(
        items=[
            {
                "id": row.id,
                "name": row.name,
                "kind": str(row.kind.label),
                "municipalities": list(row.municipalities),
                "words": row.words,
            }
            for row in found
        ]
    )


@bp.get("/<int:organisation_id>")
def show(organisation_id: int, reopen_form: ReasonForm | None = None) -> ResponseReturnValue:
    """One organisation: its facts, its names, where it takes part, and what became of it."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_VIEW)
    return page(
        "organisations/show.html",
        organisation=organisation,
        written=written,
        partnerships=partnerships.partnerships(organisation_id, actor=actor()),
        merged=queries.merged_into(organisation_id),
        links=panels.links_of(organisation),
        last_event=events_of("organisation", organisation_id)[-1:],
        offers={offer.transition.name: offer for offer in LIFECYCLE.offers(actor(), organisation)},
        reopen_form=reopen_form or ReasonForm(formdata=None),
        crumbs=crumbs(),
    )


def leading(command: Callable[[], R]) -> R:
    """Run `command`; where a number is taken, the sentence leads to the organisation that has it."""
    try:
        return command()
    except service.IdentifierTaken as taken:
        link = Markup('<a href="{}">{}</a>').format(
            url_for("organisations.show", organisation_id=taken.organisation_id), taken.name
        )
        sentence = escape(str(Message("This number is that of %(name)s, which is in the register already.")))
        raise FieldRefused(taken.field, sentence % {"name": link}) from taken


@bp.get("/new")
def create(form: forms.CreateForm | None = None) -> ResponseReturnValue:
    """Add an organisation."""
    require(Permission.ORGANISATION_CREATE)
    form = form or forms.CreateForm(name=request.args.get("name", "")[:160], next=request.args.get("next", ""))
    form.municipalities.offer(municipality_choices())
    return page(
        "organisations/create.html",
        form=form,
        similar=_similar(form),
        crumbs=crumbs(),
        back=local_path(form.next.data, url_for("organisations.index")),
    )


def _similar(form: forms.CreateForm | forms.RenameForm, besides: int | None = None) -> Any:
    wanted = form.is_another.errors or form.is_another.data
    return names_like(form.name.data, besides=besides) if wanted and form.name.data else ()


@bp.post("/new")
def create_submit() -> ResponseReturnValue:
    """Keep the new organisation, once its likes were looked at."""
    require(Permission.ORGANISATION_CREATE)
    form = forms.CreateForm()
    form.municipalities.offer(municipality_choices())

    def command() -> Organisation:
        return service.create(
            name=form.name.data,
            kind=OrganisationKind(form.kind.data),
            municipality_ids=form.municipalities.ids,
            identifiers=form.numbers,
            website=form.website.data,
            note=form.note.data,
            name_since=form.name_since.data,
            is_another=form.is_another.data,
            actor=actor(),
        )

    return carry_out(
        form,
        lambda: leading(command),
        to=lambda organisation: _after_adding(organisation, form.next.data),
        done=Message("The organisation is in the register."),
        page=lambda: create(form),
    )


def _after_adding(organisation: Organisation, asked_by: str | None) -> str:
    """Back to the form that asked for the organisation, with it chosen; else its own page."""
    own = url_for("organisations.show", organisation_id=organisation.id)
    asking = local_path(asked_by, "").partition("?")[0]
    return f"{asking}?organisation={organisation.id}" if asking else own


@bp.get("/<int:organisation_id>/edit")
def edit(organisation_id: int, form: forms.OrganisationForm | None = None) -> ResponseReturnValue:
    """Correct the facts of an organisation."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_EDIT)
    if form is None:
        form = forms.OrganisationForm(obj=organisation)
        form.fill(organisation)
    elif form.has_met_another:
        form.compare(organisation, queries.last_change(organisation))
    form.municipalities.offer(municipality_choices())
    return page("organisations/edit.html", form=form, organisation=organisation, crumbs=crumbs(organisation))


@bp.post("/<int:organisation_id>/edit")
def edit_submit(organisation_id: int) -> ResponseReturnValue:
    """Keep the corrected facts."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_EDIT)
    form = forms.OrganisationForm()
    form.municipalities.offer(municipality_choices())

    def command() -> None:
        service.edit(
            organisation,
            kind=OrganisationKind(form.kind.data),
            municipality_ids=form.municipalities.ids,
            identifiers=form.numbers,
            website=form.website.data,
            note=form.note.data,
            version=form.version.data,
            actor=actor(),
        )

    return carry_out(
        form,
        lambda: leading(command),
        to=lambda _: url_for("organisations.show", organisation_id=organisation_id),
        done=Message("Saved."),
        page=lambda: edit(organisation_id, form),
    )


@bp.get("/<int:organisation_id>/rename")
def rename(organisation_id: int, form: forms.RenameForm | None = None) -> ResponseReturnValue:
    """Give an organisation another name."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_SUCCEED)
    form = form or forms.RenameForm()
    return page(
        "organisations/rename.html",
        form=form,
        organisation=organisation,
        similar=_similar(form, organisation_id),
        crumbs=crumbs(organisation),
    )


@bp.post("/<int:organisation_id>/rename")
def rename_submit(organisation_id: int) -> ResponseReturnValue:
    """Keep the new name, and the old one as history."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_SUCCEED)
    form = forms.RenameForm()
    return carry_out(
        form,
        lambda: service.rename(
            organisation,
            name=form.name.data,
            on=form.on.data or today(),
            reason=form.reason.data,
            is_another=form.is_another.data,
            actor=actor(),
        ),
        to=lambda _: url_for("organisations.show", organisation_id=organisation_id),
        done=Message("The new name is kept; the old one stays in the history."),
        page=lambda: rename(organisation_id, form),
    )


@bp.post("/<int:organisation_id>/reopen")
def reopen_submit(organisation_id: int) -> ResponseReturnValue:
    """Open a closed organisation again."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_SUCCEED)
    form = ReasonForm()
    return carry_out(
        form,
        lambda: service.reopen(organisation, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("organisations.show", organisation_id=organisation_id),
        done=Message("The organisation is active again."),
        page=lambda: show(organisation_id, form),
    )
