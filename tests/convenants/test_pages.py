"""The pages of the convenant: a whole life by forms, and what each rule says on the screen."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.convenants import drafting, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import ConvenantVersion, Party, Signature, VersionStatus
from alliance_tracker.database import db, transaction
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import SYSTEM, Role
from tests.access_network import PDF
from tests.builders import (
    make_actor,
    make_alliance,
    make_convenant,
    make_draft_convenant,
    make_goal,
    make_organisation,
    make_partner,
    make_user,
    offer_and_sign,
    promise,
    reload_version,
)
from tests.conftest import NOON
from tests.strict_client import StrictClient

BEGIN = {"title": "Samen verder", "starts_on": "2026-01-01", "ends_on": "2027-06-30", "with_suggestions": "y"}


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


@pytest.fixture
def place(app: Flask) -> dict[str, Any]:
    """An alliance with two partners, of which one is at the core, and its people."""
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen Samen")
        core = make_partner(alliance, make_organisation("Stad Geel", OrganisationKind.LOCAL_AUTHORITY), is_core=True)
        other = make_partner(alliance, make_organisation("Bedrijf Een"))
        body = make_organisation("Departement Onderwijs", OrganisationKind.FLEMISH_BODY)
        goal = make_goal(alliance, "Meer meisjes", owner=core)
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        make_user(Role.PROJECT_MANAGER, email="vera@example.org", name="Vera Vlaio")
        make_user(Role.PARTNER, email="pia@example.org", organisation_id=core.organisation_id)
        make_user(Role.PARTNER, email="dirk@example.org", organisation_id=body.id)
        make_user(Role.OBSERVER, email="otto@example.org")
        make_user(Role.REPORTER, email="rani@example.org", region_code="REFREG03")
        return {
            "slug": alliance.slug,
            "base": f"/alliances/{alliance.slug}/convenant",
            "alliance": alliance.id,
            "vlaio": drafting.office().id,
            "core": core.organisation_id,
            "other": other.organisation_id,
            "body": body.id,
            "goal": goal.id,
        }


def _as(client: StrictClient, email: str) -> StrictClient:
    """Another person at the keyboard."""
    other = StrictClient(client.app)
    other.sign_in(email)
    return other


def _alliance(place: dict[str, Any]) -> Alliance:
    return db().get_one(Alliance, place["alliance"])


def _make(app: Flask, place: dict[str, Any], *, state: str = "draft", **more: Any) -> ConvenantVersion:
    """A convenant with the core partner; the other one may sign."""
    with app.test_request_context("/"):
        alliance = _alliance(place)
        partners = {row.organisation_id: row for row in _partners(alliance)}
        facts: dict[str, Any] = {"commitments": [promise(partners[place["core"]])]}
        facts |= {"parties": [partners[place["core"]]], "optional": [partners[place["other"]]]} | more
        version = make_draft_convenant(alliance, **facts)
        if state == "offered":
            with transaction():
                signing.offer(version, actor=make_actor(Role.PROJECT_MANAGER))
        if state == "in force":
            offer_and_sign(version)
        return reload_version(version)


def _partners(alliance: Alliance) -> Any:
    from alliance_tracker.alliances.partners import current_partners

    return current_partners(alliance.id)


def _status(app: Flask, version_id: int = 1) -> VersionStatus:
    with app.test_request_context("/"):
        return db().scalars(sa.select(ConvenantVersion.status).where(ConvenantVersion.id == version_id)).one()


def _party_form(place: dict[str, Any], *more: str) -> dict[str, str]:
    """The parties form as it is first drawn: VLAIO and the core partner."""
    found = {f"signatures_{place[name]}": "1" for name in ("vlaio", "core", "other")}
    for name in ("vlaio", "core", *more):
        found |= {f"takes_part_{place[name]}": "y", f"required_{place[name]}": "y"}
    return found


# From nothing to in force ------------------------------------------------------------------------------------------


def test_the_empty_page_says_what_a_convenant_is_for_and_how_to_begin(
    client: StrictClient, place: dict[str, Any]
) -> None:
    client = _as(client, "cas@example.org")
    page = client.get(place["base"])
    assert f"{place['base']}/new" in page.links
    client = _as(client, "otto@example.org")
    assert f"{place['base']}/new" not in client.get(place["base"]).links


def test_a_convenant_goes_from_nothing_to_in_force_by_its_pages(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    base = place["base"]
    client = _as(client, "cas@example.org")
    client.post(f"{base}/new", BEGIN, form_at=f"{base}/new")
    page = client.follow()
    bench = f"{base}/versions/1"
    assert "Waarover gaat het convenant?" not in page.words
    assert "Stad Geel" in page.words
    assert f"{bench}/offer" not in page.links
    texts = {
        "title": "Samen verder",
        "subject": "Techniek dichter bij jongeren.",
        "starts_on": "2026-01-01",
        "ends_on": "2027-06-30",
        "goals": str(place["goal"]),
        "minimum_cofinancing": "25,5",
        "decision_days": "20",
        "reporting_on": "31/03/2027\n2026-12-01\n",
        "evaluation_on": "2027-05-01",
        "asked_indicators": "reach-participants",
        "amendment": "Samen.",
    }
    client.post(f"{bench}/text", texts, form_at=f"{bench}/text")
    assert "Meer meisjes" in client.follow().words
    commitment = {
        "description": "Vijf begeleiders op woensdag.",
        "nature": "effort",
        "kind": "hours",
        "bearers": str(place["core"]),
        "quantity_2026": "120",
        "quantity_2027": "60",
        "goal_id": str(place["goal"]),
        "unit_value": "45,50",
    }
    client.post(f"{bench}/commitments/new", commitment, form_at=f"{bench}/commitments/new")
    page = client.follow()
    assert "V1" in page.words
    assert "120" in page.words
    client.post(
        f"{bench}/drawing-right", {"ceiling_2026": "10 000", "ceiling_2027": ""}, form_at=f"{bench}/drawing-right"
    )
    assert "10.000,00" in client.follow().words
    with app.test_request_context("/"):
        (version,) = db().scalars(sa.select(ConvenantVersion))
        assert (version.minimum_cofinancing, version.decision_days) == (Decimal("25.5"), 20)
        assert version.reporting_on == ["2026-12-01", "2027-03-31"]
        assert version.asked_indicators == ["reach-participants"]
        (wording,) = reload_version(version).wordings
        assert [(row.year, row.due_on) for row in wording.years] == [
            (2026, date(2026, 12, 31)),
            (2027, date(2027, 6, 30)),
        ]
        assert wording.unit.value == "hours"
    client.get(f"{bench}/offer", status=403)
    client = _as(client, "vera@example.org")
    client.post(f"{bench}/offer", {}, form_at=f"{bench}/offer")
    page = client.follow()
    signs = [link for link in page.links if "/sign/" in link]
    assert len(signs) == 1
    client.get(signs[0])
    assert client.page is not None
    assert client.page.forms[-1]["names"]["name"] == "Vera Vlaio"
    client.post(signs[0], {"name": "Vera Vlaio", "function": "projectleider"}, status=422)
    client.post(signs[0], {"name": "Vera Vlaio", "function": "projectleider", "is_sure": "y"})
    assert [link for link in client.follow().links if "/sign/" in link] == []
    client = _as(client, "cas@example.org")
    page = client.get(base)
    paper = next(link for link in page.links if "/paper/" in link)
    facts = {"name": "Bea", "function": "burgemeester", "on": "2026-11-21", "decision_on": "2026-11-02"}
    client.post(paper, facts, form_at=paper, status=422)
    client.post(paper, {**facts, "files": (BytesIO(PDF), "blad.pdf")}, form_at=paper)
    page = client.follow()
    assert "van kracht" in page.words
    assert any(link.startswith("/evidence/") for link in page.links)
    assert _status(app) is VersionStatus.IN_FORCE
    with app.test_request_context("/"):
        signature = db().scalars(sa.select(Signature).where(Signature.name == "Bea")).one()
        file = db().scalars(sa.select(Evidence)).one()
        assert (file.subject_type, file.subject_key) == ("convenant_signature", str(signature.id))


def test_a_scan_that_is_refused_leaves_no_signature(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    _make(app, place, state="offered")
    client = _as(client, "cas@example.org")
    paper = next(link for link in client.get(place["base"]).links if "/paper/" in link)
    facts = {"name": "Bea", "function": "burgemeester", "on": "2026-11-21"}
    client.post(paper, {**facts, "files": (BytesIO(b"x"), "blad.pdf")}, form_at=paper, status=422)
    with app.test_request_context("/"):
        assert db().scalars(sa.select(Signature)).all() == []


# The rules of a draft ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "titel"),
        ({"ends_on": "2025-12-31"}, "eindigen"),
        ({"starts_on": "1950-01-01"}, "2000"),
        ({"ends_on": "2090-01-01"}, "20"),
        ({"minimum_cofinancing": "101"}, "100"),
        ({"minimum_cofinancing": "33,3333"}, "decimalen"),
        ({"decision_days": "0"}, "365"),
        ({"decision_days": "1,5"}, "geheel"),
        ({"reporting_on": "in maart"}, "in maart"),
    ],
)
def test_a_text_that_does_not_hold_together_is_explained(
    app: Flask, client: StrictClient, place: dict[str, Any], change: dict[str, str], words: str
) -> None:
    _make(app, place)
    client = _as(client, "cas@example.org")
    address = f"{place['base']}/versions/1/text"
    texts = {"title": "Titel", "starts_on": "2026-01-01", "ends_on": "2028-12-31", "decision_days": "30"}
    page = client.post(address, texts | change, form_at=address, status=422)
    assert words in page.words


@pytest.mark.parametrize(
    "change",
    [
        {"description": ""},
        {"kind": ""},
        {"unit": "eur"},
        {"kind": "money", "unit_value": "3"},
        {"unit_value": "1,234"},
        {"unit_value": "0,001"},
        {"bearers": ""},
        {"share_CORE": "60"},
        {"share_CORE": "33,3333333333"},
        {"share_OTHER": "100"},
        {"quantity_2026": ""},
        {"quantity_2026": "0"},
        {"quantity_2026": "1,00001"},
        {"quantity_2026": "-4"},
        {"due_2026": "2031-01-01"},
        {"due_2026": "2025-12-31"},
        {"coordinator_id": "999"},
        {"goal_id": "999"},
    ],
)
def test_a_commitment_that_does_not_fit_is_explained_and_what_was_typed_stays(
    app: Flask, client: StrictClient, place: dict[str, Any], change: dict[str, str]
) -> None:
    _make(app, place, commitments=[])
    client = _as(client, "cas@example.org")
    address = f"{place['base']}/versions/1/commitments/new"
    facts = {
        "description": "Uren.",
        "nature": "effort",
        "kind": "hours",
        "bearers": str(place["core"]),
        "quantity_2026": "10",
        "due_2026": "2026-12-31",
    }
    named = {
        key.replace("CORE", str(place["core"])).replace("OTHER", str(place["other"])): value
        for key, value in change.items()
    }
    page = client.post(address, facts | named, form_at=address, status=422)
    names = next(form["names"] for form in page.forms if form["action"] == address)
    assert names["due_2026"] == named.get("due_2026", "2026-12-31")
    client.post(address, facts)


def test_shares_are_equal_unless_they_are_given(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    _make(app, place, commitments=[])
    client = _as(client, "cas@example.org")
    address = f"{place['base']}/versions/1/commitments/new"
    shares = {f"share_{place['core']}": "70", f"share_{place['other']}": "30"}
    client.get(address)
    facts = {"description": "Samen.", "nature": "result", "kind": "places", "quantity_2026": "9"}
    both = [("bearers", str(place["core"])), ("bearers", str(place["other"]))]
    assert client.page is not None
    hidden = next(f["names"] for f in client.page.forms if f["action"] == address)
    for typed, kept in (({}, [50, 50]), (shares, [70, 30])):
        from werkzeug.datastructures import MultiDict

        keys = {"csrf_token": hidden["csrf_token"], "submission_key": f"k{len(typed)}", "version": "0"}
        sent = MultiDict([*keys.items(), *facts.items(), *typed.items(), *both])
        assert client.browser.post(address, data=sent).status_code == 303
        with app.test_request_context("/"):
            wording = reload_version(db().get_one(ConvenantVersion, 1)).wordings[-1]
            assert [bearer.share for bearer in wording.bearers] == kept
            assert wording.unit.value == "places"
    page = client.get(f"{place['base']}/versions/1/commitments/2")
    names = next(f["names"] for f in page.forms if f["action"].endswith("/commitments/2"))
    assert names[f"share_{place['core']}"] == "70"


def test_a_commitment_is_changed_and_taken_out_and_two_who_edit_do_not_overwrite_each_other(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    version = _make(app, place)
    client = _as(client, "cas@example.org")
    address = f"{place['base']}/versions/1/commitments/{version.wordings[0].id}"
    page = client.get(address)
    drawn = next(f["names"] for f in page.forms if f["action"] == address)
    facts = {
        "description": drawn.get("description") or "Uren.",
        "nature": "effort",
        "kind": "hours",
        "bearers": str(place["core"]),
        "quantity_2026": "10",
        "quantity_2027": "11",
    }
    # Only a year changes, not the wording's own columns: an older form is refused all the same.
    client.post(address, facts)
    client.post(address, {**facts, "version": drawn["version"], "submission_key": "x"}, form_at=address, status=409)
    out = f"{address}/take-out"
    client.post(out, {}, form_at=out)
    assert "V1" not in client.follow().words.split("Geschiedenis")[0]


def test_two_who_change_the_parties_do_not_overwrite_each_other(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    _make(app, place, optional=[])
    client = _as(client, "cas@example.org")
    address = f"{place['base']}/versions/1/parties"
    page = client.get(address)
    drawn = next(f["names"]["version"] for f in page.forms if f["action"] == address)
    client.post(address, _party_form(place, "other"))
    client.post(address, {**_party_form(place), "version": drawn}, form_at=address, status=409)
    with app.test_request_context("/"):
        assert len(reload_version(db().get_one(ConvenantVersion, 1)).parties) == 3


def test_two_who_change_the_text_see_both(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    _make(app, place)
    client = _as(client, "cas@example.org")
    address = f"{place['base']}/versions/1/text"
    page = client.get(address)
    drawn = next(f["names"]["version"] for f in page.forms if f["action"] == address)
    texts = {"title": "Titel", "starts_on": "2026-01-01", "ends_on": "2028-12-31", "decision_days": "30"}
    client.post(address, {**texts, "subject": "Van de een.", "reporting_on": "31/03/2027"})
    typed = {**texts, "subject": "Van de ander.", "reporting_on": "30/06/2027", "version": drawn}
    page = client.post(address, typed, form_at=address, status=409)
    assert "Van de een." in page.words
    assert "2027-03-31" in page.words


def test_parties_are_chosen_with_who_signs_and_a_flemish_body_is_added(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    _make(app, place, optional=[])
    client = _as(client, "cas@example.org")
    address = f"{place['base']}/versions/1/parties"
    core = place["core"]
    details = {f"signatures_{core}": "2", f"signs_as_{core}": "burgemeester", f"decided_by_{core}": "gemeenteraad"}
    client.post(address, {**_party_form(place), **details, "organisation": "Departement Onderwijs"}, form_at=address)
    page = client.follow()
    assert "Departement Onderwijs" in page.words
    assert "gemeenteraad" in page.words
    with app.test_request_context("/"):
        parties = {p.organisation_id: p for p in reload_version(db().get_one(ConvenantVersion, 1)).parties}
        assert parties[place["body"]].side.value == "government"
        assert (parties[core].signatures_needed, parties[core].is_required) == (2, True)
    # Who bears a commitment stays; nobody leaves VLAIO out; at most nine sign.
    leaves = {key: value for key, value in _party_form(place).items() if key != f"takes_part_{core}"}
    client.post(address, leaves, form_at=address, status=422)
    client.post(address, {**_party_form(place), f"signatures_{core}": "12"}, form_at=address, status=422)
    without = {key: value for key, value in _party_form(place).items() if not key.endswith(f"_{place['vlaio']}")}
    counts = {f"signatures_{place['vlaio']}": "1", f"signatures_{place['body']}": "1"}
    client.post(address, {**without, **counts}, form_at=address)
    with app.test_request_context("/"):
        assert any(p.is_vlaio for p in reload_version(db().get_one(ConvenantVersion, 1)).parties)


def test_a_draft_that_no_longer_fits_its_term_cannot_be_offered(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    _make(app, place)
    client = _as(client, "vera@example.org")
    address = f"{place['base']}/versions/1/text"
    texts = {"title": "Titel", "subject": "Kort.", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    client.post(address, {**texts, "decision_days": "30"}, form_at=address)
    page = client.follow()
    assert "V1" in page.words
    assert f"{place['base']}/versions/1/offer" not in page.links
    offer = f"{place['base']}/versions/1/offer"
    client.post(offer, {}, form_at=offer, status=422)
    assert _status(app) is VersionStatus.DRAFT


def test_a_draft_that_is_empty_says_what_is_missing(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    _make(app, place, subject="", parties=[], optional=[], commitments=[])
    client = _as(client, "vera@example.org")
    offer = f"{place['base']}/versions/1/offer"
    page = client.post(offer, {}, form_at=offer, status=422)
    assert "partner" in page.words
    client = _as(client, "cas@example.org")
    assert offer not in client.get(f"{place['base']}/versions/1/edit").links


def test_the_coordinator_says_that_a_draft_is_ready_and_a_change_takes_it_back(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    _make(app, place)
    bench = f"{place['base']}/versions/1"
    client = _as(client, "cas@example.org")
    page = client.get(f"{bench}/edit")
    assert "Zeggen dat het klaar is" in page.words
    client.post(f"{bench}/ready", form_at=f"{bench}/edit")
    page = client.follow()
    assert "VLAIO ziet nu dat dit ontwerp klaar is" in page.words
    assert "zei op 21 november 2026 dat het klaar is" in page.words
    assert all(form["action"] != f"{bench}/ready" for form in page.forms)
    assert "Het is klaar sinds 21 november 2026" in _as(client, "otto@example.org").get(place["base"]).words
    vera = _as(client, "vera@example.org")
    assert f"{bench}/offer" in vera.get("/").links
    assert "klaar is om voorgelegd te worden" in vera.get(place["base"]).words  # its history
    client.post(f"{bench}/drawing-right", {"ceiling_2026": "100"}, form_at=f"{bench}/drawing-right")
    assert "dat het klaar is. Wie" not in client.get(f"{bench}/edit").words
    assert f"{bench}/offer" not in vera.get("/").links


def test_what_was_offered_cannot_be_edited_on_the_screen(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    _make(app, place, state="offered")
    client = _as(client, "cas@example.org")
    for part in ("edit", "text", "parties", "drawing-right", "commitments/new"):
        client.get(f"{place['base']}/versions/1/{part}", status=409)


# Signing and withdrawing -------------------------------------------------------------------------------------------


def test_a_signature_given_here_is_taken_back_by_its_own_party_and_nobody_else(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    _make(app, place, state="offered")
    pia = _as(client, "pia@example.org")
    sign = next(link for link in pia.get(place["base"]).links if "/sign/" in link)
    pia.post(sign, {"name": "Pia", "function": "directeur", "is_sure": "y"}, form_at=sign)
    pia.get(sign, status=409)
    strike = next(link for link in pia.get(place["base"]).links if link.endswith("/strike"))
    for email in ("cas@example.org", "vera@example.org"):
        other = _as(client, email)
        assert all("/strike" not in link for link in other.get(place["base"]).links)
        assert "neemt terug wat die hier tekende" in other.get(place["base"]).words
        other.get(strike, status=403)
        other.post(strike, {"reason": "Dat zien we liever niet."}, status=403)
    pia.post(strike, {"reason": ""}, form_at=strike, status=422)
    pia.post(strike, {"reason": "Verkeerde naam."}, form_at=strike)
    assert "Verkeerde naam." in pia.follow().words
    assert sign in pia.get(place["base"]).links


def test_a_signature_that_was_recorded_wrongly_is_struck_out_by_who_records_them(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    scan = _scanned(app, client, place)
    pia = _as(client, "pia@example.org")
    assert all("/strike" not in link for link in pia.get(place["base"]).links)
    client = _as(client, "cas@example.org")
    strike = next(link for link in client.get(place["base"]).links if link.endswith("/strike"))
    pia.post(strike, {"reason": "Toch niet."}, status=403)
    client.post(strike, {"reason": "Verkeerd blad."}, form_at=strike)
    assert "Verkeerd blad." in client.follow().words
    client.post(f"{scan}/withdraw", {"reason": "Verkeerd blad."}, form_at=f"{scan}/withdraw")


def _scanned(app: Flask, client: StrictClient, place: dict[str, Any]) -> str:
    """An offer that the core partner signed on paper; the address of the scan."""
    _make(app, place, state="offered")
    client = _as(client, "cas@example.org")
    with app.test_request_context("/"):
        number = db().scalar(sa.select(Party.id).where(Party.organisation_id == place["core"]))
    paper = f"{place['base']}/versions/1/paper/{number}"
    facts = {"name": "Bea", "function": "burgemeester", "on": "2026-11-21", "files": (BytesIO(PDF), "blad.pdf")}
    client.post(paper, facts, form_at=paper)
    return next(link for link in client.follow().links if link.startswith("/evidence/"))


def test_the_scan_of_a_signature_that_counts_stays(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    withdraw = f"{_scanned(app, client, place)}/withdraw"
    client = _as(client, "cas@example.org")
    assert "Schrap dan de handtekening" in client.get(withdraw).words
    client.post(withdraw, {"reason": "Weg ermee."}, status=422)
    vera = _as(client, "vera@example.org")
    sign = next(link for link in vera.get(place["base"]).links if "/sign/" in link)
    vera.post(sign, {"name": "Vera", "function": "projectmanager", "is_sure": "y"}, form_at=sign)
    assert _status(app) is VersionStatus.IN_FORCE
    page = client.post(withdraw, {"reason": "Weg ermee."}, form_at=withdraw, status=422)
    assert "hij blijft staan" in page.words
    with app.test_request_context("/"):
        assert db().scalars(sa.select(Evidence.withdrawn_at)).all() == [None]


def test_the_scan_under_an_offer_that_was_withdrawn_can_go(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    withdraw = f"{_scanned(app, client, place)}/withdraw"
    vera = _as(client, "vera@example.org")
    offer = f"{place['base']}/versions/1/withdraw"
    vera.post(offer, {"reason": "Een fout in de tekst."}, form_at=offer)
    vera.post(withdraw, {"reason": "Telt niet meer."}, form_at=withdraw)


def test_nobody_signs_for_another(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    version = _make(app, place, state="offered")
    vlaio = next(party.id for party in version.parties if party.is_vlaio)
    core = next(party.id for party in version.parties if party.organisation_id == place["core"])
    sign = f"{place['base']}/versions/1/sign"
    for email, party in (("pia@example.org", vlaio), ("vera@example.org", core), ("cas@example.org", core)):
        client = _as(client, email)
        client.get(f"{sign}/{party}", status=403)
    client.get(f"{sign}/999", status=404)


def test_an_offer_is_withdrawn_written_anew_and_given_up(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    base = place["base"]
    _make(app, place, state="offered")
    client = _as(client, "vera@example.org")
    client.post(f"{base}/versions/1/withdraw", {"reason": ""}, form_at=f"{base}/versions/1/withdraw", status=422)
    client.post(f"{base}/versions/1/withdraw", {"reason": "Een fout."})
    page = client.follow()
    assert {f"{base}/1/again", f"{base}/1/give-up"} <= set(page.links)
    client.post(f"{base}/1/again", {}, form_at=f"{base}/1/again")
    client.follow()
    client.post(f"{base}/1/give-up", {"reason": "Weg."}, form_at=f"{base}/1/give-up", status=422)
    client = _as(client, "cas@example.org")
    client.post(f"{base}/versions/2/withdraw", {"reason": "Toch niet."}, form_at=f"{base}/versions/2/withdraw")
    client = _as(client, "vera@example.org")
    client.post(f"{base}/1/give-up", {"reason": "Geen draagvlak."}, form_at=f"{base}/1/give-up")
    page = client.follow()
    assert "Geen draagvlak." in page.words
    assert f"{base}/new" in page.links


# Once in force -----------------------------------------------------------------------------------------------------


def test_an_addendum_is_written_beside_what_is_in_force(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    base = place["base"]
    _make(app, place, state="in force")
    client = _as(client, "cas@example.org")
    assert f"{base}/1/addendum" in client.get(base).links
    client.post(f"{base}/1/addendum", {}, form_at=f"{base}/1/addendum")
    page = client.follow()
    assert f"{base}/versions/2/text" in page.links
    assert "Zeg wat er verandert, en waarom." in page.words
    page = client.get(base)
    assert f"{base}/1/addendum" not in page.links
    client.post(f"{base}/1/addendum", {}, form_at=f"{base}/1/addendum", status=422)
    client.get(f"{base}/1/terminate", status=403)


def test_a_partner_and_a_flemish_body_join_by_rider(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    base = place["base"]
    _make(app, place, state="in force", optional=[])
    client = _as(client, "vera@example.org")
    one, vlaio = {"signatures": "1"}, {"organisation": "Agentschap Innoveren en Ondernemen (VLAIO)"}
    client.post(f"{base}/1/rider", one, form_at=f"{base}/1/rider", status=422)
    both = {**one, "partner": str(place["other"]), "organisation": "Departement Onderwijs"}
    client.post(f"{base}/1/rider", both, form_at=f"{base}/1/rider", status=422)
    client.post(f"{base}/1/rider", {**one, **vlaio}, form_at=f"{base}/1/rider", status=422)
    client.post(f"{base}/1/rider", {**one, "partner": str(place["other"])}, form_at=f"{base}/1/rider")
    page = client.follow()
    assert f"{base}/versions/2/drawing-right" not in page.links
    text = f"{base}/versions/2/text"
    client.post(text, {"title": "Toetreding", "subject": "Erbij.", "change_note": "Sluit aan."}, form_at=text)
    parties = f"{base}/versions/2/parties"
    client.post(parties, {f"signatures_{place['other']}": "2"}, form_at=parties)
    client.post(
        f"{base}/versions/2/drawing-right",
        {"ceiling_2026": "5"},
        form_at=f"{base}/versions/2/drawing-right",
        status=422,
    )
    offer = f"{base}/versions/2/offer"
    client.post(offer, {}, form_at=offer)
    client.post(f"{base}/1/rider", {**one, "organisation": "Departement Onderwijs"}, form_at=f"{base}/1/rider")
    page = client.follow()
    assert "Departement Onderwijs" in page.words
    assert "Toetreding" in client.get(base).words


def test_a_convenant_is_terminated_with_a_day_and_a_reason(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    base = place["base"]
    _make(app, place, state="in force")
    client = _as(client, "vera@example.org")
    address = f"{base}/1/terminate"
    client.post(address, {"on": "2026-11-20", "reason": "Weg."}, form_at=address, status=422)
    client.post(address, {"on": "2026-12-01", "reason": "Weg."}, form_at=address, status=422)
    client.post(address, {"on": "2026-11-21", "reason": ""}, form_at=address, status=422)
    client.post(address, {"on": "2026-11-21", "reason": "De partners gaan uit elkaar."}, form_at=address)
    page = client.follow()
    assert "De partners gaan uit elkaar." in page.words
    assert address not in page.links
    client.post(address, {"on": "2026-11-21", "reason": "Nog eens."}, form_at=address, status=422)


def test_a_form_that_is_sent_twice_is_carried_out_once(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    client = _as(client, "cas@example.org")
    address = f"{place['base']}/new"
    client.get(address)
    for _ in range(2):
        client.post(address, {**BEGIN, "submission_key": "een"})
    with app.test_request_context("/"):
        assert len(db().scalars(sa.select(ConvenantVersion)).all()) == 1


# Who reads it ------------------------------------------------------------------------------------------------------


def test_readers_see_how_it_stands_and_get_no_buttons(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    _make(app, place, state="in force")
    for email in ("otto@example.org", "rani@example.org"):
        client = _as(client, email)
        page = client.get(place["base"])
        assert "Stad Geel" in page.words
        reading = {f"{place['base']}/agreements", f"{place['base']}/versions/1"}
        below = {link for link in page.links if link.startswith(f"{place['base']}/")}
        assert below <= reading, below


def test_the_representative_of_a_flemish_body_that_is_a_party_finds_it_and_signs(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    client = _as(client, "dirk@example.org")
    client.get(place["base"], status=404)
    with app.test_request_context("/"):
        from alliance_tracker.organisations.models import Organisation

        body = db().get_one(Organisation, place["body"])
    _make(app, place, state="offered", bodies=[body])
    client = _as(client, "dirk@example.org")
    sign = next(link for link in client.get(place["base"]).links if "/sign/" in link)
    client.post(sign, {"name": "Dirk", "function": "afdelingshoofd", "is_sure": "y"}, form_at=sign)
    assert "Dirk" in client.follow().words


def test_a_party_that_need_not_sign_is_told_until_when_it_can_and_finds_the_button(
    app: Flask, client: StrictClient, place: dict[str, Any], freeze: Callable[[datetime], None]
) -> None:
    version = _make(app, place, state="in force")
    with app.test_request_context("/"):
        make_user(Role.PARTNER, email="olga@example.org", organisation_id=place["other"])
    document = f"{place['base']}/versions/{version.id}"
    said = "Has not signed; can still sign until 31 December 2028."
    reader, own, olga = (_as(client, f"{name}@example.org") for name in ("otto", "pia", "olga"))
    for address in (place["base"], document):
        assert said in reader.get(f"{address}?lang=en").words
        for other in (reader, own):
            assert not [link for link in other.get(address).links if "/sign/" in link]
        assert [link for link in olga.get(address).links if "/sign/" in link]
    sign = next(link for link in olga.get(document).links if "/sign/" in link)
    olga.post(sign, {"name": "Olga", "function": "voorzitter", "is_sure": "y"}, form_at=sign)
    assert said not in reader.get(f"{document}?lang=en").words
    assert not [link for link in olga.get(document).links if "/sign/" in link]


def test_after_its_term_nobody_is_told_that_it_can_still_be_signed(
    app: Flask, client: StrictClient, place: dict[str, Any], freeze: Callable[[datetime], None]
) -> None:
    version = _make(app, place, state="in force")
    with app.test_request_context("/"):
        make_user(Role.PARTNER, email="olga@example.org", organisation_id=place["other"])
    freeze(datetime.combine(version.ends_on + timedelta(days=1), NOON.timetz()))
    page = _as(client, "olga@example.org").get(f"{place['base']}/versions/{version.id}?lang=en")
    assert not [link for link in page.links if "/sign/" in link]
    assert "can still sign" not in page.words


def test_a_form_for_a_council_asks_the_day_of_its_decision(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    core = place["core"]
    version = _make(app, place, optional=[])
    with app.test_request_context("/"), transaction():
        wanted = [drafting.PartyDraft(place["vlaio"]), drafting.PartyDraft(core, decided_by="gemeenteraad")]
        convenants.set_parties(reload_version(version), wanted, actor=SYSTEM)
        signing.offer(reload_version(version), actor=make_actor(Role.PROJECT_MANAGER))
    pia = _as(client, "pia@example.org")
    sign = next(link for link in pia.get(f"{place['base']}/versions/{version.id}").links if "/sign/" in link)
    facts = {"name": "Pia", "function": "directeur", "is_sure": "y"}
    page = pia.post(sign, facts, form_at=sign, status=422)
    assert "gemeenteraad" in page.words
    pia.post(sign, facts | {"decision_on": "1999-01-01"}, form_at=sign, status=422)
    pia.post(sign, facts | {"decision_on": "2026-11-02"}, form_at=sign)


def test_the_history_tells_it_in_words(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    _make(app, place, state="in force", goals=frozenset({place["goal"]}), ceilings={2026: Decimal(1000)})
    client = _as(client, "vera@example.org")
    words = client.get(place["base"]).words + client.get(f"{place['base']}?page=2").words
    assert "V1" in words
    assert "ondertekend" in words or "ondertekende" in words
    assert "Meer meisjes" in words
    for bare in ("0000", "_", "None", "organisation", "in-force"):
        assert bare not in words.split("Geschiedenis", 1)[1], bare


# The end of the alliance -------------------------------------------------------------------------------------------


def test_an_alliance_cannot_end_while_its_convenant_is_in_force(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    version = _make(app, place, state="in force")
    client = _as(client, "vera@example.org")
    end = f"/alliances/{place['slug']}/end"
    assert version.title in client.get(end).words
    client.post(end, {"on": "2026-11-21", "reason": "Klaar."}, form_at=end, status=422)
    terminate = f"{place['base']}/1/terminate"
    client.post(terminate, {"on": "2026-11-21", "reason": "Klaar."}, form_at=terminate)
    client.post(end, {"on": "2026-11-21", "reason": "Klaar."}, form_at=end)
    page = client.get(place["base"])
    assert f"{place['base']}/new" not in page.links


def test_a_convenant_that_is_only_written_does_not_keep_an_alliance_from_ending(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    _make(app, place)
    client = _as(client, "vera@example.org")
    end = f"/alliances/{place['slug']}/end"
    client.post(end, {"on": "2026-11-21", "reason": "Klaar."}, form_at=end)
    client.get(f"{place['base']}/versions/1/edit")
    address = f"{place['base']}/versions/1/drawing-right"
    client.post(address, {"ceiling_2026": "5"}, form_at=address, status=422)


def test_a_former_convenant_stays_readable_beside_a_new_one(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    with app.test_request_context("/"):
        make_convenant(
            _alliance(place),
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 11, 21),
            title="Het oude",
            parties=_partners(_alliance(place))[:1],
        )
    client = _as(client, "cas@example.org")
    assert "Het oude" in client.get(place["base"]).words
