"""The form of a whole period: a row of cells for each indicator, read strictly, and kept as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale

from alliance_tracker.i18n import Message
from alliance_tracker.indicators.deriving import Suggestion
from alliance_tracker.indicators.measuring import CellKey, Entry
from alliance_tracker.indicators.models import FigureState, Measurement, MeasurementCell, Unit
from alliance_tracker.indicators.service import Typed
from alliance_tracker.indicators.sheets import Sheet, SheetRow
from alliance_tracker.indicators.whole_period import Faults, PeriodConflict, PeriodRefused, Row
from alliance_tracker.web.forms import UNKEEPABLE, BaseForm, cleaned
from alliance_tracker.web.numbers import NotANumber, parse_number

#: The words beside a figure, with the most characters that each may have.
WORDS = {"source": 500, "note": 2000, "reason": 2000}
LARGEST_KEY = 2**31 - 1


def written(value: Decimal | int | None) -> str:
    """A number as its reader types it; three decimals get a fourth, since `1,234` could be read in two ways."""
    if value is None:
        return ""
    locale = str(get_locale())
    text = str(format_decimal(value, format="0.####", locale=locale))
    is_ambiguous = len(text) > 4 and text[-4] in ".,"
    return f"{text}0" if is_ambiguous else text


@dataclass
class SheetFields:
    """The cells of one row: their texts by name, and the sentences beside them.

    The names are those of the domain: `value`, `numerator`, `note`, `gender.girls`; a cell of a percentage has two
    parts, `gender.girls.numerator` and `gender.girls.denominator`.
    """

    row: SheetRow
    known: int = 0
    state: str = FigureState.VALUE.value
    texts: dict[str, str] = field(default_factory=dict)
    errors: Faults = field(default_factory=dict)
    #: What somebody else entered meanwhile.
    theirs: Measurement | None = None
    is_taken_over: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The numbers that make one figure of this indicator."""
        unit = self.row.definition.unit
        if unit is Unit.PERCENT:
            return ("numerator", "denominator")
        return ("value", "denominator") if unit is Unit.SCORE else ("value",)

    @property
    def cell_keys(self) -> list[CellKey]:
        return [(b.key, category) for b in self.row.divisions for category in b.categories]

    def cell_names(self, breakdown: str, category: str) -> list[str]:
        name = f"{breakdown}.{category}"
        return [name] if self.parts[0] == "value" else [f"{name}.{part}" for part in self.parts]

    @property
    def names(self) -> list[str]:
        return [*self.parts, *WORDS, *(name for key in self.cell_keys for name in self.cell_names(*key))]

    def name(self, part: str) -> str:
        """The name of a control of this row."""
        return f"r{self.row.id}-{part}"

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def error(self, name: str) -> Any:
        """The sentence beside a control; one about a whole cell stands beside its first part."""
        if name in self.errors:
            return self.errors[name]
        whole, _, part = name.rpartition(".")
        return self.errors.get(whole) if part == self.parts[0] and whole.count(".") == 1 else None

    @property
    def is_blank(self) -> bool:
        return not self.known and self.state == FigureState.VALUE.value and not any(self.texts.values())

    @property
    def is_divided(self) -> bool:
        """Whether a breakdown holds or needs something, so that it should stand open."""
        return any("." in name for name in self.errors) or bool(set(self.errors) & set(self.row.definition.breakdowns))

    # Filling ---------------------------------------------------------------------------------------------------------

    def show(self, row: Measurement | None) -> None:
        """Fill the cells with a measurement."""
        self.known = row.id if row else 0
        if row is None:
            return
        self.state = row.state.value
        self.texts = {part: written(getattr(row, part)) for part in self.parts}
        self.texts |= {"source": row.source, "note": row.note, "reason": ""}
        for cell in row.cells:
            self.texts |= self._cell_texts(cell)

    def _cell_texts(self, cell: MeasurementCell) -> dict[str, str]:
        names = self.cell_names(cell.breakdown, cell.category)
        return {name: written(getattr(cell, part)) for name, part in zip(names, self.parts, strict=False)}

    def take(self, posted: Mapping[str, str]) -> None:
        """Fill the cells with what was sent, and note what cannot be read."""
        known = posted.get(self.name("known"), "")
        self.known = min(int(known), LARGEST_KEY) if known.isascii() and known.isdigit() and len(known) < 11 else 0
        self.state = posted.get(self.name("state"), FigureState.VALUE.value)
        self.texts = {name: cleaned(posted.get(self.name(name))) for name in self.names}
        if self.state not in set(FigureState):
            self.errors["state"] = Message("Choose one of the list.")
        elif self.state != FigureState.VALUE.value and any(self.text(part) for part in self.parts):
            self.errors["state"] = Message("Here stands a figure as well: clear it, or choose “measured”.")
        self._check_words()
        self._check_numbers()

    def _check_words(self) -> None:
        for name, limit in WORDS.items():
            if UNKEEPABLE.search(self.text(name)):
                self.errors[name] = Message("This text holds a character that cannot be kept.")
            elif len(self.text(name)) > limit:
                self.errors[name] = Message("At most %(n)s characters.", n=limit)

    def _check_numbers(self) -> None:
        for name in self.names:
            if name not in WORDS:
                try:
                    parse_number(self.text(name))
                except NotANumber as refusal:
                    self.errors[name] = refusal.sentence

    def take_over(self, found: Suggestion) -> None:
        """Fill in what is suggested; it is kept when the form is saved."""
        self.state, self.is_taken_over = FigureState.VALUE.value, True
        self.texts["value"] = written(found.total)
        self.texts |= {f"{breakdown}.{category}": written(n) for (breakdown, category), n in found.cells.items()}
        self.texts["source"] = self.text("source") or str(Message("Pilots and log of this application"))
        self.errors = {}

    # Reading ---------------------------------------------------------------------------------------------------------

    def entry(self) -> Entry:
        """What was typed; every number can be read."""
        state = FigureState(self.state)
        cells = {}
        for key in self.cell_keys:
            names = self.cell_names(*key)
            if any(self.text(name) for name in names):
                cells[key] = self._typed(FigureState.VALUE, dict(zip(self.parts, names, strict=False)))
        return Entry(
            period=self.row.period,
            typed=self._typed(state, {part: part for part in self.parts}),
            cells=cells,
            source=self.text("source"),
            note=self.text("note"),
            reason=self.text("reason"),
        )

    def _typed(self, state: FigureState, names: Mapping[str, str]) -> Typed:
        return Typed(state, **{part: parse_number(self.text(name)) for part, name in names.items()})


