"""Sending a signal in seconds, sharpening it, and saying “with us too”."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker import audit
from alliance_tracker.alliances import service as alliances
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused
from alliance_tracker.learning import queries, service
from alliance_tracker.learning.models import Signal, SignalKind, SignalStatus, SignalSupport
from alliance_tracker.learning.similar import signals_like
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_partner, make_signal
from tests.learning.making import make_field


def draft(**changes: Any) -> service.Draft:
    return service.Draft(**{"kind": SignalKind.PROPOSAL, "title": "Kan dit?", "text": "Graag.", **changes})


def test_a_signal_keeps_the_term_of_the_day_it_was_sent(context: Flask, freeze: Any) -> None:
    freeze(datetime(2026, 3, 28, 23, 30, tzinfo=UTC))  # half past midnight in Brussels, the night of summer time
    signal = make_signal(make_alliance(), days=60)
    assert signal.sent_on == date(2026, 3, 29)
    assert signal.answer_due_on == date(2026, 5, 28)
    assert (signal.status, signal.voices, signal.answered_on) == (SignalStatus.RECEIVED, 1, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": ""}, "title"), ({"text": ""}, "text"), ({"precondition_key": "bestaat-niet"}, "precondition")],
)
def test_a_signal_says_what_is_the_matter_and_what_it_is_about(
    context: Flask, changes: dict[str, str], field: str
) -> None:
    alliance = make_alliance()
    speaker = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(FieldRefused) as refusal:
        service.raise_signal(alliance, draft(**changes), days=60, actor=speaker)
    assert refusal.value.field == field


def test_coordinators_partners_and_reporters_send_for_their_own_alliance_only(context: Flask) -> None:
    mine, theirs = make_alliance(), make_alliance(region="REFREG05", municipalities=["Brugge"])
    partner = make_partner(mine)
    speakers = (
        make_actor(Role.COORDINATOR, alliance_id=mine.id),
        make_actor(Role.REPORTER, region_code="REFREG03"),
        make_actor(Role.PARTNER, organisation_id=partner.organisation_id),
    )
    for speaker in speakers:
        with transaction():
            service.raise_signal(mine, draft(), days=60, actor=speaker)
        with pytest.raises(NotAllowed):
            service.raise_signal(theirs, draft(), days=60, actor=speaker)
    with pytest.raises(NotAllowed):
        service.raise_signal(mine, draft(), days=60, actor=make_actor(Role.PROJECT_MANAGER))


def test_an_ended_alliance_sends_and_supports_nothing(context: Flask) -> None:
    field = make_field(2)
    signal = make_signal(field.alliances[1])
    with transaction():
        alliances.end(field.alliances[0], on=today(), reason="Klaar.", actor=SYSTEM)
    with pytest.raises(Refused):
        service.raise_signal(field.alliances[0], draft(), days=60, actor=field.speakers[0])
    with pytest.raises(Refused):
        field.too(signal, 0)


def test_the_checklist_reads_what_was_sent_and_when(context: Flask, freeze: Any) -> None:
    alliance, silent = make_alliance(), make_alliance()
    freeze(datetime(2025, 12, 31, 12, tzinfo=UTC))
    make_signal(alliance, "Vorig jaar")
    freeze(datetime(2026, 1, 2, 12, tzinfo=UTC))
    make_signal(alliance, "Dit jaar")
    assert [(sent.sent_on.year, sent.title) for sent in queries.sent_in(alliance.id)] == [
        (2025, "Vorig jaar"),
        (2026, "Dit jaar"),
    ]
    assert queries.sent_in(silent.id) == ()


# Sharpening ----------------------------------------------------------------------------------------------------------


def edited(signal: Signal, actor: Any, **changes: Any) -> None:
    facts: dict[str, Any] = {"title": "Scherper", "precondition_key": "barriers", "rule": "Decreet", "version": None}
    with transaction():
        service.edit(signal, **{**facts, **changes}, actor=actor)


def test_until_vlaio_answers_the_alliance_sharpens_the_title_and_what_it_is_about(context: Flask) -> None:
    field = make_field()
    signal = make_signal(field.alliances[0])
    edited(signal, field.speakers[0])
    assert (signal.title, signal.precondition_key, signal.rule) == ("Scherper", "barriers", "Decreet")
    anybody = queries.Filters(q="scherper")
    assert queries.listing(field.manager, anybody, 1).total == 1  # the search knows the new title
    with pytest.raises(NotAllowed):
        edited(signal, field.speakers[1])
    with pytest.raises(EditConflict):
        edited(signal, field.speakers[0], version=1)
    field.answer(signal, "study")
    with pytest.raises(Refused):
        edited(signal, field.speakers[0], title="Te laat")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "Anders."),
        ("kind", SignalKind.PRACTICE),
        ("sent_on", date(2020, 1, 1)),
        ("answer_due_on", date(2030, 1, 1)),
    ],
)
def test_what_was_sent_is_written_once(context: Flask, column: str, value: Any) -> None:
    signal = make_signal(make_alliance())
    with pytest.raises(IntegrityError, match="written once"), transaction():
        setattr(signal, column, value)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("has_a_title", {"title": ""}),
        ("has_a_voice", {"voices": 0}),
        ("received_until_answered", {"answered_on": date(2026, 1, 1)}),
    ],
)
def test_the_database_holds_to_the_rules_of_a_signal(context: Flask, name: str, change: dict[str, Any]) -> None:
    signal = make_signal(make_alliance())
    with pytest.raises(IntegrityError, match=f"ck_signal_{name}"), transaction():
        for key, value in change.items():
            setattr(signal, key, value)


def test_a_signal_and_a_voice_are_never_deleted(context: Flask) -> None:
    field = make_field(2)
    signal = make_signal(field.alliances[0])
    field.too(signal, 1)
    for table in (SignalSupport, Signal):
        with pytest.raises(IntegrityError), transaction():
            db().execute(sa.delete(table))
    with pytest.raises(IntegrityError, match="append-only"), transaction():
        db().execute(sa.update(SignalSupport).values(words="Anders."))


# With us too ---------------------------------------------------------------------------------------------------------


def test_another_alliance_says_with_us_too_once_and_in_its_own_words(context: Flask) -> None:
    field = make_field()
    signal = make_signal(field.alliances[0])
    field.too(signal, 1, "Aan de kust ook.")
    assert signal.voices == 2
    with pytest.raises(FieldRefused) as twice:
        field.too(signal, 1)
    assert twice.value.field == "alliance_id"
    with pytest.raises(FieldRefused):
        field.too(signal, 0)  # the alliance that raised it
    with pytest.raises(FieldRefused) as silent:
        field.too(signal, 2, "")
    assert silent.value.field == "words"
    with pytest.raises(NotAllowed), transaction():
        service.support(signal, field.alliances[2], words="Ook.", actor=field.speakers[1])
    row = queries.one(field.manager, signal.id)
    assert row is not None
    assert (row.voices, row.regions) == (2, 2)
    assert db().scalars(sa.select(SignalSupport.words)).all() == ["Aan de kust ook."]
    assert audit.verify(db()).broken_id is None


def test_two_alliances_of_one_region_are_two_voices_and_one_region(context: Flask) -> None:
    field = make_field()
    signal = make_signal(field.alliances[0])
    field.too(signal, 2)
    row = queries.one(field.manager, signal.id)
    assert row is not None
    assert (row.voices, row.regions) == (2, 1)


# Signals that sound alike --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("Busvervoer naar de techniekdag wordt niet gesubsidieerd", True),
        ("BUSVERVOER naar techniekdagen", True),
        ("Verzekering van geleende machines", False),
        ("", False),
        ("de het een van", False),
        ("%_\\", False),
    ],
)
def test_signals_that_sound_alike_are_found_whatever_the_endings(context: Flask, typed: str, is_found: bool) -> None:
    signal = make_signal(make_alliance(), "Busvervoer naar een techniekdag valt buiten elke subsidie")
    make_signal(make_alliance(region="REFREG05", municipalities=["Brugge"]), "Iets heel anders met elektriciteit")
    assert [found.id for found in signals_like(typed)] == ([signal.id] if is_found else [])
    assert signals_like(typed, besides=signal.id) == []


def test_the_signal_that_more_alliances_stand_behind_comes_first_among_equals(context: Flask) -> None:
    field = make_field()
    first, second = (make_signal(field.alliances[0], "Geen lichte rechtsvorm") for _ in range(2))
    field.too(first, 1)
    assert [found.id for found in signals_like("Lichte rechtsvorm")] == [first.id, second.id]
    field.merge(second, first)
    assert [found.id for found in signals_like("Lichte rechtsvorm")] == [first.id]
    assert first.answer_due_on == first.sent_on + timedelta(days=60)
