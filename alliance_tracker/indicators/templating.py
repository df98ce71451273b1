"""What the templates ask about figures: the same functions that every other channel asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, url_for

from alliance_tracker.frameworks.terms import Breakdown, breakdowns
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.indicators import showing
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.models import FigureState, MeasurementCell

Groups = tuple[tuple[Breakdown, tuple[tuple[InTwoLanguages, Figure], ...]], ...]


@dataclass(frozen=True)
class Divided:
    """The breakdowns of a figure as its reader may know them."""

    groups: Groups
    is_left_out: bool


def cells(definition: showing.Meaning, whole: Figure, rows: Iterable[MeasurementCell], *, exact: bool) -> Divided:
    """The cells of a measurement by breakdown, in the order of the reference data."""
    figures = {
        (row.breakdown, row.category): Figure(FigureState.VALUE, row.value, row.numerator, row.denominator)
        for row in rows
    }
    found = showing.cells_for_reader(definition, whole, figures, exact=exact)
    return Divided(grouped(found.cells), found.is_left_out)


def grouped(found: Mapping[tuple[str, str], Figure]) -> Groups:
    """Cells by breakdown, in the order of the reference data."""
    groups = []
    for breakdown in breakdowns().values():
        mine = tuple(
            (words, found[key]) for c, words in breakdown.categories.items() if (key := (breakdown.key, c)) in found
        )
        if mine:
            groups.append((breakdown, mine))
    return tuple(groups)


def optional_page(endpoint: str, **values: Any) -> str | None:
    """The address of a page of a part that may be absent."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def init_app(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.globals.update(
        figure_amount=showing.amount,
        figure_text=showing.text,
        figure_parts=showing.text_with_parts,
        figure_cells=cells,
        optional_page=optional_page,
    )
