"""What an organisation owed when it merged, closed or left: listed, decided, and the history keeps its names."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import selectinload

from alliance_tracker.accountability import accounts, explaining, figures, roster, succession
from alliance_tracker.accountability.models import Explanation
from alliance_tracker.accountability.passages import passages
from alliance_tracker.accountability.statement_document import changes_since, prefill
from alliance_tracker.accountability.succession import Decision
from alliance_tracker.alliances import partners
from alliance_tracker.alliances import succession as ending
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.succession import Succession
from alliance_tracker.commitments import counting, listing
from alliance_tracker.commitments.models import CommitmentKind, Inheritance, Instalment, Side
from alliance_tracker.convenants.drafting import office
from alliance_tracker.database import db, transaction
from alliance_tracker.drawing_rights import cofinancing
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.organisations import service as register
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import agreements
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
    assert (line.own, line.others) == (accounts.Done(reported=Decimal(6)), accounts.Done(confirmed=Decimal(4)))
    assert former.counts.promised == 0
    assert (former.sums[0].promised, former.sums[0].of("confirmed")) == (Decimal(0), Decimal(4))
    (passed,) = former.passed_on
    assert (passed.own, passed.others) == (line.others, line.own)
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
    assert [p.heir for p in passages([row.id])[row.id]] == ["Fusiestad"]
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


def totals(found: accounts.Year) -> dict[str, Decimal]:
    """What an account says was delivered, over all kinds."""
    parts = ("reported", "accepted", "confirmed", "disputed")
    return {part: sum((each.of(part) for each in found.sums), Decimal(0)) for part in parts}


def account(stage: Stage, organisation_id: int, year: int = 2026) -> accounts.Year:
    found = accounts.account_of(stage.alliance.id, organisation_id, roster.years_of(stage.alliance.id))
    return next(each for each in found if each.year == year)


def leave_firm(stage: Stage) -> None:
    with transaction():
        found = next(p for p in partners.current_partners(stage.alliance.id) if p.id == stage.firm.id)
        partners.leave(found, on=DAY, reason="Stopt ermee.", actor=SYSTEM)


def decide_firm(stage: Stage, heir_id: int | None, *, by: object = None) -> Instalment:
    row = stage.instalment(2)
    with transaction():
        (row,) = succession.decide(
            db().get_one(Alliance, stage.alliance.id),
            organisation_by_id(stage.firm.organisation_id),
            {row.commitment_id: Decision(heir_id, "Afgesproken.")},
            actor=by or actor_of(stage.manager),  # type: ignore[arg-type]
        )
    return row


def test_money_that_was_paid_stays_with_who_paid_it(stage: Stage) -> None:
    deliver(stage.instalment(2), "400.00", author=stage.boss, confirmations=1)
    deliver(stage.instalment(2), "100.00", author=stage.boss, disputes=1)
    leave_firm(stage)
    row = decide_firm(stage, stage.town.organisation_id)
    deliver(row, "250.00", author=stage.mayor)
    firm, town = account(stage, stage.firm.organisation_id), account(stage, stage.town.organisation_id)
    assert (firm.money.pledged, firm.money.confirmed, firm.money.paid) == (Decimal(0), Decimal(400), Decimal(400))
    assert (town.money.pledged, town.money.confirmed, town.money.paid) == (Decimal(1000), Decimal(0), Decimal(250))
    assert totals(firm)["disputed"] == Decimal(100)
    (line,) = next(each for each in town.sums if each.kind is CommitmentKind.MONEY).lines
    assert (line.own.total, line.others.total, line.others.disputed) == (Decimal(250), Decimal(400), Decimal(100))


def test_the_overall_account_keeps_what_was_paid_and_says_what_was_passed_on(stage: Stage) -> None:
    deliver(stage.instalment(2), "400.00", author=stage.boss, confirmations=1)
    leave_firm(stage)
    decide_firm(stage, stage.town.organisation_id)
    seen = {
        key: roster.overall(key, 2026, 1, actor=actor_of(stage.manager))
        for key in (stage.firm.organisation_id, stage.town.organisation_id)
    }
    firm, town = seen.values()
    assert (firm.money.paid, town.money.paid) == (Decimal(400), Decimal(0))
    assert [row.money.paid for row in firm.rows] == [Decimal(400)]
    assert [row.passed_on for row in firm.rows] == [1]
    assert [(year, counts.promised, passed_on) for year, counts, passed_on in firm.years] == [(2026, 0, 1)]
    assert [(year, counts.promised, passed_on) for year, counts, passed_on in town.years] == [(2026, 2, 0)]
    (kind,) = firm.kinds
    assert (kind.kind, kind.promised, kind.confirmed) == (CommitmentKind.MONEY, Decimal(0), Decimal(400))
    rows = {row.member.organisation_id: row for row in roster.rows_of(stage.alliance.id, 2026, 2026)}
    (passed,) = rows[stage.firm.organisation_id].passed_on
    assert (passed.heir, passed.on) == ("Stad Geel", DAY)


def test_what_is_signed_holds_what_one_delivered_oneself(stage: Stage) -> None:
    deliver(stage.instalment(2), "400.00", author=stage.boss, confirmations=1)
    leave_firm(stage)
    deliver(decide_firm(stage, stage.town.organisation_id), "250.00", author=stage.mayor)
    alliance = (
        db()
        .scalars(sa.select(Alliance).options(selectinload(Alliance.region)).where(Alliance.id == stage.alliance.id))
        .one()
    )
    firm, town = (
        prefill(alliance, organisation_by_id(partner.organisation_id), 2026) for partner in (stage.firm, stage.town)
    )
    assert firm["instalments"] == []
    (passed,) = firm["passed_on"]
    assert Decimal(passed["confirmed"]) == Decimal(400)
    assert Decimal(firm["money"]["confirmed"]) == Decimal(400)
    line = next(row for row in town["instalments"] if row["kind"] == "money")
    assert (Decimal(line["reported"]), Decimal(line["confirmed"])) == (Decimal(250), Decimal(0))
    assert Decimal(line["by_others"]["confirmed"]) == Decimal(400)
    assert [row["by"] for row in line["deliveries"]] == ["Bedrijf Een", None]


def test_the_accounts_of_everybody_add_up_to_what_was_delivered(stage: Stage) -> None:
    for number, author in ((1, stage.mayor), (2, stage.boss), (3, stage.manager)):
        deliver(stage.instalment(number), 1, author=author)
        deliver(stage.instalment(number), 1, author=author, confirmations=1)
    leave_firm(stage)
    row = decide_firm(stage, office().id)
    deliver(row, "5.00", author=stage.manager, accepted_from=DAY)
    leave(stage)
    decide(stage, Decision(None, "Het houdt op."))
    found = [account(stage, member.organisation_id) for member in roster.members_of(stage.alliance.id)]
    for part, quantity in {"reported": 3, "confirmed": 3, "accepted": 5, "disputed": 0}.items():
        assert sum(totals(each)[part] for each in found) == Decimal(quantity)
    by_kind = figures.kinds(Instalment.alliance_id == stage.alliance.id)
    for member, own in zip(roster.members_of(stage.alliance.id), found, strict=True):
        said = {(each.kind, each.unit): each for each in own.sums}
        for kind in by_kind.get(member.organisation_id, ()):
            for part in ("promised", "confirmed", "accepted", "reported", "disputed"):
                own_part = (
                    said[kind.kind, kind.unit].promised if part == "promised" else said[kind.kind, kind.unit].of(part)
                )
                assert getattr(kind, part) == own_part


def test_what_vlaio_delivers_as_an_heir_is_no_cofinancing_and_what_the_partner_did_stays_so(stage: Stage) -> None:
    deliver(stage.instalment(2), "400.00", author=stage.boss, confirmations=1, value=Decimal(400))
    leave_firm(stage)
    row = decide_firm(stage, office().id)
    assert (row.organisation_id, row.side) == (office().id, Side.GOVERNMENT)
    deliver(row, "600.00", author=stage.manager, confirmations=1, value=Decimal(600))
    brought = cofinancing.together(cofinancing.brought_by([stage.convenant.id])[stage.convenant.id].values())
    assert brought.together.counted == Decimal(400)
    listed = listing.page_of(stage.alliance.id, listing.Filters(side=Side.GOVERNMENT), DAY)
    assert row.id in {line.id for line in listed.rows}
    assert not any("side" in fault for fault in counting.drift())
    assert list(agreements.drift()) == []


def test_a_side_that_differs_is_found_by_the_check_of_the_data(stage: Stage) -> None:
    wrong = deliver(stage.instalment(3), 1, author=stage.manager, side=Side.PARTNER)
    with transaction():
        stage.instalment(1).side = Side.GOVERNMENT
    assert [fault.split(" is ")[0] for fault in counting.drift()] == [
        f"instalment {stage.rows[0]}",
        f"delivery {wrong.id}",
    ]


def test_only_vlaio_lets_a_flemish_body_take_something_over(stage: Stage) -> None:
    leave_firm(stage)
    coordinator = actor_of(stage.coordinator)
    offered = succession.heirs_of(stage.alliance.id, stage.firm.organisation_id, actor=coordinator)
    assert [heir.id for heir in offered] == [stage.town.organisation_id]
    with pytest.raises(NotAllowed):
        decide_firm(stage, office().id, by=coordinator)
    assert decide_firm(stage, office().id).organisation_id == office().id


def test_only_vlaio_decides_on_what_a_flemish_body_left(context: Flask, freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)
    body, alliance = make_organisation("Departement Onderwijs"), make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], bodies=[body], commitments=[promise(body)])
    with transaction():
        register.close(organisation_by_id(body.id), on=DAY, reason="Opgeheven.", actor=SYSTEM)
    decision = {instalments_of(convenant)[0].commitment_id: Decision(partner.organisation_id, "Neemt over.")}
    coordinator = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    with pytest.raises(NotAllowed), transaction():
        succession.decide(alliance, organisation_by_id(body.id), decision, actor=coordinator)
    manager = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        rows = succession.decide(alliance, organisation_by_id(body.id), decision, actor=manager)
    assert {row.side for row in rows} == {Side.PARTNER}
