"""What everybody sees of reports: published versions, rounded, without cookies and without names of people."""

import io
import json
import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from alliance_tracker.accounts.models import User
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, transaction
from alliance_tracker.impact_reports import reviewing, submitting, taking_along, verifying
from alliance_tracker.impact_reports.models import ReportVersion
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_user
from tests.convenants.test_document import text_of
from tests.impact_reports.making import YEAR, Logged, approved, logged_year, open_year, reload, report_of, submitted
from tests.strict_client import Page, StrictClient

FILES = ("report.pdf", "companies.pdf", "council.pdf", "report.xlsx", "report.json")


@pytest.fixture
def logged(app: Flask) -> Logged:
    """An alliance of which the report is published."""
    with app.test_request_context("/"):
        found = logged_year(name="Kempen Samen")
        open_year()
        approved(found, publish=True)
        return found


def address(app: Flask, logged: Logged, more: str = "") -> str:
    with app.test_request_context("/"):
        return f"/public/reports/{db().get_one(Alliance, logged.alliance.id).slug}/{YEAR}{more}"


def correct(logged: Logged) -> ReportVersion:
    with transaction():
        submitting.correct(report_of(logged.alliance), reason="Telfout.", actor=logged.coordinator)
    return submitted(logged, "Verbeterd.", note="Telfout.")


def posted(client: StrictClient, content: bytes, name: str = "rapport.pdf") -> TestResponse:
    return client.browser.post("/public/verify", data={"file": (io.BytesIO(content), name)})


# What is there -------------------------------------------------------------------------------------------------------


def test_the_list_leads_to_each_published_report(app: Flask, client: StrictClient, logged: Logged) -> None:
    page = client.get("/public/reports")
    assert "Kempen Samen, 2025" in page.words
    assert address(app, logged) in page.links
    read = client.get(address(app, logged))
    for words in ("Kempen Samen", "Een goed jaar.", "210", "veelvoud van 5", "Meer meisjes in STEM", "Vingerafdruk"):
        assert words in read.words, words
    assert {link for link in read.links if link.startswith(("/alliances", "/signals", "/regions"))} == set()
    for link in read.links:
        if link.startswith("/public/"):
            assert client.browser.get(link).status_code == 200, link


def test_the_list_is_there_when_nothing_is_published(client: StrictClient) -> None:
    assert "nog geen" in client.get("/public/reports").words.lower()


