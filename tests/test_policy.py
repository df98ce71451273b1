"""The policy holds together: lists show what details open, and every permission has its rule and its words."""

import ast
import inspect
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from alliance_tracker import create_app, policy
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import NotAllowed
from alliance_tracker.policy import NOBODY, READING, RULES, SYSTEM, Actor, Permission, Role
from tests.builders import actor_of, make_alliance, make_organisation, make_partner, make_user, municipality
from tests.conftest import SETTINGS

#: Who there is, and which of the alliances of `network` each may see.
EVERYTHING = {"kempen", "kempen initiative", "brugge", "brugge ended"}
SEES = {
    "nobody": set[str](),
    "without a role": set[str](),
    "administrator": EVERYTHING,
    "project manager": EVERYTHING,
    "observer": EVERYTHING,
    "system": EVERYTHING,
    "coordinator": {"kempen"},
    "coordinator of two": {"kempen", "brugge ended"},
    "reporter": {"kempen", "kempen initiative"},
    "representative": {"kempen", "brugge"},
    "representative of a former partner": set[str](),
    "proposer": {"kempen initiative"},
    "reporter who coordinates elsewhere": {"kempen", "kempen initiative", "brugge"},
    "reader's token of the coordinator": {"kempen"},
}


@pytest.fixture(scope="module")
def network(
    tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[Path], str]
) -> Iterator[dict[str, Actor]]:
    """Four alliances in two regions, and somebody of every kind, inside a request."""
    folder = tmp_path_factory.mktemp("policy")
    app = create_app({**SETTINGS, "DATABASE_URL": fresh_database(folder)}, folder)
    with app.test_request_context("/"):
        yield _people()
    app.extensions["engine"].dispose()


def _people() -> dict[str, Actor]:
    kempen = make_alliance("kempen", region="REFREG03")
    brugge = make_alliance("brugge", region="REFREG05", municipalities=["Brugge"])
    ended = make_alliance("brugge ended", region="REFREG05", municipalities=["Brugge"])
    proposer, firm, left = make_user(), make_organisation(), make_organisation()
    with transaction():
        alliances.propose(
            name="kempen initiative",
            region_code="REFREG03",
            municipality_ids=[municipality("Mol").id],
            purpose="Samen.",
            actor=actor_of(proposer),
        )
        alliances.end(ended, on=today(), reason="Klaar.", actor=SYSTEM)
    make_partner(kempen, firm)
    make_partner(brugge, firm)
    _let_leave(make_partner(brugge, left))
    two = make_user(Role.COORDINATOR, alliance_id=kempen.id)
    both = make_user(Role.REPORTER, region_code="REFREG03")
    _give(two, Role.COORDINATOR, alliance_id=ended.id)
    _give(both, Role.COORDINATOR, alliance_id=brugge.id)
    coordinator = make_user(Role.COORDINATOR, alliance_id=kempen.id)
    return {
        "nobody": NOBODY,
        "system": SYSTEM,
        "without a role": actor_of(make_user()),
        "administrator": actor_of(make_user(Role.ADMINISTRATOR)),
        "project manager": actor_of(make_user(Role.PROJECT_MANAGER)),
        "observer": actor_of(make_user(Role.OBSERVER)),
        "coordinator": actor_of(coordinator),
        "coordinator of two": actor_of(two),
        "reporter": actor_of(make_user(Role.REPORTER, region_code="REFREG03")),
        "representative": actor_of(make_user(Role.PARTNER, organisation_id=firm.id)),
        "representative of a former partner": actor_of(make_user(Role.PARTNER, organisation_id=left.id)),
        "proposer": actor_of(proposer),
        "reporter who coordinates elsewhere": actor_of(both),
        "reader's token of the coordinator": _reading(actor_of(coordinator)),
    }


def _let_leave(partner: Any) -> None:
    from alliance_tracker.alliances import partners

    with transaction():
        partners.leave(partner, on=date(2026, 3, 1), reason="Ander werk.", actor=SYSTEM)


