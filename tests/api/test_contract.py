"""Everything that the description of the API promises holds, for answers to good requests and to bad ones."""

import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from alliance_tracker import create_app
from alliance_tracker.accounts import service as accounts
from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.api.operations import OPERATIONS
from alliance_tracker.commitments import delivering
from alliance_tracker.commitments.wordings import InYear
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.database import clock_at, db, today, transaction
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.impact_reports import drafts, submitting, years
from alliance_tracker.pilots import reach
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.api.conftest import token_of
from tests.builders import (
    actor_of,
    instalments_of,
    make_actor,
    make_alliance,
    make_communication,
    make_convenant,
    make_full_helix,
    make_goal,
    make_indicator,
    make_partner,
    make_pilot,
    make_signal,
    make_user,
    promise,
)
from tests.conftest import SETTINGS
from tests.impact_reports.making import open_year, report_of, tell

#: Of a request that fits the description, what a rule may still refuse: it depends on the data.
BY_RULE = {"on", "present", "participants", "criterion", "milestone"}
BY_RULE |= {"Idempotency-Key", "indicator", "period", "value", "numerator", "denominator", "cells", "note", "reason"}
BY_RULE |= {"quantity"}
#: What the body must have, whatever a rule says of its value.
ALWAYS = {"on", "quantity"}
#: What a generated body would hardly ever hit: an indicator that the alliance follows, with a figure that fits.
FITTING: dict[str, dict[str, Any]] = {
    "measurement": {
        "indicator": "activity-hours",
        "period": 2026,
        "state": "value",
        "value": "12.5",
        "cells": [],
        "reason": "Hertelling.",
    },
    "deliver": {"on": "2026-02-01", "quantity": "1"},
    "answer_delivery": {"answer": "confirms"},
}


@pytest.fixture(scope="module")
def contract_app(tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[Path], str]) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("contract")
    overrides = {**SETTINGS, "DATABASE_URL": fresh_database(folder), "API_POSTS_PER_MINUTE": 100_000}
    app = create_app(overrides, folder)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def known(contract_app: Flask) -> dict[str, Any]:
    """A token, and values for the paths that lead to something."""
    with contract_app.test_request_context("/"):
        alliance = make_alliance("Neteland", municipalities=["Geel", "Mol"])
        make_full_helix(alliance)
        author = make_user(Role.PROJECT_MANAGER)
        with transaction():
            for number in range(3):
                draft = log.Draft(kind=LogKind.NOTE, on=today(), text=f"Notitie {number}")
                log.log(alliance, draft, actor=actor_of(author))
        make_indicator(make_goal(alliance), "activity-hours")
        make_communication(alliance)
        pilot = make_pilot(alliance, started_on=today(), tags={Scheme.KADER_DIMENSION: frozenset({"teamwork"})})
        with transaction():
            entry = reach.Entry(today().year, 30, {("gender", "girls"): 12})
            reach.record(pilot, entry, actor=actor_of(author))
        signal = make_signal(alliance)
        bearer = make_partner(alliance)
        promises = [promise(bearer, years={2026: InYear(Decimal(10), date(2026, 12, 31))})]
        convenant = make_convenant(alliance, parties=[bearer], commitments=promises)
        instalment = delivering.instalment_by_id(instalments_of(convenant)[0].id)
        assert instalment is not None
        speaker = make_actor(Role.PARTNER, organisation_id=bearer.organisation_id)
        with transaction():
            accounts.give_role(author, Role.COORDINATOR, alliance_id=alliance.id, actor=SYSTEM)
            delivery = delivering.log(instalment, delivering.Draft(date(2026, 2, 1), Decimal(1)), actor=speaker)
        number = _reported(alliance, actor_of(author))
        return {
            "slug": alliance.slug,
            "year": 2026,
            "number": number,
            "code": "REFREG03",
            "signal_id": signal.id,
            "version_id": db().scalars(sa.select(ConvenantVersion.id)).one(),
            "instalment_id": instalment.id,
            "delivery_id": delivery.id,
            "token": token_of(author),
        }


def _reported(alliance: Alliance, author: Actor) -> int:
    """The number of a version of the report of 2026, submitted when that year was over."""
    with clock_at(datetime(2027, 2, 1, 9, tzinfo=UTC)):
        open_year(2026)
        with transaction():
            years.expect(alliance, 2026, is_required=True, actor=SYSTEM)
        with transaction():
            drafts.begin(report_of(alliance, 2026), actor=author)
        tell(report_of(alliance, 2026), "Een goed jaar.", by=author)
        with transaction():
            return submitting.submit(report_of(alliance, 2026), actor=author).number


@pytest.mark.parametrize("which", range(len(OPERATIONS)), ids=[f"{o.method} {o.path}" for o, _ in OPERATIONS])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "does-not-fit"])
def test_the_answers_are_as_described(
    contract_app: Flask, known: dict[str, Any], which: int, mode: GenerationMode
) -> None:
    declared = OPERATIONS[which][0]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", contract_app)
    operation = schema[declared.address][declared.method]
    if mode is GenerationMode.NEGATIVE and not (declared.query or declared.body or "<" in declared.path):
        pytest.skip("it takes nothing that could be wrong")
    answers: list[int] = []

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_found=st.booleans(), is_plain=st.booleans())
    def check(case: schemathesis.Case[Any], is_found: bool, is_plain: bool) -> None:
        if is_found and mode is GenerationMode.POSITIVE:
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
            if isinstance(case.body, dict):
                case.body |= FITTING.get(declared.name, {})
            if is_plain and isinstance(case.body, dict):  # without what only fits some data
                case.body = {name: value for name, value in case.body.items() if name in ALWAYS or name not in BY_RULE}
        if any(value in ([], {}) for value in dict(case.query or {}).values()):
            return  # an empty list leaves no trace in an address: there is nothing to refuse
        headers = {"Authorization": f"Bearer {known['token']}"}
        leave_out: list[schemathesis.CheckFunction] = [positive_data_acceptance] if declared.body else []
        response = case.call_and_validate(headers=headers, excluded_checks=leave_out)
        answers.append(response.status_code)
        if declared.body and mode is GenerationMode.POSITIVE and response.status_code == 422:
            refused = {error["field"] for error in response.json()["errors"]}
            assert refused <= BY_RULE, response.json()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the generator's own, about what it leaves out
        check()
    assert answers, "nothing was asked"
    if mode is GenerationMode.POSITIVE:
        assert 200 in answers or 201 in answers, f"only refused: {set(answers)}"


def test_the_description_is_a_valid_one(contract_app: Flask) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", contract_app)
    schema.validate()
    assert schema.raw_schema["openapi"].startswith("3.1")
