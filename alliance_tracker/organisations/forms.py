"""The forms of the register, and the field with which any form asks for an organisation."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import ValidationError

from alliance_tracker.database import today
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations import identifiers, queries
from alliance_tracker.organisations.models import IdentifierScheme, Organisation, OrganisationKind
from alliance_tracker.organisations.queries import Found, LastChange
from alliance_tracker.regions.forms import Municipalities
from alliance_tracker.web.forms import (
    BaseForm,
    Choice,
    Conflict,
    Day,
    EditForm,
    Line,
    Paragraphs,
    ReasonForm,
    cleaned,
    storable,
)


class OrganisationField(StringField):
    """An organisation of the register, by its name or a number of it; a search helps while typing.

    After validation `organisation_id` is the one that was meant. Where the text may mean several, they stand in
    `matches`, and the macro `organisation_field` of `macros/combobox.html` draws them to choose from.
    """

    def __init__(self, label: Any, *, needed: Message | None = None, **kw: Any) -> None:
        super().__init__(label, **kw)
        self.needed = needed
        self.organisation_id: int | None = None
        self.matches: tuple[Found, ...] = ()
        self.picked = ""

    def show(self, found: Found | None) -> None:
        """Fill the field in, when its form is first drawn."""
        if found is not None:
            self.data, self.picked = found.name, f"id:{found.id}"

    def process_formdata(self, valuelist: list[str]) -> None:
        # The text comes first; beside it a chosen match, or what the search while typing put there.
        typed = [value for value in valuelist if not value.startswith("id:")]
        self.picked = next((value for value in valuelist if value.startswith("id:")), "")
        self.data = cleaned(typed[0] if typed else "")[:160]

    def pre_validate(self, form: Any) -> None:
        storable(form, self)  # before the database is asked for it
        resolution = queries.resolve(self.picked or self.data or "")
        if resolution.found is not None:
            self.organisation_id = resolution.found.id
            self.show(resolution.found)
            return
        self.picked, self.matches = "", resolution.matches
        if self.matches:
            raise ValidationError(Message("Several organisations answer to this. Choose one of them."))
        if self.data:
            raise ValidationError(Message("No organisation of today answers to “%(text)s”.", text=self.data))
        if self.needed:
            raise ValidationError(self.needed)


def well_formed(scheme: IdentifierScheme) -> Any:
    """Hold a number to the rule of its register, beside the field and together with what else is wrong."""

    def check(_form: Any, field: Any) -> None:
        if field.data:
            try:
                identifiers.checked(scheme, field.data)
            except FieldRefused as refusal:
                raise ValidationError(refusal.sentence) from refusal

    return check


def _number(scheme: IdentifierScheme) -> Line:
    return Line(
        scheme.label,
        limit=30,
        validators=[well_formed(scheme)],
        description=Message("For example %(example)s.", example=identifiers.SCHEMES[scheme].example),
    )


class NameFields:
    """What a new organisation is called."""

    name = Line(Message("Name"), limit=160, needed=Message("Fill in a name."))
    is_another = BooleanField(Message("I have looked: mine is another organisation"))
    name_since = Day(
        Message("Has borne this name since"),
        not_after=today,
        description=Message("Leave it empty if you do not know; then it counts from today."),
    )


class FactsFields:
    """What is asked of an organisation when it is added as well as when it is corrected."""

    kind = Choice(
        Message("Kind"),
        choices=OrganisationKind,
        needed=Message("Choose a kind."),
        empty=Message("choose a kind"),
        description=Message("The kind decides which pillar of the quadruple helix it fills."),
    )
    municipalities = Municipalities(Message("Municipalities"))
    identifier_kbo = _number(IdentifierScheme.KBO)
    identifier_ovo = _number(IdentifierScheme.OVO)
    identifier_school = _number(IdentifierScheme.SCHOOL)
    identifier_association = _number(IdentifierScheme.ASSOCIATION)
    website = Line(Message("Website"), limit=200, render_kw={"type": "url", "autocomplete": "url"})
    note = Paragraphs(Message("Note"), limit=2000, rows=3)


class CreateForm(NameFields, FactsFields, BaseForm):
    #: The form that asked for an organisation which was not in the register yet.
    next = HiddenField()

    @property
    def numbers(self) -> Mapping[IdentifierScheme, str]:
        return numbers_of(self)


class OrganisationForm(FactsFields, EditForm):
    #: Somebody else saved the organisation since this form was drawn.
    has_met_another = False

    def take_in(self, subject: Any, changes: dict[str, Any]) -> None:
        super().take_in(subject, changes)
        self.has_met_another = True

    @property
    def numbers(self) -> Mapping[IdentifierScheme, str]:
        return numbers_of(self)

    def fill(self, organisation: Organisation) -> None:
        """Fill in what stands in other rows: municipalities and numbers."""
        self.municipalities.data = [str(m.id) for m in organisation.municipalities]
        for row in organisation.identifiers:
            self[identifiers.field_of(row.scheme)].data = identifiers.written(row.scheme, row.value)

    def compare(self, organisation: Organisation, change: LastChange | None) -> None:
        """After a conflict: show the saved municipalities and numbers where they differ from what was typed."""
        if change is None:
            return
        saved = {m.id: m.name for m in organisation.municipalities}
        if set(self.municipalities.ids) != set(saved):
            theirs = ", ".join(saved.values())
            self.conflicts["municipalities"] = self.municipalities.conflict = Conflict(theirs, change.who, change.at)
        values = {row.scheme: row.value for row in organisation.identifiers}
        for scheme, typed in self.numbers.items():
            if (identifiers.checked(scheme, typed) if typed else "") != values.get(scheme, ""):
                written = identifiers.written(scheme, values[scheme]) if scheme in values else ""
                name = identifiers.field_of(scheme)
                self.conflicts[name] = self[name].conflict = Conflict(written, change.who, change.at)


def numbers_of(form: Any) -> Mapping[IdentifierScheme, str]:
    """What was typed for each scheme."""
    return {scheme: form[identifiers.field_of(scheme)].data or "" for scheme in IdentifierScheme}


class RenameForm(ReasonForm):
    name = Line(Message("New name"), limit=160, needed=Message("Fill in a name."))
    on = Day(Message("From"), needed=Message("Give a date."), not_after=today, default=today)
    is_another = BooleanField(Message("I have looked: mine is another organisation"))


class CloseForm(ReasonForm):
    on = Day(Message("Last day"), needed=Message("Give a date."), not_after=today, default=today)


class MergeForm(ReasonForm):
    successor = OrganisationField(Message("Merges into"), needed=Message("Choose an organisation."))
    on = Day(Message("From"), needed=Message("Give a date."), not_after=today, default=today)
