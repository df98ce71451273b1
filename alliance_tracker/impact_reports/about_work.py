"""What the alliance did: its pilots, its network, and what it told the government."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.activities.models import LogEntry, LogKind
from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import BRUSSELS, db
from alliance_tracker.i18n import Counted, InTwoLanguages, Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.blocks import Block, Figures, Row
from alliance_tracker.impact_reports.material import Gap, Material, Written, newest
from alliance_tracker.learning.lifecycle import SIGNAL
from alliance_tracker.learning.models import Signal, SignalSupport
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.pilots.models import Pilot, PilotEvaluation, PilotReach, PilotStatus
from alliance_tracker.workflow import StatusEvent

#: A network meets at least twice a year (the plan's yearly step).
MEETINGS = 2


# Pilots --------------------------------------------------------------------------------------------------------------


def pilots_of(material: Material) -> list[tuple[Pilot, PilotReach | None]]:
    """The pilots that ran, were planned or ended in the year, each with its participations of that year."""
    ended = sa.func.coalesce(Pilot.finished_on, Pilot.ends_on)
    rows = db().execute(
        sa.select(Pilot, PilotReach)
        .outerjoin(
            PilotReach,
            sa.and_(
                PilotReach.pilot_id == Pilot.id,
                PilotReach.year == material.year,
                PilotReach.superseded_at.is_(None),
            ),
        )
        .where(
            Pilot.alliance_id == material.alliance.id,
            sa.func.coalesce(Pilot.started_on, Pilot.starts_on) <= material.last,
            sa.or_(
                ended.is_(None),
                ended >= material.first,
                PilotReach.id.is_not(None),
                Pilot.status == PilotStatus.RUNNING,
            ),
        )
        .order_by(Pilot.starts_on, Pilot.id)
        .options(selectinload(Pilot.evaluations))
    )
    return [(pilot, found) for pilot, found in rows]


def pilots(material: Material) -> Written:
    """Each pilot with its partners' year: how it stands, whom it reached, what its evaluation found."""
    rows = pilots_of(material)
    found: list[Block] = [
        blocks.table(
            "pilots",
            Message("Pilots in %(year)s", year=str(material.year)),
            {
                "pilot": Message("Pilot"),
                "state": Message("How it stands"),
                "started": Message("Started on"),
                "finished": Message("Finished on"),
                "reach": Message("Participations"),
            },
            [
                Row(
                    f"pilot-{pilot.id}",
                    (
                        blocks.text(pilot.name),
                        blocks.words(pilot.status),
                        blocks.day(pilot.started_on),
                        blocks.day(pilot.finished_on),
                        blocks.people(reach.participants) if reach else blocks.none(Message("not recorded")),
                    ),
                    material.address("pilots", pilot.id),
                    newest([pilot.started_on, pilot.finished_on, _day(reach)]),
                )
                for pilot, reach in rows
            ],
            source=Message(
                "The pilots as the alliance logged them; participations of the year: somebody who came twice counts "
                "twice."
            ),
            empty=Message("There was no pilot in %(year)s.", year=str(material.year)),
        ),
        *(
            _finding(material, pilot, evaluation)
            for pilot, _ in rows
            for evaluation in pilot.evaluations
            if material.covers(evaluation.on)
        ),
    ]
    return Written(Figures(tuple(found)), tuple(_pilot_gaps(material, rows)))


def _day(reach: PilotReach | None) -> date | None:
    return reach.recorded_at.astimezone(BRUSSELS).date() if reach else None


def _finding(material: Material, pilot: Pilot, evaluation: PilotEvaluation) -> Block:
    return blocks.Quote(
        f"evaluation-{evaluation.id}",
        blocks.both(
            Message("What “%(name)s” taught: %(decision)s", name=pilot.name, decision=evaluation.decision.label)
        ),
        (blocks.text(evaluation.findings),),
        material.address("pilots", pilot.id),
        blocks.both(Message("The evaluation of the pilot, of %(on)s.", on=evaluation.on)),
    )


def _pilot_gaps(material: Material, rows: list[tuple[Pilot, PilotReach | None]]) -> Iterator[Gap]:
    ran = [pilot for pilot, reach in rows if pilot.started_on and pilot.started_on <= material.last and reach is None]
    for pilot in ran[:5]:
        yield Gap(
            Message("Nobody recorded whom “%(name)s” reached in %(year)s.", name=pilot.name, year=str(material.year)),
            material.address("pilots", pilot.id, "reach", material.year),
        )
    for pilot, _ in rows:
        if pilot.finished_on and material.covers(pilot.finished_on) and not pilot.evaluations:
            yield Gap(
                Message("“%(name)s” was finished and not evaluated.", name=pilot.name),
                material.address("pilots", pilot.id, "evaluate"),
            )


