"""Figures that follow from other records: whoever computes them says so here, and every page reads them alike."""

from collections.abc import Callable, Mapping, Sequence

from alliance_tracker.i18n import Message
from alliance_tracker.indicators.figures import Figure

#: Gives, of derived indicators by id, the figure of each period.
Computer = Callable[[Sequence[int]], Mapping[tuple[int, int], Figure]]

COMPUTERS: list[Computer] = []
#: Where the figures of a derived indicator come from, in words, by its key.
SOURCES: dict[str, Message] = {}


def register(computer: Computer, sources: Mapping[str, Message] | None = None) -> None:
    """Let `computer` give the figures of the indicators with these keys; the words say where they come from."""
    if computer not in COMPUTERS:
        COMPUTERS.append(computer)
    SOURCES.update(sources or {})


def figures_of(indicator_ids: Sequence[int]) -> dict[tuple[int, int], Figure]:
    """The computed figures of derived indicators, by indicator and period."""
    found: dict[tuple[int, int], Figure] = {}
    if indicator_ids:
        for computer in COMPUTERS:
            found.update(computer(indicator_ids))
    return found
