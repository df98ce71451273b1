"""The pages of accounts: reading, asking, answering, signing, and deciding who takes something over."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask

from alliance_tracker.alliances.succession import Succession
from alliance_tracker.commitments.instalments import waive
from alliance_tracker.database import transaction
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import Role
from tests.access_network import PDF
from tests.accountability.making import Stage, deliver, make_stage
from tests.builders import PASSWORD, actor_of, make_alliance, make_organisation, make_partner, make_user
from tests.conftest import NOON
from tests.strict_client import StrictClient


@pytest.fixture
def stage(app: Flask, freeze: Callable[[datetime], None]) -> Stage:
    freeze(NOON)
    with app.test_request_context("/"):
        made = make_stage()
        deliver(made.instalment(1), 4, author=made.mayor, note="Les in Mol")
    return made


@pytest.fixture
def base(stage: Stage) -> str:
    return f"/alliances/{stage.alliance.slug}/accounts"


def act_as(client: StrictClient, who: str) -> None:
    client.browser = client.app.test_client()
    client.sign_in(f"{who}@example.org", PASSWORD)


def test_everybody_stands_on_one_page_with_the_lines_one_click_away(
    client: StrictClient, stage: Stage, base: str
) -> None:
    act_as(client, "cas")
    page = client.get(base)
    for name in ("Stad Geel", "Bedrijf Een", "Agentschap Innoveren en Ondernemen (VLAIO)"):
        assert name in page.words
    town = f"{base}/{stage.town_id}"
    assert f"{town}#year-2026" in page.links
    page = client.get(town)
    assert "Uren in de klas" in page.words
    assert f"{base}/instalments/{stage.rows[0]}/ask" in page.links
    client.get(f"{base}/99999", status=404)
    client.get(f"{base}?year=2019")
    assert "%" not in page.words


def test_an_alliance_without_a_convenant_says_so(client: StrictClient, app: Flask) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        partner = make_partner(alliance)
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        slug, number = alliance.slug, partner.organisation_id
    act_as(client, "cas")
    client.get(f"/alliances/{slug}/accounts")
    client.get(f"/alliances/{slug}/accounts/questions")
    client.get(f"/alliances/{slug}/accounts/{number}")
    client.get(f"/alliances/{slug}/accounts/{number}/2026")  # its account says that nothing was promised
    client.get(f"/alliances/{slug}/accounts/{number}/2025", status=404)
    client.get(f"/organisations/{number}/account")
    client.get("/organisations/undecided")


def test_a_question_goes_to_and_fro_by_its_page(client: StrictClient, stage: Stage, base: str) -> None:
    act_as(client, "cas")
    ask = f"{base}/instalments/{stage.rows[0]}/ask"
    client.post(ask, {"text": ""}, form_at=ask, status=422)
    client.post(ask, {"text": "Waarom zo laat?"})
    page = client.follow()
    thread = f"{base}/questions/1"
    assert "Waarom zo laat?" in page.words
    assert not any(form["action"] == f"{thread}/answer" for form in page.forms)
    page = client.get(ask)
    assert thread in page.links
    client.post(ask, {"text": "Nog eens?"}, status=422)
    act_as(client, "mia")
    client.post(f"{thread}/answer", {"answer": ""}, form_at=thread, status=422)
    client.post(f"{thread}/answer", {"answer": "De zaal was dicht."})
    assert "De zaal was dicht." in client.follow().words
    client.post(f"{thread}/close", {"remark": ""}, status=403)
    act_as(client, "bob")
    client.post(f"{thread}/ask-on", {"question": "Tot wanneer?"}, form_at=thread)
    act_as(client, "cas")
    client.post(f"{thread}/close", {"remark": "Goed."}, form_at=thread)
    page = client.follow()
    assert "Goed." in page.words
    assert not any((form["action"] or "").startswith(f"{thread}/") for form in page.forms)
    assert thread in client.get(f"{base}/questions").links
    assert "V1" in client.get(f"/alliances/{stage.slug}/history").words


def test_a_bearer_explains_from_its_own_account(client: StrictClient, stage: Stage, base: str) -> None:
    act_as(client, "mia")
    address = f"{base}/instalments/{stage.rows[0]}/explain"
    assert address in client.get(f"{base}/{stage.town_id}").links
    client.post(address, {"text": "De zaal was dicht."}, form_at=address)
    assert "De zaal was dicht." in client.follow().words
    client.get(f"{base}/instalments/{stage.rows[1]}/explain", status=403)
    client.get(f"{base}/instalments/{stage.rows[0]}/ask", status=403)


def test_an_account_is_read_signed_and_kept(client: StrictClient, stage: Stage, base: str, app: Flask) -> None:
    act_as(client, "mia")
    account = f"{base}/{stage.town_id}/2026"
    page = client.get(account)
    form = next(form for form in page.forms if form["action"] == f"{account}/sign")
    assert form["names"]["name"] == "Mia"
    seen = form["names"]["seen"]
    with app.test_request_context("/"):
        deliver(stage.instalment(1), 2, author=stage.mayor, note="Nog een les")
    typed = {"name": "Mia Maes", "function": "schepen", "remark": "Zo is het."}
    page = client.post(f"{account}/sign", {**typed, "seen": seen}, status=422)
    assert "Nog een les" in page.words
    form = next(form for form in page.forms if form["action"] == f"{account}/sign")
    assert form["names"]["seen"] != seen
    client.post(f"{account}/sign", {**typed, "seen": form["names"]["seen"]})
    page = client.follow()
    assert "Mia Maes" in page.words
    assert "Zo is het." in page.words
    with app.test_request_context("/"):
        for _ in range(2):
            deliver(stage.instalment(1), 1, author=stage.mayor)
    assert "nog 2 prestaties gelogd" in client.get(f"{base}/statements/1").words
    refuse = f"{account}/refuse"
    page = client.get(refuse)
    seen = page.forms[-1]["names"]["seen"]
    client.post(refuse, {**typed, "remark": "", "seen": seen}, status=422)
    client.post(refuse, {**typed, "remark": "De uren kloppen niet.", "seen": seen}, form_at=refuse)
    assert "De uren kloppen niet." in client.follow().words
    assert f"{base}/statements/2" in client.get(base + f"/{stage.town_id}").links
    client.get(f"{base}/statements/99", status=404)


def test_a_paper_account_is_recorded_with_its_scan(client: StrictClient, stage: Stage, base: str) -> None:
    act_as(client, "cas")
    paper = f"{base}/{stage.firm_id}/2026/paper"
    page = client.get(paper)
    form = next(form for form in page.forms if form["action"] == paper)["names"]
    typed = {"name": "Bob", "function": "zaakvoerder", "on": form["on"], "seen": form["seen"]}
    client.post(paper, typed, status=422)
    assert client.page is not None
    typed["seen"] = next(form for form in client.page.forms if form["action"] == paper)["names"]["seen"]
    client.post(paper, {**typed, "files": (BytesIO(PDF), "account.pdf")})
    page = client.follow()
    assert "account.pdf" in page.words
    assert "Cas" in page.words


def test_a_merger_lists_what_is_open_and_leads_to_the_decision(
    client: StrictClient, stage: Stage, base: str, app: Flask
) -> None:
    with app.test_request_context("/"):
        new = make_organisation("Fusiestad").id
        town = organisation_by_id(stage.town_id)
    act_as(client, "vera")
    merge = f"/organisations/{town.id}/merge"
    assert "Uren in de klas" in client.get(merge).words
    assert "Uren in de klas" in client.get(f"/organisations/{town.id}/close").words
    data = {
        "successor": f"id:{new}",
        "on": "2026-11-20",
        "reason": "Gemeentefusie.",
        f"partnership_{stage.town.id}": Succession.INHERIT.value,
    }
    client.post(merge, data, form_at=merge)
    succession = f"{base}/{town.id}/succession"
    assert client.response is not None
    assert client.response.headers["Location"] == succession
    page = client.follow()
    assert "Fusiestad" in page.words
    assert "Stad Geel" in client.get("/organisations/undecided").words
    assert succession in client.get(base).links
    client.get(succession)
    names = next(form for form in client.page.forms if form["action"] == succession)["names"]  # type: ignore[union-attr]
    heir = next(name for name in names if name.startswith("heir_"))
    reason = heir.replace("heir", "reason")
    client.post(succession, {heir: str(new), reason: ""}, status=422)
    client.post(succession, {heir: "", reason: ""}, form_at=succession, status=422)
    client.post(succession, {heir: str(new), reason: "Rechtsopvolger."}, form_at=succession)
    assert "Rechtsopvolger." in client.follow().words
    assert "Uren in de klas" in client.get(f"{base}/{new}").words
    client.get(succession)
    act_as(client, "mia")  # she speaks for the successor now
    assert f"{base}/instalments/{stage.rows[0]}/explain" in client.get(f"{base}/{new}").links


def test_a_partner_that_leaves_leads_to_the_decision_and_it_may_end(
    client: StrictClient, stage: Stage, base: str
) -> None:
    act_as(client, "cas")
    leave = f"/alliances/{stage.slug}/partners/{stage.town.id}/leave"
    assert "Uren in de klas" in client.get(leave).words
    client.post(leave, {"on": "2026-11-20", "reason": "Stopt."}, form_at=leave)
    succession = f"{base}/{stage.town_id}/succession"
    client.follow()
    names = next(form for form in client.page.forms if form["action"] == succession)["names"]  # type: ignore[union-attr]
    heir = next(name for name in names if name.startswith("heir_"))
    client.post(succession, {heir: "ends", heir.replace("heir", "reason"): "Niemand kan dit."})
    assert "Niemand kan dit." in client.follow().words
    client.get(succession)


def test_an_account_over_all_alliances_is_linked_from_the_organisation(client: StrictClient, stage: Stage) -> None:
    act_as(client, "cas")
    address = f"/organisations/{stage.town_id}/account"
    assert address in client.get(f"/organisations/{stage.town_id}").links
    page = client.get(address)
    assert "Kempen Samen" in page.words
    client.get(f"{address}?year=99999999&page=7")


def test_a_statement_carries_out_once(client: StrictClient, stage: Stage, base: str, app: Flask) -> None:
    act_as(client, "bob")
    account = f"{base}/{stage.firm_id}/2026"
    page = client.get(account)
    names = next(form for form in page.forms if form["action"] == f"{account}/sign")["names"]
    data = {**names, "name": "Bob", "function": "zaakvoerder", "remark": ""}
    client.post(f"{account}/sign", data)
    client.get(account)
    client.post(f"{account}/sign", data)
    with app.test_request_context("/"), transaction() as session:
        from alliance_tracker.accountability.models import AccountabilityStatement

        assert session.query(AccountabilityStatement).count() == 1


def leave(client: StrictClient, stage: Stage, partner_id: int) -> None:
    """Somebody who may lets this partner leave, and comes to the decision."""
    address = f"/alliances/{stage.slug}/partners/{partner_id}/leave"
    client.post(address, {"on": "2026-11-20", "reason": "Stopt."}, form_at=address)
    client.follow()


def cells(words: str, after: str, before: str) -> str:
    """The words of a page between these two."""
    return words.split(after, 1)[1].split(before, 1)[0]


def test_the_account_over_all_alliances_tells_kinds_and_what_was_ever_late(
    client: StrictClient, stage: Stage, app: Flask
) -> None:
    with app.test_request_context("/"):
        deliver(stage.instalment(1), 6, author=stage.mayor)  # too late, but all of it
    act_as(client, "vera")
    page = client.get(f"/organisations/{stage.town_id}/account")
    assert "Ooit te laat" in page.words
    assert "10 uren" in cells(page.words, "2026, per soort", "2026, per alliantie")
    assert "1 was eerder te laat" in page.words


def test_the_columns_of_the_accounts_add_up_with_what_was_waived(
    client: StrictClient, stage: Stage, base: str, app: Flask
) -> None:
    with app.test_request_context("/"), transaction():
        waive(stage.instalment(2), reason="Besparing.", actor=actor_of(stage.coordinator))
    act_as(client, "cas")
    page = client.get(base)
    assert "Vrijgesteld" in page.words
    row = cells(page.words, "Bedrijf Een", "niet ondertekend").split()
    assert [n for n in row if n.isdigit()] == ["1", "0", "0", "0", "0", "1", "0"]


def test_a_coordinator_chooses_among_partners_and_is_told_that_vlaio_decides_for_itself(
    client: StrictClient, stage: Stage, base: str
) -> None:
    act_as(client, "cas")
    leave(client, stage, stage.town.id)
    succession = f"{base}/{stage.town_id}/succession"
    page = client.get(succession)
    assert "Dat beslist de projectmanager van VLAIO" in page.words
    names = next(form for form in page.forms if form["action"] == succession)["names"]
    heir = next(name for name in names if name.startswith("heir_"))
    with_vlaio = {heir: "1", heir.replace("heir", "reason"): "VLAIO doet het."}
    client.post(succession, with_vlaio, status=422)
    act_as(client, "vera")
    client.get(succession)
    client.post(succession, with_vlaio, form_at=succession)
    assert "VLAIO doet het." in client.follow().words


def test_what_was_passed_on_stands_in_the_account_of_who_delivered_it(
    client: StrictClient, stage: Stage, base: str
) -> None:
    act_as(client, "cas")
    leave(client, stage, stage.town.id)
    succession = f"{base}/{stage.town_id}/succession"
    names = next(form for form in client.page.forms if form["action"] == succession)["names"]  # type: ignore[union-attr]
    heir = next(name for name in names if name.startswith("heir_"))
    client.post(succession, {heir: str(stage.firm_id), heir.replace("heir", "reason"): "Neemt over."})
    page = client.follow()
    assert "overgedragen" in page.words
    assert "4 uren" in page.words
    assert "1 overgedragen" in client.get(base).words
    assert "eerder geleverd door anderen: 4 uren" in client.get(f"{base}/{stage.firm_id}").words
    assert "4 uren" in client.get(f"{base}/{stage.town_id}/2026").words
    assert "4 uren" in client.get(f"{base}/{stage.firm_id}/2026").words
    assert "1 overgedragen" in client.get(f"/organisations/{stage.town_id}/account").words
