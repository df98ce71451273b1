"""Two versions side by side: every kind of change is found, and nothing that stayed is called changed."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from alliance_tracker.convenants import beginning, comparing, document, drafting, reading, versions
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.comparing import Part
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.database import transaction
from alliance_tracker.i18n import in_language
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import (
    make_alliance,
    make_organisation,
    make_partner,
    make_user,
    offer_and_sign,
    promise,
    reload_version,
)
from tests.conftest import NOON
from tests.convenants.making import TASKS, Rich, rich_addendum, rich_draft
from tests.strict_client import StrictClient


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


def test_a_version_compared_with_itself_changed_nothing(context: Flask) -> None:
    text = reading.of_version(rich_draft().version)
    found = comparing.compare(text, text)
    assert found.changed == ()
    assert found.summary == ()
    assert {section.key for section in found.sections} >= {"title", "parties", "commitments", "money"}


def test_an_addendum_is_told_in_sentences(context: Flask) -> None:
    _, later = rich_addendum()
    with in_language("en"):
        assert later.based_on_id is not None
        former = reading.read(document.of_version(_by_id(later.based_on_id)))
        told = [str(sentence) for sentence in comparing.compare(former, reading.of_version(later)).summary]
    for sentence in (
        "New: “What changes, and why”.",
        "Nike Laakdal joins as a party.",
        "Hogeschool Kempen is no longer a party.",
        "Last day: 31 December 2029 instead of 31 December 2028.",
        "Reworded: “Tasks”.",
        "Left out: “Suspension”.",
        "V1, Borne by: Stad Herentals instead of Stad Herentals (50%); Hogeschool Kempen (50%).",
        "V1, Promised in 2027: 12 hours instead of 10 hours.",
        "V1, Due in 2027: 30 November 2027 instead of 31 December 2027.",
        "V2 is dropped: Een jaarlijkse bijdrage",
        "V3 is new: Bedrijfsbezoeken",
        "Drawing right of 2027: €18,000.00 instead of €15,000.00.",
        "Drawing right of 2028: €9,000.00, where nothing stood.",
        "Least share of the partners: 45.5% instead of 40%.",
    ):
        assert sentence in told, sentence
    assert not any("2026" in sentence for sentence in told if sentence.startswith(("V1", "Drawing")))


def _by_id(version_id: int):
    from alliance_tracker.convenants.service import version_by_id

    found = version_by_id(version_id)
    assert found is not None
    return found


@given(st.text("ab .,\n", max_size=60), st.text("ab .,\n", max_size=60))
def test_both_texts_can_be_read_back_from_the_pieces(left: str, right: str) -> None:
    change = comparing.Change("", comparing.pieces_of(left, right))
    assert "".join(piece.words for piece in change.left) == left
    assert "".join(piece.words for piece in change.right) == right
    assert change.is_changed == (left != right)


def test_only_the_words_that_changed_are_marked() -> None:
    found = comparing.pieces_of("Het lab is open voor alle scholen.", "Het lab is open voor alle verenigingen.")
    assert [(piece.part, piece.words) for piece in found] == [
        (Part.SAME, "Het lab is open voor alle "),
        (Part.GONE, "scholen"),
        (Part.NEW, "verenigingen"),
        (Part.SAME, "."),
    ]


def test_texts_without_much_in_common_and_very_long_ones_are_shown_whole() -> None:
    assert [piece.part for piece in comparing.pieces_of("een twee drie", "vier vijf zes")] == [Part.GONE, Part.NEW]
    long = "woord " * comparing.MOST_WORDS
    assert [piece.part for piece in comparing.pieces_of(long, long + "meer")] == [Part.GONE, Part.NEW]


def test_money_that_comes_or_goes_is_told(context: Flask) -> None:
    rich = rich_draft(ceilings={}, minimum_cofinancing=None)
    bare = reading.of_version(rich.version)
    full = dataclasses.replace(
        bare, rights=(reading.RightText(2026, Decimal("10.00")),), minimum_cofinancing=Decimal(0)
    )
    with in_language("en"):
        told = [str(sentence) for sentence in comparing.compare(bare, full).summary]
        back = [str(sentence) for sentence in comparing.compare(full, bare).summary]
    assert told == [
        "Drawing right of 2026: €10.00, where nothing stood.",
        "Least share of the partners: 0%, where nothing stood.",
    ]
    assert back == ["Drawing right of 2026: €10.00 falls away.", "Least share of the partners: 0% falls away."]


def test_the_newest_text_is_compared_with_the_one_that_it_changes(context: Flask) -> None:
    rich, later = rich_addendum()
    lines = versions.of_alliance(rich.alliance.id)
    pair = versions.newest_two(lines)
    assert pair is not None
    assert [line.id for line in pair] == [later.based_on_id, later.id]
    assert versions.newest_two(versions.of_alliance(make_alliance().id)) is None


def _rider_of(rich: Rich, version: ConvenantVersion, **words: Any) -> ConvenantVersion:
    """A rider to this version, in draft, of an organisation that promises something."""
    company = make_partner(rich.alliance, make_organisation("Nike Laakdal"))
    with transaction():
        rider = beginning.start_rider(
            version.convenant, drafting.PartyDraft(company.organisation_id, signs_as="zaakvoerder"), actor=SYSTEM
        )
        convenants.add_commitment(rider, promise(company, description="Bedrijfsbezoeken"), actor=SYSTEM)
        draft = dataclasses.replace(drafting.draft_of(rider), change_note="Sluit later aan.", **words)
        convenants.edit(rider, draft, actor=SYSTEM)
    return reload_version(rider)


def _in_force() -> tuple[Rich, ConvenantVersion]:
    rich = rich_draft()
    with transaction():
        wanted = [
            dataclasses.replace(drafting.party_draft_of(party), signatures_needed=1) for party in rich.version.parties
        ]
        convenants.set_parties(rich.version, wanted, actor=SYSTEM)
    return rich, offer_and_sign(rich.version)


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ({}, []),
        ({"tasks": f"{TASKS}\n\nBezoekt elke school."}, ["Added to “Tasks”."]),
        ({"tasks": "Bezoekt elke school."}, ["Added to “Tasks”."]),
    ],
)
def test_a_rider_is_shown_with_what_it_adds_to_the_text_that_it_joins(
    context: Flask, tasks: dict[str, str], said: list[str]
) -> None:
    rich, version = _in_force()
    rider = _rider_of(rich, version, **tasks)
    text = reading.of_version(version)
    found = comparing.compare(text, reading.with_rider(text, reading.of_version(rider)))
    with in_language("en"):
        told = [str(sentence) for sentence in found.summary]
    assert told == [
        "New: “What changes, and why”.",
        "Nike Laakdal joins as a party.",
        *said,
        "V3 is new: Bedrijfsbezoeken",
    ]
    pieces = [piece for s in found.sections for i in s.items for change in i.changes for piece in change.pieces]
    assert not any(piece.part is Part.GONE for piece in pieces)
    # The addendum that follows takes the rider up: then only the rider's own words go.
    offer_and_sign(rider)
    with transaction():
        later = beginning.start_addendum(version.convenant, actor=SYSTEM)
    after = comparing.compare(reading.with_rider(text, reading.of_version(rider)), reading.of_version(later))
    assert "commitments" not in {section.key for section in after.changed}
    assert "parties" not in {section.key for section in after.changed}


def test_the_page_compares_a_rider_with_the_version_that_it_joins(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(Role.OBSERVER, email="reader@example.org")
        rich, version = _in_force()
        rider = offer_and_sign(_rider_of(rich, version))
        base = f"/alliances/{rich.alliance.slug}/convenant"
    client.sign_in("reader@example.org")
    address = f"{base}/compare?a={version.id}&b={rider.id}"
    document = client.get(f"{base}/versions/{rider.id}?lang=en")
    assert address in document.links
    assert "The party that joins has signed" in document.words
    assert "every required party" not in document.words
    for asked in (f"{base}/compare?lang=en", f"{address}&lang=en"):
        page = client.get(asked)
        assert "What the rider adds" in page.words
        assert "Version 1 with rider 2" in page.words
        assert "V3 is new" in page.words
        assert "is no longer a party" not in page.words
        assert "falls away" not in page.words
    html = client.response.get_data(as_text=True)  # type: ignore[union-attr]
    assert '<details id="money">' in html


def test_the_page_opens_what_changed_and_lets_one_choose(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_user(Role.OBSERVER, email="reader@example.org")
        rich, later = rich_addendum()
        former = later.based_on_id
        base = f"/alliances/{rich.alliance.slug}/convenant"
        later = offer_and_sign(later)
        empty = make_alliance()
    client.sign_in("reader@example.org")
    page = client.get(f"{base}/compare")
    html = client.response.get_data(as_text=True)  # type: ignore[union-attr]
    assert "Nike Laakdal" in page.words
    assert '<details id="tasks" open>' in html
    assert '<details id="recovery">' in html
    assert "<ins>" in html
    assert f"{base}/versions/{former}" in page.links
    turned = client.get(f"{base}/compare?a={later.id}&b={former}").words
    assert "V3" in turned
    client.get(f"{base}/compare?a=999999&b={former}", status=404)
    client.get(f"{base}/compare?a=x", status=404)
    assert "nog geen convenant" in client.get(f"/alliances/{empty.slug}/convenant/compare").words
