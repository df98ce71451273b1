"""The catalogue: one draft at a time, published with a note; meanings never change, and what was measured stays."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.indicators import catalogue_queries, cataloguing, service
from alliance_tracker.indicators.catalogue_queries import Words, entries_of, versions
from alliance_tracker.indicators.models import (
    AllianceRule,
    Catalogue,
    CatalogueEntry,
    CatalogueStatus,
    Counting,
    Definition,
    Direction,
    Kind,
    Measurement,
    PeriodRule,
    Unit,
)
from alliance_tracker.indicators.periods import PeriodKind
from alliance_tracker.indicators.semantics import Semantics
from alliance_tracker.policy import Actor, Role
from tests.builders import (
    actor_of,
    definition,
    make_actor,
    make_alliance,
    make_goal,
    make_indicator,
    make_measurement,
    make_user,
    typed,
)
from tests.strict_client import StrictClient

VISITS = Semantics(
    Unit.COUNT,
    Kind.FLOW,
    PeriodKind.CALENDAR,
    PeriodRule.SUM,
    Direction.UP,
    AllianceRule.SUM,
    True,
    Counting.PARTICIPATIONS,
)
SHARE = Semantics(Unit.PERCENT, Kind.FLOW, PeriodKind.SCHOOL, PeriodRule.RATIO, Direction.UP)


def words(nl: str = "Bezoekers", en: str = "Visitors", *, min_cell: int = 5, breakdowns: tuple[str, ...] = ()) -> Words:
    nothing = InTwoLanguages("", "")
    return Words(InTwoLanguages(nl, en), nothing, nothing, breakdowns, min_cell)


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


def begun(manager: Actor) -> Catalogue:
    with transaction():
        cataloguing.begin(actor=manager)
    db().expire_all()
    return cataloguing.draft_or_missing()


def noted(draft: Catalogue, manager: Actor, *, label: str = "2027-01", valid_from: date | None = None) -> None:
    cataloguing.edit_draft(
        draft,
        label=label,
        valid_from=valid_from or today(),
        change_note="Bezoekers erbij.",
        version=None,
        actor=manager,
    )


def entry_of(draft: Catalogue, key: str) -> CatalogueEntry:
    return next(entry for entry in draft.entries if entry.definition.key == key)


def test_a_draft_begins_as_a_copy_and_there_is_only_one(manager: Actor) -> None:
    draft = begun(manager)
    newest = versions()[0]
    assert not catalogue_queries.between(entries_of(newest.id), entries_of(draft.id))
    with pytest.raises(Refused), transaction():
        cataloguing.begin(actor=manager)


def test_the_database_holds_one_draft(manager: Actor) -> None:
    begun(manager)
    with pytest.raises(IntegrityError), transaction():
        db().add(Catalogue(label="2099-01", status=CatalogueStatus.DRAFT, valid_from=today()))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER, Role.ADMINISTRATOR])
def test_only_the_project_manager_drafts(context: Flask, role: Role) -> None:
    scope = {"alliance_id": make_alliance().id} if role is Role.COORDINATOR else {}
    with pytest.raises(NotAllowed), transaction():
        cataloguing.begin(actor=make_actor(role, **scope))


def test_a_new_indicator_is_offered_from_the_publication_on(manager: Actor) -> None:
    draft = begun(manager)
    goal = make_goal(make_alliance())
    with transaction():
        made = cataloguing.add(draft, cataloguing.NewIndicator(VISITS, words()), actor=manager)
        noted(draft, manager)

    def offered() -> set[str]:
        return {each.key for group in catalogue_queries.choices_for(goal.alliance_id) for each in group.choices}

    assert "visitors" not in offered()
    new = db().get_one(Definition, made.definition_id)
    with pytest.raises(FieldRefused), transaction():
        service.follow(goal, new, actor=manager)
    assert "visitors" not in {each.key for each in catalogue_queries.retired()}
    db().expire_all()
    with transaction():
        cataloguing.publish(cataloguing.draft_or_missing(), actor=manager)
    assert "visitors" in offered()
    with transaction():
        service.follow(goal, db().get_one(Definition, made.definition_id), actor=manager)


def test_a_dropped_indicator_is_retired_and_its_figures_stay(manager: Actor) -> None:
    goal = make_goal(make_alliance())
    indicator = make_indicator(goal)
    make_measurement(indicator, 2026, typed(120))
    draft = begun(manager)
    first_day = today() + timedelta(days=41)
    with transaction():
        cataloguing.drop(entry_of(draft, "reach-participants"), actor=manager)
        noted(draft, manager, valid_from=first_day)
    db().expire_all()
    with transaction():
        cataloguing.publish(cataloguing.draft_or_missing(), actor=manager)
    assert definition("reach-participants").retired_on == first_day
    assert [each.key for each in catalogue_queries.retired()] == ["reach-participants"]
    assert db().scalar(sa.select(sa.func.count()).select_from(Measurement)) == 1
    with pytest.raises(FieldRefused), transaction():
        service.follow(make_goal(make_alliance()), definition("reach-participants"), actor=manager)


def test_publication_brings_the_words_in_line_and_the_former_version_keeps_its_own(manager: Actor) -> None:
    draft = begun(manager)
    before = versions()[0]
    with transaction():
        new = words("Bereikte deelnemers", "People reached", min_cell=10, breakdowns=("gender",))
        cataloguing.edit_entry(entry_of(draft, "reach-participants"), new, version=1, actor=manager)
        noted(draft, manager)
    assert definition("reach-participants").name_nl == "Deelnemers bereikt"
    db().expire_all()
    with transaction():
        cataloguing.publish(cataloguing.draft_or_missing(), actor=manager)
    now = definition("reach-participants")
    assert (now.name_nl, now.min_cell, now.breakdowns) == ("Bereikte deelnemers", 10, ["gender"])
    db().expire_all()
    old = {entry.key: entry for entry in entries_of(before.id)}
    assert str(old["reach-participants"].name) == "Deelnemers bereikt"
    difference = catalogue_queries.between(entries_of(before.id), entries_of(versions()[0].id))
    assert len(difference.changed) == 1
    assert len(difference.changed[0].changes) == 4


@pytest.mark.parametrize("case", ["no note", "past", "no change"])
def test_what_stands_in_the_way_of_publication(manager: Actor, case: str) -> None:
    draft = begun(manager)
    with transaction():
        if case != "no change":
            cataloguing.drop(entry_of(draft, "activity-hours"), actor=manager)
        if case != "no note":
            noted(draft, manager, valid_from=today() - timedelta(days=1) if case == "past" else None)
    db().expire_all()
    with pytest.raises(TransitionRefused) as refusal, transaction():
        cataloguing.publish(cataloguing.draft_or_missing(), actor=manager)
    assert len(refusal.value.obstacles) == 1


def test_a_published_version_never_changes(manager: Actor) -> None:
    first = db().scalars(sa.select(CatalogueEntry)).first()
    assert first is not None
    first.definition = db().get_one(Definition, first.definition_id)
    with pytest.raises(Refused), transaction():
        cataloguing.edit_entry(first, words(), version=None, actor=manager)
    with pytest.raises(IntegrityError), transaction():
        db().execute(sa.update(CatalogueEntry).where(CatalogueEntry.id == first.id).values(name_nl="Anders"))


def test_the_database_refuses_another_meaning(manager: Actor) -> None:
    with pytest.raises(IntegrityError), transaction():
        db().execute(
            sa.update(Definition).where(Definition.key == "reach-participants").values(direction=Direction.DOWN)
        )


def test_two_who_edit_the_same_indicator_do_not_overwrite_each_other(manager: Actor) -> None:
    draft = begun(manager)
    entry = entry_of(draft, "activity-hours")
    with transaction():
        cataloguing.edit_entry(entry, words("Uren", "Hours"), version=entry.version, actor=manager)
    with pytest.raises(EditConflict), transaction():
        cataloguing.edit_entry(entry, words("Tijd", "Time"), version=1, actor=manager)


def test_a_discarded_draft_leaves_nothing_behind_and_another_can_begin(manager: Actor) -> None:
    draft = begun(manager)
    with transaction():
        cataloguing.add(draft, cataloguing.NewIndicator(VISITS, words()), actor=manager)
    db().expire_all()
    with transaction():
        cataloguing.discard(cataloguing.draft_or_missing(), actor=manager)
    db().expire_all()
    assert cataloguing.open_draft() is None
    assert db().scalar(sa.select(sa.func.count()).select_from(CatalogueEntry)) == 12
    assert len(begun(manager).entries) == 12
    alliance = make_alliance()
    assert "visitors" not in {e.key for g in catalogue_queries.choices_for(alliance.id) for e in g.choices}


def test_what_was_left_out_can_be_put_back_and_moved(manager: Actor) -> None:
    draft = begun(manager)
    with transaction():
        cataloguing.drop(entry_of(draft, "reach-participants"), actor=manager)
    db().expire_all()
    with transaction():
        back = cataloguing.put_back(cataloguing.draft_or_missing(), definition("reach-participants"), actor=manager)
        cataloguing.shift(back, up=True, actor=manager)
    db().expire_all()
    keys = [entry.key for entry in entries_of(cataloguing.draft_or_missing().id)]
    assert keys.index("reach-participants") == len(keys) - 2
    with pytest.raises(Refused), transaction():
        cataloguing.put_back(cataloguing.draft_or_missing(), definition("reach-participants"), actor=manager)


@pytest.mark.parametrize(
    ("meaning", "said", "field"),
    [
        (replace(VISITS, unit=Unit.SCORE, over_periods=PeriodRule.LATEST), words(), "over_alliances"),
        (replace(VISITS, unit=Unit.HOURS, over_alliances=AllianceRule.RATIO), words(), "over_alliances"),
        (replace(SHARE, over_alliances=AllianceRule.SUM), words(), "over_alliances"),
        (SHARE, words(), "numerator_nl"),
        (VISITS, words(nl=""), "name_nl"),
        (VISITS, words(min_cell=0), "min_cell"),
        (VISITS, words(breakdowns=("hair",)), "breakdowns"),
    ],
)
def test_an_indicator_that_cannot_be_counted_honestly_is_refused(
    manager: Actor, meaning: Semantics, said: Words, field: str
) -> None:
    draft = begun(manager)
    with pytest.raises(FieldRefused) as refusal, transaction():
        cataloguing.add(draft, cataloguing.NewIndicator(meaning, said), actor=manager)
    assert refusal.value.field == field


def test_from_draft_to_publication_on_the_screens(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        email = make_user(Role.PROJECT_MANAGER, language="en").email
    client.sign_in(email)
    client.post("/catalogue/draft/new", form_at="/catalogue")
    client.follow()
    form = {
        "name_nl": "Bezoekers",
        "name_en": "Visitors of the science day",
        "unit": "count",
        "kind": "flow",
        "period_kind": "calendar",
        "over_periods": "sum",
        "over_alliances": "sum",
        "direction": "up",
        "counts_people": "y",
        "counting": "participations",
        "breakdowns": "gender",
        "min_cell": "10",
    }
    client.post("/catalogue/draft/new-indicator", form, form_at="/catalogue/draft/new-indicator")
    page = client.follow()
    assert "Write the change note" in page.words
    text = {"label": "2027-01", "valid_from": "2099-01-01", "change_note": "A new one."}
    client.post("/catalogue/draft/words", text, form_at="/catalogue/draft/words")
    client.follow()
    client.post("/catalogue/draft/publish")
    page = client.follow()
    assert "Visitors of the science day" in page.words
    assert "Visitors of the science day" in client.get("/catalogue/versions/2027-01/changes").words
    assert "Visitors of the science day" not in client.get("/catalogue/versions/2025-05").words
    client.get("/catalogue/versions/2025-05/changes", status=404)
    client.get("/catalogue/draft", status=404)


def test_the_words_of_an_indicator_are_changed_dropped_and_put_back_on_the_screens(
    app: Flask, client: StrictClient
) -> None:
    with app.test_request_context("/"):
        manager = make_user(Role.PROJECT_MANAGER, language="en")
        email = manager.email
        draft = begun(actor_of(manager))
        entry, other = entry_of(draft, "schools-share"), entry_of(draft, "activity-hours")
        numbers = entry.id, other.id, other.definition_id
    client.sign_in(email)
    page = client.get(f"/catalogue/draft/entries/{numbers[0]}")
    kept = dict(next(form["names"] for form in page.forms if "name_nl" in form["names"]))
    kept |= {"name_en": "Schools that join in", "min_cell": "2"}
    client.post(f"/catalogue/draft/entries/{numbers[0]}", kept)
    page = client.follow()
    assert "Schools that join in" in page.words
    assert "The smallest cell goes from 1 to 2." in page.words
    client.post(f"/catalogue/draft/entries/{numbers[1]}/drop")
    assert "Put back" in client.follow().words
    client.post(f"/catalogue/draft/put-back/{numbers[2]}")
    client.follow()
    client.post("/catalogue/draft/discard", form_at="/catalogue/draft/discard")
    assert "Begin a new version" in client.follow().words
