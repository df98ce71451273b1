"""From the rows of a file to what they would do: columns are found by their names, cells read, rows judged."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from alliance_tracker.database import folded
from alliance_tracker.exchange import cells, reading
from alliance_tracker.exchange.cells import CellRefused, Parser, in_every_language
from alliance_tracker.exchange.reading import Cells
from alliance_tracker.exchange.tables import (
    ROUNDED,
    CellError,
    Column,
    FileRefused,
    Outcome,
    Plan,
    PlannedRow,
    Row,
    Scope,
    Table,
    recognised,
)
from alliance_tracker.i18n import Message, in_words


@dataclass
class Upload:
    """A file that was opened: which column stands where, and its rows."""

    table: Table
    #: Place in the row, the column there, and how its cells are read; columns that are not read back have no parser.
    columns: list[tuple[int, Column, Parser | None]]
    lines: Iterator[tuple[int, Cells]]

    def rows(self) -> Iterator[Row]:
        """The rows with their cells as values, and with what cannot be read."""
        read = [(place, column, parse) for place, column, parse in self.columns if parse is not None]
        last = max((place for place, _, _ in self.columns), default=0)
        for number, line in self.lines:
            values, errors = {}, []
            for place, column, parse in read:
                try:
                    value = parse(line[place]) if place < len(line) else None
                except CellRefused as refusal:
                    errors.append(CellError(column.key, refusal.sentence))
                    continue
                if value is not None:
                    values[column.key] = value
                elif column.required:
                    errors.append(CellError(column.key, Message("Fill this in.")))
            if len(line) > last + 1:
                name = cells.column_name(last + 1)
                errors.append(CellError("", Message("Column %(column)s has no name in the first row.", column=name)))
            if values or errors:
                yield Row(number, values, errors)


def opened(table: Table, name: str, content: bytes) -> Upload:
    """The file `name` as this table.

    :raise FileRefused: it cannot be read, or its columns are not those of the table.
    """
    (_, header), lines = reading.rows_of(reading.read(name, content))
    return Upload(table, _columns(table, header), lines)


def _columns(table: Table, header: Cells) -> list[tuple[int, Column, Parser | None]]:
    known = _names(table)
    found: list[tuple[int, Column, Parser | None]] = []
    unknown, nameless = [], []
    for place, cell in enumerate(header):
        name = cells.as_text(cell).replace("\xa0", " ") if cell is not None else ""
        column = known.get(folded(name))
        if not name.strip():
            nameless.append(cells.column_name(place))
        elif column is None:
            unknown.append(f"“{name[:40]}”")
        else:
            found.append((place, column, None if column.read_only else cells.parser_of(column)))
    _refuse_wrong_columns(table, [column for _, column, _ in found], unknown, nameless)
    return found


def _refuse_wrong_columns(table: Table, found: list[Column], unknown: list[str], nameless: list[str]) -> None:
    keys = [column.key for column in found]
    if ROUNDED.key in keys:
        raise FileRefused(
            Message("This export holds rounded counts of people. Figures that are not exact cannot be brought in.")
        )
    if not found:
        raise FileRefused(
            Message(
                "The first row must hold the names of the columns, such as %(names)s. Take the template.",
                names=in_words([column.label for column in table.columns if not column.read_only][:3]),
            )
        )
    if unknown:
        raise FileRefused(
            Message(
                "The first row has columns that are not known here: %(names)s. Rename or remove them; the template "
                "has all the names.",
                names=in_words(unknown[:8]),
            )
        )
    if nameless:
        raise FileRefused(Message("Column %(column)s has no name in the first row.", column=nameless[0]))
    twice = next((column for column in found if keys.count(column.key) > 1), None)
    if twice is not None:
        raise FileRefused(Message("The column “%(name)s” is there twice.", name=twice.label))
    missing = [column.label for column in table.columns if column.required and column.key not in keys]
    if missing:
        raise FileRefused(Message("These columns are missing: %(names)s.", names=in_words(missing)))


def _names(table: Table) -> dict[str, Column]:
    """Every name that a column may have in a file, folded: its key, and its label in each language."""
    columns = recognised(table)
    known = {folded(label): column for column in columns for label in in_every_language(column.label)}
    return known | {folded(column.key): column for column in columns}


def plan(table: Table, scope: Scope, upload: Upload) -> Plan:
    """What the file would do, row by row; nothing is written."""
    found, judge = Plan(), table.judge_with(scope)
    seen: dict[Hashable, int] = {}
    for row in upload.rows():
        judged = judge(row)
        first = seen.setdefault(judged.identity, judged.number) if judged.identity is not None else judged.number
        if first != judged.number:
            judged = _said_twice(judged, first)
        found.add(judged)
    if not found.rows:
        raise FileRefused(Message("There are no rows under the names of the columns."))
    return found


def _said_twice(row: PlannedRow, first: int) -> PlannedRow:
    error = CellError("", Message("This row is about the same as row %(n)s. Keep one of them.", n=first))
    return PlannedRow(row.number, row.name, Outcome.WRONG, errors=(*row.errors, error), identity=row.identity)


def plan_file(table: Table, scope: Scope, name: str, content: bytes) -> Plan:
    """Open a file and say what it would do.

    :raise FileRefused: it cannot be read as this table.
    """
    return plan(table, scope, opened(table, name, content))
