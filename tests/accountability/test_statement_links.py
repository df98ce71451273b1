"""One-time links: who has no account reads the account of an organisation, and signs or refuses it, once."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.accountability import statement_links
from alliance_tracker.accountability.models import (
    AccountabilityStatement,
    StatementAnswer,
    StatementLink,
    StatementMethod,
)
from alliance_tracker.accountability.statement_document import prefill
from alliance_tracker.accountability.statements import Account, Signing
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.convenants.document import digest
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.outbox import OutgoingMail
from alliance_tracker.policy import Actor, Role
from tests.builders import make_actor, make_alliance, make_convenant, make_partner, make_user, promise
from tests.conftest import NOON
from tests.strict_client import StrictClient

LINK = re.compile(r"http://localhost(/sign/\S+)")


def made() -> tuple[Alliance, Partner, Account]:
    """An alliance with a convenant, a partner without an account, and its account of this year."""
    alliance = make_alliance()
    partner = make_partner(alliance, is_core=True)
    make_convenant(alliance, parties=[partner], commitments=[promise(partner)])
    return alliance, partner, Account(alliance, partner.organisation, 2026)


def sent(account: Account, by: Actor, **more: Any) -> str:
    """The secret of a link that was sent."""
    facts = {"name": "An Peeters", "email": "an@voorbeeld.be"} | more
    with transaction():
        statement_links.send(account, address="http://localhost/sign/%s", actor=by, **facts)
    mail = db().scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert mail is not None
    found = LINK.search(mail.body)
    assert found is not None
    assert (mail.address, mail.recipient_id) == (facts["email"], None)
    return found[1].removeprefix("/sign/")


def test_a_link_signs_once_and_nobody_keeps_its_secret(context: Flask) -> None:
    alliance, _, account = made()
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    token = sent(account, coordinator)
    (row,) = db().scalars(sa.select(StatementLink)).all()
    assert token not in {row.token_hash, row.name, row.email}
    found = statement_links.holder_of(token)
    assert found is not None
    signing = Signing("An Peeters", "directeur", today())
    seen = digest(prefill(alliance, found[1].organisation, 2026))
    with transaction():
        statement = statement_links.use(token, signing, StatementAnswer.SIGNED, seen=seen)
    assert (statement.method, statement.answer, statement.number) == (StatementMethod.LINK, StatementAnswer.SIGNED, 1)
    with pytest.raises(Refused), transaction():
        statement_links.use(token, signing, StatementAnswer.SIGNED, seen=seen)
    assert statement_links.holder_of(token) is None


def test_a_link_ends_by_itself_and_by_who_sent_it(context: Flask, freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)
    alliance, _, account = made()
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    old, other = sent(account, coordinator), sent(account, coordinator)
    newest = statement_links.links_of(account)[0]
    with transaction():
        statement_links.withdraw(newest, actor=coordinator)
    assert statement_links.holder_of(other) is None
    assert statement_links.holder_of(old) is not None
    freeze(NOON + timedelta(days=statement_links.DAYS, minutes=1))
    assert statement_links.holder_of(old) is None
    with pytest.raises(Refused), transaction():
        statement_links.withdraw(newest, actor=coordinator)


def test_only_who_records_accounts_sends_links_and_not_without_end(context: Flask) -> None:
    alliance, partner, account = made()
    for stranger in (make_actor(Role.PARTNER, organisation_id=partner.organisation_id), make_actor(Role.OBSERVER)):
        with pytest.raises(NotAllowed), transaction():
            statement_links.send(account, name="An", email="an@voorbeeld.be", address="%s", actor=stranger)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(FieldRefused), transaction():
        statement_links.send(account, name="An", email="geen adres", address="%s", actor=coordinator)
    for _ in range(statement_links.MOST_WAITING):
        sent(account, coordinator)
    with pytest.raises(Refused), transaction():
        statement_links.send(account, name="An", email="an@voorbeeld.be", address="%s", actor=coordinator)


def test_the_account_is_read_and_answered_without_signing_in(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance, partner, account = made()
        make_user(Role.COORDINATOR, alliance_id=alliance.id, email="cas@example.org")
        slug, number = alliance.slug, partner.organisation_id
    client.sign_in("cas@example.org")
    here = f"/alliances/{slug}/accounts/{number}/2026/link"
    client.post(here, {"name": "An Peeters", "email": "an@voorbeeld.be"}, form_at=here)
    page = client.follow()
    assert "De link is verstuurd" in page.words
    assert "An Peeters" in page.words
    with app.app_context():
        body = db().scalars(sa.select(OutgoingMail.body).order_by(OutgoingMail.id.desc())).first()
    found = LINK.search(body or "")
    assert found is not None
    stranger = StrictClient(app)
    page = stranger.get(found[1])
    assert account.organisation.name in page.words
    seen = next(form["names"]["seen"] for form in page.forms if form["action"] == found[1])
    who = {"name": "An Peeters", "function": "directeur", "answer": "refused", "seen": seen}
    stranger.post(found[1], who, form_at=found[1], status=422)
    assert stranger.page is not None
    assert "Geef een reden" in stranger.page.words
    stranger.post(found[1], {**who, "remark": "V1 klopt niet."}, form_at=found[1])
    assert "Bedankt" in stranger.follow().words
    stranger.get(found[1], status=404)
    with app.app_context():
        (row,) = db().scalars(sa.select(AccountabilityStatement)).all()
        assert (row.answer, row.remark) == (StatementAnswer.REFUSED, "V1 klopt niet.")
    assert "eenmalige link" in client.get(f"/alliances/{slug}/accounts/{number}/2026").words
