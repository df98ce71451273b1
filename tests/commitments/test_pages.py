"""The pages of commitments: the list of both sides, logging in seconds, answering, disputing, moving and waiving."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import RoleGrant
from alliance_tracker.activities.models import LogEntry
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import delivering, wordings
from alliance_tracker.commitments.models import Answer, Delivery, Instalment
from alliance_tracker.convenants import signing
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import db, today, transaction
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.policy import SYSTEM, Role
from tests.access_network import PDF
from tests.builders import (
    actor_of,
    instalments_of,
    make_alliance,
    make_convenant,
    make_goal,
    make_partner,
    make_user,
    promise,
)
from tests.commitments.making import Field, answer, log, make_field
from tests.conftest import NOON
from tests.strict_client import StrictClient


@dataclass(frozen=True)
class Site:
    """An alliance with commitments, its addresses, and people who can sign in."""

    app: Flask
    client: StrictClient
    field: Field
    base: str
    #: The first instalments of the first partner and of VLAIO.
    own: int
    vlaios: int

    def as_(self, who: str) -> StrictClient:
        """The client of one of the people, with a session of their own."""
        client = StrictClient(self.app)
        client.sign_in(f"{who}@example.org")
        return client


@pytest.fixture
def site(app: Flask, client: StrictClient, freeze: Callable[[datetime], None]) -> Site:
    freeze(NOON)
    late = wordings.InYear(Decimal(10), today() - timedelta(days=12))
    with app.test_request_context("/"):
        field = make_field(years={2026: late, 2027: wordings.InYear(Decimal(10), date(2027, 12, 31))})
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=field.alliance.id)
        make_user(Role.PARTNER, email="pia@example.org", organisation_id=field.one.organisation_id)
        make_user(Role.PARTNER, email="piet@example.org", organisation_id=field.other.organisation_id)
        make_user(Role.PROJECT_MANAGER, email="vera@example.org")
        make_user(Role.OBSERVER, email="otto@example.org")
        base = f"/alliances/{field.alliance.slug}/commitments"
        return Site(app, client, field, base, field.instalment().id, field.instalment(field.vlaio.id).id)


def test_both_sides_stand_on_one_page_and_are_as_late_as_each_other(site: Site) -> None:
    page = site.as_("otto").get(site.base)
    assert page.words.count("12 dagen te laat") == 3
    assert "toelichten tot 23 november 2026" in page.words
    assert f"{site.base}/{site.own}" in page.links
    assert f"{site.base}/{site.vlaios}" in page.links
    assert f"{site.base}/{site.own}/deliver?back={site.base}" not in page.links


def test_everybody_is_offered_to_explain_or_to_ask_as_he_may(site: Site) -> None:
    addresses = {
        name: f"/alliances/{site.field.alliance.slug}/accounts/instalments/{site.own}/{name}"
        for name in ("explain", "ask")
    }
    for who, offered in (("pia", "explain"), ("piet", "ask"), ("cas", "ask"), ("vera", "ask"), ("otto", None)):
        client = site.as_(who)
        for page in (client.get(site.base), client.get(f"{site.base}/{site.own}")):
            assert [name for name, address in addresses.items() if address in page.links] == (
                [offered] if offered else []
            )
        if offered:
            client.get(addresses[offered])
    asked = site.as_("cas")
    asked.post(addresses["ask"], {"text": "Waarom?"}, form_at=addresses["ask"])
    for who in ("pia", "cas"):
        links = site.as_(who).get(site.base).links
        assert not set(addresses.values()) & set(links)
        assert any("/accounts/questions/" in link for link in links)


def test_the_coordinator_explains_for_whom_nobody_speaks(site: Site) -> None:
    explain = f"/alliances/{site.field.alliance.slug}/accounts/instalments/{site.own}/explain"
    assert explain not in site.as_("cas").get(site.base).links
    with site.app.test_request_context("/"), transaction():
        voices = RoleGrant.organisation_id == site.field.one.organisation_id
        for grant in db().scalars(sa.select(RoleGrant).where(voices)).all():
            accounts.end_role(grant, actor=SYSTEM)
    coordinator = site.as_("cas")
    assert explain in coordinator.get(site.base).links
    coordinator.get(explain)
    assert explain not in site.as_("piet").get(site.base).links


def test_the_list_is_narrowed_by_its_address(site: Site) -> None:
    client = site.as_("otto")
    every = client.get(site.base)
    only = client.get(f"{site.base}?side=government&year=2027")
    assert f"{site.base}/{site.own}" in every.links
    assert f"{site.base}/{site.own}" not in only.links
    assert "Wis" not in only.title
    for query in (
        f"organisation={site.field.one.organisation_id}",
        "state=overdue",
        "state=ever-late",
        "kind=hours",
        "commitment=1",
        "page=9",
        "state=unknown&kind=unknown&side=unknown&year=x&organisation=99999999999",
    ):
        assert f"{site.base}/{site.own}" in client.get(f"{site.base}?{query}").links, query
    assert f"{site.base}/{site.own}" not in client.get(f"{site.base}?state=delivered").links
    assert "Geen verbintenis" in client.get(f"{site.base}?state=disputed").words


def test_a_delivery_is_logged_in_seconds_and_one_is_back_where_one_came_from(site: Site) -> None:
    client = site.as_("pia")
    where = f"{site.base}?state=overdue"
    address = next(link for link in client.get(where).links if link.startswith(f"{site.base}/{site.own}/deliver?"))
    form = next(form for form in client.get(address).forms if form["action"] == address)
    assert (form["names"]["quantity"], form["names"]["on"]) == ("", "2026-11-21")
    client.post(address, {"quantity": "2,5", "on": "2026-11-20"}, form_at=address)
    assert client.response is not None
    assert client.response.location == where
    assert "7,5" in client.follow().words
    client.post(address, {"quantity": "0", "on": "2026-11-20"}, form_at=address, status=422)
    client.post(address, {"quantity": "veel", "on": "2026-11-20"}, form_at=address, status=422)
    client.post(address, {"quantity": "1", "on": "2026-11-22"}, form_at=address, status=422)
    client.post(address, {"quantity": "1", "on": "2025-11-22"}, form_at=address, status=422)


def test_nobody_is_led_away_from_this_site(site: Site) -> None:
    client = site.as_("pia")
    address = f"{site.base}/{site.own}/deliver?back=//elders.example"
    client.post(address, {"quantity": "1", "on": "2026-11-20"}, form_at=f"{site.base}/{site.own}/deliver")
    assert client.response is not None
    assert client.response.location == f"{site.base}/{site.own}"


def test_a_delivery_takes_its_evidence_along_and_more_can_be_added(site: Site) -> None:
    client = site.as_("pia")
    address = f"{site.base}/{site.own}/deliver"
    data = {"quantity": "1", "on": "2026-11-20", "files": (BytesIO(PDF), "lijst.pdf")}
    client.post(address, data, form_at=address)
    assert "lijst.pdf" in client.follow().words
    bad = {"quantity": "1", "on": "2026-11-20", "files": (BytesIO(b"x"), "lijst.exe")}
    client.post(address, bad, form_at=address, status=422)
    more = f"{site.base}/deliveries/1/evidence"
    client.post(more, {"files": (BytesIO(PDF), "foto.pdf")}, form_at=more)
    assert "foto.pdf" in client.follow().words
    with site.app.test_request_context("/"):
        kept = db().execute(sa.select(Evidence.subject_type, Evidence.subject_key)).all()
        assert [tuple(row) for row in kept] == [("delivery", "1")] * 2
        assert db().scalar(sa.select(sa.func.count()).select_from(Delivery)) == 1


def test_another_organisation_confirms_disputes_and_takes_back_by_its_page(site: Site) -> None:
    with site.app.test_request_context("/"):
        log(site.field.instalment(), 10, by=site.field.speaks_for_one, note="Twee klassen.")
    page = f"{site.base}/{site.own}"
    confirm, dispute = f"{site.base}/deliveries/1/confirm", f"{site.base}/deliveries/1/dispute"
    own = site.as_("pia")
    assert dispute not in own.get(page).links
    own.get(dispute, status=403)
    other = site.as_("piet")
    assert dispute in other.get(page).links
    other.post(confirm, {}, form_at=page)
    assert "bevestigd" in other.follow().words
    other.post(dispute, {"reason": ""}, form_at=dispute, status=422)
    other.post(dispute, {"reason": "Er was niemand."}, form_at=dispute)
    page_now = other.follow()
    assert "Er was niemand." in page_now.words
    assert "betwist" in page_now.words
    for address in (page, site.base):  # beside what counts: in one's list as on its own page
        assert "0 van 10 uren" in site.as_("otto").get(address).words
        assert "10 uren betwist: telt niet mee" in site.as_("otto").get(address).words
    other.post(f"{site.base}/deliveries/1/take-back", {}, form_at=page)
    assert "betwist" not in other.follow().words.split("Geschiedenis")[0].split("Prestaties")[0]
    other.post(confirm, {}, form_at=page)
    other.post(confirm, {}, form_at=page, status=422)


def test_what_waits_is_confirmed_in_one_go_or_not_at_all(site: Site) -> None:
    with site.app.test_request_context("/"):
        for quantity in (1, 2, 3):
            log(site.field.instalment(), quantity, by=site.field.speaks_for_one)
        log(site.field.instalment(site.field.vlaio.id), 1, by=site.field.coordinator)
    address = f"{site.base}/waiting"
    client = site.as_("vera")
    assert address in client.get(site.base).links
    page = client.get(address)
    assert page.words.count("Betwisten") == 3
    client.post(address, {}, form_at=address, status=422)
    client.post(address, {"chosen": ["1", "2", "4"]}, form_at=address, status=422)
    assert "V3" in (client.page.words if client.page else "")
    client.post(address, {"chosen": ["1", "2"]}, form_at=address)
    page = client.follow()
    assert "2 prestaties bevestigd" in page.words
    assert page.words.count("Betwisten") == 1
    client.post(address, {"chosen": ["x", "99999999999"]}, form_at=address, status=422)
    assert site.base in site.as_("pia").get(address).links
    site.as_("otto").get(address, status=403)


def test_who_speaks_for_several_says_in_whose_name(site: Site) -> None:
    with site.app.test_request_context("/"):
        user = accounts.user_by_email("piet@example.org")
        assert user is not None
        third = make_partner(site.field.alliance)
        with transaction():
            accounts.give_role(user, Role.PARTNER, organisation_id=third.organisation_id, actor=SYSTEM)
        log(site.field.instalment(), 4, by=site.field.coordinator)
        vlaio = site.field.vlaio.id
    client = site.as_("piet")
    confirm = f"{site.base}/deliveries/1/confirm"
    assert confirm in client.get(f"{site.base}/{site.own}").links
    client.post(confirm, {"voice": str(third.organisation_id)}, form_at=confirm)
    client.post(confirm, {"voice": str(vlaio)}, form_at=confirm, status=422)
    with site.app.test_request_context("/"):
        assert db().scalar(sa.text("SELECT organisation_id FROM confirmation")) == third.organisation_id


def test_a_date_is_moved_and_what_is_open_waived_by_another_than_the_bearer(site: Site) -> None:
    page = f"{site.base}/{site.own}"
    site.as_("pia").get(f"{page}/extend", status=403)
    site.as_("vera").get(f"{site.base}/{site.vlaios}/waive", status=403)
    client = site.as_("cas")
    assert f"{page}/extend" in client.get(page).links
    client.post(f"{page}/extend", {"on": "2026-01-01", "reason": "x"}, form_at=f"{page}/extend", status=422)
    client.post(f"{page}/extend", {"on": "2026-12-20", "reason": "De school verbouwt."}, form_at=f"{page}/extend")
    shown = client.follow()
    assert "De school verbouwt." in shown.words
    assert "was toen te laat" in shown.words
    assert f"{site.base}/{site.own}" in client.get(f"{site.base}?state=ever-late").links
    client.post(f"{page}/waive", {"reason": ""}, form_at=f"{page}/waive", status=422)
    client.post(f"{page}/waive", {"reason": "De school sluit."}, form_at=f"{page}/waive")
    shown = client.follow()
    assert "De school sluit." in shown.words
    assert f"{page}/waive" not in shown.links
    client.post(f"{page}/waive", {"reason": "Nog eens."}, form_at=f"{page}/waive", status=422)


def test_a_wrong_delivery_is_withdrawn_by_its_page(site: Site) -> None:
    with site.app.test_request_context("/"):
        delivery = log(site.field.instalment(), 10, by=site.field.coordinator)
        answer(delivery, Answer.DISPUTES, by=site.field.manager, reason="Nee.")
    address = f"{site.base}/deliveries/1/withdraw"
    client = site.as_("cas")
    assert address in client.get(f"{site.base}/{site.own}").links
    client.post(address, {"reason": "Verkeerde partner."}, form_at=address)
    assert "Verkeerde partner." in client.follow().words
    with site.app.test_request_context("/"):
        row = db().get_one(Instalment, site.own)
        assert (row.reported, row.disputes) == (Decimal(0), 0)


def test_a_log_entry_bears_on_a_commitment(site: Site) -> None:
    client = site.as_("cas")
    log_base = site.base.replace("/commitments", "/log")
    with site.app.test_request_context("/"):
        number = site.field.instalment().commitment_id
    address = f"{log_base}/new?commitment={number}"
    page = client.get(address)
    names = next(form["names"] for form in page.forms if form["action"] == f"{log_base}/new")
    assert "bearing" in names
    data = {"kind": "note", "on": "2026-11-20", "text": "Gesprek.", "bearing": f"commitment:{number}"}
    client.post(f"{log_base}/new", data, form_at=address)
    assert "V1 Verbintenis" in client.follow().words
    with site.app.test_request_context("/"):
        assert db().scalars(sa.select(LogEntry.commitment_id)).one() == number
    correct = f"{log_base}/1/correct"
    client.post(correct, {**data, "text": "Een gesprek.", "bearing": ""}, form_at=correct)
    assert "V1 Verbintenis" not in client.follow().words.split("Een gesprek.")[1][:200]


def test_a_goal_shows_the_commitments_that_serve_it(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        partner, goal, other = make_partner(alliance), make_goal(alliance), make_goal(alliance)
        convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner, goal_id=goal.id)])
        coordinator = make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        instalment = delivering.instalment_by_id(instalments_of(convenant)[0].id)
        assert instalment is not None
        log(instalment, 4, by=actor_of(coordinator))
        slug, goal_id, other_id, number = alliance.slug, goal.id, other.id, instalment.id
    client.sign_in("cas@example.org")
    page = client.get(f"/alliances/{slug}/goals/{goal_id}")
    assert "4 van 20 uren" in page.words
    assert f"/alliances/{slug}/commitments/{number}" in page.links
    assert f"/alliances/{slug}/commitments/{number}" not in client.get(f"/alliances/{slug}/goals/{other_id}").links


def test_an_alliance_without_a_convenant_says_what_will_stand_here(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        slug = alliance.slug
    client.sign_in("cas@example.org")
    assert "convenant" in client.get(f"/alliances/{slug}/commitments").words


def test_an_ended_alliance_offers_nothing_to_do(site: Site) -> None:
    with site.app.test_request_context("/"):
        log(site.field.instalment(), 4, by=site.field.speaks_for_one)
        with transaction():
            alliance = db().get_one(Alliance, site.field.alliance.id)
            convenant = db().get_one(Convenant, site.field.convenant.id)
            signing.terminate(convenant, on=today(), reason="Klaar.", actor=SYSTEM)
            alliances.end(alliance, on=today(), reason="Klaar.", actor=SYSTEM)
    client = site.as_("cas")
    page = client.get(f"{site.base}/{site.own}")
    assert not [link for link in page.links if link.endswith(("/deliver", "/dispute", "/extend", "/waive"))]
    address = f"{site.base}/{site.own}/deliver"
    client.post(address, {"quantity": "1", "on": "2026-11-20"}, form_at=address, status=422)


def test_more_than_a_page_of_commitments_is_paged(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        field = make_field()
        row = field.instalment()
        facts = {
            column.key: getattr(row, column.key)
            for column in sa.inspect(Instalment).column_attrs
            if column.key not in {"id", "year"}
        }
        with transaction():
            db().add_all([Instalment(**facts, year=2028 + number) for number in range(120)])
        make_user(Role.OBSERVER, email="otto@example.org")
        slug = field.alliance.slug
    client.sign_in("otto@example.org")
    first = client.get(f"/alliances/{slug}/commitments")
    second = client.get(f"/alliances/{slug}/commitments?page=2")
    shown = [len([link for link in page.links if link.rsplit("/", 1)[-1].isdigit()]) for page in (first, second)]
    assert shown == [100, 26]
