"""Writing the next version of the catalogue: one draft at a time, published with a change note and a first day.

What an indicator means never changes. The indicator of a draft is made as a retired one, so that no list of the
alliances offers it; publication brings it in, and retires what was dropped.
"""

import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.database import check_version, db, folded, lock, now, today
from alliance_tracker.errors import FieldRefused, NotFound, Refused
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import semantics
from alliance_tracker.indicators.catalogue_queries import Words
from alliance_tracker.indicators.lifecycle import CATALOGUE
from alliance_tracker.indicators.loading import entry_of
from alliance_tracker.indicators.models import Catalogue, CatalogueEntry, CatalogueStatus, Definition
from alliance_tracker.indicators.semantics import Semantics
from alliance_tracker.policy import Actor, Permission

#: No breakdown is about more people than this before it may be shown.
LARGEST_MIN_CELL = 1000


@dataclass(frozen=True)
class NewIndicator:
    """An indicator that the next version brings: what it means, and its words."""

    meaning: Semantics
    words: Words


def open_draft() -> Catalogue | None:
    """The one draft, with its entries and what they mean."""
    return (
        db()
        .scalars(
            sa.select(Catalogue)
            .where(Catalogue.status == CatalogueStatus.DRAFT)
            .options(selectinload(Catalogue.entries).selectinload(CatalogueEntry.definition))
        )
        .one_or_none()
    )


def draft_or_missing() -> Catalogue:
    """:raise NotFound: there is no draft."""
    draft = open_draft()
    if draft is None:
        raise NotFound(Message("There is no draft of the catalogue now."))
    return draft


def entry_in(draft: Catalogue, entry_id: int) -> CatalogueEntry:
    """:raise NotFound: the draft has no such entry."""
    found = next((entry for entry in draft.entries if entry.id == entry_id), None)
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return found


def begin(*, actor: Actor) -> Catalogue:
    """Make a draft as a copy of the version that was published last.

    :raise Refused: there is a draft already.
    """
    policy.require(actor, Permission.CATALOGUE_DRAFT)
    published = sa.select(Catalogue).where(Catalogue.status == CatalogueStatus.PUBLISHED)
    base = db().scalars(published.order_by(Catalogue.published_at.desc(), Catalogue.id.desc()).limit(1)).one()
    lock(base)  # two drafts begun at the same moment come one after the other
    if db().scalar(sa.select(Catalogue.id).where(Catalogue.status == CatalogueStatus.DRAFT)):
        raise Refused(Message("There is a draft already. Publish it or throw it away before you begin another one."))
    draft = Catalogue(label=_free_label(), status=CATALOGUE.initial, valid_from=today(), based_on_id=base.id)
    db().add(draft)
    db().flush()  # gives the draft its id
    CATALOGUE.start(draft, actor=actor)
    for entry in db().scalars(sa.select(CatalogueEntry).where(CatalogueEntry.catalogue_id == base.id)).all():
        kept = {name: getattr(entry, name) for name in (*_TEXTS, "definition_id", "position", "breakdowns", "min_cell")}
        db().add(CatalogueEntry(catalogue_id=draft.id, **kept))
    return draft


_TEXTS = ("name_nl", "name_en", "numerator_nl", "numerator_en", "denominator_nl", "denominator_en")


def _free_label() -> str:
    month = f"{today():%Y-%m}"
    taken = set(db().scalars(sa.select(Catalogue.label).where(Catalogue.label.like(f"{month}%"))))
    return month if month not in taken else next(f"{month}-{n}" for n in range(2, 99) if f"{month}-{n}" not in taken)


def edit_draft(
    draft: Catalogue, *, label: str, valid_from: date, change_note: str, version: int | None, actor: Actor
) -> None:
    """Change the label, the first day and the change note of the draft.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: another version has this label.
    """
    _changeable(draft, actor)
    check_version(draft, version)
    if db().scalar(sa.select(Catalogue.id).where(Catalogue.label == label, Catalogue.id != draft.id)):
        raise FieldRefused("label", Message("Another version has this label."))
    draft.label, draft.valid_from, draft.change_note = label, valid_from, change_note
    audit.record("catalogue.edited", draft, actor=actor)


def add(draft: Catalogue, new: NewIndicator, *, actor: Actor) -> CatalogueEntry:
    """Add a new indicator at the end of the draft.

    :raise FieldRefused: its rules do not go together, its words are missing, or a breakdown does not exist.
    """
    _changeable(draft, actor)
    semantics.check(new.meaning)
    _check_words(new.words, is_ratio=new.meaning.is_ratio)
    lock(draft)  # two that are added at the same moment get two places and two keys
    definition = Definition(
        alliance_id=None,
        key=_free_key(new.words.name.en),
        **new.meaning.columns,
        is_derived=False,
        is_prefilled=False,
        retired_on=today(),
        **_columns(new.words),
    )
    db().add(definition)
    db().flush()  # gives the definition its id
    audit.record("indicator_definition.drafted", definition, actor=actor)
    return _place(draft, definition, "catalogue_entry.added", actor)


def put_back(draft: Catalogue, definition: Definition, *, actor: Actor) -> CatalogueEntry:
    """Take an indicator that was dropped or retired into the draft again, at the end.

    :raise Refused: it is in the draft, or is no indicator of the catalogue.
    """
    _changeable(draft, actor)
    lock(draft)
    if definition.alliance_id is not None or any(entry.definition_id == definition.id for entry in draft.entries):
        raise Refused(Message("This indicator is in the draft already."))
    return _place(draft, definition, "catalogue_entry.put_back", actor)


