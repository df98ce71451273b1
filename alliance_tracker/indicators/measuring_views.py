"""The figures of an alliance: a whole period on one sheet, and the page of each measurement."""

from collections.abc import Sequence

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import audit, policy
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import today
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import sheets
from alliance_tracker.indicators.measuring import figure_of
from alliance_tracker.indicators.models import FigureState, Measurement
from alliance_tracker.indicators.periods import FIRST_YEAR, LAST_YEAR, period_label
from alliance_tracker.indicators.sheet_form import SheetForm, written
from alliance_tracker.indicators.whole_period import PeriodConflict, PeriodRefused, measure_all
from alliance_tracker.policy import Permission
from alliance_tracker.web import history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, page_number

bp = Blueprint("measurements", __name__, url_prefix="/alliances/<slug>/figures")

EVIDENCE = "measurement"


def _year(period: int | None) -> int:
    """The period that is asked for, by default this calendar year.

    :raise NotFound: no period has such a number.
    """
    period = today().year if period is None else period
    if not FIRST_YEAR <= period <= LAST_YEAR:
        raise NotFound(Message("There is nothing at this address."))
    return period


def _may_read_exactly(alliance: Alliance) -> bool:
    return policy.allows(actor(), Permission.FIGURE_EXACT_VIEW, alliance)


@bp.get("", defaults={"period": None}, endpoint="period")
@bp.get("/<int:period>", endpoint="period")
def sheet_page(slug: str, period: int | None, form: SheetForm | None = None) -> ResponseReturnValue:
    """One period of all indicators: to read, and for whoever measures to fill in."""
    alliance = load_alliance(slug)
    sheet = sheets.sheet_of(alliance.id, _year(period))
    can_type = alliance.is_open and policy.allows(actor(), Permission.MEASUREMENT_WRITE, alliance)
    return alliance_page(
        "indicators/period.html",
        alliance,
        "figures",
        sheet=sheet,
        form=(form or SheetForm(sheet)) if can_type else None,
        exact=_may_read_exactly(alliance),
        evidence=evidence.of(EVIDENCE, [str(row.current.id) for row in sheet.rows if row.current]),
        states=list(FigureState),
        written=written,
        figure_of=figure_of,
        theirs=_authors(form),
    )


def _authors(form: SheetForm | None) -> dict[int, str]:
    """The names of who entered a figure meanwhile."""
    return audit.names_of({f.theirs.measured_by_id for f in form.rows.values() if f.theirs}) if form else {}


@bp.post("", defaults={"period": None})
@bp.post("/<int:period>")
def period_submit(slug: str, period: int | None) -> ResponseReturnValue:
    """Keep everything that was entered, or nothing; or take a suggestion over into the form."""
    alliance = load_alliance(slug, Permission.MEASUREMENT_WRITE)
    year = _year(period)
    sheet = sheets.sheet_of(alliance.id, year)
    form = SheetForm(sheet, request.form)
    if asked := request.form.get("take"):
        return _taken_over(slug, year, form, asked)

    def command() -> Sequence[Measurement]:
        try:
            return measure_all(alliance, form.entries(), unreadable=form.unreadable, actor=actor())
        except (PeriodRefused, PeriodConflict) as refusal:
            form.explain(refusal)
            raise

    return carry_out(
        form,
        command,
        to=lambda _: url_for("measurements.period", slug=slug, period=year),
        done=Message("Saved. Every figure keeps who entered it and when."),
        page=lambda: sheet_page(slug, year, form),
    )


def _taken_over(slug: str, year: int, form: SheetForm, asked: str) -> ResponseReturnValue:
    """The form as it was typed, with one suggestion filled in; nothing is saved yet."""
    for fields in form.rows.values():
        if str(fields.row.id) == asked and fields.row.suggestion is not None:
            fields.take_over(fields.row.suggestion)
    return sheet_page(slug, year, form)


# One measurement ---------------------------------------------------------------------------------------------------


def _load(slug: str, measurement_id: int, permission: Permission) -> tuple[Alliance, Measurement]:
    """A measurement of this alliance.

    :raise NotFound: there is none, or it is another alliance's.
    """
    alliance = load_alliance(slug, permission)
    row = sheets.one(measurement_id)
    if row is None or row.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, row


@bp.get("/measurement/<int:measurement_id>")
def measurement(slug: str, measurement_id: int, evidence_form: EvidenceForm | None = None) -> ResponseReturnValue:
    """One measurement: what it says, who says so and why, what proves it, and what it replaced."""
    alliance, row = _load(slug, measurement_id, Permission.ALLIANCE_VIEW)
    indicator = sheets.indicator_of(row)
    chain = sheets.chain_of(row)
    label = period_label(row.period, indicator.definition.period_kind)
    exact = _may_read_exactly(alliance)
    subjects = [("measurement", m.id) for m in chain]
    return alliance_page(
        "indicators/measurement.html",
        alliance,
        "figures",
        crumbs=[(Message("Figures"), url_for("measurements.period", slug=slug, period=row.period))],
        row=row,
        indicator=indicator,
        definition=indicator.definition,
        label=label,
        chain=chain,
        figure_of=figure_of,
        exact=exact,
        names=audit.names_of({m.measured_by_id for m in chain}),
        # The history tells every number as it was typed.
        history=history.of_subjects(subjects, page_number()) if exact else None,
        files=evidence_views.files_of(_proven(row)),
        evidence_form=evidence_form or EvidenceForm(formdata=None),
    )


def _proven(row: Measurement) -> evidence_views.Subject:
    return evidence_views.Subject(EVIDENCE, str(row.id), row.alliance_id)


@bp.post("/measurement/<int:measurement_id>/evidence")
def evidence_submit(slug: str, measurement_id: int) -> ResponseReturnValue:
    """Attach files that prove the measurement."""
    alliance, row = _load(slug, measurement_id, Permission.EVIDENCE_ADD)
    check_open(alliance)
    return evidence_views.attach(
        _proven(row),
        alliance,
        to=url_for("measurements.measurement", slug=slug, measurement_id=row.id),
        page=lambda form: measurement(slug, measurement_id, evidence_form=form),
    )
