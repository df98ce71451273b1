"""The demonstration is made through the services, is true to the rules, and says what is example data."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker import audit
from alliance_tracker.accountability.models import AccountabilityStatement, StatementMethod
from alliance_tracker.alliances.models import Alliance, Provenance
from alliance_tracker.audit import AuditEntry
from alliance_tracker.cli import loading
from alliance_tracker.cli.checking import status_faults
from alliance_tracker.commitments.models import CommitmentWording, Inheritance, Instalment
from alliance_tracker.commitments.states import was_ever_late
from alliance_tracker.convenants import queries
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.database import clock_at, db, today, transaction
from alliance_tracker.demo import flanders, scale, story
from alliance_tracker.demo.stage import Stage
from alliance_tracker.impact_reports import reading, verifying
from alliance_tracker.impact_reports.blocks import Course
from alliance_tracker.impact_reports.models import ImpactReport, ReportVersion, SectionKey
from alliance_tracker.impact_reports.partners import AnswerKind
from alliance_tracker.impact_reports.states import PUNCTUALITY, Punctuality
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Role
from alliance_tracker.regions.models import RegionFollowUp
from alliance_tracker.rollout import programme_queries
from alliance_tracker.rollout.models import MilestoneRecord
from alliance_tracker.standings import service as standings
from tests.builders import make_alliance, make_user
from tests.strict_client import StrictClient


def test_the_story_can_be_told_and_holds(app: Flask, client: StrictClient) -> None:
    with app.app_context():
        story.tell()
    with app.test_request_context("/"):
        assert audit.verify(db()).broken_id is None
        assert list(standings.drift()) == []
        assert status_faults() == []
        for alliance in db().scalars(sa.select(Alliance)):
            assert alliance.provenance is not Provenance.REAL
            marked = "Fictie" in alliance.name
            assert marked == (alliance.provenance is Provenance.FICTITIOUS)
        for organisation in db().scalars(sa.select(Organisation)):
            assert organisation.is_fictitious == organisation.name.startswith("Voorbeeld"), organisation.name
        days = list(
            db().scalars(sa.select(AuditEntry.at).where(AuditEntry.actor_id.is_not(None)).order_by(AuditEntry.id))
        )
        assert days == sorted(days)
        serving = list(
            db().execute(
                sa.select(CommitmentWording.goal_id, CommitmentWording.description)
                .join(Alliance, Alliance.id == CommitmentWording.alliance_id)
                .where(Alliance.provenance == Provenance.EXAMPLE, CommitmentWording.goal_id.is_not(None))
            )
        )
        assert serving
        _the_agreements_tell_their_story()
        _the_reports_tell_their_story()
        late = sa.select(Alliance.slug).join(ImpactReport, ImpactReport.alliance_id == Alliance.id)
        late = late.where(PUNCTUALITY.is_in([Punctuality.OVERDUE], ImpactReport, today()))
        assert db().scalars(late).all() == ["fictieve-stem-alliantie-de-vonk"]
    for who in ("coordinator", "vlaio", "partner", "reporter", "observer", "admin"):
        browser = StrictClient(app)
        browser.sign_in(f"{who}@example.org")
        browser.get("/")
    client.sign_in("coordinator@example.org")
    page = client.get("/alliances/neteland-stem-land")
    assert "71 %" in page.words
    assert "geciteerd feit, geen meting" in page.words
    assert "voorbeeldgegevens" in page.words.lower()
    for goal_id, promise in serving:
        assert promise in client.get(f"/alliances/neteland-stem-land/goals/{goal_id}").words
    for address in ("/programme", "/regions/REFREG03", "/alliances", "/public"):
        assert "zijn voorbeeldgegevens" in client.get(address).words


def test_the_story_can_be_told_in_the_first_days_of_a_year(app: Flask, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2027, 1, 5, 11, tzinfo=UTC))
    with app.app_context():
        story.tell()
    with app.test_request_context("/"):
        assert status_faults() == []
        _the_agreements_tell_their_story()
        _the_reports_tell_their_story()


def _the_agreements_tell_their_story() -> None:
    """The fictitious alliance shows each thing that can happen to a convenant; in the real one nothing is late."""
    slugs = ("fictieve-stem-alliantie-de-vonk", "neteland-stem-land")
    vonk, neteland = (db().scalars(sa.select(Alliance.id).where(Alliance.slug == slug)).one() for slug in slugs)
    rows = sa.select(ConvenantVersion).where(ConvenantVersion.alliance_id == vonk).order_by(ConvenantVersion.number)
    versions = list(db().scalars(rows))
    assert [(row.kind.value, row.status.value) for row in versions] == [
        ("original", "superseded"),
        ("addendum", "in-force"),
        ("rider", "in-force"),
        ("addendum", "draft"),
    ]
    (text,) = queries.versions([versions[1].id])
    unsigned = [party for party in text.parties if not party.has_signed]
    assert [party.is_required for party in unsigned] == [False]
    bearing = set(db().scalars(sa.select(Instalment.first_organisation_id).where(Instalment.alliance_id == vonk)))
    assert not bearing & {party.organisation_id for party in unsigned}
    passed = db().scalars(sa.select(Inheritance).where(Inheritance.alliance_id == vonk)).all()
    assert passed
    assert all(row.to_organisation_id for row in passed)
    signed = db().scalars(sa.select(AccountabilityStatement).where(AccountabilityStatement.alliance_id == vonk)).all()
    assert [(row.answer.value, row.year) for row in signed] == [("signed", versions[0].starts_on.year)]
    for alliance_id, is_late in ((vonk, True), (neteland, False)):
        late = sa.select(Instalment.id).where(Instalment.alliance_id == alliance_id, was_ever_late(Instalment, today()))
        assert bool(db().scalars(late).all()) == is_late


def _the_reports_tell_their_story() -> None:
    """A fictitious pioneer reported over three years, with a return and an erratum; the real one has an example."""
    rings = "fictieve-stem-alliantie-de-jaarringen"
    found: dict[tuple[str, int], list[tuple[int, str, str]]] = {}
    rows = db().execute(
        sa.select(Alliance.slug, ImpactReport.year, ReportVersion)
        .join(ImpactReport, ImpactReport.id == ReportVersion.report_id)
        .join(Alliance, Alliance.id == ReportVersion.alliance_id)
        .order_by(ReportVersion.id)
    )
    for slug, year, version in rows:
        found.setdefault((slug, year), []).append((version.number, version.purpose.value, version.status.value))
    years = sorted(year for slug, year in found if slug == rings)
    assert len(years) == 3
    assert [found[rings, year] for year in years] == [
        [(1, "report", "published")],
        [(1, "report", "superseded"), (2, "erratum", "published")],
        [(1, "report", "returned"), (2, "report", "submitted")],
    ]
    assert [found[key] for key in found if key[0] == "neteland-stem-land"] == [[(1, "report", "published")]]
    assert list(verifying.faults()) == []
    _the_reports_show_all_that_a_report_can_say(years[-1])


def _the_reports_show_all_that_a_report_can_say(last: int) -> None:
    """The fictitious pioneer's do; of no real organisation is anything told that it did not do."""
    versions = list(db().scalars(sa.select(ReportVersion).order_by(ReportVersion.id)))
    texts = [reading.read(version.document, exact=True) for version in versions]
    newest = next(text for text in reversed(texts) if text.year == last and "Jaarringen" in text.alliance)
    assert {answer.kind for answer in newest.partners} == set(AnswerKind)
    methods = set(db().scalars(sa.select(AccountabilityStatement.method)))
    assert methods == set(StatementMethod)
    for section in newest.sections:
        assert section.figures.blocks, section.key
        assert all(block.source for block in section.figures.blocks), section.key
    goals = newest.section(SectionKey.GOALS)
    assert goals is not None
    assert sum(isinstance(block, Course) for block in goals.figures.blocks) >= 4
    fictitious = set(db().scalars(sa.select(Organisation.name).where(Organisation.is_fictitious)))
    for version, text in zip(versions, texts, strict=True):
        for answer in text.partners:
            assert answer.kind is AnswerKind.SIGNED or answer.name in fictitious, (text.alliance, answer.name)
        commitments = next(part for part in version.document["sections"] if part["key"] == "commitments")
        (overview,) = [b for b in commitments["figures"]["blocks"] if b["key"] == "organisations"]
        for row in overview["rows"]:
            silent = "unanswered" in str(row["cells"][-1])
            assert not silent or row["cells"][0]["value"] in fictitious, row["cells"][0]
    (neteland,) = [text for text in texts if text.slug == "neteland-stem-land"]
    figures = {fact.key: fact.value.number for fact in neteland.key_figures}
    assert figures["pilots"]
    assert figures["meetings"]
    assert "71 %" in str(neteland.section(SectionKey.SUMMARY))
    assert "Geen enkele echte organisatie heeft iets ondertekend" in str(neteland.section(SectionKey.COMMITMENTS))


