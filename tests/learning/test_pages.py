"""The signals on the screen: sending from anywhere, the list of the network, one signal, and what follows from it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogKind
from alliance_tracker.database import db, transaction
from alliance_tracker.learning import service
from alliance_tracker.learning.models import Signal, SignalSource
from alliance_tracker.pilots.models import Pilot, PilotStatus
from alliance_tracker.policy import Role
from tests.builders import actor_of, make_actor, make_alliance, make_signal, make_user
from tests.learning.making import make_field
from tests.strict_client import StrictClient

FORM = {"kind": "barrier", "title": "Busvervoer valt buiten elke subsidie", "text": "Een bus kost meer dan de dag."}


@pytest.fixture
def place(app: Flask, client: StrictClient) -> dict[str, Any]:
    """An alliance with a log entry and a pilot; its coordinator signed in."""
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen Samen")
        coordinator = make_user(Role.COORDINATOR, email="cas@example.org", name="Cas", alliance_id=alliance.id)
        other = make_alliance("Brugge Samen", region="REFREG05", municipalities=["Brugge"])
        make_user(Role.COORDINATOR, email="bea@example.org", name="Bea", alliance_id=other.id)
        make_user(Role.PROJECT_MANAGER, email="vlaio@example.org", name="Veerle")
        with transaction():
            draft = log.Draft(kind=LogKind.RISK, on=date(2026, 3, 2), text="De bus is te duur.")
            entry = log.log(alliance, draft, actor=actor_of(coordinator))
            pilots = [
                Pilot(
                    alliance_id=each.id,
                    name="Waterfilter",
                    status=PilotStatus.PLANNED,
                    description="",
                    starts_on=date(2026, 4, 1),
                )
                for each in (alliance, other)
            ]
            db().add_all(pilots)
        found = {
            "slug": alliance.slug,
            "other": other.slug,
            "entry": entry.id,
            "pilot": pilots[0].id,
            "their_pilot": pilots[1].id,
        }
    client.sign_in("cas@example.org")
    return found


def only_signal(app: Flask) -> Signal:
    with app.test_request_context("/"):
        return db().scalars(sa.select(Signal)).one()


@pytest.mark.parametrize(
    ("query", "source", "words"),
    [
        ("", SignalSource.ALLIANCE, "page of the alliance"),
        ("?log={entry}", SignalSource.LOG_ENTRY, "De bus is te duur."),
        ("?criterion=helix-complete", SignalSource.CRITERION, "criterion"),
        ("?pilot={pilot}", SignalSource.PILOT, "Waterfilter"),
    ],
)
def test_a_signal_is_sent_from_anywhere_in_one_form(
    app: Flask, client: StrictClient, place: dict[str, Any], query: str, source: SignalSource, words: str
) -> None:
    address = f"/alliances/{place['slug']}/signals/new" + query.format(**place)
    client.post(address, FORM, form_at=address)
    signal = only_signal(app)
    assert (signal.source, signal.title) == (source, FORM["title"])
    client.browser.get("/?lang=en")
    page = client.get(f"/signals/{signal.id}?lang=en")
    assert words in page.words
    assert "Cas" in page.words
    assert FORM["title"] in client.get(f"/alliances/{place['slug']}/signals").words


@pytest.mark.parametrize(
    "query", ["log=999", "log=x", "log=9999999999", "criterion=bestaat-niet", "pilot={their_pilot}", "pilot=-1"]
)
def test_a_signal_cannot_be_sent_from_what_is_not_of_this_alliance(
    client: StrictClient, place: dict[str, Any], query: str
) -> None:
    client.get(f"/alliances/{place['slug']}/signals/new?" + query.format(**place), status=404)


def test_the_kind_may_stand_in_the_address(client: StrictClient, place: dict[str, Any]) -> None:
    answer = client.browser.get(f"/alliances/{place['slug']}/signals/new?kind=practice")
    assert '<option value="practice" selected>' in answer.text
    answer = client.browser.get(f"/alliances/{place['slug']}/signals/new?kind=onzin")
    assert '<option value="barrier" selected>' in answer.text


def test_what_sounds_alike_is_shown_first_and_blocks_nothing(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    with app.test_request_context("/"):
        make_signal(make_alliance(), "Busvervoer zonder subsidie")
    address = f"/alliances/{place['slug']}/signals/new"
    page = client.post(address, FORM, form_at=address, status=422)
    assert "Busvervoer zonder subsidie" in page.words
    client.post(address, {**FORM, "is_another": "y"}, form_at=address)
    assert "Busvervoer" in client.browser.get("/signals/similar?title=busvervoer subsidie").text


def test_the_list_counts_regions_and_alliances_and_is_filtered_by_the_address(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    with app.test_request_context("/"):
        field = make_field(4)
        bus = make_signal(
            field.alliances[0], "Busvervoer", precondition_key="barriers", rule="Reglement leerlingenvervoer"
        )
        field.too(bus, 1)
        field.too(bus, 3)
        hours = make_signal(field.alliances[1], "Gastlessen als opleiding", days=0)
        field.answer(hours, "study")
        merged = make_signal(field.alliances[3], "Ook een bus")
        field.merge(merged, bus)
    page = client.get("/signals?lang=en")
    assert page.words.index("Busvervoer") < page.words.index("Gastlessen")
    assert "3 of 15 regions meet this" in page.words
    assert "Ook een bus" not in page.words
    for query, found in {
        "q=BUSVERVOER": ["Busvervoer"],
        "q=leerlingenvervoer": ["Busvervoer"],
        "q=opleiding gastlessen": ["Gastlessen als opleiding"],
        "q=niets hiervan": [],
        "kind=practice": [],
        "state=under-study": ["Gastlessen als opleiding"],
        "state=merged": ["Ook een bus"],
        "precondition=barriers": ["Busvervoer"],
        "late=now": [],
        "region=REFREG15": ["Busvervoer"],
        "region=REFREG05": ["Busvervoer", "Gastlessen als opleiding"],
        "region=REFREG09": [],
        "kind=onzin&state=onzin&late=onzin": ["Busvervoer", "Gastlessen als opleiding"],
    }.items():
        words = client.get(f"/signals?{query}").words
        titles = [t for t in ("Busvervoer", "Gastlessen als opleiding", "Ook een bus") if t in words]
        assert titles == found, query


def test_the_name_of_a_person_is_only_for_whoever_sees_the_alliance(
    app: Flask, client: StrictClient, place: dict[str, Any]
) -> None:
    address = f"/alliances/{place['slug']}/signals/new?log={place['entry']}"
    client.post(address, {**FORM, "text": "Wij botsen hierop."}, form_at=address)
    number = only_signal(app).id
    other = StrictClient(app)
    other.sign_in("bea@example.org")
    page = other.get(f"/signals/{number}")
    assert "Kempen Samen" in page.words
    assert "Cas" not in page.words
    assert "De bus is te duur." not in page.words
    assert f'href="/alliances/{place["slug"]}' not in other.browser.get(f"/signals/{number}").text
    other.post(
        f"/signals/{number}/support", {"words": "Aan zee ook.", "alliance_id": "2"}, form_at=f"/signals/{number}"
    )
    mine = client.get(f"/signals/{number}")
    assert "Aan zee ook." in mine.words
    assert "Bea" not in mine.words


def test_vlaio_answers_and_the_alliance_hears_of_it(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    address = f"/alliances/{place['slug']}/signals/new"
    client.post(address, {**FORM, "precondition": "barriers"}, form_at=address)
    number = only_signal(app).id
    manager = StrictClient(app)
    manager.sign_in("vlaio@example.org")
    assert "1 signal waits for an answer." in manager.get("/?lang=en").words
    assert "1 signal of alliances is about this" in manager.get("/programme?lang=en").words
    here = f"/signals/{number}"
    manager.post(f"{here}/answer", {"move": "adopt", "reason": ""}, form_at=here, status=422)
    manager.post(f"{here}/answer", {"move": "finish", "reason": "Nu al."}, form_at=here, status=422)
    manager.post(f"{here}/answer", {"move": "adopt", "reason": "De regel verandert."}, form_at=here)
    assert "De regel verandert." in client.get(here).words
    assert "VLAIO answered: Busvervoer" in client.get("/?lang=en").words
    assert "VLAIO answered: Busvervoer" in client.get(f"/alliances/{place['slug']}?lang=en").words
    assert "waits for an answer" not in manager.get("/?lang=en").words


def test_a_late_answer_is_the_project_managers_most_urgent_task(
    app: Flask, client: StrictClient, place: dict[str, Any], freeze: Any
) -> None:
    with app.test_request_context("/"):
        make_signal(make_alliance(), "Te laat", days=2)
    freeze(datetime(2027, 1, 20, 12, tzinfo=UTC))
    manager = StrictClient(app)
    manager.sign_in("vlaio@example.org")
    for address in ("/?lang=en", "/monitor?lang=en"):
        words = manager.get(address).words
        assert "Answer the signal “Te laat”" in words
        assert "no answer was given" in words
    assert "VLAIO is" in manager.get("/signals?lang=en&late=now").words
    client.sign_in("bea@example.org")  # everybody in the network sees that it is late
    assert "days late" in client.get("/signals?lang=en").words


def test_vlaio_merges_what_is_the_same(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    with app.test_request_context("/"):
        field = make_field(2)
        one = make_signal(field.alliances[0], "Geen lichte rechtsvorm voor de alliantie").id
        other = make_signal(field.alliances[1], "Wij vinden geen passende rechtsvorm").id
    client = StrictClient(app)
    client.sign_in("vlaio@example.org")
    page = client.get(f"/signals/{other}/merge")
    assert "Geen lichte rechtsvorm" in page.words
    address = f"/signals/{other}/merge"
    client.post(address, {"target": str(one), "reason": ""}, form_at=address, status=422)
    client.post(address, {"target": str(other), "reason": "Zelf."}, form_at=address, status=422)
    client.post(address, {"target": "999", "reason": "Die."}, form_at=address, status=422)
    client.post(address, {"target": str(one), "reason": "Dezelfde vraag."}, form_at=address)
    assert "Wij vinden geen passende rechtsvorm" in client.get(f"/signals/{one}").words
    gone = client.get(f"/signals/{other}?lang=en")
    assert "goes on with another one" in gone.words
    assert "Dezelfde vraag." in gone.words
    assert "Take it under study again" in client.get(f"/signals/{other}/merge?lang=en").words
    assert "Geen lichte" in client.get(f"/signals/{one}/merge?q=rechtsvorm").words


def test_the_author_sharpens_it_until_vlaio_answers(app: Flask, client: StrictClient, place: dict[str, Any]) -> None:
    address = f"/alliances/{place['slug']}/signals/new"
    client.post(address, FORM, form_at=address)
    number = only_signal(app).id
    edit = f"/signals/{number}/edit"
    client.post(
        edit, {"title": "Busvervoer naar techniek", "rule": "Reglement", "precondition": "barriers"}, form_at=edit
    )
    words = client.get(f"/signals/{number}").words
    assert "Busvervoer naar techniek" in words
    assert "Reglement" in words
    with app.test_request_context("/"):
        manager = make_actor(Role.PROJECT_MANAGER)
        with transaction():
            signal = db().get_one(Signal, number)
            service.answer(signal, "study", reason="Wij kijken.", address="/signals/%s", actor=manager)
    assert "/edit" not in client.browser.get(f"/signals/{number}").text
    client.post(edit, {"title": "Te laat"}, form_at=edit, status=422)


def test_every_place_offers_to_send_a_signal(client: StrictClient, place: dict[str, Any]) -> None:
    slug = place["slug"]
    for page, address in {
        f"/alliances/{slug}": f"/alliances/{slug}/signals/new",
        f"/alliances/{slug}/log": f"/alliances/{slug}/signals/new?log={place['entry']}&amp;kind=barrier",
        f"/alliances/{slug}/steps/criteria/helix-complete": f"/alliances/{slug}/signals/new?criterion=helix-complete",
        "/signals": f"/alliances/{slug}/signals/new",
    }.items():
        assert f'href="{address}"' in client.browser.get(page).text, page
