"""Reading the shared catalogue: its versions, what each says of every indicator, and what an alliance can choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.indicators.models import (
    Catalogue,
    CatalogueEntry,
    CatalogueStatus,
    Definition,
    Indicator,
)

# Choosing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Indicators that stand together in the list to choose from."""

    key: str
    name: Message
    choices: Sequence[Definition]


def choices_for(alliance_id: int) -> list[Group]:
    """The indicators of the catalogue that this alliance does not follow yet, in groups; retired ones are absent."""
    followed = sa.select(Indicator.definition_id).where(Indicator.alliance_id == alliance_id)
    found = list(
        db().scalars(
            sa.select(Definition)
            .where(Definition.alliance_id.is_(None), Definition.retired_on.is_(None), Definition.id.not_in(followed))
            .order_by(Definition.id)
        )
    )
    typed = [each for each in found if not each.is_derived]
    groups = [
        Group("people", Message("Counts of people"), [each for each in typed if each.counts_people]),
        Group(
            "other", Message("Schools, companies, hours and money"), [each for each in typed if not each.counts_people]
        ),
        Group("computed", Message("Computed by the tracker, never typed"), [each for each in found if each.is_derived]),
    ]
    return [group for group in groups if group.choices]


# Versions ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """One published version of the catalogue."""

    id: int
    label: str
    valid_from: date
    change_note: str
    published_at: datetime | None
    entries: int


@dataclass(frozen=True)
class Entry:
    """What a version says of one indicator, with its meaning, which is the same in every version."""

    id: int
    position: int
    words: "Words"
    definition: Definition
    followers: int = 0

    @property
    def key(self) -> str:
        return self.definition.key

    @property
    def name(self) -> InTwoLanguages:
        return self.words.name


@dataclass(frozen=True)
class Words:
    """What may change from one version to the next without changing what the indicator means."""

    name: InTwoLanguages
    numerator: InTwoLanguages
    denominator: InTwoLanguages
    breakdowns: tuple[str, ...]
    min_cell: int


def words_of(entry: CatalogueEntry) -> Words:
    return Words(
        name=InTwoLanguages(entry.name_nl, entry.name_en),
        numerator=InTwoLanguages(entry.numerator_nl, entry.numerator_en),
        denominator=InTwoLanguages(entry.denominator_nl, entry.denominator_en),
        breakdowns=tuple(entry.breakdowns),
        min_cell=entry.min_cell,
    )


def versions() -> list[Version]:
    """Every published version, the newest first."""
    count = (
        sa.select(sa.func.count())
        .select_from(CatalogueEntry)
        .where(CatalogueEntry.catalogue_id == Catalogue.id)
        .correlate(Catalogue)
        .scalar_subquery()
    )
    c = Catalogue
    rows = db().execute(
        sa.select(c.id, c.label, c.valid_from, c.change_note, c.published_at, count)
        .where(c.status == CatalogueStatus.PUBLISHED)
        .order_by(c.published_at.desc(), c.id.desc())
    )
    return [Version(*row) for row in rows]


def entries_of(catalogue_id: int, *, with_followers: bool = False) -> list[Entry]:
    """What a version says, in its order; `with_followers` counts the alliances that follow each indicator."""
    rows = db().scalars(
        sa.select(CatalogueEntry)
        .where(CatalogueEntry.catalogue_id == catalogue_id)
        .options(selectinload(CatalogueEntry.definition))
        .order_by(CatalogueEntry.position, CatalogueEntry.id)
    )
    followers = _followers() if with_followers else {}
    return [
        Entry(row.id, row.position, words_of(row), row.definition, followers.get(row.definition_id, 0)) for row in rows
    ]


def _followers() -> dict[int, int]:
    rows = db().execute(
        sa.select(Indicator.definition_id, sa.func.count())
        .join(Definition, Definition.id == Indicator.definition_id)
        .where(Indicator.stopped_on.is_(None), Definition.alliance_id.is_(None))
        .group_by(Indicator.definition_id)
    )
    return {definition_id: count for definition_id, count in rows}  # noqa: C416  # rows are not pairs to mypy


