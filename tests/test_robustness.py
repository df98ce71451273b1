"""Addresses typed by hand, broken files, stale pages: an answer in a sentence, never a failure, and nothing is lost."""

import io
import zipfile
from datetime import date
from io import BytesIO

import pytest
from flask import Flask

from alliance_tracker.alliances import service
from alliance_tracker.database import transaction
from alliance_tracker.errors import FieldRefused
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_alliance, make_organisation, make_user
from tests.strict_client import Page, StrictClient

HUGE = "99999999999999999999"
DAY = date(2026, 3, 2)


@pytest.fixture
def slug(app: Flask, client: StrictClient) -> str:
    """An alliance with its coordinator, who is signed in."""
    with app.test_request_context("/"):
        alliance = make_alliance()
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        found = alliance.slug
    client.sign_in("cas@example.org")
    return found


@pytest.mark.parametrize(
    "path",
    [
        f"/evidence/{HUGE}",
        f"/organisations/{HUGE}",
        f"/alliances/{{slug}}/partners/{HUGE}",
        f"/alliances/{{slug}}/log/{HUGE}/correct",
        f"/alliances/{{slug}}/goals/{HUGE}",
        f"/frameworks/stem-monitor/{HUGE}",
        "/frameworks/regions/%00",
        "/frameworks/strategic-goal/%00",
        "/alliances/%00",
        "/regions/<script>",
        "/alliances/" + "x" * 5000,
    ],
)
def test_an_address_that_no_database_can_hold_is_no_address(client: StrictClient, slug: str, path: str) -> None:
    client.get(path.format(slug=slug), status=404)


@pytest.mark.parametrize(
    "path",
    [
        f"/alliances?page={HUGE}&q=%25_\\",
        "/alliances?page=-1&status=<script>&step=9&phase=Z",
        "/organisations?endpoint=x&_method=POST&_external=1",
        f"/alliances/{{slug}}/log?kind=<script>&page={HUGE}",
        "/alliances?q=" + "a" * 40_000,
        f"/frameworks?open=<script>&page={HUGE}",
        f"/frameworks/strategic-goal/1?region=<script>&page={HUGE}",
        "/login?next=//evil.example&lang=fr",
    ],
)
def test_an_odd_question_gets_an_ordinary_answer(client: StrictClient, slug: str, path: str) -> None:
    answer = client.browser.get(path.format(slug=slug))
    assert answer.status_code in {200, 303}
    assert "<script>" not in answer.text.replace('<script type="module"', "")


def test_a_broken_archive_is_refused_with_a_sentence(client: StrictClient, slug: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 3)
    content = bytearray(packed.getvalue())
    start = content.index(b"mimetype") + len("mimetype")
    content[start : start + 4] = b"\xff\xff\xff\xff"
    address = f"/alliances/{slug}/log/new"
    data = {"kind": "note", "on": DAY.isoformat(), "text": "x", "files": (BytesIO(bytes(content)), "stuk.odt")}
    assert "geen echt odt-bestand" in client.post(address, data, form_at=address, status=422).words


def test_an_edit_without_the_version_it_was_drawn_from_is_not_kept(client: StrictClient, slug: str) -> None:
    address = f"/alliances/{slug}/edit"
    page = client.post(address, {"name": "Anders", "version": ""}, form_at=address, status=422)
    assert "Laad de pagina opnieuw" in page.words


def test_two_who_change_the_working_area_do_not_overwrite_each_other(
    app: Flask, client: StrictClient, slug: str
) -> None:
    address = f"/alliances/{slug}/area"
    stale = client.get(address)
    form = next(form["names"] for form in stale.forms if form["action"] == address)
    client.post(address, {"municipalities": "Mol", "since": DAY.isoformat()}, form_at=address)
    typed = {"municipalities": "Balen", "since": DAY.isoformat(), "version": form["version"]}
    page = client.post(address, typed, form_at=address, status=409)
    assert "Iemand anders bewaarde dit intussen" in page.words
    assert "Mol" in page.words


def test_what_was_typed_is_given_back_when_the_session_has_ended(app: Flask, client: StrictClient, slug: str) -> None:
    address = f"/alliances/{slug}/log/new"
    client.get(address)
    text = "Een lang verslag dat niemand graag een tweede keer typt. " * 3
    cookie = client.browser.get_cookie("alliance")
    assert cookie is not None
    client.browser.delete_cookie("alliance")
    answer = client.browser.post(address, data={"text": text, "csrf_token": "oud"})
    assert answer.status_code == 400
    assert text.strip() in answer.text


