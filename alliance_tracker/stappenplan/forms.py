"""The forms of the stappenplan: deciding, flagging, an alliance's own criteria, and drafting a new version."""

from wtforms import BooleanField

from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.stappenplan.checks import CHECKS
from alliance_tracker.stappenplan.models import FlagKind
from alliance_tracker.web.forms import BaseForm, Choice, Day, EditForm, Line, Paragraphs

IN_DUTCH = Message("Fill in the Dutch words.")
IN_ENGLISH = Message("Fill in the English words.")


class MeetForm(BaseForm):
    note = Paragraphs(
        Message("Note"),
        limit=2000,
        rows=3,
        description=Message("What shows that it is met? Everybody in the alliance can read this."),
    )
    on = Day(Message("Met on"), default=today, needed=Message("Choose a day."), not_after=today)


class CompleteForm(BaseForm):
    on = Day(Message("Decided on"), default=today, needed=Message("Choose a day."), not_after=today)


class FlagForm(BaseForm):
    kind = Choice(
        Message("What is the matter?"),
        choices=FlagKind,
        empty=Message("choose"),
        needed=Message("Choose what is the matter."),
    )
    remark = Paragraphs(
        Message("Explain it in a sentence or two"),
        limit=2000,
        rows=3,
        needed=Message("Say in a sentence or two what is the matter."),
    )


class OwnCriterionForm(EditForm):
    name = Line(
        Message("What can be checked off?"),
        limit=300,
        needed=Message("Say in one sentence what can be checked off."),
        description=Message("For instance: the youth council was heard on the plans."),
    )
    is_required = BooleanField(Message("Required: the step cannot be completed without it"))


class AnswerForm(BaseForm):
    answer = Paragraphs(
        Message("Answer"),
        limit=2000,
        rows=4,
        needed=Message("Write what you do with this flag."),
        description=Message("The alliance reads this answer beside its flag."),
    )


class DraftForm(EditForm):
    label = Line(Message("Label"), limit=20, needed=Message("Give the version a short label, such as 2027-01."))
    valid_from = Day(Message("Valid from"), needed=Message("Choose a day."))
    change_note_nl = Paragraphs(Message("What changes, in Dutch"), limit=4000)
    change_note_en = Paragraphs(Message("What changes, in English"), limit=4000)


class StepWordsForm(EditForm):
    name_nl = Line(Message("Name in Dutch"), limit=200, needed=IN_DUTCH)
    name_en = Line(Message("Name in English"), limit=200, needed=IN_ENGLISH)
    aim_nl = Paragraphs(Message("Aim in Dutch"), limit=1000, needed=IN_DUTCH, rows=3)
    aim_en = Paragraphs(Message("Aim in English"), limit=1000, needed=IN_ENGLISH, rows=3)


class CriterionForm(EditForm):
    name_nl = Line(Message("Name in Dutch"), limit=300, needed=IN_DUTCH)
    name_en = Line(Message("Name in English"), limit=300, needed=IN_ENGLISH)
    is_required = BooleanField(Message("Required: the step cannot be completed without it"))


class NewCriterionForm(CriterionForm):
    check = Choice(
        Message("Computed by"),
        choices=[(name, check.test) for name, check in CHECKS.items()],
        empty=Message("nothing: a person judges it"),
    )
