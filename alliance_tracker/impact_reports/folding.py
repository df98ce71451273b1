"""What a page folds of the figures of a section: a table in which nothing is counted becomes one sentence."""

from dataclasses import replace

from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports.blocks import Block, Figures, Table, ValueKind, both

#: Tables of which the rows are there also when nobody promised anything: the partners and what each of them owes.
FOLDED = frozenset({"organisations"})


def folded(found: Figures) -> Figures:
    """The same with one sentence for each table of partners that holds no number but zero."""
    return Figures(tuple(map(_folded, found.blocks)))


def _folded(block: Block) -> Block:
    if not isinstance(block, Table) or block.key not in FOLDED or not block.rows:
        return block
    counts = [cell for row in block.rows for cell in row.cells if cell.kind is ValueKind.COUNT]
    if any(cell.number for cell in counts):
        return block
    return replace(
        block, rows=(), empty=both(Message("Nothing was promised for this year, so there is nothing to count."))
    )