def test_a_synthetic_portfolio_agrees_with_its_summaries(context: Flask) -> None:
    user = make_user()
    made: list[int] = []
    scale.make(25, actor_id=user.id, progress=made.append)
    assert sum(made) == 25
    assert list(standings.drift()) == []
    assert status_faults() == []
    assert audit.verify(db()).broken_id is None


def test_the_demonstration_is_refused_in_production(context: Flask) -> None:
    context.config["DEMO_ACCOUNTS"] = False
    result = context.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 1
    assert "refused" in result.output


@pytest.mark.parametrize("loaded", [date(2026, 11, 21), date(2027, 9, 30)])
def test_what_flanders_does_has_its_real_dates_and_nothing_late(
    context: Flask, freeze: Callable[[datetime], None], loaded: date
) -> None:
    moment = datetime.combine(loaded, time(11), UTC)
    with clock_at(moment - timedelta(days=490)), transaction():
        people = story.make_people()
    freeze(moment)
    stage = Stage(people)
    flanders.tell(stage)
    stage.play()
    days = dict(
        db()
        .execute(sa.select(MilestoneRecord.milestone_key, MilestoneRecord.done_on).where(MilestoneRecord.scope == ""))
        .all()
    )
    assert days["vvsg-day"] == date(2025, 6, 5)
    assert days["centre-cities-meeting"] == date(2025, 10, 2)
    for later in (loaded, loaded + timedelta(days=60)):
        with clock_at(datetime.combine(later, time(11), UTC)):
            assert not [a.key for p in programme_queries.programme().preconditions for a in p.actions if a.is_overdue]
            planned = [day for day in db().scalars(sa.select(RegionFollowUp.next_step_on)) if day is not None]
            assert min(planned) > later


def test_the_day_on_which_example_data_begin_is_not_said_to_be_the_founding(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"), transaction():
        for name, provenance in (("Echt", Provenance.REAL), ("Voorbeeld", Provenance.EXAMPLE)):
            make_alliance(name).provenance = provenance
        make_user(Role.OBSERVER, email="otto@example.org")
    client.sign_in("otto@example.org")
    assert "Founded on" in client.get("/alliances/echt?lang=en").words
    words = client.get("/alliances/voorbeeld?lang=en").words
    assert "Start of the example data" in words
    assert "Founded on" not in words


def test_the_sign_in_page_names_the_people_of_the_demonstration(app: Flask, client: StrictClient) -> None:
    with app.app_context(), transaction():
        story.make_people()
    words = client.get("/login").words
    assert all(address in words for address, _, _ in story.PEOPLE)
    assert story.PASSWORD in words


def test_the_sign_in_page_names_nobody_of_a_demonstration_that_is_not_there(
    context: Flask, client: StrictClient
) -> None:
    loading.prepare(empty=True)  # which makes the administrator, whose address is one of the demonstration's as well
    words = client.get("/login").words
    assert "example.org" not in words
    assert story.PASSWORD not in words
