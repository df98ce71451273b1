"""The state of an indicator in sentences: what was measured, against which target, and what follows from it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from alliance_tracker.i18n import Message
from alliance_tracker.indicators.figures import HUNDRED, Course, Progress
from alliance_tracker.indicators.models import Direction


@dataclass(frozen=True)
class Situation:
    """What the sentences speak of, each figure in words already; what is missing is empty."""

    progress: Progress
    direction: Direction
    measured: str = ""
    period: str = ""
    target: str = ""
    target_period: str = ""
    baseline: str = ""
    baseline_on: date | None = None

    @property
    def facts(self) -> dict[str, object]:
        """The facts by the names that the sentences use."""
        return {
            "measured": self.measured,
            "period": self.period,
            "target": self.target,
            "target_period": self.target_period,
            "baseline": self.baseline,
            "on": self.baseline_on or "",
            "share": share_in_words(self.progress.share),
        }


def share_in_words(share: Decimal | None) -> str | Message:
    """A share of the way as a whole percentage, rounded down, so that only the end of the way is 100%."""
    if share is None:
        return ""
    if 0 < share < Decimal("0.01"):
        return Message("less than one percent")
    return f"{int((share * HUNDRED).to_integral_value(ROUND_FLOOR))}%"


#: What the target asks, by direction.
AIMS = {
    Direction.UP: Message("The target for %(target_period)s is %(target)s or more."),
    Direction.DOWN: Message("The target for %(target_period)s is %(target)s or less."),
    Direction.KEEP: Message("The target for %(target_period)s is to stay at %(target)s, give or take 5%%."),
}

_BELOW = Message("%(measured)s in %(period)s is below the baseline of %(baseline)s (%(on)s).")
_ABOVE = Message("%(measured)s in %(period)s is above the baseline of %(baseline)s (%(on)s).")
_REACHED = Message("With %(measured)s in %(period)s it is reached.")
_NO_CHANGE = Message("%(measured)s in %(period)s is the same as the baseline (%(on)s).")
_WAY = Message("%(measured)s in %(period)s is %(share)s of the way from %(baseline)s (%(on)s) to %(target)s.")
_CLOSED = Message(
    "%(measured)s in %(period)s is closer to %(target)s than the baseline of %(baseline)s (%(on)s): %(share)s of the "
    "difference is gone."
)
_MISSED = Message("The period is over and the target was not reached.")

#: What follows from the course; by direction where the words differ.
SAID: dict[Course, Message | dict[Direction, Message]] = {
    Course.NO_TARGET: Message("%(measured)s in %(period)s. There is no target to hold it against."),
    Course.NO_BASELINE: Message(
        "%(measured)s in %(period)s does not reach it; without a baseline the way to it cannot be measured."
    ),
    Course.NOT_APPLICABLE: Message("In %(period)s this indicator does not apply."),
    Course.REACHED: _REACHED,
    Course.UNDER_WAY: {Direction.UP: _WAY, Direction.DOWN: _WAY, Direction.KEEP: _CLOSED},
    Course.NO_CHANGE: _NO_CHANGE,
    Course.AWAY: {
        Direction.UP: _BELOW,
        Direction.DOWN: _ABOVE,
        Direction.KEEP: Message(
            "%(measured)s in %(period)s is no closer to %(target)s than the baseline of %(baseline)s (%(on)s) was."
        ),
    },
}


def sentences(situation: Situation) -> tuple[Message, ...]:
    """The state in words with its reason: what the target asks, and how the newest figure stands to it."""
    asked = [AIMS[situation.direction]] if situation.target else []
    facts = situation.facts
    return tuple(Message(sentence.text, **facts) for sentence in (*asked, *_said(situation)))


def _said(situation: Situation) -> tuple[Message, ...]:
    course, direction = situation.progress.course, situation.direction
    if not situation.period:
        return (Message("Nothing was measured yet."),)
    if not situation.measured and course is not Course.NOT_APPLICABLE:
        return (Message("For %(period)s it was not measured."),)
    if course is Course.NOT_REACHED:
        return (*_short_of_it(situation), _MISSED)
    said = SAID[course]
    return (said if isinstance(said, Message) else said[direction],)


def _short_of_it(situation: Situation) -> tuple[Message, ...]:
    """How far a missed target was away."""
    share = situation.progress.share
    if share is None:
        return (Message("In %(period)s it was %(measured)s."),)
    if share == 0:
        return (_NO_CHANGE,)
    return (_CLOSED if situation.direction is Direction.KEEP else _WAY,)


def beside_the_original(original: Progress, target: str) -> Message:
    """How it stands to what was agreed first, beside the revised target or baseline."""
    share = original.share
    if original.course in (Course.UNDER_WAY, Course.NOT_REACHED) and share is not None and share > 0:
        return Message(
            "As first agreed, with %(target)s as the target, it is %(share)s of the way.",
            target=target,
            share=share_in_words(share),
        )
    return Message(
        "As first agreed, with %(target)s as the target: %(course)s.", target=target, course=original.course.label
    )
