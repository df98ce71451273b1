"""The forms of a drawdown: asking, deciding, and recording a payment."""

from alliance_tracker.database import today
from alliance_tracker.drawing_rights.lifecycle import DRAWDOWN
from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm, Choice, Day, EditForm, Line, Number, Paragraphs

#: The answers to a request, in the order of the form.
DECISIONS = ("approve", "return", "refuse")


class DraftFields(BaseForm):
    amount = Number(Message("Amount in euro"), needed=Message("Give an amount."))
    purpose = Paragraphs(
        Message("What is it for?"),
        limit=2000,
        rows=3,
        needed=Message("Say what the money is for."),
        description=Message("In a few sentences: what is bought or done with it, and for which goal or pilot."),
    )
    payee_partner_id = Choice(
        Message("To which partner is it paid?"),
        empty=Message("choose"),
        needed=Message("Choose a partner of this alliance."),
    )


class RequestForm(DraftFields):
    right = Choice(Message("From the right of"), empty=Message("choose"), needed=Message("Choose a year."))


class ResubmitForm(DraftFields, EditForm):
    pass


class DecideForm(EditForm):
    decision = Choice(
        Message("Decision"),
        choices=[(name, DRAWDOWN.transitions[name].label) for name in DECISIONS],
        empty=Message("choose"),
        needed=Message("Choose a decision."),
    )
    reason = Paragraphs(
        Message("Reason or remark"),
        limit=2000,
        rows=3,
        description=Message("Needed when you return or refuse it. The alliance reads it."),
    )


class PayForm(EditForm):
    amount = Number(Message("Amount in euro"), needed=Message("Give an amount."))
    on = Day(Message("Paid on"), default=today, needed=Message("Give the day."), not_after=today)
    reference = Line(Message("Reference in the books"), limit=80)


class WithdrawForm(EditForm):
    reason = Paragraphs(Message("Reason"), limit=2000, rows=3, needed=Message("Give a reason: it stays visible."))