# The network ---------------------------------------------------------------------------------------------------------


def meetings_of(material: Material) -> list[LogEntry]:
    """The meetings that were logged of the year."""
    return [entry for entry in material.log if entry.kind is LogKind.MEETING]


def network(material: Material) -> Written:
    """Meetings with who was there, partners that joined and left, and the quadruple helix at the end of the year."""
    meetings = meetings_of(material)
    kinds = Counter(entry.kind for entry in material.log)
    found: list[Block] = [
        blocks.fact(
            "logged",
            Message("Entries in the log"),
            blocks.count(len(material.log)),
            source=Message("The log of %(year)s.", year=str(material.year)),
            address=material.address("log"),
            as_of=newest(entry.on for entry in material.log),
        ),
        *(
            blocks.fact(
                f"logged-{kind.value}",
                _capitalised(kind.label),
                blocks.count(kinds[kind]),
                source=Message("The log of %(year)s.", year=str(material.year)),
                address=material.address("log"),
            )
            for kind in LogKind
            if kinds[kind] and kind is not LogKind.NOTE
        ),
        _meetings(material, meetings),
        *_moves(material),
        _pillars(material),
    ]
    return Written(Figures(tuple(found)), tuple(_network_gaps(material, meetings)))


def _capitalised(label: Message) -> InTwoLanguages:
    """A label as the first word of a line."""
    said = blocks.both(label)
    return InTwoLanguages(said.nl[:1].upper() + said.nl[1:], said.en[:1].upper() + said.en[1:])


def _meetings(material: Material, meetings: list[LogEntry]) -> Block:
    return blocks.table(
        "meetings",
        Message("Meetings"),
        {"on": Message("Day"), "about": Message("What was logged"), "present": Message("Partners present")},
        [
            Row(
                f"entry-{entry.id}",
                (
                    blocks.day(entry.on),
                    blocks.text(_in_short(entry.text)),
                    blocks.count(len(entry.presences)),
                ),
                material.address("log"),
                entry.on,
            )
            for entry in meetings
        ],
        source=Message("The meetings in the log of %(year)s.", year=str(material.year)),
        empty=Message("No meeting was logged."),
        inside={"about"},
    )


