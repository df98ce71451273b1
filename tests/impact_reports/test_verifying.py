"""Whoever holds a report can ask which one it is, and whether it says what was submitted."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance_tracker.database import db, transaction
from alliance_tracker.impact_reports import pdf, reading, reviewing, submitting, taking_along, verifying
from alliance_tracker.impact_reports.document import digest
from alliance_tracker.impact_reports.models import ReportPrint, ReportVersion
from alliance_tracker.impact_reports.pdf import Form
from alliance_tracker.impact_reports.verifying import Match
from migrations import ddl
from tests.builders import make_alliance
from tests.impact_reports.making import YEAR, Logged, approved, logged_year, open_year, reload, report_of, submitted


def made(version: ReportVersion, form: Form = Form.REPORT, language: str = "nl", *, exact: bool = True) -> bytes:
    found = taking_along.make(version, form.value, "pdf", language=language, exact=exact)
    assert found is not None
    return found.content


def erratum(logged: Logged) -> ReportVersion:
    with transaction():
        submitting.correct(report_of(logged.alliance), reason="Telfout.", actor=logged.coordinator)
    return submitted(logged, "Verbeterd.", note="Telfout.")


# By fingerprint ------------------------------------------------------------------------------------------------------


def test_a_fingerprint_finds_its_version(context: Flask) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged)
    for asked in (version.sha256, f"  {version.sha256.upper()}\n"):
        found = verifying.by_hash(asked)
        assert found is not None
        assert (found.version.id, found.match, found.is_newest, found.is_public) == (
            version.id,
            Match.BY_HASH,
            True,
            False,
        )


@pytest.mark.parametrize(
    "asked", ["", "0" * 64, "0" * 63, "g" * 64, "\x00", "%", "' OR 1=1 --", "0" * 65, "\u0660" * 64]
)
def test_what_is_no_fingerprint_of_ours_finds_nothing(context: Flask, asked: str) -> None:
    logged = logged_year()
    open_year()
    submitted(logged)
    assert verifying.by_hash(asked) is None


def test_it_says_whether_a_newer_version_stands_beside_it(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged, publish=True)
    second = erratum(logged)
    answers = [verifying.by_hash(each.sha256) for each in (first, second)]
    assert [(each.is_newest, each.newest, each.is_public) for each in answers if each] == [
        (True, 1, True),  # outside, what waits for VLAIO is nothing yet
        (True, 2, False),
    ]
    with transaction():
        submitting.take_back(report_of(logged.alliance), actor=logged.coordinator)
    first_again, second_again = (verifying.by_hash(each.sha256) for each in (first, second))
    assert first_again is not None
    assert first_again.is_newest  # what was taken back is not newer
    assert second_again is not None
    assert second_again.version.status.value == "taken-back"


def newest(version: ReportVersion) -> int:
    found = verifying.by_hash(version.sha256)
    assert found is not None
    return found.newest


def test_only_what_is_public_is_newer_than_what_is_public(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged, publish=True)
    second = erratum(logged)
    assert (newest(first), newest(second)) == (1, 2)
    with transaction():
        reviewing.approve(reload(second), actor=logged.manager)
    assert (newest(first), newest(second)) == (1, 2)
    with transaction():
        reviewing.publish(reload(second), actor=logged.manager)
    assert (newest(first), newest(second)) == (2, 2)


def test_what_waits_for_a_decision_is_not_newer_than_what_is_approved(context: Flask) -> None:
    logged = logged_year()
    open_year()
    first = approved(logged)
    second = erratum(logged)
    assert (newest(first), newest(second)) == (1, 2)
    with transaction():
        reviewing.approve(reload(second), actor=logged.manager)
    assert (newest(first), newest(second)) == (2, 2)


# By file -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("exact", [True, False])
def test_every_pdf_of_a_version_is_known_to_the_byte(context: Flask, form: Form, exact: bool) -> None:
    logged = logged_year()
    open_year()
    version = approved(logged, publish=True)
    for language in ("nl", "en"):
        found = verifying.by_file(made(version, form, language, exact=exact))
        assert found is not None
        assert (found.version.id, found.match) == (version.id, Match.EXACT)


def test_a_pdf_altered_by_one_byte_is_told_from_the_exact_one(context: Flask) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged)
    content = made(version)
    for place in (20, len(content) // 2, len(content) - 3):
        altered = bytearray(content)
        altered[place] ^= 1
        if altered.find(version.sha256.encode()) < 0:
            continue
        found = verifying.by_file(bytes(altered))
        assert found is not None
        assert (found.version.id, found.match) == (version.id, Match.ALTERED)
    for more in (content + b"\n", content[:-1]):
        found = verifying.by_file(more)
        assert found is not None
        assert found.match is Match.ALTERED


def test_a_pdf_of_another_program_is_unknown(context: Flask) -> None:
    logged = logged_year()
    open_year()
    submitted(logged)
    for content in (b"%PDF-1.7\n%%EOF", b"%PDF-1.4 sha256:" + b"0" * 64, b"", b"sha256:", b"%PDF-" + b"\xff" * 1000):
        assert verifying.by_file(content) is None


def test_asking_about_altered_files_again_and_again_prints_a_version_once(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged, "Een jaar dat nergens anders staat.")
    printed: list[str] = []
    original = pdf.of_text

    def counted(text: reading.Text, form: Form, sha256: str, language: str) -> bytes:
        printed.append(form.value)
        return original(text, form, sha256, language)

    monkeypatch.setattr(pdf, "of_text", counted)
    for n in range(5):
        found = verifying.by_file(b"%PDF-1.7 sha256:" + version.sha256.encode() + b" %d" % n)
        assert found is not None
        assert found.match is Match.ALTERED
    assert len(printed) == 2 * 2 * len(Form)


def test_a_file_stays_known_when_the_printing_changes(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    logged = logged_year()
    open_year()
    version = approved(logged, publish=True)
    files = [made(version), *(made(version, form, "en", exact=False) for form in Form)]
    monkeypatch.setattr(pdf, "of_text", lambda *_: b"%PDF-other")
    verifying._prints_of.cache_clear()
    for content in files:
        found = verifying.by_file(content)
        assert found is not None
        assert found.match is Match.EXACT
    verifying._prints_of.cache_clear()


def test_a_print_is_kept_with_its_version(context: Flask) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged)
    kept = db().scalars(sa.select(ReportPrint)).all()
    assert {(each.form, each.language, each.is_public) for each in kept} == {
        (form.value, language, False) for form in Form for language in ("nl", "en")
    }
    with transaction():
        reviewing.approve(reload(version), actor=logged.manager)
    with transaction():
        reviewing.publish(reload(version), actor=logged.manager)
    assert len(db().scalars(sa.select(ReportPrint)).all()) == 4 * len(Form)


# From the command line -----------------------------------------------------------------------------------------------


def plant(app: Flask, statement: str, **values: object) -> None:
    """Change a row behind the back of the database's own guards."""
    db().rollback()  # what was read until now is let go
    with app.extensions["engine"].begin() as connection:
        ddl.drop_all(connection)
        connection.execute(sa.text(statement), values)


