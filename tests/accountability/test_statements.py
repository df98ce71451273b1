"""The account of a year is filled in, signed, refused or recorded from paper, and kept as it stood."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import selectinload

from alliance_tracker.accountability import explaining, statements
from alliance_tracker.accountability.models import AccountabilityStatement, StatementAnswer, StatementMethod
from alliance_tracker.accountability.statement_document import changes_since, prefill
from alliance_tracker.accountability.statement_reading import read
from alliance_tracker.accountability.statements import Account, Signing
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.instalments import extend, waive
from alliance_tracker.convenants.document import canonical, digest
from alliance_tracker.convenants.drafting import office
from alliance_tracker.database import clock_at, db, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.evidence import service as evidence
from alliance_tracker.organisations import service as register
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import SYSTEM
from alliance_tracker.web import history
from tests.access_network import PDF
from tests.accountability.making import Stage, deliver, make_stage
from tests.builders import actor_of, make_organisation
from tests.conftest import NOON

DAY = date(2026, 11, 21)
LIMITS = evidence.Limits(10**6, 10**7)
MIA = Signing("Mia Maes", "schepen", DAY)


@pytest.fixture
def stage(context: Flask, freeze: Callable[[datetime], None]) -> Stage:
    freeze(NOON)
    return make_stage()


def account(stage: Stage, organisation_id: int | None = None, year: int = 2026) -> Account:
    found = organisation_by_id(organisation_id or stage.town.organisation_id)
    alliance = (
        db()
        .scalars(
            sa.select(Alliance)
            .where(Alliance.id == stage.alliance.id)
            .options(selectinload(Alliance.region))
            .execution_options(populate_existing=True)
        )
        .one()
    )
    return Account(alliance, found, year)


def sign(stage: Stage, **more: object) -> AccountabilityStatement:
    with transaction():
        return statements.sign(account(stage), MIA, actor=actor_of(stage.mayor), **more)  # type: ignore[arg-type]


def test_it_is_filled_in_from_what_was_logged(stage: Stage) -> None:
    deliver(stage.instalment(1), 4, author=stage.mayor, note="Les in de Kempen", confirmations=1)
    with transaction():
        explaining.explain(stage.instalment(1), "De zaal was dicht.", actor=actor_of(stage.mayor))
    document = prefill(account(stage).alliance, account(stage).organisation, 2026)
    (line,) = document["instalments"]
    assert (line["commitment"], line["quantity"], line["confirmed"]) == ("V1", "10.0000", "4.0000")
    assert (line["state"], line["was_late"], line["explained_on"]) == ("overdue", True, "2026-11-21")
    assert [found["note"] for found in line["deliveries"]] == ["Les in de Kempen"]
    assert [post["text"] for post in document["questions"][0]["posts"]] == ["De zaal was dicht."]
    assert "Mia" not in canonical(document).decode()
    assert read(document).lines[0].deliveries[0].quantity == 4


def test_a_signed_account_is_kept_with_its_hash_and_signing_again_makes_a_version(stage: Stage) -> None:
    first = sign(stage)
    assert (first.number, first.answer, first.method) == (1, StatementAnswer.SIGNED, StatementMethod.APPLICATION)
    assert (first.name, first.function, first.signed_on) == ("Mia Maes", "schepen", DAY)
    deliver(stage.instalment(1), 4, author=stage.mayor)
    deliver(stage.instalment(1), 1, author=stage.mayor)
    with transaction():
        extend(stage.instalment(1), date(2027, 2, 1), reason="Afgesproken.", actor=actor_of(stage.coordinator))
    live = prefill(account(stage).alliance, account(stage).organisation, 2026)
    changes = " ".join(str(change) for change in changes_since(first.document, live))
    assert "nog 2 prestaties gelogd" in changes
    assert len(changes_since(first.document, live)) == 2
    second = sign(stage)
    assert second.number == 2
    db().expire_all()
    kept = statements.statement_by_id(first.id)
    assert kept is not None
    assert digest(kept.document) == kept.sha256
    assert kept.document["instalments"][0]["deliveries"] == []
    assert changes_since(second.document, live) == []
    with pytest.raises(sa.exc.DBAPIError), transaction():
        db().execute(sa.text("UPDATE accountability_statement SET remark = 'anders'"))


def test_the_document_keeps_the_names_of_its_day(stage: Stage) -> None:
    row = sign(stage)
    with transaction():
        found = organisation_by_id(stage.town.organisation_id)
        register.rename(found, name="Stad Geel-Laakdal", on=DAY, reason="fusie", is_another=True, actor=SYSTEM)
    db().expire_all()
    kept = statements.statement_by_id(row.id)
    assert kept is not None
    assert read(kept.document).organisation == "Stad Geel"


def test_nobody_signs_what_they_did_not_read(stage: Stage) -> None:
    found = account(stage)
    seen = digest(prefill(found.alliance, found.organisation, 2026))
    deliver(stage.instalment(1), 4, author=stage.mayor)
    with pytest.raises(Refused, match="veranderde"):
        sign(stage, seen=seen)
    found = account(stage)
    assert sign(stage, seen=digest(prefill(found.alliance, found.organisation, 2026))).number == 1


def test_each_organisation_signs_for_itself_only(stage: Stage) -> None:
    for user in (stage.boss, stage.coordinator, stage.manager):
        with pytest.raises(NotAllowed), transaction():
            statements.sign(account(stage), MIA, actor=actor_of(user))
        with pytest.raises(NotAllowed), transaction():
            statements.refuse(account(stage), MIA, actor=actor_of(user))
    with transaction():
        row = statements.sign(account(stage, office().id), MIA, actor=actor_of(stage.manager))
    assert row.organisation_id == office().id


def test_refusing_asks_a_reason_and_is_a_version_too(stage: Stage) -> None:
    with pytest.raises(FieldRefused), transaction():
        statements.refuse(account(stage), MIA, actor=actor_of(stage.mayor))
    reason = Signing("Mia Maes", "schepen", DAY, "De uren kloppen niet.")
    with transaction():
        row = statements.refuse(account(stage), reason, actor=actor_of(stage.mayor))
    assert (row.answer, row.remark) == (StatementAnswer.REFUSED, "De uren kloppen niet.")
    assert sign(stage).number == 2
    happened = history.of_subject("accountability_statement", row.id).happenings[0]
    assert "Stad Geel" in str(happened.sentence)
    assert happened.reason == "De uren kloppen niet."


def test_a_paper_account_comes_with_its_scan_or_not_at_all(stage: Stage) -> None:
    scan = evidence.Upload("verantwoording.pdf", PDF)
    for signing, scans in (
        (MIA, []),
        (MIA, [evidence.Upload("verantwoording.pdf", b"niets")]),
        (Signing("", "schepen", DAY), [scan]),
        (Signing("Mia", "", DAY), [scan]),
        (Signing("Mia", "schepen", date(2026, 11, 22)), [scan]),
        (Signing("Mia", "schepen", date(2025, 12, 31)), [scan]),
    ):
        with pytest.raises(FieldRefused), transaction():
            statements.record_paper(account(stage), signing, scans, LIMITS, actor=actor_of(stage.coordinator))
    assert db().scalar(sa.select(sa.func.count()).select_from(AccountabilityStatement)) == 0
    with transaction():
        row = statements.record_paper(account(stage), MIA, [scan], LIMITS, actor=actor_of(stage.coordinator))
    assert (row.method, row.signed_on) == (StatementMethod.PAPER, DAY)
    files = evidence.of("accountability_statement", [str(row.id)])[str(row.id)]
    assert [file.file_name for file in files] == ["verantwoording.pdf"]
    with pytest.raises(Refused, match="blijft staan"), transaction():
        evidence.withdraw(files[0], reason="Weg ermee.", actor=actor_of(stage.coordinator))
    with pytest.raises(NotAllowed), transaction():
        statements.record_paper(account(stage), MIA, [scan], LIMITS, actor=actor_of(stage.boss))


def test_only_years_of_the_convenant_that_began_can_be_signed(stage: Stage) -> None:
    for year in (2025, 2027):
        with pytest.raises(Refused), transaction():
            statements.sign(account(stage, year=year), MIA, actor=actor_of(stage.mayor))
    with clock_at(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)), transaction():
        row = statements.sign(account(stage, year=2027), MIA, actor=actor_of(stage.mayor))
    assert row.signed_on == date(2027, 1, 1)


def test_an_organisation_outside_the_alliance_accounts_for_nothing_there(stage: Stage) -> None:
    stranger: Organisation = make_organisation()
    with pytest.raises(Refused), transaction():
        statements.sign(account(stage, stranger.id), MIA, actor=SYSTEM)


def test_every_later_change_is_said_in_a_sentence(stage: Stage) -> None:
    deliver(stage.instalment(2), 100, author=stage.boss)
    boss = Signing("Bob", "zaakvoerder", DAY)
    with transaction():
        row = statements.sign(account(stage, stage.firm.organisation_id), boss, actor=actor_of(stage.boss))
    with transaction():
        db().execute(sa.text("UPDATE delivery SET confirmations = 1"))
        waive(stage.instalment(2), reason="Besparing.", actor=actor_of(stage.coordinator))
    db().expire_all()
    found = account(stage, stage.firm.organisation_id)
    kept = statements.statement_by_id(row.id)
    assert kept is not None
    assert len(changes_since(kept.document, prefill(found.alliance, found.organisation, 2026))) == 2
