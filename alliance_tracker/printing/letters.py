"""What the fonts for paper can show: in an archival PDF a letter without a shape is an error."""

import struct
import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
#: What stands in the place of letters that no font here can show; one for each run of them.
UNSHOWN = "[?]"
#: Kept as they are, although no font draws them.
_SPACES = frozenset("\n\t ")


@cache
def shown_letters() -> frozenset[int]:
    """The code points that every font here can show."""
    found = [_code_points(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset.intersection(*found)


def printable(text: str) -> str:
    """`text` with only what the fonts can show; `UNSHOWN` marks where something is left out.

    Accents are put on their letters, what has no shape of its own (joiners, direction marks) goes, and an odd space
    becomes a plain one.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    parts = (_part(known, "".join(letters)) for known, letters in groupby(_plain(composed), key=_is_shown))
    return "".join(parts)


def printable_data(value: Any) -> Any:
    """The same for every text in plain data, keys excepted."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: printable_data(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [printable_data(part) for part in value]
    return value


def _plain(text: str) -> str:
    return "".join(_plain_letter(letter) for letter in text)


def _plain_letter(letter: str) -> str:
    if _is_shown(letter):
        return "" if unicodedata.category(letter) == "Cf" else letter
    category = unicodedata.category(letter)
    if letter in "\u2028\u2029\x0b\x0c\x85":
        return "\n"
    if category == "Zs":
        return " "
    # Selectors of a variant say how the letter before them looks; they are nothing by themselves.
    is_selector = "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
    return "" if category in {"Cc", "Cf"} or is_selector else letter


def _is_shown(letter: str) -> bool:
    return letter in _SPACES or (ord(letter) in shown_letters() and letter != "\ufffd")


def _part(known: bool, letters: str) -> str:  # noqa: FBT001  # the key of a group
    return letters if known else UNSHOWN


# Reading a font -----------------------------------------------------------------------------------------------------


def _code_points(font: bytes) -> frozenset[int]:
    """The code points in the character map of a TrueType font (its table in full Unicode, format 12)."""
    start = _cmap(font)
    (tables,) = struct.unpack_from(">H", font, start + 2)
    for number in range(tables):
        (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * number + 4)
        (shape,) = struct.unpack_from(">H", font, start + offset)
        if shape == 12:
            return _groups(font, start + offset)
    raise ValueError("the font has no character map over all of Unicode")


def _cmap(font: bytes) -> int:
    (tables,) = struct.unpack_from(">H", font, 4)
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"cmap":
            return int(offset)
    raise ValueError("the font has no character map")


def _groups(font: bytes, start: int) -> frozenset[int]:
    (count,) = struct.unpack_from(">I", font, start + 12)
    found: set[int] = set()
    for number in range(count):
        first, last, _ = struct.unpack_from(">III", font, start + 16 + 12 * number)
        found.update(range(first, last + 1))
    return frozenset(found)
