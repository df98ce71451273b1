"""What every form shares: clean text, dates, the key that makes it count once, and the version it was drawn from."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from alliance_tracker.database import new_key
from alliance_tracker.i18n import Message
from alliance_tracker.people import MOST_PEOPLE
from alliance_tracker.web.numbers import NotANumber, parse_number

#: Control characters, halves of characters, and marks that turn the direction of the text after them.
UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

LARGEST_NUMBER = 10**12
EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)


def cleaned(text: str | None) -> str:
    """Typed text without surrounding space and with one kind of line end."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def storable(_form: Any, field: Any) -> None:
    """Refuse what one of the databases cannot keep, and what turns the direction of the text after it."""
    text = field.data or ""
    if UNKEEPABLE.search(text):
        raise StopValidation(Message("This text holds a character that cannot be kept."))


def storable_number(_form: Any, field: Any) -> None:
    """Refuse what lies beyond any count in Flanders, and what is below zero."""
    if field.data is None:
        return
    if field.data < 0:
        raise ValidationError(Message("Give zero or more."))
    if field.data > LARGEST_NUMBER:
        raise ValidationError(Message("This number is too large to be true."))


def required(sentence: Message | None = None) -> InputRequired:
    """The field must be filled; `sentence` says with what."""
    return InputRequired(sentence or Message("Fill this in."))


def filled(sentence: Message) -> Callable[[Any, Any], None]:
    """The text must not be empty or only space."""

    def check(_form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation(sentence)

    return check


class AtMost(Length):
    """The text has at most so many characters; the browser is told as well."""

    def __init__(self, limit: int) -> None:
        super().__init__(max=limit)

    def __call__(self, _form: Any, field: Any) -> None:
        if len(field.data or "") > self.max:
            raise ValidationError(Message("At most %(n)s characters.", n=self.max))


class Line(StringField):
    """One line of text, of at most `limit` characters."""

    def __init__(
        self,
        label: Any,
        *,
        limit: int = 160,
        needed: Message | None = None,
        validators: Sequence[Any] = (),
        **kw: Any,
    ) -> None:
        first = [filled(needed)] if needed else []
        super().__init__(label, [*first, storable, AtMost(limit), *validators], filters=[cleaned], **kw)
        self.limit = limit
        self.flags.is_needed = needed is not None


class Paragraphs(TextAreaField):
    """Text of several lines, of at most `limit` characters."""

    def __init__(
        self, label: Any, *, limit: int = 4000, needed: Message | None = None, rows: int = 4, **kw: Any
    ) -> None:
        first = [filled(needed)] if needed else []
        super().__init__(label, [*first, storable, AtMost(limit)], filters=[cleaned], render_kw={"rows": rows}, **kw)
        self.limit = limit
        self.flags.is_needed = needed is not None


def parse_day(typed: str) -> date | None:
    """The date that somebody typed, if it is one."""
    # A browser sends 2026-11-21; a person without a date picker types 21/11/2026.
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(typed, pattern).date()  # noqa: DTZ007  # a date has no zone
        except ValueError:
            continue
    return None


class Day(DateField):
    """A calendar date, between 1900 and 2100; `past` refuses a date after today."""

    def __init__(
        self,
        label: Any,
        *,
        needed: Message | None = None,
        not_after: Callable[[], date] | None = None,
        **kw: Any,
    ) -> None:
        first = [InputRequired(needed)] if needed else [Optional()]
        super().__init__(label, [*first, self._plausible], **kw)
        self.not_after = not_after

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        self.data = parse_day(valuelist[0].strip())
        if self.data is None:
            raise ValueError(Message("This is not a date. Write it as 21/11/2026."))

    @property
    def day(self) -> date:
        """The date, of a field that must be filled and was validated."""
        found: date | None = self.data
        if found is None:
            raise ValueError("this field was not validated")
        return found

    def _plausible(self, _form: Any, field: Any) -> None:
        if field.data is None:
            return
        if not EARLIEST <= field.data <= LATEST:
            raise ValidationError(Message("Give a date between 1900 and 2100."))
        if self.not_after and field.data > self.not_after():
            raise ValidationError(Message("This date lies in the future. Choose today or an earlier date."))


class Number(StringField):
    """A number of zero or more, typed with a comma or a point; its `data` is an exact decimal."""

    def __init__(self, label: Any, *, needed: Message | None = None, validators: Sequence[Any] = (), **kw: Any) -> None:
        first = [InputRequired(needed)] if needed else [Optional()]
        super().__init__(label, [*first, storable_number, *validators], render_kw={"inputmode": "decimal"}, **kw)
        self.flags.is_needed = needed is not None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            self.data = parse_number(valuelist[0]) if valuelist else None
        except NotANumber as refusal:
            raise ValueError(refusal.sentence) from refusal

    def _value(self) -> str:
        """What the field shows: what was typed, or the number as its reader writes it."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(format_decimal(self.data, format="0.####", locale=str(get_locale())))


class People(Number):
    """A whole number of people."""

    def pre_validate(self, _form: Any) -> None:
        if self.data is None:
            return
        if self.data % 1:
            raise ValidationError(Message("Give a whole number of people."))
        if self.data > MOST_PEOPLE:
            raise ValidationError(Message("This number is too large to be true."))

    @property
    def count(self) -> int | None:
        """How many, once validated; None when nothing was typed."""
        return None if self.data is None else int(self.data)


class YesNo(StringField):
    """A question with two answers, of which one must be chosen; its `data` is True, False or, unanswered, None."""

    def __init__(self, label: Any, *, needed: Message, **kw: Any) -> None:
        super().__init__(label, **kw)
        self.needed = needed

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = {"yes": True, "no": False}.get(valuelist[0]) if valuelist else None

    def pre_validate(self, _form: Any) -> None:
        if self.data is None:
            raise ValidationError(self.needed)


class Choice(SelectField):
    """One of a list; `choices` are pairs of value and words, or a `Labelled` enum."""

    def __init__(
        self, label: Any, *, choices: Any = (), needed: Message | None = None, empty: Any = None, **kw: Any
    ) -> None:
        self.empty = empty
        self.needed = needed
        super().__init__(label, choices=[], validate_choice=False, **kw)
        self.offer(choices)

    def offer(self, choices: Iterable[Any]) -> None:
        """Set the choices, once the view knows them."""
        pairs = [(str(c.value), c.label) if hasattr(c, "label") else (str(c[0]), c[1]) for c in choices]
        self.choices = ([("", self.empty)] if self.empty is not None else []) + pairs

    def pre_validate(self, _form: Any) -> None:
        allowed = {value for value, _ in self.choices or []}
        if (self.data or "") not in allowed or (self.needed and not self.data):
            raise ValidationError(self.needed or Message("Choose one of the list."))


class Choices(SelectMultipleField):
    """Any of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, *, choices: Any = (), **kw: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **kw)
        self.offer(choices)

    def offer(self, choices: Iterable[Any]) -> None:
        """Set the choices, once the view knows them."""
        self.choices = [(str(c.value), c.label) if hasattr(c, "label") else (str(c[0]), c[1]) for c in choices]

    def pre_validate(self, _form: Any) -> None:
        allowed = {value for value, _ in self.choices or []}
        if any(value not in allowed for value in self.data or []):
            raise ValidationError(Message("Choose from the list."))


