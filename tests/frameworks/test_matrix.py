"""Who works on what: the numbers of the matrix, worked out by hand, and what each reader may know of them."""

import re
from datetime import date

import pytest
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import DueDatesWhilePaused, Partner
from alliance_tracker.database import db, today, transaction
from alliance_tracker.frameworks.terms import Scheme, term, terms
from alliance_tracker.goals import service as goals
from alliance_tracker.monitoring import framework_matrix as matrix
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import service as standings
from tests.builders import make_actor, make_alliance, make_goal, make_user
from tests.strict_client import StrictClient

ADVICE, STRATEGIC, OPERATIONAL = Scheme.RECOMMENDATION, Scheme.STRATEGIC_GOAL, Scheme.OPERATIONAL_GOAL


def tags(scheme: Scheme, *keys: str) -> dict[Scheme, frozenset[str]]:
    return {scheme: frozenset(keys)}


def counts(scheme: Scheme, key: str) -> dict[str, int]:
    """The regions that count somebody for this term."""
    at = (scheme.value, key)
    return {code: found[at] for code, found in matrix.region_counts().items() if found.get(at)}


def test_the_matrix_says_what_was_worked_out_by_hand(context: Flask) -> None:
    """Kempen: one and two; Brugge: three.

    one   1.1 (active) and 1.3 (active): once for 1, once for each operational goal
    two   1 itself (reached), 4 (stopped): once for 1, not for 4
    three 1.1 (active), in another region
    """
    one, two = make_alliance(), make_alliance()
    three = make_alliance(region="REFREG06", municipalities=["Brugge"])
    make_goal(one, tags=tags(OPERATIONAL, "1.1"))
    make_goal(one, tags=tags(OPERATIONAL, "1.3"))
    reached, stopped = make_goal(two, tags=tags(STRATEGIC, "1")), make_goal(two, tags=tags(STRATEGIC, "4"))
    make_goal(three, tags=tags(OPERATIONAL, "1.1"))
    with transaction():
        goals.move(reached, "reach", reason="Gelukt", actor=SYSTEM)
        goals.move(stopped, "stop", reason="Niet haalbaar", actor=SYSTEM)
    assert counts(STRATEGIC, "1") == {"REFREG03": 2, "REFREG06": 1}
    assert counts(OPERATIONAL, "1.1") == {"REFREG03": 1, "REFREG06": 1}
    assert counts(OPERATIONAL, "1.3") == {"REFREG03": 1}
    assert counts(STRATEGIC, "4") == {}
    actieplan = matrix.FRAMEWORKS[-1]
    codes = [code for code, _ in matrix.all_regions()]
    drawn = matrix.lines(actieplan, codes, matrix.region_counts(), opened="1")
    assert [line.term.key for line in drawn] == ["1", "1.1", "1.2", "1.3", "1.4", "1.6", *"2345678"]
    assert [line.total for line in drawn] == [3, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert list(standings.drift()) == []


def test_two_goals_of_one_alliance_count_once(context: Flask) -> None:
    alliance = make_alliance()
    for _ in range(2):
        make_goal(alliance, tags=tags(ADVICE, "vertellen"))
    assert counts(ADVICE, "vertellen") == {"REFREG03": 1}


def test_a_term_is_counted_as_long_as_the_alliance_is_active_and_a_goal_serves_it(context: Flask) -> None:
    alliance = make_alliance()
    goal = make_goal(alliance, tags=tags(ADVICE, "vertellen"))
    there, gone = {"REFREG03": 1}, dict[str, int]()

    def now() -> dict[str, int]:
        return counts(ADVICE, "vertellen")

    assert now() == there
    with transaction():
        alliances.pause(alliance, since=today(), due_dates=DueDatesWhilePaused.KEEP, reason="x", actor=SYSTEM)
    assert now() == gone
    with transaction():
        alliances.resume(alliance, on=today(), actor=SYSTEM)
    assert now() == there
    with transaction():
        goals.move(goal, "stop", reason="x", actor=SYSTEM)
    assert now() == gone
    with transaction():
        goals.move(goal, "reopen", reason="x", actor=SYSTEM)
    assert now() == there
    with transaction():
        goals.edit(goal, goals.Draft("Samen", "Daarom", goal.owner_partner_id), version=goal.version, actor=SYSTEM)
    assert now() == gone
    assert list(standings.drift()) == []


def test_an_initiative_works_on_nothing_yet(context: Flask) -> None:
    make_goal(make_alliance(accepted_on=None), tags=tags(ADVICE, "vertellen"))
    assert counts(ADVICE, "vertellen") == {}


def test_others_are_counted_and_not_named(context: Flask) -> None:
    mine, theirs = make_alliance("Van mij"), make_alliance("Van hen")
    far = make_alliance("Ver weg", region="REFREG06", municipalities=["Brugge"])
    for alliance in (mine, theirs, far):
        make_goal(alliance, f"Doel van {alliance.name}", tags=tags(OPERATIONAL, "1.1"))
    found = term(STRATEGIC, "1")
    coordinator = make_actor(Role.COORDINATOR, alliance_id=mine.id)
    seen = matrix.working_on(coordinator, found, "REFREG03", 1)
    assert ([item.name for item in seen.items], seen.total, seen.others) == (["Van mij"], 2, 1)
    assert [title for _, title in seen.items[0].goals] == ["Doel van Van mij"]
    everything = matrix.working_on(make_actor(Role.PROJECT_MANAGER), found, "", 1)
    assert ([item.name for item in everything.items], everything.others) == (["Van hen", "Van mij", "Ver weg"], 0)


def test_one_region_is_shown_alliance_by_alliance(context: Flask) -> None:
    mine, theirs, quiet = make_alliance("A"), make_alliance("B"), make_alliance("C")
    make_goal(mine, tags=tags(ADVICE, "vertellen", "verwortelen"))
    make_goal(theirs, tags=tags(ADVICE, "vertellen"))
    found = matrix.neighbours(make_actor(Role.OBSERVER), "REFREG03", 1)
    assert [item.name for item in found.items] == ["A", "B", "C"]
    ids = [item.id for item in found.items]
    assert ids == [mine.id, theirs.id, quiet.id]
    drawn = matrix.lines(matrix.FRAMEWORKS[0], ids, matrix.counts_of(ids))
    assert {line.term.key: line.counts for line in drawn} == {
        "vertellen": (1, 1, 0),
        "verwonderen": (0, 0, 0),
        "verankeren": (0, 0, 0),
        "verwortelen": (1, 0, 0),
    }
    only_mine = matrix.neighbours(make_actor(Role.COORDINATOR, alliance_id=mine.id), "REFREG03", 1)
    assert [item.name for item in only_mine.items] == ["A"]


def test_many_alliances_are_shown_page_by_page(context: Flask) -> None:
    for number in range(matrix.COLUMNS + 1):
        make_alliance(f"A{number:02}")
    observer = make_actor(Role.OBSERVER)
    first, second = (matrix.neighbours(observer, "REFREG03", number) for number in (1, 2))
    assert (len(first.items), len(second.items), first.last_number) == (matrix.COLUMNS, 1, 2)


# The pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(app: Flask, client: StrictClient) -> StrictClient:
    """A partner of one of two alliances that work on strategic goal 1 signed in."""
    with app.test_request_context("/"):
        mine, theirs = make_alliance("Van mij"), make_alliance("Van hen")
        goal = make_goal(mine, "Ons doel", tags={**tags(OPERATIONAL, "1.1"), **tags(Scheme.TARGET_GROUP, "girls")})
        make_goal(theirs, "Hun doel", tags=tags(STRATEGIC, "1"))
        organisation = db().get_one(Partner, goal.owner_partner_id).organisation_id
        email = make_user(Role.PARTNER, organisation_id=organisation, language="en").email
    client.sign_in(email)
    return client


def row_of(page_text: str, name: str) -> str:
    """The cells of the line that begins with `name`, as text."""
    start = page_text.index(name)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page_text[start : page_text.index("</tr>", start)]))


