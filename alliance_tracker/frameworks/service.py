"""Adding years to the STEM-monitor, and correcting them."""

from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.database import check_version, db, now, today
from alliance_tracker.errors import FieldRefused
from alliance_tracker.frameworks.models import MonitorFigure, MonitorFigureKind
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

FIRST_YEAR = 1990
LAST_YEAR = 2100
DECIMALS = Decimal("0.0001")
WHOLE = Decimal(100)


@dataclass(frozen=True)
class FigureDraft:
    """What somebody wants a figure of the STEM-monitor to say."""

    indicator_key: str
    year: int
    kind: MonitorFigureKind
    value: Decimal
    source: str
    note: str = ""


def add_figure(draft: FigureDraft, *, actor: Actor) -> MonitorFigure:
    """Add a year to an indicator that the STEM-monitor has.

    :raise FieldRefused: the figure is there already, or cannot be true, or has no source.
    """
    policy.require(actor, Permission.MONITOR_FIGURE_EDIT)
    first = (
        db()
        .scalars(sa.select(MonitorFigure).where(MonitorFigure.indicator_key == draft.indicator_key).limit(1))
        .one_or_none()
    )
    if first is None:
        raise FieldRefused("indicator_key", Message("Choose one of the list."))
    _check(draft)
    _refuse_double(draft)
    figure = MonitorFigure(
        indicator_key=draft.indicator_key,
        name_nl=first.name_nl,
        name_en=first.name_en,
        unit=first.unit,
        year=draft.year,
        kind=draft.kind,
        value=draft.value,
        note=draft.note,
        source=draft.source,
        added_by_id=actor.user_id,
        added_at=now(),
    )
    db().add(figure)
    db().flush()  # gives the figure its id
    audit.record(
        "monitor_figure.year_added",
        figure,
        actor=actor,
        name_nl=first.name_nl,
        name_en=first.name_en,
        year=str(draft.year),
    )
    return figure


def correct_figure(figure: MonitorFigure, draft: FigureDraft, *, version: int | None, actor: Actor) -> None:
    """Correct a figure; the history keeps what it said before. Its indicator stays.

    :raise EditConflict: somebody else corrected it meanwhile.
    :raise FieldRefused: the year has such a figure already, or the figure cannot be true, or has no source.
    """
    policy.require(actor, Permission.MONITOR_FIGURE_EDIT)
    check_version(figure, version)
    _check(draft)
    _refuse_double(draft, but=figure.id)
    figure.year, figure.kind, figure.value = draft.year, draft.kind, draft.value
    figure.note, figure.source = draft.note, draft.source
    audit.record(
        "monitor_figure.corrected",
        figure,
        actor=actor,
        name_nl=figure.name_nl,
        name_en=figure.name_en,
        year=str(figure.year),
    )


def _check(draft: FigureDraft) -> None:
    if not FIRST_YEAR <= draft.year <= LAST_YEAR:
        raise FieldRefused(
            "year", Message("Give a year between %(first)s and %(last)s.", first=str(FIRST_YEAR), last=str(LAST_YEAR))
        )
    if draft.kind is not MonitorFigureKind.TARGET and draft.year > today().year:
        raise FieldRefused("year", Message("Only a target lies in the future."))
    if not 0 <= draft.value <= WHOLE:
        raise FieldRefused("value", Message("A percentage lies between 0 and 100."))
    if draft.value != draft.value.quantize(DECIMALS):
        raise FieldRefused("value", Message("At most four decimals."))
    if not draft.source:
        raise FieldRefused("source", Message("Say where the figure comes from."))


def _refuse_double(draft: FigureDraft, but: int = 0) -> None:
    same = sa.select(MonitorFigure.id).where(
        MonitorFigure.indicator_key == draft.indicator_key,
        MonitorFigure.year == draft.year,
        MonitorFigure.kind == draft.kind,
        MonitorFigure.id != but,
    )
    if db().scalar(same):
        raise FieldRefused("year", Message("This year has such a figure already; correct that one instead."))
