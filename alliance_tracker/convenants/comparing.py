"""Two versions side by side: what came, what went, and what reads otherwise, word by word in the texts.

It looks at two documents and nothing else, so what was offered compares the same for ever. Parties are matched by
organisation, commitments by their number, years by themselves.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any, TypeVar

from alliance_tracker.convenants import phrases
from alliance_tracker.convenants.reading import CommitmentText, Document, PartyText, Section
from alliance_tracker.i18n import Amount, Euro, InTwoLanguages, Message, shown

K = TypeVar("K")
V = TypeVar("V")


class Part(Enum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A run of words and what became of it."""

    part: Part
    words: str


@dataclass(frozen=True)
class Change:
    """One thing in both versions: `pieces` hold the left text (same and gone) and the right one (same and new)."""

    label: Message | str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return any(piece.part is not Part.SAME for piece in self.pieces)

    @property
    def left(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.part is not Part.NEW)

    @property
    def right(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.part is not Part.GONE)


@dataclass(frozen=True)
class Item:
    """A party, a commitment, or the whole of a section: what it is called, whether it came or went, what changed."""

    name: Message | str
    part: Part
    changes: tuple[Change, ...]

    @property
    def is_changed(self) -> bool:
        return self.part is not Part.SAME or any(change.is_changed for change in self.changes)


@dataclass(frozen=True)
class SectionChange:
    """One section in both versions, with the sentences that sum it up."""

    key: str
    heading: Message
    items: tuple[Item, ...]
    sentences: tuple[Message, ...]

    @property
    def is_changed(self) -> bool:
        return any(item.is_changed for item in self.items)


@dataclass(frozen=True)
class Comparison:
    """All sections that say something in one of the two."""

    sections: tuple[SectionChange, ...]

    @property
    def changed(self) -> tuple[SectionChange, ...]:
        return tuple(section for section in self.sections if section.is_changed)

    @property
    def summary(self) -> tuple[Message, ...]:
        return tuple(sentence for section in self.changed for sentence in section.sentences)


def compare(left: Document, right: Document) -> Comparison:
    """What changed from `left` to `right`."""
    title = SectionChange("title", Message("Title"), *_of_text(Message("Title"), left.title, right.title))
    shown_in_either = set(left.sections) | set(right.sections)
    found = [_section(section, left, right) for section in Section if section in shown_in_either]
    return Comparison((title, *found))


def _section(section: Section, left: Document, right: Document) -> SectionChange:
    make = _MAKERS.get(section)
    if make:
        return SectionChange(section.value, section.label, *make(left, right))
    words = (left.texts[section], right.texts[section])
    return SectionChange(section.value, section.label, *_of_text(section.label, *words))


# Words --------------------------------------------------------------------------------------------------------------

#: Words with the space after them; punctuation stands by itself.
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
#: Beyond this many words two texts are shown whole, old and new: a word by word comparison would take seconds.
MOST_WORDS = 3000
#: Of texts that share less of their words than this, the old and the new read better whole.
LEAST_LIKENESS = 0.3


def pieces_of(left: str, right: str) -> tuple[Piece, ...]:
    """What became of `left` in `right`, word by word; what nearly wholly changed is shown as old and new."""
    if left == right:
        return (Piece(Part.SAME, left),) if left else ()
    before, after = _WORDS.findall(left), _WORDS.findall(right)
    if len(before) + len(after) > MOST_WORDS:
        return _whole(left, right)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if _likeness(matcher, before, after) < LEAST_LIKENESS:
        return _whole(left, right)
    found = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece(Part.SAME, "".join(before[i1:i2])))
            continue
        found.append(Piece(Part.GONE, "".join(before[i1:i2])))
        found.append(Piece(Part.NEW, "".join(after[j1:j2])))
    return tuple(piece for piece in found if piece.words)


def _likeness(matcher: SequenceMatcher[str], before: list[str], after: list[str]) -> float:
    """The share of the words that stayed where they were; the space between them says nothing."""
    kept = [word for block in matcher.get_matching_blocks() for word in before[block.a : block.a + block.size]]
    words = [word for word in (*before, *after) if not word.isspace()]
    return 2 * sum(not word.isspace() for word in kept) / len(words) if words else 1.0


def _whole(left: str, right: str) -> tuple[Piece, ...]:
    return tuple(piece for piece in (Piece(Part.GONE, left), Piece(Part.NEW, right)) if piece.words)


