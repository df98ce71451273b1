"""Sending a one-time link for an account, and the page where its holder reads, signs or refuses without signing in."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.accountability import forms, roster, statement_links, statements
from alliance_tracker.accountability.models import StatementAnswer, StatementLink
from alliance_tracker.accountability.statement_document import prefill
from alliance_tracker.accountability.statement_reading import read
from alliance_tracker.accountability.views import TAB, crumbs, load_member, load_organisation
from alliance_tracker.accountability.views import bp as accounts_bp
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.convenants.document import digest
from alliance_tracker.database import db, today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import PUBLIC_ENDPOINTS, actor, permitted, settings
from alliance_tracker.web.templating import page

bp = Blueprint("statement_links", __name__, url_prefix="/sign")

PUBLIC_ENDPOINTS |= {"statement_links.read_account", "statement_links.sign_submit", "statement_links.signed"}


def _account(slug: str, organisation_id: int, year: int) -> statements.Account:
    load_alliance(slug, Permission.STATEMENT_RECORD)
    alliance, member = load_member(slug, organisation_id)
    if year not in roster.years_of(alliance.id, organisation_id):
        raise NotFound(Message("There is nothing at this address."))
    return statements.Account(alliance, load_organisation(member), year)


@accounts_bp.get("/<int:organisation_id>/<int:year>/link")
def link(slug: str, organisation_id: int, year: int, form: forms.LinkForm | None = None) -> ResponseReturnValue:
    """Send a one-time link, and the links that were sent."""
    account = _account(slug, organisation_id, year)
    return alliance_page(
        "accountability/link.html",
        account.alliance,
        TAB,
        account=account,
        links=statement_links.links_of(account),
        waits=statement_links.waits,
        days=statement_links.DAYS,
        form=form or forms.LinkForm(),
        action=ActionForm(),
        crumbs=crumbs(slug),
    )


@accounts_bp.post("/<int:organisation_id>/<int:year>/link")
def link_submit(slug: str, organisation_id: int, year: int) -> ResponseReturnValue:
    """Mail it."""
    account, form = _account(slug, organisation_id, year), forms.LinkForm()
    base = str(settings("BASE_URL")).rstrip("/")
    address = f"{base}{url_for('statement_links.read_account', token='TOKEN')}".replace("TOKEN", "%s")  # noqa: S106
    return carry_out(
        form,
        lambda: statement_links.send(
            account, name=form.name.data, email=form.email.data, address=address, actor=actor()
        ),
        to=lambda _: url_for("accountability.link", slug=slug, organisation_id=organisation_id, year=year),
        done=Message("The link is mailed. It works once."),
        page=lambda: link(slug, organisation_id, year, form),
    )


@accounts_bp.post("/links/<int:link_id>/withdraw")
def withdraw_link_submit(slug: str, link_id: int) -> ResponseReturnValue:
    """Let a link work no more."""
    alliance = load_alliance(slug)
    row = db().get(StatementLink, link_id)
    if row is None or row.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    permitted(alliance, Permission.STATEMENT_RECORD)
    back = url_for("accountability.link", slug=slug, organisation_id=row.organisation_id, year=row.year)
    return carry_out(
        ActionForm(),
        lambda: statement_links.withdraw(row, actor=actor()),
        to=lambda _: back,
        done=Message("The link works no more."),
        page=lambda: link(slug, row.organisation_id, row.year),
    )


# For who holds a link ------------------------------------------------------------------------------------------------


@bp.get("/<token>")
def read_account(token: str, form: forms.LinkSignForm | None = None) -> ResponseReturnValue:
    """The account as it would be signed now; without signing in."""
    found = statement_links.holder_of(token)
    if found is None:
        return page("accountability/link_gone.html"), 404
    row, account = found
    document = prefill(account.alliance, account.organisation, account.year)
    form = form or forms.LinkSignForm(name=row.name)
    form.seen.data = digest(document)
    return page(
        "accountability/link_sign.html",
        alliance=account.alliance,
        account=account,
        document=read(document),
        token=token,
        form=form,
    )


@bp.post("/<token>")
def sign_submit(token: str) -> ResponseReturnValue:
    """Sign it, or refuse to with a reason."""
    form = forms.LinkSignForm()
    answer = StatementAnswer.REFUSED if form.answer.data == "refused" else StatementAnswer.SIGNED
    signing = statements.Signing(form.name.data or "", form.function.data or "", today(), form.remark.data or "")
    return carry_out(
        form,
        lambda: statement_links.use(token, signing, answer, seen=form.seen.data or ""),
        to=lambda _: url_for("statement_links.signed"),
        page=lambda: read_account(token, form),
    )


@bp.get("/done")
def signed() -> ResponseReturnValue:
    """Thanks; the link works no more."""
    return page("accountability/link_done.html")
