"""Sentences that are written in English in the code and shown in the reader's language.

The domain says *what* is the matter with a `Message`; only when it is shown does it become text, so that the same fact
reads Dutch on one screen, English on another, and in a mail in the language of its receiver.
"""

import enum
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

import flask_babel
from flask import g, has_app_context
from markupsafe import escape

LANGUAGES = {"nl": "Nederlands", "en": "English"}
LOCALES = {"nl": "nl_BE", "en": "en_GB"}


def _catalogue() -> Any:
    """The translations of this request's reader, looked up once: a page may show hundreds of messages."""
    if not has_app_context():
        return flask_babel.get_domain().get_translations()
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = flask_babel.get_domain().get_translations()
    return found


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Write messages in another language for a while, such as in a mail to somebody else."""
    before = g.pop("catalogue", None)
    try:
        with flask_babel.force_locale(LOCALES[code]):
            yield
    finally:
        g.catalogue = before


class Message:
    """A sentence with its facts, translated when it is shown.

    Facts may be messages, dates and numbers themselves: they are written in the reader's convention.
    """

    __slots__ = ("facts", "text")

    def __init__(self, text: str, /, **facts: Any) -> None:
        self.text = text
        self.facts = facts

    def _translated(self) -> str:
        return str(_catalogue().ugettext(self.text)) if self.text else ""

    def __str__(self) -> str:
        if not self.facts:
            return self._translated()
        return self._translated() % {key: shown(value) for key, value in self.facts.items()}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r}, {self.facts!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.text, self.facts) == (other.text, other.facts)

    def __hash__(self) -> int:
        return hash(self.text)

    def __html__(self) -> str:
        return str(escape(str(self)))


class Counted(Message):
    """A sentence about `n` things, with a form for one and a form for many."""

    __slots__ = ("plural",)

    def __init__(self, singular: str, plural: str, /, *, n: int, **facts: Any) -> None:
        super().__init__(singular, n=n, **facts)
        self.plural = plural

    def _translated(self) -> str:
        return str(_catalogue().ungettext(self.text, self.plural, self.facts["n"]))


class Labelled(enum.StrEnum):
    """An enum whose members carry the words that people see: `OPEN = "open", Message("open")`."""

    label: Message

    def __new__(cls, value: str, label: Message | None = None) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or Message(value)
        return member


@dataclass(frozen=True)
class InTwoLanguages:
    """A name that the reference data give in both languages; written in the reader's."""

    nl: str
    en: str

    def __str__(self) -> str:
        return self.en if language() == "en" else self.nl


@dataclass(frozen=True)
class Euro:
    """An amount of money as a fact of a sentence; written as its reader writes euro."""

    amount: Decimal

    def __str__(self) -> str:
        return str(flask_babel.format_currency(self.amount, "EUR"))


@dataclass(frozen=True)
class Amount:
    """How much of a unit, as a fact of a sentence: 10 hours, and money like all money."""

    quantity: Decimal
    unit: "Labelled"

    @property
    def is_money(self) -> bool:
        return bool(self.unit.value == "eur")

    def __str__(self) -> str:
        if self.is_money:
            return str(Euro(self.quantity))
        return f"{flask_babel.format_decimal(self.quantity)} {self.unit.label}"


def part_of(done: Decimal, whole: Decimal, unit: "Labelled") -> "Message":
    """How much of something was done: 8 of 20 hours, or of an amount of money."""
    amount = Amount(whole, unit)
    return Message("%(done)s of %(all)s", done=Euro(done) if amount.is_money else done, all=amount)


def shown(value: Any) -> str:
    """`value` as the reader of this request writes such things: dates, numbers, lists of words."""
    if isinstance(value, datetime):
        return str(flask_babel.format_datetime(value, "medium"))
    if isinstance(value, date):
        return str(flask_babel.format_date(value, "long"))
    if isinstance(value, bool):
        return str(Message("yes") if value else Message("no"))
    if isinstance(value, int | Decimal):
        return str(flask_babel.format_decimal(value))
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    return str(value)


def in_words(parts: Iterable[Any]) -> str:
    """`a, b and c` in the reader's language."""
    words = [shown(part) for part in parts]
    if len(words) < 2:  # one word needs no 'and'
        return "".join(words)
    return str(Message("%(most)s and %(last)s", most=", ".join(words[:-1]), last=words[-1]))


def language() -> str:
    """The language of this request: `nl` or `en`."""
    locale = flask_babel.get_locale()
    return locale.language if locale else "nl"


def local(row: Any, attribute: str) -> str:
    """The text of a row that has `<attribute>_nl` and `<attribute>_en`, in the reader's language."""
    return str(getattr(row, f"{attribute}_{language()}"))
