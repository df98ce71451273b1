"""The signals of the whole network: the list, one signal, saying “with us too”, and what its alliance may sharpen."""

from collections.abc import Collection, Iterable
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.errors import NotAllowed
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.learning import forms, queries, reading, service, topics
from alliance_tracker.learning.lifecycle import MERGE, SIGNAL
from alliance_tracker.learning.models import Signal, SignalKind, SignalStatus
from alliance_tracker.learning.similar import signals_like
from alliance_tracker.policy import Permission
from alliance_tracker.regions import queries as regions
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, load, page_number, permitted, require
from alliance_tracker.web.templating import page

bp = Blueprint("signals", __name__)

FILTERS = ("q", "kind", "state", "precondition", "late", "region")
LATE_CHOICES = (
    (queries.LATE_NOW, Message("late and not answered yet")),
    (queries.LATE_EVER, Message("late, answered or not")),
)


def load_signal(signal_id: int, permission: Permission = Permission.SIGNAL_VIEW) -> Signal:
    """The signal with this number, which everybody in the network may read."""
    return load(Signal, signal_id, permission, visible=Permission.SIGNAL_VIEW)


def crumbs() -> list[tuple[Message, str]]:
    return [(Message("Signals"), url_for("signals.index"))]


@bp.get("/signals")
def index() -> ResponseReturnValue:
    """What the field tells the government, what most alliances meet first; the filters stand in the address."""
    require(Permission.SIGNAL_VIEW)
    filters = queries.Filters(**{name: request.args.get(name, "").strip()[:160] for name in FILTERS})
    query: dict[str, Any] = dict(filters.as_query())
    names = regions.names()
    return page(
        "learning/index.html",
        found=queries.listing(actor(), filters, page_number()),
        filters=filters,
        figures=queries.figures(),
        topics=topics.every(),
        regions=names,
        kinds=[(kind.value, kind.label) for kind in SignalKind],
        states=[(status.value, status.label) for status in SignalStatus],
        late_choices=LATE_CHOICES,
        spoken_for=reading.spoken_for(actor()),
        page_address=lambda number: url_for("signals.index", page=number, **query),
    )


@bp.get("/signals/similar")
def similar() -> ResponseReturnValue:
    """At most five signals that sound like a title, for whoever is typing one."""
    require(Permission.SIGNAL_VIEW)
    return jsonify(
        items=[
            {
                "title": found.title,
                "address": url_for("signals.show", signal_id=found.id, _anchor="with-us"),
                "words": str(
                    Message(
                        "%(kind)s of %(alliance)s, %(state)s",
                        kind=found.kind.label,
                        alliance=found.alliance,
                        state=found.status.label,
                    )
                ),
                "voices": str(Counted("%(n)s alliance", "%(n)s alliances", n=found.voices)),
            }
            for found in signals_like(request.args.get("title", "")[:160])
        ]
    )


@bp.get("/signals/<int:signal_id>")
def show(
    signal_id: int,
    support_form: forms.SupportForm | None = None,
    answer_form: forms.AnswerForm | None = None,
) -> ResponseReturnValue:
    """One signal: what is the matter, who meets it too, what VLAIO answered, and what this reader can do next."""
    signal = load_signal(signal_id)
    row = queries.one(actor(), signal_id)
    assert row is not None  # noqa: S101  # it was loaded just now
    alliance = db().get_one(Alliance, signal.alliance_id)
    sees_alliance = row.slug is not None
    voices = reading.voices_of(actor(), signal_id)
    answers = reading.answers_of(signal_id, *filter(None, [signal.merged_into_id]))
    behind = service.alliances_behind(signal_id)
    spoken_for = reading.spoken_for(actor())
    goes_on_with = queries.one(actor(), signal.merged_into_id) if signal.merged_into_id else None
    return page(
        "learning/show.html",
        crumbs=crumbs(),
        signal=signal,
        row=row,
        alliance=alliance,
        author=reading.author_of(signal) if sees_alliance else "",
        origin=reading.origin_of(alliance, signal.source, signal.source_key) if sees_alliance else None,
        topic=topics.every().get(signal.precondition_key or ""),
        voices=voices,
        answers=answers,
        goes_on_with=goes_on_with,
        regions=regions.names(),
        may_edit=policy.allows(actor(), Permission.SIGNAL_RAISE, alliance)
        and alliance.is_open
        and signal.status is SignalStatus.RECEIVED,
        stands_behind=[each.name for each in spoken_for if each.id in behind],
        support_form=_offered(support_form or forms.SupportForm(formdata=None), signal, spoken_for, behind),
        answer_form=moves(answer_form or forms.AnswerForm(formdata=None), signal),
        may_merge=any(offer.transition.name == MERGE for offer in SIGNAL.offers(actor(), signal)),
    )


