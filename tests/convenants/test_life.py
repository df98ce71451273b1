"""A convenant comes to be: written, offered, signed party by party, in force, changed by addendum and rider, ended."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from alliance_tracker.alliances.models import Partner
from alliance_tracker.audit import AuditEntry
from alliance_tracker.commitments import delivering, instalments, wordings
from alliance_tracker.commitments.models import DueDateChange
from alliance_tracker.convenants import beginning, document, drafting, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import Convenant, VersionKind, VersionStatus
from alliance_tracker.convenants.states import ConvenantState, state_of
from alliance_tracker.database import clock_at, db, today, transaction
from alliance_tracker.drawing_rights import rights
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused, TransitionRefused
from alliance_tracker.i18n import in_language
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.builders import (
    instalments_of,
    make_actor,
    make_alliance,
    make_convenant,
    make_draft_convenant,
    make_organisation,
    make_partner,
    offer_and_sign,
    promise,
    reload_version,
)
from tests.conftest import NOON

DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


def test_a_first_draft_has_vlaio_and_the_core_partners_as_its_parties(context: Flask) -> None:
    alliance = make_alliance()
    core, other = make_partner(alliance, is_core=True), make_partner(alliance)
    with transaction():
        version = beginning.start(
            alliance, drafting.Draft("Convenant", date(2026, 1, 1), date(2028, 12, 31)), actor=SYSTEM
        )
    parties = {party.organisation_id: party for party in version.parties}
    assert set(parties) == {core.organisation_id, drafting.office().id}
    assert other.organisation_id not in parties
    assert parties[drafting.office().id].is_vlaio
    assert state_of(version.convenant, today()) is ConvenantState.DRAFT


def test_it_is_in_force_once_vlaio_and_the_required_parties_have_signed(manager: Actor) -> None:
    alliance = make_alliance()
    required, second, optional = (make_partner(alliance) for _ in range(3))
    version = make_draft_convenant(
        alliance, parties=[required, second], optional=[optional], commitments=[promise(required, second)]
    )
    assert instalments_of(version.convenant) == []
    version = offer_and_sign(version)
    assert version.status is VersionStatus.IN_FORCE
    assert version.convenant.in_force_on == DAY
    assert [(row.year, row.organisation_id, row.quantity) for row in instalments_of(version.convenant)] == [
        (2026, required.organisation_id, Decimal(5)),
        (2026, second.organisation_id, Decimal(5)),
        (2027, required.organisation_id, Decimal(5)),
        (2027, second.organisation_id, Decimal(5)),
    ]
    late = next(party for party in version.parties if party.organisation_id == optional.organisation_id)
    with transaction():
        signing.record_paper(version, late, signing.Signing("An", "zaakvoerder", DAY), actor=manager)
    assert reload_version(version).status is VersionStatus.IN_FORCE


def test_who_bears_a_commitment_must_sign_before_it_is_owed(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance, make_organisation("Lab Laat"))
    version = make_draft_convenant(alliance, optional=[partner], commitments=[promise(partner)])
    refused = "V1: Lab Laat bears it, so its signature must be required."
    with in_language("en"):
        with pytest.raises(Refused, match=refused), transaction():
            signing.offer(version, actor=manager)
        with pytest.raises(Refused, match=refused), transaction():
            convenants.say_ready(reload_version(version), actor=manager)
        with transaction():
            wanted = [drafting.PartyDraft(party.organisation_id) for party in version.parties]
            convenants.set_parties(reload_version(version), wanted, actor=manager)
    with transaction():
        signing.offer(reload_version(version), actor=manager)
    assert instalments_of(version.convenant) == []


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        (None, "gemeenteraad decides first: give the day of that decision."),
        (DAY + timedelta(days=1), "The decision comes before the signature."),
        (date(1999, 12, 31), "Choose a day in 2000 or later."),
        (DAY, None),
        (date(2000, 1, 1), None),
    ],
)
@pytest.mark.parametrize("on_paper", [True, False])
def test_where_a_council_decides_first_its_day_comes_with_the_signature(
    manager: Actor, decided: date | None, said: str | None, on_paper: bool
) -> None:
    alliance = make_alliance()
    town = make_partner(alliance)
    version = make_draft_convenant(alliance, parties=[town])
    wanted = [drafting.PartyDraft(drafting.office().id), drafting.PartyDraft(town.organisation_id)]
    with transaction():
        wanted[1] = dataclasses.replace(wanted[1], decided_by="gemeenteraad")
        convenants.set_parties(version, wanted, actor=manager)
        signing.offer(reload_version(version), actor=manager)
    version = reload_version(version)
    party = next(party for party in version.parties if not party.is_vlaio)
    signer = manager if on_paper else make_actor(Role.PARTNER, organisation_id=town.organisation_id)
    command = signing.record_paper if on_paper else signing.sign
    with in_language("en"):
        if said is None:
            with transaction():
                kept = command(version, party, signing.Signing("Bea", "burgemeester", DAY, decided), actor=signer)
            assert kept.decision_on == decided
            return
        with pytest.raises(FieldRefused, match=said) as refused, transaction():
            command(version, party, signing.Signing("Bea", "burgemeester", DAY, decided), actor=signer)
    assert refused.value.field == "decision_on"


def test_a_party_with_two_signatories_has_signed_with_the_second(manager: Actor) -> None:
    alliance = make_alliance()
    town = make_partner(alliance)
    version = make_draft_convenant(alliance, parties=[town])
    vlaio = drafting.office().id
    wanted = [drafting.PartyDraft(vlaio), drafting.PartyDraft(town.organisation_id, signatures_needed=2)]
    with transaction():
        convenants.set_parties(version, wanted, actor=SYSTEM)
        signing.offer(reload_version(version), actor=manager)
    for organisation_id, name in ((vlaio, "Veerle"), (town.organisation_id, "Bea"), (town.organisation_id, "Dirk")):
        version = reload_version(version)
        assert version.status is VersionStatus.OFFERED
        party = next(party for party in version.parties if party.organisation_id == organisation_id)
        with transaction():
            signing.record_paper(
                version, party, signing.Signing(name, "burgemeester", DAY, date(2026, 11, 1)), actor=manager
            )
    assert reload_version(version).status is VersionStatus.IN_FORCE


def test_each_party_signs_for_itself_only_and_once(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    signer = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    version = make_draft_convenant(alliance, parties=[partner])
    with transaction():
        signing.offer(version, actor=manager)
    version = reload_version(version)
    vlaio, own = version.parties
    assert vlaio.is_vlaio
    mine = signing.Signing("Pia", "directeur", DAY)
    with pytest.raises(NotAllowed), transaction():
        signing.sign(version, vlaio, mine, actor=signer)
    with pytest.raises(NotAllowed), transaction():
        signing.sign(version, own, mine, actor=manager)
    version = reload_version(version)
    with transaction():
        signing.sign(version, version.parties[1], mine, actor=signer)
    version = reload_version(version)
    with pytest.raises(Refused), transaction():
        signing.sign(version, version.parties[1], mine, actor=signer)
    with transaction():
        signing.sign(reload_version(version), reload_version(version).parties[0], mine, actor=manager)
    assert reload_version(version).status is VersionStatus.IN_FORCE


def test_what_was_offered_says_what_it_says(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    version = make_draft_convenant(
        alliance, parties=[partner], commitments=[promise(partner)], ceilings={2026: Decimal(100)}
    )
    with transaction():
        signing.offer(version, actor=manager)
    version = reload_version(version)
    assert version.document is not None
    assert version.sha256 == document.digest(version.document)
    with pytest.raises(Refused), transaction():
        convenants.edit(version, drafting.draft_of(version), actor=manager)
    version = reload_version(version)
    with pytest.raises(Refused), transaction():
        convenants.remove_commitment(version, version.wordings[0], actor=manager)
    with pytest.raises(TransitionRefused), transaction():
        signing.withdraw(reload_version(version), reason="", actor=manager)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE convenant_version SET subject = 'Iets anders'",
        "UPDATE convenant_version SET sha256 = 'x'",
        "UPDATE convenant_version SET status = 'draft'",
        "DELETE FROM convenant_version",
        "UPDATE convenant_party SET is_required = NOT is_required",
        "DELETE FROM convenant_party",
        "UPDATE commitment_wording SET description = 'Minder'",
        "UPDATE commitment_bearer SET share = 1",
        "UPDATE planned_instalment SET quantity = 1",
        "DELETE FROM planned_instalment",
        "UPDATE planned_right SET ceiling = 1",
        "DELETE FROM planned_right",
        "UPDATE convenant_signature SET name = 'Iemand anders'",
        "DELETE FROM instalment",
        "UPDATE drawing_right SET drawn = ceiling + 1",
    ],
)
def test_not_even_sql_changes_what_was_offered_and_signed(manager: Actor, statement: str) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    make_convenant(alliance, parties=[partner], commitments=[promise(partner)], ceilings={2026: Decimal(100)})
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(sa.text(statement))


def test_an_offer_that_is_withdrawn_leaves_the_convenant_to_be_written_anew(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    version = make_draft_convenant(alliance, parties=[partner], commitments=[promise(partner)])
    with transaction():
        signing.offer(version, actor=manager)
        signing.withdraw(reload_version(version), reason="Een fout in de looptijd.", actor=manager)
    convenant = reload_version(version).convenant
    assert state_of(convenant, today()) is ConvenantState.DRAFT
    with transaction():
        again = beginning.start_again(convenant, actor=manager)
    assert (again.number, again.kind) == (2, VersionKind.ORIGINAL)
    assert again.wordings[0].commitment_id == version.wordings[0].commitment_id
    offer_and_sign(again)
    assert state_of(convenant, today()) is ConvenantState.ACTIVE


def test_only_one_draft_is_open_at_a_time(manager: Actor) -> None:
    alliance = make_alliance()
    partner, joiner = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner])
    with transaction():
        beginning.start_addendum(convenant, actor=manager)
    with pytest.raises(Refused), transaction():
        beginning.start_addendum(convenant, actor=manager)
    with pytest.raises(Refused), transaction():
        beginning.start_rider(convenant, drafting.PartyDraft(joiner.organisation_id), actor=manager)


def test_an_addendum_replaces_the_text_once_it_is_signed_and_commitments_keep_their_number(manager: Actor) -> None:
    alliance = make_alliance()
    partner, other = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(
        alliance,
        parties=[partner, other],
        commitments=[promise(partner), promise(other)],
        ceilings={2026: Decimal(100)},
    )
    first, second = (row for row in instalments_of(convenant) if row.year == 2027)
    with transaction():
        addendum = beginning.start_addendum(convenant, actor=manager)
        kept, dropped = addendum.wordings
        changed = wordings.draft_of(kept)
        years = {2026: changed.years[2026], 2027: wordings.InYear(Decimal(20), date(2028, 1, 31))}
        convenants.edit_commitment(addendum, kept, wordings.Draft(**(vars(changed) | {"years": years})), actor=manager)
        convenants.remove_commitment(addendum, dropped, actor=manager)
        draft = drafting.Draft(**(vars(drafting.draft_of(addendum)) | {"change_note": "Meer uren, minder beloften."}))
        convenants.edit(addendum, draft, actor=manager)
    assert [row.quantity for row in instalments_of(convenant)] == [Decimal(10)] * 4
    addendum = offer_and_sign(addendum)
    assert addendum.status is VersionStatus.IN_FORCE
    former = convenants.version_by_id(addendum.based_on_id or 0)
    assert former is not None
    assert former.status is VersionStatus.SUPERSEDED
    db().refresh(first)
    db().refresh(second)
    assert (first.quantity, first.due_on, first.first_due_on) == (Decimal(20), date(2028, 1, 31), date(2027, 12, 31))
    moved = db().scalars(sa.select(DueDateChange).where(DueDateChange.instalment_id == first.id)).one()
    assert (moved.old_on, moved.new_on, moved.reason) == (
        date(2027, 12, 31),
        date(2028, 1, 31),
        "Meer uren, minder beloften.",
    )
    assert second.is_waived
    assert second.waive_reason == "Meer uren, minder beloften."


def test_what_a_new_version_takes_over_is_told_as_one_thing(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner), promise(partner)])
    newest = db().scalar(sa.select(sa.func.max(AuditEntry.id))) or 0
    with transaction():
        beginning.start_addendum(convenant, actor=manager)
    told = db().scalars(sa.select(AuditEntry.action).where(AuditEntry.id > newest)).all()
    assert told == ["convenant_version.start"]


def test_a_promise_that_stays_what_it_was_is_not_told_as_changed(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner)])
    with transaction():
        addendum = beginning.start_addendum(convenant, actor=manager)
        draft = dataclasses.replace(drafting.draft_of(addendum), change_note="Andere taken.", tasks="Meer.")
        convenants.edit(addendum, draft, actor=manager)
    newest = db().scalar(sa.select(sa.func.max(AuditEntry.id))) or 0
    offer_and_sign(addendum)
    told = db().scalars(sa.select(AuditEntry.subject_type).where(AuditEntry.id > newest)).all()
    assert "convenant_version" in told
    assert "instalment" not in told


def test_a_late_partner_signs_a_rider_without_reopening_the_others(manager: Actor) -> None:
    alliance = make_alliance()
    partner, joiner = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner)])
    with transaction():
        rider = beginning.start_rider(convenant, drafting.PartyDraft(joiner.organisation_id), actor=manager)
        convenants.add_commitment(rider, promise(joiner), actor=manager)
        draft = drafting.Draft(**(vars(drafting.draft_of(rider)) | {"change_note": "Sluit aan."}))
        convenants.edit(rider, draft, actor=manager)
    rider = offer_and_sign(reload_version(rider))
    assert rider.status is VersionStatus.IN_FORCE
    assert [version.kind for version in convenants.in_force(convenant.id)] == [VersionKind.ORIGINAL, VersionKind.RIDER]
    assert {row.organisation_id for row in instalments_of(convenant)} == {
        partner.organisation_id,
        joiner.organisation_id,
    }
    with transaction():
        addendum = beginning.start_addendum(convenant, actor=manager)
        assert joiner.organisation_id in {party.organisation_id for party in addendum.parties}
        assert [wording.commitment.number for wording in addendum.wordings] == [1, 2]
        draft = drafting.Draft(**(vars(drafting.draft_of(addendum)) | {"change_note": "Alles samen."}))
        convenants.edit(addendum, draft, actor=manager)
    offer_and_sign(reload_version(addendum))
    assert [version.number for version in convenants.in_force(convenant.id)] == [3]
    assert len(instalments_of(convenant)) == 4
    assert not any(row.is_waived for row in instalments_of(convenant))


def test_an_addendum_may_not_grant_less_than_was_drawn(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], ceilings={2026: Decimal(1000)})
    with transaction():
        (right,) = rights.of_convenant(convenant.id)
        right.drawn = Decimal(600)
    with transaction():
        addendum = beginning.start_addendum(convenant, actor=manager)
        changes = {"change_note": "Minder geld.", "ceilings": {2026: Decimal(500)}}
        convenants.edit(addendum, drafting.Draft(**(vars(drafting.draft_of(addendum)) | changes)), actor=manager)
    with pytest.raises(Refused, match="2026"), transaction():
        signing.offer(reload_version(addendum), actor=manager)


def test_a_terminated_convenant_ends_what_was_open_with_its_reason(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner)], ceilings={2026: Decimal(9)})
    with transaction():
        beginning.start_addendum(convenant, actor=manager)
        signing.terminate(convenant, on=DAY, reason="De partners gaan uit elkaar.", actor=manager)
    assert {row.waive_reason for row in instalments_of(convenant)} == {"De partners gaan uit elkaar."}
    assert [right.closed_on for right in rights.of_convenant(convenant.id)] == [DAY]
    assert state_of(convenant, DAY) is ConvenantState.ACTIVE
    assert state_of(convenant, date(2026, 11, 22)) is ConvenantState.TERMINATED
    with pytest.raises(Refused), transaction():
        signing.terminate(convenant, on=DAY, reason="Nog eens.", actor=manager)


def test_a_convenant_expires_by_itself_after_the_last_day_of_its_term(manager: Actor) -> None:
    alliance = make_alliance()
    convenant = make_convenant(alliance, parties=[make_partner(alliance)])
    assert state_of(convenant, date(2028, 12, 31)) is ConvenantState.ACTIVE
    assert state_of(convenant, date(2029, 1, 1)) is ConvenantState.EXPIRED
    with clock_at(datetime(2029, 1, 1, tzinfo=UTC)), pytest.raises(Refused), transaction():
        beginning.start_addendum(convenant, actor=manager)


def test_a_draft_that_does_not_hold_together_is_refused(manager: Actor) -> None:
    alliance = make_alliance()
    partner, stranger = make_partner(alliance), make_partner(make_alliance())
    version = make_draft_convenant(alliance, parties=[partner])
    with pytest.raises(FieldRefused, match="100"), transaction():
        convenants.add_commitment(version, _half(partner), actor=manager)
    with pytest.raises(FieldRefused), transaction():
        convenants.add_commitment(reload_version(version), promise(stranger), actor=manager)
    outside = {2029: wordings.InYear(Decimal(1), date(2029, 6, 1))}
    with pytest.raises(FieldRefused), transaction():
        convenants.add_commitment(reload_version(version), promise(partner, years=outside), actor=manager)
    with pytest.raises(FieldRefused), transaction():
        convenants.set_parties(reload_version(version), [drafting.PartyDraft(partner.organisation_id)], actor=manager)
    assert db().scalar(sa.select(sa.func.count()).select_from(Convenant)) == 1


def _half(partner: Partner) -> wordings.Draft:
    whole = promise(partner)
    return wordings.Draft(**(vars(whole) | {"bearers": dict.fromkeys(whole.bearers, Decimal(50))}))


def test_what_was_offered_is_not_offered_again(manager: Actor) -> None:
    alliance = make_alliance()
    version = make_draft_convenant(alliance, parties=[make_partner(alliance)])
    with transaction():
        signing.offer(version, actor=manager)
    with pytest.raises(TransitionRefused), transaction():
        signing.offer(reload_version(version), actor=make_actor(Role.PROJECT_MANAGER))
    assert reload_version(version).offered_by_id == manager.user_id


def test_a_rider_leaves_what_was_waived_meanwhile(manager: Actor) -> None:
    alliance = make_alliance()
    partner, joining = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner)])
    first, second = instalments_of(convenant)
    with transaction():
        instalments.waive(first, reason="In overleg.", actor=manager)
    with transaction():
        rider = beginning.start_rider(convenant, drafting.PartyDraft(joining.organisation_id), actor=manager)
        draft = dataclasses.replace(drafting.draft_of(rider), change_note="Er komt iemand bij.")
        convenants.edit(rider, draft, actor=manager)
    offer_and_sign(reload_version(rider))
    assert [row.is_waived for row in instalments_of(convenant)] == [True, False]
    assert second.waive_reason == ""


def test_an_addendum_may_ask_more_or_less_than_was_delivered(manager: Actor) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner)])
    speaker = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    with transaction():
        delivering.log(instalments_of(convenant)[0], delivering.Draft(DAY, Decimal(10)), actor=speaker)
    for quantity, delivered_on in ((Decimal(12), None), (Decimal(8), DAY)):
        with transaction():
            version = beginning.start_addendum(convenant, actor=manager)
            draft = dataclasses.replace(drafting.draft_of(version), change_note="Het werd anders.")
            convenants.edit(version, draft, actor=manager)
            (wording,) = version.wordings
            years = {2026: wordings.InYear(quantity, date(2026, 12, 31))}
            new = dataclasses.replace(wordings.draft_of(wording), years=years)
            convenants.edit_commitment(version, wording, new, actor=manager)
        offer_and_sign(reload_version(version))
        assert instalments_of(convenant)[0].delivered_on == delivered_on


def test_nothing_is_begun_on_the_day_on_which_a_convenant_was_terminated(manager: Actor) -> None:
    alliance = make_alliance()
    partner, joining = make_partner(alliance), make_partner(alliance)
    convenant = make_convenant(alliance, parties=[partner])
    with transaction():
        signing.terminate(convenant, on=DAY, reason="In overleg.", actor=manager)
    with pytest.raises(Refused), transaction():
        beginning.start_addendum(convenant, actor=manager)
    with pytest.raises(Refused), transaction():
        beginning.start_rider(convenant, drafting.PartyDraft(joining.organisation_id), actor=manager)
