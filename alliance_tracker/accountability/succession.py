"""What an organisation owed when it merged, closed or left: who takes it over, or that it ends with a reason.

Nothing passes by itself: the coordinator or the project manager decides for each commitment. Deliveries that were made
stay with who made them, and the history keeps the names of its time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.accountability.models import Explanation, ExplanationStatus
from alliance_tracker.alliances.lifecycle import OPEN
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments.instalments import BEARER_FOLLOWERS, check_not_own
from alliance_tracker.commitments.models import (
    Commitment,
    CommitmentWording,
    Inheritance,
    Instalment,
    Nature,
    Side,
    Unit,
)
from alliance_tracker.commitments.states import is_open
from alliance_tracker.convenants.models import ConvenantVersion, Party, VersionStatus
from alliance_tracker.database import db, lock, now, today
from alliance_tracker.errors import FieldRefused, NotAllowed, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation, OrganisationStatus
from alliance_tracker.policy import Actor, Permission


@dataclass(frozen=True)
class Owed:
    """One open instalment: what, how much of it is left, and by when."""

    instalment_id: int
    alliance_id: int
    slug: str
    alliance: str
    organisation_id: int
    organisation: str
    side: Side
    commitment_id: int
    number: int
    description: str
    nature: Nature
    unit: Unit
    year: int
    quantity: Decimal
    reported: Decimal
    due_on: date
    #: Its bearer merged, closed or left: somebody has to decide.
    is_undecided: bool

    @property
    def remaining(self) -> Decimal:
        return max(self.quantity - self.reported, Decimal(0))


@dataclass(frozen=True)
class Decision:
    """What becomes of a commitment: who takes it over, or nobody; and why."""

    heir_id: int | None
    reason: str


def _is_undecided() -> sa.ColumnElement[bool]:
    """The bearer exists no more, or is a partner that left; a Flemish body is a party, not a partner."""
    takes_part = sa.exists(
        sa.select(Partner.id).where(
            Partner.alliance_id == Instalment.alliance_id,
            Partner.organisation_id == Instalment.organisation_id,
            Partner.until.is_(None),
        )
    )
    return sa.or_(
        Organisation.status != OrganisationStatus.ACTIVE, sa.and_(Instalment.side == Side.PARTNER, ~takes_part)
    )


def _left_behind() -> sa.CompoundSelect[int]:
    """The instalments of whoever is gone, found from those who are gone: over all alliances these are the few."""
    closed = sa.select(Organisation.id).where(Organisation.ended_on.is_not(None))
    left = sa.select(Partner.organisation_id, Partner.alliance_id).where(Partner.until.is_not(None))
    # A join would let SQLite, which keeps no statistics, begin with all instalments.
    return sa.union(
        sa.select(Instalment.id).where(Instalment.organisation_id.in_(closed)),
        sa.select(Instalment.id).where(sa.tuple_(Instalment.organisation_id, Instalment.alliance_id).in_(left)),
    )


def _select() -> Any:
    return (
        sa.select(
            Instalment.id.label("instalment_id"),
            Instalment.alliance_id,
            Alliance.slug,
            Alliance.name.label("alliance"),
            Instalment.organisation_id,
            Organisation.name.label("organisation"),
            Instalment.side,
            Instalment.commitment_id,
            Commitment.number,
            CommitmentWording.description,
            CommitmentWording.nature,
            CommitmentWording.unit,
            Instalment.year,
            Instalment.quantity,
            Instalment.reported,
            Instalment.due_on,
            _is_undecided().label("is_undecided"),
        )
        .join(Alliance, Alliance.id == Instalment.alliance_id)
        .join(Organisation, Organisation.id == Instalment.organisation_id)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .where(is_open(Instalment), Alliance.status.in_(OPEN))
        .order_by(Alliance.name_folded, Alliance.id, Organisation.name_folded, Commitment.number, Instalment.year)
    )


def owed_by(organisation_id: int, alliance_id: int | None = None) -> list[Owed]:
    """Everything open that an organisation bears, whether or not it still takes part; one statement."""
    where = [Instalment.organisation_id == organisation_id]
    if alliance_id is not None:
        where.append(Instalment.alliance_id == alliance_id)
    return [_owed(row) for row in db().execute(_select().where(*where))]


def _owed(row: Any) -> Owed:
    facts = row._asdict()
    return Owed(**{**facts, "is_undecided": bool(facts["is_undecided"])})


#: Bearers on one page of what is undecided.
PAGE = 100


@dataclass(frozen=True)
class Estate:
    """An organisation with open commitments in an alliance of which nobody has decided yet."""

    alliance_id: int
    slug: str
    alliance: str
    organisation_id: int
    organisation: str
    side: Side
    commitments: int
    instalments: int
    first_due_on: date


def _estates(*where: sa.ColumnElement[bool]) -> Any:
    keys = (Alliance.id, Alliance.slug, Alliance.name, Organisation.id, Organisation.name)
    return (
        sa.select(
            *keys,
            # Whoever stood on both sides left something that the alliance decides on itself.
            sa.func.max(Instalment.side),
            sa.func.count(Instalment.commitment_id.distinct()),
            sa.func.count(),
            sa.func.min(Instalment.due_on),
        )
        .select_from(Instalment)
        .join(Alliance, Alliance.id == Instalment.alliance_id)
        .join(Organisation, Organisation.id == Instalment.organisation_id)
        .where(is_open(Instalment), Alliance.status.in_(OPEN), _is_undecided(), *where)
        .group_by(*keys, Alliance.name_folded, Organisation.name_folded)
        .order_by(Alliance.name_folded, Alliance.slug, Organisation.name_folded, Organisation.id)
    )


def undecided(
    *, actor: Actor, alliance_id: int | None = None, organisation_id: int | None = None, number: int = 1
) -> tuple[tuple[Estate, ...], int]:
    """What is still to be decided in the alliances that this reader may see, and over how many bearers in all."""
    where = [policy.visible_alliances(actor, Alliance)]
    where += [Instalment.alliance_id == alliance_id] if alliance_id is not None else []
    where += [Instalment.organisation_id == organisation_id] if organisation_id is not None else []
    if alliance_id is None and organisation_id is None:
        where.append(Instalment.id.in_(_left_behind()))
    found = _estates(*where)
    total = db().scalar(sa.select(sa.func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = db().execute(found.limit(PAGE).offset((number - 1) * PAGE))
    return tuple(Estate(*row) for row in rows), total


def estates_in(alliance_ids: Collection[int]) -> list[Estate]:
    """What is still to be decided in these alliances; one statement."""
    return [Estate(*row) for row in db().execute(_estates(Alliance.id.in_(alliance_ids)))]


@dataclass(frozen=True)
class Heir:
    """An organisation that can take something over, and on which side it then stands."""

    id: int
    name: str
    side: Side


def heirs_of(alliance_id: int, besides: int, *, actor: Actor = policy.SYSTEM) -> list[Heir]:
    """Whom this person can let take something over: partners of today, and Flemish parties of the convenant in force.

    Who is both stands with the government, as its signature does.
    """
    partners = sa.select(Partner.organisation_id).where(Partner.alliance_id == alliance_id, Partner.until.is_(None))
    bodies = (
        sa.select(Party.organisation_id)
        .join(ConvenantVersion, ConvenantVersion.id == Party.convenant_version_id)
        .where(
            Party.alliance_id == alliance_id,
            Party.side == Side.GOVERNMENT,
            ConvenantVersion.status == VersionStatus.IN_FORCE,
        )
    )
    rows = db().execute(
        sa.select(Organisation.id, Organisation.name, Organisation.id.in_(bodies))
        .where(
            Organisation.id.in_(sa.union(partners, bodies)),
            Organisation.id != besides,
            Organisation.status == OrganisationStatus.ACTIVE,
        )
        .order_by(Organisation.name_folded, Organisation.id)
    )
    heirs = [Heir(number, name, Side.GOVERNMENT if is_body else Side.PARTNER) for number, name, is_body in rows]
    return [heir for heir in heirs if may_decide(heir.side, actor)]


def may_decide(side: Side, actor: Actor) -> bool:
    """Whether this person decides on promises of that side: those of the government are VLAIO's own business."""
    return side is Side.PARTNER or policy.allows(actor, Permission.GOVERNMENT_BIND)


