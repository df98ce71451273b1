"""Nobody revises a baseline that they did not see, and files of figures are for who may read those exactly."""

from datetime import date

import pytest
from flask import Flask

from alliance_tracker.database import db, transaction
from alliance_tracker.errors import FieldRefused
from alliance_tracker.evidence import service as evidence
from alliance_tracker.indicators import service
from alliance_tracker.policy import SYSTEM, Role
from tests.access_network import PDF
from tests.builders import actor_of, make_alliance, make_goal, make_indicator, make_measurement, make_user, typed
from tests.strict_client import StrictClient


def test_the_second_writer_of_a_baseline_is_told(context: Flask) -> None:
    indicator = make_indicator(make_goal(make_alliance()))
    on = date(2026, 1, 1)
    with transaction():
        first = service.set_baseline(indicator, typed(11), on=on, drawn_from=0, actor=SYSTEM)
    with pytest.raises(FieldRefused):
        service.set_baseline(indicator, typed(12), on=on, reason="Hertelling.", drawn_from=0, actor=SYSTEM)
    with transaction():
        second = service.set_baseline(
            indicator, typed(12), on=on, reason="Hertelling.", drawn_from=first.id, actor=SYSTEM
        )
    assert second.is_revision


def test_a_file_that_proves_a_figure_is_not_opened_outside(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        measured = make_measurement(make_indicator(make_goal(alliance)), 2026, typed(12377))
        coordinator = make_user(Role.COORDINATOR, email="c@example.org", alliance_id=alliance.id)
        make_user(Role.OBSERVER, email="o@example.org")
        with transaction():
            file = evidence.attach(
                evidence.Upload("telling.pdf", PDF),
                subject_type="measurement",
                subject_key=str(measured.id),
                alliance_id=alliance.id,
                limits=evidence.Limits(10**6, 10**7),
                actor=actor_of(coordinator),
            )
        address = f"/evidence/{file.id}"
        db().rollback()
    client.sign_in("o@example.org")
    assert client.browser.get(address).status_code == 403
    inside = StrictClient(app)
    inside.sign_in("c@example.org")
    assert inside.browser.get(address).status_code == 200