def _plain_key(key: str | None) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", key or "")[:64]


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed meanwhile: what it holds now, and since when."""

    theirs: Any
    who: str
    at: datetime


class BaseForm(FlaskForm):
    """The parent of every form."""

    #: Hidden: sent twice with the same key, it is carried out once.
    submission_key = HiddenField(default=new_key, filters=[_plain_key])

    class Meta(FlaskForm.Meta):
        @property
        def locales(self) -> list[str]:
            locale = get_locale()
            return [str(locale), locale.language] if locale else ["nl"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: dict[str, Conflict] = {}
        for field in self:
            field.conflict = None

    form_errors: list[Any]

    def refuse(self, field: str, sentence: Any) -> None:
        """Put a sentence beside a field, or at the top when it belongs to none."""
        target = getattr(self, field, None) if field else None
        if target is None:
            self.form_errors = [*self.form_errors, sentence]
        else:
            target.errors = [*target.errors, sentence]

    @property
    def visible_fields(self) -> list[Any]:
        return [field for field in self if not isinstance(field.widget, HiddenInput)]


class EditForm(BaseForm):
    """A form over a row that others may edit at the same time: it carries the version it was drawn from."""

    #: 0 where there was no row yet. A form that comes without it was not drawn by this application.
    version = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(Message("Reload the page, then send it again."))]
    )

    def take_in(self, subject: Any, changes: dict[str, Any]) -> None:
        """Merge what others saved meanwhile: take what this person left alone, show both where both changed.

        `changes` maps a field to its value when this form was drawn, who changed it and when.
        """
        for name, change in changes.items():
            field = self._fields.get(name)
            if field is None:
                continue
            theirs = getattr(subject, name)
            typed = _comparable(field.data)
            if typed == _comparable(theirs):
                continue
            if change.is_known and typed == _comparable(change.before):
                field.data = getattr(theirs, "value", theirs)
            else:
                self.conflicts[name] = field.conflict = Conflict(theirs, change.who, change.at)
        self.version.data = subject.version
        self.version.raw_data = None
        self.submission_key.data = new_key()


def _comparable(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "value", value) if not isinstance(value, str) else str(value)


class ActionForm(BaseForm):
    """A bare button, such as "complete this step"."""


class ReasonForm(BaseForm):
    """A button that asks why; the reason stays visible."""

    reason = Paragraphs(Message("Reason"), limit=2000, rows=3, needed=Message("Give a reason: it stays visible."))
