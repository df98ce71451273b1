"""Random walks through the whole life of convenants: written, offered, signed, kept, paid, asked about, ended.

Whoever tries whatever, in any order: money is exact, nobody confirms their own or decides on what they asked, what was
offered says what it said, and there is one open draft at most. Partners leave, merge or close, others take over what
they promised: it adds up all the same.
"""

import dataclasses
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alliance_tracker import audit
from alliance_tracker.accountability import explaining, succession
from alliance_tracker.accountability.models import Explanation, ExplanationStatus
from alliance_tracker.accounts import service as accounts
from alliance_tracker.alliances import partners as partnerships
from alliance_tracker.alliances import succession as ending
from alliance_tracker.alliances.models import Alliance, Partner, PartnerRoleKind
from alliance_tracker.cli import checking
from alliance_tracker.commitments import answering, counting, delivering, instalments, shares, voices, wordings
from alliance_tracker.commitments.models import (
    Answer,
    CommitmentBearer,
    CommitmentKind,
    CommitmentWording,
    Confirmation,
    Delivery,
    Inheritance,
    Instalment,
    Nature,
    PlannedInstalment,
    Unit,
)
from alliance_tracker.convenants import beginning, document, drafting, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import (
    Convenant,
    ConvenantGoal,
    ConvenantVersion,
    Party,
    Signature,
    VersionKind,
    VersionStatus,
)
from alliance_tracker.database import BRUSSELS, clock_at, db, transaction
from alliance_tracker.drawing_rights import rights
from alliance_tracker.drawing_rights import service as drawdowns
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight, Payment, PlannedRight
from alliance_tracker.errors import DomainError
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import NOBODY, SYSTEM, Actor, Role
from alliance_tracker.standings import agreements
from alliance_tracker.workflow import StatusEvent
from tests.builders import make_alliance, make_organisation, make_partner, make_user
from tests.conftest import NOON

#: Everybody who may try something. "both" is coordinator and project manager in one person; "late" joins by a rider.
EVERYBODY = ("coordinator", "manager", "both", "one", "other", "late", "observer", "nobody")
READERS = frozenset({"observer", "nobody"})
#: Which row is taken: the last ones that fit the command, or (below zero) just any.
WHICH = st.integers(-2, 4)
REASONS = st.sampled_from(["Daarom.", "Daarom.", "Daarom.", ""])
DAYS = st.sampled_from([20, 3, 45, 120, 400])
AMOUNTS = st.sampled_from([Decimal(text) for text in ("100", "333.33", "0.01", "1000", "700.5", "0", "0.001")])
QUANTITIES = st.sampled_from([Decimal(text) for text in ("10", "7.5", "3", "0.01", "20", "0.001", "100000")])
ANSWERS = st.sampled_from([Answer.CONFIRMS, *Answer])
#: What hangs on a version and is frozen with it.
FROZEN = (Party, ConvenantGoal, CommitmentWording, CommitmentBearer, PlannedInstalment, PlannedRight)
OFFERED, IN_FORCE, DRAFT = VersionStatus.OFFERED, VersionStatus.IN_FORCE, VersionStatus.DRAFT


