"""One thing to do: what, why, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

URGENT, SOON, LATER = "urgent", "soon", "later"
_ORDER = {URGENT: 0, SOON: 1, LATER: 2}


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why, and where; `alliance` is its name when several are listed together."""

    urgency: str
    what: Any
    why: Any
    address: str
    button: Any
    alliance: str = ""
    #: Whoever sees the alliance may open the address; otherwise it is the form of who may do it.
    is_open_to_readers: bool = False

    @property
    def rank(self) -> int:
        return _ORDER[self.urgency]


def ordered(todos: Iterable[Todo]) -> list[Todo]:
    """Most urgent first; what is equally urgent stays in the order in which it was found."""
    return sorted(todos, key=lambda todo: todo.rank)
