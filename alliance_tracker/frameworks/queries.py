"""Reading the STEM-monitor: its indicators, each with its figures by year."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.frameworks.models import MonitorFigure, MonitorFigureKind
from alliance_tracker.i18n import InTwoLanguages, Message

#: The notes that came with the reference data, in words that can be translated.
NOTES = {
    "academic year 2014-2015 not closed": Message("academic year 2014-2015 not closed"),
    "need not rise; a shift towards informatics and engineering is wanted": Message(
        "need not rise; a shift towards informatics and engineering is wanted"
    ),
}


@dataclass(frozen=True)
class MonitorIndicator:
    """One indicator of the STEM-monitor; `figures` are in the order of their years, a target after the others."""

    key: str
    name: InTwoLanguages
    unit: str
    figures: Sequence[MonitorFigure]

    def of(self, kind: MonitorFigureKind) -> list[MonitorFigure]:
        return [figure for figure in self.figures if figure.kind is kind]

    @property
    def latest(self) -> MonitorFigure | None:
        """The last value that was measured."""
        measured = self.of(MonitorFigureKind.MEASURED)
        return measured[-1] if measured else None


def monitor_indicators() -> list[MonitorIndicator]:
    """The indicators in the order in which they were loaded."""
    by_key: dict[str, list[MonitorFigure]] = defaultdict(list)
    for row in db().scalars(sa.select(MonitorFigure).order_by(MonitorFigure.id)):
        by_key[row.indicator_key].append(row)
    return [
        MonitorIndicator(
            key,
            InTwoLanguages(found[0].name_nl, found[0].name_en),
            found[0].unit,
            sorted(found, key=lambda figure: (figure.year, figure.kind is MonitorFigureKind.TARGET)),
        )
        for key, found in by_key.items()
    ]


def note_of(figure: MonitorFigure) -> object:
    """The note of a figure: one of the reference data in the reader's language, what people wrote as they wrote it."""
    return NOTES.get(figure.note, figure.note)
