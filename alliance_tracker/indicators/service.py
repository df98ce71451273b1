"""Following an indicator under a goal: its baseline, its targets, and their revisions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import db, lock, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import figures
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.models import Baseline, Definition, FigureState, Indicator, Target, Unit
from alliance_tracker.indicators.periods import FIRST_YEAR, LAST_YEAR
from alliance_tracker.policy import Actor, Permission

#: More than any count in Flanders, and less than the databases hold.
LARGEST = Decimal(10) ** 12
SCORES = (Decimal(1), Decimal(5))


@dataclass(frozen=True)
class Typed:
    """A figure as somebody entered it: a value, or the two parts of a percentage, or the reason why there is none."""

    state: FigureState = FigureState.VALUE
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def checked(definition: Definition, typed: Typed) -> Figure:
    """The figure that was typed, as this indicator needs it.

    :raise FieldRefused: a part is missing, negative, too large or too precise, or does not fit the unit.
    """
    if typed.state is not FigureState.VALUE:
        return Figure(typed.state)
    if definition.is_ratio:
        return _checked_ratio(typed)
    value = _checked_number("value", typed.value, whole=definition.unit is Unit.COUNT)
    if definition.unit is Unit.SCORE:
        if not SCORES[0] <= value <= SCORES[1]:
            raise FieldRefused("value", Message("A score lies between 1 and 5."))
        people = typed.denominator
        if people is not None:
            people = _checked_number("denominator", people, whole=True)
            if not people:
                raise FieldRefused("denominator", Message("A score is given by at least one person."))
        return Figure(FigureState.VALUE, value, None, people)
    return figures.number(value)


def _checked_ratio(typed: Typed) -> Figure:
    numerator = _checked_number("numerator", typed.numerator, whole=True)
    denominator = _checked_number("denominator", typed.denominator, whole=True)
    if not denominator:
        raise FieldRefused("denominator", Message("Of nothing there is no share: say that it is not applicable."))
    if numerator > denominator:
        raise FieldRefused("numerator", Message("The part is larger than the whole."))
    return figures.ratio(numerator, denominator)


def _checked_number(name: str, value: Decimal | None, *, whole: bool) -> Decimal:
    if value is None:
        raise FieldRefused(name, Message("Give a number. Zero is a number as well."))
    if not value.is_finite() or value < 0:
        raise FieldRefused(name, Message("A figure is zero or more."))
    if value > LARGEST:
        raise FieldRefused(name, Message("This number is too large to be true."))
    if value != value.quantize(Decimal(1) if whole else figures.PLACES):
        sentence = Message("Give a whole number.") if whole else Message("At most four decimals.")
        raise FieldRefused(name, sentence)
    return value


# Following ---------------------------------------------------------------------------------------------------------


def follow(goal: Goal, definition: Definition, *, method: str = "", actor: Actor) -> Indicator:
    """Let the alliance of `goal` follow an indicator under it.

    :raise FieldRefused: the alliance follows it already, it is another alliance's, or it was retired.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.GOAL_EDIT, goal)
    check_open(db().get_one(Alliance, goal.alliance_id))
    if definition.alliance_id not in (None, goal.alliance_id) or definition.retired_on is not None:
        raise FieldRefused("definition", Message("Choose an indicator of the list."))
    known = sa.select(Indicator).where(
        Indicator.alliance_id == goal.alliance_id, Indicator.definition_id == definition.id
    )
    if db().scalars(known).one_or_none() is not None:
        raise FieldRefused("definition", Message("This alliance follows this indicator already."))
    indicator = Indicator(
        alliance_id=goal.alliance_id,
        goal_id=goal.id,
        definition_id=definition.id,
        method=method,
        followed_on=today(),
        definition=definition,
        stopped_on=None,
        stop_reason="",
    )
    db().add(indicator)
    db().flush()  # gives the indicator its id
    audit.record("indicator.followed", indicator, actor=actor, indicator=definition.name_nl)
    return indicator


def check_followed(indicator: Indicator) -> None:
    """:raise Refused: the alliance has ended, or follows this indicator no longer."""
    check_open(db().get_one(Alliance, indicator.alliance_id))
    if indicator.stopped_on is not None:
        raise Refused(Message("This indicator is no longer followed."))