def version_with_label(label: str) -> Version:
    """:raise NotFound: there is no published version with this label."""
    for version in versions():
        if version.label == label:
            return version
    raise NotFound(Message("There is nothing at this address."))


def label_of_draft() -> str | None:
    """The label of the open draft, if there is one."""
    found: str | None = db().scalar(sa.select(Catalogue.label).where(Catalogue.status == CatalogueStatus.DRAFT))
    return found


def retired() -> list[Definition]:
    """The indicators that a published version had and the newest has no longer."""
    once = (
        sa.select(CatalogueEntry.definition_id)
        .join(Catalogue, Catalogue.id == CatalogueEntry.catalogue_id)
        .where(Catalogue.status == CatalogueStatus.PUBLISHED)
    )
    return list(
        db().scalars(
            sa.select(Definition)
            .where(Definition.alliance_id.is_(None), Definition.retired_on.is_not(None), Definition.id.in_(once))
            .order_by(Definition.id)
        )
    )


# What changed ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changed:
    """An indicator that stays but is worded or divided differently; `changes` says how."""

    old: Entry
    new: Entry
    changes: tuple[Message, ...]


@dataclass(frozen=True)
class Difference:
    """Everything that differs between two versions; false when nothing does."""

    added: tuple[Entry, ...] = ()
    dropped: tuple[Entry, ...] = ()
    changed: tuple[Changed, ...] = ()
    is_reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.changed or self.is_reordered)


def between(old: Sequence[Entry], new: Sequence[Entry]) -> Difference:
    """What the second version changes with regard to the first; indicators are the same when their keys are."""
    before, after = {each.key: each for each in old}, {each.key: each for each in new}
    pairs = [
        (before[key], entry, changes_in(before[key].words, entry.words))
        for key, entry in after.items()
        if key in before
    ]
    kept = [key for key in after if key in before]
    return Difference(
        added=tuple(entry for key, entry in after.items() if key not in before),
        dropped=tuple(entry for key, entry in before.items() if key not in after),
        changed=tuple(Changed(*pair) for pair in pairs if pair[2]),
        is_reordered=kept != [key for key in before if key in after],
    )


def changes_in(old: Words, new: Words) -> tuple[Message, ...]:
    """What differs in the words of one indicator, in sentences."""
    found: list[Message] = []
    for part, sentence in _PARTS.items():
        before, after = getattr(old, part), getattr(new, part)
        for language, name in (("nl", Message("Dutch")), ("en", Message("English"))):
            pair = {"old": getattr(before, language), "new": getattr(after, language), "language": name}
            if pair["old"] != pair["new"]:
                found.append(Message(sentence.text, **pair))
    if set(old.breakdowns) != set(new.breakdowns):
        found.append(_breakdowns(old, new))
    if old.min_cell != new.min_cell:
        found.append(Message("The smallest cell goes from %(old)s to %(new)s.", old=old.min_cell, new=new.min_cell))
    return tuple(found)


_PARTS = {
    "name": Message("The name (%(language)s) was “%(old)s” and becomes “%(new)s”."),
    "numerator": Message("The part (%(language)s) was “%(old)s” and becomes “%(new)s”."),
    "denominator": Message("The whole (%(language)s) was “%(old)s” and becomes “%(new)s”."),
}


def _breakdowns(old: Words, new: Words) -> Message:
    return Message(
        "The breakdowns were: %(old)s; they become: %(new)s.",
        old=breakdown_names(old.breakdowns) or Message("none"),
        new=breakdown_names(new.breakdowns) or Message("none"),
    )


def breakdown_names(keys: Sequence[str]) -> list[Any]:
    """The names of breakdowns, in the reader's language."""
    known = breakdowns()
    return [known[key].name if key in known else key for key in keys]
