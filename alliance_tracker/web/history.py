"""The audit trail as people read it: who did what, when, from which value to which, and why, in sentences."""

import enum
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import Base, db
from alliance_tracker.i18n import Message, shown
from alliance_tracker.people import told
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import may_in, reads_exactly
from alliance_tracker.web.history_words import FIELDS, ROWS, SENTENCES

PAGE = 30
_FACT = re.compile(r"%\((\w+)\)s")
#: Columns that a reader knows already from the sentence, or that point at rows by number.
UNSPOKEN = {
    "id",
    "slug",
    "alliance_id",
    "plan_id",
    "step_id",
    "partner_id",
    "log_entry_id",
    "subject_type",
    "subject_key",
    "goal_tag.scheme",
}
#: What a stored value of a column is called, where a higher package knows.
_NAMES: dict[tuple[str, str], Callable[[Any], Any]] = {}


def name_values(table: str, column: str, words: Callable[[Any], Any]) -> None:
    """Let `words` say what a value of this column is called; called once, when the application is made."""
    _NAMES[table, column] = words


#: Columns that count people: outside the alliance and VLAIO their values are rounded here as well.
COUNTS_OF_PEOPLE = {
    ("log_entry", "participants"),
    ("pilot_reach", "participants"),
    ("pilot_reach_cell", "participants"),
}
#: Figures that may count people: who may not read those exactly does not read them here either.
FIGURES = {"baseline", "measurement", "measurement_cell"}
COUNTS = {"value", "numerator", "denominator"}


@dataclass(frozen=True)
class ShownChange:
    """One value that changed, in words; `is_secret` when it is personal and only the change itself is kept."""

    field: Any
    before: str
    after: str
    is_secret: bool


@dataclass(frozen=True)
class Happening:
    """One entry of the history."""

    id: int
    at: datetime
    who: str
    sentence: Message
    reason: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True)
class HistoryPage:
    """One page of a history, newest first."""

    happenings: tuple[Happening, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def of_alliance(alliance_id: int, number: int = 1) -> HistoryPage:
    """Everything that happened in an alliance."""
    return _page(AuditEntry.alliance_id == alliance_id, number, of={alliance_id})


def of_subject(table: str, key: Any, number: int = 1) -> HistoryPage:
    """Everything that happened to one row."""
    return _page(sa.and_(AuditEntry.subject_type == table, AuditEntry.subject_id == str(key)), number)


def of_subjects(subjects: Sequence[tuple[str, Any]], number: int = 1) -> HistoryPage:
    """Everything that happened to several rows, such as a step and its criteria."""
    pairs = [sa.and_(AuditEntry.subject_type == table, AuditEntry.subject_id == str(key)) for table, key in subjects]
    return _page(sa.or_(sa.false(), *pairs), number)


def _page(condition: sa.ColumnElement[bool], number: int, of: Iterable[int] = ()) -> HistoryPage:
    number = max(1, number)
    total = db().scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(condition)) or 0
    entries = (
        db()
        .scalars(
            sa.select(AuditEntry)
            .where(condition)
            .order_by(AuditEntry.id.desc())
            .limit(PAGE)
            .offset((number - 1) * PAGE)
        )
        .all()
    )
    people = {entry.actor_id for entry in entries} | {entry.facts.get("person_id") for entry in entries}
    names = audit.names_of(people)
    hidden = _with_hidden_figures(entries, of)
    shown_entries = tuple(_happening(entry, names, hides=entry.alliance_id in hidden) for entry in entries)
    return HistoryPage(shown_entries, total, number)


def _with_hidden_figures(entries: Sequence[AuditEntry], of: Iterable[int]) -> set[int | None]:
    """The alliances, `of` among them, whose counts of people this reader may not read as they are."""
    asked = {*of, *(entry.alliance_id for entry in entries if entry.subject_type in FIGURES)}
    return {number for number in asked if number is None or not may_in(number, Permission.FIGURE_EXACT_VIEW)}


def _happening(entry: AuditEntry, names: dict[int, str], *, hides: bool) -> Happening:
    who = names.get(entry.actor_id, "?") if entry.actor_id else str(Message("The system"))
    facts = {key: value for key, value in entry.facts.items() if key not in {"rows", "version"}}
    if "person_id" in facts:
        facts["person"] = names.get(facts["person_id"], "?")
    for key in ("kind", "role"):
        if isinstance(facts.get(key), str):
            facts[key] = _word_of(entry.subject_type, key, facts[key])
    template = SENTENCES.get(entry.action) or SENTENCES[entry.action.rpartition(".")[2]]
    facts["what"] = ROWS.get(entry.subject_type, entry.subject_type)
    # A sentence written later may ask for a fact that an old entry did not keep.
    kept = dict.fromkeys(_FACT.findall(template.text), "…") | facts | {"who": who}
    sentence = Message(template.text, **kept)
    changes = [*_changes(entry.alliance_id, entry.subject_type, entry.changes, hides=hides)]
    for row in entry.facts.get("rows", []):
        if "of" in row:
            changes += _taken_back(row)
        else:
            changes += _changes(entry.alliance_id, row["table"], row["changes"], hides=hides)
    return Happening(entry.id, entry.at, who, sentence, entry.reason, tuple(changes))


def _taken_back(row: dict[str, Any]) -> list[ShownChange]:
    """A part that was withdrawn or given again, by its name."""
    table = row["table"]
    column = next((column for known, column in _NAMES if known == table), "")
    name, (_, is_gone) = shown(_word_of(table, column, row["of"])), row["changes"].get("is_withdrawn", (None, None))
    before, after = (name, "") if is_gone else ("", name)
    return [ShownChange(ROWS.get(table, table), before, after, is_secret=False)]


def _changes(alliance_id: int | None, table: str, changes: dict[str, Any], *, hides: bool) -> list[ShownChange]:
    found = []
    for name, pair in changes.items():
        old, new = _told(alliance_id, pair) if (table, name) in COUNTS_OF_PEOPLE else pair
        # A column may have a word of its own in one table.
        field = FIELDS.get(f"{table}.{name}") or FIELDS.get(name)
        if {name, f"{table}.{name}"} & UNSPOKEN or name.endswith("_id") or field is None:
            continue
        if hides and table in FIGURES and name in COUNTS:
            continue
        if (old, new) == (None, None):
            found.append(ShownChange(field, "", "", is_secret=True))
        elif (old or "") != (new or "") and (old is not None or new not in ("", False)):
            found.append(ShownChange(field, _text(table, name, old), _text(table, name, new), is_secret=False))
    return found


def _told(alliance_id: int | None, pair: list[int | None]) -> list[int | None]:
    """Two counts of people as this reader may know them."""
    exactly = alliance_id is not None and reads_exactly(alliance_id)
    return [None if count is None else told(count, exactly=exactly) for count in pair]


def _text(table: str, column: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":  # an ISO date
        try:
            return shown(date.fromisoformat(value))
        except ValueError:
            return value
    return shown(_word_of(table, column, value))


def _word_of(table: str, column: str, value: Any) -> Any:
    """The word that people see for a stored value: of an enum column, or of one that a higher package names."""
    if (table, column) in _NAMES:
        return _NAMES[table, column](value)
    kind = _enum_of(table, column)
    if kind is None:
        return value
    try:
        return getattr(kind(value), "label", value)
    except ValueError:
        return value


def _enum_of(table: str, column: str) -> type[enum.Enum] | None:
    found = Base.metadata.tables.get(table)
    if found is None or column not in found.c:
        return None
    kind: type[enum.Enum] | None = getattr(found.c[column].type, "enum_class", None)
    return kind
