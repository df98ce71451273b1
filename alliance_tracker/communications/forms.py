"""The forms of a communication; the four questions stand in the order of the memorandum."""

from alliance_tracker.communications.models import Channel
from alliance_tracker.database import today
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.frameworks.terms import principles
from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm, Choice, Day, EditForm, Line, Paragraphs, YesNo


class CommunicationFields(BaseForm):
    title = Line(Message("What was it?"), limit=200, needed=Message("Say what it was, in a few words."))
    channel = Choice(
        Message("Channel"), choices=Channel, empty=Message("choose"), needed=Message("Choose the channel.")
    )
    on = Day(Message("Date"), default=today, needed=Message("Give the day."), not_after=today)
    link = Line(Message("Link"), limit=300, description=Message("The web page on which it can be read or seen."))
    text = Paragraphs(Message("Text"), limit=8000, rows=3, description=Message("Its words, or what it told."))


_ANSWER = Message("Answer with yes or no.")
for _key, _question in principles().items():
    setattr(CommunicationFields, _key, YesNo(_question, needed=_ANSWER))


class CommunicationForm(CommunicationFields, EvidenceForm):
    pass


class CorrectForm(CommunicationFields, EditForm):
    pass
