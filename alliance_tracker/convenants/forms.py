"""The forms of a convenant: beginning one, its text, its parties, its money, offering, signing, changing and ending."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import ValidationError

from alliance_tracker.commitments.models import Side
from alliance_tracker.convenants.drafting import PartyDraft
from alliance_tracker.database import today
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.forms import OrganisationField
from alliance_tracker.web.forms import (
    EARLIEST,
    LATEST,
    BaseForm,
    Choice,
    Choices,
    Day,
    EditForm,
    Line,
    Number,
    Paragraphs,
    cleaned,
    filled,
    parse_day,
)

TITLE_NEEDED = Message("Give the convenant a title.")
DAY_NEEDED = Message("Give the day.")
REASON_NEEDED = Message("Give a reason: it stays visible.")
#: A convenant reports at most so many times.
MOST_DAYS = 40


def whole(_form: Any, field: Any) -> None:
    """Refuse a part of something that is counted in wholes."""
    if field.data is not None and field.data % 1:
        raise ValidationError(Message("Give a whole number."))


class Days(TextAreaField):
    """Days, one on each line; its `data` are ISO dates in their order."""

    def __init__(self, label: Any, **kw: Any) -> None:
        super().__init__(label, render_kw={"rows": 4}, **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = []
        lines = [line.strip() for line in cleaned(valuelist[0] if valuelist else "").split("\n") if line.strip()]
        if len(lines) > MOST_DAYS:
            raise ValueError(Message("Give at most %(n)s days.", n=MOST_DAYS))
        self.data = sorted({_day(line).isoformat() for line in lines})

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in self.data or [])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(date.fromisoformat(day).strftime("%d/%m/%Y") for day in self.data or [])


def _day(line: str) -> date:
    found = parse_day(line)
    if found is None or not EARLIEST <= found <= LATEST:
        raise ValueError(
            Message("“%(text)s” is not a date. Write each day on its own line, as 21/11/2026.", text=line[:40])
        )
    return found


# The text ----------------------------------------------------------------------------------------------------------


class BeginForm(BaseForm):
    title = Line(Message("Title"), needed=TITLE_NEEDED)
    subject = Paragraphs(
        Message("What is it about?"),
        limit=8000,
        rows=3,
        description=Message("What the parties want to reach together, in a few sentences."),
    )
    starts_on = Day(Message("First day of the term"), needed=DAY_NEEDED)
    ends_on = Day(Message("Last day of the term"), needed=DAY_NEEDED)
    with_suggestions = BooleanField(
        Message("Start with suggested texts on amendment, suspension, recovery and termination"), default=True
    )


class RiderTextForm(EditForm):
    """What a rider says in words; everything else stands in the text that it joins."""

    title = Line(Message("Title"), needed=TITLE_NEEDED)
    change_note = Paragraphs(
        Message("Why does this partner join?"),
        rows=3,
        description=Message("Who reads the versions side by side reads this first."),
    )
    subject = Paragraphs(Message("What is it about?"), limit=8000, rows=4)
    tasks = Paragraphs(Message("Tasks"), limit=8000, description=Message("What does this partner take on, in words?"))


class TextForm(EditForm):
    title = Line(Message("Title"), needed=TITLE_NEEDED)
    subject = Paragraphs(
        Message("What is it about?"),
        limit=8000,
        rows=4,
        description=Message("What the parties want to reach together, in a few sentences."),
    )
    goals = Choices(
        Message("Goals of the alliance that it takes up"),
        description=Message("Their figures are followed with the goals; nobody types them again here."),
    )
    goals_text = Paragraphs(Message("The goals in words"), limit=8000)
    tasks = Paragraphs(
        Message("Tasks"), limit=8000, description=Message("Who does what to get there, in words, beside what follows.")
    )
    starts_on = Day(Message("First day of the term"), needed=DAY_NEEDED)
    ends_on = Day(Message("Last day of the term"), needed=DAY_NEEDED)
    minimum_cofinancing = Number(
        Message("Minimum co-financing in percent"),
        description=Message(
            "The least share of the partners in the whole: their part and what is drawn, together. "
            "Leave it empty to ask nothing."
        ),
    )
    decision_days = Number(
        Message("VLAIO decides on a drawdown within how many days?"),
        needed=Message("Give a number of days from 1 to 365."),
        validators=[whole],
    )
    reporting_on = Days(
        Message("Days on which is reported"), description=Message("One day on each line, as 31/03/2027.")
    )
    evaluation_on = Day(Message("Day of the evaluation"))
    asked_indicators = Choices(
        Message("Indicators of which the yearly report must hold a figure"),
        description=Message("From the shared catalogue."),
    )
    amendment = Paragraphs(Message("Amendment"), limit=8000)
    suspension = Paragraphs(Message("Suspension"), limit=8000)
    recovery = Paragraphs(Message("Recovery"), limit=8000)
    termination = Paragraphs(Message("Termination"), limit=8000)

    def take_in(self, subject: Any, changes: dict[str, Any]) -> None:
        """Lists are shown to whoever meets another's edit in words."""
        super().take_in(subject, changes)
        for name, conflict in self.conflicts.items():
            if isinstance(conflict.theirs, list):
                field = self[name]
                words = dict(getattr(field, "choices", None) or [])
                theirs = ", ".join(str(words.get(value, value)) for value in conflict.theirs)
                self.conflicts[name] = field.conflict = dataclasses.replace(conflict, theirs=theirs)


class AddendumTextForm(TextForm):
    change_note = Paragraphs(
        Message("What changes, and why?"),
        description=Message("Who reads the versions side by side reads this first."),
    )


# Its parties -------------------------------------------------------------------------------------------------------


