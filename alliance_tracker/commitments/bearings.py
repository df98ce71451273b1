"""The commitments on which a log entry can bear."""

from typing import Any

import sqlalchemy as sa

from alliance_tracker.activities.bearings import Bearing
from alliance_tracker.commitments.models import Commitment, CommitmentWording, Instalment
from alliance_tracker.database import db
from alliance_tracker.i18n import Message

#: So much of a description is enough to recognise it in a list.
RECOGNISED = 80


def of_alliance(alliance_id: int) -> list[tuple[Any, list[Bearing]]]:
    """What was promised in this alliance, by number; nothing while no convenant has been in force."""
    rows = db().execute(
        sa.select(Commitment.id, Commitment.number, CommitmentWording.description)
        .join(CommitmentWording, CommitmentWording.commitment_id == Commitment.id)
        .where(
            Commitment.alliance_id == alliance_id,
            CommitmentWording.id.in_(sa.select(Instalment.wording_id).where(Instalment.alliance_id == alliance_id)),
        )
        .order_by(Commitment.convenant_id, Commitment.number, CommitmentWording.id)
    )
    # Where two wordings have instalments, the newest one names the commitment.
    words = {number: f"V{position} {_short(description)}" for number, position, description in rows}
    if not words:
        return []
    return [(Message("Commitment"), [Bearing("commitment", str(key), text) for key, text in words.items()])]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= RECOGNISED else line[:RECOGNISED].rstrip() + "…"
