"""What needs attention in the agreements of the whole network: overdue, to decide, to sign, VLAIO's own promises."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import aliased

from alliance_tracker import policy
from alliance_tracker.accountability import succession
from alliance_tracker.alliances.models import Alliance, AllianceStatus
from alliance_tracker.commitments.models import CommitmentWording, Instalment
from alliance_tracker.commitments.states import DUE_SOON, is_awaited
from alliance_tracker.convenants.models import (
    Convenant,
    ConvenantVersion,
    Party,
    Signature,
    SignatureMethod,
    VersionStatus,
)
from alliance_tracker.convenants.states import CONVENANT, ConvenantState
from alliance_tracker.database import db, today
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.monitoring import next_agreements
from alliance_tracker.monitoring.todo import LATER, SOON, URGENT, Todo
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.standings.models import AllianceStanding

#: How many of one kind are named.
FEW = 4


def of_agreements(actor: Actor) -> Iterable[Todo]:
    """What is next over all alliances, for whoever manages the programme; others are told what is overdue."""
    if policy.allows(actor, Permission.CONVENANT_DECIDE):
        yield from _signatures(actor)
        yield from _ready()
        yield from _own(actor)
        yield from _drawdowns()
        yield from _expired()
        yield from _estates(actor)
    yield from _overdue()


def _signatures(actor: Actor) -> Iterable[Todo]:
    """Offers that VLAIO itself has not all its signatures under yet."""
    counts = (Signature.party_id == Party.id, Signature.struck_at.is_(None))
    missing = Party.signatures_needed - sa.select(sa.func.count()).where(*counts).scalar_subquery()
    own = sa.exists().where(
        *counts, Signature.method == SignatureMethod.APPLICATION, Signature.recorded_by_id == actor.user_id
    )
    rows = db().execute(
        sa.select(ConvenantVersion.id, ConvenantVersion.title, Alliance.slug, Alliance.name, missing, own)
        .join(Party, Party.convenant_version_id == ConvenantVersion.id)
        .join(Alliance, Alliance.id == ConvenantVersion.alliance_id)
        .where(
            ConvenantVersion.status == VersionStatus.OFFERED,
            ConvenantVersion.ends_on >= today(),
            Party.is_vlaio,
            missing > 0,
        )
        .order_by(ConvenantVersion.offered_on, ConvenantVersion.id)
        .limit(FEW)
    )
    for version_id, title, slug, name, n, has_signed in rows:
        address = url_for("convenants.document", slug=slug, version_id=version_id)
        if has_signed:
            words = next_agreements.others_sign(title), next_agreements.awaits(n)
            yield Todo(LATER, *words, address, Message("Read it"), name)
            continue
        yield Todo(
            URGENT,
            Message("Sign “%(title)s” for VLAIO", title=title),
            Message("It is offered for signature, and waits for yours."),
            address,
            Message("Read and sign"),
            name,
        )


def _ready() -> Iterable[Todo]:
    """Drafts that are said to be ready, which VLAIO offers."""
    rows = db().execute(
        sa.select(ConvenantVersion.id, ConvenantVersion.title, ConvenantVersion.ready_on, Alliance.slug, Alliance.name)
        .join(Alliance, Alliance.id == ConvenantVersion.alliance_id)
        .where(
            ConvenantVersion.status == VersionStatus.DRAFT,
            ConvenantVersion.ready_on.is_not(None),
            Alliance.status == AllianceStatus.ACTIVE,
        )
        .order_by(ConvenantVersion.ready_on, ConvenantVersion.id)
        .limit(FEW)
    )
    for version_id, title, ready_on, slug, name in rows:
        yield next_agreements.offer(slug, version_id, title, ready_on, alliance=name)


def _expired() -> Iterable[Todo]:
    """Convenants whose term ran out not long ago, and after which none came into force."""
    later, written = aliased(Convenant), aliased(Convenant)
    day = today()
    follows = sa.exists().where(
        later.alliance_id == Convenant.alliance_id, later.id > Convenant.id, later.in_force_on.is_not(None)
    )
    is_prepared = sa.exists().where(
        written.alliance_id == Convenant.alliance_id,
        written.id > Convenant.id,
        CONVENANT.is_in([ConvenantState.DRAFT, ConvenantState.OFFERED], written, day),
    )
    rows = db().execute(
        sa.select(Convenant.ends_on, Alliance.slug, Alliance.name, is_prepared)
        .join(Alliance, Alliance.id == Convenant.alliance_id)
        .where(
            CONVENANT.is_in([ConvenantState.EXPIRED], Convenant, day),
            # The state says so too, but no index knows that.
            Convenant.ends_on.between(day - next_agreements.EXPIRED_ASKS_FOR, day - timedelta(days=1)),
            Alliance.status == AllianceStatus.ACTIVE,
            ~follows,
        )
        .order_by(Convenant.ends_on, Convenant.id)
        .limit(FEW)
    )
    for ends_on, slug, name, prepared in rows:
        address = url_for("convenants.index", slug=slug)
        yield next_agreements.expired(ends_on, address, is_prepared=prepared, alliance=name)


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
            is_awaited(Instalment),
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
