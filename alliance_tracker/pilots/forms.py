"""The forms of a pilot: what it is, its start, its evaluation, and its reach."""

from typing import Any

from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from alliance_tracker.database import today
from alliance_tracker.frameworks.terms import Scheme, breakdowns, terms
from alliance_tracker.i18n import Message
from alliance_tracker.pilots.models import PilotDecision
from alliance_tracker.pilots.reach import BREAKDOWNS, CellKey
from alliance_tracker.web.forms import (
    BaseForm,
    Choice,
    Choices,
    Day,
    EditForm,
    Line,
    Number,
    Paragraphs,
    People,
)


def _terms(scheme: Scheme) -> list[tuple[str, Any]]:
    return [(key, term.name) for key, term in terms(scheme).items()]


class PilotFields(BaseForm):
    name = Line(Message("Name"), needed=Message("Give the pilot a name."))
    description = Paragraphs(
        Message("What will you try?"), description=Message("In a few sentences: what happens, for whom, and how.")
    )
    starts_on = Day(Message("Starts on (as planned)"), default=today, needed=Message("Give the day."))
    ends_on = Day(Message("Ends on (as planned)"))
    place = Line(Message("Place"))
    partners = Choices(Message("Partners that take part"))
    goal_id = Choice(Message("The goal that it serves"), empty=Message("none in particular"))
    budget = Number(Message("Budget in euro"))
    continuation = Paragraphs(
        Message("How does it go on after the money ends?"),
        rows=3,
        description=Message("Who carries it then, and with what?"),
    )
    kader_dimension = Choices(Message("Dimensions of the STEM-kader"), choices=_terms(Scheme.KADER_DIMENSION))
    transition_theme = Choices(Message("Transition themes"), choices=_terms(Scheme.TRANSITION_THEME))
    target_group = Choices(Message("Target groups"), choices=_terms(Scheme.TARGET_GROUP))


class PlanForm(PilotFields):
    pass


class EditPilotForm(PilotFields, EditForm):
    pass


class BeginForm(EditForm):
    on = Day(Message("First day"), default=today, needed=Message("Give the day."), not_after=today)


class EvaluationForm(EditForm):
    findings = Paragraphs(
        Message("What was found?"),
        limit=8000,
        rows=6,
        needed=Message("Say what was found."),
        description=Message("What worked, what did not, and for whom?"),
    )
    decision = Choice(
        Message("What does that decide?"),
        choices=PilotDecision,
        empty=Message("choose"),
        needed=Message("Choose what it decides."),
    )
    on = Day(Message("Date"), default=today, needed=Message("Give the day."), not_after=today)


class MoveForm(EditForm):
    pass


class MoveWithReasonForm(EditForm):
    reason = Paragraphs(Message("Reason"), limit=2000, rows=3, needed=Message("Give a reason: it stays visible."))


class ReachForm(BaseForm):
    """The reach of one calendar year; a field `breakdown.category` for each cell is added below."""

    participants = People(
        Message("How many people took part?"),
        needed=Message("Say how many. Nobody is 0."),
        description=Message(
            "Participations: who comes twice counts twice. Only counts are kept, never anything about one person."
        ),
    )
    #: The figure that this form was drawn from, 0 for none.
    version = IntegerField(widget=HiddenInput(), default=0)
    note = Line(Message("Note"), limit=500, description=Message("How was it counted?"))
    reason = Line(Message("Why does the earlier figure change?"), limit=500)

    @property
    def divisions(self) -> list[tuple[Any, list[Any]]]:
        """Each way to divide the count, with its fields."""
        return [
            (breakdowns()[key], [self[f"{key}.{category}"] for category in breakdowns()[key].categories])
            for key in BREAKDOWNS
        ]

    @property
    def cells(self) -> dict[CellKey, int]:
        """What was typed, by breakdown and category."""
        return {
            (key, category): count
            for key in BREAKDOWNS
            for category in breakdowns()[key].categories
            if (count := self[f"{key}.{category}"].count) is not None
        }


for _key in BREAKDOWNS:
    for _category, _words in breakdowns()[_key].categories.items():
        setattr(ReachForm, f"{_key}.{_category}", People(_words))