def _of_text(label: Message, left: str, right: str) -> tuple[tuple[Item, ...], tuple[Message, ...]]:
    item = Item("", Part.SAME, (Change(label, pieces_of(left, right)),))
    if not item.is_changed:
        return (item,), ()
    if not left:
        return (item,), (Message("New: “%(section)s”.", section=label),)
    if not right:
        return (item,), (Message("Left out: “%(section)s”.", section=label),)
    if right.startswith(left):
        return (item,), (Message("Added to “%(section)s”.", section=label),)
    return (item,), (Message("Reworded: “%(section)s”.", section=label),)


def _fact(label: Message | str, left: Any, right: Any) -> Change:
    """A fact of a few words: shown whole, as it was and as it is."""
    before, after = (_said(value) for value in (left, right))
    same = (Piece(Part.SAME, before),) if before else ()
    return Change(label, same if before == after else _whole(before, after))


def _said(value: Any) -> str:
    return "" if value is None or value == "" else shown(value)


def _moved(label: Message | str, left: Any, right: Any) -> Message:
    """One changed fact in a sentence."""
    if not _said(left):
        return Message("%(what)s: %(after)s, where nothing stood.", what=label, after=right)
    if not _said(right):
        return Message("%(what)s: %(before)s falls away.", what=label, before=left)
    return Message("%(what)s: %(after)s instead of %(before)s.", what=label, before=left, after=right)


def _facts(
    rows: Sequence[tuple[Message | str, Any, Any]],
) -> tuple[tuple[Change, ...], tuple[Message, ...]]:
    changes = tuple(_fact(*row) for row in rows if _said(row[1]) or _said(row[2]))
    return changes, tuple(_moved(*row) for row in rows if _said(row[1]) != _said(row[2]))


def _pairs(left: Mapping[K, V], right: Mapping[K, V]) -> list[tuple[K, V | None, V | None]]:
    """What stands in one or both, in the order of the right one, what went after it."""
    keys = [*right, *(key for key in left if key not in right)]
    return [(key, left.get(key), right.get(key)) for key in keys]


# Sections ------------------------------------------------------------------------------------------------------------

Made = tuple[tuple[Item, ...], tuple[Message, ...]]


def _parties(left: Document, right: Document) -> Made:
    pairs = _pairs({p.organisation_id: p for p in left.parties}, {p.organisation_id: p for p in right.parties})
    items, sentences = [], []
    for _, before, after in pairs:
        if before and after:
            changes, said = _facts(_party_rows(before, after))
            items.append(Item(after.name, Part.SAME, changes))
            sentences += [Message("%(name)s, %(change)s", name=after.name, change=sentence) for sentence in said]
        elif after:
            items.append(Item(after.name, Part.NEW, ()))
            sentences.append(Message("%(name)s joins as a party.", name=after.name))
        elif before:
            items.append(Item(before.name, Part.GONE, ()))
            sentences.append(Message("%(name)s is no longer a party.", name=before.name))
    return tuple(items), tuple(sentences)


def _party_rows(before: PartyText, after: PartyText) -> list[tuple[Message | str, Any, Any]]:
    return [
        (Message("Name"), before.name, after.name),
        (Message("Required signature"), before.is_required, after.is_required),
        (Message("How many people sign"), before.signatures_needed, after.signatures_needed),
        (Message("Who signs"), before.signs_as, after.signs_as),
        (Message("Who decides"), before.decided_by, after.decided_by),
    ]


def _one(rows: Sequence[tuple[Message | str, Any, Any]]) -> Made:
    changes, sentences = _facts(rows)
    return (Item("", Part.SAME, changes),), sentences


def _term(left: Document, right: Document) -> Made:
    return _one(
        [
            (Message("First day"), left.starts_on, right.starts_on),
            (Message("Last day"), left.ends_on, right.ends_on),
        ]
    )


def _goals(left: Document, right: Document) -> Made:
    items, sentences = _of_text(Section.GOALS.label, left.texts[Section.GOALS], right.texts[Section.GOALS])
    chosen = _pairs(dict.fromkeys(left.goals, True), dict.fromkeys(right.goals, True))
    listed = tuple(Item(title, _came(before, after), ()) for title, before, after in chosen)
    said = [
        Message("The goal “%(title)s” is taken up.", title=item.name)
        if item.part is Part.NEW
        else Message("The goal “%(title)s” is left out.", title=item.name)
        for item in listed
        if item.is_changed
    ]
    has_text = bool(left.texts[Section.GOALS] or right.texts[Section.GOALS])
    return (items if has_text else ()) + listed, (*sentences, *said)


def _came(before: Any, after: Any) -> Part:
    if before and after:
        return Part.SAME
    return Part.NEW if after else Part.GONE


