"""Bringing a file in: seen before it is done, done as a whole or not at all, and kept with its hash."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.exchange import service
from alliance_tracker.exchange.measurement_table import MeasurementTable
from alliance_tracker.exchange.models import ImportFile
from alliance_tracker.exchange.offered import table_of
from alliance_tracker.exchange.tables import FileRefused
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import Measurement
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.builders import make_actor, make_alliance, make_goal, make_indicator, make_measurement, make_user, typed
from tests.exchange.files import bring_in, counts, plan, xlsx
from tests.strict_client import StrictClient

REACH = "reach-participants"
NAMES = ("indicator", "period", "value", "reason")
ROWS = (NAMES, (REACH, 2024, 10), (REACH, 2025, 20), (REACH, 2026, 30))


@pytest.fixture
def manager(context: Flask) -> Actor:
    return make_actor(Role.PROJECT_MANAGER)


@pytest.fixture
def alliance(context: Flask) -> Alliance:
    alliance = make_alliance("Meten Is Weten")
    make_indicator(make_goal(alliance))
    return alliance


def uploaded(alliance: Alliance, content: bytes, actor: Actor) -> ImportFile:
    with transaction():
        return service.upload(
            alliance, table_of("measurements"), name="c:\\map/metingen.xlsx", content=content, actor=actor
        )


def carry_out(file: ImportFile, alliance: Alliance, actor: Actor, fingerprint: str = "") -> None:
    wanted = fingerprint or service.preview(file, alliance).fingerprint
    with transaction():
        service.carry_out(file, alliance, fingerprint=wanted, actor=actor)


def measured() -> list[tuple[int, Decimal]]:
    current = Measurement.superseded_at.is_(None)
    rows = db().execute(sa.select(Measurement.period, Measurement.value).where(current).order_by(Measurement.period))
    return [tuple(row) for row in rows]  # type: ignore[misc]


def actions() -> list[str]:
    return list(db().scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_nothing_is_written_before_it_is_carried_out(alliance: Alliance, manager: Actor) -> None:
    content = xlsx(*ROWS)
    file = uploaded(alliance, content, manager)
    assert measured() == []
    assert (file.file_name, file.sha256) == ("metingen.xlsx", hashlib.sha256(content).hexdigest())
    carry_out(file, alliance, manager)
    assert [period for period, _ in measured()] == [2024, 2025, 2026]
    assert file.applied_at is not None
    assert file.result == {"new": 3, "changed": 0, "unchanged": 0, "wrong": 0}


def test_what_was_brought_in_stands_in_the_trail_with_its_counts_beside_each_row(
    alliance: Alliance, manager: Actor
) -> None:
    bring_in(alliance, "measurements", xlsx(*ROWS), manager)
    assert actions()[-4:] == ["measurement.entered"] * 3 + ["import_file.applied"]
    entry = db().scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert {key: entry.facts[key] for key in ("new", "changed", "unchanged")} == {
        "new": 3,
        "changed": 0,
        "unchanged": 0,
    }


def test_the_same_file_again_leads_to_the_same_preview_and_then_changes_nothing(
    alliance: Alliance, manager: Actor
) -> None:
    content = xlsx(*ROWS)
    first = uploaded(alliance, content, manager)
    assert uploaded(alliance, content, manager).id == first.id
    carry_out(first, alliance, manager)
    again = uploaded(alliance, content, manager)
    assert again.id != first.id
    assert counts(service.preview(again, alliance)) == {"unchanged": 3}
    with pytest.raises(Refused) as refusal:
        carry_out(again, alliance, manager)
    assert refusal.value.sentence == Message("Everything is already as the file says.")


def test_one_row_that_is_not_right_keeps_the_whole_file_out(alliance: Alliance, manager: Actor) -> None:
    file = uploaded(alliance, xlsx(*ROWS, (REACH, 2023, "veel")), manager)
    with pytest.raises(Refused) as refusal:
        carry_out(file, alliance, manager)
    assert "keep the whole file" in refusal.value.sentence.text
    assert measured() == []


def test_a_refusal_in_the_last_row_takes_everything_back(
    alliance: Alliance, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = uploaded(alliance, xlsx(*ROWS), manager)
    apply, before = MeasurementTable.apply, len(actions())

    def refusing(self: Any, scope: Any, row: Any, *, actor: Any) -> None:
        if row.number == 4:
            raise FieldRefused("value", Message("This number is too large to be true."))
        apply(self, scope, row, actor=actor)

    monkeypatch.setattr(MeasurementTable, "apply", refusing)
    with pytest.raises(service.RowRefused) as refusal:
        carry_out(file, alliance, manager)
    assert refusal.value.sentence.facts["n"] == 4
    db().refresh(file)
    assert (measured(), file.applied_at, len(actions())) == ([], None, before)


def test_what_changed_since_the_preview_was_shown_is_shown_again_first(alliance: Alliance, manager: Actor) -> None:
    file = uploaded(alliance, xlsx(NAMES, (REACH, 2026, 30, "Nageteld.")), manager)
    shown = service.preview(file, alliance).fingerprint
    make_measurement(make_current(alliance), 2026, typed(29))
    with pytest.raises(service.PreviewOutdated):
        carry_out(file, alliance, manager, shown)
    assert measured() == [(2026, Decimal(29))]
    carry_out(file, alliance, manager)
    assert measured() == [(2026, Decimal(30))]


def make_current(alliance: Alliance) -> Any:
    from sqlalchemy.orm import joinedload

    from alliance_tracker.indicators.models import Indicator

    wanted = sa.select(Indicator).where(Indicator.alliance_id == alliance.id).options(joinedload(Indicator.definition))
    return db().scalars(wanted).one()


def test_a_file_is_carried_out_once(alliance: Alliance, manager: Actor) -> None:
    file = uploaded(alliance, xlsx(*ROWS), manager)
    shown = service.preview(file, alliance).fingerprint
    carry_out(file, alliance, manager, shown)
    with pytest.raises(Refused) as refusal:
        carry_out(file, alliance, manager, shown)
    assert refusal.value.sentence == Message("This file was carried out already.")


def test_too_many_rows_are_not_carried_out_at_once(
    alliance: Alliance, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    file = uploaded(alliance, xlsx(*ROWS), manager)
    with pytest.raises(Refused) as refusal:
        carry_out(file, alliance, manager)
    assert "can be carried out at once" in refusal.value.sentence.text


def test_nobody_else_brings_anything_in(alliance: Alliance) -> None:
    for actor in (make_actor(Role.OBSERVER), make_actor(Role.COORDINATOR, alliance_id=make_alliance().id)):
        with pytest.raises(NotAllowed):
            uploaded(alliance, xlsx(*ROWS), actor)


def test_an_alliance_that_ended_takes_nothing_in(alliance: Alliance, manager: Actor) -> None:
    file = uploaded(alliance, xlsx(*ROWS), manager)
    with transaction():
        alliances.end(alliance, on=today(), reason="Klaar.", actor=SYSTEM)
    with pytest.raises(Refused):
        uploaded(alliance, xlsx(*ROWS), manager)
    with pytest.raises(Refused):
        carry_out(file, alliance, manager)


def test_a_preview_is_forgotten_and_what_was_carried_out_stays(alliance: Alliance, manager: Actor) -> None:
    file = uploaded(alliance, xlsx(*ROWS), manager)
    with transaction():
        service.forget(file, alliance, actor=manager)
    assert db().scalars(sa.select(ImportFile)).all() == []
    assert actions()[-1] == "import_file.forgotten"
    bring_in(alliance, "measurements", xlsx(*ROWS), manager)
    kept = db().scalars(sa.select(ImportFile)).one()
    with pytest.raises(Refused), transaction():
        service.forget(kept, alliance, actor=manager)


def test_what_was_carried_out_cannot_be_rewritten(alliance: Alliance, manager: Actor) -> None:
    bring_in(alliance, "measurements", xlsx(*ROWS), manager)
    with pytest.raises(IntegrityError, match="written once"), transaction() as session:
        session.execute(sa.update(ImportFile).values(sha256="0" * 64))
    with pytest.raises(IntegrityError, match="ended once"), transaction() as session:
        session.execute(sa.update(ImportFile).values(applied_at=None))


def test_an_empty_file_is_no_row(alliance: Alliance, manager: Actor) -> None:
    with pytest.raises(IntegrityError, match="has_content"), transaction() as session:
        session.execute(
            sa.insert(ImportFile).values(
                kind="goals", alliance_id=alliance.id, file_name="x", sha256="0" * 64, size=0, content=b"",
                uploaded_by_id=manager.user_id, uploaded_at=datetime.now(UTC), result={},
            )
        )  # fmt: skip


def test_an_alliance_has_a_limited_number_of_open_previews(
    alliance: Alliance, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_PREVIEWS", 1)
    uploaded(alliance, xlsx(*ROWS), manager)
    with pytest.raises(FileRefused):
        uploaded(alliance, xlsx(*ROWS[:2]), manager)


def test_old_previews_are_forgotten_by_a_command_and_files_that_were_carried_out_are_not(
    alliance: Alliance, manager: Actor, freeze: Any
) -> None:
    freeze(datetime(2026, 9, 1, 12, tzinfo=UTC))
    bring_in(alliance, "measurements", xlsx(*ROWS[:2]), manager)
    uploaded(alliance, xlsx(*ROWS), manager)
    freeze(datetime(2026, 9, 1, 12, tzinfo=UTC) + timedelta(days=29))
    with transaction():
        assert service.purge() == 0
    freeze(datetime(2026, 9, 1, 12, tzinfo=UTC) + timedelta(days=31))
    with transaction():
        assert service.purge() == 1
    assert [file.applied_at is None for file in db().scalars(sa.select(ImportFile))] == [False]


# The screens ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def address(app: Flask, client: StrictClient) -> str:
    with app.test_request_context("/"):
        alliance = make_alliance("Meten Is Weten")
        make_indicator(make_goal(alliance))
        user = make_user(Role.COORDINATOR, alliance_id=alliance.id, language="en")
    client.sign_in(user.email)
    return f"/alliances/{alliance.slug}/exchange"


def test_a_coordinator_looks_at_a_file_and_carries_it_out(client: StrictClient, address: str) -> None:
    client.get(address)
    form = f"{address}/measurements/import"
    client.post(form, {"file": (io.BytesIO(xlsx(*ROWS)), "metingen.xlsx")}, form_at=form)
    page = client.follow()
    assert "3 rows would change something" in page.words
    assert client.response is not None
    preview = client.response.request.path
    fingerprint = next(f["names"]["fingerprint"] for f in page.forms if "fingerprint" in f["names"])
    client.post(preview, {"fingerprint": fingerprint})
    assert "3 new, 0 changed, 0 unchanged" in client.follow().words
    assert "3 new, 0 changed, 0 unchanged" in client.get(address).words
    assert (
        client.browser.get(f"{preview}/file").data == xlsx(*ROWS)
        or client.browser.get(f"{preview}/file").data[:2] == b"PK"
    )


def test_cells_may_be_pasted_and_faults_are_shown_with_a_marked_workbook(client: StrictClient, address: str) -> None:
    form = f"{address}/measurements/import"
    client.post(form, {"pasted": f"indicator\tperiod\tvalue\n{REACH}\t2026\tveel\n{REACH}\t2025\t3\n"}, form_at=form)
    page = client.follow()
    assert "One row is not right" in page.words
    assert "“veel” is not a number." in page.words
    marked = next(link for link in page.links if link.endswith("/marked"))
    answer = client.browser.get(marked)
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    answer.close()
    forget = marked.replace("/marked", "/forget")
    client.get(marked.replace("/marked", ""))
    client.post(forget)
    assert "No file was brought in yet" in client.follow().words


def test_an_outdated_preview_shows_what_the_file_does_now(app: Flask, client: StrictClient, address: str) -> None:
    form = f"{address}/measurements/import"
    client.post(form, {"file": (io.BytesIO(xlsx(NAMES, (REACH, 2026, 3, "Nageteld."))), "x.xlsx")}, form_at=form)
    client.follow()
    assert client.response is not None
    preview = client.response.request.path
    with app.test_request_context("/"):
        alliance = db().scalars(sa.select(Alliance).where(Alliance.slug == address.split("/")[2])).one()
        make_measurement(make_current(alliance), 2026, typed(2))
    page = client.post(preview, {"fingerprint": "0" * 64}, status=422)
    assert "Something changed since this preview was shown" in page.words
    assert "2 → 3" in page.words
    fingerprint = next(f["names"]["fingerprint"] for f in page.forms if "fingerprint" in f["names"])
    client.post(preview, {"fingerprint": fingerprint})
    assert "0 new, 1 changed" in client.follow().words


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose a file, or paste cells."),
        ({"pasted": "a\tb\n1\t2"}, "The first row must hold the names"),
        ({"file": (io.BytesIO(b"%PDF-1.7"), "x.pdf")}, "This is a pdf."),
        ({"pasted": "indicator\tperiod"}, "There are no rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    client: StrictClient, address: str, data: dict[str, Any], sentence: str
) -> None:
    form = f"{address}/measurements/import"
    page = client.post(form, dict(data), form_at=form, status=422)
    assert sentence in page.words


def test_a_long_preview_is_shown_a_hundred_rows_at_a_time(client: StrictClient, address: str) -> None:
    form = f"{address}/goals/import"
    rows = "\n".join(f"Doel {n}\tDaarom\tNiemand" for n in range(130))
    client.post(form, {"pasted": f"title\treason\towner\n{rows}"}, form_at=form)
    page = client.follow()
    assert "page 1 of 2" in page.words
    assert client.response is not None
    assert "Doel 129" in client.get(f"{client.response.request.path}?page=2&show=wrong").words


def test_exports_and_templates_come_as_asked(client: StrictClient, address: str) -> None:
    for key in ("goals", "indicators", "measurements"):
        for ending, start in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
            for what in ("export", "template"):
                answer = client.browser.get(f"{address}/{key}/{what}?format={ending}")
                assert (answer.status_code, answer.data[: len(start)]) == (200, start)
                assert "attachment" in answer.headers["Content-Disposition"]
                answer.close()
    assert client.browser.get(f"{address}/goals/export?format=pdf").status_code == 404
    assert client.browser.get(f"{address}/people/export").status_code == 404


def test_a_reader_outside_gets_rounded_counts_and_is_told(app: Flask, client: StrictClient, address: str) -> None:
    with app.test_request_context("/"):
        alliance = db().scalars(sa.select(Alliance).where(Alliance.slug == address.split("/")[2])).one()
        make_measurement(make_current(alliance), 2026, typed(123))
        observer = make_user(Role.OBSERVER, language="en")
    reader = StrictClient(app)
    reader.sign_in(observer.email)
    assert "rounded to a multiple of 5" in reader.get(address).words
    answer = reader.browser.get(f"{address}/measurements/export?format=csv")
    assert ";125;" in answer.text
    assert "123" not in answer.text
    assert "rounded" in answer.headers["Content-Disposition"]
    answer.close()


def test_a_file_of_another_alliance_is_not_found(app: Flask, client: StrictClient, address: str) -> None:
    with app.test_request_context("/"):
        other = make_alliance("Een Andere")
        make_indicator(make_goal(other))
        file = uploaded(other, xlsx(*ROWS), make_actor(Role.PROJECT_MANAGER))
    for more in ("", "/file", "/marked"):
        assert client.browser.get(f"{address}/files/{file.id}{more}").status_code == 404
    assert counts_of(app, other) == 3


def counts_of(app: Flask, alliance: Alliance) -> int:
    with app.test_request_context("/"):
        return len(plan(alliance, "measurements", xlsx(*ROWS)).rows)
