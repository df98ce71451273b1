"""The reports of an alliance: the list of its years, and the draft of one, section by section."""

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import audit, policy
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import transaction
from alliance_tracker.errors import EditConflict, NotFound, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import (
    document,
    drafts,
    filers,
    folding,
    forms,
    outside,
    overview,
    queries,
    showing,
    submitting,
    writing,
    years,
)
from alliance_tracker.impact_reports.models import ImpactReport, SectionKey
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, page_number, reads_exactly

bp = Blueprint("impact_reports", __name__, url_prefix="/alliances/<slug>/reports")

TAB = "reports"
#: What the history of these pages tells of.
TOLD = ("impact_report", "report_version", "report_section", "report_comment", "report_receipt")


def crumbs(slug: str, year: int | None = None) -> list[tuple[object, str]]:
    """The way to a page below the reports, and below the report of one year."""
    found: list[tuple[object, str]] = [(Message("Impact reports"), url_for("impact_reports.index", slug=slug))]
    if year is not None:
        address = url_for("impact_reports.show", slug=slug, year=year)
        found.append((Message("Report of %(year)s", year=str(year)), address))
    return found


def load_report(
    slug: str, year: int, permission: Permission = Permission.ALLIANCE_VIEW
) -> tuple[Alliance, ImpactReport]:
    """The report of the alliance at this address over a year.

    :raise NotFound: there is none, or this person may not know of the alliance.
    """
    alliance = load_alliance(slug)
    report = queries.report_of(alliance.id, year)
    if report is None:
        raise NotFound(Message("There is nothing at this address."))
    if permission is not Permission.ALLIANCE_VIEW:
        policy.require(actor(), permission, report)
    return alliance, report


@bp.get("")
def index(slug: str, form: ActionForm | None = None) -> ResponseReturnValue:
    """The years with a report, how far each is, and the one to begin."""
    alliance = load_alliance(slug)
    lines = overview.of_alliance(alliance)
    return alliance_page(
        "impact_reports/index.html",
        alliance,
        TAB,
        lines=lines,
        open_years=overview.years_to_begin(alliance, lines),
        form=form or ActionForm(),
        history=web_history.of_tables(alliance.id, TOLD, page_number()),
    )


@bp.post("/<int:year>/join")
def join_submit(slug: str, year: int) -> ResponseReturnValue:
    """Let an alliance that is no pioneer report over a year as well."""
    alliance = load_alliance(slug, Permission.REPORT_WRITE)
    form = ActionForm()
    return carry_out(
        form,
        lambda: years.expect(alliance, year, is_required=False, actor=actor()),
        to=lambda _: url_for("impact_reports.show", slug=slug, year=year),
        done=Message("The alliance reports over %(year)s as well.", year=str(year)),
        page=lambda: index(slug, form),
    )


@bp.post("/<int:year>/withdraw")
def withdraw_submit(slug: str, year: int) -> ResponseReturnValue:
    """Take back the wish to report of one's own accord."""
    _, report = load_report(slug, year, Permission.REPORT_WRITE)
    form = ActionForm()
    return carry_out(
        form,
        lambda: years.withdraw(report, actor=actor()),
        to=lambda _: url_for("impact_reports.index", slug=slug),
        done=Message("The alliance does not report over %(year)s. What was written is kept.", year=str(year)),
        page=lambda: show(slug, year, form),
    )


@bp.get("/<int:year>")
def show(slug: str, year: int, form: ActionForm | None = None) -> ResponseReturnValue:
    """The report of one year: how it stands, what is missing, its sections, its partners and its versions."""
    alliance, report = load_report(slug, year)
    material = writing.material_of(report)
    rows = queries.sections_of(report.id)
    draft = writing.draft_of(material, rows) if rows and report.is_editable else ()
    versions = queries.versions_of(report.id)
    return alliance_page(
        "impact_reports/show.html",
        alliance,
        TAB,
        report=report,
        draft=draft,
        checklist=drafts.checklist(material, draft) if draft else None,
        versions=versions,
        read_sections=queries.read_sections(report.id) if versions else {},
        plan=material.plan.plan.label if draft else "",
        line=overview.line_of(report),
        filers=filers.filers_of([report])[report.id],
        submits=overview.may_submit(report, actor()),
        form=form or ActionForm(),
        crumbs=crumbs(slug),
        showing=showing,
    )


@bp.post("/<int:year>/begin")
def begin_submit(slug: str, year: int) -> ResponseReturnValue:
    """Begin the report: it writes itself from what was logged."""
    _, report = load_report(slug, year, Permission.REPORT_WRITE)
    form = ActionForm()
    return carry_out(
        form,
        lambda: drafts.begin(report, actor=actor()),
        to=lambda _: url_for("impact_reports.show", slug=slug, year=year),
        done=Message("The report has written itself from what was logged. Add your words."),
        page=lambda: show(slug, year, form),
    )


