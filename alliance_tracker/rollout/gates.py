"""The gates that an alliance passes when it leaves a phase, and which of them it has not passed yet."""

from dataclasses import dataclass
from typing import Any

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.rollout import places, states
from alliance_tracker.rollout.models import PhaseLetter


@dataclass(frozen=True)
class MissingGate:
    """A gate milestone that is neither done nor recorded as not applicable, at one place."""

    key: str
    scope: str
    place: str
    name: InTwoLanguages

    @property
    def id(self) -> str:
        """What tells it from the others."""
        return f"{self.key}:{self.scope}"

    @property
    def sentence(self) -> Message:
        return Message("Not reached yet for %(place)s: “%(milestone)s”.", place=self.place, milestone=self.name)

    def as_kept(self) -> dict[str, str]:
        """As a decision keeps it: with the names of its day."""
        return {
            "key": self.key,
            "scope": self.scope,
            "place": self.place,
            "name_nl": self.name.nl,
            "name_en": self.name.en,
        }


def kept(rows: list[Any]) -> tuple[MissingGate, ...]:
    """What a decision kept, to be read again."""
    return tuple(
        MissingGate(row["key"], row["scope"], row["place"], InTwoLanguages(row["name_nl"], row["name_en"]))
        for row in rows
    )


def missing(found: list[states.MilestoneState], phase: PhaseLetter) -> tuple[MissingGate, ...]:
    """The gates of `phase` among these milestones that are not passed."""
    return tuple(
        MissingGate(state.key, state.place.scope, state.place.name, state.name)
        for state in found
        if state.phase is phase and state.is_gate and state.is_open
    )


def missing_for(alliance: Alliance, phase: PhaseLetter) -> tuple[MissingGate, ...]:
    """The gates that this alliance has not passed in `phase`, at every level that concerns it."""
    return missing(states.at(places.concerning(alliance), phase=phase, gates_only=True), phase)