def test_a_planted_change_is_found(context: Flask) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged)
    runner = context.test_cli_runner()
    clean = runner.invoke(args=["reports", "verify"])
    assert (clean.exit_code, clean.output.strip()) == (0, "Every version is as it was submitted: 1.")
    changed = json.dumps({**version.document, "year": 2024})
    plant(context, "UPDATE report_version SET document = :document", document=changed)
    found = runner.invoke(args=["reports", "verify"])
    assert found.exit_code == 1
    assert f"report_version {version.id} does not answer to its fingerprint {version.sha256}" in found.output
    assert list(verifying.faults())


def test_another_fingerprint_is_found_as_well(context: Flask) -> None:
    logged = logged_year()
    open_year()
    submitted(logged)
    plant(context, "UPDATE report_version SET sha256 = :other", other="0" * 64)
    assert context.test_cli_runner().invoke(args=["reports", "verify"]).exit_code == 1


def test_a_document_changed_with_its_fingerprint_is_found_by_the_trail(context: Flask) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged)
    forged = {**version.document, "year": 2024}
    plant(
        context,
        "UPDATE report_version SET document = :document, sha256 = :other",
        document=json.dumps(forged),
        other=digest(forged),
    )
    assert list(verifying.faults()) == [
        f"report_version {version.id} has another fingerprint than the audit trail says of its submission",
        f"report_version {version.id} has year {YEAR} beside 2024 in its document",
    ]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE report_version SET number = 7", "number 7 beside 1"),
        ("UPDATE report_version SET submitted_on = '2026-01-01'", "submitted_on '2026-01-01' beside '2026-11-21'"),
        ("UPDATE report_version SET purpose = 'erratum', change_note = 'x'", "purpose 'erratum' beside 'report'"),
        ("UPDATE report_version SET change_note = 'Anders.'", "change_note 'Anders.' beside ''"),
        ("UPDATE report_version SET section_count = 3", "section_count 3 beside 11"),
        ("UPDATE impact_report SET year = 2023 WHERE status = 'submitted'", f"year 2023 beside {YEAR}"),
    ],
)
def test_a_column_that_says_something_else_than_the_document_is_found(
    context: Flask, statement: str, said: str
) -> None:
    logged = logged_year()
    open_year()
    submitted(logged)
    assert list(verifying.faults()) == []
    plant(context, statement)
    assert any(said in fault for fault in verifying.faults())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE impact_report SET status = 'published' WHERE id = :mine", "is published, and its approved version"),
        (
            "UPDATE impact_report SET status = 'draft' WHERE id = :mine",
            "is draft, and its approved version is approved",
        ),
        (
            "UPDATE impact_report SET approved_version_id = NULL WHERE id = :mine",
            "is approved, and its approved version",
        ),
        ("UPDATE impact_report SET approved_version_id = :other WHERE id = :mine", "of another report as approved"),
        ("UPDATE report_version SET status = 'superseded' WHERE report_id = :mine", "approved version is superseded"),
        ("UPDATE report_version SET status = 'submitted' WHERE report_id = :mine", "a version of it waits"),
    ],
)
def test_a_report_that_does_not_fit_its_versions_is_found(context: Flask, statement: str, said: str) -> None:
    logged, another = logged_year(), logged_year(region="REFREG14", name="Elders")
    open_year()
    mine, other = approved(logged), approved(another)
    assert list(verifying.faults()) == []
    values = {
        name: value for name, value in {"mine": mine.report_id, "other": other.id}.items() if f":{name}" in statement
    }
    plant(context, statement, **values)
    assert any(said in fault for fault in verifying.faults())


