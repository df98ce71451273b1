"""A table that can be exported, changed in a spreadsheet and brought in again: declared once, judged row by row."""

import enum
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.policy import Actor, Permission


class Kind(enum.Enum):
    """What a cell of a column holds."""

    TEXT = "text"
    NUMBER = "number"
    #: A number that names something, such as a year: written without separators.
    ORDINAL = "ordinal"
    #: An amount of money in euro.
    EURO = "euro"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes-no"
    LIST = "list"


@dataclass(frozen=True)
class Column:
    """One column. `key` is its name in every language; a file may head it with its key or its label in any of them."""

    key: str
    label: Any
    kind: Kind = Kind.TEXT
    #: The file must have this column, and each row must fill it.
    required: bool = False
    hint: Any = ""
    example: str = ""
    #: Key to words, of a choice or a list; a cell may hold either.
    choices: Mapping[str, Any] = field(default_factory=dict)
    #: Written for the reader; what a file says here is not looked at.
    read_only: bool = False
    #: The most characters of a text.
    limit: int = 4000


@dataclass(frozen=True)
class Scope:
    """Of which alliance, and whether its reader may see counts of people as they are."""

    alliance: Alliance
    exact: bool = True


class Outcome(Labelled):
    """What a row of a file would do."""

    NEW = "new", Message("new")
    CHANGED = "changed", Message("changed")
    UNCHANGED = "unchanged", Message("unchanged")
    WRONG = "wrong", Message("not right")


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with a cell; without a column, with the row."""

    column: str
    sentence: Any


@dataclass(frozen=True, slots=True)
class CellChange:
    """A value that would change."""

    column: str
    before: Any
    after: Any


@dataclass(slots=True)
class Row:
    """A row of a file: the values of the cells that are filled, and what is wrong with others."""

    number: int
    values: dict[str, Any]
    errors: list[CellError]


@dataclass(slots=True)
class PlannedRow:
    """What one row of a file would do; `work` is what its table needs to carry it out."""

    number: int
    name: str
    outcome: Outcome
    changes: tuple[CellChange, ...] = ()
    errors: tuple[CellError, ...] = ()
    #: Two rows of a file with the same identity are about the same thing, which is one too many.
    identity: Hashable = None
    work: Any = None


Judge = Callable[[Row], PlannedRow]

#: Columns that the application adds to a file and does not read back.
REMARKS = Column("remarks", Message("what is not right"), read_only=True)
ROUNDED = Column("rounded", Message("rounded"), read_only=True)


class Table(ABC):
    """A kind of row that can be brought in and out."""

    key: ClassVar[str]
    title: ClassVar[Message]
    #: One sentence on what a row is.
    about: ClassVar[Message]
    #: Who may bring it in; whoever sees the alliance may export it.
    permission: ClassVar[Permission]
    columns: ClassVar[tuple[Column, ...]]

    def more_columns(self) -> tuple[Column, ...]:
        """Columns that a file may have as well: a year, a category."""
        return ()

    def used(self, scope: Scope) -> set[str]:  # noqa: ARG002  # tables without further columns have none in use
        """Which of the further columns an export of `scope` has."""
        return set()

    def holds_people(self) -> bool:
        """Whether an export can hold counts of people, that are rounded for some readers."""
        return False

    @abstractmethod
    def read(self, scope: Scope) -> Iterator[dict[str, Any]]:
        """The rows of an export: values by column, empty ones left out."""

    @abstractmethod
    def judge_with(self, scope: Scope) -> Judge:
        """Look up what is known, in a constant number of statements, and judge rows with it."""

    @abstractmethod
    def apply(self, scope: Scope, row: PlannedRow, *, actor: Actor) -> None:
        """Carry out one row that is new or changed, through the service.

        :raise Refused: a rule of the domain forbids it.
        """


def planned(
    table: Table, row: Row, before: Mapping[str, Any] | None, *, identity: Hashable, name: str, work: Any = None
) -> PlannedRow:
    """What `row` does to what is known (`before`, None when it is new): an empty cell leaves things as they are."""
    if row.errors:
        return PlannedRow(row.number, name, Outcome.WRONG, errors=tuple(row.errors), identity=identity)
    silent = {column.key for column in table.columns if column.read_only}
    changes = tuple(
        CellChange(key, (before or {}).get(key), value)
        for key, value in row.values.items()
        if key not in silent and (before or {}).get(key) != value
    )
    outcome = Outcome.NEW if before is None else Outcome.CHANGED if changes else Outcome.UNCHANGED
    return PlannedRow(row.number, name, outcome, changes, identity=identity, work=row.values if work is None else work)


@dataclass
class Plan:
    """What a whole file would do. Its fingerprint says whether two plans would do the same."""

    rows: list[PlannedRow] = field(default_factory=list)
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, row: PlannedRow) -> None:
        """Take in the next row."""
        self.rows.append(row)
        self.counts[row.outcome] += 1
        if row.outcome is not Outcome.UNCHANGED:
            told = [(c.column, repr(c.before), repr(c.after)) for c in row.changes]
            wrong = [(e.column, repr(e.sentence)) for e in row.errors]
            self._digest.update(repr((row.number, row.outcome.value, row.name, told, wrong)).encode())

    @property
    def fingerprint(self) -> str:
        return str(self._digest.hexdigest())

    @property
    def is_right(self) -> bool:
        return not self.counts[Outcome.WRONG]

    @property
    def to_do(self) -> int:
        """How many rows would change something."""
        return self.counts[Outcome.NEW] + self.counts[Outcome.CHANGED]


class FileRefused(Refused):
    """A file that cannot be read as this table; the sentence says why and what to do."""


def recognised(table: Table) -> Sequence[Column]:
    """Every column that a file of this table may have."""
    return (*table.columns, *table.more_columns(), REMARKS, ROUNDED)
