"""Compiling a document: the same template, data and moment give the same bytes."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Literal

import typst

from alliance_tracker.database import BRUSSELS
from alliance_tracker.printing import letters

#: Templates lie in the package of what they print, and share `printing/paper.typ`; nothing outside can be read.
ROOT = Path(__file__).parent.parent
#: For archives, with its structure (PDF/A-2a), and for everybody, with a screen reader too (PDF/UA-1).
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def make(template: Path, data: Mapping[str, Any], *, language: str, made_on: date) -> bytes:
    """The PDF of `template` (below `ROOT`) filled with `data`: its `title`, texts, numbers, lists and tables of them.

    Texts are data and never markup. `made_on` is the day that the file says it was made on.
    """
    plain = letters.printable_data(dict(data))
    plain["title"] = plain["title"].strip() or letters.UNSHOWN  # a document for everybody has a title
    typed, written = _json(dict(data)), _json(plain)
    is_complete = typed.count(letters.UNSHOWN) == written.count(letters.UNSHOWN)
    return typst.compile(
        str(template),
        root=str(ROOT),
        font_paths=[str(letters.FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[*STANDARDS],
        timestamp=int(datetime.combine(made_on, time(12), BRUSSELS).timestamp()),
        sys_inputs={
            "data": written,
            "language": language,
            "is_complete": "yes" if is_complete else "no",
        },
    )


#: So many pixels in an inch: a point of the template is two of them.
PIXELS = 144


def picture(template: Path, data: Mapping[str, Any], *, language: str) -> bytes:
    """The page of `template` as a PNG, two pixels for each point of it.

    The same template and data give the same bytes. Letters that the fonts cannot draw are marked, as in a PDF.
    """
    return typst.compile(
        str(template),
        root=str(ROOT),
        font_paths=[str(letters.FONTS)],
        ignore_system_fonts=True,
        format="png",
        ppi=PIXELS,
        sys_inputs={
            "data": _json(letters.printable_data(dict(data))),
            "language": language,
            "is_complete": "yes",
        },
    )


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)
