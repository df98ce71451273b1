"""What a page of commitments offers about one that is late: to explain it, to ask about it, or what was said of it."""

from dataclasses import dataclass

from flask import Flask, g, url_for

from alliance_tracker.accountability import explaining, threads
from alliance_tracker.commitments.listing import Line
from alliance_tracker.i18n import Message
from alliance_tracker.web.guards import actor


@dataclass(frozen=True)
class Way:
    """A link about a late commitment, in words."""

    words: Message
    address: str


@dataclass(frozen=True)
class _Known:
    """What is looked up once per page for all its lines."""

    running: dict[int, int]
    without_voice: frozenset[int]


def explanation_way(line: Line, slug: str) -> Way | None:
    """Where the reader goes about this late commitment; None when it is not late or there is nothing to do.

    A page may ask this of each of its lines: what it needs is looked up once per alliance.
    """
    if line.lateness is None:
        return None
    known = _known(line.alliance_id)
    reader = actor()
    if line.id in known.running:
        address = url_for("accountability.thread", slug=slug, thread_id=known.running[line.id])
        return Way(Message("What was asked and answered"), address)
    speaks = line.organisation_id in reader.represented_organisations and not reader.read_only
    if speaks or line.organisation_id in known.without_voice:
        if line.lateness.is_explained:
            return None
        return Way(Message("Explain why"), url_for("accountability.explain", slug=slug, instalment_id=line.id))
    if explaining.may_ask(line, reader):
        return Way(Message("Ask why"), url_for("accountability.ask", slug=slug, instalment_id=line.id))
    return None


def _known(alliance_id: int) -> _Known:
    if "explanation_ways" not in g:
        g.explanation_ways = {}
    known: dict[int, _Known] = g.explanation_ways
    if alliance_id not in known:
        reader = actor()
        answers_for_others = alliance_id in reader.coordinated_alliances and not reader.read_only
        known[alliance_id] = _Known(
            threads.running_in(alliance_id),
            explaining.answered_by_coordinator(alliance_id) if answers_for_others else frozenset(),
        )
    return known[alliance_id]


def init_app(app: Flask) -> None:
    """Give it to the templates."""
    app.jinja_env.globals.update(explanation_way=explanation_way)
