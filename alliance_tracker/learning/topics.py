"""What a signal can be about: a higher package says which preconditions of the rollout there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Topic:
    """A precondition: its key, and its name."""

    key: str
    name: Any


Provider = Callable[[], list[Topic]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let `provider` name topics; called once, when the application is made."""
    if provider not in _providers:
        _providers.append(provider)


def every() -> dict[str, Any]:
    """The names of all topics by their key, in their own order."""
    return {topic.key: topic.name for provider in _providers for topic in provider()}
