"""The life of an alliance: proposed, accepted, paused, resumed, ended."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.alliances import service
from alliance_tracker.alliances.lifecycle import LIFECYCLE
from alliance_tracker.alliances.models import Alliance, AllianceStatus, DueDatesWhilePaused, PioneerMandate, WorkingArea
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.workflow import events_of
from tests.builders import make_actor, make_alliance, make_user, municipality
from tests.strict_client import StrictClient

DAY = date(2026, 3, 2)


def words(alliance: Alliance, **changes: str) -> dict[str, str]:
    return {
        "name": alliance.name,
        "purpose": alliance.purpose,
        "value_proposition": alliance.value_proposition,
        "website": "",
        "cited_facts": "",
        **changes,
    }


def test_anybody_proposes_and_only_the_project_manager_accepts(context: Flask) -> None:
    somebody, manager = make_actor(), make_actor(Role.PROJECT_MANAGER)
    with transaction():
        alliance = service.propose(
            name="Nieuw",
            region_code="REFREG03",
            municipality_ids=[municipality("Geel").id],
            purpose="x",
            actor=somebody,
        )
    assert alliance.status is AllianceStatus.INITIATIVE
    with pytest.raises(NotAllowed), transaction():
        service.accept(alliance, on=DAY, actor=somebody)
    with transaction():
        service.accept(alliance, on=DAY, actor=manager)
    assert (alliance.status, alliance.founded_on) == (AllianceStatus.ACTIVE, DAY)


def test_every_status_is_an_event_and_the_newest_event_is_the_status(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        service.pause(alliance, since=DAY, due_dates=DueDatesWhilePaused.KEEP, reason="ziekte", actor=SYSTEM)
        service.resume(alliance, on=date(2026, 4, 1), actor=SYSTEM)
    events = events_of("alliance", alliance.id)
    assert [event.target for event in events] == ["initiative", "active", "paused", "active"]
    assert events[-1].target == alliance.status.value


@pytest.mark.parametrize("status", list(AllianceStatus))
@pytest.mark.parametrize("name", list(LIFECYCLE.transitions))
def test_only_the_declared_moves_are_possible(context: Flask, status: AllianceStatus, name: str) -> None:
    alliance = make_alliance(accepted_on=None if status is AllianceStatus.INITIATIVE else DAY)
    with transaction():
        if status is AllianceStatus.PAUSED:
            service.pause(alliance, since=DAY, due_dates=DueDatesWhilePaused.KEEP, reason="x", actor=SYSTEM)
        if status is AllianceStatus.ENDED:
            service.end(alliance, on=DAY, reason="x", actor=SYSTEM)
    offered = {offer.transition.name for offer in LIFECYCLE.offers(SYSTEM, alliance)}
    assert (name in offered) == (status in LIFECYCLE.transitions[name].sources)
    if name not in offered:
        with pytest.raises(TransitionRefused):
            LIFECYCLE.apply(alliance, name, actor=SYSTEM, reason="x")


@pytest.mark.parametrize("name", ["pause", "end"])
def test_pausing_and_ending_ask_why(context: Flask, name: str) -> None:
    with pytest.raises(TransitionRefused, match=r"reden|reason"):
        LIFECYCLE.apply(make_alliance(), name, actor=SYSTEM)


def test_an_ended_alliance_can_be_read_but_not_changed(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        service.end(alliance, on=DAY, reason="klaar", actor=SYSTEM)
    with pytest.raises(Refused):
        service.edit(alliance, **words(alliance), version=alliance.version, actor=SYSTEM)


def test_a_name_is_used_once_in_a_region(context: Flask) -> None:
    make_alliance("Dubbel")
    with pytest.raises(FieldRefused) as refusal:
        make_alliance("DUBBEL")
    assert refusal.value.field == "name"
    make_alliance("Dubbel", region="REFREG15", municipalities=["Genk"])


def test_a_stale_edit_is_refused_and_says_what_changed(context: Flask) -> None:
    alliance = make_alliance()
    drawn_from = alliance.version
    with transaction():
        service.edit(alliance, **words(alliance, purpose="Van een ander"), version=drawn_from, actor=SYSTEM)
    with pytest.raises(EditConflict):
        service.edit(alliance, **words(alliance, purpose="Van mij"), version=drawn_from, actor=SYSTEM)


def test_the_working_area_is_dated(context: Flask) -> None:
    alliance = make_alliance(municipalities=["Geel", "Mol"])
    with transaction():
        service.work_in(alliance, [municipality("Mol").id, municipality("Balen").id], since=DAY, actor=SYSTEM)
    areas = {area.municipality_id: area.until for area in db().scalars(sa.select(WorkingArea))}
    assert areas[municipality("Mol").id] is None
    assert areas[municipality("Balen").id] is None
    assert areas[municipality("Geel").id] is not None


def test_a_municipality_that_merged_cannot_be_chosen(context: Flask) -> None:
    from alliance_tracker.regions.models import Municipality

    gone = db().scalars(sa.select(Municipality).where(Municipality.name == "Borsbeek")).one()
    with pytest.raises(FieldRefused):
        service.work_in(make_alliance(), [gone.id], since=DAY, actor=SYSTEM)


def test_a_region_has_one_pioneer_at_a_time(context: Flask) -> None:
    first, second = make_alliance(), make_alliance()
    with transaction():
        service.give_mandate(first, task="Trekken", since=DAY, until=date(2026, 6, 30), actor=SYSTEM)
    for since, until in [
        (DAY, None),
        (date(2026, 6, 30), None),
        (date(2026, 1, 20), DAY),
        (date(2026, 4, 1), date(2026, 5, 1)),
    ]:
        with pytest.raises(FieldRefused) as refusal:
            service.give_mandate(second, task="Trekken", since=since, until=until, actor=SYSTEM)
        assert first.name in str(refusal.value)
    with transaction():
        service.give_mandate(second, task="Trekken", since=date(2026, 7, 1), until=None, actor=SYSTEM)


def test_the_database_itself_refuses_two_pioneers(context: Flask) -> None:
    first, second = make_alliance(), make_alliance()
    with transaction():
        service.give_mandate(first, task="Trekken", since=DAY, until=date(2026, 6, 30), actor=SYSTEM)
    with pytest.raises(IntegrityError, match="overlap"), transaction():
        db().add(
            PioneerMandate(
                alliance_id=second.id, region_code="REFREG03", task="x", since=date(2026, 6, 1), end_reason=""
            )
        )


def test_only_an_active_alliance_leads(context: Flask) -> None:
    with pytest.raises(Refused):
        service.give_mandate(make_alliance(accepted_on=None), task="x", since=DAY, until=None, actor=SYSTEM)


def test_the_mandate_ends_with_the_alliance(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        mandate = service.give_mandate(alliance, task="x", since=DAY, until=None, actor=SYSTEM)
        service.end(alliance, on=date(2026, 9, 1), reason="klaar", actor=SYSTEM)
    assert (mandate.until, mandate.end_reason) == (date(2026, 9, 1), "klaar")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ck_alliance_founded_on_once_accepted", {"founded_on": None}),
        ("ck_alliance_ended_on_if_ended", {"ended_on": DAY}),
        ("ck_alliance_slug_is_lowercase", {"slug": "GROOT"}),
    ],
)
def test_the_database_ties_a_status_to_its_dates(context: Flask, name: str, change: dict[str, object]) -> None:
    alliance = make_alliance()
    with pytest.raises(IntegrityError, match=name), transaction():
        for key, value in change.items():
            setattr(alliance, key, value)


def test_the_database_keeps_an_alliance_for_ever(context: Flask) -> None:
    alliance = make_alliance()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(sa.delete(Alliance).where(Alliance.id == alliance.id))


def test_a_name_or_a_place_of_another_region_is_asked_about_and_then_allowed(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_alliance("STEM Samen")
        make_user(Role.OBSERVER, email="otto@example.org", language="en")
        brugge, geel = municipality("Brugge").id, municipality("Geel").id
    client.sign_in("otto@example.org")
    proposal = {"name": "Stem samen", "region_code": "REFREG06", "purpose": "Samen.", "municipalities": str(brugge)}
    page = client.post("/alliances/new", proposal, form_at="/alliances/new", status=422)
    assert "with this name in another region already: Kempen" in page.words
    assert "lies in another region" not in page.words
    page = client.post("/alliances/new", {**proposal, "name": "Anders", "municipalities": str(geel)}, status=422)
    assert "Geel lies in another region: Kempen" in page.words
    assert "with this name" not in page.words
    client.post("/alliances/new", {**proposal, "is_sure": "y"})
    client.post("/alliances/new", {**proposal, "name": "Nog anders"}, form_at="/alliances/new")
