"""The life of a version of the catalogue."""

from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import CatalogueStatus
from alliance_tracker.policy import Permission
from alliance_tracker.workflow import Transition, Workflow

CATALOGUE = Workflow(
    "catalogue",
    CatalogueStatus.DRAFT,
    Transition(
        "publish",
        frozenset({CatalogueStatus.DRAFT}),
        CatalogueStatus.PUBLISHED,
        Permission.CATALOGUE_DRAFT,
        Message("Publish this version"),
        is_grave=True,
    ),
)