def successor_of(organisation: Organisation) -> Organisation | None:
    """The organisation that it goes on as today: the end of the chain of mergers."""
    found = None
    row: Organisation | None = organisation
    for _ in range(20):  # nobody merges more often
        if row is None or row.successor_id is None:
            break
        row = found = db().get(Organisation, row.successor_id)
    return found


def decide(
    alliance: Alliance, organisation: Organisation, decisions: Mapping[int, Decision], *, actor: Actor
) -> list[Instalment]:
    """Decide on open commitments of an organisation that takes part no more; `decisions` by the id of the commitment.

    A commitment that is left out waits. An heir with an instalment of its own in the same year keeps both, apart.

    :raise NotAllowed: the actor does not coordinate or direct, speaks for that organisation, or would decide in the
        place of the government.
    :raise FieldRefused: no reason, or an heir that is no partner and no Flemish party of the convenant.
    :raise Refused: nothing was decided, the organisation still takes part, or it was decided meanwhile.
    """
    policy.require(actor, Permission.COMMITMENT_AGREE, alliance)
    check_open(alliance)
    lock(organisation)  # two people who decide at the same moment come one after the other
    if not decisions:
        raise Refused(Message("Decide on at least one commitment."))
    open_rows = {row.instalment_id: row for row in owed_by(organisation.id, alliance.id)}
    if any(not row.is_undecided for row in open_rows.values()):
        raise Refused(
            Message("%(name)s still takes part: its commitments stay with it.", name=organisation.name),
        )
    heirs = {row.id: row for row in heirs_of(alliance.id, organisation.id)}
    rows = _instalments(open_rows.keys(), decisions.keys())
    if decisions.keys() - {row.commitment_id for row in rows}:
        raise Refused(Message("Somebody decided on this meanwhile. Look at it again."))
    for row in rows:
        decision = decisions[row.commitment_id]
        if not decision.reason:
            raise FieldRefused(reason_field(row.commitment_id), Message("Give a reason: it stays visible."))
        if decision.heir_id is not None and decision.heir_id not in heirs:
            raise FieldRefused(
                heir_field(row.commitment_id),
                Message("Choose a partner of today, or a Flemish party of the convenant."),
            )
        heir = heirs.get(decision.heir_id or 0)
        if not all(may_decide(side, actor) for side in (row.side, heir.side if heir else row.side)):
            raise NotAllowed(
                Message("VLAIO decides what a Flemish body takes over or lets go: ask the project manager.")
            )
        lock(row)
        check_not_own(row, actor)
        _carry_out(row, organisation, heir, decision.reason, actor)
    db().flush()  # lists of this transaction show the heirs
    return rows