def test_a_mandate_that_ended_is_not_lengthened_by_ending_it_again(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        mandate = service.give_mandate(alliance, task="x", since=DAY, until=date(2026, 6, 30), actor=SYSTEM)
    with pytest.raises(FieldRefused):
        service.end_mandate(mandate, on=date(2026, 7, 1), reason="x", actor=SYSTEM)


@pytest.mark.parametrize("name", ["pause", "end"])
def test_nothing_happens_before_the_alliance_was_founded(context: Flask, name: str) -> None:
    from alliance_tracker.alliances.models import DueDatesWhilePaused

    alliance = make_alliance(accepted_on=DAY)
    early = date(2026, 1, 1)
    with pytest.raises(FieldRefused):
        if name == "pause":
            service.pause(alliance, since=early, due_dates=DueDatesWhilePaused.SHIFT, reason="x", actor=SYSTEM)
        else:
            service.end(alliance, on=early, reason="x", actor=SYSTEM)


def test_an_address_of_a_website_is_one(context: Flask) -> None:
    with pytest.raises(FieldRefused):
        service.propose(
            name="X",
            region_code="REFREG03",
            municipality_ids=[],
            purpose="",
            website="javascript:alert(1)",
            actor=SYSTEM,
        )


def test_a_text_that_turns_the_direction_of_reading_is_refused(client: StrictClient, slug: str) -> None:
    address = f"/alliances/{slug}/log/new"
    data = {"kind": "note", "on": DAY.isoformat(), "text": "gewoon \u202etsket"}
    assert "niet bewaard" in client.post(address, data, form_at=address, status=422).words


def test_a_reason_may_be_as_long_as_its_form_allows(client: StrictClient, slug: str) -> None:
    address = f"/alliances/{slug}/log/new"
    client.post(address, {"kind": "note", "on": DAY.isoformat(), "text": "x"}, form_at=address)
    link = next(link for link in client.follow().links if link.endswith("/correct")).replace("correct", "withdraw")
    client.post(link, {"reason": "lang " * 390}, form_at=link)


def test_one_person_is_not_drowned_in_mail(app: Flask, client: StrictClient, slug: str) -> None:
    import sqlalchemy as sa

    from alliance_tracker.database import db
    from alliance_tracker.outbox import OutgoingMail

    other = StrictClient(app)
    for _ in range(7):
        other.post("/password/forgotten", {"email": "cas@example.org"}, form_at="/password/forgotten")
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 4


def test_an_organisation_never_succeeds_itself(context: Flask) -> None:
    from alliance_tracker.organisations import queries
    from alliance_tracker.organisations import service as organisations

    row = queries.organisation(make_organisation().id)
    with pytest.raises(FieldRefused):
        organisations.merge(row, row, on=DAY, reason="x", actor=SYSTEM)


def test_a_form_that_is_too_large_gives_back_what_was_typed_and_says_how_much_is_allowed(
    app: Flask, client: StrictClient, slug: str
) -> None:
    here = f"/alliances/{slug}/log/new"
    app.config["MAX_CONTENT_LENGTH"] = 300_000
    client.browser.environ_base["HTTP_REFERER"] = f"http://localhost{here}?kind=visit"

    def send() -> Page:
        file = (BytesIO(b"x" * 400_000), "a.pdf")
        fields = {"text": "Een lang verslag van het bezoek.", "kind": "visit", "files": file}
        return client.post(here, fields, form_at=here, status=413)

    page = send()
    assert "Een lang verslag van het bezoek." in page.words
    assert "15 MB" in page.words
    assert f"{here}?kind=visit" in page.links
    client.browser.environ_base["HTTP_REFERER"] = f"https://elders.example{here}"
    assert here not in send().links


@pytest.mark.parametrize(
    ("kind", "body"),
    [("multipart/form-data", b"x"), ("multipart/form-data; boundary=y", b"--y\r\n\r\n"), ("text/plain", b"x")],
)
def test_what_is_too_large_and_no_form_gets_an_ordinary_answer(
    app: Flask, client: StrictClient, slug: str, kind: str, body: bytes
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    answer = client.browser.post(f"/alliances/{slug}/log/new", data=body + b"x" * 1000, content_type=kind)
    assert answer.status_code in {400, 413}


def test_five_files_of_the_allowed_size_may_be_sent_at_once(app: Flask) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] > 5 * app.config["EVIDENCE_LIMIT_BYTES"]


def test_the_sizes_stand_where_files_are_chosen(client: StrictClient, slug: str) -> None:
    for path in (
        f"/alliances/{slug}/log/new",
        f"/alliances/{slug}",
        f"/alliances/{slug}/steps/criteria/mutual-visits",
        f"/alliances/{slug}/communications/new",
    ):
        page = client.get(path)
        field = next(control for control in page.controls if control.get("type") == "file")
        assert (field["data-each"], field["data-together"]) == ("15728640", "78643200")
        assert client.response is not None
        assert "js/uploads.js" in client.response.text
