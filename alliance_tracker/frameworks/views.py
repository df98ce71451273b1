"""The STEM-monitor: figures of Flanders as context, and the forms with which the project manager extends them."""

from decimal import Decimal

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from markupsafe import Markup

from alliance_tracker.drawing.monitor_lines import Point, monitor_lines
from alliance_tracker.frameworks import forms, queries, service
from alliance_tracker.frameworks.models import MonitorFigure
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, load, page_number, require
from alliance_tracker.web.templating import page

bp = Blueprint("frameworks", __name__, url_prefix="/frameworks")


def percent(figure: MonitorFigure) -> str:
    """A figure as its reader writes it."""
    return percent_of(figure.value)


def percent_of(value: Decimal | str) -> str:
    """A percentage as its reader writes it, without zeros that say nothing."""
    return str(Message("%(n)s %%", n=format_decimal(Decimal(value), format="0.####")))


def _drawn(indicator: queries.MonitorIndicator) -> Markup:
    told = [
        str(Message("%(year)s, %(kind)s: %(value)s", year=str(f.year), kind=f.kind.label, value=percent(f)))
        for f in indicator.figures
    ]
    points = [Point(f.year, f.value, f.kind.value, percent(f)) for f in indicator.figures]
    words = str(Message("%(name)s. %(figures)s", name=indicator.name, figures="; ".join(told)))
    return monitor_lines(points, label=words)


@bp.get("/stem-monitor")
def stem_monitor() -> ResponseReturnValue:
    """Every indicator with its course and its figures."""
    require(Permission.FRAMEWORK_VIEW)
    indicators = queries.monitor_indicators()
    return page(
        "frameworks/stem_monitor.html",
        indicators=indicators,
        drawings={indicator.key: _drawn(indicator) for indicator in indicators},
        percent=percent,
        note_of=queries.note_of,
    )


def _crumbs() -> list[tuple[Message, str]]:
    return [(Message("STEM-monitor"), url_for("frameworks.stem_monitor"))]


def _offer(form: forms.AddFigureForm) -> None:
    form.indicator_key.offer((indicator.key, indicator.name) for indicator in queries.monitor_indicators())


@bp.get("/stem-monitor/new")
def add_figure(form: forms.AddFigureForm | None = None) -> ResponseReturnValue:
    """Add a year."""
    require(Permission.MONITOR_FIGURE_EDIT)
    form = form or forms.AddFigureForm()
    _offer(form)
    return page("frameworks/add_figure.html", form=form, crumbs=_crumbs())


@bp.post("/stem-monitor/new")
def add_figure_submit() -> ResponseReturnValue:
    """Keep it."""
    require(Permission.MONITOR_FIGURE_EDIT)
    form = forms.AddFigureForm()
    _offer(form)
    return carry_out(
        form,
        lambda: service.add_figure(form.draft_for(form.indicator_key.data), actor=actor()),
        to=lambda figure: url_for("frameworks.stem_monitor", _anchor=figure.indicator_key),
        done=Message("The figure is added."),
        page=lambda: add_figure(form),
    )


def _figure(figure_id: int) -> MonitorFigure:
    return load(MonitorFigure, figure_id, Permission.MONITOR_FIGURE_EDIT)


def _as_typed(figure: MonitorFigure) -> dict[str, object]:
    return {
        "year": str(figure.year),
        "kind": figure.kind.value,
        "value": figure.value,
        "source": figure.source,
        "note": figure.note,
        "version": figure.version,
    }


@bp.get("/stem-monitor/<int:figure_id>")
def correct_figure(figure_id: int, form: forms.CorrectFigureForm | None = None) -> ResponseReturnValue:
    """Correct a figure; below stands what happened to it."""
    figure = _figure(figure_id)
    form = form or forms.CorrectFigureForm(data=_as_typed(figure))
    return page(
        "frameworks/correct_figure.html",
        form=form,
        figure=figure,
        history=web_history.of_subject("monitor_figure", figure_id, page_number()),
        crumbs=_crumbs(),
    )


@bp.post("/stem-monitor/<int:figure_id>")
def correct_figure_submit(figure_id: int) -> ResponseReturnValue:
    """Keep the correction."""
    figure, form = _figure(figure_id), forms.CorrectFigureForm()
    return carry_out(
        form,
        lambda: service.correct_figure(
            figure, form.draft_for(figure.indicator_key), version=form.version.data, actor=actor()
        ),
        to=lambda _: url_for("frameworks.stem_monitor", _anchor=figure.indicator_key),
        done=Message("Saved."),
        page=lambda: correct_figure(figure_id, form),
    )
