"""What the keys in the history are called: the packages that know it say so, and are asked once for a page."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from alliance_tracker.i18n import Message

#: A key with the alliance in whose history it stands: the key of an own criterion is known within one only.
Ref = tuple[int | None, Any]
Namer = Callable[[AbstractSet[Ref]], Mapping[Ref, Any]]
Words = Callable[[Any], Any]

_namers: dict[str, Namer] = {}
_facts: dict[str, str] = {}
_words: dict[tuple[str, str], Words] = {}

UNKNOWN = Message("(no longer known)")


def register(column: str, fact: str, namer: Namer) -> None:
    """Let `namer` put the keys in columns and facts called `column` in words, in sentences as `%(fact)s`.

    It is asked for all keys of a page at once; called once, when the application is made.
    """
    _namers[column], _facts[column] = namer, fact


def name_values(table: str, column: str, words: Words) -> None:
    """Let `words` say what a value of this one column is called, without a look in the database."""
    _words[table, column] = words


def fact_of(column: str) -> str:
    """How a sentence asks for the words of this column."""
    return _facts.get(column, column)


def words_of(table: str, column: str) -> Words | None:
    """What says the words of a value of this column, if anything was registered."""
    return _words.get((table, column))


class Names:
    """The words of the keys that a page of the history shows."""

    def __init__(self) -> None:
        self._wanted: dict[str, set[Ref]] = defaultdict(set)
        self._found: dict[str, Mapping[Ref, Any]] = {}

    def want(self, alliance_id: int | None, values: Mapping[str, Any]) -> None:
        """Note which of these values, by column, must be put in words; a value may be a pair, before and after."""
        for column in values.keys() & _namers.keys():
            value = values[column]
            for key in value if isinstance(value, list) else [value]:
                if key is not None:
                    self._wanted[column].add((alliance_id, key))

    def look_up(self) -> None:
        """Ask for all of them: as many questions as there are kinds of keys."""
        self._found = {column: _namers[column](wanted) for column, wanted in self._wanted.items()}

    def of(self, column: str, alliance_id: int | None, key: Any) -> Any:
        """The words for a key of a registered column; None for a value of another column."""
        if column not in _namers:
            return None
        return self._found.get(column, {}).get((alliance_id, key), UNKNOWN)
