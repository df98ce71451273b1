"""What an indicator starts from and aims at: setting and revising its baseline, and its targets of several years."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import today
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import queries, reading, service, showing
from alliance_tracker.indicators import targets as targeting
from alliance_tracker.indicators.forms import BaselineForm, TargetsForm, targets_form
from alliance_tracker.indicators.frame import bp, here, indicators_page, load_indicator, sees_exactly
from alliance_tracker.indicators.models import Baseline, FigureState, Indicator, Unit
from alliance_tracker.indicators.periods import period_of
from alliance_tracker.indicators.queries import Followed
from alliance_tracker.indicators.targets import PERIOD
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor

#: How many periods after this one the screen of the targets offers.
PERIODS_AHEAD = 4


def _named(form: BaselineForm, indicator: Indicator) -> BaselineForm:
    """The form with the parts of this indicator in its words."""
    meaning = indicator.definition
    if meaning.is_ratio:
        form.numerator.label.text, form.denominator.label.text = meaning.numerator, meaning.denominator
    elif meaning.unit is Unit.SCORE:
        form.denominator.label.text = Message("How many people gave the score")
    return form


@bp.get("/<int:indicator_id>/baseline")
def baseline(slug: str, indicator_id: int, form: BaselineForm | None = None) -> ResponseReturnValue:
    """Say where the indicator started; a second time it is a revision."""
    alliance, row = load_indicator(slug, indicator_id, Permission.GOAL_EDIT)
    found = queries.followed(row.id)
    before = reading.page_of(found, today(), exact=sees_exactly(alliance)).baselines
    form = _named(form or BaselineForm(formdata=None), row)
    form.version.data = service.newest_baseline(row.id)
    return indicators_page("indicators/baseline.html", alliance, below=row, indicator=row, form=form, before=before)


@bp.post("/<int:indicator_id>/baseline")
def baseline_submit(slug: str, indicator_id: int) -> ResponseReturnValue:
    """Keep the baseline with its files."""
    alliance, row = load_indicator(slug, indicator_id, Permission.GOAL_EDIT)
    form = _named(BaselineForm(), row)
    has_targets = bool(queries.followed(row.id).targets)
    targets_next = url_for("indicators.targets", slug=slug, indicator_id=indicator_id)
    return carry_out(
        form,
        lambda: _keep(row, form, alliance),
        to=lambda _: here(slug, indicator_id) if has_targets else targets_next,
        done=Message("The baseline is kept."),
        page=lambda: baseline(slug, indicator_id, form),
    )


def _keep(row: Indicator, form: BaselineForm, alliance: Alliance) -> Baseline:
    state = FigureState(form.state.data)
    typed = service.Typed(state, form.value.data, form.numerator.data, form.denominator.data)
    kept = service.set_baseline(
        row,
        typed,
        on=form.on.day,
        source=form.source.data,
        reason=form.reason.data,
        drawn_from=form.version.data,
        actor=actor(),
    )
    for upload in evidence_views.uploads():
        evidence.attach(
            upload,
            subject_type="baseline",
            subject_key=str(kept.id),
            alliance_id=alliance.id,
            limits=evidence_views.limits(),
            actor=actor(),
        )
    return kept


# Targets -----------------------------------------------------------------------------------------------------------


def _periods(found: Followed) -> list[int]:
    """Those with a target, and this one with the next few."""
    this = period_of(today(), found.definition.period_kind)
    return sorted({*found.aims, *range(this, this + PERIODS_AHEAD + 1)})


def _newest(found: Followed) -> int:
    return max((target.id for target in found.targets), default=0)


def _lines(found: Followed, periods: Iterable[int], form: TargetsForm) -> list[dict[str, Any]]:
    """A row of the screen for each period: its field, and what was agreed first when that was revised."""
    aims, unit = found.aims, found.definition.unit

    def first(period: int) -> str:
        aim = aims.get(period)
        return showing.amount(aim.original, unit) if aim and aim.is_revised and aim.original is not None else ""

    def now(period: int) -> str:
        aim = aims.get(period)
        return showing.amount(aim.value, unit) if aim and aim.value is not None else ""

    return [{"field": form[f"{PERIOD}{period}"], "now": now(period), "first": first(period)} for period in periods]


@bp.get("/<int:indicator_id>/targets")
def targets(slug: str, indicator_id: int, form: TargetsForm | None = None) -> ResponseReturnValue:
    """The targets of several years on one screen."""
    alliance, row = load_indicator(slug, indicator_id, Permission.GOAL_EDIT)
    found = queries.followed(row.id)
    periods = _periods(found)
    if form is None:
        known = {f"{PERIOD}{period}": aim.value for period, aim in found.aims.items()}
        form = targets_form(periods, row.definition.period_kind)(formdata=None, data=known)
        form.version.data = _newest(found)
    return indicators_page(
        "indicators/targets.html",
        alliance,
        below=row,
        indicator=row,
        form=form,
        lines=_lines(found, periods, form),
        has_targets=bool(found.targets),
        baseline=reading.page_of(found, today(), exact=sees_exactly(alliance)).baselines[:1],
    )


@bp.post("/<int:indicator_id>/targets")
def targets_submit(slug: str, indicator_id: int) -> ResponseReturnValue:
    """Keep every target that changed."""
    _, row = load_indicator(slug, indicator_id, Permission.GOAL_EDIT)
    found = queries.followed(row.id)
    periods = _periods(found)
    form = targets_form(periods, row.definition.period_kind)()

    def command() -> int:
        wanted = {period: form[f"{PERIOD}{period}"].data for period in periods}
        drawn_from, form.version.data, form.version.raw_data = form.version.data, _newest(found), None
        return targeting.set_targets(row, wanted, drawn_from=drawn_from, reason=form.reason.data, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda _: here(slug, indicator_id),
        done=Message("The targets are kept."),
        page=lambda: targets(slug, indicator_id, form),
    )