def test_the_page_counts_and_names_white_spots(reader: StrictClient) -> None:
    page = reader.get("/frameworks")
    text = reader.response.text  # type: ignore[union-attr]
    assert "2 in Flanders nobody nobody 2 in Kempen" in row_of(text, "Offer attractive STEM education")
    assert row_of(text, "Work on excellence").count("nobody") == 16
    assert "under-represented" in row_of(text, "Newcomer pupils")
    assert "eight strategic goals historical" in page.words
    assert "1.1" not in page.words
    assert "1.1 STEM education that fits" in reader.get("/frameworks?open=1").words
    assert reader.get("/frameworks?open=nothing").words == page.words


def test_a_cell_leads_to_the_alliances_behind_it(reader: StrictClient) -> None:
    assert "/frameworks/strategic-goal/1?region=REFREG03" in reader.get("/frameworks").links
    page = reader.get("/frameworks/strategic-goal/1?region=REFREG03")
    assert "2 alliances in Kempen work on this" in page.words
    assert "Ons doel" in page.words
    assert "And 1 alliance that you do not take part in." in page.words
    assert "Van hen" not in page.words
    assert "Hun doel" not in page.words
    assert "A white spot" in reader.get("/frameworks/strategic-goal/5").words


def test_the_page_of_a_region_names_only_what_one_may_see(reader: StrictClient) -> None:
    page = reader.get("/frameworks/regions/REFREG03?open=1")
    assert "Van mij" in page.words
    assert "Van hen" not in page.words
    assert row_of(reader.response.text, "Offer attractive STEM education").split()[-2:] == ["2", "yes"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "path", ["/frameworks/regions/REFREG99", "/frameworks/strategic-goal/9", "/frameworks/kader-dimension/teamwork"]
)
def test_what_does_not_exist_is_not_found(reader: StrictClient, path: str) -> None:
    reader.get(path, status=404)


def test_a_region_in_the_address_that_does_not_exist_means_flanders(reader: StrictClient) -> None:
    assert "2 alliances work on this" in reader.get("/frameworks/strategic-goal/1?region=nowhere").words


def test_every_term_has_a_page(reader: StrictClient) -> None:
    for framework in matrix.FRAMEWORKS:
        for scheme in filter(None, (framework.scheme, framework.under)):
            for key in terms(scheme):
                reader.get(f"/frameworks/{scheme.value}/{key}")


def test_the_day_of_the_alliance_does_not_matter(context: Flask) -> None:
    make_goal(make_alliance(accepted_on=date(2020, 1, 1)), tags=tags(ADVICE, "vertellen"))
    assert counts(ADVICE, "vertellen") == {"REFREG03": 1}
