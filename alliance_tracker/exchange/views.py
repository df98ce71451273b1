"""Bringing tables in and out of an alliance: exports, templates, previews, and what was brought in before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import policy
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today
from alliance_tracker.errors import FieldRefused, NotFound
from alliance_tracker.exchange import cells, forms, planning, queries, service, writing
from alliance_tracker.exchange.models import ImportFile
from alliance_tracker.exchange.offered import TABLES, table_of
from alliance_tracker.exchange.tables import FileRefused, Outcome, Plan, PlannedRow, Scope, Table, recognised
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, page_number, permitted
from alliance_tracker.web.templating import may

bp = Blueprint("exchange", __name__, url_prefix="/alliances/<slug>/exchange")

#: Rows of a preview on one page.
PAGE = 100
#: Bytes that are sent at a time.
PIECE = 64 * 1024
#: Values of a row that a preview shows; the file has the others.
MOST_CHANGES = 12


def _page(template: str, alliance: Alliance, **facts: Any) -> str:
    crumbs = [(Message("Import and export"), url_for("exchange.index", slug=alliance.slug))]
    if template == "exchange/index.html":
        crumbs = []
    return alliance_page(template, alliance, "exchange", crumbs=crumbs, **facts)


def _scope(alliance: Alliance) -> Scope:
    return Scope(alliance, exact=policy.allows(actor(), Permission.FIGURE_EXACT_VIEW, alliance))


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """What can be exported and brought in, and what was."""
    alliance = load_alliance(slug)
    found = queries.brought_in(alliance.id, page_number())
    titles = {table.key: table.title for table in TABLES}
    imports = {table.key for table in TABLES if may(table.permission, alliance) and alliance.is_open}
    opens = {table.key for table in TABLES if may(table.permission, alliance)}
    return _page(
        "exchange/index.html",
        alliance,
        tables=TABLES,
        found=found,
        titles=titles,
        imports=imports,
        opens=opens,
        is_exact=_scope(alliance).exact,
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _download(file: IO[bytes], name: str, media_type: str) -> Response:
    answer = Response(_pieces(file), mimetype=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _asked_format() -> str:
    asked = request.args.get("format", "xlsx")
    if asked not in writing.FORMATS:
        raise NotFound(Message("There is nothing at this address."))
    return asked


@bp.get("/<key>/export")
def export(slug: str, key: str) -> ResponseReturnValue:
    """All rows of a table, as a workbook or as csv."""
    table, alliance = table_of(key), load_alliance(slug)
    ending, scope = _asked_format(), _scope(alliance)
    write, media_type = writing.FORMATS[ending]
    words = [str(table.title).lower(), alliance.slug, today().isoformat()]
    if writing.layout(table, scope).is_rounded:
        words.append(str(Message("rounded")))
    return _download(write(table, scope, table.read(scope)), f"{'-'.join(words)}.{ending}", media_type)


@bp.get("/<key>/template")
def template(slug: str, key: str) -> ResponseReturnValue:
    """An export without rows: what a file must look like to be brought in."""
    table, alliance = table_of(key), load_alliance(slug)
    ending = _asked_format()
    write, media_type = writing.FORMATS[ending]
    name = f"{str(table.title).lower()}-{Message('template')}.{ending}"
    return _download(write(table, Scope(alliance), ()), name, media_type)


# Bringing in ---------------------------------------------------------------------------------------------------------


@bp.get("/<key>/import")
def bring_in(slug: str, key: str, form: forms.UploadForm | None = None) -> ResponseReturnValue:
    """Choose a file, or paste cells."""
    table = table_of(key)
    alliance = load_alliance(slug, table.permission)
    return _page("exchange/bring_in.html", alliance, table=table, form=form or forms.UploadForm())


@bp.post("/<key>/import")
def bring_in_submit(slug: str, key: str) -> ResponseReturnValue:
    """Keep the file, and lead to its preview."""
    table = table_of(key)
    alliance, form = load_alliance(slug, table.permission), forms.UploadForm()

    def command() -> ImportFile:
        name, content = _sent(form)
        try:
            return service.upload(alliance, table, name=name, content=content, actor=actor())
        except FileRefused as refusal:
            raise FieldRefused("file" if form.file.data else "pasted", refusal.sentence) from refusal

    return carry_out(
        form,
        command,
        to=lambda file: url_for("exchange.preview", slug=slug, file_id=file.id),
        page=lambda: bring_in(slug, key, form),
    )


def _sent(form: forms.UploadForm) -> tuple[str, bytes]:
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        content = sent.read()
        sent.close()
        return sent.filename, content
    pasted = form.pasted.data or ""
    if not pasted.strip():
        raise FieldRefused("file", Message("Choose a file, or paste cells."))
    return f"{Message('pasted')}.csv", pasted.encode("utf-8", "replace")


def _file(slug: str, file_id: int) -> tuple[Alliance, ImportFile]:
    """A file of this alliance, for somebody who may bring in such files.

    :raise NotFound: it is another alliance's.
    """
    alliance = load_alliance(slug)
    file = db().get(ImportFile, file_id)
    if file is None or file.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(file, table_of(file.kind).permission)


@dataclass(frozen=True)
class ShownChange:
    """A value of a row, in words."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class ShownRow:
    """A row of a preview, in words."""

    row: PlannedRow
    changes: tuple[ShownChange, ...]
    left_out: int
    errors: tuple[tuple[Any, Any], ...]


