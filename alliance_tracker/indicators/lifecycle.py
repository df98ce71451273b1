"""The life of a version of the catalogue."""

from collections.abc import Iterable

from alliance_tracker.database import today
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.catalogue_queries import between, entries_of
from alliance_tracker.indicators.models import Catalogue, CatalogueStatus
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow


def _against_publishing(catalogue: Catalogue) -> Iterable[Message]:
    if catalogue.based_on_id is None:  # the first version, from the reference data
        return
    if not catalogue.change_note.strip():
        yield Message("Write the change note: what changes, and why.")
    if catalogue.valid_from < today():
        yield Message("A version cannot be valid from a day that is past.")
    if not between(entries_of(catalogue.based_on_id), entries_of(catalogue.id)):
        yield Message("Nothing was changed in this draft yet.")


CATALOGUE: Workflow[CatalogueStatus] = Workflow(
    "catalogue",
    CatalogueStatus.DRAFT,
    Transition(
        "publish",
        frozenset({CatalogueStatus.DRAFT}),
        CatalogueStatus.PUBLISHED,
        Permission.CATALOGUE_DRAFT,
        Message("Publish this version"),
        _against_publishing,
        is_grave=True,
    ),
)
