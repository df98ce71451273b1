"""A version as a PDF: the document, how it stands, and its signatures, in Dutch or in English.

The bytes follow from the version, its signatures and the language alone; a draft's from the day as well.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import format_date

from alliance_tracker.commitments.models import Nature, Side
from alliance_tracker.convenants import phrases, reading, signatures
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.convenants.reading import CommitmentText, Document, PartyText, Section
from alliance_tracker.convenants.signatures import PartySheet, SignatureLine
from alliance_tracker.database import today
from alliance_tracker.i18n import Amount, Euro, Message, in_language
from alliance_tracker.printing import pdf

TEMPLATE = Path(__file__).parent / "convenant.typ"


def of_version(version: ConvenantVersion, language: str) -> bytes:
    """The PDF of a version; `version` came from `service.version_by_id`."""
    text = reading.of_version(version)
    with in_language(language):
        data = _data(version, text, signatures.sheet_of(version, text))
    return pdf.make(TEMPLATE, data, language=language, made_on=version.offered_on or today())


def _data(version: ConvenantVersion, text: Document, sheets: tuple[PartySheet, ...]) -> dict[str, Any]:
    banner = phrases.banner_of(version)
    number = Message("Version %(number)s", number=str(text.number))
    return {
        "title": text.title,
        "of": _words(Message("Convenant of %(alliance)s, %(region)s", alliance=text.alliance, region=text.region)),
        "version": f"{number}, {text.kind.label}",
        "banner": {"tone": banner.tone, "heading": _words(banner.heading), "more": _words(banner.more)},
        "sections": [_section(section, text) for section in text.sections],
        "signatures": {
            "heading": _words(Message("Signatures")),
            "none": ""
            if version.offered_on
            else _words(Message("A draft is not signed. Once it is offered, each party signs for itself.")),
            "parties": [_sheet(sheet) for sheet in sheets],
        },
        "fingerprint": {
            "heading": _words(Message("Fingerprint")),
            "value": version.sha256,
            "means": _words(phrases.HASH_MEANS),
        },
        "pages": _words(Message("page {page} of {pages}")),
        "unshown": _words(
            Message("“[?]” stands for signs that cannot be printed here; the alliance tracker shows them as typed.")
        ),
    }


def _words(sentence: object) -> str:
    return str(sentence)


def _day(day: date | None) -> str:
    return str(format_date(day, "long")) if day else ""


# Sections ------------------------------------------------------------------------------------------------------------


def _section(section: Section, text: Document) -> dict[str, Any]:
    fill = _FILLED.get(section)
    found = fill(text) if fill else {}
    return {"kind": section.value, "heading": _words(section.label), "text": text.texts.get(section, "")} | found


def _parties(text: Document) -> dict[str, Any]:
    sides = (
        (Side.GOVERNMENT, Message("For the Flemish government")),
        (Side.PARTNER, Message("For the alliance")),
    )
    return {
        "sides": [
            {"heading": _words(heading), "parties": [_party(p) for p in text.parties if p.side is side]}
            for side, heading in sides
            if any(p.side is side for p in text.parties)
        ]
    }


def _party(party: PartyText) -> dict[str, str]:
    return {
        "name": party.name,
        "identifiers": phrases.identifier(party),
        "signing": " ".join(map(_words, phrases.signing_of(party))),
    }


def _term(text: Document) -> dict[str, Any]:
    return {"text": _words(phrases.term(text.starts_on, text.ends_on))}


def _goals(text: Document) -> dict[str, Any]:
    intro = Message("This convenant takes up these goals of the alliance:")
    return {"intro": _words(intro) if text.goals else "", "goals": list(text.goals)}


def _commitments(text: Document) -> dict[str, Any]:
    heads = (Message("Year"), Message("Promised"), Message("Due on"))
    return {
        "text": "" if text.commitments else _words(Message("No commitments are written down in this version.")),
        "heads": [_words(head) for head in heads],
        "commitments": [_commitment(commitment) for commitment in text.commitments],
    }


def _commitment(commitment: CommitmentText) -> dict[str, Any]:
    borne = phrases.bearers_of(commitment)
    if commitment.coordinator:
        borne += f"; {Message('%(name)s coordinates it', name=commitment.coordinator)}"
    owed = Message("a result") if commitment.nature is Nature.RESULT else Message("an effort")
    facts = (
        (Message("Borne by"), borne),
        (Message("What is owed"), f"{owed}: {commitment.kind.label}"),
        (Message("Serves the goal"), commitment.goal),
        (Message("Task"), commitment.task),
        (Message("Value in kind"), phrases.worth_of(commitment) or ""),
    )
    return {
        "code": commitment.code,
        "description": commitment.description,
        "facts": [[_words(label), _words(value)] for label, value in facts if value],
        "years": [
            [str(row.year), _words(Amount(row.quantity, commitment.unit)), _day(row.due_on)] for row in commitment.years
        ],
    }


def _money(text: Document) -> dict[str, Any]:
    rows = [[str(right.year), _words(Euro(right.ceiling))] for right in text.rights]
    if len(rows) > 1:
        rows.append([_words(Message("Together")), _words(Euro(text.granted))])
    return {
        "caption": _words(Message("Drawing right per calendar year")) if rows else "",
        "heads": [_words(Message("Year")), _words(Message("At most"))],
        "rows": rows,
        "sentences": [_words(sentence) for sentence in phrases.money_of(text)],
    }


def _reporting(text: Document) -> dict[str, Any]:
    facts = (
        (Message("Reported on"), [_day(day) for day in text.reporting_on]),
        (Message("Evaluated on"), [_day(text.evaluation_on)] if text.evaluation_on else []),
        (Message("The yearly report holds a figure for"), [_words(name) for _, name in text.asked_indicators]),
    )
    return {"facts": [[_words(label), ", ".join(values)] for label, values in facts if values]}


_FILLED = {
    Section.PARTIES: _parties,
    Section.TERM: _term,
    Section.GOALS: _goals,
    Section.COMMITMENTS: _commitments,
    Section.MONEY: _money,
    Section.REPORTING: _reporting,
}


# Signatures ---------------------------------------------------------------------------------------------------------


def _sheet(sheet: PartySheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "signs_as": _words(Message("Signs: %(function)s.", function=sheet.signs_as)) if sheet.signs_as else "",
        "lines": [_line(line, sheet) for line in sheet.lines],
        "missing": _words(phrases.missing_of(sheet) or ""),
    }


def _line(line: SignatureLine, sheet: PartySheet) -> Mapping[str, Any]:
    return {
        "who": f"{line.name}, {line.function}",
        "when": _words(Message("Signed on %(day)s, %(where)s", day=line.signed_on, where=line.method.label)),
        "decided": _words(phrases.decided_of(line, sheet) or ""),
        "struck": _words(Message("Struck out: %(reason)s", reason=line.strike_reason)) if line.is_struck else "",
    }
