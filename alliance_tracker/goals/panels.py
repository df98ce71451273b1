"""What the layers above show under a goal: each registers its section when the application is made.

A goal has indicators and is served by pilots, yet this package may not know of them. So a package above calls
`register` once with a `Section`: its title, and a function that gives the lines under each of these goals. It is asked
once for all goals of a page, so it may send a constant number of statements:

    def of_goals(alliance: Alliance, goal_ids: Sequence[int]) -> dict[int, list[Panel]]: ...

    panels.register(Section("indicators", Message("Indicators"), of_goals, empty=..., is_in_list=True, add=...))

Sections stand in the order of registration. The list of goals shows those with `is_in_list`, the page of a goal all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.goals.models import Goal


@dataclass(frozen=True)
class Panel:
    """One line under a goal: its name, what it says now in words, its state (drawn as a tag), and its page."""

    label: Any
    address: str
    value: Any = ""
    state: Any = None


#: The words and the address of a button.
Link = tuple[Any, str]


@dataclass(frozen=True)
class Section:
    """A kind of thing that hangs under a goal; `empty` says what to do while there is none."""

    key: str
    title: Any
    panels_of: Callable[[Alliance, Sequence[int]], Mapping[int, Sequence[Panel]]]
    empty: Any
    is_in_list: bool = False
    #: The button that adds one to this goal, for whoever may; None where that is not possible now.
    add: Callable[[Alliance, Goal], Link | None] | None = None


SECTIONS: list[Section] = []


def register(section: Section) -> Section:
    """Show `section` under every goal; registering it again changes nothing."""
    if section.key not in {known.key for known in SECTIONS}:
        SECTIONS.append(section)
    return section


def panels_of(
    alliance: Alliance, goal_ids: Sequence[int], *, in_list: bool = False
) -> list[tuple[Section, Mapping[int, Sequence[Panel]]]]:
    """Each section with its lines by goal."""
    if not goal_ids:
        return []
    return [
        (section, section.panels_of(alliance, goal_ids)) for section in SECTIONS if section.is_in_list or not in_list
    ]
