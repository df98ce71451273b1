"""Agreements other than a convenant: recorded with their document or not at all, corrected, withdrawn."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.convenants import agreements
from alliance_tracker.convenants.models import Agreement
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.builders import make_actor, make_alliance, make_user
from tests.conftest import NOON
from tests.strict_client import StrictClient

LIMITS = evidence.Limits(1_000_000, 10_000_000)
PDF = evidence.Upload("overeenkomst.pdf", b"%PDF-1.7 tekst")
DRAFT = agreements.Draft("Intentieverklaring", date(2026, 11, 20), date(2026, 11, 21), None, "Samen.", "Stad en school")


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


def count(model: type) -> int:
    return db().scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_it_is_recorded_together_with_its_document(manager: Actor) -> None:
    alliance = make_alliance()
    with transaction():
        agreements.record(alliance, DRAFT, [PDF], limits=LIMITS, actor=manager)
    total, (found,) = agreements.of_alliance(alliance.id)
    assert total == 1
    assert (found.row.title, [file.file_name for file in found.files]) == ("Intentieverklaring", ["overeenkomst.pdf"])
    assert found.has_document


@pytest.mark.parametrize("files", [[], [evidence.Upload("leeg.pdf", b"")], [evidence.Upload("a.exe", b"MZ")]])
def test_without_an_acceptable_document_nothing_is_kept(manager: Actor, files: list[evidence.Upload]) -> None:
    alliance = make_alliance()
    with pytest.raises(FieldRefused) as refusal, transaction():
        agreements.record(alliance, DRAFT, files, limits=LIMITS, actor=manager)
    assert refusal.value.field == "files"
    assert (count(Agreement), count(Evidence)) == (0, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("parties", ""),
        ("signed_on", date(2026, 11, 22)),
        ("ends_on", date(2026, 11, 20)),
    ],
)
def test_what_does_not_hold_together_is_refused_beside_its_field(manager: Actor, field: str, value: object) -> None:
    alliance = make_alliance()
    with pytest.raises(FieldRefused) as refusal, transaction():
        agreements.record(
            alliance, agreements.Draft(**{**vars(DRAFT), field: value}), [PDF], limits=LIMITS, actor=manager
        )
    assert refusal.value.field == field


def test_it_is_corrected_once_at_a_time_and_withdrawn_with_a_reason(manager: Actor) -> None:
    alliance = make_alliance()
    with transaction():
        row = agreements.record(alliance, DRAFT, [PDF], limits=LIMITS, actor=manager)
    version = row.version
    changed = agreements.Draft(**{**vars(DRAFT), "title": "Samenwerkingsovereenkomst"})
    with transaction():
        agreements.correct(row, changed, limits=LIMITS, drawn_from=version, actor=manager)
    with pytest.raises(EditConflict), transaction():
        agreements.correct(row, DRAFT, limits=LIMITS, drawn_from=version, actor=manager)
    with pytest.raises(FieldRefused), transaction():
        agreements.withdraw(db().get_one(Agreement, row.id), reason="", actor=manager)
    with transaction():
        agreements.withdraw(db().get_one(Agreement, row.id), reason="Dubbel.", actor=manager)
    for again in (
        lambda: agreements.withdraw(db().get_one(Agreement, row.id), reason="Nog eens.", actor=manager),
        lambda: agreements.correct(db().get_one(Agreement, row.id), changed, limits=LIMITS, actor=manager),
    ):
        with pytest.raises(Refused), transaction():
            again()
    _, (found,) = agreements.of_alliance(alliance.id)
    assert found.row.withdraw_reason == "Dubbel."


def test_partners_and_coordinators_of_others_record_nothing_and_an_ended_alliance_takes_none(manager: Actor) -> None:
    alliance, other = make_alliance(), make_alliance()
    with pytest.raises(NotAllowed):
        agreements.record(
            alliance,
            DRAFT,
            [PDF],
            limits=LIMITS,
            actor=make_actor(Role.COORDINATOR, alliance_id=other.id),
        )
    with transaction():
        alliances.end(alliance, on=today(), reason="Klaar.", actor=SYSTEM)
    with pytest.raises(Refused):
        agreements.record(alliance, DRAFT, [PDF], limits=LIMITS, actor=manager)


def test_the_whole_life_of_an_agreement_by_its_pages(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        base = f"/alliances/{alliance.slug}/convenant/agreements"
    client.sign_in("cas@example.org")
    assert f"{base}/new" in client.get(base).links
    typed = {"title": "Intentie <b>", "parties": "Stad en school", "signed_on": "20/11/2026"}
    client.post(f"{base}/new", typed, form_at=f"{base}/new", status=422)
    assert "Kies het document" in client.page.words  # type: ignore[union-attr]
    client.post(f"{base}/new", {**typed, "files": (BytesIO(PDF.content), PDF.name)}, form_at=f"{base}/new")
    page = client.follow()
    assert "Intentie <b>" in page.words
    assert "overeenkomst.pdf" in page.words
    assert "zonder einde" in page.words
    correct = f"{base}/1/correct"
    client.post(correct, {**typed, "ends_on": "2026-11-01"}, form_at=correct, status=422)
    client.post(correct, {**typed, "ends_on": "2027-11-01"}, form_at=correct)
    assert "1 november 2027" in client.follow().words
    client.post(f"{base}/1/withdraw", {"reason": ""}, form_at=f"{base}/1/withdraw", status=422)
    client.post(f"{base}/1/withdraw", {"reason": "Dubbel geregistreerd."})
    assert "Dubbel geregistreerd." in client.follow().words
    client.get(f"{base}/99/correct", status=404)
