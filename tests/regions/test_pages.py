"""The pages of the regions: map, table, search, follow-up, and the panels of the layers above."""

from typing import Any

import pytest
from flask import Flask
from html5lib import HTMLParser
from markupsafe import Markup

from alliance_tracker.accounts import scopes
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed
from alliance_tracker.monitoring import overview
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.regions import panels, queries, service
from alliance_tracker.regions.models import Region
from tests.builders import make_actor, make_alliance, make_user
from tests.strict_client import StrictClient

FOLLOW_UP = "/regions/REFREG03/follow-up"


@pytest.fixture
def sign_in(app: Flask, client: StrictClient):
    def enter(role: Role | None = Role.PROJECT_MANAGER, language: str = "en", **scope) -> StrictClient:
        with app.test_request_context("/"):
            email = make_user(role, language=language, **scope).email
        client.sign_in(email)
        return client

    return enter


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[panels.Panel]:
    """No panels but those of this test."""
    own: list[panels.Panel] = []
    monkeypatch.setattr(panels, "PANELS", own)
    return own


def valid_html(client: StrictClient) -> None:
    assert client.response is not None
    HTMLParser(strict=True).parse(client.response.text)


def follow_up(**changed) -> None:
    facts = {"next_step": "", "next_step_on": None, "stem_poor": False, "stem_poor_reason": "", "version": None}
    region = db().get(Region, "REFREG03")
    assert region is not None
    with transaction():
        service.follow_up(region, **{**facts, "actor": SYSTEM, **changed})


def test_the_map_leads_to_all_15_regions_and_names_its_source(sign_in):
    client = sign_in()
    page = client.get("/regions")
    for number in range(1, 16):
        assert page.links.count(f"/regions/REFREG{number:02}") == 2  # the map and the table
    assert "Source: Statbel, boundaries on 31 December 2018" in page.words
    assert "285" in page.words
    assert "13 centre cities" in page.words


def test_a_region_shows_its_municipalities_mergers_and_where_it_lies(sign_in, registered):
    client = sign_in()
    page = client.get("/regions/REFREG15")
    for words in ("Limburg", "Genk", "centre city", "Ham and Tessenderlo: Tessenderlo-Ham since 1 January 2025"):
        assert words in page.words
    assert "Source: Statbel" in page.words
    assert "/regions/REFREG14" in page.links
    valid_html(client)
    assert "This region has no centre city." in client.get("/regions/REFREG04").words


def test_a_region_that_does_not_exist_is_not_found(sign_in):
    client = sign_in()
    for path in ("REFREG16", "refreg03", "x/follow-up", "%00"):
        client.get(f"/regions/{path}", status=404)


@pytest.mark.parametrize("q", ["ham", "%", "", "xyzzy", "Zwijndrecht"])
def test_the_region_of_a_municipality_is_looked_up(sign_in, q: str):
    client = sign_in()
    page = client.get(f"/regions?q={q.replace('%', '%25')}")
    if q == "ham":
        assert "(now Tessenderlo-Ham)" in page.words
    if q == "xyzzy":
        assert "No municipality of Flanders" in page.words


def test_the_follow_up_is_kept_and_marks_the_map(sign_in):
    client = sign_in()
    client.post(FOLLOW_UP, {"next_step": "Bel de burgemeester", "next_step_on": "3/2/2027"}, form_at=FOLLOW_UP)
    assert "Bel de burgemeester" in client.follow().words
    page = client.post(FOLLOW_UP, {"stem_poor": "y", "next_step": "Bel weer"}, form_at=FOLLOW_UP, status=422)
    assert "Give a reason" in page.words
    assert "Bel weer" in client.response.text
    client.post(FOLLOW_UP, {"stem_poor": "y", "stem_poor_reason": "Geen richting.", "next_step": "Bel weer"})
    page = client.follow()
    assert "STEM-poor, because Geen richting." in page.words
    assert "marked as STEM-poor" in client.get("/regions").words
    assert "region-shape" in client.response.text
    assert "municipalities and marked as STEM-poor" in client.response.text


def test_two_people_who_keep_something_at_once_see_each_other(sign_in):
    client = sign_in()
    client.get(FOLLOW_UP)
    drawn = client.page
    client.post(FOLLOW_UP, {"next_step": "Van de eerste"})
    client.page = drawn
    page = client.post(FOLLOW_UP, {"next_step": "Van de tweede", "submission_key": "k"}, status=409)
    assert "Somebody else saved this" in page.words
    assert "Van de eerste" in page.words
    assert "Van de tweede" in client.response.text
    client.post(FOLLOW_UP, {"next_step": "Van beiden"})
    assert "Van beiden" in client.follow().words


@pytest.mark.usefixtures("context")
def test_the_service_asks_the_right_a_reason_and_the_version():
    with pytest.raises(NotAllowed):
        follow_up(actor=make_actor(Role.OBSERVER))
    with pytest.raises(FieldRefused):
        follow_up(stem_poor=True)
    follow_up(next_step="Een", version=0)
    with pytest.raises(EditConflict):
        follow_up(next_step="Twee", version=0)
    found = queries.follow_up_of("REFREG03")
    assert found is not None
    assert found.next_step == "Een"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.REPORTER, Role.OBSERVER, None])
def test_everybody_reads_a_region_and_only_the_project_manager_follows_it_up(app, sign_in, role):
    scope: dict[str, Any] = {}
    if role is Role.COORDINATOR:
        with app.test_request_context("/"):
            scope = {"alliance_id": make_alliance().id}
    if role is Role.REPORTER:
        scope = {"region_code": "REFREG03"}
    client = sign_in(role, **scope)
    client.get("/regions")
    page = client.get("/regions/REFREG03")
    assert FOLLOW_UP not in page.links
    client.get(FOLLOW_UP, status=403)
    client.post(FOLLOW_UP, {"next_step": "x"}, status=403)


@pytest.mark.parametrize("path", ["/regions", "/regions/REFREG03", FOLLOW_UP])
def test_nobody_reads_a_region_without_signing_in(client: StrictClient, path: str):
    client.get(path, status=303)


def test_panels_of_the_layers_above_stand_in_the_order_of_registration_and_once(sign_in, registered):
    def first(region: Region) -> Markup:
        return Markup('<section class="panel"><h2>Eerste {}</h2></section>').format(region.name)

    def silent(region: Region) -> None:
        return None

    def second(region: Region) -> Markup:
        return Markup('<section class="panel"><h2>Tweede</h2></section>')

    for panel in (first, silent, second, first):
        panels.register(panel)
    assert registered == [first, silent, second]
    words = sign_in().get("/regions/REFREG03").words
    assert words.index("Eerste Kempen") < words.index("Tweede") < words.index("27 municipalities")


def test_a_region_sends_few_statements_however_large(sign_in, statements, registered):
    client = sign_in()

    def count(path: str) -> int:
        statements.clear()
        client.get(path)
        return len([s for s in statements if s.startswith("SELECT")])

    assert count("/regions/REFREG15") == count("/regions/REFREG09") <= 10
    assert count("/regions") <= 10


def test_the_source_of_the_map_has_one_wording_and_regions_one_order(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(Role.PROJECT_MANAGER, email="vlaio@example.org", language="en")
        by_name = list(queries.names())
        assert [row.code for row in overview.monitor().rows] == by_name
        assert [code for code, _ in scopes.choices().regions] == by_name
    client.sign_in("vlaio@example.org")
    for address in ("/monitor", "/regions", "/regions/REFREG03", "/public?lang=en"):
        assert "Source: Statbel, boundaries on 31 December 2018" in client.get(address).words
