"""What happens at the same moment: one wins, the others are told, nothing is lost and nothing counts twice."""

import threading
from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from flask import Flask

from alliance_tracker import audit, database
from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts import sessions
from alliance_tracker.accounts.models import RoleGrant
from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogEntry, LogKind
from alliance_tracker.alliances import service
from alliance_tracker.alliances.models import Alliance, PioneerMandate
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import DomainError, EditConflict, FieldRefused
from alliance_tracker.organisations import queries as organisation_queries
from alliance_tracker.organisations import service as organisations
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import service as standings
from tests.builders import actor_of, make_alliance, make_organisation, make_user
from tests.strict_client import StrictClient

MANY = 8
DAY = date(2026, 3, 2)


def at_once(app: Flask, command: Callable[[int], object]) -> list[object]:
    """Run `command(number)` in as many threads as there are numbers, all beginning together; results or refusals."""
    results: list[object] = [None] * MANY
    barrier = threading.Barrier(MANY)

    def run(number: int) -> None:
        with app.test_request_context("/"):
            barrier.wait()
            try:
                results[number] = command(number)
            except (DomainError, sa.exc.SQLAlchemyError) as refusal:
                results[number] = refusal

    threads = [threading.Thread(target=run, args=(number,)) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_eight_mandates_in_a_region_one_is_given(app: Flask) -> None:
    with app.test_request_context("/"):
        ids = [make_alliance().id for _ in range(MANY)]

    def give(number: int) -> str:
        with transaction():
            alliance = db().get_one(Alliance, ids[number])
            service.give_mandate(alliance, task="Trekken", since=DAY, until=None, actor=SYSTEM)
        return "given"

    results = at_once(app, give)
    assert results.count("given") == 1, results
    assert sum(isinstance(result, FieldRefused) for result in results) == MANY - 1, results
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(PioneerMandate)) == 1


def test_of_eight_edits_of_one_version_one_is_kept(app: Flask) -> None:
    with app.test_request_context("/"):
        alliance_id, version = (alliance := make_alliance()).id, alliance.version

    def edit(number: int) -> str:
        with transaction():
            alliance = db().get_one(Alliance, alliance_id)
            words = {"name": alliance.name, "value_proposition": "", "website": "", "cited_facts": ""}
            service.edit(alliance, **words, purpose=f"Van {number}", version=version, actor=SYSTEM)
        return "kept"

    results = at_once(app, edit)
    assert results.count("kept") == 1, results
    stale = (EditConflict, sa.orm.exc.StaleDataError)
    assert sum(isinstance(result, stale) for result in results) == MANY - 1, results


def test_eight_entries_at_once_are_all_kept_in_one_chain(app: Flask) -> None:
    with app.test_request_context("/"):
        alliance_id = make_alliance().id
        author = actor_of(make_user(Role.COORDINATOR, alliance_id=alliance_id))

    def write(number: int) -> str:
        with transaction():
            alliance = db().get_one(Alliance, alliance_id)
            log.log(alliance, log.Draft(kind=LogKind.NOTE, on=DAY, text=f"Regel {number}"), actor=author)
        return "logged"

    assert at_once(app, write) == ["logged"] * MANY
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(LogEntry)) == MANY
        assert audit.verify(db()).broken_id is None
        assert list(standings.drift()) == []


def test_one_form_sent_eight_times_at_once_is_carried_out_once(app: Flask) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
        address = f"/alliances/{alliance.slug}/log/new"
    client = StrictClient(app)
    client.sign_in("cas@example.org")
    names = next(form["names"] for form in client.get(address).forms if form["action"] == address)
    data = {**{name: names[name] for name in ("csrf_token", "submission_key")}, "kind": "note", "text": "Eenmaal"}
    cookie = client.browser.get_cookie("alliance")
    assert cookie is not None
    statuses: list[int] = []

    def send() -> None:
        browser = app.test_client()
        browser.set_cookie("alliance", cookie.value)
        statuses.append(browser.post(address, data={**data, "on": DAY.isoformat()}).status_code)

    threads = [threading.Thread(target=send) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert statuses == [303] * MANY
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(LogEntry)) == 1


def test_two_that_merge_into_each_other_at_once_do_not_both_vanish(app: Flask) -> None:
    with app.test_request_context("/"):
        ids = [make_organisation("Eerste vzw").id, make_organisation("Tweede vzw").id]

    def merge(number: int) -> str:
        with transaction():
            own, other = (organisation_queries.organisation(ids[(number + shift) % 2]) for shift in (0, 1))
            organisations.merge(own, other, on=database.today(), reason="fusie", actor=SYSTEM)
        return "merged"

    assert at_once(app, merge).count("merged") == 1


def test_of_the_last_coordinators_one_stays(app: Flask) -> None:
    with app.test_request_context("/"):
        alliance_id = make_alliance().id
        grants = [make_user(Role.COORDINATOR, alliance_id=alliance_id).grants[0].id for _ in range(MANY)]

    def end(number: int) -> str:
        with transaction():
            accounts.end_role(db().get_one(RoleGrant, grants[number]), actor=SYSTEM)
        return "ended"

    assert at_once(app, end).count("ended") == MANY - 1


def test_many_wrong_passwords_at_once_do_not_pass_the_limit(app: Flask) -> None:
    with app.test_request_context("/"):
        make_user(email="an@example.org")
    limits = sessions.Limits(per_account=3, per_address=100, memory_kib=8)
    results = at_once(app, lambda _: sessions.sign_in("an@example.org", "verkeerd wachtwoord", "127.0.0.1", limits))
    blocked = [result for result in results if "Te veel" in in_dutch(app, result)]
    assert len(blocked) == MANY - 3


def in_dutch(app: Flask, sentence: object) -> str:
    with app.test_request_context("/", headers={"Accept-Language": "nl"}):
        return str(sentence)
