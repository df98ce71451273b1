"""The forms of the learning network: short, with what is optional folded away."""

from wtforms import BooleanField

from alliance_tracker.i18n import Message
from alliance_tracker.learning.models import SignalKind
from alliance_tracker.web.forms import BaseForm, Choice, EditForm, Line, Paragraphs, ReasonForm


class AboutFields(BaseForm):
    title = Line(Message("In one sentence"), limit=160, needed=Message("Say it in one sentence."))
    precondition = Choice(Message("Precondition of the rollout that it is about"), empty=Message("none of these"))
    rule = Line(
        Message("Rule that it is about"),
        limit=200,
        description=Message("A decree, a regulation, a condition of a call: as precisely as you know it."),
    )


class SignalForm(AboutFields):
    kind = Choice(Message("Kind"), choices=SignalKind, default="barrier", needed=Message("Choose the kind."))
    text = Paragraphs(
        Message("Tell it in a few sentences"), limit=4000, rows=5, needed=Message("Tell it in a few sentences.")
    )
    #: The sender has seen the signals that sound alike.
    is_another = BooleanField(Message("I have looked: ours is another signal"))


class EditSignalForm(AboutFields, EditForm):
    pass


class SupportForm(BaseForm):
    alliance_id = Choice(Message("For"), needed=Message("Choose the alliance."))
    words = Paragraphs(
        Message("How is it with you?"), limit=2000, rows=3, needed=Message("Say in your own words how it is with you.")
    )


class AnswerForm(BaseForm):
    move = Choice(Message("What VLAIO does"), needed=Message("Choose what VLAIO does."))
    reason = Paragraphs(
        Message("The answer"),
        limit=4000,
        rows=4,
        needed=Message("Write the answer."),
        description=Message("The whole network reads it; whoever sent the signal gets it by mail."),
    )


class MergeForm(ReasonForm):
    target = Choice(
        Message("It goes on with"), needed=Message("Choose the signal with which it goes on."), empty=Message("choose")
    )
