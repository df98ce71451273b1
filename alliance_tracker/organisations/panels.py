"""Pages about an organisation that the layers above have: each registers a link when the application is made.

The page of an organisation leads to its account, yet this package may not know of it. So a package above calls
`register` once with a function from an organisation to a link; None shows nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alliance_tracker.organisations.models import Organisation


@dataclass(frozen=True)
class Link:
    """A page about an organisation: its name, its address, and what it tells."""

    words: Any
    address: str
    about: Any = ""


Linker = Callable[[Organisation], Link | None]

LINKERS: list[Linker] = []


def register(linker: Linker) -> Linker:
    """Show this link on the page of every organisation; registering it again changes nothing."""
    if linker not in LINKERS:
        LINKERS.append(linker)
    return linker


def links_of(organisation: Organisation) -> list[Link]:
    """The links of this organisation."""
    return [link for linker in LINKERS if (link := linker(organisation)) is not None]
