"""What is next in the agreements of an alliance: to deliver, to answer, to sign, to decide, to explain."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask import url_for

from alliance_tracker import policy
from alliance_tracker.accountability import succession
from alliance_tracker.accountability.models import ExplanationStatus
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import deeds
from alliance_tracker.convenants.models import VersionKind, VersionStatus
from alliance_tracker.convenants.states import ConvenantState
from alliance_tracker.database import today
from alliance_tracker.drawing_rights.models import DrawdownStatus
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.monitoring.open_agreements import Agreements, Awaited, DueInstalment, OpenDrawdown, OpenVersion
from alliance_tracker.monitoring.todo import LATER, SOON, URGENT, Todo
from alliance_tracker.policy import Actor, Permission

#: So many overdue commitments of others are named one by one; beyond that they are counted.
NAMED = 3
#: So long before its term ends a convenant asks for what comes after it.
ENDS_WITHIN = timedelta(days=120)
#: So long a convenant that expired asks for what comes after it.
EXPIRED_ASKS_FOR = timedelta(days=183)


def of_agreements(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    """What is next in the agreements, for who may do it."""
    yield from _signing(actor, alliance, found)
    yield from _draft(actor, alliance, found)
    yield from _due(actor, alliance, found)
    yield from _questions(actor, alliance, found)
    yield from _drawdowns(actor, alliance, found)
    yield from _deliveries(actor, alliance, found)
    yield from _disputes(actor, alliance, found)
    yield from _estates(actor, alliance, found)
    yield from _taken_over(actor, alliance, found)
    yield from _term(actor, alliance, found)


def _signing(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    own = actor.represented_organisations
    offers = [(version, party) for version in found.offers if (party := version.awaited_of(own))]
    for version, party in offers:
        yield _sign(actor, alliance, version, party)
    if not offers:  # what is offered comes in the place of what is in force
        for version in found.in_force:
            if party := version.awaited_of(own):
                yield _sign(actor, alliance, version, party)


def _sign(actor: Actor, alliance: Alliance, version: OpenVersion, party: Awaited) -> Todo:
    address = url_for("convenants.document", slug=alliance.slug, version_id=version.id)
    read = Message("Read and sign")
    if actor.user_id in party.signed_by:
        return Todo(LATER, others_sign(version.title), awaits(party.missing), address, Message("Read it"))
    if version.status is VersionStatus.IN_FORCE:
        return Todo(
            LATER,
            Message("You can still sign “%(title)s”", title=version.title),
            Message(
                "It is in force without the signature of your organisation, which can sign until %(day)s.",
                day=version.ends_on,
            ),
            address,
            read,
        )
    return Todo(
        URGENT if party.is_required else SOON,
        Message("Sign “%(title)s”", title=version.title),
        Message("It is offered for signature, and waits for yours.")
        if party.is_required
        else Message("It is offered for signature. It does not wait for yours; you can also sign afterwards."),
        address,
        read,
    )


def others_sign(title: str) -> Message:
    """What to tell somebody who signed, while the same party needs others as well."""
    return Message("“%(title)s” needs another signature of your organisation", title=title)


def awaits(missing: int) -> Message:
    """How many signatures of a party are awaited after this person's."""
    return Counted(
        "You have signed; %(n)s more person has to.", "You have signed; %(n)s more people have to.", n=missing
    )


def _draft(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    """What the draft asks: to be finished and said to be ready, then to be offered by VLAIO."""
    draft = found.draft
    if draft is None or not policy.allows(actor, Permission.CONVENANT_PREPARE, alliance):
        return
    address = url_for("convenants.edit", slug=alliance.slug, version_id=draft.id)
    if draft.ready_on is not None:
        yield _ready(actor, alliance, draft)
    else:
        yield Todo(
            LATER,
            _draft_words(draft),
            Message("Finish it, then say that it is ready: VLAIO offers it for signature."),
            address,
            Message("To the draft"),
        )


def _ready(actor: Actor, alliance: Alliance, draft: OpenVersion) -> Todo:
    if policy.allows(actor, Permission.CONVENANT_DECIDE, alliance):
        return offer(alliance.slug, draft.id, draft.title, draft.ready_on)
    return Todo(
        LATER,
        Message("“%(title)s” waits for VLAIO", title=draft.title),
        Message("It is ready since %(on)s; VLAIO offers it for signature.", on=draft.ready_on),
        url_for("convenants.edit", slug=alliance.slug, version_id=draft.id),
        Message("To the draft"),
    )


def offer(slug: str, version_id: int, title: str, ready_on: date | None, *, alliance: str = "") -> Todo:
    """What a draft that is said to be ready asks of VLAIO."""
    return Todo(
        SOON,
        Message("Offer “%(title)s” for signature", title=title),
        Message("It is ready since %(on)s, and waits for VLAIO.", on=ready_on),
        url_for("convenants.offer", slug=slug, version_id=version_id),
        Message("Look and offer"),
        alliance,
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
    waiting = deeds.waiting_ids(alliance.id, actor, today())[1] if found.deliveries else []
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


def _disputes(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    own = [each for each in found.disputed if each.organisation_id in actor.represented_organisations]
    if not own:
        return
    address = url_for("commitments.index", slug=alliance.slug, state="disputed")
    if len({each.instalment_id for each in own}) == 1:
        address = url_for("commitments.show", slug=alliance.slug, instalment_id=own[0].instalment_id)
    yield Todo(
        SOON,
        Counted("%(n)s delivery of yours is disputed", "%(n)s deliveries of yours are disputed", n=len(own)),
        Message("It counts for nothing until that is settled: add evidence, talk, or withdraw it and log it anew."),
        address,
        Message("See why"),
    )


def _term(actor: Actor, alliance: Alliance, found: Agreements) -> Iterable[Todo]:
    if not policy.allows(actor, Permission.CONVENANT_PREPARE, alliance):
        return
    address = url_for("convenants.index", slug=alliance.slug)
    if found.expired_on is not None:
        if today() - found.expired_on <= EXPIRED_ASKS_FOR:
            yield expired(found.expired_on, address, is_prepared=bool(found.draft or found.offers))
        return
    if found.state is not ConvenantState.ACTIVE or found.is_ending or found.ends_on is None:
        return
    if found.draft or found.offers or found.ends_on - today() > ENDS_WITHIN:
        return
    yield Todo(
        SOON,
        Message("The convenant ends on %(on)s", on=found.ends_on),
        Message("Prolong it with an addendum, or say that it ends then."),
        address,
        Message("To the convenant"),
    )


def expired(on: date | None, address: str, *, is_prepared: bool, alliance: str = "") -> Todo:
    """What a convenant whose term ran out asks, until another one is in force."""
    return Todo(
        LATER if is_prepared else SOON,
        Message("The convenant expired on %(on)s", on=on),
        Message("Another one is being prepared; it is not in force yet.")
        if is_prepared
        else Message("Evaluate what it brought, and make a new one if you go on together."),
        address,
        Message("To the convenant"),
        alliance,
    )
