"""What differs between the figures of a section at two moments, or in two versions: value by value, by key."""

from collections.abc import Iterator
from dataclasses import dataclass

from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.impact_reports.blocks import Block, Course, Fact, Figures, Quote, Table, Value, words


@dataclass(frozen=True)
class Change:
    """One value that changed: where it stands, what it was, and what it is; None where it was not there."""

    #: The table or figure, the row and the column.
    place: tuple[InTwoLanguages | Value, ...]
    old: Value | None
    new: Value | None

    @property
    def is_added(self) -> bool:
        return self.old is None

    @property
    def is_gone(self) -> bool:
        return self.new is None


def changes(old: Figures, new: Figures) -> Iterator[Change]:
    """Every value that is not the same, in the order of the newer figures; what is gone comes last."""
    before = {block.key: block for block in old.blocks}
    after = {block.key: block for block in new.blocks}
    for key, block in after.items():
        yield from _of_block(before.get(key), block)
    for key, block in before.items():
        if key not in after:
            yield from _of_block(block, None)


Cells = dict[tuple[str, ...], tuple[tuple[InTwoLanguages | Value, ...], Value]]


def _of_block(old: Block | None, new: Block | None) -> Iterator[Change]:
    yield from _renamed(_names(old), _names(new))
    before, after = _cells(old), _cells(new)
    for key, (place, value) in after.items():
        held = before.get(key)
        if held is None or held[1] != value:
            yield Change(place, held[1] if held else None, value)
    for key, (place, value) in before.items():
        if key not in after:
            yield Change(place, value, None)


def _renamed(before: Cells, after: Cells) -> Iterator[Change]:
    """What is called otherwise; of what is new or gone its values tell."""
    for key, (place, name) in after.items():
        if key in before and before[key][1] != name:
            yield Change(place, before[key][1], name)


def _names(block: Block | None) -> Cells:
    """What a block and its rows are called, by the same keys as its values."""
    match block:
        case Table():
            rows: Cells = {
                (row.key,): ((block.caption, block.columns[0].label), row.cells[0])
                for row in block.rows
                if len(block.columns) > 1
            }
            return {(): ((block.caption,), words(block.caption)), **rows}
        case Course():
            return {(): ((block.caption,), words(block.caption))}
        case Quote():
            return {(): ((block.heading,), words(block.heading))}
        case _:
            return {}


def _cells(block: Block | None) -> Cells:
    """The values of a block by a key that stays the same from one moment to another."""
    match block:
        case Fact():
            return {(): ((block.label,), block.value)}
        case Table():
            return _table_cells(block)
        case Course():
            return {(point.label,): ((block.caption, _named(point.label)), point.value) for point in block.points}
        case Quote():
            return {(str(n),): ((block.heading,), line) for n, line in enumerate(block.lines)}
        case None:
            return {}


def _table_cells(block: Table) -> Cells:
    heads = block.columns
    return {
        (row.key, head.key): ((block.caption, row.cells[0], head.label), cell)
        for row in block.rows
        for n, (head, cell) in enumerate(zip(heads, row.cells, strict=True))
        if n or len(heads) == 1
    }


def _named(label: str) -> InTwoLanguages:
    return InTwoLanguages(label, label)
