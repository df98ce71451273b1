"""Organisations as people write them in a spreadsheet: by name, by the number of a register, or by our own number."""

from collections import Counter
from collections.abc import Iterable

from alliance_tracker.database import folded
from alliance_tracker.organisations.models import Organisation


def _digits(name: str) -> str:
    """A number as its register keeps it: BE 0403.019.261 is 0403019261."""
    return name.upper().removeprefix("BE").replace(".", "").replace(" ", "")


class OrganisationNames:
    """Which of these organisations a cell means, and how an export writes each; loaded with their identifiers."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        known = {organisation.id: organisation for organisation in organisations}
        self._meant: dict[str, set[int]] = {}
        for organisation in known.values():
            numbers = (identifier.value for identifier in organisation.identifiers)
            for name in (organisation.name, f"#{organisation.id}", *numbers):
                self._meant.setdefault(folded(name), set()).add(organisation.id)
        shared = Counter(folded(organisation.name) for organisation in known.values())
        #: The name, or our own number where two of them share a name.
        self.written = {
            number: organisation.name if shared[folded(organisation.name)] == 1 else f"#{number}"
            for number, organisation in known.items()
        }

    def meant(self, typed: str) -> set[int]:
        """The ids of everything that is called so."""
        return self._meant.get(folded(typed)) or self._meant.get(folded(_digits(typed)), set())
