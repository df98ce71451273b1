"""Closing an organisation and merging it into another, with what that means for its partnerships."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances import estate, succession
from alliance_tracker.alliances.models import Partner
from alliance_tracker.alliances.succession import Succession
from alliance_tracker.database import db, today
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.forms import CloseForm, MergeForm
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.organisations.views import crumbs, load_organisation
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import Choice
from alliance_tracker.web.guards import actor
from alliance_tracker.web.templating import page

bp = Blueprint("succession", __name__, url_prefix="/organisations")


@bp.get("/<int:organisation_id>/close")
def close(organisation_id: int, form: CloseForm | None = None) -> ResponseReturnValue:
    """Close an organisation; the page says which partnerships end with it."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_SUCCEED)
    found = succession.open_partnerships(organisation)
    return page(
        "organisations/close.html",
        organisation=organisation,
        form=form or CloseForm(),
        partnerships=found,
        alliances=succession.alliances_of(found),
        owed=estate.owed_by(organisation_id),
        crumbs=crumbs(organisation),
    )


@bp.post("/<int:organisation_id>/close")
def close_submit(organisation_id: int) -> ResponseReturnValue:
    """Close it, and end its partnerships."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_SUCCEED)
    form = CloseForm()
    return carry_out(
        form,
        lambda: succession.close(organisation, on=form.on.data or today(), reason=form.reason.data, actor=actor()),
        to=lambda _: _afterwards(organisation_id),
        done=Message("The organisation is closed; everything about it stays readable."),
        page=lambda: close(organisation_id, form),
    )


def _afterwards(organisation_id: int) -> str:
    """To where its open commitments are decided, else to its page."""
    own = url_for("organisations.show", organisation_id=organisation_id)
    return estate.next_address(organisation_id, None, own)


def _merge_form(found: list[Partner]) -> MergeForm:
    """The form with one decision for each partnership of today."""
    names = {a.id: a.name for a in succession.alliances_of(found).values()}
    decisions = {
        succession.field_of(partner): Choice(
            Message("Partnership in %(alliance)s", alliance=names[partner.alliance_id]),
            choices=Succession,
            needed=Message("Decide what becomes of this partnership."),
            default=Succession.INHERIT.value,
        )
        for partner in found
    }
    made: MergeForm = type("MergeFormHere", (MergeForm,), decisions)()
    return made


@bp.get("/<int:organisation_id>/merge")
def merge(organisation_id: int, form: MergeForm | None = None) -> ResponseReturnValue:
    """Merge an organisation into another, and decide per partnership."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_SUCCEED)
    found = succession.open_partnerships(organisation)
    form = form or _merge_form(found)
    return page(
        "organisations/merge.html",
        organisation=organisation,
        form=form,
        representatives=succession.representatives(organisation),
        owed=estate.owed_by(organisation_id),
        decisions=[form[name] for partner in found if (name := succession.field_of(partner)) in form],
        crumbs=crumbs(organisation),
    )


@bp.post("/<int:organisation_id>/merge")
def merge_submit(organisation_id: int) -> ResponseReturnValue:
    """Merge it, with the decisions that were made."""
    organisation = load_organisation(organisation_id, Permission.ORGANISATION_SUCCEED)
    found = succession.open_partnerships(organisation)
    form = _merge_form(found)

    def command() -> None:
        successor = db().get(Organisation, form.successor.organisation_id)
        if successor is None:
            raise FieldRefused("successor", Message("Choose an organisation."))
        decisions = {partner.id: Succession(form[succession.field_of(partner)].data) for partner in found}
        succession.merge(
            organisation, successor, decisions, on=form.on.data or today(), reason=form.reason.data, actor=actor()
        )

    return carry_out(
        form,
        command,
        to=lambda _: _afterwards(organisation_id),
        done=Message("The organisation merged; its names and numbers stay as history."),
        page=lambda: merge(organisation_id, form),
    )
