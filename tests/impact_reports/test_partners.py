"""Who answers for its own part of a report, and that each of them can."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import selectinload

from alliance_tracker.accountability import statement_links, statements
from alliance_tracker.accountability.models import StatementAnswer
from alliance_tracker.accountability.statement_document import prefill
from alliance_tracker.accountability.statement_reading import read
from alliance_tracker.accountability.statements import Account, Signing
from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, AllianceStatus, Partner
from alliance_tracker.convenants.document import digest
from alliance_tracker.database import db, transaction
from alliance_tracker.errors import Refused
from alliance_tracker.impact_reports import filers, writing
from alliance_tracker.impact_reports.material import core_of
from alliance_tracker.impact_reports.models import SectionKey
from alliance_tracker.impact_reports.partners import AnswerKind, answers_of
from alliance_tracker.organisations import queries as register
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_partner, make_user
from tests.impact_reports.making import YEAR, Logged, begun, draft, logged_year, open_year, report_of, submitted
from tests.impact_reports.test_submitting import ready
from tests.strict_client import StrictClient

LAST = date(YEAR, 12, 31)


def account(alliance: Alliance, partner: Partner, year: int = YEAR) -> Account:
    """The account of a partner over a year."""
    db().expire_all()
    found = sa.select(Alliance).where(Alliance.id == alliance.id).options(selectinload(Alliance.region))
    return Account(db().scalars(found).one(), register.organisation(partner.organisation_id), year)


def answers(logged: Logged) -> dict[int, AnswerKind]:
    found = answers_of(writing.material_of(report_of(logged.alliance)))
    return {answer.organisation_id: answer.kind for answer in found}


def left(partner: Partner, on: date) -> None:
    with transaction():
        partner_service.leave(partner, on=on, reason="Stopt ermee.", actor=SYSTEM)


# Who is a core partner of a year -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1, date(2024, 1, 1), None, True)], {1}),
        ([(1, date(2024, 1, 1), None, False)], set()),
        ([(1, date(YEAR, 12, 31), None, True)], {1}),
        ([(1, date(YEAR + 1, 1, 1), None, True)], set()),
        ([(1, date(2024, 1, 1), date(YEAR, 1, 1), True)], {1}),
        ([(1, date(2024, 1, 1), date(YEAR - 1, 12, 31), True)], set()),
        ([(1, date(2024, 1, 1), date(YEAR + 1, 2, 1), True)], {1}),
        # It left as a core partner and came back as another one: what it is last counts.
        ([(1, date(2024, 1, 1), date(YEAR, 3, 1), True), (1, date(YEAR, 6, 1), None, False)], set()),
        ([(1, date(YEAR, 6, 1), None, True), (1, date(2024, 1, 1), date(YEAR, 3, 1), False)], {1}),
    ],
)
def test_core_is_who_is_so_at_the_end_or_when_it_left(
    rows: list[tuple[int, date, date | None, bool]], expected: set[int]
) -> None:
    assert core_of(rows, LAST) == expected


def test_the_report_its_warnings_and_who_can_sign_name_the_same_core_partners(context: Flask) -> None:
    logged = logged_year()
    make_partner(logged.alliance, since=date(YEAR + 1, 2, 1), is_core=True)  # joined after the year
    left(logged.partners[0], date(YEAR, 6, 30))  # answers still
    left(logged.partners[1], date(YEAR + 1, 3, 1))
    open_year()
    begun(logged)
    expected = {partner.organisation_id for partner in logged.partners}
    assert set(answers(logged)) == expected
    names = {partner.organisation.name for partner in writing.material_of(report_of(logged.alliance)).core_partners}
    report = report_of(logged.alliance)
    assert set(filers.filers_of([report])[report.id].unsigned) == names
    warned = [gap.sentence for gap in draft(logged)[SectionKey.COMMITMENTS].gaps]
    assert all(name in str(warned[-1]) for name in names)
    assert len(names) == 4


# Each of them can answer ---------------------------------------------------------------------------------------------


def test_without_a_convenant_a_core_partner_signs_by_account_by_link_and_on_paper(
    context: Flask, client: StrictClient
) -> None:
    logged = logged_year()
    first, second, gone, quiet = logged.partners
    left(gone, date(YEAR, 6, 30))
    open_year()
    begun(logged)
    warned = [gap.sentence.text for gap in draft(logged)[SectionKey.COMMITMENTS].gaps]
    assert "No convenant was in force in %(year)s." in warned
    assert any("not signed or refused" in text for text in warned)
    own = account(logged.alliance, first)
    representative = make_actor(Role.PARTNER, organisation_id=first.organisation_id)
    with transaction():
        signed = statements.sign(own, Signing("An Peeters", "directeur", LAST), actor=representative)
    assert read(signed.document).lines == ()  # nothing was promised, and the account says so
    for partner in (second, gone):
        theirs = account(logged.alliance, partner)
        with transaction():
            statement_links.send(theirs, name="Jo", email="jo@voorbeeld.be", address="%s", actor=logged.coordinator)
        with transaction():
            statements.answer_by_link(
                theirs,
                Signing("Jo", "voorzitter", LAST, "Wij deden niets." if partner is gone else ""),
                StatementAnswer.REFUSED if partner is gone else StatementAnswer.SIGNED,
                seen=digest(prefill(theirs.alliance, theirs.organisation, YEAR)),
                sender_id=logged.coordinator.user_id or 0,
            )
    assert answers(logged) == {
        first.organisation_id: AnswerKind.SIGNED,
        second.organisation_id: AnswerKind.SIGNED,
        gone.organisation_id: AnswerKind.REFUSED,
        quiet.organisation_id: AnswerKind.UNANSWERED,
    }
    make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=logged.alliance.id)
    slug, number = logged.alliance.slug, quiet.organisation_id
    later = make_partner(logged.alliance, since=date(YEAR + 1, 2, 1)).organisation_id
    client.sign_in("cas@example.org")
    for page in ("", "/link", "/paper"):
        client.get(f"/alliances/{slug}/accounts/{number}/{YEAR}{page}")
        client.get(f"/alliances/{slug}/accounts/{later}/{YEAR}{page}", status=404)
    client.get(f"/alliances/{slug}/accounts/{later}")


def test_who_was_no_partner_in_the_year_gets_no_link_and_signs_nothing(context: Flask) -> None:
    logged = logged_year()
    later = make_partner(logged.alliance, since=date(YEAR + 1, 2, 1))
    own = account(logged.alliance, later)
    with pytest.raises(Refused, match="was dat jaar geen partner"), transaction():
        statement_links.send(own, name="Jo", email="jo@voorbeeld.be", address="%s", actor=logged.coordinator)
    with pytest.raises(Refused, match="was dat jaar geen partner"), transaction():
        statements.sign(
            own,
            Signing("Jo", "voorzitter", LAST),
            actor=make_actor(Role.PARTNER, organisation_id=later.organisation_id),
        )


# An alliance that ended ----------------------------------------------------------------------------------------------


def test_an_alliance_that_ended_accounts_for_the_years_until_its_end(context: Flask) -> None:
    logged = ready()
    partner = logged.partners[0]
    representative = make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    with transaction():
        alliances.end(
            db().get_one(Alliance, logged.alliance.id), on=date(YEAR, 12, 1), reason="Opgegaan.", actor=SYSTEM
        )
    own = account(logged.alliance, partner)
    with transaction():
        statements.sign(own, Signing("An", "directeur", LAST), actor=representative)
    with pytest.raises(Refused, match="al beëindigd"), transaction():
        statements.sign(
            account(logged.alliance, partner, YEAR + 1), Signing("An", "directeur", LAST), actor=representative
        )
    assert answers(logged)[partner.organisation_id] is AnswerKind.SIGNED


def test_the_report_of_an_alliance_that_ended_during_the_year_is_written_and_submitted(context: Flask) -> None:
    logged = logged_year()
    open_year()
    with transaction():
        alliances.end(
            db().get_one(Alliance, logged.alliance.id), on=date(YEAR, 12, 1), reason="Opgegaan.", actor=SYSTEM
        )
    begun(logged)
    report = report_of(logged.alliance)
    assert filers.filers_of([report])[report.id].can_submit
    assert submitted(logged).number == 1


def test_an_alliance_that_ended_before_the_year_has_nothing_to_report(context: Flask) -> None:
    logged = logged_year()
    open_year()
    with transaction():
        row = db().get_one(Alliance, logged.alliance.id)
        row.ended_on, row.status = date(YEAR - 1, 12, 31), AllianceStatus.ENDED
        row.founded_on = date(YEAR - 1, 1, 1)
    with pytest.raises(Refused, match="al beëindigd"):
        begun(logged)
