"""What needs attention in the agreements of the whole network: overdue, to decide, to sign, VLAIO's own promises."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask import url_for

from alliance_tracker import policy
from alliance_tracker.accountability import succession
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.commitments.models import CommitmentWording, Instalment
from alliance_tracker.commitments.states import DUE_SOON, is_open
from alliance_tracker.convenants.models import ConvenantVersion, Party, Signature, VersionStatus
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.monitoring.todo import LATER, SOON, URGENT, Todo
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.standings.models import AllianceStanding

#: How many of one kind are named.
FEW = 4


def of_agreements(actor: Actor) -> Iterable[Todo]:
    """What is next over all alliances, for whoever manages the programme; others are told what is overdue."""
    if policy.allows(actor, Permission.CONVENANT_DECIDE):
        yield from _signatures()
        yield from _own(actor)
        yield from _drawdowns()
        yield from _estates(actor)
    yield from _overdue()


def _signatures() -> Iterable[Todo]:
    """Offers that VLAIO itself has not signed yet."""
    signed = sa.exists().where(Signature.party_id == Party.id, Signature.struck_at.is_(None))
    rows = db().execute(
        sa.select(ConvenantVersion.id, ConvenantVersion.title, Alliance.slug, Alliance.name)
        .join(Party, Party.convenant_version_id == ConvenantVersion.id)
        .join(Alliance, Alliance.id == ConvenantVersion.alliance_id)
        .where(ConvenantVersion.status == VersionStatus.OFFERED, Party.is_vlaio, ~signed)
        .order_by(ConvenantVersion.offered_on, ConvenantVersion.id)
        .limit(FEW)
    )
    for version_id, title, slug, name in rows:
        yield Todo(
            URGENT,
            Message("Sign “%(title)s” for VLAIO", title=title),
            Message("It is offered for signature, and waits for yours."),
            url_for("convenants.document", slug=slug, version_id=version_id),
            Message("Read and sign"),
            name,
        )


def _own(actor: Actor) -> Iterable[Todo]:
    """What VLAIO promised and must deliver soon, or should have."""
    day = today()
    rows = db().execute(
        sa.select(Instalment.id, Instalment.due_on, CommitmentWording.description, Alliance.slug, Alliance.name)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .join(Alliance, Alliance.id == Instalment.alliance_id)
        .where(
            Instalment.organisation_id == actor.office_id,
            Alliance.status == AllianceStatus.ACTIVE,
            is_open(Instalment),
            Instalment.due_on <= day + DUE_SOON,
        )
        .order_by(Instalment.due_on, Instalment.id)
        .limit(FEW)
    )
    for number, due_on, description, slug, name in rows:
        yield Todo(
            URGENT if due_on < day else SOON,
            Message("Deliver: %(what)s", what=description),
            Message("VLAIO promised it by %(on)s.", on=due_on),
            url_for("commitments.show", slug=slug, instalment_id=number),
            Message("Log or explain"),
            name,
        )


def _drawdowns() -> Iterable[Todo]:
    n, first = (
        db()
        .execute(
            sa.select(sa.func.count(), sa.func.min(Drawdown.decide_by)).where(
                Drawdown.status == DrawdownStatus.REQUESTED
            )
        )
        .one()
    )
    if n:
        yield Todo(
            URGENT if first < today() else SOON,
            Counted("Decide on %(n)s drawdown", "Decide on %(n)s drawdowns", n=n),
            Message("The oldest term ended on %(on)s.", on=first)
            if first < today()
            else Message("The oldest term ends on %(on)s.", on=first),
            url_for("drawdowns.waiting"),
            Message("To the drawdowns"),
        )


def _estates(actor: Actor) -> Iterable[Todo]:
    found, n = succession.undecided(actor=actor)
    if n:
        yield Todo(
            SOON,
            Counted(
                "Decide who takes over what %(n)s organisation promised",
                "Decide who takes over what %(n)s organisations promised",
                n=n,
            )
            if n > 1
            else Message("Decide who takes over what %(name)s promised", name=found[0].organisation),
            Message("They merged, closed or left while something was open. The coordinator can decide it too.")
            if n > 1
            else Message("It merged, closed or left while something was open. The coordinator can decide it too."),
            url_for("organisation_accounts.undecided"),
            Message("To the decisions"),
        )


def _overdue() -> Iterable[Todo]:
    rows = db().execute(
        sa.select(Alliance.slug, Alliance.name, AllianceStanding.next_due_on)
        .join(Alliance, Alliance.id == AllianceStanding.alliance_id)
        .where(AllianceStanding.status == AllianceStatus.ACTIVE, AllianceStanding.next_due_on < today())
        .order_by(AllianceStanding.next_due_on, AllianceStanding.alliance_id)
        .limit(FEW)
    )
    for slug, name, due_on in rows:
        yield Todo(
            LATER,
            Message("Commitments are overdue"),
            Message("The oldest was due on %(on)s.", on=due_on),
            url_for("commitments.index", slug=slug, state="overdue"),
            Message("To the commitments"),
            name,
        )