def _place(draft: Catalogue, definition: Definition, action: str, actor: Actor) -> CatalogueEntry:
    last = db().scalar(sa.select(sa.func.max(CatalogueEntry.position)).where(CatalogueEntry.catalogue_id == draft.id))
    entry = entry_of(definition, draft.id, (last or 0) + 1)
    db().add(entry)
    db().flush()  # gives the entry its id
    audit.record(action, entry, actor=actor)
    return entry


def _free_key(name: str) -> str:
    """A key that no indicator of the catalogue ever had."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:50].strip("-") or "indicator"
    taken = set(db().scalars(sa.select(Definition.key).where(Definition.alliance_id.is_(None))))
    return plain if plain not in taken else next(k for n in range(2, 999) if (k := f"{plain}-{n}") not in taken)


def _columns(words: Words) -> dict[str, object]:
    texts = {
        f"{part}_{language}": getattr(getattr(words, part), language)
        for part in ("name", "numerator", "denominator")
        for language in ("nl", "en")
    }
    return {**texts, "breakdowns": list(words.breakdowns), "min_cell": words.min_cell}


def _check_words(words: Words, *, is_ratio: bool) -> None:
    columns = _columns(words)
    needed = _TEXTS if is_ratio else _TEXTS[:2]
    for name in needed:
        if not columns[name]:
            raise FieldRefused(name, Message("Fill this in."))
    if not set(words.breakdowns) <= set(breakdowns()):
        raise FieldRefused("breakdowns", Message("Choose from the list."))
    if not 1 <= words.min_cell <= LARGEST_MIN_CELL:
        raise FieldRefused("min_cell", Message("Give a number from 1 to %(most)s.", most=LARGEST_MIN_CELL))


def edit_entry(entry: CatalogueEntry, words: Words, *, version: int | None, actor: Actor) -> None:
    """Change the words, the breakdowns and the smallest cell of an indicator of the draft, never its meaning.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: words are missing, or a breakdown does not exist.
    """
    _changeable(db().get_one(Catalogue, entry.catalogue_id), actor)
    check_version(entry, version)
    is_ratio = entry.definition.is_ratio
    _check_words(words, is_ratio=is_ratio)
    for name, value in _columns(words).items():
        if is_ratio or not name.startswith(("numerator", "denominator")):
            setattr(entry, name, value)
    audit.record("catalogue_entry.edited", entry, actor=actor)


def shift(entry: CatalogueEntry, *, up: bool, actor: Actor) -> None:
    """Move an indicator of the draft one place up or down; at the end of the list it stays."""
    draft = db().get_one(Catalogue, entry.catalogue_id)
    _changeable(draft, actor)
    lock(draft)
    mine = sa.select(CatalogueEntry).where(CatalogueEntry.catalogue_id == draft.id)
    order = list(db().scalars(mine.order_by(CatalogueEntry.position, CatalogueEntry.id)))
    place = order.index(entry)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for position, row in enumerate(order, start=1):
        if row.position != position:
            row.position = position
    audit.record("catalogue_entry.shifted", entry, actor=actor)


def drop(entry: CatalogueEntry, *, actor: Actor) -> None:
    """Leave an indicator out of the next version: it is retired at publication, and what was measured stays."""
    _changeable(db().get_one(Catalogue, entry.catalogue_id), actor)
    audit.record("catalogue_entry.dropped", entry, actor=actor)
    db().delete(entry)


def discard(draft: Catalogue, *, actor: Actor) -> None:
    """Throw the draft away; what is published stays as it is."""
    _changeable(draft, actor)
    audit.record("catalogue.discarded", draft, actor=actor, label=draft.label)
    for entry in draft.entries:
        db().delete(entry)
    db().delete(draft)


def publish(draft: Catalogue, *, actor: Actor) -> None:
    """Publish the draft: its words become those of the indicators, and what it dropped is retired.

    :raise TransitionRefused: the change note is missing, the first day is past, or nothing was changed.
    """
    lock(draft)
    db().flush()  # what was changed in this transaction counts as a change
    CATALOGUE.apply(draft, "publish", actor=actor)
    draft.published_at = now()
    db().flush()
    entries = db().scalars(sa.select(CatalogueEntry).where(CatalogueEntry.catalogue_id == draft.id))
    said = {entry.definition_id: entry for entry in entries}
    for definition in db().scalars(sa.select(Definition).where(Definition.alliance_id.is_(None))).all():
        entry = said.get(definition.id)
        if entry is not None:
            _bring_in_line(definition, entry, actor)
        elif definition.retired_on is None:
            definition.retired_on = draft.valid_from
            audit.record("indicator_definition.retired", definition, actor=actor)


def _bring_in_line(definition: Definition, entry: CatalogueEntry, actor: Actor) -> None:
    for name in (*_TEXTS, "breakdowns", "min_cell"):
        if getattr(definition, name) != getattr(entry, name):
            setattr(definition, name, getattr(entry, name))
    definition.retired_on = None
    if db().is_modified(definition):
        audit.record("indicator_definition.published", definition, actor=actor)


def _changeable(catalogue: Catalogue, actor: Actor) -> None:
    policy.require(actor, Permission.CATALOGUE_DRAFT)
    if catalogue.status is not CatalogueStatus.DRAFT:
        raise Refused(Message("A published version does not change. Begin a new draft."))
