"""Inviting people, their roles, their rights, and erasing them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker import outbox
from alliance_tracker.accounts import service
from alliance_tracker.accounts.models import RoleGrant, User
from alliance_tracker.database import db, now, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.outbox import OutgoingMail
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import actor_of, make_actor, make_alliance, make_user
from tests.conftest import NOON
from tests.strict_client import StrictClient


def link_in_mail(app: Flask) -> str:
    with app.test_request_context("/"):
        body = db().scalars(sa.select(OutgoingMail.body).order_by(OutgoingMail.id.desc())).first()
    found = re.search(r"http://localhost(/welcome/\S+)", body or "")
    assert found, body
    return found.group(1)


def administrator(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(Role.ADMINISTRATOR, email="admin@example.org")
    client.sign_in("admin@example.org")


def test_an_invited_person_chooses_a_password_once_and_signs_in(app: Flask, client: StrictClient) -> None:
    administrator(app, client)
    client.post(
        "/admin/people/new",
        {"email": "nieuw@example.org", "name": "Nieuw", "language": "nl"},
        form_at="/admin/people/new",
    )
    link = link_in_mail(app)
    newcomer = StrictClient(app)
    newcomer.post(link, {"password": "een lange zin als wachtwoord"}, form_at=link)
    newcomer.sign_in("nieuw@example.org", "een lange zin als wachtwoord")
    newcomer.get(link, status=410)


def test_an_invitation_expires(app: Flask, client: StrictClient, freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)
    administrator(app, client)
    client.post(
        "/admin/people/new",
        {"email": "nieuw@example.org", "name": "Nieuw", "language": "nl"},
        form_at="/admin/people/new",
    )
    freeze(NOON + timedelta(days=15))
    StrictClient(app).get(link_in_mail(app), status=410)


def test_a_weak_password_is_refused_beside_the_field(app: Flask, client: StrictClient) -> None:
    administrator(app, client)
    client.post(
        "/admin/people/new",
        {"email": "nieuw@example.org", "name": "Nieuw", "language": "nl"},
        form_at="/admin/people/new",
    )
    link = link_in_mail(app)
    page = StrictClient(app).post(link, {"password": "kort"}, form_at=link, status=422)
    assert "minstens 12 tekens" in page.words


def test_a_reset_link_ends_the_open_sessions(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(email="an@example.org")
    client.sign_in("an@example.org")
    other = StrictClient(app)
    other.post("/password/forgotten", {"email": "an@example.org"}, form_at="/password/forgotten")
    link = link_in_mail(app)
    other.post(link, {"password": "een heel ander wachtwoord"}, form_at=link)
    client.get("/account", status=303)


def test_asking_a_reset_for_an_unknown_address_answers_the_same_and_sends_nothing(
    app: Flask, client: StrictClient
) -> None:
    client.post("/password/forgotten", {"email": "niemand@example.org"}, form_at="/password/forgotten")
    assert "link onderweg" in client.follow().words
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 0


def test_a_mail_leaves_only_when_its_transaction_commits_and_is_emptied_once_sent(context: Flask) -> None:
    user = make_user()
    with pytest.raises(RuntimeError), transaction():
        outbox.post(user.id, user.email, "weg", "weg")
        raise RuntimeError
    with transaction():
        outbox.post(user.id, user.email, "blijft", "geheime link")
    sent: list[str] = []
    assert outbox.deliver(lambda mail: sent.append(mail.body)) == 1
    assert sent == ["geheime link"]
    mail = db().scalars(sa.select(OutgoingMail)).one()
    assert (mail.body, mail.sent_at is not None) == ("", True)
    assert outbox.deliver(lambda mail: sent.append(mail.body)) == 0


def test_a_failing_mail_waits_and_is_tried_again(context: Flask, freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)
    user = make_user()
    with transaction():
        outbox.post(user.id, user.email, "x", "y")

    def fail(_mail: OutgoingMail) -> None:
        raise ConnectionRefusedError("geen server")

    assert outbox.deliver(fail) == 0
    assert outbox.deliver(lambda _: None) == 0
    freeze(NOON + timedelta(minutes=2))
    assert outbox.deliver(lambda _: None) == 1


def test_an_address_is_used_once(context: Flask) -> None:
    make_user(email="an@example.org")
    with pytest.raises(FieldRefused), transaction():
        service.register(email="AN@example.org", name="Tweede", actor=SYSTEM)


@pytest.mark.parametrize("email", ["geen-adres", "a@", "@b.be", "a b@c.be", ""])
def test_what_is_no_address_is_refused(context: Flask, email: str) -> None:
    with pytest.raises(FieldRefused):
        service.normal_email(email)


def test_the_last_administrator_keeps_the_role(context: Flask) -> None:
    user = make_user(Role.ADMINISTRATOR)
    other = make_user(Role.ADMINISTRATOR)
    with transaction():
        service.end_role(service.user_by_id(other.id).current_grants[0], actor=actor_of(user))
    with pytest.raises(Refused), transaction():
        service.end_role(service.user_by_id(user.id).current_grants[0], actor=actor_of(user))


def test_the_last_coordinator_of_an_alliance_keeps_the_role(context: Flask) -> None:
    alliance = make_alliance()
    user = make_user(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(Refused), transaction():
        service.end_role(service.user_by_id(user.id).current_grants[0], actor=SYSTEM)


def test_a_coordinator_appoints_for_the_own_alliance_only(context: Flask) -> None:
    mine, theirs = make_alliance(), make_alliance()
    coordinator = make_actor(Role.COORDINATOR, alliance_id=mine.id)
    newcomer = service.user_by_id(make_user().id)
    with transaction():
        service.give_role(newcomer, Role.COORDINATOR, alliance_id=mine.id, actor=coordinator)
    with pytest.raises(NotAllowed), transaction():
        service.give_role(newcomer, Role.COORDINATOR, alliance_id=theirs.id, actor=coordinator)
    with pytest.raises(NotAllowed), transaction():
        service.give_role(newcomer, Role.ADMINISTRATOR, actor=coordinator)


def test_an_erased_person_is_gone_but_what_they_did_stays(context: Flask) -> None:
    user = make_user(Role.OBSERVER, name="Jan Janssens", email="jan@example.org")
    with transaction():
        service.remove_person(service.user_by_id(user.id), actor=make_actor(Role.ADMINISTRATOR))
    row = db().get_one(User, user.id, populate_existing=True)
    assert "Janssens" not in row.name
    assert "jan@" not in row.email
    assert not row.is_active
    with pytest.raises(IntegrityError), transaction():
        db().delete(row)


def test_own_data_can_be_downloaded(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(email="an@example.org", name="An Peeters")
    client.sign_in("an@example.org")
    assert client.browser.get("/account/data").get_json()["name"] == "An Peeters"


def test_the_language_is_kept_per_person(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(email="an@example.org")
    client.sign_in("an@example.org")
    assert "Je account" in client.get("/account").words
    client.post("/account/language", {"language": "en", "back": "/account"})
    assert "Your account" in client.follow().words


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_role_grant_coordinator_has_alliance", {"role": Role.COORDINATOR, "scope": "-"}),
        ("ck_role_grant_reporter_has_region", {"role": Role.REPORTER, "scope": "-"}),
        ("ck_role_grant_partner_has_organisation", {"role": Role.PARTNER, "scope": "-"}),
    ],
)
def test_the_database_knows_which_scope_a_role_needs(context: Flask, name: str, values: dict[str, object]) -> None:
    user = make_user()
    with pytest.raises(IntegrityError, match=name), transaction():
        db().add(RoleGrant(user_id=user.id, given_at=now(), **values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ck_user_account_email_is_lowercase", {"email": "GROOT@example.org"}),
        ("ck_user_account_language_is_known", {"language": "fr"}),
        ("ck_user_account_removed_is_disabled", {"is_removed": True}),
    ],
)
def test_the_database_knows_what_an_account_is(context: Flask, name: str, values: dict[str, object]) -> None:
    user = make_user()
    with pytest.raises(IntegrityError, match=name), transaction():
        for key, value in values.items():
            setattr(db().get_one(User, user.id), key, value)


def test_the_roles_of_a_person_are_a_list(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(Role.ADMINISTRATOR, email="ann@example.org")
        two = make_user(Role.OBSERVER, name="Twee Rollen")
        with transaction():
            service.give_role(two, Role.PROJECT_MANAGER, actor=SYSTEM)
    client.sign_in("ann@example.org")
    client.get("/admin/people")
    assert client.response is not None
    row = client.response.text.partition("Twee Rollen")[2].partition("</tr>")[0]
    assert row.count("<li>") == 2
