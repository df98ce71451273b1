"""The forms of signing in, of one's own account, and of the administrator's pages."""

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from alliance_tracker.i18n import LANGUAGES, Message
from alliance_tracker.policy import Role
from alliance_tracker.web.forms import BaseForm, Choice, EditForm, Line

LANGUAGE_CHOICES = list(LANGUAGES.items())


class SignInForm(BaseForm):
    next = HiddenField()
    email = Line(
        Message("E-mail address"),
        limit=254,
        needed=Message("Fill in your e-mail address."),
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = PasswordField(
        Message("Password"),
        [InputRequired(Message("Fill in your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class ForgottenForm(BaseForm):
    email = Line(
        Message("E-mail address"),
        limit=254,
        needed=Message("Fill in your e-mail address."),
        render_kw={"autocomplete": "username", "type": "email"},
    )


class ChoosePasswordForm(BaseForm):
    password = PasswordField(
        Message("New password"),
        [InputRequired(Message("Choose a password.")), Length(max=200)],
        description=Message("At least 12 characters; a few words in a row will do."),
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(ChoosePasswordForm):
    old_password = PasswordField(
        Message("Present password"),
        [InputRequired(Message("Fill in your present password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class ProfileForm(EditForm):
    name = Line(Message("Name"), limit=120, needed=Message("Fill in a name."), render_kw={"autocomplete": "name"})
    function = Line(Message("Function"), limit=120)
    phone = Line(Message("Work phone"), limit=40, render_kw={"autocomplete": "tel", "type": "tel"})
    language = Choice(Message("Language"), choices=LANGUAGE_CHOICES)


class InviteForm(BaseForm):
    email = Line(Message("E-mail address"), limit=254, needed=Message("Fill in an e-mail address."))
    name = Line(Message("Name"), limit=120, needed=Message("Fill in a name."))
    function = Line(Message("Function"), limit=120)
    language = Choice(Message("Language"), choices=LANGUAGE_CHOICES)


class RoleForm(BaseForm):
    role = Choice(Message("Role"), choices=Role, needed=Message("Choose a role."), empty=Message("choose a role"))
    alliance_id = Choice(Message("Alliance (for a coordinator)"), empty=Message("none"))
    region_code = Choice(Message("Region (for a reporter)"), empty=Message("none"))
    organisation_id = Choice(Message("Organisation (for a representative)"), empty=Message("none"))


class TokenForm(BaseForm):
    name = Line(
        Message("What is it for?"),
        limit=80,
        needed=Message("Say what the token is for, so that you recognise it later."),
    )
    may_write = BooleanField(Message("It may also write (log progress)"))


class LanguageForm(BaseForm):
    language = Choice(Message("Language"), choices=LANGUAGE_CHOICES)
    back = HiddenField()
