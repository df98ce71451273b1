"""Signing in and out, one's own account, and choosing a password with a one-time link."""

from datetime import timedelta

import flask
from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from alliance_tracker.accounts import demonstration, forms, links, scopes, service, sessions, tokens
from alliance_tracker.accounts.models import ApiToken, User
from alliance_tracker.accounts.sessions import Limits, SignedIn
from alliance_tracker.database import transaction
from alliance_tracker.errors import Refused
from alliance_tracker.extensions import login_manager
from alliance_tracker.i18n import LANGUAGES, Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import again, carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, load, local_path, settings
from alliance_tracker.web.templating import page

bp = Blueprint("accounts", __name__)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_session(token: str) -> SignedIn | None:
    """The person behind the session cookie, for Flask-Login."""
    return sessions.signed_in(
        token,
        idle_minutes=settings("SESSION_IDLE_MINUTES"),
        absolute_hours=settings("SESSION_ABSOLUTE_HOURS"),
    )


def safe_next(path: str | None) -> str:
    """`path` if it leads into this site, else the home page."""
    return local_path(path, url_for("monitoring.home"))


@bp.before_app_request
def note_seen() -> None:
    """Note that the session is in use; the one thing that a GET may write."""
    if request.endpoint != "static" and request.method == "GET" and request.blueprint not in {"public", "api"}:
        token = session.get("_user_id")
        if token:
            sessions.note_seen(token)


@bp.get("/login")
def sign_in(form: forms.SignInForm | None = None) -> ResponseReturnValue:
    """Show the page where one signs in."""
    if form is None and current_user.is_authenticated:
        return redirect(url_for("monitoring.home"), code=303)
    form = form or forms.SignInForm(next=request.args.get("next", ""))
    shows_demo = settings("DEMO_ACCOUNTS") and demonstration.is_loaded()
    return page("accounts/sign_in.html", form=form, accounts=demonstration.ACCOUNTS if shows_demo else {})


@bp.post("/login")
def sign_in_submit() -> ResponseReturnValue:
    """Sign in, and go where one was going."""
    form = forms.SignInForm()
    if not form.validate():
        return again(sign_in(form))
    limits = Limits(
        settings("SIGN_IN_LIMIT_ACCOUNT"),
        settings("SIGN_IN_LIMIT_ADDRESS"),
        settings("PASSWORD_HASH_MEMORY_KIB"),
    )
    try:
        token = sessions.sign_in(form.email.data, form.password.data, request.remote_addr or "", limits)
    except Refused as refusal:
        form.refuse("", refusal.sentence)
        return again(sign_in(form))
    # A fresh cookie: nothing of the visit before signing in is carried over.
    session.clear()
    found = load_session(token)
    login_user(found)
    return redirect(safe_next(form.next.data), code=303)


@bp.post("/logout")
def sign_out() -> Response:
    """Sign out here."""
    token = session.get("_user_id")
    with transaction():
        if token:
            sessions.sign_out(token)
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"), code=303)


@bp.get("/password/forgotten")
def forgotten(form: forms.ForgottenForm | None = None) -> ResponseReturnValue:
    """Ask for a link with which to choose a new password."""
    return page("accounts/forgotten.html", form=form or forms.ForgottenForm())


@bp.post("/password/forgotten")
def forgotten_submit() -> ResponseReturnValue:
    """Mail the link, if the account exists; the answer is the same if not."""
    form = forms.ForgottenForm()
    if not form.validate():
        return again(forgotten(form))
    with transaction():
        links.ask_reset(form.email.data, address=link_address(), minutes=settings("PASSWORD_RESET_MINUTES"))
    flash(str(Message("If this address has an account, a link is on its way to it.")), "info")
    return redirect(url_for("accounts.sign_in"), code=303)


def link_address() -> str:
    """The public address of a one-time link, with %s for its token."""
    return f"{str(settings('BASE_URL')).rstrip('/')}{url_for('accounts.accept', token='TOKEN')}".replace("TOKEN", "%s")  # noqa: S106


@bp.get("/welcome/<token>")
def accept(token: str, form: forms.ChoosePasswordForm | None = None) -> ResponseReturnValue:
    """Choose a password with a one-time link."""
    found = links.link_owner(token)
    if found is None:
        return page("accounts/link_expired.html"), 410
    return page("accounts/accept.html", form=form or forms.ChoosePasswordForm(), user=found[1], token=token)