def test_a_version_that_is_gone_is_missed(context: Flask) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged)
    report_id = version.report_id
    plant(context, "UPDATE report_version SET number = 7")
    assert sorted(verifying.faults()) == [
        f"report_version {version.id} has another fingerprint than the audit trail says of its submission",
        f"report_version {version.id} has number 7 beside 1 in its document",
        f"version 1 of impact_report {report_id} was submitted and is gone",
    ]


def test_the_spacing_of_the_kept_document_is_no_change(context: Flask) -> None:
    logged = logged_year()
    open_year()
    version = submitted(logged)
    spaced = json.dumps(version.document, indent=3, sort_keys=True, ensure_ascii=True)
    plant(context, "UPDATE report_version SET document = :document", document=spaced)
    assert list(verifying.faults()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report_version SET status = 'approved', decided_on = '2026-11-21'",
        "UPDATE impact_report SET status = 'approved' WHERE status = 'submitted'",
        "UPDATE report_version SET sha256 = 'x'",
    ],
)
def test_the_check_of_all_data_finds_a_planted_change(context: Flask, statement: str) -> None:
    logged = logged_year()
    open_year()
    submitted(logged)
    runner = context.test_cli_runner()
    clean = runner.invoke(args=["check-data"])
    assert clean.exit_code == 0, clean.output
    plant(context, statement)
    found = runner.invoke(args=["check-data"])
    assert found.exit_code == 1
    assert "report" in found.output


def test_without_a_version_there_is_nothing_to_verify(context: Flask) -> None:
    make_alliance()
    result = context.test_cli_runner().invoke(args=["reports", "verify"])
    assert (result.exit_code, result.output.strip()) == (0, "Every version is as it was submitted: 0.")