# One section ---------------------------------------------------------------------------------------------------------


def _load_section(
    slug: str, year: int, key: str
) -> tuple[Alliance, ImpactReport, writing.DraftSection, list[SectionKey]]:
    alliance, report = load_report(slug, year)
    rows = queries.sections_of(report.id)
    if not report.is_editable:
        raise NotFound(Message("There is nothing at this address."))
    draft = writing.draft_of(writing.material_of(report), rows)
    section = next((each for each in draft if each.key.value == key), None)
    if section is None:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, report, section, [each.key for each in draft]


@bp.get("/<int:year>/sections/<key>")
def section(slug: str, year: int, key: str, form: forms.SectionForm | None = None) -> ResponseReturnValue:
    """A section of the draft: its figures, what they lack, and the words of the reporter."""
    alliance, report, found, keys = _load_section(slug, year, key)
    place = keys.index(found.key)
    row = found.row
    form = form or forms.SectionForm(narrative=row.narrative, version=row.version)
    form.narrative.flags.is_needed = found.must_have_words
    return alliance_page(
        "impact_reports/section.html",
        alliance,
        TAB,
        report=report,
        section=found,
        # The draft is read by everybody who sees the alliance; exact counts of people are not for all of them.
        figures=found.figures if reads_exactly(alliance.id) else outside.outside_figures(found.figures),
        keys=keys,
        before=keys[place - 1] if place else None,
        after=keys[place + 1] if place + 1 < len(keys) else None,
        writes=policy.allows(actor(), Permission.REPORT_WRITE, report) and alliance.accounts_over(year),
        editor=audit.names_of({row.edited_by_id}).get(row.edited_by_id, "") if row.edited_by_id else "",
        form=form,
        crumbs=crumbs(slug, year),
        folding=folding,
        showing=showing,
    )


@bp.post("/<int:year>/sections/<key>")
def section_submit(slug: str, year: int, key: str) -> ResponseReturnValue:
    """Save the words of a section."""
    _, report, found, keys = _load_section(slug, year, key)
    policy.require(actor(), Permission.REPORT_WRITE, report)
    form = forms.SectionForm()
    following = keys[keys.index(found.key) + 1 :]
    to = url_for("impact_reports.show", slug=slug, year=year)
    if following and "next" in request.form:
        to = url_for("impact_reports.section", slug=slug, year=year, key=following[0].value)
    return carry_out(
        form,
        lambda: drafts.write(found.row, report, form.narrative.data, drawn_from=form.version.data, actor=actor()),
        to=lambda _: to,
        done=Message("“%(section)s” is saved.", section=found.key.label),
        page=lambda: section(slug, year, key, form),
    )


@bp.post("/<int:year>/sections/<key>/typed")
def typed_submit(slug: str, year: int, key: str) -> ResponseReturnValue:
    """Save what is being typed, from the page itself: answers with the version that holds it, or says why not."""
    _, report, found, _ = _load_section(slug, year, key)
    policy.require(actor(), Permission.REPORT_WRITE, report)
    form = forms.SectionForm()
    if not form.validate():
        return jsonify(refused=" ".join(str(each) for errors in form.errors.values() for each in errors)), 422
    try:
        with transaction():
            drafts.write(found.row, report, form.narrative.data, drawn_from=form.version.data, actor=actor())
    except EditConflict:
        words = Message("Somebody else wrote here meanwhile. Save, and compare.")
        return jsonify(refused=str(words)), 409
    except Refused as refusal:
        return jsonify(refused=str(refusal)), 422
    return jsonify(version=found.row.version)


# Refreshing ----------------------------------------------------------------------------------------------------------


@bp.get("/<int:year>/refresh")
def refresh(slug: str, year: int, form: forms.RefreshForm | None = None) -> ResponseReturnValue:
    """What was logged since the draft was written, value by value, before anything changes."""
    alliance, report = load_report(slug, year, Permission.REPORT_WRITE)
    if not report.is_editable:
        raise NotFound(Message("There is nothing at this address."))
    draft = writing.draft_of(writing.material_of(report), queries.sections_of(report.id))
    changed = [each for each in draft if each.changes]
    form = form or forms.RefreshForm(sections=[each.key.value for each in changed])
    form.sections.offer([each.key for each in changed])
    return alliance_page(
        "impact_reports/refresh.html",
        alliance,
        TAB,
        report=report,
        changed=changed,
        form=form,
        crumbs=crumbs(slug, year),
        showing=showing,
    )


