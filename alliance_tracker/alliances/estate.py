"""What an organisation still owes when it merges, closes or leaves: the layers above say it, the pages here list it.

The pages on which an organisation merges, closes or leaves must show beforehand what it still owes, and lead afterwards
to where somebody decides who takes it over; yet this package may not know of commitments. So a package above calls
`register` once with a `Provider`, when the application is made. Each sends a constant number of statements.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Owed:
    """One thing that is still to be done: in which alliance, what, how much of it is open, and by when."""

    alliance_id: int
    alliance: str
    what: Any
    open: Any
    #: Where it can be read; empty where it has no page of its own.
    address: str = ""


@dataclass(frozen=True)
class Provider:
    """A package above that knows what an organisation owes."""

    #: What the organisation owes in this alliance, or in all that are not ended.
    owed: Callable[[int, int | None], Sequence[Owed]]
    #: Where somebody decides who takes it over, in this alliance or in all of them.
    decided_at: Callable[[int, int | None], str]


PROVIDERS: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Let `provider` be asked; registering it again changes nothing."""
    if provider not in PROVIDERS:
        PROVIDERS.append(provider)
    return provider


def owed_by(organisation_id: int, alliance_id: int | None = None) -> list[Owed]:
    """Everything that the organisation still owes."""
    return [owed for provider in PROVIDERS for owed in provider.owed(organisation_id, alliance_id)]


def next_address(organisation_id: int, alliance_id: int | None, otherwise: str) -> str:
    """Where to go after the organisation merged, closed or left: to the decision, or on if nothing is owed."""
    for provider in PROVIDERS:
        if provider.owed(organisation_id, alliance_id):
            return provider.decided_at(organisation_id, alliance_id)
    return otherwise
