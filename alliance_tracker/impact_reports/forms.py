"""The forms of impact reports."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports.drafts import LONGEST
from alliance_tracker.impact_reports.models import ReceiptUse
from alliance_tracker.impact_reports.reviewing import LONGEST as LONGEST_COMMENT
from alliance_tracker.impact_reports.submitting import LONGEST_NOTE
from alliance_tracker.impact_reports.years import Opening
from alliance_tracker.web.forms import BaseForm, Choice, Choices, Day, EditForm, Line, Number, Paragraphs


def days(_form: Any, field: Any) -> None:
    """Refuse what is no number of days between 1 and 365."""
    if field.data is not None and (field.data % 1 or not 1 <= field.data <= 365):
        raise ValidationError(Message("Give a whole number of days between 1 and 365."))


class SectionForm(EditForm):
    """The words of one section."""

    narrative = Paragraphs(Message("Your words"), limit=LONGEST, rows=10)


class RefreshForm(BaseForm):
    """The sections that take over what was logged since."""

    sections = Choices(Message("Sections to refresh"), choices=[])


class SubmitForm(EditForm):
    """What is submitted, and what it changes."""

    #: Hidden: the hash of the draft as this page showed it.
    seen = HiddenField()
    change_note = Paragraphs(
        Message("What changed since the version before"),
        description=Message(
            "Readers compare the versions with this note beside them. Of an erratum it is published too: on the public "
            "page, in the PDF and in the data; so name no person."
        ),
        limit=LONGEST_NOTE,
        rows=3,
    )


class ReasonedForm(EditForm):
    """A weighty step with its reason."""

    reason = Paragraphs(
        Message("Reason"),
        description=Message("It stays visible."),
        needed=Message("Give a reason: it stays visible."),
        limit=2000,
        rows=3,
    )


class ReturnForm(ReasonedForm):
    """A return, with the day by which to mend what is returned."""

    on = Day(
        Message("To be mended by"),
        description=Message("After that day the report counts as overdue."),
        needed=Message("Give the day."),
    )


class AskAllianceForm(BaseForm):
    """An alliance of which VLAIO asks a report, found by its name."""

    alliance = Line(
        Message("Alliance"),
        description=Message("A part of its name is enough."),
        needed=Message("Give the name of the alliance."),
    )
    chosen = Choice(Message("Which of these"), empty=Message("choose …"))
    #: Several are called so: the page asks which one.
    is_ambiguous = False
    reason = Paragraphs(
        Message("Reason"),
        description=Message("It stays visible."),
        needed=Message("Give a reason: it stays visible."),
        limit=2000,
        rows=3,
    )


class CommentForm(BaseForm):
    """A remark on a section of a version."""

    section = HiddenField()
    text = Paragraphs(Message("Remark"), needed=Message("Write something."), limit=LONGEST_COMMENT, rows=3)


class ReceiptForm(BaseForm):
    """What a reader read, and where it was used."""

    section = HiddenField()
    use = Choice(Message("What you did with it"), choices=[(use.value, use.label) for use in ReceiptUse])
    note = Paragraphs(Message("Where"), limit=500, rows=2)


class ExtendForm(ReasonedForm):
    """Another due date for one report."""

    on = Day(Message("New due date"), needed=Message("Give the day."))


class OpenYearForm(BaseForm):
    """A reporting year to open."""

    year = Choice(Message("Year over which is reported"))
    due_on = Day(Message("Reports are due on"), needed=Message("Give the day."))
    catalogue_id = Choice(
        Message("Version of the catalogue of indicators"),
        description=Message("The year keeps to this version, also when a newer one is published."),
    )
    review_days = Number(
        Message("Days within which VLAIO reads a report"), needed=Message("Give a number of days."), validators=[days]
    )

    @property
    def opening(self) -> Opening:
        """What is opened, once validated."""
        return Opening(
            int(self.year.data or 0), self.due_on.day, int(self.catalogue_id.data or 0), int(self.review_days.data or 0)
        )
