"""The forms about an indicator: choosing one, making one of the alliance's own, its baseline and its targets."""

from collections.abc import Iterable

from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.widgets import HiddenInput

from alliance_tracker.database import today
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import AllianceRule, Counting, Direction, FigureState, Kind, PeriodRule, Unit
from alliance_tracker.indicators.periods import PeriodKind, period_label
from alliance_tracker.indicators.targets import PERIOD
from alliance_tracker.web.forms import BaseForm, Choice, Choices, Day, EditForm, Line, Number, Paragraphs

GOAL = Message("Choose a goal.")


def _method() -> Paragraphs:
    return Paragraphs(
        Message("How the figures are obtained"),
        limit=2000,
        rows=3,
        description=Message("For instance: attendance lists of each workshop, added up by the coordinator."),
    )


class FollowForm(BaseForm):
    goal_id = Choice(Message("Under the goal"), needed=GOAL)
    definition_id = Choice(Message("Indicator"), needed=Message("Choose an indicator of the list."))
    method = _method()


class LocalForm(BaseForm):
    goal_id = Choice(Message("Under the goal"), needed=GOAL)
    name = Line(
        Message("Name of the indicator"),
        limit=200,
        needed=Message("Give the indicator a name."),
        description=Message("What is counted or measured, in a few words. One language is enough."),
    )
    unit = Choice(Message("Unit"), choices=Unit, default="count", needed=Message("Choose the unit."))
    numerator = Line(
        Message("Of a percentage: the part"),
        limit=200,
        description=Message("For instance: schools that take part."),
    )
    denominator = Line(
        Message("Of a percentage: the whole"), limit=200, description=Message("For instance: all schools in the area.")
    )
    kind = Choice(
        Message("What a figure says"), choices=Kind, default="flow", needed=Message("Choose what a figure says.")
    )
    period_kind = Choice(
        Message("Period"), choices=PeriodKind, default="calendar", needed=Message("Choose the kind of period.")
    )
    over_periods = Choice(
        Message("Several periods together"),
        choices=PeriodRule,
        default="sum",
        needed=Message("Choose how periods combine."),
    )
    direction = Choice(
        Message("Direction"), choices=Direction, default="up", needed=Message("Choose which way is better.")
    )
    counts_people = BooleanField(
        Message("It counts people: outside the alliance and VLAIO it is then rounded to 5"), default=True
    )
    counting = Choice(Message("People are counted as"), choices=Counting, empty=Message("it counts no people"))
    method = _method()


class IndicatorForm(EditForm):
    goal_id = Choice(Message("Under the goal"), needed=GOAL)
    method = _method()


class BaselineForm(EvidenceForm):
    #: The baseline that this form was drawn from, 0 for none.
    version = IntegerField(widget=HiddenInput(), default=0)
    state = Choice(Message("Was it measured?"), choices=FigureState, default="value", needed=Message("Choose one."))
    value = Number(Message("Value"))
    numerator = Number(Message("Part"))
    denominator = Number(Message("Whole"))
    on = Day(Message("Date"), default=today, needed=Message("Give the day."), not_after=today)
    source = Line(
        Message("Source"),
        limit=500,
        description=Message("Where the figure comes from: a count, a survey, a register."),
    )
    reason = Paragraphs(
        Message("Reason for the revision"),
        limit=2000,
        rows=3,
        description=Message("The first baseline stays visible beside this one, with this reason."),
    )


class TargetsForm(EditForm):
    """Its fields for the periods are made by `targets_form`; `version` is the newest target it was drawn from."""

    reason = Paragraphs(
        Message("Reason for the revision"),
        limit=2000,
        rows=3,
        description=Message("Needed when a target that was agreed changes. The first one stays visible beside it."),
    )


def targets_form(periods: Iterable[int], kind: PeriodKind) -> type[TargetsForm]:
    """The form with a field for the target of each period."""
    fields = {
        f"{PERIOD}{period}": Number(Message("Target for %(period)s", period=period_label(period, kind)))
        for period in periods
    }
    return type("TargetsOfPeriods", (TargetsForm,), fields)


# The catalogue -----------------------------------------------------------------------------------------------------


class CatalogueForm(EditForm):
    label = Line(Message("Label"), limit=20, needed=Message("Give the version a short label, such as 2027-01."))
    valid_from = Day(Message("Valid from"), needed=Message("Choose a day."))
    change_note = Paragraphs(
        Message("What changes, and why"),
        limit=4000,
        description=Message("Every coordinator reads this beside the new version."),
    )


class WordsForm(EditForm):
    """What may change of an indicator from one version to the next."""

    name_nl = Line(Message("Name in Dutch"), limit=200, needed=Message("Fill in the Dutch words."))
    name_en = Line(Message("Name in English"), limit=200, needed=Message("Fill in the English words."))
    numerator_nl = Line(Message("Of a percentage: the part, in Dutch"), limit=200)
    numerator_en = Line(Message("Of a percentage: the part, in English"), limit=200)
    denominator_nl = Line(Message("Of a percentage: the whole, in Dutch"), limit=200)
    denominator_en = Line(Message("Of a percentage: the whole, in English"), limit=200)
    breakdowns = Choices(Message("Can be divided by"))
    min_cell = Number(
        Message("Smallest cell"),
        needed=Message("Give a number."),
        description=Message("Outside the alliance and VLAIO, a breakdown of fewer people than this is left out."),
    )


class NewIndicatorForm(WordsForm):
    """A new indicator of the catalogue: its words, and what it means for good."""

    version = HiddenField(default="0")
    unit = Choice(Message("Unit"), choices=Unit, default="count", needed=Message("Choose the unit."))
    direction = Choice(
        Message("Direction"), choices=Direction, default="up", needed=Message("Choose which way is better.")
    )
    period_kind = Choice(
        Message("Period"), choices=PeriodKind, default="calendar", needed=Message("Choose the kind of period.")
    )
    kind = Choice(
        Message("What a figure says"), choices=Kind, default="flow", needed=Message("Choose what a figure says.")
    )
    over_periods = Choice(
        Message("Several periods together"),
        choices=PeriodRule,
        default="sum",
        needed=Message("Choose how periods combine."),
    )
    over_alliances = Choice(
        Message("Several alliances together"),
        choices=AllianceRule,
        default="sum",
        needed=Message("Choose how alliances combine."),
    )
    counts_people = BooleanField(
        Message("It counts people: outside the alliance and VLAIO it is then rounded to 5"), default=True
    )
    counting = Choice(Message("People are counted as"), choices=Counting, empty=Message("it counts no people"))
