"""The pages of the reports: a whole year by forms, and what each rule says on the screen."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.database import db, transaction
from alliance_tracker.impact_reports import queries, reviewing, years
from alliance_tracker.impact_reports.models import ReportStatus, SectionKey
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_alliance, make_user
from tests.impact_reports.making import (
    YEAR,
    Logged,
    approved,
    begun,
    catalogue_id,
    logged_year,
    open_year,
    recount,
    reload,
    report_of,
    submitted,
)
from tests.strict_client import StrictClient


@pytest.fixture
def logged(app: Flask) -> Logged:
    """An alliance that logged its year, and people with a mail address."""
    with app.test_request_context("/"):
        found = logged_year(name="Kempen Samen")
        alliance_id = found.alliance.id
        make_user(Role.COORDINATOR, email="cas@example.org", name="Cas", alliance_id=alliance_id)
        make_user(Role.PROJECT_MANAGER, email="vera@example.org", name="Vera Vlaio")
        make_user(Role.OBSERVER, email="otto@example.org")
        make_user(Role.PARTNER, email="pia@example.org", organisation_id=found.partners[0].organisation_id)
        other = make_alliance("Elders Samen", region="REFREG05", municipalities=("Gent",))
        make_user(Role.COORDINATOR, email="ella@example.org", alliance_id=other.id)
        return found


def reporter(app: Flask) -> None:
    with app.test_request_context("/"):
        make_user(Role.REPORTER, email="rani@example.org", name="Rani", region_code="REFREG03")


def _as(app: Flask, email: str) -> StrictClient:
    """Somebody at the keyboard."""
    client = StrictClient(app)
    client.sign_in(email)
    return client


def state(app: Flask, logged: Logged) -> ReportStatus:
    with app.test_request_context("/"):
        return report_of(logged.alliance).status


BASE = f"/alliances/kempen-samen/reports/{YEAR}"


def test_who_only_reads_can_open_whatever_a_report_leads_to(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        submitted(logged)
    pages = [BASE, f"{BASE}/versions/1"]
    for email in ("otto@example.org", "pia@example.org"):
        reader = _as(app, email)
        led_to = {link for page in pages for link in reader.get(page).links if link.startswith("/alliances/")}
        links = {link for link in led_to if not re.search(r"\.\w+(\?|$)", link)}  # files are tried elsewhere
        for link in sorted(links):
            reader.get(link)
    assert any(re.search(r"/indicators/\d+$", link) for link in links)  # of which a target is set


# The journey ---------------------------------------------------------------------------------------------------------


def test_a_report_goes_from_an_open_year_to_a_published_erratum_by_its_pages(app: Flask, logged: Logged) -> None:
    vera, cas = _as(app, "vera@example.org"), _as(app, "cas@example.org")
    assert "nog geen" in vera.get("/reports").words.lower()
    page = vera.get("/reports/open")
    (names,) = [form["names"] for form in page.forms if form["action"] == "/reports/open"]
    assert (names["due_on"], names["review_days"]) == ("2026-03-31", "60")
    facts = {"year": str(YEAR), "due_on": "2026-12-31", "catalogue_id": catalogue(app), "review_days": "30"}
    vera.post("/reports/open", facts)
    page = vera.follow()
    assert page.words.count("geen pionier") == 1
    assert "14 regio's hebben geen pionier" in page.words
    assert "Kempen Samen" in page.words

    cas.get("/alliances/kempen-samen/reports")
    cas.post(f"{BASE}/begin", form_at=BASE)
    page = cas.follow()
    links = set(page.links)
    for key in SectionKey:
        links.update(cas.get(f"{BASE}/sections/{key.value}").links)
    for link in sorted(link for link in links if link.startswith(("/alliances/kempen-samen/", "/signals", "/regions"))):
        cas.get(link)
    cas.get(BASE)
    cas.get(f"{BASE}/submit")
    cas.post(f"{BASE}/submit", status=422, data={"version": "2"})
    for key in SectionKey:
        at = f"{BASE}/sections/{key.value}"
        cas.post(at, {"narrative": f"Over {key.value}.", "next": "yes"}, form_at=at)
        cas.follow()
    page = cas.get(BASE)
    assert "niets staat in de weg" in page.words.lower()

    with app.test_request_context("/"):
        recount(logged, 260)
    page = cas.get(f"{BASE}/refresh")
    assert "247" in page.words
    assert "260" in page.words
    cas.post(f"{BASE}/refresh", {"sections": ["goals", "reach", "next-year"]})
    cas.follow()
    assert "260" in cas.get(f"{BASE}/sections/goals").words
    assert "Over goals." in text_areas(cas, f"{BASE}/sections/goals")

    cas.post(f"{BASE}/submit", form_at=f"{BASE}/submit")
    page = cas.follow()
    assert "Over summary." in page.words
    first = f"{BASE}/versions/1"
    page = vera.get(first)
    assert "Cas" in page.words
    vera.post(f"{first}/read", {"section": "goals", "use": "monitor", "note": ""})
    vera.follow()
    vera.post(f"{first}/read", {"section": "", "use": "read", "note": ""}, form_at=first)
    page = vera.get(first)
    assert page.words.count("gelezen") >= 11
    vera.post(f"{first}/return", {"reason": "Onvolledig.", "on": "2026-12-24"}, status=422)
    assert vera.page is not None
    assert "opmerking" in vera.page.words
    vera.post(f"{first}/comment", {"section": "goals", "text": "Waar komt dit vandaan?"}, form_at=first)
    page = vera.follow()
    assert "Waar komt dit vandaan?" in page.words
    vera.post(f"{first}/return", {"reason": "Onvolledig.", "on": "2026-12-24"}, form_at=first)
    assert state(app, logged) is ReportStatus.RETURNED

    page = cas.get(first)
    assert "Waar komt dit vandaan?" in page.words
    cas.post(f"{first}/comment", {"section": "goals", "text": "Uit de telling van mei."})
    assert "Uit de telling van mei." in cas.follow().words
    at = f"{BASE}/sections/goals"
    cas.post(at, {"narrative": "Uit de telling van mei."}, form_at=at)
    cas.post(f"{BASE}/submit", {"change_note": "De bron staat erbij."}, form_at=f"{BASE}/submit")
    second = f"{BASE}/versions/2"
    page = cas.get(f"{BASE}/compare?a=1&b=2")
    assert "Uit de telling van mei." in page.words

    vera.post(f"{second}/approve", form_at=second)
    page = vera.follow()
    assert any(form["action"] == f"{second}/publish" for form in page.forms)
    vera.post(f"{second}/publish", form_at=second)
    public = f"/public/reports/kempen-samen/{YEAR}"
    assert public in vera.follow().links
    assert "Uit de telling van mei." in StrictClient(app).get(public).words

    cas.post(f"{BASE}/correct", {"reason": "Een telfout."}, form_at=f"{BASE}/correct")
    page = cas.follow()
    assert any(form["action"] == f"{BASE}/leave" for form in page.forms)
    cas.post(f"{BASE}/submit", {"change_note": ""}, form_at=f"{BASE}/submit", status=422)
    cas.post(f"{BASE}/submit", {"change_note": "Een telfout hersteld."}, form_at=f"{BASE}/submit")
    assert "erratum" in cas.follow().words.lower()
    third = f"{BASE}/versions/3"
    vera.post(f"{third}/approve", form_at=third)
    vera.post(f"{third}/publish", form_at=third)
    assert state(app, logged) is ReportStatus.PUBLISHED
    assert "nieuwere versie" in StrictClient(app).get(f"{public}/v2").words
    page = vera.get("/reports")
    assert "1 van 15" in page.words
    for each in (first, second, third):
        for name in ("report.pdf?lang=en", "companies.pdf", "council.pdf", "report.xlsx", "report.json"):
            answer = cas.browser.get(f"{each}/{name}")
            assert answer.status_code == 200
            assert "no-store" in answer.headers["Cache-Control"]


def catalogue(app: Flask) -> str:
    with app.test_request_context("/"):
        return str(catalogue_id())


def text_areas(client: StrictClient, path: str) -> str:
    return "".join(re.findall(r"<textarea[^>]*>(.*?)</textarea>", client.browser.get(path).text, re.DOTALL))


PAGES = (
    "/alliances/kempen-samen/reports",
    BASE,
    f"{BASE}/sections/goals",
    f"{BASE}/refresh",
    f"{BASE}/submit",
    f"{BASE}/versions/1",
    f"{BASE}/compare",
)


def test_every_page_reads_in_english_as_well(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        first = approved(logged, publish=True)
        with transaction():
            reviewing.reopen(report_of(logged.alliance), reason="Telfout.", actor=logged.manager)
        report_id = report_of(logged.alliance).id
        make_user(Role.COORDINATOR, email="amy@example.org", language="en", alliance_id=logged.alliance.id)
        make_user(Role.PROJECT_MANAGER, email="eve@example.org", language="en")
        assert first.number == 1
    amy, eve = _as(app, "amy@example.org"), _as(app, "eve@example.org")
    for path in (*PAGES, f"{BASE}/sections/next-year"):
        page = amy.get(path)
        assert not re.search(r"\b(rapport|versie|jaar|figuur)\b", page.title.lower()), page.title
    for path in ("/reports", "/reports/open", f"/reports/{YEAR}", f"/reports/{YEAR}/{report_id}", f"{BASE}/versions/1"):
        eve.get(path)
    assert "An erratum is being written." in amy.get(BASE).words
    assert "There is one version so far" in amy.get(f"{BASE}/compare").words


# Typing --------------------------------------------------------------------------------------------------------------


def typed(client: StrictClient, narrative: str, **more: Any) -> Any:
    """What the page sends while somebody types."""
    at = f"{BASE}/sections/summary"
    page = client.get(at)
    names = next(form["names"] for form in page.forms if form["action"] == at)
    data = {"csrf_token": names["csrf_token"], "version": names["version"], "narrative": narrative} | more
    return client.browser.post(f"{at}/typed", data=data)


def test_what_is_typed_is_saved_with_its_version_and_never_over_anothers_words(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        begun(logged)
    cas = _as(app, "cas@example.org")
    first = typed(cas, "Een goed")
    assert (first.status_code, first.mimetype) == (200, "application/json")
    version = first.json["version"]
    again = typed(cas, "Een goed jaar.", version=str(version))
    assert again.json["version"] == version + 1
    same = typed(cas, "Een goed jaar.", version=str(version))
    assert (same.status_code, same.json["version"]) == (200, version + 1)
    stale = typed(cas, "Iets anders.", version=str(version))
    assert stale.status_code == 409
    assert "refused" in stale.json
    assert text_areas(cas, f"{BASE}/sections/summary").strip() == "Een goed jaar."
    page = cas.post(f"{BASE}/sections/summary", {"narrative": "Iets anders.", "version": str(version)}, status=409)
    assert "Iets anders." in page.words
    assert "Een goed jaar." in page.words


def test_what_cannot_be_saved_while_typing_says_why(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        begun(logged)
    cas = _as(app, "cas@example.org")
    for narrative in ("x" * 20_001, "een\x00nul"):
        answer = typed(cas, narrative)
        assert answer.status_code == 422, narrative[:10]
        assert answer.json["refused"]
    assert typed(cas, "x", csrf_token="").status_code in {400, 403, 422}
    pia = _as(app, "pia@example.org")
    token = next(form["names"] for form in pia.get("/account").forms if "csrf_token" in form["names"])["csrf_token"]
    answer = pia.browser.post(
        f"{BASE}/sections/summary/typed", data={"csrf_token": token, "version": "1", "narrative": "Van mij."}
    )
    assert answer.status_code == 403
    assert text_areas(cas, f"{BASE}/sections/summary").strip() == ""


# Who sees what -------------------------------------------------------------------------------------------------------


def test_who_has_nothing_to_do_with_the_alliance_finds_nothing(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        submitted(logged)
    ella = _as(app, "ella@example.org")
    for path in (*PAGES, f"{BASE}/versions/1/report.pdf", f"{BASE}/correct"):
        ella.get(path, status=404)
    for path in ("begin", "submit", "take-back", "leave", "sections/goals", "versions/1/approve", "versions/1/comment"):
        ella.post(f"{BASE}/{path}", status=404, form_at="/account")
    for path in ("/reports", "/reports/open", f"/reports/{YEAR}"):
        assert ella.browser.get(path).status_code in {403, 404}


def test_who_may_not_know_exact_counts_reads_them_rounded_in_the_draft_too(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        begun(logged)
    otto, cas = _as(app, "otto@example.org"), _as(app, "cas@example.org")
    for key in ("summary", "goals", "reach", "pilots", "next-year"):
        seen = otto.get(f"{BASE}/sections/{key}").words
        assert not re.search(r"\b(212|247)\b", seen), key
        assert re.search(r"\b(212|247)\b", cas.get(f"{BASE}/sections/{key}").words), key
    otto.get(f"{BASE}/refresh", status=403)
    otto.get(f"{BASE}/submit", status=403)
    with app.test_request_context("/"):
        submitted(logged)
    assert not re.search(r"\b(212|247)\b", otto.get(f"{BASE}/versions/1").words)
    assert '"212"' not in otto.browser.get(f"{BASE}/versions/1/report.json").text
    assert '"212"' in cas.browser.get(f"{BASE}/versions/1/report.json").text


def test_the_reporter_of_the_region_submits_and_the_coordinator_sees_who_does(app: Flask, logged: Logged) -> None:
    reporter(app)
    with app.test_request_context("/"):
        open_year()
        begun(logged)
    cas, rani = _as(app, "cas@example.org"), _as(app, "rani@example.org")
    at = f"{BASE}/sections/summary"
    rani.post(at, {"narrative": "Van de rapporteur."}, form_at=at)
    page = cas.get(BASE)
    assert "Rani" in page.words
    assert f"{BASE}/submit" not in page.links
    assert not any(form["action"] == f"{BASE}/submit" for form in cas.get(f"{BASE}/submit").forms)
    cas.post(f"{BASE}/submit", {"change_note": "", "version": "2"}, status=403)
    rani.post(f"{BASE}/submit", form_at=f"{BASE}/submit")
    assert "Van de rapporteur." in rani.follow().words
    assert not any(form["action"] == f"{BASE}/take-back" for form in cas.get(BASE).forms)
    rani.post(f"{BASE}/take-back", form_at=BASE)
    assert state(app, logged) is ReportStatus.DRAFT


def test_there_is_no_other_report_version_or_section(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        submitted(logged)
    cas = _as(app, "cas@example.org")
    for path in (
        BASE.replace(str(YEAR), "2024"),
        BASE.replace(str(YEAR), "2147483648"),
        f"{BASE}/versions/2",
        f"{BASE}/sections/goals",  # it was submitted: there is no draft
        f"{BASE}/sections/niets",
        f"{BASE}/refresh",
        f"{BASE}/versions/1/report.docx",
    ):
        cas.get(path, status=404)
    cas.get(f"{BASE}/compare?a=9&b=x")


# VLAIO ---------------------------------------------------------------------------------------------------------------


def test_vlaio_arranges_one_report(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        report = report_of(logged.alliance)
        at = f"/reports/{YEAR}/{report.id}"
        other = next(row.id for row in queries.reports_in(YEAR) if row.alliance_id is None)
    vera = _as(app, "vera@example.org")
    vera.post(f"{at}/extend", {"on": "2026-01-01", "reason": "Ziek."}, form_at=at, status=422)
    vera.post(f"{at}/extend", {"on": "2027-01-31", "reason": ""}, form_at=at, status=422)
    vera.post(f"{at}/extend", {"on": "2027-01-31", "reason": "Ziek."}, form_at=at)
    page = vera.follow()
    assert "Ziek." in page.words
    assert "verschoven van 31 maart 2026 naar 31 januari 2027" in page.words
    elsewhere = f"/reports/{YEAR}/{other}"
    stale = _as(app, "vera@example.org")
    stale.get(elsewhere)
    vera.post(f"{elsewhere}/excuse", {"reason": "Geen trekker."}, form_at=elsewhere)
    assert "Geen trekker." in vera.follow().words
    vera.post(f"{elsewhere}/ask", form_at=elsewhere)
    stale.get(elsewhere)
    with app.test_request_context("/"):
        row = queries.report_by_id(other)
        assert row is not None
        with transaction():
            years.excuse(row, reason="Toch niet.", actor=SYSTEM)
    stale.get(elsewhere)
    vera.post(f"{elsewhere}/ask", form_at=elsewhere)
    page = stale.post(f"{elsewhere}/ask", status=422)
    assert "al gevraagd" in page.words
    cas = _as(app, "cas@example.org")
    for path in (at, f"/reports/{YEAR}", "/reports/open"):
        assert cas.browser.get(path).status_code in {403, 404}
    otto = _as(app, "otto@example.org")
    otto.get(f"/reports/{YEAR}")
    otto.get(at, status=403)


def test_a_year_warns_where_nobody_can_submit(app: Flask) -> None:
    with app.test_request_context("/"):
        lonely = make_alliance("Zonder Mensen", accepted_on=date(YEAR, 1, 15))
        open_year()
        with transaction():
            years.expect(lonely, YEAR, is_required=True, actor=SYSTEM)
        make_user(Role.PROJECT_MANAGER, email="vera@example.org")
    page = _as(app, "vera@example.org").get(f"/reports/{YEAR}")
    assert "niemand kan indienen" in page.words.lower()


def test_an_alliance_joins_a_year_by_its_page_and_is_told_when_it_cannot(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        other = make_alliance("Extra Samen", accepted_on=date(YEAR, 1, 15), municipalities=("Mol",))
        make_user(Role.COORDINATOR, email="eef@example.org", alliance_id=other.id)
        open_year()
    eef = _as(app, "eef@example.org")
    at, again = "/alliances/extra-samen/reports", StrictClient(app)
    again.sign_in("eef@example.org")
    again.get(at)
    eef.post(f"{at}/{YEAR}/join", form_at=at)
    assert "niet begonnen" in eef.follow().words.lower()
    page = again.post(f"{at}/{YEAR}/join", status=422)
    assert "al een rapport" in page.words.lower()


def test_a_button_stands_only_where_it_works(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        first = approved(logged)
    vera, cas = _as(app, "vera@example.org"), _as(app, "cas@example.org")

    def has(client: StrictClient, path: str, action: str) -> bool:
        return any(form["action"] == action for form in client.get(path).forms)

    publish = f"{BASE}/versions/1/publish"
    assert has(vera, f"{BASE}/versions/1", publish)
    assert not has(cas, f"{BASE}/versions/1", publish)
    cas.post(f"{BASE}/correct", {"reason": "Telfout."}, form_at=f"{BASE}/correct")
    assert not has(vera, f"{BASE}/versions/1", publish)  # a correction is being written
    with app.test_request_context("/"):
        second = submitted(logged, "Verbeterd.", note="Telfout.")
        with transaction():
            reviewing.comment(second, None, "Leg uit.", actor=logged.manager)
            reviewing.send_back(second, reason="Onvolledig.", actor=logged.manager)
    assert has(cas, BASE, f"{BASE}/leave")
    cas.post(f"{BASE}/leave", form_at=BASE)
    assert state(app, logged) is ReportStatus.APPROVED
    assert has(vera, f"{BASE}/versions/1", publish)
    with app.test_request_context("/"):
        assert reload(first).status.value == "approved"
        db().rollback()


def test_a_button_that_comes_too_late_says_why(app: Flask, logged: Logged) -> None:
    with app.test_request_context("/"):
        open_year()
        submitted(logged)
    vera, cas = _as(app, "vera@example.org"), _as(app, "cas@example.org")
    vera.get(f"{BASE}/versions/1")
    cas.post(f"{BASE}/take-back", form_at=BASE)
    page = vera.post(f"{BASE}/versions/1/approve", status=422)
    assert "niet meer" in page.words
    page = vera.post(f"{BASE}/versions/1/read", {"section": "goals", "use": "read", "note": ""}, status=422)
    assert "teruggenomen" in page.words