def by(*usual: str) -> st.SearchStrategy[str]:
    """Mostly one of those who do this, sometimes just anybody."""
    return st.sampled_from([*(usual * (24 // len(usual))), *EVERYBODY])


def pick(rows: Sequence[Any], which: int, fits: Callable[[Any], bool]) -> Any:
    """One of these rows, the newest first; None when there are none."""
    pool = [row for row in rows if fits(row)] if which >= 0 else []
    pool = pool or list(rows)
    return pool[which % len(pool)] if pool else None


#: What can be tried, with what: each command as often as it weighs.
COMMANDS: list[str] = []
FACTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {}


def tried(weight: int = 2, **facts: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """A command of the walk. Together they are one rule, since hypothesis leaves many rules out of each walk."""

    def keep(command: Any) -> Any:
        COMMANDS.extend([command.__name__] * weight)
        FACTS[command.__name__] = st.fixed_dictionaries(facts)
        return command

    return keep


def deeds() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.sampled_from(COMMANDS).flatmap(lambda name: st.tuples(st.just(name), FACTS[name]))


class Walk(RuleBasedStateMachine):
    """One alliance with three partners; each rule is something that somebody tries. It knows rows by their ids only."""

    @initialize(signed=st.sampled_from([2, 2, 2, 1, 0]))
    def found(self, signed: int) -> None:
        """Nothing yet, or a first draft, or a convenant in force."""
        self.moment: datetime = NOON.replace(month=3, day=2)
        self.changed = True
        self.frozen: dict[int, Any] = {}
        #: What people waived: its quantity, and the due date that the text says.
        self.waived: dict[int, tuple[Decimal, date]] = {}
        #: Answers that were found right when they were given, and who made each delivery, then.
        self.heard: set[int] = set()
        self.made: dict[int, int] = {}
        with clock_at(self.moment):
            self._people()
            if signed:
                self._first_draft()
        if signed == 2:
            self.offer("manager", 0)
            self.everybody_signs("manager", 0)

    def _people(self) -> None:
        alliance = make_alliance()
        one = make_partner(alliance, is_core=True, responsibility="Trekt.", gain="Wint.")
        partners = [one, make_partner(alliance, roles=[PartnerRoleKind.COORDINATOR]), make_partner(alliance)]
        self.alliance_id = alliance.id
        self.payees = [partner.id for partner in partners]
        self.organisations = [drafting.office().id, *(partner.organisation_id for partner in partners)]
        #: Who is no partner (yet), but may become the successor of one.
        self.organisations.append(make_organisation("Fusie").id)
        both = make_user(Role.PROJECT_MANAGER)
        with transaction():
            accounts.give_role(both, Role.COORDINATOR, alliance_id=alliance.id, actor=SYSTEM)
        self.users = {
            "coordinator": make_user(Role.COORDINATOR, alliance_id=alliance.id).id,
            "manager": make_user(Role.PROJECT_MANAGER).id,
            "both": both.id,
            "observer": make_user(Role.OBSERVER).id,
        }
        for name, partner in zip(("one", "other", "late"), partners, strict=True):
            self.users[name] = make_user(Role.PARTNER, organisation_id=partner.organisation_id).id
        self._know_people()

    def _know_people(self) -> None:
        """The rights of everybody now: who spoke for an organisation speaks for its successor."""
        self.people: dict[str, Actor] = {
            name: accounts.actor_of(accounts.user_by_id(number)) for name, number in self.users.items()
        }
        self.people["nobody"] = NOBODY

    def _first_draft(self) -> None:
        self.begin("manager", 900)
        self.set_parties("manager", 0, {1, 2}, 1)
        self.promise("manager", 0, {1, 2}, Decimal(10), 25)
        self.promise("manager", 0, {0}, Decimal(3), 20)

    @rule(deed=st.deferred(deeds))
    def somebody_tries(self, deed: tuple[str, dict[str, Any]]) -> None:
        command, facts = deed
        getattr(self, command)(**facts)

    # What there is ---------------------------------------------------------------------------------------------------

    @property
    def day(self) -> date:
        return self.moment.astimezone(BRUSSELS).date()

    def rows(self, table: Any) -> list[Any]:
        return list(db().scalars(sa.select(table).where(table.alliance_id == self.alliance_id).order_by(-table.id)))

    def attempt(self, who: str, command: Callable[[Actor], Any]) -> bool:
        """Try something, and whether it was done. A refusal is an answer; every other error is a fault."""
        try:
            with clock_at(self.moment), suppress(DomainError), transaction():
                command(self.people[who])
                assert who not in READERS
                self.changed = True
                db().flush()
                self.nobody_answers_for_their_own()
                self.deliveries_are_of_who_made_them()
                return True
            return False
        finally:
            db().expunge_all()

    def version(
        self, who: str, which: int, fits: Collection[VersionStatus], command: Callable[[ConvenantVersion, Actor], Any]
    ) -> bool:
        """Try something with a version that has one of these statuses, or else with any."""
        found = pick(self.rows(ConvenantVersion), which, lambda row: row.status in fits)
        if found is None:
            return False
        return self.attempt(who, lambda actor: command(loaded(found.id), actor))

    def on_row(
        self, who: str, table: Any, which: int, fits: Callable[[Any], bool], command: Callable[[Any, Actor], Any]
    ) -> None:
        found = pick(self.rows(table), which, fits)
        if found is not None:
            self.attempt(who, lambda actor: command(found, actor))

    # Writing ---------------------------------------------------------------------------------------------------------

    @tried(days=DAYS)
    def time_passes(self, days: int) -> None:
        self.moment += timedelta(days=days)

    @tried(1, who=by("coordinator", "manager"), days=st.sampled_from([900, 300, 30]))
    def begin(self, who: str, days: int) -> None:
        ends_on = self.day + timedelta(days=days)
        ceilings = {year: Decimal(1000) for year in range(2026, ends_on.year + 1)}
        draft = drafting.Draft("Convenant", date(2026, 1, 1), ends_on, subject="Samen.", ceilings=ceilings)
        self.attempt(who, lambda actor: beginning.start(self.alliance, draft, actor=actor))

    @property
    def alliance(self) -> Alliance:
        return db().get_one(Alliance, self.alliance_id)

    @tried(who=by("coordinator", "manager"), which=WHICH, ceiling=AMOUNTS, note=REASONS, days=DAYS)
    def edit(self, who: str, which: int, ceiling: Decimal, note: str, days: int) -> None:
        def change(version: ConvenantVersion, actor: Actor) -> None:
            ends_on = max(version.ends_on, self.day + timedelta(days=days))
            ceilings = {} if version.kind is VersionKind.RIDER else {self.day.year: ceiling, ends_on.year: ceiling}
            draft = dataclasses.replace(
                drafting.draft_of(version), change_note=note, ends_on=ends_on, ceilings=ceilings
            )
            convenants.edit(version, draft, actor=actor)

        self.version(who, which, {DRAFT}, change)

    @tried(
        who=by("coordinator", "manager"), which=WHICH, chosen=st.sets(st.integers(1, 3)), needed=st.sampled_from([1, 2])
    )
    def set_parties(self, who: str, which: int, chosen: set[int], needed: int) -> None:
        wanted = [drafting.PartyDraft(self.organisations[0])]
        wanted += [
            drafting.PartyDraft(self.organisations[n], is_required=n != 3, signatures_needed=needed) for n in chosen
        ]
        self.version(who, which, {DRAFT}, lambda version, actor: convenants.set_parties(version, wanted, actor=actor))

    @tried(
        who=by("coordinator", "manager"),
        which=WHICH,
        chosen=st.sets(st.integers(0, 3), min_size=1, max_size=2),
        quantity=QUANTITIES,
        days=DAYS,
    )
    def promise(self, who: str, which: int, chosen: set[int], quantity: Decimal, days: int) -> None:
        def add(version: ConvenantVersion, actor: Actor) -> None:
            convenants.add_commitment(version, self._promise(version, chosen, quantity, days), actor=actor)

        self.version(who, which, {DRAFT}, add)

    def _promise(self, version: ConvenantVersion, chosen: set[int], quantity: Decimal, days: int) -> wordings.Draft:
        """What these promise as far as they are parties, in this year and the next; else the first party does."""
        parties = [party.organisation_id for party in version.parties]
        bearers = [self.organisations[n] for n in sorted(chosen) if self.organisations[n] in parties] or parties[:1]
        shares = dict(zip(bearers, (Decimal(100),) if len(bearers) == 1 else (Decimal(60), Decimal(40)), strict=True))
        due_on = self.day + timedelta(days=days)
        years = {due_on.year: wordings.InYear(quantity, due_on)}
        if quantity >= 7:
            years[due_on.year + 1] = wordings.InYear(quantity / 2, due_on + timedelta(days=365))
        return wordings.Draft(
            "Lesuren", Nature.EFFORT, CommitmentKind.HOURS, Unit.HOURS, shares, years, unit_value=Decimal("12.34")
        )

    @tried(
        who=by("coordinator", "manager"),
        which=WHICH,
        n=st.integers(0, 3),
        chosen=st.sets(st.integers(0, 3), min_size=1, max_size=2),
        quantity=QUANTITIES,
        days=DAYS,
    )
    def reword(self, who: str, which: int, n: int, chosen: set[int], quantity: Decimal, days: int) -> None:
        def change(version: ConvenantVersion, actor: Actor) -> None:
            if version.wordings:
                wording = version.wordings[n % len(version.wordings)]
                new = self._promise(version, chosen, quantity, days)
                convenants.edit_commitment(version, wording, new, actor=actor)

        self.write(who, which, change)

    @tried(who=by("coordinator", "manager"), which=WHICH, n=st.integers(0, 3))
    def take_out(self, who: str, which: int, n: int) -> None:
        def remove(version: ConvenantVersion, actor: Actor) -> None:
            if version.wordings:
                convenants.remove_commitment(version, version.wordings[n % len(version.wordings)], actor=actor)

        self.write(who, which, remove)

    def write(self, who: str, which: int, command: Callable[[ConvenantVersion, Actor], Any]) -> None:
        """A change to a commitment. In a version without any, nothing is tried, whoever it is."""
        if who not in READERS:
            self.version(who, which, {DRAFT}, command)

    # Signing ---------------------------------------------------------------------------------------------------------

    @tried(3, who=by("manager", "both"), which=WHICH)
    def offer(self, who: str, which: int) -> None:
        self.version(who, which, {DRAFT}, lambda version, actor: signing.offer(version, actor=actor))

    @tried(1, who=by("manager", "coordinator"), which=WHICH, reason=REASONS)
    def withdraw(self, who: str, which: int, reason: str) -> None:
        self.version(
            who, which, {DRAFT, OFFERED}, lambda version, actor: signing.withdraw(version, reason=reason, actor=actor)
        )

    @tried(who=by("one", "other", "late", "manager"), which=WHICH, n=st.integers(-2, 3))
    def sign(self, who: str, which: int, n: int) -> None:
        def give(version: ConvenantVersion, actor: Actor) -> None:
            own = actor.represented_organisations
            party = pick(version.parties, n, lambda row: row.organisation_id in own)
            signing.sign(version, party, signing.Signing("An", "directeur", self.day), actor=actor)

        self.version(who, which, {OFFERED}, give)

    @tried(who=by("manager", "coordinator"), which=WHICH, n=st.integers(-2, 3), ago=st.integers(-1, 3))
    def sign_on_paper(self, who: str, which: int, n: int, ago: int) -> bool:
        def keep(version: ConvenantVersion, actor: Actor) -> None:
            party = pick(version.parties, n, lambda row: not row.has_signed)
            on = self.day - timedelta(days=ago)
            signing.record_paper(version, party, signing.Signing("Bo", "zaakvoerder", on), actor=actor)

        return self.version(who, which, {OFFERED}, keep)

    @tried(4, who=by("manager", "coordinator"), which=WHICH)
    def everybody_signs(self, who: str, which: int) -> None:
        while self.sign_on_paper(who, which, 0, 0):
            pass

    @tried(who=by("manager", "coordinator"), which=WHICH, n=st.integers(0, 3), reason=REASONS)
    def strike(self, who: str, which: int, n: int, reason: str) -> None:
        def strike_out(version: ConvenantVersion, actor: Actor) -> None:
            given = [signature for party in version.parties for signature in party.signatures]
            if given and who not in READERS:
                signing.strike(version, given[n % len(given)], reason=reason, actor=actor)

        if who not in READERS:
            self.version(who, which, {OFFERED}, strike_out)

    # Going on and ending ---------------------------------------------------------------------------------------------

    @tried(3, who=by("manager", "coordinator"), which=WHICH)
    def start_addendum(self, who: str, which: int) -> None:
        self.on_row(who, Convenant, which, is_running, lambda row, actor: beginning.start_addendum(row, actor=actor))

    @tried(who=by("manager", "coordinator"), which=WHICH, n=st.sampled_from([3, 3, 2, 1]))
    def start_rider(self, who: str, which: int, n: int) -> None:
        party = drafting.PartyDraft(self.organisations[n])

        def begin_and_write(row: Convenant, actor: Actor) -> None:
            version = beginning.start_rider(row, party, actor=actor)
            draft = dataclasses.replace(drafting.draft_of(version), change_note="Er komt iemand bij.")
            convenants.edit(version, draft, actor=actor)

        self.on_row(who, Convenant, which, is_running, begin_and_write)

    @tried(who=by("manager", "coordinator"), which=WHICH)
    def start_again(self, who: str, which: int) -> None:
        self.on_row(who, Convenant, which, is_new, lambda row, actor: beginning.start_again(row, actor=actor))

    @tried(1, who=by("manager"), which=WHICH, ago=st.integers(-1, 5), reason=REASONS)
    def terminate(self, who: str, which: int, ago: int, reason: str) -> None:
        on = self.day - timedelta(days=ago)
        self.on_row(
            who,
            Convenant,
            which,
            is_running,
            lambda row, actor: signing.terminate(row, on=on, reason=reason, actor=actor),
        )

    @tried(1, who=by("manager"), which=WHICH, reason=REASONS)
    def give_up(self, who: str, which: int, reason: str) -> None:
        self.on_row(who, Convenant, which, is_new, lambda row, actor: signing.give_up(row, reason=reason, actor=actor))

    # Taking part no more ---------------------------------------------------------------------------------------------

    @tried(2, who=by("manager", "coordinator"), n=st.integers(1, 4))
    def leave(self, who: str, n: int) -> None:
        found = sa.select(Partner.id).where(
            Partner.alliance_id == self.alliance_id,
            Partner.organisation_id == self.organisations[n],
            Partner.until.is_(None),
        )
        self._end(who, found)

    def _end(self, who: str, found: Any) -> None:
        number = db().scalar(found)
        if number is not None:
            partners = partnerships.current_partners(self.alliance_id)
            partner = next(one for one in partners if one.id == number)
            self.attempt(who, lambda actor: partnerships.leave(partner, on=self.day, reason="Stopt.", actor=actor))

    @tried(1, who=by("manager", "coordinator"), n=st.integers(1, 4))
    def join(self, who: str, n: int) -> None:
        def admit(actor: Actor) -> None:
            partnerships.admit(self.alliance, organisation_by_id(self.organisations[n]), since=self.day, actor=actor)

        self.attempt(who, admit)

    @tried(1, who=by("manager"), n=st.integers(1, 3))
    def close(self, who: str, n: int) -> None:
        def end(actor: Actor) -> None:
            ending.close(organisation_by_id(self.organisations[n]), on=self.day, reason="Gedaan.", actor=actor)

        self.attempt(who, end)

    @tried(2, who=by("manager"), n=st.integers(1, 4), into=st.integers(1, 4), said=st.sampled_from(ending.Succession))
    def merge(self, who: str, n: int, into: int, said: ending.Succession) -> None:
        def go_on_as(actor: Actor) -> None:
            former, successor = (organisation_by_id(self.organisations[each]) for each in (n, into))
            decisions = {partner.id: said for partner in ending.open_partnerships(former)}
            ending.merge(former, successor, decisions, on=self.day, reason="Fusie.", actor=actor)

        if self.attempt(who, go_on_as):
            with clock_at(self.moment):
                self._know_people()
            db().expunge_all()

    @tried(
        5,
        who=by("manager", "coordinator", "both"),
        which=WHICH,
        heir=st.none() | st.integers(0, 4),
        reason=REASONS,
        only_one=st.booleans(),
    )
    def decide_heirs(self, who: str, which: int, heir: int | None, reason: str, only_one: bool) -> None:
        estates = [estate.organisation_id for estate in succession.estates_in([self.alliance_id])]
        former = pick(estates or self.organisations, which, lambda _: True)
        owed = {row.commitment_id for row in succession.owed_by(former, self.alliance_id)}
        chosen = succession.Decision(None if heir is None else self.organisations[heir], reason)
        decisions = dict.fromkeys(sorted(owed)[:1] if only_one else owed, chosen)

        def pass_on(actor: Actor) -> None:
            for row in succession.decide(self.alliance, organisation_by_id(former), decisions, actor=actor):
                if row.is_waived:
                    self._keep_waived(row)

        self.attempt(who, pass_on)

    # Delivering ------------------------------------------------------------------------------------------------------

    def own(self, who: str, row: Any) -> bool:
        return row.organisation_id in self.people[who].represented_organisations

    @tried(
        5,
        who=by("one", "other", "manager", "coordinator"),
        which=WHICH,
        quantity=st.none() | QUANTITIES,
        ago=st.sampled_from([0, 1, 40, -1]),
    )
    def log(self, who: str, which: int, quantity: Decimal | None, ago: int) -> None:
        def write(row: Instalment, actor: Actor) -> None:
            draft = delivering.Draft(self.day - timedelta(days=ago), quantity or row.quantity)
            delivering.log(row, draft, actor=actor)

        self.on_row(who, Instalment, which, lambda row: self.own(who, row) and not row.is_waived, write)

    @tried(who=by("one", "other", "manager", "coordinator"), which=WHICH, reason=REASONS)
    def withdraw_delivery(self, who: str, which: int, reason: str) -> None:
        self.on_row(
            who,
            Delivery,
            which,
            lambda row: row.logged_by_id == self.people[who].user_id,
            lambda row, actor: delivering.withdraw(row, reason=reason, actor=actor),
        )

    @tried(
        4,
        who=by("one", "other", "manager", "coordinator"),
        which=WHICH,
        said=ANSWERS,
        reason=REASONS,
    )
    def answer(self, who: str, which: int, said: Answer, reason: str) -> None:
        self.on_row(
            who,
            Delivery,
            which,
            lambda row: not self.own(who, row) and row.withdrawn_at is None,
            lambda row, actor: answering.answer(row, said, reason=reason, actor=actor),
        )

    @tried(1, who=by("one", "other", "manager", "coordinator"))
    def confirm_everything(self, who: str) -> None:
        mine = self.people[who].represented_organisations
        self.attempt(
            who,
            lambda actor: answering.confirm_many(
                self.alliance, [d for d in self.rows(Delivery) if d.organisation_id not in mine], actor=actor
            ),
        )

    @tried(who=by("manager", "coordinator"), which=WHICH, days=st.sampled_from([30, 400, -1]), reason=REASONS)
    def extend(self, who: str, which: int, days: int, reason: str) -> None:
        self.on_row(
            who,
            Instalment,
            which,
            is_open,
            lambda row, actor: instalments.extend(row, row.due_on + timedelta(days=days), reason=reason, actor=actor),
        )

    @tried(who=by("manager", "coordinator"), which=WHICH, reason=REASONS)
    def waive(self, who: str, which: int, reason: str) -> None:
        def let_go(row: Instalment, actor: Actor) -> None:
            instalments.waive(row, reason=reason, actor=actor)
            self._keep_waived(row)

        self.on_row(who, Instalment, which, is_open, let_go)

    def _keep_waived(self, row: Instalment) -> None:
        planned = sa.select(PlannedInstalment.due_on).where(
            PlannedInstalment.commitment_wording_id == row.wording_id, PlannedInstalment.year == row.year
        )
        self.waived[row.id] = (row.quantity, db().scalars(planned).one())

    # Money -----------------------------------------------------------------------------------------------------------

    @tried(4, who=by("coordinator", "both"), which=WHICH, amount=AMOUNTS, payee=st.integers(0, 2))
    def request(self, who: str, which: int, amount: Decimal, payee: int) -> None:
        draft = drawdowns.Draft(amount, "Materiaal", self.payees[payee])
        self.on_row(
            who,
            DrawingRight,
            which,
            lambda row: row.remaining > 0,
            lambda row, actor: drawdowns.request(row, draft, actor=actor),
        )

    def drawdown(self, who: str, which: int, fits: DrawdownStatus, command: Callable[..., Any], **facts: Any) -> None:
        self.on_row(
            who,
            Drawdown,
            which,
            lambda row: row.status is fits,
            lambda row, actor: command(drawdowns.drawdown_by_id(row.id), **facts, actor=actor),
        )

    @tried(who=by("coordinator", "both"), which=WHICH, amount=AMOUNTS)
    def resubmit(self, who: str, which: int, amount: Decimal) -> None:
        draft = drawdowns.Draft(amount, "Ander materiaal", self.payees[0])
        self.drawdown(who, which, DrawdownStatus.RETURNED, drawdowns.resubmit, draft=draft)

    @tried(who=by("coordinator", "both"), which=WHICH, reason=REASONS)
    def withdraw_request(self, who: str, which: int, reason: str) -> None:
        self.drawdown(who, which, DrawdownStatus.REQUESTED, drawdowns.withdraw, reason=reason)

    @tried(3, who=by("manager", "both"), which=WHICH)
    def approve(self, who: str, which: int) -> None:
        self.drawdown(who, which, DrawdownStatus.REQUESTED, drawdowns.approve)

    @tried(
        who=by("manager", "both"),
        which=WHICH,
        reason=REASONS,
        command=st.sampled_from([drawdowns.return_, drawdowns.refuse]),
    )
    def send_back(self, who: str, which: int, reason: str, command: Callable[..., Any]) -> None:
        self.drawdown(who, which, DrawdownStatus.REQUESTED, command, reason=reason)

    @tried(3, who=by("manager", "both"), which=WHICH, amount=AMOUNTS, ago=st.sampled_from([0, 1, -1]))
    def pay(self, who: str, which: int, amount: Decimal, ago: int) -> None:
        tranche = drawdowns.Tranche(amount, self.day - timedelta(days=ago))
        self.drawdown(who, which, DrawdownStatus.APPROVED, drawdowns.pay, tranche=tranche)

    # Questions -------------------------------------------------------------------------------------------------------

    @tried(
        3,
        who=by("manager", "coordinator", "one", "other"),
        which=WHICH,
        command=st.sampled_from([explaining.ask, explaining.explain]),
    )
    def open_a_question(self, who: str, which: int, command: Callable[..., Any]) -> None:
        wants_own = command is explaining.explain
        self.on_row(
            who,
            Instalment,
            which,
            lambda row: is_open(row) and self.own(who, row) == wants_own,
            lambda row, actor: command(explaining.instalment_by_id(row.id), "Hoe komt dat?", actor=actor),
        )

    @tried(
        who=by("manager", "coordinator", "one", "other"),
        which=WHICH,
        command=st.sampled_from([explaining.answer, explaining.ask_on, explaining.close]),
    )
    def go_on_with_a_question(self, who: str, which: int, command: Callable[..., Any]) -> None:
        wants_own = command is explaining.answer
        self.on_row(
            who,
            Explanation,
            which,
            lambda row: row.status is not ExplanationStatus.CLOSED and self.own(who, row) == wants_own,
            lambda row, actor: command(explaining.thread_by_id(row.id), "Dit is zo.", actor=actor),
        )

    # Some of it in a row ---------------------------------------------------------------------------------------------

    @tried(4, who=by("coordinator", "both"), amount=AMOUNTS, decides=by("manager", "both"))
    def ask_and_get(self, who: str, amount: Decimal, decides: str) -> None:
        self.request(who, 0, amount, 0)
        self.approve(decides, 0)
        self.pay(decides, 0, amount / 2 if amount > 1 else amount, 0)

    @tried(3, who=by("coordinator", "both"), amount=AMOUNTS, decides=by("manager", "both"))
    def ask_again(self, who: str, amount: Decimal, decides: str) -> None:
        self.request(who, 0, Decimal(50), 1)
        self.send_back(decides, 0, "Waarvoor?", drawdowns.return_)
        self.resubmit(who, 0, amount)

    @tried(
        4, who=by("one", "manager", "coordinator"), which=WHICH, others=by("one", "other", "coordinator"), said=ANSWERS
    )
    def deliver_and_hear(self, who: str, which: int, others: str, said: Answer) -> None:
        self.log(who, which, None, 0)
        self.answer(others, 0, said, "Daarom.")

    @tried(4, who=by("manager", "both"), quantity=QUANTITIES, ceiling=AMOUNTS, days=DAYS)
    def change_by_addendum(self, who: str, quantity: Decimal, ceiling: Decimal, days: int) -> None:
        self.start_addendum(who, 0)
        self.edit(who, 0, ceiling, "Er verandert iets.", days)
        self.reword(who, 0, 0, {1}, quantity, days)
        self.offer(who, 0)
        self.everybody_signs(who, 0)

    @tried(3, who=by("manager", "both"), quantity=QUANTITIES, days=DAYS)
    def let_somebody_join(self, who: str, quantity: Decimal, days: int) -> None:
        self.start_rider(who, 0, 3)
        self.promise(who, 0, {3}, quantity, days)
        self.offer(who, 0)
        self.everybody_signs(who, 0)

    @tried(
        4,
        who=by("manager", "both"),
        n=st.integers(1, 3),
        heir=st.none() | st.integers(0, 4),
        says=st.booleans(),
        delivers=st.booleans(),
    )
    def leave_to_somebody(self, who: str, n: int, heir: int | None, says: bool, delivers: bool) -> None:
        """Somebody leaves, somebody takes over, and perhaps a new text says so."""
        if delivers:
            self.log(("one", "other", "late")[n - 1], 0, None, 0)
        self.leave(who, n)
        self.decide_heirs(who, 0, heir, "Zo.", only_one=False)
        if says:
            self.start_addendum(who, 0)
            self.edit(who, 0, Decimal(1000), "Er is iemand weg.", 20)
            self.offer(who, 0)
            self.everybody_signs(who, 0)

    @tried(3, days=st.sampled_from([30, 300]), who=by("manager", "other"), answers=by("one", "coordinator"))
    def ask_what_is_late(self, days: int, who: str, answers: str) -> None:
        self.time_passes(days)
        self.open_a_question(who, 0, explaining.ask)
        self.go_on_with_a_question(answers, 0, explaining.answer)

    @tried(2, who=by("manager", "both"), ends=st.booleans())
    def offer_in_vain(self, who: str, ends: bool) -> None:
        self.begin(who, 300)
        self.offer(who, 0)
        self.withdraw(who, 0, "Toch niet.")
        self.give_up(who, 0, "Het komt er niet.") if ends else self.start_again(who, 0)

    @tried(2, who=by("manager", "both"))
    def sign_in_the_application(self, who: str) -> None:
        self.offer(who, 0)
        for name in (who, "one", "other", "late"):
            self.sign(name, 0, 0)

    @tried(1, who=by("manager"), ago=st.integers(0, 1))
    def end_and_begin_anew(self, who: str, ago: int) -> None:
        self.terminate(who, 0, ago, "In overleg.")
        self.time_passes(1)
        self.begin(who, 900)

    # What always holds -----------------------------------------------------------------------------------------------

    @invariant()
    @precondition(lambda self: self.changed)
    def everything_holds(self) -> None:
        """Nothing is looked at again after a refusal: it left the database as it was."""
        versions = self.rows(ConvenantVersion)
        self.one_text_at_a_time(versions)
        self.what_was_offered_says_what_it_said(versions)
        self.every_cent_is_accounted()
        self.nobody_decided_on_what_they_asked()
        self.the_instalments_are_what_was_promised(versions)
        assert [*counting.drift(), *rights.drift(), *checking.status_faults()] == []
        db().expunge_all()
        self.changed = False

    def one_text_at_a_time(self, versions: Sequence[ConvenantVersion]) -> None:
        drafts = Counter(row.convenant_id for row in versions if row.status is DRAFT)
        texts = [row for row in versions if row.kind is not VersionKind.RIDER]
        offered = Counter(row.convenant_id for row in texts if row.status is OFFERED)
        in_force = Counter(row.convenant_id for row in texts if row.status is IN_FORCE)
        assert all(n == 1 for found in (drafts, offered, in_force) for n in found.values())

    def what_was_offered_says_what_it_said(self, versions: Sequence[ConvenantVersion]) -> None:
        says: dict[int, list[Any]] = defaultdict(list)
        for table in FROZEN:
            columns = table.__table__
            own = sa.select(columns).where(columns.c.alliance_id == self.alliance_id).order_by(columns.c.id)
            for row in db().execute(own):
                says[row.convenant_version_id].append((table.__tablename__, *row))
        for version in versions:
            if version.document is None:
                assert version.id not in self.frozen
                continue
            assert version.sha256 == document.digest(version.document)
            texts = [getattr(version, name) for name in (*drafting.TEXTS, "reporting_on", "asked_indicators")]
            now = (document.canonical(version.document), version.offered_on, texts, says[version.id])
            assert self.frozen.setdefault(version.id, now) == now

    def every_cent_is_accounted(self) -> None:
        asked = defaultdict(list)
        for one in self.rows(Drawdown):
            asked[one.drawing_right_id].append(one)
        payments = defaultdict(list)
        for payment in self.rows(Payment):
            payments[payment.drawdown_id].append(payment.amount)
        for right in self.rows(DrawingRight):
            approved = [one for one in asked[right.id] if one.status is DrawdownStatus.APPROVED]
            assert right.drawn == sum((one.amount for one in approved), Decimal(0))
            assert right.paid == sum((sum(payments[one.id]) for one in asked[right.id]), Decimal(0))
            assert 0 <= right.paid <= right.drawn <= right.ceiling
            for one in asked[right.id]:
                assert one.paid == sum(payments[one.id]) <= one.amount

    def nobody_decided_on_what_they_asked(self) -> None:
        asked = set()
        events = sa.select(StatusEvent).where(
            StatusEvent.lifecycle == "drawdown", StatusEvent.alliance_id == self.alliance_id
        )
        # Who returned what another asked may ask it again, and decides no more from then on.
        for event in db().scalars(events.order_by(StatusEvent.id)):
            if event.name in drawdowns.ASKING:
                asked.add((event.subject_id, event.actor_id))
            else:
                assert event.name == "withdraw" or (event.subject_id, event.actor_id) not in asked

    def nobody_answers_for_their_own(self) -> None:
        """Neither who delivered nor who bears it at that moment, nor who goes on as one of them."""
        answers = (
            sa.select(Confirmation, Delivery, Instalment.organisation_id)
            .join(Delivery, Delivery.id == Confirmation.delivery_id)
            .join(Instalment, Instalment.id == Delivery.instalment_id)
            .where(Confirmation.alliance_id == self.alliance_id, Confirmation.id.not_in(self.heard))
        )
        new = db().execute(answers).all()
        if not new:
            return
        by_user = {actor.user_id: actor.represented_organisations for actor in self.people.values() if actor.user_id}
        going_on = voices.successors(self.organisations)
        for said, delivery, bearer in new:
            self.heard.add(said.id)
            assert said.given_by_id != delivery.logged_by_id
            own = {going_on.get(number, number) for number in (delivery.organisation_id, bearer)}
            spoken = {going_on.get(number, number) for number in (said.organisation_id, *by_user[said.given_by_id])}
            assert not own & spoken

    def deliveries_are_of_who_made_them(self) -> None:
        """Of the bearer of that moment, for ever."""
        rows = db().execute(
            sa.select(Delivery.id, Delivery.organisation_id, Instalment.organisation_id)
            .join(Instalment, Instalment.id == Delivery.instalment_id)
            .where(Delivery.alliance_id == self.alliance_id)
        )
        for number, made_by, bearer in rows:
            assert self.made.setdefault(number, bearer) == made_by

    def the_instalments_are_what_was_promised(self, versions: Sequence[ConvenantVersion]) -> None:
        """Of each text the quantities to the cent, each bearer's part with what it took over in it."""
        texts = {row.id: row.kind for row in versions if row.status is IN_FORCE}
        wordings_by = {row.id: row for row in self.rows(CommitmentWording) if row.convenant_version_id in texts}
        # What a rider says that stays beside a new text, is as that text says.
        running = {row.commitment_id: row.id for row in sorted(wordings_by.values(), key=lambda row: _rank(texts, row))}
        bearers: dict[int, dict[int, Decimal]] = defaultdict(dict)
        for bearer in reversed(self.rows(CommitmentBearer)):
            bearers[bearer.commitment_wording_id][bearer.organisation_id] = bearer.share
        delivered = set(db().scalars(sa.select(Delivery.instalment_id).where(Delivery.alliance_id == self.alliance_id)))
        planned = {
            (row.commitment_wording_id, row.year): (row.quantity, row.due_on)
            for row in self.rows(PlannedInstalment)
            if row.commitment_wording_id in running.values()
        }
        bore = self._bore()
        promised: dict[tuple[int, int], list[tuple[set[int], Decimal]]] = defaultdict(list)
        for row in self.rows(Instalment):
            named = bore[row.commitment_id, row.first_organisation_id] & bearers[row.wording_id].keys()
            if (row.wording_id, row.year) in planned and named:
                promised[row.wording_id, row.year].append((named, row.quantity))
                # What people waived stays so until a text promises something else; nothing else that holds is waived.
                says = (row.quantity, planned[row.wording_id, row.year][1])
                assert row.is_waived == (self.waived.get(row.id) == says)
            else:
                assert row.is_waived or row.id in delivered
                self.waived.pop(row.id, None)  # what is promised anew after this is owed
            if not row.is_waived:
                self.waived.pop(row.id, None)
        assert promised.keys() == planned.keys()
        version_of = {row.commitment_wording_id: row.convenant_version_id for row in self.rows(PlannedInstalment)}
        standing = Counter(row.party_id for row in self.rows(Signature) if row.struck_at is None)
        signed: dict[int, set[int]] = defaultdict(set)
        for party in self.rows(Party):
            if standing[party.id] >= party.signatures_needed:
                signed[party.convenant_version_id].add(party.organisation_id)
        for (wording_id, year), parts in promised.items():
            quantity, _ = planned[wording_id, year]
            assert sum(part for _, part in parts) == quantity
            assert set().union(*(named for named, _ in parts)) == bearers[wording_id].keys()
            assert bearers[wording_id].keys() <= signed[version_of[wording_id]]  # nobody owes what it did not sign for
            if all(len(named) == 1 for named, _ in parts):
                of: dict[int, Decimal] = defaultdict(Decimal)
                for (bearer,), part in parts:
                    of[bearer] += part
                unit = wordings_by[wording_id].unit
                assert of == shares.divide(quantity, bearers[wording_id], unit)

    def _bore(self) -> dict[tuple[int, int], set[int]]:
        """Who ever bore what somebody promised of a commitment: by commitment and first bearer."""
        found: dict[tuple[int, int], set[int]] = defaultdict(set)
        keys = {row.id: (row.commitment_id, row.first_organisation_id) for row in self.rows(Instalment)}
        for commitment_id, first in keys.values():
            found[commitment_id, first].add(first)
        for row in self.rows(Inheritance):
            if row.to_organisation_id is not None:
                found[keys[row.instalment_id]].add(row.to_organisation_id)
        return found

    def teardown(self) -> None:
        faults = list(agreements.drift())
        assert faults == [], "\n".join(faults)


def _rank(texts: dict[int, VersionKind], row: CommitmentWording) -> tuple[bool, int]:
    return texts[row.convenant_version_id] is not VersionKind.RIDER, row.id


def loaded(version_id: int) -> ConvenantVersion:
    found = convenants.version_by_id(version_id)
    assert found is not None
    return found


def is_running(row: Convenant) -> bool:
    return row.in_force_on is not None and row.terminated_on is None


def is_new(row: Convenant) -> bool:
    return row.in_force_on is None and row.given_up_on is None


def is_open(row: Instalment) -> bool:
    return row.delivered_on is None and not row.is_waived


def test_any_order_of_the_commands_by_any_role_keeps_the_rules_of_a_convenant(context: Flask) -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=24,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            # Walks that differ as much as they can: the usual way repeats what it drew before.
            backend="hypothesis" if os.name == "nt" else "hypothesis-urandom",
        ),
    )
    assert audit.verify(db()).broken_id is None
