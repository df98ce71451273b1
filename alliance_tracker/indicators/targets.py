"""Setting the targets of several periods at once: all of them or none."""

from collections.abc import Mapping
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.database import db, lock
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import Indicator, Target
from alliance_tracker.indicators.service import set_target
from alliance_tracker.policy import Actor

#: Begins the name of the field of a period, at which its number is refused.
PERIOD = "period_"


def set_targets(
    indicator: Indicator,
    wanted: Mapping[int, Decimal | None],
    *,
    drawn_from: int | None,
    reason: str = "",
    actor: Actor,
) -> int:
    """Set the target of each period; None means that it has none. Returns how many changed.

    `drawn_from` is the newest target that its writer saw.

    :raise FieldRefused: at the field of the period whose number does not fit, or at the reason when it is missing.
    :raise Refused: somebody else set a target meanwhile.
    """
    lock(indicator)  # two who set targets at the same moment come one after the other
    newest = db().scalar(sa.select(sa.func.max(Target.id)).where(Target.indicator_id == indicator.id)) or 0
    if drawn_from is not None and drawn_from != newest:
        raise Refused(
            Message("Somebody else set targets meanwhile. They stand beside what you typed: compare, then save.")
        )
    changed = 0
    for period, value in sorted(wanted.items()):
        try:
            changed += set_target(indicator, period, value, reason=reason, actor=actor) is not None
        except FieldRefused as refusal:
            at = refusal.field if refusal.field == "reason" else f"{PERIOD}{period}"
            raise FieldRefused(at, refusal.sentence) from refusal
    return changed
