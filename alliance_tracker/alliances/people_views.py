"""The people and the mandate of an alliance: its coordinators, and its pioneer mandate."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.accounts import links
from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import RoleGrant
from alliance_tracker.accounts.views import link_address
from alliance_tracker.alliances import forms, service
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import PioneerMandate
from alliance_tracker.alliances.queries import mandates_of
from alliance_tracker.alliances.service import check_open
from alliance_tracker.alliances.views import bp
from alliance_tracker.errors import FieldRefused, NotFound
from alliance_tracker.i18n import Message, language
from alliance_tracker.policy import Permission, Role
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, load, settings


@bp.get("/<slug>/people")
def people(slug: str, form: forms.CoordinatorForm | None = None) -> ResponseReturnValue:
    """Who coordinates this alliance."""
    alliance = load_alliance(slug)
    return alliance_page(
        "alliances/people.html",
        alliance,
        "about",
        coordinators=accounts.coordinators_of(alliance.id),
        form=form or forms.CoordinatorForm(),
        action=ActionForm(formdata=None),
    )


@bp.post("/<slug>/people")
def people_submit(slug: str) -> ResponseReturnValue:
    """Give somebody the coordinator role; somebody new is invited."""
    alliance, form = load_alliance(slug, Permission.COORDINATOR_APPOINT), forms.CoordinatorForm()

    def command() -> RoleGrant:
        check_open(alliance)
        user = accounts.user_by_email(form.email.data)
        if user is None:
            if not form.name.data:
                raise FieldRefused("name", Message("This person is new: fill in a name."))
            user = accounts.register(email=form.email.data, name=form.name.data, language=language(), actor=actor())
            links.invite(user, address=link_address(), days=settings("INVITATION_DAYS"), actor=actor())
        return accounts.give_role(user, Role.COORDINATOR, alliance_id=alliance.id, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda _: url_for("alliances.people", slug=slug),
        done=Message("The role is given; it holds from the next sign-in."),
        page=lambda: people(slug, form),
    )


@bp.post("/<slug>/people/<int:grant_id>/end")
def end_coordinator_submit(slug: str, grant_id: int) -> ResponseReturnValue:
    """End a coordinator's role."""
    alliance = load_alliance(slug, Permission.COORDINATOR_APPOINT)
    grant = load(RoleGrant, grant_id, Permission.COORDINATOR_APPOINT, visible=Permission.COORDINATOR_APPOINT)
    if grant.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    action, shown = ActionForm(), forms.CoordinatorForm(formdata=None)

    def again() -> ResponseReturnValue:
        shown.form_errors = action.form_errors
        return people(slug, shown)

    return carry_out(
        action,
        lambda: accounts.end_role(grant, actor=actor()),
        to=lambda _: url_for("alliances.people", slug=slug),
        done=Message("The role ended."),
        page=again,
    )


@bp.get("/<slug>/mandate")
def mandate(slug: str, form: forms.MandateForm | None = None) -> ResponseReturnValue:
    """The pioneer mandates of this alliance, and giving one."""
    alliance = load_alliance(slug)
    return alliance_page(
        "alliances/mandate.html",
        alliance,
        "about",
        mandates=mandates_of(alliance.id),
        form=form or forms.MandateForm(),
    )


@bp.post("/<slug>/mandate")
def mandate_submit(slug: str) -> ResponseReturnValue:
    """Give the pioneer mandate of the region."""
    alliance, form = load_alliance(slug, Permission.PIONEER_MANDATE), forms.MandateForm()
    return carry_out(
        form,
        lambda: service.give_mandate(
            alliance, task=form.task.data, since=form.since.day, until=form.until.data, actor=actor()
        ),
        to=lambda _: url_for("alliances.mandate", slug=slug),
        done=Message("The mandate is given."),
        page=lambda: mandate(slug, form),
    )


def _mandate_of(slug: str, mandate_id: int) -> PioneerMandate:
    alliance = load_alliance(slug, Permission.PIONEER_MANDATE)
    row = load(PioneerMandate, mandate_id, Permission.PIONEER_MANDATE)
    if row.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return row


@bp.get("/<slug>/mandate/<int:mandate_id>/end")
def end_mandate(slug: str, mandate_id: int, form: forms.EndMandateForm | None = None) -> ResponseReturnValue:
    """End a mandate."""
    alliance, row = load_alliance(slug, Permission.PIONEER_MANDATE), _mandate_of(slug, mandate_id)
    return alliance_page(
        "alliances/end_mandate.html",
        alliance,
        "about",
        mandate=row,
        form=form or forms.EndMandateForm(),
        crumbs=[(Message("Pioneer mandate"), url_for("alliances.mandate", slug=slug))],
    )


@bp.post("/<slug>/mandate/<int:mandate_id>/end")
def end_mandate_submit(slug: str, mandate_id: int) -> ResponseReturnValue:
    """Carry it out."""
    row, form = _mandate_of(slug, mandate_id), forms.EndMandateForm()
    return carry_out(
        form,
        lambda: service.end_mandate(row, on=form.on.day, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("alliances.mandate", slug=slug),
        done=Message("The mandate has ended."),
        page=lambda: end_mandate(slug, mandate_id, form),
    )
