"""What a log entry can bear on: higher packages say which criteria, milestones and commitments an alliance has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bearing:
    """A criterion, a milestone or a commitment: its kind, its key, and its words."""

    kind: str
    key: str
    words: Any

    @property
    def value(self) -> str:
        return f"{self.kind}:{self.key}"


#: The words of a group, and the bearings in it.
Groups = list[tuple[Any, list[Bearing]]]
Provider = Callable[[int], Groups]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let `provider` name groups of bearings, given an alliance's id; called once, when the application is made."""
    if provider not in _providers:
        _providers.append(provider)


def of(alliance_id: int) -> Groups:
    """Every group of bearings of an alliance, with the group's words."""
    return [group for provider in _providers for group in provider(alliance_id)]
