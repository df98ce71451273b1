"""The pages of an alliance's convenant."""

from flask import Blueprint, url_for

from alliance_tracker.alliances.frame import load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.convenants import service
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.guards import permitted

bp = Blueprint("convenants", __name__, url_prefix="/alliances/<slug>/convenant")


def crumbs(slug: str, version: ConvenantVersion | None = None) -> list[tuple[object, str]]:
    """The way to a page below the convenant, and below one of its versions."""
    found: list[tuple[object, str]] = []
    if version is not None:
        name = Message("Version %(number)s", number=str(version.number))
        found.append((name, url_for("convenants.document", slug=slug, version_id=version.id)))
    return found


def load_version(
    slug: str, version_id: int, permission: Permission = Permission.ALLIANCE_VIEW
) -> tuple[Alliance, ConvenantVersion]:
    """A version of a convenant of the alliance at this address, with everything that hangs on it.

    :raise NotFound: it belongs to another alliance, or to none that this person may see.
    """
    alliance = load_alliance(slug)
    version = service.version_by_id(version_id)
    if version is None or version.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(version, permission)
