"""What hangs under a goal: its indicators, and the pilots and commitments that serve it, as lines of its pages."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask import url_for

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import listing as commitments
from alliance_tracker.commitments.listing import Line
from alliance_tracker.database import today
from alliance_tracker.goals.models import Goal
from alliance_tracker.goals.panels import Link, Panel, Section
from alliance_tracker.i18n import Message, part_of
from alliance_tracker.indicators import goal_panel
from alliance_tracker.pilots import queries as pilots
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import actor, reads_exactly


def _indicators(alliance: Alliance, goal_ids: Sequence[int]) -> Mapping[int, Sequence[Panel]]:
    lines = goal_panel.lines_of(alliance)
    return {
        goal_id: [
            Panel(line.label, line.address, line.value, None if line.is_stopped else line.course)
            for line in lines.get(goal_id, ())
        ]
        for goal_id in goal_ids
    }


def _follow(alliance: Alliance, goal: Goal) -> Link | None:
    if not alliance.is_open or not policy.allows(actor(), Permission.GOAL_EDIT, alliance):
        return None
    return Message("Follow an indicator"), url_for("indicators.follow", slug=alliance.slug, goal=goal.id)


def _pilots(alliance: Alliance, goal_ids: Sequence[int]) -> Mapping[int, Sequence[Panel]]:
    lines = pilots.of_goals(alliance.id, exactly=reads_exactly(alliance.id))
    return {
        goal_id: [
            Panel(line.name, url_for("pilots.show", slug=alliance.slug, pilot_id=line.id), "", line.status)
            for line in lines.get(goal_id, ())
        ]
        for goal_id in goal_ids
    }


def _plan(alliance: Alliance, goal: Goal) -> Link | None:
    if not alliance.is_open or not policy.allows(actor(), Permission.PILOT_EDIT, alliance):
        return None
    return Message("Plan a pilot"), url_for("pilots.create", slug=alliance.slug, goal=goal.id)


def _commitments(alliance: Alliance, goal_ids: Sequence[int]) -> Mapping[int, Sequence[Panel]]:
    found = commitments.of_goals(alliance.id, today())
    return {goal_id: _promises(alliance, found.get(goal_id, ())) for goal_id in goal_ids}


def _promises(alliance: Alliance, lines: Sequence[Line]) -> list[Panel]:
    """One panel for each commitment; its instalment that most needs attention comes first and says how it stands."""
    by_commitment: dict[int, list[Line]] = {}
    for line in lines:
        by_commitment.setdefault(line.commitment_id, []).append(line)
    return [_promise(alliance, own) for own in by_commitment.values()]


def _promise(alliance: Alliance, own: Sequence[Line]) -> Panel:
    first = next((line for line in own if line.is_open), own[-1])
    standing = [line for line in own if line.waived_on is None]
    delivered, promised = (
        sum((getattr(line, name) for line in standing), Decimal(0)) for name in ("reported", "quantity")
    )
    said = part_of(delivered, promised, first.unit)
    address = url_for("commitments.show", slug=alliance.slug, instalment_id=first.id)
    return Panel(f"V{first.number} {first.description}", address, said if standing else "", first.state)


INDICATORS = Section(
    "indicators",
    Message("Indicators"),
    _indicators,
    Message("No indicator yet: choose one, so that it can be seen how far this goal is."),
    is_in_list=True,
    add=_follow,
)
PILOTS = Section("pilots", Message("Pilots"), _pilots, Message("No pilot serves this goal yet."), add=_plan)
COMMITMENTS = Section(
    "commitments", Message("Commitments"), _commitments, Message("No commitment of a convenant serves this goal yet.")
)
