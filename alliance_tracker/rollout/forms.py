"""The forms of the rollout: recording a milestone, deciding on a phase, following up an action, planning a phase."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import Length

from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.rollout.models import ActionStatus, MilestoneStatus
from alliance_tracker.web.forms import BaseForm, Choice, Day, EditForm, Line, Paragraphs

NEEDED_IF_DONE = Message("Needed when it is done.")
WHY = Message("Needed when it does not apply, or when it goes back to not done. It stays visible.")


class FollowedForm(EditForm):
    """What may be kept of a milestone whose state nobody records: it is computed."""

    expected_on = Day(Message("Expected on"))
    responsible = Line(Message("Responsible"), limit=200)
    note = Paragraphs(Message("Note"), rows=3)


class MilestoneForm(EditForm):
    status = Choice(Message("State"), choices=MilestoneStatus, needed=Message("Choose a state."))
    done_on = Day(Message("Done on"), not_after=today, description=NEEDED_IF_DONE)
    reason = Paragraphs(Message("Reason"), limit=2000, rows=2, description=WHY)
    expected_on = Day(Message("Expected on"))
    responsible = Line(Message("Responsible"), limit=200)
    note = Paragraphs(Message("Note"), rows=3)


class ConversationForm(EditForm):
    status = Choice(Message("State"), choices=MilestoneStatus, needed=Message("Choose a state."))
    done_on = Day(Message("Held on"), not_after=today, description=NEEDED_IF_DONE)
    participants = Line(
        Message("Who took part"), limit=500, description=Message("Organisations and functions; names are not needed.")
    )
    note = Paragraphs(Message("What was said"), rows=4)
    next_step = Line(Message("What comes next"), limit=500)
    reason = Paragraphs(Message("Reason"), limit=2000, rows=2, description=WHY)
    expected_on = Day(
        Message("Expected on"), description=Message("As long as the conversation was not held: when it is planned.")
    )
    responsible = Line(Message("Responsible"), limit=200)


class DecisionForm(BaseForm):
    #: The missing gates that the page showed: nobody decides in spite of what they did not see.
    seen = HiddenField(validators=[Length(max=2000)])
    on = Day(Message("Counts from"), needed=Message("Give a date."), not_after=today)
    in_spite = BooleanField(Message("Decide in spite of what is missing"))
    reason = Paragraphs(Message("Reason"), limit=2000, rows=3)


class ResumeForm(BaseForm):
    on = Day(Message("Work goes on from"), needed=Message("Give a date."), not_after=today)


class ActionFollowUpForm(EditForm):
    status = Choice(Message("State"), choices=ActionStatus, needed=Message("Choose a state."))
    owner = Line(Message("Owner"), limit=200)
    due_on = Day(Message("Due on"))
    done_on = Day(Message("Finished on"), not_after=today, description=Message("Needed when it is finished."))
    note = Paragraphs(Message("Note"), rows=3)
    reason = Paragraphs(
        Message("Reason"),
        limit=2000,
        rows=2,
        description=Message("Needed when it is dropped, or when it goes back. It stays visible."),
    )


class PeriodForm(EditForm):
    planned_from = Day(Message("Planned from"), needed=Message("Give a date."))
    planned_to = Day(Message("Planned until"), description=Message("Leave empty when no end is planned."))
