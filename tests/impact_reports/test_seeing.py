"""What its reader sees: nobody submits what was not shown, any two versions are compared, and empty is empty."""

import dataclasses
import threading
from typing import Any

import pytest
from flask import Flask

from alliance_tracker.accountability import statement_links, statements
from alliance_tracker.accountability.models import StatementAnswer
from alliance_tracker.accountability.statement_document import prefill
from alliance_tracker.convenants.document import digest
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.impact_reports import blocks, document, drafts, folding, queries, reading, submitting, writing
from alliance_tracker.impact_reports.blocks import Figures, Table, Value, ValueKind
from alliance_tracker.impact_reports.models import ReportStatus, SectionKey
from alliance_tracker.impact_reports.partners import AnswerKind, answers_of
from alliance_tracker.policy import Role
from tests.builders import make_actor, make_user
from tests.impact_reports.making import (
    YEAR,
    Logged,
    approved,
    begun,
    draft,
    logged_year,
    open_year,
    recount,
    report_of,
    submitted,
    tell,
)
from tests.impact_reports.test_partners import account
from tests.impact_reports.test_submitting import ready, submit
from tests.strict_client import StrictClient


def seal(logged: Logged) -> str:
    """What the page for submitting shows now."""
    report = report_of(logged.alliance)
    material, rows = writing.material_of(report), queries.sections_of(report.id)
    return document.seal(material, [rows[key] for key in writing.sections_of(material)])


# Submitting what was seen --------------------------------------------------------------------------------------------


def test_words_figures_and_answers_that_came_later_are_not_submitted_unseen(context: Flask) -> None:
    logged = ready()
    seen = seal(logged)
    tell(report_of(logged.alliance), "Heel andere woorden.", by=logged.coordinator)
    with pytest.raises(Refused, match="terwijl u het las"):
        submit(logged, seen=seen)
    seen = seal(logged)
    recount(logged, 300)
    with transaction():
        drafts.refresh(report_of(logged.alliance), [SectionKey.GOALS], actor=logged.coordinator)
    with pytest.raises(Refused, match="terwijl u het las"):
        submit(logged, seen=seen)
    seen = seal(logged)
    own = account(logged.alliance, logged.partners[0])
    with transaction():
        statements.sign(
            own,
            statements.Signing("An", "directeur", today()),
            actor=make_actor(Role.PARTNER, organisation_id=own.organisation_id),
        )
    with pytest.raises(Refused, match="terwijl u het las"):
        submit(logged, seen=seen)
    assert report_of(logged.alliance).status is ReportStatus.DRAFT
    assert submit(logged, seen=seal(logged)).number == 1


def test_of_a_writer_and_a_submitter_at_the_same_moment_nothing_is_frozen_unseen(context: Flask) -> None:
    logged = ready()
    seen, start, outcome = seal(logged), threading.Barrier(2), {}
    report_id = report_of(logged.alliance).id
    alliance_id = logged.alliance.id
    db().rollback()

    def run(name: str, work: Any) -> None:
        with context.test_request_context("/"):
            start.wait()
            try:
                with transaction():
                    work()
                outcome[name] = "done"
            except Refused:
                outcome[name] = "refused"

    def fresh() -> Any:
        found = queries.report_of(alliance_id, YEAR)
        assert found is not None
        return found

    def write() -> None:
        row = queries.sections_of(report_id)[SectionKey.SUMMARY]
        drafts.write(row, fresh(), "Op het laatste nippertje.", drawn_from=row.version, actor=logged.coordinator)

    def hand_in() -> None:
        submitting.submit(fresh(), seen=seen, actor=logged.coordinator)

    threads = [threading.Thread(target=run, args=pair) for pair in (("write", write), ("submit", hand_in))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    versions = queries.versions_of(report_id)
    if outcome == {"write": "done", "submit": "refused"}:
        assert versions == []
    else:
        assert outcome == {"write": "refused", "submit": "done"}
        assert "Op het laatste nippertje." not in str(versions[0].document)


def test_a_page_for_submitting_drawn_earlier_submits_nothing(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = logged_year(name="Kempen Samen")
        open_year()
        tell(begun(logged), "Een goed jaar.", by=logged.coordinator)
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=logged.alliance.id)
    client.sign_in("cas@example.org")
    page = f"/alliances/kempen-samen/reports/{YEAR}/submit"
    assert "Een goed jaar." in client.get(page).words
    with app.test_request_context("/"):
        tell(report_of(logged.alliance), "Een collega schreef dit.", by=logged.coordinator)
    client.post(page, status=422)
    assert client.page is not None
    assert "terwijl u het las" in client.page.words
    assert "Een collega schreef dit." in client.page.words  # shown now, so it can be submitted now
    client.post(page)
    with app.test_request_context("/"):
        assert queries.versions_of(report_of(logged.alliance).id)[0].number == 1


# Comparing -----------------------------------------------------------------------------------------------------------


def test_any_two_versions_are_compared_also_of_two_years(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = logged_year(name="Kempen Samen")
        open_year()
        open_year(YEAR - 1)
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=logged.alliance.id)
        with transaction():
            row = next(row for row in queries.reports_in(YEAR - 1) if row.region_code == "REFREG03")
            row.alliance_id = logged.alliance.id
        with transaction():
            drafts.begin(report_of(logged.alliance, YEAR - 1), actor=logged.coordinator)
        tell(report_of(logged.alliance, YEAR - 1), "Het jaar ervoor.", by=logged.coordinator)
    client.sign_in("cas@example.org")
    page = f"/alliances/kempen-samen/reports/{YEAR}/compare"
    assert "Er is nog geen versie" in client.get(page).words
    with app.test_request_context("/"), transaction():
        submitting.submit(report_of(logged.alliance, YEAR - 1), actor=logged.coordinator)
    assert "één versie" in client.get(page).words
    with app.test_request_context("/"):
        submitted(logged, "Een goed jaar.")
    words = client.get(page).words  # without more: the newest beside that of the year before
    assert f"{YEAR - 1}, versie 1" in words
    assert "ervoor" in words
    assert "goed" in words
    for asked in ("a=9&b=1", f"a={YEAR}-1&b=1999-1", "a=x&b=", "a=1&b=²"):
        words = client.get(f"{page}?{asked}").words
        assert "Kies twee versies." in words
        assert "één versie" not in words
    assert "zeggen hetzelfde" in client.get(f"{page}?a=1&b={YEAR}-1").words


# Empty is empty ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", False),
        (" \n\t\u00a0\u2003", False),
        ("\u200b\u200c\u200d\u2060\ufeff", False),
        ("\u00ad\u2800\u3164\u115f", False),
        ("\u0301", False),
        ("\u200bJa", True),
        ("é", True),
        ("42", True),
        ("…", True),
        ("是", True),
    ],
)
def test_what_shows_nothing_says_nothing(text: str, says: bool) -> None:
    assert writing.says_something(text) is says