def heir_field(commitment_id: int) -> str:
    """The field of the form in which the heir is chosen."""
    return f"heir_{commitment_id}"


def reason_field(commitment_id: int) -> str:
    """The field of the form in which the reason stands."""
    return f"reason_{commitment_id}"


def _instalments(ids: object, commitments: object) -> list[Instalment]:
    return list(
        db().scalars(
            sa.select(Instalment)
            .where(Instalment.id.in_(ids), Instalment.commitment_id.in_(commitments))  # type: ignore[arg-type]  # keys
            .order_by(Instalment.id)
            .options(selectinload(Instalment.organisation))
        )
    )


def _carry_out(row: Instalment, former: Organisation, heir: Heir | None, reason: str, actor: Actor) -> None:
    assert actor.user_id is not None  # noqa: S101  # decisions come from people
    db().add(
        Inheritance(
            alliance_id=row.alliance_id,
            instalment_id=row.id,
            from_organisation_id=former.id,
            to_organisation_id=heir.id if heir is not None else None,
            on=today(),
            reason=reason,
            decided_by_id=actor.user_id,
            decided_at=now(),
        )
    )
    if heir is None:
        row.is_waived, row.waived_on, row.waive_reason = True, today(), reason
        audit.record("instalment.let_end", row, actor=actor, reason=reason, former=former.name)
        return
    row.organisation_id, row.side = heir.id, heir.side
    _pass_questions(row)
    audit.record("instalment.inherited", row, actor=actor, reason=reason, former=former.name, heir=heir.name)


def _pass_questions(row: Instalment) -> None:
    """What is still asked of the former bearer is asked of the new one from now on."""
    for thread in db().scalars(
        sa.select(Explanation).where(
            Explanation.instalment_id == row.id, Explanation.status != ExplanationStatus.CLOSED
        )
    ):
        thread.organisation_id = row.organisation_id
        audit.tell_with(thread, row)


BEARER_FOLLOWERS.append(_pass_questions)
