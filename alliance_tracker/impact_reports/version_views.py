"""The versions of a report: reading one, remarks and receipts, VLAIO's decision, comparing, and taking one along."""

from collections.abc import Sequence

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import audit, policy
from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import LANGUAGES, Message, language
from alliance_tracker.impact_reports import (
    comparing,
    decisions,
    folding,
    forms,
    overview,
    queries,
    reading,
    reviewing,
    showing,
    taking_along,
)
from alliance_tracker.impact_reports.models import (
    ImpactReport,
    ReceiptUse,
    ReportVersion,
    SectionKey,
)
from alliance_tracker.impact_reports.views import TAB, crumbs, load_report
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm, BaseForm
from alliance_tracker.web.guards import actor, reads_exactly

bp = Blueprint("report_versions", __name__, url_prefix="/alliances/<slug>/reports/<int:year>")


def load_version(slug: str, year: int, number: int) -> tuple[Alliance, ImpactReport, ReportVersion]:
    """A version of the report of the alliance at this address.

    :raise NotFound: there is none, or this person may not know of the alliance.
    """
    alliance, report, _, version = _load_among(slug, year, number)
    return alliance, report, version


def _load_among(
    slug: str, year: int, number: int
) -> tuple[Alliance, ImpactReport, Sequence[ReportVersion], ReportVersion]:
    """The same, among all versions of its report."""
    alliance, report = load_report(slug, year)
    versions = queries.versions_of(report.id)
    version = next((each for each in versions if each.number == number), None)
    if version is None:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, report, versions, version


def _address(slug: str, year: int, number: int, section: str = "") -> str:
    return url_for("report_versions.show", slug=slug, year=year, number=number, _anchor=section or None)


@bp.get("/versions/<int:number>")
def show(
    slug: str,
    year: int,
    number: int,
    form: forms.CommentForm | None = None,
    deciding: forms.ReturnForm | None = None,
) -> ResponseReturnValue:
    """A version as it was submitted, with what VLAIO said of it and read."""
    alliance, report, versions, version = _load_among(slug, year, number)
    comments, receipts = queries.comments_on(version.id), queries.receipts_of(version.id)
    people: set[int | None] = {version.submitted_by_id, version.decided_by_id}
    people.update(each.author_id for each in comments)
    people.update(each.reader_id for each in receipts)
    text = reading.read(version.document, exact=reads_exactly(alliance.id))
    before = next((each for each in versions if each.number < number), None)
    read = {each.section for each in receipts}
    return alliance_page(
        "impact_reports/version.html",
        alliance,
        TAB,
        report=report,
        version=version,
        text=text,
        comments=comments,
        receipts=receipts,
        names=audit.names_of(people),
        is_newest=version.id == versions[0].id,
        before=before,
        decided=decisions.of_version(report.id, number),
        days_unread=version.days_unread(today()),
        unread=sum(each.key not in read for each in text.sections),
        reviews=policy.allows(actor(), Permission.REPORT_REVIEW, version),
        answers=policy.allows(actor(), Permission.REPORT_COMMENT, version),
        submits=overview.may_submit(report, actor()),
        uses=list(ReceiptUse),
        form=form or forms.CommentForm(),
        deciding=deciding or forms.ReturnForm(version=version.version, on=reviewing.default_mend_by()),
        action=ActionForm(),
        crumbs=crumbs(slug, year),
        folding=folding,
        showing=showing,
    )


@bp.post("/versions/<int:number>/comment")
def comment_submit(slug: str, year: int, number: int) -> ResponseReturnValue:
    """Remark on a section, or answer a remark."""
    _, _, version = load_version(slug, year, number)
    policy.require(actor(), Permission.REPORT_COMMENT, version)
    form = forms.CommentForm()
    key = form.section.data if form.section.data in set(SectionKey) else ""
    return carry_out(
        form,
        lambda: reviewing.comment(version, SectionKey(key) if key else None, form.text.data, actor=actor()),
        to=lambda _: _address(slug, year, number, key),
        done=Message("Your remark stands with this version."),
        page=lambda: show(slug, year, number, form=form),
    )


@bp.post("/versions/<int:number>/read")
def read_submit(slug: str, year: int, number: int) -> ResponseReturnValue:
    """Say that one read a section, or all of them, or where one used it."""
    _, _, version = load_version(slug, year, number)
    policy.require(actor(), Permission.REPORT_REVIEW, version)
    form = forms.ReceiptForm()
    chosen = form.section.data or ""
    keys = [SectionKey(chosen)] if chosen in set(SectionKey) else list(SectionKey)
    return carry_out(
        form,
        lambda: reviewing.acknowledge(
            version, keys, ReceiptUse(form.use.data), note=form.note.data or "", actor=actor()
        ),
        to=lambda _: _address(slug, year, number, chosen if len(keys) == 1 else ""),
        done=Message("That is noted, with your name and the day."),
        page=lambda: _refused(slug, year, number, form),
    )