class SheetForm(BaseForm):
    """All the rows that can be typed; drawn from a sheet, filled with what was sent if something was."""

    def __init__(self, sheet: Sheet, posted: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.rows = {row.id: SheetFields(row) for row in sheet.rows if row.can_be_typed}
        for fields in self.rows.values():
            if posted is None:
                fields.show(fields.row.current)
            else:
                fields.take(posted)

    def entries(self) -> list[Row]:
        """The rows in which something stands, as far as they can be read."""
        return [Row(f.row.indicator, f.entry(), f.known) for f in self.rows.values() if not f.is_blank and not f.errors]

    @property
    def unreadable(self) -> dict[int, Faults]:
        """The faults of the rows that cannot be read, by indicator."""
        return {number: fields.errors for number, fields in self.rows.items() if fields.errors}

    def explain(self, refusal: PeriodRefused | PeriodConflict) -> None:
        """Put each fault beside its cell, and what somebody else entered beside what was typed."""
        for number, faults in refusal.faults.items():
            self.rows[number].errors |= faults
        if isinstance(refusal, PeriodConflict):
            for number, held in refusal.held.items():
                self.rows[number].theirs = held
                self.rows[number].known = held.id

    @property
    def faulty(self) -> list[SheetFields]:
        return [fields for fields in self.rows.values() if fields.errors or fields.theirs]
