"""The versions of the convenants of an alliance, as lines to choose from."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.convenants.models import ConvenantVersion, VersionKind, VersionStatus
from alliance_tracker.database import db
from alliance_tracker.i18n import Message

#: More versions than this nobody compares.
MOST = 100


@dataclass(frozen=True)
class VersionLine:
    """One version, as far as a list tells it."""

    id: int
    convenant_id: int
    number: int
    kind: VersionKind
    status: VersionStatus
    title: str
    offered_on: date | None
    based_on_id: int | None

    @property
    def words(self) -> Message:
        return Message(
            "Version %(number)s (%(kind)s, %(status)s): %(title)s",
            number=str(self.number),
            kind=self.kind.label,
            status=self.status.label,
            title=self.title,
        )


def of_alliance(alliance_id: int) -> tuple[VersionLine, ...]:
    """The versions of all its convenants, the newest first; one statement."""
    columns = (getattr(ConvenantVersion, name) for name in VersionLine.__dataclass_fields__)
    rows = db().execute(
        sa.select(*columns)
        .where(ConvenantVersion.alliance_id == alliance_id)
        .order_by(ConvenantVersion.convenant_id.desc(), ConvenantVersion.number.desc())
        .limit(MOST)
    )
    return tuple(VersionLine(*row) for row in rows)


def before(version_id: int, lines: tuple[VersionLine, ...]) -> VersionLine | None:
    """The version that this one changes or joins: what it builds on, else the one before it in its convenant."""
    this = next((line for line in lines if line.id == version_id), None)
    if this is None:
        return None
    if this.based_on_id is not None:
        return next((line for line in lines if line.id == this.based_on_id), None)
    earlier = (line for line in lines if line.convenant_id == this.convenant_id and line.number < this.number)
    return next((line for line in earlier if line.kind is not VersionKind.RIDER), None)


def newest_two(lines: tuple[VersionLine, ...]) -> tuple[VersionLine, VersionLine] | None:
    """The newest version and the one that it changes or joins, the earlier first; None where there are no two."""
    for line in lines:
        former = before(line.id, lines)
        if former is not None:
            return former, line
    return None
