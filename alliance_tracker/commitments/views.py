"""The commitments of an alliance: the list of both sides, one instalment with all about it, logging a delivery."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import audit
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.commitments import changes, deeds, delivering, forms, listing
from alliance_tracker.commitments.models import CommitmentKind, Delivery, Instalment, Side
from alliance_tracker.commitments.states import InstalmentState
from alliance_tracker.database import today
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Amount, Message
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, local_path, page_number, permitted

bp = Blueprint("commitments", __name__, url_prefix="/alliances/<slug>/commitments")


def crumbs(slug: str, instalment: Instalment | None = None) -> list[tuple[object, str]]:
    """The way to a page below the list, and below one instalment."""
    found: list[tuple[object, str]] = [(Message("Commitments"), url_for("commitments.index", slug=slug))]
    if instalment is not None:
        here = url_for("commitments.show", slug=slug, instalment_id=instalment.id)
        found.append((f"V{instalment.commitment.number} {instalment.year}", here))
    return found


def load_instalment(
    slug: str, instalment_id: int, permission: Permission = Permission.ALLIANCE_VIEW
) -> tuple[Alliance, Instalment]:
    """An instalment of the alliance at this address.

    :raise NotFound: it is of another alliance, or of none that this person may see.
    """
    alliance = load_alliance(slug)
    instalment = delivering.instalment_by_id(instalment_id)
    if instalment is None or instalment.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(instalment, permission)


def load_delivery(slug: str, delivery_id: int, permission: Permission) -> tuple[Alliance, Delivery]:
    """A delivery of the alliance at this address.

    :raise NotFound: it is of another alliance, or of none that this person may see.
    """
    alliance = load_alliance(slug)
    delivery = delivering.delivery_by_id(delivery_id)
    if delivery is None or delivery.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, permitted(delivery, permission)


def _filters() -> listing.Filters:
    """What the address asks for; what makes no sense asks for nothing."""
    state = request.args.get("state", "")
    kind, side = request.args.get("kind", ""), request.args.get("side", "")
    return listing.Filters(
        organisation_id=_number("organisation"),
        year=_number("year"),
        state=state if state in {*InstalmentState, listing.EVER_LATE} else "",
        kind=CommitmentKind(kind) if kind in set(CommitmentKind) else None,
        side=Side(side) if side in set(Side) else None,
        commitment_id=_number("commitment"),
    )


def _number(name: str) -> int | None:
    found = request.args.get(name, type=int)
    return found if found is not None and 0 < found < 2**31 else None


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """Every instalment of both sides: what needs attention first, then commitment by commitment."""
    alliance, day = load_alliance(slug), today()
    filters = _filters()
    query: dict[str, Any] = filters.as_query()
    found = listing.page_of(alliance.id, filters, day, page_number())
    _, waiting = deeds.waiting_ids(alliance.id, actor(), day)
    return alliance_page(
        "commitments/index.html",
        alliance,
        "commitments",
        found=found,
        urgent=[line for line in found.rows if line.state in listing.ATTENTION],
        groups=_by_commitment([line for line in found.rows if line.state not in listing.ATTENTION]),
        filters=filters,
        query=query,
        offered=listing.offered(alliance.id, day),
        states=list(InstalmentState),
        ever_late=listing.EVER_LATE,
        kinds=list(CommitmentKind),
        sides=list(Side),
        waiting=len(waiting),
        back=request.full_path.rstrip("?"),
        page_address=lambda number: url_for("commitments.index", slug=slug, page=number, **query),
    )


def _by_commitment(lines: list[listing.Line]) -> list[list[listing.Line]]:
    found: dict[int, list[listing.Line]] = {}
    for line in lines:
        found.setdefault(line.commitment_id, []).append(line)
    return list(found.values())


@bp.get("/<int:instalment_id>")
def show(slug: str, instalment_id: int) -> ResponseReturnValue:
    """One instalment: what was promised, how it stands, what was delivered, and what can be done next."""
    alliance, instalment = load_instalment(slug, instalment_id)
    day = today()
    who = changes.speaker_of(instalment, actor())
    deliveries = deeds.of_instalment(instalment, who, day)
    lines = listing.of_commitment(instalment.commitment_id, day)
    moves = changes.moves_of(instalment.id)
    told: list[tuple[str, Any]] = [("instalment", instalment.id), *(("delivery", deed.id) for deed in deliveries)]
    return alliance_page(
        "commitments/show.html",
        alliance,
        "commitments",
        instalment=instalment,
        line=next(line for line in lines if line.id == instalment.id),
        lines=lines,
        deliveries=deliveries,
        moves=moves,
        inheritances=changes.inheritances_of(instalment.id),
        names=audit.names_of({move.changed_by_id for move in moves}),
        facts=changes.facts_of(instalment),
        may_agree=changes.may_agree(instalment, actor()),
        voices=who.voices,
        action=ActionForm(formdata=None),
        history=web_history.of_subjects(told, page_number()),
        crumbs=crumbs(slug),
    )


# Logging -------------------------------------------------------------------------------------------------------------


def _back(otherwise: str) -> str:
    """The page of this site from which the form was opened."""
    return local_path(request.args.get("back"), otherwise)


@bp.get("/<int:instalment_id>/deliver")
def log(slug: str, instalment_id: int, form: forms.DeliveryForm | None = None) -> ResponseReturnValue:
    """Log a delivery: how much is typed, so that nobody reports the whole by a slip; the day is filled in already."""
    alliance, instalment = load_instalment(slug, instalment_id, Permission.DELIVERY_LOG)
    form = form or forms.DeliveryForm()
    back = _back(url_for("commitments.show", slug=slug, instalment_id=instalment_id))
    return alliance_page(
        "commitments/log.html",
        alliance,
        "commitments",
        instalment=instalment,
        form=form,
        back=back,
        crumbs=crumbs(slug, instalment),
    )


@bp.post("/<int:instalment_id>/deliver")
def log_submit(slug: str, instalment_id: int) -> ResponseReturnValue:
    """Keep the delivery with its files, and lead back to where it was logged from."""
    (alliance, instalment), form = load_instalment(slug, instalment_id, Permission.DELIVERY_LOG), forms.DeliveryForm()

    def command() -> Delivery:
        draft = delivering.Draft(form.on.day, form.quantity.data or Decimal(0), form.note.data)
        delivery = delivering.log(instalment, draft, actor=actor())
        for upload in evidence_views.uploads():
            evidence.attach(
                upload,
                subject_type="delivery",
                subject_key=str(delivery.id),
                alliance_id=alliance.id,
                limits=evidence_views.limits(),
                actor=actor(),
            )
        return delivery

    return carry_out(
        form,
        command,
        to=lambda _: _back(url_for("commitments.show", slug=slug, instalment_id=instalment_id)),
        done=lambda delivery: _thanks(instalment, delivery),
        page=lambda: log(slug, instalment_id, form),
    )


def _thanks(instalment: Instalment, delivery: Delivery) -> Message:
    facts = {
        "amount": Amount(delivery.quantity, instalment.wording.unit),
        "number": instalment.commitment.number,
    }
    if instalment.delivered_on is not None:
        return Message(
            "Logged: %(amount)s for V%(number)s. The promise is kept. Another organisation can confirm it.",
            **facts,
        )
    return Message(
        "Logged: %(amount)s for V%(number)s; %(remaining)s to go. Another organisation can confirm it.",
        remaining=Amount(instalment.remaining, instalment.wording.unit),
        **facts,
    )


@bp.post("/deliveries/<int:delivery_id>/evidence")
def evidence_submit(slug: str, delivery_id: int) -> ResponseReturnValue:
    """Attach files that prove a delivery, afterwards."""
    alliance, delivery = load_delivery(slug, delivery_id, Permission.EVIDENCE_ADD)
    check_open(alliance)
    return evidence_views.attach(
        evidence_views.Subject("delivery", str(delivery.id), alliance.id),
        alliance,
        to=url_for("commitments.show", slug=slug, instalment_id=delivery.instalment_id),
        page=lambda form: attach(slug, delivery_id, form),
    )


@bp.get("/deliveries/<int:delivery_id>/evidence")
def attach(slug: str, delivery_id: int, form: EvidenceForm | None = None) -> ResponseReturnValue:
    """Add files to a delivery."""
    alliance, delivery = load_delivery(slug, delivery_id, Permission.EVIDENCE_ADD)
    return alliance_page(
        "commitments/attach.html",
        alliance,
        "commitments",
        delivery=delivery,
        form=form or EvidenceForm(),
        crumbs=crumbs(slug, delivery.instalment),
    )