@bp.post("/welcome/<token>")
def accept_submit(token: str) -> ResponseReturnValue:
    """Keep the chosen password and lead to the sign-in page."""
    form = forms.ChoosePasswordForm()
    if links.link_owner(token) is None:
        return accept(token)
    return carry_out(
        form,
        lambda: links.use_link(token, form.password.data, memory_kib=settings("PASSWORD_HASH_MEMORY_KIB")),
        to=lambda _user: url_for("accounts.sign_in"),
        done=Message("Your password is kept. Sign in with it."),
        page=lambda: accept(token, form),
    )


def own_user() -> User:
    """The row of the person who makes this request, with its roles."""
    return service.user_by_id(current_user.user.id)


@bp.get("/account")
def account(form: forms.ProfileForm | None = None) -> ResponseReturnValue:
    """One's own account: contact data, language, roles, tokens."""
    user = own_user()
    return page(
        "accounts/account.html",
        user=user,
        form=form or forms.ProfileForm(obj=user),
        tokens=tokens.of(user),
        action=ActionForm(),
        scopes=scopes.names_of(user.current_grants),
    )


@bp.post("/account")
def account_submit() -> ResponseReturnValue:
    """Correct one's own contact data and language."""
    form, user = forms.ProfileForm(), own_user()
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
        to=lambda _: url_for("accounts.account"),
        done=Message("Saved."),
        page=lambda: account(form),
    )


@bp.get("/account/password")
def password(form: forms.ChangePasswordForm | None = None) -> ResponseReturnValue:
    """Change one's password."""
    return page("accounts/password.html", form=form or forms.ChangePasswordForm())


@bp.post("/account/password")
def password_submit() -> ResponseReturnValue:
    """Keep the new password; every session ends, this one too."""
    form, user = forms.ChangePasswordForm(), own_user()
    return carry_out(
        form,
        lambda: service.change_own_password(
            user,
            form.old_password.data,
            form.password.data,
            memory_kib=settings("PASSWORD_HASH_MEMORY_KIB"),
            actor=actor(),
        ),
        to=lambda _: url_for("accounts.sign_in"),
        done=Message("Your password is kept. Sign in with it."),
        page=lambda: password(form),
    )


@bp.get("/account/data")
def own_data() -> Response:
    """All personal data kept about oneself, as JSON."""
    answer: Response = flask.jsonify(service.data_of(own_user()))
    answer.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return answer


@bp.post("/account/language")
def language_submit() -> Response:
    """Switch the language of all screens."""
    form = forms.LanguageForm()
    chosen = form.language.data if form.language.data in LANGUAGES else "nl"
    user = own_user()
    with transaction():
        service.choose_language(user, chosen, actor=actor())
    return redirect(safe_next(form.back.data), code=303)


@bp.get("/account/tokens/new")
def token(form: forms.TokenForm | None = None) -> ResponseReturnValue:
    """Ask for a token for the API."""
    return page("accounts/token.html", form=form or forms.TokenForm(), days=settings("TOKEN_DAYS"))


@bp.post("/account/tokens/new")
def token_submit() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    form, user = forms.TokenForm(), own_user()
    if not form.validate():
        return again(token(form))
    with transaction():
        _, text = tokens.create(
            user, form.name.data, may_write=form.may_write.data, days=settings("TOKEN_DAYS"), actor=actor()
        )
    return page("accounts/token_made.html", text=text, days=settings("TOKEN_DAYS"))


@bp.post("/account/tokens/<int:token_id>/revoke")
def revoke_submit(token_id: int) -> ResponseReturnValue:
    """Revoke a token, at once."""
    row = load(ApiToken, token_id, Permission.ACCOUNT_OWN, visible=Permission.ACCOUNT_OWN)
    return carry_out(
        ActionForm(),
        lambda: tokens.revoke(row, actor=actor()),
        to=lambda _: url_for("accounts.account"),
        done=Message("The token no longer works."),
        page=account,
    )


def init_app(app: flask.Flask) -> None:
    """Bind Flask-Login to sessions that live on the server."""
    login_manager.init_app(app)
    app.permanent_session_lifetime = timedelta(hours=app.config["SESSION_ABSOLUTE_HOURS"])