@bp.post("/<int:year>/refresh")
def refresh_submit(slug: str, year: int) -> ResponseReturnValue:
    """Take over what was logged since, in the sections that were chosen."""
    _, report = load_report(slug, year, Permission.REPORT_WRITE)
    form = forms.RefreshForm()
    form.sections.offer(list(SectionKey))
    return carry_out(
        form,
        lambda: drafts.refresh(report, map(SectionKey, form.sections.data or ()), actor=actor()),
        to=lambda _: url_for("impact_reports.show", slug=slug, year=year),
        done=Message("The draft holds what was logged until now."),
        page=lambda: refresh(slug, year, form),
    )


# Submitting ----------------------------------------------------------------------------------------------------------


@bp.get("/<int:year>/submit")
def submit(slug: str, year: int, form: forms.SubmitForm | None = None) -> ResponseReturnValue:
    """The checklist, and what submitting means."""
    alliance, report = load_report(slug, year, Permission.REPORT_SUBMIT)
    if not report.is_editable:
        raise Refused(Message("This report cannot be submitted now."))
    material = writing.material_of(report)
    rows = queries.sections_of(report.id)
    draft = writing.draft_of(material, rows)
    form = form or forms.SubmitForm(version=report.version)
    # The form is about what this page shows, also after it was refused.
    form.seen.data = document.seal(material, [section.row for section in draft])
    is_erratum = report.approved_version_id is not None
    form.change_note.flags.is_needed = is_erratum
    return alliance_page(
        "impact_reports/submit.html",
        alliance,
        TAB,
        report=report,
        checklist=drafts.checklist(material, draft),
        is_erratum=is_erratum,
        versions=queries.versions_of(report.id),
        submits=overview.may_submit(report, actor()),
        draft=draft,
        form=form,
        crumbs=crumbs(slug, year),
    )


@bp.post("/<int:year>/submit")
def submit_submit(slug: str, year: int) -> ResponseReturnValue:
    """Freeze it as a version and hand it to VLAIO."""
    _, report = load_report(slug, year, Permission.REPORT_SUBMIT)
    filers.check_submits(report, actor())
    form = forms.SubmitForm()
    return carry_out(
        form,
        lambda: submitting.submit(
            report,
            change_note=form.change_note.data,
            seen=form.seen.data or "",
            drawn_from=form.version.data,
            actor=actor(),
        ),
        to=lambda version: url_for("report_versions.show", slug=slug, year=year, number=version.number),
        done=Message("The report is submitted. What it says is frozen, and VLAIO reads it."),
        page=lambda: submit(slug, year, form),
    )


@bp.post("/<int:year>/take-back")
def take_back_submit(slug: str, year: int) -> ResponseReturnValue:
    """Take the version back before VLAIO decides."""
    _, report = load_report(slug, year, Permission.REPORT_SUBMIT)
    form = ActionForm()
    return carry_out(
        form,
        lambda: submitting.take_back(report, actor=actor()),
        to=lambda _: url_for("impact_reports.show", slug=slug, year=year),
        done=Message("It is taken back. The version stays readable; the draft can be written again."),
        page=lambda: show(slug, year, form),
    )


@bp.get("/<int:year>/correct")
def correct(slug: str, year: int, form: forms.ReasonedForm | None = None) -> ResponseReturnValue:
    """Write an erratum to an approved report; the approved version stays meanwhile."""
    alliance, report = load_report(slug, year, Permission.REPORT_SUBMIT)
    return alliance_page(
        "impact_reports/correct.html",
        alliance,
        TAB,
        report=report,
        form=form or forms.ReasonedForm(version=report.version),
        crumbs=crumbs(slug, year),
    )


@bp.post("/<int:year>/correct")
def correct_submit(slug: str, year: int) -> ResponseReturnValue:
    """Open it for the erratum."""
    _, report = load_report(slug, year, Permission.REPORT_SUBMIT)
    form = forms.ReasonedForm()
    return carry_out(
        form,
        lambda: submitting.correct(report, reason=form.reason.data, drawn_from=form.version.data, actor=actor()),
        to=lambda _: url_for("impact_reports.show", slug=slug, year=year),
        done=Message("Write the erratum. What was approved stays in force until VLAIO approves the new version."),
        page=lambda: correct(slug, year, form),
    )


@bp.post("/<int:year>/leave")
def leave_submit(slug: str, year: int) -> ResponseReturnValue:
    """Give up an erratum."""
    _, report = load_report(slug, year, Permission.REPORT_SUBMIT)
    form = ActionForm()
    return carry_out(
        form,
        lambda: submitting.leave_as_it_was(report, actor=actor()),
        to=lambda _: url_for("impact_reports.show", slug=slug, year=year),
        done=Message("The report stays as it was approved."),
        page=lambda: show(slug, year, form),
    )
