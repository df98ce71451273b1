"""Milestones that follow from other records, and those that will once those records are kept here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances.models import PioneerMandate
from alliance_tracker.database import db, today
from alliance_tracker.i18n import Message


@dataclass(frozen=True)
class Finding:
    """A computed milestone at one place: since when it is reached, if it is, and why."""

    since: date | None
    why: Message


def mandate_of_today(on: date | None = None) -> sa.ColumnElement[bool]:
    """A pioneer mandate that covers the day `on`, first and last day included."""
    day = on or today()
    return sa.and_(PioneerMandate.since <= day, sa.or_(PioneerMandate.until.is_(None), PioneerMandate.until >= day))


def region_has_pioneer(scopes: Iterable[str]) -> dict[str, Finding]:
    """Per region: whether a pioneer mandate covers today."""
    codes = set(scopes)
    rows = db().execute(
        sa.select(PioneerMandate.region_code, PioneerMandate.since).where(
            PioneerMandate.region_code.in_(codes), mandate_of_today()
        )
    )
    found = {
        code: Finding(since, Message("A pioneer mandate runs since %(since)s.", since=since)) for code, since in rows
    }
    none = Finding(None, Message("No pioneer mandate covers today."))
    return {code: found.get(code, none) for code in codes}


#: Computed now.
CHECKS: dict[str, Callable[[Iterable[str]], dict[str, Finding]]] = {"region_has_pioneer": region_has_pioneer}

#: Declared; a person judges until the records exist from which they follow.
JUDGED_BY_A_PERSON: dict[str, Message] = {
    "convenant_active": Message("Judged by a person, until convenants are kept here."),
    "report_approved": Message("Judged by a person, until impact reports are kept here."),
}
