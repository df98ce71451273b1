"""Home tells everything that is theirs, to each according to what they may do."""

from datetime import date

import pytest
from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.database import transaction
from alliance_tracker.monitoring import home_page, overview
from alliance_tracker.monitoring.open_agreements import Agreements
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import actor_of, make_alliance, make_full_helix, make_user


def test_every_alliance_of_a_coordinator_has_its_tasks_on_the_home_page(context: Flask) -> None:
    user = make_user()
    names = [f"Alliantie {letter}" for letter in "abcdefghij"]
    from alliance_tracker.accounts import service as accounts

    for name in names:
        alliance = make_alliance(name)
        with transaction():
            accounts.give_role(accounts.user_by_id(user.id), Role.COORDINATOR, alliance_id=alliance.id, actor=SYSTEM)
    with context.test_request_context("/"):
        found = home_page.of(actor_of(user), None)
    assert len(found.todo) + found.more >= len(names)
    assert [card.item.name for card in found.alliances] == names
    assert found.more_alliances == 0


def test_an_ended_alliance_takes_no_place_from_a_living_one(context: Flask) -> None:
    from alliance_tracker.accounts import service as accounts

    user = make_user()
    for number in range(8):
        alliance = make_alliance(f"Beëindigd {number}")
        with transaction():
            accounts.give_role(accounts.user_by_id(user.id), Role.COORDINATOR, alliance_id=alliance.id, actor=SYSTEM)
            alliances.end(alliance, on=date(2026, 11, 1), reason="Klaar.", actor=SYSTEM)
    living = make_alliance("Zee")
    with transaction():
        accounts.give_role(accounts.user_by_id(user.id), Role.COORDINATOR, alliance_id=living.id, actor=SYSTEM)
    with context.test_request_context("/"):
        found = home_page.of(actor_of(user), None)
    assert {todo.alliance for todo in found.todo} == {"Zee"}


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.ADMINISTRATOR])
def test_who_only_reads_is_given_no_task_of_the_project_manager(context: Flask, role: Role) -> None:
    make_user(Role.PROJECT_MANAGER)
    make_alliance("Zonder stem", accepted_on=None)
    with context.test_request_context("/"):
        assert home_page.of(actor_of(make_user(role)), overview.monitor()).todo == ()


def test_an_installation_without_a_project_manager_asks_the_administrator_for_one(context: Flask) -> None:
    administrator = make_user(Role.ADMINISTRATOR)
    with context.test_request_context("/"):
        before = home_page.of(actor_of(administrator), overview.monitor()).todo
        make_user(Role.PROJECT_MANAGER)
        after = home_page.of(actor_of(administrator), overview.monitor()).todo
    assert [todo.what.text for todo in before] == ["Invite a project manager"]
    assert after == ()


def test_a_reader_sees_what_waits_for_the_coordinator_without_a_way_to_the_form(context: Flask) -> None:
    from alliance_tracker.alliances.partners import current_partners
    from alliance_tracker.monitoring import next_up
    from alliance_tracker.monitoring.work import work_of
    from alliance_tracker.rollout.queries import phases_of
    from alliance_tracker.stappenplan.queries import plan_of

    alliance = make_alliance()
    make_full_helix(alliance)
    observer = actor_of(make_user(Role.OBSERVER))
    with context.test_request_context("/"):
        parts = (
            plan_of(alliance.id),
            phases_of(alliance),
            current_partners(alliance.id),
            work_of(alliance.id),
            Agreements(),
        )
        found = next_up.of_coordinator(observer, alliance, *parts)
        own = next_up.of_coordinator(actor_of(make_user(Role.COORDINATOR, alliance_id=alliance.id)), alliance, *parts)
    assert found
    assert all("/steps" in todo.address for todo in found if todo.address)
    assert own == []


def test_the_yearly_step_is_suggested_for_renewal_once_nothing_stands_in_its_way(context: Flask) -> None:
    from alliance_tracker.alliances.partners import current_partners
    from alliance_tracker.monitoring import next_up
    from alliance_tracker.monitoring.work import work_of
    from alliance_tracker.rollout.queries import phases_of
    from alliance_tracker.stappenplan import service
    from alliance_tracker.stappenplan.queries import plan_of
    from tests.stappenplan.network import alliance_ready_for_step_1, complete, settle

    def suggested() -> list[str]:
        with context.test_request_context("/"):
            parts = (
                plan_of(alliance.id),
                phases_of(alliance),
                current_partners(alliance.id),
                work_of(alliance.id),
                Agreements(),
            )
            found = next_up.of_alliance(actor, alliance, *parts)
        return [todo.address for todo in found if todo.address.endswith("/steps/5#decide")]

    alliance, actor, _ = alliance_ready_for_step_1()
    complete(alliance, actor, 1, 2, 3, 4)
    assert suggested() == []
    settle(alliance, 5, actor)
    assert suggested() == [f"/alliances/{alliance.slug}/steps/5#decide"]
    with transaction():
        service.complete_step(alliance, 5, actor=actor)
    assert suggested() == []
