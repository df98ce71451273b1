"""The operations of the API on the signals of the network: reading them with VLAIO's answers."""

from typing import Any

from alliance_tracker.api import operations, schemas, signal_schemas
from alliance_tracker.api.operations import operation
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.learning import queries, reading
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import actor, require


def _facts(row: queries.Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "title": row.title,
        "text": row.text,
        "state": row.status.value,
        "alliance": row.alliance,
        "region": row.region,
        "precondition": row.precondition_key,
        "rule": row.rule,
        "sent_on": row.sent_on,
        "answer_due_on": row.term.due_on,
        "answered_on": row.term.answered_on,
        "is_late": row.is_late,
        "alliances": row.voices,
        "regions": row.regions,
        "merged_into": row.merged_into_id,
    }


@operation(
    "GET",
    "/signals",
    "The signals of the network, those that most alliances stand behind first.",
    schemas.Items[signal_schemas.Signal],
    query=signal_schemas.SignalFilter,
)
def signals(query: signal_schemas.SignalFilter) -> Any:
    """The signals that the filters let through."""
    require(Permission.SIGNAL_VIEW)
    filters = queries.Filters(
        q=query.q,
        kind=query.kind or "",
        state=query.state or "",
        precondition=query.precondition,
        late=query.late or "",
        region=query.region,
    )
    total, rows = queries.window(actor(), filters, limit=query.limit, offset=query.offset)
    return operations.page_of([signal_schemas.Signal(**_facts(row)) for row in rows], total, query, "api.signals")


@operation(
    "GET",
    "/signals/<int:signal_id>",
    "One signal with the voices of other alliances and the answers of VLAIO.",
    signal_schemas.SignalInFull,
)
def signal(signal_id: int) -> Any:
    """One signal in full."""
    require(Permission.SIGNAL_VIEW)
    row = queries.one(actor(), signal_id)
    if row is None:
        raise NotFound(Message("There is nothing at this address."))
    return signal_schemas.SignalInFull(
        **_facts(row),
        voices=[
            signal_schemas.Voice(
                alliance=voice.alliance,
                region=voice.region,
                words=voice.words,
                on=voice.on,
                merged_signal=voice.merged_id,
            )
            for voice in reading.voices_of(actor(), signal_id)
        ],
        answers=[
            signal_schemas.Answer(state=answer.status.value, on=answer.on, text=answer.reason)
            for answer in reading.answers_of(signal_id)
        ],
    )
