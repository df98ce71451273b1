"""Reporting years for VLAIO: opening one, who is expected in it and how far each is, other days, excuses, reopening."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.impact_reports import decisions, filers, forms, overview, queries, reviewing, years
from alliance_tracker.impact_reports.models import ImpactReport, ReportingYear
from alliance_tracker.indicators import catalogue_queries
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, require
from alliance_tracker.web.templating import page

bp = Blueprint("reporting", __name__, url_prefix="/reports")


def _crumbs(year: int | None = None) -> list[tuple[object, str]]:
    found: list[tuple[object, str]] = [(Message("Reporting"), url_for("reporting.index"))]
    if year is not None:
        found.append((Message("Reports of %(year)s", year=str(year)), url_for("reporting.show", year=year)))
    return found


def _load(year: int, permission: Permission = Permission.REPORTING_VIEW) -> ReportingYear:
    require(permission)
    found = queries.year_of(year)
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return found


def _load_report(year: int, report_id: int) -> ImpactReport:
    require(Permission.REPORTING_MANAGE)
    report = queries.report_by_id(report_id)
    if report is None or report.year != year:
        raise NotFound(Message("There is nothing at this address."))
    return report


@bp.get("")
def index() -> ResponseReturnValue:
    """The reporting years, each with how far its reports are."""
    require(Permission.REPORTING_VIEW)
    return page("impact_reports/years.html", years=overview.of_years(), crumbs=[])


@bp.get("/open")
def create(form: forms.OpenYearForm | None = None) -> ResponseReturnValue:
    """Open a reporting year."""
    require(Permission.REPORTING_MANAGE)
    return page("impact_reports/open_year.html", form=form or _open_form(), crumbs=_crumbs())


def _open_form() -> forms.OpenYearForm:
    choices = years.years_to_open()
    first = choices[0] if choices else 0
    form = forms.OpenYearForm(
        year=str(first), due_on=years.default_due(first) if first else None, review_days=years.REVIEW_DAYS
    )
    form.year.offer((str(year), str(year)) for year in choices)
    form.catalogue_id.offer((str(each.id), each.label) for each in catalogue_queries.versions())
    return form


@bp.post("/open")
def create_submit() -> ResponseReturnValue:
    """Open it, with the row of each region."""
    require(Permission.REPORTING_MANAGE)
    form = _open_form()
    return carry_out(
        form,
        lambda: years.open_year(form.opening, actor=actor()),
        to=lambda row: url_for("reporting.show", year=row.year),
        done=Message("The reporting year is open: each of the 15 regions has its row."),
        page=lambda: create(form),
    )


@bp.get("/<int:year>")
def show(
    year: int,
    form: ActionForm | None = None,
    asking: forms.AskAllianceForm | None = None,
    moving: forms.ExtendForm | None = None,
) -> ResponseReturnValue:
    """Everything that is expected over a year, what needs action first, and who cannot file."""
    row = _load(year)
    lines = overview.lines_of(queries.reports_in(year))
    moving = moving or forms.ExtendForm(version=row.version)
    moving.reason.id, moving.on.id = "moving-reason", "moving-on"  # two forms on one page ask for a reason
    return page(
        "impact_reports/year.html",
        year=row,
        lines=lines,
        board=overview.board_of(lines),
        asking=asking or forms.AskAllianceForm(),
        moving=moving,
        moves=decisions.of_year(row.id),
        filers=filers.filers_of([line.report for line in lines]),
        awaiting=years.awaiting_pioneers(year),
        form=form or ActionForm(),
        crumbs=_crumbs(),
    )


@bp.post("/<int:year>/ask")
def ask_alliance_submit(year: int) -> ResponseReturnValue:
    """Ask an alliance that is no pioneer for its report, found by its name."""
    _load(year, Permission.REPORTING_MANAGE)
    form = forms.AskAllianceForm()
    found = years.candidates(year, form.alliance.data or "")[: years.MOST_FOUND]
    form.chosen.offer((str(each.id), f"{each.name} ({each.region.name})") for each in found)
    form.is_ambiguous = len(found) > 1

    def command() -> ImpactReport:
        chosen = int(form.chosen.data) if form.chosen.data else None
        alliance = years.choose(year, form.alliance.data, chosen)
        return years.ask_alliance(alliance, year, reason=form.reason.data, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda _: url_for("reporting.show", year=year),
        done=Message("This report is asked."),
        page=lambda: show(year, asking=form),
    )


@bp.post("/<int:year>/move")
def move_submit(year: int) -> ResponseReturnValue:
    """Move the due date of the whole year."""
    row, form = _load(year, Permission.REPORTING_MANAGE), forms.ExtendForm()
    return carry_out(
        form,
        lambda: years.move_year(row, form.on.day, reason=form.reason.data, drawn_from=form.version.data, actor=actor()),
        to=lambda _: url_for("reporting.show", year=year),
        done=lambda n: Counted(
            "The due date of the year is moved, with %(n)s report.",
            "The due date of the year is moved, with %(n)s reports.",
            n=n,
        ),
        page=lambda: show(year, moving=form),
    )


@bp.post("/<int:year>/follow")
def follow_submit(year: int) -> ResponseReturnValue:
    """Give regions that have a pioneer by now their alliance."""
    _load(year, Permission.REPORTING_MANAGE)
    form = ActionForm()
    return carry_out(
        form,
        lambda: years.follow_mandates(year, actor=actor()),
        to=lambda _: url_for("reporting.show", year=year),
        done=Message("Each region has its pioneer of now, where nothing was written yet."),
        page=lambda: show(year, form),
    )


@bp.get("/<int:year>/<int:report_id>")
def manage(
    year: int,
    report_id: int,
    form: forms.ExtendForm | None = None,
    other: forms.ReasonedForm | None = None,
    action: ActionForm | None = None,
) -> ResponseReturnValue:
    """Another due date, an excuse, or a reopening of one report."""
    report = _load_report(year, report_id)
    other = other or forms.ReasonedForm(version=report.version)
    other.reason.id = "other-reason"  # two forms on one page ask for a reason
    return page(
        "impact_reports/manage.html",
        report=report,
        line=overview.line_of(report),
        filers=filers.filers_of([report])[report.id],
        form=form or forms.ExtendForm(version=report.version),
        other=other,
        action=action or ActionForm(),
        crumbs=_crumbs(year),
    )


@bp.post("/<int:year>/<int:report_id>/extend")
def extend_submit(year: int, report_id: int) -> ResponseReturnValue:
    """Move the due date."""
    report, form = _load_report(year, report_id), forms.ExtendForm()
    return carry_out(
        form,
        lambda: years.extend(report, form.on.day, reason=form.reason.data, drawn_from=form.version.data, actor=actor()),
        to=lambda _: url_for("reporting.show", year=year),
        done=Message("The due date is moved; the old one stays visible."),
        page=lambda: manage(year, report_id, form),
    )


@bp.post("/<int:year>/<int:report_id>/excuse")
def excuse_submit(year: int, report_id: int) -> ResponseReturnValue:
    """Ask nothing of this region for this year."""
    report, form = _load_report(year, report_id), forms.ReasonedForm()
    return carry_out(
        form,
        lambda: years.excuse(report, reason=form.reason.data, drawn_from=form.version.data, actor=actor()),
        to=lambda _: url_for("reporting.show", year=year),
        done=Message("No report is asked here for this year."),
        page=lambda: manage(year, report_id, other=form),
    )


@bp.post("/<int:year>/<int:report_id>/ask")
def ask_submit(year: int, report_id: int) -> ResponseReturnValue:
    """Ask the report after all."""
    report, form = _load_report(year, report_id), ActionForm()
    return carry_out(
        form,
        lambda: years.ask(report, actor=actor()),
        to=lambda _: url_for("reporting.show", year=year),
        done=Message("This report is asked."),
        page=lambda: manage(year, report_id, action=form),
    )


@bp.post("/<int:year>/<int:report_id>/reopen")
def reopen_submit(year: int, report_id: int) -> ResponseReturnValue:
    """Let an approved report be written again."""
    report, form = _load_report(year, report_id), forms.ReasonedForm()
    return carry_out(
        form,
        lambda: reviewing.reopen(report, reason=form.reason.data, drawn_from=form.version.data, actor=actor()),
        to=lambda _: url_for("reporting.show", year=year),
        done=Message("The report is reopened. What was approved stays in force meanwhile."),
        page=lambda: manage(year, report_id, other=form),
    )
