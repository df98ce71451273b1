"""The forms about an alliance: proposing, changing, its partners, its mandate, its people."""

from typing import Any

from wtforms import BooleanField

from alliance_tracker.alliances.models import DueDatesWhilePaused, PartnerRoleKind
from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.forms import OrganisationField
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.regions.forms import Municipalities
from alliance_tracker.web.forms import BaseForm, Choice, Choices, Day, EditForm, Line, Paragraphs

REASON_NEEDED = Message("Give a reason: it stays visible.")
EMAIL_HINT = Message("Work address only.")


class ProposeForm(BaseForm):
    name = Line(Message("Name of the alliance"), limit=120, needed=Message("Give the alliance a name."))
    region_code = Choice(
        Message("Reference region"), needed=Message("Choose the region."), empty=Message("choose a region")
    )
    municipalities = Municipalities(
        Message("Municipalities in which it works"), needed=Message("Choose at least one municipality.")
    )
    purpose = Paragraphs(
        Message("What does it want?"),
        limit=4000,
        needed=Message("Say in a few sentences what the alliance wants."),
        description=Message("A few sentences; they open the page of the alliance."),
    )
    website = Line(Message("Website"), limit=200)
    is_sure = BooleanField(Message("I have looked: it is meant so"))


class EditAllianceForm(EditForm):
    name = Line(Message("Name of the alliance"), limit=120, needed=Message("Give the alliance a name."))
    purpose = Paragraphs(Message("What does it want?"), limit=4000)
    value_proposition = Paragraphs(
        Message("Shared value proposition"),
        limit=4000,
        description=Message("What the partners win together that none of them could win alone."),
    )
    website = Line(Message("Website"), limit=200)
    cited_facts = Paragraphs(
        Message("Cited facts"),
        limit=4000,
        description=Message(
            "Facts from public sources, one a line, each with its source. They are shown as cited, never counted."
        ),
    )


class AreaForm(EditForm):
    municipalities = Municipalities(
        Message("Municipalities in which it works"), needed=Message("Choose at least one municipality.")
    )
    since = Day(Message("From which day?"), default=today, needed=Message("Give the day."), not_after=today)


class PartnerWords(BaseForm):
    is_core = BooleanField(Message("Core partner"))
    roles = Choices(Message("Roles in the network"), choices=PartnerRoleKind)
    responsibility = Paragraphs(
        Message("Responsibility"), limit=2000, rows=3, description=Message("What does this partner answer for?")
    )
    gain = Paragraphs(
        Message("Gain"), limit=2000, rows=3, description=Message("What does this partner win by taking part?")
    )
    more_pillars = Choices(
        Message("Pillars beside that of its kind"),
        choices=Pillar,
        description=Message("Only where it truly fills another pillar too, as a municipal library is leisure as well."),
    )
    pillar_reason = Line(Message("Why these pillars too?"), limit=500)
    contact_name = Line(Message("Contact: name"), limit=120)
    contact_function = Line(Message("Contact: function"), limit=120)
    contact_email = Line(Message("Contact: work e-mail"), limit=254)
    contact_phone = Line(Message("Contact: work phone"), limit=40)

    def validate(self, extra_validators: Any = None) -> bool:
        """A pillar beside that of the kind needs its reason."""
        fine = bool(super().validate(extra_validators))
        if self.more_pillars.data and not self.pillar_reason.data:
            self.refuse("pillar_reason", REASON_NEEDED)
            return False
        return fine

    @property
    def pillars_with_reason(self) -> dict[Pillar, str]:
        return {Pillar(value): self.pillar_reason.data for value in self.more_pillars.data or []}

    @property
    def contact(self) -> dict[str, str]:
        return {
            "name": self.contact_name.data,
            "function": self.contact_function.data,
            "email": self.contact_email.data,
            "phone": self.contact_phone.data,
        }

    @property
    def role_kinds(self) -> list[PartnerRoleKind]:
        return [PartnerRoleKind(value) for value in self.roles.data or []]


class AdmitForm(PartnerWords):
    organisation = OrganisationField(Message("Organisation"), needed=Message("Say which organisation joins."))
    since = Day(Message("Partner since"), default=today, needed=Message("Give the day."), not_after=today)


class EditPartnerForm(PartnerWords, EditForm):
    pass


class LeaveForm(BaseForm):
    on = Day(Message("Last day as a partner"), default=today, needed=Message("Give the day."), not_after=today)
    reason = Paragraphs(Message("Reason"), limit=500, rows=3, needed=REASON_NEEDED)


class AcceptForm(BaseForm):
    on = Day(Message("Founded on"), default=today, needed=Message("Give the day."), not_after=today)
    is_trial = BooleanField(Message("It takes part in the trial of phase B and reports the plan's teething troubles"))


class PauseForm(BaseForm):
    on = Day(Message("From which day?"), default=today, needed=Message("Give the day."), not_after=today)
    due_dates = Choice(
        Message("What happens to the due dates meanwhile?"),
        choices=DueDatesWhilePaused,
        needed=Message("Say what happens to the due dates."),
    )
    reason = Paragraphs(Message("Reason"), limit=2000, rows=3, needed=REASON_NEEDED)


class ResumeForm(BaseForm):
    on = Day(
        Message("From which day does work go on?"), default=today, needed=Message("Give the day."), not_after=today
    )


class EndForm(BaseForm):
    on = Day(Message("Last day"), default=today, needed=Message("Give the day."), not_after=today)
    reason = Paragraphs(Message("Reason"), limit=2000, rows=3, needed=REASON_NEEDED)


class MandateForm(BaseForm):
    task = Paragraphs(
        Message("Task"),
        limit=2000,
        needed=Message("Say what the task is."),
        description=Message("To take the lead in the region and spread: what does that mean here?"),
    )
    since = Day(Message("From"), default=today, needed=Message("Give the day."))
    until = Day(
        Message("Until and including"), description=Message("Leave it empty for a mandate without an end date.")
    )


class EndMandateForm(BaseForm):
    on = Day(Message("Last day of the mandate"), default=today, needed=Message("Give the day."), not_after=today)
    reason = Paragraphs(Message("Reason"), limit=500, rows=3, needed=REASON_NEEDED)


class CoordinatorForm(BaseForm):
    email = Line(
        Message("E-mail address"),
        limit=254,
        needed=Message("Fill in an e-mail address."),
        description=Message("Somebody without an account gets an invitation by mail."),
    )
    name = Line(Message("Name"), limit=120, description=Message("Only needed for somebody new."))
