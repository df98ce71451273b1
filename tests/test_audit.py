"""The audit trail holds every change, in order, and cannot be changed unseen."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker import audit
from alliance_tracker.alliances import service
from alliance_tracker.alliances.models import Alliance, WorkingArea
from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db, transaction
from alliance_tracker.policy import SYSTEM
from migrations import ddl
from tests.builders import make_alliance, make_full_helix, municipality


def entries() -> list[AuditEntry]:
    return list(db().scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def edit(alliance: Alliance, name: str) -> None:
    with transaction():
        service.edit(
            alliance,
            name=name,
            purpose="",
            value_proposition="",
            website="",
            cited_facts="",
            version=alliance.version,
            actor=SYSTEM,
        )


def test_a_change_is_kept_with_its_value_before_and_after(context: Flask) -> None:
    alliance = make_alliance("Voor")
    edit(alliance, "Na")
    assert entries()[-1].action == "alliance.edited"
    assert entries()[-1].changes["name"] == ["Voor", "Na"]


def test_the_chain_of_an_untouched_trail_holds(context: Flask) -> None:
    make_full_helix(make_alliance())
    found = audit.verify(db())
    assert found.broken_id is None
    assert found.entries == len(entries())
    assert found.anchor == entries()[-1].hash


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        ("UPDATE audit_entry SET reason = 'anders' WHERE id = 2", "was changed"),
        ("DELETE FROM audit_entry WHERE id = 2", "is missing"),
        ("DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)", "are missing"),
    ],
)
def test_the_first_broken_entry_is_named(context: Flask, tamper: str, problem: str) -> None:
    make_full_helix(make_alliance())
    with context.extensions["engine"].begin() as connection:
        ddl.drop_all(connection)
        connection.exec_driver_sql(tamper)
    found = audit.verify(db())
    assert problem in found.problem
    assert found.broken_id is not None
    runner = context.test_cli_runner()
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert f"entry {found.broken_id}" in result.output


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_the_trail(context: Flask, statement: str) -> None:
    make_alliance()
    with pytest.raises(IntegrityError), context.extensions["engine"].begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_change_that_no_command_spoke_of_is_in_the_trail_as_well(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        db().add(WorkingArea(alliance_id=alliance.id, municipality_id=municipality("Mol").id, since=date(2026, 2, 1)))
    assert entries()[-1].action == "working_area.added"
    assert entries()[-1].changes["since"] == [None, "2026-02-01"]


def test_what_is_rolled_back_leaves_no_entry(context: Flask) -> None:
    alliance = make_alliance()
    before = len(entries())
    with pytest.raises(RuntimeError), transaction():
        alliance.purpose = "weg"
        audit.record("alliance.edited", alliance, actor=SYSTEM)
        db().flush()
        raise RuntimeError
    assert len(entries()) == before
    assert audit.verify(db()).broken_id is None


def test_personal_values_are_not_copied_into_the_trail(context: Flask) -> None:
    partner = make_full_helix(make_alliance("Andere"))[0]
    with transaction():
        partner.contact_email = "geheim@example.org"
    assert all("geheim@example.org" not in str(entry.changes) for entry in entries())
    assert entries()[-1].changes["contact_email"] == ["", audit.PERSONAL]


def test_a_personal_value_that_was_never_filled_in_did_not_change(context: Flask) -> None:
    make_full_helix(make_alliance())
    admitted = [entry for entry in entries() if entry.action == "partner.admitted"]
    assert admitted
    assert all(not any(name.startswith("contact_") for name in entry.changes) for entry in admitted)


def test_a_personal_value_that_changes_or_is_emptied_says_which(context: Flask) -> None:
    partner = make_full_helix(make_alliance())[0]
    for value in ("een@example.org", "twee@example.org", ""):
        with transaction():
            partner.contact_email = value
    found = [entry.changes["contact_email"] for entry in entries() if "contact_email" in entry.changes]
    assert found == [["", audit.PERSONAL], [audit.PERSONAL, audit.PERSONAL], [audit.PERSONAL, ""]]


def test_what_stays_empty_or_comes_back_is_no_change(context: Flask) -> None:
    alliance = make_alliance("Naam")
    before = len(entries())
    with transaction():
        alliance.name = "Anders"
        db().flush()
        alliance.name = "Naam"
    assert len(entries()) == before
    assert all(old != new for entry in entries() for old, new in entry.changes.values())


def test_two_things_done_in_one_transaction_each_keep_their_own_change(context: Flask) -> None:
    with transaction():
        alliance = service.propose(
            name="Samen",
            region_code="REFREG03",
            municipality_ids=[municipality("Olen").id],
            purpose="",
            actor=SYSTEM,
        )
        service.accept(alliance, on=date(2026, 1, 15), actor=SYSTEM)
    told = {entry.action: entry for entry in entries() if entry.subject_type == "alliance"}
    assert told["alliance.start"].changes["status"] == [None, "initiative"]
    assert "founded_on" not in told["alliance.start"].changes
    assert told["alliance.accept"].changes == {
        "status": ["initiative", "active"],
        "founded_on": [None, "2026-01-15"],
    }
