"""The money of an alliance on the screen: asked, decided, paid, and said in words that anybody understands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accounts import service as accounts
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import CommitmentKind, Unit
from alliance_tracker.convenants import signing
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import clock_at, db, transaction
from alliance_tracker.drawing_rights import rights, service
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import (
    actor_of,
    instalments_of,
    make_actor,
    make_alliance,
    make_convenant,
    make_delivery,
    make_drawdown,
    make_goal,
    make_indicator,
    make_partner,
    make_right,
    make_user,
    promise,
)
from tests.conftest import NOON
from tests.strict_client import StrictClient


@dataclass(frozen=True)
class Stage:
    slug: str
    right_id: int
    payee_id: int
    home: str


@pytest.fixture
def stage(app: Flask, freeze: Callable[[datetime], None]) -> Stage:
    freeze(NOON)
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen Samen")
        partner = make_partner(alliance)
        money = promise(partner, kind=CommitmentKind.MONEY, unit=Unit.EUR)
        right = make_right(alliance, 10_000, parties=[partner], commitments=[money], minimum_cofinancing=Decimal(30))
        make_user(Role.COORDINATOR, email="cas@example.org", language="en", alliance_id=alliance.id)
        make_user(Role.PROJECT_MANAGER, email="vera@example.org", language="en")
        make_user(Role.OBSERVER, email="obs@example.org", language="en")
        return Stage(alliance.slug, right.id, partner.id, f"/alliances/{alliance.slug}/drawing-rights")


def ask(app: Flask, stage: Stage, amount: int = 6_000) -> int:
    with app.test_request_context("/"):
        return make_drawdown(db().get_one(DrawingRight, stage.right_id), amount).id


def kept(app: Flask, number: int) -> Drawdown:
    with app.test_request_context("/"):
        found = service.drawdown_by_id(number)
        assert found is not None
        return found


def test_a_coordinator_asks_and_the_page_says_until_when_vlaio_decides(client: StrictClient, stage: Stage) -> None:
    client.sign_in("cas@example.org")
    page = client.get(stage.home)
    assert "Nothing was asked yet." in page.words
    new = f"{stage.home}/new"
    asked = {"right": str(stage.right_id), "amount": "6000,50", "purpose": "Robots voor drie scholen"}
    client.post(new, {**asked, "payee_partner_id": str(stage.payee_id)}, form_at=new)
    page = client.follow()
    assert "VLAIO decides by 21 December 2026" in page.words
    assert "€6,000.50" in page.words
    assert "21 December 2026" in client.get(stage.home).words


def test_too_much_is_refused_beside_the_amount(client: StrictClient, stage: Stage) -> None:
    client.sign_in("cas@example.org")
    new = f"{stage.home}/new"
    asked = {"right": str(stage.right_id), "amount": "10000,01", "purpose": "Robots"}
    page = client.post(new, {**asked, "payee_partner_id": str(stage.payee_id)}, form_at=new, status=422)
    assert "Of the right of 2026 €10,000.00 remains." in page.words


def test_the_manager_approves_and_pays_in_two_tranches(app: Flask, client: StrictClient, stage: Stage) -> None:
    number = ask(app, stage)
    client.sign_in("vera@example.org")
    address = f"{stage.home}/{number}"
    client.post(f"{address}/decision", {"decision": "approve", "reason": ""}, form_at=address)
    page = client.follow()
    assert "Of this drawdown €6,000.00 is still to be paid." in page.words
    paid = {"amount": "2500", "on": "2026-11-21", "reference": "2026/17"}
    client.post(f"{address}/payments", paid)
    too_much = {"amount": "3500.01", "on": "2026-11-21"}
    page = client.post(f"{address}/payments", too_much, form_at=address, status=422)
    assert "€3,500.00" in page.words
    page = client.get(address)
    assert "recorded a payment of €2,500.00 on 21 November 2026" in page.words
    assert kept(app, number).paid == 2500


def test_returning_asks_why_and_the_coordinator_answers(app: Flask, client: StrictClient, stage: Stage) -> None:
    number = ask(app, stage)
    address = f"{stage.home}/{number}"
    client.sign_in("vera@example.org")
    page = client.post(f"{address}/decision", {"decision": "return", "reason": ""}, form_at=address, status=422)
    assert "Give a reason" in page.words
    client.post(f"{address}/decision", {"decision": "return", "reason": "Voor welke scholen?"})
    cas = StrictClient(app)
    cas.sign_in("cas@example.org")
    assert "Voor welke scholen?" in cas.get(address).words
    again = {"amount": "800", "purpose": "Robots voor Geel en Mol", "payee_partner_id": str(stage.payee_id)}
    cas.post(f"{address}/edit", again, form_at=f"{address}/edit")
    assert (kept(app, number).amount, kept(app, number).purpose) == (Decimal(800), "Robots voor Geel en Mol")
    cas.post(f"{address}/withdraw", {"reason": "Niet nodig."}, form_at=f"{address}/withdraw")
    assert kept(app, number).status is DrawdownStatus.WITHDRAWN


def test_a_late_decision_shows_as_late_and_stays_late(app: Flask, client: StrictClient, stage: Stage) -> None:
    number = ask(app, stage)
    with clock_at(NOON + timedelta(days=39)):
        client.sign_in("obs@example.org")
        assert "9 days late" in client.get(stage.home).words
        assert "9 days late" in client.get("/drawdowns").words
        assert "9 days late" in client.get("/drawdowns?state=late").words
        with app.test_request_context("/"), transaction():
            found = service.drawdown_by_id(number)
            assert found is not None
            service.approve(found, actor=make_actor(Role.PROJECT_MANAGER))
        assert "9 days after the term" in client.get(stage.home).words
    assert "No request waits for a decision." in client.get("/drawdowns").words


def test_the_list_over_all_alliances_has_the_oldest_term_first(app: Flask, client: StrictClient, stage: Stage) -> None:
    later = ask(app, stage, 8_000)
    with app.test_request_context("/"), clock_at(NOON - timedelta(days=5)):
        other = make_alliance("Brugge Samen", region="REFREG05", municipalities=["Brugge"])
        make_drawdown(make_right(other, 100), 80, purpose="Microscopen")
    client.sign_in("obs@example.org")
    page = client.get("/drawdowns")
    assert page.words.index("Microscopen") < page.words.index(kept(app, later).purpose)
    assert "2 drawdowns" in page.words
    narrowed = client.get("/drawdowns?region=REFREG05")
    assert "Microscopen" in narrowed.words
    assert kept(app, later).purpose not in narrowed.words
    assert "No drawdown fits this choice." in client.get("/drawdowns?state=returned&region=REFREG05").words


def test_who_asked_is_told_that_somebody_else_decides(app: Flask, client: StrictClient, stage: Stage) -> None:
    with app.test_request_context("/"):
        both = make_user(Role.PROJECT_MANAGER, email="both@example.org", language="en")
        right = db().get_one(DrawingRight, stage.right_id)
        with transaction():
            accounts.give_role(both, Role.COORDINATOR, alliance_id=right.alliance_id, actor=SYSTEM)
        number = make_drawdown(right, by=actor_of(both)).id
    client.sign_in("both@example.org")
    page = client.get(f"{stage.home}/{number}")
    assert "somebody else at VLAIO has to decide" in page.words
    assert not [form for form in page.forms if form["action"].endswith("/decision")]


def test_the_share_of_the_partners_stands_in_words(app: Flask, client: StrictClient, stage: Stage) -> None:
    with app.test_request_context("/"):
        right = db().get_one(DrawingRight, stage.right_id)
        drawdown = make_drawdown(right, 700)
        with transaction():
            service.approve(drawdown, actor=make_actor(Role.PROJECT_MANAGER))
        alliance = db().get_one(Alliance, right.alliance_id)
        make_indicator(make_goal(alliance), "cofinancing")
        (row, *_) = instalments_of(_convenant(right))
        make_delivery(row, 200, accepted_from=NOON.date())
        make_delivery(row, 50)
        make_delivery(row)
    client.sign_in("cas@example.org")
    page = client.get(stage.home)
    assert "The partners bring €22.22 of each €100.00; at least €30.00 was agreed." in page.words
    assert "the partners still bring €100.00" in page.words
    assert "€50.00 is reported and waits for a confirmation." in page.words
    assert "Not valued: 1 delivery" in page.words
    figures = client.get(f"/alliances/{stage.slug}/figures/2026")
    assert "undisputed for 30 days" in figures.words
    assert "200" in figures.words
    total = client.get("/figures/cofinancing?from=2026")
    assert f"{stage.home}#cofinancing" in total.links


def _convenant(right: DrawingRight) -> Convenant:
    return db().get_one(Convenant, right.convenant_id)


def test_a_convenant_without_money_causes_no_alarm(app: Flask, client: StrictClient, stage: Stage) -> None:
    with app.test_request_context("/"):
        without, bare = make_alliance("Zonder geld"), make_alliance("Zonder convenant")
        make_convenant(without, parties=[make_partner(without)])
        slugs = without.slug, bare.slug
    client.sign_in("obs@example.org")
    first, second = (client.get(f"/alliances/{slug}/drawing-rights") for slug in slugs)
    assert "a convenant without money is a convenant" in first.words
    assert "No convenant is in force yet." in second.words
    assert stage.slug


def test_a_planted_drift_is_found(app: Flask, stage: Stage) -> None:
    number = ask(app, stage)
    with app.test_request_context("/"):
        with transaction():
            found = service.drawdown_by_id(number)
            assert found is not None
            service.approve(found, actor=make_actor(Role.PROJECT_MANAGER))
        assert list(rights.drift()) == []
        with transaction():
            db().execute(sa.text("UPDATE drawing_right SET drawn = drawn - 1"))
            db().execute(sa.text("UPDATE drawdown SET paid = 1"))
        told = "\n".join(rights.drift())
        assert f"drawing right {stage.right_id} is kept as drawn 5999.99 and paid 0" in told
        assert f"drawdown {number} is kept as paid 0.01" in told


def test_a_convenant_that_was_terminated_today_takes_no_request_today(
    app: Flask, client: StrictClient, stage: Stage
) -> None:
    with app.test_request_context("/"), transaction():
        convenant = db().scalars(sa.select(Convenant)).one()
        signing.terminate(convenant, on=NOON.date(), reason="Gedaan.", actor=make_actor(Role.PROJECT_MANAGER))
    client.sign_in("cas@example.org")
    page = client.get(stage.home)
    assert "lapsed: the last day of the convenant is 21 November 2026" in page.words
    assert "can still be asked" not in page.words
    assert f"{stage.home}/new" not in page.links
    asked = {"right": str(stage.right_id), "amount": "10", "purpose": "Robots", "payee_partner_id": str(stage.payee_id)}
    client.post(f"{stage.home}/new", asked, form_at=f"{stage.home}", status=422)
    words = client.get(f"/alliances/{stage.slug}/convenant").words
    assert "terminated, last day today" in words


def test_the_right_of_a_later_year_says_from_when_it_can_be_asked(
    app: Flask, client: StrictClient, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen Straks")
        make_right(alliance, 500, year=2027)
        make_user(Role.COORDINATOR, email="cas@example.org", language="en", alliance_id=alliance.id)
        home = f"/alliances/{alliance.slug}/drawing-rights"
    client.sign_in("cas@example.org")
    page = client.get(home)
    assert "can be asked from 1 January 2027" in page.words
    assert f"{home}/new" not in page.links
