"""A version as a PDF: the whole report, or a summary of two pages for companies or for the municipal council.

The bytes follow from the frozen document, the language, and whether counts of people are rounded: nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import format_date

from alliance_tracker.drawing.rings import rings
from alliance_tracker.i18n import Labelled, Message, in_language
from alliance_tracker.impact_reports import showing
from alliance_tracker.impact_reports.blocks import Block, Course, Fact, Quote, Table, ValueKind
from alliance_tracker.impact_reports.models import SectionKey, VersionPurpose
from alliance_tracker.impact_reports.partners import AnswerKind
from alliance_tracker.impact_reports.reading import PartnerAnswer, Section, Text
from alliance_tracker.printing import pdf

TEMPLATE = Path(__file__).parent / "report.typ"
#: How wide the rings are on the cover, in the drawing's own units.
RINGS = 200


class Form(Labelled):
    """What can be printed of a version."""

    REPORT = "report", Message("the whole report")
    COMPANIES = "companies", Message("summary for companies")
    COUNCIL = "council", Message("summary for the municipal council")


#: The sections of a summary, in their order.
SUMMARIES: dict[Form, tuple[SectionKey, ...]] = {
    Form.COMPANIES: (SectionKey.GOALS, SectionKey.REACH, SectionKey.COMMITMENTS, SectionKey.NEXT_YEAR),
    Form.COUNCIL: (SectionKey.GOALS, SectionKey.NETWORK, SectionKey.FINANCES, SectionKey.LESSONS, SectionKey.NEXT_YEAR),
}
#: Tables that a summary shows, by their keys; of goals all.
SUMMARISED = frozenset({"people", "organisations", "pillars", "rights", "cofinancing", "targets"})
#: Said of a version that tells of example data.
EXAMPLE = Message("Example data: this report shows how a report looks.")
#: A summary has no more pages.
PAGES_IN_SUMMARY = 2


@dataclass(frozen=True)
class Room:
    """What a summary has room for: tables in a section, rows in a table, and signs of a narrative."""

    tables: int
    rows: int
    signs: int


#: A summary takes the first of these with which it fits on its pages.
ROOMS = (Room(8, 6, 420), Room(5, 5, 320), Room(3, 4, 240), Room(2, 3, 160), Room(1, 2, 100), Room(0, 0, 60))
_PAGE = re.compile(rb"/Type\s*/Page\b")


def of_text(text: Text, form: Form, sha256: str, language: str) -> bytes:
    """The PDF of a version that was read exactly, or as it is told outside; a summary on two pages."""
    content = b""
    for room in (None,) if form is Form.REPORT else ROOMS:
        with in_language(language):
            data = _data(text, form, sha256, room)
        content = pdf.make(TEMPLATE, data, language=language, made_on=text.submitted_on)
        if room is None or len(_PAGE.findall(content)) <= PAGES_IN_SUMMARY:
            break
    return content


def _words(sentence: object) -> str:
    return str(sentence)


def _data(text: Text, form: Form, sha256: str, room: Room | None) -> dict[str, Any]:
    title = Message("Impact report %(year)s", year=str(text.year))
    return {
        "title": f"{title}: {text.alliance}",
        "heading": _words(title),
        "form": "" if form is Form.REPORT else _words(form.label).capitalize(),
        "alliance": text.alliance,
        "region": _words(Message("STEM alliance, %(region)s", region=text.region)),
        "version": _version(text),
        **_change(text),
        "example": _words(Message("Example data: this report shows how a report looks.")) if text.is_example else "",
        "rings": {
            "svg": str(rings(text.rings.figures, size=RINGS, title="", description="", decorative=True)),
            "alt": _words(text.rings.words),
            "caption": _words(
                Message("Growth rings on %(on)s: %(words)s.", on=text.submitted_on, words=text.rings.words)
            ),
        },
        "tiles": [
            {"value": showing.text(fact.value), "label": _words(fact.label)}
            for fact in text.key_figures
            if fact.value.kind is not ValueKind.NONE
        ],
        "summary": _cut(_narrative(text, SectionKey.SUMMARY), room),
        "sections": [_section(section, room) for section in _sections(text, form)],
        "partners": _partners(text, room) if form is not Form.COUNCIL else {},
        "fingerprint": {
            "heading": _words(Message("Fingerprint")),
            "value": sha256,
            "means": _words(
                Message(
                    "Whoever holds this file can check it on the public page “Check a report”: it says which report "
                    "and version this is, and whether a newer one stands beside it."
                )
            ),
            "address": text.check_address,
        },
        "rounded": _words(Message("Counts of people are rounded to a multiple of 5.")) if text.is_outside else "",
        "pages": _words(Message("page {page} of {pages}")),
        "unshown": _words(
            Message("“[?]” stands for signs that cannot be printed here; the alliance tracker shows them as typed.")
        ),
    }


def _change(text: Text) -> dict[str, dict[str, str]]:
    """Of an erratum what it corrects, on the cover; nothing of any other version."""
    if text.purpose is not VersionPurpose.ERRATUM or not text.change_note:
        return {}
    return {"change": {"heading": _words(Message("What this erratum corrects")), "note": text.change_note}}


def _version(text: Text) -> str:
    kind = Message("erratum") if text.purpose is VersionPurpose.ERRATUM else Message("report")
    return _words(
        Message(
            "Version %(number)s (%(kind)s), submitted on %(on)s; stappenplan %(plan)s, catalogue %(catalogue)s",
            number=str(text.number),
            kind=kind,
            on=text.submitted_on,
            plan=text.plan,
            catalogue=text.catalogue,
        )
    )


def _narrative(text: Text, key: SectionKey) -> str:
    section = text.section(key)
    return section.narrative if section else ""


def _cut(words: str, room: Room | None) -> str:
    """The words; in a summary on one line, up to the last sentence that fits."""
    if room is None:
        return words
    line = " ".join(words.split())
    if len(line) <= room.signs:
        return line
    short = line[: room.signs]
    end = max(short.rfind(mark) for mark in (". ", "! ", "? "))
    return short[: end + 1] if end > 0 else short.rsplit(" ", 1)[0] + " …"


# Sections ------------------------------------------------------------------------------------------------------------


def _sections(text: Text, form: Form) -> Sequence[Section]:
    wanted = SUMMARIES.get(form)
    if wanted is None:
        return text.sections
    return [section for key in wanted if (section := text.section(key)) is not None]


def _section(section: Section, room: Room | None) -> dict[str, Any]:
    facts = [block for block in section.figures.blocks if isinstance(block, Fact)]
    others = [block for block in section.figures.blocks if not isinstance(block, Fact)]
    note = _words(showing.freshness(section.read_on, section.figures.as_of))
    if room is not None:
        facts, every = facts[: room.rows], [block for block in others if _is_summarised(block)]
        others = every[: room.tables]
        note = _more(len(every) - len(others))
    is_summary = section.key is SectionKey.SUMMARY
    return {
        "key": section.key.value,
        "heading": _words(section.heading),
        "narrative": "" if is_summary else _cut(section.narrative, room),
        "facts": [[_words(fact.label), _fact(fact)] for fact in facts],
        "blocks": [_block(block, room) for block in others],
        "note": note,
    }


def _more(n: int) -> str:
    """That the whole report tells more of this."""
    return _words(Message("and %(n)s more in the whole report", n=n)) if n else ""


def _is_summarised(block: Block) -> bool:
    return isinstance(block, Table) and (block.key in SUMMARISED or block.key.startswith("goal-"))


def _fact(fact: Fact) -> str:
    value = showing.text(fact.value)
    return f"{value} ({fact.source})" if fact.source else value


def _block(block: Block, room: Room | None) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block, room)
        case Course():
            return _course(block)
        case Quote():
            return {
                "kind": "quote",
                "heading": _words(block.heading),
                "lines": [
                    {"text": showing.text(line), "is_typed": line.kind is ValueKind.TEXT} for line in block.lines
                ],
                "note": str(block.source) if block.source else "",
            }
        case Fact():  # told apart before
            return {"kind": "nothing"}


def _table(block: Table, room: Room | None) -> dict[str, Any]:
    numeric = showing.numeric_columns(block)
    rows = block.rows if room is None else block.rows[: room.rows]
    more = len(block.rows) - len(rows)
    notes = _sources(block) if block.rows else []
    if more:
        notes.insert(0, _more(more))
    return {
        "kind": "table",
        "caption": _words(block.caption),
        "heads": [_words(column.label) for column in block.columns],
        "numeric": list(numeric),
        "rows": [
            [{"text": showing.text(cell), "parts": showing.parts(cell), "tone": cell.tone} for cell in row.cells]
            for row in rows
        ],
        "empty": _words(block.empty) if block.empty and not block.rows else "",
        "note": "\n".join(notes),
        "is_short": _is_short(block, len(rows), notes),
    }


#: A table with at most so many rows, and so many signs in all, fits on a page together with its note.
SHORT_ROWS, SHORT_SIGNS = 12, 1600


def _is_short(block: Table, n: int, notes: Sequence[str]) -> bool:
    signs = sum(len(showing.text(cell)) for row in block.rows[:n] for cell in row.cells) + sum(map(len, notes))
    return n <= SHORT_ROWS and signs + len(str(block.caption)) <= SHORT_SIGNS


def _sources(block: Table | Course) -> list[str]:
    """Where its figures come from; inside also as whoever entered them wrote it."""
    found = [str(block.source)] if block.source else []
    if block.typed_source:
        found.append(_words(Message("Source as it was entered: %(words)s", words=block.typed_source)))
    return found


def _course(block: Course) -> dict[str, Any]:
    bars = showing.bars(block)
    said = ", ".join(
        f"{bar['label']}: {bar['text']}"
        + (f" ({Message('target %(value)s', value=bar['target_text'])})" if bar["target_text"] else "")
        for bar in bars
    )
    caption = _words(block.caption)
    if any(bar["target_text"] for bar in bars):
        caption += f"; {Message('the line is the target')}"
    return {
        "kind": "course",
        "caption": caption,
        "bars": bars,
        "alt": f"{block.caption}. {said}",
        "note": "\n".join(_sources(block)),
    }


# Partners ------------------------------------------------------------------------------------------------------------


def _partners(text: Text, room: Room | None) -> dict[str, Any]:
    shown = text.partners if room is None else text.partners[: room.rows]
    return {
        "heading": _words(Message("What the core partners say")),
        "intro": _words(
            Message("Each core partner answers for its own part: it signs its account of the year, or says why not.")
        ),
        "heads": [_words(head) for head in (Message("Partner"), Message("Answer"), Message("On"))],
        "rows": [_partner(answer, is_whole=room is None) for answer in shown],
        "more": _more(len(text.partners) - len(shown)),
        "none": "" if text.partners else _words(Message("The alliance has no core partner.")),
    }


def _partner(answer: PartnerAnswer, *, is_whole: bool) -> list[dict[str, str]]:
    tones = {AnswerKind.SIGNED: "good", AnswerKind.REFUSED: "bad", AnswerKind.UNANSWERED: "warn"}
    said = _words(answer.words)
    if answer.remark and is_whole:
        said += f": {answer.remark}"
    day = str(format_date(answer.on, "long")) if answer.on else ""
    return [
        {"text": answer.name, "tone": ""},
        {"text": said, "tone": tones[answer.kind]},
        {"text": day, "tone": ""},
    ]