def test_only_what_was_published_is_found(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = logged_year()
        open_year()
        version = submitted(logged)
    paths = [address(app, logged, more) for more in ("", "/v1", *(f"/v1/{name}" for name in FILES))]
    for path in paths:
        client.get(path, status=404)
    with app.test_request_context("/"), transaction():
        reviewing.approve(reload(version), actor=logged.manager)
    for path in paths:
        client.get(path, status=404)
    with app.test_request_context("/"), transaction():
        reviewing.publish(reload(version), actor=logged.manager)
    for path in paths:
        assert client.browser.get(path).status_code == 200, path
    for more in ("/v2", "/v0", "/v1/report.docx", "/v1/x.pdf", "/v2147483648"):
        client.get(address(app, logged, more), status=404)
    client.get(f"/public/reports/niemand/{YEAR}", status=404)
    client.get(address(app, logged).replace(str(YEAR), "2024"), status=404)


def test_the_address_of_a_version_stays_after_an_erratum(app: Flask, client: StrictClient, logged: Logged) -> None:
    first = client.browser.get(address(app, logged, "/v1/report.pdf")).data
    with app.test_request_context("/"):
        second = correct(logged)
        with transaction():
            reviewing.approve(second, actor=logged.manager)
    assert "Een goed jaar." in client.get(address(app, logged)).words  # the corrected one is not public yet
    client.get(address(app, logged, "/v2"), status=404)
    with app.test_request_context("/"), transaction():
        reviewing.publish(reload(second), actor=logged.manager)
    assert "Verbeterd." in client.get(address(app, logged)).words
    former = client.get(address(app, logged, "/v1"))
    assert "Een goed jaar." in former.words
    assert "nieuwere versie" in former.words
    assert "nieuwere versie" not in client.get(address(app, logged, "/v2")).words
    assert client.browser.get(address(app, logged, "/v1/report.pdf")).data == first
    assert client.get("/public/reports").words.count("Kempen Samen, 2025") == 1


def test_a_new_name_of_the_alliance_breaks_no_address(app: Flask, client: StrictClient, logged: Logged) -> None:
    before = address(app, logged)
    with app.test_request_context("/"), transaction():
        alliance = db().get_one(Alliance, logged.alliance.id)
        words = {"value_proposition": "", "website": "", "cited_facts": "", "purpose": "Anders."}
        alliances.edit(alliance, name="Een andere naam", version=alliance.version, actor=SYSTEM, **words)
    assert address(app, logged) == before
    assert "Kempen Samen" in client.get(before).words
    assert "Een andere naam" not in client.get(before).words


# No cookie, no people ------------------------------------------------------------------------------------------------


def test_no_public_page_sets_a_cookie(app: Flask, client: StrictClient, logged: Logged) -> None:
    paths = ["/public/reports", "/public/verify", "/public/verify?hash=x", address(app, logged)]
    paths += [address(app, logged, f"/v1{more}") for more in ("", *(f"/{name}" for name in FILES))]
    for path in paths:
        answer = client.browser.get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers, path
    for content in (b"%PDF-1.7", b"geen", b""):
        assert "Set-Cookie" not in posted(client, content).headers


def test_no_public_page_or_file_names_a_person(app: Flask, client: StrictClient, logged: Logged) -> None:
    with app.test_request_context("/"):
        people = [(user.name, user.email) for user in db().scalars(sa.select(User))]
    assert len(people) >= 2
    for more in ("", "/v1", "/v1/report.json", "/v1/report.xlsx", "/v1/report.pdf"):
        text = client.browser.get(address(app, logged, more)).data.decode("utf-8", "replace")
        for name, email in people:
            assert name not in text
            assert email not in text


def test_counts_of_people_are_rounded_in_every_form(app: Flask, client: StrictClient, logged: Logged) -> None:
    page = client.get(address(app, logged, "/v1"))
    source = client.browser.get(address(app, logged, "/v1")).text
    assert not re.search(r"\b(212|247)\b", page.words)
    assert not re.search(r"\b(212|247)\b", unescape(source))
    data = json.loads(client.browser.get(address(app, logged, "/v1/report.json")).data)
    assert data["people_rounded_to"] == 5
    assert '"212"' not in json.dumps(data)


def test_who_is_signed_in_sees_rounded_counts_there_too(app: Flask, client: StrictClient, logged: Logged) -> None:
    with app.test_request_context("/"):
        make_user(Role.PROJECT_MANAGER, email="vera@example.org")
    client.sign_in("vera@example.org")
    assert not re.search(r"\b(212|247)\b", client.get(address(app, logged, "/v1")).words)


# For machines --------------------------------------------------------------------------------------------------------


def metadata(source: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', source, re.DOTALL)
    read: dict[str, Any] = json.loads(found)
    return read


def test_machines_read_what_the_report_is(app: Flask, client: StrictClient, logged: Logged) -> None:
    source = client.browser.get(address(app, logged)).text
    found = metadata(source)
    here = f"http://localhost{address(app, logged, '/v1')}"
    assert (found["@type"], found["@id"], found["temporalCoverage"]) == ("Report", here, "2025")
    assert found["author"]["name"] == "Kempen Samen"
    assert found["datePublished"] == "2026-11-21"
    for each in found["encoding"]:
        answer = client.browser.get(each["contentUrl"].removeprefix("http://localhost"))
        assert (answer.status_code, answer.mimetype) == (200, each["encodingFormat"])
    tags = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', source))
    assert tags["og:type"] == "article"
    assert tags["og:url"] == here
    assert tags["og:title"].endswith("Kempen Samen")
    assert "210" in tags["og:description"]
    assert f'<link rel="canonical" href="{here}">' in source


def test_no_name_breaks_out_of_the_page(app: Flask, client: StrictClient) -> None:
    name = 'A"</script><script>alert(1)</script><!-- <b>'
    with app.test_request_context("/"):
        logged = logged_year(name=name)
        open_year()
        approved(logged, '</script><img src=x onerror="alert(1)">', publish=True)
    path = address(app, logged)
    page = client.get(path)
    source = client.browser.get(path).text
    assert metadata(source)["author"]["name"] == name
    assert "<script>alert" not in source
    assert "<img src=x" not in source
    assert '</script><img src=x onerror="alert(1)">' in page.words
    client.get("/public/reports")


# Checking ------------------------------------------------------------------------------------------------------------


def test_anybody_checks_a_fingerprint(app: Flask, client: StrictClient, logged: Logged) -> None:
    with app.test_request_context("/"):
        sha256 = metadata(client.browser.get(address(app, logged)).text)["identifier"]["value"]
    page = client.get(f"/public/verify?hash={sha256}")
    assert "Kempen Samen" in page.words
    assert address(app, logged, "/v1") in page.links
    for wrong in ("0" * 64, "<script>", "x" * 5000):
        assert "niet" in client.get(f"/public/verify?hash={wrong}").words


def test_anybody_checks_a_file(app: Flask, client: StrictClient, logged: Logged) -> None:
    content = client.browser.get(address(app, logged, "/v1/report.pdf?lang=en")).data
    exact = Page(posted(client, content).text)
    assert not exact.faults
    assert "is precies wat dit systeem maakte" in exact.words
    altered = Page(posted(client, content + b"x").text)
    assert "is niet wat dit systeem maakte" in altered.words
    nothing = "Kies een bestand of typ een vingerafdruk."
    for other, status, words in (
        (b"%PDF-1.7 iets", 200, "niet"),
        (b"PK\x03\x04", 422, "geen pdf"),
        (b"", 422, nothing),
    ):
        answer = posted(client, other)
        assert answer.status_code == status
        assert words in Page(answer.text).words
    empty = client.browser.post("/public/verify")
    assert empty.status_code == 422
    assert nothing in Page(empty.text).words
    assert nothing in client.get("/public/verify?hash=").words
    assert nothing not in client.get("/public/verify").words


def test_a_file_that_is_too_large_is_refused(app: Flask, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "LARGEST", 1000)
    monkeypatch.setattr(verifying, "by_file", lambda _: pytest.fail("it was read"))
    answer = posted(client, b"%PDF-" + b"x" * 996)
    assert answer.status_code == 413
    assert "groter" in Page(answer.text).words


def test_a_request_that_is_too_large_is_refused_unread_with_a_sentence(
    app: Flask, client: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "LARGEST_REQUEST", 2000)
    monkeypatch.setattr(verifying, "by_file", lambda _: pytest.fail("it was read"))
    answer = posted(client, b"%PDF-" + b"x" * 4000)
    assert answer.status_code == 413
    assert "groter" in Page(answer.text).words


def test_a_version_that_is_not_public_is_told_of_without_its_contents(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = logged_year(name="Kempen Samen")
        open_year()
        version = submitted(logged, "Nog geheim.")
        made = taking_along.make(version, "report", "pdf", language="nl", exact=True)
        assert made is not None
        sha256, content = version.sha256, made.content
    for page in (client.get(f"/public/verify?hash={sha256}"), Page(posted(client, content).text)):
        assert "Kempen Samen" in page.words
        assert "nog niet beslist" in page.words
        assert "Nog geheim." not in page.words
        assert not any("/public/reports/kempen" in link for link in page.links)


# An erratum, and the versions around it ------------------------------------------------------------------------------


@pytest.fixture
def corrected(app: Flask, logged: Logged) -> Logged:
    """A published report with a published erratum."""
    with app.test_request_context("/"):
        second = correct(logged)
        with transaction():
            reviewing.approve(second, actor=logged.manager)
        with transaction():
            reviewing.publish(reload(second), actor=logged.manager)
    return logged


def test_everybody_reads_what_an_erratum_corrects(app: Flask, client: StrictClient, corrected: Logged) -> None:
    page = client.get(address(app, corrected))
    assert "Wat dit erratum verbetert Telfout." in page.words
    assert address(app, corrected, "/v1") in page.links
    former = client.get(address(app, corrected, "/v1"))
    assert "Telfout." not in former.words
    assert "vervangen op 21 november 2026" in former.words
    assert address(app, corrected) in former.links
    for form in ("report", "companies", "council"):
        words = text_of(client.browser.get(address(app, corrected, f"/v2/{form}.pdf?lang=nl")).data)
        assert "Wat dit erratum verbetert" in words
        assert "Telfout." in words
    assert json.loads(client.browser.get(address(app, corrected, "/v2/report.json")).data)["change_note"] == "Telfout."


def test_what_was_written_to_the_reviewer_is_not_told_outside(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = logged_year(name="Kempen Samen")
        open_year()
        approved(logged, note="Zoals Piet vroeg.", publish=True)
    for more in ("", "/v1/report.json"):
        assert "Zoals Piet vroeg." not in client.browser.get(address(app, logged, more)).text
    assert "Zoals Piet" not in text_of(client.browser.get(address(app, logged, "/v1/report.pdf")).data)


# For caches, machines and those who share -----------------------------------------------------------------------------


def test_a_cache_is_told_that_the_language_follows_the_browser(
    app: Flask, client: StrictClient, logged: Logged
) -> None:
    for path in ("/public", "/public/reports", "/public/verify", address(app, logged), address(app, logged, "/v1")):
        assert "Accept-Language" in client.browser.get(path).headers["Vary"], path


def test_the_data_for_outside_name_their_version_and_no_id_of_here(
    app: Flask, client: StrictClient, logged: Logged
) -> None:
    found = json.loads(client.browser.get(address(app, logged, "/v1/report.json")).data)
    with app.test_request_context("/"):
        version = db().scalars(sa.select(ReportVersion)).one()
        assert found["version_sha256"] == version.sha256
        exact = version.document
    assert [each["organisation_id"] for each in found["partners"]] == [1, 2, 3, 4]
    for told, held in zip(found["sections"], exact["sections"], strict=True):
        tables = [block for block in told["figures"]["blocks"] if block["block"] == "table"]
        former = [block for block in held["figures"]["blocks"] if block["block"] == "table"]
        for block, before in zip(tables, former, strict=True):
            assert len({row["key"] for row in block["rows"]}) == len(before["rows"])
            for n, row in enumerate(block["rows"], start=1):
                number = re.search(r"-(\d+)", row["key"])
                assert number is None or int(number[1]) == n
        assert len({block["key"] for block in told["figures"]["blocks"]}) == len(told["figures"]["blocks"])


def test_every_page_that_is_shared_has_a_picture_and_says_what_it_is(
    app: Flask, client: StrictClient, logged: Logged
) -> None:
    kinds = {"/public/reports": "CollectionPage", "/public/verify": "WebPage", address(app, logged): "Report"}
    for path, kind in kinds.items():
        source = client.browser.get(path).text
        assert metadata(source)["@type"] == kind
        tags = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)"', source))
        with client.browser.get(unescape(tags["og:image"]).removeprefix("http://localhost")) as answer:
            assert (answer.status_code, answer.mimetype) == (200, "image/png")
            assert "Set-Cookie" not in answer.headers
            picture = answer.data
        assert picture.startswith(b"\x89PNG")
        assert tuple(int.from_bytes(picture[n : n + 4], "big") for n in (16, 20)) == (1200, 630)
        assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")


def test_the_picture_of_a_version_follows_from_it_alone(app: Flask, client: StrictClient, logged: Logged) -> None:
    made = [client.browser.get(address(app, logged, f"/v1/cover.png?lang={code}")) for code in ("nl", "nl", "en")]
    assert made[0].data == made[1].data != made[2].data
    assert made[0].headers["ETag"] != made[2].headers["ETag"]
    assert client.browser.get(address(app, logged, "/v2/cover.png")).status_code == 404


def test_a_list_of_contents_leads_to_each_section(app: Flask, client: StrictClient, logged: Logged) -> None:
    source = client.browser.get(address(app, logged)).text
    wanted = re.findall(r'<section aria-labelledby="([a-z-]+)"><h2 id="\1">', source)
    assert len(wanted) >= 10
    for key in wanted:
        assert f'href="#{key}"' in source, key


def test_a_long_table_can_be_folded_on_the_public_page(app: Flask, client: StrictClient, logged: Logged) -> None:
    source = client.browser.get(address(app, logged)).text
    assert '<details class="folds" open><summary>De vijf stappen' in source
