"""Loading the phases, the milestones and the preconditions; what people recorded or planned stays."""

import tomllib
from datetime import date
from typing import Any

import sqlalchemy as sa

from alliance_tracker import reference
from alliance_tracker.database import db
from alliance_tracker.policy import SYSTEM
from alliance_tracker.rollout.lifecycle import ACTION
from alliance_tracker.rollout.models import Level, Milestone, Phase, PhaseLetter, Precondition, PreconditionAction


def load_reference() -> None:
    """Load `rollout.toml`; may be run again: names are refreshed, nothing is deleted."""
    with reference.path("rollout.toml").open("rb") as file:
        data = tomllib.load(file)
    for phase in data["phase"]:
        _load_phase(phase)
    for position, precondition in enumerate(data["precondition"], start=1):
        row = db().get(Precondition, precondition["key"]) or Precondition(key=precondition["key"])
        row.position = position
        _name(row, precondition)
        db().add(row)
    db().flush()  # actions point at their precondition
    _load_actions(data["precondition"])


def _name(row: Any, entry: dict[str, Any], attribute: str = "name") -> None:
    setattr(row, f"{attribute}_nl", entry[attribute]["nl"])
    setattr(row, f"{attribute}_en", entry[attribute]["en"])


def _load_phase(entry: dict[str, Any]) -> None:
    letter = PhaseLetter(entry["letter"])
    row = db().get(Phase, letter)
    if row is None:
        # Ours to begin with; later the project manager's.
        row = Phase(letter=letter, planned_from=entry["planned_from"], planned_to=entry.get("planned_to"))
        db().add(row)
    row.key = entry["key"]
    for attribute in ("name", "who", "aim"):
        _name(row, entry, attribute)
    db().flush()  # milestones point at their phase
    for position, milestone in enumerate(entry["milestone"], start=1):
        _load_milestone(letter, position, milestone)


def _load_milestone(letter: PhaseLetter, position: int, entry: dict[str, Any]) -> None:
    row = db().get(Milestone, entry["key"]) or Milestone(key=entry["key"])
    row.phase, row.position, row.level = letter, position, Level(entry["level"])
    row.is_gate = entry.get("gate", False)
    row.trial_only = entry.get("applies_to") == "trial alliances"
    row.check = entry.get("check")
    due: date | None = entry.get("due")
    row.due_on = due
    _name(row, entry)
    db().add(row)


def _load_actions(preconditions: list[dict[str, Any]]) -> None:
    known = {row.key: row for row in db().scalars(sa.select(PreconditionAction))}
    for precondition in preconditions:
        for position, entry in enumerate(precondition["action"], start=1):
            row = known.get(entry["key"])
            is_new = row is None
            row = row or PreconditionAction(key=entry["key"], status=ACTION.initial)
            row.precondition_key, row.position = precondition["key"], position
            _name(row, entry)
            db().add(row)
            if is_new:
                db().flush()  # gives the action its id
                ACTION.start(row, actor=SYSTEM)
