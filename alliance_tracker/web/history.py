"""The audit trail as people read it: who did what, when, from which value to which, and why, in sentences."""

import enum
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.audit import PERSONAL, Audited, AuditEntry
from alliance_tracker.database import Base, db
from alliance_tracker.i18n import InTwoLanguages, Message, shown
from alliance_tracker.people import told
from alliance_tracker.web import history_names
from alliance_tracker.web.guards import reads_exactly
from alliance_tracker.web.history_names import Names
from alliance_tracker.web.history_words import FIELDS, ROWS, SENTENCES, WITH
from alliance_tracker.web.history_words_reports import TOLD_ALREADY

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
    "pilot_tag.scheme",
    "phase_decision.source",
    "phase_decision.target",
    "phase_decision.on",
    "confirmation.answer",
}
#: Columns that count people: outside the alliance and VLAIO their values are rounded here as well.
COUNTS_OF_PEOPLE = {
    ("log_entry", "participants"),
    ("pilot_reach", "participants"),
    ("pilot_reach_cell", "participants"),
}
#: Figures that may count people: who may not read those exactly does not read them here either.
FIGURES = {"baseline", "measurement", "measurement_cell"}
COUNTS = {"value", "numerator", "denominator"}
#: Years, which nobody writes with a separator of thousands.
YEARS = {"year", "period"}
_EMPTY = (None, "")


@dataclass(frozen=True)
class ShownChange:
    """One value that changed, in words; of a personal one, which `is_secret`, `after` says only how it changed."""

    field: Any
    before: str
    after: str
    is_secret: bool = False


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
    return _page(AuditEntry.alliance_id == alliance_id, number)


def of_subject(table: str, key: Any, number: int = 1) -> HistoryPage:
    """Everything that happened to one row."""
    return _page(sa.and_(AuditEntry.subject_type == table, AuditEntry.subject_id == str(key)), number)


def of_subjects(subjects: Sequence[tuple[str, Any]], number: int = 1) -> HistoryPage:
    """Everything that happened to several rows, such as a step and its criteria."""
    pairs = [sa.and_(AuditEntry.subject_type == table, AuditEntry.subject_id == str(key)) for table, key in subjects]
    return _page(sa.or_(sa.false(), *pairs), number)


def of_tables(alliance_id: int, tables: Collection[str], number: int = 1) -> HistoryPage:
    """Everything that happened in an alliance to the rows of these tables."""
    return _page(sa.and_(AuditEntry.alliance_id == alliance_id, AuditEntry.subject_type.in_(tables)), number)


def _page(condition: sa.ColumnElement[bool], number: int) -> HistoryPage:
    number = max(1, number)
    condition = sa.and_(condition, AuditEntry.action.not_in(TOLD_ALREADY))
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
    people = audit.names_of({entry.actor_id for entry in entries} | {e.facts.get("person_id") for e in entries})
    facts = _completed(entries)
    names = Names()
    for entry in entries:
        names.want(entry.alliance_id, facts[entry.id])
        for table_row in [{"changes": entry.changes}, *entry.facts.get("rows", [])]:
            names.want(entry.alliance_id, table_row["changes"])
            names.want(entry.alliance_id, table_row.get("names", {}))
    names.look_up()
    return HistoryPage(
        tuple(_Told(entry, facts[entry.id], people, names).happening() for entry in entries), total, number
    )


def _completed(entries: Iterable[AuditEntry]) -> dict[int, dict[str, Any]]:
    """The facts of these entries by their id; what an old one did not keep yet about its row is read from the row."""
    facts = {entry.id: dict(entry.facts) for entry in entries}
    lacking: dict[str, list[AuditEntry]] = {}
    for entry in entries:
        if set(_named_by(entry.subject_type)) - facts[entry.id].keys():
            lacking.setdefault(entry.subject_type, []).append(entry)
    for table_name, found in lacking.items():
        table, columns = Base.metadata.tables[table_name], _named_by(table_name)
        key = next(iter(table.primary_key.columns))
        ids = {int(e.subject_id) if isinstance(key.type, sa.Integer) else e.subject_id for e in found}
        rows = db().execute(sa.select(key, *(table.c[name] for name in columns)).where(key.in_(ids)))
        known = {str(row[0]): dict(zip(columns, row[1:], strict=True)) for row in rows}
        for entry in found:
            facts[entry.id] = known.get(entry.subject_id, {}) | facts[entry.id]
    return facts


