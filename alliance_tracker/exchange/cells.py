"""What stands in a cell: read as its column means it, and written so that reading it again gives the same."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from alliance_tracker.database import folded
from alliance_tracker.exchange.tables import Column, Kind
from alliance_tracker.i18n import LANGUAGES, Euro, Message, in_language, shown
from alliance_tracker.web.forms import EARLIEST, LATEST, UNKEEPABLE, cleaned
from alliance_tracker.web.numbers import NotANumber, parse_number

#: What a reader may hand over: text, an exact number, a date, yes or no.
Raw = str | Decimal | date | bool | None

#: A word that a cell may hold, folded, to the key that is meant.
Words = Mapping[str, str]

#: How people write dates: 2026-11-21, 21/11/2026, 21-11-2026, 21.11.2026.
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?\Z", re.ASCII)
TYPED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\Z", re.ASCII)
#: A spreadsheet counts days from here; only numbers that mean a day between 2000 and 2100 are taken for one.
DAY_ZERO = date(1899, 12, 30)
SERIAL = (Decimal(36_526), Decimal(73_415))
MIDNIGHT = time(0)
YES = {"ja", "yes", "x", "1", "waar", "true", "j", "y"}
NO = {"nee", "no", "0", "onwaar", "false", "n"}
#: Between the items of a list.
ITEMS = re.compile(r"[;|\n]")


class CellRefused(ValueError):
    """What stands in a cell is not what its column needs."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Parser = Callable[[Raw], Any]


def parser_of(column: Column) -> Parser:
    """How cells of this column are read: None for an empty one.

    The parser raises `CellRefused` with the sentence for whoever filled the cell in.
    """
    words = words_of(column) if column.kind in {Kind.CHOICE, Kind.LIST} else {}
    read = _PARSERS[column.kind]

    def parse(raw: Raw) -> Any:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        return read(column, words, raw)

    return parse


def as_text(raw: Raw) -> str:
    """A cell as text, whatever the spreadsheet made of it."""
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, Decimal):
        return format(raw.normalize(), "f")
    if isinstance(raw, date):
        return raw.isoformat()
    return cleaned(raw)


def _text(column: Column, _words: Words, raw: Raw) -> str:
    text = as_text(raw)
    if UNKEEPABLE.search(text):
        raise CellRefused(Message("This text holds a character that cannot be kept."))
    if len(text) > column.limit:
        raise CellRefused(Message("At most %(n)s characters.", n=column.limit))
    return text


def _number(_column: Column, _words: Words, raw: Raw) -> Decimal:
    if isinstance(raw, bool | date):
        raise CellRefused(Message("The spreadsheet made a date of this. Write a number."))
    if isinstance(raw, Decimal):
        return raw
    try:
        number = parse_number(str(raw))
    except NotANumber as refusal:
        raise CellRefused(refusal.sentence) from refusal
    if number is None:  # only spaces of an unusual kind
        raise CellRefused(Message("“%(typed)s” is not a number.", typed=str(raw)[:40]))
    return number


def _date(_column: Column, _words: Words, raw: Raw) -> date:
    if isinstance(raw, Decimal) and raw == int(raw) and SERIAL[0] <= raw <= SERIAL[1]:
        return DAY_ZERO + timedelta(days=int(raw))
    day = raw if isinstance(raw, date) else _typed_date(as_text(raw).replace("\xa0", " "))
    if not EARLIEST <= day <= LATEST:
        raise CellRefused(Message("Give a date between 1900 and 2100."))
    return day


def _typed_date(text: str) -> date:
    try:
        if found := ISO.match(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := TYPED.match(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise CellRefused(Message("This is not a date. Write it as 21/11/2026."))


def _yes_no(_column: Column, _words: Words, raw: Raw) -> bool:
    if isinstance(raw, bool):
        return raw
    word = folded(as_text(raw))
    if word not in YES | NO:
        raise CellRefused(Message("Write yes or no."))
    return word in YES


def _choice(column: Column, words: Words, raw: Raw) -> str:
    found = words.get(folded(as_text(raw)))
    if found is None:
        raise CellRefused(
            Message(
                "“%(typed)s” is not one of the list: %(words)s.",
                typed=as_text(raw)[:60],
                words=[_word(column, key) for key in list(column.choices)[:12]],
            )
        )
    return found


def _list(column: Column, words: Words, raw: Raw) -> tuple[str, ...]:
    asked = [item for item in ITEMS.split(as_text(raw)) if item.strip()]
    found = {_choice(column, words, item) for item in asked}
    return tuple(key for key in column.choices if key in found)


_PARSERS: dict[Kind, Callable[[Column, Words, Raw], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.ORDINAL: _number,
    Kind.EURO: _number,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.LIST: _list,
}


def in_every_language(words: Any) -> list[str]:
    """What a label says, in each language."""
    found = []
    for code in LANGUAGES:
        with in_language(code):
            found.append(str(words))
    return found


def words_of(column: Column) -> Words:
    """What a cell of this column may hold, folded, to the key that is meant."""
    found = {folded(word): key for key, label in column.choices.items() for word in in_every_language(label)}
    return found | {folded(key): key for key in column.choices}


def _word(column: Column, key: str) -> str:
    return str(column.choices.get(key, key))


def written(column: Column, value: Any) -> Any:
    """What an export writes: a text, a number, a date; in the reader's language."""
    if value is None:
        return None
    match column.kind:
        case Kind.CHOICE:
            return _word(column, value)
        case Kind.LIST:
            return "; ".join(_word(column, key) for key in value)
        case Kind.YES_NO:
            return str(Message("yes") if value else Message("no"))
    return value


def in_words(column: Column, value: Any) -> str:
    """A value as a preview shows it."""
    found = written(column, value)
    if isinstance(found, Decimal):
        if column.kind is Kind.ORDINAL:
            return as_text(found)
        if column.kind is Kind.EURO:
            return str(Euro(found))
        return shown(found.normalize() if found else Decimal(0))
    return "" if found is None else shown(found)


@cache
def column_name(number: int) -> str:
    """How a spreadsheet calls its column with this number, from 0 on: A, B, ... AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def of_spreadsheet(value: Any) -> Raw:
    """A cell as the reader of workbooks gives it, without the traces of binary fractions."""
    if isinstance(value, bool | str):
        return value or None if isinstance(value, str) else value
    if isinstance(value, int | float):
        # Fifteen digits are what a spreadsheet keeps and shows; the rest is noise of the way it stores them.
        return Decimal(f"{value:.15g}")
    if isinstance(value, datetime):
        return value.date() if value.time() == MIDNIGHT else value.isoformat(" ")
    if isinstance(value, date):
        return value
    return None if value is None else str(value)