@bp.get("/files/<int:file_id>")
def preview(slug: str, file_id: int, form: forms.CarryOutForm | None = None) -> ResponseReturnValue:
    """What the file would do, row by row; of one that was carried out, what it did."""
    alliance, file = _file(slug, file_id)
    table, number, asked = table_of(file.kind), page_number(), request.args.get("show", "")
    facts: dict[str, Any] = {"file": file, "table": table, "form": form or forms.CarryOutForm(), "plan": None}
    facts |= {"refusal": None, "forget_form": ActionForm(), "most_at_once": service.MOST_AT_ONCE}
    if file.applied_at is None:
        try:
            plan = service.preview(file, alliance)
        except FileRefused as refusal:
            facts["refusal"] = refusal.sentence
        else:
            facts["form"].show(plan)
            facts |= {"plan": plan, **_rows_of_page(table, plan, asked, number)}
    return _page("exchange/preview.html", alliance, **facts)


def _rows_of_page(table: Table, plan: Plan, asked: str, number: int) -> dict[str, Any]:
    """The rows with one outcome, a page of them: at first those that are not right, if any are."""
    present = [
        outcome for outcome in (Outcome.WRONG, Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED) if plan.counts[outcome]
    ]
    shown = Outcome(asked) if asked in set(Outcome) and Outcome(asked) in present else present[0]
    rows = [row for row in plan.rows if row.outcome is shown]
    columns = {column.key: column for column in recognised(table)}
    last = max(1, -(-len(rows) // PAGE))
    number = min(number, last)
    page = [_in_words(row, columns) for row in rows[(number - 1) * PAGE : number * PAGE]]
    return {"rows": page, "shown": shown, "present": present, "number": number, "last_number": last}


def _in_words(row: PlannedRow, columns: dict[str, Any]) -> ShownRow:
    changes = tuple(
        ShownChange(
            columns[change.column].label,
            cells.in_words(columns[change.column], change.before),
            cells.in_words(columns[change.column], change.after),
        )
        for change in row.changes[:MOST_CHANGES]
    )
    errors = tuple(
        (columns[error.column].label if error.column in columns else None, error.sentence) for error in row.errors
    )
    return ShownRow(row, changes, max(0, len(row.changes) - MOST_CHANGES), errors)


@bp.post("/files/<int:file_id>")
def preview_submit(slug: str, file_id: int) -> ResponseReturnValue:
    """Carry out the whole file, or nothing."""
    (alliance, file), form = _file(slug, file_id), forms.CarryOutForm()
    return carry_out(
        form,
        lambda: service.carry_out(file, alliance, fingerprint=form.fingerprint.data or "", actor=actor()),
        to=lambda _: url_for("exchange.preview", slug=slug, file_id=file_id),
        done=Message("Everything in the file was carried out."),
        page=lambda: preview(slug, file_id, form),
    )


@bp.get("/files/<int:file_id>/marked")
def marked(slug: str, file_id: int) -> ResponseReturnValue:
    """The file with its faulty cells marked.

    :raise Refused: it can no longer be read.
    """
    alliance, file = _file(slug, file_id)
    table, scope = table_of(file.kind), Scope(alliance)
    plan = planning.plan_file(table, scope, file.file_name, file.content)
    book = writing.marked(planning.opened(table, file.file_name, file.content), plan)
    name = f"{file.file_name.rpartition('.')[0]}-{Message('marked')}.xlsx"
    return _download(book, name, writing.FORMATS["xlsx"][1])


@bp.get("/files/<int:file_id>/file")
def download(slug: str, file_id: int) -> ResponseReturnValue:
    """The file as it was brought in."""
    _, file = _file(slug, file_id)
    answer = Response(file.content, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.file_name)}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.post("/files/<int:file_id>/forget")
def forget_submit(slug: str, file_id: int) -> ResponseReturnValue:
    """Throw a preview away."""
    (alliance, file), form = _file(slug, file_id), ActionForm()
    return carry_out(
        form,
        lambda: service.forget(file, alliance, actor=actor()),
        to=lambda _: url_for("exchange.index", slug=slug),
        done=Message("The preview is forgotten."),
        page=lambda: preview(slug, file_id),
    )
