"""What needs the project manager's attention, with reasons: a few statements, each with a limit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus, PioneerMandate
from alliance_tracker.database import db, today
from alliance_tracker.i18n import Counted, Message, in_words
from alliance_tracker.learning import queries as signals
from alliance_tracker.monitoring import attention_agreements, next_reports
from alliance_tracker.monitoring.overview import Monitor
from alliance_tracker.monitoring.todo import LATER, SOON, URGENT, Todo, ordered
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.standings.models import AllianceStanding
from alliance_tracker.standings.queries import missing_pillars
from alliance_tracker.stappenplan.models import CriterionFlag, FlagStatus

#: How many of one kind are named before the rest is only counted.
FEW = 4
QUIET_AFTER = timedelta(days=90)
MANDATE_ENDS_WITHIN = timedelta(days=60)
SIGNAL_DUE_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class _Row:
    slug: str
    name: str
    standing: AllianceStanding


def _few(*conditions: Any, order: Any = None) -> list[_Row]:
    statement = (
        sa.select(Alliance.slug, Alliance.name, AllianceStanding)
        .join(Alliance, Alliance.id == AllianceStanding.alliance_id)
        .where(*conditions)
        .order_by(order if order is not None else AllianceStanding.alliance_id)
        .limit(FEW)
    )
    return [_Row(*row) for row in db().execute(statement)]


def of_network(actor: Actor, found: Monitor) -> list[Todo]:
    """What is next over all regions, most urgent first."""
    decides = policy.allows(actor, Permission.PIONEER_MANDATE)
    todos = [
        *(_initiatives(found) if decides else ()),
        *_broken(found),
        *(_flags() if decides else ()),
        *(_signals() if policy.allows(actor, Permission.SIGNAL_ANSWER) else ()),
        *attention_agreements.of_agreements(actor),
        *next_reports.of_network(actor),
        *_mandates(),
        *_regions(actor, found),
        *_gaps(found),
        *_quiet(),
    ]
    return ordered(todos)


def _initiatives(found: Monitor) -> Iterable[Todo]:
    if not found.count("status", "initiative"):
        return
    for row in _few(AllianceStanding.status == AllianceStatus.INITIATIVE):
        yield Todo(
            URGENT,
            Message("Decide on the initiative"),
            Message("It was proposed and waits for your decision."),
            url_for("alliances.accept", slug=row.slug),
            Message("Decide"),
            row.name,
        )


def _broken(found: Monitor) -> Iterable[Todo]:
    if not found.count("broken", "yes"):
        return
    for row in _few(AllianceStanding.status == AllianceStatus.ACTIVE, AllianceStanding.has_broken_step):
        yield Todo(
            SOON,
            Message("A completed step no longer holds"),
            Message("A criterion of it failed afterwards."),
            url_for("steps.show", slug=row.slug),
            Message("Look"),
            row.name,
        )


def _flags() -> Iterable[Todo]:
    n = db().scalar(sa.select(sa.func.count()).where(CriterionFlag.status == FlagStatus.OPEN)) or 0
    if n:
        yield Todo(
            SOON,
            Message("Answer the flags on the stappenplan"),
            Counted("%(n)s flag of an alliance waits.", "%(n)s flags of alliances wait.", n=n),
            url_for("plans.flag_list"),
            Message("To the flags"),
        )


def _signals() -> Iterable[Todo]:
    total, first = signals.waiting(FEW)
    for row in first:
        if row.due_on > today() + SIGNAL_DUE_WITHIN:
            continue
        is_late = row.due_on < today()
        yield Todo(
            URGENT if is_late else SOON,
            Message("Answer the signal “%(title)s”", title=row.title),
            Message("The term ended on %(on)s, and no answer was given.", on=row.due_on)
            if is_late
            else Message("The term ends on %(on)s.", on=row.due_on),
            url_for("signals.show", signal_id=row.id, _anchor="answer"),
            Message("Answer"),
        )
    if total:
        yield Todo(
            LATER,
            Message("Read the signals of the alliances"),
            Counted("%(n)s signal waits for an answer.", "%(n)s signals wait for an answer.", n=total),
            url_for("signals.index", state="received"),
            Message("To the signals"),
        )


def _mandates() -> Iterable[Todo]:
    limit = today() + MANDATE_ENDS_WITHIN
    rows = db().execute(
        sa.select(Alliance.slug, Alliance.name, PioneerMandate.until)
        .join(Alliance, Alliance.id == PioneerMandate.alliance_id)
        .where(PioneerMandate.until >= today(), PioneerMandate.until <= limit)
        .order_by(PioneerMandate.until, Alliance.id)
    )
    for slug, name, until in rows:
        yield Todo(
            SOON,
            Message("The pioneer mandate ends"),
            Message("Its last day is %(on)s.", on=until),
            url_for("alliances.mandate", slug=slug),
            Message("To the mandate"),
            name,
        )


def _regions(actor: Actor, found: Monitor) -> Iterable[Todo]:
    without = [row for row in found.rows if row.pioneer is None]
    if without:
        yield Todo(
            LATER,
            Counted("%(n)s region has no pioneer", "%(n)s regions have no pioneer", n=len(without)),
            in_words(row.name for row in without),
            url_for("monitoring.monitor", _anchor="board"),
            Message("To the board"),
        )
    address = "regions.follow" if policy.allows(actor, Permission.REGION_FOLLOW) else "regions.show"
    due = [row for row in found.rows if row.next_step_on and row.next_step_on <= today()]
    for row in due:
        yield Todo(
            SOON,
            row.next_step,
            Message("The next step of %(region)s was set for %(on)s.", region=row.name, on=row.next_step_on),
            url_for(address, code=row.code),
            Message("To the region"),
        )


def _gaps(found: Monitor) -> Iterable[Todo]:
    if not any(row.figures.gaps() for row in found.rows):
        return
    for row in _few(AllianceStanding.status == AllianceStatus.ACTIVE, AllianceStanding.has_gap):
        yield Todo(
            LATER,
            Message("A pillar is missing"),
            Message("Missing: %(pillars)s", pillars=in_words(p.label for p in missing_pillars(row.standing))),
            url_for("alliances.partners", slug=row.slug),
            Message("To the partners"),
            row.name,
        )


def _quiet() -> Iterable[Todo]:
    # One condition on an index in its own order: with an "or", SQLite would sort every quiet alliance to name a few.
    last_on, never = AllianceStanding.last_logged_on, date(1, 1, 1)
    is_quiet = sa.func.coalesce(last_on, never) < today() - QUIET_AFTER
    for row in _few(AllianceStanding.status == AllianceStatus.ACTIVE, is_quiet, order=last_on.asc().nulls_first()):
        last = row.standing.last_logged_on
        yield Todo(
            LATER,
            Message("Ask how it goes"),
            Message("The last entry is of %(on)s.", on=last) if last else Message("Nothing was logged yet."),
            url_for("alliances.show", slug=row.slug),
            Message("To the alliance"),
            row.name,
        )
