"""The forms of agreements other than a convenant."""

from wtforms import MultipleFileField

from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm, Day, EditForm, Line, Paragraphs


class AgreementFields(BaseForm):
    title = Line(
        Message("What is it called?"),
        needed=Message("Say what it is called."),
        description=Message("For example: statement of intent, cooperation agreement, decision of the council."),
    )
    parties = Paragraphs(Message("Who concluded it?"), limit=2000, rows=3, needed=Message("Say who concluded it."))
    about = Paragraphs(Message("What does it lay down?"), rows=4)
    signed_on = Day(Message("Signed on"), needed=Message("Give the date on which it was signed."))
    starts_on = Day(Message("It counts from"), description=Message("Empty: from the day on which it was signed."))
    ends_on = Day(Message("Last day"), description=Message("Empty: it has no end."))


class RecordForm(AgreementFields):
    files = MultipleFileField(
        Message("The document"), description=Message("Pdf, images or office documents, at most 15 MB each.")
    )


class CorrectForm(AgreementFields, EditForm):
    files = MultipleFileField(
        Message("Add files"), description=Message("Pdf, images or office documents, at most 15 MB each.")
    )
