"""No page lets out the name of an alliance to somebody who may not know of it."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.database import transaction
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_alliance, make_goal, make_organisation, make_partner, make_user
from tests.strict_client import StrictClient

SECRET = "Geheimzinnige Bond"


@pytest.fixture
def secret(app: Flask) -> dict[str, Any]:
    """An alliance in the Kempen that leads the region, of which the partner is known to everybody."""
    with app.test_request_context("/"):
        hidden = make_alliance(SECRET, region="REFREG03", municipalities=["Geel"])
        firm = make_organisation("Bekend Bedrijf", OrganisationKind.COMPANY, where=["Geel"])
        served = {Scheme.RECOMMENDATION: frozenset({"vertellen"})}
        make_goal(hidden, "Geheim doel", owner=make_partner(hidden, firm), tags=served)
        with transaction():
            alliances.give_mandate(hidden, task="Voorop.", since=date(2026, 2, 1), until=None, actor=SYSTEM)
        elsewhere = make_alliance("Elders", region="REFREG05", municipalities=["Brugge"])
        stranger = make_user(Role.COORDINATOR, alliance_id=elsewhere.id)
        return {
            "slug": hidden.slug,
            "firm": firm.id,
            "another coordinator": stranger.email,
            "another reporter": make_user(Role.REPORTER, region_code="REFREG05").email,
            "without a role": make_user().email,
            "observer": make_user(Role.OBSERVER).email,
        }


@pytest.mark.parametrize("who", ["another coordinator", "another reporter", "without a role"])
def test_no_page_names_an_alliance_to_whoever_may_not_know_it(
    client: StrictClient, secret: dict[str, Any], who: str
) -> None:
    client.sign_in(secret[who])
    client.get(f"/alliances/{secret['slug']}", status=404)
    for path in (
        "/",
        "/alliances",
        "/alliances?q=geheim",
        "/alliances/new",
        "/regions",
        "/regions/REFREG03",
        "/organisations",
        "/organisations?q=bekend",
        f"/organisations/{secret['firm']}",
        "/figures",
        "/figures/reach-participants",
        "/programme",
        "/programme/conversations",
        "/programme/milestones/pioneer-designated/REFREG03",
        "/programme/milestones/region-conversation/REFREG03",
        "/stappenplan",
        "/frameworks",
        "/frameworks/regions/REFREG03",
        "/frameworks/recommendation/vertellen",
        "/frameworks/recommendation/vertellen?region=REFREG03",
        "/public",
        "/account",
    ):
        page = client.get(path)
        assert SECRET not in page.words, path
        assert "Geheim doel" not in page.words, path
        assert all(secret["slug"] not in link for link in page.links), path
    client.get("/monitor", status=403)
    answer = client.browser.get("/organisations/search?q=bekend")
    assert answer.get_json()["items"]
    assert SECRET not in answer.text


def test_the_same_pages_name_it_to_whoever_may(client: StrictClient, secret: dict[str, Any]) -> None:
    client.sign_in(secret["observer"])
    frameworks = ("/frameworks/regions/REFREG03", "/frameworks/recommendation/vertellen")
    for path in ("/alliances", "/monitor", "/regions/REFREG03", f"/organisations/{secret['firm']}", *frameworks):
        assert SECRET in client.get(path).words, path
