"""The rules of the API: who may ask, what is refused and how it says so, and that posting twice logs once."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts import tokens
from alliance_tracker.accounts.models import ApiToken
from alliance_tracker.activities.models import LogEntry
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today, transaction
from alliance_tracker.evidence import service as evidence
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.policy import Role
from tests.api.conftest import Program, token_of
from tests.builders import (
    actor_of,
    make_actor,
    make_alliance,
    make_communication,
    make_organisation,
    make_partner,
    make_user,
)
from tests.conftest import NOON
from tests.strict_client import StrictClient

API = "/api/v1"
LISTS = ("/regions", "/alliances")
OF_AN_ALLIANCE = (
    "",
    "/partners",
    "/steps",
    "/phases",
    "/goals",
    "/indicators",
    "/log",
    "/measurements",
    "/pilots",
    "/communications",
    "/convenants",
    "/commitments",
    "/deliveries",
    "/drawing-rights",
    "/drawdowns",
)
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
NOTE = {"kind": "note", "on": "2026-02-01", "text": "Overleg met de scholen."}


def entries(app: Flask) -> int:
    with app.app_context():
        return db().scalar(sa.select(sa.func.count()).select_from(LogEntry)) or 0


def addresses(network: dict[str, Any]) -> list[str]:
    """All that can be read."""
    of_one = [f"/alliances/{network['slug']}{part}" for part in OF_AN_ALLIANCE]
    return [API + path for path in (*LISTS, "/regions/REFREG03", *of_one)]


# Who asks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "credentials",
    ["", "Bearer", "Bearer ", "Bearer stem_nothing", "Basic YW46YW4=", "Bearer \xff\xfe", "Bearer stem_é", "Token x"],
)
def test_without_a_token_that_works_nothing_is_read(app: Flask, network: dict[str, Any], credentials: str) -> None:
    program = Program(app)
    for path in addresses(network):
        answer = program.browser.get(path, headers={"Authorization": credentials} if credentials else {})
        Program.checked(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_is_taken_whatever_the_case_of_its_scheme(app: Flask, network: dict[str, Any]) -> None:
    for scheme in ("bearer", "BEARER", "Bearer "):
        Program(app).get(f"{API}/regions", Authorization=f"{scheme} {network['token']}")


def test_the_cookie_of_a_session_opens_nothing(app: Flask, network: dict[str, Any], client: StrictClient) -> None:
    with app.test_request_context("/"):
        email = make_user(Role.PROJECT_MANAGER).email
    client.sign_in(email)
    for path in addresses(network):
        assert client.browser.get(path).status_code == 401
    path = f"{API}/alliances/{network['slug']}/log"
    assert client.browser.post(path, json=NOTE).status_code == 401
    assert entries(app) == 0


def test_beside_a_cookie_the_token_alone_counts(app: Flask, network: dict[str, Any], client: StrictClient) -> None:
    with app.test_request_context("/"):
        email = make_user(Role.PROJECT_MANAGER).email
    client.sign_in(email)
    answer = client.browser.get(
        f"{API}/alliances/{network['other']}", headers={"Authorization": f"Bearer {network['token']}"}
    )
    assert answer.status_code == 404


def test_an_expired_token_opens_nothing(
    app: Flask, network: dict[str, Any], freeze: Callable[[datetime], None]
) -> None:
    with app.test_request_context("/"):
        token = token_of(make_user(), days=1)
    program = Program(app, token)
    program.get(f"{API}/regions")
    freeze(datetime.now(UTC) + timedelta(days=1, seconds=1))
    program.get(f"{API}/regions", status=401)


def test_a_revoked_token_opens_nothing(app: Flask, network: dict[str, Any], program: Program) -> None:
    with app.test_request_context("/"), transaction():
        person = accounts.user_by_id(network["person"])
        for token in tokens.of(person):
            tokens.revoke(token, actor=actor_of(person))
    for path in addresses(network):
        program.get(path, status=401)


def test_the_token_of_a_closed_account_opens_nothing(app: Flask, network: dict[str, Any], program: Program) -> None:
    with app.test_request_context("/"), transaction():
        accounts.disable(accounts.user_by_id(network["person"]), actor=make_actor(Role.ADMINISTRATOR))
    program.get(f"{API}/regions", status=401)
    program.post(f"{API}/alliances/{network['slug']}/log", NOTE, status=401)


def test_a_role_that_ended_ends_for_the_token_at_once(app: Flask, network: dict[str, Any], program: Program) -> None:
    with app.test_request_context("/"), transaction():
        person = accounts.user_by_id(network["person"])
        make_user(Role.COORDINATOR, alliance_id=network["id"])
        accounts.end_role(person.current_grants[0], actor=make_actor(Role.PROJECT_MANAGER))
    program.get(f"{API}/alliances/{network['slug']}", status=404)


def test_only_the_hash_of_a_token_is_kept(app: Flask, network: dict[str, Any]) -> None:
    with app.app_context():
        kept = db().scalars(sa.select(ApiToken.token_hash)).all()
    assert len(kept) == 2
    assert not {network["token"], network["reading"]} & set(kept)


def test_a_token_for_reading_reads_and_does_not_post(app: Flask, network: dict[str, Any]) -> None:
    program = Program(app, network["reading"])
    for path in addresses(network):
        program.get(path)
    problem = program.post(f"{API}/alliances/{network['slug']}/log", NOTE, status=403)
    assert problem["title"] == "Not for your role"
    assert entries(app) == 0


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.ADMINISTRATOR])
def test_who_only_reads_cannot_post(
    app: Flask, network: dict[str, Any], program_of: Callable[..., Program], role: Role
) -> None:
    program = program_of(role)
    program.get(f"{API}/alliances/{network['slug']}/log")
    program.post(f"{API}/alliances/{network['slug']}/log", NOTE, status=403)


def test_a_representative_logs_for_the_alliances_of_its_organisation_only(
    app: Flask, network: dict[str, Any], program_of: Callable[..., Program]
) -> None:
    with app.test_request_context("/"):
        organisation = make_organisation()
        alliance = make_alliance("Derde")
        make_partner(alliance, organisation)
        slug, organisation_id = alliance.slug, organisation.id
    program = program_of(Role.PARTNER, organisation_id=organisation_id)
    program.post(f"{API}/alliances/{slug}/log", NOTE)
    program.post(f"{API}/alliances/{network['slug']}/log", NOTE, status=404)


def test_somebody_elses_alliance_answers_like_none(network: dict[str, Any], program: Program) -> None:
    for part in OF_AN_ALLIANCE:
        theirs = program.get(f"{API}/alliances/{network['other']}{part}", status=404)
        none = program.get(f"{API}/alliances/er-is-er-geen{part}", status=404)
        assert theirs == none
    theirs = program.post(f"{API}/alliances/{network['other']}/log", NOTE, status=404)
    assert theirs == program.post(f"{API}/alliances/er-is-er-geen/log", NOTE, status=404)


def test_the_list_holds_what_may_be_seen(
    network: dict[str, Any], program: Program, program_of: Callable[..., Program]
) -> None:
    assert [item["slug"] for item in program.get(f"{API}/alliances")["items"]] == [network["slug"]]
    assert program.get(f"{API}/alliances")["total"] == 1
    everything = program_of(Role.OBSERVER).get(f"{API}/alliances")
    assert [item["slug"] for item in everything["items"]] == [network["slug"], network["other"]]
    assert program_of().get(f"{API}/alliances") == {"items": [], "total": 0, "next": None}


def test_a_region_names_its_pioneer_to_those_who_may_know_it(
    app: Flask, network: dict[str, Any], program: Program, program_of: Callable[..., Program]
) -> None:
    with app.test_request_context("/"), transaction():
        alliance = db().get_one(Alliance, network["id"])
        alliances.give_mandate(
            alliance, task="Voorop.", since=today(), until=None, actor=make_actor(Role.PROJECT_MANAGER)
        )
    assert program.get(f"{API}/regions/REFREG03")["pioneer"] == network["slug"]
    assert program_of().get(f"{API}/regions/REFREG03")["pioneer"] is None


# What is answered --------------------------------------------------------------------------------------------------


def test_the_regions_with_their_municipalities(program: Program) -> None:
    answer = program.get(f"{API}/regions")
    assert set(answer) == {"items", "total", "next"}
    assert (len(answer["items"]), answer["total"], answer["next"]) == (15, 15, None)
    municipalities = [m for region in answer["items"] for m in region["municipalities"]]
    assert len(municipalities) == 285
    assert sum(m["is_centre_city"] for m in municipalities) == 13
    assert all(set(m) == {"nis_code", "name", "is_centre_city"} for m in municipalities)
    kempen = program.get(f"{API}/regions/REFREG03")
    assert {"code", "name", "province", "municipalities"} <= set(kempen)
    assert kempen in answer["items"]
    program.get(f"{API}/regions/NERGENS", status=404)
    program.get(f"{API}/regions/{'x' * 5000}", status=404)


def pages(program: Program, path: str) -> list[Any]:
    """Every item, page after page, as `next` leads."""
    found: list[Any] = []
    address: str | None = path
    while address:
        answer = program.get(address)
        found += answer["items"]
        address = answer["next"]
        assert len(found) <= answer["total"]
    assert len(found) == answer["total"]
    return found


@pytest.mark.parametrize("path", ["/regions", "/alliances/{slug}/partners", "/alliances/{slug}/steps"])
def test_next_leads_through_the_whole_list(network: dict[str, Any], program: Program, path: str) -> None:
    address = API + path.format(slug=network["slug"])
    assert pages(program, f"{address}?limit=2") == program.get(address)["items"]


def test_next_keeps_the_filter(app: Flask, program_of: Callable[..., Program]) -> None:
    with app.test_request_context("/"):
        for number in range(5):
            make_alliance(f"Nummer {number}", region="REFREG05" if number % 2 else "REFREG03", municipalities=["Geel"])
    program = program_of(Role.OBSERVER)
    found = pages(program, f"{API}/alliances?region=REFREG03&status=active&limit=1")
    assert [item["name"] for item in found] == ["Nummer 0", "Nummer 2", "Nummer 4"]
    assert [item["name"] for item in program.get(f"{API}/alliances?q=nummer%203")["items"]] == ["Nummer 3"]
    assert program.get(f"{API}/alliances?status=paused")["items"] == []
    assert program.get(f"{API}/alliances?phase=A&offset=4")["total"] == 5


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=", "limit"),
        ("limit=1.0", "limit"),
        ("limit=%201", "limit"),
        ("limit=1_0", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=99999999999999999999999", "limit"),
        ("limit=1&limit=2", "limit"),
        ("offset=-1", "offset"),
        ("offset=9999999999", "offset"),
        ("sort=name", "sort"),
        ("status=gone", "status"),
        ("phase=D", "phase"),
        ("region=12345678901", "region"),
    ],
)
def test_a_query_that_does_not_fit_is_refused_by_its_field(program: Program, query: str, field: str) -> None:
    problem = program.get(f"{API}/alliances?{query}", status=422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["errors"][0]["message"] in problem["detail"]


def test_an_unknown_field_is_refused_where_no_query_is_taken(network: dict[str, Any], program: Program) -> None:
    program.get(f"{API}/regions/REFREG03?x=1", status=422)
    program.get(f"{API}/alliances/{network['slug']}?x=1", status=422)
    program.post(f"{API}/alliances/{network['slug']}/log?x=1", NOTE, status=422)


def test_the_alliance_in_full(network: dict[str, Any], program: Program) -> None:
    found = program.get(f"{API}/alliances/{network['slug']}")
    assert (found["name"], found["region"], found["status"]) == ("Eerste", "REFREG03", "active")
    assert (found["partners"], found["missing_pillars"], found["founded_on"]) == (4, [], "2026-01-15")
    assert [m["name"] for m in found["municipalities"]] == ["Geel", "Mol"]


def test_partners_are_answered_without_contact_persons(app: Flask, network: dict[str, Any], program: Program) -> None:
    found = program.get(f"{API}/alliances/{network['slug']}/partners")["items"]
    assert {partner["id"] for partner in found} == set(network["partners"])
    assert not {name for partner in found for name in partner if name.startswith("contact")}
    assert {role for partner in found for role in partner["roles"]} == {"lead", "coordinator"}


def test_steps_and_phases(network: dict[str, Any], program: Program) -> None:
    steps = program.get(f"{API}/alliances/{network['slug']}/steps")["items"]
    assert [step["number"] for step in steps] == [1, 2, 3, 4, 5]
    assert sum(len(step["criteria"]) for step in steps) == 27
    assert [step["year"] is None for step in steps] == [True, True, True, True, False]
    phases = program.get(f"{API}/alliances/{network['slug']}/phases")["items"]
    assert [phase["letter"] for phase in phases] == ["A", "B", "C"]
    assert [phase["is_current"] for phase in phases] == [True, False, False]


def test_the_language_is_that_of_the_request(app: Flask, network: dict[str, Any]) -> None:
    path = f"{API}/alliances/{network['slug']}/steps"
    dutch = Program(app, network["token"], language="nl-BE,nl;q=0.9,en;q=0.5").get(path)
    english = Program(app, network["token"], language="en-GB").get(path)
    other = Program(app, network["token"], language="fr").get(path)
    assert dutch["items"][0]["name"] != english["items"][0]["name"]
    assert other == dutch
    for language, locale in (("nl", "nl_BE"), ("en", "en_GB")):
        with app.test_request_context("/"), force_locale(locale):
            title = str(Message("Page not found"))
        assert Program(app, language=language).get(f"{API}/nergens", status=404)["title"] == title


# Problems ----------------------------------------------------------------------------------------------------------


def test_each_unknown_path_is_a_problem_document(app: Flask, program: Program) -> None:
    for path in ("/api/", "/api/v1", "/api/v1/", "/api/v2/regions", f"{API}/regions/", f"{API}/alliances/x/y"):
        program.get(path, status=404)
        Program(app).get(path, status=404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_another_method_is_refused_and_the_right_ones_named(program: Program, method: str) -> None:
    answer = program.browser.open(f"{API}/regions", method=method, headers=program.headers)
    Program.checked(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_failure_is_a_problem_document_without_details(
    app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("alliance_tracker.api.views.region_phases", fail)
    monkeypatch.setattr(app, "testing", False)
    answer = program.browser.get(f"{API}/regions", headers=program.headers)
    assert "secret" not in answer.text
    Program.checked(answer, 500)


def test_the_description_needs_no_token(app: Flask) -> None:
    found = Program(app).get(f"{API}/openapi.json")
    assert found["openapi"].startswith("3.1")
    assert {path.removeprefix(API) for path in found["paths"]} == {
        "/regions",
        "/regions/{code}",
        "/alliances",
        "/catalogue",
        "/figures",
        "/signals",
        "/signals/{signal_id}",
        *(f"/alliances/{{slug}}{part}" for part in OF_AN_ALLIANCE),
        "/alliances/{slug}/accounts",
        "/alliances/{slug}/convenant-versions/{version_id}",
        "/alliances/{slug}/commitments/{instalment_id}/deliveries",
        "/alliances/{slug}/deliveries/{delivery_id}/answers",
        "/reports",
        "/alliances/{slug}/reports/{year}/versions",
        "/alliances/{slug}/reports/{year}/versions/{number}",
    }


# Logging -----------------------------------------------------------------------------------------------------------


def test_an_entry_that_is_posted_stands_in_the_log(app: Flask, network: dict[str, Any], program: Program) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    body = {**NOTE, "kind": "meeting", "present": network["partners"][:2], "text": "  Overleg.\r\nTweede regel.  "}
    given = program.post(path, body)
    assert given["text"] == "Overleg.\nTweede regel."
    assert len(given["present"]) == 2
    assert program.get(path) == {"items": [given], "total": 1, "next": None}


def test_an_entry_is_given_with_what_it_bears_on_and_its_files(
    app: Flask, network: dict[str, Any], program: Program
) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    given = program.post(path, {**NOTE, "criterion": "driver-named"})
    assert (given["criterion"], given["milestone"], given["evidence"]) == ("driver-named", None, [])
    assert program.post(path, {**NOTE, "milestone": "partners-decide"})["milestone"] == "partners-decide"
    with app.test_request_context("/"), transaction():
        person = accounts.actor_of(accounts.user_by_id(network["person"]))
        kept, taken_back = (
            evidence.attach(
                evidence.Upload(name, PDF),
                subject_type="log_entry",
                subject_key=str(given["id"]),
                alliance_id=network["id"],
                limits=evidence.Limits(10_000, 100_000),
                actor=person,
            )
            for name in ("verslag.pdf", "fout.pdf")
        )
        evidence.withdraw(taken_back, reason="verkeerd", actor=person)
        number = kept.id
    found = next(entry for entry in program.get(path)["items"] if entry["id"] == given["id"])
    file = {"id": number, "name": "verslag.pdf", "size": len(PDF), "url": f"/evidence/{number}"}
    assert found["evidence"] == [file]


def test_an_entry_bears_on_a_criterion_or_a_milestone_of_the_alliance(
    app: Flask, network: dict[str, Any], program: Program
) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    criterion = program.get(f"{API}/alliances/{network['slug']}/steps")["items"][0]["criteria"][0]["key"]
    program.post(path, {**NOTE, "criterion": criterion})
    with app.app_context():
        assert db().scalars(sa.select(LogEntry.criterion_key)).all() == [criterion]
    for wrong in ({"criterion": "bestaat-niet"}, {"milestone": criterion}):
        problem = program.post(path, {**NOTE, **wrong}, status=422)
        assert [error["field"] for error in problem["errors"]] == list(wrong)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on": None}, "on"),
        ({"on": "31/01/2026"}, "on"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": "1899-12-31"}, "on"),
        ({"on": 20260101}, "on"),
        ({"on": "2026-02-01T12:00:00"}, "on"),
        ({"kind": "gossip"}, "kind"),
        ({"kind": None}, "kind"),
        ({"text": ""}, "text"),
        ({"text": " \n\t "}, "text"),
        ({"text": 7}, "text"),
        ({"text": "nul \x00 byte"}, "text"),
        ({"text": "bell \x07"}, "text"),
        ({"text": "x" * 8001}, "text"),
        ({"present": "1"}, "present"),
        ({"present": ["1"]}, "present.0"),
        ({"present": [True]}, "present.0"),
        ({"present": [1.5]}, "present.0"),
        ({"present": [0]}, "present.0"),
        ({"present": [2**31]}, "present.0"),
        ({"present": [10**30]}, "present.0"),
        ({"present": [1] * 201}, "present"),
        ({"criterion": ""}, "criterion"),
        ({"criterion": "A b"}, "criterion"),
        ({"milestone": "x" * 61}, "milestone"),
        ({"author": "somebody else"}, "author"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_its_field(
    app: Flask, network: dict[str, Any], program: Program, change: dict[str, Any], field: str
) -> None:
    problem = program.post(f"{API}/alliances/{network['slug']}/log", {**NOTE, **change}, status=422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["errors"][0]["message"]
    assert entries(app) == 0


def test_all_faults_are_told_at_once(network: dict[str, Any], program: Program) -> None:
    problem = program.post(f"{API}/alliances/{network['slug']}/log", {"kind": "x", "extra": 1}, status=422)
    assert {error["field"] for error in problem["errors"]} == {"kind", "on", "text", "extra"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'kind': 'note'}",
        b'{"kind": "note",}',
        b"\xff\xfe",
        b'{"kind": "note", "on": "2026-02-01", "text": "een", "text": "twee"}',
        b'{"kind": "note", "on": "2026-02-01", "text": "een", "present": [NaN]}',
        b"[" * 100_000,
        b'{"present": [' + b"9" * 5000 + b"]}",
    ],
    ids=["empty", "open", "quotes", "comma", "no utf-8", "twice", "NaN", "deep", "endless number"],
)
def test_a_body_that_is_no_json_is_refused(app: Flask, network: dict[str, Any], program: Program, body: bytes) -> None:
    program.post(f"{API}/alliances/{network['slug']}/log", body, status=400)
    assert entries(app) == 0


@pytest.mark.parametrize("body", [b"null", b"[]", b'"note"', b"7"])
def test_json_that_is_no_object_is_refused(network: dict[str, Any], program: Program, body: bytes) -> None:
    program.post(f"{API}/alliances/{network['slug']}/log", body, status=422)


def test_a_lone_surrogate_is_refused(app: Flask, network: dict[str, Any], program: Program) -> None:
    body = json.dumps({**NOTE, "text": "half \ud83d"}).encode()
    program.post(f"{API}/alliances/{network['slug']}/log", body, status=422)
    assert entries(app) == 0


def test_a_whole_character_written_as_two_halves_is_kept(network: dict[str, Any], program: Program) -> None:
    body = json.dumps({**NOTE, "text": "boom 🌳"}).encode()
    assert program.post(f"{API}/alliances/{network['slug']}/log", body)["text"] == "boom 🌳"


def test_a_body_of_another_type_is_refused(network: dict[str, Any], program: Program) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = program.browser.post(
            path, data=json.dumps(NOTE), headers={**program.headers, "Content-Type": kind}, content_type=kind or None
        )
        Program.checked(answer, 415)


def test_a_body_that_is_too_large_is_refused(app: Flask, network: dict[str, Any], program: Program) -> None:
    body = json.dumps({**NOTE, "text": "x" * 300_000}).encode()
    problem = program.post(f"{API}/alliances/{network['slug']}/log", body, status=413)
    assert "256" in problem["detail"]
    assert entries(app) == 0


def test_the_longest_text_fits_also_when_all_of_it_is_escaped(network: dict[str, Any], program: Program) -> None:
    body = json.dumps({**NOTE, "text": "🌳" * 8000}).encode()
    assert len(program.post(f"{API}/alliances/{network['slug']}/log", body)["text"]) == 8000


def test_a_nul_in_the_address_leads_nowhere(network: dict[str, Any], program: Program) -> None:
    program.get(f"{API}/alliances/%00", status=404)
    program.get(f"{API}/alliances?q=%00", status=404)


def test_a_date_in_the_future_is_refused(
    app: Flask, network: dict[str, Any], program: Program, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    with app.test_request_context("/"):
        program = Program(app, token_of(accounts.user_by_id(network["person"])))
    path = f"{API}/alliances/{network['slug']}/log"
    problem = program.post(path, {**NOTE, "on": "2026-11-22"}, status=422)
    assert [error["field"] for error in problem["errors"]] == ["on"]
    program.post(path, {**NOTE, "on": "2026-11-21"})


def test_a_partner_of_another_alliance_was_not_present(app: Flask, network: dict[str, Any], program: Program) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    for present in (network["strangers"][:1], [2_147_483_647]):
        problem = program.post(path, {**NOTE, "present": present}, status=422)
        assert [error["field"] for error in problem["errors"]] == ["present"]
    assert entries(app) == 0


def test_an_alliance_that_ended_takes_no_entries(app: Flask, network: dict[str, Any], program: Program) -> None:
    with app.test_request_context("/"), transaction():
        alliances.end(
            db().get_one(Alliance, network["id"]), on=today(), reason="Klaar.", actor=make_actor(Role.PROJECT_MANAGER)
        )
    program.post(f"{API}/alliances/{network['slug']}/log", NOTE, status=422)
    program.get(f"{API}/alliances/{network['slug']}/log")


# Sent twice --------------------------------------------------------------------------------------------------------


def test_the_same_key_logs_once(app: Flask, network: dict[str, Any], program: Program) -> None:
    path, key = f"{API}/alliances/{network['slug']}/log", "k" * 64
    first = program.post(path, NOTE, Idempotency_Key=key)
    assert program.post(path, NOTE, Idempotency_Key=key) == first
    assert entries(app) == 1
    program.post(path, NOTE, Idempotency_Key="another")
    program.post(path, NOTE)
    program.post(path, NOTE)
    assert entries(app) == 4


def test_one_key_cannot_stand_for_two_things(app: Flask, network: dict[str, Any], program: Program) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    program.post(path, NOTE, Idempotency_Key="one")
    problem = program.post(path, {**NOTE, "text": "Iets anders."}, Idempotency_Key="one", status=422)
    assert [error["field"] for error in problem["errors"]] == ["Idempotency-Key"]
    assert entries(app) == 1


def test_a_key_that_was_refused_can_be_used_again(app: Flask, network: dict[str, Any], program: Program) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    program.post(path, {**NOTE, "on": "2999-01-01"}, Idempotency_Key="one", status=422)
    program.post(path, NOTE, Idempotency_Key="one")
    assert entries(app) == 1


def test_a_key_is_its_senders_own(app: Flask, network: dict[str, Any], program: Program) -> None:
    with app.test_request_context("/"):
        another = Program(app, token_of(make_user(Role.PROJECT_MANAGER)))
    path = f"{API}/alliances/{network['slug']}/log"
    first = program.post(path, NOTE, Idempotency_Key="one")
    assert another.post(path, NOTE, Idempotency_Key="one")["id"] != first["id"]


@pytest.mark.parametrize("key", ["k" * 65, "with space", "é", "a/b"])
def test_a_key_of_another_form_is_refused(app: Flask, network: dict[str, Any], program: Program, key: str) -> None:
    program.post(f"{API}/alliances/{network['slug']}/log", NOTE, Idempotency_Key=key, status=422)
    assert entries(app) == 0


def test_the_same_key_at_the_same_moment_logs_once(app: Flask, network: dict[str, Any]) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    start = threading.Barrier(6)
    answers: list[tuple[int, int]] = []

    def send() -> None:
        program = Program(app, network["token"])
        start.wait()
        answer = program.browser.post(path, json=NOTE, headers={**program.headers, "Idempotency-Key": "same"})
        answers.append((answer.status_code, answer.get_json()["id"]))

    senders = [threading.Thread(target=send) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert entries(app) == 1


def test_a_flood_is_stopped(app: Flask, network: dict[str, Any], program: Program) -> None:
    app.config["API_POSTS_PER_MINUTE"] = 3
    path = f"{API}/alliances/{network['slug']}/log"
    for _ in range(3):
        program.post(path, NOTE)
    answer = program.browser.post(path, json=NOTE, headers=program.headers)
    Program.checked(answer, 429)
    assert int(answer.headers["Retry-After"]) == 60
    assert entries(app) == 3


# Cost --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/regions", "/alliances", *(f"/alliances/{{slug}}{part}" for part in OF_AN_ALLIANCE)])
def test_an_answer_costs_the_same_statements_for_one_and_for_many(
    app: Flask, network: dict[str, Any], statements: list[str], program_of: Callable[..., Program], path: str
) -> None:
    program = program_of(Role.PROJECT_MANAGER)
    address = API + path.format(slug=network["slug"])
    log = f"{API}/alliances/{network['slug']}/log"
    program.post(log, {**NOTE, "kind": "meeting", "present": network["partners"]})

    def cost() -> int:
        program.get(address)
        statements.clear()
        program.get(address)
        return len(statements)

    before = cost()
    with app.test_request_context("/"):
        for number in range(12):
            alliance = make_alliance(municipalities=["Geel", "Mol"] if number % 2 else ["Balen"])
            make_partner(alliance, kind=OrganisationKind.STEM_ACADEMY)
        one = db().get_one(type(alliance), network["id"])
        present = [make_partner(one).id for _ in range(8)]
    for number in range(12):
        program.post(log, {**NOTE, "text": f"Nummer {number}", "present": present[: number % 8]})
    assert cost() <= before
    assert before <= 25


# People reached, pilots and communications ---------------------------------------------------------------------------


def test_people_reached_are_posted_and_told_to_each_as_it_may_know(
    app: Flask, network: dict[str, Any], program: Program, program_of: Callable[..., Program]
) -> None:
    path = f"{API}/alliances/{network['slug']}/log"
    given = program.post(path, {**NOTE, "kind": "event", "participants": 43})
    assert given["participants"] == 43
    for reader, told in ((program, 43), (program_of(Role.OBSERVER), 45)):
        seen = {entry["id"]: entry["participants"] for entry in reader.get(path)["items"]}
        assert seen[given["id"]] == told
    refused = program.post(path, {**NOTE, "participants": 43}, status=422)
    assert [error["field"] for error in refused["errors"]] == ["participants"]
    for wrong in (-1, 2.5, "43", 10**9):
        program.post(path, {**NOTE, "kind": "event", "participants": wrong}, status=422)


def test_a_communication_tells_its_answers(app: Flask, network: dict[str, Any], program: Program) -> None:
    with app.test_request_context("/"):
        alliance = db().scalars(sa.select(Alliance).where(Alliance.slug == network["slug"])).one()
        make_communication(alliance, answer=False)
    (given,) = program.get(f"{API}/alliances/{network['slug']}/communications")["items"]
    assert given["principles"] == dict.fromkeys(
        ["relevance", "connectivity", "interdisciplinarity", "inclusion"], False
    )
