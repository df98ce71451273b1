"""A version as a file: PDF, spreadsheet or JSON, all made of its frozen document alone."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from alliance_tracker.impact_reports import outside, pdf, reading, workbook, written
from alliance_tracker.impact_reports.document import Document, canonical, digest
from alliance_tracker.impact_reports.models import ReportVersion
from alliance_tracker.impact_reports.pdf import Form
from alliance_tracker.impact_reports.reading import Text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Made:
    """A file: its bytes, what it is, and what it is called."""

    content: bytes
    mimetype: str
    name: str


def make(version: ReportVersion, form: str, ext: str, *, language: str, exact: bool) -> Made | None:
    """The file of a version, read exactly or as it is told outside; None when there is no such form."""
    makers: Mapping[tuple[str, str], Callable[[], tuple[bytes, str]]] = {
        **{(each.value, "pdf"): _pdf(version, each, language, exact=exact) for each in Form},
        ("report", "xlsx"): lambda: (workbook.of_text(_read(version, exact=exact), version.sha256, language), XLSX),
        ("report", "json"): lambda: (as_json(version.document, exact=exact), "application/json"),
    }
    maker = makers.get((form, ext))
    if maker is None:
        return None
    content, mimetype = maker()
    text = version.document
    name = f"{text['alliance']['slug']}-{text['year']}-v{version.number}"
    if form != "report":
        name += f"-{form}"
    return Made(content, mimetype, f"{name}-{language}.{ext}" if ext != "json" else f"{name}.{ext}")


def _read(version: ReportVersion, *, exact: bool) -> Text:
    return reading.read(version.document, exact=exact)


def _pdf(version: ReportVersion, form: Form, language: str, *, exact: bool) -> Callable[[], tuple[bytes, str]]:
    return lambda: (
        pdf.of_text(_read(version, exact=exact), form, version.sha256, language),
        "application/pdf",
    )


# JSON ----------------------------------------------------------------------------------------------------------------


def as_json(document: Mapping[str, Any], *, exact: bool) -> bytes:
    """The canonical document, over which the hash is taken; for outside with people rounded, which it then says."""
    if exact:
        return canonical(dict(document))
    return json.dumps(told_outside(document), ensure_ascii=False, sort_keys=True, indent=1).encode()


def told_outside(document: Mapping[str, Any]) -> Document:
    """The document as it is told outside: people in fives, no remark of a partner, no address and no id of here.

    It names the fingerprint of the version that it was made of: that of the exact document, which is not its own.
    """
    sections = [
        {**part, "figures": _numbered(written.written(outside.outside_figures(written.read(part["figures"]))))}
        for part in document["sections"]
    ]
    partners = [{**part, "organisation_id": n, "remark": ""} for n, part in enumerate(document["partners"], start=1)]
    return {
        **document,
        "change_note": reading.told_note(document, exact=False),
        "sections": sections,
        "partners": partners,
        "people_rounded_to": 5,
        "version_sha256": digest(dict(document)),
    }


#: In a key the number under which a row is kept here.
_ID = re.compile(r"(?<=-)\d+")


def _numbered(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures of a section with ordinals in their keys: what is kept under which number is nobody's outside."""
    known: dict[str, list[str]] = {}

    def ordinal(key: str) -> str:
        found = _ID.search(key)
        if found is None:
            return key
        same = known.setdefault(key[: found.start()], [])
        if found[0] not in same:
            same.append(found[0])
        return f"{key[: found.start()]}{same.index(found[0]) + 1}{key[found.end() :]}"

    return {
        "blocks": [
            {
                **block,
                "key": ordinal(block["key"]),
                **(
                    {"rows": [{**row, "key": _ordinal_row(row["key"], n)} for n, row in enumerate(block["rows"], 1)]}
                    if "rows" in block
                    else {}
                ),
            }
            for block in figures["blocks"]
        ]
    }


def _ordinal_row(key: str, n: int) -> str:
    return _ID.sub(str(n), key, count=1)
