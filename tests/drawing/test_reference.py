"""The reference data lies inside the package and can be read."""

import csv
import tomllib

import pytest

from alliance_tracker import reference


def rows(name: str) -> list[dict[str, str]]:
    with reference.path(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_lists_are_whole():
    regions = {row["code"] for row in rows("regions.csv")}
    municipalities = rows("municipalities.csv")
    assert len(regions) == 15
    assert len(municipalities) == 285
    assert {row["region_code"] for row in municipalities} == regions
    assert sum(row["centre_city"] == "yes" for row in municipalities) == 13
    assert rows("municipality_mergers_2025.csv")


@pytest.mark.parametrize("name", ["stappenplan.toml", "rollout.toml"])
def test_the_plans_can_be_read(name):
    assert tomllib.loads(reference.path(name).read_text(encoding="utf-8"))
