"""The STEM-monitor: what was loaded, adding years, correcting, and that a double figure is refused."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed
from alliance_tracker.frameworks import queries, service
from alliance_tracker.frameworks.loading import load_reference
from alliance_tracker.frameworks.models import MonitorFigure, MonitorFigureKind
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.web import history
from tests.builders import make_actor, make_user
from tests.strict_client import StrictClient

GIRLS = "women-secondary-3rd-grade"
MEASURED = MonitorFigureKind.MEASURED


def draft(**changes: object) -> service.FigureDraft:
    usual = {"indicator_key": GIRLS, "year": 2019, "kind": MEASURED, "value": Decimal("31.2"), "source": "Dataloep"}
    return service.FigureDraft(**{**usual, **changes})  # type: ignore[arg-type]


def test_what_was_loaded_is_what_the_action_plan_says(context: Flask) -> None:
    found = queries.monitor_indicators()
    assert len(found) == 5
    girls = found[0]
    assert [(f.year, f.kind.value, f.value) for f in girls.figures] == [
        (2011, "baseline", Decimal("27.40")),
        (2015, "measured", Decimal("29.68")),
        (2020, "target", Decimal("33.33")),
    ]
    assert {figure.source for indicator in found for figure in indicator.figures} == {"STEM-actieplan 2012-2020"}


def test_the_history_of_a_figure_that_was_loaded_says_so(context: Flask) -> None:
    figure = queries.monitor_indicators()[0].figures[0]
    sentence = str(history.of_subject("monitor_figure", figure.id).happenings[0].sentence)
    assert "…" not in sentence


def test_a_year_is_added_and_stays_when_the_reference_data_are_loaded_again(context: Flask) -> None:
    manager = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        service.add_figure(draft(), actor=manager)
    with transaction():
        assert load_reference() == 0
    girls = queries.monitor_indicators()[0]
    assert [f.year for f in girls.figures] == [2011, 2015, 2019, 2020]
    assert girls.latest is not None
    assert (girls.latest.year, girls.latest.added_by_id) == (2019, manager.user_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"indicator_key": "happiness"}, "indicator_key"),
        ({"year": 2015}, "year"),
        ({"year": 1989}, "year"),
        ({"year": 2101, "kind": MonitorFigureKind.TARGET}, "year"),
        ({"value": Decimal("100.0001")}, "value"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal("1.23456")}, "value"),
        ({"source": ""}, "source"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_beside_its_field(
    context: Flask, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldRefused) as refusal:
        service.add_figure(draft(**changes), actor=SYSTEM)
    assert refusal.value.field == field


def test_only_a_target_lies_in_the_future(context: Flask) -> None:
    later = today().year + 1
    with pytest.raises(FieldRefused):
        service.add_figure(draft(year=later), actor=SYSTEM)
    with transaction():
        service.add_figure(draft(year=later, kind=MonitorFigureKind.TARGET), actor=SYSTEM)


def test_only_the_project_manager_adds_and_corrects(context: Flask) -> None:
    figure = db().scalars(sa.select(MonitorFigure)).first()
    assert figure is not None
    for role in (Role.ADMINISTRATOR, Role.OBSERVER):
        actor = make_actor(role)
        with pytest.raises(NotAllowed):
            service.add_figure(draft(), actor=actor)
        with pytest.raises(NotAllowed):
            service.correct_figure(figure, draft(), version=figure.version, actor=actor)


def test_a_correction_keeps_what_stood_there_and_guards_against_another(context: Flask) -> None:
    with transaction():
        figure = service.add_figure(draft(), actor=SYSTEM)
    drawn = figure.version
    with transaction():
        service.correct_figure(figure, draft(value=Decimal("31.25")), version=drawn, actor=SYSTEM)
    with pytest.raises(EditConflict):
        service.correct_figure(figure, draft(value=Decimal(40)), version=drawn, actor=SYSTEM)
    with pytest.raises(FieldRefused):
        service.correct_figure(figure, draft(year=2015), version=figure.version, actor=SYSTEM)
    newest, first = history.of_subject("monitor_figure", figure.id).happenings
    assert "2019" in str(first.sentence)
    assert [(c.before, c.after) for c in newest.changes] == [("31,2 %", "31,25 %")]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE monitor_figure SET year = 1900",
        "UPDATE monitor_figure SET source = ''",
        "UPDATE monitor_figure SET kind = 'dreamt'",
        "UPDATE monitor_figure SET year = 2011, kind = 'baseline'",
    ],
)
def test_the_database_refuses_what_the_rules_refuse(context: Flask, change: str) -> None:
    with pytest.raises(IntegrityError):
        db().execute(sa.text(change))
    db().rollback()


def test_the_page_says_that_it_is_context_and_draws_each_indicator(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        email = make_user(language="en").email
    client.sign_in(email)
    page = client.get("/frameworks/stem-monitor")
    assert "never a result of an alliance" in page.words
    assert "29.68 %" in page.words
    assert "academic year 2014-2015 not closed" in page.words
    text = client.response.text  # type: ignore[union-attr]
    assert text.count('class="monitor-lines"') == 5
    assert "2015, measured: 29.68 %" in text
    assert not [link for link in page.links if "/stem-monitor/" in link]


def test_the_project_manager_adds_a_year_and_corrects_it_on_the_screen(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        email = make_user(Role.PROJECT_MANAGER).email
    client.sign_in(email)
    new = "/frameworks/stem-monitor/new"
    asked = {"indicator_key": GIRLS, "year": "2019", "kind": "measured", "value": "31,2", "source": "Dataloep"}
    for wrong in ({"year": "later"}, {"year": "²"}, {"value": "veel"}, {"value": "101"}, {"indicator_key": ""}):
        client.post(new, {**asked, **wrong}, status=422, form_at=new)
    client.post(new, asked, form_at=new)
    page = client.follow()
    assert "31,2 %" in page.words
    here = next(link for link in reversed(page.links) if "/stem-monitor/16" in link)
    page = client.get(here)
    assert next(c["value"] for c in page.controls if c.get("name") == "value") == "31,2"
    client.post(here, {**asked, "value": "31,4"})
    assert "31,4 %" in client.follow().words
    assert "31,2 %" in client.get(here).words  # the history
