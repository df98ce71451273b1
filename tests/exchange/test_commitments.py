"""Commitments in and out: into the draft of a convenant, never into what was offered."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Unit
from alliance_tracker.convenants import beginning
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.database import transaction
from alliance_tracker.policy import Actor, Role
from tests.builders import (
    make_actor,
    make_alliance,
    make_convenant,
    make_draft_convenant,
    make_organisation,
    make_partner,
    promise,
    reload_version,
)
from tests.exchange.files import bring_in, counts, faults, plan, text, xlsx

HEADINGS = ("number", "description", "nature", "kind", "bearers", "quantity 2026", "due 2026", "coordinator")


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


@pytest.fixture
def draft(context: Flask) -> ConvenantVersion:
    """A draft of which Stad Geel and Hidrodoe are parties, with one commitment."""
    alliance = make_alliance()
    town = make_partner(alliance, make_organisation("Stad Geel"))
    water = make_partner(alliance, make_organisation("Hidrodoe"))
    return make_draft_convenant(alliance, parties=[town, water], commitments=[promise(town, description="Lokalen")])


def alliance_of(version: ConvenantVersion) -> Alliance:
    from alliance_tracker.database import db

    return db().get_one(Alliance, version.alliance_id)


def test_new_commitments_come_into_the_draft(draft: ConvenantVersion, manager: Actor) -> None:
    row = (
        "",
        "Gastlessen",
        "result",
        "guest-teachers",
        "stad geel = 60; Hidrodoe = 40 %",
        12,
        date(2026, 6, 30),
        "Hidrodoe",
    )
    assert counts(bring_in(alliance_of(draft), "commitments", xlsx(HEADINGS, row), manager)) == {"new": 1}
    made = reload_version(draft).wordings[-1]
    assert (made.commitment.number, made.description, made.unit) == (2, "Gastlessen", Unit.LESSONS)
    assert {bearer.organisation.name: bearer.share for bearer in made.bearers} == {
        "Stad Geel": Decimal(60),
        "Hidrodoe": Decimal(40),
    }
    assert [(year.year, year.quantity, year.due_on) for year in made.years] == [(2026, Decimal(12), date(2026, 6, 30))]
    assert counts(plan(alliance_of(draft), "commitments", xlsx(HEADINGS, row))) == {"unchanged": 1}


def test_a_number_says_which_commitment_changes(draft: ConvenantVersion, manager: Actor) -> None:
    row = "1|Lokalen en toestellen|effort|hours|Stad Geel; Hidrodoe"
    content = text("number|description|nature|kind|bearers", row, separator="\t")
    assert counts(bring_in(alliance_of(draft), "commitments", content, manager, "x.csv")) == {"changed": 1}
    (changed,) = reload_version(draft).wordings
    assert changed.description == "Lokalen en toestellen"
    assert {bearer.share for bearer in changed.bearers} == {Decimal(50)}
    assert [year.year for year in changed.years] == [2026, 2027]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("|Iets|effort|hours|Onbekend vzw|1|2026-06-30", "bearers"),
        ("|Iets|effort|hours|Stad Geel = 60|1|2026-06-30", "bearers"),
        ("|Iets|effort|hours|Stad Geel = veel|1|2026-06-30", "bearers"),
        ("|Iets|effort|guest-teachers|Stad Geel|1,5|2026-06-30", ""),
        ("|Iets|effort|hours|Stad Geel|1|2031-06-30", ""),
        ("|Iets|effort|hours|Stad Geel|1|", "due 2026"),
        ("|Iets|effort|hours|Stad Geel||", ""),
        ("7|Iets|effort|hours|Stad Geel|1|2026-06-30", "number"),
    ],
)
def test_what_is_wrong_is_said_beside_its_cell(draft: ConvenantVersion, row: str, column: str) -> None:
    content = text("number|description|nature|kind|bearers|quantity 2026|due 2026", row)
    (fault,) = faults(plan(alliance_of(draft), "commitments", content, "x.csv"))
    assert fault[1] == column


def test_what_is_in_force_does_not_change_by_a_file(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance, make_organisation("Stad Geel"))
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner, description="Lokalen")])
    content = text("number|description|nature|kind|bearers", "1|Minder|effort|hours|Stad Geel")
    assert len(faults(plan(alliance, "commitments", content, "x.csv"))) == 1
    with transaction():
        beginning.start_addendum(convenant, actor=manager)
    assert counts(bring_in(alliance, "commitments", content, manager, "x.csv")) == {"changed": 1}
