"""Logging in seconds; correcting without losing what was said."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.activities import queries, service
from alliance_tracker.activities.models import LogEntry, LogKind
from alliance_tracker.alliances import service as alliances
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused
from alliance_tracker.evidence.models import Evidence, EvidenceContent
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_full_helix, make_partner, make_user
from tests.strict_client import StrictClient

DAY = date(2026, 3, 2)
PDF = b"%PDF-1.7\n" + b"x" * 100


def draft(**changes: object) -> service.Draft:
    return service.Draft(**{"kind": LogKind.MEETING, "on": DAY, "text": "Overleg", **changes})  # type: ignore[arg-type]


def test_a_meeting_keeps_who_was_there(context: Flask) -> None:
    alliance = make_alliance()
    partners = make_full_helix(alliance)
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        service.log(alliance, draft(present=frozenset(p.id for p in partners[:3])), actor=author)
    entry = queries.log_page(alliance.id).entries[0]
    assert len(entry.present) == 3
    assert (entry.kind, entry.text) == (LogKind.MEETING, "Overleg")


def test_the_future_cannot_be_logged(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(FieldRefused) as refusal:
        service.log(alliance, draft(on=today() + timedelta(days=1)), actor=author)
    assert refusal.value.field == "on"


def test_somebody_of_another_alliance_was_not_present(context: Flask) -> None:
    alliance = make_alliance()
    stranger = make_partner(make_alliance())
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(FieldRefused):
        service.log(alliance, draft(present=frozenset({stranger.id})), actor=author)


def test_somebody_who_joined_later_was_not_present(context: Flask) -> None:
    alliance = make_alliance()
    later = make_partner(alliance, since=DAY + timedelta(days=5))
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(FieldRefused):
        service.log(alliance, draft(present=frozenset({later.id})), actor=author)


def test_partners_log_for_their_own_alliances_only(context: Flask) -> None:
    mine, theirs = make_alliance(), make_alliance()
    partner = make_partner(mine)
    representative = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    with transaction():
        service.log(mine, draft(), actor=representative)
    with pytest.raises(NotAllowed):
        service.log(theirs, draft(), actor=representative)


def test_a_correction_keeps_the_former_text_in_the_history(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        entry = service.log(alliance, draft(text="Eerst"), actor=author)
    with transaction():
        service.correct(entry, draft(text="Beter"), version=entry.version, actor=author)
    with pytest.raises(EditConflict):
        service.correct(entry, draft(text="Te laat"), version=1, actor=author)
    from alliance_tracker.audit import AuditEntry

    last = db().scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert last.changes["text"] == ["Eerst", "Beter"]


def test_a_withdrawn_entry_stays_readable(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        entry = service.log(alliance, draft(), actor=author)
        service.withdraw(entry, reason="dubbel", actor=author)
    shown = queries.log_page(alliance.id).entries[0]
    assert shown.is_withdrawn
    assert shown.withdrawn_reason == "dubbel"
    with pytest.raises(Refused):
        service.correct(entry, draft(), version=None, actor=author)
    with pytest.raises(IntegrityError), transaction():
        db().execute(sa.delete(LogEntry))


def test_nothing_is_logged_for_an_ended_alliance(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        alliances.end(alliance, on=DAY, reason="klaar", actor=SYSTEM)
    with pytest.raises(Refused):
        service.log(alliance, draft(), actor=author)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ck_log_entry_has_text", {"text": ""}),
        ("ck_log_entry_withdrawn_with_a_reason", {"withdrawn_reason": ""}),
    ],
)
def test_the_database_asks_for_text_and_reasons(context: Flask, name: str, change: dict[str, object]) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        entry = service.log(alliance, draft(), actor=author)
    with transaction():
        service.withdraw(entry, reason="dubbel", actor=author)
    with pytest.raises(IntegrityError, match=name), transaction():
        for key, value in change.items():
            setattr(entry, key, value)


# People reached ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [LogKind.EVENT, LogKind.VISIT])
def test_an_event_or_a_visit_tells_how_many_people_it_reached(context: Flask, kind: LogKind) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        service.log(alliance, draft(kind=kind, participants=43), actor=author)
    assert queries.log_page(alliance.id, exactly=True).entries[0].participants == 43


@pytest.mark.parametrize(
    "change", [{"kind": LogKind.MEETING}, {"kind": LogKind.EVENT, "participants": -1}, {"participants": 10**8}]
)
def test_what_cannot_have_reached_so_many_is_refused(context: Flask, change: dict[str, object]) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(FieldRefused) as refusal:
        service.log(alliance, draft(**{"kind": LogKind.EVENT, "participants": 43, **change}), actor=author)
    assert refusal.value.field == "participants"


def test_outside_the_people_reached_are_rounded_unless_somebody_says_otherwise(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        entry = service.log(alliance, draft(kind=LogKind.EVENT, participants=43), actor=author)
    assert queries.log_page(alliance.id).entries[0].participants == 45
    assert queries.entry(entry.id).participants == 45


def test_the_database_counts_no_negative_people(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        service.log(alliance, draft(kind=LogKind.EVENT, participants=43), actor=author)
    with pytest.raises(IntegrityError, match="ck_log_entry_counts_people"), transaction():
        db().execute(sa.update(LogEntry).values(participants=-1))


def test_every_reader_gets_the_people_reached_as_it_may_know_them(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        make_user(Role.REPORTER, email="rani@example.org", region_code=alliance.region_code)
        make_user(Role.OBSERVER, email="otto@example.org")
        slug = alliance.slug
    client.sign_in("cas@example.org")
    address = f"/alliances/{slug}/log/new"
    form = {"kind": "event", "on": DAY.isoformat(), "text": "Open dag", "participants": "1 043"}
    client.post(address, form, form_at=address)
    assert "1.043" in client.follow().words
    corrected = f"/alliances/{slug}/log/1/correct"
    client.post(corrected, {**form, "participants": "1047"}, form_at=corrected)
    for email, told, untold in (("rani", "1.047", "1.045"), ("otto", "1.045", "1.047")):
        client = StrictClient(app)
        client.sign_in(f"{email}@example.org")
        for page in (f"/alliances/{slug}/log", f"/alliances/{slug}", f"/alliances/{slug}/history"):
            words = client.get(page).words
            assert told in words, (email, page)
            assert untold not in words, (email, page)


# On the page ---------------------------------------------------------------------------------------------------------


def at_the_page(app: Flask, client: StrictClient) -> str:
    with app.test_request_context("/"):
        alliance = make_alliance()
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        slug = alliance.slug
    client.sign_in("cas@example.org")
    return f"/alliances/{slug}/log/new"


FORM = {"kind": "note", "on": DAY.isoformat(), "text": "Een regel"}


def test_logging_takes_one_form_and_shows_the_entry(app: Flask, client: StrictClient) -> None:
    address = at_the_page(app, client)
    client.post(address, {**FORM, "files": (BytesIO(PDF), "verslag.pdf")}, form_at=address)
    page = client.follow()
    assert "Een regel" in page.words
    assert "verslag.pdf" in page.words
    link = next(link for link in page.links if link.startswith("/evidence/"))
    answer = client.browser.get(link)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_form_sent_twice_is_logged_once(app: Flask, client: StrictClient) -> None:
    address = at_the_page(app, client)
    client.get(address)
    client.post(address, FORM)
    client.post(address, FORM)
    assert "al gebeurd" in client.follow().words
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(LogEntry)) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("leeg.pdf", b"", "is leeg"),
        ("nep.pdf", b"<html>", "geen echt pdf-bestand"),
        ("virus.exe", b"MZ", "niet aanvaard"),
        ("nep.docx", b"PK\x03\x04rommel", "geen echt docx-bestand"),
        ("zonder", b"x", "niet aanvaard"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_the_text_stays(
    app: Flask, client: StrictClient, name: str, content: bytes, words: str
) -> None:
    address = at_the_page(app, client)
    page = client.post(address, {**FORM, "files": (BytesIO(content), name)}, form_at=address, status=422)
    assert words in page.words
    assert "Een regel" in page.words
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(Evidence)) == 0


def test_a_file_that_is_too_large_is_refused(app: Flask, client: StrictClient) -> None:
    app.config["EVIDENCE_LIMIT_BYTES"] = 1024 * 1024
    address = at_the_page(app, client)
    big = b"%PDF-1.7" + b"x" * 1024 * 1024
    page = client.post(address, {**FORM, "files": (BytesIO(big), "groot.pdf")}, form_at=address, status=422)
    assert "groter dan 1 MB" in page.words


def test_a_file_is_stored_once_however_often_it_is_attached(app: Flask, client: StrictClient) -> None:
    address = at_the_page(app, client)
    for _ in range(2):
        client.post(address, {**FORM, "files": (BytesIO(PDF), "verslag.pdf")}, form_at=address)
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(Evidence)) == 2
        assert db().scalar(sa.select(sa.func.count()).select_from(EvidenceContent)) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": ""}, "Zeg wat er gebeurde"),
        ({"on": "31/02/2026"}, "geen datum"),
        ({"on": "1899-12-31"}, "tussen 1900 en 2100"),
        ({"on": "2099-01-01"}, "toekomst"),
        ({"kind": "feest"}, "soort"),
        ({"text": "nul\x00teken"}, "niet bewaard"),
    ],
)
def test_bad_input_gets_a_sentence_beside_the_field(
    app: Flask, client: StrictClient, change: dict[str, str], words: str
) -> None:
    address = at_the_page(app, client)
    page = client.post(address, {**FORM, **change}, form_at=address, status=422)
    assert words in page.words


def test_what_people_type_is_never_markup(app: Flask, client: StrictClient) -> None:
    address = at_the_page(app, client)
    client.post(address, {**FORM, "text": "<script>alert(1)</script> 🙂 «Ünïcødé»"}, form_at=address)
    assert "<script>alert(1)</script> 🙂 «Ünïcødé»" in client.follow().words