def _in_short(text: str) -> str:
    """The first sentence or line of what was logged."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 160 else line[:157].rsplit(" ", 1)[0] + " …"


def _moves(material: Material) -> Iterator[Block]:
    joined = [row for row in material.partners if material.covers(row.since)]
    left = [row for row in material.partners if material.covers(row.until)]
    for key, caption, rows in (
        ("joined", Message("Partners that joined"), joined),
        ("left", Message("Partners that left"), left),
    ):
        if not rows:
            continue
        yield blocks.table(
            key,
            caption,
            {"organisation": Message("Organisation"), "on": Message("Day"), "why": Message("In its own words")},
            [
                Row(
                    f"partner-{row.id}",
                    (
                        blocks.text(row.organisation.name),
                        blocks.day(row.until if key == "left" else row.since),
                        blocks.text(row.leave_reason if key == "left" else row.responsibility),
                    ),
                    material.address("partners", row.id),
                    (row.until if key == "left" else row.since),
                )
                for row in rows
            ],
            source=Message("The partners of the alliance, with the days on which they joined and left."),
            inside={"why"},
        )


def partners_at_end(material: Material) -> list[Partner]:
    """Who was a partner on the last day of the year, or today while it runs."""
    day = material.state_day
    return [row for row in material.partners if row.since <= day and (row.until is None or row.until >= day)]


def pillars_at_end(material: Material) -> Counter[Pillar]:
    """How many partners filled each pillar then."""
    day = material.state_day
    return Counter(
        each.pillar
        for row in partners_at_end(material)
        for each in row.pillars
        if each.since <= day and (each.until is None or each.until >= day)
    )


def _pillars(material: Material) -> Block:
    counted = pillars_at_end(material)
    return blocks.table(
        "pillars",
        Message("Partners by pillar at the end of the year"),
        {"pillar": Message("Pillar"), "partners": Message("Partners")},
        [
            Row(
                pillar.value,
                (
                    blocks.words(pillar),
                    blocks.count(counted[pillar]) if counted[pillar] else blocks.words(Message("nobody"), "warn"),
                ),
                material.address("partners"),
            )
            for pillar in Pillar
        ],
        source=Message(
            "The partners of the alliance on %(on)s; a partner may fill more than one pillar.", on=material.state_day
        ),
    )


def _network_gaps(material: Material, meetings: list[LogEntry]) -> Iterator[Gap]:
    if len(meetings) < MEETINGS:
        yield Gap(
            Message("No meeting was logged: a network meets at least twice a year.")
            if not meetings
            else Counted(
                "Only %(n)s meeting was logged: a network meets at least twice a year.",
                "Only %(n)s meetings were logged: a network meets at least twice a year.",
                n=len(meetings),
            ),
            material.address("log", "new"),
        )
    missing = [pillar.label for pillar in Pillar if not pillars_at_end(material)[pillar]]
    if missing:
        yield Gap(
            Counted("%(names)s is missing.", "%(names)s are missing.", n=len(missing), names=missing),
            material.address("partners"),
        )


# Lessons -------------------------------------------------------------------------------------------------------------


def lessons(material: Material) -> Written:
    """The signals that the alliance sent or stood behind in the year, with what VLAIO answered.

    What they say is typed for those who work together and stays inside; how many there were is told to everybody.
    """
    signals = _signals_of(material)
    answers = _answers([_effective(signal) for signal in signals])
    own = [signal for signal in signals if _is_sent(material, signal)]
    answered = [signal for signal in signals if _effective(signal) in answers]
    as_on = Message("The signals in the alliance tracker, as on %(on)s.", on=material.day)
    found: list[Block] = [
        blocks.fact(
            key, label, blocks.count(len(rows)), source=as_on, address=material.address("signals"), as_of=latest
        )
        for key, label, rows, latest in (
            ("signals-sent", Message("Signals sent to VLAIO"), own, newest(signal.sent_on for signal in own)),
            (
                "signals-supported",
                Message("Signals of others that the alliance meets as well"),
                [signal for signal in signals if signal not in own],
                None,
            ),
            (
                "signals-answered",
                Message("Of these, answered by VLAIO"),
                answered,
                newest(answers[_effective(signal)].on for signal in answered),
            ),
        )
    ]
    if not signals:
        found = found[:1]
    found += [_signal(signal, answers.get(_effective(signal)), material) for signal in signals]
    gaps: tuple[Gap, ...] = ()
    if not signals:
        gaps = (
            Gap(
                Message("The alliance sent no signal to VLAIO in %(year)s.", year=str(material.year)),
                material.address("signals", "new"),
            ),
        )
    return Written(Figures(tuple(found)), gaps)


def _is_sent(material: Material, signal: Signal) -> bool:
    """Whether the alliance itself sent it in the year."""
    return signal.alliance_id == material.alliance.id and material.covers(signal.sent_on)


def _effective(signal: Signal) -> int:
    """The signal with which it goes on, which gets the answers."""
    return signal.merged_into_id or signal.id


def _signals_of(material: Material) -> list[Signal]:
    own = material.alliance.id
    behind = sa.select(SignalSupport.signal_id).where(
        SignalSupport.alliance_id == own, SignalSupport.supported_on.between(material.first, material.last)
    )
    sent = sa.and_(Signal.alliance_id == own, Signal.sent_on.between(material.first, material.last))
    rows = db().scalars(
        sa.select(Signal).where(sa.or_(sent, Signal.id.in_(behind))).order_by(Signal.sent_on, Signal.id)
    )
    return list(rows)


def _signal(signal: Signal, answer: StatusEvent | None, material: Material) -> Block:
    state = Message(
        "%(kind)s, sent on %(on)s: %(state)s", kind=signal.kind.label, on=signal.sent_on, state=signal.status.label
    )
    lines = [blocks.words(state), blocks.text(signal.text)]
    if answer:
        lines += [blocks.words(Message("VLAIO answered on %(on)s:", on=answer.on)), blocks.text(answer.reason)]
    return blocks.Quote(
        f"signal-{signal.id}",
        blocks.both(signal.title),
        tuple(lines),
        f"/signals/{signal.id}",
        blocks.both(Message("The signals in the alliance tracker, as on %(on)s.", on=material.day)),
    )


def _answers(ids: list[int]) -> dict[int, StatusEvent]:
    """The newest answer to each signal."""
    rows = db().scalars(
        sa.select(StatusEvent)
        .where(
            StatusEvent.lifecycle == SIGNAL.name,
            StatusEvent.subject_id.in_(ids),
            StatusEvent.source != "",
            StatusEvent.reason != "",
        )
        .order_by(StatusEvent.id)
    )
    return {event.subject_id: event for event in rows}