def _commitments(left: Document, right: Document) -> Made:
    pairs = _pairs({c.number: c for c in left.commitments}, {c.number: c for c in right.commitments})
    items: list[Item] = []
    sentences: list[Message] = []
    for _, before, after in pairs:
        there = after or before
        if there is None:
            continue
        name = Message("%(code)s %(description)s", code=there.code, description=there.description)
        if before and after:
            changes, said = _of_commitment(before, after)
            sentences += [Message("%(name)s, %(change)s", name=after.code, change=sentence) for sentence in said]
            items.append(Item(name, Part.SAME, changes))
        else:
            items.append(Item(name, _came(before, after), _alone(there, is_new=after is not None)))
            words = {"code": there.code, "description": there.description}
            new, gone = (
                Message("%(code)s is new: %(description)s", **words),
                Message("%(code)s is dropped: %(description)s", **words),
            )
            sentences.append(new if after else gone)
    return tuple(items), tuple(sentences)


def _of_commitment(before: CommitmentText, after: CommitmentText) -> tuple[tuple[Change, ...], list[Message]]:
    said: list[Message] = []
    worded = Change(Message("Description"), pieces_of(before.description, after.description))
    if worded.is_changed:
        said.append(Message("the description is reworded."))
    changes, moved = _facts(_rows_of(before, after))
    return (worded, *changes), [*said, *moved]


def _rows_of(before: CommitmentText, after: CommitmentText) -> list[tuple[Message | str, Any, Any]]:
    rows: list[tuple[Message | str, Any, Any]] = [
        (Message("Borne by"), phrases.bearers_of(before), phrases.bearers_of(after)),
        (Message("Coordinated by"), before.coordinator, after.coordinator),
        (Message("What is owed"), before.nature.label, after.nature.label),
        (Message("Kind"), before.kind.label, after.kind.label),
        (Message("Value in kind"), phrases.worth_of(before), phrases.worth_of(after)),
        (Message("Serves the goal"), before.goal, after.goal),
        (Message("Task"), before.task, after.task),
    ]
    years = _pairs({y.year: y for y in before.years}, {y.year: y for y in after.years})
    for year, was, is_now in sorted(years, key=lambda row: row[0]):
        rows.append(
            (
                Message("Promised in %(year)s", year=str(year)),
                Amount(was.quantity, before.unit) if was else None,
                Amount(is_now.quantity, after.unit) if is_now else None,
            )
        )
        rows.append(
            (
                Message("Due in %(year)s", year=str(year)),
                was.due_on if was else None,
                is_now.due_on if is_now else None,
            )
        )
    return rows


def _alone(commitment: CommitmentText, *, is_new: bool) -> tuple[Change, ...]:
    """The facts of a commitment that stands in one version only."""
    found = []
    for label, value, _ in _rows_of(commitment, commitment):
        if words := _said(value):
            found.append(Change(label, (Piece(Part.NEW if is_new else Part.GONE, words),)))
    return tuple(found)


def _money(left: Document, right: Document) -> Made:
    before, after = ({row.year: row.ceiling for row in text.rights} for text in (left, right))
    rows: list[tuple[Message | str, Any, Any]] = [
        (
            Message("Drawing right of %(year)s", year=str(year)),
            Euro(was) if was is not None else None,
            Euro(is_now) if is_now is not None else None,
        )
        for year, was, is_now in sorted(_pairs(before, after), key=lambda row: row[0])
    ]
    rows.append((Message("Least share of the partners"), _percent(left), _percent(right)))
    rows.append((Message("Days within which VLAIO decides"), left.decision_days, right.decision_days))
    return _one(rows)


def _percent(text: Document) -> phrases.Percent | None:
    return None if text.minimum_cofinancing is None else phrases.Percent(text.minimum_cofinancing)


def _reporting(left: Document, right: Document) -> Made:
    return _one(
        [
            (Message("Reported on"), list(left.reporting_on), list(right.reporting_on)),
            (Message("Evaluated on"), left.evaluation_on, right.evaluation_on),
            (Message("Indicators asked"), _names(left), _names(right)),
        ]
    )


def _names(text: Document) -> list[InTwoLanguages]:
    return [name for _, name in text.asked_indicators]


_MAKERS: dict[Section, Callable[[Document, Document], Made]] = {
    Section.PARTIES: _parties,
    Section.TERM: _term,
    Section.GOALS: _goals,
    Section.COMMITMENTS: _commitments,
    Section.MONEY: _money,
    Section.REPORTING: _reporting,
}
