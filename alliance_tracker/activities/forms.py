"""The forms of the log."""

from alliance_tracker.activities.models import LogKind
from alliance_tracker.database import today
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm, Choice, Choices, Day, EditForm, Paragraphs, People


class LogFields(BaseForm):
    text = Paragraphs(Message("What happened?"), limit=8000, rows=3, needed=Message("Say what happened."))
    kind = Choice(Message("Kind"), choices=LogKind, default="note", needed=Message("Choose the kind."))
    on = Day(Message("Date"), default=today, needed=Message("Give the day."), not_after=today)
    present = Choices(Message("Partners present"))
    participants = People(
        Message("How many people were reached?"),
        description=Message(
            "At an event or a visit: people from outside the network. Who comes twice counts twice; "
            "only the number is kept."
        ),
    )
    bearing = Choice(Message("It bears on"), empty=Message("nothing in particular"))


class LogForm(LogFields, EvidenceForm):
    pass


class CorrectForm(LogFields, EditForm):
    pass