class PartiesForm(EditForm):
    """Its fields for each organisation are made by `parties_form`; `candidates` says of whom."""

    candidates: tuple[PartyDraft, ...] = ()
    #: What the candidates are called, and the one that is always a party.
    names: Mapping[int, str] = {}
    fixed_id = 0
    organisation = OrganisationField(
        Message("Another Flemish body as a party"),
        description=Message("It stands on the side of the government. Type a part of its name; save to add it."),
    )

    def show(self, parties: Iterable[PartyDraft]) -> None:
        """Fill the fields in with the parties of a draft."""
        for party in parties:
            number = party.organisation_id
            self[f"takes_part_{number}"].data = True
            self[f"required_{number}"].data = party.is_required
            self[f"signatures_{number}"].data = party.signatures_needed
            self[f"signs_as_{number}"].data = party.signs_as
            self[f"decided_by_{number}"].data = party.decided_by

    @property
    def wanted(self) -> list[PartyDraft]:
        """What the form asks for, with the body that is added."""
        found = [
            PartyDraft(
                each.organisation_id,
                each.side,
                is_required=self[f"required_{each.organisation_id}"].data,
                signatures_needed=int(self[f"signatures_{each.organisation_id}"].data),
                signs_as=self[f"signs_as_{each.organisation_id}"].data,
                decided_by=self[f"decided_by_{each.organisation_id}"].data,
            )
            for each in self.candidates
            if each.organisation_id == self.fixed_id or self[f"takes_part_{each.organisation_id}"].data
        ]
        if "organisation" in self and self.organisation.organisation_id is not None:
            found.append(PartyDraft(self.organisation.organisation_id, Side.GOVERNMENT, is_required=False))
        return found


def _signing_fields(number: int | str = "") -> dict[str, Any]:
    tail = f"_{number}" if number else ""
    return {
        f"signatures{tail}": Number(
            Message("How many people sign?"),
            needed=Message("From one to nine people sign for a party."),
            default=1,
            validators=[whole],
        ),
        f"signs_as{tail}": Line(
            Message("Who signs?"), description=Message("Such as: the mayor and the general director.")
        ),
        f"decided_by{tail}": Line(
            Message("Who decides first?"), description=Message("Such as: the municipal council.")
        ),
    }


def parties_form(candidates: Iterable[tuple[PartyDraft, str]], fixed_id: int) -> type[PartiesForm]:
    """The form with the fields of each organisation that can be a party, given with its name."""
    pairs = list(candidates)
    found = tuple(draft for draft, _ in pairs)
    names = {draft.organisation_id: name for draft, name in pairs}
    fields: dict[str, Any] = {"candidates": found, "names": names, "fixed_id": fixed_id}
    for each in found:
        number = each.organisation_id
        fields[f"takes_part_{number}"] = BooleanField(Message("is a party"))
        fields[f"required_{number}"] = BooleanField(
            Message("must sign before it comes into force"), default=each.is_required
        )
        fields |= _signing_fields(number)
    return type("PartiesOfThisDraft", (PartiesForm,), fields)


# The drawing right -------------------------------------------------------------------------------------------------


class RightsForm(EditForm):
    """Its fields for the years are made by `rights_form`."""

    years: tuple[int, ...] = ()

    @property
    def ceilings(self) -> dict[int, Any]:
        return {year: self[f"ceiling_{year}"].data for year in self.years if self[f"ceiling_{year}"].data is not None}


def rights_form(years: Iterable[int]) -> type[RightsForm]:
    """The form with a field for the ceiling of each calendar year."""
    found = tuple(years)
    fields: dict[str, Any] = {
        f"ceiling_{year}": Number(Message("Drawing right of %(year)s, in euro", year=str(year))) for year in found
    }
    return type("RightsOfThisTerm", (RightsForm,), fields | {"years": found})


# Moving it along ---------------------------------------------------------------------------------------------------


class ConfirmForm(EditForm):
    pass


class ReasonedForm(EditForm):
    reason = Paragraphs(Message("Reason"), limit=2000, rows=3, needed=REASON_NEEDED)


class TerminateForm(ReasonedForm):
    on = Day(Message("Last day"), default=today, needed=DAY_NEEDED, not_after=today)


class SignerFields(BaseForm):
    name = Line(Message("Name"), limit=120, needed=Message("Give the name of the one who signs."))
    function = Line(Message("Function"), limit=120, needed=Message("Give the function of the one who signs."))


class SignForm(SignerFields):
    decision_on = Day(Message("Day on which its council or board decided"), not_after=today)
    is_sure = BooleanField(
        Message("I have read this text and sign it for my organisation"),
        validators=[filled(Message("Read the text, then say that you sign it."))],
    )


class PaperForm(SignerFields, EvidenceForm):
    on = Day(Message("Signed on"), default=today, needed=DAY_NEEDED, not_after=today)
    decision_on = Day(Message("Day on which its council or board decided"), not_after=today)


class RiderForm(BaseForm):
    partner = Choice(Message("Partner that joins"), empty=Message("choose a partner"))
    organisation = OrganisationField(
        Message("Or another Flemish body"), description=Message("It joins on the side of the government.")
    )
    signatures = _signing_fields()["signatures"]
    signs_as = _signing_fields()["signs_as"]
    decided_by = _signing_fields()["decided_by"]

    @property
    def party(self) -> PartyDraft | None:
        """Who joins; None when nobody or two were named."""
        body, partner = self.organisation.organisation_id, self.partner.data
        if (body is None) == (not partner):
            return None
        return PartyDraft(
            body or int(partner),
            Side.GOVERNMENT if body else Side.PARTNER,
            signatures_needed=int(self.signatures.data),
            signs_as=self.signs_as.data,
            decided_by=self.decided_by.data,
        )
