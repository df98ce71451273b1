"""The answer of a check: whether it holds, why, and for how long that is sure."""

from dataclasses import dataclass
from datetime import date

from alliance_tracker.i18n import Message


@dataclass(frozen=True)
class Verdict:
    """The answer of a check: whether it holds (None: it cannot tell), why, and the last day on which that is sure."""

    holds: bool | None
    reason: Message
    holds_until: date | None = None


def yes(reason: Message, holds_until: date | None = None) -> Verdict:
    """It holds, by time alone until the day told."""
    return Verdict(True, reason, holds_until)  # noqa: FBT003  # the two names say what it is


def no(reason: Message, holds_until: date | None = None) -> Verdict:
    """It does not hold, by time alone until the day told."""
    return Verdict(False, reason, holds_until)  # noqa: FBT003  # the two names say what it is


def not_yet(data: Message) -> Verdict:
    """It cannot tell, because the data that it needs come with a later release; a person judges."""
    return Verdict(
        None,
        Message(
            "A person judges this for now: the tracker will compute it from %(data)s, which come with a later release.",
            data=data,
        ),
    )