def _offered(
    form: forms.SupportForm, signal: Signal, spoken_for: Iterable[Alliance], behind: Collection[int] = ()
) -> forms.SupportForm:
    """The form with the alliances for which this person may say it, but for those that are `behind` it already."""
    still = (alliance for alliance in spoken_for if alliance.id not in behind and signal.merged_into_id is None)
    form.alliance_id.offer((alliance.id, alliance.name) for alliance in still)
    return form


def moves(form: forms.AnswerForm, signal: Signal) -> forms.AnswerForm:
    """The form with the answers that this person may give now."""
    offers = [offer.transition for offer in SIGNAL.offers(actor(), signal) if offer.transition.name != MERGE]
    form.move.offer((move.name, move.label) for move in offers)
    return form


@bp.post("/signals/<int:signal_id>/support")
def support_submit(signal_id: int) -> ResponseReturnValue:
    """Say for an alliance that it meets the same."""
    signal = load_signal(signal_id)
    spoken_for = reading.spoken_for(actor())
    if not spoken_for:
        raise NotAllowed(Message("Your role does not allow this."))
    form = _offered(forms.SupportForm(), signal, spoken_for)
    return carry_out(
        form,
        lambda: service.support(
            signal,
            permitted(db().get_one(Alliance, int(form.alliance_id.data)), Permission.SIGNAL_RAISE),
            words=form.words.data,
            actor=actor(),
        ),
        to=lambda _: url_for("signals.show", signal_id=signal_id, _anchor="voices"),
        done=Message("Kept: VLAIO sees that you meet this as well."),
        page=lambda: show(signal_id, support_form=form),
    )


def _own_signal(signal_id: int) -> Signal:
    """A signal of an alliance for which this person may speak."""
    signal = load_signal(signal_id)
    require(Permission.SIGNAL_RAISE, db().get_one(Alliance, signal.alliance_id))
    return signal


@bp.get("/signals/<int:signal_id>/edit")
def edit(signal_id: int, form: forms.EditSignalForm | None = None) -> ResponseReturnValue:
    """Sharpen the title and what it is about, until VLAIO answers."""
    signal = _own_signal(signal_id)
    if form is None:
        form = forms.EditSignalForm(obj=signal)
        form.precondition.data = signal.precondition_key or ""
    form.precondition.offer(topics.every().items())
    here = [*crumbs(), (signal.title, url_for("signals.show", signal_id=signal_id))]
    return page("learning/edit.html", crumbs=here, form=form, signal=signal)


@bp.post("/signals/<int:signal_id>/edit")
def edit_submit(signal_id: int) -> ResponseReturnValue:
    """Keep it."""
    signal, form = _own_signal(signal_id), forms.EditSignalForm()
    form.precondition.offer(topics.every().items())
    return carry_out(
        form,
        lambda: service.edit(
            signal,
            title=form.title.data,
            precondition_key=form.precondition.data or None,
            rule=form.rule.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("signals.show", signal_id=signal_id),
        done=Message("Saved."),
        page=lambda: edit(signal_id, form),
    )
