"""What tables of figures share: which indicator a row is about, and a figure spread over cells."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from alliance_tracker.database import folded
from alliance_tracker.errors import FieldRefused
from alliance_tracker.exchange.tables import Column, Kind
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.indicators import figures
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.measuring import CellKey
from alliance_tracker.indicators.models import Definition, FigureState, Unit
from alliance_tracker.indicators.periods import PeriodKind
from alliance_tracker.indicators.service import Typed

STATES = {state.value: state.label for state in FigureState}
CALENDAR_YEAR = re.compile(r"(\d{4})\Z", re.ASCII)
SCHOOL_YEAR = re.compile(r"(\d{4})\s*[-/\u2013]\s*(\d{4}|\d{2})\Z", re.ASCII)
PARTS = ("value", "numerator", "denominator")


def indicator_column() -> Column:
    return Column(
        "indicator",
        Message("indicator"),
        required=True,
        limit=200,
        hint=Message("Its key, as an export writes it, or its name in either language."),
        example="reach-participants",
    )


def figure_columns(prefix: str = "", words: Mapping[str, Any] | None = None) -> tuple[Column, ...]:
    """The columns in which a figure stands."""
    labels = words or {
        "state": Message("state"),
        "value": Message("value"),
        "numerator": Message("numerator"),
        "denominator": Message("denominator"),
    }
    whole = Message("Zero is a number as well. Leave it empty for a percentage.")
    return (
        Column(
            f"{prefix}state",
            labels["state"],
            Kind.CHOICE,
            choices=STATES,
            hint=Message("Leave it empty when there is a figure."),
        ),
        Column(f"{prefix}value", labels["value"], Kind.NUMBER, hint=whole, example="120"),
        Column(
            f"{prefix}numerator",
            labels["numerator"],
            Kind.NUMBER,
            hint=Message("Only for a percentage: the part that counts."),
        ),
        Column(
            f"{prefix}denominator",
            labels["denominator"],
            Kind.NUMBER,
            hint=Message("For a percentage the whole; for a score, how many people gave it."),
        ),
    )


class Names:
    """Which row a typed name means: by key, by name in either language; looked up once for each spelling."""

    def __init__(self, rows: Iterable[tuple[Any, Definition]]) -> None:
        self.by_name: dict[str, set[Any]] = {}
        for row, definition in rows:
            for name in (definition.key, definition.name_nl, definition.name_en):
                self.by_name.setdefault(folded(name), set()).add(row)
        self.asked: dict[str, set[Any]] = {}

    def meant(self, typed: str) -> set[Any]:
        """Everything that is called so."""
        found = self.asked.get(typed)
        if found is None:
            found = self.asked[typed] = self.by_name.get(folded(typed), set())
        return found


def values_of(figure: Figure, prefix: str = "") -> dict[str, Any]:
    """A figure over its cells; of a percentage only the parts, for it is never typed."""
    found: dict[str, Any] = {f"{prefix}state": figure.state.value}
    if figure.value is not None and figure.numerator is None:
        found[f"{prefix}value"] = figure.value
    if figure.numerator is not None:
        found[f"{prefix}numerator"] = figure.numerator
    if figure.denominator is not None:
        found[f"{prefix}denominator"] = figure.denominator
    return found


def typed_of(definition: Definition, values: Mapping[str, Any], before: Mapping[str, Any], prefix: str = "") -> Typed:
    """The figure that a row gives; a part that it leaves empty stays as it was.

    :raise FieldRefused: a part is given that this indicator has not, or a number where there should be none.
    """
    given = {part: values[prefix + part] for part in PARTS if prefix + part in values}
    state = FigureState(values.get(f"{prefix}state") or (given and "value") or before.get(f"{prefix}state", "value"))
    if state is not FigureState.VALUE:
        if given:
            sentence = Message("There is a number here, while the state says that there is none.")
            raise FieldRefused(next(iter(given)), sentence)
        return Typed(state)
    if definition.is_ratio and "value" in given:
        raise FieldRefused(
            "value", Message("A percentage follows from its numerator and denominator: leave this empty.")
        )
    if not definition.is_ratio and "numerator" in given:
        raise FieldRefused("numerator", Message("This indicator is no percentage: leave this empty."))
    if "denominator" in given and not definition.is_ratio and definition.unit is not Unit.SCORE:
        raise FieldRefused("denominator", Message("This indicator is no percentage: leave this empty."))
    return Typed(state, *(given.get(part, before.get(prefix + part)) for part in PARTS))


def period_of(typed: str, kind: PeriodKind) -> int | None:
    """The period that somebody wrote, if it is one of this kind."""
    text = typed.replace("\xa0", " ").strip()
    if kind is PeriodKind.CALENDAR:
        found = CALENDAR_YEAR.match(text)
        return int(found[1]) if found else None
    found = SCHOOL_YEAR.match(text)
    if found is None:
        return None
    first, last = int(found[1]), found[2]
    ends = first + 1
    return ends if last in {str(ends), str(ends)[-2:]} else None


# Breakdowns ----------------------------------------------------------------------------------------------------------


@cache
def cell_columns() -> dict[str, tuple[Column, CellKey, str]]:
    """Every column of a breakdown: `gender.girls`, `gender.girls.numerator`; with the cell and the part it is."""
    found = {}
    for breakdown in breakdowns().values():
        for category, name in breakdown.categories.items():
            for part in PARTS:
                column = _cell_column(f"{breakdown.key}.{category}", breakdown.name, name, part)
                found[column.key] = (column, (breakdown.key, category), part)
    return found


def _cell_column(key: str, breakdown: InTwoLanguages, category: InTwoLanguages, part: str) -> Column:
    label = Message("%(breakdown)s: %(category)s", breakdown=breakdown, category=category)
    if part == "value":
        return Column(key, label, Kind.NUMBER)
    of_part = Message("%(label)s, numerator", label=label)
    if part == "denominator":
        of_part = Message("%(label)s, denominator", label=label)
    return Column(f"{key}.{part}", of_part, Kind.NUMBER)


def cell_key(key: CellKey, part: str) -> str:
    return ".".join(key) if part == "value" else f"{key[0]}.{key[1]}.{part}"


def cells_in_use(definitions: Iterable[Definition]) -> set[str]:
    """The columns in which these indicators are divided."""
    found = set()
    for definition in definitions:
        parts = ("numerator", "denominator") if definition.is_ratio else ("value",)
        for key in definition.breakdowns:
            found |= {cell_key((key, c), part) for c in breakdowns()[key].categories for part in parts}
    return found


def outside(figure: Figure, definition: Definition) -> Figure:
    """A figure as it is told outside the alliance and VLAIO."""
    return figures.outside(figure) if definition.counts_people else figure


def is_told_divided(figure: Figure, definition: Definition) -> bool:
    """Whether the whole is large enough to tell outside how it is divided."""
    whole = figure.denominator if definition.is_ratio else figure.value
    return not definition.counts_people or (whole or Decimal(0)) >= definition.min_cell
