"""How a convenant stands: derived from its days, so that one whose term ran out has expired without anybody's doing."""

from datetime import date

from alliance_tracker.convenants.models import Convenant
from alliance_tracker.derivation import Derivation, before, present
from alliance_tracker.i18n import Labelled, Message


class ConvenantState(Labelled):
    """How a convenant stands on a day."""

    DRAFT = "draft", Message("draft")
    OFFERED = "offered", Message("offered for signature")
    ACTIVE = "active", Message("active")
    EXPIRED = "expired", Message("expired")
    TERMINATED = "terminated", Message("terminated")
    GIVEN_UP = "given-up", Message("given up")


CONVENANT: Derivation[ConvenantState] = Derivation(
    ConvenantState,
    (
        (ConvenantState.GIVEN_UP, lambda row, _: present(row.given_up_on)),
        (ConvenantState.TERMINATED, lambda row, day: before(row.terminated_on, day)),
        (ConvenantState.EXPIRED, lambda row, day: before(row.ends_on, day)),
        (ConvenantState.ACTIVE, lambda row, _: present(row.in_force_on)),
        (ConvenantState.OFFERED, lambda row, _: row.is_offered),
    ),
    otherwise=ConvenantState.DRAFT,
)


def state_of(row: Convenant, day: date) -> ConvenantState:
    """The state of a convenant on `day`; the last day of its term still belongs to it."""
    return CONVENANT.of(row, day)