def _give(user: Any, role: Role, **scope: Any) -> None:
    from alliance_tracker.accounts import service

    with transaction():
        service.give_role(user, role, actor=SYSTEM, **scope)


def _reading(actor: Actor) -> Actor:
    return Actor(actor.user_id, actor.grants, actor.partner_alliances, read_only=True)


@pytest.mark.parametrize("who", list(SEES))
def test_the_list_shows_what_can_be_opened(network: dict[str, Actor], who: str) -> None:
    actor = network[who]
    listed = set(db().scalars(sa.select(Alliance.name).where(policy.visible_alliances(actor, Alliance))))
    opened = {a.name for a in db().scalars(sa.select(Alliance)) if policy.allows(actor, Permission.ALLIANCE_VIEW, a)}
    assert listed == opened == SEES[who]


def test_everybody_is_in_the_table(network: dict[str, Actor]) -> None:
    assert set(network) == set(SEES)
    assert {grant.role for actor in network.values() for grant in actor.grants} == set(Role)


# The table of rules ------------------------------------------------------------------------------------------------


def test_every_permission_has_a_rule_in_the_same_order() -> None:
    assert list(RULES) == list(Permission)
    assert [permission.value for permission in Permission] == sorted(permission.value for permission in Permission)


def test_every_permission_says_what_it_allows() -> None:
    (definition,) = ast.parse(inspect.getsource(Permission)).body
    assert isinstance(definition, ast.ClassDef)
    statements = definition.body
    for number, statement in enumerate(statements):
        if isinstance(statement, ast.Assign):
            words = statements[number + 1]
            assert isinstance(words, ast.Expr), ast.unparse(statement)
            assert isinstance(words.value, ast.Constant), ast.unparse(statement)
            assert str(words.value.value).endswith("."), ast.unparse(statement)


def test_every_permission_is_asked_for_somewhere() -> None:
    """A permission that nobody asks for is a rule that does not hold."""
    root = Path(policy.__file__).parent
    code = "".join(path.read_text("utf-8") for path in root.rglob("*.py") if path.name != "policy.py")
    assert [p.name for p in Permission if f"Permission.{p.name}" not in code] == []


def test_no_code_but_the_policy_compares_a_role() -> None:
    """Who may do what stands in one place; accounts give and list roles, which is another thing."""
    root = Path(policy.__file__).parent
    asked = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if path.name not in {"policy.py", "actors.py"} and ".has(Role." in path.read_text("utf-8")
    }
    assert asked == set()


def test_who_only_reads_only_reads(network: dict[str, Actor]) -> None:
    assert all(permission.value.endswith(":view") for permission in READING)
    everything = [*db().scalars(sa.select(Alliance)), None]
    for who, actor in network.items():
        if actor.is_system:
            continue
        reading = _reading(actor)
        for permission in Permission:
            for subject in everything:
                may = policy.allows(reading, permission, subject)
                expected = permission in READING and policy.allows(actor, permission, subject)
                assert may == expected, (who, permission)


def test_an_observer_changes_nothing_of_an_alliance(network: dict[str, Actor]) -> None:
    for alliance in db().scalars(sa.select(Alliance)):
        allowed = {p for p in Permission if policy.allows(network["observer"], p, alliance)}
        # Any user may propose an initiative of their own.
        assert allowed - READING == {Permission.ALLIANCE_PROPOSE}


def test_nobody_may_do_nothing_to_an_alliance(network: dict[str, Actor]) -> None:
    for alliance in db().scalars(sa.select(Alliance)):
        assert [p for p in Permission if policy.allows(NOBODY, p, alliance)] == []


def test_what_is_not_allowed_is_told_in_a_sentence(network: dict[str, Actor]) -> None:
    with pytest.raises(NotAllowed) as refused:
        policy.require(network["observer"], Permission.PLAN_DRAFT)
    assert str(refused.value)
