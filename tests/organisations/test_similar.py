"""Names that look alike: who is asked to look, who is not, and how long it takes in a large register."""

import time

import pytest
import sqlalchemy as sa

from alliance_tracker.database import db, folded, today, transaction
from alliance_tracker.organisations import queries, service
from alliance_tracker.organisations.models import Organisation, OrganisationKind, OrganisationName, OrganisationStatus
from alliance_tracker.organisations.similar import are_alike, names_like
from alliance_tracker.policy import SYSTEM
from tests.builders import make_organisation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hidrodoe", "Hydrodoe"),
        ("Thomas More", "Thomas More Kempen"),
        ("Thomas More Kempen vzw", "Thomas-More Kempen"),
        ("Café Zuid", "cafe zuid"),
        ("Natuur & Wetenschap vzw", "Natuur en Wetenschap"),
        ("Gemeente Olen", "Gemeentebestuur Olen"),
        ("Gemeente Olen", "Olen (gemeente)"),
    ],
)
def test_these_may_be_one(one: str, other: str):
    assert are_alike(one, other)
    assert are_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gemeente Olen", "Gemeente Geel"),
        ("Stad Gent", "Stad Genk en omstreken"),
        ("Scouts 12", "Scouts 13"),
        ("Hidrodoe", "Technopolis"),
        ("Basisschool De Linde", "Basisschool De Eik"),
        ("Vrije Basisschool", "Vrije Secundaire School"),
    ],
)
def test_these_are_two(one: str, other: str):
    assert not are_alike(one, other)
    assert not are_alike(other, one)


@pytest.mark.usefixtures("context")
def test_a_former_name_and_one_that_closed_are_found_too():
    organisation = queries.organisation(make_organisation("Provinciale Waterwinning").id)
    with transaction():
        service.rename(organisation, name="Pidpa", on=today(), reason="-", actor=SYSTEM)
        service.close(organisation, on=today(), reason="-", actor=SYSTEM)
    (found,) = names_like("Provinciale waterwinning")
    assert (found.id, found.name, found.alike) == (organisation.id, "Pidpa", "Provinciale Waterwinning")
    assert found.status is OrganisationStatus.CLOSED
    assert names_like("Provinciale waterwinning", besides=organisation.id) == []


@pytest.mark.usefixtures("context")
def test_the_most_alike_comes_first_and_each_once():
    best = queries.organisation(make_organisation("Thomas More Kempen").id)
    with transaction():
        service.rename(best, name="Thomas More  Kempen", on=today(), reason="-", is_another=True, actor=SYSTEM)
    make_organisation("Thomas More Kempen Geel")
    assert [c.name for c in names_like("Thomas More Kempen")] == [
        "Thomas More  Kempen",
        "Thomas More Kempen Geel",
    ]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("name", ["%", "_", "\\", "!!!", "vzw", "é" * 160, "a b c d e f g h"])
def test_odd_names_harm_nothing(name: str):
    make_organisation("Vzw de school")
    names_like(name)


def fill(count: int) -> None:
    names = [f"Basisschool {word} {number}" for number in range(count // 4) for word in ("Linde", "Eik", "Beuk", "Es")]
    with transaction():
        ids = db().scalars(
            sa.insert(Organisation).returning(Organisation.id),
            [{"name": n, "name_folded": folded(n), "kind": OrganisationKind.PRIMARY_SCHOOL} for n in names],
        )
        rows = zip(ids.all(), names, strict=True)
        db().execute(
            sa.insert(OrganisationName),
            [{"organisation_id": i, "name": n, "name_folded": folded(n), "since": today()} for i, n in rows],
        )


@pytest.mark.usefixtures("context")
def test_ten_thousand_organisations_are_looked_through_in_one_statement(statements: list[str]):
    fill(10_000)
    make_organisation("Hidrodoe")
    statements.clear()
    began = time.perf_counter()
    assert [c.name for c in names_like("Hydrodoe")] == ["Hidrodoe"]
    assert len(names_like("Basisschool Linde 7")) == 1
    assert len([s for s in statements if s.startswith("SELECT")]) == 2
    # A generous bound against a comparison that grows with the register; it takes some hundredths of a second.
    assert time.perf_counter() - began < 3
