"""Reading convenants: those of an alliance with their versions, and versions with everything that hangs on them."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from alliance_tracker.commitments.models import CommitmentBearer, CommitmentWording
from alliance_tracker.convenants.models import Convenant, ConvenantVersion, Party
from alliance_tracker.database import db


def everything() -> tuple[ORMOption, ...]:
    """A version with its convenant, parties, signatures, goals, commitments and rights."""
    wording = selectinload(ConvenantVersion.wordings)
    return (
        selectinload(ConvenantVersion.convenant),
        selectinload(ConvenantVersion.parties).selectinload(Party.organisation),
        selectinload(ConvenantVersion.parties).selectinload(Party.signatures),
        selectinload(ConvenantVersion.goals),
        wording.selectinload(CommitmentWording.commitment),
        wording.selectinload(CommitmentWording.bearers).selectinload(CommitmentBearer.organisation),
        wording.selectinload(CommitmentWording.years),
        selectinload(ConvenantVersion.rights),
    )


def versions(ids: Collection[int]) -> list[ConvenantVersion]:
    """These versions with everything, by number."""
    return list(
        db().scalars(
            sa.select(ConvenantVersion)
            .where(ConvenantVersion.id.in_(ids))
            .order_by(ConvenantVersion.number)
            .options(*everything())
            .execution_options(populate_existing=True)
        )
    )


def of_alliance(alliance_id: int) -> list[Convenant]:
    """The convenants of an alliance with the bare rows of their versions, the newest first."""
    return list(
        db().scalars(
            sa.select(Convenant)
            .where(Convenant.alliance_id == alliance_id)
            .order_by(Convenant.id.desc())
            .options(selectinload(Convenant.versions))
            .execution_options(populate_existing=True)
        )
    )
