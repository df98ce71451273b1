"""Communications against the four principles: logged in seconds, corrected with a trail, counted honestly."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.alliances import service as alliances
from alliance_tracker.communications import queries, service
from alliance_tracker.communications.models import Channel, Communication
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused
from alliance_tracker.frameworks.terms import principles
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_partner, make_user
from tests.strict_client import StrictClient

DAY = date(2026, 3, 2)
FORM = {
    "title": "Artikel in de streekkrant",
    "on": DAY.isoformat(),
    "channel": "press",
    "relevance": "yes",
    "connectivity": "no",
    "interdisciplinarity": "yes",
    "inclusion": "yes",
}


def draft(answers: str = "yyyy", **changes: object) -> service.Draft:
    """`answers` says y or n to each question, in their order."""
    given = dict(zip(principles(), (answer == "y" for answer in answers), strict=True))
    facts = {"title": "Artikel", "on": DAY, "channel": Channel.PRESS, **given, **changes}
    return service.Draft(**facts)  # type: ignore[arg-type]


def test_the_questions_are_those_of_the_table(context: Flask) -> None:
    columns = set(Communication.__table__.columns.keys())
    assert set(principles()) <= columns


def test_the_share_is_counted_per_year_without_what_was_withdrawn(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        for answers, day in (("yyyy", DAY), ("yyyn", DAY), ("nyyn", DAY), ("yyyy", DAY - timedelta(365))):
            service.log(alliance, draft(answers, on=day), actor=author)
        gone = service.log(alliance, draft("nnnn"), actor=author)
        service.withdraw(gone, reason="Dubbel.", actor=author)
    picture = queries.picture_of(alliance.id)
    assert [(year.year, year.meeting_all, year.total) for year in picture.years] == [(2026, 1, 3), (2025, 1, 1)]
    assert (picture.meeting_all, picture.total) == (2, 4)
    assert picture.missing == {"relevance": 1, "connectivity": 0, "interdisciplinarity": 0, "inclusion": 2}
    assert picture.most_often_missing == [principles()["inclusion"]]


def test_equal_principles_are_all_named_and_without_any_none_is(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    assert queries.picture_of(alliance.id).most_often_missing == []
    with transaction():
        service.log(alliance, draft("ynyn"), actor=author)
    found = queries.picture_of(alliance.id).most_often_missing
    assert found == [principles()["connectivity"], principles()["inclusion"]]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)//http://x.be",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://vlaanderen.be",
        "//vlaanderen.be",
        "vlaanderen.be",
        "https://",
        'https://vlaanderen.be/"onclick=x',
        "https://vlaanderen.be/ x",
    ],
)
def test_a_link_is_a_web_page_and_nothing_else(context: Flask, link: str) -> None:
    alliance = make_alliance()
    with pytest.raises(FieldRefused) as refusal:
        service.log(alliance, draft(link=link), actor=make_actor(Role.COORDINATOR, alliance_id=alliance.id))
    assert refusal.value.field == "link"


@pytest.mark.parametrize("link", ["", "https://www.vlaanderen.be/stem?x=1#y", "HTTP://stem.be"])
def test_a_web_page_or_none_is_kept(context: Flask, link: str) -> None:
    alliance = make_alliance()
    with transaction():
        row = service.log(alliance, draft(link=link), actor=make_actor(Role.COORDINATOR, alliance_id=alliance.id))
    assert row.link == link


@pytest.mark.parametrize(("field", "change"), [("title", {"title": ""}), ("on", {"on": date(2999, 1, 1)})])
def test_what_does_not_fit_is_said_at_its_field(context: Flask, field: str, change: dict[str, object]) -> None:
    alliance = make_alliance()
    with pytest.raises(FieldRefused) as refusal:
        service.log(alliance, draft(**change), actor=make_actor(Role.COORDINATOR, alliance_id=alliance.id))  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_partners_log_for_their_alliance_and_correct_what_is_theirs(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_actor(Role.PARTNER, organisation_id=make_partner(alliance).organisation_id)
    other = make_actor(Role.PARTNER, organisation_id=make_partner(alliance).organisation_id)
    with transaction():
        row = service.log(alliance, draft(), actor=partner)
    with transaction():
        service.correct(row, draft(title="Beter"), version=row.version, actor=partner)
    with pytest.raises(NotAllowed):
        service.correct(row, draft(), version=row.version, actor=other)
    with pytest.raises(NotAllowed):
        service.log(make_alliance(), draft(), actor=partner)
    with pytest.raises(EditConflict):
        service.correct(row, draft(), version=1, actor=partner)


def test_a_withdrawn_one_stays_and_changes_no_more(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        row = service.log(alliance, draft(), actor=author)
        service.withdraw(row, reason="Dubbel.", actor=author)
    total, entries = queries.window(alliance.id)
    assert (total, entries[0].is_withdrawn) == (1, True)
    for command in (
        lambda: service.correct(row, draft(), version=None, actor=author),
        lambda: service.withdraw(row, reason="Nog eens.", actor=author),
    ):
        with pytest.raises(Refused):
            command()
    with pytest.raises(IntegrityError), transaction():
        db().execute(sa.delete(Communication))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ck_communication_has_a_title", {"title": ""}),
        ("ck_communication_withdrawn_with_a_reason", {"withdrawn_reason": ""}),
    ],
)
def test_the_database_refuses_what_the_code_forgot(context: Flask, name: str, change: dict[str, object]) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        row = service.log(alliance, draft(), actor=author)
        service.withdraw(row, reason="Dubbel.", actor=author)
    with pytest.raises(IntegrityError, match=name), transaction():
        db().execute(sa.update(Communication).values(**change))


def test_nothing_is_logged_or_withdrawn_in_an_ended_alliance(context: Flask) -> None:
    alliance = make_alliance()
    author = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with transaction():
        row = service.log(alliance, draft(), actor=author)
        alliances.end(alliance, on=today(), reason="Klaar.", actor=SYSTEM)
    with pytest.raises(Refused):
        service.log(alliance, draft(), actor=author)
    with pytest.raises(Refused):
        service.withdraw(row, reason="Weg.", actor=author)


# On the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def base(app: Flask, client: StrictClient) -> str:
    with app.test_request_context("/"):
        alliance = make_alliance()
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        slug = alliance.slug
    client.sign_in("cas@example.org")
    return f"/alliances/{slug}/communications"


def test_an_empty_list_says_what_to_do(client: StrictClient, base: str) -> None:
    assert f"{base}/new" in client.get(base).links


def test_logging_takes_one_form_and_changes_the_picture(client: StrictClient, base: str) -> None:
    client.post(f"{base}/new", FORM, form_at=f"{base}/new")
    page = client.follow()
    assert "Artikel in de streekkrant" in page.words
    assert "progress-bar" in client.browser.get(base).text


def test_every_question_must_be_answered(client: StrictClient, base: str) -> None:
    unanswered = {name: value for name, value in FORM.items() if name != "connectivity"}
    page = client.post(f"{base}/new", unanswered, form_at=f"{base}/new", status=422)
    assert page.ids["connectivity-error"] == 1
    assert page.ids["relevance-error"] == 0


def test_two_corrections_at_once_show_both(client: StrictClient, base: str) -> None:
    client.post(f"{base}/new", FORM, form_at=f"{base}/new")
    address = f"{base}/1/correct"
    client.get(address)
    client.post(address, {**FORM, "inclusion": "no"})
    page = client.post(address, {**FORM, "version": "1", "title": "Anders"}, form_at=address, status=409)
    assert "Anders" in [form["names"].get("title") for form in page.forms]


def test_a_withdrawn_one_is_shown_as_such(client: StrictClient, base: str) -> None:
    client.post(f"{base}/new", FORM, form_at=f"{base}/new")
    client.post(f"{base}/1/withdraw", {"reason": "Stond er dubbel in."}, form_at=f"{base}/1/withdraw")
    assert "Stond er dubbel in." in client.follow().words
    assert "progress-bar" not in client.browser.get(base).text
