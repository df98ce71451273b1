"""The register: what is added, corrected, renamed, closed, reopened and merged, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from alliance_tracker import audit
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.organisations import queries, service
from alliance_tracker.organisations.models import (
    IdentifierScheme,
    Organisation,
    OrganisationIdentifier,
    OrganisationKind,
    OrganisationName,
    OrganisationStatus,
)
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.regions.models import Municipality
from alliance_tracker.workflow import events_of
from tests.builders import make_actor, make_alliance, make_organisation, municipality

KBO = IdentifierScheme.KBO
pytestmark = pytest.mark.usefixtures("context")


def edit(organisation: Organisation, **changed):
    facts = {
        "kind": organisation.kind,
        "municipality_ids": [m.id for m in organisation.municipalities],
        "identifiers": {},
        "website": organisation.website,
        "note": organisation.note,
        "version": organisation.version,
        "actor": SYSTEM,
    }
    with transaction():
        service.edit(organisation, **{**facts, **changed})


def last_entry() -> audit.AuditEntry:
    return db().scalars(sa.select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc()).limit(1)).one()


def loaded(organisation: Organisation) -> Organisation:
    db().expire_all()
    return queries.organisation(organisation.id)


def test_an_organisation_is_added_with_its_name_numbers_and_municipalities():
    made = make_organisation(
        "Hidrodoe", OrganisationKind.MUSEUM, where=["Herentals"], identifiers={KBO: "BE 0403.019.261"}
    )
    found = loaded(made)
    assert [n.name for n in found.names] == ["Hidrodoe"]
    assert [(i.scheme, i.value) for i in found.identifiers] == [(KBO, "0403019261")]
    assert [m.name for m in found.municipalities] == ["Herentals"]
    assert found.status is OrganisationStatus.ACTIVE
    assert [e.name for e in events_of("organisation", made.id)] == ["start"]
    assert last_entry().action == "organisation.start"


def test_a_number_that_another_organisation_has_is_refused_with_its_name():
    first = make_organisation("Hidrodoe", identifiers={KBO: "0403019261"})
    with pytest.raises(service.IdentifierTaken) as refused:
        make_organisation("Iets heel anders", identifiers={KBO: "0403.019.261"})
    assert refused.value.field == "identifier_kbo"
    assert refused.value.organisation_id == first.id
    assert "Hidrodoe" in str(refused.value)


def test_an_organisation_may_keep_its_own_number_change_it_and_lose_it():
    organisation = loaded(make_organisation(identifiers={KBO: "0403019261"}))
    edit(organisation, identifiers={KBO: "0403.019.261"})
    assert [i.value for i in loaded(organisation).identifiers] == ["0403019261"]
    edit(loaded(organisation), identifiers={KBO: "0872.324.958"})
    assert [i.value for i in loaded(organisation).identifiers] == ["0872324958"]
    edit(loaded(organisation), identifiers={KBO: ""})
    assert loaded(organisation).identifiers == []
    rows = [row for entry in db().scalars(sa.select(audit.AuditEntry)) for row in entry.facts.get("rows", [])]
    assert {"value": ["0403019261", "0872324958"]} in [row["changes"] for row in rows]


def test_the_same_number_cannot_be_written_twice_even_past_the_service():
    one, other = make_organisation(identifiers={KBO: "0403019261"}), make_organisation()
    with pytest.raises(IntegrityError, match="organisation_identifier"), transaction():
        db().add(OrganisationIdentifier(organisation_id=other.id, scheme=KBO, value="0403019261"))
    assert one.id != other.id


def test_a_municipality_that_merged_can_no_longer_be_chosen():
    old = db().scalars(sa.select(Municipality).where(Municipality.name == "Meulebeke")).one()
    with pytest.raises(FieldRefused) as refused:
        service.create(name="Meulebeke", kind=OrganisationKind.LOCAL_AUTHORITY, municipality_ids=[old.id], actor=SYSTEM)
    assert refused.value.field == "municipalities"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://", "geen adres", 'https://a.be/"onx', "ftp://a.be"]
)
def test_what_is_no_website_is_refused(address: str):
    with pytest.raises(FieldRefused) as refused:
        service.normal_website(address)
    assert refused.value.field == "website"


def test_a_website_gets_its_scheme():
    assert service.normal_website("www.hidrodoe.be") == "https://www.hidrodoe.be"
    assert service.normal_website("http://hidrodoe.be/a?b=c") == "http://hidrodoe.be/a?b=c"
    assert service.normal_website("") == ""


def test_a_name_cannot_count_from_the_future():
    with pytest.raises(FieldRefused) as refused:
        service.create(
            name="Morgen", kind=OrganisationKind.COMPANY, name_since=today() + timedelta(days=1), actor=SYSTEM
        )
    assert refused.value.field == "name_since"


def test_a_second_editor_is_told_also_when_the_first_only_changed_municipalities():
    organisation = loaded(make_organisation(where=["Geel"]))
    drawn = organisation.version
    edit(organisation, municipality_ids=[municipality("Olen").id])
    assert loaded(organisation).version == drawn + 1
    with pytest.raises(EditConflict):
        edit(loaded(organisation), version=drawn)
    assert last_entry().facts["municipalities"] == [["Geel"], ["Olen"]]


def test_renaming_closes_the_old_name_and_keeps_it():
    organisation = loaded(make_organisation("Provinciale Hogeschool"))
    with transaction():
        service.rename(organisation, name="Hogeschool Kempen", on=date(2020, 9, 1), reason="fusie", actor=SYSTEM)
    names = [(n.name, n.since, n.until) for n in loaded(organisation).names]
    assert names == [
        ("Provinciale Hogeschool", date(2000, 1, 1), date(2020, 8, 31)),
        ("Hogeschool Kempen", date(2020, 9, 1), None),
    ]
    assert loaded(organisation).name == "Hogeschool Kempen"
    entry = last_entry()
    assert (entry.action, entry.reason) == ("organisation.renamed", "fusie")
    assert entry.facts["former"] == "Provinciale Hogeschool"


def test_a_name_may_be_corrected_on_its_first_day():
    organisation = loaded(make_organisation("Hidrodo"))
    with transaction():
        service.rename(organisation, name="Hidrodoe", on=date(2000, 1, 1), reason="tikfout", actor=SYSTEM)
    assert [(n.name, n.until) for n in loaded(organisation).names] == [
        ("Hidrodo", date(2000, 1, 1)),
        ("Hidrodoe", None),
    ]


@pytest.mark.parametrize(
    ("name", "on", "field"),
    [
        ("Nieuw", date(1999, 12, 31), "on"),
        ("Nieuw", date(2100, 1, 1), "on"),
        ("Oud", date(2020, 1, 1), "name"),
    ],
)
def test_a_rename_that_cannot_be_true_is_refused(name: str, on: date, field: str):
    organisation = loaded(make_organisation("Oud"))
    with pytest.raises(FieldRefused) as refused:
        service.rename(organisation, name=name, on=on, reason="-", actor=SYSTEM)
    assert refused.value.field == field


def test_a_similar_name_asks_to_look_and_then_lets_through():
    make_organisation("Thomas More Kempen vzw", OrganisationKind.UNIVERSITY_COLLEGE)
    with pytest.raises(FieldRefused) as refused:
        service.create(name="Thomas-More Kempen", kind=OrganisationKind.UNIVERSITY_COLLEGE, actor=SYSTEM)
    assert refused.value.field == "is_another"
    with transaction():
        made = service.create(
            name="Thomas-More Kempen", kind=OrganisationKind.UNIVERSITY_COLLEGE, is_another=True, actor=SYSTEM
        )
    assert made.id


def test_a_rename_to_a_similar_name_asks_as_well_but_not_about_itself():
    make_organisation("Technopolis")
    organisation = loaded(make_organisation("Hidrodoe"))
    with pytest.raises(FieldRefused) as refused:
        service.rename(organisation, name="Technopollis", on=today(), reason="-", actor=SYSTEM)
    assert refused.value.field == "is_another"
    with transaction():
        service.rename(organisation, name="Hidrodoe vzw", on=today(), reason="-", actor=SYSTEM)


def test_closing_and_reopening_keep_the_organisation():
    organisation = make_organisation("Bakkerij")
    with transaction():
        service.close(organisation, on=today(), reason="failliet", actor=SYSTEM)
    assert (organisation.status, organisation.ended_on) == (OrganisationStatus.CLOSED, today())
    with pytest.raises(Refused):
        edit(loaded(organisation))
    with pytest.raises(Refused):
        service.rename(loaded(organisation), name="X", on=today(), reason="-", actor=SYSTEM)
    db().rollback()
    with pytest.raises(TransitionRefused):
        service.reopen(organisation, reason=" ", actor=SYSTEM)
    with transaction():
        service.reopen(loaded(organisation), reason="overgenomen", actor=SYSTEM)
    assert (loaded(organisation).status, organisation.ended_on) == (OrganisationStatus.ACTIVE, None)
    assert [e.name for e in events_of("organisation", organisation.id)] == ["start", "close", "reopen"]


def test_closing_asks_a_reason_and_a_day_that_has_come():
    organisation = make_organisation()
    with pytest.raises(TransitionRefused):
        service.close(organisation, on=today(), reason="", actor=SYSTEM)
    with pytest.raises(FieldRefused):
        service.close(organisation, on=today() + timedelta(days=1), reason="ooit", actor=SYSTEM)


def test_merging_keeps_names_and_numbers_with_the_old_one():
    old = loaded(make_organisation("Oude School", identifiers={KBO: "0403019261"}))
    with transaction():
        service.rename(old, name="Middelste School", on=date(2010, 1, 1), reason="-", actor=SYSTEM)
    successor = make_organisation("Grote Scholengroep")
    with transaction():
        service.merge(old, successor, on=date(2020, 1, 1), reason="schaalvergroting", actor=SYSTEM)
    found = loaded(old)
    assert (found.status, found.successor_id) == (OrganisationStatus.MERGED, successor.id)
    assert [n.name for n in found.names] == ["Oude School", "Middelste School"]
    assert [i.value for i in found.identifiers] == ["0403019261"]
    assert [o.id for o in queries.merged_into(successor.id)] == [old.id]
    with pytest.raises(TransitionRefused):
        service.merge(found, successor, on=today(), reason="nog eens", actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        service.reopen(found, reason="spijt", actor=SYSTEM)


def test_nothing_merges_into_itself_or_into_what_no_longer_exists():
    one, other = make_organisation("Een"), make_organisation("Twee")
    with pytest.raises(FieldRefused) as refused:
        service.merge(one, one, on=today(), reason="-", actor=SYSTEM)
    assert refused.value.field == "successor"
    with transaction():
        service.close(other, on=today(), reason="weg", actor=SYSTEM)
    with pytest.raises(FieldRefused) as refused:
        service.merge(one, other, on=today(), reason="-", actor=SYSTEM)
    assert refused.value.field == "successor"


def test_only_those_who_keep_the_register_may_change_it():
    organisation = loaded(make_organisation())
    observer = make_actor(Role.OBSERVER)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=make_alliance().id)
    own = make_actor(Role.PARTNER, organisation_id=organisation.id)
    other = make_actor(Role.PARTNER, organisation_id=make_organisation().id)
    successor = make_organisation()
    for actor in (observer, own):
        with pytest.raises(NotAllowed):
            service.create(name="Nieuw", kind=OrganisationKind.COMPANY, actor=actor)
    for actor in (observer, other):
        with pytest.raises(NotAllowed):
            edit(organisation, actor=actor)
    for actor in (observer, coordinator, own, other):
        with pytest.raises(NotAllowed):
            service.rename(organisation, name="Nieuw", on=today(), reason="-", actor=actor)
        with pytest.raises(NotAllowed):
            service.close(organisation, on=today(), reason="-", actor=actor)
        with pytest.raises(NotAllowed):
            service.merge(organisation, successor, on=today(), reason="-", actor=actor)
    edit(loaded(organisation), actor=own, note="van onszelf")
    edit(loaded(organisation), actor=coordinator, note="van de coördinator")
    assert loaded(organisation).note == "van de coördinator"


# What the database itself refuses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "closed"}, "ended_on_if_not_active"),
        ({"ended_on": date(2020, 1, 1)}, "ended_on_if_not_active"),
        ({"status": "merged", "ended_on": date(2020, 1, 1)}, "successor_if_merged"),
        ({"status": "sleeping", "ended_on": date(2020, 1, 1)}, "organisationstatus"),
        ({"kind": "club"}, "organisationkind"),
    ],
)
def test_the_database_holds_status_and_dates_together(values: dict[str, Any], constraint: str):
    organisation = make_organisation()
    table = sa.table("organisation", *(sa.column(name) for name in ("id", *values)))
    with pytest.raises(IntegrityError, match=constraint):
        db().execute(sa.update(table).where(table.c.id == organisation.id).values(**values))


def test_the_database_refuses_an_organisation_as_its_own_successor():
    organisation = make_organisation()
    change = sa.update(Organisation).where(Organisation.id == organisation.id)
    merged = {"status": OrganisationStatus.MERGED, "ended_on": today(), "successor_id": organisation.id}
    with pytest.raises(IntegrityError, match="successor_is_another"):
        db().execute(change.values(**merged))


def test_the_database_refuses_a_name_that_ends_before_it_starts_and_a_second_current_one():
    organisation = make_organisation()
    row = {"organisation_id": organisation.id, "name": "X", "name_folded": "x", "since": date(2020, 1, 1)}
    with pytest.raises(IntegrityError, match="ends_after_it_starts"):
        db().execute(sa.insert(OrganisationName).values(**row, until=date(2019, 1, 1)))
    db().rollback()
    with pytest.raises(IntegrityError, match="organisation_name"):
        db().execute(sa.insert(OrganisationName).values(**row))


@pytest.mark.parametrize("change", [{"name": "Anders"}, {"since": date(1990, 1, 1)}])
def test_a_name_that_was_borne_is_never_rewritten(change: dict[str, Any]):
    organisation = make_organisation()
    with pytest.raises(DBAPIError, match="written once"):
        db().execute(
            sa.update(OrganisationName).where(OrganisationName.organisation_id == organisation.id).values(**change)
        )


@pytest.mark.parametrize("table", [OrganisationName, Organisation])
def test_neither_a_name_nor_an_organisation_is_ever_deleted(table: type):
    make_organisation()
    with pytest.raises(DBAPIError, match="keeps its history"):
        db().execute(sa.delete(table))
