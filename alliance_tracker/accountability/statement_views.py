"""The account of a year: as it would be signed, signing it, refusing, recording a paper one, and the signed version."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import audit, policy
from alliance_tracker.accountability import accounts, forms, roster, statements
from alliance_tracker.accountability.models import AccountabilityStatement, StatementAnswer, StatementMethod
from alliance_tracker.accountability.statement_document import changes_since, prefill
from alliance_tracker.accountability.statement_reading import read
from alliance_tracker.accountability.views import TAB, bp, crumbs, load_member, load_organisation
from alliance_tracker.accounts.representing import own_words
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.convenants.document import Document, digest
from alliance_tracker.database import today
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, require


def _load(
    slug: str, organisation_id: int, year: int, permission: Permission = Permission.ALLIANCE_VIEW
) -> tuple[Alliance, statements.Account, Document]:
    """What can be signed here, and its document as it stands now.

    :raise NotFound: the organisation does not account here, or not over this year.
    """
    alliance, member = load_member(slug, organisation_id)
    if year not in roster.years_of(alliance.id, organisation_id):
        raise NotFound(Message("There is nothing at this address."))
    account = statements.Account(alliance, load_organisation(member), year)
    if permission is not Permission.ALLIANCE_VIEW:
        require(permission, account)
    return alliance, account, prefill(alliance, account.organisation, year)


def _crumbs(slug: str, account: statements.Account) -> list[tuple[Any, str]]:
    organisation = account.organisation
    way = (organisation.name, url_for("accountability.show", slug=slug, organisation_id=organisation.id))
    own = url_for("accountability.statement", slug=slug, organisation_id=organisation.id, year=account.year)
    return [*crumbs(slug), way, (Message("Account of %(year)s", year=str(account.year)), own)]


def _page(
    template: str, loaded: tuple[Alliance, statements.Account, Document], form: Any, **facts: Any
) -> ResponseReturnValue:
    alliance, account, document = loaded
    # The form is about what this page shows, also after it was refused.
    form.seen.data = digest(document)
    versions = accounts.statements(
        AccountabilityStatement.alliance_id == alliance.id,
        AccountabilityStatement.year == account.year,
        organisation_id=account.organisation_id,
    )
    return alliance_page(
        template,
        alliance,
        TAB,
        account=account,
        document=read(document),
        form=form,
        versions=versions,
        is_running=account.year == today().year,
        may_sign=policy.allows(actor(), Permission.STATEMENT_SIGN, account) and alliance.accounts_over(account.year),
        may_record=policy.allows(actor(), Permission.STATEMENT_RECORD, alliance)
        and alliance.accounts_over(account.year),
        **facts,
    )


def _filled(kind: type[Any]) -> Any:
    name, function = own_words(actor().user_id)
    return kind(name=name, function=function)


@bp.get("/<int:organisation_id>/<int:year>")
def statement(slug: str, organisation_id: int, year: int, form: forms.SignForm | None = None) -> ResponseReturnValue:
    """The account of a year as it would be signed now."""
    loaded = _load(slug, organisation_id, year)
    way = _crumbs(slug, loaded[1])[:-1]
    return _page("accountability/statement.html", loaded, form or _filled(forms.SignForm), crumbs=way)


@bp.post("/<int:organisation_id>/<int:year>/sign")
def sign_submit(slug: str, organisation_id: int, year: int) -> ResponseReturnValue:
    """Sign it: the account is kept as it stands."""
    _, account, _ = _load(slug, organisation_id, year, Permission.STATEMENT_SIGN)
    form = forms.SignForm()
    signing = statements.Signing(form.name.data, form.function.data, today(), form.remark.data)
    return carry_out(
        form,
        lambda: statements.sign(account, signing, seen=form.seen.data or "", actor=actor()),
        to=lambda row: url_for("accountability.signed", slug=slug, statement_id=row.id),
        done=Message("The account is signed and kept as it stood."),
        page=lambda: statement(slug, organisation_id, year, form),
    )


@bp.get("/<int:organisation_id>/<int:year>/refuse")
def refuse(slug: str, organisation_id: int, year: int, form: forms.RefuseForm | None = None) -> ResponseReturnValue:
    """Refuse to sign, with a reason."""
    loaded = _load(slug, organisation_id, year, Permission.STATEMENT_SIGN)
    way = _crumbs(slug, loaded[1])
    return _page("accountability/refuse.html", loaded, form or _filled(forms.RefuseForm), crumbs=way)


@bp.post("/<int:organisation_id>/<int:year>/refuse")
def refuse_submit(slug: str, organisation_id: int, year: int) -> ResponseReturnValue:
    """Keep the refusal with its reason."""
    _, account, _ = _load(slug, organisation_id, year, Permission.STATEMENT_SIGN)
    form = forms.RefuseForm()
    signing = statements.Signing(form.name.data, form.function.data, today(), form.remark.data)
    return carry_out(
        form,
        lambda: statements.refuse(account, signing, seen=form.seen.data or "", actor=actor()),
        to=lambda row: url_for("accountability.signed", slug=slug, statement_id=row.id),
        done=Message("The refusal is kept, with your reason."),
        page=lambda: refuse(slug, organisation_id, year, form),
    )


@bp.get("/<int:organisation_id>/<int:year>/paper")
def paper(slug: str, organisation_id: int, year: int, form: forms.PaperForm | None = None) -> ResponseReturnValue:
    """Record an account that was signed on paper."""
    load_alliance(slug, Permission.STATEMENT_RECORD)
    loaded = _load(slug, organisation_id, year)
    return _page("accountability/paper.html", loaded, form or forms.PaperForm(), crumbs=_crumbs(slug, loaded[1]))


@bp.post("/<int:organisation_id>/<int:year>/paper")
def paper_submit(slug: str, organisation_id: int, year: int) -> ResponseReturnValue:
    """Keep it together with its scan."""
    load_alliance(slug, Permission.STATEMENT_RECORD)
    (_, account, _), form = _load(slug, organisation_id, year), forms.PaperForm()

    def command() -> AccountabilityStatement:
        signing = statements.Signing(form.name.data, form.function.data, form.on.day, form.remark.data)
        return statements.record_paper(
            account,
            signing,
            evidence_views.uploads(),
            evidence_views.limits(),
            seen=form.seen.data or "",
            actor=actor(),
        )

    return carry_out(
        form,
        command,
        to=lambda row: url_for("accountability.signed", slug=slug, statement_id=row.id),
        done=Message("The signed account is recorded with its scan."),
        page=lambda: paper(slug, organisation_id, year, form),
    )


@bp.get("/statements/<int:statement_id>")
def signed(slug: str, statement_id: int) -> ResponseReturnValue:
    """A signed account as it stood then, and what changed since."""
    alliance, row = load_alliance(slug), statements.statement_by_id(statement_id)
    if row is None or row.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    account = statements.Account(alliance, row.organisation, row.year)
    versions = accounts.statements(
        AccountabilityStatement.alliance_id == alliance.id,
        AccountabilityStatement.year == row.year,
        organisation_id=row.organisation_id,
    )
    live = prefill(alliance, organisation_by_id(row.organisation_id), row.year)
    return alliance_page(
        "accountability/signed.html",
        alliance,
        TAB,
        row=row,
        document=read(row.document),
        is_untouched=digest(row.document) == row.sha256,
        changes=changes_since(row.document, live),
        is_refused=row.answer is StatementAnswer.REFUSED,
        is_paper=row.method is StatementMethod.PAPER,
        recorded_by=audit.names_of({row.recorded_by_id}).get(row.recorded_by_id, ""),
        versions=versions,
        files=evidence_views.files_of(evidence_views.Subject(statements.PROVEN, str(row.id), alliance.id)),
        crumbs=_crumbs(slug, account),
    )