def test_a_summary_of_signs_without_a_shape_stands_in_the_way(context: Flask) -> None:
    logged = ready()
    tell(report_of(logged.alliance), "\u200b\u2060", by=logged.coordinator)
    assert draft(logged)[SectionKey.SUMMARY].lacks_words
    with pytest.raises(Refused, match="eigen woorden"):
        submit(logged)


def test_the_field_that_stands_in_the_way_is_not_called_optional(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        logged = logged_year(name="Kempen Samen")
        open_year()
        begun(logged)
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=logged.alliance.id)
    client.sign_in("cas@example.org")
    base = f"/alliances/kempen-samen/reports/{YEAR}"
    assert "(niet verplicht)" not in client.get(f"{base}/sections/summary").words
    assert "(niet verplicht)" in client.get(f"{base}/sections/goals").words
    with app.test_request_context("/"):
        approved(logged)
        with transaction():
            submitting.correct(report_of(logged.alliance), reason="Telfout.", actor=logged.coordinator)
    assert "(niet verplicht)" not in client.get(f"{base}/submit").words


# Partners ------------------------------------------------------------------------------------------------------------


def test_who_signed_by_link_is_told_so(context: Flask) -> None:
    logged = ready()
    own = account(logged.alliance, logged.partners[0])
    with transaction():
        statement_links.send(own, name="Jo", email="jo@voorbeeld.be", address="%s", actor=logged.coordinator)
    with transaction():
        statements.answer_by_link(
            own,
            statements.Signing("Jo", "voorzitter", today()),
            StatementAnswer.SIGNED,
            seen=digest(prefill(own.alliance, own.organisation, YEAR)),
            sender_id=logged.coordinator.user_id or 0,
        )
    said = {each.organisation_id: each for each in answers_of(writing.material_of(report_of(logged.alliance)))}
    answer = said[own.organisation_id]
    assert (answer.kind, str(answer.words)) == (AnswerKind.SIGNED, "ondertekend via link")
    version = submit(logged)
    frozen = {each.organisation_id: str(each.words) for each in reading.read(version.document, exact=True).partners}
    assert frozen[own.organisation_id] == "ondertekend via link"
    assert set(frozen.values()) == {"ondertekend via link", "niet beantwoord"}
    older = {key: value for key, value in version.document.items() if key != "partners"} | {
        "partners": [
            {key: value for key, value in each.items() if key != "by_link"} for each in version.document["partners"]
        ]
    }
    assert {each.by_link for each in reading.read(older, exact=True).partners} == {False}


def table(*counts: int, key: str = "organisations") -> Table:
    words = InTwoLanguages("Naam", "Name")
    cells = tuple(Value(ValueKind.COUNT, str(n)) for n in counts)
    heads = tuple(blocks.Column(f"c{n}", words) for n in range(len(counts) + 1))
    return Table(key, words, heads, (blocks.Row("r", (blocks.text("Stad"), *cells)),))


def test_partners_who_promised_nothing_fold_to_one_sentence(context: Flask) -> None:
    (folded,) = folding.folded(Figures((table(0, 0),))).blocks
    assert isinstance(folded, Table)
    assert folded.rows == ()
    assert folded.empty is not None
    for kept in (table(0, 1), table(0, 0, key="people"), dataclasses.replace(table(0), rows=())):
        assert folding.folded(Figures((kept,))).blocks == (kept,)
