"""VLAIO's side of a signal: answering it, and merging it into another that says the same."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.learning import forms, queries, service
from alliance_tracker.learning.lifecycle import MERGEABLE
from alliance_tracker.learning.models import Signal
from alliance_tracker.learning.similar import signals_like
from alliance_tracker.learning.views import bp, crumbs, load_signal, moves, show
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, settings
from alliance_tracker.web.templating import page

#: So many signals are offered to merge with.
OFFERED = 20


def signal_address() -> str:
    """The address of a signal in a mail, with %s for its number."""
    return f"{str(settings('BASE_URL')).rstrip('/')}{url_for('signals.index')}/%s"


@bp.post("/signals/<int:signal_id>/answer")
def answer_submit(signal_id: int) -> ResponseReturnValue:
    """Answer the signal; whoever sent it gets a mail."""
    signal = load_signal(signal_id, Permission.SIGNAL_ANSWER)
    form = moves(forms.AnswerForm(), signal)
    return carry_out(
        form,
        lambda: service.answer(
            signal, form.move.data, reason=form.reason.data, address=signal_address(), actor=actor()
        ),
        to=lambda _: url_for("signals.show", signal_id=signal_id, _anchor="answers"),
        done=Message("Answered. Whoever sent it gets a mail."),
        page=lambda: show(signal_id, answer_form=form),
    )


@bp.get("/signals/<int:signal_id>/merge")
def merge(signal_id: int, form: forms.MergeForm | None = None) -> ResponseReturnValue:
    """Choose the signal with which this one goes on: those that sound alike, or those that a search finds."""
    signal = load_signal(signal_id, Permission.SIGNAL_ANSWER)
    form = _targets(form or forms.MergeForm(formdata=None), signal)
    here = [*crumbs(), (signal.title, url_for("signals.show", signal_id=signal_id))]
    return page(
        "learning/merge.html",
        crumbs=here,
        form=form,
        signal=signal,
        is_possible=signal.status in MERGEABLE,
        q=request.args.get("q", "")[:160],
    )


def _targets(form: forms.MergeForm, signal: Signal) -> forms.MergeForm:
    """The form with the signals on offer; the one that was chosen stays among them."""
    q = request.args.get("q", "")[:160]
    offered: dict[int, Message] = {}
    if q.strip():
        _, rows = queries.window(actor(), queries.Filters(q=q), limit=OFFERED, offset=0)
        offered = {row.id: _named(row.title, row.alliance) for row in rows}
    else:
        offered = {found.id: _named(found.title, found.alliance) for found in signals_like(signal.title)}
    chosen = str(form.target.data or "")
    if chosen.isdecimal() and len(chosen) < 10 and int(chosen) not in offered:
        row = queries.one(actor(), int(chosen))
        if row is not None:
            offered[row.id] = _named(row.title, row.alliance)
    offered.pop(signal.id, None)
    form.target.offer(offered.items())
    return form


def _named(title: str, alliance: str) -> Message:
    return Message("%(title)s (%(alliance)s)", title=title, alliance=alliance)


@bp.post("/signals/<int:signal_id>/merge")
def merge_submit(signal_id: int) -> ResponseReturnValue:
    """Let it go on with the other."""
    signal = load_signal(signal_id, Permission.SIGNAL_ANSWER)
    form = _targets(forms.MergeForm(), signal)

    def command() -> Signal:
        target = db().get(Signal, int(form.target.data))
        if target is None:
            raise NotFound(Message("There is nothing at this address."))
        return service.merge(signal, target, reason=form.reason.data, address=signal_address(), actor=actor())

    return carry_out(
        form,
        command,
        to=lambda target: url_for("signals.show", signal_id=target.id, _anchor="voices"),
        done=Message("Merged: whoever stands behind it counts here."),
        page=lambda: merge(signal_id, form),
    )
