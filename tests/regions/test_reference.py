"""The reference regions: how many there are, what merged in 2025, and that loading again changes nothing."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from alliance_tracker.database import db, transaction
from alliance_tracker.regions import queries, service
from alliance_tracker.regions.models import Municipality, Region, RegionFollowUp

pytestmark = pytest.mark.usefixtures("context")
CURRENT = Municipality.valid_until.is_(None)


def content() -> list[tuple[Any, ...]]:
    regions = db().execute(sa.select(Region.__table__).order_by(Region.code)).all()
    municipalities = db().execute(sa.select(Municipality.__table__).order_by(Municipality.id)).all()
    return [*map(tuple, regions), *map(tuple, municipalities)]


def test_there_are_15_regions_285_municipalities_and_13_centre_cities():
    assert db().scalar(sa.select(sa.func.count()).select_from(Region)) == 15
    assert db().scalar(sa.select(sa.func.count()).where(CURRENT)) == 285
    assert db().scalar(sa.select(sa.func.count()).where(CURRENT, Municipality.is_centre_city)) == 13


def test_three_regions_have_no_centre_city_and_limburg_has_two():
    cities = queries.centre_cities()
    assert cities["REFREG15"] == ["Genk", "Hasselt"]
    assert len(cities) == 12


def test_loading_again_changes_nothing():
    before = content()
    with transaction():
        assert service.load_reference() == 285
    assert content() == before


def test_loading_again_corrects_what_was_spoilt_and_deletes_nothing():
    before = content()
    with transaction():
        db().execute(sa.update(Municipality).where(Municipality.name == "Geel").values(name="Gheel"))
        service.load_reference()
    assert content() == before


def test_the_28_municipalities_that_merged_in_2025_end_and_lead_to_13_new_ones():
    old = db().scalars(sa.select(Municipality).where(Municipality.successor_id.is_not(None))).all()
    assert len(old) == 28
    assert {m.valid_until for m in old} == {date(2024, 12, 31)}
    successors = db().scalars(sa.select(Municipality).where(Municipality.id.in_({m.successor_id for m in old}))).all()
    assert len(successors) == 13
    assert {(m.valid_from, m.valid_until) for m in successors} == {(date(2025, 1, 1), None)}


def test_a_merger_that_kept_its_code_has_two_rows_of_which_one_is_of_today():
    rows = db().scalars(sa.select(Municipality).where(Municipality.nis_code == "11002").order_by(Municipality.id)).all()
    assert sorted((m.valid_from, m.valid_until) for m in rows if m.valid_until) == [
        (date(1977, 1, 1), date(2024, 12, 31))
    ]
    assert [m.valid_from for m in rows if m.valid_until is None] == [date(2025, 1, 1)]


def test_a_region_tells_what_its_municipalities_became():
    mergers = {m.name: m.former for m in queries.mergers_of("REFREG15")}
    assert mergers["Tessenderlo-Ham"] == ("Ham", "Tessenderlo")
    assert mergers["Hasselt"] == ("Hasselt", "Kortessem")
    assert queries.mergers_of("REFREG03") == []
    # Zwijndrecht went to another region than Antwerp's.
    assert {m.name: m.former for m in queries.mergers_of("REFREG14")}["Beveren-Kruibeke-Zwijndrecht"] == (
        "Beveren",
        "Kruibeke",
        "Zwijndrecht",
    )


def test_the_overview_counts_every_municipality_once():
    rows = queries.overview()
    assert len(rows) == 15
    assert sum(row.municipalities for row in rows) == 285
    assert sum(len(row.centre_cities) for row in rows) == 13


def test_a_municipality_is_found_with_its_region_also_under_its_former_name():
    (ham,) = [p for p in queries.places("ham") if p.name == "Ham"]
    assert (ham.region_code, ham.became) == ("REFREG15", "Tessenderlo-Ham")
    (hasselt,) = queries.places("hasselt")
    assert hasselt.became == ""
    assert queries.places("%") == queries.places(" ") == []


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"nis_code": "1234"}, "nis_code_has_five_digits"),
        ({"valid_until": date(1970, 1, 1)}, "ends_after_it_starts"),
    ],
)
def test_the_database_refuses_a_municipality_that_cannot_be(values: dict[str, Any], constraint: str):
    with pytest.raises(IntegrityError, match=constraint):
        db().execute(sa.update(Municipality).where(Municipality.name == "Geel").values(**values))


def test_the_database_refuses_two_municipalities_of_today_with_one_code():
    row = {"nis_code": "13008", "name": "X", "name_folded": "x", "region_code": "REFREG03"}
    assert db().scalar(sa.select(Municipality.name).where(Municipality.nis_code == "13008")) == "Geel"
    with pytest.raises(IntegrityError, match="municipality"):
        db().execute(sa.insert(Municipality).values(**row, valid_from=date(2026, 1, 1)))


def test_the_database_refuses_a_stem_poor_region_without_a_reason():
    with pytest.raises(IntegrityError, match="stem_poor_has_reason"):
        db().execute(sa.insert(RegionFollowUp).values(region_code="REFREG03", stem_poor=True, version=1))
