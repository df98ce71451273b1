"""What a pilot can serve: the package of the goals, which stands above, says which goals an alliance has."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Purpose:
    """A goal of an alliance in its own words; `is_open` while it is worked on."""

    goal_id: int
    title: str
    is_open: bool


Provider = Callable[[int], list[Purpose]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let `provider` name the goals of an alliance, given its id; called once, when the application is made."""
    if provider not in _providers:
        _providers.append(provider)


def of(alliance_id: int) -> list[Purpose]:
    """The goals of an alliance in their order."""
    return [purpose for provider in _providers for purpose in provider(alliance_id)]