@bp.post("/versions/<int:number>/return")
def return_submit(slug: str, year: int, number: int) -> ResponseReturnValue:
    """Return a version with a reason."""
    _, _, version = load_version(slug, year, number)
    policy.require(actor(), Permission.REPORT_REVIEW, version)
    form = forms.ReturnForm()
    return carry_out(
        form,
        lambda: reviewing.send_back(
            version, reason=form.reason.data, mend_by=form.on.day, drawn_from=form.version.data, actor=actor()
        ),
        to=lambda _: _address(slug, year, number),
        done=Message("The version is returned. Its remarks say what is to be mended."),
        page=lambda: show(slug, year, number, deciding=form),
    )


@bp.post("/versions/<int:number>/approve")
def approve_submit(slug: str, year: int, number: int) -> ResponseReturnValue:
    """Approve a version."""
    _, _, version = load_version(slug, year, number)
    policy.require(actor(), Permission.REPORT_REVIEW, version)
    form = ActionForm()
    return carry_out(
        form,
        lambda: reviewing.approve(version, actor=actor()),
        to=lambda _: _address(slug, year, number),
        done=Message("This version is approved: the alliance gains a growth ring."),
        page=lambda: _refused(slug, year, number, form),
    )


@bp.post("/versions/<int:number>/publish")
def publish_submit(slug: str, year: int, number: int) -> ResponseReturnValue:
    """Publish an approved version."""
    _, _, version = load_version(slug, year, number)
    policy.require(actor(), Permission.REPORT_REVIEW, version)
    form = ActionForm()
    return carry_out(
        form,
        lambda: reviewing.publish(version, actor=actor()),
        to=lambda _: _address(slug, year, number),
        done=Message("This version is public, with counts of people rounded."),
        page=lambda: _refused(slug, year, number, form),
    )


def _refused(slug: str, year: int, number: int, form: BaseForm) -> ResponseReturnValue:
    """The page again, with why a button did nothing."""
    shown = forms.ReturnForm()
    for sentences in form.errors.values():
        for sentence in sentences:
            shown.refuse("", sentence)
    return show(slug, year, number, deciding=shown)


# Two versions side by side -------------------------------------------------------------------------------------------


@bp.get("/compare")
def compare(slug: str, year: int) -> ResponseReturnValue:
    """Any two versions of an alliance, of one year or of two: figures and words that changed."""
    alliance, report = load_report(slug, year)
    rows = queries.versions_over_years(alliance.id)
    known = {f"{each_year}-{number}": version_id for version_id, each_year, number, _ in rows}
    own = [f"{year}-{number}" for _, each_year, number, _ in rows if each_year == year]
    earlier = [f"{each_year}-{number}" for _, each_year, number, _ in rows if each_year < year]
    asked = [
        _chosen("a", year, known, next(iter([*own[1:], *earlier]), "")),
        _chosen("b", year, known, next(iter(own), "")),
    ]
    versions = {each.id: each for each in queries.versions_by_ids(each for each in asked if each is not None)}
    left, right = (versions.get(each) if each is not None else None for each in asked)
    exact = reads_exactly(alliance.id)
    found = None
    if left is not None and right is not None:
        found = comparing.compare(reading.read(left.document, exact=exact), reading.read(right.document, exact=exact))
    return alliance_page(
        "impact_reports/compare.html",
        alliance,
        TAB,
        report=report,
        choices=[(f"{each_year}-{number}", each_year, number, on) for _, each_year, number, on in rows],
        left=left,
        right=right,
        found=found,
        crumbs=crumbs(slug, year),
        showing=showing,
    )


def _chosen(side: str, year: int, known: dict[str, int], otherwise: str) -> int | None:
    """The id of the version that the address names on one side, as 2025-2, or as 2 of the year itself."""
    asked = request.args.get(side, otherwise)
    return known.get(f"{year}-{asked}" if asked.isdecimal() else asked)


# Taking it along -----------------------------------------------------------------------------------------------------


@bp.get("/versions/<int:number>/<form>.<ext>")
def take_along(slug: str, year: int, number: int, form: str, ext: str) -> Response:
    """A version as PDF (the report, or a summary), spreadsheet or JSON, in the language that the address asks for."""
    alliance, _, version = load_version(slug, year, number)
    asked = request.args.get("lang", language())
    code = asked if asked in LANGUAGES else language()
    made = taking_along.make(version, form, ext, language=code, exact=reads_exactly(alliance.id))
    if made is None:
        raise NotFound(Message("There is nothing at this address."))
    response = Response(made.content, mimetype=made.mimetype)
    response.headers["Content-Disposition"] = f'inline; filename="{made.name}"'
    return response