def set_baseline(
    indicator: Indicator,
    typed: Typed,
    *,
    on: date,
    source: str = "",
    reason: str = "",
    drawn_from: int | None = None,
    actor: Actor,
) -> Baseline:
    """Say where the indicator started. A second baseline is a revision, and needs a reason.

    `drawn_from` is the baseline that its writer saw, 0 for none.

    :raise FieldRefused: the figure does not fit the indicator, the day lies ahead, or the reason is missing.
    """
    policy.require(actor, Permission.GOAL_EDIT, indicator)
    lock(indicator)  # of two first baselines at the same moment, the second one is a revision
    check_followed(indicator)
    if on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))
    figure = checked(indicator.definition, typed)
    newest = newest_baseline(indicator.id)
    is_revision = bool(newest)
    if drawn_from not in (None, newest):
        raise FieldRefused(
            "on", Message("Somebody else set the baseline meanwhile. Look at it; to revise it, save again.")
        )
    need_reason(reason, is_revision=is_revision)
    baseline = Baseline(
        indicator_id=indicator.id,
        alliance_id=indicator.alliance_id,
        state=figure.state,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        on=on,
        source=source,
        is_revision=is_revision,
        reason=reason,
        set_by_id=actor.user_id,
        set_at=now(),
    )
    db().add(baseline)
    db().flush()  # gives the baseline its id
    name = indicator.definition.name_nl
    audit.record("baseline.revised" if is_revision else "baseline.set", baseline, actor=actor, reason=reason, name=name)
    return baseline


def newest_baseline(indicator_id: int) -> int:
    """The number of the baseline that holds; 0 while there is none."""
    return db().scalar(sa.select(sa.func.max(Baseline.id)).where(Baseline.indicator_id == indicator_id)) or 0


def set_target(
    indicator: Indicator, period: int, value: Decimal | None, *, reason: str = "", actor: Actor
) -> Target | None:
    """Say what the indicator should be in one period; None drops a target. A change is a revision with a reason.

    Of a percentage the target is the percentage itself. Returns None when nothing changed.

    :raise FieldRefused: the number does not fit the indicator, or the reason is missing.
    """
    policy.require(actor, Permission.GOAL_EDIT, indicator)
    check_followed(indicator)
    if not FIRST_YEAR <= period <= LAST_YEAR:
        raise FieldRefused(
            "period",
            Message("Choose a year between %(first)s and %(last)s.", first=str(FIRST_YEAR), last=str(LAST_YEAR)),
        )
    if value is not None:
        value = checked_target(indicator.definition, value)
    newest = (
        db()
        .scalars(
            sa.select(Target)
            .where(Target.indicator_id == indicator.id, Target.period == period)
            .order_by(Target.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if (newest.value if newest else None) == value:
        return None
    need_reason(reason, is_revision=newest is not None)
    target = Target(
        indicator_id=indicator.id,
        alliance_id=indicator.alliance_id,
        period=period,
        value=value,
        is_revision=newest is not None,
        reason=reason,
        set_by_id=actor.user_id,
        set_at=now(),
    )
    db().add(target)
    db().flush()  # gives the target its id
    name = indicator.definition.name_nl
    audit.record("target.revised" if newest else "target.set", target, actor=actor, reason=reason, name=name)
    return target


def checked_target(definition: Definition, value: Decimal) -> Decimal:
    """A target as this indicator needs it.

    :raise FieldRefused: it is negative, too large or too precise, or does not fit the unit.
    """
    value = _checked_number("value", value, whole=definition.unit is Unit.COUNT)
    if definition.is_ratio and value > figures.HUNDRED:
        raise FieldRefused("value", Message("A percentage is at most 100."))
    if definition.unit is Unit.SCORE and not SCORES[0] <= value <= SCORES[1]:
        raise FieldRefused("value", Message("A score lies between 1 and 5."))
    return value


def need_reason(reason: str, *, is_revision: bool) -> None:
    """:raise FieldRefused: a revision comes without a reason."""
    if is_revision and not reason.strip():
        raise FieldRefused("reason", Message("This changes what was agreed: give a reason, it stays visible."))
