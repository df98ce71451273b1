"""Whoever spoke for an organisation speaks for the one into which it merged."""

from flask import Flask

from alliance_tracker.accounts import service as accounts
from alliance_tracker.alliances import succession
from alliance_tracker.alliances.succession import Succession
from alliance_tracker.database import today, transaction
from alliance_tracker.policy import SYSTEM, Permission, Role, allows
from tests.builders import actor_of, make_alliance, make_organisation, make_partner, make_user


def test_a_merger_lets_the_representatives_speak_for_the_successor(context: Flask) -> None:
    alliance, former, successor = make_alliance(), make_organisation(), make_organisation()
    partner = make_partner(alliance, former)
    user = make_user(Role.PARTNER, organisation_id=former.id)
    both = make_user(Role.PARTNER, organisation_id=former.id)
    with transaction():
        accounts.give_role(accounts.user_by_id(both.id), Role.PARTNER, organisation_id=successor.id, actor=SYSTEM)
    assert allows(actor_of(user), Permission.ALLIANCE_VIEW, alliance)
    with transaction():
        decisions = {partner.id: Succession.INHERIT}
        succession.merge(former, successor, decisions, on=today(), reason="Fusie.", actor=SYSTEM)
    for person in (user, both):
        assert actor_of(person).represented_organisations == {successor.id}
        assert allows(actor_of(person), Permission.ALLIANCE_VIEW, alliance)
    assert succession.representatives(former) == 0
