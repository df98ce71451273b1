"""The forms around an instalment: logging a delivery in seconds, answering to it, and agreeing on another date."""

from alliance_tracker.database import today
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm, Choice, Choices, Day, EditForm, Number, Paragraphs, ReasonForm


class DeliveryForm(EvidenceForm):
    quantity = Number(Message("How much"), needed=Message("Say how much was delivered."))
    on = Day(Message("When"), default=today, needed=Message("Give the day."), not_after=today)
    note = Paragraphs(Message("What was done"), limit=2000, rows=2)


class SpeakingForm(BaseForm):
    """An answer in the name of an organisation; for who speaks for one only, that one."""

    voice = Choice(Message("In the name of"))

    @property
    def speaks_as(self) -> int | None:
        return int(self.voice.data) if self.voice.data else None


class ConfirmManyForm(SpeakingForm):
    chosen = Choices(Message("Deliveries"))


class DisputeForm(SpeakingForm):
    reason = Paragraphs(
        Message("What is not right?"),
        limit=2000,
        rows=3,
        needed=Message("Say what is not right: it stays visible."),
        description=Message("Both sides read it. A disputed delivery does not count until this is settled."),
    )


class ExtendForm(EditForm, ReasonForm):
    on = Day(Message("New due date"), needed=Message("Give the day."))


class WaiveForm(EditForm, ReasonForm):
    pass
