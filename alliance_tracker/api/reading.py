"""What a request says, read strictly: whatever does not fit the description is refused, field by field, in words."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException

from alliance_tracker.i18n import Message
from alliance_tracker.web.problems import problem

T = TypeVar("T", bound=BaseModel)

#: Bytes; room for the longest text with every character written as an escape.
LARGEST_BODY = 256 * 1024

WORDS: dict[str, Message] = {
    "missing": Message("This field is missing."),
    "extra_forbidden": Message("There is no such field."),
    "string_type": Message("This must be a text."),
    "string_too_short": Message("This must hold at least %(min_length)s characters."),
    "string_too_long": Message("This may hold at most %(max_length)s characters."),
    "string_pattern_mismatch": Message("This is empty or holds a character that cannot be kept."),
    "string_unicode": Message("This holds a character that cannot be kept."),
    "enum": Message("This must be one of: %(expected)s."),
    "literal_error": Message("This must be one of: %(expected)s."),
    "int_type": Message("This must be a whole number."),
    "int_parsing": Message("This must be a whole number."),
    "int_from_float": Message("This must be a whole number."),
    "int_parsing_size": Message("This number is too large."),
    "greater_than_equal": Message("This must be %(ge)s or more."),
    "less_than_equal": Message("This must be %(le)s or less."),
    "list_type": Message("This must be a list."),
    "too_long": Message("This may hold at most %(max_length)s."),
    "date_type": Message("This must be a date, like 2026-05-31."),
    "date_parsing": Message("This must be a date, like 2026-05-31."),
    "date_from_datetime_parsing": Message("This must be a date, like 2026-05-31."),
    "date_from_datetime_inexact": Message("This must be a date, like 2026-05-31."),
    "model_type": Message("This must be an object with fields."),
    "model_attributes_type": Message("This must be an object with fields."),
}


class RequestRefused(HTTPException):
    """A request that is answered with a problem and goes no further."""

    def __init__(self, status: int, title: Message, detail: Any, **more: Any) -> None:
        super().__init__(response=problem(status, title, detail, **more))
        self.code = status


class Misfit(RequestRefused):
    """A request that does not fit the description; `errors` says what, per field."""

    def __init__(self, errors: Sequence[dict[str, str]]) -> None:
        title = Message("This request does not fit the description")
        super().__init__(422, title, _summary(errors), errors=list(errors))


class Unreadable(RequestRefused):
    """A body that cannot be read at all, or in two ways."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(400, Message("This request could not be understood"), sentence)


def _summary(errors: Sequence[dict[str, str]]) -> str:
    return " ".join(f"{error['field']}: {error['message']}" if error["field"] else error["message"] for error in errors)


def query_of(model: type[T]) -> T:
    """The query of this request.

    :raise Misfit: a field is unknown, occurs twice, or holds what it cannot hold.
    """
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Misfit([{"field": name, "message": str(Message("This may be given once."))} for name in twice])
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise _misfit(error) from error


def body_of(model: type[T]) -> T:
    """The JSON body of this request.

    :raise Unreadable: it is no JSON, or an object names something twice.
    :raise Misfit: it is JSON of another form.
    """
    if not request.is_json:
        raise RequestRefused(415, Message("This request could not be understood"), Message("Send application/json."))
    request.max_content_length = LARGEST_BODY
    data = request.get_data(cache=False)
    try:
        json.loads(data.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(Message("The body is not valid JSON.")) from error
    try:
        return model.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise _misfit(error) from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of an object that names something twice could read two things."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unreadable(Message("The body names something twice."))
    return found


def _no_constant(_name: str) -> Any:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise ValueError


def _misfit(error: ValidationError) -> Misfit:
    faults = error.errors(include_url=False, include_input=False)
    return Misfit([{"field": _field(fault), "message": str(_words(fault))} for fault in faults])


def _field(fault: ErrorDetails) -> str:
    return ".".join(str(part) for part in fault["loc"])


def _words(fault: ErrorDetails) -> Message:
    words = WORDS.get(fault["type"], Message("This value does not fit."))
    facts = {name: value for name, value in fault.get("ctx", {}).items() if f"%({name})s" in words.text}
    return Message(words.text, **facts)
