"""The administrator's pages: people, their roles, their invitations, and the outgoing mail."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import outbox
from alliance_tracker.accounts import forms, links, scopes, service
from alliance_tracker.accounts.models import RoleGrant, User
from alliance_tracker.accounts.views import link_address
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission, Role
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, load, require, settings
from alliance_tracker.web.templating import page

bp = Blueprint("admin", __name__, url_prefix="/admin")


def _person(user_id: int) -> User:
    require(Permission.ACCOUNT_MANAGE)
    return service.user_by_id(user_id)


@bp.get("/people")
def people() -> ResponseReturnValue:
    """Everybody with an account."""
    require(Permission.ACCOUNT_MANAGE)
    search = request.args.get("q", "")[:160]
    found = service.people(search)
    grants = [grant for user in found for grant in user.current_grants]
    return page("accounts/people.html", people=found, search=search, scopes=scopes.names_of(grants))


@bp.get("/people/new")
def invite(form: forms.InviteForm | None = None) -> ResponseReturnValue:
    """Invite somebody."""
    require(Permission.ACCOUNT_MANAGE)
    return page("accounts/invite.html", form=form or forms.InviteForm(), days=settings("INVITATION_DAYS"))


@bp.post("/people/new")
def invite_submit() -> ResponseReturnValue:
    """Make the account and mail its one-time link."""
    require(Permission.ACCOUNT_MANAGE)
    form = forms.InviteForm()

    def command() -> User:
        user = service.register(
            email=form.email.data,
            name=form.name.data,
            function=form.function.data,
            language=form.language.data,
            actor=actor(),
        )
        links.invite(user, address=link_address(), days=settings("INVITATION_DAYS"), actor=actor())
        return user

    return carry_out(
        form,
        command,
        to=lambda user: url_for("admin.person", user_id=user.id),
        done=Message("The invitation is on its way. Now give this person a role."),
        page=lambda: invite(form),
    )


@bp.get("/people/<int:user_id>")
def person(
    user_id: int, form: forms.ProfileForm | None = None, role_form: forms.RoleForm | None = None
) -> ResponseReturnValue:
    """One person: contact data, roles, and what can be done with the account."""
    user = _person(user_id)
    role_form = role_form or forms.RoleForm()
    offer_scopes(role_form)
    return page(
        "accounts/person.html",
        user=user,
        form=form or forms.ProfileForm(obj=user),
        role_form=role_form,
        action=ActionForm(),
        scopes=scopes.names_of(user.grants),
    )


def offer_scopes(form: forms.RoleForm) -> None:
    """Fill the lists from which a role's scope is chosen."""
    choices = scopes.choices()
    form.alliance_id.offer(choices.alliances)
    form.region_code.offer(choices.regions)
    form.organisation_id.offer(choices.organisations)


@bp.post("/people/<int:user_id>")
def person_submit(user_id: int) -> ResponseReturnValue:
    """Correct somebody's contact data."""
    user, form = _person(user_id), forms.ProfileForm()
    return carry_out(
        form,
        lambda: service.correct(
            user,
            name=form.name.data,
            function=form.function.data,
            phone=form.phone.data,
            language=form.language.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("admin.person", user_id=user_id),
        done=Message("Saved."),
        page=lambda: person(user_id, form),
    )


@bp.post("/people/<int:user_id>/roles")
def role_submit(user_id: int) -> ResponseReturnValue:
    """Give a role."""
    user, form = _person(user_id), forms.RoleForm()
    offer_scopes(form)
    return carry_out(
        form,
        lambda: service.give_role(
            user,
            Role(form.role.data),
            actor=actor(),
            alliance_id=int(form.alliance_id.data) if form.alliance_id.data else None,
            region_code=form.region_code.data or None,
            organisation_id=int(form.organisation_id.data) if form.organisation_id.data else None,
        ),
        to=lambda _: url_for("admin.person", user_id=user_id),
        done=Message("The role is given; it holds from the next sign-in."),
        page=lambda: person(user_id, role_form=form),
    )


@bp.post("/roles/<int:grant_id>/end")
def end_role_submit(grant_id: int) -> ResponseReturnValue:
    """End a role at once."""
    require(Permission.ACCOUNT_MANAGE)
    grant = load(RoleGrant, grant_id, Permission.ACCOUNT_MANAGE, visible=Permission.ACCOUNT_MANAGE)
    return _act(grant.user_id, lambda: service.end_role(grant, actor=actor()), Message("The role ended."))


@bp.post("/people/<int:user_id>/invite")
def invite_again_submit(user_id: int) -> ResponseReturnValue:
    """Mail a new one-time link."""
    user = _person(user_id)
    return _act(
        user_id,
        lambda: links.invite(user, address=link_address(), days=settings("INVITATION_DAYS"), actor=actor()),
        Message("A new link is on its way; the old one no longer works."),
    )


@bp.post("/people/<int:user_id>/disable")
def disable_submit(user_id: int) -> ResponseReturnValue:
    """Close the account."""
    user = _person(user_id)
    return _act(user_id, lambda: service.disable(user, actor=actor()), Message("The account is closed."))


@bp.post("/people/<int:user_id>/enable")
def enable_submit(user_id: int) -> ResponseReturnValue:
    """Open the account again."""
    user = _person(user_id)
    return _act(user_id, lambda: service.enable(user, actor=actor()), Message("The account is open again."))


@bp.post("/people/<int:user_id>/remove")
def remove_submit(user_id: int) -> ResponseReturnValue:
    """Erase the person's data for good."""
    user = _person(user_id)
    return _act(user_id, lambda: service.remove_person(user, actor=actor()), Message("The personal data are erased."))


def _act(user_id: int, command: object, done: Message) -> ResponseReturnValue:
    form = ActionForm()
    return carry_out(
        form,
        command,  # type: ignore[arg-type]  # a command of any result
        to=lambda _: url_for("admin.person", user_id=user_id),
        done=done,
        page=lambda: _refused(user_id, form),
    )


def _refused(user_id: int, form: ActionForm) -> ResponseReturnValue:
    role_form = forms.RoleForm(formdata=None)
    role_form.form_errors = form.form_errors
    return person(user_id, form=forms.ProfileForm(formdata=None, obj=_person(user_id)), role_form=role_form)


@bp.get("/mail")
def mail() -> ResponseReturnValue:
    """The outgoing mail of the last days: sent, waiting, failing."""
    require(Permission.ACCOUNT_MANAGE)
    return page("accounts/mail.html", mails=outbox.recent(100))
