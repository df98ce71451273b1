"""The forms of the STEM-monitor."""

from decimal import Decimal

from alliance_tracker.frameworks.models import MonitorFigureKind
from alliance_tracker.frameworks.service import FigureDraft
from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm, Choice, EditForm, Line, Number, Paragraphs


class FigureFields(BaseForm):
    year = Line(Message("Year"), limit=4, needed=Message("Give the year."), render_kw={"inputmode": "numeric"})
    kind = Choice(Message("Kind"), choices=MonitorFigureKind, default="measured", needed=Message("Choose the kind."))
    value = Number(Message("Percentage"), needed=Message("Give the percentage."))
    source = Line(
        Message("Source"),
        limit=300,
        needed=Message("Say where the figure comes from."),
        description=Message("The publication and the page, so that anyone can look it up."),
    )
    note = Paragraphs(Message("Note"), limit=1000, rows=2)

    def draft_for(self, indicator_key: str) -> FigureDraft:
        """What the form asks for, of this indicator; what is no year is one that no figure can have."""
        typed = str(self.year.data)
        return FigureDraft(
            indicator_key=indicator_key,
            year=int(typed) if typed.isascii() and typed.isdigit() else 0,
            kind=MonitorFigureKind(self.kind.data),
            value=self.value.data if self.value.data is not None else Decimal(-1),
            source=self.source.data,
            note=self.note.data,
        )


class AddFigureForm(FigureFields):
    indicator_key = Choice(
        Message("Indicator"), empty=Message("choose an indicator"), needed=Message("Choose the indicator.")
    )


class CorrectFigureForm(FigureFields, EditForm):
    pass
