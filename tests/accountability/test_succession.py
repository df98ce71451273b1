"""What an organisation owed when it merged, closed or left: listed, decided, and the history keeps its names."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import selectinload

from alliance_tracker.accountability import accounts, explaining, roster, succession
from alliance_tracker.accountability.models import Explanation
from alliance_tracker.accountability.statement_document import changes_since, prefill
from alliance_tracker.accountability.succession import Decision
from alliance_tracker.alliances import partners
from alliance_tracker.alliances import succession as ending
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.succession import Succession
from alliance_tracker.commitments.models import Inheritance, Instalment
from alliance_tracker.convenants.drafting import office
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.organisations import service as register
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.web import history
from tests.accountability.making import Stage, deliver, make_stage, organisation, year
from tests.builders import (
    actor_of,
    instalments_of,
    make_actor,
    make_alliance,
    make_convenant,
    make_organisation,
    make_partner,
    promise,
)
from tests.conftest import NOON

DAY = date(2026, 11, 21)


@pytest.fixture
def stage(context: Flask, freeze: Callable[[datetime], None]) -> Stage:
    freeze(NOON)
    return make_stage()


def leave(stage: Stage) -> None:
    with transaction():
        found = next(p for p in partners.current_partners(stage.alliance.id) if p.id == stage.town.id)
        partners.leave(found, on=DAY, reason="Stopt ermee.", actor=SYSTEM)


def merge_town(stage: Stage, name: str = "Fusiestad") -> Organisation:
    new = make_organisation(name)
    with transaction():
        ending.merge(
            organisation_by_id(stage.town.organisation_id),
            new,
            {stage.town.id: Succession.INHERIT},
            on=DAY,
            reason="Gemeentefusie.",
            actor=SYSTEM,
        )
    return new


def decide(stage: Stage, decision: Decision, *, by: object = None, number: int = 1) -> list[Instalment]:
    key = stage.instalment(number).commitment_id
    with transaction():
        return succession.decide(
            db().get_one(Alliance, stage.alliance.id),
            organisation_by_id(stage.town.organisation_id),
            {key: decision},
            actor=by or actor_of(stage.coordinator),  # type: ignore[arg-type]
        )


def undecided(stage: Stage) -> list[int]:
    found, total = succession.undecided(actor=actor_of(stage.coordinator))
    assert total == len(found)
    return [row.organisation_id for row in found]


def test_what_a_partner_owes_is_listed_before_and_undecided_after_it_left(stage: Stage) -> None:
    (owed,) = succession.owed_by(stage.town.organisation_id)
    assert (owed.number, owed.remaining, owed.is_undecided) == (1, Decimal(10), False)
    assert undecided(stage) == []
    leave(stage)
    assert undecided(stage) == [stage.town.organisation_id]
    stranger = make_actor(Role.COORDINATOR, alliance_id=make_alliance().id)
    assert succession.undecided(actor=stranger) == ((), 0)


def test_a_successor_inherits_and_logs_and_what_was_delivered_stays(stage: Stage) -> None:
    deliver(stage.instalment(1), 4, author=stage.mayor, confirmations=1)
    new = merge_town(stage)
    assert succession.successor_of(organisation(stage.town)) is new
    assert [row.id for row in succession.heirs_of(stage.alliance.id, stage.town.organisation_id)] == [
        office().id,
        stage.firm.organisation_id,
        new.id,
    ]
    (row,) = decide(stage, Decision(new.id, "Rechtsopvolger."))
    assert (row.organisation_id, row.first_organisation_id) == (new.id, stage.town.organisation_id)
    assert undecided(stage) == []
    assert new.id in actor_of(stage.mayor).represented_organisations
    deliver(row, 6, author=stage.mayor)
    assert row.delivered_on == DAY
    years = roster.years_of(stage.alliance.id)
    heir, former = (
        accounts.account_of(stage.alliance.id, key, years)[0] for key in (new.id, stage.town.organisation_id)
    )
    (line,) = heir.sums[0].lines
    assert (line.done_by(new.id), line.done_by(stage.town.organisation_id)) == (Decimal(6), Decimal(4))
    assert former.sums == ()
    assert former.counts.promised == 0
    (passed,) = former.passed_on
    assert [(p.former, p.heir, p.reason) for p in passed.passages] == [("Stad Geel", "Fusiestad", "Rechtsopvolger.")]


def test_the_history_keeps_the_names_of_its_day(stage: Stage) -> None:
    new = merge_town(stage)
    (row,) = decide(stage, Decision(new.id, "Rechtsopvolger."))
    with transaction():
        db().execute(sa.text("UPDATE organisation_name SET until = '2026-11-21' WHERE name = 'Fusiestad'"))
        db().execute(
            sa.text(
                "INSERT INTO organisation_name (organisation_id, name, name_folded, since) "
                "VALUES (:id, 'Nog iets anders', 'nog iets anders', '2026-11-22')"
            ).bindparams(id=new.id)
        )
    assert [p.heir for p in accounts.passages([row.id])[row.id]] == ["Fusiestad"]
    sentences = [str(entry.sentence) for entry in history.of_subject("instalment", row.id).happenings]
    assert any("Fusiestad" in words and "Stad Geel" in words and "V1" in words for words in sentences)


def test_it_can_end_with_a_reason_that_the_instalment_keeps(stage: Stage) -> None:
    leave(stage)
    (row,) = decide(stage, Decision(None, "Niemand kan dit."))
    assert (row.is_waived, row.waived_on, row.waive_reason) == (True, DAY, "Niemand kan dit.")
    kept = db().scalars(sa.select(Inheritance)).one()
    assert (kept.from_organisation_id, kept.to_organisation_id) == (stage.town.organisation_id, None)
    assert undecided(stage) == []


def test_an_heir_with_an_instalment_of_its_own_keeps_both_apart(stage: Stage) -> None:
    other = make_alliance("Tweede")
    old, own = make_partner(other, make_organisation("Oud")), make_partner(other, make_organisation("Nieuw"))
    shared = promise(old, own, years=year(10, date(2026, 12, 31)))
    convenant = make_convenant(other, parties=[old, own], commitments=[shared])
    with transaction():
        found = next(p for p in partners.current_partners(other.id) if p.id == old.id)
        partners.leave(found, on=DAY, reason="Weg.", actor=SYSTEM)
    with transaction():
        succession.decide(
            db().get_one(Alliance, other.id),
            organisation_by_id(old.organisation_id),
            {instalments_of(convenant)[0].commitment_id: Decision(own.organisation_id, "Samen.")},
            actor=actor_of(stage.manager),
        )
    rows = instalments_of(convenant)
    assert [row.organisation_id for row in rows] == [own.organisation_id] * 2
    assert [row.first_organisation_id for row in rows] == [old.organisation_id, own.organisation_id]
    assert [row.quantity for row in rows] == [Decimal(5), Decimal(5)]


def test_who_may_not_decide_and_what_cannot_be_decided(stage: Stage) -> None:
    heir = Decision(stage.firm.organisation_id, "Neemt over.")
    with pytest.raises(Refused):  # it still takes part
        decide(stage, heir)
    leave(stage)
    for user in (stage.mayor, stage.boss):
        with pytest.raises(NotAllowed):
            decide(stage, heir, by=actor_of(user))
    with pytest.raises(FieldRefused):
        decide(stage, Decision(stage.firm.organisation_id, ""))
    with pytest.raises(FieldRefused):
        decide(stage, Decision(make_organisation().id, "Iemand."))
    with pytest.raises(FieldRefused):
        decide(stage, Decision(stage.town.organisation_id, "Zichzelf."))
    with pytest.raises(Refused), transaction():
        succession.decide(
            db().get_one(Alliance, stage.alliance.id),
            organisation_by_id(stage.town.organisation_id),
            {},
            actor=actor_of(stage.coordinator),
        )
    decide(stage, heir)
    with pytest.raises(Refused):  # somebody decided already
        decide(stage, heir)


def test_nobody_decides_for_the_organisation_that_they_speak_for(stage: Stage) -> None:
    from alliance_tracker.accounts import service as people

    leave(stage)
    with transaction():
        people.give_role(
            people.user_by_id(stage.coordinator.id),
            Role.PARTNER,
            organisation_id=stage.town.organisation_id,
            actor=SYSTEM,
        )
    with pytest.raises(NotAllowed):
        decide(stage, Decision(None, "Laat maar."))
    decide(stage, Decision(None, "Laat maar."), by=actor_of(stage.manager))


def test_a_closed_organisation_leaves_what_it_owed_and_a_flemish_body_too(stage: Stage) -> None:
    body = make_organisation("Departement Onderwijs")
    other = make_alliance("Derde")
    partner = make_partner(other)
    convenant = make_convenant(other, parties=[partner], bodies=[body], commitments=[promise(body)])
    assert not any(row.is_undecided for row in succession.owed_by(body.id))
    with transaction():
        register.close(organisation_by_id(body.id), on=DAY, reason="Opgeheven.", actor=SYSTEM)
        ending.close(organisation_by_id(stage.town.organisation_id), on=DAY, reason="Weg.", actor=SYSTEM)
    assert {row.organisation_id for row in succession.undecided(actor=actor_of(stage.manager))[0]} == {
        body.id,
        stage.town.organisation_id,
    }
    with transaction():
        succession.decide(
            db().get_one(Alliance, other.id),
            organisation_by_id(body.id),
            {instalments_of(convenant)[0].commitment_id: Decision(office().id, "VLAIO neemt over.")},
            actor=actor_of(stage.manager),
        )
    assert {row.organisation_id for row in instalments_of(convenant)} == {office().id}


def test_what_was_asked_of_the_former_bearer_is_asked_of_the_heir(stage: Stage) -> None:
    with transaction():
        thread = explaining.ask(stage.instalment(1), "Waarom?", actor=actor_of(stage.coordinator))
    leave(stage)
    decide(stage, Decision(stage.firm.organisation_id, "Neemt over."))
    db().expire_all()
    assert db().get_one(Explanation, thread.id).organisation_id == stage.firm.organisation_id
    found = explaining.thread_by_id(thread.id)
    assert found is not None
    with transaction():
        explaining.answer(found, "We zijn bezig.", actor=actor_of(stage.boss))


def test_a_signed_account_says_that_a_commitment_was_passed_on_since(stage: Stage) -> None:
    def live() -> dict[str, object]:
        alliance = (
            db().scalars(sa.select(Alliance).options(selectinload(Alliance.region)).where(Alliance.id == 1)).one()
        )
        return prefill(alliance, organisation_by_id(stage.town.organisation_id), 2026)

    before = live()
    leave(stage)
    decide(stage, Decision(stage.firm.organisation_id, "Neemt over."))
    assert len(changes_since(before, live())) == 1


def test_the_database_keeps_what_was_decided(stage: Stage) -> None:
    leave(stage)
    decide(stage, Decision(stage.firm.organisation_id, "Neemt over."))
    with pytest.raises(sa.exc.DBAPIError), transaction():
        db().execute(sa.text("UPDATE inheritance SET reason = 'anders'"))
