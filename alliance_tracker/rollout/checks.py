"""Milestones that follow from other records, and those that will once those records are kept here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.alliances.models import PioneerMandate
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.convenants.states import CONVENANT, ConvenantState
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


def convenant_active(scopes: Iterable[str]) -> dict[str, Finding]:
    """Per alliance: whether a convenant of it is active today, and since when it is in force."""
    ids = {int(scope) for scope in scopes}
    rows = db().execute(
        sa.select(Convenant.alliance_id, Convenant.title, Convenant.in_force_on)
        .where(Convenant.alliance_id.in_(ids), CONVENANT.is_in([ConvenantState.ACTIVE], Convenant, today()))
        .order_by(Convenant.in_force_on.desc(), Convenant.id.desc())
    )
    found = {
        str(alliance_id): Finding(since, Message("“%(name)s” is in force since %(since)s.", name=title, since=since))
        for alliance_id, title, since in rows  # the one that is longest in force comes last
    }
    none = Finding(None, Message("No convenant is active today."))
    return {str(number): found.get(str(number), none) for number in ids}


#: Each by its name in the reference data; what follows from records of a higher package is added by that package.
CHECKS: dict[str, Callable[[Iterable[str]], dict[str, Finding]]] = {
    "region_has_pioneer": region_has_pioneer,
    "convenant_active": convenant_active,
}


def register(name: str, check: Callable[[Iterable[str]], dict[str, Finding]]) -> None:
    """Let `check` answer for the milestones with this check."""
    CHECKS[name] = check
