"""Files that prove a criterion or a milestone, and taking them back."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.database import db, transaction
from alliance_tracker.evidence import service
from alliance_tracker.evidence.models import Evidence, EvidenceContent
from alliance_tracker.policy import Role
from tests.builders import make_actor, make_alliance, make_user
from tests.strict_client import StrictClient

PDF = b"%PDF-1.7\n" + b"x" * 50
LIMITS = service.Limits(1000, 2000)


def coordinator(app: Flask, client: StrictClient) -> str:
    with app.test_request_context("/"):
        alliance = make_alliance()
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        slug = alliance.slug
    client.sign_in("cas@example.org")
    return f"/alliances/{slug}"


@pytest.mark.parametrize("path", ["/steps/criteria/driver-named", "/phases/milestones/partners-decide"])
def test_a_file_is_attached_opened_and_withdrawn(app: Flask, client: StrictClient, path: str) -> None:
    here = coordinator(app, client) + path
    client.post(f"{here}/evidence", {"files": (BytesIO(PDF), "bewijs.pdf")}, form_at=here)
    page = client.get(here)
    assert "bewijs.pdf" in page.words
    link = next(link for link in page.links if link.startswith("/evidence/") and "/withdraw" in link)
    assert client.browser.get(link.partition("/withdraw")[0]).data == PDF
    client.post(link, {"reason": "verkeerd bestand"}, form_at=link)
    assert "verkeerd bestand" in client.get(here).words
    client.get(link.partition("/withdraw")[0], status=404)


def test_no_file_chosen_says_so(app: Flask, client: StrictClient) -> None:
    here = coordinator(app, client) + "/steps/criteria/driver-named"
    page = client.post(f"{here}/evidence", {}, form_at=here, status=422)
    assert "Kies een bestand" in page.words


def test_the_project_manager_proves_a_conversation(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(Role.PROJECT_MANAGER, email="vlaio@example.org")
        make_user(Role.OBSERVER, email="otto@example.org")
    client.sign_in("vlaio@example.org")
    here = "/programme/milestones/region-conversation/REFREG03"
    client.post(f"{here}/evidence", {"files": (BytesIO(PDF), "verslag.pdf")}, form_at=here)
    other = StrictClient(app)
    other.sign_in("otto@example.org")
    assert "verslag.pdf" in other.get(here).words
    other.post(f"{here}/evidence", {"files": (BytesIO(PDF), "meer.pdf")}, status=403)


def test_an_alliance_has_its_share_of_the_storage(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)

    def attach(size: int) -> Evidence:
        upload = service.Upload("bewijs.pdf", b"%PDF-" + b"x" * (size - 5))
        return service.attach(
            upload, subject_type="criterion", subject_key="x", alliance_id=alliance.id, limits=LIMITS, actor=author
        )

    with transaction():
        attach(900)
        attach(900)
    from alliance_tracker.errors import FieldRefused

    with pytest.raises(FieldRefused):
        attach(900)


def test_what_was_stored_cannot_be_changed(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        upload = service.Upload("bewijs.pdf", PDF)
        found = service.attach(
            upload, subject_type="criterion", subject_key="x", alliance_id=alliance.id, limits=LIMITS, actor=author
        )
    with pytest.raises(IntegrityError), transaction():
        db().get_one(EvidenceContent, found.sha256).content = b"anders"
    with pytest.raises(IntegrityError, match="ck_evidence_withdrawn_with_a_reason"), transaction():
        from alliance_tracker.database import now

        db().get_one(Evidence, found.id).withdrawn_at = now()


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "C:\\geheim\\x.pdf", "<b>.pdf", "é" * 300 + ".pdf"])
def test_a_file_gets_a_name_of_its_own(context: Flask, name: str) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        found = service.attach(
            service.Upload(name, PDF),
            subject_type="criterion",
            subject_key="x",
            alliance_id=alliance.id,
            limits=LIMITS,
            actor=author,
        )
    assert "/" not in found.file_name
    assert "\\" not in found.file_name
    assert "<" not in found.file_name
    assert 0 < len(found.file_name) <= 160
