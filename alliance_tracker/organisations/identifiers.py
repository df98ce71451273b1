"""The numbers under which registers know organisations, each checked by the rule of its own register.

A number that passes is well formed; that it exists, only the register can say.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stdnum.be import vat
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError

from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import IdentifierScheme

#: The enterprise number is the nine-digit number of before 2005 behind a zero; none of those began with a zero.
LOWEST_KBO = 100_000_000

_SEPARATORS = re.compile(r"[\s./\u00a0-]+")


def _bare(typed: str) -> str:
    return _SEPARATORS.sub("", typed).upper()


def _kbo(typed: str) -> str:
    try:
        number: str = vat.validate(typed)
    except InvalidComponent as error:
        raise FieldRefused(
            "",
            Message("An enterprise number begins with 0 or 1. With 2 to 8 begins the number of an establishment."),
        ) from error
    except InvalidChecksum as error:
        raise FieldRefused(
            "", Message("The last two digits do not fit the others: the number holds a mistake.")
        ) from error
    except ValidationError as error:
        raise FieldRefused("", Message("An enterprise number has ten digits, such as 0403.019.261.")) from error
    if int(number) < LOWEST_KBO:
        raise FieldRefused("", Message("No enterprise number is as low as this."))
    return number


def _ovo(typed: str) -> str:
    code = _bare(typed)
    if not re.fullmatch(r"OVO[0-9]{6}", code):
        raise FieldRefused("", Message("An OVO code is OVO with six digits, such as OVO000023."))
    return code


def _school(typed: str) -> str:
    # Registers write 036152 as well as 36152; without zeros in front the same school has one number.
    number = _bare(typed).lstrip("0")
    if not re.fullmatch(r"[0-9]{1,6}", number):
        raise FieldRefused("", Message("A school number has one to six digits, such as 36152."))
    return number


def _association(typed: str) -> str:
    code = _bare(typed)
    if not re.fullmatch(r"V[0-9]{7}", code):
        raise FieldRefused("", Message("An association code is V with seven digits, such as V0001060."))
    return code


@dataclass(frozen=True)
class Scheme:
    """The rule of one register: how a number is checked, and how people write it."""

    check: Callable[[str], str]
    example: str
    write: Callable[[str], str] = str


SCHEMES: Mapping[IdentifierScheme, Scheme] = MappingProxyType(
    {
        IdentifierScheme.KBO: Scheme(_kbo, "0403.019.261", lambda number: f"{number[:4]}.{number[4:7]}.{number[7:]}"),
        IdentifierScheme.OVO: Scheme(_ovo, "OVO000023"),
        IdentifierScheme.SCHOOL: Scheme(_school, "36152"),
        IdentifierScheme.ASSOCIATION: Scheme(_association, "V0001060"),
    }
)


def field_of(scheme: IdentifierScheme) -> str:
    """The name of the form's field for this scheme."""
    return f"identifier_{scheme.value}"


def checked(scheme: IdentifierScheme, typed: str) -> str:
    """The number in the register's compact form.

    :raise FieldRefused: it is not well formed; the sentence says what is.
    """
    try:
        return SCHEMES[scheme].check(typed)
    except FieldRefused as refusal:
        raise FieldRefused(field_of(scheme), refusal.sentence) from refusal


def written(scheme: IdentifierScheme, value: str) -> str:
    """The number as people write it: 0403.019.261."""
    return SCHEMES[scheme].write(value)


def searchable(typed: str) -> str:
    """What was typed, as a number would be stored: without separators, and without BE before an enterprise number."""
    return re.sub(r"^BE(?=[0-9])", "", _bare(typed))