class _Told:
    """One entry, while it is put in words."""

    def __init__(self, entry: AuditEntry, facts: dict[str, Any], people: Mapping[int, str], names: Names) -> None:
        self.entry = entry
        self.names = names
        self.who = people.get(entry.actor_id, "?") if entry.actor_id else str(Message("The system"))
        self.facts = self._in_words({key: value for key, value in facts.items() if key not in {"rows", "version"}})
        if "person_id" in facts:
            self.facts["person"] = people.get(facts["person_id"], "?")

    def happening(self) -> Happening:
        entry = self.entry
        template = self._template()
        asked = _FACT.findall(template.text)
        # A sentence written later may ask for a fact that an old entry did not keep.
        sentence = Message(template.text, **(dict.fromkeys(asked, "…") | self.facts | {"who": self.who}))
        said = {name for name in entry.changes if history_names.fact_of(name) in asked}
        said |= {"name_nl", "name_en"} if "name" in asked else set()
        changes = self._changes(entry.subject_type, entry.changes, said=said)
        if "municipalities" in entry.facts:
            before, after = entry.facts["municipalities"]
            changes.append(ShownChange(FIELDS["municipalities"], shown(before), shown(after)))
        for row in entry.facts.get("rows", []):
            # What is the same as in the entry itself, such as the day, is said once.
            pairs = {name: pair for name, pair in row["changes"].items() if pair != entry.changes.get(name)}
            changes += self._changes(row["table"], pairs, names=row.get("names", {}))
        return Happening(entry.id, entry.at, self.who, sentence, entry.reason, tuple(changes))

    def _template(self) -> Message:
        action = self.entry.action
        general = action if action in SENTENCES else action.rpartition(".")[2]
        return next((words for fact, words in WITH.get(general, ()) if self.facts.get(fact)), SENTENCES[general])

    def _in_words(self, facts: dict[str, Any]) -> dict[str, Any]:
        table = self.entry.subject_type
        told: dict[str, Any] = {"what": ROWS.get(table, ROWS["row"])}
        told |= {name: self._value(table, name, value) for name, value in facts.items() if value is not None}
        for column in facts.keys() & told.keys():
            fact = history_names.fact_of(column)
            # A name of its time says more than today's; some old entries kept the bare key instead.
            if fact != column and facts.get(fact) in (None, facts[column]):
                told[fact] = told[column]
        if "name_nl" in facts:
            told["name"] = InTwoLanguages(facts["name_nl"], facts["name_en"])
        return told

    def _changes(
        self,
        table: str,
        changes: Mapping[str, Any],
        *,
        said: Iterable[str] = (),
        names: Mapping[str, Any] | None = None,
    ) -> list[ShownChange]:
        """The values that changed in a row of `table`; `names` says which row, where the sentence does not."""
        name = ", ".join(self._text(table, column, value) for column, value in (names or {}).items())
        if name and "is_withdrawn" in changes:
            is_gone = changes["is_withdrawn"][1]
            return [ShownChange(ROWS.get(table, ROWS["row"]), name if is_gone else "", "" if is_gone else name)]
        is_new = all(old is None for old, _ in changes.values()) and any(new is not None for _, new in changes.values())
        found = []
        for column, (old, new) in self._readable(table, changes).items():
            label = _label(table, column)
            if label is None or (old is None and column in said):
                continue
            label = Message("%(field)s (%(name)s)", field=label, name=name) if name else label
            secret = _secret(table, column, old, new, is_new=is_new)
            if secret is not None:
                found.append(ShownChange(label, "", str(secret), is_secret=True))
            elif (old or "") != (new or "") and (old is not None or new is not False) and new != self._reason:
                found.append(ShownChange(label, self._text(table, column, old), self._text(table, column, new)))
        return found

    def _readable(self, table: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The changes as this reader may know them: counts of people rounded, and figures left out, outside."""
        counted = {column for column in changes if (table, column) in COUNTS_OF_PEOPLE}
        hidden = COUNTS if table in FIGURES else set()
        if not counted and not hidden & changes.keys():
            return dict(changes)
        alliance_id = self.entry.alliance_id
        if alliance_id is not None and reads_exactly(alliance_id):
            return dict(changes)
        return {
            column: [None if n is None else told(n, exactly=False) for n in pair] if column in counted else pair
            for column, pair in changes.items()
            if column not in hidden
        }

    @property
    def _reason(self) -> str | None:
        """The reason stands beside the sentence already."""
        return self.entry.reason or None

    def _text(self, table: str, column: str, value: Any) -> str:
        return "" if value in _EMPTY else shown(self._value(table, column, value))

    def _value(self, table: str, column: str, value: Any) -> Any:
        """A stored value as a reader may see it: a day, the word of an enum, or what a key is called."""
        if (words := self.names.of(column, self.entry.alliance_id, value)) is not None:
            return words
        if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":  # an ISO date
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        if column in YEARS and value:
            return str(value)
        return _word_of(table, column, value)


def _label(table: str, column: str) -> Message | None:
    """What a reader calls this column; nothing where it would tell a reader nothing."""
    if (own := FIELDS.get(f"{table}.{column}")) is not None:
        return own
    if {column, f"{table}.{column}"} & UNSPOKEN or column.endswith("_id"):
        return None
    if column == "key" and history_names.words_of(table, column) is None:  # a bare key is no word
        return None
    return FIELDS.get(column)


def _secret(table: str, column: str, old: Any, new: Any, *, is_new: bool) -> Message | None:
    """How a personal value changed, if this is one; old entries do not say whether it was filled in at the start."""
    if PERSONAL in (old, new):
        if old in _EMPTY:
            return Message("filled in (personal, not kept here)")
        if new in _EMPTY:
            return Message("emptied (personal, not kept here)")
        return Message("changed (personal, not kept here)")
    kind = _classes().get(table)
    if (old, new) == (None, None) and not is_new and kind is not None and column in kind.__personal__:
        return Message("changed (personal, not kept here)")
    return None


def _classes() -> dict[str, type[Audited]]:
    """The tables that the audit trail follows, by name."""
    return {m.local_table.name: m.class_ for m in Base.registry.mappers if issubclass(m.class_, Audited)}  # type: ignore[attr-defined]  # a table


def _named_by(table: str) -> tuple[str, ...]:
    kind = _classes().get(table)
    return kind.__named_by__ if kind is not None else ()


def _word_of(table: str, column: str, value: Any) -> Any:
    """The word that people see for a stored value: of an enum column, or of one that a higher package names."""
    if (words := history_names.words_of(table, column)) is not None:
        return words(value)
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
