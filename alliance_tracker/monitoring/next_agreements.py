"""What is next in the agreements of an alliance: to deliver, to answer, to sign, to decide, to explain."""

from collections.abc import Iterable
from datetime import timedelta

from flask import url_for

from alliance_tracker import policy
from alliance_tracker.accountability import succession
from alliance_tracker.accountability.models import ExplanationStatus
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import deeds
from alliance_tracker.convenants.models import VersionKind
from alliance_tracker.convenants.states import ConvenantState
from alliance_tracker.database import today
from alliance_tracker.drawing_rights.models import DrawdownStatus
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.monitoring.agreements import Agreements, DueInstalment, OpenDrawdown, OpenVersion
from alliance_tracker.monitoring.todo import LATER, SOON, URGENT, Todo
from alliance_tracker.policy import Actor, Permission

#: So many overdue commitments of others are named one by one; beyond that they are counted.
NAMED = 3
#: So long before its term ends a convenant asks for what comes after it.
ENDS_WITHIN = timedelta(days=120)


def of_agreements(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    """What is next in the agreements, for who may do it."""
    yield from _signing(actor, alliance, found)
    yield from _due(actor, alliance, found)
    yield from _questions(actor, alliance, found)
    yield from _drawdowns(actor, alliance, found)
    yield from _deliveries(actor, alliance, found)
    yield from _estates(actor, alliance, found)
    yield from _taken_over(actor, alliance, found)
    yield from _term(actor, alliance, found)


def _signing(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    for offer in found.offers:
        if offer.unsigned & actor.represented_organisations:
            yield Todo(
                URGENT,
                Message("Sign “%(title)s”", title=offer.title),
                Message("It is offered for signature, and waits for yours."),
                url_for("convenants.document", slug=alliance.slug, version_id=offer.id),
                Message("Read and sign"),
            )
    draft = found.draft
    if draft is not None and policy.allows(actor, Permission.CONVENANT_PREPARE, alliance):
        yield Todo(
            LATER,
            _draft_words(draft),
            Message("It is a draft: finish it, so that it can be offered for signature."),
            url_for("convenants.edit", slug=alliance.slug, version_id=draft.id),
            Message("To the draft"),
        )


def _draft_words(draft: OpenVersion) -> Message:
    if draft.kind is VersionKind.ORIGINAL:
        return Message("Go on with the convenant “%(title)s”", title=draft.title)
    if draft.kind is VersionKind.ADDENDUM:
        return Message("Go on with the addendum to “%(title)s”", title=draft.title)
    return Message("Go on with the rider to “%(title)s”", title=draft.title)


def _due(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    own = [row for row in found.due if row.organisation_id in actor.represented_organisations]
    for row in own:
        yield _deliver(alliance, row)
    if not policy.allows(actor, Permission.COMMITMENT_AGREE, alliance):
        return
    others = [row for row in found.overdue if row not in own]
    if len(others) > NAMED:
        yield Todo(
            URGENT,
            Counted("%(n)s commitment is overdue", "%(n)s commitments are overdue", n=len(others)),
            Message("Ask why, agree on another date, or log what was done."),
            url_for("commitments.index", slug=alliance.slug, state="overdue"),
            Message("To the commitments"),
        )
        return
    for row in others:
        yield Todo(
            SOON if row.is_explained else URGENT,
            Message("Overdue: %(what)s", what=row.description),
            _why_late(row),
            url_for("commitments.show", slug=alliance.slug, instalment_id=row.id),
            Message("To the commitment"),
            is_open_to_readers=True,
        )


def _why_late(row: DueInstalment) -> Message:
    words = {"name": row.organisation, "on": row.due_on}
    if row.is_explained:
        return Message("%(name)s promised it by %(on)s, and explained why it is late.", **words)
    if row.may_explain:
        return Message("%(name)s promised it by %(on)s; it still has time to explain.", **words)
    return Message("%(name)s promised it by %(on)s, and did not explain.", **words)


def _deliver(alliance: Alliance, row: DueInstalment) -> Todo:
    if not row.is_overdue:
        why = Message("You promised it by %(on)s.", on=row.due_on)
    elif row.is_explained:
        why = Message("It was due on %(on)s; you explained why it is late.", on=row.due_on)
    else:
        why = Message("It was due on %(on)s. Log what was done, or explain why it is late.", on=row.due_on)
    return Todo(
        URGENT if row.is_overdue and not row.is_explained else SOON,
        Message("Deliver: %(what)s", what=row.description),
        why,
        url_for("commitments.show", slug=alliance.slug, instalment_id=row.id),
        Message("Log or explain"),
    )


def _questions(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    for row in found.questions:
        address = url_for("accountability.thread", slug=alliance.slug, thread_id=row.id)
        if row.status is ExplanationStatus.OPEN and row.organisation_id in actor.represented_organisations:
            yield Todo(
                URGENT,
                Message("Answer the question on commitment V%(number)s", number=row.number),
                Message("Somebody in the alliance asks why it is late."),
                address,
                Message("Answer"),
            )
        elif row.status is ExplanationStatus.ANSWERED and row.opened_by_id == actor.user_id:
            yield Todo(
                LATER,
                Message("%(name)s answered on commitment V%(number)s", name=row.organisation, number=row.number),
                Message("Close your question, or ask on."),
                address,
                Message("Read the answer"),
            )


def _drawdowns(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    for row in found.drawdowns:
        address = url_for("drawing_rights.show", slug=alliance.slug, drawdown_id=row.id)
        if row.status is DrawdownStatus.RETURNED:
            if policy.allows(actor, Permission.DRAWDOWN_REQUEST, alliance):
                yield Todo(
                    SOON,
                    Message("Answer VLAIO on the drawdown: %(purpose)s", purpose=row.purpose),
                    Message("It came back with a question."),
                    address,
                    Message("To the drawdown"),
                )
        elif policy.allows(actor, Permission.DRAWDOWN_DECIDE, alliance) and row.requested_by_id != actor.user_id:
            yield _decision(row, address)


def _decision(row: OpenDrawdown, address: str) -> Todo:
    is_late = row.decide_by < today()
    return Todo(
        URGENT if is_late else SOON,
        Message("Decide on the drawdown: %(purpose)s", purpose=row.purpose),
        Message("The term ended on %(on)s.", on=row.decide_by)
        if is_late
        else Message("The term ends on %(on)s.", on=row.decide_by),
        address,
        Message("Decide"),
    )


def _deliveries(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    if not policy.allows(actor, Permission.DELIVERY_JUDGE, alliance):
        return
    # The page that this leads to says who may answer to what; nothing is asked while nothing waits for anybody.
    waiting = deeds.waiting_ids(alliance.id, actor, today())[1] if found.unanswered else []
    if waiting:
        yield Todo(
            LATER,
            Counted(
                "Confirm %(n)s delivery, or dispute it", "Confirm %(n)s deliveries, or dispute them", n=len(waiting)
            ),
            Message("What nobody disputes counts as accepted after 30 days."),
            url_for("commitments.waiting", slug=alliance.slug),
            Message("To the deliveries"),
        )


def _estates(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    """What an organisation that takes part no more left open, for who decides on that."""
    if not policy.allows(actor, Permission.COMMITMENT_AGREE, alliance):
        return
    for estate in found.estates:
        if succession.may_decide(estate.side, actor) and estate.organisation_id not in actor.represented_organisations:
            yield Todo(
                URGENT if estate.first_due_on < today() else SOON,
                Message("Decide who takes over what %(name)s promised", name=estate.organisation),
                Counted(
                    "It takes part no more and left %(n)s commitment open.",
                    "It takes part no more and left %(n)s commitments open.",
                    n=estate.commitments,
                ),
                url_for("accountability.succession", slug=alliance.slug, organisation_id=estate.organisation_id),
                Message("Decide"),
            )


def _taken_over(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    """What somebody else decided that one's own organisation takes over."""
    for row in found.taken_over:
        if row.heir_id in actor.represented_organisations and row.decided_by_id != actor.user_id:
            yield Todo(
                SOON,
                Message("Your organisation took over V%(number)s from %(name)s", number=row.number, name=row.former),
                Message("That was decided on %(on)s. Look at what is still to be delivered.", on=row.on),
                url_for("commitments.show", slug=alliance.slug, instalment_id=row.id),
                Message("To the commitment"),
            )


def _term(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    if found.state is not ConvenantState.ACTIVE or found.versions or found.ends_on is None:
        return
    if found.ends_on - today() > ENDS_WITHIN or not policy.allows(actor, Permission.CONVENANT_PREPARE, alliance):
        return
    yield Todo(
        SOON,
        Message("The convenant ends on %(on)s", on=found.ends_on),
        Message("Prolong it with an addendum, or say that it ends then."),
        url_for("convenants.index", slug=alliance.slug),
        Message("To the convenant"),
    )
