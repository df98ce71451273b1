"""The demonstration is made through the services, is true to the rules, and says what is example data."""

import sqlalchemy as sa
from flask import Flask

from alliance_tracker import audit
from alliance_tracker.alliances.models import Alliance, Provenance
from alliance_tracker.audit import AuditEntry
from alliance_tracker.cli import loading
from alliance_tracker.cli.checking import status_faults
from alliance_tracker.database import db, transaction
from alliance_tracker.demo import scale, story
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.standings import service as standings
from tests.builders import make_user
from tests.strict_client import StrictClient


def test_the_story_can_be_told_and_holds(app: Flask, client: StrictClient) -> None:
    with app.app_context():
        story.tell()
    with app.test_request_context("/"):
        assert audit.verify(db()).broken_id is None
        assert list(standings.drift()) == []
        assert status_faults() == []
        for alliance in db().scalars(sa.select(Alliance)):
            assert alliance.provenance is not Provenance.REAL
            marked = "Fictie" in alliance.name
            assert marked == (alliance.provenance is Provenance.FICTITIOUS)
        for organisation in db().scalars(sa.select(Organisation)):
            assert organisation.is_fictitious == organisation.name.startswith("Voorbeeld"), organisation.name
        days = list(
            db().scalars(sa.select(AuditEntry.at).where(AuditEntry.actor_id.is_not(None)).order_by(AuditEntry.id))
        )
        assert days == sorted(days)
    for who in ("coordinator", "vlaio", "partner", "reporter", "observer", "admin"):
        browser = StrictClient(app)
        browser.sign_in(f"{who}@example.org")
        browser.get("/")
    client.sign_in("coordinator@example.org")
    page = client.get("/alliances/neteland-stem-land")
    assert "71 %" in page.words
    assert "geciteerd feit, geen meting" in page.words
    assert "voorbeeldgegevens" in page.words.lower()
    for address in ("/programme", "/regions/REFREG03", "/alliances", "/public"):
        assert "zijn voorbeeldgegevens" in client.get(address).words


def test_a_synthetic_portfolio_agrees_with_its_summaries(context: Flask) -> None:
    user = make_user()
    made: list[int] = []
    scale.make(25, actor_id=user.id, progress=made.append)
    assert sum(made) == 25
    assert list(standings.drift()) == []
    assert status_faults() == []
    assert audit.verify(db()).broken_id is None


def test_the_demonstration_is_refused_in_production(context: Flask) -> None:
    context.config["DEMO_ACCOUNTS"] = False
    result = context.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 1
    assert "refused" in result.output


def test_the_sign_in_page_names_the_people_of_the_demonstration(app: Flask, client: StrictClient) -> None:
    with app.app_context(), transaction():
        story.make_people()
    words = client.get("/login").words
    assert all(address in words for address, _, _ in story.PEOPLE)
    assert story.PASSWORD in words


def test_the_sign_in_page_names_nobody_of_a_demonstration_that_is_not_there(
    context: Flask, client: StrictClient
) -> None:
    loading.prepare(empty=True)  # which makes the administrator, whose address is one of the demonstration's as well
    words = client.get("/login").words
    assert "example.org" not in words
    assert story.PASSWORD not in words
