"""The forms of questions, explanations, signed accounts, and of who takes something over."""

from collections.abc import Iterable

from wtforms import HiddenField, MultipleFileField

from alliance_tracker.accountability.succession import heir_field, reason_field
from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm, Choice, Day, EditForm, Line, Paragraphs

#: Somebody decides on a commitment later.
LATER = ""
#: Nobody takes it over.
ENDS = "ends"

_WRITE = Message("Write something.")


class AskForm(BaseForm):
    text = Paragraphs(
        Message("Your question"),
        limit=4000,
        needed=_WRITE,
        description=Message("Everybody in the alliance reads it, with your name."),
    )


class ExplainForm(BaseForm):
    text = Paragraphs(
        Message("Why is it late, and when will it be done?"),
        limit=4000,
        needed=_WRITE,
        description=Message("Everybody in the alliance reads it. Who explains is shown as explained, not in red."),
    )


class AnswerForm(EditForm):
    answer = Paragraphs(Message("Answer"), limit=4000, needed=_WRITE)


class AskOnForm(EditForm):
    question = Paragraphs(Message("Your question"), limit=4000, rows=3, needed=_WRITE)


class CloseForm(EditForm):
    remark = Paragraphs(Message("Closing remark"), limit=2000, rows=2)


class StatementFields(BaseForm):
    #: The hash of the account that was shown.
    seen = HiddenField()
    name = Line(Message("Name of the one who signs"), limit=120, needed=Message("Give the name of the one who signs."))
    function = Line(Message("Function"), limit=120, needed=Message("Give the function of the one who signs."))


class SignForm(StatementFields):
    remark = Paragraphs(
        Message("Remark"),
        limit=4000,
        rows=3,
        description=Message("What you want to add: it is kept with the account and shown with it."),
    )


class RefuseForm(StatementFields):
    remark = Paragraphs(
        Message("Why do you not sign?"), limit=4000, rows=4, needed=Message("Give a reason: it stays visible.")
    )


class LinkForm(BaseForm):
    name = Line(Message("Name of the one who signs"), limit=120, needed=Message("Give the name of the one who signs."))
    email = Line(
        Message("E-mail address"),
        limit=254,
        needed=Message("Give an e-mail address."),
        render_kw={"type": "email"},
    )


class LinkSignForm(StatementFields):
    answer = Choice(
        Message("Your answer"),
        choices=[("signed", Message("we sign this account")), ("refused", Message("we do not sign it"))],
    )
    remark = Paragraphs(
        Message("Remark"),
        limit=4000,
        rows=3,
        description=Message("What you want to add. Who does not sign says why: it stays visible."),
    )


class PaperForm(StatementFields):
    on = Day(Message("Signed on"), default=today, needed=Message("Give the day."), not_after=today)
    remark = Paragraphs(Message("Remark on the paper"), limit=4000, rows=3)
    files = MultipleFileField(
        Message("Scan of the signed account"),
        description=Message("Pdf or images, at most 15 MB each. Without the scan it cannot be recorded."),
    )


class SuccessionForm(BaseForm):
    """One choice and one reason for each commitment; the fields are made for the organisation at hand."""


def succession_form(
    commitments: Iterable[int], heirs: Iterable[tuple[int, str]], default: int | None
) -> SuccessionForm:
    """The form with a choice among `heirs` for each of these commitments."""
    choices = [*((str(number), name) for number, name in heirs), (ENDS, Message("Nobody: it ends, for this reason"))]
    fields = {}
    for commitment_id in commitments:
        fields[heir_field(commitment_id)] = Choice(
            Message("Who takes it over?"),
            choices=choices,
            empty=Message("Decide later"),
            default=str(default) if default is not None else LATER,
        )
        fields[reason_field(commitment_id)] = Line(Message("Reason"), limit=500)
    made: SuccessionForm = type("SuccessionFormHere", (SuccessionForm,), fields)()
    for name in fields:
        # It is asked as soon as something is decided; the command says so.
        made[name].flags.is_needed = True
    return made
