"""The operations of the API on the log: reading it, and logging progress once however often it is sent."""

from datetime import timedelta
from typing import Any

from flask import current_app, url_for
from sqlalchemy.exc import IntegrityError

from alliance_tracker.activities import bearings
from alliance_tracker.activities import queries as log_queries
from alliance_tracker.activities import service as log_service
from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.api import operations, reading, schemas
from alliance_tracker.api.operations import operation
from alliance_tracker.api.sending import Sent
from alliance_tracker.database import now, transaction
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import once
from alliance_tracker.web.guards import actor, reads_exactly

MINUTE = timedelta(minutes=1)


def _given(entry: log_queries.Entry) -> schemas.LogEntry:
    return schemas.LogEntry(
        id=entry.id,
        kind=entry.kind.value,
        on=entry.on,
        text=entry.text,
        author=entry.author,
        logged_at=entry.logged_at,
        present=list(entry.present),
        participants=entry.participants,
        criterion=entry.criterion_key,
        milestone=entry.milestone_key,
        evidence=[
            schemas.Evidence(
                id=file.id,
                name=file.file_name,
                size=file.size,
                url=url_for("evidence.download", evidence_id=file.id),
            )
            for file in entry.files
            if file.withdrawn_at is None
        ],
        is_withdrawn=entry.is_withdrawn,
    )


@operation(
    "GET",
    "/alliances/<slug>/log",
    "The log of an alliance, newest first.",
    schemas.Items[schemas.LogEntry],
    query=schemas.Window,
)
def log(slug: str, query: schemas.Window) -> Any:
    """The log of an alliance, newest first."""
    row = load_alliance(slug)
    exactly = reads_exactly(row.id)
    total, found = log_queries.log_window(row.id, limit=query.limit, offset=query.offset, exactly=exactly)
    return operations.page_of([_given(entry) for entry in found], total, query, "api.log", slug=slug)


@operation(
    "POST",
    "/alliances/<slug>/log",
    "Log progress of an alliance.",
    schemas.LogEntry,
    body=schemas.NewLogEntry,
    status=201,
)
def log_entry(slug: str, body: schemas.NewLogEntry) -> Any:
    """Log progress; sent twice with one Idempotency-Key it is logged once."""
    row = load_alliance(slug, Permission.LOG_WRITE)
    sent = Sent.of_request(slug, body)
    if earlier := sent.earlier():
        return _given(log_queries.entry(earlier, exactly=reads_exactly(row.id)))
    _refuse_a_flood()
    _check_bearing(row.id, body)
    draft = log_service.Draft(
        kind=body.kind,
        on=body.on,
        text=body.text,
        present=frozenset(body.present),
        criterion_key=body.criterion,
        milestone_key=body.milestone,
        participants=body.participants,
    )
    try:
        with transaction():
            entry_id = log_service.log(row, draft, actor=actor()).id
            sent.remember(entry_id)
    except IntegrityError as error:
        if once.SentForm.__tablename__ not in str(error.orig):
            raise
        # The same key arrived twice at the same moment; the other one was carried out.
        entry_id = sent.earlier() or 0
    return _given(log_queries.entry(entry_id, exactly=reads_exactly(row.id)))


def _refuse_a_flood() -> None:
    """:raise RequestRefused: this person logged as much within a minute as is allowed."""
    allowed = current_app.config["API_POSTS_PER_MINUTE"]
    earlier = log_queries.logged_before(actor().user_id or 0, allowed)
    if earlier is not None and earlier > now() - MINUTE:
        words = Message("At most %(n)s entries a minute.", n=allowed)
        refusal = reading.RequestRefused(429, Message("Too many attempts"), words)
        refusal.get_response().headers["Retry-After"] = str(int(MINUTE.total_seconds()))
        raise refusal


def _check_bearing(alliance_id: int, body: schemas.NewLogEntry) -> None:
    """:raise FieldRefused: the alliance has no such criterion or milestone, or both are given."""
    if not body.criterion and not body.milestone:
        return
    if body.criterion and body.milestone:
        raise FieldRefused("milestone", Message("An entry bears on one criterion or one milestone."))
    kind, key = ("criterion", body.criterion) if body.criterion else ("milestone", body.milestone)
    if all((kind, key) != (known.kind, known.key) for _, group in bearings.of(alliance_id) for known in group):
        raise FieldRefused(kind, Message("This alliance has no such criterion or milestone."))
